using System.Globalization;
using System.Text.RegularExpressions;

namespace PSSockets.Messages;

/// <summary>
/// What is written around a picture on the sizes of what is in it: offsets beside its rows, sizes right of them (<c>4 bytes</c>) and above and below its
/// cells (<c>bits 0-3</c>, <c>u64</c>), legends, and the title (<c>Header (16 bytes):</c>). It is read where nothing else says a size, and must not
/// contradict what is drawn.
/// </summary>
internal sealed partial class DiagramWords
{
    // What is longer is prose.
    private const int MostLetters = 200;
    private const int MostRemarkLetters = 80;
    private const int MostLinesBeside = 3;

    private const string DrawRemedy = "Draw it as wide as it is, with bit numbers above the picture, or leave out what is not right.";

    private const string Beside = @"bits? (?<first>[0-9]{1,4}) ?(?:-|–|:|\.\.|to) ?(?<last>[0-9]{1,4})|(?:u|u?int)(?<type>8|16|24|32|40|48|56|64|128)(?:_t)?|(?<variable>[0-9]{1,5} ?(?:-|–|to|or|\.\.) ?(?:[0-9]{1,5}|n|more) ?(?:bytes|octets)|[nNxX*] (?:bytes|octets)|var(?:iable)?\.?(?:[ -](?:length|size|width))?)|(?<number>[0-9]{1,5})[ -]?(?<unit>bits?|bytes?|octets?)";

    private readonly DiagramText _text;
    private readonly List<List<DiagramCell>> _rows;
    private readonly IReadOnlyList<int> _rulings;
    private readonly HashSet<DiagramCell> _joined;
    private HashSet<string>? _names;

    private DiagramWords(DiagramText text, List<List<DiagramCell>> rows, IReadOnlyList<int> rulings, HashSet<DiagramCell> joined)
    {
        _text = text;
        _rows = rows;
        _rulings = rulings;
        _joined = joined;
    }

    /// <summary>Takes what is written right of the rows, and compares the rest with what is drawn.</summary>
    /// <param name="text">The text of the picture.</param>
    /// <param name="rows">Its rows.</param>
    /// <param name="rulings">The line of the ruling above each row; -1 without one.</param>
    /// <param name="joined">The cells that are open to the row above or below.</param>
    /// <param name="first">The line of the first ruling.</param>
    /// <param name="last">The last line of the picture.</param>
    /// <exception cref="SocketInputException"><c>InvalidDiagram</c>.</exception>
    public static void Read(DiagramText text, List<List<DiagramCell>> rows, IReadOnlyList<int> rulings, HashSet<DiagramCell> joined, int first, int last)
    {
        DiagramWords words = new(text, rows, rulings, joined);
        words.CheckOffsets();
        words.ReadRemarks();
        words.CheckBeside(first - 1, rows[0]);
        words.CheckBeside(last + 1, rows[^1]);
        words.CheckNumbersBelow(last + 1);
        words.CheckArrow(last + 1);
        for (int line = 1; line <= MostLinesBeside; line++)
        {
            words.CheckArrows(first - line, first - line - 1, rows[0]);
            words.CheckArrows(last + line, last + line + 1, rows[^1]);
        }
    }

    /// <summary>Compares the fields with a legend, and all of them with the size in the line above the picture that is its title.</summary>
    /// <param name="text">The text of the picture.</param>
    /// <param name="fields">What was read.</param>
    /// <param name="first">The line of the first ruling.</param>
    /// <param name="last">The last line of the picture.</param>
    /// <param name="rowBits">How many bits a row has.</param>
    /// <exception cref="SocketInputException"><c>InvalidDiagram</c>.</exception>
    public static void CheckFields(DiagramText text, IReadOnlyList<FieldDefinition> fields, int first, int last, int rowBits)
    {
        CheckLegend(text, fields, first, last);
        CheckTitle(text, fields, first, rowBits);
    }

