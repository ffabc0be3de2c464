using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using PSSockets.Errors;

namespace PSSockets.Messages;

/// <summary>
/// The lines of a diagram as a grid of columns, without what is not part of a picture (fences, comment prefixes), and errors that show where in them
/// something is.
/// </summary>
internal sealed partial class DiagramText
{
    // Text elements that are not a single letter of one column have a letter of this range in the grid, and wide ones a filler after it.
    private const char FirstStandIn = '\uE000';
    private const char Filler = '\uF8FF';

    private readonly Dictionary<string, char> _standIns = new(StringComparer.Ordinal);
    private readonly List<string> _elements = [];
    private readonly int _tabWidth;
    private readonly bool _wideLettersCount;

    /// <summary>Takes a text.</summary>
    /// <param name="text">The text.</param>
    /// <param name="tabWidth">To which multiple of columns a tab goes.</param>
    /// <param name="wideLettersCount">Whether wide letters have two columns.</param>
    public DiagramText(string text, int tabWidth = 8, bool wideLettersCount = true)
    {
        _tabWidth = tabWidth;
        _wideLettersCount = wideLettersCount;
        Shown = [.. Plain(text).ReplaceLineEndings("\n").Split('\n').Select(Expand)];
        Lines = Cleaned(Shown);
    }

    /// <summary>The lines, one letter for each column, without spaces at their ends.</summary>
    public IReadOnlyList<string> Lines { get; }

    /// <summary>The line at which a picture goes on with another comment prefix, or as other lines of a difference; -1 without one.</summary>
    public int OtherPrefixLine => FindOtherPrefix(Shown);

    /// <summary>The lines with fences and comment prefixes.</summary>
    private List<string> Shown { get; }

    /// <summary>The column widths that a text may be meant with: its tabs, and its wide letters.</summary>
    public static IEnumerable<DiagramText> Variants(string text)
    {
        int[] tabs = text.Contains('\t', StringComparison.Ordinal) ? [8, 4, 2] : [8];
        bool isWide = text.AsSpan().ContainsAnyExceptInRange('\t', '~') && DisplayWidth.Elements(text).Any(element => DisplayWidth.OfElement(element) == 2);
        foreach (int tab in tabs)
        {
            yield return new DiagramText(text, tab);
            if (isWide)
            {
                yield return new DiagramText(text, tab, wideLettersCount: false);
            }
        }
    }

    /// <summary>A part of a line as it was written.</summary>
    public string Written(string part)
    {
        if (_elements.Count == 0)
        {
            return part;
        }

        StringBuilder written = new(part.Length);
        foreach (char letter in part)
        {
            if (letter == Filler)
            {
                continue;
            }

            int place = letter - FirstStandIn;
            _ = place >= 0 && place < _elements.Count ? written.Append(_elements[place]) : written.Append(letter);
        }

        return written.ToString();
    }

    /// <summary>The error that a place in the text cannot be read.</summary>
    /// <param name="line">The line, counted from 0.</param>
    /// <param name="column">The column, counted from 0.</param>
    /// <param name="problem">What is wrong there.</param>
    /// <param name="remedy">What usually helps.</param>
    public SocketInputException Error(int line, int column, string problem, string remedy)
    {
        string text = Shown.Count > line ? Written(Shown[line]) : "";
        return new SocketInputException(
            ErrorIds.InvalidDiagram,
            $"line {line + 1}, column {column + 1}: {problem}\n{PrintableText.From(text)}\n{new string(' ', Math.Max(0, column))}^",
            remedy,
            text);
    }

