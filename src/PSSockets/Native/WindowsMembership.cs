using System.Net;
using System.Net.Sockets;

namespace PSSockets.Native;

/// <summary>
/// The options by which Windows joins and leaves a group: those of <c>struct ip_mreq</c>, of <c>struct ip_mreq_source</c>, which
/// has the source before the interface, and of <c>struct ipv6_mreq</c>.
/// </summary>
/// <param name="Name">The name of the option.</param>
/// <param name="Number">Its number, at the level of the group's family.</param>
/// <param name="Value">What it takes.</param>
/// <remarks>
/// ws2ipdef.h; learn.microsoft.com, IPPROTO_IP and IPPROTO_IPV6 Socket Options. Every version of Windows has them, and .NET
/// joins by them too. Only one source over IPv6 needs <c>struct group_source_req</c>: <see cref="MulticastLayout"/>.
/// </remarks>
internal sealed record WindowsMembership(string Name, int Number, byte[] Value)
{
    /// <summary>The option for a group; null where Windows has none of this kind.</summary>
    /// <param name="isJoin">Whether to join.</param>
    /// <param name="group">The group.</param>
    /// <param name="interfaceIndex">The interface by number; 0 lets the system choose.</param>
    /// <param name="interfaceAddress">Its IPv4 address; the wildcard address where it has none.</param>
    /// <param name="source">The only sender to hear; null for every one.</param>
    public static WindowsMembership? Of(bool isJoin, IPAddress group, int interfaceIndex, IPAddress interfaceAddress, IPAddress? source)
    {
        string verb = isJoin ? "ADD" : "DROP";
        byte[] through = MulticastLayout.Windows.Interface(interfaceIndex, interfaceAddress);
        return (group.AddressFamily, source) switch
        {
            (AddressFamily.InterNetwork, null) => new($"IP_{verb}_MEMBERSHIP", isJoin ? 12 : 13, [.. group.GetAddressBytes(), .. through]),
            (AddressFamily.InterNetwork, _) => new($"IP_{verb}_SOURCE_MEMBERSHIP", isJoin ? 15 : 16, [.. group.GetAddressBytes(), .. source!.GetAddressBytes(), .. through]),
            (_, null) => new($"IPV6_{verb}_MEMBERSHIP", isJoin ? 12 : 13, [.. group.GetAddressBytes(), .. BitConverter.GetBytes(interfaceIndex)]),
            _ => null,
        };
    }
}
