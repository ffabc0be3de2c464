using System.Globalization;
using System.Text.RegularExpressions;

namespace PSSockets.Messages;

/// <summary>
/// Pictures that say each field's size in words, drawn to no scale: above the cells, between lines of dashes (RFC 1350: <c>2 bytes</c>, <c>string</c>),
/// in a second row below the names, in bytes (RFC 1928: <c>1</c>, <c>Variable</c>), in the cells, or in the line below them.
/// </summary>
internal static partial class SizedDiagram
{
    // What is longer is not a line of sizes.
    private const int MostLetters = 200;

    private const string SizeUnder = @"(?:[0-9]{1,5} ?(?:-|–|to|or|\.\.) ?)?(?:[0-9]{1,5}|n|x)[ -]?(?:bytes?|octets?|bits?)\b|\bvar(?:iable)?\b(?:[ -](?:length|size|width)\b)?";

    /// <summary>Reads such a picture.</summary>
    /// <returns>The fields and the last line of the picture; null where it is another kind.</returns>
    public static (IReadOnlyList<FieldDefinition> Fields, int LastLine)? TryRead(DiagramText text) => TryReadSizesAbove(text) ?? TryReadSizesBelow(text) ?? TryReadSizesWithin(text) ?? TryReadSizesOfRows(text) ?? TryReadSizesUnder(text);

    private static (IReadOnlyList<FieldDefinition>, int)? TryReadSizesAbove(DiagramText text)
    {
        int top = Find(text, 0, DashesPattern());
        int bottom = top < 0 ? -1 : Find(text, top + 1, DashesPattern());
        if (bottom < 0 || text.Lines.Any(line => RulingPattern().IsMatch(line)))
        {
            return null;
        }

        int header = top - 1;
        while (header >= 0 && text.Lines[header].Length == 0)
        {
            header--;
        }

        List<string[]> rows = RowsBetween(text, top, bottom);
        Match[] sizes = header < 0 ? [] : [.. SizePattern().Matches(text.Lines[header]).Cast<Match>()];
        if (rows.Count == 0)
        {
            return null;
        }

        if (sizes.Length != rows[0].Length)
        {
            throw text.Error(
                Math.Max(0, header),
                0,
                sizes.Length == 0 ? "no sizes of the cells below stand here, and nothing else tells how wide they are" : $"{sizes.Length} sizes stand above {rows[0].Length} cells",
                "Write the size of each field above it, such as '2 bytes', 'n bytes' or 'string'.");
        }

        return (Fields(NamesOf(rows), sizes.Select(size => size.Value)), bottom);
    }

    private static (IReadOnlyList<FieldDefinition>, int)? TryReadSizesBelow(DiagramText text)
    {
        int[] rulings = [.. Enumerable.Range(0, text.Lines.Count).Where(line => RulingPattern().IsMatch(text.Lines[line]))];
        if (rulings.Length != 3 || text.Lines[rulings[0]].Trim() is var ruling && !ruling.Select((letter, place) => letter == '+' && place % 2 == 1).Contains(true))
        {
            return null;
        }

        List<string[]> names = RowsBetween(text, rulings[0], rulings[1]);
        List<string[]> sizes = RowsBetween(text, rulings[1], rulings[2]);
        return names.Count > 0 && sizes.Count == 1 && sizes[0].Length == names[0].Length && Array.TrueForAll(sizes[0], size => ByteCountPattern().IsMatch(size.Trim()))
            && (Array.Exists(sizes[0], size => size.Any(char.IsLetter)) || (sizes[0].Length > 1 && Array.TrueForAll(sizes[0], IsInTheMiddle)))
            ? (Fields(NamesOf(names), sizes[0].Select(size => size.Trim())), rulings[2])
            : null;
    }

    // Numbers in the columns of a table stand at the left or the right.
    private static bool IsInTheMiddle(string number) => number.Trim() != "0" && Math.Abs(number.Length - number.TrimEnd().Length - (number.Length - number.TrimStart().Length)) <= 1;

    // One row of cells, each of which says its size in brackets with a unit, and rulings without marks for bits.
    private static (IReadOnlyList<FieldDefinition>, int)? TryReadSizesWithin(DiagramText text)
    {
        if (OneRow(text) is not (int[] rulings, List<string[]> rows))
        {
            return null;
        }

        // In a line of their own below the names.
        if (rows is [{ Length: > 1 } names, var sizes] && sizes.Length == names.Length && Array.TrueForAll(names, name => !string.IsNullOrWhiteSpace(name)) && Array.TrueForAll(sizes, size => ByteCountPattern().IsMatch(size.Trim()) && size.Any(char.IsLetter)))
        {
            return (Fields(NamesOf([names]), sizes.Select(size => size.Trim())), rulings[1]);
        }

        CellText[] cells = [.. NamesOf(rows).Select(CellText.Read)];
        return IsSized(cells) ? (ByTheirSizes(cells), rulings[1]) : null;
    }

