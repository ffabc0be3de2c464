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

    /// <summary>What the fields after it leave of the message: <c>*</c>.</summary>
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

        /// <summary>The same as a calculation.</summary>
        public FieldExpression AsExpression => FieldExpression.Linear(Field, Unit, Shift, ToString()[1..^1]);

        public override string ToString() => string.Create(
            CultureInfo.InvariantCulture, $"[{Field}{(Unit == 1 ? "" : $"*{Unit}")}{(Shift == 0 ? "" : Shift.ToString("+0;-0", CultureInfo.InvariantCulture))}]");
    }

    /// <summary>As many bytes as a calculation with several fields says: <c>[Total-IHL*4]</c>, <c>[Prefix/8]</c>.</summary>
    public sealed record Computed(FieldExpression Bytes) : FieldLength
    {
        public override string ToString() => $"[{Bytes}]";
    }

    /// <summary>So many elements, whose formats the field's content has: <c>[Count]*(Id:8)</c>.</summary>
    public sealed record Counted(FieldExpression Count) : FieldLength
    {
        public override string ToString() => $"[{Count}]*";
    }

    /// <summary>Elements of the field's content up to the first for which a calculation with its fields is not 0: <c>*[Length=0]:(Length:8 Text:[Length])</c>.</summary>
    public sealed record UntilElement(FieldExpression IsLast) : FieldLength
    {
        public override string ToString() => $"*[{IsLast}]";
    }

    /// <summary>One element of the field's content, which says itself how long it is: <c>(Id:8 Text:*0)</c>.</summary>
    public sealed record Nested : FieldLength
    {
        public override string ToString() => "";
    }

    /// <summary>Bytes up to a multiple of so many, counted from the start of the message: <c>|4</c>.</summary>
    public sealed record Padding(int Multiple) : FieldLength
    {
        public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"|{Multiple}");
    }

    /// <summary>An integer that says itself how long it is: <c>quic</c>, <c>mqtt</c>.</summary>
    public sealed record Coded(IntegerCoding Coding) : FieldLength
    {
        public override string ToString() => Coding.ToString().ToLowerInvariant();
    }

    /// <summary>The fields that tell it, and how many bytes or elements that is; null where no calculation does.</summary>
    public FieldExpression? Calculation => this switch
    {
        Stated stated => stated.AsExpression,
        Computed computed => computed.Bytes,
        Counted counted => counted.Count,
        _ => null,
    };

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

        if (text.StartsWith("*[", StringComparison.Ordinal) && text[^1] == ']')
        {
            return FieldExpression.TryParse(text[2..^1]) is { Names.Count: > 0 } isLast ? new UntilElement(isLast) : null;
        }

        if (text.StartsWith('|') && int.TryParse(text.AsSpan(1), NumberStyles.None, CultureInfo.InvariantCulture, out int multiple))
        {
            return multiple is >= 1 and <= 65536 ? new Padding(multiple) : null;
        }

        if (text.Length > 0 && char.IsAsciiLetter(text[0]) && Enum.TryParse(text, ignoreCase: true, out IntegerCoding coding) && Enum.IsDefined(coding))
        {
            return new Coded(coding);
        }

        Match match = StatedPattern().Match(text);
        if (match.Success)
        {
            return Number(match, "unit", 1) is int unit and > 0 && Number(match, "shift", 0) is int shift ? new Stated(match.Groups["field"].Value, unit, shift) : null;
        }

        return text.Length > 2 && text[0] == '[' && text[^1] == ']' && FieldExpression.TryParse(text[1..^1]) is { Names.Count: > 0 } expression ? new Computed(expression) : null;
    }

    private static int? Number(Match match, string group, int otherwise) => !match.Groups[group].Success ? otherwise
        : int.TryParse(match.Groups[group].Value.Replace(" ", "", StringComparison.Ordinal), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int number) ? number
        : null;

    [GeneratedRegex(@"^\[\s*(?<field>\w+)\s*(?:\*\s*(?<unit>[0-9]+)\s*)?(?<shift>[+-]\s*[0-9]+\s*)?\]$", RegexOptions.CultureInvariant)]
    private static partial Regex StatedPattern();
}
