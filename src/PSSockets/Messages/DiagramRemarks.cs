using System.Globalization;
using System.Text.RegularExpressions;

namespace PSSockets.Messages;

/// <summary>What stands around a picture and must agree with it: offsets beside its rows, sizes beside, above and below its cells, a legend, a title.</summary>
internal sealed partial class DiagramRemarks
{
    private const string ScaleRemedy = "Write the bit numbers above the picture, or mark each bit in its rulings, as in +-+-+-+-+.";

    // A title is short.
    private const int MostTitleLetters = 70;

    private readonly DiagramText _text;
    private readonly List<List<DiagramCell>> _rows;
    private readonly List<List<(int Line, string Text)>> _between;
    private readonly DiagramScale _scale;

    /// <summary>Takes what was read of a picture.</summary>
    /// <param name="text">The text.</param>
    /// <param name="rows">Its rows.</param>
    /// <param name="between">The rulings before each row and after the last.</param>
    /// <param name="scale">Where its bits stand.</param>
    public DiagramRemarks(DiagramText text, List<List<DiagramCell>> rows, List<List<(int Line, string Text)>> between, DiagramScale scale)
    {
        _text = text;
        _rows = rows;
        _between = between;
        _scale = scale;
    }

    /// <summary>Compares the rows with what stands beside, above and below them.</summary>
    /// <exception cref="SocketInputException"><c>InvalidDiagram</c>.</exception>
    public void CheckRows()
    {
        CheckOffsets([.. OffsetsLeft()]);
        CheckOffsets([.. OffsetsRight()]);
        foreach (List<DiagramCell> row in _rows)
        {
            CheckBeside(row);
        }

        if (_between[0].Count > 0 && _between[^1].Count > 0)
        {
            CheckBelow(_between[^1][^1].Line + 1);
            CheckSizes(_between[0][0].Line - 1, _rows[0]);
            CheckSizes(_between[^1][^1].Line + 1, _rows[^1]);
        }
    }

    /// <summary>Compares the fields with a legend, and all of them with a title.</summary>
    /// <exception cref="SocketInputException"><c>InvalidDiagram</c>.</exception>
    public void CheckFields(IReadOnlyList<FieldDefinition> fields, int first, int last)
    {
        CheckLegend(fields, first, last);
        CheckTitle(fields, first);
    }

    // "Kind (2 bits): ..." and "Kind: 2 bits" above or below the picture, of a field that is drawn otherwise.
    private void CheckLegend(IReadOnlyList<FieldDefinition> fields, int first, int last)
    {
        for (int line = 0; line < _text.Lines.Count; line++)
        {
            if ((line >= first && line <= last) || LegendPattern().Match(_text.Written(_text.Lines[line])) is not { Success: true } legend)
            {
                continue;
            }

            string name = CellText.Read(legend.Groups["name"].Value).Name;
            long bits = BitsOf(legend);
            if (fields.FirstOrDefault(field => string.Equals(field.Name, name, StringComparison.OrdinalIgnoreCase)) is { Length: FieldLength.Fixed { Bits: var drawn } } && drawn != bits)
            {
                throw _text.Error(line, legend.Groups["name"].Index, $"this says that '{name}' has {Bits(bits)}, and it is drawn {Bits(drawn)} wide", "Correct what is wrong, or leave the text out.");
            }
        }
    }

    // "Header (16 bytes):" alone above a picture.
    private void CheckTitle(IReadOnlyList<FieldDefinition> fields, int first)
    {
        int line = first - 1;
        while (line >= 0 && !_text.Lines[line].Any(char.IsLetter))
        {
            line--;
        }

        if (line < 0 || (line > 0 && _text.Lines[line - 1].Length > 0) || _text.Lines[line].Length > MostTitleLetters || fields.Any(field => field.Length is not FieldLength.Fixed)
            || TitlePattern().Match(_text.Lines[line]) is not { Success: true } title)
        {
            return;
        }

        long drawn = fields.Sum(field => field.Length is FieldLength.Fixed { Bits: var one } ? (long)one : 0);
        long bits = BitsOf(title);
        if (bits != drawn)
        {
            throw _text.Error(line, title.Index, $"this says {Bits(bits)}, and {Bits(drawn)} are drawn", "Correct what is wrong, or leave the text out.");
        }
    }

    // Numbers left of the rows, or of the rulings above them. One below or above a word belongs to that: "block", "1".
    private IEnumerable<(int Row, long Value)> OffsetsLeft()
    {
        for (int row = 0; row < _rows.Count; row++)
        {
            DiagramCell first = _rows[row][0];
            string Left(int line) => line < 0 || line >= _text.Lines.Count ? "" : _text.Lines[line][..Math.Min(first.Column, _text.Lines[line].Length)];
            if (OffsetOf(Left(first.Line)) is { } value && !WordPattern().IsMatch(Left(first.Line - 1)) && !WordPattern().IsMatch(Left(first.Line + 1)))
            {
                yield return (row, value);
            }
            else if (_between[row].Count > 0 && OffsetOf(Left(_between[row][^1].Line)) is { } above)
            {
                yield return (row, above);
            }
        }
    }

