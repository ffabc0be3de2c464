using System.Buffers;
using System.Net.Sockets;
using PSSockets.Sockets;
using PSSockets.Waiting;

namespace PSSockets.Channels;

/// <summary>
/// The bytes of a stream without telnet's commands. What is answered to these goes out before whatever is sent next, and
/// bytes that would begin a command are doubled in what is sent.
/// </summary>
/// <param name="record">The stream.</param>
/// <param name="inner">Where the bytes come from and go to.</param>
internal sealed class TelnetSource(SocketRecord record, IByteSource inner) : IByteSource
{
    private const int PieceSize = 16 * 1024;

    // Of commands alone no more is taken at once, so that whoever reads can be stopped and looks at the time.
    private const int MostPieces = 64;

    // A peer that asks for ever and reads nothing gets no more answers than these.
    private const int MostAnswers = 1024 * 1024;

    private static readonly ReadOnlyMemory<byte> s_command = new byte[] { TelnetFilter.Command };

    private readonly TelnetFilter _filter = new();
    private readonly HeldBytes _data = new();
    // Of who has the WriteGate, but for those that are added.
    private readonly List<byte> _answers = [];
    private bool _hasEnded;

    private delegate int? Sender(ReadOnlyMemory<byte> data);

    /// <inheritdoc />
    public bool IsReadable => _data.Count > 0 || _hasEnded || inner.IsReadable;

    /// <inheritdoc />
    public bool IsFiltered => true;

    /// <inheritdoc />
    public bool IsProtected => inner.IsProtected;

    /// <inheritdoc />
    public bool HasUnsent => inner.HasUnsent || HasAnswers;

    private bool HasAnswers
    {
        get
        {
            lock (_answers)
            {
                return _answers.Count > 0;
            }
        }
    }

    /// <summary>Takes telnet's commands out of a stream from now on.</summary>
    public static void Begin(SocketRecord record)
    {
        ByteChannel channel = ByteChannel.Of(record);
        lock (record.ReadGate)
        {
            // Whoever sends meanwhile does so through the same source as before.
            if (channel.Source is not TelnetSource)
            {
                channel.Source = new TelnetSource(record, channel.Source);
            }
        }
    }

    /// <inheritdoc />
    public int? Receive(ISocketTransport transport, Memory<byte> buffer)
    {
        int? count = _data.Count > 0 ? Show(buffer) : Peek(transport, buffer);
        _data.Drop(count ?? 0);
        return count;
    }

    /// <inheritdoc />
    public int? Peek(ISocketTransport transport, Memory<byte> buffer)
    {
        if (_data.Count < buffer.Length)
        {
            Advance(transport);
        }

        return Show(buffer);
    }

    /// <inheritdoc />
    public void Discard(ISocketTransport transport, int count)
    {
        _data.Drop(count);
        if (_data.Count > 0)
        {
            // The system does not tell others that wait of these.
            record.WakeWaiters();
        }
    }

    /// <inheritdoc />
    public void Refresh(ISocketTransport transport)
    {
        inner.Refresh(transport);
        if (_data.Count == 0)
        {
            Advance(transport);
        }
    }

    /// <inheritdoc />
    public int? Write(ISocketTransport transport, ReadOnlyMemory<byte> data, SocketFlags flags, Deadline deadline) =>
        SendAnswers(part => inner.Write(transport, part, SocketFlags.None, deadline)) ? SendDoubled(data, part => inner.Write(transport, part, flags, deadline), waits: true) : null;

    /// <inheritdoc />
    public int? TryWrite(ISocketTransport transport, ReadOnlyMemory<byte> data)
    {
        int? TryWriteSome(ReadOnlyMemory<byte> part) => inner.TryWrite(transport, part);

        return SendAnswers(TryWriteSome) ? SendDoubled(data, TryWriteSome, waits: false) : null;
    }

    /// <inheritdoc />
    public bool EndWrite(ISocketTransport transport, Deadline deadline) =>
        SendAnswers(part => inner.Write(transport, part, SocketFlags.None, deadline)) && inner.EndWrite(transport, deadline);

