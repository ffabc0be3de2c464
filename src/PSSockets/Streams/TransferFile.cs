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
            throw NotUsable(path, exception, "Check the file and the room on its disk.");
        }
    }

    /// <summary>Opens a file that is to be sent.</summary>
    /// <exception cref="SocketInputException"><c>FileNotUsable</c>.</exception>
    public static FileStream Open(string path) => Open(path, FileMode.Open, FileAccess.Read);

    /// <summary>Makes a file for what is received, or empties the one that is there.</summary>
    /// <inheritdoc cref="Open(string)" path="/exception" />
    public static FileStream Create(string path)
    {
        FileStream file = Open(path, FileMode.OpenOrCreate, FileAccess.Write);
        try
        {
            // FileMode.Create would empty a new file too, which ext4 takes for the replacement of a file: it then brings
            // all of it to the disk within close(2). See auto_da_alloc in ext4(5).
            if (file.CanSeek && file.Length > 0)
            {
                file.SetLength(0);
            }

            return file;
        }
        catch (IOException exception)
        {
            file.Dispose();
            throw NotUsable(path, exception, "Check the file.");
        }
    }

    // Without a buffer of its own.
    private static FileStream Open(string path, FileMode mode, FileAccess access)
    {
        try
        {
            return new FileStream(path, mode, access, FileShare.Read, bufferSize: 0, FileOptions.SequentialScan);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw NotUsable(path, exception, "Check the path and its permissions.");
        }
    }

    private static SocketInputException NotUsable(string path, Exception exception, string advice) =>
        new(ErrorIds.FileNotUsable, exception.Message, advice, path);
}
