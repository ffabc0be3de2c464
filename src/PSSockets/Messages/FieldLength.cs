using System.Globalization;
using System.Text.RegularExpressions;

namespace PSSockets.Messages;

/// <summary>How long a field is: a number of bits, or what tells its number of bytes.</summary>
internal abstract partial record FieldLength
{
    /// <summary>The most bits that a field of fixed width may have: 64 KiB, more than any datagram.</summary>
    public const int MaximumBits = 8 * 65536;

    /// <summary>So many bits.</summary>
    public sealed record Fixed(int Bits) : FieldLength
    {
        public override string ToString() => Bits.ToString(CultureInfo.InvariantCulture);
    }

    /// <summary>What the fields behind it leave of the message: <c>*</c>.</summary>
    public sealed record Rest : FieldLength
    {
        public override string ToString() => "*";
    }

    /// <summary>The bytes before the first byte of that value, or before the end of the message: <c>*0</c>.</summary>
    public sealed record Until(byte Terminator) : FieldLength
    {
        public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"*{Terminator}");
    }

    /// <summary>As many bytes as another field says, perhaps in units, or with a part counted in it that is not of this field: <c>[Length]</c>, <c>[IHL*4-20]</c>.</summary>
    public sealed record Stated(string Field, int Unit, int Shift) : FieldLength
    {
        /// <summary>The bytes that this value of the length field stands for.</summary>
        public Int128 BytesFor(Int128 value) => (value * Unit) + Shift;

        public override string ToString() => string.Create(
            CultureInfo.InvariantCulture, $"[{Field}{(Unit == 1 ? "" : $"*{Unit}")}{(Shift == 0 ? "" : Shift.ToString("+0;-0", CultureInfo.InvariantCulture))}]");
    }

    /// <summary>Reads the length of a field-list entry; null where it is none.</summary>
    public static FieldLength? Parse(string text)
    {
        if (text == "*")
        {
            return new Rest();
        }

        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int bits))
        {
            return new Fixed(bits);
        }

        if (text.StartsWith('*') && byte.TryParse(text.AsSpan(1), NumberStyles.None, CultureInfo.InvariantCulture, out byte terminator))
        {
            return new Until(terminator);
        }

        Match match = StatedPattern().Match(text);
        return match.Success && Number(match, "unit", 1) is int unit and > 0 && Number(match, "shift", 0) is int shift
            ? new Stated(match.Groups["field"].Value, unit, shift)
            : null;
    }

    private static int? Number(Match match, string group, int otherwise) => !match.Groups[group].Success ? otherwise
        : int.TryParse(match.Groups[group].Value.Replace(" ", "", StringComparison.Ordinal), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int number) ? number
        : null;

    [GeneratedRegex(@"^\[\s*(?<field>\w+)\s*(?:\*\s*(?<unit>[0-9]+)\s*)?(?<shift>[+-]\s*[0-9]+\s*)?\]$", RegexOptions.CultureInvariant)]
    private static partial Regex StatedPattern();
}
