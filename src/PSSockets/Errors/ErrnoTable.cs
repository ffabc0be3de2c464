using System.Collections.Frozen;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using PSSockets.Native;

namespace PSSockets.Errors;

/// <summary>
/// The errors of the socket calls, with their numbers on each system. Where several C names share a .NET name, the first row
/// is the one that .NET means.
/// </summary>
/// <remarks>
/// Linux: errno(3), asm-generic/errno.h, netdb.h. macOS and its kin: sys/errno.h and netdb.h of Darwin, xnu-10002. Windows:
/// "Windows Sockets Error Codes" of Microsoft and winsock2.h; where Winsock has no such error, errno.h of its C library,
/// with no Winsock name.
/// </remarks>
internal static class ErrnoTable
{
    private const int Lacking = int.MinValue;

    private const string NoRemedyOnUnix = "See the manual page of the call that failed.";
    private const string NoRemedyOnWindows = "See Windows Sockets Error Codes at learn.microsoft.com.";

    // Name, number on Linux, macOS and Windows, Winsock's name, .NET's name, text, remedy.
    private static readonly Row[] Rows =
    [
        new("EACCES", 13, 13, 10013, "WSAEACCES", SocketError.AccessDenied, "Permission denied", "Use a port above 1023 or more rights; for a broadcast address switch on Broadcast; for a UNIX path check the permissions of the file and its directories.", WindowsAction: "Another program holds the port for itself alone, or the system has reserved it (netsh int ip show excludedportrange tcp): choose another. Raw sockets need an administrator; for a broadcast address switch on Broadcast."),
        new("EPERM", 1, 1, 1, "", SocketError.AccessDenied, "Operation not permitted", "Run with more rights (raw sockets need CAP_NET_RAW), or check the firewall's rules.", BsdAction: "Run with more rights (raw sockets need those of root), or check the firewall's rules.", WindowsAction: "Run as administrator, or check the firewall's rules."),
        new("EADDRINUSE", 98, 48, 10048, "WSAEADDRINUSE", SocketError.AddressAlreadyInUse, "Address already in use", "Choose another port, or port 0 for a free one; Get-Socket shows whether this session holds it. A stale UNIX socket file is replaced by Register-SocketAddress -Force.", WindowsAction: "Choose another port, or port 0 for a free one; Get-Socket shows whether this session holds it. The socket file of a UNIX socket that has ended has to be removed."),
        new("EADDRNOTAVAIL", 99, 49, 10049, "WSAEADDRNOTAVAIL", SocketError.AddressNotAvailable, "Cannot assign requested address", "Use an address that this machine has, or :PORT for any; a link-local IPv6 address needs its interface, as in [fe80::1%eth0]:53."),
        new("EAFNOSUPPORT", 97, 47, 10047, "WSAEAFNOSUPPORT", SocketError.AddressFamilyNotSupported, "Address family not supported by protocol", "Use an address of the socket's own family, or a dual-mode socket (New-Socket without arguments)."),
        new("EALREADY", 114, 37, 10037, "WSAEALREADY", SocketError.AlreadyInProgress, "Operation already in progress", "Wait for the earlier connect to end, or close the socket and make a new one."),
        new("EBADF", 9, 9, 10009, "WSAEBADF", SocketError.OperationAborted, "Bad file descriptor", "The socket is closed: make a new one with New-Socket."),
        new("ECANCELED", 125, 89, 995, "WSA_OPERATION_ABORTED", SocketError.OperationAborted, "Operation canceled", "The call was given up, mostly because the socket was closed meanwhile: make it again."),
        new("ECONNABORTED", 103, 53, 10053, "WSAECONNABORTED", SocketError.ConnectionAborted, "Software caused connection abort", "The connection was given up before it was used: connect again."),
        new("ECONNREFUSED", 111, 61, 10061, "WSAECONNREFUSED", SocketError.ConnectionRefused, "Connection refused", "Check that a program listens at that address and port, and start it first."),
        new("ECONNRESET", 104, 54, 10054, "WSAECONNRESET", SocketError.ConnectionReset, "Connection reset by peer", "The peer closed hard or is gone: connect again."),
        new("EDESTADDRREQ", 89, 39, 10039, "WSAEDESTADDRREQ", SocketError.DestinationAddressRequired, "Destination address required", "Say where to: give -RemoteEndPoint, or fix the peer with Connect-Socket."),
        new("EFAULT", 14, 14, 10014, "WSAEFAULT", SocketError.Fault, "Bad address", "The kernel could not read what was passed: a raw socket's message must hold at least its protocol's header."),
        new("EHOSTDOWN", 112, 64, 10064, "WSAEHOSTDOWN", SocketError.HostDown, "Host is down", "Check that the host is switched on and in the network."),
        new("EHOSTUNREACH", 113, 65, 10065, "WSAEHOSTUNREACH", SocketError.HostUnreachable, "No route to host", "Check the address, the routes and the firewall on the way."),
        new("EINPROGRESS", 115, 36, 10036, "WSAEINPROGRESS", SocketError.InProgress, "Operation now in progress", "The connect is still going on: wait for it."),
        new("EINTR", 4, 4, 10004, "WSAEINTR", SocketError.Interrupted, "Interrupted system call", "A signal came between: try again."),
        new("EINVAL", 22, 22, 10022, "WSAEINVAL", SocketError.InvalidArgument, "Invalid argument", "Check the arguments; a socket can be bound only once, and listened on only before it is connected."),
        new("EISCONN", 106, 56, 10056, "WSAEISCONN", SocketError.IsConnected, "Transport endpoint is already connected", "The socket has a peer already: Disconnect-Socket dissolves a datagram socket's, a stream needs a new socket."),
        new("EMFILE", 24, 24, 10024, "WSAEMFILE", SocketError.TooManyOpenSockets, "Too many open files", "Close sockets that are no longer used (Get-Socket | Close-Socket), or raise the limit (ulimit -n).", WindowsAction: "Close sockets that are no longer used (Get-Socket | Close-Socket)."),
        new("ENFILE", 23, 23, 23, "", SocketError.TooManyOpenSockets, "Too many open files in system", "The whole system has too many open files: close some programs."),
        new("EMSGSIZE", 90, 40, 10040, "WSAEMSGSIZE", SocketError.MessageSize, "Message too long", "Send less at once: a UDP datagram holds at most 65,507 bytes over IPv4 and 65,527 over IPv6; a UNIX datagram no more than the send buffer."),
        new("ENETDOWN", 100, 50, 10050, "WSAENETDOWN", SocketError.NetworkDown, "Network is down", "Bring the network interface up."),
        new("ENETRESET", 102, 52, 10052, "WSAENETRESET", SocketError.NetworkReset, "Network dropped connection on reset", "The network dropped the connection: connect again."),
        new("ENETUNREACH", 101, 51, 10051, "WSAENETUNREACH", SocketError.NetworkUnreachable, "Network is unreachable", "There is no route to that network: check the address, its family and the routes."),
        new("ENOBUFS", 105, 55, 10055, "WSAENOBUFS", SocketError.NoBufferSpaceAvailable, "No buffer space available", "The system is short of memory for sockets: send more slowly, or enlarge the buffers."),
        new("ENOMEM", 12, 12, 8, "WSA_NOT_ENOUGH_MEMORY", SocketError.NoBufferSpaceAvailable, "Cannot allocate memory", "The system is short of memory: close something."),
        new("ENOENT", 2, 2, 2, "", SocketError.AddressNotAvailable, "No such file or directory", "There is no such path: check its spelling, and that its directory exists or the server has been started."),
        new("ENOTDIR", 20, 20, 20, "", SocketError.AddressNotAvailable, "Not a directory", "A part of the path that should be a directory is a file: check the path."),
        new("EROFS", 30, 30, 30, "", SocketError.AccessDenied, "Read-only file system", "The file system is read-only: choose another path."),
        new("ENOPROTOOPT", 92, 42, 10042, "WSAENOPROTOOPT", SocketError.ProtocolOption, "Protocol not available", "This kind of socket does not know that option."),
        new("ENOTCONN", 107, 57, 10057, "WSAENOTCONN", SocketError.NotConnected, "Transport endpoint is not connected", "Connect the socket first (Connect-Socket), or say where to with -RemoteEndPoint."),
        new("ENOTSOCK", 88, 38, 10038, "WSAENOTSOCK", SocketError.NotSocket, "Socket operation on non-socket", "Pass an open socket."),
        new("EOPNOTSUPP", 95, 102, 10045, "WSAEOPNOTSUPP", SocketError.OperationNotSupported, "Operation not supported", "This kind of socket cannot do that: check its family and type."),
        new("ENOTSUP", Lacking, 45, Lacking, "", SocketError.OperationNotSupported, "Operation not supported", "This kind of socket cannot do that: check its family and type."),
        new("EPFNOSUPPORT", 96, 46, 10046, "WSAEPFNOSUPPORT", SocketError.ProtocolFamilyNotSupported, "Protocol family not supported", "The system was built without that protocol family."),
        new("EPIPE", 32, 32, 32, "", SocketError.Shutdown, "Broken pipe", "This direction of the connection was closed: nothing more can be sent."),
        new("ESHUTDOWN", 108, 58, 10058, "WSAESHUTDOWN", SocketError.Shutdown, "Cannot send after transport endpoint shutdown", "This direction of the connection was shut down with Disconnect-Socket."),
        new("EPROTONOSUPPORT", 93, 43, 10043, "WSAEPROTONOSUPPORT", SocketError.ProtocolNotSupported, "Protocol not supported", "Name a protocol that the family and type have, or none."),
        new("EPROTOTYPE", 91, 41, 10041, "WSAEPROTOTYPE", SocketError.ProtocolType, "Protocol wrong type for socket", "The socket at that UNIX path is of another type, or the protocol does not go with the type."),
        new("ESOCKTNOSUPPORT", 94, 44, 10044, "WSAESOCKTNOSUPPORT", SocketError.SocketNotSupported, "Socket type not supported", "Name a socket type that the family has."),
        new("ETIMEDOUT", 110, 60, 10060, "WSAETIMEDOUT", SocketError.TimedOut, "Connection timed out", "Nothing came in time: check that the peer is there and can answer, or allow more with -TimeoutSeconds or -TotalTimeoutSeconds."),
        new("EAGAIN", 11, 35, 10035, "WSAEWOULDBLOCK", SocketError.WouldBlock, "Resource temporarily unavailable", "The call would have to wait: try again."),
        new("ELOOP", 40, 62, 10062, "WSAELOOP", SocketError.AddressNotAvailable, "Too many levels of symbolic links", "There are too many symbolic links in the path: check them."),
        new("ENAMETOOLONG", 36, 63, 10063, "WSAENAMETOOLONG", SocketError.AddressNotAvailable, "File name too long", "Use a shorter path."),
        new("ENODEV", 19, 19, 19, "", SocketError.AddressNotAvailable, "No such device", "There is no such network interface, or none that fits: check its name or number, or the address that stands for it."),
        new("EDOM", 33, 33, 33, "", SocketError.InvalidArgument, "Numerical argument out of domain", "The value is out of the option's range."),
        new("EIO", 5, 5, 5, "", SocketError.SocketError, "Input/output error", "The device failed: see the system's log."),
        new("EAI_NONAME", -2, 8, 11001, "WSAHOST_NOT_FOUND", SocketError.HostNotFound, "Name or service not known", "Check the spelling of the name, or give the address as digits."),
        new("EAI_AGAIN", -3, 2, 11002, "WSATRY_AGAIN", SocketError.TryAgain, "Temporary failure in name resolution", "The name server did not answer: try again, or give the address as digits."),
        new("EAI_FAIL", -4, 4, 11003, "WSANO_RECOVERY", SocketError.NoRecovery, "Non-recoverable failure in name resolution", "The name server failed: check the resolver's settings."),
        new("EAI_NODATA", -5, 7, 11004, "WSANO_DATA", SocketError.NoData, "No address associated with hostname", "The name exists, but has no address of the family that is asked for."),
        new("EAI_SERVICE", -8, 9, 10109, "WSATYPE_NOT_FOUND", SocketError.TypeNotFound, "Servname not supported for ai_socktype", "Give the port as a number: the system's services database has no such name."),
        new("EAI_FAMILY", -6, 5, 10047, "WSAEAFNOSUPPORT", SocketError.AddressFamilyNotSupported, "ai_family not supported", "Ask for IPv4 or IPv6, or for no family."),
        new("EAI_ADDRFAMILY", -9, 1, Lacking, "", SocketError.NoData, "Address family for hostname not supported", "The host has no address of the family that is asked for."),
        new("EAI_SOCKTYPE", -7, 10, 10044, "WSAESOCKTNOSUPPORT", SocketError.SocketNotSupported, "ai_socktype not supported", "The service is not one of that socket type."),
        new("EAI_BADFLAGS", -1, 3, 10022, "WSAEINVAL", SocketError.InvalidArgument, "Bad value for ai_flags", "Leave out the switches that do not go together."),
        new("EAI_MEMORY", -10, 6, 8, "WSA_NOT_ENOUGH_MEMORY", SocketError.NoBufferSpaceAvailable, "Memory allocation failure", "The system is short of memory: close something."),

        // What only Windows has.
        new("WSA_INVALID_HANDLE", Lacking, Lacking, 6, "WSA_INVALID_HANDLE", SocketError.SocketError, "The handle is invalid", "Pass an open socket."),
        new("WSA_INVALID_PARAMETER", Lacking, Lacking, 87, "WSA_INVALID_PARAMETER", SocketError.InvalidArgument, "The parameter is incorrect", "Check the arguments."),
        new("WSA_IO_INCOMPLETE", Lacking, Lacking, 996, "WSA_IO_INCOMPLETE", SocketError.SocketError, "The call goes on", "Wait for it."),
        new("WSA_IO_PENDING", Lacking, Lacking, 997, "WSA_IO_PENDING", SocketError.IOPending, "The call goes on", "Wait for it."),
        new("WSAETOOMANYREFS", Lacking, Lacking, 10059, "WSAETOOMANYREFS", SocketError.SocketError, "Too many references to an object of the kernel", "Close something."),
        new("WSAENOTEMPTY", Lacking, Lacking, 10066, "WSAENOTEMPTY", SocketError.SocketError, "The directory is not empty", "Remove what is in it."),
        new("WSAEPROCLIM", Lacking, Lacking, 10067, "WSAEPROCLIM", SocketError.ProcessLimit, "Too many programs use Windows Sockets", "Close some programs."),
        new("WSAEUSERS", Lacking, Lacking, 10068, "WSAEUSERS", SocketError.SocketError, "Out of user quota", "Close something."),
        new("WSAEDQUOT", Lacking, Lacking, 10069, "WSAEDQUOT", SocketError.SocketError, "Out of disk quota", "Free some space."),
        new("WSAESTALE", Lacking, Lacking, 10070, "WSAESTALE", SocketError.SocketError, "The reference to the file is stale", "Open it again."),
        new("WSAEREMOTE", Lacking, Lacking, 10071, "WSAEREMOTE", SocketError.SocketError, "The item is not on this machine", "Use one that is."),
        new("WSASYSNOTREADY", Lacking, Lacking, 10091, "WSASYSNOTREADY", SocketError.SystemNotReady, "The network is not ready", "Check that the network is switched on, and try again."),
        new("WSAVERNOTSUPPORTED", Lacking, Lacking, 10092, "WSAVERNOTSUPPORTED", SocketError.VersionNotSupported, "The version of Windows Sockets is not there", "Update Windows."),
        new("WSANOTINITIALISED", Lacking, Lacking, 10093, "WSANOTINITIALISED", SocketError.NotInitialized, "Windows Sockets is not initialized", "Start the program again: .NET initializes it by itself."),
        new("WSAEDISCON", Lacking, Lacking, 10101, "WSAEDISCON", SocketError.Disconnecting, "The peer is closing the connection", "Receive what is left, and close the socket."),
        new("WSAENOMORE", Lacking, Lacking, 10102, "WSAENOMORE", SocketError.SocketError, "There are no more results", "Stop asking for more."),
        new("WSAECANCELLED", Lacking, Lacking, 10103, "WSAECANCELLED", SocketError.SocketError, "The look-up was cancelled", "Look it up again."),
        new("WSAEINVALIDPROCTABLE", Lacking, Lacking, 10104, "WSAEINVALIDPROCTABLE", SocketError.SocketError, "A network provider is not valid", "Repair it: netsh winsock reset."),
        new("WSAEINVALIDPROVIDER", Lacking, Lacking, 10105, "WSAEINVALIDPROVIDER", SocketError.SocketError, "A network provider has the wrong version", "Repair it: netsh winsock reset."),
        new("WSAEPROVIDERFAILEDINIT", Lacking, Lacking, 10106, "WSAEPROVIDERFAILEDINIT", SocketError.SocketError, "A network provider cannot be loaded", "Repair it: netsh winsock reset."),
        new("WSASYSCALLFAILURE", Lacking, Lacking, 10107, "WSASYSCALLFAILURE", SocketError.SocketError, "A system call failed that should not", "Start Windows again."),
        new("WSASERVICE_NOT_FOUND", Lacking, Lacking, 10108, "WSASERVICE_NOT_FOUND", SocketError.SocketError, "No such service is known", "Check the spelling of the service."),
        new("WSA_E_NO_MORE", Lacking, Lacking, 10110, "WSA_E_NO_MORE", SocketError.SocketError, "There are no more results", "Stop asking for more."),
        new("WSA_E_CANCELLED", Lacking, Lacking, 10111, "WSA_E_CANCELLED", SocketError.SocketError, "The look-up was cancelled", "Look it up again."),
        new("WSAEREFUSED", Lacking, Lacking, 10112, "WSAEREFUSED", SocketError.SocketError, "The name server refused", "Check its settings."),
    ];

