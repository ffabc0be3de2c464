using System.Buffers;
using System.Threading.Tasks.Sources;

namespace PSSockets.Channels;

/// <summary>
/// The encrypted side of a TLS session, without a socket: it never waits and never calls the system. What the session
/// wants to read stays a pending read until somebody supplies it, whichever cmdlet that is, and what the session writes
/// is kept until somebody sends it. So a wait can be given up at any moment, and the session knows nothing of it.
/// </summary>
internal sealed class CipherStream : Stream, IValueTaskSource<int>
{
    private const int HeadSize = 256;
    private const int HeaderSize = 5;

    // What is taken from the system at once: many records. It is rented only while there is something in it.
    private const int RoomSize = 256 * 1024;

    private readonly object _gate = new();
    private ManualResetValueTaskSourceCore<int> _read;
    private Memory<byte> _wanted;
    private volatile bool _isWanting;
    private byte[] _written = [];
    private int _writtenCount;
    private byte[] _sending = [];
    private int _sendingStart;
    private int _sendingCount;
    private volatile bool _hasUnsent;

    // The record that is being supplied.
    private readonly byte[] _header = new byte[HeaderSize];
    private int _headerCount;
    private int _left;

    // What was taken from the system and the session has not read yet.
    private byte[] _taken = [];
    private int _takenStart;
    private volatile int _takenCount;

    /// <summary>Whether the session waits for bytes.</summary>
    public bool IsWanting => _isWanting;

    /// <summary>Where bytes from the system are put for <see cref="Supply"/>, while the session waits for some.</summary>
    public Memory<byte> Room => _taken.Length > 0 ? _taken : _taken = ArrayPool<byte>.Shared.Rent(RoomSize);

    /// <summary>Whether the peer has ended the connection.</summary>
    public bool HasEnded { get; private set; }

    /// <summary>The first bytes that came.</summary>
    public byte[] Head { get; private set; } = [];

    /// <summary>The last bytes that came together.</summary>
    public byte[] Tail { get; private set; } = [];

    /// <summary>Whether the first and last bytes are remembered.</summary>
    public bool Remembers { get; set; } = true;

    /// <summary>Whether the session has written what was not sent yet.</summary>
    public bool HasUnsent => _hasUnsent;

    /// <summary>How many bytes were sent.</summary>
    public long Sent { get; private set; }

    /// <inheritdoc />
    public override bool CanRead => true;

    /// <inheritdoc />
    public override bool CanSeek => false;

    /// <inheritdoc />
    public override bool CanWrite => true;

    /// <inheritdoc />
    public override long Length => throw new NotSupportedException();

    /// <inheritdoc />
    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <summary>Whether the session has not read all that was taken from the system.</summary>
    public bool HasMore => _takenCount > 0;

    /// <summary>Says that so many bytes were put into <see cref="Room"/>, 0 at the end, and lets the session go on: it has done so when the call returns.</summary>
    public void Supply(int count)
    {
        if (count == 0)
        {
            HasEnded = true;
            Leave();
        }
        else if (Remembers)
        {
            ReadOnlySpan<byte> bytes = _taken.AsSpan(0, count);
            Head = Head.Length < HeadSize ? [.. Head, .. bytes[..Math.Min(count, HeadSize - Head.Length)]] : Head;
            Tail = bytes[^Math.Min(count, HeadSize)..].ToArray();
        }

        (_takenStart, _takenCount) = (0, count);
        _isWanting = false;
        _read.SetResult(count == 0 ? 0 : Give(_wanted.Span));
    }

    /// <summary>Gives the room back where nothing is in it.</summary>
    public void Leave()
    {
        if (_takenCount == 0 && _taken.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(_taken);
            _taken = [];
        }
    }

    /// <summary>Ends the pending read by an error, so that the session can be given up.</summary>
    public void Abort()
    {
        HasEnded = true;
        _takenCount = 0;
        Leave();
        if (_isWanting)
        {
            _isWanting = false;
            _read.SetException(new IOException());
        }
    }

