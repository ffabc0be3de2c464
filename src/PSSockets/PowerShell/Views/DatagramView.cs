using System.Globalization;
using System.Text;
using PSSockets.Errors;

namespace PSSockets.Views;

/// <summary>What tables and lists show of datagrams and of the bytes of streams.</summary>
public static class DatagramView
{
    /// <summary>The length in bytes; of a datagram that was cut also what is left of it: <c>600 of 1500</c>.</summary>
    public static string Length(Datagram datagram)
    {
        ArgumentNullException.ThrowIfNull(datagram);
        return datagram.IsTruncated
            ? string.Create(CultureInfo.InvariantCulture, $"{datagram.Data.Length} of {datagram.Length}")
            : datagram.Length.ToString(CultureInfo.InvariantCulture);
    }

    /// <summary>The first bytes of the payload as hexadecimal digits, with <c>…</c> where there are more.</summary>
    public static string Hex(byte[] data, int bytes)
    {
        ArgumentNullException.ThrowIfNull(data);
        StringBuilder text = new();
        foreach (byte next in data.AsSpan(0, Math.Min(bytes, data.Length)))
        {
            text.Append(text.Length == 0 ? string.Empty : " ").Append(next.ToString("x2", CultureInfo.InvariantCulture));
        }

        return data.Length > bytes ? text.Append('…').ToString() : text.ToString();
    }

    /// <summary>The beginning of the payload as text, with a dot for what cannot be shown, and <c>…</c> where there is more.</summary>
    public static string Text(string payload, int characters)
    {
        ArgumentNullException.ThrowIfNull(payload);
        return PrintableText.From(payload, characters);
    }
}
