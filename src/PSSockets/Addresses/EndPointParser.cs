using System.Globalization;
using System.Net;
using System.Net.Sockets;
using PSSockets.Errors;
using PSSockets.Native;

namespace PSSockets.Addresses;

/// <summary>
/// Reads end points as people write them: <c>127.0.0.1:53</c>, <c>[::1]:55555</c>, <c>[fe80::1%eth0]:53</c>,
/// <c>localhost:http</c>, <c>:8080</c>, <c>*:8080</c>, <c>/run/x.sock</c>, <c>unix:x.sock</c>, <c>@name</c>, <c>unix:@name</c>;
/// also <c>8080</c> for <c>:8080</c>, <c>localhost 22</c>, and the host and port of an address with a scheme, <c>https://example.org/path</c>.
/// Addresses are those of inet_pton(3): no octal, no short forms.
/// </summary>
internal static class EndPointParser
{
    private const string UnixScheme = "unix:";
    private const int LongestHostName = 253;
    private const int LongestLabel = 63;

    // The schemes whose port the services database does not have, or has under another name.
    private static readonly Dictionary<string, int> s_schemePorts = new(StringComparer.OrdinalIgnoreCase)
    {
        ["http"] = 80,
        ["ws"] = 80,
        ["https"] = 443,
        ["wss"] = 443,
        ["ftp"] = 21,
        ["ssh"] = 22,
        ["sftp"] = 22,
        ["telnet"] = 23,
        ["smtp"] = 25,
        ["dns"] = 53,
        ["ldap"] = 389,
        ["ldaps"] = 636,
        ["rtsp"] = 554,
        ["socks"] = 1080,
        ["mqtt"] = 1883,
        ["mqtts"] = 8883,
        ["mysql"] = 3306,
        ["postgres"] = 5432,
        ["postgresql"] = 5432,
        ["redis"] = 6379,
        ["rediss"] = 6379,
        ["amqp"] = 5672,
        ["amqps"] = 5671,
    };

    /// <summary>Reads one end point; a host name stays a name (<see cref="DnsEndPoint"/>), a service name becomes its port.</summary>
    /// <param name="text">What was written.</param>
    /// <param name="resolvePath">Turns a path as written into a full one.</param>
    /// <param name="isLocal">Whether it is for a socket of our own, so that <c>@</c> is any abstract name.</param>
    /// <exception cref="SocketInputException"><c>InvalidEndPoint</c>: the message says what is wrong with the text.</exception>
    public static EndPoint Parse(string text, Func<string, string> resolvePath, bool isLocal = false)
    {
        if (isLocal && SystemNumbers.HasAbstractNames && text is "@" or UnixScheme + "@")
        {
            return UnixPath.AnyAbstractName();
        }

        if (string.IsNullOrWhiteSpace(text))
        {
            throw Invalid(text, "it is empty");
        }

        if (TwoWords(text) is { } words)
        {
            return words;
        }

        if (text.AsSpan().IndexOfAny(" \t\r\n") is int blank and >= 0 && !LooksLikePath(text) && !text.StartsWith(UnixScheme, StringComparison.OrdinalIgnoreCase) && text[0] != '@')
        {
            throw Invalid(text, $"there is white space at position {blank + 1}");
        }

        if (text.StartsWith(UnixScheme, StringComparison.OrdinalIgnoreCase))
        {
            string rest = text[UnixScheme.Length..];
            return rest.StartsWith('@') ? FromAbstractName(text, rest[1..]) : FromPath(text, rest, resolvePath);
        }

        if (text[0] == '@')
        {
            return FromAbstractName(text, text[1..]);
        }

        if (LooksLikePath(text))
        {
            return FromPath(text, text, resolvePath);
        }

        if (text.All(char.IsAsciiDigit))
        {
            return new WildcardEndPoint(ParsePort(text, text));
        }

        int scheme = text.IndexOf("://", StringComparison.Ordinal);
        return scheme > 0 && IsScheme(text[..scheme]) ? FromUri(text, text[..scheme], text[(scheme + 3)..])
            : text[0] == '[' ? Bracketed(text, text)
            : HostAndPort(text, text);
    }

    /// <summary>The end point of a host, by name or address, and a port that were given apart.</summary>
    /// <exception cref="SocketInputException"><c>InvalidEndPoint</c>.</exception>
    public static EndPoint FromParts(string host, string port)
    {
        string whole = $"{host}:{port}";
        int number = ParsePort(port, whole);
        return host is "" or "*" ? new WildcardEndPoint(number)
            : LooksLikeAddress(host) ? new IPEndPoint(ParseAddress(host), number)
            : host.Contains(':') || host.Contains('/') ? throw Invalid(host, $"it is not a host alone, and the port {port} was given beside it: give the port once")
            : new DnsEndPoint(ParseHostName(whole, host), number);
    }

