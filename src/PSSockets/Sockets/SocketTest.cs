using System.Net;
using System.Net.Sockets;
using PSSockets.Addresses;
using PSSockets.Sockets;

namespace PSSockets;

/// <summary>Whether somebody is at an end point.</summary>
public sealed class SocketTest
{
    private SocketTest(EndPoint endPoint, EndPoint? peer, SocketTestStatus status, TimeSpan? latency, SocketErrorInfo? error)
    {
        RemoteEndPoint = endPoint is DnsEndPoint name ? new HostEndPoint(name.Host, name.Port) : endPoint;
        Address = (peer as IPEndPoint)?.Address;
        Status = status;
        Latency = latency is TimeSpan time ? Math.Round(time.TotalMilliseconds, 3) : null;
        Error = error;
    }

    /// <summary>The end point that was asked for.</summary>
    public EndPoint RemoteEndPoint { get; }

    /// <summary>The address that was found out about; null where a name has none, and for UNIX sockets.</summary>
    public IPAddress? Address { get; }

    /// <summary>What was found.</summary>
    public SocketTestStatus Status { get; }

    /// <summary>How long the answer took, or the refusal, in milliseconds; null where nothing came.</summary>
    public double? Latency { get; }

    /// <summary>The error of the system; null where somebody answered, or nothing was tried.</summary>
    public SocketErrorInfo? Error { get; }

    /// <summary>Whether somebody answered.</summary>
    internal bool IsPositive => Status is SocketTestStatus.Open or SocketTestStatus.Replied;

    /// <summary>What came of a search; null where it could not be made at all.</summary>
    internal static SocketTest? From(PeerTarget target, bool isDatagram)
    {
        if (target.Socket is not null)
        {
            return new SocketTest(target.Asked, target.Peer, isDatagram ? SocketTestStatus.Replied : SocketTestStatus.Open, target.Latency, null);
        }

        if (target.IsSkipped)
        {
            return new SocketTest(target.Asked, null, SocketTestStatus.NotTried, null, null);
        }

        if (target.Failure is not SocketCallException failure)
        {
            return null;
        }

        // Of several addresses the one that says most: that a host is there.
        (EndPoint? candidate, SocketCallException cause, TimeSpan? latency) = target.Failures.Count == 0 ? (null, failure, null)
            : target.Failures.OrderBy(static failed => Rank(failed.Failure.SocketErrorCode)).First();
        SocketTestStatus status = cause.SocketErrorCode switch
        {
            SocketError.ConnectionRefused => SocketTestStatus.Refused,
            SocketError.TimedOut => isDatagram && cause.Call != "getaddrinfo" ? SocketTestStatus.NoReply : SocketTestStatus.TimedOut,
            _ when cause.Call == "getaddrinfo" => SocketTestStatus.NotFound,
            SocketError.AddressNotAvailable when candidate is UnixDomainSocketEndPoint => SocketTestStatus.NotFound,
            _ => SocketTestStatus.Unreachable,
        };
        return new SocketTest(target.Asked, candidate, status, status == SocketTestStatus.Refused ? latency : null, cause.Error);
    }

    private static int Rank(SocketError error) => error switch
    {
        SocketError.ConnectionRefused => 0,
        SocketError.TimedOut => 1,
        _ => 2,
    };
}
