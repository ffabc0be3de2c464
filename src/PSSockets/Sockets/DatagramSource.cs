using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace PSSockets.Sockets;

/// <summary>
/// Where a datagram is to leave from, which the system is told beside its data: IP_PKTINFO in ip(7), IPV6_PKTINFO in
/// ipv6(7). Neighbours that leave from one address share it.
/// </summary>
internal sealed class DatagramSource
{
    private readonly int _arrivedOn;

    private DatagramSource(IPAddress address, int arrivedOn)
    {
        Address = address;
        _arrivedOn = arrivedOn;
    }

    /// <summary>The address, in its own family; the wildcard address lets the system choose one of the interface's.</summary>
    public IPAddress Address { get; private set; }

    /// <summary>Whether the system chooses the address.</summary>
    public bool IsAnyAddress => IsAny(Address);

    /// <summary>The number of the interface to leave through; 0 leaves that to the system. A link-local address says nothing without it.</summary>
    public int InterfaceIndex => IsAnyAddress || IsLinkLocal(Address) ? _arrivedOn : 0;

    /// <summary>Where what came to this address through this interface is answered from; null where the system chooses.</summary>
    /// <remarks>Nothing can be sent from a group: the system chooses an address of the interface. An IPv4 broadcast address of a network shows only by the system's refusal (<see cref="ForgetAddress"/>).</remarks>
    public static DatagramSource? ForAnswer(IPAddress localAddress, int interfaceIndex)
    {
        IPAddress address = OwnFamily(localAddress);
        if (IsGroup(address))
        {
            address = AnyOf(address.AddressFamily);
        }

        return IsAny(address) && interfaceIndex == 0 ? null : new DatagramSource(address, interfaceIndex);
    }

    /// <summary>The address that a user names; null for the wildcard addresses, which leave the choice to the system.</summary>
    public static DatagramSource? Named(IPAddress address)
    {
        IPAddress own = OwnFamily(address);
        return IsAny(own) ? null : new DatagramSource(own, own.AddressFamily == AddressFamily.InterNetworkV6 ? (int)own.ScopeId : 0);
    }

    /// <summary>Whether it is an address to which many listen, by what stands in it.</summary>
    public static bool IsGroup(IPAddress address)
    {
        IPAddress own = OwnFamily(address);
        return own.AddressFamily == AddressFamily.InterNetworkV6
            ? own.IsIPv6Multicast
            : own.Equals(IPAddress.Broadcast) || FirstByte(own) is >= 224 and < 240;
    }

    /// <summary>Whether it is the wildcard address of a family.</summary>
    public static bool IsAny(IPAddress address) => address.Equals(IPAddress.Any) || address.Equals(IPAddress.IPv6Any);

    /// <summary>IPv4 as such, also where an IPv6 socket had it mapped.</summary>
    public static IPAddress OwnFamily(IPAddress address) => address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;

    /// <summary>Lets the system choose an address of the interface, for all datagrams that share this: the address turned out to be that of a group.</summary>
    public void ForgetAddress() => Address = AnyOf(Address.AddressFamily);

    /// <summary>As it stands among the arguments of a call.</summary>
    public override string ToString() =>
        IsAnyAddress ? string.Create(CultureInfo.InvariantCulture, $"through interface {InterfaceIndex}")
        : InterfaceIndex == 0 || (Address.AddressFamily == AddressFamily.InterNetworkV6 && Address.ScopeId == InterfaceIndex) ? $"from {Address}"
        : string.Create(CultureInfo.InvariantCulture, $"from {Address}%{InterfaceIndex}");

    private static IPAddress AnyOf(AddressFamily family) => family == AddressFamily.InterNetwork ? IPAddress.Any : IPAddress.IPv6Any;

    private static bool IsLinkLocal(IPAddress address)
    {
        Span<byte> bytes = stackalloc byte[16];
        return address.AddressFamily == AddressFamily.InterNetworkV6
            ? address.IsIPv6LinkLocal
            : address.TryWriteBytes(bytes, out _) && bytes is [169, 254, ..];
    }

    private static byte FirstByte(IPAddress address)
    {
        Span<byte> bytes = stackalloc byte[16];
        _ = address.TryWriteBytes(bytes, out _);
        return bytes[0];
    }
}
