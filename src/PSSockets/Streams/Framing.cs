using System.Text;

namespace PSSockets.Streams;

/// <summary>How frames stand in a stream. It knows bytes only, not where they come from.</summary>
internal abstract class Framing
{
    /// <summary>The longest frame, in bytes; a longer one is an error.</summary>
    public required int MaximumSize { get; init; }

    /// <summary>How many bytes a frame has, where the bytes so far tell; null where only its end tells.</summary>
    public abstract long? LengthOf(ReadOnlySpan<byte> bytes);

    /// <summary>Finds the first frame in bytes that begin with one; null where it is not whole.</summary>
    /// <param name="bytes">The bytes.</param>
    /// <param name="searched">How many of them have been searched before.</param>
    public abstract FramePlace? Find(ReadOnlySpan<byte> bytes, int searched);

    /// <summary>What a stream that ends within a frame lacks.</summary>
    public abstract string MissingAtEnd(ReadOnlySpan<byte> bytes);

    /// <summary>Whether the end of the stream ends a frame.</summary>
    public virtual bool EndsWithStream => false;

    /// <summary>What is too long about bytes that begin with a frame; null where nothing is.</summary>
    /// <param name="bytes">The bytes.</param>
    /// <param name="place">The frame's place, where it is whole.</param>
    public virtual Excess? FindExcess(ReadOnlySpan<byte> bytes, FramePlace? place) => null;

    /// <summary>How many bytes at the beginning of a frame that is not whole are not its own.</summary>
    public virtual int HeaderOf(ReadOnlySpan<byte> bytes) => 0;

    /// <summary>The bytes as they stood in the stream.</summary>
    /// <param name="frame">The frame's own bytes.</param>
    /// <param name="taken">How many were taken with what framed it.</param>
    public virtual byte[] Restore(byte[] frame, int taken) => frame;
}

/// <summary>A frame's place in bytes that begin with it.</summary>
/// <param name="Start">Where its own bytes begin.</param>
/// <param name="Length">How many they are.</param>
/// <param name="Next">Where the next frame begins.</param>
internal readonly record struct FramePlace(int Start, int Length, int Next);

/// <summary>A frame that is longer than allowed.</summary>
/// <param name="What">What is known of its length.</param>
/// <param name="Taken">How many bytes are taken from the stream.</param>
/// <param name="Shown">How many of them are shown with the error.</param>
internal readonly record struct Excess(string What, int Taken, int Shown);

/// <summary>Frames of one length.</summary>
/// <param name="length">How many bytes.</param>
internal sealed class LengthFraming(int length) : Framing
{
    /// <inheritdoc />
    public override long? LengthOf(ReadOnlySpan<byte> bytes) => length;

    /// <inheritdoc />
    public override FramePlace? Find(ReadOnlySpan<byte> bytes, int searched) => bytes.Length < length ? null : new FramePlace(0, length, length);

    /// <inheritdoc />
    public override string MissingAtEnd(ReadOnlySpan<byte> bytes) => $"after {bytes.Length:N0} of its {length:N0} bytes";
}

/// <summary>Frames after their lengths, unsigned integers in network order.</summary>
/// <param name="width">How many bytes a length has: 1, 2, 4 or 8.</param>
internal sealed class PrefixFraming(int width) : Framing
{
    /// <summary>The length that a prefix announces.</summary>
    private ulong Announced(ReadOnlySpan<byte> bytes)
    {
        ulong length = 0;
        foreach (byte next in bytes[..width])
        {
            length = (length << 8) | next;
        }

        return length;
    }

    /// <inheritdoc />
    public override long? LengthOf(ReadOnlySpan<byte> bytes) => bytes.Length < width ? width : width + (long)Math.Min(Announced(bytes), int.MaxValue);

    /// <inheritdoc />
    public override FramePlace? Find(ReadOnlySpan<byte> bytes, int searched)
    {
        if (bytes.Length < width)
        {
            return null;
        }

        ulong length = Announced(bytes);
        return length > (ulong)(bytes.Length - width) ? null : new FramePlace(width, (int)length, width + (int)length);
    }

    /// <inheritdoc />
    public override string MissingAtEnd(ReadOnlySpan<byte> bytes) => bytes.Length < width
        ? $"after {bytes.Length:N0} of its {width:N0} bytes"
        : $"after {bytes.Length - width:N0} of its {Announced(bytes):N0} bytes";

