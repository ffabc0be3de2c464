using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace PSSockets.Native;

/// <summary>Single calls on a socket: socket(2), bind(2), connect(2), listen(2), accept(2), shutdown(2), socketpair(2), getsockname(2), getpeername(2), fcntl(2), ioctl(2). They return 0 or more, or -1 and errno.</summary>
internal static unsafe partial class SocketCalls
{
    private const int UnixFamily = 1;
    private const int CloseOnExec = 0x80000;
    private const int GetFlags = 3;
    private const int NonBlocking = 0x800;
    // FIOCLEX of macOS and its kin, sys/filio.h: _IO('f', 1).
    private const nuint SetCloseOnExec = 0x20006601;
    private const nuint SetNonBlocking = 0x5421;

    /// <summary>The longest address there is: <c>struct sockaddr_storage</c>.</summary>
    public const int AddressBufferSize = 128;

    /// <summary>Starts a connect that does not wait, on Linux. The descriptor's blocking mode is as before when it returns.</summary>
    public static int StartConnect(SafeSocketHandle socket, SocketAddress address)
    {
        bool wasBlocking = IsBlocking(socket);
        if (wasBlocking)
        {
            SetBlocking(socket, false);
        }

        int result;
        fixed (byte* name = address.Buffer.Span)
        {
            result = Connect(socket, name, (uint)address.Size);
        }

        if (wasBlocking)
        {
            int errno = Marshal.GetLastPInvokeError();
            SetBlocking(socket, true);
            Marshal.SetLastPInvokeError(errno);
        }

        return result;
    }

    /// <summary>Whether the descriptor is in blocking mode (O_NONBLOCK is off), on Linux.</summary>
    public static bool IsBlocking(SafeSocketHandle socket) => (Control(socket, GetFlags, 0) & NonBlocking) == 0;

    /// <summary>Clears or sets O_NONBLOCK, on Linux: FIONBIO.</summary>
    public static void SetBlocking(SafeSocketHandle socket, bool blocking)
    {
        int nonBlocking = blocking ? 0 : 1;
        _ = Control(socket, SetNonBlocking, &nonBlocking);
    }

    /// <summary>Dissolves a datagram socket's association, or gives up a stream's connect: connect(2) with AF_UNSPEC.</summary>
    public static int Dissolve(SafeSocketHandle socket)
    {
        // A sockaddr of the generic size whose family is AF_UNSPEC, which is all zeros on every system.
        byte* name = stackalloc byte[16];
        new Span<byte>(name, 16).Clear();
        return Connect(socket, name, 16);
    }

    /// <summary>Gives a socket its address: bind(2).</summary>
    public static int Bind(SafeSocketHandle socket, SocketAddress address)
    {
        fixed (byte* name = address.Buffer.Span)
        {
            return Bind(socket, name, (uint)address.Size);
        }
    }

    /// <summary>Accepts a connection, on Linux; null and errno when it fails.</summary>
    public static SafeSocketHandle? Accept(SafeSocketHandle listener)
    {
        int descriptor = Accept(listener, null, null, CloseOnExec);
        return descriptor < 0 ? null : new SafeSocketHandle(descriptor, ownsHandle: true);
    }

    /// <summary>Makes two connected UNIX sockets: socketpair(2). Null and errno when it fails.</summary>
    public static (SafeSocketHandle First, SafeSocketHandle Second)? MakePair(int type, bool isLinux)
    {
        int* descriptors = stackalloc int[2];
        if (Pair(UnixFamily, isLinux ? type | CloseOnExec : type, 0, descriptors) != 0)
        {
            return null;
        }

        SafeSocketHandle first = new(descriptors[0], ownsHandle: true);
        SafeSocketHandle second = new(descriptors[1], ownsHandle: true);
        if (!isLinux)
        {
            _ = Control(first, SetCloseOnExec);
            _ = Control(second, SetCloseOnExec);
        }

        return (first, second);
    }

