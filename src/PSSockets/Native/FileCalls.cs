using System.Runtime.InteropServices;

namespace PSSockets.Native;

/// <summary>The files of UNIX sockets: statx(2) on Linux, open(2) elsewhere; rename(2), unlink(2).</summary>
internal static unsafe partial class FileCalls
{
    private const int CurrentDirectory = -100;
    private const int DontFollowLinks = 0x100;
    private const uint WantType = 1;
    private const uint WantIdentity = 0x100 | 0x800;
    private const int StatusSize = 256;
    private const int ModeOffset = 28;
    private const int NumberOffset = 32;
    private const int BirthOffset = 80;
    private const int TypeMask = 0xF000;
    private const int SocketType = 0xC000;
    private const int BsdNonBlocking = 0x4;
    private const int BsdNotSupported = 102;

    /// <summary>Whether the path itself, not what a link points to, is a UNIX socket: for Linux.</summary>
    public static bool IsSocketOnLinux(string path)
    {
        // Unlike struct stat, struct statx is alike on every processor.
        byte* status = stackalloc byte[StatusSize];
        return Status(CurrentDirectory, path, DontFollowLinks, WantType, status) == 0
            && (*(ushort*)(status + ModeOffset) & TypeMask) == SocketType;
    }

    /// <summary>Whether the path itself, not what a link points to, is a UNIX socket: for other kinds of Unix.</summary>
    public static bool IsSocketOnBsd(string path)
    {
        if (new FileInfo(path).LinkTarget is not null)
        {
            return false;
        }

        // A socket cannot be opened, which open(2) tells with an errno of its own. Without waiting, since a pipe would.
        int descriptor = Open(path, BsdNonBlocking);
        if (descriptor >= 0)
        {
            _ = Close(descriptor);
            return false;
        }

        return Marshal.GetLastPInvokeError() == BsdNotSupported;
    }

    /// <summary>What tells the file at a path from one that comes to the same path later, on Linux: its number and when it was made. Null where there is none.</summary>
    public static (ulong Number, long Seconds, uint Nanoseconds)? IdentityOnLinux(string path)
    {
        byte* status = stackalloc byte[StatusSize];
        new Span<byte>(status, StatusSize).Clear();
        return Status(CurrentDirectory, path, DontFollowLinks, WantIdentity, status) == 0
            ? (*(ulong*)(status + NumberOffset), *(long*)(status + BirthOffset), *(uint*)(status + BirthOffset + sizeof(long)))
            : null;
    }

    [LibraryImport("libc", EntryPoint = "rename", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int Rename(string path, string newPath);

    [LibraryImport("libc", EntryPoint = "unlink", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int Unlink(string path);

    [LibraryImport("libc", EntryPoint = "statx", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Status(int directory, string path, int flags, uint mask, byte* status);

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int Close(int descriptor);
}
