using System.Net;
using System.Net.NetworkInformation;
using System.Text;
using PSSockets.Errors;

namespace PSSockets.Messages;

/// <summary>From bytes to the values of fields. What follows from the format alone is worked out once.</summary>
internal sealed class MessageDecoder
{
    /// <summary>More bytes than any message has, whose bits do not overflow.</summary>
    internal const long MostBytes = long.MaxValue >> 8;

    private static readonly Encoding s_ascii = Encoding.GetEncoding("us-ascii", EncoderFallback.ExceptionFallback, DecoderFallback.ExceptionFallback);
    private static readonly UTF8Encoding s_utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private readonly MessageFormat _format;
    private readonly MessageField[] _fields;
    private readonly int[] _lengthFields;
    private readonly bool[] _isNeeded;

    public MessageDecoder(MessageFormat format)
    {
        _format = format;
        _fields = format.FieldArray;
        _lengthFields = [.. _fields.Select(field => field.Length is FieldLength.Stated stated ? format.PositionOf(stated.Field) : -1)];
        HashSet<string> needed = new(_fields.SelectMany(NamesOf), StringComparer.OrdinalIgnoreCase);
        _isNeeded = [.. _fields.Select(field => needed.Contains(field.Name))];
    }

    /// <summary>The type of the values that a field gives.</summary>
    public static Type ValueType(MessageField field) => field switch
    {
        { Condition: not null } => typeof(object),
        { Content: not null } => field.Length is FieldLength.Nested ? typeof(BinaryMessage) : typeof(BinaryMessage[]),
        { IsNumber: true } => FieldValues.TypeOf(field),
        { Kind: FieldType.IPv4 or FieldType.IPv6 } => typeof(IPAddress),
        { Kind: FieldType.Mac } => typeof(PhysicalAddress),
        { Kind: FieldType.Ascii or FieldType.Utf8 or FieldType.Hex } => typeof(string),
        _ => typeof(byte[]),
    };

    /// <summary>Decodes one message.</summary>
    /// <returns>A value for each field; null where it is not there.</returns>
    /// <exception cref="SocketInputException"><c>InvalidMessage</c>: too few bytes, bytes left over, or bytes that are not a value; <c>LengthRequired</c>.</exception>
    public object?[] Decode(ReadOnlySpan<byte> bytes)
    {
        object?[] values = DecodeFirst(bytes, out int length);
        return length == bytes.Length ? values : throw new SocketInputException(
            ErrorIds.InvalidMessage,
            $"The message has {FieldText.Bytes(bytes.Length)}, and the fields end with '{_fields[^1].Name}' after {length}: {FieldText.Bytes(bytes.Length - length)} left over",
            "Use the format of this message, let the format end in a field for the rest, such as 'Rest:*', or decode messages that follow each other with -Repeat.");
    }

    /// <summary>Decodes the message that some bytes begin with.</summary>
    /// <param name="bytes">The bytes.</param>
    /// <param name="length">How many of them the message has.</param>
    /// <returns>A value for each field; null where it is not there.</returns>
    /// <exception cref="SocketInputException"><c>InvalidMessage</c>: too few bytes, or bytes that are not a value; <c>LengthRequired</c>.</exception>
    public object?[] DecodeFirst(ReadOnlySpan<byte> bytes, out int length)
    {
        object?[] values = new object?[_fields.Length];
        Int128[] numbers = _format.IsPlain ? [] : new Int128[_fields.Length];
        long end = (long)bytes.Length << 3;
        long offset = 0;
        for (int position = 0; position < _fields.Length; position++)
        {
            MessageField field = _fields[position];
            if (numbers.Length > 0)
            {
                values[position] = DecodeField(position, bytes, ref offset, values, numbers);
                continue;
            }

            long width = field.Length is FieldLength.Fixed fixedLength ? fixedLength.Bits : WidthOf(position, bytes, offset, values, numbers);
            if (offset + width > end)
            {
                throw TooShort(field, offset, width, bytes.Length);
            }

            values[position] = Value(field, bytes, offset, width);
            offset += width;
        }

        if ((offset & 7) != 0)
        {
            throw new SocketInputException(ErrorIds.InvalidMessage, $"The message ends within a byte, after {offset} bits", "The message is damaged, or has another format.");
        }

        length = (int)(offset >> 3);
        return values;
    }

    /// <summary>Whether the number of this field tells a length, whether a field is there, or what it consists of.</summary>
    internal bool IsNeeded(int position) => _isNeeded[position];

    private static IEnumerable<string> NamesOf(MessageField field) =>
        [.. field.Calculation?.Fields ?? [], .. field.Condition?.Fields ?? [], .. field.Content?.Selector is { } selector ? [selector] : Array.Empty<string>()];