    /// <summary>The end point of a UNIX path as written.</summary>
    /// <param name="whole">The whole of what was written, for the message.</param>
    /// <param name="path">The path.</param>
    /// <param name="resolvePath">Turns it into a full one.</param>
    /// <exception cref="SocketInputException"><c>InvalidEndPoint</c>.</exception>
    public static UnixDomainSocketEndPoint FromPath(string whole, string path, Func<string, string> resolvePath)
    {
        try
        {
            return UnixNameText.BytesOf(path, resolvePath) is { } bytes ? UnixPath.FromBytes(bytes) : UnixPath.FromPath(path.Length == 0 ? path : resolvePath(path));
        }
        catch (ArgumentException exception) when (exception is not SocketInputException)
        {
            throw Invalid(whole, exception.Message);
        }
    }

    /// <summary>The end point of an abstract name.</summary>
    /// <param name="whole">The whole of what was written, for the message.</param>
    /// <param name="name">The name, without its <c>@</c>.</param>
    /// <exception cref="SocketInputException"><c>InvalidEndPoint</c>, or <c>NotSupported</c> where the system has none.</exception>
    public static UnixDomainSocketEndPoint FromAbstractName(string whole, string name)
    {
        if (!SystemNumbers.HasAbstractNames)
        {
            throw CallFailure.NotSupported(whole, "only Linux has abstract names for UNIX sockets", whole);
        }

        try
        {
            return UnixNameText.BytesOf(name) is { } bytes ? UnixPath.FromBytes([0, .. bytes]) : UnixPath.FromAbstractName(name);
        }
        catch (ArgumentException exception)
        {
            throw Invalid(whole, exception.Message);
        }
    }

    /// <summary>Reads an address alone, without a port: inet_pton(3), with an interface after <c>%</c> for IPv6.</summary>
    /// <exception cref="SocketInputException"><c>InvalidEndPoint</c>.</exception>
    public static IPAddress ParseAddress(string text)
    {
        if (text.Contains(':'))
        {
            return IPv6(text, text.StartsWith('[') && text.EndsWith(']') ? text[1..^1] : text);
        }

        return LooksNumeric(text) ? IPv4(text, text) : throw Invalid(text, $"'{text}' is neither an IPv4 nor an IPv6 address");
    }

    /// <summary>Whether text is meant as an address alone: <c>127.0.0.1</c>, <c>::1</c>, <c>[::1]</c>.</summary>
    public static bool LooksLikeAddress(string text)
    {
        int colons = text.Count(character => character == ':');
        return (colons == 0 && LooksNumeric(text))
            || (colons >= 2 && !text.StartsWith('[') && !text.StartsWith(UnixScheme, StringComparison.OrdinalIgnoreCase) && !LooksLikePath(text) && !text.StartsWith('@'))
            || (text.StartsWith('[') && text.EndsWith(']'));
    }

    /// <summary>Reads a port number, or the name of a service in the system's database.</summary>
    /// <param name="text">The port.</param>
    /// <param name="whole">The whole of what was written, for the message.</param>
    /// <exception cref="SocketInputException"><c>InvalidEndPoint</c>.</exception>
    public static int ParsePort(string text, string whole)
    {
        if (text.Length == 0)
        {
            throw Invalid(whole, "the port is missing after the last ':'");
        }

        if (text.All(char.IsAsciiDigit))
        {
            return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int port) && port <= IPEndPoint.MaxPort
                ? port
                : throw Invalid(whole, $"port {text} is above {IPEndPoint.MaxPort}");
        }

        if (text[0] is '-' or '+' && text[1..].All(char.IsAsciiDigit))
        {
            throw Invalid(whole, $"port {text} has a sign; a port is a number from 0 to {IPEndPoint.MaxPort}");
        }

        if (!text.All(character => char.IsAsciiLetterOrDigit(character) || character is '-' or '_' or '+' or '.'))
        {
            throw Invalid(whole, $"'{text}' is neither a port number nor a service name");
        }

