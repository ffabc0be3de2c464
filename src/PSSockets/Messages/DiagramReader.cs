using System.Text.RegularExpressions;
using PSSockets.Errors;

namespace PSSockets.Messages;

/// <summary>
/// Reads the ASCII pictures of packets that Internet standards use (RFC 791, RFC 1035, RFC 7322): rulings, rows of cells, bit numbers.
/// Lines become rows of cells, cells without a ruling between them become one field, and the text in them its name.
/// </summary>
internal sealed partial class DiagramReader
{
    // Left and right sides; those behind the first two are open or broken ones.
    private const string Sides = "|!/\\:~.;";
    private const string Bars = "|!";

    private readonly DiagramText _text;
    private readonly List<List<DiagramCell>> _rows = [];
    private readonly List<(DiagramCell Upper, DiagramCell Lower)> _joined = [];
    private readonly List<(int Line, string Text)> _broken = [];
    private DiagramScale _scale = null!;
    private char[] _bars = ['|'];
    private int _firstRuling;
    private bool _isRuled;

    private DiagramReader(DiagramText text)
    {
        _text = text;
    }

    /// <summary>Reads a diagram, and the field-list entries that may stand below it.</summary>
    /// <exception cref="SocketInputException"><c>InvalidDiagram</c>, with line and column, or <c>InvalidField</c>.</exception>
    public static IReadOnlyList<FieldDefinition> Read(string diagram)
    {
        DiagramText text = new(diagram);
        (IReadOnlyList<FieldDefinition> fields, int last) = SizedDiagram.TryRead(text) ?? new DiagramReader(text).Read();
        IEnumerable<string> entries = text.Lines.Skip(last + 1).SelectMany(FieldList.EntriesOf);
        return Refine(fields, [.. entries.Select(FieldList.Read)]);
    }

    /// <summary>Sets types and lengths of fields that there are; a width of 0 leaves the field out.</summary>
    /// <exception cref="SocketInputException"><c>InvalidField</c>: there is no field of that name.</exception>
    public static IReadOnlyList<FieldDefinition> Refine(IReadOnlyList<FieldDefinition> fields, IReadOnlyList<FieldDefinition> entries)
    {
        List<FieldDefinition?> refined = [.. fields];
        Dictionary<string, int> positions = new(StringComparer.OrdinalIgnoreCase);
        for (int position = 0; position < fields.Count; position++)
        {
            positions.TryAdd(fields[position].Name, position);
        }

        foreach (FieldDefinition entry in entries)
        {
            if (!positions.TryGetValue(entry.Name, out int place))
            {
                throw new SocketInputException(
                    ErrorIds.InvalidField,
                    $"The diagram has no field '{entry.Name}'; it has {string.Join(", ", refined.OfType<FieldDefinition>().Select(field => field.Name))}",
                    "Name a field as New-MessageFormat shows it, without spaces and punctuation.",
                    entry.Name);
            }

            if (entry.Length is FieldLength.Fixed { Bits: 0 })
            {
                refined[place] = null;
                positions.Remove(entry.Name);
                continue;
            }

            FieldDefinition field = refined[place]!;
            refined[place] = field with { Length = entry.Length ?? field.Length, Type = entry.Type ?? field.Type };
        }

        return [.. refined.OfType<FieldDefinition>()];
    }

    /// <summary>Numbers the names that are there already: R, R2, R3.</summary>
    internal static IReadOnlyList<FieldDefinition> Number(IReadOnlyList<FieldDefinition> fields)
    {
        HashSet<string> taken = new(fields.Select(field => field.Name), StringComparer.OrdinalIgnoreCase);
        HashSet<string> met = new(StringComparer.OrdinalIgnoreCase);
        Dictionary<string, int> last = new(StringComparer.OrdinalIgnoreCase);
        List<FieldDefinition> numbered = [];
        foreach (FieldDefinition field in fields)
        {
            string name = field.Name;
            if (!met.Add(name))
            {
                int number = last.GetValueOrDefault(field.Name, 1);
                do
                {
                    number++;
                    name = $"{field.Name}{number}";
                }
                while (!taken.Add(name));

                last[field.Name] = number;
            }

            numbered.Add(field with { Name = name });
        }

        return numbered;
    }

    private (IReadOnlyList<FieldDefinition> Fields, int LastLine) Read()
    {
        FindScale();
        int last = ReadLines();
        if (_rows.Count == 0)
        {
            throw _text.Error(last, _scale.Left, "there is no row below this ruling", "Paste the whole picture, from its first ruling to its last.");
        }

        JoinRows(_rows.Count, null);
        return (Number(new DiagramFields(_text, [.. _rows.SelectMany(row => row)], _joined).Make()), last);
    }

