using System.Globalization;
using PSSockets.Errors;

namespace PSSockets.Messages;

/// <summary>Values of fields as text for people.</summary>
internal static class FieldText
{
    /// <summary>The value: bytes and hardware addresses as hexadecimal pairs, text without what a terminal would obey.</summary>
    public static string Of(object? value) => value switch
    {
        byte[] bytes => Hex(bytes, ' '),
        System.Net.NetworkInformation.PhysicalAddress address => Hex(address.GetAddressBytes(), ':'),
        string text => PrintableText.From(text),
        BinaryMessage[] messages => string.Join(" ", messages.Select(message => message.ToString())),
        DateTime time => time.ToString("yyyy-MM-ddTHH:mm:ss.FFFFFFFK", CultureInfo.InvariantCulture),
        _ => Convert.ToString(value, CultureInfo.InvariantCulture) ?? "",
    };

    /// <summary>A number of bytes in words: <c>1 byte</c>, <c>2 bytes</c>.</summary>
    public static string Bytes(Int128 count) => string.Create(CultureInfo.InvariantCulture, $"{count} {(count == 1 ? "byte" : "bytes")}");

    private static string Hex(byte[] bytes, char separator) => BitConverter.ToString(bytes).Replace('-', separator);
}
