
namespace PSSockets.Messages;

/// <summary>From the cells of a diagram, in the order they are sent, to fields: which cells are one, how wide it is, what it is called.</summary>
internal sealed class DiagramFields
{
    private const string ClosingRemedy = "Draw a ruling between cells that are two fields, and leave it out where a field goes on.";

    private readonly DiagramText _text;
    private readonly IReadOnlyList<DiagramCell> _cells;
    private readonly IReadOnlyList<(DiagramCell Upper, DiagramCell Lower)> _joined;
    private readonly List<Group> _groups = [];

    public DiagramFields(DiagramText text, IReadOnlyList<DiagramCell> cells, IReadOnlyList<(DiagramCell Upper, DiagramCell Lower)> joined)
    {
        _text = text;
        _cells = cells;
        _joined = joined;
    }

    /// <summary>Makes the fields; names may still repeat.</summary>
    /// <exception cref="SocketInputException"><c>InvalidDiagram</c>.</exception>
    public IReadOnlyList<FieldDefinition> Make()
    {
        JoinOpenCells();
        JoinUnnamed();
        JoinByWidth();
        CheckRows();

        List<FieldDefinition> fields = [];
        for (int index = 0; index < _groups.Count; index++)
        {
            Group group = _groups[index];
            bool endsAtZero = index + 1 < _groups.Count && _groups[index + 1] is { Bits: 8, IsVariable: false, Text.Name: "0" };
            FieldLength length = !group.IsVariable ? new FieldLength.Fixed(Checked(group))
                : endsAtZero ? new FieldLength.Until(0)
                : new FieldLength.Rest();
            fields.Add(new FieldDefinition(group.Text.Name, length, null));
        }

        return fields;
    }

    private int Checked(Group group) => group.Bits is > 0 and <= FieldLength.MaximumBits
        ? (int)group.Bits
        : throw Error(group.First, $"a field has 1 to {FieldLength.MaximumBits} bits, and this one would have {group.Bits}", "Mark a longer field as (variable).");

    // Cells above each other without a ruling between them.
    private void JoinOpenCells()
    {
        Dictionary<DiagramCell, int> places = new(ReferenceEqualityComparer.Instance);
        for (int place = 0; place < _cells.Count; place++)
        {
            places[_cells[place]] = place;
        }

        int[] reach = new int[_cells.Count];
        foreach ((DiagramCell upper, DiagramCell lower) in _joined)
        {
            reach[places[upper]] = Math.Max(reach[places[upper]], places[lower]);
        }

        for (int place = 0; place < _cells.Count; place++)
        {
            Group group = new();
            group.Cells.Add(_cells[place]);
            int last = reach[place];
            while (place < last)
            {
                DiagramCell next = _cells[place + 1];
                if (!_joined.Any(pair => ReferenceEquals(pair.Lower, next) && group.Cells.Contains(pair.Upper, ReferenceEqualityComparer.Instance)))
                {
                    throw Error(next, "there is no ruling between the cells above and below, but this cell stands between them", ClosingRemedy);
                }

                place++;
                group.Cells.Add(next);
                last = Math.Max(last, reach[place]);
            }

            group.ReadText();
            _groups.Add(group);
        }
    }

    // What is empty or says that it is continued belongs to the field before it.
    private void JoinUnnamed()
    {
        for (int index = 0; index < _groups.Count; index++)
        {
            Group group = _groups[index];
            if (!group.Text.IsEmpty && !group.Text.IsContinued)
            {
                continue;
            }

            if (index == 0)
            {
                throw Error(group.First, "the first cell has no name, and there is no field before it", "Write a name in it.");
            }

            _groups[index - 1].Append(group);
            _groups.RemoveAt(index--);
        }
    }