    // Rows of one cell, each of which says its size in brackets with a unit or that it varies, as RFC 4271 draws them.
    private static (IReadOnlyList<FieldDefinition>, int)? TryReadSizesOfRows(DiagramText text)
    {
        int[] rulings = [.. Enumerable.Range(0, text.Lines.Count).Where(line => RulingPattern().IsMatch(text.Lines[line]))];
        if (rulings.Length < 3 || (rulings[0] > 0 && NumbersPattern().IsMatch(text.Lines[rulings[0] - 1])) || !Array.TrueForAll(rulings, line => BoxRuling(text.Lines[line]) is { } ruling && ruling == BoxRuling(text.Lines[rulings[0]])))
        {
            return null;
        }

        // A row above or below them would be lost.
        int[] sides = [.. DiagramScale.MarksOf(text.Lines[rulings[0]])];
        bool GoesOn(IEnumerable<string> lines) => lines.FirstOrDefault(line => line.Length > 0) is { } next && next.Length > sides[0] && (next[sides[0]] == '|' || (next.Length > sides[1] && next[sides[0]] == next[sides[1]] && next[sides[0]] is '.' or ':' or '/' or '~' or '!'));
        if (GoesOn(text.Lines.Skip(rulings[^1] + 1)) || GoesOn(text.Lines.Take(rulings[0]).Reverse()))
        {
            return null;
        }

        List<CellText> cells = [];
        foreach ((int top, int bottom) in rulings.Zip(rulings.Skip(1)))
        {
            string[] lines = [.. text.Lines.Skip(top + 1).Take(bottom - top - 1)];
            if (lines.Length == 0 || !Array.TrueForAll(lines, line => line.Length == sides[1] + 1 && line.IndexOf('|', StringComparison.Ordinal) == sides[0] && line.IndexOf('|', sides[0] + 1) == sides[1]))
            {
                return null;
            }

            cells.Add(CellText.Read(CellText.Join(lines.Select(line => line[(sides[0] + 1)..sides[1]]))));
        }

        return IsSized(cells) ? (ByTheirSizes(cells), rulings[^1]) : null;
    }

    // A ruling with a mark at each end alone; what follows it, as "</pre>", is not part of it.
    private static string? BoxRuling(string line) => BoxRulingPattern().Match(line) is { Success: true } ruling ? ruling.Groups["ruling"].Value : null;

    private static bool IsSized(IReadOnlyCollection<CellText> cells) => cells.Count > 1
        && cells.All(cell => cell.Name.Length > 0 && (cell is { Size: > 0 and < FieldLength.MaximumBits / 8, Unit: not 0, IsVariable: false } or { SaysVariable: true })) && cells.Any(cell => cell.Size is not null);

    private static IReadOnlyList<FieldDefinition> ByTheirSizes(IEnumerable<CellText> cells) =>
        DiagramEntries.Number([.. cells.Select(cell => new FieldDefinition(cell.Name, cell is { IsVariable: false, Size: { } size } ? new FieldLength.Fixed((int)size * cell.Unit) : new FieldLength.Rest(), null))]);

    // One row of cells, below which stands a line of nothing but a size for each; where the ruling may be one of bytes, the drawing says them too.
    private static (IReadOnlyList<FieldDefinition>, int)? TryReadSizesUnder(DiagramText text)
    {
        if (OneRow(text) is not (int[] rulings, List<string[]> rows) || rulings[1] + 1 >= text.Lines.Count || text.Lines[rulings[1] + 1] is not { Length: <= MostLetters } line || !SizesPattern().IsMatch(line)
            || DiagramScale.MarksOf(text.Lines[rulings[0]]).ToArray() is not [var left, .. var marks] || Array.TrueForAll(marks, mark => (mark - left) % 9 == 0) || (marks[^1] - left) is 16 or 32 or 64 or 128)
        {
            return null;
        }

        string[] names = [.. NamesOf(rows)];
        string[] sizes = [.. SizeUnderPattern().Matches(line).Select(size => size.Value)];
        return names.Length > 1 && sizes.Length == names.Length && Array.TrueForAll(names, name => CellText.Read(name) is { Name.Length: > 0, Size: null, ComparedSize: null })
            ? (Fields(names, sizes), rulings[1])
            : null;
    }

