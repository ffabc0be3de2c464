using System.Numerics;
using PSSockets.Errors;

namespace PSSockets.Messages;

/// <summary>From the values of fields to bytes.</summary>
internal sealed class MessageEncoder
{
    private readonly MessageFormat _format;
    private readonly MessageField[] _fields;

    public MessageEncoder(MessageFormat format)
    {
        _format = format;
        _fields = format.FieldArray;
    }

    /// <summary>Encodes one message.</summary>
    /// <param name="given">Names and values; what is missing, or null, is 0 or empty, and lengths are filled in.</param>
    /// <exception cref="SocketInputException"><c>FieldNotFound</c>, <c>InvalidFieldValue</c>, <c>ValueOutOfRange</c> or <c>LengthMismatch</c>.</exception>
    public byte[] Encode(IEnumerable<KeyValuePair<string, object?>> given)
    {
        object?[] values = Arrange(given);
        byte[]?[] bytes = new byte[]?[_fields.Length];
        long bits = 0;
        for (int position = 0; position < _fields.Length; position++)
        {
            MessageField field = _fields[position];
            if (!IsNumber(field))
            {
                bytes[position] = BytesOf(field, values[position]);
            }

            bits += field.Width ?? (long)bytes[position]!.Length * 8;
        }

        if (bits / 8 > Array.MaxLength)
        {
            throw new SocketInputException(ErrorIds.ValueOutOfRange, $"The message would have {bits / 8} bytes", "Send long data in several messages.");
        }

        FillInLengths(values, bytes);

        byte[] message = new byte[bits / 8];
        long offset = 0;
        for (int position = 0; position < _fields.Length; position++)
        {
            MessageField field = _fields[position];
            if (bytes[position] is { } data)
            {
                long width = field.Width ?? (long)data.Length * 8;
                BitString.WriteBytes(message, offset, width, data);
                offset += width;
            }
            else
            {
                BitString.Write(message, offset, field.Width!.Value, BitsOf(field, values[position]));
                offset += field.Width.Value;
            }
        }

        return message;
    }

    private static bool IsNumber(MessageField field) => field.Kind is FieldType.UInt or FieldType.Int or FieldType.Bool && field.Width <= 64;

    private object?[] Arrange(IEnumerable<KeyValuePair<string, object?>> given)
    {
        object?[] values = new object?[_fields.Length];
        bool[] isGiven = new bool[_fields.Length];
        foreach ((string name, object? value) in given)
        {
            int position = _format.PositionOf(name);
            if (position < 0)
            {
                throw new SocketInputException(
                    ErrorIds.FieldNotFound,
                    $"The format{(_format.Name.Length > 0 ? $" {_format.Name}" : "")} has no field '{name}'",
                    $"Its fields are {string.Join(", ", _fields.Select(field => field.Name))}.",
                    name);
            }

            if (isGiven[position])
            {
                throw new SocketInputException(ErrorIds.InvalidFieldValue, $"'{_fields[position].Name}' is given twice", "Names of fields are the same in upper and lower case.", name);
            }

            isGiven[position] = true;
            values[position] = value;
        }

        return values;
    }

    // A length that was not given follows from the data; one that was must agree with it.
    private void FillInLengths(object?[] values, byte[]?[] bytes)
    {
        for (int position = 0; position < _fields.Length; position++)
        {
            if (_fields[position].Length is not FieldLength.Stated stated)
            {
                continue;
            }

            int count = bytes[position]!.Length;
            int place = _format.PositionOf(stated.Field);
            MessageField field = _fields[place];
            if (values[place] is { } given)
            {
                Int128 said = stated.BytesFor(BitsOf(field, given));
                if (said != count)
                {
                    throw new SocketInputException(
                        ErrorIds.LengthMismatch,
                        $"'{field.Name}' is {given}, which says that '{_fields[position].Name}' ({stated}) has {FieldText.Bytes(said)}, and it has {count}",
                        $"Leave '{field.Name}' out, and it is filled in{(Units(stated, count) is { } right ? $", or set it to {right}" : "")}.",
                        given);
                }

                continue;
            }

            values[place] = Units(stated, count) ?? throw new SocketInputException(
                ErrorIds.LengthMismatch,
                $"'{_fields[position].Name}' has {FieldText.Bytes(count)}, which '{stated}' cannot say: that is counted in units of {stated.Unit} bytes{(stated.Shift == 0 ? "" : $", with {-(long)stated.Shift:+0;-0} bytes counted in")}",
                "Fill the data up to a whole unit.",
                bytes[position]);
        }
    }

