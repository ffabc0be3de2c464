using System.Net;
using System.Net.Sockets;
using PSSockets.Addressing;
using PSSockets.Errors;
using PSSockets.Interop;

namespace PSSockets.Sockets;

/// <summary>Multicast groups, of any source or of one: RFC 3678, ip(7), ipv6(7).</summary>
internal static class MulticastMembership
{
    private const int StorageSize = 128;
    private const int IPLevel = 0;
    private const int IPv6Level = 41;

    // MCAST_JOIN_GROUP, MCAST_LEAVE_GROUP, MCAST_JOIN_SOURCE_GROUP, MCAST_LEAVE_SOURCE_GROUP.
    private static readonly (int Join, int Leave, int JoinSource, int LeaveSource) Options =
        OperatingSystem.IsLinux() ? (42, 45, 46, 47) : OperatingSystem.IsWindows() ? (41, 42, 45, 46) : (80, 81, 82, 83);

    /// <summary>Joins or leaves a group.</summary>
    /// <param name="socket">The socket.</param>
    /// <param name="isJoin">Whether to join.</param>
    /// <param name="group">The group.</param>
    /// <param name="interfaceIndex">The interface by number; 0 lets the system choose.</param>
    /// <param name="source">The only sender to hear; null for every one.</param>
    /// <returns>The C name of the option.</returns>
    /// <exception cref="SocketInputException"><c>InvalidEndPoint</c>: the group is no multicast address, or the source of another family.</exception>
    /// <exception cref="SocketCallException">The system refuses.</exception>
    public static string Change(Socket socket, bool isJoin, IPAddress group, int interfaceIndex, IPAddress? source)
    {
        bool isGroup = group.AddressFamily == AddressFamily.InterNetwork ? group.GetAddressBytes()[0] is >= 224 and <= 239 : group.IsIPv6Multicast;
        if (!isGroup)
        {
            throw Invalid($"{group} is no multicast address", "Groups are 224.0.0.0 to 239.255.255.255, and ff00::/8.", group);
        }

        if (source is not null && source.AddressFamily != group.AddressFamily)
        {
            throw Invalid($"the source {source} is not of the group's family", "Give a source of the same family as the group.", source);
        }

        string name = $"MCAST_{(isJoin ? "JOIN" : "LEAVE")}{(source is null ? string.Empty : "_SOURCE")}_GROUP";
        int option = (isJoin, source) switch
        {
            (true, null) => Options.Join,
            (false, null) => Options.Leave,
            (true, _) => Options.JoinSource,
            (false, _) => Options.LeaveSource,
        };
        // struct group_req and group_source_req: the interface, aligned like a pointer, then addresses of fixed size.
        byte[] request = new byte[nint.Size + (source is null ? StorageSize : 2 * StorageSize)];
        BitConverter.TryWriteBytes(request, interfaceIndex);
        SocketAddressBytes.From(new IPEndPoint(group, 0)).CopyTo(request, nint.Size);
        if (source is not null)
        {
            SocketAddressBytes.From(new IPEndPoint(source, 0)).CopyTo(request, nint.Size + StorageSize);
        }

        OptionCalls.Set(socket, $"{name} {group}", group.AddressFamily == AddressFamily.InterNetwork ? IPLevel : IPv6Level, option, request);
        return name;
    }

    private static SocketInputException Invalid(string message, string action, object target) => new(ErrorIds.InvalidEndPoint, message, action, target);
}