    /// <inheritdoc />
    public bool Leave(ISocketTransport transport) => inner.Leave(transport);

    /// <inheritdoc />
    public void Close(ISocketTransport transport) => inner.Close(transport);

    /// <inheritdoc />
    public string? TakeWarning() => inner.TakeWarning();

    private int? Show(Memory<byte> buffer)
    {
        int count = Math.Min(_data.Count, buffer.Length);
        _data.Span()[..count].CopyTo(buffer.Span);
        return count > 0 || _hasEnded ? count : null;
    }

    // Takes what there is until some of it is data, or it is much.
    private void Advance(ISocketTransport transport)
    {
        byte[] piece = ArrayPool<byte>.Shared.Rent(PieceSize);
        try
        {
            int before = _data.Count;
            for (int pieces = 0; pieces < MostPieces && _data.Count == before && !_hasEnded && inner.Receive(transport, piece) is int count; pieces++)
            {
                _hasEnded = count == 0;
                (byte[] data, byte[] answer) = _filter.Next(piece.AsSpan(0, count));
                data.CopyTo(_data.Room(data.Length, 0));
                _data.Add(data.Length);
                Answer(transport, answer);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(piece);
        }
    }

    private void Answer(ISocketTransport transport, byte[] answer)
    {
        lock (_answers)
        {
            _answers.AddRange(answer.AsSpan(0, _answers.Count < MostAnswers ? answer.Length : 0));
        }

        // Whoever sends just now sends these first the next time, and so does whoever reads.
        if (!HasAnswers || !record.WriteGate.Wait(0))
        {
            return;
        }

        try
        {
            SendAnswers(part => inner.TryWrite(transport, part));
        }
        catch (SocketCallException)
        {
            // The peer takes nothing any more; what is read tells what it has sent until then.
            lock (_answers)
            {
                _answers.Clear();
            }
        }
        finally
        {
            record.WriteGate.Release();
        }
    }

    private bool SendAnswers(Sender send)
    {
        while (HasAnswers)
        {
            byte[] first;
            lock (_answers)
            {
                first = [.. _answers.Take(PieceSize)];
            }

            if (send(first) is not int sent)
            {
                return false;
            }

            lock (_answers)
            {
                _answers.RemoveRange(0, sent);
            }
        }

        return true;
    }

    // Much without a byte that is to be doubled as it is; else a piece in which these are.
    private int? SendDoubled(ReadOnlyMemory<byte> data, Sender send, bool waits)
    {
        int plain = data.Span.IndexOf(TelnetFilter.Command);
        if (plain is < 0 or > PieceSize)
        {
            return send(plain < 0 ? data : data[..plain]);
        }

        byte[] doubled = Double(data.Span[..Math.Min(data.Length, PieceSize)]);
        if (send(doubled) is not int sent)
        {
            return null;
        }

        int taken = 0;
        int place = 0;
        for (; place < sent; taken++)
        {
            place += data.Span[taken] == TelnetFilter.Command ? 2 : 1;
        }

        return place == sent || SendHalf(send, waits) ? taken : null;
    }

    // The second of two bytes of which the first was sent. It goes before everything else.
    private bool SendHalf(Sender send, bool waits)
    {
        if (waits)
        {
            bool isWhole = false;
            try
            {
                isWhole = send(s_command) is not null;
            }
            finally
            {
                record.IsBroken |= !isWhole;
            }

            return isWhole;
        }

        lock (_answers)
        {
            _answers.Insert(0, TelnetFilter.Command);
        }

        return true;
    }

    private static byte[] Double(ReadOnlySpan<byte> data)
    {
        List<byte> doubled = new(data.Length + data.Count(TelnetFilter.Command));
        foreach (byte value in data)
        {
            doubled.Add(value);
            if (value == TelnetFilter.Command)
            {
                doubled.Add(value);
            }
        }

        return [.. doubled];
    }
}
