using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace PSSockets.Native;

/// <summary>What opening a path, reading and writing may wait for.</summary>
internal enum FileKind
{
    /// <summary>A file of a disk, which makes nobody wait; or nothing at all.</summary>
    Disk,

    /// <summary>A FIFO, or the pipe of a process: fifo(7).</summary>
    Fifo,

    /// <summary>A device such as a terminal.</summary>
    Device,
}

/// <summary>Files: those of UNIX sockets, and those that make their reader or writer wait. statx(2) on Linux, open(2) elsewhere; read(2), write(2), rename(2), unlink(2).</summary>
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
    private const int FifoType = 0x1000;
    private const int CharacterType = 0x2000;
    private const int WriteOnly = 1;
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

    /// <summary>What a path, through links, leads to: for every Unix.</summary>
    public static FileKind KindOf(string path)
    {
        byte* status = stackalloc byte[StatusSize];
        new Span<byte>(status, StatusSize).Clear();
        int mode = SystemNumbers.HasAbstractNames
            ? Status(CurrentDirectory, path, 0, WantType, status) == 0 ? *(ushort*)(status + ModeOffset) : 0
            : Status(path, status) == 0 ? *(int*)(status + sizeof(int)) : 0;
        return (mode & TypeMask) switch
        {
            FifoType => FileKind.Fifo,
            CharacterType => FileKind.Device,
            _ => FileKind.Disk,
        };
    }

    /// <summary>Opens a file whose calls shall not wait; an invalid handle and errno when it fails. ENXIO says of a FIFO that nobody reads from it.</summary>
    public static SafeFileHandle OpenWithoutWaiting(string path, bool isWriter)
    {
        (int nonBlocking, int closeOnExec, int noTerminal) = SystemNumbers.OpenFlags;
        return new SafeFileHandle(Open(path, (isWriter ? WriteOnly : 0) | nonBlocking | closeOnExec | noTerminal), ownsHandle: true);
    }

    /// <summary>Reads; how many bytes, 0 at the end, -1 and errno when it fails.</summary>
    public static int Read(SafeFileHandle file, Span<byte> buffer)
    {
        fixed (byte* first = buffer)
        {
            return (int)Read(file, first, (nuint)buffer.Length);
        }
    }

    /// <summary>Writes; how many bytes, -1 and errno when it fails.</summary>
    public static int Write(SafeFileHandle file, ReadOnlySpan<byte> data)
    {
        fixed (byte* first = data)
        {
            return (int)Write(file, first, (nuint)data.Length);
        }
    }

    [LibraryImport("libc", EntryPoint = "rename", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int Rename(string path, string newPath);

    [LibraryImport("libc", EntryPoint = "unlink", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int Unlink(string path);

    [LibraryImport("libc", EntryPoint = "statx", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Status(int directory, string path, int flags, uint mask, byte* status);

    // .NET's own stat(2), whose struct is alike on every system: after a word of flags comes the mode.
    [LibraryImport("libSystem.Native", EntryPoint = "SystemNative_Stat", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Status(string path, byte* status);

    [LibraryImport("libc", EntryPoint = "read", SetLastError = true)]
    private static partial nint Read(SafeFileHandle file, byte* buffer, nuint length);

    [LibraryImport("libc", EntryPoint = "write", SetLastError = true)]
    private static partial nint Write(SafeFileHandle file, byte* data, nuint length);

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int Close(int descriptor);
}