    /// <summary>The address that the kernel has for this side; how many bytes.</summary>
    public static int LocalName(SafeSocketHandle socket, Span<byte> buffer)
    {
        uint length = (uint)buffer.Length;
        fixed (byte* name = buffer)
        {
            int result = SystemNumbers.HasWinsock ? WindowsSocketName(socket, name, &length) : SocketName(socket, name, &length);
            return result == 0 ? (int)Math.Min(length, (uint)buffer.Length) : -1;
        }
    }

    /// <summary>The peer's address; how many bytes. A UNIX peer without a name has 2 or less, or 16 zeros after the family on macOS.</summary>
    public static int PeerName(SafeSocketHandle socket, Span<byte> buffer)
    {
        uint length = (uint)buffer.Length;
        fixed (byte* name = buffer)
        {
            int result = SystemNumbers.HasWinsock ? WindowsPeerName(socket, name, &length) : PeerName(socket, name, &length);
            return result == 0 ? (int)Math.Min(length, (uint)buffer.Length) : -1;
        }
    }

    /// <summary>Makes a socket: socket(2). An invalid handle and errno when it fails.</summary>
    public static SafeSocketHandle Open(int family, int type, int protocol, bool isLinux)
    {
        SafeSocketHandle socket = new(Open(family, isLinux ? type | CloseOnExec : type, protocol), ownsHandle: true);
        if (!isLinux && !socket.IsInvalid)
        {
            _ = Control(socket, SetCloseOnExec);
        }

        return socket;
    }

    [LibraryImport("libc", EntryPoint = "listen", SetLastError = true)]
    public static partial int Listen(SafeSocketHandle socket, int backlog);

    /// <summary>SHUT_RD, SHUT_WR and SHUT_RDWR are 0, 1 and 2, as in .NET.</summary>
    [LibraryImport("libc", EntryPoint = "shutdown", SetLastError = true)]
    public static partial int Shutdown(SafeSocketHandle socket, int direction);

    [LibraryImport("libc", EntryPoint = "socket", SetLastError = true)]
    private static partial int Open(int family, int type, int protocol);

    [LibraryImport("libc", EntryPoint = "connect", SetLastError = true)]
    private static partial int Connect(SafeSocketHandle socket, byte* address, uint addressLength);

    [LibraryImport("libc", EntryPoint = "bind", SetLastError = true)]
    private static partial int Bind(SafeSocketHandle socket, byte* address, uint addressLength);

    [LibraryImport("libc", EntryPoint = "accept4", SetLastError = true)]
    private static partial int Accept(SafeSocketHandle listener, byte* address, uint* addressLength, int flags);

    [LibraryImport("libc", EntryPoint = "socketpair", SetLastError = true)]
    private static partial int Pair(int family, int type, int protocol, int* descriptors);

    [LibraryImport("libc", EntryPoint = "getsockname", SetLastError = true)]
    private static partial int SocketName(SafeSocketHandle socket, byte* address, uint* addressLength);

    [LibraryImport("libc", EntryPoint = "getpeername", SetLastError = true)]
    private static partial int PeerName(SafeSocketHandle socket, byte* address, uint* addressLength);

    [LibraryImport("ws2_32", EntryPoint = "getsockname", SetLastError = true)]
    private static partial int WindowsSocketName(SafeSocketHandle socket, byte* address, uint* addressLength);

    [LibraryImport("ws2_32", EntryPoint = "getpeername", SetLastError = true)]
    private static partial int WindowsPeerName(SafeSocketHandle socket, byte* address, uint* addressLength);

    // For Linux alone: the argument is variadic, which Apple's processors pass in another place.
    [LibraryImport("libc", EntryPoint = "fcntl", SetLastError = true)]
    private static partial int Control(SafeSocketHandle socket, int command, int argument);

    // A request without an argument, so that nothing variadic is passed.
    [LibraryImport("libc", EntryPoint = "ioctl", SetLastError = true)]
    private static partial int Control(SafeSocketHandle socket, nuint request);

    // For Linux alone, likewise.
    [LibraryImport("libc", EntryPoint = "ioctl", SetLastError = true)]
    private static partial int Control(SafeSocketHandle socket, nuint request, int* argument);
}