    private void FindScale()
    {
        List<(int Line, Match Ruling)> rulings = [];
        for (int line = 0; line < _text.Lines.Count; line++)
        {
            if (RulingPattern().Match(_text.Lines[line]) is { Success: true } ruling)
            {
                rulings.Add((line, ruling));
            }
        }

        if (rulings.Count == 0)
        {
            int line = Math.Max(0, _text.Lines.ToList().FindIndex(text => text.Length > 0));
            throw _text.Error(line, 0, "there is no ruling such as +-+-+-+-+ in the diagram", "Paste the whole picture, with the lines between its rows.");
        }

        // Some rows may begin further right, and remarks may stand further left.
        int left = rulings.GroupBy(ruling => LeftOf(ruling.Line, ruling.Ruling)).OrderByDescending(group => group.Count()).ThenBy(group => group.Key).First().Key;
        int right = rulings.Max(ruling => ruling.Ruling.Index + ruling.Ruling.Value.TrimEnd('-', '=').Length - 1);
        if (right <= left)
        {
            throw _text.Error(rulings[0].Line, left, "this ruling marks no bits", "Draw a ruling such as +-+-+-+-+, with a mark at each end.");
        }

        _firstRuling = rulings[0].Line;
        _bars = _text.Lines.Any(text => text.Length > left && text[left] == '!') ? ['|', '!'] : ['|'];
        string numbers = _text.Lines.Take(_firstRuling).LastOrDefault(text => text.Any(char.IsAsciiDigit)) ?? "";
        _scale = DiagramScale.Find([.. rulings.Where(ruling => LeftOf(ruling.Line, ruling.Ruling) == left).Select(ruling => ruling.Ruling.Value)], numbers, left, right);
    }

    // A ruling may be broken at its left end.
    private int LeftOf(int line, Match ruling) => _text.Lines[line].AsSpan().TrimStart()[0] == '+' ? _text.Lines[line].IndexOf('+', StringComparison.Ordinal) : ruling.Index;

    // Returns the last line that belongs to the picture.
    private int ReadLines()
    {
        int last = _firstRuling;
        int row = -1;
        bool isBand = false;
        int lastDrawn = -1;
        _isRuled = true;
        for (int line = _firstRuling; line < _text.Lines.Count; line++)
        {
            string text = _text.Lines[line];
            if (text.Length == 0)
            {
                continue;
            }

            if (IsRuling(text))
            {
                isBand = false;
                row = line;
                last = line;
                _broken.Add((line, text));
                continue;
            }

            // A field-list entry below the picture may have its colon where the picture has its side.
            if (FieldList.EntriesOf(text).Count > 0)
            {
                isBand = false;
                continue;
            }

            if (!HasSides(text))
            {
                if (isBand && Array.Exists([.. text.Skip(_scale.Left).Take(_scale.Right - _scale.Left)], char.IsLetterOrDigit) && line < (lastDrawn = lastDrawn < 0 ? LastDrawn() : lastDrawn))
                {
                    throw _text.Error(line, Math.Min(_scale.Left, text.Length), "this line has no bar '|' at its side, and stands inside the picture", "Begin each row with a bar below the left end of the ruling.");
                }

                continue;
            }

            last = line;
            AddLine(line, text, isBand);
            isBand = true;
        }

        return last;
    }

    private int LastDrawn()
    {
        int line = _text.Lines.Count - 1;
        while (line > 0 && (_text.Lines[line].Length == 0 || !(IsRuling(_text.Lines[line]) || HasSides(_text.Lines[line]))))
        {
            line--;
        }

        return line;
    }

    private bool IsRuling(string text)
    {
        if (text.Length <= _scale.Left)
        {
            return false;
        }

        // A row may begin further right.
        if (text[_scale.Left] == ' ' && text.AsSpan().TrimStart()[0] == '+')
        {
            return RulingPattern().IsMatch(text);
        }

        return text[_scale.Left] == '+'
            ? !IsRowWithPlus(text)
            : StepPattern().IsMatch(text, _scale.Left) && Sides.Contains(text[_scale.Left], StringComparison.Ordinal);
    }

    // "+" drawn for a bar: no ruling, and a bar further right.
    private bool IsRowWithPlus(string text) => text.IndexOf('|', _scale.Left) is var bar && bar > _scale.Left && bar < _scale.Right && !RulingPattern().IsMatch(text, _scale.Left);

    private bool HasSides(string text)
    {
        return LeftSide(text) is not null
            || (text.Length > _scale.Left && text.IndexOfAny(_bars, _scale.Left) is var bar && bar >= 0 && bar <= _scale.Right + 1);
    }

