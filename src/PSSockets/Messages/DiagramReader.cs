using System.Globalization;
using System.Text.RegularExpressions;
using PSSockets.Errors;

namespace PSSockets.Messages;

/// <summary>
/// Reads the ASCII pictures of packets that Internet standards use (RFC 791, RFC 1035, RFC 7322): rulings, rows of cells, bit numbers.
/// Lines become rows of cells, cells without a ruling between them become one field, and the text in them its name.
/// </summary>
internal sealed partial class DiagramReader
{
    // Left and right sides; those after the first two are open or broken ones.
    private const string Sides = "|!/\\:~.;";
    private const string Bars = "|!";
    private const int MostCuts = 32;

    // A ruling further above is not that of the row.
    private const int MostLinesAbove = 100;

    // A longer line is not a word between two forms.
    private const int MostRemarkColumns = 200;

    private static readonly HashSet<string> s_numberWords = new(StringComparer.OrdinalIgnoreCase) { "bit", "bits", "byte", "bytes", "octet", "octets", "offset", "offsets", "msb", "lsb" };

    private readonly DiagramText _text;
    private readonly FormatNames _formats;
    private readonly List<List<DiagramCell>> _rows = [];
    private readonly List<(DiagramCell Upper, DiagramCell Lower)> _joined = [];
    private readonly List<(int Line, string Text)> _broken = [];
    private readonly Dictionary<int, (string Text, IReadOnlyList<(int Left, int Right)> Cuts)> _rulings = [];
    private readonly List<List<(int Line, string Text)>> _between = [];
    private DiagramScale _scale = null!;
    private char[] _bars = ['|'];
    private int _firstRuling;
    private int _end;
    private bool _isRuled;
    private bool _isExact = true;

    private DiagramReader(DiagramText text, FormatNames formats)
    {
        _text = text;
        _formats = formats;
    }

    /// <summary>Reads a diagram, and the field-list entries that may stand below it.</summary>
    /// <exception cref="SocketInputException"><c>InvalidDiagram</c>, with line and column, or <c>InvalidField</c>.</exception>
    public static IReadOnlyList<FieldDefinition> Read(string diagram, FormatNames formats)
    {
        (IReadOnlyList<FieldDefinition>? fields, IReadOnlyList<string> entries) = (null, []);
        SocketInputException? problem = null;
        foreach (DiagramText text in DiagramText.Variants(diagram))
        {
            try
            {
                (IReadOnlyList<FieldDefinition> read, int last, bool isExact) = Read(text, formats);
                IReadOnlyList<string> below = DiagramEntries.Below(text, read, last, formats);
                if (isExact)
                {
                    return DiagramEntries.Refine(read, [.. below.Select(entry => FieldList.Read(entry, formats))]);
                }

                // With other columns it must not be another picture.
                if (fields is not null && !fields.SequenceEqual(read))
                {
                    throw text.Error(0, 0, "with tabs of 8, 4 and 2 columns this is another picture each time", "Write spaces in place of the tabs.");
                }

                (fields, entries) = (read, below);
            }
            catch (SocketInputException exception) when (exception.ErrorId == ErrorIds.InvalidDiagram)
            {
                problem ??= exception;
                if (!diagram.Contains("+-", StringComparison.Ordinal) && !diagram.Contains("+=", StringComparison.Ordinal))
                {
                    break;
                }
            }
        }

        if (fields is not null && (problem is null || !HasInnerTab(diagram)))
        {
            return DiagramEntries.Refine(fields, [.. entries.Select(entry => FieldList.Read(entry, formats))]);
        }

        if (problem is null || !HasInnerTab(diagram) || problem.Message.Contains("there is no ruling", StringComparison.Ordinal))
        {
            throw problem!;
        }

        int colon = problem.Message.IndexOf(": ", StringComparison.Ordinal) + 2;
        throw new SocketInputException(
            ErrorIds.InvalidDiagram,
            $"{problem.Message[..colon]}bars and rulings do not meet with tabs of 8, 4 or 2 columns; with 8 {problem.Message[colon..]}",
            "Write spaces in place of the tabs.",
            problem.Target);
    }

    // Tabs that only indent move all lines alike, also after the prefix of a comment.
    private static bool HasInnerTab(string diagram) => diagram.Contains('\t', StringComparison.Ordinal)
        && diagram.Split('\n').Any(line => line.AsSpan().TrimStart(" \t/*#;%>").TrimEnd().Contains('\t'));

    private static (IReadOnlyList<FieldDefinition> Fields, int LastLine, bool IsExact) Read(DiagramText text, FormatNames formats)
    {
        if (SizedDiagram.TryRead(text) is { } sized)
        {
            return (sized.Fields, sized.LastLine, true);
        }

        DiagramReader reader = new(text, formats);
        (IReadOnlyList<FieldDefinition> fields, int last) = reader.Read();
        return (fields, last, reader._isExact);
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
        CheckRows();
        int numbers = IsNumbersRow() ? 1 : 0;
        List<List<DiagramCell>> rows = _rows[numbers..];
        DiagramWords.Read(_text, rows, [.. _between.Skip(numbers).Select(rulings => rulings.Count > 0 ? rulings[^1].Line : -1)], Joined(), _firstRuling, last);
        IReadOnlyList<FieldDefinition> fields = DiagramEntries.Number(new DiagramFields(_text, [.. rows.SelectMany(row => row)], _joined).Make());
        DiagramWords.CheckFields(_text, fields, _firstRuling, last, rows.Max(row => row[^1].To));
        return (fields, last);
    }

    // Bit numbers in a row of the picture, as RFC 6184 draws them.
    private bool IsNumbersRow() => _rows is [{ Count: >= 8 } first, _, ..] && !_joined.Exists(pair => first.Contains(pair.Upper)) && first.Select((cell, place) => cell.To - cell.From == 1 && cell.Texts.TrueForAll(text => text.Trim() is "" or [>= '0' and <= '9']) && cell.Texts[^1].Trim() is [var digit]
        && (digit - '0' == place % 8 || digit - '0' == place % 10 || digit - '0' == 7 - (place % 8))).All(isNumber => isNumber);