    // "Kind (2 bits): ...", "Kind: 2 bits" and "K: kind (2 bits)" above or below the picture, of a field that is drawn otherwise.
    private static void CheckLegend(DiagramText text, IReadOnlyList<FieldDefinition> fields, int first, int last)
    {
        Dictionary<string, int> widths = new(StringComparer.OrdinalIgnoreCase);
        foreach (FieldDefinition field in fields)
        {
            if (field.Length is FieldLength.Fixed { Bits: var width })
            {
                widths.TryAdd(field.Name, width);
            }
        }

        for (int line = 0; line < text.Lines.Count; line++)
        {
            if (line > last && text.Lines[line].Length <= MostLetters && TotalPattern().Match(text.Lines[line]) is { Success: true } total && fields.All(field => field.Length is FieldLength.Fixed)
                && fields.Sum(field => field.Length is FieldLength.Fixed { Bits: var each } ? (long)each : 0) is var all && all != BitsOf(total))
            {
                throw text.Error(line, total.Groups["number"].Index, $"this says {total.Groups["number"].Value} {total.Groups["unit"].Value}, and all that is drawn has {all} bits", DrawRemedy);
            }

            if ((line >= first && line <= last) || LegendPattern().Match(text.Written(text.Lines[line])) is not { Success: true } legend)
            {
                continue;
            }

            string name = CellText.Read(legend.Groups["name"].Value).Name;
            if (widths.TryGetValue(name, out int drawn) && legend.Groups["variable"].Success)
            {
                throw text.Error(line, legend.Groups["name"].Index, $"this says that '{name}' has a variable length, and it is drawn {drawn} bits wide", "Write (variable) in its cell, or leave the text out.");
            }

            if (widths.TryGetValue(name, out drawn) && BitsOf(legend) is var bits && drawn != bits)
            {
                throw text.Error(line, legend.Groups["name"].Index, $"this says that '{name}' has {bits} {(bits == 1 ? "bit" : "bits")}, and it is drawn {drawn} {(drawn == 1 ? "bit" : "bits")} wide", "Correct what is wrong, or leave the text out.");
            }
        }
    }

    private static void CheckTitle(DiagramText text, IReadOnlyList<FieldDefinition> fields, int first, int rowBits)
    {
        int line = first - 1;
        while (line >= 0 && !text.Lines[line].Any(char.IsLetter))
        {
            line--;
        }

        // A line above it makes it the end of a sentence.
        if (line > 0 && text.Lines[line - 1].Any(char.IsLetterOrDigit))
        {
            return;
        }

        FieldLength.Fixed[] widths = [.. fields.Select(field => field.Length).OfType<FieldLength.Fixed>()];
        if (line < 0 || text.Lines[line].Length > MostLetters || widths.Length < fields.Count || TitlePattern().Match(text.Lines[line]) is not { Success: true } title)
        {
            return;
        }

        long bits = BitsOf(title);
        long drawn = widths.Sum(width => (long)width.Bits);
        if (bits != drawn && bits != rowBits)
        {
            throw text.Error(line, title.Groups["number"].Index, $"this says {title.Groups["number"].Value} {title.Groups["unit"].Value}, and all that is drawn has {drawn} bits", DrawRemedy);
        }
    }

    // Numbers left of the rows, or of the rulings above them, that go up are their offsets, in bytes or words, or the numbers of rows or lines; what is
    // drawn between them must agree. So are hexadecimal ones right of the rows that begin with 0.
    private void CheckOffsets()
    {
        static string Left(string line, int left, int end) => left <= line.Length ? line[..left] : "";
        List<(int Row, long Value)> numbers = Offsets(OffsetPattern(), Left, out bool haveLetters);
        List<(int Row, long Value)> hexadecimal = Offsets(OffsetPattern(), Left, out _, isHexadecimal: true);
        CheckOffsets(haveLetters || (FindWrong(numbers) is not null && hexadecimal.Count == numbers.Count && FindWrong(hexadecimal) is null) ? hexadecimal : numbers);
        List<(int Row, long Value)> right = Offsets(HexadecimalPattern(), (line, _, end) => end < line.Length ? line[(end + 1)..] : "", out _);
        if (right.Count > 1 && right[0].Value == 0 && right.Zip(right.Skip(1)).All(pair => pair.First.Value < pair.Second.Value))
        {
            CheckOffsets(right);
        }
    }

