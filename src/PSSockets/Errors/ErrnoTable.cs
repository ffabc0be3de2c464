using System.Net.Sockets;
using System.Runtime.InteropServices;
using PSSockets.Native;

namespace PSSockets.Errors;

/// <summary>
/// The errors of the socket calls: errno(3), getaddrinfo(3), and the Windows Sockets numbers.
/// Where several C names share a .NET name, the first row is the one that .NET means.
/// </summary>
internal static class ErrnoTable
{
    private static readonly Row[] Rows =
    [
        new("EACCES", 13, 13, SocketError.AccessDenied, "Use a port above 1023 or more rights; for a broadcast address switch on Broadcast; for a UNIX path check the permissions of the file and its directories."),
        new("EPERM", 1, 1, SocketError.AccessDenied, "Run with more rights (raw sockets need CAP_NET_RAW), or check the firewall's rules."),
        new("EADDRINUSE", 98, 48, SocketError.AddressAlreadyInUse, "Choose another port, or port 0 for a free one; Get-Socket shows whether this session holds it. A stale UNIX socket file is replaced by Register-SocketAddress -Force."),
        new("EADDRNOTAVAIL", 99, 49, SocketError.AddressNotAvailable, "Use an address that this machine has, or :PORT for any; a link-local IPv6 address needs its interface, as in [fe80::1%eth0]:53."),
        new("EAFNOSUPPORT", 97, 47, SocketError.AddressFamilyNotSupported, "Use an address of the socket's own family, or a dual-mode socket (New-Socket without arguments)."),
        new("EALREADY", 114, 37, SocketError.AlreadyInProgress, "Wait for the earlier connect to end, or close the socket and make a new one."),
        new("EBADF", 9, 9, SocketError.OperationAborted, "The socket is closed: make a new one with New-Socket."),
        new("ECONNABORTED", 103, 53, SocketError.ConnectionAborted, "The connection was given up before it was used: connect again."),
        new("ECONNREFUSED", 111, 61, SocketError.ConnectionRefused, "Check that a program listens at that address and port, and start it first."),
        new("ECONNRESET", 104, 54, SocketError.ConnectionReset, "The peer closed hard or is gone: connect again."),
        new("EDESTADDRREQ", 89, 39, SocketError.DestinationAddressRequired, "Say where to: give -RemoteEndPoint, or fix the peer with Connect-Socket."),
        new("EFAULT", 14, 14, SocketError.Fault, "The kernel could not read what was passed: a raw socket's message must hold at least its protocol's header."),
        new("EHOSTDOWN", 112, 64, SocketError.HostDown, "Check that the host is switched on and in the network."),
        new("EHOSTUNREACH", 113, 65, SocketError.HostUnreachable, "Check the address, the routes and the firewall on the way."),
        new("EINPROGRESS", 115, 36, SocketError.InProgress, "The connect is still going on: wait for it."),
        new("EINTR", 4, 4, SocketError.Interrupted, "A signal came between: try again."),
        new("EINVAL", 22, 22, SocketError.InvalidArgument, "Check the arguments; a socket can be bound only once, and listened on only before it is connected."),
        new("EISCONN", 106, 56, SocketError.IsConnected, "The socket has a peer already: Disconnect-Socket dissolves a datagram socket's, a stream needs a new socket."),
        new("EMFILE", 24, 24, SocketError.TooManyOpenSockets, "Close sockets that are no longer used (Get-Socket | Close-Socket), or raise the limit (ulimit -n)."),
        new("ENFILE", 23, 23, SocketError.TooManyOpenSockets, "The whole system has too many open files: close some programs."),
        new("EMSGSIZE", 90, 40, SocketError.MessageSize, "Send less at once: a UDP datagram holds at most 65,507 bytes over IPv4 and 65,527 over IPv6; a UNIX datagram no more than the send buffer."),
        new("ENETDOWN", 100, 50, SocketError.NetworkDown, "Bring the network interface up."),
        new("ENETRESET", 102, 52, SocketError.NetworkReset, "The network dropped the connection: connect again."),
        new("ENETUNREACH", 101, 51, SocketError.NetworkUnreachable, "There is no route to that network: check the address, its family and the routes."),
        new("ENOBUFS", 105, 55, SocketError.NoBufferSpaceAvailable, "The system is short of memory for sockets: send more slowly, or enlarge the buffers."),
        new("ENOMEM", 12, 12, SocketError.NoBufferSpaceAvailable, "The system is short of memory: close something."),
        new("ENOENT", 2, 2, SocketError.AddressNotAvailable, "There is no such path: check its spelling, and that its directory exists or the server has been started."),
        new("ENOTDIR", 20, 20, SocketError.AddressNotAvailable, "A part of the path that should be a directory is a file: check the path."),
        new("EROFS", 30, 30, SocketError.AccessDenied, "The file system is read-only: choose another path."),
        new("ENOPROTOOPT", 92, 42, SocketError.ProtocolOption, "This kind of socket does not know that option."),
        new("ENOTCONN", 107, 57, SocketError.NotConnected, "Connect the socket first (Connect-Socket), or say where to with -RemoteEndPoint."),
        new("ENOTSOCK", 88, 38, SocketError.NotSocket, "Pass an open socket."),
        new("EOPNOTSUPP", 95, 102, SocketError.OperationNotSupported, "This kind of socket cannot do that: check its family and type."),
        new("EPFNOSUPPORT", 96, 46, SocketError.ProtocolFamilyNotSupported, "The system was built without that protocol family."),
        new("EPIPE", 32, 32, SocketError.Shutdown, "This direction of the connection was closed: nothing more can be sent."),
        new("ESHUTDOWN", 108, 58, SocketError.Shutdown, "This direction of the connection was shut down with Disconnect-Socket."),
        new("EPROTONOSUPPORT", 93, 43, SocketError.ProtocolNotSupported, "Name a protocol that the family and type have, or none."),
        new("EPROTOTYPE", 91, 41, SocketError.ProtocolType, "The socket at that UNIX path is of another type, or the protocol does not go with the type."),
        new("ESOCKTNOSUPPORT", 94, 44, SocketError.SocketNotSupported, "Name a socket type that the family has."),
        new("ETIMEDOUT", 110, 60, SocketError.TimedOut, "Nothing came in time: check that the peer is there and can answer, or allow more with -TimeoutSeconds."),
        new("EAGAIN", 11, 35, SocketError.WouldBlock, "The call would have to wait: try again."),
        new("ELOOP", 40, 62, SocketError.AddressNotAvailable, "There are too many symbolic links in the path: check them."),
        new("ENAMETOOLONG", 36, 63, SocketError.AddressNotAvailable, "Use a shorter path."),
        new("ENODEV", 19, 19, SocketError.AddressNotAvailable, "There is no such network interface, or none that fits: check its name or number, or the address that stands for it."),
        new("EDOM", 33, 33, SocketError.InvalidArgument, "The value is out of the option's range."),
        new("EIO", 5, 5, SocketError.SocketError, "The device failed: see the system's log."),
        new("EAI_NONAME", -2, 8, SocketError.HostNotFound, "Check the spelling of the name, or give the address as digits.", "Name or service not known"),
        new("EAI_AGAIN", -3, 2, SocketError.TryAgain, "The name server did not answer: try again, or give the address as digits.", "Temporary failure in name resolution"),
        new("EAI_FAIL", -4, 4, SocketError.NoRecovery, "The name server failed: check the resolver's settings.", "Non-recoverable failure in name resolution"),
        new("EAI_NODATA", -5, 7, SocketError.NoData, "The name exists, but has no address of the family that is asked for.", "No address associated with hostname"),
        new("EAI_SERVICE", -8, 9, SocketError.TypeNotFound, "Give the port as a number: the system's services database has no such name.", "Servname not supported for ai_socktype"),
        new("EAI_FAMILY", -6, 5, SocketError.AddressFamilyNotSupported, "Ask for IPv4 or IPv6, or for no family.", "ai_family not supported"),
        new("EAI_ADDRFAMILY", -9, 1, SocketError.NoData, "The host has no address of the family that is asked for.", "Address family for hostname not supported"),
        new("EAI_SOCKTYPE", -7, 10, SocketError.SocketNotSupported, "The service is not one of that socket type.", "ai_socktype not supported"),
        new("EAI_BADFLAGS", -1, 3, SocketError.InvalidArgument, "Leave out the switches that do not go together.", "Bad value for ai_flags"),
    ];

