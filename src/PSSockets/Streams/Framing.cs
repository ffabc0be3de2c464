using System.Buffers;
using System.Text;
using System.Text.RegularExpressions;
using PSSockets.Errors;

namespace PSSockets.Streams;

/// <summary>How frames stand in a stream. It knows bytes only, not where they come from.</summary>
internal abstract class Framing
{
    /// <summary>The longest frame, in bytes; a longer one is an error.</summary>
    public required int MaximumSize { get; init; }

    /// <summary>How many bytes a frame has, where the bytes so far tell; null where only its end tells.</summary>
    public virtual long? LengthOf(ReadOnlySpan<byte> bytes) => null;

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

    /// <summary>Whether something stands between the frame's own bytes.</summary>
    public virtual bool IsInterrupted => false;

    /// <summary>The frame's own bytes of those that stand at its place.</summary>
    public virtual byte[] Own(byte[] bytes) => bytes;

    /// <summary>Whether a frame is looked for only in all that has come by now, since it may end where the peer waits for an answer.</summary>
    public virtual bool NeedsAll => false;

    /// <summary>What ended the frame at this place; null where that was not something in the stream.</summary>
    public virtual byte[]? EndOf(ReadOnlySpan<byte> bytes, FramePlace place) => null;

    /// <summary>The bytes as they stood in the stream.</summary>
    /// <param name="frame">The frame's own bytes.</param>
    /// <param name="end">What ended it.</param>
    public virtual byte[] Restore(byte[] frame, byte[]? end) => frame;
}

/// <summary>A frame's place in bytes that begin with it.</summary>
/// <param name="Start">Where its own bytes begin.</param>
/// <param name="Length">How many they are.</param>
/// <param name="Next">Where the next frame begins.</param>
internal readonly record struct FramePlace(int Start, int Length, int Next)
{
    /// <summary>Where the text begins that ended the frame, where that is part of the frame.</summary>
    public int EndStart { get; init; }
}

/// <summary>A frame that is longer than allowed.</summary>
/// <param name="What">What is known of its length.</param>
/// <param name="Taken">How many bytes are taken from the stream.</param>
/// <param name="Shown">How many of them are shown with the error.</param>
/// <param name="IsHead">Whether these only tell the length, and are shown as bytes.</param>
internal readonly record struct Excess(string What, int Taken, int Shown, bool IsHead = false);

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

/// <summary>Frames that begin with their lengths, or have them after their first bytes.</summary>
/// <param name="prefix">Where the length stands, and how it is written.</param>
internal sealed class PrefixFraming(LengthPrefix prefix) : Framing
{
    /// <inheritdoc />
    public override long? LengthOf(ReadOnlySpan<byte> bytes) =>
        bytes.Length < prefix.HeadLength ? prefix.HeadLength : prefix.HeadLength + (long)Math.Min(prefix.Read(bytes), int.MaxValue);

    /// <inheritdoc />
    public override FramePlace? Find(ReadOnlySpan<byte> bytes, int searched)
    {
        if (bytes.Length < prefix.HeadLength || prefix.Read(bytes) is var length && length > (ulong)(bytes.Length - prefix.HeadLength))
        {
            return null;
        }

        int next = prefix.HeadLength + (int)length;
        return prefix.Offset == 0 ? new FramePlace(prefix.Size, (int)length, next) : new FramePlace(0, next, next);
    }

    /// <inheritdoc />
    public override string MissingAtEnd(ReadOnlySpan<byte> bytes) => bytes.Length < prefix.HeadLength
        ? $"after {bytes.Length:N0} of its {prefix.HeadLength:N0} bytes"
        : $"after {bytes.Length - prefix.HeadLength:N0} of its {prefix.Read(bytes):N0} bytes";

    /// <inheritdoc />
    public override Excess? FindExcess(ReadOnlySpan<byte> bytes, FramePlace? place) =>
        bytes.Length >= prefix.HeadLength && prefix.Read(bytes) is var length && length > (ulong)MaximumSize
            ? new Excess($"its prefix announces {length:N0} bytes", prefix.HeadLength, prefix.HeadLength, IsHead: true)
            : null;

    /// <inheritdoc />
    public override int HeaderOf(ReadOnlySpan<byte> bytes) => prefix.Offset > 0 || bytes.Length < prefix.Size ? 0 : prefix.Size;

    /// <inheritdoc />
    public override bool IsInterrupted => prefix.Offset > 0;

    // The length is not part of the message, but what stands before it is.
    /// <inheritdoc />
    public override byte[] Own(byte[] bytes) => IsInterrupted ? [.. bytes.AsSpan(0, prefix.Offset), .. bytes.AsSpan(prefix.HeadLength)] : bytes;

    /// <inheritdoc />
    public override byte[] Restore(byte[] frame, byte[]? end) => prefix.Apply(frame);
}

