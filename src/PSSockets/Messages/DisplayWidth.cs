using System.Globalization;
using System.Text;

namespace PSSockets.Messages;

/// <summary>How many columns text takes where every letter of a picture has one: letters of East Asian scripts and most emoji have two.</summary>
internal static class DisplayWidth
{
    // Unicode's East_Asian_Width W and F, by blocks.
    private static readonly (int First, int Last)[] s_wide =
    [
        (0x1100, 0x115F), (0x2E80, 0x303E), (0x3041, 0x4DBF), (0x4E00, 0xA4CF), (0xA960, 0xA97F), (0xAC00, 0xD7A3), (0xF900, 0xFAFF), (0xFE30, 0xFE6F),
        (0xFF01, 0xFF60), (0xFFE0, 0xFFE6), (0x1F300, 0x1F64F), (0x1F680, 0x1F6FF), (0x1F900, 0x1F9FF), (0x20000, 0x3FFFD),
    ];

    /// <summary>Whether each letter of the text has one column, as in nearly all pictures.</summary>
    public static bool IsPlain(string text) => !text.AsSpan().ContainsAnyExceptInRange(' ', '~');

    /// <summary>The columns of a text.</summary>
    public static int Of(string text) => IsPlain(text) ? text.Length : Elements(text).Sum(OfElement);

    /// <summary>The columns of one text element: a letter with its accents, or a pair of surrogates.</summary>
    public static int OfElement(string element) => Rune.TryGetRuneAt(element, 0, out Rune rune) && Array.Exists(s_wide, block => rune.Value >= block.First && rune.Value <= block.Last) ? 2 : 1;

    /// <summary>The text elements of a text.</summary>
    public static IEnumerable<string> Elements(string text)
    {
        TextElementEnumerator elements = StringInfo.GetTextElementEnumerator(text);
        while (elements.MoveNext())
        {
            yield return elements.GetTextElement();
        }
    }
}
