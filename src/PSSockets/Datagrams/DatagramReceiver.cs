using System.Net.Sockets;
using PSSockets.Errors;
using PSSockets.Sockets;

namespace PSSockets.Datagrams;

/// <summary>Receives datagrams from one socket, or from whichever of several has one: recvfrom(2).</summary>
/// <param name="engine">The engine.</param>
/// <param name="options">How each is received.</param>
/// <param name="timeoutSeconds">The longest wait for the next datagram; null is for ever.</param>
internal sealed class DatagramReceiver(ISocketEngine engine, ReceiveOptions options, double? timeoutSeconds)
{
    /// <summary>What one attempt brought: a datagram, or a failure of this socket.</summary>
    public readonly record struct Result(Datagram? Datagram, Exception? Failure)
    {
        /// <summary>Whether the peer has closed, which is no output.</summary>
        public bool IsEnd => Datagram == PSSockets.Datagram.End;
    }

    /// <summary>Receives until each socket has given <paramref name="count"/> results, or for ever; a time-out ends it, and is a failure of each socket that still waits unless it is for ever.</summary>
    /// <param name="sockets">The sockets.</param>
    /// <param name="count">How many from each; null for ever.</param>
    public IEnumerable<Result> Receive(IReadOnlyList<Socket> sockets, int? count)
    {
        List<Source> waiting = [];
        foreach (Socket socket in sockets)
        {
            if (Check(socket) is SocketInputException unusable)
            {
                yield return new Result(null, unusable);
            }
            else
            {
                waiting.Add(new Source(socket, count));
            }
        }

        bool[] ready = [];
        Deadline deadline = Deadline.After(timeoutSeconds);
        while (waiting.Count > 0)
        {
            if (waiting.Count == 1)
            {
                // One socket needs no select: the receive itself waits.
                Source only = waiting[0];
                Result? result = Attempt(only, deadline);
                if (result is null)
                {
                    break;
                }

                if (!result.Value.IsEnd)
                {
                    yield return result.Value;
                }

                deadline = Deadline.After(timeoutSeconds);
                Drop(waiting);
                continue;
            }

            if (ready.Length != waiting.Count)
            {
                ready = new bool[waiting.Count];
            }

            if (!engine.WaitReadable([.. waiting.Select(source => source.Socket)], ready, deadline))
            {
                break;
            }

            // Each ready socket in its turn, so that a busy one does not silence the others.
            for (int index = 0; index < ready.Length; index++)
            {
                if (ready[index] && Attempt(waiting[index], Deadline.Now) is Result { IsEnd: false } result)
                {
                    yield return result;
                    deadline = Deadline.After(timeoutSeconds);
                }
            }

            Drop(waiting);
        }

        if (count is not null)
        {
            foreach (Source source in waiting)
            {
                yield return new Result(null, SystemCall.Failure(
                    "recvfrom", SocketNames.Local(source.Socket), SocketError.TimedOut, source.Socket, FormattableString.Invariant($"no datagram came within {timeoutSeconds:0.###} s")));
            }
        }
    }

    private static void Drop(List<Source> waiting) => waiting.RemoveAll(source => source.IsDone);

    private static SocketInputException? Check(Socket socket)
    {
        if (SocketNames.IsClosed(socket))
        {
            return SystemCall.Closed("recvfrom", socket);
        }

        if (socket.SocketType == SocketType.Stream)
        {
            return new SocketInputException(
                ErrorIds.InvalidArgument, "recvfrom: a stream socket carries no datagrams", "Use a Datagram socket, or the stream's own receive.", socket);
        }

        return SocketNames.State(socket) == SocketState.New && socket.SocketType != SocketType.Raw
            ? new SocketInputException(
                ErrorIds.SocketNotBound,
                "recvfrom: the socket has no address, so nothing can be sent to it",
                "Bind it first (Register-SocketAddress; port 0 picks a free port), or connect it.",
                socket)
            : null;
    }

    private Result? Attempt(Source source, Deadline deadline)
    {
        try
        {
            Datagram? datagram = engine.Receive(source.Socket, options, deadline);
            if (datagram is null)
            {
                return null;
            }

            source.CountOne();
            source.IsDone |= datagram == Datagram.End;
            return new Result(datagram, null);
        }
        catch (SocketCallException exception)
        {
            source.CountOne();
            source.IsDone |= !IsPassing(exception.SocketErrorCode);
            return new Result(null, exception);
        }
        catch (SocketInputException exception)
        {
            source.IsDone = true;
            return new Result(null, exception);
        }
    }

    // Errors of one datagram, or of one that was sent before (ICMP): the next may be well.
    private static bool IsPassing(SocketError error) => error is SocketError.ConnectionRefused or SocketError.ConnectionReset
        or SocketError.HostUnreachable or SocketError.HostDown or SocketError.NetworkUnreachable or SocketError.NetworkReset
        or SocketError.NetworkDown or SocketError.MessageSize or SocketError.NoBufferSpaceAvailable or SocketError.ProtocolOption;

    private sealed class Source(Socket socket, int? count)
    {
        private int? _left = count;

        public Socket Socket => socket;

        public bool IsDone { get; set; }

        public void CountOne()
        {
            _left--;
            IsDone |= _left == 0;
        }
    }
}