    private static readonly (Row Row, SocketErrorInfo Info)[] Entries = Array.ConvertAll(Rows, row => (row, row.ToInfo()));

    /// <summary>Every error that this system has, in the order of the table.</summary>
    public static IReadOnlyList<SocketErrorInfo> All { get; } = [.. Entries.Where(entry => entry.Row.OwnNumber != Lacking).Select(entry => entry.Info)];

    /// <summary>Those that only other systems have.</summary>
    public static IReadOnlyList<SocketErrorInfo> Others { get; } = [.. Entries.Where(entry => entry.Row.OwnNumber == Lacking).Select(entry => entry.Info)];

    private static readonly FrozenDictionary<int, SocketErrorInfo> ByNumber = FirstOf(All, info => info.Number);

    // Without SocketError.SocketError, by which .NET means any errno that it has no name for.
    private static readonly FrozenDictionary<SocketError, SocketErrorInfo> BySocketError =
        FirstOf([.. All.Concat(Others).Where(info => info.SocketError != SocketError.SocketError)], info => info.SocketError);

    private static string NoRemedy => SystemNumbers.HasWinsock ? NoRemedyOnWindows : NoRemedyOnUnix;

    /// <summary>The error that a system call left in <c>errno</c>.</summary>
    public static SocketErrorInfo FromNumber(int number) =>
        ByNumber.TryGetValue(number, out SocketErrorInfo? info)
            ? info
            : new SocketErrorInfo(number, $"errno {number}", SocketError.SocketError, SystemText(number, $"Unknown error {number}"), NoRemedy);

