using System.Net;
using System.Net.NetworkInformation;
using System.Text;
using PSSockets.Errors;

namespace PSSockets.Messages;

/// <summary>From bytes to the values of fields. What follows from the format alone is worked out once.</summary>
internal sealed class MessageDecoder
{
    private static readonly object s_true = true;
    private static readonly object s_false = false;
    private static readonly object[] s_bytes = [.. Enumerable.Range(0, 256).Select(number => (object)(byte)number)];
    private static readonly Encoding s_ascii = Encoding.GetEncoding("us-ascii", EncoderFallback.ExceptionFallback, DecoderFallback.ExceptionFallback);
    private static readonly UTF8Encoding s_utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private readonly MessageField[] _fields;
    private readonly int[] _lengthFields;

    public MessageDecoder(MessageFormat format)
    {
        _fields = format.FieldArray;
        _lengthFields = [.. _fields.Select(field => field.Length is FieldLength.Stated stated ? format.PositionOf(stated.Field) : -1)];
    }

    /// <summary>The type of the values that a field gives.</summary>
    public static Type ValueType(MessageField field) => field.Kind switch
    {
        FieldType.Bool => typeof(bool),
        FieldType.UInt => field.Width switch
        {
            <= 8 => typeof(byte),
            <= 16 => typeof(ushort),
            <= 32 => typeof(uint),
            <= 64 => typeof(ulong),
            _ => typeof(byte[]),
        },
        FieldType.Int => field.Width switch
        {
            <= 8 => typeof(sbyte),
            <= 16 => typeof(short),
            <= 32 => typeof(int),
            _ => typeof(long),
        },
        FieldType.IPv4 or FieldType.IPv6 => typeof(IPAddress),
        FieldType.Mac => typeof(PhysicalAddress),
        FieldType.Ascii or FieldType.Utf8 or FieldType.Hex => typeof(string),
        _ => typeof(byte[]),
    };

    /// <summary>Decodes one message.</summary>
    /// <returns>A value for each field.</returns>
    /// <exception cref="SocketInputException"><c>InvalidMessage</c>: too few bytes, bytes left over, or bytes that are no value; <c>LengthRequired</c>.</exception>
    public object[] Decode(ReadOnlySpan<byte> bytes)
    {
        object[] values = DecodeFirst(bytes, out int length);
        return length == bytes.Length ? values : throw new SocketInputException(
            ErrorIds.InvalidMessage,
            $"The message has {FieldText.Bytes(bytes.Length)}, and the fields end with '{_fields[^1].Name}' after {length}: {FieldText.Bytes(bytes.Length - length)} left over",
            "Use the format of this message, let the format end in a field for the rest, such as 'Rest:*', or decode messages that follow each other with -Repeat.");
    }

    /// <summary>Decodes the message that some bytes begin with.</summary>
    /// <param name="bytes">The bytes.</param>
    /// <param name="length">How many of them the message has.</param>
    /// <returns>A value for each field.</returns>
    /// <exception cref="SocketInputException"><c>InvalidMessage</c>: too few bytes, or bytes that are no value; <c>LengthRequired</c>.</exception>
    public object[] DecodeFirst(ReadOnlySpan<byte> bytes, out int length)
    {
        object[] values = new object[_fields.Length];
        long end = (long)bytes.Length << 3;
        long offset = 0;
        for (int position = 0; position < _fields.Length; position++)
        {
            MessageField field = _fields[position];
            long width = field.Length is FieldLength.Fixed fixedLength ? fixedLength.Bits : WidthOf(position, bytes, offset, values);
            if (offset + width > end)
            {
                throw TooShort(field, offset, width, bytes.Length);
            }

            values[position] = Value(field, bytes, offset, width);
            offset += width;
        }

        length = (int)(offset >> 3);
        return values;
    }

