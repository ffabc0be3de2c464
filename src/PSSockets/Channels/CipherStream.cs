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

    // The record that is being supplied, and what was taken from the system after it.
    private readonly byte[] _header = new byte[HeaderSize];
    private int _headerCount;
    private int _left;
    private byte[] _later = [];
    private int _laterStart;
    private int _laterCount;

    /// <summary>Whether the session waits for bytes.</summary>
    public bool IsWanting => _isWanting;

    /// <summary>Where the session wants them.</summary>
    public Memory<byte> Wanted => _wanted;

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

    /// <summary>Whether bytes after those that the session has read are here already.</summary>
    public bool HasMore => _laterCount > 0;

    /// <summary>Says that so many bytes were put where the session wanted them, 0 at the end, and lets it go on: it has done so when the call returns.</summary>
    public void Supply(int count)
    {
        if (count == 0)
        {
            HasEnded = true;
        }
        else if (Remembers)
        {
            Span<byte> bytes = _wanted.Span[..count];
            Head = Head.Length < HeadSize ? [.. Head, .. bytes[..Math.Min(count, HeadSize - Head.Length)]] : Head;
            Tail = bytes[^Math.Min(count, HeadSize)..].ToArray();
        }

        // One record at a time: where one is wrong, the session forgets what it has decrypted before it in the same read.
        int first = Cut(_wanted.Span[..count]);
        if (first < count)
        {
            ReadOnlySpan<byte> rest = _wanted.Span[first..count];
            _later = _later.Length < rest.Length ? new byte[_wanted.Length] : _later;
            rest.CopyTo(_later);
            (_laterStart, _laterCount) = (0, rest.Length);
        }

        _isWanting = false;
        _read.SetResult(first);
    }

    /// <summary>Ends the pending read by an error, so that the session can be given up.</summary>
    public void Abort()
    {
        HasEnded = true;
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

        if (_laterCount > 0)
        {
            int count = Cut(_later.AsSpan(_laterStart, Math.Min(_laterCount, buffer.Length)));
            _later.AsSpan(_laterStart, count).CopyTo(buffer.Span);
            _laterStart += count;
            _laterCount -= count;
            return new ValueTask<int>(count);
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