    /// <summary>Decodes a field that is a number of up to 64 bits, or what a number stands for.</summary>
    public static object Number(MessageField field, ReadOnlySpan<byte> bytes, long offset)
    {
        int width = field.Width!.Value;
        return FieldValues.Of(field, BitString.Read(bytes, offset, width), width);
    }

    private object? DecodeField(int position, ReadOnlySpan<byte> bytes, ref long offset, object?[] values, Int128[] numbers)
    {
        MessageField field = _fields[position];
        if (field.Condition is { } condition && condition.Evaluate(name => Number(name, numbers)) == 0)
        {
            return null;
        }

        if (field.Length is FieldLength.Nested or FieldLength.Counted or FieldLength.UntilElement or FieldLength.Coded or FieldLength.Padding && (offset & 7) != 0)
        {
            throw new SocketInputException(ErrorIds.InvalidMessage, $"'{field.Name}' begins within a byte, at bit {offset}", "Let the fields before it fill whole bytes.");
        }

        int first = (int)(offset >> 3);
        switch (field.Length)
        {
            case FieldLength.Coded coded:
                int length = CodedInteger.TryRead(coded.Coding, bytes[first..], out ulong coding);
                if (length <= 0)
                {
                    throw length < 0 ? NoInteger(field, coded.Coding) : TooShort(field, offset, 8, bytes.Length);
                }

                offset += (long)length << 3;
                numbers[position] = coding;
                Check(field, position, bytes.Slice(first, length));
                return Named(field, coding, coding);
            case FieldLength.Nested:
                BinaryMessage message = ContentOf(position, numbers).DecodeFirst(bytes[first..], out int own);
                offset += (long)own << 3;
                return message;
            case FieldLength.Counted counted:
                Int128 count = counted.Count.Evaluate(name => Number(name, numbers));
                return count < 0 ? throw Negative(field, count, "elements") : Elements(position, bytes, ref offset, numbers, (read, _) => read.Count < count);
            case FieldLength.UntilElement until:
                return Elements(position, bytes, ref offset, numbers, (read, _) => read.Count == 0 || !read[^1].Holds(until.IsLast));
            case FieldLength.Padding padding when first == bytes.Length && position == _fields.Length - 1:
                // The last of messages that follow each other often has none.
                return Array.Empty<byte>();
        }

        long width = field.Length switch
        {
            FieldLength.Fixed length => length.Bits,
            FieldLength.Padding padding => PaddingBits(padding, offset),
            _ => WidthOf(position, bytes, offset, values, numbers),
        };
        if (offset + width > (long)bytes.Length << 3)
        {
            throw TooShort(field, offset, width, bytes.Length);
        }

        object? value;
        if (field.Content is not null)
        {
            ReadOnlySpan<byte> content = bytes.Slice(first, (int)(width >> 3));
            long inner = 0;
            value = Elements(position, content, ref inner, numbers, (_, left) => left > 0);
        }
        else if (field.IsNumber)
        {
            ulong bits = BitString.Read(bytes, offset, (int)width);
            numbers[position] = FieldValues.NumberOf(field, bits, (int)width);
            Check(field, position, bits);
            value = Named(field, numbers[position], field.Names is null ? FieldValues.Of(field, bits, (int)width) : null) ?? FieldValues.Of(field, bits, (int)width);
        }
        else
        {
            if (_format.Constants[position] is not null)
            {
                Check(field, position, BitString.ReadBytes(bytes, offset, width));
            }

            value = Value(field, bytes, offset, width);
        }

        offset += width;
        return value;
    }

    private static object? Named(MessageField field, Int128 number, object? value) => field.Names is not { } names ? value
        : field.Kind == FieldType.Flags ? names.FlagsOf(number)
        : names.NameOf(number) ?? value;

    // Elements while there are more, which those so far and the number of bytes left tell.
    private BinaryMessage[] Elements(int position, ReadOnlySpan<byte> bytes, ref long offset, Int128[] numbers, Func<List<BinaryMessage>, long, bool> hasMore)
    {
        List<BinaryMessage> elements = [];
        long first = offset;
        MessageFormat format = ContentOf(position, numbers);
        while (hasMore(elements, bytes.Length - (offset >> 3)))
        {
            BinaryMessage element;
            int length;
            try
            {
                element = format.DecodeFirst(bytes[(int)(offset >> 3)..], out length);
            }
            catch (SocketInputException exception) when (exception.Target is null)
            {
                throw new SocketInputException(exception.ErrorId, $"'{_fields[position].Name}', element {elements.Count + 1}, at its byte {(offset - first) >> 3}: {exception.Message}", exception.RecommendedAction);
            }

            if (length == 0)
            {
                throw NoBytes(_fields[position]);
            }

            elements.Add(element);
            offset += (long)length << 3;
        }

        return [.. elements];
    }