    /// <summary>The error that getaddrinfo(3) or getnameinfo(3) gave.</summary>
    public static SocketErrorInfo FromResolver(int code)
    {
        foreach (SocketErrorInfo info in All)
        {
            // Windows gives its own errno values here, some with names that start otherwise.
            if (info.Number == code && (!SystemNumbers.HasResolverNumbers || IsOfResolver(info)))
            {
                return info;
            }
        }

        return new SocketErrorInfo(code, $"EAI {code}", SocketError.NoRecovery, "Name look-up failed", "See the manual page of getaddrinfo.");
    }

    /// <summary>The error that .NET named.</summary>
    public static SocketErrorInfo FromSocketError(SocketError error) =>
        // On Windows .NET's numbers are the system's.
        SystemNumbers.HasWinsock && ByNumber.TryGetValue((int)error, out SocketErrorInfo? own) ? own
        : BySocketError.TryGetValue(error, out SocketErrorInfo? info) ? info
        : new SocketErrorInfo((int)error, error.ToString(), error, WithoutStop(new SocketException((int)error).Message), "See the .NET documentation of SocketError.");

    /// <summary>
    /// The error of a C name (<c>EADDRINUSE</c>), of Winsock's name (<c>WSAEADDRINUSE</c>) or of a .NET name
    /// (<c>AddressAlreadyInUse</c>), upper or lower case; null where there is none.
    /// </summary>
    public static SocketErrorInfo? FromName(string name)
    {
        string alias = name.ToUpperInvariant() switch
        {
            "EWOULDBLOCK" => "EAGAIN",
            "ENOTSUP" => "EOPNOTSUPP", // one number, but on macOS
            "HOST_NOT_FOUND" => "EAI_NONAME",
            "TRY_AGAIN" => "EAI_AGAIN",
            "NO_RECOVERY" => "EAI_FAIL",
            "NO_DATA" => "EAI_NODATA",
            _ => name,
        };
        return Find(All, info => info.Name, name)
            ?? Find(All, info => info.Name, alias)
            ?? Find(Others, info => info.Name, name)
            ?? Find(All.Concat(Others), info => info.WindowsName, name)
            ?? (Array.Find(Enum.GetNames<SocketError>(), candidate => candidate.Equals(name, StringComparison.OrdinalIgnoreCase)) is string dotNet
                ? FromSocketError(Enum.Parse<SocketError>(dotNet))
                : null);
    }

