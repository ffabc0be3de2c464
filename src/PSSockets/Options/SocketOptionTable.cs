using System.Globalization;
using System.Net.Sockets;
using PSSockets.Errors;
using PSSockets.Native;

namespace PSSockets.Options;

/// <summary>The one list of socket options: socket(7), ip(7), ipv6(7), tcp(7), udp(7). Everything that knows options by name comes from here.</summary>
/// <remarks>
/// The numbers: Linux, asm-generic/socket.h, linux/in.h, linux/in6.h, linux/tcp.h, linux/udp.h; macOS and its kin, sys/socket.h, netinet/in.h, netinet6/in6.h
/// and netinet/tcp.h of xnu; Windows, winsock2.h, ws2ipdef.h and mstcpip.h.
/// </remarks>
internal static class SocketOptionTable
{
    private const int Lacking = int.MinValue;

    private static readonly (string Name, string ManPage, int Linux, int Bsd, int Windows) SocketLevel = ("SOL_SOCKET", "socket(7)", 1, 0xFFFF, 0xFFFF);
    private static readonly (string Name, string ManPage, int Linux, int Bsd, int Windows) IPLevel = ("IPPROTO_IP", "ip(7)", 0, 0, 0);
    private static readonly (string Name, string ManPage, int Linux, int Bsd, int Windows) IPv6Level = ("IPPROTO_IPV6", "ipv6(7)", 41, 41, 41);
    private static readonly (string Name, string ManPage, int Linux, int Bsd, int Windows) TcpLevel = ("IPPROTO_TCP", "tcp(7)", 6, 6, 6);
    private static readonly (string Name, string ManPage, int Linux, int Bsd, int Windows) UdpLevel = ("IPPROTO_UDP", "udp(7)", 17, 17, 17);