    /// <summary>Every error that the table knows, in the order of the table.</summary>
    public static IReadOnlyList<SocketErrorInfo> All { get; } = Array.ConvertAll(Rows, row => row.ToInfo());

    private static readonly Dictionary<int, SocketErrorInfo> ByNumber = FirstOf(All, info => info.Number);

    // Without SocketError.SocketError, by which .NET means any errno that it has no name for.
    private static readonly Dictionary<SocketError, SocketErrorInfo> BySocketError =
        FirstOf([.. All.Where(info => info.SocketError != SocketError.SocketError)], info => info.SocketError);

    /// <summary>The error that a system call left in <c>errno</c>.</summary>
    public static SocketErrorInfo FromNumber(int number) =>
        ByNumber.TryGetValue(number, out SocketErrorInfo? info)
            ? info
            : new SocketErrorInfo(number, $"errno {number}", SocketError.SocketError, Marshal.GetPInvokeErrorMessage(number), "See the manual page of the call that failed.");

    /// <summary>The error that getaddrinfo(3) or getnameinfo(3) gave.</summary>
    public static SocketErrorInfo FromResolver(int code)
    {
        foreach (SocketErrorInfo info in All)
        {
            // Windows gives its own errno values here, some with names that start otherwise.
            if (info.Number == code && (!SystemNumbers.HasResolverNumbers || info.Name.StartsWith("EAI_", StringComparison.Ordinal)))
            {
                return info;
            }
        }

        return new SocketErrorInfo(code, $"EAI {code}", SocketError.NoRecovery, "Name look-up failed", "See the manual page of getaddrinfo.");
    }