    // Spaces, hyphens and dots of other kinds are meant as the plain ones, and signs that are not seen as nothing.
    private static string Plain(string text)
    {
        if (!text.AsSpan().ContainsAnyExceptInRange('\0', '\u007F'))
        {
            return text;
        }

        StringBuilder plain = new(text.Length);
        foreach (char letter in text)
        {
            _ = letter switch
            {
                '\u3000' => plain.Append("  "),
                '\u2010' or '\u2011' => plain.Append('-'),
                '\u2024' => plain.Append('.'),
                '\u2025' or '\u22EF' => plain.Append('…'),
                '\u00AD' or '\u200B' or '\u200E' or '\u200F' or '\u2060' or '\uFEFF' or (>= '\u202A' and <= '\u202E') => plain,
                _ => plain.Append(letter > '\u007F' && char.GetUnicodeCategory(letter) == UnicodeCategory.SpaceSeparator ? ' ' : letter),
            };
        }

        return plain.Replace("···", "...").ToString();
    }

    private string Expand(string line)
    {
        if (DisplayWidth.IsPlain(line))
        {
            return line.TrimEnd();
        }

        StringBuilder expanded = new();
        if (DisplayWidth.IsPlain(line.Replace('\t', ' ')))
        {
            foreach (char letter in line)
            {
                _ = letter == '\t' ? expanded.Append(' ', _tabWidth - (expanded.Length % _tabWidth)) : expanded.Append(letter);
            }

            return expanded.ToString().TrimEnd();
        }

        foreach (string element in DisplayWidth.Elements(line))
        {
            if (element == "\t")
            {
                expanded.Append(' ', _tabWidth - (expanded.Length % _tabWidth));
            }
            else if (element.Length == 1 && element[0] is < FirstStandIn or > Filler && DisplayWidth.OfElement(element) == 1)
            {
                expanded.Append(element);
            }
            else
            {
                if (!_standIns.TryGetValue(element, out char standIn))
                {
                    if (_elements.Count == Filler - FirstStandIn)
                    {
                        expanded.Append('?');
                        continue;
                    }

                    standIn = (char)(FirstStandIn + _elements.Count);
                    _standIns.Add(element, standIn);
                    _elements.Add(element);
                }

                expanded.Append(standIn);
                if (_wideLettersCount && DisplayWidth.OfElement(element) == 2)
                {
                    expanded.Append(Filler);
                }
            }
        }

        return expanded.ToString().TrimEnd();
    }

    // "// +-+" and then "# +-+"; "-|  A  |" and then "+|  B  |".
    private static int FindOtherPrefix(List<string> lines)
    {
        int first = lines.FindIndex(RulingPattern().IsMatch);
        int last = lines.FindLastIndex(RulingPattern().IsMatch);
        string? comment = null;
        string? difference = null;
        for (int line = Math.Max(0, first); line <= last; line++)
        {
            if (lines[line].Length == 0)
            {
                continue;
            }

            if (RulingPattern().IsMatch(lines[line]) && OnlyPrefixPattern().Match(lines[line][..lines[line].IndexOf('+', StringComparison.Ordinal)]) is { Success: true, Groups: var groups })
            {
                string mark = groups["mark"].Value.Contains('*', StringComparison.Ordinal) ? "*" : groups["mark"].Value;
                if (comment is not null && comment != mark)
                {
                    return line;
                }

                comment = mark;
            }

            string sign = DifferencePattern().Match(lines[line]).Groups["sign"].Value;
            if (difference is not null && difference != sign)
            {
                return line;
            }

            difference = sign;
        }

        return -1;
    }

