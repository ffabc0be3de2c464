using PSSockets.Messages;

namespace PSSockets;

/// <summary>One field of a message format.</summary>
public sealed class MessageField
{
    internal MessageField(FieldDefinition definition, FieldLength length, FieldType type, long? offset)
    {
        Name = definition.Name;
        Length = length;
        Kind = type;
        Offset = offset;
        Content = definition.Content;
        Names = definition.Names;
        Constant = definition.Constant;
        Condition = definition.Condition;
        Calculation = length.Calculation;
        Width = (length as FieldLength.Fixed)?.Bits;
        IsNumber = length is FieldLength.Coded
            || (Width <= 64 && type is not (FieldType.Bytes or FieldType.IPv4 or FieldType.IPv6 or FieldType.Mac or FieldType.Ascii or FieldType.Utf8 or FieldType.Hex));
    }

    /// <summary>The name, which is also the name of the property of a decoded message.</summary>
    public string Name { get; }

    /// <summary>Where it begins, in bits from the start of the message; null after a field of variable length.</summary>
    public long? Offset { get; }

    /// <summary>How wide it is, in bits; null where that varies.</summary>
    public int? Width { get; }

    /// <summary>What its bits mean: uint, int, bool, bytes, ipv4, ipv6, mac, ascii, utf8, hex and others; message where it is one itself.</summary>
    public string Type => Content is null ? FieldList.NameOf(Kind) : "message";

    internal FieldLength Length { get; }

    internal FieldType Kind { get; }

    /// <summary>The formats that it consists of; null where it is a value.</summary>
    internal FieldContent? Content { get; }

    /// <summary>The names of its values.</summary>
    internal FieldNames? Names { get; }

    /// <summary>The only value that it may have.</summary>
    internal string? Constant { get; }

    /// <summary>When it is there.</summary>
    internal FieldExpression? Condition { get; }

    /// <summary>What tells its bytes or elements; null where no other field does.</summary>
    internal FieldExpression? Calculation { get; }

    /// <summary>Whether it is decoded from its bits alone: it is always there, and has any value.</summary>
    internal bool IsPlain => Condition is null && Constant is null && Names is null && Content is null;

    /// <summary>Whether it is held as one number, or as what a number stands for.</summary>
    internal bool IsNumber { get; }

    /// <summary>The field as an entry of a field list: <c>Source:32:ipv4</c>.</summary>
    public override string ToString() => ToText(null);

    /// <summary>The field as an entry of a field list, after others.</summary>
    /// <param name="written">What those consist of, by their names; what this one consists of is added. Null writes all in full.</param>
    internal string ToText(Dictionary<string, MessageFormat>? written)
    {
        string? formats = Content?.ToText(written);
        if (written is not null && Content is { Selector: null } single)
        {
            written[Name] = single.Cases[0].Format;
        }

        string content = formats is null ? "" : Length is FieldLength.Counted or FieldLength.Nested ? formats : $":{formats}";
        string type = Content is not null || Kind == DefaultType(Length) ? "" : $":{Type}";
        string constant = Constant is null ? "" : FieldValues.NeedsQuotes(Constant) ? $"=\"{Constant}\"" : $"={Constant}";
        return $"{Name}:{Length}{content}{type}{Names}{constant}{(Condition is null ? "" : $"?{Condition}")}";
    }

    /// <summary>The type of a field for which none was given.</summary>
    internal static FieldType DefaultType(FieldLength length) =>
        length is FieldLength.Fixed or FieldLength.Coded ? FieldType.UInt : FieldType.Bytes;
}
