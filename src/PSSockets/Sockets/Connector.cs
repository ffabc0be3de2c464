using System.Net;
using System.Net.Sockets;
using PSSockets.Errors;
using PSSockets.Waiting;

namespace PSSockets.Sockets;

/// <summary>Connects to the first of several addresses that answers: RFC 8305 (Happy Eyeballs).</summary>
internal static class Connector
{
    /// <summary>How long one attempt is alone before the next begins beside it: RFC 8305 section 5, Connection Attempt Delay.</summary>
    private const double AttemptDelaySeconds = 0.25;

    /// <summary>Connects this socket, one address after the other.</summary>
    /// <param name="transport">The system.</param>
    /// <param name="socket">The socket; it can try again after a failure.</param>
    /// <param name="candidates">The addresses, best first.</param>
    /// <param name="asked">What the user named, for the message.</param>
    /// <param name="deadline">The end of all attempts together.</param>
    /// <exception cref="SocketCallException">No address answered; the message lists each attempt.</exception>
    public static void Connect(ISocketTransport transport, Socket socket, IReadOnlyList<EndPoint> candidates, EndPoint asked, Deadline deadline)
    {
        List<SocketCallException> failures = [];
        foreach (EndPoint candidate in candidates)
        {
            try
            {
                IPendingConnect connect = transport.StartConnect(socket, candidate);
                if (!IsOver(transport, connect, deadline))
                {
                    failures.Add(Late(candidate, socket));
                    break;
                }

                connect.Complete();
                SocketRecord record = socket;
                record.Peer = candidate;
                return;
            }
            catch (SocketCallException failure)
            {
                failures.Add(failure);
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
    /// <returns>The connected socket, and the address that answered.</returns>
    /// <exception cref="SocketCallException">No address answered; the message lists each attempt.</exception>
    public static (Socket Socket, EndPoint RemoteEndPoint) ConnectFirst(
        ISocketTransport transport, IReadOnlyList<EndPoint> candidates, Func<EndPoint, Socket> create, EndPoint asked, Deadline deadline)
    {
        List<IPendingConnect> pending = [];
        List<SocketCallException> failures = [];
        try
        {
            int next = 0;
            while (next < candidates.Count || pending.Count > 0)
            {
                if (next < candidates.Count)
                {
                    Start(candidates[next++]);
                }

                if (pending.Count == 0)
                {
                    continue;
                }

                bool isLast = next == candidates.Count;
                int over = transport.WaitConnect(pending, isLast ? deadline : Deadline.Earlier(deadline, Deadline.After(AttemptDelaySeconds)));
                if (over >= 0)
                {
                    IPendingConnect connect = pending[over];
                    pending.RemoveAt(over);
                    if (Finish(connect))
                    {
                        return (connect.Socket, connect.RemoteEndPoint);
                    }
                }
                else if (deadline.IsPast)
                {
                    failures.AddRange(pending.Select(connect => Late(connect.RemoteEndPoint, asked)));
                    break;
                }
            }

            throw Summary(asked, failures, asked);
        }
        finally
        {
            foreach (IPendingConnect connect in pending)
            {
                connect.Abandon();
                connect.Socket.Dispose();
            }
        }

        void Start(EndPoint candidate)
        {
            Socket? socket = null;
            try
            {
                socket = create(candidate);
                pending.Add(transport.StartConnect(socket, candidate));
                socket = null;
            }
            catch (SocketCallException failure)
            {
                failures.Add(failure);
            }
            finally
            {
                socket?.Dispose();
            }
        }

        bool Finish(IPendingConnect connect)
        {
            bool isConnected = false;
            try
            {
                connect.Complete();
                isConnected = true;
            }
            catch (SocketCallException failure)
            {
                failures.Add(failure);
            }
            finally
            {
                if (!isConnected)
                {
                    connect.Socket.Dispose();
                }
            }

            return isConnected;
        }
    }

    private static bool IsOver(ISocketTransport transport, IPendingConnect connect, Deadline deadline)
    {
        bool isOver = false;
        try
        {
            isOver = transport.WaitConnect([connect], deadline) >= 0;
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

    private static SocketCallException Late(EndPoint candidate, object target) =>
        CallFailure.Of("connect", candidate, SocketError.TimedOut, target);

    private static SocketCallException Summary(EndPoint asked, List<SocketCallException> failures, object target)
    {
        if (failures is [SocketCallException only])
        {
            return new SocketCallException(only.Call, only.Address, only.Error, target);
        }

        string attempts = string.Join("; ", failures.Select(failure => $"{failure.Address}: {failure.Error}"));
        return new SocketCallException("connect", EndPointText.Describe(asked), failures[^1].Error, target, $"tried {attempts}");
    }
}
