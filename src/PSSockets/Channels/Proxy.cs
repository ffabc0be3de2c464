using System.Net;
using PSSockets.Addresses;
using PSSockets.Errors;

namespace PSSockets.Channels;

/// <summary>How a proxy is spoken to.</summary>
internal enum ProxyKind
{
    /// <summary>SOCKS version 4: an IPv4 address is sent.</summary>
    Socks4,

    /// <summary>SOCKS version 4A: the name is sent.</summary>
    Socks4a,

    /// <summary>SOCKS version 5, RFC 1928: an address is sent.</summary>
    Socks5,

    /// <summary>SOCKS version 5, RFC 1928: the name is sent.</summary>
    Socks5h,

    /// <summary>HTTP, RFC 9110 section 9.3.6: CONNECT.</summary>
    Http,
}

/// <summary>A proxy: what it speaks, where it is, and who asks.</summary>
/// <param name="Kind">What it speaks.</param>
/// <param name="EndPoint">Where it is.</param>
/// <param name="UserName">Who asks; null where the proxy need not know.</param>
/// <param name="Password">The password of the user.</param>
internal sealed record Proxy(ProxyKind Kind, EndPoint EndPoint, string? UserName, string? Password)
{
    private const int SocksPort = 1080;
    private const int HttpPort = 80;

    private static readonly Dictionary<string, ProxyKind> s_schemes = new(StringComparer.OrdinalIgnoreCase)
    {
        ["socks5"] = ProxyKind.Socks5,
        ["socks5h"] = ProxyKind.Socks5h,
        ["socks4"] = ProxyKind.Socks4,
        ["socks4a"] = ProxyKind.Socks4a,
        ["http"] = ProxyKind.Http,
    };

    /// <summary>Whether the proxy gets the name as it is, and looks it up itself.</summary>
    public bool TakesNames => Kind is ProxyKind.Socks4a or ProxyKind.Socks5h or ProxyKind.Http;

    /// <summary>Its address as a URI, without the password.</summary>
    public string Text => $"{s_schemes.First(scheme => scheme.Value == Kind).Key}://{EndPointText.Describe(EndPoint)}";

    /// <summary>Reads the address of a proxy.</summary>
    /// <param name="text">The URI; without a scheme it is http, as curl has it.</param>
    /// <param name="credential">The user and the password; null where the URI may have them.</param>
    /// <exception cref="SocketInputException"><c>InvalidProxy</c>.</exception>
    public static Proxy Parse(string text, NetworkCredential? credential)
    {
        string whole = text.Contains("://", StringComparison.Ordinal) ? text : $"http://{text}";
        string shown = whole.LastIndexOf('@') is int at and >= 0 ? whole[..(whole.IndexOf("://", StringComparison.Ordinal) + 3)] + whole[(at + 1)..] : whole;
        if (!Uri.TryCreate(whole, UriKind.Absolute, out Uri? uri) || uri.Host.Length == 0)
        {
            throw shown.Length < whole.Length && Uri.TryCreate(shown, UriKind.Absolute, out Uri? bare) && bare.Host.Length > 0
                ? Invalid(shown, "with its user and password it is not a URI", "Give these with -ProxyCredential, or write characters such as '/', ':' and '#' in them as %2F, %3A and %23.")
                : Invalid(shown, "it is not a URI with a host, and a port from 0 to 65535", "Write SCHEME://HOST:PORT, as in socks5h://127.0.0.1:1080.");
        }

        if (!s_schemes.TryGetValue(uri.Scheme, out ProxyKind kind))
        {
            throw Invalid(
                shown,
                uri.Scheme == "https" ? "a proxy that is spoken to by TLS is not supported" : $"'{uri.Scheme}' is not a scheme of a proxy",
                $"Write one of {string.Join(", ", s_schemes.Keys.Select(static scheme => scheme + "://"))}.");
        }

        bool hasPort = !uri.IsDefaultPort || HasPort(shown);
        int port = hasPort && uri.Port >= 0 ? uri.Port : kind == ProxyKind.Http ? HttpPort : SocksPort;
        string host = uri.IdnHost;
        EndPoint endPoint = EndPointParser.LooksLikeAddress(host) ? new IPEndPoint(EndPointParser.ParseAddress(host), port) : new DnsEndPoint(host, port);
        if (credential is not null)
        {
            return new Proxy(kind, endPoint, credential.UserName, credential.Password);
        }

        string[] user = uri.UserInfo.Split(':', 2);
        return uri.UserInfo.Length == 0
            ? new Proxy(kind, endPoint, null, null)
            : new Proxy(kind, endPoint, Uri.UnescapeDataString(user[0]), user.Length > 1 ? Uri.UnescapeDataString(user[1]) : string.Empty);
    }

    // A record's own would have the password.
    /// <inheritdoc />
    public override string ToString() => Text;

    private static bool HasPort(string shown)
    {
        string authority = shown[(shown.IndexOf("://", StringComparison.Ordinal) + 3)..].Split('/')[0];
        return authority.LastIndexOf(':') > authority.LastIndexOf(']');
    }

    private static SocketInputException Invalid(string shown, string problem, string remedy) =>
        new(ErrorIds.InvalidProxy, $"'{shown}' is not the address of a proxy: {problem}", remedy, shown);
}
