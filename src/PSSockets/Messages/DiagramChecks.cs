using System.Text.RegularExpressions;

namespace PSSockets.Messages;

/// <summary>Looks whether the rows of a picture agree with its rulings and with each other, and are bits at all: what is drawn in doubt is refused.</summary>
internal sealed partial class DiagramChecks
{
    private readonly DiagramText _text;
    private readonly DiagramScale _scale;
    private readonly List<List<DiagramCell>> _rows;
    private readonly List<List<(int Line, string Text)>> _between;
    private readonly HashSet<DiagramCell> _joined;

    /// <summary>Makes the checks of one picture.</summary>
    /// <param name="text">Its text.</param>
    /// <param name="scale">Which bit stands where.</param>
    /// <param name="rows">Its rows.</param>
    /// <param name="between">The rulings before each row, and those after the last.</param>
    /// <param name="joined">The cells that are open to one above or below.</param>
    public DiagramChecks(DiagramText text, DiagramScale scale, List<List<DiagramCell>> rows, List<List<(int Line, string Text)>> between, HashSet<DiagramCell> joined)
    {
        _text = text;
        _scale = scale;
        _rows = rows;
        _between = between;
        _joined = joined;
    }

    /// <summary>Looks where a row between rulings ends, and where its bars are.</summary>
    /// <exception cref="SocketInputException"><c>InvalidDiagram</c>.</exception>
    public void CheckRow(int row)
    {
        CheckShortRow(row);
        CheckMarks(row);
    }

    /// <summary>Looks at all rows together.</summary>
    /// <exception cref="SocketInputException"><c>InvalidDiagram</c>.</exception>
    public void CheckAll()
    {
        CheckTable();
        CheckUnits();
        CheckValues();
        CheckLetters();
        CheckEnds();
        CheckShift();
        CheckHeights();
        CheckLines();
    }

    // A row that is closed before the end of the longest must end where a ruling or the next row does, or have its bars where bits begin.
    private void CheckShortRow(int row)
    {
        if (_rows[row][^1] is not { IsOpen: false, HasNoRight: false } last || last.EndColumn >= _scale.Right - 1 || _between[row].Count == 0 || _between[row + 1].Count == 0)
        {
            return;
        }

        int EndOf((int Line, string Text) ruling) => DiagramReader.RulingPattern().Match(ruling.Text, _scale.Left) is { Success: true } match ? match.Index + match.Length - 1 : _scale.Right;
        int above = EndOf(_between[row][^1]);
        (int Line, string Text) ruling = _between[row + 1][0];
        int below = EndOf(ruling);
        bool Meets(int column) => Math.Abs(column - below) <= 1;
        if (!Meets(last.EndColumn) && !Meets(_scale.Right) && !Meets(above) && (row + 1 == _rows.Count || !Meets(_rows[row + 1][^1].EndColumn)))
        {
            throw _text.Error(ruling.Line, below, "this ruling ends where neither the row above nor the one below it does", "Draw the ruling as long as one of its rows, and a bar at the end of each row.");
        }

        if (Meets(_scale.Right) && Meets(above) && _rows[row].Find(cell => !_scale.IsExact(cell.EndColumn)) is { } shifted)
        {
            throw _text.Error(last.Line, shifted.EndColumn, "this bar stands between two bits, in a row that ends before its rulings do", "Put each bar below a mark of the ruling, and the last one at its end.");
        }
    }

    // Where nothing tells which bit stands where, each bar must meet a mark.
    private void CheckMarks(int row)
    {
        List<(int Line, string Text)> rulings = [.. _between[row], .. _between[row + 1]];
        foreach (DiagramCell cell in _scale.IsTold ? [] : _rows[row].SkipLast(1))
        {
            if (!rulings.Exists(ruling => Enumerable.Range(cell.EndColumn - 1, 3).Any(column => column >= 0 && column < ruling.Text.Length && ruling.Text[column] == '+')))
            {
                throw _text.Error(cell.Line, cell.EndColumn, "this bar meets no mark of the rulings above and below", "Put a '+' into the ruling above or below the bar, or write bit numbers above the picture.");
            }
        }
    }