    private void FindScale()
    {
        List<(int Line, Match Ruling)> rulings = [];
        for (int line = 0; line < _text.Lines.Count; line++)
        {
            string plain = DiagramRuling.Plain(_text.Lines[line], out IReadOnlyList<(int Left, int Right)> cuts);
            if (cuts.Count > MostCuts)
            {
                throw _text.Error(line, cuts[MostCuts].Left, $"this ruling has more than {MostCuts} cuts", "Draw a picture of fewer fields, or write them as a list.");
            }

            if (!ReferenceEquals(plain, _text.Lines[line]) || cuts.Count > 0)
            {
                _rulings[line] = (plain, cuts);
            }

            if (RulingPattern().Match(LineAt(line)) is { Success: true } ruling && !PointerPattern().IsMatch(_text.Lines[line]))
            {
                rulings.Add((line, ruling));
            }
        }

        if (rulings.Count == 0)
        {
            int line = Math.Max(0, _text.Lines.ToList().FindIndex(text => text.Length > 0));
            throw _text.Error(line, 0, "there is no ruling such as +-+-+-+-+ in the diagram", "Paste the whole picture, with the lines between its rows.");
        }

        for (int line = rulings[0].Line + 1; line < rulings[^1].Line; line++)
        {
            if (_text.Lines[line].Length <= MostRemarkColumns && AlternativePattern().IsMatch(_text.Lines[line]))
            {
                throw _text.Error(line, 0, "this parts two forms, of which one counts", "Pass one picture at a time: each is a format of its own; a list of fields can have a choice by a field's value.");
            }

            if (OddRulingPattern().IsMatch(_text.Lines[line]))
            {
                throw _text.Error(line, 0, "this line of other signs is not a ruling, and nothing says whether it parts two fields", "Draw rulings as +-+-+-+-+ or +=======+.");
            }

            if (_text.Lines[line - 1] == _text.Lines[line] && _text.Lines[line + 1] == _text.Lines[line] && RulingPattern().IsMatch(_text.Lines[line]))
            {
                throw _text.Error(line, 0, "three rulings follow each other, and nothing says whether rows between them were lost", "Draw the rows between them, or leave the others out.");
            }
        }

        if (_text.OtherPrefixLine is var other and >= 0)
        {
            throw _text.Error(other, 0, "the lines begin with other signs from here on, as in another comment or a difference of two texts", "Pass one picture at a time, without the signs that are not part of it.");
        }

        _end = _text.Lines.Count;
        LeaveOutTables(rulings);

        // Some rows may begin further right, and remarks may stand further left.
        int left = rulings.GroupBy(ruling => LeftOf(ruling.Line, ruling.Ruling)).OrderByDescending(group => group.Count()).ThenBy(group => group.Key).First().Key;
        int RightOf(Match ruling) => ruling.Index + ruling.Value.TrimEnd('-', '=').Length - 1;
        int right = rulings.Max(ruling => RightOf(ruling.Ruling));

        // One that is shifted by a column does not make the others longer.
        if (rulings.Where(ruling => LeftOf(ruling.Line, ruling.Ruling) == left).Max(ruling => RightOf(ruling.Ruling)) is var aligned && right - aligned == 1)
        {
            right = aligned;
        }

        if (right <= left)
        {
            throw _text.Error(rulings[0].Line, left, "this ruling marks no bits", "Draw a ruling such as +-+-+-+-+, with a mark at each end.");
        }

        _firstRuling = rulings[0].Line;
        foreach ((int line, Match ruling) in rulings)
        {
            string rest = LineAt(line)[(ruling.Index + ruling.Length)..];
            if (SecondRulingPattern().Match(rest) is { Success: true } second && ruling.Index + ruling.Length + second.Index > right)
            {
                throw _text.Error(line, ruling.Index + ruling.Length + second.Index, "a second ruling begins here", "Pass one picture at a time; pictures do not stand side by side.");
            }
        }

        _bars = _text.Lines.Any(text => text.Length > left && text[left] == '!') ? ['|', '!'] : ['|'];
        if (_firstRuling > 0 && _text.Lines[_firstRuling - 1] is var sides && sides.Length == right + 1 && right > left && sides[left] == sides[right] && (IsOpenSide(sides[left]) || sides[left] == '!') && sides[(left + 1)..].Any(char.IsLetter))
        {
            throw _text.Error(_firstRuling - 1, left, "there is a row above the first ruling", "Paste the whole picture, from its first ruling to its last.");
        }

        if (_firstRuling > 0 && _text.Lines[_firstRuling - 1] is var above && above.Length > left && above[left] == '|' && !IsNumbers(above) && above.IndexOf('|', left + 1) is var bar && (bar > 0 || EndsInDots(above, above.Length))
            && (above.Any(char.IsLetter) || (bar == right && above.AsSpan(left + 1, right - left - 1).IsWhiteSpace() && !(_firstRuling > 1 && IsNumbers(_text.Lines[_firstRuling - 2])))))
        {
            throw _text.Error(_firstRuling - 1, left, "there is a row above the first ruling", "Paste the whole picture, from its first ruling to its last.");
        }

        int numbersLine = _firstRuling - 1;
        while (numbersLine >= 0 && !IsNumbers(_text.Lines[numbersLine]))
        {
            numbersLine--;
        }

        // Beside numbers directly above the picture a text may go on that stands left of it.
        string numbers = numbersLine < 0 ? "" : _text.Lines[numbersLine];
        if (_firstRuling > 0 && numbersLine != _firstRuling - 1 && _text.Lines[_firstRuling - 1] is var beside && beside.Length > left && beside.AsSpan(0, left).EndsWith("  ") && IsNumbers(beside[left..]))
        {
            (numbersLine, numbers) = (_firstRuling - 1, beside[left..].PadLeft(beside.Length));
        }

        if (OpenNumbersPattern().Match(numbers) is { Success: true } open && numbersLine >= _firstRuling - 3)
        {
            throw _text.Error(numbersLine, open.Index, "these numbers go on in dots, and nothing tells how far the row goes on", "Write a number for each bit, or (variable) in a cell whose length varies and no dots after the numbers.");
        }

        Match[] whole = [.. rulings.Where(ruling => LeftOf(ruling.Line, ruling.Ruling) == left).Select(ruling => ruling.Ruling)];
        IReadOnlyList<(int Left, int Right)>[] cutsOf = [.. rulings.Select(ruling => _rulings.TryGetValue(ruling.Line, out var found) ? found.Cuts : [])];
        IReadOnlyList<(int Left, int Right)> common = [.. cutsOf[0].Where(cut => Array.TrueForAll(cutsOf, cuts => cuts.Contains(cut)))];
        if (numbersLine >= _firstRuling - 3 && !Array.Exists(whole, ruling => BitMarksPattern().IsMatch(ruling.Value)) && CountsBytes(numbers, right - left))
        {
            throw _text.Error(numbersLine, numbers.Length - numbers.TrimStart().Length, "these numbers may count bytes, and nothing says that they count bits", "Write 'bit' before them where they do, or a number for each bit; a row of eight bytes has 64 of them.");
        }

        if (numbersLine >= _firstRuling - 3 && !Array.Exists(whole, ruling => BitMarksPattern().IsMatch(ruling.Value)) && NarrowNumbersPattern().Match(numbers) is { Success: true } narrow)
        {
            throw _text.Error(numbersLine, narrow.Index, "these numbers stand one column apart, so that a bar has no column of its own", "Draw two columns for each bit, as in +-+-+-+-+.");
        }

        if (common.Count > 0 && NumbersBeyondDotsPattern().Match(numbers) is { Success: true } beyond && numbersLine >= _firstRuling - 3)
        {
            throw _text.Error(numbersLine, beyond.Index, "these numbers go on after the dots, and the rulings leave out how far", "Write a number for each bit, and draw the row as wide as it is.");
        }

        // "(Numbers represent bytes)" above them.
        if (numbersLine >= _firstRuling - 3 && numbersLine >= 0 && Enumerable.Range(Math.Max(0, numbersLine - 3), Math.Min(3, numbersLine)).FirstOrDefault(line => NumbersOfBytesPattern().IsMatch(_text.Lines[line]), -1) is var says and >= 0)
        {
            throw _text.Error(says, 0, "this says that the numbers count bytes, and a picture has numbers of bits", "Write the numbers of the bits above the ruling, or the size of each field in brackets, such as (4 bytes).");
        }

        if (Enumerable.Range(Math.Max(0, _firstRuling - 4), Math.Min(4, _firstRuling)).FirstOrDefault(line => MarksOfBytesPattern().IsMatch(_text.Lines[line]), -1) is var unit and >= 0)
        {
            throw _text.Error(unit, 0, "this says that the marks count bytes, and a picture has marks of bits", "Draw a ruling with a mark for each bit, or write the size of each field in brackets, such as (4 bytes).");
        }

        _scale = DiagramScale.Find([.. whole.Select(ruling => ruling.Value)], numbers, left, right, common, out (int Column, string Problem)? contradiction);
        if (numbersLine == _firstRuling - 1 && numbersLine >= 0 && common.Count == 0 && !Array.Exists(whole, ruling => BitMarksPattern().IsMatch(ruling.Value)) && (contradiction is not null || !_scale.IsTold) && OfEnds(numbers, left, right) is { } ofEnds)
        {
            (_scale, contradiction) = (ofEnds, null);
        }

        if (contradiction is { } wrong && (_scale.IsTold || numbersLine >= _firstRuling - 3) && !(numbers.Length == 0 && _firstRuling + 1 < _text.Lines.Count && IsNumbers(_text.Lines[_firstRuling + 1])))
        {
            throw _text.Error(numbersLine < 0 ? _firstRuling : numbersLine, wrong.Column, wrong.Problem, "Write a number for each bit, or those of the first and last bits of fields, or leave them out where the ruling marks each bit.");
        }

        if (numbers.Length == 0 && common.Count == 0 && _scale.IsOfThirds && (right - left) / 3 is var parts and not (8 or 16 or 32 or 64))
        {
            throw _text.Error(_firstRuling, left, $"this ruling has {parts} equal parts, and nothing tells whether they are bits or bytes", "Rows are 8, 16, 32 or 64 bits wide. Write the bit numbers above.");
        }

        if (numbers.Length == 0 && common.Count == 0 && _scale.IsOfQuarters && (right - left) / 4 == 16 && !_text.Lines.Any(FlagOrAddressesPattern().IsMatch))
        {
            throw _text.Error(_firstRuling, left, "this ruling marks every fourth column, and nothing tells whether that is a bit or two", "Write the bit numbers above, or mark each bit, as in +-+-+-+-+.");
        }

        if (!_scale.IsTold && !_scale.IsOfBytes && rulings.Find(ruling => _rulings.TryGetValue(ruling.Line, out var found) && found.Cuts.Count > 0) is { Ruling: { } cut, Line: var cutLine })
        {
            throw _text.Error(cutLine, cut.Index, "this ruling leaves something out, and nothing tells how many columns a bit has", "Write the bit numbers above, or mark each bit, as in +-+-+-+-+.");
        }

        if (!_scale.IsTold && common.Count == 0 && !_scale.IsOfBytes && right - left is not (16 or 32 or 64 or 128))
        {
            throw _text.Error(
                _firstRuling,
                left,
                $"nothing tells how many columns a bit has, and with two of them this row would be {(right - left) / 2.0:0.#} bits wide",
                "Rows are 8, 16, 32 or 64 bits wide. Write the bit numbers above, or mark each bit, as in +-+-+-+-+; a table is not a picture of bits.");
        }
    }

