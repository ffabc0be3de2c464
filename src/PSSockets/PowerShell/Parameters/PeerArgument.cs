using System.Globalization;
using System.Management.Automation;
using System.Net;
using PSSockets.Addresses;
using PSSockets.Errors;

namespace PSSockets.Parameters;

/// <summary>The peer that a user named: an end point, or a host and its port apart.</summary>
internal static class PeerArgument
{
    /// <summary>The end point.</summary>
    /// <param name="session">For the path of a UNIX socket.</param>
    /// <param name="endPoint">The end point; null where none was given.</param>
    /// <param name="host">The host; null where none was given.</param>
    /// <param name="port">The port; null where it is in the end point or the host.</param>
    /// <exception cref="SocketInputException"><c>InvalidEndPoint</c>.</exception>
    public static EndPoint Find(SessionState session, EndPoint? endPoint, string? host, string? port)
    {
        if (endPoint is not null && host is not null)
        {
            throw new SocketInputException(ErrorIds.InvalidEndPoint, $"connect: there is an end point, {EndPointText.Describe(endPoint)}, and a host, {host}", "Give one of them: HOST:PORT, or -HostName and -Port.", endPoint);
        }

        if (endPoint is null && host is null)
        {
            throw new SocketInputException(ErrorIds.InvalidEndPoint, "connect: it is not said where to", "Give the peer: HOST:PORT, or -HostName and -Port.", null);
        }

        string? text = endPoint is null ? host : (endPoint as UnusableEndPoint)?.Text;
        if (string.IsNullOrEmpty(port))
        {
            return endPoint is null ? EndPointParser.Parse(host!, path => UserPath.Resolve(session, path)) : UnusableEndPoint.Check(endPoint);
        }

        // An end point from the pipeline has a property with its port, too.
        return text is not null ? EndPointParser.FromParts(text, port)
            : endPoint is IPEndPoint { Port: int own } && port == own.ToString(CultureInfo.InvariantCulture) ? endPoint
            : endPoint is DnsEndPoint { Port: int named } && port == named.ToString(CultureInfo.InvariantCulture) ? endPoint
            : throw new SocketInputException(
                ErrorIds.InvalidEndPoint,
                $"'{EndPointText.Describe(endPoint)}' has its port, and '{port}' is another",
                "Give the port once: HOST:PORT, or HOST and PORT. A limit of time is -TimeoutSeconds.",
                endPoint);
    }
}