    // Name, C name, level, number on Linux, BSD and Windows, kind, unit, meaning.
    private static readonly Row[] Rows =
    [
        new("ReuseAddress", "SO_REUSEADDR", SocketLevel, 2, 4, 4, SocketOptionKind.Switch, "", "Bind an address while old connections of it linger; on Windows, take the address of another socket"),
        new("ExclusiveAddressUse", "SO_EXCLUSIVEADDRUSE", SocketLevel, Lacking, Lacking, ~4, SocketOptionKind.Switch, "", "Let nobody else bind the address, also not with SO_REUSEADDR"),
        new("ReusePort", "SO_REUSEPORT", SocketLevel, 15, 0x200, Lacking, SocketOptionKind.Switch, "", "Share a port with other sockets that have this option"),
        new("Broadcast", "SO_BROADCAST", SocketLevel, 6, 0x20, 0x20, SocketOptionKind.Switch, "", "Allow sending to broadcast addresses"),
        new("KeepAlive", "SO_KEEPALIVE", SocketLevel, 9, 8, 8, SocketOptionKind.Switch, "", "Probe a silent connection"),
        new("Linger", "SO_LINGER", SocketLevel, 13, 0x1080, 0x80, SocketOptionKind.Linger, "s", "How long a close waits for data that was not sent; 0 resets the connection"),
        new("SendBufferSize", "SO_SNDBUF", SocketLevel, 7, 0x1001, 0x1001, SocketOptionKind.Number, "bytes", "The send buffer; Linux doubles what is set"),
        new("ReceiveBufferSize", "SO_RCVBUF", SocketLevel, 8, 0x1002, 0x1002, SocketOptionKind.Number, "bytes", "The receive buffer; Linux doubles what is set"),
        new("SendTimeout", "SO_SNDTIMEO", SocketLevel, 21, 0x1005, 0x1005, SocketOptionKind.Time, "s", "How long a plain blocking send waits"),
        new("ReceiveTimeout", "SO_RCVTIMEO", SocketLevel, 20, 0x1006, 0x1006, SocketOptionKind.Time, "s", "How long a plain blocking receive waits"),
        new("ReceiveLowWater", "SO_RCVLOWAT", SocketLevel, 18, 0x1004, Lacking, SocketOptionKind.Number, "bytes", "How many bytes make a socket readable"),
        new("OutOfBandInline", "SO_OOBINLINE", SocketLevel, 10, 0x100, 0x100, SocketOptionKind.Switch, "", "Leave urgent data in the stream"),
        new("DontRoute", "SO_DONTROUTE", SocketLevel, 5, 0x10, 0x10, SocketOptionKind.Switch, "", "Send only to hosts on a network of this machine"),
        new("Timestamp", "SO_TIMESTAMPNS", SocketLevel, 35, Lacking, Lacking, SocketOptionKind.Switch, "", "Note when each datagram came"),
        new("Priority", "SO_PRIORITY", SocketLevel, 12, Lacking, Lacking, SocketOptionKind.Number, "0-6", "The queue for what is sent"),
        new("Mark", "SO_MARK", SocketLevel, 36, Lacking, Lacking, SocketOptionKind.Number, "", "The firewall's and router's mark of what is sent"),
        new("BindToDevice", "SO_BINDTODEVICE", SocketLevel, 25, Lacking, Lacking, SocketOptionKind.Text, "interface", "Use only this network interface"),
        new("PassCredentials", "SO_PASSCRED", SocketLevel, 16, Lacking, Lacking, SocketOptionKind.Switch, "", "Receive the credentials of UNIX peers"),
        new("SocketType", "SO_TYPE", SocketLevel, 3, 0x1008, 0x1008, SocketOptionKind.Name, "", "The type of the socket", IsReadOnly: true),
        new("SocketDomain", "SO_DOMAIN", SocketLevel, 39, Lacking, Lacking, SocketOptionKind.Name, "", "The family of the socket", IsReadOnly: true),
        new("SocketProtocol", "SO_PROTOCOL", SocketLevel, 38, Lacking, Lacking, SocketOptionKind.Name, "", "The protocol of the socket", IsReadOnly: true),
        new("AcceptConnection", "SO_ACCEPTCONN", SocketLevel, 30, 2, 2, SocketOptionKind.Switch, "", "Whether the socket listens", IsReadOnly: true),
        new("PendingError", "SO_ERROR", SocketLevel, 4, 0x1007, 0x1007, SocketOptionKind.Number, "errno", "The error that waits; reading clears it", IsReadOnly: true),

        new("TimeToLive", "IP_TTL", IPLevel, 2, 4, 4, SocketOptionKind.Number, "hops", "How many routers what is sent may pass", Family: AddressFamily.InterNetwork),
        new("TypeOfService", "IP_TOS", IPLevel, 1, 3, 3, SocketOptionKind.Number, "0-255", "The service class of what is sent (DSCP and ECN)", Family: AddressFamily.InterNetwork),
        new("HeaderIncluded", "IP_HDRINCL", IPLevel, 3, 2, 2, SocketOptionKind.Switch, "", "Raw sockets write the IP header themselves"),
        new("PacketInformation", "IP_PKTINFO", IPLevel, 8, 26, 19, SocketOptionKind.Switch, "", "Note to which address and through which interface each datagram came", Family: AddressFamily.InterNetwork),
        new("MtuDiscovery", "IP_MTU_DISCOVER", IPLevel, 10, Lacking, 71, SocketOptionKind.Number, "0-5", "Path MTU discovery; 2 forbids fragments", Family: AddressFamily.InterNetwork),
        new("Mtu", "IP_MTU", IPLevel, 14, Lacking, 73, SocketOptionKind.Number, "bytes", "The MTU to the peer of a connected socket", IsReadOnly: true, Family: AddressFamily.InterNetwork),
        new("FreeBind", "IP_FREEBIND", IPLevel, 15, Lacking, Lacking, SocketOptionKind.Switch, "", "Bind an address that this machine does not have yet"),
        new("MulticastInterface", "IP_MULTICAST_IF", IPLevel, 32, 9, 9, SocketOptionKind.Interface, "interface", "Through which interface multicast is sent", Family: AddressFamily.InterNetwork),
        new("MulticastTimeToLive", "IP_MULTICAST_TTL", IPLevel, 33, 10, 10, SocketOptionKind.Number, "hops", "How many routers multicast may pass", Family: AddressFamily.InterNetwork),
        new("MulticastLoopback", "IP_MULTICAST_LOOP", IPLevel, 34, 11, 11, SocketOptionKind.Switch, "", "Multicast comes back to this machine", Family: AddressFamily.InterNetwork),
        new("MulticastAll", "IP_MULTICAST_ALL", IPLevel, 49, Lacking, Lacking, SocketOptionKind.Switch, "", "Receive from every group that any socket of this machine joined; off is only from its own", Family: AddressFamily.InterNetwork),

        new("IPv6Only", "IPV6_V6ONLY", IPv6Level, 26, 27, 27, SocketOptionKind.Switch, "", "Talk to IPv6 alone; off is dual mode"),
        new("TimeToLive", "IPV6_UNICAST_HOPS", IPv6Level, 16, 4, 4, SocketOptionKind.Number, "hops", "How many routers what is sent may pass; -1 for the system's default", Family: AddressFamily.InterNetworkV6),
        new("TypeOfService", "IPV6_TCLASS", IPv6Level, 67, 36, 39, SocketOptionKind.Number, "0-255", "The traffic class of what is sent (DSCP and ECN)", Family: AddressFamily.InterNetworkV6),
        new("PacketInformation", "IPV6_RECVPKTINFO", IPv6Level, 49, 61, 19, SocketOptionKind.Switch, "", "Note to which address and through which interface each datagram came", Family: AddressFamily.InterNetworkV6),
        new("MtuDiscovery", "IPV6_MTU_DISCOVER", IPv6Level, 23, Lacking, 71, SocketOptionKind.Number, "0-5", "Path MTU discovery; 2 forbids fragments", Family: AddressFamily.InterNetworkV6),
        new("Mtu", "IPV6_MTU", IPv6Level, 24, Lacking, 72, SocketOptionKind.Number, "bytes", "The MTU to the peer of a connected socket", IsReadOnly: true, Family: AddressFamily.InterNetworkV6),
        new("MulticastInterface", "IPV6_MULTICAST_IF", IPv6Level, 17, 9, 9, SocketOptionKind.Interface, "interface", "Through which interface multicast is sent", Family: AddressFamily.InterNetworkV6),
        new("MulticastTimeToLive", "IPV6_MULTICAST_HOPS", IPv6Level, 18, 10, 10, SocketOptionKind.Number, "hops", "How many routers multicast may pass", Family: AddressFamily.InterNetworkV6),
        new("MulticastLoopback", "IPV6_MULTICAST_LOOP", IPv6Level, 19, 11, 11, SocketOptionKind.Switch, "", "Multicast comes back to this machine", Family: AddressFamily.InterNetworkV6),
        new("MulticastAll", "IPV6_MULTICAST_ALL", IPv6Level, 29, Lacking, Lacking, SocketOptionKind.Switch, "", "Receive from every group that any socket of this machine joined; off is only from its own", Family: AddressFamily.InterNetworkV6),

        new("NoDelay", "TCP_NODELAY", TcpLevel, 1, 1, 1, SocketOptionKind.Switch, "", "Send small pieces at once (no Nagle algorithm)"),
        new("MaximumSegmentSize", "TCP_MAXSEG", TcpLevel, 2, 2, 4, SocketOptionKind.Number, "bytes", "The largest segment that is sent"),
        new("Cork", "TCP_CORK", TcpLevel, 3, Lacking, Lacking, SocketOptionKind.Switch, "", "Hold back partial segments"),
        new("KeepAliveTime", "TCP_KEEPIDLE", TcpLevel, 4, 0x10, 3, SocketOptionKind.Number, "s", "How long a connection is silent before it is probed"),
        new("KeepAliveInterval", "TCP_KEEPINTVL", TcpLevel, 5, 0x101, 17, SocketOptionKind.Number, "s", "The time between probes"),
        new("KeepAliveRetryCount", "TCP_KEEPCNT", TcpLevel, 6, 0x102, 16, SocketOptionKind.Number, "probes", "How many probes without answer end the connection"),
        new("SynRetryCount", "TCP_SYNCNT", TcpLevel, 7, Lacking, Lacking, SocketOptionKind.Number, "tries", "How often a connect is tried"),
        new("FinTimeout", "TCP_LINGER2", TcpLevel, 8, Lacking, Lacking, SocketOptionKind.Number, "s", "How long a closed connection waits for the peer's close"),
        new("DeferAccept", "TCP_DEFER_ACCEPT", TcpLevel, 9, Lacking, Lacking, SocketOptionKind.Number, "s", "Accept only when data has come"),
        new("QuickAck", "TCP_QUICKACK", TcpLevel, 12, Lacking, Lacking, SocketOptionKind.Switch, "", "Acknowledge at once"),
        new("CongestionControl", "TCP_CONGESTION", TcpLevel, 13, Lacking, Lacking, SocketOptionKind.Text, "", "The congestion control algorithm"),
        new("UserTimeout", "TCP_USER_TIMEOUT", TcpLevel, 18, Lacking, Lacking, SocketOptionKind.Number, "ms", "How long sent data may stay unacknowledged"),
        new("FastOpenQueue", "TCP_FASTOPEN", TcpLevel, 23, 0x105, 15, SocketOptionKind.Number, "connections", "How many connections may open with data in their first segment"),

        new("UdpCork", "UDP_CORK", UdpLevel, 1, Lacking, Lacking, SocketOptionKind.Switch, "", "Gather what is sent into one datagram"),
        new("UdpSegment", "UDP_SEGMENT", UdpLevel, 103, Lacking, Lacking, SocketOptionKind.Number, "bytes", "Cut what is sent into datagrams of this size"),
        new("UdpGro", "UDP_GRO", UdpLevel, 104, Lacking, Lacking, SocketOptionKind.Switch, "", "Receive datagrams of one sender joined together"),
    ];

