using System.Buffers;
using System.Text;
using System.Text.Unicode;

namespace PSSockets.Channels;

/// <summary>
/// Bytes that a channel has taken and nobody has got, with room for more after them. A few are in an array; many in native
/// memory, which grows without a copy of them and is given back piece by piece while an array or a text is made of them. So
/// a long frame needs hardly more memory than what it becomes, whether its length is known before or not.
/// </summary>
internal sealed class HeldBytes
{
    private const int SmallestArray = 256;
    private const int LongestArray = 1024 * 1024;
    private const int Piece = 16 * 1024 * 1024;

    /// <summary>How many bytes a text has at least that is made without an array of them between.</summary>
    public const int LongText = Piece;

    private byte[] _array = [];
    private bool _isRented;
    private NativeBlock? _block;
    private int _start;

    ~HeldBytes() => Free();

    /// <summary>How many there are.</summary>
    public int Count { get; private set; }

    private int Capacity => _block?.Length ?? _array.Length;

    private Memory<byte> All => _block?.Memory ?? _array;

    /// <summary>The bytes, with so many after them that <see cref="Room"/> has got.</summary>
    public ReadOnlySpan<byte> Span(int more = 0) => All.Span.Slice(_start, Count + more);

    /// <summary>Room for more bytes after those that are held.</summary>
    /// <param name="more">How many.</param>
    /// <param name="likely">How many there will be together, where that is known: they end up in an array that is handed over as it is.</param>
    public Memory<byte> Room(int more, int likely)
    {
        int needed = Count + more;
        if (Capacity - _start < needed)
        {
            if (Capacity >= needed)
            {
                Span().CopyTo(All.Span);
                _start = 0;
            }
            else
            {
                Grow(needed, likely);
            }
        }

        return All.Slice(_start + Count, more);
    }

    /// <summary>Holds bytes that have come into the room.</summary>
    public void Add(int count) => Count += count;

    /// <summary>Holds these bytes alone; the array is not copied.</summary>
    public void Set(byte[] bytes) => Set(bytes, bytes.Length);

    /// <summary>Holds these too, before those that are held. A single array is not copied where nothing is held.</summary>
    public void SetBefore(byte[][] pieces)
    {
        byte[] all = pieces is [{ } single] && Count == 0 ? single : Concatenate(pieces);
        Set(all);
    }

    /// <summary>Drops the first bytes, and what the room after them has got where they are more than those that are held.</summary>
    public void Drop(int count)
    {
        count = Math.Min(count, Count);
        _start += count;
        Count -= count;
        if (Count == 0)
        {
            Clear();
        }
    }

    /// <summary>Takes a part of the first bytes and drops the rest of these.</summary>
    /// <param name="start">Where the part begins.</param>
    /// <param name="length">How many bytes it has.</param>
    /// <param name="dropped">How many bytes are dropped; some may be in the room after those that are held.</param>
    public byte[] Take(int start, int length, int dropped)
    {
        byte[] bytes = [];
        ReadOnlySpan<byte> rest = Span()[Math.Min(dropped, Count)..];
        if (start == 0 && length == _array.Length && dropped == Count && !_isRented)
        {
            bytes = _array;
        }
        else if (length > 0)
        {
            bytes = GC.AllocateUninitializedArray<byte>(length);
            // Memory is given back only where few bytes come after: copying these each time would cost more.
            byte[]? after = _block is not null && rest.Length < dropped ? rest.ToArray() : null;
            CopyTo(bytes, start, gives: after is not null);
            if (after is not null)
            {
                Set(after);
                return bytes;
            }
        }

        Drop(dropped);
        return bytes;
    }

    /// <summary>Takes a part of the first bytes as text of UTF-8, and drops the rest of these.</summary>
    /// <param name="start">Where the part begins.</param>
    /// <param name="length">How many bytes it has.</param>
    /// <param name="dropped">How many bytes are dropped.</param>
    /// <returns>Null, and nothing is taken, where they are so few that this spares nothing, where the same bytes could not be made of the text again, or where a string cannot be so long.</returns>
    public string? TakeText(int start, int length, int dropped)
    {
        if (_block is null || length < LongText || Count - dropped >= dropped || !Utf8.IsValid(Span().Slice(start, length)))
        {
            return null;
        }

        int characters = Encoding.UTF8.GetCharCount(Span().Slice(start, length));
        if (characters > ReceivedText.MostCharacters)
        {
            return null;
        }

        byte[] after = Span()[dropped..].ToArray();
        string text = string.Create(
            characters, (Held: this, Start: start, Length: length), static (text, taken) => taken.Held.DecodeTo(text, taken.Start, taken.Length));
        Set(after);
        return text;
    }

    private byte[] Concatenate(byte[][] pieces)
    {
        byte[] all = GC.AllocateUninitializedArray<byte>(pieces.Sum(static piece => piece.Length) + Count);
        int place = 0;
        foreach (byte[] piece in pieces)
        {
            piece.CopyTo(all, place);
            place += piece.Length;
        }

        Span().CopyTo(all.AsSpan(place));
        return all;
    }

    private void Grow(int needed, int likely)
    {
        int doubled = (int)Math.Min(Array.MaxLength, 2L * needed);
        int count = Count;
        if (likely >= needed && likely <= doubled)
        {
            byte[] exact = GC.AllocateUninitializedArray<byte>(likely);
            CopyTo(exact.AsSpan(0, count), 0, gives: true);
            Set(exact, count);
        }
        else if (needed <= LongestArray)
        {
            byte[] larger = ArrayPool<byte>.Shared.Rent(Math.Max(count == 0 ? needed : doubled, SmallestArray));
            Span().CopyTo(larger);
            Set(larger, count);
            _isRented = true;
        }
        else if (_block is not null)
        {
            _block.Resize(doubled);
        }
        else
        {
            NativeBlock block = new(doubled);
            Span().CopyTo(block.Memory.Span);
            Clear();
            _block = block;
            Count = count;
        }
    }

    // From the end, so that what has been copied can be given back to the system.
    private void CopyTo(Span<byte> target, int start, bool gives)
    {
        for (int left = target.Length; left > 0;)
        {
            int count = Math.Min(left, Piece);
            left -= count;
            int from = _start + start + left;
            All.Span.Slice(from, count).CopyTo(target[left..]);
            if (gives && from > 0)
            {
                _block?.Resize(from);
            }
        }
    }

    // From the end as well.
    private void DecodeTo(Span<char> target, int start, int length)
    {
        while (length > 0)
        {
            int first = Math.Max(0, length - Piece);
            while (IsWithinCharacter(Span()[start + first]))
            {
                first--;
            }

            ReadOnlySpan<byte> piece = Span()[(start + first)..(start + length)];
            int count = Encoding.UTF8.GetCharCount(piece);
            Encoding.UTF8.GetChars(piece, target[^count..]);
            target = target[..^count];
            length = first;
            Count = start + first;
            if (_start + Count > 0)
            {
                _block?.Resize(_start + Count);
            }
        }
    }

    // RFC 3629: a character of several bytes begins with one that is not 10xxxxxx.
    private static bool IsWithinCharacter(byte value) => (value & 0xC0) == 0x80;

    private void Set(byte[] array, int count)
    {
        Clear();
        _array = array;
        Count = count;
    }

    private void Clear()
    {
        if (_isRented)
        {
            ArrayPool<byte>.Shared.Return(_array);
        }

        Free();
        _array = [];
        _isRented = false;
        _start = 0;
        Count = 0;
    }

    private void Free()
    {
        ((IDisposable?)_block)?.Dispose();
        _block = null;
    }
}