    // The bars of the first row are where the numbers above it say, which may be bytes where the text speaks of these alone.
    private DiagramScale? OfEnds(string numbers, int left, int right)
    {
        if (_text.Lines.Any(BytesPattern().IsMatch) && !_text.Lines.Any(BitsPattern().IsMatch))
        {
            return null;
        }

        string row = _firstRuling + 1 < _text.Lines.Count ? _text.Lines[_firstRuling + 1] : "";
        int[] bars = [.. Enumerable.Range(left, Math.Max(0, Math.Min(right + 1, row.Length) - left)).Where(column => row[column] == '|')];
        return bars.Length > 2 && bars[0] == left && bars[^1] == right ? DiagramScale.OfEnds(numbers, bars) : null;
    }

    // Numbers that go up, with the word byte, octet or offset beside them; without it 0 to 7, or 1 to 8, so far apart that a byte has room there, 0 to 8, and
    // "0 4 8", which may be the bits of fields or their bytes.
    private static bool CountsBytes(string numbers, int columns)
    {
        string[] words = numbers.Split([' ', '|', ':', '(', ')'], StringSplitOptions.RemoveEmptyEntries);
        int[] values = [.. words.Where(word => word.All(char.IsAsciiDigit)).Select(word => int.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out int value) ? value : int.MaxValue)];
        bool Says(string unit) => words.Any(word => word.StartsWith(unit, StringComparison.OrdinalIgnoreCase));
        if (values.Length < 3 || values[0] > 1 || Says("bit") || !values.Zip(values.Skip(1)).All(pair => pair.First < pair.Second))
        {
            return false;
        }

        int last = values[^1];
        if (last - values[0] == values.Length - 1)
        {
            // A number for each cell, with room for a byte, and not for each ten bits.
            Match[] tokens = [.. DigitsPattern().Matches(numbers).Cast<Match>()];
            int step = tokens[1].Index + tokens[1].Length - tokens[0].Index - tokens[0].Length;
            if (values.Length is not (8 or 16 or 32 or 64) && step > 4 && Math.Abs((values.Length * step) - columns) < step && !(step % 10 == 0 && columns / (step / 10) is 8 or 16 or 32 or 64))
            {
                return true;
            }

            return Says("byte") || Says("octet") || (Says("offset") && columns >= values.Length * 4) || (values.Length == 8 && columns >= 64) || (values[0] == 0 && last % 8 == 0);
        }

