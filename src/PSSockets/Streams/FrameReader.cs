using System.Buffers;
using System.Net;
using System.Net.Sockets;
using System.Numerics;
using System.Text;
using PSSockets.Errors;
using PSSockets.Sockets;
using PSSockets.Waiting;

namespace PSSockets.Streams;

/// <summary>
/// Takes frames from a stream and leaves every byte after a frame to whoever reads next. A frame that is not whole stays
/// with the socket, so a reader that is stopped leaves the stream as if the frame had not been begun, and of several
/// readers each frame goes to one.
/// </summary>
/// <param name="transport">The system.</param>
/// <param name="record">The stream.</param>
/// <param name="channel">Where its bytes come from.</param>
/// <param name="peer">The peer, as it was when reading began: after both sides have closed the system knows it no more.</param>
/// <param name="encoding">How text is read.</param>
/// <param name="limit">The longest wait for more bytes, and altogether.</param>
internal sealed class FrameReader(ISocketTransport transport, SocketRecord record, IByteChannel channel, EndPoint? peer, Encoding encoding, TimeLimit limit)
{
    // Looking ahead begins with a short line's length, or that of the frame before, and grows with what the frame turns
    // out to be.
    private const int FirstLookAhead = 256;
    private const int LargestLookAhead = 64 * 1024;
    private const int SmallestPiece = 64 * 1024;
    private const int LargestPiece = 1024 * 1024;

    private readonly bool _isUtf8 = encoding.CodePage == Encoding.UTF8.CodePage;
    private int _lookAhead = FirstLookAhead;

    /// <summary>Gets a frame, whose bytes are there only as long as the call lasts.</summary>
    public delegate void Recipient(ReadOnlySpan<byte> frame);

    /// <summary>What ended the frame that is being handed over.</summary>
    public byte[]? End { get; private set; }

    /// <summary>Whether frames are wanted as text: a long one is then made text as it is taken, where the encoding allows it.</summary>
    public bool IsText { get; init; }