    /// <summary>The format of what a field consists of, by the numbers of the fields before it.</summary>
    /// <exception cref="SocketInputException"><c>InvalidMessage</c>: there is none for the value that chooses.</exception>
    internal MessageFormat ContentOf(int position, Int128[] numbers)
    {
        FieldContent content = _fields[position].Content!;
        if (content.Selector is not { } selector)
        {
            return content.Cases[0].Format;
        }

        int place = _format.PositionOf(selector);
        return content.FormatFor(numbers[place], _fields[place].Names) ?? throw new SocketInputException(
            ErrorIds.InvalidMessage,
            $"'{_fields[position].Name}' has no format for '{_fields[place].Name}' {numbers[place]}",
            "Add a case for it, or one for every other value: *=(Rest:*).");
    }

    /// <summary>The number of a field, or the one that a name of a value stands for.</summary>
    internal Int128 Number(string name, Int128[] numbers) => _format.PositionOf(name) is var place and >= 0 ? numbers[place] : _format.NamedValue(name) ?? 0;

    // A constant is compared as bits.
    private void Check(MessageField field, int position, ulong bits)
    {
        if (_format.Constants[position] is { } constant && BitString.Read(constant, 0, 64) != bits)
        {
            throw NotConstant(field, FieldText.Of(FieldValues.Of(field, bits, field.Width!.Value)));
        }
    }

    private void Check(MessageField field, int position, ReadOnlySpan<byte> bytes)
    {
        if (_format.Constants[position] is { } constant && !bytes.SequenceEqual(constant))
        {
            throw NotConstant(field, FieldText.Of(bytes.ToArray()));
        }
    }

    private static SocketInputException NotConstant(MessageField field, string value) => new(
        ErrorIds.InvalidMessage, $"'{field.Name}' is {value}, and is always {field.Constant} in this format", "Use the format of this message.");

    /// <summary>The error for bytes that are not an integer of that coding.</summary>
    internal static SocketInputException NoInteger(MessageField field, IntegerCoding coding) =>
        NoValue(field, $"its bytes are not an integer as {coding.ToString().ToUpperInvariant()} writes them");

    /// <summary>The error for elements that would come again and again.</summary>
    internal static SocketInputException NoBytes(MessageField field) => new(
        ErrorIds.InvalidMessage, $"'{field.Name}' has elements of no bytes", "Give the format of the elements a field of fixed width.");

    private static SocketInputException Negative(MessageField field, Int128 count, string what) => new(
        ErrorIds.InvalidMessage, $"'{field.Name}' ({field.Length}) would have {count} {what}", "The message is damaged, or has another format.");

    /// <summary>The bits of padding at an offset in bits.</summary>
    internal static long PaddingBits(FieldLength.Padding padding, long offset) => (padding.Multiple - (((offset + 7) >> 3) % padding.Multiple)) % padding.Multiple << 3;

    /// <summary>The bytes of a field whose length other fields tell, never so many that bits overflow.</summary>
    /// <exception cref="SocketInputException"><c>InvalidMessage</c>: fewer than 0.</exception>
    internal long StatedBytes(int position, object?[] values, Int128[] numbers)
    {
        MessageField field = _fields[position];
        if (field.Length is FieldLength.Stated stated)
        {
            int place = _lengthFields[position];
            Int128 said = numbers.Length > 0 ? numbers[place] : FieldInteger.Read(values[place])!.Value;
            Int128 count = stated.BytesFor(said);
            return count >= 0 ? (long)Int128.Min(count, MostBytes) : throw new SocketInputException(
                ErrorIds.InvalidMessage,
                $"'{stated.Field}' is {said}, so that '{field.Name}' ({stated}) would have {FieldText.Bytes(count)}",
                "The message is damaged, or has another format.");
        }

        Int128 computed = ((FieldLength.Computed)field.Length).Bytes.Evaluate(name => Number(name, numbers));
        return computed >= 0 ? (long)Int128.Min(computed, MostBytes) : throw Negative(field, computed, "bytes");
    }

    private long WidthOf(int position, ReadOnlySpan<byte> bytes, long offset, object?[] values, Int128[] numbers)
    {
        switch (_fields[position].Length)
        {
            case FieldLength.Stated or FieldLength.Computed:
                return StatedBytes(position, values, numbers) << 3;
            case FieldLength.Until until:
                return BytesBefore(until.Terminator, bytes, offset) << 3;
            default:
                return Math.Max(0, ((long)bytes.Length << 3) - offset - TailBits(position, values, numbers));
        }
    }