    private IEnumerable<(int Row, long Value)> OffsetsRight()
    {
        for (int row = 0; row < _rows.Count; row++)
        {
            if (Beside(_rows[row]) is { Length: > 0 } right && OffsetOf(right) is { } value)
            {
                yield return (row, value);
            }
        }
    }

    private static long? OffsetOf(string text) => OffsetPattern().Match(text) is { Success: true } match && match.Groups["hex"].Value is var hex
        && long.TryParse(hex.Length > 0 ? hex : match.Groups["decimal"].Value, hex.Length > 0 ? NumberStyles.AllowHexSpecifier : NumberStyles.None, CultureInfo.InvariantCulture, out long value)
            ? value
            : null;

    // Numbers that go up are offsets, in bytes or words, or the numbers of rows or lines; what is drawn between them must agree.
    private void CheckOffsets(List<(int Row, long Value)> offsets)
    {
        if (offsets.Count < 2)
        {
            return;
        }

        int rowBits = Math.Max(1, _rows.Max(row => row[^1].To));
        List<(DiagramCell Cell, long Numbers, long Bits, long Lines, long Rows)> steps = [];
        foreach (((int row, long value), (int nextRow, long next)) in offsets.Zip(offsets.Skip(1)))
        {
            List<DiagramCell> between = [.. _rows[row..nextRow].SelectMany(cells => cells)];
            if (!between.Exists(cell => cell.IsOpen || CellText.Read(CellText.Join(cell.Texts)) is { IsVariable: true } or { Size: not null }))
            {
                steps.Add((_rows[nextRow][0], next - value, between.Sum(cell => cell.Bits), _rows[nextRow][0].Line - _rows[row][0].Line, nextRow - row));
            }
        }

        bool Agrees(Func<(DiagramCell Cell, long Numbers, long Bits, long Lines, long Rows), long> drawn) => steps.TrueForAll(step => step.Numbers == drawn(step));
        if (steps.Count > 0 && !Agrees(step => step.Bits / 8) && !Agrees(step => step.Bits / 16) && !Agrees(step => step.Bits / rowBits) && !Agrees(step => step.Bits) && !Agrees(step => step.Lines) && !Agrees(step => step.Rows))
        {
            DiagramCell wrong = steps.Find(step => step.Numbers != step.Bits / 8).Cell;
            throw _text.Error(wrong.Line, 0, "the numbers beside the rows do not agree with what is drawn between them", "Draw each row, from the first bit of the message to its last, or leave the numbers out.");
        }
    }

    // What stands right of the last bar of a row; empty where its right side is open.
    private string Beside(List<DiagramCell> row) => row[^1] is { IsOpen: false } last && last.EndColumn < _text.Lines[last.Line].Length ? _text.Lines[last.Line][(last.EndColumn + 1)..] : "";

    // "1 byte", "n bytes" or "x count" right of a row.
    private void CheckBeside(List<DiagramCell> row)
    {
        DiagramCell last = row[^1];
        if (Beside(row) is not { Length: > 0 } beside || last.IsTall)
        {
            return;
        }

        if (SizeBesidePattern().Match(beside) is { Success: true } size)
        {
            long bits = BitsOf(size);
            bool agrees = size.Groups["each"].Success ? row.TrueForAll(cell => cell.Bits == bits) : bits == last.To;
            if (!agrees && (!_scale.IsTold || (row is [{ Lines: 1, From: 0 } only] && only.To == _rows.Max(cells => cells[^1].To) && _rows[^1] == row)))
            {
                throw _text.Error(last.Line, last.EndColumn + 1 + size.Groups["number"].Index, $"this says {Bits(bits)}, and the row beside it is drawn {last.To} bits wide", ScaleRemedy);
            }
        }
        else if (row is [{ From: 0 }] && (CountBesidePattern().IsMatch(beside) || CellText.Read($"({beside.Trim()})") is { IsVariable: true, Name.Length: 0 }) && CellText.Read(CellText.Join(last.Texts)) is { IsVariable: false, IsEmpty: false, IsContinued: false, Size: null, Name: var name })
        {
            throw _text.Error(last.Line, last.EndColumn + 1 + beside.Length - beside.TrimStart().Length, $"this says that the length of '{name}' varies, and the box is closed", "Write (variable) in the cell, or leave the remark out.");
        }
    }

