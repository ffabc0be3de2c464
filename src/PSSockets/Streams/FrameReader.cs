using System.Buffers;
using System.Net;
using System.Net.Sockets;
using System.Numerics;
using System.Text;
using PSSockets.Addressing;
using PSSockets.Errors;
using PSSockets.Sockets;

namespace PSSockets.Streams;

/// <summary>
/// Takes frames from a stream and leaves every byte behind a frame in the socket: it looks ahead (MSG_PEEK), and then
/// takes exactly what belongs to the frame.
/// </summary>
/// <param name="engine">The engine.</param>
/// <param name="socket">The stream.</param>
/// <param name="peer">The peer, as it was when reading began: after both sides have closed the system knows it no more.</param>
/// <param name="encoding">How text is read.</param>
/// <param name="timeoutSeconds">The longest wait for more bytes; null is for ever.</param>
internal sealed class FrameReader(ISocketEngine engine, Socket socket, EndPoint? peer, Encoding encoding, double? timeoutSeconds)
{
    // Looking ahead begins with a short line's length, or that of the frame before, and grows with what the frame turns
    // out to be.
    private const int FirstLookAhead = 256;
    private const int LargestPiece = 64 * 1024;
    private const int FilePiece = 1024 * 1024;

    private readonly ArrayBufferWriter<byte> _frame = new();
    private readonly byte[] _lineFeed = encoding.GetBytes("\n");
    private readonly byte[] _carriageReturn = encoding.GetBytes("\r");
    private byte[] _piece = new byte[FirstLookAhead];
    private byte[] _block = [];
    private int _lookAhead = FirstLookAhead;
    private bool _hasPrefix;

    /// <summary>Gets a frame, whose bytes are there only as long as the call lasts.</summary>
    public delegate void Recipient(ReadOnlySpan<byte> frame);

    // Finds the first frame in bytes that begin with one: its place, or null where it is not whole.
    private delegate Place? Finder(ReadOnlySpan<byte> bytes);

    // Whether bytes of a frame have been taken from the socket that is not whole.
    private bool IsInside => _hasPrefix || _frame.WrittenCount > 0;

