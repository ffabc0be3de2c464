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

    /// <summary>An unsigned integer, least significant byte first.</summary>
    UIntLE,

    /// <summary>A signed integer, least significant byte first.</summary>
    IntLE,

    /// <summary>A floating-point number of IEEE 754, 32 bits.</summary>
    Float,

    /// <summary>A floating-point number of IEEE 754, 64 bits.</summary>
    Double,

    /// <summary>A floating-point number of 32 bits, least significant byte first.</summary>
    FloatLE,

    /// <summary>A floating-point number of 64 bits, least significant byte first.</summary>
    DoubleLE,

    /// <summary>Bits with names.</summary>
    Flags,

    /// <summary>A time in seconds since 1970, 32 or 64 bits.</summary>
    UnixTime,

    /// <summary>A time in milliseconds since 1970, 64 bits.</summary>
    UnixMs,

    /// <summary>A time of NTP: seconds since 1900 with a fraction, 64 bits (RFC 5905).</summary>
    Ntp,
}
