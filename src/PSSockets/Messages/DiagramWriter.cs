using System.Text;

namespace PSSockets.Messages;

/// <summary>
/// Draws formats, and messages with their values, as Internet standards draw them; <see cref="DiagramReader"/> reads it back.
/// Types and lengths that a picture cannot show stand below it as field-list entries.
/// </summary>
internal sealed class DiagramWriter
{
    private const int MostValueLines = 8;
    private const int LegendWidth = 76;

    private readonly MessageFormat _format;
    private readonly IReadOnlyList<object?>? _values;
    private readonly int _rowBits;
    private readonly List<List<Piece>> _rows = [];
    private bool _countsWide = true;

    private DiagramWriter(MessageFormat format, IReadOnlyList<object?>? values, int rowBits)
    {
        _format = format;
        _values = values;
        _rowBits = rowBits;
    }

    /// <summary>Draws.</summary>
    /// <param name="format">The format.</param>
    /// <param name="values">A value for each field; null draws none.</param>
    /// <param name="rowBits">How many bits a row has.</param>
    public static string Write(MessageFormat format, IReadOnlyList<object?>? values = null, int rowBits = 32) => new DiagramWriter(format, values, rowBits).Write();

    private string Write()
    {
        foreach (MessageField field in _format.FieldArray)
        {
            Place(field);
        }

        // A letter of two columns does not fit the narrowest cells: then each counts one, and the sides shift where they stand.
        _countsWide = !_format.FieldArray.Any(field => field.Width == 1 && DisplayWidth.Of(field.Name) > DisplayWidth.Elements(field.Name).Count());

        for (int position = 0; position < _format.FieldArray.Length; position++)
        {
            WriteTexts(position);
        }

        StringBuilder text = new();
        AddNumbers(text, _rows.Max(Width));
        for (int row = 0; row < _rows.Count; row++)
        {
            AddRuling(text, row == 0 ? null : _rows[row - 1], _rows[row]);
            AddRow(text, _rows[row]);
        }

        AddRuling(text, _rows[^1], null);
        AddLegend(text);
        return text.ToString().TrimEnd('\n').Replace("\n", Environment.NewLine, StringComparison.Ordinal);
    }

    private int ColumnsOf(string text) => DisplayWidth.IsPlain(text) ? text.Length : _countsWide ? DisplayWidth.Of(text) : DisplayWidth.Elements(text).Count();

    // As many letters as fit some columns; at least one.
    private int Fitting(string text, int columns)
    {
        if (DisplayWidth.IsPlain(text))
        {
            return Math.Clamp(columns, 1, text.Length);
        }

        int length = 0;
        int taken = 0;
        foreach (string element in DisplayWidth.Elements(text))
        {
            taken += _countsWide ? DisplayWidth.OfElement(element) : 1;
            if (taken > columns && length > 0)
            {
                break;
            }

            length += element.Length;
        }

        return length;
    }

    private static int Width(List<Piece> row) => row[^1].To;

    private static int Columns(int bits) => (bits * 2) - 1;

    private void Place(MessageField field)
    {
        if (field.Width is not { } width)
        {
            _rows.Add([new Piece(field, 0, _rowBits)]);
            return;
        }

        while (width > 0)
        {
            if (_rows.Count == 0 || Width(_rows[^1]) == _rowBits)
            {
                _rows.Add([]);
            }

            int from = _rows[^1].Count == 0 ? 0 : Width(_rows[^1]);
            int to = Math.Min(_rowBits, from + width);
            _rows[^1].Add(new Piece(field, from, to));
            width -= to - from;
        }
    }

    // The name stands in the middle of the widest pieces, or where the pieces do not touch, in the first of two.
    private void WriteTexts(int position)
    {
        MessageField field = _format.FieldArray[position];
        Piece[] pieces = [.. PiecesOf(field)];
        int most = pieces.Max(piece => piece.Bits);
        Piece[] widest = [.. pieces.Where(piece => piece.Bits == most)];
        Piece holder = widest[(widest.Length - 1) / 2];
        if (pieces.Length == 2 && pieces[1].To <= pieces[0].From)
        {
            holder = pieces[0];
            if (Columns(pieces[1].Bits) >= "(cont.)".Length)
            {
                pieces[1].Lines.Add("(cont.)");
            }
        }

        int columns = Columns(holder.Bits);
        List<string> lines = NameLines(field, columns);
        bool hasStep = pieces.Length > 1 && pieces[1].To > pieces[0].From && Array.Exists(pieces, piece => (piece.From, piece.To) != (pieces[0].From, pieces[0].To));
        if (hasStep && CellText.Read(field.Name).IsContent)
        {
            // What is called by its content could be of any length.
            string bits = $"({field.Width} bits)";
            if (ColumnsOf(lines[^1]) + 1 + bits.Length <= columns)
            {
                lines[^1] += $" {bits}";
            }
            else
            {
                lines.Add(bits);
            }
        }

        holder.Lines.AddRange(lines);
        if (_values is not null && _values[position] is not null)
        {
            holder.Lines.AddRange(ValueLines(_values[position], columns));
        }
    }

    private IEnumerable<Piece> PiecesOf(MessageField field)
    {
        int first = _firstRow;
        bool found = false;
        for (int row = first; row < _rows.Count; row++)
        {
            Piece? piece = _rows[row].Find(piece => ReferenceEquals(piece.Field, field));
            if (piece is not null)
            {
                _firstRow = row;
                found = true;
                yield return piece;
            }
            else if (found)
            {
                yield break;
            }
        }
    }

    private int _firstRow;

