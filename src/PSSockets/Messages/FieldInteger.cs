using System.Globalization;
using System.Numerics;

namespace PSSockets.Messages;

/// <summary>Integers of every kind that a user can write.</summary>
internal static class FieldInteger
{
    /// <summary>The value as an integer; null where it is none. Beyond 100 bits only its sign counts: it is out of every range.</summary>
    public static Int128? Read(object? value) => value switch
    {
        byte number => number,
        sbyte number => number,
        short number => number,
        ushort number => number,
        int number => number,
        uint number => number,
        long number => number,
        ulong number => number,
        bool truth => truth ? 1 : 0,
        Int128 number => number,
        _ => ReadBig(value) is { } big ? (Int128)BigInteger.Clamp(big, -(BigInteger.One << 100), BigInteger.One << 100) : null,
    };

    /// <summary>The value as an integer of any size; null where it is none.</summary>
    public static BigInteger? ReadBig(object? value) => value switch
    {
        Enum name => ReadBig(Convert.ChangeType(name, Enum.GetUnderlyingType(name.GetType()), CultureInfo.InvariantCulture)),
        decimal number when decimal.Truncate(number) == number => (BigInteger)number,
        double number when double.IsInteger(number) => (BigInteger)number,
        float number when float.IsInteger(number) => (BigInteger)number,
        BigInteger number => number,
        string text => Parse(text.Trim()),
        byte or sbyte or short or ushort or int or uint or long => Convert.ToInt64(value, CultureInfo.InvariantCulture),
        ulong number => number,
        bool truth => truth ? 1 : 0,
        _ => null,
    };

    private static BigInteger? Parse(string text)
    {
        if (text.StartsWith("0x", StringComparison.OrdinalIgnoreCase))
        {
            return text.Length > 2 && BigInteger.TryParse($"0{text.AsSpan(2)}", NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out BigInteger digits) ? digits : null;
        }

        return BigInteger.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out BigInteger number) ? number : null;
    }
}