    /// <summary>Every option that this operating system has, in the order of the list.</summary>
    public static IReadOnlyList<SocketOptionInfo> All { get; } =
        [.. Rows.Where(row => row.Number != Lacking).Select(row => row.ToInfo())];

    /// <summary>The option of a friendly or C name, for a socket; upper and lower case alike. A friendly name means the option of the socket's family.</summary>
    /// <exception cref="SocketInputException"><c>OptionNotFound</c>, or <c>NotSupported</c> where only other operating systems have it.</exception>
    public static SocketOptionInfo Find(string name, Socket socket)
    {
        List<SocketOptionInfo> named = [.. All.Where(option => SocketOptionNames.Mean(option.Name, option.CName, name))];
        SocketOptionInfo? found = named.Find(option => Matches(option.CName, name))
            ?? named.Find(option => option.Family == socket.AddressFamily)
            ?? named.FirstOrDefault();
        if (found is not null)
        {
            return found;
        }

        string perhaps = SocketOptionNames.Nearest(name, All.Select(option => option.Name).Concat(All.Select(option => option.CName))) is string near ? $"Perhaps {near} is meant. " : "";
        throw Array.Exists(Rows, row => SocketOptionNames.Mean(row.Name, row.CName, name))
            ? CallFailure.NotSupported(name, "this operating system has no such option", socket)
            : new SocketInputException(
                ErrorIds.OptionNotFound, $"no socket option has the name '{name}'", $"{perhaps}Get-SocketOption -ListAvailable lists them; any other is reached with -Level and -Option.", name);
    }

