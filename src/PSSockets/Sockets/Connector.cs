using System.Net;
using System.Net.Sockets;
using PSSockets.Addresses;
using PSSockets.Errors;
using PSSockets.Waiting;

namespace PSSockets.Sockets;

/// <summary>Connects to the first of several addresses that answers: RFC 8305 (Happy Eyeballs).</summary>
internal static class Connector
{
    /// <summary>Connects this socket, one address after the other.</summary>
    /// <param name="transport">The system.</param>
    /// <param name="socket">The socket; it can try again after a failure.</param>
    /// <param name="candidates">The addresses, best first.</param>
    /// <param name="asked">What the user named, for the message.</param>
    /// <param name="deadline">The end of all attempts together.</param>
    /// <param name="limit">The limit that the deadline is of, for messages.</param>
    /// <exception cref="SocketCallException">No address answered; the message lists each attempt.</exception>
    public static void Connect(
        ISocketTransport transport, Socket socket, IReadOnlyList<EndPoint> candidates, EndPoint asked, Deadline deadline, TimeLimit limit = default)
    {
        List<SocketCallException> failures = [];
        foreach (EndPoint candidate in candidates)
        {
            try
            {
                IPendingConnect connect = transport.StartConnect(socket, candidate);
                if (!IsOver(transport, connect, deadline))
                {
                    failures.Add(Late(candidate, socket, limit));
                    break;
                }

                connect.Complete();
                SocketRecord.Of(socket).NotePeer(asked, candidate);
                return;
            }
            catch (SocketCallException failure)
            {
                failures.Add(Explain(transport, candidate, failure));
            }
        }

        throw Summary(asked, failures, socket);
    }

    /// <summary>Makes a socket for each address and connects them beside each other; the first that is connected stays, the others are closed.</summary>
    /// <param name="transport">The system.</param>
    /// <param name="candidates">The addresses, best first.</param>
    /// <param name="create">Makes the socket for an address.</param>
    /// <param name="asked">What the user named, for the message.</param>
    /// <param name="deadline">The end of all attempts together.</param>
    /// <param name="limit">The limit that the deadline is of, for messages.</param>
    /// <returns>The connected socket.</returns>
    /// <exception cref="SocketCallException">No address answered; the message lists each attempt.</exception>
    public static Socket ConnectFirst(
        ISocketTransport transport, IReadOnlyList<EndPoint> candidates, Func<EndPoint, Socket> create, EndPoint asked, Deadline deadline, TimeLimit limit = default)
    {
        using PeerSearch search = new(transport, new ConnectTrials(transport), create, limit: limit);
        search.Add(new PeerTarget(asked) { Candidates = candidates, Deadline = deadline });
        PeerTarget found = search.Next(Deadline.Never)!;
        return found.Socket ?? throw found.Failure!;
    }

    private static bool IsOver(ISocketTransport transport, IPendingConnect connect, Deadline deadline)
    {
        bool isOver = false;
        try
        {
            do
            {
                isOver = transport.WaitConnect([connect], deadline) >= 0;
            }
            while (!isOver && !deadline.IsPast);
            return isOver;
        }
        finally
        {
            // Also when the pipeline is stopped, so that the socket can try again.
            if (!isOver)
            {
                connect.Abandon();
            }
        }
    }

    /// <summary>An attempt that was not over in time.</summary>
    internal static SocketCallException Late(EndPoint candidate, object target, TimeLimit limit) =>
        CallFailure.Of("connect", candidate, SocketError.TimedOut, target, LateDetail(limit));

    /// <summary>One that was not tried, since the time of the whole call was over before.</summary>
    internal static SocketCallException Skipped(EndPoint asked, object target, TimeLimit limit) =>
        CallFailure.Of("connect", asked, SocketError.TimedOut, target, $"it was not tried {limit.WithinTotal}");

    /// <summary>Says that the time of the whole call is over; null where it is the attempt's own.</summary>
    internal static string? LateDetail(TimeLimit limit) => limit.WithinTotal is string within ? $"nobody answered {within}" : null;

    /// <summary>The failure, with what is known beyond the errno: a path at which there is no socket is refused as if nobody listened.</summary>
    internal static SocketCallException Explain(ISocketTransport transport, EndPoint candidate, SocketCallException failure)
    {
        if (failure.SocketErrorCode != SocketError.ConnectionRefused || candidate is not UnixDomainSocketEndPoint unix || !UnixPath.IsFile(unix) || transport.MayBeSocket(unix.ToString()))
        {
            return failure;
        }

        string what = Directory.Exists(unix.ToString()) ? "a directory" : "a file";
        SocketErrorInfo error = failure.Error;
        return new SocketCallException(
            failure.Call,
            failure.Address,
            new SocketErrorInfo(error.Number, error.Name, error.SocketError, error.Message, "Name the path of a UNIX socket, which a program makes when it binds; for a host write HOST:PORT."),
            failure.Target,
            $"this path is {what}, not a socket");
    }

    /// <summary>The failure of all attempts together; the message lists each.</summary>
    internal static SocketCallException Summary(EndPoint asked, List<SocketCallException> failures, object target)
    {
        if (failures is [SocketCallException only])
        {
            return new SocketCallException(only.Call, only.Address, only.Error, target, only.Detail);
        }

        string attempts = string.Join("; ", failures.Select(failure => $"{failure.Address}: {failure.Error}"));
        return new SocketCallException("connect", EndPointText.Describe(asked), failures[^1].Error, target, $"tried {attempts}");
    }
}
