using System.Runtime.InteropServices;

namespace PSSockets.Native;

/// <summary>
/// What the Linux kernel says about a datagram beside its data: cmsg(3), IP_PKTINFO in ip(7), IPV6_PKTINFO in ipv6(7),
/// SO_TIMESTAMPNS in socket(7), UDP_GRO in udp(7); and what it is told, UDP_SEGMENT.
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
