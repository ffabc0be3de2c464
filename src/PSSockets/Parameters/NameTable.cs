using System.Net.Sockets;

namespace PSSockets.Parameters;

/// <summary>A set of names for the values of an enumeration: the friendly one first, then those of C and .NET. Upper and lower case alike.</summary>
/// <typeparam name="T">The enumeration.</typeparam>
internal sealed class NameTable<T>
    where T : struct, Enum
{
    private readonly IReadOnlyList<(T Value, string Meaning, string[] Names)> _rows;

    internal NameTable(string what, params (T Value, string Meaning, string[] Names)[] rows)
    {
        What = what;
        _rows = rows;
    }

    /// <summary>What the names are names of.</summary>
    public string What { get; }

    /// <summary>Every name with its meaning, the friendly ones first.</summary>
    public IEnumerable<(string Name, string Meaning)> Completions
    {
        get
        {
            foreach ((_, string meaning, string[] names) in _rows)
            {
                yield return (names[0], $"{names[0]} ({string.Join(", ", names[1..])}): {meaning}");
            }

            foreach ((_, string meaning, string[] names) in _rows)
            {
                foreach (string name in names[1..])
                {
                    yield return (name, $"{name} = {names[0]}: {meaning}");
                }
            }
        }
    }

    /// <summary>The friendly name of a value, or .NET's where the table has none.</summary>
    public string FriendlyName(T value)
    {
        foreach ((T candidate, _, string[] names) in _rows)
        {
            if (candidate.Equals(value))
            {
                return names[0];
            }
        }

        return value.ToString();
    }

    /// <summary>The value of a name.</summary>
    /// <exception cref="ArgumentException">There is no such name; the message lists the friendly ones.</exception>
    public T Parse(string text)
    {
        foreach ((T value, _, string[] names) in _rows)
        {
            if (names.Contains(text, StringComparer.OrdinalIgnoreCase))
            {
                return value;
            }
        }

        return Enum.TryParse(text, ignoreCase: true, out T parsed) && !int.TryParse(text, out _)
            ? parsed
            : throw new ArgumentException($"'{text}' is no {What}; the usual ones are {string.Join(", ", _rows.Select(row => row.Names[0]))}.");
    }
}

/// <summary>The names that socket(2) knows.</summary>
internal static class SocketNameTables
{
    /// <summary>Address families: address_families(7).</summary>
    public static NameTable<AddressFamily> Families { get; } = new(
        "address family",
        (AddressFamily.InterNetwork, "Internet protocol version 4", ["IPv4", "AF_INET", "PF_INET", "InterNetwork", "INET"]),
        (AddressFamily.InterNetworkV6, "Internet protocol version 6", ["IPv6", "AF_INET6", "PF_INET6", "InterNetworkV6", "INET6"]),
        (AddressFamily.Unix, "processes on this machine, by path or abstract name", ["Unix", "AF_UNIX", "PF_UNIX", "AF_LOCAL", "PF_LOCAL", "Local"]));

    /// <summary>Socket types: socket(2).</summary>
    public static NameTable<SocketType> Types { get; } = new(
        "socket type",
        (SocketType.Dgram, "messages of limited length, each for itself (UDP)", ["Datagram", "SOCK_DGRAM", "Dgram"]),
        (SocketType.Stream, "a reliable stream of bytes over a connection (TCP)", ["Stream", "SOCK_STREAM"]),
        (SocketType.Seqpacket, "messages in order over a connection", ["SeqPacket", "SOCK_SEQPACKET"]),
        (SocketType.Raw, "packets with their protocol's own header", ["Raw", "SOCK_RAW"]));

    /// <summary>Protocols: protocols(5).</summary>
    public static NameTable<ProtocolType> Protocols { get; } = new(
        "protocol",
        (ProtocolType.Unspecified, "the family's own for the type", ["Default", "Unspecified", "IP", "IPPROTO_IP"]),
        (ProtocolType.Udp, "User Datagram Protocol, RFC 768", ["Udp", "IPPROTO_UDP"]),
        (ProtocolType.Tcp, "Transmission Control Protocol, RFC 9293", ["Tcp", "IPPROTO_TCP"]),
        (ProtocolType.Icmp, "Internet Control Message Protocol, RFC 792", ["Icmp", "IPPROTO_ICMP"]),
        (ProtocolType.IcmpV6, "Internet Control Message Protocol for IPv6, RFC 4443", ["IcmpV6", "IPPROTO_ICMPV6"]),
        (ProtocolType.Raw, "the packet as it is", ["Raw", "IPPROTO_RAW"]));
}
