using System.Collections;
using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using System.Text;
using PSSockets.Errors;

namespace PSSockets.Messages;

/// <summary>The bytes of a value whose field is not a number: addresses, text, hexadecimal digits, bytes.</summary>
internal static class FieldBytes
{
    private static readonly UTF8Encoding s_utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>The bytes of a value; empty for null.</summary>
    /// <exception cref="SocketInputException"><c>InvalidFieldValue</c>, or <c>ValueOutOfRange</c> where a number in a list is not a byte.</exception>
    public static byte[] From(MessageField field, object? value) => value switch
    {
        null => [],
        byte[] bytes => bytes,
        Datagram datagram => datagram.Data,
        SocketData data => data.Data,
        _ => field.Kind switch
        {
            FieldType.IPv4 => Address(field, value, AddressFamily.InterNetwork),
            FieldType.IPv6 => Address(field, value, AddressFamily.InterNetworkV6),
            FieldType.Mac => HardwareAddress(field, value),
            FieldType.Ascii => Ascii(field, value),
            FieldType.Utf8 => Text(field, value),
            FieldType.Hex => Digits(field, value),
            _ => Bytes(field, value),
        },
    };

    private static byte[] Address(MessageField field, object value, AddressFamily family)
    {
        IPAddress? address = value as IPAddress;
        if (value is string text && IPAddress.TryParse(text, out IPAddress? parsed) && (family == AddressFamily.InterNetworkV6 || text.Count(letter => letter == '.') == 3))
        {
            address = parsed;
        }

        return address is not null && address.AddressFamily == family
            ? address.GetAddressBytes()
            : throw Unusable(field, value, family == AddressFamily.InterNetwork ? "an IPv4 address such as 192.0.2.1" : "an IPv6 address such as 2001:db8::1");
    }

    private static byte[] HardwareAddress(MessageField field, object value) =>
        (value as PhysicalAddress ?? (value is string text && PhysicalAddress.TryParse(text, out PhysicalAddress? parsed) ? parsed : null)) is { } address
        && address.GetAddressBytes() is { Length: 6 } bytes
            ? bytes
            : throw Unusable(field, value, "a hardware address such as 00:00:5E:00:53:01");

    private static byte[] Ascii(MessageField field, object value)
    {
        string text = value as string ?? (value is char letter ? letter.ToString() : throw Unusable(field, value, "text"));
        return text.All(char.IsAscii) ? Encoding.ASCII.GetBytes(text) : throw Unusable(field, value, "text of ASCII characters");
    }

    private static byte[] Text(MessageField field, object value)
    {
        string text = value as string ?? (value is char letter ? letter.ToString() : throw Unusable(field, value, "text"));
        try
        {
            return s_utf8.GetBytes(text);
        }
        catch (EncoderFallbackException)
        {
            throw Unusable(field, value, "text; it holds half a character");
        }
    }

    private static byte[] Digits(MessageField field, object value)
    {
        string digits = value is string text ? string.Concat(text.Where(letter => letter is not (' ' or ':' or '-'))) : throw Unusable(field, value, "hexadecimal digits");
        if (digits.StartsWith("0x", StringComparison.OrdinalIgnoreCase))
        {
            digits = digits[2..];
        }

        if (field.Width is { } width && digits.Length > 0 && digits.Length != width / 4)
        {
            throw new SocketInputException(
                ErrorIds.ValueOutOfRange, $"'{field.Name}' has {width} bits, which are {width / 4} hexadecimal digits, and '{value}' has {digits.Length}", "Write as many digits as the field has.", value);
        }

        if (field.Width % 8 == 4 && digits.Length > 0)
        {
            digits = $"0{digits}";
        }

        return digits.All(char.IsAsciiHexDigit) && digits.Length % 2 == 0
            ? Convert.FromHexString(digits)
            : throw Unusable(field, value, "hexadecimal digits, two for each byte");
    }

    private static byte[] Bytes(MessageField field, object value)
    {
        switch (value)
        {
            case string when field.Kind != FieldType.UInt:
                return Text(field, value);
            case IPAddress address:
                return address.GetAddressBytes();
            case IDictionary or string or BinaryMessage:
                break;
            case IEnumerable items:
                List<byte> bytes = [];
                foreach (object? item in items)
                {
                    bytes.Add(Byte(field, item));
                }

                return [.. bytes];
            case not null when FieldInteger.Read(value) is not null:
                return [Byte(field, value)];
        }

        throw Unusable(field, value, field.Kind == FieldType.UInt ? "a whole number or a byte[]" : "a byte[], or text, which becomes UTF-8");
    }

    private static byte Byte(MessageField field, object? item)
    {
        Int128 number = FieldInteger.Read(item) ?? throw Unusable(field, item, "bytes");
        return number >= byte.MinValue && number <= byte.MaxValue
            ? (byte)number
            : throw new SocketInputException(
                ErrorIds.ValueOutOfRange, $"'{field.Name}' takes bytes, and {item} is none", "Pass numbers from 0 to 255, or make bytes with ConvertTo-NetworkOrder -AsByteArray.", item);
    }

    /// <summary>The error that a field's type does not take a value.</summary>
    internal static SocketInputException Unusable(MessageField field, object? value, string wanted)
    {
        return new SocketInputException(
            ErrorIds.InvalidFieldValue, $"'{field.Name}' ({field.Type}) cannot hold {InputText.Describe(value)}", $"Pass {wanted}; another type can be set with New-MessageFormat -Field '{field.Name}:{field.Length}:type'.", value);
    }
}
