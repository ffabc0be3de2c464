using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using PSSockets.Errors;
using PSSockets.Native;

namespace PSSockets.Addresses;

/// <summary>End points as the operating system sees them: the bytes of <c>struct sockaddr_in</c>, <c>sockaddr_in6</c>, <c>sockaddr_un</c>.</summary>
internal static class SocketAddressBytes
{
    private const int IPv4Size = 16;
    private const int IPv6Size = 28;
    private const int FamilySize = 2;
    private const int ScopeOffset = 24;

    private static readonly EndPoint IPv4 = new IPEndPoint(IPAddress.Any, 0);
    private static readonly EndPoint IPv6 = new IPEndPoint(IPAddress.IPv6Any, 0);

    /// <summary>The whole address, in the layout of this operating system.</summary>
    public static byte[] From(EndPoint endPoint)
    {
        SocketAddress address = endPoint.Serialize();
        return address.Buffer.Span[..address.Size].ToArray();
    }

    /// <summary>The end point of an address that the kernel gave; null for a UNIX socket without a name.</summary>
    /// <exception cref="SocketInputException"><c>InvalidEndPoint</c>: the bytes are not an address of IPv4, IPv6 or UNIX.</exception>
    public static EndPoint? ToEndPoint(ReadOnlySpan<byte> bytes) => ToEndPoint(bytes, SystemNumbers.HasAbstractNames);

    /// <inheritdoc cref="ToEndPoint(ReadOnlySpan{byte})" />
    /// <param name="bytes">The address.</param>
    /// <param name="hasAbstractNames">Whether a name may begin with a zero byte. Where none does, macOS gives 14 of them for no name.</param>
    public static EndPoint? ToEndPoint(ReadOnlySpan<byte> bytes, bool hasAbstractNames)
    {
        if (bytes.Length < FamilySize)
        {
            throw Invalid(bytes, "an address has at least the 2 bytes of its family");
        }

        SocketAddress address = new(AddressFamily.InterNetworkV6, Math.Max(bytes.Length, IPv6Size));
        bytes.CopyTo(address.Buffer.Span);
        address.Size = bytes.Length;
        switch (address.Family)
        {
            case AddressFamily.InterNetwork when bytes.Length >= IPv4Size:
                return IPv4.Create(address);
            case AddressFamily.InterNetworkV6 when bytes.Length >= IPv6Size:
                IPEndPoint known = (IPEndPoint)IPv6.Create(address);
                // .NET keeps the interface of link-local addresses, not that of link-local groups.
                return new IPEndPoint(new IPAddress(known.Address.GetAddressBytes(), MemoryMarshal.Read<uint>(bytes[ScopeOffset..])), known.Port);
            case AddressFamily.InterNetwork:
                throw Invalid(bytes, $"struct sockaddr_in has {IPv4Size} bytes");
            case AddressFamily.InterNetworkV6:
                throw Invalid(bytes, $"struct sockaddr_in6 has {IPv6Size} bytes");
            case AddressFamily.Unix when bytes.Length == FamilySize || (!hasAbstractNames && bytes[FamilySize] == 0):
                return null;
            case AddressFamily.Unix when bytes.Length - FamilySize > UnixPath.MaximumLength:
                throw Invalid(bytes, $"a UNIX path has at most {UnixPath.MaximumLength} bytes");
            case AddressFamily.Unix:
                return UnixPath.EndPointOf(address);
            default:
                throw Invalid(bytes, "its first bytes name no family that is known here (AF_INET, AF_INET6, AF_UNIX)");
        }
    }

    private static SocketInputException Invalid(ReadOnlySpan<byte> bytes, string reason) => new(
        ErrorIds.InvalidEndPoint,
        $"{bytes.Length} bytes are not a socket address: {reason}",
        "Pass the bytes that ConvertTo-AddressByte -SocketAddress, recvfrom(2) or getsockname(2) gave.",
        bytes.ToArray());
}
