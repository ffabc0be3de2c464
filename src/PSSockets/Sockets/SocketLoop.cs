using System.Net.Sockets;
using PSSockets.Errors;
using PSSockets.Waiting;

namespace PSSockets.Sockets;

/// <summary>Takes results from one socket, or from whichever of several has one, each in its turn.</summary>
/// <typeparam name="T">What a socket gives: a datagram, a connection, a frame.</typeparam>
/// <param name="transport">The system.</param>
/// <param name="call">The system call, for messages.</param>
/// <param name="attempt">Takes one result from a socket that is still to give so many; null when the deadline passed.</param>
/// <param name="limit">The longest wait for the next result, and altogether.</param>
internal sealed class SocketLoop<T>(ISocketTransport transport, string call, Func<SocketRecord, Deadline, int, T?> attempt, TimeLimit limit)
    where T : class
{
    private const int LongestTurnMilliseconds = 5;

    // A descriptor is looked for again after a while, twice as long each time.
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan LastPause = TimeSpan.FromMilliseconds(500);

    // As many failures of the same kind, one right after the other, are one that stays. What the network says (ICMP) comes
    // so often only in between waits.
    private const int MostRepeats = 100;

    private bool _isStarved;
    private TimeSpan _pause = FirstPause;

    /// <summary>A loop whose attempts take one result, however many are still to come.</summary>
    /// <inheritdoc cref="SocketLoop{T}(ISocketTransport, string, Func{SocketRecord, Deadline, int, T}, TimeLimit)" />
    public SocketLoop(ISocketTransport transport, string call, Func<SocketRecord, Deadline, T?> attempt, TimeLimit limit)
        : this(transport, call, (socket, deadline, _) => attempt(socket, deadline), limit)
    {
    }

    /// <summary>What one attempt brought: a value, or a failure of this socket.</summary>
    public readonly record struct Result(SocketRecord Source, T? Value, Exception? Failure)
    {
        /// <summary>Whether the peer has closed, which writes nothing.</summary>
        public bool IsEnd => Value is null && Failure is null;

        /// <summary>Whether it only repeats a failure that was said, which writes nothing.</summary>
        public bool IsRepeated { get; init; }
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
        Deadline deadline = limit.Next();
        for (bool isFirst = true; waiting.Count > 0 && (isFirst || !limit.IsOver); isFirst = false)
        {
            if (waiting.Count == 1)
            {
                // One socket needs no select: the call itself waits.
                if (!TryAttempt(waiting[0], deadline, out Result result))
                {
                    break;
                }

                bool isRepeated = result.IsRepeated;
                if (!result.IsEnd)
                {
                    yield return result;
                }

                deadline = isRepeated ? deadline : limit.Next();
                if (waiting[0].IsDone)
                {
                    waiting.Clear();
                }
                else if (_isStarved && !Pause(deadline))
                {
                    break;
                }

                continue;
            }

            if (ready.Length != waiting.Count)
            {
                ready = new bool[waiting.Count];
                asked = [.. waiting.Select(source => source.Record)];
            }

            if (!TryWait(waiting, asked, ready, deadline, out Result? failed))
            {
                break;
            }

            if (failed is Result { IsEnd: false } said)
            {
                yield return said;
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

                    if (TryAttempt(source, Deadline.Now, out Result result) && !result.IsEnd)
                    {
                        yield return result;
                        deadline = limit.Next();
                    }

                    ready[index] = !source.IsDone && source.Record.HasTaken;
                    again |= ready[index];
                }
            }

            waiting.RemoveAll(static source => source.IsDone);
            // What waits keeps the sockets ready, so no poll can wait for a descriptor.
            if (_isStarved && waiting.Count > 0 && !Pause(deadline))
            {
                break;
            }
        }

        if (count is not null)
        {
            foreach (Source source in waiting)
            {
                yield return new Result(source.Record, null, CallFailure.Of(
                    call, transport.LocalEndPoint(source.Record), SocketError.TimedOut, source.Record.Socket, $"{Missing} {limit.Within}"));
            }
        }
    }

    // False when the deadline passed. The wait needs a descriptor itself.
    private bool TryWait(List<Source> waiting, SocketRecord[] asked, bool[] ready, Deadline deadline, out Result? failed)
    {
        failed = null;
        try
        {
            // A socket that failed and has nothing to say now was well in between.
            if (waiting.Exists(static source => source.LastError is not null) && !transport.Wait(asked, WaitFor.Read, ready, Deadline.Now))
            {
                waiting.ForEach(static source => source.LastError = null);
            }

            return transport.Wait(asked, WaitFor.Read, ready, deadline);
        }
        catch (SocketCallException exception) when (exception.SocketErrorCode == SocketError.TooManyOpenSockets)
        {
            Array.Clear(ready);
            failed = Failed(waiting[0], exception);
            return true;
        }
    }

    // False when the deadline passed.
    private bool Pause(Deadline deadline)
    {
        transport.Stop.Pause(Deadline.Earlier(deadline, Deadline.After(_pause.TotalSeconds)).Remaining);
        _pause = _pause * 2 < LastPause ? _pause * 2 : LastPause;
        return !deadline.IsPast;
    }

    // False when the deadline passed. What it brought is written once, into the place where it is wanted: it goes by for
    // each datagram.
    private bool TryAttempt(Source source, Deadline deadline, out Result result)
    {
        result = default;
        try
        {
            T? value = attempt(source.Record, deadline, source.Left);
            if (value is null)
            {
                return false;
            }

            source.CountOne();
            source.LastError = null;
            _isStarved = false;
            _pause = FirstPause;
            bool isEnd = IsEnd(value);
            source.IsDone |= isEnd;
            result = new Result(source.Record, isEnd ? null : value, null);
        }
        catch (SocketCallException exception)
        {
            result = Failed(source, exception);
        }
        catch (SocketInputException exception)
        {
            source.IsDone = true;
            result = new Result(source.Record, null, exception);
        }

        return true;
    }

    private Result Failed(Source source, SocketCallException exception)
    {
        SocketError error = exception.SocketErrorCode;
        if (error == SocketError.TooManyOpenSockets)
        {
            // Descriptors are the process's or the system's: that there are none is said once, whichever sockets need some,
            // and is over when somebody closes one.
            bool isSaid = _isStarved;
            _isStarved = true;
            if (!isSaid)
            {
                source.CountOne();
            }

            return new Result(source.Record, null, isSaid ? null : exception) { IsRepeated = isSaid };
        }

        // Where the socket had nothing to say in between, this is another failure of the same kind. Where it comes again at
        // once it is one that stays, and that has been said.
        bool isSame = source.LastError?.Number == exception.Error.Number && source.Waits == transport.Waits;
        source.LastError = exception.Error;
        source.Waits = transport.Waits;
        source.Repeats = isSame ? source.Repeats + 1 : 0;
        bool isPassing = IsPassing(error);
        source.IsDone |= IsOfTheSystem(error) ? isSame : !isPassing || source.Repeats >= MostRepeats;
        if (isSame)
        {
            return new Result(source.Record, null, null) { IsRepeated = true };
        }

        source.CountOne();
        return new Result(source.Record, null, exception);
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

        /// <summary>How often the transport had waited by then.</summary>
        public long Waits { get; set; }

        /// <summary>How often that error has come again at once.</summary>
        public int Repeats { get; set; }

        public void CountOne()
        {
            _left--;
            IsDone |= _left == 0;
        }
    }
}
