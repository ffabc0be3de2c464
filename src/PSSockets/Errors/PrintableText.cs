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

    /// <summary>An error's message: its lines stay, where one shows a text and a mark below it.</summary>
    public static string Lines(string message) => message.Contains('\n') ? string.Join('\n', message.Split('\n').Select(static line => From(line))) : From(message);

    /// <summary>Whether a terminal shows a character, and does not obey it.</summary>
    public static bool IsShown(Rune rune) => rune != Rune.ReplacementChar
        && Rune.GetUnicodeCategory(rune) is not (UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.OtherNotAssigned
            or UnicodeCategory.PrivateUse or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator);
}