    private static List<string> Cleaned(List<string> lines)
    {
        int first = lines.FindIndex(RulingPattern().IsMatch);
        if (first < 0)
        {
            return lines;
        }

        List<string> cleaned = [.. lines];
        LeaveOutTables(cleaned);
        int last = lines.FindLastIndex(RulingPattern().IsMatch);
        Match prefix = CommentPattern().Match(lines[first]);
        bool isComment = prefix.Success;
        for (int line = first; isComment && line <= last; line++)
        {
            isComment = lines[line].Length == 0 || lines[line].TrimStart().StartsWith(prefix.Groups["mark"].Value, StringComparison.Ordinal);
        }

        bool hasEnded = EndsInCommentPattern().IsMatch(lines[last]);
        bool isAfterFence = false;
        for (int line = 0; line < cleaned.Count; line++)
        {
            // The end of a comment, as "*/", is not an open side; what follows is a program, except for entries of a field list.
            bool isEnd = line > last && CommentEndPattern().IsMatch(cleaned[line]);
            hasEnded |= isEnd;
            if (isEnd || (hasEnded && line > last && !LabelPattern().IsMatch(cleaned[line])))
            {
                cleaned[line] = "";
                continue;
            }

            if (isComment && CommentPattern().Match(cleaned[line]) is { Success: true } mark)
            {
                cleaned[line] = (new string(' ', mark.Length) + cleaned[line][mark.Length..]).TrimEnd();
            }

            if ((line < first || line > last) && FencePattern().IsMatch(cleaned[line]))
            {
                cleaned[line] = "";
                isAfterFence = line > last;
                continue;
            }

            // The title of a block in Markdown for RFCs: "{: #name title='...'}" or ": ...".
            if (isAfterFence && cleaned[line] is ['{', ':', ..] or [':', ' ', ..])
            {
                cleaned[line] = "";
            }
        }

        // A full stop alone below the picture, as comments of Go end.
        int end = last + 1;
        if (end < cleaned.Count && cleaned[end].AsSpan().Trim() is "." && (cleaned.FindIndex(end + 1, line => line.Length > 0) < 0 || (isComment && !CommentPattern().IsMatch(lines[end + 1]))))
        {
            cleaned[end] = "";
        }

        return cleaned;
    }

    // Tables of Markdown before and after pictures: a heading, a line of dashes between as many bars, and rows until the next line without a bar.
    private static void LeaveOutTables(List<string> lines)
    {
        for (int line = 1; line < lines.Count; line++)
        {
            if (!TableDashesPattern().IsMatch(lines[line]) || !lines[line - 1].AsSpan().TrimStart().StartsWith("|") || lines[line - 1].Count(sign => sign == '|') != lines[line].Count(sign => sign == '|') || (line > 1 && IsDrawn(lines[line - 2])))
            {
                continue;
            }

            int end = line + 1;
            while (end < lines.Count && lines[end].AsSpan().TrimStart().StartsWith("|"))
            {
                end++;
            }

            if (end == lines.Count || !IsDrawn(lines[end]))
            {
                for (int row = line - 1; row < end; row++)
                {
                    lines[row] = "";
                }
            }
        }
    }

    private static bool IsDrawn(string line) => RulingPattern().IsMatch(line) || line.AsSpan().TrimStart().StartsWith("|");

    // "|---|:--:|".
    [GeneratedRegex(@"^\s*\|(?:\s*:?-{2,}:?\s*\|){2,}$", RegexOptions.CultureInvariant)]
    private static partial Regex TableDashesPattern();

    // "+-+-+ */".
    [GeneratedRegex(@"[-+=]\s*\*+/\s*$", RegexOptions.CultureInvariant)]
    private static partial Regex EndsInCommentPattern();

    [GeneratedRegex(@"^\s*\*+/", RegexOptions.CultureInvariant)]
    private static partial Regex CommentEndPattern();

    [GeneratedRegex(@"^\s*'?\w+\s*:", RegexOptions.CultureInvariant)]
    private static partial Regex LabelPattern();

    [GeneratedRegex(@"^\s*(?:`{3,}|~{3,})[\s\w+-]*$", RegexOptions.CultureInvariant)]
    private static partial Regex FencePattern();

    [GeneratedRegex(@"^\s*(?<mark>//[/!#=]*|#+|\*+|;+|%+|>+|--+|'+|dnl\b|REM\b)", RegexOptions.CultureInvariant)]
    private static partial Regex CommentPattern();

    [GeneratedRegex(@"^\s*(?<mark>[/#;%>*!]+)\s*$", RegexOptions.CultureInvariant)]
    private static partial Regex OnlyPrefixPattern();

    [GeneratedRegex(@"^(?<sign>[-+])(?:\||\+[-=])", RegexOptions.CultureInvariant)]
    private static partial Regex DifferencePattern();

    [GeneratedRegex(@"\+[-=][-=+]+", RegexOptions.CultureInvariant)]
    private static partial Regex RulingPattern();
}
