using System.Globalization;
using System.Net;

namespace PSSockets.Addresses;

/// <summary>Reads end points with several ports: <c>host:8000-8010</c>, <c>host:22,80,443</c>, <c>[::1]:22,8000-8010</c>.</summary>
internal static class EndPointRange
{
    /// <summary>Each end point, in the order in which they are written.</summary>
    /// <param name="text">What was written.</param>
    /// <param name="resolvePath">Turns a path as written into a full one.</param>
    /// <exception cref="SocketInputException"><c>InvalidEndPoint</c>.</exception>
    public static IEnumerable<EndPoint> Read(string text, Func<string, string> resolvePath)
    {
        int colon = text.LastIndexOf(':');
        string ports = text[(colon + 1)..];
        string host = colon < 0 ? string.Empty : text[..colon];
        // Only what begins with digits is a range; services have hyphens, and paths have anything.
        if (!ports.All(static letter => char.IsAsciiLetterOrDigit(letter) || letter is ',' or '-' or ' ')
            || !(ports.Contains(',') || IsRange(ports))
            || host.Contains('/') || host.StartsWith('@') || host.StartsWith("unix", StringComparison.OrdinalIgnoreCase))
        {
            yield return EndPointParser.Parse(text, resolvePath);
            yield break;
        }

        foreach (string port in Ports(ports, text))
        {
            yield return EndPointParser.Parse($"{host}:{port}", resolvePath);
        }
    }

    /// <summary>Each port of a list such as <c>22,80,8000-8010</c>.</summary>
    /// <param name="ports">The list.</param>
    /// <param name="whole">The whole of what was written, for the message.</param>
    /// <exception cref="SocketInputException"><c>InvalidEndPoint</c>.</exception>
    public static IEnumerable<string> Ports(string ports, string whole)
    {
        foreach (string part in ports.Split(',', StringSplitOptions.TrimEntries))
        {
            if (!IsRange(part))
            {
                yield return part;
                continue;
            }

            string[] ends = part.Split('-');
            int first = EndPointParser.ParsePort(ends[0], whole);
            int last = EndPointParser.ParsePort(ends[1], whole);
            if (last < first)
            {
                throw EndPointParser.Invalid(whole, $"the ports {part} begin with the higher one: write '{last}-{first}'");
            }

            for (int port = first; port <= last; port++)
            {
                yield return port.ToString(CultureInfo.InvariantCulture);
            }
        }
    }

    /// <summary>Whether text is a range of ports, <c>8000-8010</c>.</summary>
    private static bool IsRange(string text) =>
        text.Split('-') is [{ Length: > 0 } first, { Length: > 0 } last] && first.All(char.IsAsciiDigit) && last.All(char.IsAsciiDigit);
}