    /// <summary>Decodes a field that is a number of up to 64 bits, or true or false.</summary>
    public static object Number(MessageField field, ReadOnlySpan<byte> bytes, long offset)
    {
        int width = field.Width!.Value;
        ulong bits = BitString.Read(bytes, offset, width);
        if (field.Kind == FieldType.Bool)
        {
            return bits != 0 ? s_true : s_false;
        }

        long number = (long)(bits << (64 - width)) >> (64 - width);
        return (width, field.Kind) switch
        {
            (<= 8, FieldType.UInt) => s_bytes[bits],
            (<= 16, FieldType.UInt) => (ushort)bits,
            (<= 32, FieldType.UInt) => (uint)bits,
            (_, FieldType.UInt) => bits,
            (<= 8, _) => (sbyte)number,
            (<= 16, _) => (short)number,
            (<= 32, _) => (int)number,
            _ => number,
        };
    }

    private long WidthOf(int position, ReadOnlySpan<byte> bytes, long offset, object[] values)
    {
        MessageField field = _fields[position];
        switch (field.Length)
        {
            case FieldLength.Stated stated:
                Int128 count = stated.BytesFor(FieldInteger.Read(values[_lengthFields[position]])!.Value);
                if (count < 0)
                {
                    throw new SocketInputException(
                        ErrorIds.InvalidMessage,
                        $"'{stated.Field}' is {values[_lengthFields[position]]}, so that '{field.Name}' ({stated}) would have {FieldText.Bytes(count)}",
                        "The message is damaged, or has another format.");
                }

                return (long)Int128.Min(count, long.MaxValue >> 8) << 3;
            case FieldLength.Until until:
                long width = 0;
                long left = ((long)bytes.Length << 3) - offset;
                while (width + 8 <= left && BitString.Read(bytes, offset + width, 8) != until.Terminator)
                {
                    width += 8;
                }

                return width;
            default:
                return Math.Max(0, ((long)bytes.Length << 3) - offset - TailBits(position, values));
        }
    }

    // The bits behind a field that takes the rest.
    private long TailBits(int position, object[] values)
    {
        long bits = 0;
        for (int later = position + 1; later < _fields.Length; later++)
        {
            bits += _fields[later].Length switch
            {
                FieldLength.Fixed length => length.Bits,
                FieldLength.Stated stated when _lengthFields[later] < position =>
                    (long)Int128.Clamp(stated.BytesFor(FieldInteger.Read(values[_lengthFields[later]])!.Value), 0, long.MaxValue >> 8) << 3,
                _ => throw new SocketInputException(
                    ErrorIds.LengthRequired,
                    $"Nothing says where '{_fields[position].Name}' ends and '{_fields[later].Name}' begins",
                    $"Say it with -Field: '{_fields[position].Name}:[LengthField]' as many bytes as another field says, '{_fields[position].Name}:*0' up to a zero byte, or a width in bits."),
            };
        }

        return bits;
    }

    private static SocketInputException TooShort(MessageField field, long offset, long width, int length) => new(
        ErrorIds.InvalidMessage,
        $"The message ends within '{field.Name}', which has bits {offset} to {offset + width - 1}: {FieldText.Bytes(length)} came, {(long)length << 3} bits",
        "Use the format of this message; on a stream read the whole message first, for instance with Receive-SocketData -Length or -LengthPrefix.");

    private static object Value(MessageField field, ReadOnlySpan<byte> bytes, long offset, long width)
    {
        if (field.Kind is FieldType.UInt or FieldType.Int or FieldType.Bool && width <= 64)
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
            throw NoValue(field, $"its bytes are no {(field.Kind == FieldType.Ascii ? "ASCII" : "UTF-8")} text");
        }
    }

    private static SocketInputException NoValue(MessageField field, string why) => new(
        ErrorIds.InvalidMessage, $"'{field.Name}' cannot be decoded: {why}", $"Use the format of this message; '{field.Name}' can be read as bytes.");
}
