using System.Runtime.InteropServices;

namespace PSSockets.Interop;

/// <summary>What kind of file a path is: open(2).</summary>
internal static partial class FileProbe
{
    private const int NoSuchDevice = 6;
    private const int BsdNotSupported = 102;

    /// <summary>Whether the path itself, not what a link points to, is a UNIX socket.</summary>
    public static bool IsSocket(string path)
    {
        if (new FileInfo(path).LinkTarget is not null)
        {
            return false;
        }

        // A socket is the one kind of file that can never be opened, which open(2) tells with an errno of its own;
        // unlike stat(2), the call is alike on every processor. Without waiting, since a named pipe would.
        int nonBlocking = OperatingSystem.IsLinux() ? 0x800 : 0x4;
        int descriptor = Open(path, nonBlocking);
        if (descriptor >= 0)
        {
            _ = Close(descriptor);
            return false;
        }

        return Marshal.GetLastPInvokeError() == (OperatingSystem.IsLinux() ? NoSuchDevice : BsdNotSupported);
    }

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int Close(int descriptor);
}
