using System.Net;
using System.Net.Sockets;
using PSSockets.Addresses;
using PSSockets.Errors;
using PSSockets.Native;
using PSSockets.Sockets;

namespace PSSockets.Options;

/// <summary>Multicast groups, of any source or of one: RFC 3678, ip(7), ipv6(7).</summary>
internal static class MulticastMembership
{
    private const int IPLevel = 0;
    private const int IPv6Level = 41;

    /// <summary>Joins or leaves a group.</summary>
    /// <param name="transport">The system.</param>
    /// <param name="socket">The socket.</param>
    /// <param name="isJoin">Whether to join.</param>
    /// <param name="group">The group.</param>
    /// <param name="interfaceIndex">The interface by number; 0 lets the system choose.</param>
    /// <param name="source">The only sender to hear; null for every one.</param>
    /// <exception cref="SocketInputException"><c>InvalidEndPoint</c>: the group is not a multicast address, or the source of another family.</exception>
    /// <exception cref="SocketCallException">The system refuses.</exception>
    public static void Change(ISocketTransport transport, Socket socket, bool isJoin, IPAddress group, int interfaceIndex, IPAddress? source)
    {
        bool isGroup = group.AddressFamily == AddressFamily.InterNetwork ? group.GetAddressBytes()[0] is >= 224 and <= 239 : group.IsIPv6Multicast;
        if (!isGroup)
        {
            throw Invalid($"{group} is not a multicast address", "Groups are 224.0.0.0 to 239.255.255.255, and ff00::/8.", group);
        }

        if (source is not null && source.AddressFamily != group.AddressFamily)
        {
            throw Invalid($"the source {source} is not of the group's family", "Give a source of the same family as the group.", source);
        }

        WindowsMembership? own = SystemNumbers.HasWinsock ? WindowsMembership.Of(isJoin, group, interfaceIndex, NetworkInterfaces.IPv4AddressOf(interfaceIndex), source) : null;
        (string name, int option, byte[] value) = own is null ? Request(isJoin, group, interfaceIndex, source) : (own.Name, own.Number, own.Value);
        string what = source is null ? $"{name}, {group}" : $"{name}, {group}, {source}";
        transport.SetOption(socket, new OptionText($"{name} {group}", what), group.AddressFamily == AddressFamily.InterNetwork ? IPLevel : IPv6Level, option, value);
    }

    private static (string Name, int Option, byte[] Value) Request(bool isJoin, IPAddress group, int interfaceIndex, IPAddress? source)
    {
        string name = $"MCAST_{(isJoin ? "JOIN" : "LEAVE")}{(source is null ? string.Empty : "_SOURCE")}_GROUP";
        int option = (isJoin, source) switch
        {
            (true, null) => SystemNumbers.Multicast.Join,
            (false, null) => SystemNumbers.Multicast.Leave,
            (true, _) => SystemNumbers.Multicast.JoinSource,
            (false, _) => SystemNumbers.Multicast.LeaveSource,
        };
        return (name, option, MulticastLayout.Own.Request(
            interfaceIndex, SocketAddressBytes.From(new IPEndPoint(group, 0)), source is null ? [] : SocketAddressBytes.From(new IPEndPoint(source, 0))));
    }

    private static SocketInputException Invalid(string message, string action, object target) => new(ErrorIds.InvalidEndPoint, message, action, target);
}