    // What a length field says of so many bytes; null where it cannot say that.
    private static long? Units(FieldLength.Stated stated, int count) =>
        (long)count - stated.Shift is >= 0 and var units && units % stated.Unit == 0 ? units / stated.Unit : null;

    private static ulong BitsOf(MessageField field, object? value)
    {
        if (value is null)
        {
            return 0;
        }

        int width = field.Width!.Value;
        bool? truth = field.Kind == FieldType.Bool && value is string text && bool.TryParse(text, out bool parsed) ? parsed : null;
        Int128 number = FieldInteger.Read(truth ?? value) ?? throw FieldBytes.Unusable(field, value, field.Kind == FieldType.Bool ? "$true or $false" : "a whole number");
        (Int128 least, Int128 most) = field.Kind switch
        {
            FieldType.Bool => (Int128.Zero, Int128.One),
            FieldType.Int => (-(Int128.One << (width - 1)), (Int128.One << (width - 1)) - 1),
            _ => (Int128.Zero, (Int128.One << width) - 1),
        };
        return number >= least && number <= most
            ? (ulong)(number & ulong.MaxValue)
            : throw new SocketInputException(
                ErrorIds.ValueOutOfRange,
                $"'{field.Name}' ({width} {(width == 1 ? "bit" : "bits")}) cannot hold {value}: it takes {least} to {most}",
                "Pass a value that fits, or make the field wider.",
                value);
    }

    private static byte[] BytesOf(MessageField field, object? value)
    {
        // Numbers of more than 64 bits are bytes; what is written as a number stands at their end.
        byte[] bytes = field.Kind == FieldType.UInt && FieldInteger.ReadBig(value) is { } number ? BigEndian(field, value!, number) : FieldBytes.From(field, value);
        if (field.Length is FieldLength.Until { Terminator: var terminator } && Array.IndexOf(bytes, terminator) >= 0)
        {
            throw new SocketInputException(
                ErrorIds.InvalidFieldValue, $"'{field.Name}' holds a byte {terminator}, which marks its end", "Leave the mark out of the data; the field behind it holds it.", value);
        }

        int addressBytes = field.Kind switch { FieldType.IPv4 => 4, FieldType.IPv6 => 16, FieldType.Mac => 6, _ => bytes.Length };
        if (field.Width is null && bytes.Length > 0 && bytes.Length != addressBytes)
        {
            throw FieldBytes.Unusable(field, value, $"{addressBytes} bytes");
        }

        if (field.Width is not { } width)
        {
            return bytes;
        }

        int length = (width + 7) / 8;
        bool isPadded = bytes.Length == 0 || (field.Kind is FieldType.Ascii or FieldType.Utf8 && bytes.Length < length);
        if (isPadded)
        {
            Array.Resize(ref bytes, length);
        }

        return bytes.Length == length && (width % 8 == 0 || bytes[0] >> (width % 8) == 0)
            ? bytes
            : throw new SocketInputException(
                ErrorIds.ValueOutOfRange,
                $"'{field.Name}' has {width} bits, which are {length} bytes, and the value has {(bytes.Length == length ? "more bits" : $"{bytes.Length} bytes")}",
                "Pass as many bytes as the field has.",
                value);
    }

    private static byte[] BigEndian(MessageField field, object value, BigInteger number)
    {
        int length = (field.Width!.Value + 7) / 8;
        if (number.Sign < 0 || number.GetByteCount(isUnsigned: true) > length)
        {
            throw new SocketInputException(
                ErrorIds.ValueOutOfRange, $"'{field.Name}' ({field.Width} bits) cannot hold {value}", "Pass a value that is not negative and fits.", value);
        }

        byte[] bytes = number.ToByteArray(isUnsigned: true, isBigEndian: true);
        byte[] whole = new byte[length];
        bytes.CopyTo(whole, length - bytes.Length);
        return whole;
    }
}