    // A width that is larger than the cell joins it with its neighbours: those before it, or else those behind it.
    private void JoinByWidth()
    {
        int unit = UnitOfBareNumbers();
        for (int index = 0; index < _groups.Count; index++)
        {
            Group group = _groups[index];
            if (group.Text.Size is not { } size || group.IsVariable || size is 0 or > int.MaxValue)
            {
                continue;
            }

            long stated = size * (group.Text.Unit == 0 ? unit : group.Text.Unit);
            if (group.IsTall)
            {
                group.Bits = stated;
            }

            if (stated <= group.Bits)
            {
                continue;
            }

            if (Matching(index, -1, stated - group.Bits) is { } first)
            {
                for (int place = first + 1; place <= index; place++)
                {
                    _groups[first].Append(_groups[place]);
                }

                _groups.RemoveRange(first + 1, index - first);
                index = first;
            }
            else if (Matching(index, 1, stated - group.Bits) is { } last)
            {
                for (int place = index + 1; place <= last; place++)
                {
                    group.Append(_groups[place]);
                }

                _groups.RemoveRange(index + 1, last - index);
            }
            else if (group.Text.Unit != 0)
            {
                throw Error(
                    group.First,
                    $"'{group.Text.Name}' says {stated} bits, the cell has {group.Bits}, and with its neighbours it does not make {stated}",
                    "Correct the width in brackets, or draw the cell as wide as the field.");
            }
        }
    }

    // The other end of the neighbours that have exactly these bits; none may have a width of its own.
    private int? Matching(int index, int step, long bits)
    {
        for (int place = index + step; place >= 0 && place < _groups.Count && bits > 0; place += step)
        {
            Group group = _groups[place];
            if (group.IsVariable || group.Text.Size is not null)
            {
                return null;
            }

            bits -= group.Bits;
            if (bits == 0)
            {
                return place;
            }
        }

        return null;
    }

    // "(4)" counts bytes in pictures where that makes cells as wide as they are drawn, as in RFC 2131, and bits in all others.
    private int UnitOfBareNumbers()
    {
        Group[] bare = [.. _groups.Where(group => group is { IsVariable: false, IsTall: false, Text: { Size: not null, Unit: 0 } })];
        return bare.Length > 0 && Array.TrueForAll(bare, group => group.Text.Size * 8 == group.Bits) ? 8 : 1;
    }

    private void CheckRows()
    {
        long bits = _groups.Sum(group => group.IsVariable ? 0 : group.Bits);
        if (bits % 8 == 0)
        {
            return;
        }

        DiagramCell odd = _cells.GroupBy(cell => cell.Line).Select(row => row.Last()).FirstOrDefault(last => last.To % 8 != 0) ?? _cells[^1];
        throw Error(
            odd,
            $"this row ends at bit {odd.To}, and all fields are {bits} bits together, which is no whole number of bytes",
            "Rows are 8, 16, 32 or 64 bits wide: look whether the ruling and the bars are complete.");
    }

    private SocketInputException Error(DiagramCell cell, string problem, string remedy) => _text.Error(cell.Line, cell.Column, problem, remedy);

    /// <summary>Cells that are one field.</summary>
    private sealed class Group
    {
        public List<DiagramCell> Cells { get; } = [];

        public DiagramCell First => Cells[0];

        public CellText Text { get; private set; } = null!;

        public long Bits { get; set; }

        public bool IsVariable { get; private set; }

        public bool IsTall => Cells.TrueForAll(cell => cell.IsTall);

        public void ReadText()
        {
            List<string> texts = [];
            bool isVariable = false;
            foreach (DiagramCell cell in Cells)
            {
                // From the line that begins with "=" on, a cell shows a value.
                int value = cell.Texts.FindIndex(text => text.TrimStart().StartsWith('='));
                string text = CellText.Join(value < 0 ? cell.Texts : cell.Texts.Take(value));
                CellText read = CellText.Read(text);
                isVariable |= read.IsVariable;
                if (text.Length > 0 && (texts.Count == 0 || !(read.IsContinued || read.IsEmpty)))
                {
                    texts.Add(text);
                }

                if (value >= 0)
                {
                    break;
                }
            }

            Text = CellText.Read(CellText.Join(texts));
            // A row that has no right side goes on in a line that has no left one; a side that only is missing is an open one.
            bool isOpen = Cells.Exists(cell => cell.IsOpen && !(cell.IsBroken && Cells.Count > 1));
            IsVariable = isVariable || Text.IsVariable || isOpen;
            Bits = Cells.Sum(cell => cell.Bits);
        }

        public void Append(Group next)
        {
            Cells.AddRange(next.Cells);
            ReadText();
        }
    }
}
