using PSSockets.Errors;

namespace PSSockets.Messages;

/// <summary>
/// Finds out how long the first message of a stream is, while its bytes are coming. It goes on where it was when the bytes before did not
/// suffice, so that every byte is looked at once, however many pieces the message comes in.
/// </summary>
/// <param name="format">The format.</param>
/// <param name="decoder">What decodes it.</param>
/// <param name="readsAll">Whether every number is read, and not only those that tell the length.</param>
internal sealed class MessageMeasure(MessageFormat format, MessageDecoder decoder, bool readsAll)
{
    private readonly MessageField[] _fields = format.FieldArray;
    private readonly Int128[] _numbers = new Int128[format.FieldArray.Length];

    // The field at which it is and where that begins, in bits; how many bytes of it were searched, and its elements so far.
    private int _position;
    private long _offset;
    private long _searched;
    private Int128 _elements;
    private MessageMeasure? _element;
    private int _seen;

    /// <summary>How many bytes the message has that begins with some bytes.</summary>
    /// <param name="bytes">The bytes from the beginning of the message.</param>
    /// <param name="goesOn">Whether they begin with those of the last call.</param>
    /// <returns>The length; null where more bytes are needed to know it.</returns>
    /// <exception cref="SocketInputException"><c>InvalidMessage</c>, or <c>LengthRequired</c>: nothing in the message says where it ends.</exception>
    public long? LengthOf(ReadOnlySpan<byte> bytes, bool goesOn = false)
    {
        if (!goesOn || bytes.Length < _seen)
        {
            (_position, _offset) = (0, 0);
            BeginField();
            Array.Clear(_numbers);
        }

        _seen = bytes.Length;
        for (; _position < _fields.Length; _position++)
        {
            if (EndOfField(bytes) is not { } end)
            {
                return null;
            }

            // Lengths that the peer invents do not overflow, however many there are.
            _offset = Math.Min(end, MessageDecoder.MostBytes << 3);
            BeginField();
        }

        return (_offset + 7) >> 3;
    }

    /// <summary>The number of a field of the message that was measured.</summary>
    private Int128 Number(string name) => decoder.Number(name, _numbers);

    private void BeginField() => (_searched, _elements, _element) = (0, 0, null);

    // What comes after the bytes that are here counts only where it says more of the length.
    private long? EndOfField(ReadOnlySpan<byte> bytes)
    {
        MessageField field = _fields[_position];
        if (field.Condition is { } condition && condition.Evaluate(Number) == 0)
        {
            return _offset;
        }

        long? width = field.Length switch
        {
            FieldLength.Fixed length => length.Bits,
            FieldLength.Padding padding => MessageDecoder.PaddingBits(padding, _offset),
            FieldLength.Stated or FieldLength.Computed => decoder.StatedBytes(_position, [], _numbers) << 3,
            FieldLength.Rest => throw new SocketInputException(
                ErrorIds.LengthRequired,
                $"'{field.Name}' takes the rest, and a stream has no end that says how much that is",
                $"Say its length with -Field '{field.Name}:[LengthField]', or a width in bits."),
            _ => null,
        };
        long end = (long)bytes.Length << 3;
        if (width is not { } known)
        {
            return _offset > end ? null : EndByItself(field, bytes);
        }

        if (field.IsNumber && (readsAll || decoder.IsNeeded(_position)))
        {
            if (_offset + known > end)
            {
                return null;
            }

            _numbers[_position] = FieldValues.NumberOf(field, BitString.Read(bytes, _offset, (int)known), (int)known);
        }

        return _offset + known;
    }

    // Where a field ends that only its own bytes tell.
    private long? EndByItself(MessageField field, ReadOnlySpan<byte> bytes)
    {
        switch (field.Length)
        {
            case FieldLength.Coded coded:
                int length = CodedInteger.TryRead(coded.Coding, bytes[(int)(_offset >> 3)..], out ulong value);
                _numbers[_position] = value;
                return length < 0 ? throw MessageDecoder.NoInteger(field, coded.Coding) : length == 0 ? null : _offset + ((long)length << 3);
            case FieldLength.Until until:
                _searched += MessageDecoder.BytesBefore(until.Terminator, bytes, _offset + (_searched << 3));
                long before = _offset + (_searched << 3);
                return before + 8 <= (long)bytes.Length << 3 ? before : null;
            case FieldLength.Nested:
                _element ??= decoder.ContentOf(_position, _numbers).Measure();
                return _element.LengthOf(bytes[(int)(_offset >> 3)..], goesOn: true) is { } nested ? _offset + (nested << 3) : null;
            case FieldLength.Counted counted:
                Int128 count = Int128.Max(0, counted.Count.Evaluate(Number));
                return decoder.ContentOf(_position, _numbers).Length is { } each
                    ? _offset + ((long)Int128.Min(count * each, MessageDecoder.MostBytes) << 3)
                    : EndOfElements(field, bytes, count, null);
            default:
                return EndOfElements(field, bytes, null, ((FieldLength.UntilElement)field.Length).IsLast);
        }
    }

    // The last one of a number may not be here yet; which one is the last otherwise, only a whole element tells.
    private long? EndOfElements(MessageField field, ReadOnlySpan<byte> bytes, Int128? count, FieldExpression? isLast)
    {
        bool isOver = false;
        while (!isOver && (count is null || _elements < count))
        {
            int start = (int)Math.Min((_offset >> 3) + _searched, int.MaxValue);
            _element ??= decoder.ContentOf(_position, _numbers).Measure(readsAll: isLast is not null);
            if (start > bytes.Length || _element.LengthOf(bytes[start..], goesOn: true) is not { } length || (isLast is not null && start + length > bytes.Length))
            {
                return null;
            }

            isOver = isLast is not null && isLast.Evaluate(_element.Number) != 0;
            if (length == 0 && !isOver)
            {
                throw MessageDecoder.NoBytes(field);
            }

            (_searched, _elements, _element) = (_searched + length, _elements + 1, null);
        }

        return _offset + (_searched << 3);
    }
}
