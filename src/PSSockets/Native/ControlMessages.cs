using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace PSSockets.Native;

/// <summary>
/// What the Linux kernel says about a datagram beside its data: cmsg(3), IP_PKTINFO in ip(7), IPV6_PKTINFO in ipv6(7),
/// SO_TIMESTAMPNS in socket(7), UDP_GRO in udp(7); and what it is told: UDP_SEGMENT, and where to
/// send from, which other systems are told too.
/// </summary>
internal static class ControlMessages
{
    /// <summary>Room for a packet information of each family, a time stamp, a segment size, and some that a socket's owner asked for.</summary>
    public const int BufferSize = 256;

    private const int SocketLevel = 1;
    private const int IPLevel = 0;
    private const int IPv6Level = 41;
    private const int IPPacketInformation = 8;
    private const int IPv6PacketInformation = 50;
    private const int TimestampNanoseconds = 35;

    /// <summary>The most room that the packet information of a datagram to be sent takes: CMSG_SPACE(sizeof(struct in6_pktinfo)).</summary>
    public const int LongestSource = 40;

    /// <summary>The room that a segment size takes: CMSG_SPACE(sizeof(uint16_t)).</summary>
    public static int SegmentSizeLength => HeaderLength + nint.Size;

    // struct cmsghdr: size_t cmsg_len, int cmsg_level, int cmsg_type, then the data; each aligned to size_t.
    private static int HeaderLength => nint.Size + 8;

    /// <summary>The options level and name that switch the kernel's time stamps on: SO_TIMESTAMPNS.</summary>
    public static (int Level, int Option) TimestampOption => (SocketLevel, TimestampNanoseconds);

    /// <summary>Reads them all. Address is 4 or 16 bytes within <paramref name="control"/>, or empty.</summary>
    public static void Read(ReadOnlySpan<byte> control, out ReadOnlySpan<byte> address, out int interfaceIndex, out long unixNanoseconds) =>
        Read(control, out address, out interfaceIndex, out unixNanoseconds, out _);

    /// <summary>Reads them all, with the size of the datagrams that came as one (UDP_GRO); 0 where it is one alone.</summary>
    public static void Read(ReadOnlySpan<byte> control, out ReadOnlySpan<byte> address, out int interfaceIndex, out long unixNanoseconds, out int segmentSize)
    {
        address = default;
        interfaceIndex = 0;
        unixNanoseconds = 0;
        segmentSize = 0;
        while (control.Length >= HeaderLength)
        {
            int length = (int)MemoryMarshal.Read<nuint>(control);
            if (length < HeaderLength || length > control.Length)
            {
                return;
            }

            int level = MemoryMarshal.Read<int>(control[nint.Size..]);
            int type = MemoryMarshal.Read<int>(control[(nint.Size + 4)..]);
            ReadOnlySpan<byte> data = control[HeaderLength..length];
            switch ((level, type))
            {
                case (IPLevel, IPPacketInformation) when data.Length >= 12 && address.IsEmpty:
                    interfaceIndex = MemoryMarshal.Read<int>(data);
                    address = data.Slice(8, 4);
                    break;
                case (IPv6Level, IPv6PacketInformation) when data.Length >= 20:
                    address = data[..16];
                    interfaceIndex = MemoryMarshal.Read<int>(data[16..]);
                    break;
                case (SocketLevel, TimestampNanoseconds) when data.Length >= 2 * nint.Size:
                    unixNanoseconds = ((long)MemoryMarshal.Read<nint>(data) * 1_000_000_000) + MemoryMarshal.Read<nint>(data[nint.Size..]);
                    break;
                case (DatagramCalls.UdpLevel, DatagramCalls.UdpReceiveSegments) when data.Length >= sizeof(int):
                    segmentSize = MemoryMarshal.Read<int>(data);
                    break;
            }

            int step = (length + nint.Size - 1) & ~(nint.Size - 1);
            control = step >= control.Length ? default : control[step..];
        }
    }

    /// <summary>Writes where a datagram is to leave from (IP_PKTINFO, IPV6_PKTINFO) in the layout of this system; how many bytes, at most <see cref="LongestSource"/>.</summary>
    /// <param name="control">Where it is written.</param>
    /// <param name="address">The address; the wildcard address leaves it to the system. An IPv6 socket that sends to IPv4 takes an IPv4 address.</param>
    /// <param name="interfaceIndex">The interface; 0 leaves it to the system.</param>
    public static int WriteSource(Span<byte> control, IPAddress address, int interfaceIndex)
    {
        bool isIPv4 = address.AddressFamily == AddressFamily.InterNetwork;
        (int header, int alignment) = SystemNumbers.ControlMessage;
        int size = !isIPv4 ? 20 : SystemNumbers.PacketInformationIsShort ? 8 : 12;
        int length = header + size;
        int space = (length + alignment - 1) & -alignment;
        control = control[..space];
        control.Clear();
        int afterLength = header - 8;
        if (afterLength == sizeof(int))
        {
            MemoryMarshal.Write(control, in length);
        }
        else
        {
            MemoryMarshal.Write(control, (nint)length);
        }

        int level = isIPv4 ? IPLevel : IPv6Level;
        MemoryMarshal.Write(control[afterLength..], in level);
        int type = isIPv4 ? SystemNumbers.PacketInformation.IPv4 : SystemNumbers.PacketInformation.IPv6;
        MemoryMarshal.Write(control[(afterLength + 4)..], in type);
        Span<byte> data = control[header..];
        bool isAddressFirst = !isIPv4 || SystemNumbers.PacketInformationIsShort;
        _ = address.TryWriteBytes(data[(isAddressFirst ? 0 : 4)..], out int written);
        if (isAddressFirst || !SystemNumbers.InterfaceHidesAddress || address.Equals(IPAddress.Any))
        {
            MemoryMarshal.Write(data[(isAddressFirst ? written : 0)..], in interfaceIndex);
        }

        return space;
    }

    /// <summary>Writes the size of the datagrams that are sent as one (UDP_SEGMENT), <see cref="SegmentSizeLength"/> bytes.</summary>
    public static void WriteSegmentSize(Span<byte> control, int segmentSize)
    {
        nuint length = (nuint)(HeaderLength + sizeof(ushort));
        MemoryMarshal.Write(control, in length);
        int level = DatagramCalls.UdpLevel;
        MemoryMarshal.Write(control[nint.Size..], in level);
        int type = DatagramCalls.UdpSegment;
        MemoryMarshal.Write(control[(nint.Size + 4)..], in type);
        ushort size = (ushort)segmentSize;
        MemoryMarshal.Write(control[HeaderLength..], in size);
    }
}
