namespace PSSockets.Native;

/// <summary>What differs between operating systems by number or by having it at all. Who needs such a difference asks here, and not which system it is.</summary>
internal static class SystemNumbers
{
    private static readonly bool s_isLinux = OperatingSystem.IsLinux();
    private static readonly bool s_isWindows = OperatingSystem.IsWindows();

    /// <summary>Whether names in Linux's abstract name space can be had: unix(7).</summary>
    public static bool HasAbstractNames => s_isLinux;

    /// <summary>The length of <c>sun_path</c>, which also holds the zero byte after a path.</summary>
    public static int LongestUnixName { get; } = OperatingSystem.IsMacOS() || OperatingSystem.IsFreeBSD() ? 104 : 108;

    /// <summary>The file of services(5).</summary>
    public static string ServicesFile { get; } = s_isWindows ? Path.Combine(Environment.SystemDirectory, "drivers", "etc", "services") : "/etc/services";

    /// <summary>The number of AF_INET6.</summary>
    public static int IPv6Family { get; } = Pick(10, 30, 23);

    /// <summary>Whether <c>struct addrinfo</c> has the address before the name.</summary>
    public static bool AddressComesFirst => s_isLinux;

    /// <summary>NI_NUMERICHOST, NI_NUMERICSERV and NI_NAMEREQD.</summary>
    public static (int Host, int Service, int Required) NameFlags { get; } = s_isLinux ? (1, 2, 8) : (2, 8, 4);

    /// <summary>EAI_SYSTEM, which sends whoever asked to errno; 0 where there is none: netdb.h.</summary>
    public static int SystemFailure { get; } = Pick(-11, 11, 0);

    /// <summary>Whether getaddrinfo(3) gives numbers of its own, which errno does not have.</summary>
    public static bool HasResolverNumbers => !s_isWindows;

    /// <summary>Whether getaddrinfo(3) answers, where no socket type is asked for, with addresses of no type.</summary>
    public static bool LeavesSocketTypeOpen => s_isWindows;

    /// <summary>Whether poll(2) can wait for a stop too: eventfd(2).</summary>
    public static bool HasEventDescriptors => s_isLinux;

    /// <summary>Whether FIFOs and devices are files like others, which poll(2) waits for.</summary>
    public static bool HasUnixFiles => !s_isWindows;

    /// <summary>O_NONBLOCK, O_CLOEXEC and O_NOCTTY of open(2).</summary>
    public static (int NonBlocking, int CloseOnExec, int NoTerminal) OpenFlags { get; } = s_isLinux ? (0x800, 0x80000, 0x100) : (0x4, 0x1000000, 0x20000);

    /// <summary>EAGAIN.</summary>
    public static int TryAgain { get; } = Pick(11, 35, 0);

    /// <summary>SOL_SOCKET, SO_REUSEADDR and SO_REUSEPORT.</summary>
    public static (int Level, int ReuseAddress, int ReusePort) Reuse { get; } = s_isLinux ? (1, 2, 15) : (0xFFFF, 0x4, 0x200);

    /// <summary>MCAST_JOIN_GROUP, MCAST_LEAVE_GROUP, MCAST_JOIN_SOURCE_GROUP and MCAST_LEAVE_SOURCE_GROUP.</summary>
    public static (int Join, int Leave, int JoinSource, int LeaveSource) Multicast { get; } =
        Pick((42, 45, 46, 47), (80, 81, 82, 83), (41, 42, 45, 46));

    /// <summary>Whether <c>struct sockaddr_storage</c> is aligned to 8 bytes within the requests of multicast, where it has its length: FreeBSD.</summary>
    public static bool StorageIsAligned { get; } = OperatingSystem.IsFreeBSD();

    /// <summary>Whether a datagram can be told which address to leave from.</summary>
    public static bool HasPacketInformation { get; } = s_isLinux || s_isWindows || OperatingSystem.IsMacOS();

    /// <summary>Whether sockets are those of Winsock, whose calls have other names.</summary>
    public static bool HasWinsock => s_isWindows;

    /// <summary>Whether the lengths in <c>struct msghdr</c> are as long as pointers; elsewhere they have 32 bits.</summary>
    public static bool MessageLengthsAreLong => s_isLinux;

    /// <summary>IP_PKTINFO and IPV6_PKTINFO, as control messages.</summary>
    public static (int IPv4, int IPv6) PacketInformation { get; } = Pick((8, 50), (26, 46), (19, 19));

    /// <summary>What the data of a control message begins at, and what the next is aligned to: macOS has 32 bits for the length.</summary>
    public static (int Header, int Alignment) ControlMessage { get; } = Pick((nint.Size + 8, nint.Size), (12, 4), (nint.Size + 8, nint.Size));

    /// <summary>Whether <c>struct in_pktinfo</c> is the address and the interface; elsewhere it is the interface and two addresses.</summary>
    public static bool PacketInformationIsShort => s_isWindows;

    /// <summary>Whether an interface in <c>struct in_pktinfo</c> makes the system pass over the address.</summary>
    public static bool InterfaceHidesAddress => !s_isLinux && !s_isWindows;

    /// <summary>
    /// <c>struct termios</c>: how many bytes a word of flags has, which of them is <c>c_lflag</c>, where <c>c_cc</c> begins;
    /// ICANON, ECHO and IEXTEN together; VSUSP, VMIN and VTIME.
    /// </summary>
    public static (int FlagSize, int LocalFlags, int Characters, ulong Cleared, int Suspend, int Minimum, int Time) Terminal { get; } =
        s_isLinux ? (4, 3, 17, 0x2 | 0x8 | 0x8000UL, 10, 6, 5) : (8, 3, 32, 0x100 | 0x8 | 0x400UL, 10, 16, 17);

    /// <summary>_POSIX_VDISABLE: no key does it.</summary>
    public static byte NoTerminalCharacter { get; } = Pick<byte>(0, 0xFF, 0);

    /// <summary>The value of this system: the BSD column is macOS and its kin.</summary>
    public static T Pick<T>(T linux, T bsd, T windows) => s_isLinux ? linux : s_isWindows ? windows : bsd;
}