        // "offset 0 7 8 15" are the first and last bits of fields.
        return values[0] == 0 && (Says("byte") || Says("octet") || (Says("offset") && last % 8 != 7) || (last is 8 or 16 && values.All(value => value % 2 == 0) && values.Any(value => value % 8 != 0)));
    }

    [GeneratedRegex("[0-9]+")]
    private static partial Regex DigitsPattern();

    // "Numbers represent bytes", "(offsets are in octets)", "byte positions:".
    [GeneratedRegex(@"\b(?:numbers?|offsets?|positions?|columns?)\b(?: \w+)? (?:represents?|counts?|are|is|mean)\b(?: (?:in|of|the))? ?\b(?:bytes?|octets?)\b|\b(?:byte|octet)[ -](?:numbers?|offsets?|positions?)\s*:?\s*$", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex NumbersOfBytesPattern();

    // "each mark is one byte", "one column = one octet".
    [GeneratedRegex(@"\b(?:each|every|one|a|1) (?:tick[ -]?)?(?:mark|column|char(?:acter)?|dash|cell|position|division)\b ?(?:is|=|represents|stands for|means|marks|counts) (?:a|an|one|1) (?:bytes?|octets?)\b", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex MarksOfBytesPattern();

    [GeneratedRegex(@"\b(?:bytes?|octets?)\b", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex BytesPattern();

    [GeneratedRegex(@"bits?\b", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex BitsPattern();

    // Tables before or after a picture of bits, of which nothing tells that they have bits.
    private void LeaveOutTables(List<(int Line, Match Ruling)> rulings)
    {
        List<List<(int Line, Match Ruling)>> blocks = [];
        foreach ((int Line, Match Ruling) ruling in rulings)
        {
            if (blocks.Count == 0 || IsApart(blocks[^1][^1].Line, ruling.Line))
            {
                blocks.Add([]);
            }

            blocks[^1].Add(ruling);
        }

        if (blocks.FindAll(block => !IsTable(block)) is not [var picture] || blocks.Count == 1 || !TellsBits(picture))
        {
            return;
        }

        _end = blocks.Find(block => block[0].Line > picture[0].Line) is { } table ? table[0].Line : _end;
        rulings.Clear();
        rulings.AddRange(picture);
    }

    private bool IsApart(int upper, int lower) => Enumerable.Range(upper + 1, lower - upper - 1).Select(line => _text.Lines[line]).ToArray() is var between
        && Array.Exists(between, line => line.Length == 0) && !Array.Exists(between, line => line.AsSpan().TrimStart() is [var side, ..] && side != '.' && Sides.Contains(side, StringComparison.Ordinal));

    private bool IsTable(List<(int Line, Match Ruling)> block) => block.Count > 2 && !TellsBits(block)
        && block.Max(ruling => ruling.Ruling.Index + ruling.Ruling.Length - 1) - block.Min(ruling => ruling.Ruling.Index) is not (16 or 32 or 64 or 128);

    private bool TellsBits(List<(int Line, Match Ruling)> block) => block.Exists(ruling => MarksPattern().IsMatch(ruling.Ruling.Value))
        || Enumerable.Range(Math.Max(0, block[0].Line - 3), Math.Min(3, block[0].Line)).Any(line => IsNumbers(_text.Lines[line]));

    // Nothing but numbers, perhaps between bars, and what they count.
    private static bool IsNumbers(string line)
    {
        bool hasDigit = false;
        foreach (string word in line.Length > 1000 && line.Any(char.IsLetter) ? [] : line.Split([' ', '|', ':', '(', ')', '.', '-'], StringSplitOptions.RemoveEmptyEntries))
        {
            bool isNumber = word.All(char.IsAsciiDigit);
            hasDigit |= isNumber;
            if (!isNumber && !(word.Length == 1 && char.IsAsciiHexDigit(word[0])) && !s_numberWords.Contains(word))
            {
                return false;
            }
        }

        return hasDigit;
    }

    private string LineAt(int line) => _rulings.TryGetValue(line, out (string Text, IReadOnlyList<(int Left, int Right)> Cuts) ruling) ? ruling.Text : _text.Lines[line];

    // A ruling may be broken at its left end.
    private int LeftOf(int line, Match ruling) => LineAt(line).AsSpan().TrimStart()[0] == '+' ? LineAt(line).IndexOf('+', StringComparison.Ordinal) : ruling.Index;

    // Returns the last line that belongs to the picture.
    private int ReadLines()
    {
        int last = _firstRuling;
        int row = -1;
        bool isBand = false;
        bool isApart = false;
        int lastDrawn = -1;
        _isRuled = true;
        int lastRuling = _end - 1;
        while (lastRuling > _firstRuling && (_text.Lines[lastRuling].Length == 0 || !IsRuling(LineAt(lastRuling))))
        {
            lastRuling--;
        }

        for (int line = _firstRuling; line < _end; line++)
        {
            string text = LineAt(line);
            if (text.Length == 0)
            {
                isApart |= !isBand;
                continue;
            }

            if (IsRuling(text) && !IsRowBetween(line, text))
            {
                if (isApart && !isBand && _rows.Count > 0 && _broken.Count > 0 && RulingPattern().IsMatch(text))
                {
                    throw _text.Error(line, text.Length - text.TrimStart().Length, "there are two pictures, and the second begins here", "Pass one picture at a time: each is a format of its own.");
                }

                // A line that is a ruling and a row at once, above a ruling: its row is missing.
                if (!isBand && _rows.Count > 0 && _broken.Count > 0 && _broken[^1] is var above && above.Line == last && above.Text[_scale.Left] is '|' or '!'
                    && !IsRuled(above.Text, _scale.Left, _scale.Right) && IsRuled(text, _scale.Left, Math.Min(_scale.Right, text.Length - 1)))
                {
                    throw _text.Error(above.Line, _scale.Left, "this line is drawn as a row and as a ruling, and a ruling follows it", "Draw the row that ends here in a line of its own.");
                }

                isBand = false;
                isApart = false;
                row = line;
                last = line;
                _broken.Add((line, text));
                continue;
            }

            // A field-list entry below the picture may have its colon where the picture has its side.
            if (DiagramEntries.In(_text.Written(text), _formats).Count > 0)
            {
                isApart |= !isBand;
                isBand = false;
                continue;
            }

            if (!isBand && !HasSides(text) && MiddleRow(line, text) is { } middle)
            {
                last = line;
                isApart = false;
                isBand = true;
                JoinRows(_rows.Count, [middle]);
                _rows.Add([middle]);
                continue;
            }

            if (!HasSides(text) || (line > lastRuling && !(isApart ? BeginsOrEndsRow(text) : isBand || text.AsSpan(0, Math.Min(text.Length, _scale.Left + 2)).ContainsAnyExcept(' '))))
            {
                if (isBand && Array.Exists([.. text.Skip(_scale.Left).Take(_scale.Right - _scale.Left)], char.IsLetterOrDigit) && line < (lastDrawn = lastDrawn < 0 ? LastDrawn() : lastDrawn))
                {
                    throw _text.Error(line, Math.Min(_scale.Left, text.Length), "this line has no bar '|' at its side, and stands inside the picture", "Begin each row with a bar below the left end of the ruling.");
                }

                // A line of dots without bars, within a box, says that its length varies.
                if (isBand && text.AsSpan().Trim(" .").IsEmpty && _rows[^1] is [var box])
                {
                    box.IsOpen = true;
                }

                isApart |= !isBand;
                continue;
            }

            last = line;
            isApart = false;
            AddLine(line, text, isBand);
            isBand = true;
        }

        // One that leaves out a stretch says that the row goes on below it.
        if (isBand || (_broken.Count > 0 && _broken.TrueForAll(ruling => GapPattern().IsMatch(ruling.Text) || (TextIn(ruling.Text, _scale.Left + 1, _scale.Right).Any(char.IsLetter) && !IsRuled(ruling.Text, _scale.Left, _scale.Right)))))
        {
            throw _text.Error(last, _scale.Left, $"the picture has no last ruling {(isBand ? "below this row" : "here, but one that is open to below")}", "Paste the whole picture, from its first ruling to its last.");
        }

        return last;
    }

    // Between two whole rulings a row without sides goes on with the one above, which has no right side (RFC 2548).
    private DiagramCell? MiddleRow(int line, string text)
    {
        if (_rows.Count == 0 || !IsWhole(line - 1) || line + 1 >= _text.Lines.Count || !IsRuling(LineAt(line + 1)) || text.Length > _scale.Right + 1 || text.AsSpan(0, Math.Min(text.Length, _scale.Left + 1)).ContainsAnyExcept(' '))
        {
            return null;
        }

        CellText written = CellText.Read(_text.Written(text));
        if (_rows[^1][^1] is not { HasNoRight: true } before || written.EndsInDots || written.BeginsWithDots
            || !(written.IsContinued || (written.Name.Length > 0 && string.Equals(written.Name, CellText.Read(CellText.Join(before.Texts)).Name, StringComparison.OrdinalIgnoreCase))))
        {
            return null;
        }

        DiagramCell cell = new(line, _scale.Left, 0, _scale.BitAt(_scale.Right) ?? 0)
        {
            IsOpen = true, IsBroken = !written.IsVariable, HasNoRight = true, HasNoLeft = true, EndColumn = text.Length, Columns = _scale.Right - _scale.Left,
        };
        cell.AddText(Content(text[(_scale.Left + 1)..]));
        return cell;
    }

    // Apart from the picture and below it, signs at one side only are those of a text.
    private bool BeginsOrEndsRow(string text) => (text.Length > _scale.Left && Bars.Contains(text[_scale.Left], StringComparison.Ordinal)) || (LeftSide(text) is not null && Near(text, _scale.Right, Sides) is not null);

    private int LastDrawn()
    {
        int line = _end - 1;
        while (line > 0 && (_text.Lines[line].Length == 0 || !(IsRuling(LineAt(line)) || HasSides(LineAt(line)))))
        {
            line--;
        }

        return line;
    }

    private bool IsRuling(string text)
    {
        if (text.Length <= _scale.Left || PointerPattern().IsMatch(text))
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
            : (StepPattern().IsMatch(text, _scale.Left) && Sides.Contains(text[_scale.Left], StringComparison.Ordinal)) || IsBetweenDashes(text);
    }

    // "-   Name   -" in the place of "+   Name   +".
    private bool IsBetweenDashes(string text) => text.Length > _scale.Right && text[_scale.Left] == '-' && text[_scale.Left + 1] == ' ' && text[_scale.Right] == '-' && text[_scale.Right - 1] == ' ';

    // "+" drawn for a bar: no ruling, and a bar further right.
    private bool IsRowWithPlus(string text) => text.IndexOf('|', _scale.Left) is var bar && bar > _scale.Left && bar < _scale.Right && !RulingPattern().IsMatch(text, _scale.Left);

    // "+" drawn for both sides of a row: between two rulings a name in it belongs to no cell but its own.
    private bool IsRowBetween(int line, string text) => text[_scale.Left] == '+' && text.Length > _scale.Right && text[_scale.Right] == '+'
        && text[_scale.Left + 1] == ' ' && text[_scale.Right - 1] == ' ' && text.AsSpan(_scale.Left, _scale.Right - _scale.Left).ContainsAnyExcept(' ', '+', '.')
        && IsWhole(line - 1) && IsWhole(line + 1);

    private bool IsWhole(int line) => line >= 0 && line < _text.Lines.Count && LineAt(line) is var text && text.Length > _scale.Right - 1 && IsRuled(text, _scale.Left, _scale.Right);

    private bool HasSides(string text)
    {
        return LeftSide(text) is not null
            || (text.Length > _scale.Left && text.IndexOfAny(_bars, _scale.Left) is var bar && bar >= 0 && bar <= _scale.Right + 1)
            || (text.Length > _scale.Left && text[_scale.Left] == '+');
    }

    // A colon or full stop after a word belongs to a text, and is not a side. Nor is what a command of Doxygen begins with, as \endverbatim, or the
    // sign in </pre>.
    private int? LeftSide(string text) => Near(text, _scale.Left, Sides) is { } place
        && (Bars.Contains(text[place], StringComparison.Ordinal) || place == 0 || !(char.IsLetterOrDigit(text[place - 1]) || text[place - 1] == '<'))
        && !CommandPattern().IsMatch(text)
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
        if (text.AsSpan().Trim() is "|" && above[^1] is { HasNoRight: true, HasText: true } wrapped && CellText.Read(CellText.Join(wrapped.Texts)) is { IsVariable: false })
        {
            throw _text.Error(line, text.Length - 1, "there is nothing but this bar in the line, and the row above it has none at its end", "Draw the bar at the end of the row, below the end of the ruling.");
        }

        if (above.Count == 1 && cells.Count == 1 && above[0].IsOpen != cells[0].IsOpen && cells[0].HasText && CellText.Read(CellText.Join(above[0].Texts)).Size is not null && CellText.Read(CellText.Join(cells[0].Texts)) is { Name.Length: > 0, IsContinued: false })
        {
            throw _text.Error(line, _scale.Left, "this line has other sides than the one above, which says a size, and no ruling stands between them", "Draw a ruling between two fields.");
        }

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

        // The cells of one row may stand a line lower each.
        if (cells[0].From > 0 && IsStep(cells[0].Column))
        {
            above.AddRange(cells);
            return;
        }

        if (above is [{ HasText: true, IsOpen: false, IsTall: false } one] && cells.Count > 1 && cells[0].From == one.From && cells.TrueForAll(cell => cell.HasText && !cell.IsOpen) && CellText.Read(CellText.Join(one.Texts)) is { IsVariable: false, Size: null })
        {
            throw _text.Error(line, cells[0].EndColumn, "this bar stands in a box that begins with one cell, and nothing says whether a ruling between them was lost", "Draw a ruling between two rows.");
        }

        _isRuled = false;
        JoinRows(_rows.Count, cells);
        _rows.Add(cells);
    }

    // Whether the row so far ends at this column, so that it can go on there.
    private bool IsStep(int column) => _broken.Count == 0 && _rows.Count > 0 && _rows[^1][^1] is { IsOpen: false, Rows: 1 } last && last.EndColumn == column;

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

            upper.Lines++;
            upper.HasText |= lower.HasText;
            upper.IsOpen |= lower.IsOpen;
            upper.IsBroken = false;
            upper.Texts.AddRange(lower.Texts);
        }
    }

    private List<DiagramCell> CellsOf(int line, string text)
    {
        bool goesOn = text.Length > _scale.Right + 1 && text[_scale.Right] == '|' && (EndsInDots(text, text.Length) || (HasSpacedEnd(line, -1) && HasSpacedEnd(line, 1)));
        int right = Near(text, _scale.Right, Sides) is { } place && (goesOn || !EndsInDots(text, place)) ? place : -1;
        int left = LeftSide(text) ?? -1;
        bool hasNoLeft = false;
        if (left < 0 && text.Length > _scale.Left && text[_scale.Left] == '+')
        {
            left = _scale.Left;
        }

        if (right < 0 && text.Length > _scale.Right && text[_scale.Right] == '+')
        {
            right = _scale.Right;
        }

        if (left < 0)
        {
            // A row that the last line of text left open on its right goes on here; others may begin further right, as their rulings do.
            int indent = text.Length - text.TrimStart().Length;
            if (Bars.Contains(text[indent], StringComparison.Ordinal) && indent > _scale.Left
                && (_broken.Exists(ruling => ruling.Text.Length - ruling.Text.TrimStart().Length == indent) || IsStep(indent)))
            {
                left = indent;
            }
            else if (_rows.Count == 0 || !(_rows[^1][^1].IsOpen || (_rows[^1] is [{ HasNoLeft: true }] && CellText.Read(_text.Written(text.Split('|')[0])).IsContinued)))
            {
                throw _text.Error(line, Math.Min(_scale.Left, text.Length), "this row does not begin with a bar '|' below the left end of the ruling", "Draw the left side of each row.");
            }

            else
            {
                left = _scale.Left - 1;
                hasNoLeft = true;
            }
        }

        // A bar further left or right than the ruling goes: the cell there would be lost.
        if (left >= 0 && left <= text.Length && text[..left].IndexOf('|') is var before && before >= 0
            && text[before..left].Any(char.IsLetterOrDigit) && !IsBracket(line, before))
        {
            throw _text.Error(line, before, "this bar stands left of the ruling", "Begin each row with a bar below the left end of the ruling.");
        }

        // In the narrowest pictures one bar may be near both.
        if (right <= left)
        {
            right = -1;
        }

        int beyond = text.Length > _scale.Right ? text.IndexOf('|', Math.Max(right + 1, _scale.Right + 1)) : -1;
        if (beyond >= 0 && (right < 0 || text[right..beyond].Any(char.IsLetterOrDigit)) && !IsRemark(line, text, right))
        {
            throw _text.Error(
                line,
                beyond,
                right >= 0 ? "this bar stands right of the ruling" : $"the bar at the end of this row stands {beyond - _scale.Right} columns beyond the end of the ruling",
                "Put the last bar below the end of the ruling, or draw the ruling as long as the row.");
        }

        // A sign one column beside the end is a bar or an open side, which is not the same.
        if (right < 0 && text.Length is var length && length > left + 2 && Math.Abs(length - 1 - _scale.Right) == 1 && text[length - 1] is '+' or ':' or ';' or '!' && text[length - 2] == ' ' && left >= 0 && !IsOpenSide(text[left]))
        {
            throw _text.Error(line, length - 1, $"this sign stands one column {(length > _scale.Right ? "beyond" : "before")} the end of the ruling, and nothing says whether it is a bar or an open side", "Draw a bar '|' below the end of the ruling, or the same open sides at both ends of the row.");
        }

        _isExact &= (right < 0 || right == _scale.Right) && (left == _scale.Left || left < 0 || text[left] == ' ');

        // Text may stand in the place of the last bar; where the ruling above or below ends at the bar before it, it is a remark.
        bool endsEarly = right < 0 && text.LastIndexOf('|') is var lastBar && lastBar > Math.Max(left, _scale.Left) && (!GoesBeyond(line, lastBar) || EndsAt(line + 1, lastBar)) && !EndsInDots(text, text.Length) && !CellText.Read(_text.Written(text[(lastBar + 1)..])).IsVariable;
        if (right < 0 && !endsEarly && text.Length > _scale.Right && text[_scale.Right] != ' ' && !EndsInDots(text, text.Length))
        {
            if (char.IsLetterOrDigit(text[_scale.Right]) && !CellText.Read(_text.Written(text[(text.LastIndexOf('|') + 1)..])).IsVariable)
            {
                throw _text.Error(line, _scale.Right, "text stands in the place of the bar at the right end of this row", "Draw the bar below the end of the ruling, and the text left of it.");
            }

            right = text.Length;
        }

        // A picture of exclamation marks may have a bar among them; elsewhere they are part of a text.
        // So may a picture whose ruling begins there have a colon.
        bool IsBar(int column) => text[column] == '|'
            || (text[column] == '!' && _bars.Length > 1 && _scale.IsExact(column))
            || (text[column] == ':' && _scale is { IsTold: true } && _scale.IsExact(column) && (EndsSize(text, column) || IsBesideFlag(text, column) || BeginsText(text, left, column)))
            || (text[column] == ':' && _broken.Exists(ruling => column < ruling.Text.Length && ruling.Text[column] == '+' && ruling.Text[column - 1] == ' '));
        List<int> bars = [left];
        int end = Math.Min(right >= 0 ? right : int.MaxValue, text.Length - 1);
        for (int column = Math.Max(left + 1, _scale.Left + 1); column <= end; column++)
        {
            if (column < _scale.Right - 1 && IsBar(column))
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
            cells[^1].HasNoLeft = hasNoLeft && index == 0;
            cells[^1].BeginsInDots = index == 0 && left >= 0 && text.AsSpan(left).StartsWith("..", StringComparison.Ordinal);
        }

        // Text after the last bar that ends in dots, or stands between rulings that go on there, is a cell that is open to the right.
        if (closed && goesOn && right == _scale.Right)
        {
            cells.Add(new DiagramCell(line, right, cells[^1].To, cells[^1].To) { IsOpen = true, HasNoRight = true, EndColumn = text.Length, Columns = text.Length - right - 1 });
            cells[^1].AddText(Content(text[(right + 1)..]));
        }

        // ":... Padding" goes on with what ends there: that ends anywhere.
        for (int index = 1; index < cells.Count; index++)
        {
            cells[index - 1].IsOpen |= text[bars[index]] == ':' && text.AsSpan(bars[index] + 1).StartsWith("..", StringComparison.Ordinal);
        }

        if (!closed)
        {
            string open = text[(bars[^1] + 1)..];
            if (cells.Count > 0 && open.Trim().Length > 0 && open.Length < _scale.Right - bars[^1] && EndsAt(line + 1, bars[^1]) && GoesBeyond(line, bars[^1]) && !EndsInDots(text, text.Length) && !CellText.Read(_text.Written(open)).IsVariable)
            {
                throw _text.Error(line, bars[^1], "this text stands below the ruling above, and beyond the one below, and nothing says whether it is a field", "Close the cell with a bar and draw the ruling below it as long; write a remark right of the rulings.");
            }

            if (cells.Count == 0 || (open.Trim().Length > 0 && !endsEarly && (!EndsAt(line + 1, bars[^1]) || ((EndsInDots(text, text.Length) || CellText.Read(_text.Written(open)).IsVariable) && GoesBeyond(line, bars[^1])))))
            {
                int from = cells.Count > 0 ? cells[^1].To : left <= _scale.Left + 1 ? 0 : BitAt(line, left);
                bool isBroken = !EndsInDots(text, text.Length) && !CellText.Read(_text.Written(open)).IsVariable && !(IsOpenSide(text[^1]) && (text[^1] is not ('.' or ':' or ';') || text.Length >= _scale.Right));
                DiagramCell cell = new(line, Math.Max(0, bars[^1]), from, Math.Max(from, _scale.BitAt(_scale.Right) ?? from))
                {
                    IsOpen = true, IsBroken = isBroken, HasNoRight = true, EndColumn = text.Length, Columns = open.Length,
                };
                _isExact &= !isBroken;
                cell.AddText(Content(open));
                cells.Add(cell);
            }
        }

        return cells;
    }

    // What stands two blanks beyond the end of rulings and is not closed with a bar is a remark, also with a bar in it.
    private bool IsRemark(int line, string text, int right) => right == _scale.Right && text.AsSpan(right + 1).StartsWith("  ") && text[^1] != '|' && EndsAt(line + 1, right) && !GoesBeyond(line, right);

    // A bar left of the picture that goes on beside the rulings above and below belongs to a bracket around several rows.
    private bool IsBracket(int line, int column) => line > 0 && line + 1 < _text.Lines.Count && LineAt(line - 1) is var above && LineAt(line + 1) is var below
        && IsRuling(above) && IsRuling(below) && above[column] is '|' or '+' && below[column] is '|' or '+';

    // A colon after a size in brackets, or in a row with such a colon one between spaces, ends a cell (RFC 6716).
    private static bool EndsSize(string text, int column) => column + 1 < text.Length && text[column + 1] == ' '
        && (text[column - 1] == ')' || (text[column - 1] == ' ' && text.Contains("): ", StringComparison.Ordinal)));

    // ":S:C:" at the bits of a letter each; not within a value.
    private bool IsBesideFlag(string text, int column) => _scale.BitAt(column + 2) - _scale.BitAt(column) == 1 && !text.AsSpan(Math.Max(0, text.LastIndexOf('|', column)), column - Math.Max(0, text.LastIndexOf('|', column))).Contains('=')
        && ((column + 2 < text.Length && char.IsLetter(text[column + 1]) && text[column + 2] == ':') || (column >= 2 && char.IsLetter(text[column - 1]) && text[column - 2] == ':'));

    // Nothing stands between the left side and this colon, and text after it.
    private static bool BeginsText(string text, int left, int column) => left >= 0 && column > left + 4 && text.AsSpan(left + 1, column - left - 1).IsWhiteSpace()
        && column + 1 < text.Length && text[column + 1] == ' ' && text.AsSpan(column + 1).TrimStart() is [var first, ..] && char.IsLetter(first);

    private DiagramCell Cell(int line, string text, int left, int right, bool isFirst, bool isLast)
    {
        int from = isFirst && left <= _scale.Left + 1 ? 0 : BitAt(line, left);
        int to = isLast ? _scale.BitAt(_scale.Right) ?? throw Misplaced(line, right) : BitAt(line, right);
        if (to <= from)
        {
            throw _text.Error(line, right, "there is no bit between these two bars", "Put the bars below the marks of the ruling.");
        }

        bool isOpenLeft = left >= 0 && left < text.Length && IsOpenSide(text[left]) && (isFirst || !IsBesideFlag(text, left));
        bool isOpen = isOpenLeft || (isLast && right < text.Length && IsOpenSide(text[right]));
        DiagramCell cell = new(line, Math.Max(0, left), from, to) { IsOpen = isOpen || _scale.IsCut(left, right), IsOpenLeft = isOpenLeft, IsOpenRight = isLast && right < text.Length && IsOpenSide(text[right]), EndColumn = right, Columns = right - left - 1 };
        string content = text[(left + 1)..right];
        if (IsHatched(content) && text[Math.Max(0, left)] == '|' && text[right] == '|' && !(isFirst && isLast))
        {
            throw _text.Error(line, left, "this cell is hatched and has no name", "Write a name in it, such as Reserved; a cell of variable length has a name or open sides.");
        }

        cell.AddText(Content(content));
        cell.IsOpen |= IsFill(content) || BrokenEndsPattern().IsMatch(content);
        return cell;
    }

    private int BitAt(int line, int column)
    {
        _isExact &= _scale.IsExact(column);
        return _scale.BitAt(column) ?? throw Misplaced(line, column);
    }

    // From one side to the other nothing but one sign, or dots with a space between each two.
    private static bool IsHatched(string content) => content.Length > 4 && content[0] is '/' or '\\' or '.' or ':' or '~' or '='
        && (content.AsSpan().IndexOfAnyExcept(content[0]) < 0 || (content.Length > 6 && content.Select((sign, place) => sign == (place % 2 == 0 ? '.' : ' ')).All(isIn => isIn)));

    // Nothing but the signs of an open side, from one side to the other.
    // In the middle of a wide cell one or two of them are a cut.
    private static bool IsFill(string content) => content.Trim() is { Length: > 0 } fill && (fill.Length > 3 || content.Length > 14) && (fill[0] is '~' or '/' or '\\' or ':') && fill.AsSpan().TrimStart(fill[0]).IsWhiteSpace();

    private string Content(string content) => IsFill(content) ? "" : _text.Written(content);

    private SocketInputException Misplaced(int line, int column) =>
        _text.Error(line, column, "this bar stands between two bits", "Put it below a mark of the ruling, or where the bit numbers have a bit begin.");

    private static bool IsOpenSide(char side) => Sides.Contains(side, StringComparison.Ordinal) && !Bars.Contains(side, StringComparison.Ordinal);

    private static bool EndsInDots(string text, int end) => end <= text.Length && text.EndsWith("..", StringComparison.Ordinal);

    // Whether the ruling above a line goes on to the right of a column.
    private bool GoesBeyond(int line, int column)
    {
        string? above = Enumerable.Range(0, Math.Min(line, MostLinesAbove)).Select(back => LineAt(line - 1 - back)).FirstOrDefault(IsRuling);
        return above is not null && RulingPattern().Match(above, _scale.Left) is { Success: true } match && match.Index + match.Length - 1 > column + 2;
    }

    // Whether the ruling before or after a line goes on in spaced dashes, or without a mark at its end.
    private bool HasSpacedEnd(int line, int step)
    {
        do
        {
            line += step;
        }
        while (line >= 0 && line < _text.Lines.Count && _text.Lines[line].Length == 0);
        return line >= 0 && line < _text.Lines.Count && IsRuling(LineAt(line)) && SpacedEndPattern().IsMatch(LineAt(line));
    }

    // Whether the next ruling ends below this column, so that what follows is a remark.
    private bool EndsAt(int line, int column)
    {
        string? next = Enumerable.Range(line, Math.Max(0, _text.Lines.Count - line)).Select(LineAt).FirstOrDefault(text => text.Length > 0);
        return next is not null && IsRuling(next) && RulingPattern().Match(next, _scale.Left) is { Success: true } match && !SpacedEndPattern().IsMatch(next)
            && match.Index == _scale.Left && Math.Abs(match.Index + match.Length - 1 - column) <= 1;
    }

    // Finds which cells of the row above are open to which below, once what stands between is complete.
    private void JoinRows(int row, List<DiagramCell>? cells)
    {
        int before = _joined.Count;
        if (row > 0 && cells is not null && cells.TrueForAll(cell => cell.HasText) && _rows[row - 1].TrueForAll(cell => cell.HasText))
        {
            for (int index = 0; index < _broken.Count; index++)
            {
                _broken[index] = (_broken[index].Line, WithoutHeading(_broken[index].Text));
            }
        }

        if (row > 0)
        {
            // "|R|   Position" and below it, without a ruling, a whole row: that goes on with the last cell, and not with the flags before it.
            bool isBesideFlags = cells is [{ From: 0, IsOpen: false } whole] && _rows[row - 1] is { Count: > 1 } parts && whole.To == parts[^1].To && parts[^1] is { IsOpen: false, From: < 8 } && parts.SkipLast(1).All(part => part.HasText);
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
                    int to = upper.HasNoRight && lower.HasNoRight ? Math.Max(from + 1, Math.Max(upper.EndColumn, lower.EndColumn)) : _scale.ColumnOf(Math.Min(upper.To, lower.To));
                    if (isBesideFlags && !ReferenceEquals(upper, _rows[row - 1][^1]))
                    {
                        continue;
                    }

                    if (to > from && (_broken.Count > 0 || !_isRuled) && !_broken.Exists(ruling => IsRuled(ruling.Text, from, to)))
                    {
                        _joined.Add((upper, lower));
                        lower.IsOpen |= _broken.Exists(ruling => HasOpenSide(ruling.Text, lower));
                        written ??= string.Join(' ', _broken.Select(ruling => TextIn(ruling.Text, from, to)));
                    }
                }

                if (!string.IsNullOrWhiteSpace(written))
                {
                    upper.Texts.Add(written);
                }
            }
        }

        // What stands in a line that no field goes through would be lost.
        if (row > 0 && cells is not null && _joined.Count == before && _broken.Find(ruling => ruling.Text.Length > _scale.Left && TextIn(ruling.Text, _scale.Left + 1, _scale.Right) is var lost && lost.Any(char.IsLetterOrDigit)) is { Text: { } } text)
        {
            throw _text.Error(text.Line, _scale.Left, "this line stands between two rows that are closed, and what is written in it belongs to neither", "Draw a row with bars '|' at its sides, and rulings above and below it.");
        }

        _between.Add([.. _broken]);
        _broken.Clear();
        _isRuled = true;
    }

    // "+-+-+- Body -+-+-+" between rows that have names: a ruling with a heading in it.
    private string WithoutHeading(string ruling) => RulingHeadingPattern().Match(ruling, Math.Min(_scale.Left, ruling.Length)) is { Success: true, Groups: var groups } match && match.Index + match.Length > _scale.Right - 1
        && CellText.Read(groups["heading"].Value) is { Size: null, IsVariable: false, IsContinued: false }
            ? string.Concat(ruling.AsSpan(0, groups["heading"].Index - 1), new string('-', groups["heading"].Length + 2), ruling.AsSpan(groups["heading"].Index + groups["heading"].Length + 1))
            : ruling;

    // A line between rows that is open at the side of a cell.
    private bool HasOpenSide(string ruling, DiagramCell cell) => (cell.From == 0 && ruling.Length > _scale.Left && IsOpenSide(ruling[_scale.Left]))
        || (cell.To == _scale.BitAt(_scale.Right) && ruling.Length > _scale.Right && IsOpenSide(ruling[_scale.Right]));

    // What a row has must meet the rulings above and below it.
    private void CheckRows()
    {
        DiagramChecks checks = new(_text, _scale, _rows, _between, Joined());
        for (int row = 0; row < _rows.Count; row++)
        {
            List<(int Line, string Text)> rulings = [.. _between[row], .. _between[row + 1]];
            if (rulings.Count == 0)
            {
                continue;
            }

            List<DiagramCell> cells = _rows[row];
            OpenAtCuts(row);

            // A ruling that is drawn open itself says that the row goes on.
            if (_between[row + 1].Exists(ruling => ruling.Text.EndsWith("..", StringComparison.Ordinal) || SpacedEndPattern().IsMatch(ruling.Text) || ruling.Text.TrimEnd().Length - 1 < _scale.Right - 1))
            {
                cells[^1].IsBroken = false;
            }

            int end = rulings.Max(ruling => ruling.Text.TrimEnd().Length) - 1;
            DiagramCell last = cells[^1];
            if (!last.IsOpen && last.EndColumn > end + 1 && LineAt(last.Line) is var text && last.EndColumn < text.Length && text[last.EndColumn] == '|' && _between[row].Count > 0 && _between[row + 1].Count > 0)
            {
                throw _text.Error(last.Line, last.EndColumn, "this bar stands beyond the rulings above and below", "Draw the ruling as long as the row, and the last bar at its end.");
            }

            if (row == _rows.Count - 1 && last is { IsOpen: false, HasNoRight: false } && CellText.Read(CellText.Join(last.Texts)) is { IsVariable: false } && _between[row + 1] is [.., var bottom] && bottom.Text.TrimEnd() is { } drawn && drawn.AsSpan().ContainsAny('-', '=') && drawn.Length - 1 < last.EndColumn - 2 && !drawn.EndsWith("..", StringComparison.Ordinal) && !SpacedEndPattern().IsMatch(drawn))
            {
                throw _text.Error(bottom.Line, drawn.Length, "the last ruling ends before the row above it", "Paste the whole picture, and draw the ruling to the end of the row.");
            }

            checks.CheckRow(row);
        }

        checks.CheckAll();
    }

    // A cell is open where both rulings at it leave something out. Where one alone does, the row beyond it must be open there.
    private void OpenAtCuts(int row)
    {
        foreach (DiagramCell cell in _rows[row])
        {
            (int Line, int Left)? above = CutAt(row, cell);
            (int Line, int Left)? below = CutAt(row + 1, cell);
            cell.IsOpen |= (above is not null || _between[row].Count == 0) && (below is not null || _between[row + 1].Count == 0) && (above ?? below) is not null;
            if (!cell.IsOpen && (above ?? below) is (int line, int left) && !IsOpenBeyond(above is null ? row + 1 : row - 1, above is null ? row + 2 : row - 1, left))
            {
                throw _text.Error(line, left, "this ruling leaves something out, and the next one at the same row does not", "Draw both rulings of a row alike, or '...' in the cell whose length varies.");
            }
        }
    }

    // The cut over a cell, in the rulings before a row.
    private (int Line, int Left)? CutAt(int row, DiagramCell cell)
    {
        foreach ((int line, string _) in _between[row])
        {
            foreach ((int left, int right) in _rulings.TryGetValue(line, out var ruling) ? ruling.Cuts : [])
            {
                if (cell.Column < right && cell.EndColumn > left)
                {
                    return (line, left);
                }
            }
        }

        return null;
    }

    // Whether the cell at a column of a row is open, or the ruling beyond it leaves something out too.
    private bool IsOpenBeyond(int row, int ruling, int column) => row >= 0 && row < _rows.Count
        && _rows[row].Find(cell => cell.Column <= column && cell.EndColumn > column) is { } cell && (cell.IsOpen || (_between[ruling].Count > 0 && CutAt(ruling, cell) is not null));

    private HashSet<DiagramCell> Joined() => new(_joined.SelectMany(pair => (DiagramCell[])[pair.Upper, pair.Lower]), ReferenceEqualityComparer.Instance);

    // Spaced dashes are not a ruling: three quarters of the columns must be drawn.
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

    [GeneratedRegex(@"\+[-=][-=+]+(?:/+[-=+]+)*[|!]?")]
    internal static partial Regex RulingPattern();

    [GeneratedRegex(@"^[^\p{L}\p{N}]*[-=+] {3,}(?:[.:] +)*[-=+]")]
    private static partial Regex GapPattern();

    [GeneratedRegex(@"\+[-=]{2}|\+[-=]\+|[-=]{2}\+")]
    private static partial Regex StepPattern();

    [GeneratedRegex(@"\+[-=]{1,2}\+|\+[-=]{3,}")]
    private static partial Regex SecondRulingPattern();

    [GeneratedRegex(@"\+(?:[-=]{1,2}\+){4,}")]
    private static partial Regex BitMarksPattern();

    // "- or -" between two forms, in a line of its own.
    [GeneratedRegex(@"^[^\p{L}\p{N}|]*(?:or|either)[^\p{L}\p{N}|]*$|^[^\p{L}\p{N}]*\|[-= ]*[-=][-= ]*or[-= ]*\|[^\p{L}\p{N}]*$", RegexOptions.IgnoreCase)]
    private static partial Regex AlternativePattern();

    // "+****+", "+~~~~+": neither a ruling nor a line that leaves one out.
    [GeneratedRegex(@"^\s*[+|]\s*(?:([*~#_^])\1{3,})\s*[+|]\s*$")]
    private static partial Regex OddRulingPattern();

    // A cell between two marks that stand four columns apart; or numbers of bytes, which have an error of their own.
    [GeneratedRegex(@"\|[^|]{3}\||13 +14 +15")]
    private static partial Regex FlagOrAddressesPattern();

    [GeneratedRegex("(?<![0-9])(?:01234567|76543210)")]
    private static partial Regex NarrowNumbersPattern();

    [GeneratedRegex(@"\+(?:[-=]{1,5}\+){4,}")]
    private static partial Regex MarksPattern();

    [GeneratedRegex(@"(?<=[0-9]) *\.{2,} *(?=[0-9])")]
    private static partial Regex NumbersBeyondDotsPattern();

    [GeneratedRegex(@"(?<=[0-9]) *(?:\.{3,}|…|\. \. \.)\s*$")]
    private static partial Regex OpenNumbersPattern();

    [GeneratedRegex(@"\G(?>(?:\+[-=]){4,})\+? (?<heading>[^\s+|](?:[^+|]*[^\s+|])?) [-=]?(?:\+[-=]){4,}\+")]
    private static partial Regex RulingHeadingPattern();

    // "| +--- Name": what a line leads to from a bit.
    [GeneratedRegex(@"^[ |]*\+-+>? \p{L}[^|+]*$", RegexOptions.CultureInvariant)]
    private static partial Regex PointerPattern();

    // "\/\/  Name  \/\/" between two bars: sides that are drawn broken.
    [GeneratedRegex(@"^\s*[/\\~]{2,}\s*[^/\\~\s].*[^/\\~\s]\s*[/\\~]{2,}\s*$")]
    private static partial Regex BrokenEndsPattern();

    // A ruling that goes on in spaced dashes, or has no mark at its end.
    [GeneratedRegex(@"[-+=](?: +-){2,}$|\+[-=]{2,}$")]
    private static partial Regex SpacedEndPattern();

    // \endverbatim of Doxygen, and requests of roff such as ".fi" and ".IP 2".
    [GeneratedRegex(@"^\s*\\\p{L}+(?:\{\w+\})?\s*$|^\s*::\s*$|^\s*\.\. \w+::|^\.[A-Za-z]{1,2}(?: \w+)?\s*$", RegexOptions.CultureInvariant)]
    private static partial Regex CommandPattern();
}
