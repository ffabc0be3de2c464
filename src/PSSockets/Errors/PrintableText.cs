using System.Globalization;
using System.Text;

namespace PSSockets.Errors;

/// <summary>Text of a stranger, made safe for a terminal: what it would obey instead of showing becomes a dot.</summary>
internal static class PrintableText
{
    /// <summary>The text, cut after so many characters with <c>…</c>.</summary>
    public static string From(string text, int characters = int.MaxValue)
    {
        StringBuilder printable = new();
        foreach (Rune rune in text.EnumerateRunes())
        {
            if (printable.Length >= characters)
            {
                return printable.Append('…').ToString();
            }

            printable.Append(IsShown(rune) ? rune.ToString() : ".");
        }

        return printable.ToString();
    }

    private static bool IsShown(Rune rune) => rune != Rune.ReplacementChar
        && Rune.GetUnicodeCategory(rune) is not (UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.OtherNotAssigned
            or UnicodeCategory.PrivateUse or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator);
}