    /// <summary>The whole bytes from an offset in bits before the first of that value, or before the end.</summary>
    internal static long BytesBefore(byte terminator, ReadOnlySpan<byte> bytes, long offset)
    {
        long all = (((long)bytes.Length << 3) - offset) >> 3;
        if ((offset & 7) == 0)
        {
            return bytes[(int)(offset >> 3)..].IndexOf(terminator) is var place and >= 0 ? place : all;
        }

        long before = 0;
        while (before < all && BitString.Read(bytes, offset + (before << 3), 8) != terminator)
        {
            before++;
        }

        return before;
    }

    // The bits after a field that takes the rest.
    private long TailBits(int position, object?[] values, Int128[] numbers)
    {
        long bits = 0;
        for (int later = position + 1; later < _fields.Length; later++)
        {
            MessageField field = _fields[later];
            if (field.Condition is { } condition)
            {
                if (!IsKnown(condition, position))
                {
                    throw Unbounded(position, later);
                }

                if (condition.Evaluate(name => Number(name, numbers)) == 0)
                {
                    continue;
                }
            }

            long more = field.Length switch
            {
                FieldLength.Fixed length => length.Bits,
                FieldLength.Stated or FieldLength.Computed when IsKnown(field.Calculation!, position) => StatedTail(later, values, numbers),
                _ => throw Unbounded(position, later),
            };
            bits = Math.Min(bits + more, MostBytes << 3);
        }

        return bits;
    }

    // A length that is not possible is found when its field is read.
    private long StatedTail(int later, object?[] values, Int128[] numbers)
    {
        Int128 count = _fields[later].Length is FieldLength.Stated stated
            ? stated.BytesFor(numbers.Length > 0 ? numbers[_lengthFields[later]] : FieldInteger.Read(values[_lengthFields[later]])!.Value)
            : ((FieldLength.Computed)_fields[later].Length).Bytes.Evaluate(name => Number(name, numbers));
        return (long)Int128.Clamp(count, 0, MostBytes) << 3;
    }

    private bool IsKnown(FieldExpression calculation, int position)
    {
        foreach (string name in calculation.Fields)
        {
            if (_format.PositionOf(name) >= position)
            {
                return false;
            }
        }

        return true;
    }

    private SocketInputException Unbounded(int position, int later) => new(
        ErrorIds.LengthRequired,
        $"Nothing says where '{_fields[position].Name}' ends and '{_fields[later].Name}' begins",
        $"Say it with -Field: '{_fields[position].Name}:[LengthField]' as many bytes as another field says, '{_fields[position].Name}:*0' up to a zero byte, or a width in bits.");

    private static SocketInputException TooShort(MessageField field, long offset, long width, int length) => new(
        ErrorIds.InvalidMessage,
        $"The message ends within '{field.Name}', which has bits {offset} to {offset + width - 1}: {FieldText.Bytes(length)} came, {(long)length << 3} bits",
        "Use the format of this message; on a stream read the whole message first, for instance with Receive-SocketData -Length or -LengthPrefix.");

    private static object Value(MessageField field, ReadOnlySpan<byte> bytes, long offset, long width)
    {
        if (field.IsNumber)
        {
            return Number(field, bytes, offset);
        }

        byte[] read = BitString.ReadBytes(bytes, offset, width);

        // Digits are half bytes: the first of the bytes may have one.
        return field.Kind == FieldType.Hex && width % 8 != 0 ? Convert.ToHexString(read)[1..] : FromBytes(field, read);
    }

    private static object FromBytes(MessageField field, byte[] bytes) => field.Kind switch
    {
        FieldType.IPv4 when bytes.Length == 4 => new IPAddress(bytes),
        FieldType.IPv6 when bytes.Length == 16 => new IPAddress(bytes),
        FieldType.Mac when bytes.Length == 6 => new PhysicalAddress(bytes),
        FieldType.IPv4 or FieldType.IPv6 or FieldType.Mac => throw NoValue(field, $"{FieldText.Bytes(bytes.Length)} make no {field.Type} address"),
        FieldType.Ascii or FieldType.Utf8 => Text(field, bytes),
        FieldType.Hex => Convert.ToHexString(bytes),
        _ => bytes,
    };

    private static string Text(MessageField field, byte[] bytes)
    {
        int length = bytes.Length;
        while (field.Width is not null && length > 0 && bytes[length - 1] == 0)
        {
            length--;
        }

        try
        {
            return (field.Kind == FieldType.Ascii ? s_ascii : s_utf8).GetString(bytes, 0, length);
        }
        catch (DecoderFallbackException)
        {
            throw NoValue(field, $"its bytes are not {(field.Kind == FieldType.Ascii ? "ASCII" : "UTF-8")} text");
        }
    }

    private static SocketInputException NoValue(MessageField field, string why) => new(
        ErrorIds.InvalidMessage, $"'{field.Name}' cannot be decoded: {why}", $"Use the format of this message; '{field.Name}' can be read as bytes.");
}
