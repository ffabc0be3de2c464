using System.Net.Sockets;
using PSSockets.Errors;
using PSSockets.Waiting;

namespace PSSockets.Sockets;

/// <summary>Takes results from one socket, or from whichever of several has one, each in its turn.</summary>
/// <typeparam name="T">What a socket gives: a datagram, a connection, a frame.</typeparam>
/// <param name="transport">The system.</param>
/// <param name="call">The system call, for messages.</param>
/// <param name="attempt">Takes one result from a socket that is still to give so many; null when the deadline passed.</param>
/// <param name="timeoutSeconds">The longest wait for the next result; null is for ever.</param>
internal sealed class SocketLoop<T>(ISocketTransport transport, string call, Func<SocketRecord, Deadline, int, T?> attempt, double? timeoutSeconds)
    where T : class
{
    private const int LongestTurnMilliseconds = 5;

    /// <summary>A loop whose attempts take one result, however many are still to come.</summary>
    /// <inheritdoc cref="SocketLoop{T}(ISocketTransport, string, Func{SocketRecord, Deadline, int, T}, double?)" />
    public SocketLoop(ISocketTransport transport, string call, Func<SocketRecord, Deadline, T?> attempt, double? timeoutSeconds)
        : this(transport, call, (socket, deadline, _) => attempt(socket, deadline), timeoutSeconds)
    {
    }

    /// <summary>What one attempt brought: a value, or a failure of this socket.</summary>
    public readonly record struct Result(SocketRecord Source, T? Value, Exception? Failure)
    {
        /// <summary>Whether the peer has closed, which writes nothing.</summary>
        public bool IsEnd => Value is null && Failure is null;
    }

    /// <summary>Says what makes a socket unusable, where anything does.</summary>
    public Func<SocketRecord, SocketInputException?> Check { get; init; } = static _ => null;

    /// <summary>Tells the value that stands for the peer's close: it writes nothing, and the socket gives no more.</summary>
    public Func<T, bool> IsEnd { get; init; } = static _ => false;

    /// <summary>What did not come, for the message of a time-out: <c>no datagram came</c>.</summary>
    public required string Missing { get; init; }

    /// <summary>Takes from each socket until it has given <paramref name="count"/> results, or for ever; a time-out ends it, and is a failure of each socket that still waits unless it is for ever.</summary>
    /// <param name="sockets">The sockets.</param>
    /// <param name="count">How many from each; null for ever.</param>
    public IEnumerable<Result> Take(IReadOnlyList<Socket> sockets, int? count)
    {
        List<Source> waiting = [];
        foreach (Socket socket in sockets)
        {
            SocketRecord record = socket;
            SocketInputException? unusable = record.IsClosed ? CallFailure.Closed(call, socket) : Check(record);
            if (unusable is not null)
            {
                yield return new Result(record, null, unusable);
            }
            else
            {
                waiting.Add(new Source(record, count));
            }
        }

        bool[] ready = [];
        SocketRecord[] asked = [];
        Deadline deadline = Deadline.After(timeoutSeconds);
        while (waiting.Count > 0)
        {
            if (waiting.Count == 1)
            {
                // One socket needs no select: the call itself waits.
                Result? result = Attempt(waiting[0], deadline);
                if (result is null)
                {
                    break;
                }

                if (!result.Value.IsEnd)
                {
                    yield return result.Value;
                }

                deadline = Deadline.After(timeoutSeconds);
                if (waiting[0].IsDone)
                {
                    waiting.Clear();
                }

                continue;
            }

            if (ready.Length != waiting.Count)
            {
                ready = new bool[waiting.Count];
                asked = [.. waiting.Select(source => source.Record)];
            }

            if (!transport.Wait(asked, WaitFor.Read, ready, deadline))
            {
                break;
            }

            // Each ready socket in its turn, so that a busy one does not silence the others; then again those of which
            // more was taken than asked for, until it is time to look at the others.
            long start = Environment.TickCount64;
            for (bool again = true; again && Environment.TickCount64 - start <= LongestTurnMilliseconds;)
            {
                again = false;
                for (int index = 0; index < ready.Length; index++)
                {
                    Source source = waiting[index];
                    if (!ready[index])
                    {
                        continue;
                    }

                    if (Attempt(source, Deadline.Now) is Result { IsEnd: false } result)
                    {
                        yield return result;
                        deadline = Deadline.After(timeoutSeconds);
                    }

                    ready[index] = !source.IsDone && source.Record.HasTaken;
                    again |= ready[index];
                }
            }

            waiting.RemoveAll(static source => source.IsDone);
        }

        if (count is not null)
        {
            foreach (Source source in waiting)
            {
                yield return new Result(source.Record, null, CallFailure.Of(
                    call, transport.LocalEndPoint(source.Record), SocketError.TimedOut, source.Record.Socket, FormattableString.Invariant($"{Missing} within {timeoutSeconds:0.###} s")));
            }
        }
    }

    private Result? Attempt(Source source, Deadline deadline)
    {
        try
        {
            T? value = attempt(source.Record, deadline, source.Left);
            if (value is null)
            {
                return null;
            }

            source.CountOne();
            source.LastError = null;
            if (IsEnd(value))
            {
                source.IsDone = true;
                return new Result(source.Record, null, null);
            }

            return new Result(source.Record, value, null);
        }
        catch (SocketCallException exception)
        {
            // The system's own trouble may be over with the next attempt. Where it is not, that has been said.
            SocketErrorInfo? last = source.LastError;
            source.LastError = exception.Error;
            source.CountOne();
            if (IsOfTheSystem(exception.SocketErrorCode))
            {
                bool isSame = last?.Number == exception.Error.Number;
                source.IsDone |= isSame;
                return new Result(source.Record, null, isSame ? null : exception);
            }

            source.IsDone |= !IsPassing(exception.SocketErrorCode);
            return new Result(source.Record, null, exception);
        }
        catch (SocketInputException exception)
        {
            source.IsDone = true;
            return new Result(source.Record, null, exception);
        }
    }

    // Errors of one message or connection, or of one that was sent before (ICMP): the next may be well.
    private static bool IsPassing(SocketError error) => error is SocketError.ConnectionRefused or SocketError.ConnectionReset
        or SocketError.ConnectionAborted or SocketError.HostUnreachable or SocketError.HostDown or SocketError.NetworkUnreachable
        or SocketError.NetworkReset or SocketError.NetworkDown or SocketError.MessageSize or SocketError.ProtocolOption;

    // What the system cannot do now: no memory, a packet filter's refusal or an ICMP message about an earlier datagram
    // (EACCES, EPERM), and what .NET has no name for (EPROTO, ENONET, EIO).
    private static bool IsOfTheSystem(SocketError error) => error is SocketError.NoBufferSpaceAvailable or SocketError.AccessDenied or SocketError.SocketError;

    private sealed class Source(SocketRecord record, int? count)
    {
        private int? _left = count;

        public SocketRecord Record => record;

        /// <summary>How many it is still to give.</summary>
        public int Left => _left ?? int.MaxValue;

        public bool IsDone { get; set; }

        /// <summary>The error of the attempt before; null where that brought something.</summary>
        public SocketErrorInfo? LastError { get; set; }

        public void CountOne()
        {
            _left--;
            IsDone |= _left == 0;
        }
    }
}
