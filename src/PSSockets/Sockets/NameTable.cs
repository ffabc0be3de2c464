using System.Net.Sockets;
using PSSockets.Errors;

namespace PSSockets.Sockets;

/// <summary>A set of names for the values of an enumeration: the friendly one first, then those of C and .NET. Upper and lower case alike.</summary>
/// <remarks>The parameters that take these names are strings, since PowerShell asks no completer for an enumeration.</remarks>
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

    /// <summary>Says what a name that is not one of these is meant as; null where that is not known.</summary>
    public Func<string, string?> Hint { get; init; } = static _ => null;

    /// <summary>What the names are names of.</summary>
    public string What { get; }

    /// <summary>Names with their meaning: the friendly ones, and as soon as something has been typed the others too.</summary>
    public IEnumerable<(string Name, string Meaning)> Completions(string typed) =>
        from row in _rows
        from name in typed.Length == 0 ? row.Names.Take(1) : row.Names
        select (name, $"{string.Join(", ", row.Names)}: {row.Meaning}");

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

    /// <summary>Whether the table has the name.</summary>
    public bool Knows(string text) => _rows.Any(row => row.Names.Contains(text, StringComparer.OrdinalIgnoreCase));

    /// <summary>The value of a name.</summary>
    /// <exception cref="SocketInputException"><c>InvalidArgument</c>: there is no such name; the message lists the friendly ones.</exception>
    public T Parse(string text)
    {
        foreach ((T value, _, string[] names) in _rows)
        {
            if (names.Contains(text, StringComparer.OrdinalIgnoreCase))
            {
                return value;
            }
        }

        // A defined name only: digits and lists with commas, which .NET takes too, are typing mistakes here.
        return Array.Find(Enum.GetNames<T>(), name => name.Equals(text, StringComparison.OrdinalIgnoreCase)) is string known
            ? Enum.Parse<T>(known)
            : throw new SocketInputException(
                ErrorIds.InvalidArgument,
                $"'{text}' is not {(What[0] is 'a' ? "an" : "a")} {What}: the usual ones are {string.Join(", ", _rows.Select(row => row.Names[0]))}",
                Hint(text) ?? $"Use one of {string.Join(", ", _rows.Select(row => row.Names[0]))}, or its C or .NET name.",
                text);
    }
}

/// <summary>The names that socket(2) and its kin know.</summary>
internal static class SocketNameTables
{
    /// <summary>Address families: address_families(7).</summary>
    public static NameTable<AddressFamily> Families { get; } = new(
        "address family",
        (AddressFamily.InterNetwork, "Internet protocol version 4", ["IPv4", "AF_INET", "PF_INET", "InterNetwork", "INET"]),
        (AddressFamily.InterNetworkV6, "Internet protocol version 6", ["IPv6", "AF_INET6", "PF_INET6", "InterNetworkV6", "INET6"]),
        (AddressFamily.Unix, "processes on this machine, by path or abstract name", ["Unix", "AF_UNIX", "PF_UNIX", "AF_LOCAL", "PF_LOCAL", "Local"]))
    {
        Hint = static text => Types!.Knows(text) ? $"'{text}' is a socket type: give it with -SocketType, or after the family, as in New-Socket IPv4 {text}." : null,
    };

    /// <summary>Socket types: socket(2).</summary>
    public static NameTable<SocketType> Types { get; } = new(
        "socket type",
        (SocketType.Dgram, "messages of limited length, each for itself (UDP)", ["Datagram", "SOCK_DGRAM", "Dgram", "UDP"]),
        (SocketType.Stream, "a reliable stream of bytes over a connection (TCP)", ["Stream", "SOCK_STREAM", "TCP"]),
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

    /// <summary>The directions of a connection: shutdown(2).</summary>
    public static NameTable<SocketShutdown> Directions { get; } = new(
        "direction",
        (SocketShutdown.Send, "nothing more is sent, and the peer reads to the end (half-close)", ["Send", "SHUT_WR"]),
        (SocketShutdown.Receive, "nothing more is received", ["Receive", "SHUT_RD"]),
        (SocketShutdown.Both, "nothing more is sent or received", ["Both", "SHUT_RDWR"]));

    /// <summary>What to wait for: poll(2).</summary>
    public static NameTable<WaitFor> Waits { get; } = new(
        "event to wait for",
        (WaitFor.Read, "something to read or accept, or the peer has closed", ["Read", "POLLIN"]),
        (WaitFor.Write, "room to send, or a connect is over", ["Write", "POLLOUT"]),
        (WaitFor.Error, "the connection has failed, or urgent data has come", ["Error", "POLLERR"]));

    /// <summary>The states of open sockets.</summary>
    public static NameTable<SocketState> States { get; } = new(
        "state",
        (SocketState.New, "made, without an address", [nameof(SocketState.New)]),
        (SocketState.Bound, "has an address of its own: bind(2)", [nameof(SocketState.Bound)]),
        (SocketState.Listening, "waits for connections: listen(2)", [nameof(SocketState.Listening)]),
        (SocketState.Connected, "has a peer: connect(2), accept(2), socketpair(2)", [nameof(SocketState.Connected)]),
        (SocketState.Disconnected, "was connected, and the system knows its peer no more", [nameof(SocketState.Disconnected)]));
}