    // The number beside each row that has one; of a range that goes up the first.
    private List<(int Row, long Value)> Offsets(Regex pattern, Func<string, int, int, string> beside, out bool haveLetters, bool isHexadecimal = false)
    {
        haveLetters = false;
        List<(int Row, long Value)> offsets = [];
        for (int row = 0; row < _rows.Count; row++)
        {
            DiagramCell first = _rows[row][0];
            Match match = pattern.Match(beside(_text.Lines[first.Line], first.Column, _rows[row][^1].EndColumn));
            if (!match.Success && _rulings[row] >= 0)
            {
                match = pattern.Match(beside(_text.Lines[_rulings[row]], first.Column, _rows[row][^1].EndColumn));
            }

            haveLetters |= match.Groups["letters"].Success;
            string hex = match.Groups["letters"].Success ? match.Groups["letters"].Value
                : isHexadecimal && match.Groups["decimal"].Success ? match.Groups["decimal"].Value
                : match.Groups["hex"].Value;
            string digits = hex.Length > 0 ? hex : match.Groups["decimal"].Value;
            if (match.Success && long.TryParse(digits, hex.Length > 0 ? NumberStyles.AllowHexSpecifier : NumberStyles.None, CultureInfo.InvariantCulture, out long value)
                && !(int.TryParse(match.Groups["end"].Value, NumberStyles.None, CultureInfo.InvariantCulture, out int end) && end < value))
            {
                offsets.Add((row, value));
            }
        }

        return offsets;
    }

    private void CheckOffsets(List<(int Row, long Value)> labels)
    {
        if (FindWrong(labels) is { } wrong)
        {
            throw _text.Error(wrong.Line, 0, "the numbers beside the rows do not agree with what is drawn between them", "Draw each row, from the first bit of the message to its last, or leave the numbers out.");
        }
    }

    // The first cell after which numbers and drawing differ; null where they agree.
    private DiagramCell? FindWrong(List<(int Row, long Value)> labels)
    {
        if (labels.Count < 2)
        {
            return null;
        }

        int rowBits = Math.Max(1, _rows.Max(row => row[^1].To));
        List<(DiagramCell Cell, long Numbers, long Bits, long Lines, long Rows)> steps = [];
        foreach (((int row, long value), (int nextRow, long next)) in labels.Zip(labels.Skip(1)))
        {
            List<DiagramCell> between = [.. _rows[row..nextRow].SelectMany(cells => cells)];
            if (!between.Exists(cell => cell.IsOpen || CellText.Read(CellText.Join(cell.Texts)) is { IsVariable: true } or { Size: not null }))
            {
                steps.Add((_rows[nextRow][0], next - value, between.Sum(cell => cell.Bits), _rows[nextRow][0].Line - _rows[row][0].Line, nextRow - row));
            }
        }

        bool Agrees(Func<(DiagramCell Cell, long Numbers, long Bits, long Lines, long Rows), long> drawn) => steps.TrueForAll(step => step.Numbers == drawn(step));
        return steps.Count > 0 && !Agrees(step => step.Bits / 8) && !Agrees(step => step.Bits / 16) && !Agrees(step => step.Bits / rowBits) && !Agrees(step => step.Bits) && !Agrees(step => step.Lines) && !Agrees(step => step.Rows)
            ? steps.Find(step => step.Numbers != step.Bits / 8).Cell
            : null;
    }