    /// <summary>What one recv(2) gives, at most <paramref name="maximumSize"/> bytes; null when the peer has closed.</summary>
    public byte[]? ReadAvailable(int maximumSize, SocketFlags flags)
    {
        Begin();
        byte[] buffer = ArrayPool<byte>.Shared.Rent(maximumSize);
        try
        {
            int count = Receive(buffer.AsMemory(0, maximumSize), flags);
            return count == 0 ? null : buffer.AsSpan(0, count).ToArray();
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>Exactly so many bytes; null when the peer had closed before the first.</summary>
    public byte[]? ReadLength(long length)
    {
        Begin();
        return Fill(length) ? _frame.WrittenSpan.ToArray() : null;
    }

    /// <summary>A frame behind its length, an unsigned integer of 1, 2, 4 or 8 bytes in network order; null when the peer had closed before the first byte.</summary>
    /// <exception cref="SocketInputException"><c>FrameTooLong</c>: the prefix announces more than <paramref name="maximumSize"/>; it was taken from the socket, and nothing more.</exception>
    public byte[]? ReadPrefixed(int width, int maximumSize)
    {
        if (ReadLength(width) is not byte[] prefix)
        {
            return null;
        }

        ulong length = ReadPrefix(prefix);
        if (length > (ulong)maximumSize)
        {
            throw TooLong($"its prefix announces {length:N0} bytes", maximumSize, prefix);
        }

        Begin();
        _hasPrefix = true;
        Fill((long)length);
        return _frame.WrittenSpan.ToArray();
    }

    /// <summary>The bytes up to a delimiter, which is taken too; null when the peer had closed before the first byte.</summary>
    /// <param name="delimiter">The delimiter.</param>
    /// <param name="unit">The bytes of one unit of text: a delimiter begins only on a multiple of it.</param>
    /// <param name="maximumSize">The most bytes of a frame.</param>
    /// <exception cref="SocketInputException"><c>EndOfStream</c> within a frame, <c>FrameTooLong</c>.</exception>
    public byte[]? ReadDelimited(byte[] delimiter, int unit, int maximumSize) => TakeDelimited(delimiter, unit, maximumSize, 0);

    // The slack is what may stand before the delimiter and is not part of the frame: the CR of a line.
    private byte[]? TakeDelimited(byte[] delimiter, int unit, int maximumSize, int slack)
    {
        Begin();
        int ahead = _lookAhead;
        while (true)
        {
            if (_piece.Length < ahead)
            {
                _piece = new byte[ahead];
            }

            int count = Receive(_piece.AsMemory(0, ahead), SocketFlags.Peek);
            if (count == 0)
            {
                return _frame.WrittenCount == 0 ? null : throw Ended("before its delimiter");
            }

            int before = _frame.WrittenCount;
            _frame.Write(_piece.AsSpan(0, count));
            int end = Find(_frame.WrittenSpan, delimiter, unit, Math.Max(0, before - delimiter.Length + 1));
            int taken = end < 0 ? count : end + delimiter.Length - before;
            Discard(taken);
            if (end >= 0)
            {
                _lookAhead = (int)Math.Clamp(BitOperations.RoundUpToPowerOf2((uint)_frame.WrittenCount), FirstLookAhead, LargestPiece);
                return end <= maximumSize + slack ? _frame.WrittenSpan[..end].ToArray() : throw TooLong($"it has {end:N0} bytes", maximumSize, Partial(end));
            }

            if (_frame.WrittenCount > (long)maximumSize + slack + delimiter.Length)
            {
                throw TooLong($"{_frame.WrittenCount:N0} bytes have come without its delimiter", maximumSize, Partial(_frame.WrittenCount));
            }

            ahead = Math.Min(LargestPiece, ahead * 4);
        }
    }

    /// <summary>A line, ended by LF or CRLF, without its end; null when the peer had closed before the first byte.</summary>
    /// <inheritdoc cref="ReadDelimited" path="/exception" />
    public byte[]? ReadLine(int maximumSize)
    {
        byte[]? line = TakeDelimited(_lineFeed, _lineFeed.Length, maximumSize, _carriageReturn.Length);
        if (line is not null && line.AsSpan().EndsWith(_carriageReturn))
        {
            return line[..^_carriageReturn.Length];
        }

        return line is null || line.Length <= maximumSize ? line : throw TooLong($"it has {line.Length:N0} bytes", maximumSize, Partial(line.Length));
    }

    /// <summary>Everything until the peer closes; null when there was nothing.</summary>
    /// <exception cref="SocketInputException"><c>FrameTooLong</c>.</exception>
    public byte[]? ReadToEnd(int maximumSize)
    {
        Begin();
        while (true)
        {
            int count = Receive(_frame.GetMemory(LargestPiece)[..LargestPiece], SocketFlags.None);
            if (count == 0)
            {
                return _frame.WrittenCount == 0 ? null : _frame.WrittenSpan.ToArray();
            }

            _frame.Advance(count);
            if (_frame.WrittenCount > maximumSize)
            {
                throw TooLong($"{_frame.WrittenCount:N0} bytes have come", maximumSize, Partial(_frame.WrittenCount));
            }
        }
    }

    /// <summary>Copies everything until the peer closes; the number of bytes.</summary>
    public long CopyTo(Stream destination, Action<long> progress)
    {
        byte[] buffer = ArrayPool<byte>.Shared.Rent(FilePiece);
        try
        {
            long total = 0;
            while (true)
            {
                int count = Receive(buffer, SocketFlags.None);
                if (count == 0)
                {
                    return total;
                }

                destination.Write(buffer, 0, count);
                total += count;
                progress(total);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>
    /// Hands over the lines that have come whole, at most so many, and takes them from the socket behind that. It costs two
    /// system calls for many lines, and is only for a recipient that lets nobody else read from the socket meanwhile.
    /// Waits until something has come.
    /// </summary>
    /// <returns>How many there were; with 0 <see cref="ReadLine"/> tells what is the matter with the next.</returns>
    public int HandOverLines(int count, int maximumSize, Recipient recipient) => HandOver(count, maximumSize, recipient, bytes =>
    {
        if (FindDelimited(bytes, _lineFeed, _lineFeed.Length) is not Place line)
        {
            return null;
        }

        return bytes[..line.Length].EndsWith(_carriageReturn) ? line with { Length = line.Length - _carriageReturn.Length } : line;
    });

    /// <summary>Hands over the frames before delimiters, as <see cref="HandOverLines"/> does lines.</summary>
    /// <inheritdoc cref="ReadDelimited" path="/param" />
    public int HandOverDelimited(int count, byte[] delimiter, int unit, int maximumSize, Recipient recipient) =>
        HandOver(count, maximumSize, recipient, bytes => FindDelimited(bytes, delimiter, unit));

    /// <summary>Hands over the frames behind their lengths, as <see cref="HandOverLines"/> does lines.</summary>
    public int HandOverPrefixed(int count, int width, int maximumSize, Recipient recipient) => HandOver(count, maximumSize, recipient, bytes =>
    {
        if (bytes.Length < width)
        {
            return null;
        }

        ulong length = ReadPrefix(bytes[..width]);
        return length > (ulong)(bytes.Length - width) ? null : new Place(width, (int)length, width + (int)length);
    });

    /// <summary>Hands over frames of one length, as <see cref="HandOverLines"/> does lines.</summary>
    public int HandOverLengths(int count, int length, Recipient recipient) =>
        length is 0 or > LargestPiece ? 0 : HandOver(count, length, recipient, bytes => bytes.Length < length ? null : new Place(0, length, length));

    private int HandOver(int count, int maximumSize, Recipient recipient, Finder find)
    {
        // Where few frames fit in, looking at so much costs more than it spares.
        if (_frame.WrittenCount > LargestPiece / 4)
        {
            return 0;
        }

        Begin();
        if (_block.Length == 0)
        {
            _block = new byte[LargestPiece];
        }

        int end = Receive(_block, SocketFlags.Peek);
        int start = 0;
        int frames = 0;
        try
        {
            while (frames < count && find(_block.AsSpan(start, end - start)) is Place place && place.Length <= maximumSize)
            {
                recipient(_block.AsSpan(start + place.Start, place.Length));
                start += place.Next;
                frames++;
            }
        }
        finally
        {
            // Exactly what was handed over, also where the recipient was stopped.
            if (start > 0)
            {
                engine.Discard(socket, start);
            }
        }

        return frames;
    }

    private static Place? FindDelimited(ReadOnlySpan<byte> bytes, byte[] delimiter, int unit)
    {
        int end = Find(bytes, delimiter, unit, 0);
        return end < 0 ? null : new Place(0, end, end + delimiter.Length);
    }

    private static ulong ReadPrefix(ReadOnlySpan<byte> prefix)
    {
        ulong length = 0;
        foreach (byte next in prefix)
        {
            length = (length << 8) | next;
        }

        return length;
    }

    // Whether the frame is whole: false only when the peer had closed before its first byte.
    private bool Fill(long length)
    {
        while (_frame.WrittenCount < length)
        {
            int wanted = (int)Math.Min(LargestPiece, length - _frame.WrittenCount);
            int count = Receive(_frame.GetMemory(wanted)[..wanted], SocketFlags.None);
            if (count == 0)
            {
                return IsInside ? throw Ended($"after {_frame.WrittenCount:N0} of its {length:N0} bytes") : false;
            }

            _frame.Advance(count);
        }

        return true;
    }

    private void Discard(int count)
    {
        while (count > 0)
        {
            int taken = Receive(_piece.AsMemory(0, Math.Min(count, _piece.Length)), SocketFlags.None);
            if (taken == 0)
            {
                // Somebody else took what was looked at.
                throw Ended("and another reader took part of it");
            }

            count -= taken;
        }
    }

    private static int Find(ReadOnlySpan<byte> text, byte[] delimiter, int unit, int start)
    {
        while (start <= text.Length - delimiter.Length)
        {
            int found = text[start..].IndexOf(delimiter);
            if (found < 0 || (start + found) % unit == 0)
            {
                return found < 0 ? -1 : start + found;
            }

            start += found + 1;
        }

        return -1;
    }

    private void Begin()
    {
        _frame.Clear();
        _hasPrefix = false;
    }

    private int Receive(Memory<byte> buffer, SocketFlags flags)
    {
        try
        {
            return engine.ReceiveBytes(socket, buffer, flags, Deadline.After(timeoutSeconds))
                ?? throw SystemCall.Failure("recv", peer, SocketError.TimedOut, socket, FormattableString.Invariant($"nothing came within {timeoutSeconds:0.###} s"));
        }
        catch (SocketCallException exception) when (IsInside)
        {
            // What had come would be lost otherwise.
            throw new SocketCallException(exception.Call, exception.Address, exception.Error, Partial(_frame.WrittenCount), exception.Detail);
        }
    }

    // A frame's place in bytes that begin with it, and where the next one begins.
    private readonly record struct Place(int Start, int Length, int Next);

    private SocketData Partial(int length) => new(_frame.WrittenSpan[..length].ToArray(), socket, peer, encoding);

    private string Call => EndPointText.Describe(peer) is { Length: > 0 } address ? $"recv {address}" : "recv";

    private SocketInputException Ended(string where) => new(
        ErrorIds.EndOfStream,
        $"{Call}: the peer closed within a frame, {where}",
        "What had come is in the error's TargetObject.",
        Partial(_frame.WrittenCount));

    private SocketInputException TooLong(string what, int maximumSize, object target) => new(
        ErrorIds.FrameTooLong,
        $"{Call}: the frame is too long: {what}, and -MaximumSize allows {maximumSize:N0}",
        "Allow more with -MaximumSize, if the peer can be trusted.",
        target);
}