        return ServiceCalls.FindPort(text)
            ?? throw Invalid(whole, $"the system's services database has no service '{text}'");
    }

    /// <summary>Checks that text can be the name of a host, and returns it: RFC 1123 section 2.1.</summary>
    /// <param name="whole">The whole of what was written, for the message.</param>
    /// <param name="host">The name.</param>
    /// <exception cref="SocketInputException"><c>InvalidEndPoint</c>.</exception>
    public static string ParseHostName(string whole, string host)
    {
        if (host.Length > LongestHostName)
        {
            throw Invalid(whole, $"the host name has {host.Length} characters, and may have at most {LongestHostName}");
        }

        string[] labels = (host.EndsWith('.') ? host[..^1] : host).Split('.');
        foreach (string label in labels)
        {
            if (label.Length == 0)
            {
                throw Invalid(whole, $"the host name '{host}' has two dots together, or begins with one");
            }

            if (label.Length > LongestLabel)
            {
                throw Invalid(whole, $"'{label}' has {label.Length} characters, and a part of a host name at most {LongestLabel}");
            }

            foreach (char character in label)
            {
                if (!char.IsLetterOrDigit(character) && character is not ('-' or '_'))
                {
                    throw Invalid(whole, $"'{character}' cannot stand in the host name '{host}'");
                }
            }

            if (label[0] == '-' || label[^1] == '-')
            {
                throw Invalid(whole, $"'{label}' begins or ends with '-', which a part of a host name never does");
            }
        }

        // No top-level domain is a number (RFC 3696 section 2), but some systems read 0x7f000001 as an address.
        string last = labels[^1];
        return last.All(char.IsAsciiDigit) || (last.StartsWith("0x", StringComparison.OrdinalIgnoreCase) && last[2..].All(char.IsAsciiHexDigit))
            ? throw Invalid(whole, $"'{host}' ends in a number like an address, and is neither an IPv4 address nor a host name")
            : host;
    }

    /// <summary>Reads the number or the name of a network interface, for link-local IPv6 addresses.</summary>
    /// <exception cref="SocketInputException"><c>InvalidEndPoint</c>.</exception>
    public static long ParseScope(string text, string whole)
    {
        if (text.Length == 0)
        {
            throw Invalid(whole, "the interface is missing after '%'");
        }

        if (text.All(char.IsAsciiDigit))
        {
            return uint.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out uint index)
                ? index
                : throw Invalid(whole, $"interface number {text} is too large");
        }

        return NetworkInterfaces.FindIndex(text) ?? throw Invalid(whole, $"there is no network interface '{text}'");
    }

    private static bool LooksLikePath(string text) =>
        text[0] is '/' or '\\'
        || text is "~"
        || text.StartsWith("./", StringComparison.Ordinal) || text.StartsWith("../", StringComparison.Ordinal) || text.StartsWith("~/", StringComparison.Ordinal)
        || text.StartsWith(".\\", StringComparison.Ordinal) || text.StartsWith("..\\", StringComparison.Ordinal) || text.StartsWith("~\\", StringComparison.Ordinal)
        || (text.Length > 2 && char.IsAsciiLetter(text[0]) && text[1] == ':' && text[2] is '\\' or '/');

    // Host and port apart, as other programs take them. Null where it is anything else.
    private static EndPoint? TwoWords(string text)
    {
        if (text.Split(' ') is not [{ Length: > 0 } host, { Length: > 0 } port] || !port.All(letter => char.IsAsciiLetterOrDigit(letter) || letter == '-')
            || text.Contains('\n') || text.Contains('\r') || text.Contains('\t') || LooksLikePath(text) || host[0] == '@')
        {
            return null;
        }

        bool isBracketed = host.StartsWith('[') && host.EndsWith(']');
        if (isBracketed || host.Count(letter => letter == ':') >= 2)
        {
            return new IPEndPoint(IPv6(text, isBracketed ? host[1..^1] : host), ParsePort(port, text));
        }

        return host.Contains(':') ? null : HostAndPort(text, $"{host}:{port}");
    }

    private static bool IsScheme(string text) =>
        char.IsAsciiLetter(text[0]) && text.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '+' or '-' or '.');

    private static EndPoint FromUri(string whole, string scheme, string rest)
    {
        int end = rest.AsSpan().IndexOfAny("/?#");
        string authority = end < 0 ? rest : rest[..end];
        authority = authority[(authority.LastIndexOf('@') + 1)..];
        if (authority.Length == 0)
        {
            throw Invalid(whole, $"there is no host after '{scheme}://'");
        }

        bool hasPort = authority.LastIndexOf(':') > authority.LastIndexOf(']');
        if (!hasPort)
        {
            int port = s_schemePorts.TryGetValue(scheme, out int known) ? known
                : ServiceCalls.FindPort(scheme)
                ?? throw Invalid(whole, $"the port is missing, and '{scheme}' has none of its own: write '{authority}:PORT'");
            authority = string.Create(CultureInfo.InvariantCulture, $"{authority}:{port}");
        }

        return authority[0] == '[' ? Bracketed(whole, authority) : HostAndPort(whole, authority);
    }

    private static IPEndPoint Bracketed(string whole, string text)
    {
        int end = text.IndexOf(']');
        if (end < 0)
        {
            throw Invalid(whole, "']' is missing after the address");
        }

        IPAddress address = IPv6(whole, text[1..end]);
        string rest = text[(end + 1)..];
        if (rest.Length == 0)
        {
            throw Invalid(whole, "the port is missing: write ':PORT' after ']'");
        }

        if (rest[0] != ':')
        {
            throw Invalid(whole, $"'{rest}' after ']' at position {end + 2} is not ':PORT'");
        }

        return new IPEndPoint(address, ParsePort(rest[1..], whole));
    }

    private static EndPoint HostAndPort(string whole, string text)
    {
        int colon = text.LastIndexOf(':');
        if (colon < 0)
        {
            throw Invalid(whole, LooksNumeric(text)
                ? $"the port is missing: write '{text}:PORT'"
                : "the port is missing: write 'HOST:PORT', or 'unix:PATH' for a UNIX socket");
        }

        string host = text[..colon];
        if (host.Contains(':'))
        {
            throw Invalid(whole, "there is more than one ':'; an IPv6 address stands in brackets, as in [::1]:80");
        }

        int port = ParsePort(text[(colon + 1)..], whole);
        if (host is "" or "*")
        {
            return new WildcardEndPoint(port);
        }

        return LooksNumeric(host) ? new IPEndPoint(IPv4(whole, host), port) : new DnsEndPoint(ParseHostName(whole, host), port);
    }

    private static bool LooksNumeric(string text) => text.Length > 0 && text.All(character => char.IsAsciiDigit(character) || character == '.') && char.IsAsciiDigit(text[0]);

    private static IPAddress IPv4(string whole, string text)
    {
        string[] parts = text.Split('.');
        if (parts.Length != 4)
        {
            throw Invalid(whole, $"'{text}' has {parts.Length} of the four numbers of an IPv4 address");
        }

        Span<byte> bytes = stackalloc byte[4];
        for (int index = 0; index < parts.Length; index++)
        {
            string part = parts[index];
            if (part.Length == 0)
            {
                throw Invalid(whole, $"number {index + 1} of the IPv4 address '{text}' is missing");
            }

            if (part.Length > 1 && part[0] == '0')
            {
                throw Invalid(whole, $"'{part}' in '{text}' begins with 0, which some read as octal");
            }

            if (!byte.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out bytes[index]))
            {
                throw Invalid(whole, $"'{part}' in '{text}' is above 255");
            }
        }

        return new IPAddress(bytes);
    }

    // .NET takes octal and short forms within IPv6 addresses too.
    private static bool IsStrictIPv4(string text) =>
        text.Split('.') is { Length: 4 } parts
        && Array.TrueForAll(parts, part => part is "0" || (part.Length > 0 && part[0] is >= '1' and <= '9' && byte.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out _)));

    private static IPAddress IPv6(string whole, string text)
    {
        if (text.Length == 0)
        {
            throw Invalid(whole, "there is no address between the brackets");
        }

        int percent = text.IndexOf('%');
        string digits = percent < 0 ? text : text[..percent];
        if (!digits.Contains(':') || !digits.All(character => char.IsAsciiHexDigit(character) || character is ':' or '.')
            || !IPAddress.TryParse(digits, out IPAddress? address) || address.AddressFamily != AddressFamily.InterNetworkV6
            || (digits.Contains('.') && !IsStrictIPv4(digits[(digits.LastIndexOf(':') + 1)..])))
        {
            throw Invalid(whole, $"'{digits}' is not an IPv6 address");
        }

        if (percent >= 0)
        {
            address.ScopeId = ParseScope(text[(percent + 1)..], whole);
        }

        return address;
    }

    /// <summary>The error of text that is not an end point.</summary>
    public static SocketInputException Invalid(string text, string reason) => new(
        ErrorIds.InvalidEndPoint,
        PrintableText.From($"'{text}' is not an end point: {reason}"),
        "Write HOST:PORT, as in 127.0.0.1:53, [::1]:55555, localhost:http or :8080, or a UNIX socket's path (/run/x.sock, ./x.sock, unix:x.sock) or abstract name (@name).",
        text);
}
