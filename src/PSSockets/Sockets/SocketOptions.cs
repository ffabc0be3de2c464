using System.Net.Sockets;
using System.Runtime.InteropServices;
using PSSockets.Errors;
using PSSockets.Interop;

namespace PSSockets.Sockets;

/// <summary>The options that the cmdlets set of themselves.</summary>
internal static class SocketOptions
{
    private const int LinuxSocketLevel = 1;
    private const int LinuxReuseAddress = 2;
    private const int LinuxReusePort = 15;
    private const int BsdSocketLevel = 0xFFFF;
    private const int BsdReuseAddress = 0x4;
    private const int BsdReusePort = 0x200;

    /// <summary>
    /// Asks for the local address, the interface and the time of every datagram (IP_PKTINFO, IPV6_RECVPKTINFO,
    /// SO_TIMESTAMPNS), before the first can come. Streams are left alone.
    /// </summary>
    public static void EnableReceiveInformation(Socket socket)
    {
        if (socket.SocketType is not (SocketType.Dgram or SocketType.Seqpacket))
        {
            return;
        }

        SocketOptionLevel? level = socket.AddressFamily switch
        {
            AddressFamily.InterNetwork => SocketOptionLevel.IP,
            AddressFamily.InterNetworkV6 => SocketOptionLevel.IPv6,
            _ => null,
        };
        if (level is SocketOptionLevel known)
        {
            SystemCall.Invoke("setsockopt", socket, "IP_PKTINFO", () => socket.SetSocketOption(known, SocketOptionName.PacketInformation, true));
        }

        // Once on, the kernel notes the time of every IP datagram also after it is off; while it is on, .NET's own
        // receive has no room for the local address behind it. UNIX datagrams have no such address.
        if (TrySetTimestamps(socket, on: true) && level is not null)
        {
            TrySetTimestamps(socket, on: false);
        }
    }

    /// <summary>Lets the kernel tell the time of each datagram with it, or not; whether that was changed.</summary>
    public static bool TrySetTimestamps(Socket socket, bool on)
    {
        if (!OperatingSystem.IsLinux() || SocketNames.IsClosed(socket))
        {
            return false;
        }

        (int level, int option) = ControlMessages.TimestampOption;
        try
        {
            if (HasRaw(socket, level, option) == on)
            {
                return false;
            }

            SetRaw(socket, "SO_TIMESTAMPNS", level, option, on);
            return true;
        }
        catch (SocketInputException)
        {
            // Closed meanwhile: the call that follows says so.
            return false;
        }
    }

    /// <summary>
    /// SO_REUSEADDR alone: a port in TIME_WAIT can be bound again, but two listeners can never share one. (Datagram
    /// sockets on Linux can, when all have it: socket(7).)
    /// </summary>
    public static void SetReuseAddress(Socket socket, bool on = true)
    {
        // SO_REUSEADDR of Windows lets a second program steal the port: what Unix means by it is the default there.
        if (!OperatingSystem.IsWindows())
        {
            SetRaw(socket, "SO_REUSEADDR", SocketLevel, ReuseAddress, on);
        }
    }

    /// <summary>Whether SO_REUSEADDR is on.</summary>
    public static bool HasReuseAddress(Socket socket) => HasRaw(socket, SocketLevel, ReuseAddress);

    /// <summary>SO_REUSEPORT: several sockets share one port, and each gets a part of what comes.</summary>
    /// <exception cref="SocketInputException"><c>NotSupported</c> on Windows.</exception>
    public static void SetReusePort(Socket socket)
    {
        if (OperatingSystem.IsWindows())
        {
            throw SystemCall.NotSupported("setsockopt SO_REUSEPORT", "Windows cannot share a port between sockets", socket);
        }

        SetRaw(socket, "SO_REUSEPORT", SocketLevel, ReusePort);
    }

    /// <summary>Whether SO_REUSEPORT is on.</summary>
    public static bool HasReusePort(Socket socket) => HasRaw(socket, SocketLevel, ReusePort);

    private static int SocketLevel => OperatingSystem.IsLinux() ? LinuxSocketLevel : BsdSocketLevel;

    private static int ReuseAddress => OperatingSystem.IsLinux() ? LinuxReuseAddress : BsdReuseAddress;

    private static int ReusePort => OperatingSystem.IsLinux() ? LinuxReusePort : BsdReusePort;

    private static void SetRaw(Socket socket, string name, int level, int option, bool on = true) =>
        OptionCalls.Set(socket, name, level, option, BitConverter.GetBytes(on ? 1 : 0));

    private static bool HasRaw(Socket socket, int level, int option) =>
        MemoryMarshal.Read<int>(OptionCalls.Get(socket, $"{level}, {option}", level, option, sizeof(int))) != 0;
}