    /// <summary>The error of a number: of this system, or else of Windows, Linux or macOS; null where there is none.</summary>
    public static SocketErrorInfo? FindNumber(int number)
    {
        return ByNumber.TryGetValue(number, out SocketErrorInfo? own)
            ? own
            : FirstWith(info => info.WindowsNumber) ?? FirstWith(info => info.LinuxNumber) ?? FirstWith(info => IsOfResolver(info) ? null : info.MacNumber);

        SocketErrorInfo? FirstWith(Func<SocketErrorInfo, int?> column) => All.Concat(Others).FirstOrDefault(info => column(info) == number);
    }

    /// <summary>The system's text of a number, without the full stop that Windows puts at its end.</summary>
    /// <param name="number">The number.</param>
    /// <param name="otherwise">What is said where the system has no text.</param>
    internal static string SystemText(int number, string otherwise)
    {
        string text = WithoutStop(Marshal.GetPInvokeErrorMessage(number));
        return text.Length == 0 || (SystemNumbers.HasWinsock && text.StartsWith("Unknown error", StringComparison.Ordinal)) ? otherwise : text;
    }

    /// <summary>A system's text without the full stop, or the line break, at its end: in messages something follows.</summary>
    internal static string WithoutStop(string text) => text.TrimEnd('.', ' ', '\r', '\n');

