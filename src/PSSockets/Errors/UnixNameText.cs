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
    private const string EscapeStart = "\\x";

    // No character, and so never written but as an escape itself.
    private const string Mark = "\uFDD0";

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
        if (!HasEscapes || !name.Contains(EscapeStart, StringComparison.Ordinal))
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

    /// <summary>The bytes of a path that was written with escapes, made full; null where the text has none, and is the path.</summary>
    /// <param name="path">The path.</param>
    /// <param name="resolvePath">Makes a path full that is text.</param>
    /// <exception cref="ArgumentException">The path holds a zero byte, or is not usable.</exception>
    public static byte[]? BytesOf(string path, Func<string, string> resolvePath)
    {
        if (BytesOf(path) is not { } given)
        {
            return null;
        }

        if (Array.IndexOf(given, (byte)0) >= 0)
        {
            throw new ArgumentException("a path has no zero byte");
        }

        // The other directories of the full path may have names that look like escapes.
        string[] pieces = resolvePath(path.Replace(EscapeStart, Mark, StringComparison.Ordinal)).Split(Mark);
        ArrayBufferWriter<byte> bytes = new();
        Encoding.UTF8.GetBytes(pieces[0], bytes);
        foreach (string piece in pieces.Skip(1))
        {
            bool isEscape = IsEscape(EscapeStart + piece);
            bytes.Write(isEscape ? Convert.FromHexString(piece[..2]) : Encoding.UTF8.GetBytes(EscapeStart));
            Encoding.UTF8.GetBytes(isEscape ? piece[2..] : piece, bytes);
        }

        return bytes.WrittenSpan.ToArray();
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
