using System.Buffers;
using System.Net;
using System.Net.Sockets;
using PSSockets.Errors;
using PSSockets.Sockets;
using PSSockets.Waiting;

namespace PSSockets.Streams;

/// <summary>One of the two streams that are joined.</summary>
/// <param name="Record">The stream.</param>
/// <param name="Channel">Where its bytes come from and go to.</param>
/// <param name="Peer">The peer, as it was when the joining began: after both sides have closed the system knows it no more.</param>
internal sealed record JoinedStream(SocketRecord Record, IByteChannel Channel, EndPoint? Peer)
{
    /// <summary>What people call it: its peer, or where that has no name, the socket's number.</summary>
    public string Name => EndPointText.Describe(Peer ?? Record.Peer) is { Length: > 0 } name ? name : $"socket {Record.Id}";

    /// <summary>Whether a call on it has failed.</summary>
    public bool HasFailed { get; set; }
}

/// <summary>
/// Copies both ways between two streams until both have ended, with one wait for both sockets. What cannot be sent on is
/// not taken: each direction holds one piece at most, and where the copying ends before that was sent, its rest goes back
/// to the stream that it came from.
/// </summary>
/// <param name="transport">The system.</param>
/// <param name="first">A stream.</param>
/// <param name="second">The other.</param>
/// <param name="limit">The longest time in which nothing passes, and altogether.</param>
internal sealed class StreamJoiner(ISocketTransport transport, JoinedStream first, JoinedStream second, TimeLimit limit)
{
    private const int FirstPiece = 64 * 1024;
    private const int LargestPiece = 256 * 1024;

    // No event tells when another sender's message is on its way no more: that is tried again after so many milliseconds,
    // twice as many each time.
    private const int FirstRetryMilliseconds = 1;
    private const int LastRetryMilliseconds = 16;

    private Exception? _failure;

    /// <summary>Is told of the bytes that have passed, and which stream they came from. They are there only as long as the call lasts.</summary>
    public delegate void Recipient(JoinedStream source, ReadOnlySpan<byte> bytes);

    /// <summary>Is told of what has passed, when set.</summary>
    public Recipient? Passed { get; init; }

    /// <summary>Is told how many bytes have come from the first and from the second stream, when set.</summary>
    public Action<long, long>? Progress { get; init; }

    /// <summary>How many bytes that came from the first stream were sent to the second.</summary>
    public long FromFirst { get; private set; }

    /// <summary>How many bytes that came from the second stream were sent to the first.</summary>
    public long FromSecond { get; private set; }

    /// <summary>Copies until both streams have ended.</summary>
    /// <exception cref="SocketCallException">A call on one of them failed, after everything that had come from it has passed; or <c>TimedOut</c>.</exception>
    /// <exception cref="SocketInputException"><c>SocketClosed</c>, <c>StreamBroken</c>.</exception>
    public void Run()
    {
        SocketInterest one = new(first.Record);
        SocketInterest other = new(second.Record);
        using Direction there = new(transport, first, second, one, other);
        using Direction back = new(transport, second, first, other, one);
        Deadline deadline = limit.Next();
        int retry = FirstRetryMilliseconds;
        bool isHeldUp = false;
        while (true)
        {
            transport.Stop.ThrowIfSet();
            one.WantsRead = one.WantsWrite = other.WantsRead = other.WantsWrite = false;
            there.State(isHeldUp);
            back.State(isHeldUp);
            if (there.IsOver && back.IsOver)
            {
                break;
            }

            Deadline turn = isHeldUp ? Deadline.Earlier(deadline, Deadline.After(retry / 1000.0)) : deadline;
            if (!transport.Wait([one, other], null, turn) && deadline.IsPast)
            {
                throw Late();
            }

            long before = FromFirst + FromSecond;
            bool hasMoved = Move(there, back) | Move(back, there);
            if (hasMoved)
            {
                deadline = limit.IsOver ? throw Late() : limit.Next();
            }

            if (FromFirst + FromSecond > before)
            {
                Progress?.Invoke(FromFirst, FromSecond);
            }

            isHeldUp = !hasMoved && (there.IsHeldUp || back.IsHeldUp);
            retry = isHeldUp ? Math.Min(2 * retry, LastRetryMilliseconds) : FirstRetryMilliseconds;
        }

        if (_failure is not null)
        {
            throw _failure;
        }
    }

    private SocketCallException Late() => CallFailure.Of(
        "poll", $"{first.Name}, {second.Name}", SocketError.TimedOut, first.Record.Socket, limit.IsOver ? $"the streams were not over {limit.Within}" : $"nothing passed {limit.Within}");