    private static bool IsOfResolver(SocketErrorInfo info) => info.Name.StartsWith("EAI_", StringComparison.Ordinal);

    private static SocketErrorInfo? Find(IEnumerable<SocketErrorInfo> among, Func<SocketErrorInfo, string> column, string name) =>
        name.Length == 0 ? null : among.FirstOrDefault(info => column(info).Equals(name, StringComparison.OrdinalIgnoreCase));

    private static FrozenDictionary<TKey, SocketErrorInfo> FirstOf<TKey>(IReadOnlyList<SocketErrorInfo> all, Func<SocketErrorInfo, TKey> key)
        where TKey : notnull => all.DistinctBy(key).ToFrozenDictionary(key);

    private sealed record Row(
        string Name,
        int Linux,
        int Bsd,
        int Windows,
        string WindowsName,
        SocketError SocketError,
        string Text,
        string Action,
        string? BsdAction = null,
        string? WindowsAction = null)
    {
        public int OwnNumber => SystemNumbers.Pick(Linux, Bsd, Windows);

        public SocketErrorInfo ToInfo()
        {
            // A text of this table where the number is not one that the system has a text for.
            bool isSystems = OwnNumber != Lacking && !IsOfResolverTable && (!SystemNumbers.HasWinsock || WindowsName.Length > 0);
            return new SocketErrorInfo(
                OwnNumber == Lacking ? (Windows == Lacking ? Bsd : Windows) : OwnNumber,
                Name,
                SocketError,
                isSystems ? SystemText(OwnNumber, Text) : Text,
                SystemNumbers.Pick(Action, BsdAction ?? Action, WindowsAction ?? Action))
            {
                WindowsName = WindowsName,
                LinuxNumber = Known(Linux),
                MacNumber = Known(Bsd),
                WindowsNumber = Known(Windows),
            };
        }

        private bool IsOfResolverTable => Name.StartsWith("EAI_", StringComparison.Ordinal);

        private static int? Known(int number) => number == Lacking ? null : number;
    }
}
