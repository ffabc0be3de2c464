using PSSockets.Errors;

namespace PSSockets.Streams;

/// <summary>The files that are sent and received.</summary>
internal static class TransferFile
{
    /// <summary>Reads or writes a file.</summary>
    /// <exception cref="SocketInputException"><c>FileNotUsable</c>: the disk is full, or the like.</exception>
    public static T Use<T>(string path, Func<T> function)
    {
        try
        {
            return function();
        }
        catch (IOException exception)
        {
            throw new SocketInputException(ErrorIds.FileNotUsable, exception.Message, "Check the file and the room on its disk.", path);
        }
    }

    /// <summary>Opens a file without a buffer of its own.</summary>
    /// <exception cref="SocketInputException"><c>FileNotUsable</c>.</exception>
    public static FileStream Open(string path, FileMode mode, FileAccess access)
    {
        try
        {
            return new FileStream(path, mode, access, FileShare.Read, bufferSize: 0, FileOptions.SequentialScan);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new SocketInputException(ErrorIds.FileNotUsable, exception.Message, "Check the path and its permissions.", path);
        }
    }
}
