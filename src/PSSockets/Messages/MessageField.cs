using PSSockets.Messages;

namespace PSSockets;

/// <summary>One field of a message format.</summary>
public sealed class MessageField
{
    internal MessageField(string name, FieldLength length, FieldType type, long? offset)
    {
        Name = name;
        Length = length;
        Kind = type;
        Offset = offset;
    }

    /// <summary>The name, which is also the name of the property of a decoded message.</summary>
    public string Name { get; }

    /// <summary>Where it begins, in bits from the start of the message; null behind a field of variable length.</summary>
    public long? Offset { get; }

    /// <summary>How wide it is, in bits; null where that varies.</summary>
    public int? Width => (Length as FieldLength.Fixed)?.Bits;

    /// <summary>What its bits mean: uint, int, bool, bytes, ipv4, ipv6, mac, ascii, utf8 or hex.</summary>
    public string Type => FieldList.NameOf(Kind);

    internal FieldLength Length { get; }

    internal FieldType Kind { get; }

    /// <summary>The field as an entry of a field list: <c>Source:32:ipv4</c>.</summary>
    public override string ToString() => Kind == DefaultType(Length) ? $"{Name}:{Length}" : $"{Name}:{Length}:{Type}";

    /// <summary>The type of a field for which none was given.</summary>
    internal static FieldType DefaultType(FieldLength length) =>
        length is FieldLength.Fixed ? FieldType.UInt : FieldType.Bytes;
}
