using System.Buffers;
using System.Net.Sockets;
using PSSockets.Sockets;
using PSSockets.Waiting;

namespace PSSockets.Channels;

/// <summary>The bytes of a stream as they come.</summary>
/// <param name="record">The stream.</param>
internal sealed class RawChannel(SocketRecord record) : IByteChannel
{
    private const int SmallestBuffer = 256;

    private readonly List<(long Ticket, byte[] Bytes)> _returned = [];
    private byte[] _buffer = [];
    private bool _isRented;
    private int _start;
    private int _held;
    private int _looked;
    private volatile int _count;

    /// <inheritdoc />
    public int Held => _count;

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
    public static IByteChannel Of(SocketRecord record)
    {
        lock (record.ReadGate)
        {
            return record.Channel ??= new RawChannel(record);
        }
    }

    /// <inheritdoc />
    public int? Look(ISocketTransport transport, int most)
    {
        Gather();
        _looked = 0;
        Reserve(most, 0);
        int? count = transport.ReceiveBytes(record, _buffer.AsMemory(_start + _held, most), SocketFlags.Peek, Deadline.Now);
        _looked = count ?? 0;
        return count;
    }

    /// <inheritdoc />
    public void Keep(ISocketTransport transport)
    {
        if (_looked > 0)
        {
            transport.Discard(record, _looked);
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
        int? count = transport.ReceiveBytes(record, _buffer.AsMemory(_start + _held, most), SocketFlags.None, Deadline.Now);
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
            transport.Discard(record, count - held);
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
            return transport.ReceiveBytes(record, buffer, SocketFlags.None, Deadline.Now);
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
        transport.SendBytes(record, data, flags, deadline);

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