/// <summary>Gives how many bytes a message has that begins with some bytes; null where they do not tell yet.</summary>
/// <param name="bytes">The bytes.</param>
/// <param name="goesOn">Whether they begin with those of the last call.</param>
/// <exception cref="SocketInputException">The bytes are not the beginning of such a message, or no such message tells its length.</exception>
internal delegate long? MessageLength(ReadOnlySpan<byte> bytes, bool goesOn);

/// <summary>Frames that tell their lengths themselves, somewhere within.</summary>
/// <param name="lengthOf">Reads the length.</param>
internal sealed class MessageFraming(MessageLength lengthOf) : Framing
{
    /// <inheritdoc />
    public override long? LengthOf(ReadOnlySpan<byte> bytes)
    {
        try
        {
            return lengthOf(bytes, goesOn: true);
        }
        catch (SocketInputException)
        {
            // Find says so.
            return null;
        }
    }

    /// <inheritdoc />
    public override FramePlace? Find(ReadOnlySpan<byte> bytes, int searched) => lengthOf(bytes, searched > 0) switch
    {
        0 => throw new SocketInputException(ErrorIds.InvalidMessage, "a message of this format has no bytes, and comes again and again", "Give the format a field of fixed width."),
        long length when length <= bytes.Length => new FramePlace(0, (int)length, (int)length),
        _ => null,
    };

    /// <inheritdoc />
    public override string MissingAtEnd(ReadOnlySpan<byte> bytes) =>
        LengthOf(bytes) is long length ? $"after {bytes.Length:N0} of its {length:N0} bytes" : $"after {bytes.Length:N0} bytes, which do not tell its length";

    /// <inheritdoc />
    public override Excess? FindExcess(ReadOnlySpan<byte> bytes, FramePlace? place) => (place?.Length ?? LengthOf(bytes)) switch
    {
        long length => length > MaximumSize ? new Excess($"it says that it has {length:N0} bytes", 0, bytes.Length) : null,
        null => bytes.Length > MaximumSize ? new Excess($"{bytes.Length:N0} bytes have come that do not tell its length", 0, bytes.Length) : null,
    };
}

/// <summary>Frames that are whole when something that ends them has come.</summary>
/// <param name="end">What that is, for messages.</param>
/// <param name="longest">How many bytes of it may come before it is known.</param>
internal abstract class EndedFraming(string end, int longest) : Framing
{
    /// <summary>How many bytes of what ends a frame may come before it is known.</summary>
    protected int Longest => longest;

    /// <inheritdoc />
    public override Excess? FindExcess(ReadOnlySpan<byte> bytes, FramePlace? place)
    {
        if (place is FramePlace found)
        {
            return found.Length > MaximumSize ? new Excess($"it has {found.Length:N0} bytes", found.Next, found.Length) : null;
        }

        return bytes.Length > (long)MaximumSize + Longest ? new Excess($"{bytes.Length:N0} bytes have come without {end}", bytes.Length, bytes.Length) : null;
    }

    /// <inheritdoc />
    public override byte[] Restore(byte[] frame, byte[]? end) => [.. frame, .. end ?? []];
}

/// <summary>Frames that end with a delimiter, which is taken with them.</summary>
/// <param name="delimiter">The delimiter.</param>
/// <param name="unit">The bytes of one unit of text: a delimiter begins only on a multiple of it.</param>
/// <param name="slack">How many bytes may stand before the delimiter and are not part of the frame.</param>
internal class DelimitedFraming(byte[] delimiter, int unit, int slack = 0) : EndedFraming("its delimiter", slack + delimiter.Length)
{
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
    public override byte[]? EndOf(ReadOnlySpan<byte> bytes, FramePlace place) => delimiter;
}

/// <summary>Frames that end with whichever of several delimiters comes first; of those that begin at one place, the longest.</summary>
/// <param name="delimiters">The delimiters.</param>
internal sealed class AnyDelimitedFraming(IReadOnlyList<(byte[] Bytes, int Unit)> delimiters)
    : EndedFraming("any of its delimiters", delimiters.Max(static delimiter => delimiter.Bytes.Length))
{
    private readonly DelimitedFraming[] _all = [.. delimiters.Select(static delimiter => new DelimitedFraming(delimiter.Bytes, delimiter.Unit) { MaximumSize = int.MaxValue })];

    /// <inheritdoc />
    public override FramePlace? Find(ReadOnlySpan<byte> bytes, int searched)
    {
        FramePlace? first = null;
        foreach (DelimitedFraming one in _all)
        {
            // After the first that was found only one that begins before it, or is longer, matters.
            ReadOnlySpan<byte> rest = first is FramePlace known ? bytes[..Math.Min(bytes.Length, known.Length + Longest)] : bytes;
            if (one.Find(rest, Math.Min(searched, rest.Length)) is FramePlace place && (first is not FramePlace best || (place.Length, -place.Next).CompareTo((best.Length, -best.Next)) < 0))
            {
                first = place;
            }
        }

        return first;
    }

    /// <inheritdoc />
    public override string MissingAtEnd(ReadOnlySpan<byte> bytes) => "before any of its delimiters";

    /// <inheritdoc />
    public override byte[]? EndOf(ReadOnlySpan<byte> bytes, FramePlace place)
    {
        ReadOnlySpan<byte> end = bytes[place.Length..place.Next];
        foreach ((byte[] delimiter, _) in delimiters)
        {
            if (end.SequenceEqual(delimiter))
            {
                return delimiter;
            }
        }

        return null;
    }
}

