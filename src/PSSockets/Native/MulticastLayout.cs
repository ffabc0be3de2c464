using System.Net;

namespace PSSockets.Native;

/// <summary>
/// How a system lays out what its multicast options take: <c>struct group_req</c> and <c>struct group_source_req</c> of
/// RFC 3678, and the value of IP_MULTICAST_IF.
/// </summary>
/// <param name="AddressOffset">Where the first address begins, after the interface of 32 bits.</param>
/// <param name="HasLength">Whether an address begins with its length in a byte (<c>ss_len</c>), which the system looks at.</param>
/// <param name="TakesWholeRequest">Whether IP_MULTICAST_IF takes <c>struct ip_mreqn</c> (group, address, interface); else it takes 4 bytes.</param>
/// <remarks>
/// Linux: include/uapi/linux/in.h; <c>__kernel_sockaddr_storage</c> is aligned like a pointer (linux/socket.h). macOS: bsd/netinet/in.h
/// of xnu, within <c>#pragma pack(4)</c>; bsd/netinet/in_mcast.c refuses another <c>ss_len</c>. Windows: ws2ipdef.h, whose
/// SOCKADDR_STORAGE has a field of 64 bits, so that it is aligned to 8 bytes in 32-bit programs too; IP_MULTICAST_IF is
/// a DWORD (learn.microsoft.com, IPPROTO_IP Socket Options): an address, or, in 0.0.0.0/8, an interface in network order.
/// </remarks>
internal sealed record MulticastLayout(int AddressOffset, bool HasLength, bool TakesWholeRequest)
{
    /// <summary>The size of <c>struct sockaddr_storage</c>, everywhere.</summary>
    public const int StorageSize = 128;

    private const int InterfaceBits = 24;

    /// <summary>Linux, with pointers of this size.</summary>
    public static MulticastLayout Linux(int pointerSize) => new(pointerSize, HasLength: false, TakesWholeRequest: true);

    /// <summary>macOS.</summary>
    public static MulticastLayout Mac { get; } = new(4, HasLength: true, TakesWholeRequest: true);

    /// <summary>FreeBSD, whose <c>struct sockaddr_storage</c> is aligned to 8 bytes: sys/_sockaddr_storage.h.</summary>
    public static MulticastLayout FreeBsd { get; } = new(8, HasLength: true, TakesWholeRequest: true);

    /// <summary>Windows, of 64 and 32 bits.</summary>
    public static MulticastLayout Windows { get; } = new(8, HasLength: false, TakesWholeRequest: false);

    /// <summary>That of this system.</summary>
    public static MulticastLayout Own { get; } = SystemNumbers.Pick(Linux(nint.Size), SystemNumbers.StorageIsAligned ? FreeBsd : Mac, Windows);

    /// <summary>The bytes of <c>struct group_req</c>, or with a source of <c>struct group_source_req</c>.</summary>
    /// <param name="interfaceIndex">The interface.</param>
    /// <param name="group">The group, as this system writes addresses.</param>
    /// <param name="source">The source, likewise; empty where there is none.</param>
    public byte[] Request(int interfaceIndex, ReadOnlySpan<byte> group, ReadOnlySpan<byte> source)
    {
        byte[] request = new byte[AddressOffset + (source.IsEmpty ? StorageSize : 2 * StorageSize)];
        BitConverter.TryWriteBytes(request, interfaceIndex);
        Place(group, request.AsSpan(AddressOffset));
        if (!source.IsEmpty)
        {
            Place(source, request.AsSpan(AddressOffset + StorageSize));
        }

        return request;
    }

    /// <summary>The value of IP_MULTICAST_IF.</summary>
    /// <param name="interfaceIndex">The interface; 0 leaves it to the system.</param>
    /// <param name="address">An address of it.</param>
    public byte[] Interface(int interfaceIndex, IPAddress address) => TakesWholeRequest
        ? [.. new byte[4], .. address.GetAddressBytes(), .. BitConverter.GetBytes(interfaceIndex)]
        : NameOf(interfaceIndex, address);

    /// <summary>The interface that a value of IP_MULTICAST_IF names by number; null where it is an address.</summary>
    public int? InterfaceOf(ReadOnlySpan<byte> value)
    {
        int number = IPAddress.NetworkToHostOrder(BitConverter.ToInt32(value));
        return !TakesWholeRequest && number != 0 && number >> InterfaceBits == 0 ? number : null;
    }

    // By its address, which every version of Windows takes; by number where it has none.
    private static byte[] NameOf(int interfaceIndex, IPAddress address) => address.Equals(IPAddress.Any)
        ? BitConverter.GetBytes(IPAddress.HostToNetworkOrder(interfaceIndex))
        : address.GetAddressBytes();

    private void Place(ReadOnlySpan<byte> address, Span<byte> storage)
    {
        address.CopyTo(storage);
        if (HasLength)
        {
            storage[0] = (byte)address.Length;
        }
    }
}