    // A colon or full stop behind a word is that of a text, and no side.
    private int? LeftSide(string text) => Near(text, _scale.Left, Sides) is { } place
        && (Bars.Contains(text[place], StringComparison.Ordinal) || place == 0 || !char.IsLetterOrDigit(text[place - 1]))
            ? place
            : null;

    // Pictures are drawn by hand: a side may be a column off.
    private static int? Near(string text, int column, string sides)
    {
        foreach (int place in (ReadOnlySpan<int>)[column, column + 1, column - 1])
        {
            if (place >= 0 && place < text.Length && sides.Contains(text[place], StringComparison.Ordinal)
                && (place == column || Bars.Contains(text[place], StringComparison.Ordinal)))
            {
                return place;
            }
        }

        return null;
    }

    private void AddLine(int line, string text, bool isBand)
    {
        List<DiagramCell> cells = CellsOf(line, text);
        if (!isBand || _rows.Count == 0)
        {
            JoinRows(_rows.Count, cells);
            _rows.Add(cells);
            return;
        }

        List<DiagramCell> above = _rows[^1];
        if (above.Count == cells.Count && above.Zip(cells).All(pair => pair.First.From == pair.Second.From && pair.First.To == pair.Second.To))
        {
            Extend(above, cells);
            return;
        }

        // The sides of the box may be missing in some lines of it only.
        if (above.Count == 1 && cells.Count == 1 && above[0].From == cells[0].From && (above[0].IsOpen || cells[0].IsOpen))
        {
            Extend(above, cells);
            return;
        }

        _isRuled = false;
        JoinRows(_rows.Count, cells);
        _rows.Add(cells);
    }

    private static void Extend(List<DiagramCell> above, List<DiagramCell> cells)
    {
        foreach ((DiagramCell upper, DiagramCell lower) in above.Zip(cells))
        {
            // Lines of a box as wide as the row are rows; where several hold text it is text that did not fit one.
            if (above.Count == 1)
            {
                upper.IsTall = true;
                upper.Rows += upper.HasText && lower.HasText ? 0 : 1;
            }

            upper.HasText |= lower.HasText;
            upper.IsOpen |= lower.IsOpen;
            upper.IsBroken = false;
            upper.Texts.AddRange(lower.Texts);
        }
    }

    private List<DiagramCell> CellsOf(int line, string text)
    {
        int right = Near(text, _scale.Right, Sides) is { } place && !EndsInDots(text, place) ? place : -1;
        int left = LeftSide(text) ?? -1;
        if (left < 0 && text.Length > _scale.Left && text[_scale.Left] == '+')
        {
            left = _scale.Left;
        }

        if (left < 0)
        {
            // A row that the last line of text left open on its right goes on here; others may begin further right, as their rulings do.
            int indent = text.Length - text.TrimStart().Length;
            if (Bars.Contains(text[indent], StringComparison.Ordinal) && indent > _scale.Left && _broken.Exists(ruling => ruling.Text.Length - ruling.Text.TrimStart().Length == indent))
            {
                left = indent;
            }
            else if (_rows.Count == 0 || !_rows[^1][^1].IsOpen)
            {
                throw _text.Error(line, Math.Min(_scale.Left, text.Length), "this row does not begin with a bar '|' below the left end of the ruling", "Draw the left side of each row.");
            }

            else
            {
                left = _scale.Left - 1;
            }
        }

        // In the narrowest pictures one bar may be near both.
        if (right <= left)
        {
            right = -1;
        }

        // Text may stand in the place of the last bar.
        if (right < 0 && text.Length > _scale.Right && text[_scale.Right] != ' ' && !EndsInDots(text, text.Length))
        {
            right = text.Length;
        }

        char bar = left >= 0 && left < text.Length && text[left] == '!' ? '!' : '|';
        List<int> bars = [left];
        int end = Math.Min(right >= 0 ? right : int.MaxValue, text.Length - 1);
        for (int column = Math.Max(left + 1, _scale.Left + 1); column <= end; column++)
        {
            if (text[column] == bar && column < _scale.Right - 1)
            {
                bars.Add(column);
            }
        }

        bool closed = right >= 0;
        if (closed)
        {
            bars.Add(right);
        }

        List<DiagramCell> cells = [];
        for (int index = 0; index + 1 < bars.Count; index++)
        {
            cells.Add(Cell(line, text, bars[index], bars[index + 1], isFirst: index == 0, isLast: closed && index + 2 == bars.Count));
        }

        if (!closed)
        {
            string open = text[(bars[^1] + 1)..];
            if (cells.Count == 0 || (open.Trim().Length > 0 && !EndsAt(line + 1, bars[^1])))
            {
                int from = cells.Count > 0 ? cells[^1].To : left <= _scale.Left + 1 ? 0 : BitAt(line, left);
                bool isBroken = !EndsInDots(text, text.Length) && !CellText.Read(open).IsVariable;
                DiagramCell cell = new(line, Math.Max(0, bars[^1]), from, Math.Max(from, _scale.BitAt(_scale.Right) ?? from)) { IsOpen = true, IsBroken = isBroken };
                cell.AddText(open);
                cells.Add(cell);
            }
        }

        return cells;
    }

