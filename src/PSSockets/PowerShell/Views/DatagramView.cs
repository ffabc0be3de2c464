using System.Globalization;
using PSSockets.Errors;

namespace PSSockets.Views;

/// <summary>What tables and lists show of datagrams and of the bytes of streams.</summary>
public static class DatagramView
{
    /// <summary>How many bytes there are, with <c>…</c> where the datagram had more.</summary>
    public static string Length(int bytes, bool isTruncated) => bytes.ToString(CultureInfo.InvariantCulture) + (isTruncated ? "…" : "");

    /// <summary>The first bytes of the payload as hexadecimal digits, with <c>…</c> where there are more.</summary>
    public static string Hex(byte[] data, int bytes)
    {
        ArgumentNullException.ThrowIfNull(data);
        return HexText.Of(data, bytes);
    }

    /// <summary>The beginning of the payload as text, with a dot for what cannot be shown, and <c>…</c> where there is more.</summary>
    public static string Text(string payload, int characters)
    {
        ArgumentNullException.ThrowIfNull(payload);
        return PrintableText.From(payload, characters);
    }
}