    // A digit for each bit, in the cells of the row above, shows the values that they have in an example.
    private void CheckValues()
    {
        for (int row = 1; row < _rows.Count; row++)
        {
            List<DiagramCell> cells = _rows[row];
            if (cells.Count > 1 && cells.Exists(cell => cell.Bits > 1) && cells.Select(cell => (cell.From, cell.To)).SequenceEqual(_rows[row - 1].Select(cell => (cell.From, cell.To)))
                && cells.TrueForAll(cell => string.Concat(cell.Texts).Replace(" ", "", StringComparison.Ordinal) is var digits && digits.Length == cell.Bits && digits.All(digit => digit is '0' or '1'))
                && _rows[row - 1].Exists(cell => cell.Texts.Exists(text => text.Any(char.IsLetter))))
            {
                throw _text.Error(cells[0].Line, cells[0].Column, "this row shows values of the bits that are named above", "Leave it out; write a constant as 'Name = 1'.");
            }
        }
    }

    // Eight letters or digits and more that are two to four runs of the same, which no word is.
    private static bool IsOfRuns(string text) => text.Length >= 8 && text.All(char.IsAsciiLetterOrDigit) && text.AsSpan().ContainsAnyExcept('0', '1') && text.Zip(text.Skip(1)).Count(pair => pair.First != pair.Second) is >= 1 and <= 3;

    // A row that ends within a byte, with a row of bits below it, is not complete.
    private void CheckEnds()
    {
        int rowBits = _scale.BitAt(_scale.Right) ?? 0;
        for (int row = 0; _scale.IsTold && row + 1 < _rows.Count; row++)
        {
            if (_rows[row][^1] is { IsOpen: false } last && last.To % 8 != 0 && last.To < rowBits && _rows[row + 1][0] is { IsOpen: false, From: 0 } next && !_joined.Contains(last)
                && CellText.Read(CellText.Join(next.Texts)) is { IsVariable: false } && CellText.Read(CellText.Join(last.Texts)) is { IsVariable: false })
            {
                throw _text.Error(last.Line, last.EndColumn, $"this row ends at bit {last.To}, within a byte, and another row follows it", "Look whether the bars of the row are complete and stand below the marks of the ruling.");
            }
        }
    }

    // "E R" in a cell of two bits, and "mmmvvvvv" in one of eight, are several fields, with a letter for each bit.
    private void CheckLetters()
    {
        int rowBits = _rows.Max(row => row[^1].To);
        foreach (DiagramCell cell in _rows.SelectMany(row => row))
        {
            CheckSigns(cell, rowBits);
            if (DittoPattern().IsMatch(CellText.Join(cell.Names)))
            {
                throw _text.Error(cell.Line, cell.Column, "this cell repeats what is above it, and nothing says whether that goes on or comes again", "Write the name, or (cont.) where the field before goes on.");
            }

            if (cell.Texts.Exists(text => InnerSidePattern().IsMatch(text)))
            {
                throw _text.Error(cell.Line, cell.Column, "this sign stands between two names, and nothing says whether it parts them", "Draw a bar '|' between two fields.");
            }

            if (cell.Texts.Exists(text => WideGapPattern().IsMatch(text)))
            {
                throw _text.Error(cell.Line, cell.Column, "these words stand far apart, and nothing says whether a bar between them was forgotten", "Draw a bar between two fields, or write one name without a gap.");
            }

            if (cell.Texts.Count(text => StrokesPattern().IsMatch(text)) > 1)
            {
                throw _text.Error(cell.Line, cell.Column, "these strokes are a drawing, and not the name of a field", "Pass a picture of bits, with names in its cells.");
            }

            if (cell.Bits == 1 && _rows[0].Exists(first => first.Bits > 1 || !first.Texts.TrueForAll(text => text.Trim() is "" or [>= '0' and <= '9'])) && cell.Columns > 2 && string.Concat(cell.Texts).Trim() is [>= '2' and <= '9'] digit)
            {
                throw _text.Error(cell.Line, cell.Column, $"this cell has one bit, which is never {digit}", "Write the bit numbers above the picture, or names in its cells.");
            }

            if (!cell.IsOpen && cell.Bits > 1 && cell.Texts.Select(text => text.Trim()).FirstOrDefault(text => HasLetterForEachBit(text, cell)) is { } text)
            {
                throw _text.Error(cell.Line, cell.Column, $"'{text}' has a letter for each of {cell.Bits} bits, and no bars between them", "Draw a bar between fields, or write one name in the cell.");
            }

            if (cell.Names.Any(text => LettersBesideWordPattern().IsMatch(text)))
            {
                throw _text.Error(cell.Line, cell.Column, "single letters stand beside a word here, and nothing says whether each is a bit", "Draw a bar '|' between fields, or write one name in the cell.");
            }
        }
    }

