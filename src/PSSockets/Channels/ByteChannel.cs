using System.Buffers;
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
    private const int SmallestBuffer = 256;

    private readonly List<(long Ticket, byte[] Bytes)> _returned = [];
    private byte[] _buffer = [];
    private bool _isRented;
    private int _start;
    private int _held;
    private int _looked;
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
            return _buffer.AsSpan(_start, _held + _looked);
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
        Reserve(most, 0);
        int? count = _source.Peek(transport, _buffer.AsMemory(_start + _held, most));
        _looked = count ?? 0;
        return count;
    }

    /// <inheritdoc />
    public void Keep(ISocketTransport transport)
    {
        if (_looked > 0)
        {
            _source.Discard(transport, _looked);
            SetHeld(_held + _looked);
            _looked = 0;
        }
    }

    /// <inheritdoc />
    public int? Fill(ISocketTransport transport, int most, int likely)
    {
        Gather();
        _looked = 0;
        Reserve(most, likely);
        int? count = _source.Receive(transport, _buffer.AsMemory(_start + _held, most));
        SetHeld(_held + (count ?? 0));
        return count;
    }

    /// <inheritdoc />
    public long Take(ISocketTransport transport, int count)
    {
        Gather();
        int held = Math.Min(count, _held);
        if (count > held)
        {
            _source.Discard(transport, count - held);
        }

        _looked = 0;
        _start += held;
        SetHeld(_held - held);
        if (_held == 0)
        {
            Release();
        }

        return ++Ticket;
    }

    /// <inheritdoc />
    public byte[] TakeHeld()
    {
        Gather();
        bool isWhole = !_isRented && _start == 0 && _held == _buffer.Length;
        byte[] bytes = isWhole ? _buffer : _buffer.AsSpan(_start, _held).ToArray();
        if (isWhole)
        {
            _buffer = [];
        }

        SetHeld(0);
        Release();
        Ticket++;
        return bytes;
    }

    /// <inheritdoc />
    public int? Receive(ISocketTransport transport, Memory<byte> buffer)
    {
        Gather();
        _looked = 0;
        if (_held == 0)
        {
            Ticket++;
            return _source.Receive(transport, buffer);
        }

        int count = Math.Min(_held, buffer.Length);
        _buffer.AsSpan(_start, count).CopyTo(buffer.Span);
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
    public void Close(ISocketTransport transport) => _source.Close(transport);

    /// <inheritdoc />
    public string? TakeWarning() => _source.TakeWarning();

    // What was put back comes before what is held.
    private void Gather()
    {
        if (_returned.Count == 0)
        {
            return;
        }

        byte[] gathered = [.. _returned.SelectMany(piece => piece.Bytes), .. _buffer.AsSpan(_start, _held)];
        _returned.Clear();
        Release();
        _buffer = gathered;
        _looked = 0;
        SetHeld(gathered.Length);
    }

    // Room for more bytes after those that are held. Where all that will be there together is known, the buffer ends up
    // just that long, so that it can be handed over as it is.
    private void Reserve(int more, int likely)
    {
        int needed = _held + more;
        if (_buffer.Length - _start >= needed)
        {
            return;
        }

        if (_buffer.Length >= needed)
        {
            _buffer.AsSpan(_start, _held).CopyTo(_buffer);
            _start = 0;
            return;
        }

        int doubled = (int)Math.Min(Array.MaxLength, 2L * needed);
        bool isKnown = likely >= needed;
        int size = isKnown ? Math.Min(likely, doubled) : _held == 0 ? needed : doubled;
        byte[] larger = isKnown ? GC.AllocateUninitializedArray<byte>(size) : ArrayPool<byte>.Shared.Rent(Math.Max(size, SmallestBuffer));
        _buffer.AsSpan(_start, _held).CopyTo(larger);
        Release();
        _buffer = larger;
        _isRented = !isKnown;
    }

    private void SetHeld(int held)
    {
        _held = held;
        _count = held;
    }

    private void Release()
    {
        if (_isRented)
        {
            ArrayPool<byte>.Shared.Return(_buffer);
        }

        _buffer = [];
        _isRented = false;
        _start = 0;
    }
}
