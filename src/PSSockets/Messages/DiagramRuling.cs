using System.Text;
using System.Text.RegularExpressions;

namespace PSSockets.Messages;

/// <summary>
/// Rulings with other signs in them: <c>|</c>, <c>!</c> and <c>:</c> are marks as <c>+</c> is, and dots and slashes are a cut, where the picture leaves out
/// what is between two marks.
/// </summary>
internal static partial class DiagramRuling
{
    /// <summary>Makes a ruling of plain marks and lines.</summary>
    /// <param name="line">The line.</param>
    /// <param name="cuts">The columns of the marks on both sides of each cut.</param>
    /// <returns>The line with <c>+</c> for each mark; the line itself where it is not such a ruling.</returns>
    public static string Plain(string line, out IReadOnlyList<(int Left, int Right)> cuts)
    {
        cuts = [];
        int first = 0;
        while (first < line.Length && !(line[first] is '+' or '|' or '!' && (first + 1 == line.Length || line[first + 1] is '-' or '=' or '.')))
        {
            first++;
        }

        int end = first;
        int drawn = 0;
        int signs = 0;
        int blank = 0;
        for (int place = first; place < line.Length && line[place] is '+' or '-' or '=' or '|' or '!' or ':' or '.' or '/' or ' '; place++)
        {
            if (line[place] != ' ')
            {
                end = place + 1;
                drawn += line[place] is '-' or '=' ? 1 : 0;
                signs += line[place] is '|' or '!' or ':' or '.' or '/' ? 1 : 0;
            }
            else
            {
                blank++;
            }
        }

        // What follows such a line is a remark; what goes on without a space is text.
        bool ends = end == line.Length || line[end] == ' ';
        if (signs == 0 || !ends || drawn < 2 || drawn * 5 < end - first - blank || (first > 0 && line.AsSpan(0, first).ContainsAny('|', '!')))
        {
            return line;
        }

        string ruling = line[first..end];
        if (!ruling.Contains('+', StringComparison.Ordinal) && !(ruling[0] is '|' or '!' && !ruling.Contains(' ', StringComparison.Ordinal) && ruling.Contains("--", StringComparison.Ordinal)))
        {
            return line;
        }

        StringBuilder plain = new(line);
        for (int place = first; place < end; place++)
        {
            bool isAtEnd = place == first || place == end - 1;
            if (line[place] is '|' or '!' || (line[place] == ':' && !isAtEnd))
            {
                plain[place] = '+';
            }
        }

        List<(int, int)> found = [];
        string marked = plain.ToString();
        foreach (ValueMatch dots in DotsPattern().EnumerateMatches(ruling))
        {
            int from = first + dots.Index;
            int to = from + dots.Length;
            int left = marked.LastIndexOf('+', from);
            int right = marked.IndexOf('+', to - 1);
            if (left < first || right < 0 || right >= end)
            {
                continue;
            }

            for (int place = from; place < to; place++)
            {
                plain[place] = '-';
            }

            found.Add((left, right));
        }

        cuts = found;
        return plain.ToString();
    }

    [GeneratedRegex(@"(?<! ) *\.(?: *\.)+ *|/+(?: */+)*")]
    private static partial Regex DotsPattern();
}
