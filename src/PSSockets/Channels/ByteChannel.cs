using System.Net.Sockets;
using PSSockets.Sockets;
using PSSockets.Waiting;

namespace PSSockets.Channels;

/// <summary>
/// The bytes of a stream, and what was taken of them and nobody has got. Where they come from can change while others
/// hold the channel: a TLS session takes the place of the plain stream.
/// </summary>
/// <param name="record">The stream.</param>
internal sealed class ByteChannel(SocketRecord record) : IByteChannel
{
    private readonly List<(long Ticket, byte[] Bytes)> _returned = [];
    private readonly HeldBytes _held = new();
    private int _looked;
    private int _readers;
    private volatile int _count;
    private volatile IByteSource _source = new PlainSource(record);

    /// <inheritdoc />
    public int Held => _count;

    /// <inheritdoc />
    public bool IsReadable => _count > 0 || _source.IsReadable;

    /// <inheritdoc />
    public bool HasDecrypted => _source.IsReadable;

    /// <summary>Where the bytes come from and go to. Whoever changes it holds both gates of the socket.</summary>
    public IByteSource Source
    {
        get => _source;
        set => _source = value;
    }

    /// <inheritdoc />
    public long Ticket { get; private set; }

    /// <inheritdoc />
    public ReadOnlySpan<byte> Seen
    {
        get
        {
            Gather();
            return _held.Span(_looked);
        }
    }

    /// <summary>The channel of a stream.</summary>
    public static ByteChannel Of(SocketRecord record)
    {
        lock (record.ReadGate)
        {
            if (record.Channel is not ByteChannel channel)
            {
                record.Channel = channel = new ByteChannel(record);
            }

            return channel;
        }
    }

    /// <inheritdoc />
    public int? Look(ISocketTransport transport, int most)
    {
        Gather();
        _looked = 0;
        int? count = _source.Peek(transport, _held.Room(most, 0));
        _looked = count ?? 0;
        return count;
    }

    /// <inheritdoc />
    public void Keep(ISocketTransport transport)
    {
        if (_looked > 0)
        {
            _source.Discard(transport, _looked);
            Hold(_looked);
            _looked = 0;
        }
    }

    /// <inheritdoc />
    public int? Fill(ISocketTransport transport, int most, int likely)
    {
        Gather();
        _looked = 0;
        int? count = _source.Receive(transport, _held.Room(most, likely));
        Hold(count ?? 0);
        return count;
    }

    /// <inheritdoc />
    public long Take(ISocketTransport transport, int count)
    {
        Discard(transport, count);
        _held.Drop(count);
        return Took();
    }

    /// <inheritdoc />
    public (byte[] Bytes, long Ticket) Take(ISocketTransport transport, int start, int length, int count)
    {
        Discard(transport, count);
        byte[] bytes = _held.Take(start, length, count);
        return (bytes, Took());
    }

    /// <inheritdoc />
    public (string Text, long Ticket)? TakeText(ISocketTransport transport, int start, int length, int count)
    {
        if (length < HeldBytes.LongText)
        {
            return null;
        }

        Gather();
        Keep(transport);
        return _held.TakeText(start, length, count) is string text ? (text, Took()) : null;
    }

    /// <inheritdoc />
    public byte[] TakeHeld()
    {
        Gather();
        byte[] bytes = _held.Take(0, _held.Count, _held.Count);
        Took();
        return bytes;
    }

    /// <inheritdoc />
    public int? Receive(ISocketTransport transport, Memory<byte> buffer)
    {
        Gather();
        _looked = 0;
        if (_held.Count == 0)
        {
            Ticket++;
            return _source.Receive(transport, buffer);
        }

        int count = Math.Min(_held.Count, buffer.Length);
        _held.Span()[..count].CopyTo(buffer.Span);
        Take(transport, count);
        return count;
    }

    /// <inheritdoc />
    public void PutBack(long ticket, byte[] bytes)
    {
        if (bytes.Length == 0)
        {
            return;
        }

        int index = _returned.FindIndex(other => other.Ticket > ticket);
        _returned.Insert(index < 0 ? _returned.Count : index, (ticket, bytes));
        _count += bytes.Length;
        Ticket++;
        record.WakeWaiters();
    }

    /// <inheritdoc />
    public bool Wait(ISocketTransport transport, Deadline deadline) => transport.Wait(record, WaitFor.Read, deadline);

    /// <inheritdoc />
    public int? Write(ISocketTransport transport, ReadOnlyMemory<byte> data, SocketFlags flags, Deadline deadline) =>
        _source.Write(transport, data, flags, deadline);

    /// <inheritdoc />
    public int? TryWrite(ISocketTransport transport, ReadOnlyMemory<byte> data) => _source.TryWrite(transport, data);

    /// <inheritdoc />
    public bool HasUnsent => _source.HasUnsent;

    /// <inheritdoc />
    public bool IsFiltered => _source.IsFiltered;

    /// <inheritdoc />
    public void BeginRead() => Interlocked.Increment(ref _readers);

    /// <inheritdoc />
    public void EndRead()
    {
        if (Interlocked.Decrement(ref _readers) == 0 && record.IsClosed)
        {
            GiveUp();
        }
    }

    /// <inheritdoc />
    public void GiveUp()
    {
        // Who has the gate may look at what is held just now; the finalizer does it then.
        if (Volatile.Read(ref _readers) > 0 || Monitor.IsEntered(record.ReadGate) || !Monitor.TryEnter(record.ReadGate))
        {
            return;
        }

        try
        {
            _returned.Clear();
            _held.Set([]);
            Took();
        }
        finally
        {
            Monitor.Exit(record.ReadGate);
        }
    }

    /// <inheritdoc />
    public void Refresh(ISocketTransport transport)
    {
        lock (record.ReadGate)
        {
            _source.Refresh(transport);
        }
    }

    /// <inheritdoc />
    public bool EndWrite(ISocketTransport transport, Deadline deadline) => _source.EndWrite(transport, deadline);

    /// <inheritdoc />
    public bool Leave(ISocketTransport transport) => _source.Leave(transport);

    /// <inheritdoc />
    public void Close(ISocketTransport transport) => _source.Close(transport);

    /// <inheritdoc />
    public string? TakeWarning() => _count == 0 ? _source.TakeWarning() : null;

    // What was put back comes before what is held.
    private void Gather()
    {
        if (_returned.Count == 0)
        {
            return;
        }

        _held.SetBefore([.. _returned.Select(static piece => piece.Bytes)]);
        _returned.Clear();
        _looked = 0;
        _count = _held.Count;
    }

    private void Hold(int more)
    {
        _held.Add(more);
        _count = _held.Count;
    }

    // Drops from the system what was only shown of so many bytes.
    private void Discard(ISocketTransport transport, int count)
    {
        Gather();
        if (count > _held.Count)
        {
            _source.Discard(transport, count - _held.Count);
        }
    }

    private long Took()
    {
        _looked = 0;
        _count = _held.Count;
        return ++Ticket;
    }
}