    // Strokes that part the lines of a cell, bars of other signs, and words for what is left out.
    private void CheckSigns(DiagramCell cell, int rowBits)
    {
        List<string> names = [.. cell.Names];
        int stroke = names.FindIndex(text => StrokePattern().IsMatch(text));
        if (stroke > 0 && cell.Columns > 8 && names.Take(stroke).Any(text => text.Any(char.IsLetterOrDigit)) && names.Skip(stroke + 1).Any(text => text.Any(char.IsLetterOrDigit)))
        {
            throw _text.Error(cell.Line + stroke, cell.Column, "this line parts the names above and below it, and is not a ruling", "Draw a ruling such as +-+-+-+-+ between two fields.");
        }

        if (names.Exists(text => OtherBarPattern().IsMatch(text)))
        {
            throw _text.Error(cell.Line, cell.Column, "a sign like a bar stands in this cell, and nothing says whether it parts two fields", "Draw bars as '|'.");
        }

        if (cell is { From: 0, IsOpen: false } && cell.To == rowBits && !_joined.Contains(cell) && CellText.Join(names) is var whole && LeftOutPattern().IsMatch(whole))
        {
            throw _text.Error(cell.Line, cell.Column, $"'{whole.Trim()}' stands for what is left out, and nothing says how long that is", "Write a name, and (variable) where the length varies, or dots.");
        }
    }

    private static bool HasLetterForEachBit(string text, DiagramCell cell) => cell.Bits == (text.Contains(' ', StringComparison.Ordinal) ? (text.Length + 1) / 2 : text.Length)
        && (SpacedLettersPattern().IsMatch(text) || IsOfRuns(text));

    // A bar one bit beside the end of a byte, between cells that would be whole bytes with it there, was most often drawn a bit too far left or right.
    // Texts that stand exactly in the middle of their cells say that it was meant.
    private void CheckShift()
    {
        foreach (List<DiagramCell> row in _scale.IsTold ? _rows : [])
        {
            // In a row that is a column too short or too long, the one before is not to be trusted.
            if (!_scale.IsExact(row[^1].EndColumn) && !row[^1].IsOpen && row.Zip(row.Skip(1)).FirstOrDefault(pair => pair.First.To % 8 is 1 or 7 && pair.First.Bits > 1 && pair.Second.Bits > 1) is ({ } shifted, _))
            {
                throw Beside(shifted);
            }

            // Two names that stand beside the middle of their cells, which would be two halves of a word.
            if (row is [{ Bits: 14 or 18, From: 0 } half, { Bits: 14 or 18 }] && row.TrueForAll(cell => !cell.IsOpen && !_joined.Contains(cell) && CellText.Read(CellText.Join(cell.Texts)) is { IsVariable: false, Size: var size } && size != cell.Bits && cell.Texts.Exists(text => text.Trim().Length > 0 && Math.Abs(text.Length - text.TrimEnd().Length - (text.Length - text.TrimStart().Length)) > 1)))
            {
                throw _text.Error(half.Line, half.EndColumn, "this bar stands two bits beside the middle of the row, and nothing says whether it is meant to", "Put it below the mark in the middle, or write the width in brackets, such as (14 bits).");
            }

            for (int first = 0; first < row.Count; first++)
            {
                // Each bar may be one bit further off than the one before.
                int beside = row[first].To % 8;
                int last = first;
                while (last < row.Count && row[last].To % 8 is var off && off != 0 && (off == beside || (last > first && (off - row[last - 1].To - beside) % 8 == 0)))
                {
                    last++;
                }

                if (beside is not (1 or 7) || last == row.Count || row[first].From % 8 != 0 || row[last].To % 8 != 0 || (beside == 1 ? row[first] : row[last]).Bits == 1)
                {
                    continue;
                }

                List<DiagramCell> cells = row[first..(last + 1)];
                if (cells.TrueForAll(cell => !cell.IsOpen && !_joined.Contains(cell) && CellText.Read(CellText.Join(cell.Texts)) is { Size: null, IsVariable: false })
                    && (cells.Exists(cell => cell.Texts.Exists(IsOffCentre)) || row.SkipLast(1).Any(cell => !_scale.IsExact(cell.EndColumn))))
                {
                    throw Beside(row[first]);
                }
            }
        }
    }