    private void ReadRemarks()
    {
        for (int row = 0; row < _rows.Count; row++)
        {
            List<DiagramCell> cells = _rows[row];
            (int Line, int Column, string Text)[] remarks = [.. Enumerable.Range(cells[0].Line, cells[^1].Line + cells[^1].Lines - cells[0].Line)
                .Select(line => (line, _text.Lines[line][Math.Min(_text.Lines[line].Length, cells[^1].EndColumn + 1)..]))
                .Where(beside => !string.IsNullOrWhiteSpace(beside.Item2))
                .Select(beside => (beside.line, _text.Lines[beside.line].Length - beside.Item2.TrimStart().Length, beside.Item2.Trim()))];
            if (remarks is not [(int line, int column, { Length: <= MostRemarkLetters } written)] || cells.Exists(cell => cell.IsOpen))
            {
                continue;
            }

            string remark = _text.Written(written);
            if (RepeatedRowsPattern().IsMatch(remark))
            {
                throw _text.Error(line, column, "this says that rows come again, and nothing says which of them and how often", "Write the fields as a list, which can have as many of a kind as a count says.");
            }

            if (SizePattern().Match(remark) is { Success: true } size)
            {
                CheckSize(row, line, column, remark, BitsOf(size), size.Groups["each"].Success);
            }
            else if (RangePattern().Match(remark) is { Success: true } range && Number(range, "first") is var start && Number(range, "last") is var end && end > start)
            {
                CheckSize(row, line, column, remark, (end - start + 1) * 8, isEach: false);
            }
            else if (cells is [var cell] && SaysVariable(remark))
            {
                cell.Texts.Add("(variable)");
            }
        }
    }

    // A size right of a row is that of all its cells, or as it says of each, or of the field that goes on in other rows.
    private void CheckSize(int row, int line, int column, string remark, long bits, bool isEach)
    {
        List<DiagramCell> cells = _rows[row];
        bool agrees = isEach ? cells.TrueForAll(cell => cell.Bits == bits) : Bits(cells) == bits;
        if (agrees || cells.Exists(cell => CellText.Read(CellText.Join(cell.Texts)) is { IsVariable: true } or { Size: not null }))
        {
            return;
        }

        int first = row;
        while (first > 0 && GoesOn(first))
        {
            first--;
        }

        int last = row;
        while (last + 1 < _rows.Count && GoesOn(last + 1))
        {
            last++;
        }

        if (isEach || _rows.Skip(first).Take(last - first + 1).Sum(Bits) != bits)
        {
            throw _text.Error(line, column, $"'{remark}' stands right of a row that is drawn {Bits(cells)} bits wide", DrawRemedy);
        }
    }

    // Whether a row goes on with what is above it.
    private bool GoesOn(int row) => _rows[row] is [var first, ..] && ((_joined.Contains(first) && _joined.Contains(_rows[row - 1][^1])) || CellText.Read(CellText.Join(first.Texts)) is { IsEmpty: true } or { IsContinued: true });

    // "variable", "length bytes" where there is a field of that name, "0-2 bytes", "x count".
    private bool SaysVariable(string remark) => VariablePattern().Match(remark) is { Success: true } match
        && (match.Groups["name"] is not { Success: true, Value: { Length: > 1 } name } || Names.Contains(name));

    // What the cells are called.
    private HashSet<string> Names => _names ??= new(_rows.SelectMany(row => row).Select(cell => CellText.Read(CellText.Join(cell.Texts)).Name), StringComparer.OrdinalIgnoreCase);