    /// <summary>The error that .NET named.</summary>
    public static SocketErrorInfo FromSocketError(SocketError error) =>
        BySocketError.TryGetValue(error, out SocketErrorInfo? info)
            ? info
            : new SocketErrorInfo((int)error, error.ToString(), error, new SocketException((int)error).Message, "See the .NET documentation of SocketError.");

    /// <summary>The error of a C name (<c>EADDRINUSE</c>) or of a .NET name (<c>AddressAlreadyInUse</c>), upper or lower case; null where there is none.</summary>
    public static SocketErrorInfo? FromName(string name)
    {
        foreach (SocketErrorInfo info in All)
        {
            if (info.Name.Equals(name, StringComparison.OrdinalIgnoreCase))
            {
                return info;
            }
        }

        return Array.Find(Enum.GetNames<SocketError>(), candidate => candidate.Equals(name, StringComparison.OrdinalIgnoreCase)) is string known
            ? FromSocketError(Enum.Parse<SocketError>(known))
            : null;
    }

    /// <summary>Whether the table has this number.</summary>
    public static bool Knows(int number) => ByNumber.ContainsKey(number);

    private static Dictionary<TKey, SocketErrorInfo> FirstOf<TKey>(IReadOnlyList<SocketErrorInfo> all, Func<SocketErrorInfo, TKey> key)
        where TKey : notnull
    {
        Dictionary<TKey, SocketErrorInfo> first = [];
        foreach (SocketErrorInfo info in all)
        {
            first.TryAdd(key(info), info);
        }

        return first;
    }

    private sealed record Row(string Name, int LinuxNumber, int BsdNumber, SocketError SocketError, string Action, string? Text = null)
    {
        public SocketErrorInfo ToInfo()
        {
            int number = SystemNumbers.Pick(LinuxNumber, BsdNumber, (int)SocketError);
            return new SocketErrorInfo(number, Name, SocketError, Text ?? Marshal.GetPInvokeErrorMessage(number), Action);
        }
    }
}