    private List<string> NameLines(MessageField field, int columns)
    {
        string name = field.Name;
        List<string> lines = Split(name, columns, atCapitals: true);
        CellText read = CellText.Read(CellText.Join(lines));
        // Digits below each other would be bits.
        bool areBits = lines.Count > 1 && name.All(letter => char.IsAsciiDigit(letter) || letter is 'x' or 'X');
        return read.Name == name && !read.IsEmpty && !read.IsContinued && !read.IsVariable && read.Size is null && !areBits && (read.Spoken is null || read.Spoken == field.Width) ? lines : Split($"\"{name}\"", columns, atCapitals: false);
    }

    // Lines of a name that does not fit one: between words, or with a hyphen, or letter by letter.
    private List<string> Split(string name, int columns, bool atCapitals)
    {
        List<string> lines = [];
        while (ColumnsOf(name) > columns)
        {
            int most = Fitting(name, columns);
            int length = Math.Min(most, name.Length - 1);
            while (atCapitals && length > 0 && !char.IsUpper(name[length]) && !char.IsDigit(name[length]))
            {
                length--;
            }

            bool isWord = atCapitals && length > 0;
            length = isWord ? length : columns == 1 ? most : Fitting(name, columns - 1);
            lines.Add(isWord || columns == 1 ? name[..length] : $"{name[..length]}-");
            name = name[length..];
        }

        lines.Add(name);
        return lines;
    }

    private IEnumerable<string> ValueLines(object? value, int columns)
    {
        string text = value switch
        {
            null => "",
            bool truth when columns < 7 => truth ? "1" : "0",
            string characters => $"\"{FieldText.Of(characters)}\"",
            _ => FieldText.Of(value),
        };

        // Nothing in a value may look like a side or a ruling.
        text = text.Replace('|', '.').Replace("+-", ".-", StringComparison.Ordinal).Replace("-+", "-.", StringComparison.Ordinal)
            .Replace("+=", ".=", StringComparison.Ordinal).Replace("=+", "=.", StringComparison.Ordinal);
        text = ColumnsOf(text) + 2 <= columns || columns > 7 ? $"= {text}" : $"={text}";
        for (int line = 0; text.Length > 0; line++)
        {
            if (line == MostValueLines && columns >= 3 && ColumnsOf(text) > columns)
            {
                yield return "...";
                yield break;
            }

            int length = ColumnsOf(text) <= columns ? text.Length : Fitting(text, columns);
            int space = length < text.Length ? text.LastIndexOf(' ', length, length) : -1;
            length = space > 2 ? space : length;
            yield return text[..length];
            text = text[length..].TrimStart(' ');
        }
    }

    private static void AddNumbers(StringBuilder text, int bits)
    {
        StringBuilder tens = new();
        StringBuilder units = new();
        for (int bit = 0; bit < bits; bit++)
        {
            tens.Append(' ').Append(bit % 10 == 0 ? (char)('0' + (bit / 10)) : ' ');
            units.Append(' ').Append((char)('0' + (bit % 10)));
        }

        text.Append(tens.ToString().TrimEnd()).Append('\n').Append(units).Append('\n');
    }

    // The ruling between two rows leaves out where one field goes on.
    private static void AddRuling(StringBuilder text, List<Piece>? above, List<Piece>? below)
    {
        int bits = Math.Max(above is null ? 0 : Width(above), below is null ? 0 : Width(below));
        StringBuilder ruling = new StringBuilder().Insert(0, "+-", bits).Append('+');
        if (above is not null && below is not null && ReferenceEquals(above[^1].Field, below[0].Field))
        {
            int from = Columns(above[^1].From) + 1;
            int to = Columns(below[0].To) + 1;
            for (int column = from + 1; column < to; column++)
            {
                ruling[column] = ' ';
            }
        }

        text.Append(ruling).Append('\n');
    }

    private void AddRow(StringBuilder text, List<Piece> row)
    {
        int height = Math.Max(1, row.Max(piece => piece.Lines.Count));
        for (int line = 0; line < height; line++)
        {
            StringBuilder cells = new();
            foreach (Piece piece in row)
            {
                int place = line - ((height - piece.Lines.Count) / 2);
                string content = place >= 0 && place < piece.Lines.Count ? piece.Lines[place] : "";
                int columns = Columns(piece.Bits);
                int spare = Math.Max(0, columns - ColumnsOf(content));
                cells.Append(piece.IsVariable ? '/' : '|').Append(' ', spare / 2).Append(content).Append(' ', spare - (spare / 2));
            }

            text.Append(cells).Append(row[^1].IsVariable ? '/' : '|').Append('\n');
        }
    }

    private void AddLegend(StringBuilder text)
    {
        IReadOnlyList<MessageField> fields = _format.Fields;
        IReadOnlyList<string> entries = _format.ShortFieldList;
        int column = 0;
        for (int position = 0; position < fields.Count; position++)
        {
            MessageField field = fields[position];
            bool readsAsZeroEnded = position + 1 < fields.Count && fields[position + 1] is { Name: "0", Width: 8 };
            FieldLength drawn = field.Length is FieldLength.Fixed ? field.Length : readsAsZeroEnded ? new FieldLength.Until(0) : new FieldLength.Rest();
            if (field.Length == drawn && field.IsPlain && field.Kind == MessageField.DefaultType(field.Length))
            {
                continue;
            }

            string entry = entries[position];
            text.Append(column == 0 || column + entry.Length > LegendWidth ? '\n' : ' ').Append(entry);
            column = column == 0 || column + entry.Length > LegendWidth ? entry.Length + 1 : column + entry.Length + 1;
        }
    }

    /// <summary>A field, or the part of one that stands in one row.</summary>
    private sealed record Piece(MessageField Field, int From, int To)
    {
        public List<string> Lines { get; } = [];

        public int Bits => To - From;

        public bool IsVariable => Field.Width is null;
    }
}
