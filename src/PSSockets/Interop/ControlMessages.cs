using System.Runtime.InteropServices;

namespace PSSockets.Interop;

/// <summary>
/// What the Linux kernel says about a datagram beside its data: cmsg(3), IP_PKTINFO in ip(7), IPV6_PKTINFO in ipv6(7),
/// SO_TIMESTAMPNS in socket(7).
/// </summary>
internal static class ControlMessages
{
    /// <summary>Room for a packet information of each family and a time stamp.</summary>
    public const int BufferSize = 128;

    private const int SocketLevel = 1;
    private const int IPLevel = 0;
    private const int IPv6Level = 41;
    private const int IPPacketInformation = 8;
    private const int IPv6PacketInformation = 50;
    private const int TimestampNanoseconds = 35;

    /// <summary>The options level and name that switch the kernel's time stamps on: SO_TIMESTAMPNS.</summary>
    public static (int Level, int Option) TimestampOption => (SocketLevel, TimestampNanoseconds);

    /// <summary>Reads them all. Address is 4 or 16 bytes within <paramref name="control"/>, or empty.</summary>
    public static void Read(ReadOnlySpan<byte> control, out ReadOnlySpan<byte> address, out int interfaceIndex, out long unixNanoseconds)
    {
        address = default;
        interfaceIndex = 0;
        unixNanoseconds = 0;

        // struct cmsghdr: size_t cmsg_len, int cmsg_level, int cmsg_type, then the data; each aligned to size_t.
        int headerLength = nint.Size + 8;
        while (control.Length >= headerLength)
        {
            int length = (int)MemoryMarshal.Read<nuint>(control);
            if (length < headerLength || length > control.Length)
            {
                return;
            }

            int level = MemoryMarshal.Read<int>(control[nint.Size..]);
            int type = MemoryMarshal.Read<int>(control[(nint.Size + 4)..]);
            ReadOnlySpan<byte> data = control[headerLength..length];
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
            }

            int step = (length + nint.Size - 1) & ~(nint.Size - 1);
            control = step >= control.Length ? default : control[step..];
        }
    }
}