/// <summary>Frames that end with text that matches a pattern, which is part of them.</summary>
/// <param name="pattern">The pattern.</param>
/// <param name="encoding">How text is read.</param>
internal sealed class MatchFraming(Regex pattern, Encoding encoding) : EndedFraming("a match", 0)
{
    /// <inheritdoc />
    public override bool NeedsAll => true;

    /// <inheritdoc />
    public override FramePlace? Find(ReadOnlySpan<byte> bytes, int searched)
    {
        char[] text = ArrayPool<char>.Shared.Rent(encoding.GetMaxCharCount(bytes.Length));
        try
        {
            // A character that has come only in part is not there yet.
            int length = encoding.GetDecoder().GetChars(bytes, text, flush: false);
            foreach (ValueMatch match in pattern.EnumerateMatches(text.AsSpan(0, length)))
            {
                // One of nothing at the beginning would be a frame of nothing, for ever.
                if (match.Index + match.Length > 0)
                {
                    int end = BytesOf(bytes, text.AsSpan(0, match.Index + match.Length));
                    return new FramePlace(0, end, end) { EndStart = BytesOf(bytes, text.AsSpan(0, match.Index)) };
                }
            }

            return null;
        }
        catch (RegexMatchTimeoutException)
        {
            throw new SocketInputException(
                ErrorIds.InvalidArgument, $"the pattern '{pattern}' takes too long on {bytes.Length:N0} bytes", "Give a pattern that does not try so many ways, or a delimiter.");
        }
        finally
        {
            ArrayPool<char>.Shared.Return(text);
        }
    }

    /// <inheritdoc />
    public override string MissingAtEnd(ReadOnlySpan<byte> bytes) => "before anything in it matched";

    /// <inheritdoc />
    public override byte[]? EndOf(ReadOnlySpan<byte> bytes, FramePlace place) => bytes[place.EndStart..place.Next].ToArray();

    // What ended the frame is part of it.
    /// <inheritdoc />
    public override byte[] Restore(byte[] frame, byte[]? end) => frame;

    // The fewest bytes that are read as this text.
    private int BytesOf(ReadOnlySpan<byte> bytes, ReadOnlySpan<char> text)
    {
        int count = encoding.GetByteCount(text);
        if (count <= bytes.Length && CharactersOf(bytes[..count]) == text.Length && (count == 0 || CharactersOf(bytes[..(count - 1)]) < text.Length))
        {
            return count;
        }

        // Some of them are not characters.
        int low = 0;
        int high = bytes.Length;
        while (low < high)
        {
            int middle = (low + high) / 2;
            if (CharactersOf(bytes[..middle]) < text.Length)
            {
                low = middle + 1;
            }
            else
            {
                high = middle;
            }
        }

        return low;
    }

    private int CharactersOf(ReadOnlySpan<byte> bytes) => encoding.GetDecoder().GetCharCount(bytes, flush: false);
}

/// <summary>Lines, ended by LF or CRLF.</summary>
/// <param name="encoding">How text is read.</param>
internal sealed class LineFraming(Encoding encoding) : DelimitedFraming(encoding.GetBytes("\n"), encoding.GetByteCount("\n"), slack: encoding.GetByteCount("\r"))
{
    private readonly byte[] _carriageReturn = encoding.GetBytes("\r");
    private readonly byte[] _both = encoding.GetBytes("\r\n");

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
    public override byte[]? EndOf(ReadOnlySpan<byte> bytes, FramePlace place) => place.Next - place.Length == _both.Length ? _both : base.EndOf(bytes, place);
}

/// <summary>One frame, which ends with the stream.</summary>
internal sealed class EndFraming : Framing
{
    /// <inheritdoc />
    public override bool EndsWithStream => true;

    /// <inheritdoc />
    public override FramePlace? Find(ReadOnlySpan<byte> bytes, int searched) => null;

    /// <inheritdoc />
    public override string MissingAtEnd(ReadOnlySpan<byte> bytes) => "before its end";

    /// <inheritdoc />
    public override Excess? FindExcess(ReadOnlySpan<byte> bytes, FramePlace? place) =>
        bytes.Length > MaximumSize ? new Excess($"{bytes.Length:N0} bytes have come", bytes.Length, bytes.Length) : null;
}
