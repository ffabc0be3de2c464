using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace PSSockets.Interop;

/// <summary>Single calls on a socket that .NET lacks or cannot wait for: bind(2), connect(2), socketpair(2), getsockname(2), getpeername(2), fcntl(2).</summary>
internal static unsafe partial class SocketCalls
{
    private const int UnixFamily = 1;
    private const int CloseOnExec = 0x80000;
    private const int GetFlags = 3;
    private const int SetFlags = 4;
    private const int NonBlocking = 0x800;
    private const int SetDescriptorFlags = 2;
    private const int CloseOnExecFlag = 1;

    /// <summary>The longest address there is: <c>struct sockaddr_storage</c>.</summary>
    public const int AddressBufferSize = 128;

    /// <summary>Starts a connect that does not wait; 0, or -1 and errno. The descriptor's blocking mode is as before when it returns.</summary>
    public static int StartConnect(SafeSocketHandle socket, SocketAddress address)
    {
        int flags = Control(socket, GetFlags, 0);
        _ = Control(socket, SetFlags, flags | NonBlocking);
        int result;
        int errno;
        fixed (byte* name = address.Buffer.Span)
        {
            result = Connect(socket, name, (uint)address.Size);
            errno = Marshal.GetLastPInvokeError();
        }

        _ = Control(socket, SetFlags, flags);
        Marshal.SetLastPInvokeError(errno);
        return result;
    }

    /// <summary>Whether the descriptor is in blocking mode (O_NONBLOCK is off).</summary>
    public static bool IsBlocking(SafeSocketHandle socket) => (Control(socket, GetFlags, 0) & NonBlocking) == 0;

    /// <summary>Sets or clears O_NONBLOCK on Linux.</summary>
    public static void SetBlocking(SafeSocketHandle socket, bool blocking)
    {
        int flags = Control(socket, GetFlags, 0);
        _ = Control(socket, SetFlags, blocking ? flags & ~NonBlocking : flags | NonBlocking);
    }

    /// <summary>Dissolves a datagram socket's association, or gives up a stream's connect: connect(2) with AF_UNSPEC.</summary>
    public static int Dissolve(SafeSocketHandle socket)
    {
        // A sockaddr of the generic size whose family is AF_UNSPEC, which is all zeros on every system.
        byte* name = stackalloc byte[16];
        new Span<byte>(name, 16).Clear();
        return Connect(socket, name, 16);
    }

    /// <summary>Binds a socket that .NET knows as bound, again: bind(2).</summary>
    public static int Bind(SafeSocketHandle socket, SocketAddress address)
    {
        fixed (byte* name = address.Buffer.Span)
        {
            return Bind(socket, name, (uint)address.Size);
        }
    }

    /// <summary>Makes two connected UNIX sockets: socketpair(2). Null and errno when it fails.</summary>
    public static (SafeSocketHandle First, SafeSocketHandle Second)? MakePair(int type)
    {
        int* descriptors = stackalloc int[2];
        bool atomic = OperatingSystem.IsLinux();
        if (Pair(UnixFamily, atomic ? type | CloseOnExec : type, 0, descriptors) != 0)
        {
            return null;
        }

        SafeSocketHandle first = new(descriptors[0], ownsHandle: true);
        SafeSocketHandle second = new(descriptors[1], ownsHandle: true);
        if (!atomic)
        {
            _ = Control(first, SetDescriptorFlags, CloseOnExecFlag);
            _ = Control(second, SetDescriptorFlags, CloseOnExecFlag);
        }

        return (first, second);
    }

    /// <summary>The address that the kernel has for this side; 0 bytes where there is none.</summary>
    public static int LocalName(SafeSocketHandle socket, Span<byte> buffer)
    {
        uint length = (uint)buffer.Length;
        fixed (byte* name = buffer)
        {
            return SocketName(socket, name, &length) == 0 ? (int)Math.Min(length, (uint)buffer.Length) : 0;
        }
    }

    /// <summary>The peer's address; -1 where the socket has no peer, 2 or less for a peer without a name.</summary>
    public static int PeerNameOf(SafeSocketHandle socket, Span<byte> buffer)
    {
        uint length = (uint)buffer.Length;
        fixed (byte* name = buffer)
        {
            return PeerName(socket, name, &length) == 0 ? (int)Math.Min(length, (uint)buffer.Length) : -1;
        }
    }

    [LibraryImport("libc", EntryPoint = "connect", SetLastError = true)]
    private static partial int Connect(SafeSocketHandle socket, byte* address, uint addressLength);

    [LibraryImport("libc", EntryPoint = "bind", SetLastError = true)]
    private static partial int Bind(SafeSocketHandle socket, byte* address, uint addressLength);

    [LibraryImport("libc", EntryPoint = "socketpair", SetLastError = true)]
    private static partial int Pair(int family, int type, int protocol, int* descriptors);

    [LibraryImport("libc", EntryPoint = "getsockname", SetLastError = true)]
    private static partial int SocketName(SafeSocketHandle socket, byte* address, uint* addressLength);

    [LibraryImport("libc", EntryPoint = "getpeername", SetLastError = true)]
    private static partial int PeerName(SafeSocketHandle socket, byte* address, uint* addressLength);

    [LibraryImport("libc", EntryPoint = "fcntl", SetLastError = true)]
    private static partial int Control(SafeSocketHandle socket, int command, int argument);
}
