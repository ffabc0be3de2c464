using System.Buffers;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace PSSockets.Errors;

/// <summary>
/// Names of UNIX sockets as text. A name is bytes, which need not be text: those that are not, or would not be shown, stand
/// as <c>\xE9</c>, so that the text names the same socket again.
/// </summary>
internal static class UnixNameText
{
    private const int FamilySize = sizeof(ushort);

    // Where a backslash stands between directories, names are text.
    private static bool HasEscapes => Path.DirectorySeparatorChar == '/';

    /// <summary>The name as text, an abstract one with <c>@</c> before it; empty where it has none.</summary>
    public static string From(UnixDomainSocketEndPoint endPoint)
    {
        if (!HasEscapes)
        {
            return PrintableText.From(endPoint.ToString());
        }

        SocketAddress address = endPoint.Serialize();
        ReadOnlySpan<byte> name = address.Buffer.Span[Math.Min(FamilySize, address.Size)..address.Size];
        bool isAbstract = name.Length > 0 && name[0] == 0;
        // After a path there are zero bytes; in an abstract name they count.
        return isAbstract ? "@" + From(name[1..]) : From(name.TrimEnd((byte)0));
    }

    /// <summary>The bytes of a name that <see cref="From(UnixDomainSocketEndPoint)"/> has written with escapes; null where the text has none, and is the name.</summary>
    public static byte[]? BytesOf(string name)
    {
        if (!HasEscapes || !name.Contains("\\x", StringComparison.Ordinal))
        {
            return null;
        }

        ArrayBufferWriter<byte> bytes = new();
        for (int index = 0; index < name.Length;)
        {
            if (IsEscape(name.AsSpan(index)))
            {
                bytes.Write([byte.Parse(name.AsSpan(index + 2, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture)]);
                index += 4;
            }
            else
            {
                int length = char.IsSurrogatePair(name, index) ? 2 : 1;
                Encoding.UTF8.GetBytes(name.AsSpan(index, length), bytes);
                index += length;
            }
        }

        // Anything else is a name that happens to look so.
        return From(bytes.WrittenSpan) == name ? bytes.WrittenSpan.ToArray() : null;
    }

    private static string From(ReadOnlySpan<byte> name)
    {
        StringBuilder text = new();
        while (!name.IsEmpty)
        {
            bool isText = Rune.DecodeFromUtf8(name, out Rune rune, out int length) == OperationStatus.Done && PrintableText.IsShown(rune);
            if (isText && !(rune.Value == '\\' && IsEscape(Encoding.Latin1.GetString(name))))
            {
                text.Append(rune.ToString());
            }
            else
            {
                foreach (byte value in name[..length])
                {
                    text.Append(CultureInfo.InvariantCulture, $"\\x{value:X2}");
                }
            }

            name = name[length..];
        }

        return text.ToString();
    }

    private static bool IsEscape(ReadOnlySpan<char> text) => text.Length >= 4 && text[0] == '\\' && text[1] == 'x' && char.IsAsciiHexDigitUpper(text[2]) && char.IsAsciiHexDigitUpper(text[3]);
}