    private SocketInputException Beside(DiagramCell cell) => _text.Error(cell.Line, cell.EndColumn, "this bar stands one bit beside the end of a byte, and nothing says whether it is meant to", "Put it below the mark where the byte ends, or write the width in brackets, such as (7 bits).");

    private static bool IsOffCentre(string text) => text.Trim().Length > 0 && text.Length - text.TrimEnd().Length - (text.Length - text.TrimStart().Length) is not (0 or 1);

    // Lines of one box may be rows, or one text, or stand for any number of them; and a ruling between them may be lost.
    private void CheckLines()
    {
        foreach (List<DiagramCell> row in _rows)
        {
            if (row[0].Lines > 1 && row.TrueForAll(cell => (row.Count > 1 || cell.Bits > 1) && cell.Texts.TrueForAll(text => text.Trim() is { Length: > 0 } bits && bits.All(letter => char.IsAsciiDigit(letter) || letter is 'x' or 'X'))))
            {
                throw _text.Error(row[0].Line, row[0].Column, "these cells have bits below each other, which are not names", "Draw a ruling between rows.");
            }

            if (!_scale.IsTold && row.Count > 1 && row[0].Lines > 2 && row.TrueForAll(cell => !cell.Texts.Exists(string.IsNullOrWhiteSpace)))
            {
                throw LooksLikeTable();
            }

            if (row[0].Lines < 2 || row.Exists(cell => cell.IsOpen || _joined.Contains(cell) || cell.Texts.Exists(line => line.TrimStart().StartsWith('='))))
            {
                continue;
            }

            if (row.TrueForAll(HasNeedlessLines) || (row is [var box] && IsOfUnknownHeight(box) && !box.Texts.Exists(line => CellText.Read(line) is { Size: { } size, Unit: > 0 and var unit } && size * unit == box.Bits)))
            {
                throw _text.Error(
                    row[0].Line,
                    row[0].Column,
                    row.Count > 1
                        ? "these cells have lines that would fit in one, and nothing says whether a ruling between them was lost"
                        : $"'{CellText.Read(CellText.Join(row[0].Texts)).Name}' has {row[0].Lines} lines, and nothing says whether they are rows of bits",
                    row.Count > 1
                        ? "Draw a ruling between two rows, or write each name in one line."
                        : "Write the width in brackets, such as (96 bits), or (variable), or draw '+' at both sides between rows, and a ruling between fields.");
            }
        }
    }

    // Each line has words, and all of them would fit in one.
    private static bool HasNeedlessLines(DiagramCell cell) => cell.Texts.TrueForAll(line => line.Any(char.IsLetterOrDigit) && !line.TrimStart().StartsWith('('))
        && CellText.Join(cell.Texts) is var text && text.Length <= cell.Columns - 2 && CellText.Read(text) is { Size: null, IsVariable: false };

    // A name in the middle of an odd number of lines is most often drawn for a field of any length, and so is what is called by its content.
    private static bool IsOfUnknownHeight(DiagramCell box)
    {
        int texts = box.Texts.Count(line => !string.IsNullOrWhiteSpace(line));
        return CellText.Read(CellText.Join(box.Texts)) is { IsVariable: false, Size: null, IsContinued: false } text
            && (texts > 1 ? texts < box.Lines
                : texts == 1 && ((box.Lines % 2 == 1 && (box.Lines > 4 || !string.IsNullOrWhiteSpace(box.Texts[box.Lines / 2]))) || text.IsContent));
    }

    // Where rows of several cells have as many lines as a box of one cell, its lines need not be rows.
    private void CheckHeights()
    {
        HashSet<int> heights = [.. _rows.Where(row => row.Count > 1 && row[0].Lines > 1).Select(row => row[0].Lines)];
        foreach (List<DiagramCell> row in _rows)
        {
            if (row is [{ IsTall: true, IsOpen: false, Rows: > 1 } cell] && heights.Contains(cell.Lines) && CellText.Read(CellText.Join(cell.Texts)) is { IsVariable: false, Size: null } text && !_joined.Contains(cell))
            {
                throw _text.Error(
                    cell.Line,
                    cell.Column,
                    $"'{text.Name}' has {cell.Lines} lines, as rows of several cells in this picture have, and nothing says whether it has {cell.Lines} times the bits of one",
                    "Write the width in brackets, such as (32 bits), or draw one line for each row.");
            }
        }
    }

