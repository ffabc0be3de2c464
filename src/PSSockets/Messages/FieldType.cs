namespace PSSockets.Messages;

/// <summary>What the bits of a field mean; the names, in lower case, are those of a field list.</summary>
internal enum FieldType
{
    /// <summary>An unsigned integer, or where it is wider than 64 bits the bytes of one.</summary>
    UInt,

    /// <summary>A signed integer in two's complement, up to 64 bits.</summary>
    Int,

    /// <summary>False where every bit is 0.</summary>
    Bool,

    /// <summary>Bytes.</summary>
    Bytes,

    /// <summary>An IPv4 address, 4 bytes.</summary>
    IPv4,

    /// <summary>An IPv6 address, 16 bytes.</summary>
    IPv6,

    /// <summary>A hardware address, 6 bytes (EUI-48).</summary>
    Mac,

    /// <summary>Text of ASCII characters; where the width is fixed, zero bytes fill it.</summary>
    Ascii,

    /// <summary>Text in UTF-8; where the width is fixed, zero bytes fill it.</summary>
    Utf8,

    /// <summary>Hexadecimal digits, four bits each.</summary>
    Hex,
}
