using System.Globalization;
using PSSockets.Addressing;

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
        _ => Convert.ToString(value, CultureInfo.InvariantCulture) ?? "",
    };

    private static string Hex(byte[] bytes, char separator) => Convert.ToHexString(bytes) is var digits && digits.Length == 0
        ? ""
        : string.Join(separator, Enumerable.Range(0, bytes.Length).Select(place => digits.Substring(place * 2, 2)));
}