    private SocketInputException LooksLikeTable() => _text.Error(
        _rows[0][0].Line,
        _rows[0][0].Column,
        "this looks like a table, and nothing tells how wide its cells are in bits",
        "Write the bit numbers above a picture, or mark each bit in its rulings, as in +-+-+-+-+.");

    // Marks that do not stand for cells stand for bits, half bytes or bytes, which nothing tells. A narrow box with one name is not a message.
    private void CheckUnits()
    {
        if (_scale.IsTold)
        {
            return;
        }

        int rowBits = _rows.Max(row => row[^1].To);
        if (_scale.IsOfBytes && rowBits > 64 && _rows.Count > 1)
        {
            throw LooksLikeTable();
        }

        List<DiagramCell> cells = [.. _rows.SelectMany(row => row)];
        if (rowBits < 32 && _rows.TrueForAll(row => row.Count == 1) && _between.TrueForAll(rulings => rulings.TrueForAll(ruling => DiagramScale.MarksOf(ruling.Text).Count() < 3))
            && !cells.Exists(cell => CellText.Join(cell.Texts) is var text && (text.Length == 0 || text.All(char.IsAsciiDigit) || CellText.Read(text).Size is not null)))
        {
            throw _text.Error(cells[0].Line, cells[0].Column, "this is a box with a name, and nothing tells how many bits it has", "Write the bit numbers above it, or mark each bit, as in +-+-+-+-+.");
        }

        // Cells of four columns with a letter or digit in the middle of each may be bits of four columns, where the row then has a width that rows have.
        int[] distances = [.. _between.SelectMany(rulings => rulings).Select(ruling => DiagramScale.MarksOf(ruling.Text).ToArray()).SelectMany(marks => marks.Zip(marks.Skip(1), (left, right) => right - left))];
        if (distances.Length > 0 && distances.Min() == 4 && Array.TrueForAll(distances, distance => distance % 4 == 0) && rowBits / 2 is 8 or 16 or 32 or 64
            && cells.Where(cell => cell.Columns == 3).ToArray() is { Length: > 0 } narrow && Array.TrueForAll(narrow, cell => cell.Texts is [[' ', not ' ', ' ']]))
        {
            throw _text.Error(narrow[0].Line, narrow[0].Column, "nothing tells whether a bit has two columns here, or four", "Write the bit numbers above the picture, or mark each bit in its rulings, as in +-+-+-+-+.");
        }

        for (int row = 0; row < _rows.Count; row++)
        {
            foreach ((int line, string text) in _between[row])
            {
                int[] marks = [.. DiagramScale.MarksOf(text).Where(mark => mark >= _scale.Left && mark <= _scale.Right)];
                bool hasEvenParts = marks.Length is 5 or 9 && marks[0] == _scale.Left && marks[^1] == _scale.Right && marks.Zip(marks.Skip(1)).All(pair => pair.Second - pair.First == 8);
                if (hasEvenParts && (marks.Length == 9 || Array.Exists(marks[1..^1], mark => !_rows[row].Exists(cell => cell.EndColumn == mark) && (row == 0 || !_rows[row - 1].Exists(cell => cell.EndColumn == mark)))))
                {
                    throw _text.Error(
                        line,
                        _scale.Left,
                        $"this ruling has {marks.Length - 1} equal parts, and nothing tells whether they are bits, half bytes or bytes",
                        "Write the bit numbers above the picture, or mark each bit in its rulings, as in +-+-+-+-+.");
                }
            }
        }

        // Cells of 8 columns and more in a row of 32 may have a column for each bit.
        if (rowBits == 16 && distances.Length > 0 && Array.TrueForAll(distances, distance => distance % 8 == 0) && distances.Contains(8))
        {
            throw _text.Error(cells[0].Line, cells[0].Column, "nothing tells whether a bit has two columns here, or one", "Write the bit numbers above the picture, or mark each bit in its rulings, as in +-+-+-+-+.");
        }
    }