    // Numbers that count bytes, below the picture.
    private void CheckBelow(int line)
    {
        if (line < _text.Lines.Count && BytesBelowPattern().Match(_text.Lines[line]) is { Success: true } bytes)
        {
            throw _text.Error(line, bytes.Groups["number"].Index, "these numbers count bytes, and the picture is drawn in bits", ScaleRemedy);
        }
    }

    // Sizes alone in the line above the first ruling or below the last, each at its cell.
    private void CheckSizes(int line, List<DiagramCell> row)
    {
        if (line < 0 || line >= _text.Lines.Count || !SizesPattern().IsMatch(_text.Lines[line]))
        {
            return;
        }

        foreach (Match size in SizePattern().Matches(_text.Lines[line]))
        {
            int middle = size.Index + (size.Length / 2);
            long? drawn = row.Find(cell => cell.Column <= middle && middle <= cell.EndColumn) is { IsOpen: false, Bits: var bits } ? bits : null;
            if (ArrowPattern().Matches(_text.Lines[line]).FirstOrDefault(arrow => arrow.Index < middle && arrow.Index + arrow.Length > middle) is { } arrow)
            {
                DiagramCell[] cells = [.. row.Where(cell => cell.Column + 2 >= arrow.Index && cell.EndColumn - 2 <= arrow.Index + arrow.Length)];
                drawn = cells.Length > 0 && !Array.Exists(cells, cell => cell.IsOpen) ? cells.Sum(cell => cell.Bits) : null;
            }

            if (drawn is not null && drawn != BitsOf(size))
            {
                throw _text.Error(line, size.Index, $"this says {Bits(BitsOf(size))}, and the cell there has {drawn}", "Correct what is wrong, or leave the sizes out.");
            }
        }
    }

    // A number with a unit in front of it or after it: "u16", "int32_t", "4 bytes".
    private static long BitsOf(Match size) => long.Parse(size.Groups["number"].Value, CultureInfo.InvariantCulture) * (size.Groups["unit"].Value is var unit && (unit.StartsWith("byte", StringComparison.OrdinalIgnoreCase) || unit.StartsWith("octet", StringComparison.OrdinalIgnoreCase)) ? 8 : 1);

    private static string Bits(long bits) => $"{bits} {(bits == 1 ? "bit" : "bits")}";

    [GeneratedRegex(@"(?:^|\s|[+*])(?:0[xX](?<hex>[0-9A-Fa-f]{1,8})|(?<decimal>[0-9]{1,6})(?:-[0-9]{1,6})?)\s*:?\s*$")]
    private static partial Regex OffsetPattern();

    [GeneratedRegex(@"^\s*(?<number>0)(?:\s+[0-9]+){3,}\s.*\b(?:bytes?|octets?|offsets?|address(?:es)?)\b", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex BytesBelowPattern();

    [GeneratedRegex(@"\p{L}{3,}", RegexOptions.CultureInvariant)]
    private static partial Regex WordPattern();

    [GeneratedRegex(@"^\s+(?:<[-=]*\s*)?(?<number>[0-9]{1,3})[ -](?<unit>bits?|bytes?|octets?)\b(?<each> each)?", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex SizeBesidePattern();

    [GeneratedRegex(@"^\s+(?:[x×*] ?\w+|repeat(?:s|ed)?\b.*|\w+ times)$", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex CountBesidePattern();

    [GeneratedRegex(@"\b(?:u(?:int)?(?<number>8|16|32|64)(?:_t)?|(?<number>[0-9]{1,4}) ?(?<unit>bits?|bytes?|octets?))\b", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex SizePattern();

    [GeneratedRegex(@"<[^<>]+>")]
    private static partial Regex ArrowPattern();

    [GeneratedRegex(@"^(?:[\s|()<>=-]*(?:u(?:int)?(?:8|16|32|64)(?:_t)?|[0-9]{1,4} ?(?:bits?|bytes?|octets?))\b)+[\s|()<>=-]*$", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex SizesPattern();

    [GeneratedRegex(@"\((?<number>[0-9]{1,5})[ -]?(?<unit>bits?|bytes?|octets?)\)\s*[:.]?\s*$", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex TitlePattern();

    [GeneratedRegex(@"^[\s*-]{0,40}(?<name>\p{L}[\w -]{0,40}?)\s{0,4}(?:\((?<number>[0-9]{1,6})[ -]?(?<unit>bits?|bytes?|octets?)\)|:\s{1,8}(?<number>[0-9]{1,6})[ -]?(?<unit>bits?|bytes?|octets?)\b|:\s[^()]{1,60}\((?<number>[0-9]{1,6})[ -]?(?<unit>bits?|bytes?|octets?)\)\.?\s*$)", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex LegendPattern();
}