    private DiagramCell Cell(int line, string text, int left, int right, bool isFirst, bool isLast)
    {
        int from = isFirst && left <= _scale.Left + 1 ? 0 : BitAt(line, left);
        int to = isLast ? _scale.BitAt(_scale.Right) ?? throw Misplaced(line, right) : BitAt(line, right);
        if (to <= from)
        {
            throw _text.Error(line, right, "there is no bit between these two bars", "Put the bars below the marks of the ruling.");
        }

        bool isOpen = (isFirst && left >= 0 && left < text.Length && IsOpenSide(text[left])) || (isLast && right < text.Length && IsOpenSide(text[right]));
        DiagramCell cell = new(line, Math.Max(0, left), from, to) { IsOpen = isOpen };
        cell.AddText(text[(left + 1)..right]);
        return cell;
    }

    private int BitAt(int line, int column) => _scale.BitAt(column) ?? throw Misplaced(line, column);

    private SocketInputException Misplaced(int line, int column) =>
        _text.Error(line, column, "this bar stands between two bits", "Put it below a mark of the ruling, or where the bit numbers have a bit begin.");

    private static bool IsOpenSide(char side) => Sides.Contains(side, StringComparison.Ordinal) && !Bars.Contains(side, StringComparison.Ordinal);

    private static bool EndsInDots(string text, int end) => end <= text.Length && text.EndsWith("..", StringComparison.Ordinal);

    // Whether the next ruling ends below this column, so that what follows is a remark.
    private bool EndsAt(int line, int column)
    {
        string? next = _text.Lines.Skip(line).FirstOrDefault(text => text.Length > 0);
        return next is not null && IsRuling(next) && RulingPattern().Match(next, _scale.Left) is { Success: true } match
            && match.Index == _scale.Left && Math.Abs(match.Index + match.Length - 1 - column) <= 1;
    }

    // Finds which cells of the row above are open to which below, once what stands between is complete.
    private void JoinRows(int row, List<DiagramCell>? cells)
    {
        if (row > 0)
        {
            int first = 0;
            foreach (DiagramCell upper in _rows[row - 1])
            {
                string? written = null;
                while (first < cells?.Count && cells[first].To <= upper.From)
                {
                    first++;
                }

                for (int index = first; index < cells?.Count && cells[index].From < upper.To; index++)
                {
                    DiagramCell lower = cells[index];
                    int from = _scale.ColumnOf(Math.Max(upper.From, lower.From)) + 1;
                    int to = _scale.ColumnOf(Math.Min(upper.To, lower.To));
                    if (to > from && (_broken.Count > 0 || !_isRuled) && !_broken.Exists(ruling => IsRuled(ruling.Text, from, to)))
                    {
                        _joined.Add((upper, lower));
                        written ??= string.Join(' ', _broken.Select(ruling => TextIn(ruling.Text, from, to)));
                    }
                }

                if (!string.IsNullOrWhiteSpace(written))
                {
                    upper.Texts.Add(written);
                }
            }
        }

        _broken.Clear();
        _isRuled = true;
    }

    // Spaced dashes are no ruling: three quarters of the columns must be drawn.
    private static bool IsRuled(string ruling, int from, int to)
    {
        int drawn = 0;
        for (int column = from; column < Math.Min(to, ruling.Length); column++)
        {
            drawn += ruling[column] is '-' or '=' or '+' or '_' ? 1 : 0;
        }

        return drawn * 4 >= (to - from) * 3;
    }

    private static string TextIn(string ruling, int from, int to)
    {
        if (from >= ruling.Length)
        {
            return "";
        }

        string text = ruling[from..Math.Min(to, ruling.Length)].Trim(' ', '-', '+', '=');
        return text.Any(char.IsLetterOrDigit) ? text : text.Contains('.', StringComparison.Ordinal) ? "..." : "";
    }

    [GeneratedRegex(@"\+(?:[-=+]{2,}(?:/+[-=+]+)*|[-=]\+)[|!]?")]
    private static partial Regex RulingPattern();

    [GeneratedRegex(@"\+[-=]{2}|\+[-=]\+|[-=]{2}\+")]
    private static partial Regex StepPattern();
}