    // Tables that people draw with the same signs: columns that go through all rows, texts at the left of their cells or numbers in them.
    private void CheckTable()
    {
        // A heading that a ruling of another sign parts from the rest.
        if (!_scale.IsTold && _rows.Count > 1 && _between[1] is [var heading] && heading.Text.Contains("==", StringComparison.Ordinal)
            && _between.Where((_, row) => row != 1).All(rulings => rulings.TrueForAll(ruling => !ruling.Text.Contains('=', StringComparison.Ordinal))))
        {
            throw LooksLikeTable();
        }

        if (_scale.IsTold || _rows.Count < 2 || _rows[0].Count < 2 || !_rows.TrueForAll(row => row.Count == _rows[0].Count && row.Zip(_rows[0]).All(pair => pair.First.From == pair.Second.From)))
        {
            return;
        }

        List<DiagramCell> cells = [.. _rows.SelectMany(row => row)];
        bool isAligned = cells.Sum(cell => cell.Texts.Count) > 8 && Enumerable.Range(0, _rows[0].Count).All(column => IsAligned([.. _rows.SelectMany(row => row[column].Texts).Where(text => !string.IsNullOrWhiteSpace(text))]));
        bool hasNumbers = _rows.Skip(1).Any(row => row.Exists(cell => TableNumberPattern().IsMatch(string.Concat(cell.Texts))));
        if (hasNumbers || isAligned || cells.TrueForAll(cell => cell.Texts.TrueForAll(text => text.Length == 0 || text.TrimEnd().Length == 0 || (text[0] == ' ' && text.Length > 1 && text[1] != ' ' && text[^1] == ' '))))
        {
            throw LooksLikeTable();
        }
    }

    // Texts of different lengths that all begin in the same column.
    private static bool IsAligned(string[] texts) => texts.Select(text => text.Length - text.TrimStart().Length).Distinct().Count() == 1 && texts.Select(text => text.Trim().Length).Distinct().Count() > 1;

    [GeneratedRegex(@"^\s*(?:0x)?[0-9][0-9A-Fa-f.,-]*\s*$")]
    private static partial Regex TableNumberPattern();

    [GeneratedRegex(@"[\p{L}\p{N})]\s{2,}[~\\/:+!;.¦]\s{2,}[\p{L}\p{N}]")]
    private static partial Regex InnerSidePattern();

    [GeneratedRegex(@"(?<!\b(?:long|short|int|char|octet|byte|float|double|string|u?int(?:8|16|32|64)(?:_t)?))(?<=[\p{L}\p{N}]) {6,}[\p{L}\p{N}]")]
    private static partial Regex WideGapPattern();

    // "-/", "/  #": strokes of several signs without a letter.
    [GeneratedRegex(@"^[^\p{L}\p{N}]*(?:-[/\\|#<>]|[/\\|#<>]-|[/\\] +#|#[/\\-])[^\p{L}\p{N}]*$")]
    private static partial Regex StrokesPattern();

    // "L M S Reserved", "Vers C P R"; a single letter is a part of a name.
    [GeneratedRegex(@"^\s*(?:(?:[A-Z] +){2,}\p{L}{2,}|\p{L}{2,}(?: +[A-Z]){2,}\s*$)|(?: [A-Z]){4,} ")]
    private static partial Regex LettersBesideWordPattern();

    [GeneratedRegex(@"^\s*(?:([-=_─–—+*#^])(?:\s*\1){4,}|[-=]{5,})\s*$")]
    private static partial Regex StrokePattern();

    [GeneratedRegex("[│┃¦｜║❘]")]
    private static partial Regex OtherBarPattern();

    // "---", "* * *", "⋮", "etc.", "(more)".
    [GeneratedRegex(@"^(?:(?:[-*⋮=_#·⋯] ?)+|\W*(?:more|etc|and so on|and so forth|snip|to be continued)\W*)$", RegexOptions.IgnoreCase)]
    private static partial Regex LeftOutPattern();

    [GeneratedRegex(@"^(?=.*\p{L})[\p{L}01](?: [\p{L}01])+$")]
    private static partial Regex SpacedLettersPattern();

    [GeneratedRegex("^(?:\"|''|,,|〃|\\W*ditto\\W*)$", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex DittoPattern();
}
