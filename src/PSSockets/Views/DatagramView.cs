using System.Globalization;
using System.Text;
using PSSockets.Addressing;

namespace PSSockets.Views;

/// <summary>What tables and lists show of a datagram.</summary>
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
    public static string Hex(Datagram datagram, int bytes)
    {
        ArgumentNullException.ThrowIfNull(datagram);
        StringBuilder text = new();
        foreach (byte next in datagram.Data.AsSpan(0, Math.Min(bytes, datagram.Data.Length)))
        {
            text.Append(text.Length == 0 ? string.Empty : " ").Append(next.ToString("x2", CultureInfo.InvariantCulture));
        }

        return datagram.Data.Length > bytes ? text.Append('…').ToString() : text.ToString();
    }

    /// <summary>The beginning of the payload as text, with a dot for what cannot be shown, and <c>…</c> where there is more.</summary>
    public static string Text(Datagram datagram, int characters)
    {
        ArgumentNullException.ThrowIfNull(datagram);
        return PrintableText.From(datagram.Text, characters);
    }
}