    // Sizes, types or ranges of bits above cells of the first row, or below those of the last.
    private void CheckBeside(int line, List<DiagramCell> row)
    {
        if (line < 0 || line >= _text.Lines.Count || _text.Lines[line] is not { Length: > 0 and <= MostLetters } text || BesidePattern().Match(text) is not { Success: true } beside)
        {
            return;
        }

        Match[] words = [.. WordPattern().Matches(text).Cast<Match>().Where(word => word.Index < beside.Groups["rest"].Index || !beside.Groups["rest"].Success)];
        DiagramCell[] cells = [.. row.Where(cell => !cell.HasNoRight)];
        DiagramCell?[] places = words.Length == cells.Length && words.Length > 2
            ? [.. cells]
            : [.. words.Select(word => word.Index + (word.Length / 2) is var middle ? Array.Find(cells, cell => middle >= cell.Column && middle <= cell.EndColumn) : null)];
        if (words.Length < 2 || places.Contains(null) || places.Distinct().Count() < words.Length)
        {
            return;
        }

        foreach ((Match word, DiagramCell cell) in words.Zip(places.OfType<DiagramCell>()))
        {
            if (cell.IsOpen || _joined.Contains(cell) || CellText.Read(CellText.Join(cell.Texts)).IsVariable)
            {
                continue;
            }

            if (word.Groups["variable"].Success && words.Length == cells.Length)
            {
                cell.Texts.Add("(variable)");
            }
            else if (word.Groups["variable"].Success || BitsOf(word) != cell.Bits)
            {
                throw _text.Error(line, word.Index, $"'{word.Value}' stands beside a cell that is drawn {cell.Bits} bits wide", DrawRemedy);
            }
        }
    }

    // "0 1 2 3  address" below the picture are the bytes of its last row.
    private void CheckNumbersBelow(int line)
    {
        if (line >= _text.Lines.Count || _text.Lines[line].Length > MostLetters || NumbersBelowPattern().Match(_text.Lines[line]) is not { Success: true } numbers || !numbers.Groups["word"].Success)
        {
            return;
        }

        string[] digits = numbers.Groups["numbers"].Value.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (digits.Length > 2 && digits.Select((digit, place) => digit == $"{place}").All(isNext => isNext) && Bits(_rows[^1]) != digits.Length * 8)
        {
            throw _text.Error(line, numbers.Groups["numbers"].Index, $"these are the numbers of {digits.Length} bytes, and the row above them is drawn {Bits(_rows[^1])} bits wide", DrawRemedy);
        }
    }

    // "<---- 32 bits ---->" from one side of the last row to the other.
    private void CheckArrow(int line)
    {
        List<DiagramCell> row = _rows[^1];
        if (line < _text.Lines.Count && _text.Lines[line].Length <= MostLetters && ArrowPattern().Match(_text.Lines[line]) is { Success: true } arrow
            && Math.Abs(arrow.Groups["arrow"].Index - row[0].Column) <= 2 && Math.Abs(arrow.Groups["arrow"].Index + arrow.Groups["arrow"].Length - 1 - row[^1].EndColumn) <= 2
            && BitsOf(arrow) is var bits && bits != row[^1].To && !row.Exists(cell => cell.IsOpen))
        {
            throw _text.Error(line, arrow.Groups["number"].Index, $"this says {bits} bits, and the row above it is drawn {row[^1].To} bits wide", DrawRemedy);
        }
    }

    // Arrows over cells, "<-----> <--->", with sizes in them or in the line beyond them: "64-R bits  R bits".
    private void CheckArrows(int line, int beyond, List<DiagramCell> row)
    {
        if (line < 0 || line >= _text.Lines.Count || _text.Lines[line].Length > MostLetters || !ArrowsPattern().IsMatch(_text.Lines[line]))
        {
            return;
        }

        (int Line, Match Label)[] beside = beyond < 0 || beyond >= _text.Lines.Count || _text.Lines[beyond].Length > MostLetters ? [] : [.. LabelPattern().Matches(_text.Lines[beyond]).Select(label => (beyond, label))];
        foreach (Match arrow in ArrowsPartPattern().Matches(_text.Lines[line]))
        {
            int end = arrow.Index + arrow.Length - 1;
            DiagramCell[] cells = [.. row.Where(cell => cell.Column >= arrow.Index - 2 && cell.EndColumn <= end + 2)];
            if (cells.Length == 0 || Math.Abs(cells[0].Column - arrow.Index) > 2 || Math.Abs(cells[^1].EndColumn - end) > 2 || Array.Exists(cells, cell => cell.IsOpen || _joined.Contains(cell)))
            {
                continue;
            }

            long drawn = cells.Sum(cell => cell.Bits);
            (int Line, int Column, string Text)[] labels = arrow.Groups["label"].Value.Trim().Length > 0
                ? [(line, arrow.Groups["label"].Index, arrow.Groups["label"].Value)]
                : [.. beside.Where(label => label.Label.Index + (label.Label.Length / 2) is var middle && middle >= arrow.Index && middle <= end).Select(label => (label.Line, label.Label.Index, label.Label.Value))];
            if (labels is [var (place, column, text)] && ExpressionPattern().Match(text) is { Success: true } said && !(said.Groups["number"].Success && BitsOf(said) == drawn))
            {
                throw _text.Error(place, column, $"'{text.Trim()}' stands beside an arrow over {drawn} bits that are drawn", DrawRemedy);
            }
        }
    }