    /// <summary>The option of a friendly or C name, of whatever family; null where there is none.</summary>
    public static SocketOptionInfo? FindAny(string name) => All.FirstOrDefault(option => SocketOptionNames.Mean(option.Name, option.CName, name));

    /// <summary>The numbers of the levels, with their names, for completion.</summary>
    public static IEnumerable<(string Number, string Name, string ManPage)> Levels => All
        .DistinctBy(option => option.Level)
        .Select(option => (option.Level.ToString(CultureInfo.InvariantCulture), option.LevelName, option.ManPage));

    /// <summary>The options that a socket can have, by its family and protocol.</summary>
    public static IEnumerable<SocketOptionInfo> For(Socket socket) => All.Where(option => option.LevelName switch
    {
        "IPPROTO_IP" => socket.AddressFamily == AddressFamily.InterNetwork,
        "IPPROTO_IPV6" => socket.AddressFamily == AddressFamily.InterNetworkV6,
        "IPPROTO_TCP" => socket.SocketType == SocketType.Stream && socket.AddressFamily != AddressFamily.Unix,
        "IPPROTO_UDP" => socket.SocketType == SocketType.Dgram && socket.AddressFamily != AddressFamily.Unix,
        _ => true,
    });

    /// <summary>Every name with its meaning, for completion.</summary>
    public static IEnumerable<(string Name, string Meaning)> Completions(string typed) =>
        All.DistinctBy(option => option.Name).Select(option => (option.Name, Describe(option)))
            .Concat(typed.Length == 0 ? [] : All.Select(option => (option.CName, Describe(option))));

    private static string Describe(SocketOptionInfo option) =>
        $"{option.CName}: {option.Meaning}{(option.Unit.Length == 0 ? string.Empty : $" [{option.Unit}]")}";

    private static bool Matches(string one, string other) => one.Equals(other, StringComparison.OrdinalIgnoreCase);

    private sealed record Row(
        string Name,
        string CName,
        (string Name, string ManPage, int Linux, int Bsd, int Windows) Level,
        int Linux,
        int Bsd,
        int Windows,
        SocketOptionKind Kind,
        string Unit,
        string Meaning,
        bool IsReadOnly = false,
        AddressFamily? Family = null)
    {
        public int Number => SystemNumbers.Pick(Linux, Bsd, Windows);

        public SocketOptionInfo ToInfo() => new(
            Name, CName, Level.Name, SystemNumbers.Pick(Level.Linux, Level.Bsd, Level.Windows), Number, Kind, IsReadOnly, Unit, Meaning, Level.ManPage, Family);
    }
}
