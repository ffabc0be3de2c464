using System.Globalization;
using System.Text;

namespace PSSockets.Sessions;

/// <summary>
/// Text of what a peer sends, piece by piece: a letter that was cut between two pieces is read as a whole. What a terminal
/// would obey instead of showing becomes visible text, <c>^[</c> for ESC; line ends and tabs stay.
/// </summary>
/// <param name="encoding">How the bytes are read.</param>
/// <param name="isRaw">Whether everything stays as it is.</param>
internal sealed class ShownText(Encoding encoding, bool isRaw)
{
    private const int FirstPrintable = 0x20;
    private const int Delete = 0x7F;
    private const int FirstAfterControls = 0xA0;
    private const int ZeroWidthNonJoiner = 0x200C;
    private const int ZeroWidthJoiner = 0x200D;

    private readonly Decoder _decoder = Forgiving(encoding).GetDecoder();
    private bool _hasReturn;

    /// <summary>The text of a piece, and of what was left of the one before.</summary>
    /// <param name="bytes">The piece.</param>
    /// <param name="isLast">Whether nothing follows.</param>
    public string Next(ReadOnlySpan<byte> bytes, bool isLast = false)
    {
        char[] characters = new char[_decoder.GetCharCount(bytes, isLast)];
        string text = new(characters, 0, _decoder.GetChars(bytes, characters, isLast));
        return isRaw ? text : Visible(text, isLast);
    }

    private static Encoding Forgiving(Encoding encoding)
    {
        Encoding forgiving = (Encoding)encoding.Clone();
        forgiving.DecoderFallback = new DecoderReplacementFallback("\uFFFD");
        return forgiving;
    }

    private string Visible(string text, bool isLast)
    {
        StringBuilder visible = new(text.Length);
        foreach (Rune rune in text.EnumerateRunes())
        {
            // CR LF is a line end, and a CR alone would let what follows overwrite the line.
            if (_hasReturn && rune.Value != '\n')
            {
                visible.Append("^M");
            }

            _hasReturn = rune.Value == '\r';
            if (!_hasReturn)
            {
                Append(visible, rune);
            }
        }

        _hasReturn &= !isLast;
        return visible.ToString();
    }

    private static void Append(StringBuilder visible, Rune rune)
    {
        if (rune.Value is '\n' or '\t')
        {
            visible.Append((char)rune.Value);
        }
        else if (rune.Value is < FirstPrintable or Delete)
        {
            visible.Append('^').Append((char)(rune.Value ^ 0x40));
        }
        else if (rune.Value < FirstAfterControls ? rune.Value > Delete : IsObeyed(rune))
        {
            visible.Append(CultureInfo.InvariantCulture, $"<U+{rune.Value:X4}>");
        }
        else
        {
            visible.Append(rune);
        }
    }

    // Among these are those that turn the direction of writing.
    private static bool IsObeyed(Rune rune) => rune.Value is not (ZeroWidthNonJoiner or ZeroWidthJoiner)
        && Rune.GetUnicodeCategory(rune) is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator;
}