    /// <summary>What is to be sent next; empty where all was sent.</summary>
    public ReadOnlyMemory<byte> Unsent()
    {
        if (_sendingCount == 0)
        {
            lock (_gate)
            {
                (_sending, _written) = (_written, _sending);
                (_sendingStart, _sendingCount, _writtenCount) = (0, _writtenCount, 0);
                _hasUnsent = _sendingCount > 0;
            }
        }

        return _sending.AsMemory(_sendingStart, _sendingCount);
    }

    /// <summary>Says that so many bytes of <see cref="Unsent"/> were sent.</summary>
    public void NoteSent(int count)
    {
        _sendingStart += count;
        _sendingCount -= count;
        Sent += count;
        lock (_gate)
        {
            _hasUnsent = _sendingCount + _writtenCount > 0;
        }
    }

    /// <inheritdoc />
    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        // A read of nothing asks whether a buffer is worth while: the read that follows finds out.
        if (buffer.IsEmpty)
        {
            return new ValueTask<int>(0);
        }

        if (_takenCount > 0)
        {
            return new ValueTask<int>(Give(buffer.Span));
        }

        if (HasEnded)
        {
            return new ValueTask<int>(0);
        }

        _read.Reset();
        _wanted = buffer;
        short version = _read.Version;
        _isWanting = true;
        return new ValueTask<int>(this, version);
    }

    // One record at a time: where one is wrong, the session forgets what it has decrypted before it in the same read.
    private int Give(Span<byte> buffer)
    {
        int count = Cut(_taken.AsSpan(_takenStart, Math.Min(_takenCount, buffer.Length)));
        _taken.AsSpan(_takenStart, count).CopyTo(buffer);
        _takenStart += count;
        _takenCount -= count;
        Leave();
        return count;
    }

    // How many of the bytes belong to the record that is being supplied.
    private int Cut(ReadOnlySpan<byte> bytes)
    {
        int at = 0;
        while (at < bytes.Length)
        {
            if (_headerCount < HeaderSize)
            {
                _header[_headerCount++] = bytes[at++];
                _left = _headerCount == HeaderSize ? (_header[^2] << 8) | _header[^1] : 0;
            }
            else
            {
                int count = Math.Min(_left, bytes.Length - at);
                at += count;
                _left -= count;
            }

            if (_headerCount == HeaderSize && _left == 0)
            {
                _headerCount = 0;
                return at;
            }
        }

        return at;
    }

    /// <inheritdoc />
    public override void Write(ReadOnlySpan<byte> buffer)
    {
        lock (_gate)
        {
            if (_written.Length - _writtenCount < buffer.Length)
            {
                Array.Resize(ref _written, Math.Max(2 * _written.Length, _writtenCount + buffer.Length));
            }

            buffer.CopyTo(_written.AsSpan(_writtenCount));
            _writtenCount += buffer.Length;
            _hasUnsent = true;
        }
    }

    /// <inheritdoc />
    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        Write(buffer.Span);
        return ValueTask.CompletedTask;
    }

    /// <inheritdoc />
    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken)
    {
        Write(buffer.AsSpan(offset, count));
        return Task.CompletedTask;
    }

    /// <inheritdoc />
    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    /// <inheritdoc />
    public override Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc />
    public override void Flush()
    {
    }

    /// <inheritdoc />
    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    /// <inheritdoc />
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    /// <inheritdoc />
    public override void SetLength(long value) => throw new NotSupportedException();

    /// <inheritdoc />
    int IValueTaskSource<int>.GetResult(short token) => _read.GetResult(token);

    /// <inheritdoc />
    ValueTaskSourceStatus IValueTaskSource<int>.GetStatus(short token) => _read.GetStatus(token);

    /// <inheritdoc />
    void IValueTaskSource<int>.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _read.OnCompleted(continuation, state, token, flags);
}