    /// <inheritdoc />
    public override Excess? FindExcess(ReadOnlySpan<byte> bytes, FramePlace? place) =>
        bytes.Length >= width && Announced(bytes) > (ulong)MaximumSize ? new Excess($"its prefix announces {Announced(bytes):N0} bytes", width, width) : null;

    /// <inheritdoc />
    public override int HeaderOf(ReadOnlySpan<byte> bytes) => bytes.Length < width ? 0 : width;

    /// <inheritdoc />
    public override byte[] Restore(byte[] frame, int taken) => StreamSender.Prefix(frame, width);
}

/// <summary>Frames that end with a delimiter, which is taken with them.</summary>
/// <param name="delimiter">The delimiter.</param>
/// <param name="unit">The bytes of one unit of text: a delimiter begins only on a multiple of it.</param>
internal class DelimitedFraming(byte[] delimiter, int unit) : Framing
{
    /// <summary>How many bytes may stand before the delimiter and are not part of the frame.</summary>
    public virtual int Slack => 0;

    /// <inheritdoc />
    public override long? LengthOf(ReadOnlySpan<byte> bytes) => null;

    /// <inheritdoc />
    public override FramePlace? Find(ReadOnlySpan<byte> bytes, int searched)
    {
        int start = Math.Max(0, searched - delimiter.Length + 1);
        while (start <= bytes.Length - delimiter.Length)
        {
            int found = bytes[start..].IndexOf(delimiter);
            if (found < 0)
            {
                return null;
            }

            if ((start + found) % unit == 0)
            {
                return new FramePlace(0, start + found, start + found + delimiter.Length);
            }

            start += found + 1;
        }

        return null;
    }

    /// <inheritdoc />
    public override string MissingAtEnd(ReadOnlySpan<byte> bytes) => "before its delimiter";

    /// <inheritdoc />
    public override Excess? FindExcess(ReadOnlySpan<byte> bytes, FramePlace? place)
    {
        if (place is FramePlace found)
        {
            return found.Length > MaximumSize ? new Excess($"it has {found.Length:N0} bytes", found.Next, found.Length) : null;
        }

        return bytes.Length > (long)MaximumSize + Slack + delimiter.Length
            ? new Excess($"{bytes.Length:N0} bytes have come without its delimiter", bytes.Length, bytes.Length)
            : null;
    }

    /// <inheritdoc />
    public override byte[] Restore(byte[] frame, int taken) => [.. frame, .. delimiter];
}

/// <summary>Lines, ended by LF or CRLF.</summary>
/// <param name="encoding">How text is read.</param>
internal sealed class LineFraming(Encoding encoding) : DelimitedFraming(encoding.GetBytes("\n"), encoding.GetByteCount("\n"))
{
    private readonly byte[] _carriageReturn = encoding.GetBytes("\r");
    private readonly byte[] _both = encoding.GetBytes("\r\n");

    /// <inheritdoc />
    public override int Slack => _carriageReturn.Length;

    /// <inheritdoc />
    public override FramePlace? Find(ReadOnlySpan<byte> bytes, int searched)
    {
        if (base.Find(bytes, searched) is not FramePlace line)
        {
            return null;
        }

        return bytes[..line.Length].EndsWith(_carriageReturn) ? line with { Length = line.Length - _carriageReturn.Length } : line;
    }

    /// <inheritdoc />
    public override byte[] Restore(byte[] frame, int taken) => taken - frame.Length == _both.Length ? [.. frame, .. _both] : base.Restore(frame, taken);
}

/// <summary>One frame, which ends with the stream.</summary>
internal sealed class EndFraming : Framing
{
    /// <inheritdoc />
    public override bool EndsWithStream => true;

    /// <inheritdoc />
    public override long? LengthOf(ReadOnlySpan<byte> bytes) => null;

    /// <inheritdoc />
    public override FramePlace? Find(ReadOnlySpan<byte> bytes, int searched) => null;

    /// <inheritdoc />
    public override string MissingAtEnd(ReadOnlySpan<byte> bytes) => "before its end";

    /// <inheritdoc />
    public override Excess? FindExcess(ReadOnlySpan<byte> bytes, FramePlace? place) =>
        bytes.Length > MaximumSize ? new Excess($"{bytes.Length:N0} bytes have come", bytes.Length, bytes.Length) : null;
}