    private static long Bits(List<DiagramCell> row) => row.Sum(cell => cell.Bits);

    private static long BitsOf(Match match)
    {
        return match.Groups["type"].Success ? Number(match, "type")
            : match.Groups["first"].Success ? Math.Abs(Number(match, "first") - Number(match, "last")) + 1
            : (match.Groups["word"].Success ? CellSizes.NumberOf(match.Groups["word"].Value) ?? 0 : Number(match, "number")) * (CellSizes.BitsOf(match.Groups["unit"].Value) ?? 1);
    }

    private static long Number(Match match, string group) => long.Parse(match.Groups[group].Value, CultureInfo.InvariantCulture);

    // "} repeated for each peer", ") repeat Count times": a brace around rows.
    [GeneratedRegex(@"^[)}\]>]\s*.*\b(?:repeat(?:s|ed)?|times)\b", RegexOptions.IgnoreCase)]
    private static partial Regex RepeatedRowsPattern();

    [GeneratedRegex(@"^\W*total(?: (?:of|size|length))?\s*[:=]?\s*(?<number>[0-9]{1,5})[ -]?(?<unit>bits?|bytes?|octets?)\W*$", RegexOptions.IgnoreCase)]
    private static partial Regex TotalPattern();

    // "Bytes 0-7", "(octets 4 to 7)".
    [GeneratedRegex(@"^(?:<?[-=]+>?|←|:)?\s*\(?(?:bytes?|octets?) (?<first>[0-9]{1,6}) ?(?:-|–|to|\.\.) ?(?<last>[0-9]{1,6})\)?$", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex RangePattern();

    // "4 bytes", "<- 1 byte", "(2 octets, in network order)", "2 bytes each".
    [GeneratedRegex(@"^(?:<?[-=]+>?|←|:)?\s*\(?(?<number>[0-9]{1,6})[ -]?(?<unit>bits?|bytes?|octets?)\b\s*(?<each>each\b)?\s*(?:(?:[,;(]|if\b).*)?\)?$", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex SizePattern();

    [GeneratedRegex(@"^(?:<?[-=]+>?|←|:)?\s*\(?(?:var(?:iable)?(?:[ -](?:length|size|width))?|(?<name>\w+)(?: ?[-+*/] ?[0-9]+)? (?:bytes|octets)|[0-9]+ ?(?:-|–|to|or) ?(?:[0-9]+|n|more) (?:bytes|octets)|(?:repeated )?(?<name>[\p{L}_]\w*) times|\}?\s*repeated\b.*|zero or more\b.*|(?:length|size) varies|(?:may be )?up to [0-9]+ (?:bytes|octets)|[x×*] ?(?<name>[\p{L}_]\w*))\s*(?:[,;(].*)?\)?$", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex VariablePattern();

    [GeneratedRegex($@"\(?(?:{Beside})\)?", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex WordPattern();

    // Nothing but such words, perhaps with a remark after the last.
    [GeneratedRegex($@"^(?:[\s|]*\(?(?:{Beside})\)?(?![\w(]))+(?:[\s|]*|(?<rest>\s*(?:,|\b(?:depending|if|when|each|little|big|in)\b).*))$", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex BesidePattern();

    [GeneratedRegex(@"^\s*(?:(?<word>bytes?|octets?|offsets?|address(?:es)?):?\s+)?(?<numbers>[0-9]{1,3}(?: +[0-9]{1,3}){2,})(?:\s+(?<word>(?:memory )?(?:bytes?|octets?|offsets?|address(?:es)?))\.?)?\s*$", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex NumbersBelowPattern();

    [GeneratedRegex(@"^\s*(?<arrow>[|]?<[-= ]*(?<number>[0-9]{1,5})[ -]?(?<unit>bits?|bytes?|octets?)[-= ]*>[|]?)\s*$", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex ArrowPattern();

    [GeneratedRegex(@"^[\s|]*(?:<[-= ]*[^<>|]{0,40}?[-= ]*>[\s|]*)+$", RegexOptions.CultureInvariant)]
    private static partial Regex ArrowsPattern();

    [GeneratedRegex(@"<[-= ]*(?<label>[^<>|]{0,40}?)[-= ]*>", RegexOptions.CultureInvariant)]
    private static partial Regex ArrowsPartPattern();

    [GeneratedRegex(@"\S+(?: \S+)*", RegexOptions.CultureInvariant)]
    private static partial Regex LabelPattern();

    // A number, or what is reckoned with a letter, and a unit.
    [GeneratedRegex(@"^\s*\(?(?:(?<number>[0-9]{1,5})|(?:[0-9]{1,5}|[A-Za-z])(?: ?[-+*/x] ?(?:[0-9]{1,5}|[A-Za-z])){0,3})[ -]?(?<unit>bits?|bytes?|octets?)\)?\s*$", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex ExpressionPattern();

    // "Message header (16 bytes):", "The header is a 64-bit word:".
    [GeneratedRegex(@"(?:\(|\s[-–—] )(?<number>[0-9]{1,5})[ -]?(?<unit>bits?|bytes?|octets?)\)?\s*:\s*$|\b(?:is|are) (?:an? )?(?<number>[0-9]{1,5})[ -](?<unit>bits?|bytes?|octets?) [\w ]{1,30}:\s*$", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex TitlePattern();

    [GeneratedRegex(@"(?:^|\s|[+*])(?:(?:0[xX]|\$)(?<hex>[0-9A-Fa-f]{1,8})(?:-0[xX][0-9A-Fa-f]{1,8})?|(?<hex>[0-9A-Fa-f]{1,8})[hH]|(?=[0-9]+[A-Fa-f])(?<letters>[0-9A-Fa-f]{2,4})|[\[(@]?(?<decimal>[0-9]{1,6})(?:-(?<end>[0-9]{1,6}))?[\]).]?)\s*:?\s*$")]
    private static partial Regex OffsetPattern();

    [GeneratedRegex(@"^\s*0[xX](?<hex>[0-9A-Fa-f]{1,8})\s*$")]
    private static partial Regex HexadecimalPattern();

    private const string LegendSize = @"(?:(?<number>[0-9]{1,6})|(?<word>one|two|three|four|five|six|seven|eight|nine|ten|twelve|sixteen))[ -]?(?<unit>bits?|bytes?|octets?)";

    [GeneratedRegex($@"^[\s*`_•-]{{0,40}}(?:o\s{{1,4}}|[0-9]{{1,2}}[.)]\s{{1,4}})?(?<name>\p{{L}}[\w -]{{0,40}}?)[*`_]{{0,3}}\s{{0,4}}(?:\((?:{LegendSize})\)|(?::\s{{1,8}}|\s[-–—]\s{{1,4}})(?:an? |the )?(?:{LegendSize})\b|:\s{{1,8}}u?int(?<type>8|16|24|32|40|48|56|64|128)(?:_t)?\b|(?::\s{{1,8}}|\s[-–—]\s{{1,4}}|\()(?<variable>variable(?:[ -](?:length|size|width))?)\s*[.,;)]|[:=]\s{{1,8}}\p{{L}}[\w -]{{0,60}}?(?:\s?\(|,\s)(?:{LegendSize})\)?[.;]?$)", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex LegendPattern();
}