    // The only two rulings, neither of which marks bits, and the lines of the cells between them.
    private static (int[] Rulings, List<string[]> Rows)? OneRow(DiagramText text)
    {
        int[] rulings = [.. Enumerable.Range(0, text.Lines.Count).Where(line => RulingPattern().IsMatch(text.Lines[line]))];
        if (rulings.Length != 2 || rulings[1] - rulings[0] < 2 || Enumerable.Range(rulings[0] + 1, rulings[1] - rulings[0] - 1).Any(line => !text.Lines[line].AsSpan().Trim().StartsWith("|") || text.Lines[line].Count(sign => sign == '|') != text.Lines[rulings[0]].Count(sign => sign == '+'))
            || BitMarksPattern().IsMatch(text.Lines[rulings[0]]))
        {
            return null;
        }

        // What goes on right of the last bar would be lost.
        bool goesOn = Enumerable.Range(rulings[0] + 1, rulings[1] - rulings[0] - 1).Any(line => text.Lines[line][(text.Lines[line].LastIndexOf('|') + 1)..].Contains("..", StringComparison.Ordinal));
        return !goesOn && RowsBetween(text, rulings[0], rulings[1]) is { Count: > 0 } rows ? (rulings, rows) : null;
    }

    private static int Find(DiagramText text, int from, Regex pattern)
    {
        for (int line = from; line < text.Lines.Count; line++)
        {
            if (pattern.IsMatch(text.Lines[line]))
            {
                return line;
            }
        }

        return -1;
    }

    private static List<string[]> RowsBetween(DiagramText text, int top, int bottom)
    {
        List<string[]> rows = [];
        foreach (string line in text.Lines.Skip(top + 1).Take(bottom - top - 1))
        {
            string[] parts = line.Split('|');
            if (parts.Length > 2 && (rows.Count == 0 || rows[0].Length == parts.Length - 2))
            {
                rows.Add(parts[1..^1]);
            }
        }

        return rows;
    }

    private static IEnumerable<string> NamesOf(List<string[]> rows) => Enumerable.Range(0, rows[0].Length).Select(cell => CellText.Join(rows.Select(row => row[cell])));

    private static IReadOnlyList<FieldDefinition> Fields(IEnumerable<string> names, IEnumerable<string> sizes)
    {
        string[] texts = [.. names];
        return DiagramEntries.Number([.. sizes.Select((size, cell) => new FieldDefinition(
            CellText.Read(texts[cell]).Name is { Length: > 0 } name ? name : "Unnamed",
            LengthOf(size, cell + 1 < texts.Length ? texts[cell + 1] : ""),
            null))]);
    }

    private static FieldLength LengthOf(string size, string next)
    {
        Match number = LeadingNumber().Match(size);
        if (number.Success && int.TryParse(number.Groups[1].Value, NumberStyles.None, CultureInfo.InvariantCulture, out int count))
        {
            return new FieldLength.Fixed(number.Groups[2].Value.StartsWith("bit", StringComparison.OrdinalIgnoreCase) ? count : (int)Math.Min(count * 8L, int.MaxValue));
        }

        return size.StartsWith("X'", StringComparison.OrdinalIgnoreCase) ? new FieldLength.Fixed(8)
            : next.Trim() == "0" ? new FieldLength.Until(0)
            : new FieldLength.Rest();
    }

    [GeneratedRegex(@"\+(?:[-=]{1,2}\+){4,}")]
    private static partial Regex BitMarksPattern();

    [GeneratedRegex(@"^(?<ruling>\s*\+[-=]+\+)(?![-=+|])")]
    private static partial Regex BoxRulingPattern();

    // Nothing but numbers, and perhaps what they count.
    [GeneratedRegex(@"^[^\p{L}\p{N}]*(?:(?:bits?|bytes?|octets?)\b[^\p{L}\p{N}]*)?[0-9]+(?:[^\p{L}\p{N}]+[0-9]+)*[^\p{L}\p{N}]*$", RegexOptions.IgnoreCase)]
    private static partial Regex NumbersPattern();

    [GeneratedRegex(@"^\s*-{5,}\s*$")]
    private static partial Regex DashesPattern();

    [GeneratedRegex(@"\+[-=]{2,}\+|\+[-=]\+")]
    private static partial Regex RulingPattern();

    [GeneratedRegex(@"(?:(?<![0-9])[0-9]+|[A-Za-z])\s*(?:bytes?|octets?|bits?)\b|\bstring\b|\bvariable\b", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex SizePattern();

    [GeneratedRegex(@"^(?:[0-9]{1,3}(?:[ -]?(?:B|bytes?|octets?))?|variable|[0-9]+ to [0-9]+|X'[0-9A-F]{2}')$", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex ByteCountPattern();

    // "1 byte", "12 bytes", "0 to 251 bytes", "n bytes", "variable": in the line below a row.
    [GeneratedRegex($@"^(?:[\s|]*(?:{SizeUnder}))+[\s|]*$", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex SizesPattern();

    [GeneratedRegex(SizeUnder, RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex SizeUnderPattern();

    [GeneratedRegex(@"^([0-9]+)[\s-]*(bytes?|octets?|bits?|B)?$", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex LeadingNumber();
}