    /// <summary>What one recv(2) gives, at most <paramref name="maximumSize"/> bytes; null when the peer has closed.</summary>
    public Frame? ReadAvailable(int maximumSize, SocketFlags flags)
    {
        byte[] buffer = ArrayPool<byte>.Shared.Rent(maximumSize);
        try
        {
            Memory<byte> room = buffer.AsMemory(0, maximumSize);
            (int count, long ticket) = (flags & SocketFlags.OutOfBand) != 0
                ? (transport.ReceiveBytes(record, room, flags, limit.Next()) ?? throw Late(), 0)
                : Await(() => (flags & SocketFlags.Peek) != 0 ? Peek(room) : channel.Receive(transport, room), () => channel.Ticket);
            return count == 0 ? null : new Frame(buffer.AsSpan(0, count).ToArray(), count, ticket, null);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>The next frame; null when the peer had closed before its first byte.</summary>
    /// <exception cref="SocketInputException"><c>EndOfStream</c> within a frame, <c>FrameTooLong</c>, <c>InvalidMessage</c>, <c>LengthRequired</c>.</exception>
    public Frame? Read(Framing framing)
    {
        int ahead = _lookAhead;
        int all = LargestLookAhead;
        int searched = 0;
        long ticket = -1;
        Deadline deadline = limit.Next();
        channel.BeginRead();
        try
        {
            while (true)
            {
                int? more;
                // Bytes may come for ever that hold nothing to read.
                bool isLast = deadline.IsPast;
                lock (record.ReadGate)
                {
                    searched = channel.Ticket == ticket ? searched : 0;
                    more = framing.NeedsAll ? FillAll(all) : null;
                    if (framing.NeedsAll && channel.Held >= all && IsOpen(framing))
                    {
                        // There may be more, and it matters.
                        all = (int)Math.Min(Array.MaxLength, 2L * channel.Held);
                        ticket = channel.Ticket;
                        more = 1;
                    }
                    else if (searched < channel.Held || searched == 0)
                    {
                        if (TryTake(framing, channel.Seen[..channel.Held], searched) is Frame held)
                        {
                            return held;
                        }

                        searched = channel.Held;
                    }

                    more ??= framing.NeedsAll ? null : GetMore(framing, ahead);
                    if (more == 0)
                    {
                        return AtEnd(framing);
                    }

                    if (more > 0 && !framing.NeedsAll)
                    {
                        if (TryTake(framing, channel.Seen, searched) is Frame frame)
                        {
                            return frame;
                        }

                        channel.Keep(transport);
                        searched = channel.Held;
                    }

                    ticket = channel.Ticket;
                }

                if (more > 0)
                {
                    ahead = Math.Min(LargestLookAhead, ahead * 4);
                    deadline = limit.IsOver ? throw Late() : limit.Next();
                }
                else if (isLast || !channel.Wait(transport, deadline))
                {
                    throw Late();
                }
            }
        }
        catch (SocketCallException exception)
        {
            // Where the whole call was to end now, what has come stays for the next one.
            if (exception.SocketErrorCode == SocketError.TimedOut && limit.IsOver || TakePartial(framing) is not SocketData partial)
            {
                throw;
            }

            // What had come would be lost otherwise.
            throw exception.SocketErrorCode == SocketError.TimedOut
                ? NotWhole(exception, partial)
                : new SocketCallException(exception.Call, exception.Address, exception.Error, partial, exception.Detail);
        }
        catch (SocketInputException exception) when (exception.Target is null)
        {
            // Not what was announced: the bytes stay, for whoever knows better.
            throw new SocketInputException(exception.ErrorId, $"{Call}: {exception.Message}", exception.RecommendedAction, Data(Front()));
        }
        finally
        {
            channel.EndRead();
        }
    }

    /// <summary>
    /// Hands over the frames that have come whole, at most so many, and takes them from the stream after that. It costs two
    /// system calls for many frames, and is only for a recipient that lets nobody else run meanwhile. Waits until
    /// something has come.
    /// </summary>
    /// <returns>How many there were; with 0 <see cref="Read"/> tells what is the matter with the next.</returns>
    public int HandOver(Framing framing, int count, Recipient recipient)
    {
        // Where few frames fit in, looking at so much costs more than it spares.
        if (_lookAhead > LargestLookAhead / 4 || framing.EndsWithStream || framing.IsInterrupted || framing.NeedsAll || framing.LengthOf([]) is 0 or > LargestLookAhead)
        {
            _lookAhead = Math.Min(_lookAhead, LargestLookAhead / 4);
            return 0;
        }

        return Await(
            () =>
            {
                int? more = channel.Look(transport, LargestLookAhead);
                return more is null && channel.Held == 0 ? null : HandOverSeen(framing, count, recipient);
            },
            static () => 0).Result;
    }

    /// <summary>Copies everything until the peer closes, or so many bytes. What was taken from the stream and could not be written, or not before a stop, is put back.</summary>
    /// <param name="write">Writes at least one byte; how many.</param>
    /// <param name="written">Is told how many bytes have been written.</param>
    /// <param name="wanted">How many; null for all.</param>
    /// <exception cref="SocketInputException"><c>EndOfStream</c>: the peer closed before these had come.</exception>
    public void CopyTo(Func<ReadOnlyMemory<byte>, int> write, Action<long> written, long? wanted = null)
    {
        byte[] buffer = ArrayPool<byte>.Shared.Rent(LargestPiece);
        int left = 0;
        int count = 0;
        long ticket = 0;
        try
        {
            for (long total = 0; wanted is null || total < wanted;)
            {
                if (total > 0)
                {
                    CheckTime();
                }

                Memory<byte> room = buffer.AsMemory(0, (int)Math.Min(buffer.Length, wanted - total ?? long.MaxValue));
                (count, ticket) = Await(() => channel.Receive(transport, room), () => channel.Ticket);
                if (count == 0)
                {
                    if (wanted is long expected)
                    {
                        throw new SocketInputException(
                            ErrorIds.EndOfStream, FormattableString.Invariant($"{Call}: the peer closed after {total:N0} of the {expected:N0} bytes"), "What had come is in the file.", record.Socket);
                    }

                    return;
                }

                for (left = count; left > 0;)
                {
                    int taken = write(buffer.AsMemory(count - left, left));
                    left -= taken;
                    total += taken;
                    written(total);
                }
            }
        }
        finally
        {
            if (left > 0)
            {
                lock (record.ReadGate)
                {
                    channel.PutBack(ticket, buffer.AsSpan(count - left, left).ToArray());
                }
            }

            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>Ends the call where its time is over though more is there; what is there stays.</summary>
    /// <exception cref="SocketCallException"><c>TimedOut</c>.</exception>
    public void CheckTime()
    {
        if (limit.IsOver)
        {
            throw Late();
        }
    }

    /// <summary>Puts back a frame that did not reach anybody.</summary>
    public void PutBack(Frame frame, Framing? framing)
    {
        lock (record.ReadGate)
        {
            byte[] data = frame.Text is null ? frame.Data : encoding.GetBytes(frame.Text);
            channel.PutBack(frame.Ticket, framing is null ? data : framing.Restore(data, frame.End));
        }
    }

    // Tries until there is a result, with the gate held for each attempt.
    private (int Result, long Ticket) Await(Func<int?> attempt, Func<long> ticket)
    {
        Deadline deadline = limit.Next();
        while (true)
        {
            bool isLast = deadline.IsPast;
            lock (record.ReadGate)
            {
                if (attempt() is int result)
                {
                    return (result, ticket());
                }
            }

            if (isLast || !channel.Wait(transport, deadline))
            {
                throw Late();
            }
        }
    }

    private int? Peek(Memory<byte> room)
    {
        int? more = channel.Held < room.Length ? channel.Look(transport, room.Length - channel.Held) : 0;
        ReadOnlySpan<byte> seen = channel.Seen;
        seen[..Math.Min(seen.Length, room.Length)].CopyTo(room.Span);
        return more is null && seen.IsEmpty ? null : Math.Min(seen.Length, room.Length);
    }

    private int? GetMore(Framing framing, int ahead)
    {
        int held = channel.Held;
        if (framing.LengthOf(channel.Seen[..held]) is long length)
        {
            long wanted = Math.Min(length - held, Math.Clamp(held, SmallestPiece, LargestPiece));
            // An array that is handed over as it is serves those that want bytes.
            return channel.Fill(transport, (int)wanted, IsText && _isUtf8 ? 0 : (int)Math.Min(length, Array.MaxLength));
        }

        return framing.EndsWithStream ? channel.Fill(transport, Math.Clamp(held, SmallestPiece, LargestPiece), 0) : channel.Look(transport, ahead);
    }

    // Takes what there is now, until so many bytes are held; 0 when the peer has closed and nothing more was there.
    private int? FillAll(int most)
    {
        int before = channel.Held;
        int? more = null;
        while (channel.Held < most && (more = channel.Fill(transport, SmallestPiece, 0)) > 0)
        {
        }

        return channel.Held > before ? channel.Held - before : more;
    }

    // Whether bytes that come now would change what is found in those that are held.
    private bool IsOpen(Framing framing)
    {
        ReadOnlySpan<byte> held = channel.Seen[..channel.Held];
        FramePlace? place = framing.Find(held, 0);
        return (place is null || place.Value.Next == held.Length) && framing.FindExcess(held, place) is null;
    }

    private Frame? TryTake(Framing framing, ReadOnlySpan<byte> seen, int searched)
    {
        FramePlace? place = framing.Find(seen, searched);
        if (framing.FindExcess(seen, place) is Excess excess)
        {
            byte[] shown = seen[..excess.Shown].ToArray();
            channel.Take(transport, excess.Taken);
            throw TooLong(framing, excess.What, excess.IsHead ? shown : Data(shown));
        }

        if (place is not FramePlace found)
        {
            return null;
        }

        _lookAhead = (int)Math.Clamp(BitOperations.RoundUpToPowerOf2((uint)found.Next), FirstLookAhead, LargestLookAhead);
        byte[]? end = framing.EndOf(seen, found);
        if (!framing.IsInterrupted && TakeText(found) is Frame text)
        {
            return text with { End = end };
        }

        (byte[] data, long ticket) = channel.Take(transport, found.Start, found.Length, found.Next);
        return new Frame(framing.Own(data), found.Next, ticket, end);
    }

    private Frame? TakeText(FramePlace place) => IsText && _isUtf8 && channel.TakeText(transport, place.Start, place.Length, place.Next) is (string text, long ticket)
        ? new Frame([], place.Next, ticket, null) { Text = text }
        : null;

    private int HandOverSeen(Framing framing, int count, Recipient recipient)
    {
        ReadOnlySpan<byte> seen = channel.Seen;
        int start = 0;
        int frames = 0;
        try
        {
            while (frames < count && Find(framing, seen[start..]) is FramePlace place && framing.FindExcess(seen[start..], place) is null)
            {
                End = framing.EndOf(seen[start..], place);
                recipient(seen.Slice(start + place.Start, place.Length));
                start += place.Next;
                frames++;
            }
        }
        finally
        {
            // Exactly what was handed over, also where the recipient was stopped.
            if (start > 0)
            {
                channel.Take(transport, start);
            }
        }

        return frames;
    }

    // What is wrong with the next one, Read says.
    private static FramePlace? Find(Framing framing, ReadOnlySpan<byte> bytes)
    {
        try
        {
            return framing.Find(bytes, 0);
        }
        catch (SocketInputException)
        {
            return null;
        }
    }

    private Frame? AtEnd(Framing framing)
    {
        if (channel.Held == 0)
        {
            return null;
        }

        if (framing.EndsWithStream)
        {
            if (TakeText(new FramePlace(0, channel.Held, channel.Held)) is Frame text)
            {
                return text;
            }

            byte[] all = channel.TakeHeld();
            return new Frame(all, all.Length, channel.Ticket, null);
        }

        string missing = framing.MissingAtEnd(channel.Seen[..channel.Held]);
        throw new SocketInputException(
            ErrorIds.EndOfStream,
            $"{Call}: the peer closed within a frame, {missing}",
            "What had come is in the error's TargetObject.",
            TakePartial(framing));
    }

    private SocketData? TakePartial(Framing framing)
    {
        lock (record.ReadGate)
        {
            if (channel.Held == 0)
            {
                return null;
            }

            byte[] bytes = channel.TakeHeld();
            return Data(bytes[framing.HeaderOf(bytes)..]);
        }
    }

    private byte[] Front()
    {
        lock (record.ReadGate)
        {
            return channel.Seen.ToArray();
        }
    }

    private SocketData Data(byte[] bytes) => new(bytes, record.Socket, peer, encoding);

    private string Call => EndPointText.Describe(peer) is { Length: > 0 } address ? $"recv {address}" : "recv";

    private SocketCallException Late() => CallFailure.Of(
        "recv", peer, SocketError.TimedOut, record.Socket, limit.IsOver ? $"it was not whole {limit.Within}" : $"nothing came {limit.Within}");

    private SocketCallException NotWhole(SocketCallException exception, SocketData partial)
    {
        SocketErrorInfo error = exception.Error;
        return new SocketCallException(
            exception.Call,
            exception.Address,
            new SocketErrorInfo(error.Number, error.Name, error.SocketError, error.Message, "Compare what is to end the frame with what had come, or give it more time with -TimeoutSeconds."),
            partial,
            FormattableString.Invariant($"nothing more came {limit.Within}, and the frame is not whole: the {partial.Length:N0} bytes that had come are the error's TargetObject"));
    }

    private SocketInputException TooLong(Framing framing, string what, object target) => new(
        ErrorIds.FrameTooLong,
        $"{Call}: the frame is too long: {what}, and -MaximumSize allows {framing.MaximumSize:N0}",
        "Allow more with -MaximumSize, if the peer can be trusted.",
        target);
}

/// <summary>A frame that was taken from a stream.</summary>
/// <param name="Data">Its own bytes.</param>
/// <param name="Taken">How many bytes were taken with what framed it.</param>
/// <param name="Ticket">With what it can be put back.</param>
/// <param name="End">What ended it; null where that was not something in the stream.</param>
internal readonly record struct Frame(byte[] Data, int Taken, long Ticket, byte[]? End)
{
    /// <summary>The frame as text, which stands in place of its bytes; null where these are there.</summary>
    public string? Text { get; init; }
}
