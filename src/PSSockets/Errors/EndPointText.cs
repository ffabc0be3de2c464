using System.Net;
using System.Net.Sockets;

namespace PSSockets.Errors;

/// <summary>How end points, families, types and protocols stand in messages and tables.</summary>
internal static class EndPointText
{
    /// <summary>The end point, or whatever was given as the address, as text; null where there is none.</summary>
    public static string? Describe(object? address) => address switch
    {
        null => null,
        DnsEndPoint name => PrintableText.From($"{name.Host}:{name.Port}"),
        // What a socket for IPv6 and IPv4 says of an IPv4 peer: that it is mapped is the kernel's business.
        IPEndPoint { Address.IsIPv4MappedToIPv6: true } mapped => new IPEndPoint(mapped.Address.MapToIPv4(), mapped.Port).ToString(),
        IPAddress { IsIPv4MappedToIPv6: true } mapped => mapped.MapToIPv4().ToString(),
        UnixDomainSocketEndPoint unix => UnixNameText.From(unix),
        _ => PrintableText.From(address.ToString() ?? string.Empty),
    };

    /// <summary>The same; null also for a UNIX address without a name.</summary>
    public static string? DescribeNamed(EndPoint? endPoint) => Describe(endPoint) is { Length: > 0 } text ? text : null;

    /// <summary>The C name of the family: <c>AF_INET6</c>.</summary>
    public static string FamilyOf(AddressFamily family) => family switch
    {
        AddressFamily.InterNetwork => "AF_INET",
        AddressFamily.InterNetworkV6 => "AF_INET6",
        AddressFamily.Unix => "AF_UNIX",
        AddressFamily.Unspecified => "AF_UNSPEC",
        _ => family.ToString(),
    };

    /// <summary>The C name of the type: <c>SOCK_DGRAM</c>.</summary>
    public static string TypeOf(SocketType type) => type switch
    {
        SocketType.Dgram => "SOCK_DGRAM",
        SocketType.Stream => "SOCK_STREAM",
        SocketType.Seqpacket => "SOCK_SEQPACKET",
        SocketType.Raw => "SOCK_RAW",
        _ => type.ToString(),
    };

    /// <summary>The C name of the protocol: <c>IPPROTO_UDP</c>, or 0 for the family's own.</summary>
    public static string ProtocolOf(ProtocolType protocol) =>
        protocol is ProtocolType.Unspecified or ProtocolType.IP ? "0" : "IPPROTO_" + protocol.ToString().ToUpperInvariant();
}