    // Whether anything has moved.
    private bool Move(Direction direction, Direction opposite)
    {
        JoinedStream at = direction.Source;
        try
        {
            bool hasMoved = direction.Receive();
            at = direction.Sink;
            while (direction.Send() is int sent)
            {
                hasMoved = true;
                if (sent > 0)
                {
                    Tell(direction, sent);
                }
            }

            return direction.End() || hasMoved;
        }
        catch (Exception exception) when (exception is SocketCallException or SocketInputException)
        {
            // The first tells what happened; what comes after it is its consequence.
            _failure ??= exception;
            at.HasFailed = true;
            direction.GiveUp();
            // What cannot be read from any more takes nothing either. Where only the sending failed, what has come from
            // there before still passes.
            if (at == direction.Source)
            {
                opposite.GiveUp();
            }

            return true;
        }
    }

    private void Tell(Direction direction, int sent)
    {
        if (direction.Source == first)
        {
            FromFirst += sent;
        }
        else
        {
            FromSecond += sent;
        }

        Passed?.Invoke(direction.Source, direction.LastSent(sent));
    }

    /// <summary>One of the two directions.</summary>
    private sealed class Direction(ISocketTransport transport, JoinedStream source, JoinedStream sink, SocketInterest sourceInterest, SocketInterest sinkInterest) : IDisposable
    {
        private readonly StreamSender _sender = new(transport, sink.Record, sink.Channel, null);
        private byte[] _buffer = ArrayPool<byte>.Shared.Rent(FirstPiece);
        private int _start;
        private int _count;
        private long _ticket;
        private bool _hasEnded;

        public JoinedStream Source => source;

        public JoinedStream Sink => sink;

        /// <summary>Whether nothing more will pass.</summary>
        public bool IsOver { get; private set; }

        /// <summary>Whether the system says that there is room to send, and there is none.</summary>
        public bool IsHeldUp { get; private set; }

        private bool HasToSend => _count > 0 || _hasEnded || sink.Channel.HasUnsent;

        /// <summary>Says what the direction waits for.</summary>
        public void State(bool isHeldUp)
        {
            if (IsOver)
            {
                return;
            }

            sourceInterest.WantsRead |= _count == 0 && !_hasEnded;
            sinkInterest.WantsWrite |= HasToSend && !(isHeldUp && IsHeldUp);
        }

        /// <summary>Takes a piece, where there is one and none waits to be sent; whether it did.</summary>
        public bool Receive()
        {
            if (IsOver || _hasEnded || _count > 0 || !sourceInterest.CanRead)
            {
                return false;
            }

            if (_start == _buffer.Length && _buffer.Length < LargestPiece)
            {
                // The last one has filled it.
                ArrayPool<byte>.Shared.Return(_buffer);
                _buffer = ArrayPool<byte>.Shared.Rent(LargestPiece);
            }

            lock (source.Record.ReadGate)
            {
                int? count = source.Channel.Receive(transport, _buffer);
                _ticket = source.Channel.Ticket;
                _start = 0;
                _count = count ?? 0;
                _hasEnded = count == 0;
                return count is not null;
            }
        }

        /// <summary>Sends what there is room for; how many bytes, null where nothing is left to send or there is no room.</summary>
        public int? Send()
        {
            IsHeldUp = false;
            if (IsOver || (_count == 0 && !sink.Channel.HasUnsent))
            {
                return null;
            }

            bool hasUnsent = sink.Channel.HasUnsent;
            int? sent = _sender.TrySend(_buffer.AsMemory(_start, _count));
            IsHeldUp = sent is null && sinkInterest.CanWrite;
            _start += sent ?? 0;
            _count -= sent ?? 0;
            return sent == 0 && !hasUnsent ? null : sent;
        }

        /// <summary>The bytes that the last <see cref="Send"/> has sent.</summary>
        public ReadOnlySpan<byte> LastSent(int count) => _buffer.AsSpan(_start - count, count);

        /// <summary>Hands the end of the source on, once everything before it was sent; whether the direction is over by it.</summary>
        public bool End()
        {
            if (IsOver || !_hasEnded || _count > 0 || sink.Channel.HasUnsent)
            {
                return false;
            }

            // Nobody is to take half of something for all of it.
            if (!source.HasFailed && !_sender.TryEnd())
            {
                IsHeldUp = sinkInterest.CanWrite;
                return false;
            }

            IsOver = true;
            return true;
        }

        /// <summary>Lets nothing more pass: what was not sent goes back.</summary>
        public void GiveUp()
        {
            IsOver = true;
            if (_count > 0)
            {
                lock (source.Record.ReadGate)
                {
                    source.Channel.PutBack(_ticket, _buffer.AsSpan(_start, _count).ToArray());
                }

                _count = 0;
            }
        }

        /// <inheritdoc />
        public void Dispose()
        {
            GiveUp();
            ArrayPool<byte>.Shared.Return(_buffer);
        }
    }
}
