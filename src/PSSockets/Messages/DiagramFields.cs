using System.Text.RegularExpressions;

namespace PSSockets.Messages;

/// <summary>From the cells of a diagram, in the order they are sent, to fields: which cells are one, how wide it is, what it is called.</summary>
internal sealed partial class DiagramFields
{
    // What is larger is not a width but a value.
    private const int MostBareBits = 128;

    // A longer text is not the name of a field.
    private const int MostLetters = 200;

    // The last of a list is not further from the dots than that.
    private const int MostOfOneList = 64;

    private const string ContinuedWord = "(cont.)";

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
        JoinDotted();
        CheckPlurals();
        SeeRanges();
        JoinUnnamed();
        CheckSides();
        CheckSteps();
        CheckLists();
        CheckOpenAgain();
        JoinByWidth();
        CheckSpoken();
        CheckSaidSizes();
        CheckOtherSizes();
        CheckKnownWidths();
        CheckNames();
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

        // The last cell that each is open to below, and the last that each is open to above: what belongs together follows each other.
        int[] reach = new int[_cells.Count];
        int[] above = new int[_cells.Count];
        Array.Fill(above, -1);
        foreach ((DiagramCell upper, DiagramCell lower) in _joined)
        {
            reach[places[upper]] = Math.Max(reach[places[upper]], places[lower]);
            above[places[lower]] = Math.Max(above[places[lower]], places[upper]);
        }

        for (int place = 0; place < _cells.Count; place++)
        {
            Group group = new();
            group.Cells.Add(_cells[place]);
            int first = place;
            int last = reach[place];
            while (place < last)
            {
                DiagramCell next = _cells[place + 1];
                if (above[place + 1] < first)
                {
                    throw Error(next, "there is no ruling between the cells above and below, but this cell stands between them", ClosingRemedy);
                }

                place++;
                group.Cells.Add(next);
                last = Math.Max(last, reach[place]);
            }

            // Two cells of one row in the same field: the bar between them would part nothing, but another field begins in dots there.
            if (group.Cells.Zip(group.Cells.Skip(1)).FirstOrDefault(pair => pair.First.Line == pair.Second.Line && CellText.Read(CellText.Join(pair.Second.Texts)) is { IsEmpty: false } second
                && (second.BeginsWithDots || (pair.First.From == 0 && pair.First.Texts.TrueForAll(string.IsNullOrWhiteSpace)))) is ({ }, { } parted))
            {
                throw Error(parted, "this bar stands within a field that goes on from the row above", ClosingRemedy);
            }

            group.HasGap = group.Cells.Count > 1;
            group.ReadText();
            _groups.Add(group);
        }
    }

    // "Cookie . . ." and ". . . Cookie", or "Name..." and "Name", are one field that goes over two cells.
    private void JoinDotted()
    {
        List<Group> joined = [];
        foreach (Group group in _groups)
        {
            if (joined.Count > 0 && joined[^1] is { Text: { EndsInDots: true, SaysVariable: false }, Cells: [.., { HasNoRight: true }] } begun && group is { IsOpen: false, First: { From: 0, HasNoLeft: true } }
                && (TotalOf(begun, group) is not null || group.Text.IsOnlyRemark))
            {
                JoinRemark(begun, group);
            }
            else if (joined.Count > 0 && joined[^1].Cells[^1] is { HasNoRight: true, IsBroken: true } && group.First is { HasNoLeft: true } && !group.Text.IsContinued && !group.Text.IsEmpty)
            {
                joined[^1].GoOn(group);
            }
            else if (joined.Count > 0 && (IsClosedEnd(joined[^1], group) || GoesOnAtArrows(joined[^1], group)))
            {
                joined[^1].Join(group);
            }
            else if (joined.Count > 0 && joined[^1] is { Text: { EndsInDots: true, SaysVariable: false } text } before && (!before.IsOpen || before.GoesOnIn(group)) && !group.IsOpen
                && group.Text is { Size: null, SaysVariable: false } next && string.Equals(text.Name, next.Name, StringComparison.OrdinalIgnoreCase)
                && !(text.BeginsWithDots && next.EndsInDots) && (next.BeginsWithDots || !next.EndsInDots))
            {
                before.Join(group);
            }
            else if (joined.Count > 0 && joined[^1] is { IsOpen: true, IsVariable: true, Text.IsEmpty: false } open && group is { First: { From: 0, Texts.Count: 1 } } && (group.IsVariable || group is { Cells.Count: 1, Text.Size: null, First.To: var end } && end == open.First.To) && open.First.Texts.Count == 1
                && open.Cells[^1].Line < group.First.Line && string.Equals(open.Text.Name, group.Text.Name, StringComparison.OrdinalIgnoreCase))
            {
                // The name is written again where a field of open sides goes on in the next row.
                CheckBetweenSides(open, group);
                open.Cells.AddRange(group.Cells);
            }
            else if (joined.Count > 0 && joined[^1] is { IsVariable: true, Text: { EndsInDots: true } } dots && group is { IsVariable: true, First.From: 0, Text: { EndsInDots: true } } && (group.First.HasNoRight || (dots.Cells[^1].From == 0 && dots.Cells[^1].To >= group.First.To && !group.Text.BeginsWithDots)) && dots.Cells[^1].Line < group.First.Line
                && string.Equals(dots.Text.Name, group.Text.Name, StringComparison.OrdinalIgnoreCase))
            {
                // "Name ..." at the end of a row, and again in one that is open to the right, or in two whole rows.
                dots.Cells.AddRange(group.Cells);
            }
            else if (joined.Count > 0 && joined[^1] is { Text: { BeginsWithDots: true, EndsInDots: true, IsEmpty: false } } twice && group is { IsOpen: false, Text: { BeginsWithDots: true, EndsInDots: true } } && string.Equals(twice.Text.Name, group.Text.Name, StringComparison.OrdinalIgnoreCase))
            {
                throw Error(group.First, $"'{group.Text.Name}' stands between dots in two cells that follow each other, and nothing says whether they are one field", "Write dots at the end of the first and at the beginning of the second cell, or leave the ruling between them out.");
            }
            else if (joined.Count > 0 && joined[^1] is { Cells: [.., { HasNoRight: true }], Text: { EndsInDots: true } } dotted && group is { First: { From: 0, BeginsInDots: true }, Text: { IsEmpty: false, IsContinued: false } })
            {
                throw Error(group.First, $"this cell goes on with '{dotted.Text.Name}' in dots, and is called '{group.Text.Name}'", "Write the same name in both cells, or a bar at the ends of the rows.");
            }
            else
            {
                joined.Add(group);
            }
        }

        if (joined.Count > 0)
        {
            DiagramCell last = _cells[^1];
            foreach (Group group in joined)
            {
                group.SeeShortening(ReferenceEquals(group.Cells[^1], last));
            }
        }

        Replace(joined);
    }

    // "... (64 bits)", "(64 bits)" or "...Name (64 bits)" below "Name ...": the bits of both together.
    private static long? TotalOf(Group before, Group group) => group.Text.Total
        ?? (group.Text is { Size: { } size, Unit: > 0 and var unit } text && (text.IsOnlyRemark || (text.BeginsWithDots && string.Equals(before.Text.Name, text.Name, StringComparison.OrdinalIgnoreCase))) ? size * unit : null);

    // What stands below "Name ..." in a row without a left side is the rest of it: its size, which must be as drawn, or a remark on its length.
    private void JoinRemark(Group before, Group group)
    {
        if (TotalOf(before, group) is not { } total)
        {
            group.First.Texts.Clear();
            before.GoOn(group);
        }
        else if (total == before.Bits + group.Bits)
        {
            before.Join(group);
        }
        else
        {
            throw Error(group.First, $"this says {total} bits, and '{before.Text.Name}' is drawn {before.Bits + group.Bits} bits wide", "Draw as many rows as the field has, or write (variable).");
        }
    }

    // "Name..." at the end of rows, and "Name" in a cell that is closed below them: as wide as they are drawn together.
    private static bool IsClosedEnd(Group before, Group group) => group is { IsVariable: false, Text: { Size: null, IsEmpty: false, IsContinued: false }, First: { From: 0, IsOpen: false, HasNoRight: false } }
        && before is { Text: { SaysVariable: false, IsEmpty: false } } && before.Cells.TrueForAll(cell => cell is { HasNoRight: true, IsTall: false }) && before.Cells[^1].Line < group.First.Line
        && string.Equals(before.Text.Name, group.Text.Name, StringComparison.OrdinalIgnoreCase);

    // "Name >" before the last bar of a row, and "< Name" after the first of the next.
    private static bool GoesOnAtArrows(Group before, Group group) => group.First.From == 0 && string.Equals(before.Text.Name, group.Text.Name, StringComparison.OrdinalIgnoreCase)
        && before.Cells[^1].Texts is [.., var end] && end.AsSpan().TrimEnd().EndsWith(">") && group.First.Texts[0].AsSpan().TrimStart().StartsWith("<");

    // A row that has no bar at its right end must go on in the next line, or say that its length varies.
    private void CheckSides()
    {
        Group? before = null;
        foreach (Group group in _groups)
        {
            if (group is { Cells.Count: 1, First: { HasNoRight: false, IsOpenLeft: var isOpenLeft, IsOpenRight: var isOpenRight, Bits: < 8 } part } && isOpenLeft != isOpenRight)
            {
                throw Error(part, $"this cell of {part.Bits} {(part.Bits == 1 ? "bit" : "bits")} is open at one side, and nothing says how wide it is", "Draw bars '|' at both sides of a cell that is part of a byte.");
            }

            if (group is { Cells: [{ Lines: 1, From: 0, IsOpenLeft: true, IsOpenRight: false } side], Text: { IsVariable: false, Size: null } } && before is { IsVariable: false } && side.To < _cells.Max(cell => cell.To))
            {
                throw Error(side, $"'{group.Text.Name}' is open at the left and ends at a bar within its row, and nothing says whether its length varies", "Draw bars '|' at both sides of it, or write (variable) in it.");
            }

            if (group.Cells.Count == 1 && group.First is { IsBroken: true } cell && !group.Text.IsVariable && group.Text is { Size: null } or { Unit: 0 })
            {
                throw _text.Error(cell.Line, cell.EndColumn, "this row has no bar at its right end", "Draw the bar below the end of the ruling, or write '...' or (variable) in a cell whose length varies.");
            }

            if (group is { IsVariable: true, Text: { EndsInDots: true, SaysVariable: false, Size: > 1 and var stated, Unit: > 0 and var bits, IsOptional: false, Name: { Length: > 0 } called } })
            {
                throw Error(group.First, $"'{called}' says {stated * bits} bits and goes on in dots", "Leave the dots out where it has that width, or the width where it varies.");
            }

            if (group is { IsVariable: true, IsOpen: false, Cells: [{ Bits: 1 } bit] })
            {
                throw Error(bit, "these dots stand in a cell of one bit, and nothing says what they leave out", "Write dots in a row of their own, or a name in the cell.");
            }

            if (group is { IsOpen: false, Cells.Count: 1, Text: { SaysVariable: true, EndsInDots: false, Range: null, Size: null, Name: var name } } && LengthNamePattern().IsMatch(name) && group.First.To - group.First.From < _cells.Max(cell => cell.To))
            {
                throw Error(group.First, $"nothing says whether '{name}' varies, or what it counts", "Write (variable) in the cell whose length varies, and the width in that of its length.");
            }

            before = group;
        }
    }

    // What had a width before, and has open sides after a field of variable length, would leave open where both end.
    private void CheckOpenAgain()
    {
        Dictionary<string, long> widths = new(StringComparer.OrdinalIgnoreCase);
        for (int index = 0; index < _groups.Count; index++)
        {
            Group group = _groups[index];
            if (!group.IsVariable)
            {
                widths.TryAdd(group.Text.Name, group.Bits);
            }
            else if (index > 0 && _groups[index - 1].IsVariable && group is { IsOpen: true, Text: { SaysVariable: false, EndsInDots: false, Name: var name }, First.Texts.Count: 1 } && widths.TryGetValue(name, out long bits))
            {
                throw Error(group.First, $"'{name}' has open sides here, and {bits} bits above, and nothing tells where it begins", "Draw bars '|' at its sides, or write its width in brackets.");
            }
        }
    }

    // "Address(es)" in a cell that fills its row may be more than are drawn.
    private void CheckPlurals()
    {
        int rowBits = _cells.Max(cell => cell.To);
        if (_groups.Find(group => group is { IsVariable: false, Text: { IsPlural: true, Size: null } } && group.Cells.TrueForAll(cell => cell.From == 0 && cell.To == rowBits)) is { } several)
        {
            throw Error(several.First, $"'{several.Text.Name}' may stand for several, and nothing says how many", "Write (variable) in the cell, or its width, such as (32 bits).");
        }
    }

    // What a name or a remark says of bits that are not drawn.
    private void CheckSpoken()
    {
        foreach (Group group in _groups)
        {
            if (group is { Text.MayBeLonger: true, IsVariable: false })
            {
                throw Error(
                    group.First,
                    $"'{group.Text.Name}' has {group.Bits} bits or more, and nothing tells where it ends",
                    "Write the width without '+' where the field is not longer; a list of fields can have integers of variable length.");
            }

            if (group is { Text: { OtherBits: { } other, Size: { } first, Unit: var each }, IsVariable: false })
            {
                throw Error(group.First, $"'{group.Text.Name}' says two sizes, {first * each} bits and {other} bits", "Write one width, such as (16 bytes), or (variable), or draw a cell for each part.");
            }

            if (group is { Text: { Spoken: { } bits, Size: null }, IsVariable: false } && (group.Text.IsSum || bits > group.Bits || (group.Text.IsWhole && bits != group.Bits)))
            {
                throw Error(
                    group.First,
                    $"'{group.Text.Name}' speaks of {bits} bits and is drawn {group.Bits} bits wide",
                    "Write (variable) in the cell, or its width, such as (64 bits).");
            }
        }
    }

    // "mode[15:12]" in a cell that has not four bits, and "uuid[16]" in one that is not sixteen of anything, and no other element is beside it.
    private void CheckSaidSizes()
    {
        foreach (Group group in _groups)
        {
            if (!group.IsOpen && group.Text.SaidBits is (long first, long last, bool mayBeBytes) && Math.Abs(first - last) + 1 is var said && said != group.Bits && !(mayBeBytes && said * 8 == group.Bits) && !(group.Cells.Count > 1 && said == group.First.Bits))
            {
                throw Error(group.First, $"'{group.Text.Name}' says {said} {(said == 1 ? "bit" : "bits")}, from {first} to {last}, and is drawn {group.Bits} bits wide", "Draw the cell as wide as the field, or leave the numbers of its bits out.");
            }

            if (group is { Text.ComparedSize: { } size } && (group.IsOpen || !group.IsVariable) && !(size.Unit == 0 ? CellSizes.MayBeWords(size.Number, size.Words, group.Bits) : group.IsOpen || group.Bits % Math.Max(1, size.Number * size.Unit) == 0))
            {
                throw Error(
                    group.First,
                    size.Unit == 0
                        ? $"'{group.Text.Name}' says {size.Number} {size.Words} and is drawn {group.Bits} bits wide{(size.Words[0] is 'w' or 'W' ? ", and nothing tells how many bits a word has" : "")}"
                        : $"'{group.Text.Name}' says that {size.Number * size.Unit} bits are a part of it, and is drawn {group.Bits} bits wide",
                    "Write the width in bits or bytes, such as (16 bytes), and draw the cell as wide as the field.");
            }

            if (group is { IsVariable: false, Text: { Elements: > 1 and { } elements, Size: null } } && group.Bits % 8 == 0 && !IsElements(group.Bits, elements) && !_groups.Exists(other => other != group && Stem(other.Text.Name) == Stem(group.Text.Name)))
            {
                throw Error(group.First, $"'{group.Text.Name}' may have {elements} elements, and is drawn {group.Bits} bits wide", "Write its width in brackets, such as (128 bits), and draw the cell as wide; or a name without square brackets.");
            }
        }
    }

    // Sizes that are written otherwise than with bits or bytes in brackets: they must be the bits or the bytes that are drawn.
    private void CheckOtherSizes()
    {
        int rowBits = _cells.Max(cell => cell.To);
        foreach (Group group in _groups)
        {
            if (group is not { IsVariable: false, IsOpen: false, Text: { Size: null, ComparedSize: null } } || group.Cells.Count > MostOfOneList || CellText.Join(group.Cells.SelectMany(cell => cell.Names)) is not { Length: <= MostLetters } text)
            {
                continue;
            }

            if (OtherSizePattern().Match(text) is { Success: true } said && !IsSaid(said, group.Bits, rowBits))
            {
                throw Error(group.First, $"'{said.Value}' is not what is drawn, which is {group.Bits} bits wide", "Write the width in brackets, such as (16 bits) or (4 bytes), and draw the cell as wide as the field.");
            }

            if (group.First.From == 0 && group.First.To == rowBits && rowBits > 8 && NumberRangePattern().Match(text) is { Success: true } range && (!IsSaid(range, group.Bits, rowBits) || PaddingPattern().IsMatch(group.Text.Name)))
            {
                throw Error(group.First, $"nothing says whether the numbers of '{group.Text.Name}' are its values or its length", "Write the unit, such as (0-3 bytes), or {0..3} for values.");
            }
        }
    }

    private static bool IsSaid(Match said, long bits, int rowBits)
    {
        long Number(string name) => said.Groups[name] is { Success: true, Value: var digits } ? CellSizes.NumberOf(digits) ?? 0 : 1;
        long number = said.Groups["last"].Success ? Math.Abs(Number("last") - Number("first")) + 1 : Number("number") * Number("second");
        return said.Groups["unit"].Value is { Length: > 0 } unit && CellSizes.BitsOf(unit) is { } each ? number * each == bits
            : said.Groups["nibbles"].Success ? number * 4 == bits
            : said.Groups["rows"].Success ? number * rowBits == bits
            : number == bits || number * 8 == bits;
    }

    // Where all cells are empty or patterns of bits, the picture shows values, or places.
    private void CheckNames()
    {
        if ((_groups.Count > 1 && _groups.TrueForAll(group => HexadecimalPattern().IsMatch(group.Text.Name)))
            || (_groups.Count >= 8 && _groups.TrueForAll(group => group is { Bits: 1, Text.Name: [var digit] } && char.IsAsciiHexDigit(digit)) && _groups.Exists(group => char.IsAsciiDigit(group.Text.Name[0])) && CountsInHexadecimal())
            || _groups.TrueForAll(group => group.Bits >= 4 && group.Text.Name.Length == group.Bits && group.Text.Name.All(digit => digit is '0' or '1')) || (_groups is [{ Text.Name: var only }] && CountedDigitsPattern().IsMatch(only)))
        {
            throw Error(_groups[0].First, "none of the cells has a name", "Write the names of the fields in them.");
        }

        if (_groups.Count >= 4 && _groups.TrueForAll(group => group.Text.Name is "Unnamed" or "" || HexadecimalPattern().IsMatch(group.Text.Name)
            || (group.Text.Name.Length == group.First.Bits && group.Text.Name.All(char.IsAsciiDigit)) || (group.Text.Name.Length == group.First.Bits / 4 && group.Text.Name.All(char.IsAsciiHexDigit)))
            && _groups.Count(group => group.Text.Name is "Unnamed" or "" || char.IsAsciiDigit(group.Text.Name[0])) * 2 >= _groups.Count)
        {
            throw Error(_groups[0].First, "none of the cells has a name", "Write the names of the fields in them.");
        }
    }

    // "7 6 5 4 3 2 1 0 F E D C B A 9 8": most digits are one more or one less than the one before.
    private bool CountsInHexadecimal() => _groups.Zip(_groups.Skip(1)).Count(pair => Math.Abs(Convert.ToInt32(pair.First.Text.Name, 16) - Convert.ToInt32(pair.Second.Text.Name, 16)) is 1 or 15) * 4 >= (_groups.Count - 1) * 3;

    // Addresses have the widths of their families, and types in brackets those of C and data sheets.
    private void CheckKnownWidths()
    {
        foreach (Group group in _groups)
        {
            if (group is { IsVariable: false, Text: { Size: null, TypeWidths: { Length: > 0 } widths } } && !widths.Contains((int)group.Bits))
            {
                throw Error(group.First, $"'{group.Text.Name}' is drawn {group.Bits} bits wide, and such a type has {string.Join(" or ", widths)}", "Draw the cell as wide as the type, or leave it out.");
            }

            if (group is { IsVariable: false, Text: { Size: null, AddressWidths: { Length: > 0 } bits } } && !bits.Contains((int)group.Bits) && group.First.To - group.First.From >= 16)
            {
                throw Error(group.First, $"'{group.Text.Name}' is drawn {group.Bits} bits wide, and such an address has {string.Join(" or ", bits)}", "Draw as many rows as the address has, or write its width in brackets, or (variable).");
            }
        }
    }

    // A name without the number at its end, which may be a letter, as in "chunk n-1".
    private static string Stem(string name) => name.TrimEnd('0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'n', 'N', 'm', 'M', 'k', 'K');

    // So many bits, or numbers of whole bytes.
    private static bool IsElements(long bits, int elements) => bits == elements || (bits % elements == 0 && bits / elements is 8 or 16 or 32 or 64 or 128);

    // [15..0] in a cell of 16 bits are its bits, and (0..7) in one of three its values: what varies has whole bytes.
    private void SeeRanges()
    {
        int rowBits = _cells.Max(cell => cell.To);
        foreach (Group group in _groups)
        {
            // "Type(*)" before other cells of its row has the mark of a footnote.
            if (group is { Text.HasStar: true, IsOpen: false, Cells.Count: 1 } && group.First.To < rowBits)
            {
                group.Fix();
            }

            // "(min. 1)" in a part of a row is a bound of its value.
            if (group is { Text: { IsBound: true, EndsInDots: false, IsContent: false }, IsOpen: false, Cells.Count: 1 } && group.First.To - group.First.From < rowBits)
            {
                group.Fix();
            }

            if (group is { Text.Range: (long first, long last), IsOpen: false, Cells.Count: 1 } && ((first > last && first - last + 1 == group.Bits) || group.Bits % 8 != 0))
            {
                group.Fix();
            }
        }
    }

    // What is empty or says that it is continued belongs to the field before it.
    private void JoinUnnamed()
    {
        List<Group> named = [];
        HashSet<Group> continued = [];
        int rowBits = _cells.Max(cell => cell.To);
        for (int index = 0; index < _groups.Count; index++)
        {
            Group group = _groups[index];
            if (group is { Text.IsEmpty: true, IsOpen: true, First.From: > 0, Cells.Count: 1 } && named.Count > 0 && named[^1] is { IsOpen: false, IsVariable: false } && index + 1 < _groups.Count
                && _groups[index + 1] is { IsOpen: true, Text: { IsEmpty: false, IsContinued: false }, First.From: 0 } below && below.First.Line > group.First.Line)
            {
                // An open box at the end of a row begins the open one below it, where its name is.
                below.Cells.InsertRange(0, group.Cells);
                continue;
            }

            if (group.Text.IsEmpty && IsReserved(named.LastOrDefault(), group))
            {
                group.NameUnnamed();
                named.Add(group);
                continue;
            }

            if (named.Count > 0 && group.Text.IsEmpty)
            {
                CheckUnnamed(named[^1], group, rowBits);
                CheckMissing(named[^1], index);
                if (group.Text.IsVariable && !group.IsOpen && !named[^1].IsVariable && group.First is { From: 0 } dots && dots.To < rowBits)
                {
                    throw Error(dots, $"these dots are drawn {dots.To} bits wide, and nothing says whether '{named[^1].Text.Name}' goes on in them", "Write (cont.) in their place, or a name.");
                }

                if (group is { Cells.Count: 1, First: { From: 0 } rest } && (group.IsVariable || rest.HasNoLeft) && rest.To < rowBits && named[^1] is { Cells: [.., { HasNoRight: true } open], Text: { EndsInDots: true, SaysVariable: false } } && open.Line < rest.Line)
                {
                    throw Error(rest, $"'{named[^1].Text.Name}' goes on in dots up to bit {rest.To}, and nothing says whether that is its end", "Write its width in brackets, or (variable), or its name in the cell where it goes on.");
                }

                if (group.IsVariable && !group.IsOpen && named[^1] is { IsVariable: false, Text: { Size: null, IsContent: true }, First.From: > 0 } content && group.First is { From: 0 } row && row.To == rowBits && content.Cells[^1].Line < row.Line)
                {
                    throw Error(row, $"nothing says whether '{content.Text.Name}' goes on in these dots, or other fields follow it", "Write (cont.) in their place, or a name.");
                }

                if (group.IsVariable && !IsMoreOf(named, index))
                {
                    group.NameMore();
                }
            }

            if ((group.Text.IsContinued || (group.Text.IsEmpty && !group.IsOpen)) && named.Count > 0)
            {
                CheckBetweenSides(named[^1], group);
            }

            if (!group.Text.IsEmpty && !group.Text.IsContinued)
            {
                named.Add(group);
            }
            else if (named.Count > 0)
            {
                named[^1].Cells.AddRange(group.Cells);
                continued.Add(named[^1]);
            }
            else
            {
                throw Error(group.First, "the first cell has no name, and there is no field before it", "Write a name in it.");
            }
        }

        foreach (Group group in continued)
        {
            group.ReadText();
        }

        Replace(named);
    }

    // Sides that are open only where one row ends and the next begins may say no more than that the field goes on.
    private void CheckBetweenSides(Group begun, Group group)
    {
        if (begun is { Text.SaysVariable: false, Cells: [.., { IsOpenLeft: false, IsOpenRight: true }] } && group.First is { IsOpenRight: false } end && (end.IsOpenLeft || (group.Text.IsEmpty && end.From == 0)))
        {
            throw Error(group.First, $"'{begun.Text.Name}' goes on between open sides, and nothing says whether it has {begun.Bits + group.Bits} bits or any number", "Write its width in brackets, or (variable).");
        }
    }

    // A field whose row ended early is at its end, and does not go on in the next row.
    private void CheckUnnamed(Group before, Group group, int rowBits)
    {
        if (before is { IsVariable: false } && group is { IsOpen: false, IsVariable: false } && (before.Text is { Size: { } size, Unit: not 0 and var unit } ? size * unit == before.Bits : before.Bits % 8 == 0 && group.Bits % 8 != 0 && group.First.Columns >= ContinuedWord.Length) && !before.IsOpen)
        {
            throw Error(group.First, $"this cell is empty, and '{before.Text.Name}' before it has {before.Bits} bits", "Write a name in it, such as Reserved, or (cont.) where the field before goes on.");
        }

        if (!before.IsVariable && !group.IsVariable && group.First.From == 0 && before.Cells[^1].To < rowBits && before.Cells[^1].Line != group.First.Line)
        {
            throw Error(group.First, $"this cell has no name, and '{before.Text.Name}' before it ended within its row", "Write a name in it, or (cont.) where the field before goes on.");
        }
    }

    // What is called by its content and leaves a step in its box to the next field is most often drawn for any length.
    private void CheckSteps()
    {
        foreach (Group group in _groups)
        {
            if (group is { HasGap: true, IsVariable: false, Text.Size: null }
                && group.Cells.Exists(cell => (cell.From, cell.To) != (group.First.From, group.First.To))
                && (group.Text.IsContent || (group.Cells.Exists(cell => cell.IsTall) && _groups.IndexOf(group) is var place && place + 1 < _groups.Count && PaddingPattern().IsMatch(_groups[place + 1].Text.Name))))
            {
                throw Error(group.First, $"'{group.Text.Name}' is drawn {group.Bits} bits wide, and nothing says whether it has so many or any number", $"Write its width in brackets, ({group.Bits} bits), or (variable).");
            }
        }
    }

    // "Suite #1", "Suite #2", "Suite #n": what is between them is not drawn, not even by dots.
    private void CheckLists()
    {
        for (int index = 1; index < _groups.Count; index++)
        {
            Group group = _groups[index];
            if (!group.IsVariable && NumberedPattern().Match(CellText.Join(group.First.Texts)) is { Success: true } last && !last.Groups["number"].Success
                && !_groups[index - 1].IsVariable && NumberedPattern().Match(CellText.Join(_groups[index - 1].First.Texts)) is { Success: true } before && before.Groups["number"].Success && before.Groups["name"].Value == last.Groups["name"].Value)
            {
                throw Error(group.First, $"'{group.Text.Name}' is the last of several, and nothing says how many", "Write one cell of variable length for all of them, or dots between them.");
            }

            if (!group.IsVariable && LastOfSeveralPattern().Match(CellText.Join(group.First.Texts)) is { Success: true } ends && !_groups[index - 1].IsVariable && OneOfSeveralPattern().Match(CellText.Join(_groups[index - 1].First.Texts)) is { Success: true } begins && begins.Groups["name"].Value == ends.Groups["name"].Value)
            {
                throw Error(group.First, $"'{group.Text.Name}' is near the end of several, and nothing says how many", "Write one cell of variable length for all of them, or dots between them.");
            }
        }
    }

    // Beside a flag or another part of a byte an empty cell is bits that nobody uses: a field does not go on after a bar in
    // its own row.
    private static bool IsReserved(Group? before, Group group) => group is { IsVariable: false, IsOpen: false }
        && (before is null
            ? group.Bits % 8 != 0
            : group.First.From > 0 && !before.IsVariable && before.Cells[^1].Line == group.First.Line && (before.Bits % 8 != 0 || group.Bits % 8 != 0));

    // Between "Frame 2" and "Frame N" of variable length stand any number of others, none of which tells where it ends.
    private void CheckMissing(Group before, int index)
    {
        if (before.IsVariable && _groups[index].IsVariable && LastOfList(before, index) is { } last)
        {
            throw Error(_groups[index].First, $"this stands for fields between '{before.Text.Name}' and '{last.Text.Name}', and nothing says how many", "Write one (variable) field in place of the list; a list of fields can have as many of a kind as a count says.");
        }
    }

    // The field below the dots at this place that has the name of the one before them with another number; null without one.
    private Group? LastOfList(Group before, int index) => _groups.Skip(index + 1).Take(MostOfOneList).FirstOrDefault(later => CellText.AreOfOneList(before.Text.Name, later.Text.Name));

    // Dots go on with a field that is not at its end, and stand for more of the same after one that fills its row; where that comes again, with another
    // number or after others, the dots are those between.
    private bool IsMoreOf(List<Group> named, int index)
    {
        // After the last of a list, "Address-n", they stand for other things.
        if (!named[^1].IsVariable && LastOfSeveralPattern().IsMatch(CellText.Join(named[^1].First.Texts)))
        {
            return false;
        }

        Group before = named[^1];
        if (before.IsVariable && _groups[index] is { First: { From: 0 } begin } && begin.Texts.Exists(text => text.Contains('.', StringComparison.Ordinal)) && begin.Line != before.Cells[^1].Line && IsEndOfGroup(named, index + 1 < _groups.Count ? _groups[index + 1] : null))
        {
            return false;
        }

        if (before.IsVariable || before.Cells.Exists(cell => cell.IsOpen))
        {
            return true;
        }

        DiagramCell dots = _groups[index].First;
        return before.Text.Size is null && dots.From == 0 && dots.Line != before.Cells[^1].Line && before.Cells[^1].From == 0
            && LastOfList(before, index) is null
            && !IsEndOfGroup(named, index + 1 < _groups.Count ? _groups[index + 1] : null);
    }

    // The last of several fields that come again: Address, Mask, Address, Mask, or the first of them after the dots.
    private static bool IsEndOfGroup(List<Group> named, Group? after)
    {
        string last = named[^1].Text.Name;
        int before = named.FindIndex(group => group.Text.Name == last);
        return before < named.Count - 2
            || (after is { Text.Name: { Length: > 0 } next } && next != last && named.Exists(group => group.Text.Name == next));
    }

    // A width that is larger than the cell joins it with its neighbours: those before it, or else those after it.
    private void JoinByWidth()
    {
        int unit = UnitOfBareNumbers();
        bool isSure = unit == 8 && _groups.Count(group => group is { IsVariable: false, IsTall: false, Text: { Size: > 1 and var bytes, Unit: 0 } } && bytes * 8 == group.Bits) > 2;
        bool isSureOfBits = unit == 1 && _groups.Count(group => group is { IsVariable: false, IsTall: false, Text: { Size: > 1 and var bits, Unit: 0 } } && bits == group.Bits) > 2;
        CheckRowsOfNumbers();
        FixNumberedBoxes(unit);
        List<Group> made = [];
        for (int index = 0; index < _groups.Count; index++)
        {
            Group group = _groups[index];
            made.Add(group);
            if (group.Text.Size is not { } size || group.IsVariable || size is 0 or > int.MaxValue)
            {
                continue;
            }

            // A number without a unit in a box of several lines, of which no other cell tells that it counts bytes, may be the number of a note.
            if (group is { IsTall: true, Text.Unit: 0 } && unit == 8 && size * 8 != group.Bits && !_groups.Exists(other => other is { IsVariable: false, IsTall: false, Text: { Size: > 1 and var bytes, Unit: 0 } } && bytes * 8 == other.Bits))
            {
                throw Error(group.First, $"'{group.Text.Name}' says {size} and is drawn {group.Bits} bits wide, and nothing tells whether that counts bytes", "Write the unit, such as (16 bytes), or leave the number out.");
            }

            // How many lines a tall box has, or one with open sides, says less than the width that is written in it.
            long stated = size * (group.Text.Unit == 0 ? unit : group.Text.Unit);
            if (group.IsTall || group.IsOpen || (group.Text.Unit != 0 && group.Cells.Exists(cell => cell.IsTall)))
            {
                group.Bits = stated;
            }

            // Rows with "+" at both sides stand for many times as many, where the width in bytes makes whole rows (RFC 2637).
            if (group is { Text.Unit: 8, HasGap: true } && stated >= group.Bits * 4 && group.Cells.TrueForAll(cell => cell.From == 0 && cell.To == group.First.To) && stated % group.First.To == 0)
            {
                group.Bits = stated;
            }

            long drawn = group.Cells.Sum(cell => cell.Bits);
            if (group.Text.Unit == 0 && group.IsTall && stated < drawn && stated * 8 == drawn)
            {
                throw Error(group.First, $"'{group.Text.Name}' says {size} and is drawn {drawn} bits wide, and nothing tells whether it counts bits or bytes", "Write the unit, such as (16 bytes).");
            }

            // The value of a type or code may stand in brackets too; where it is a size, it is the bytes that the field has a part of.
            bool maySayValue = ValueNamePattern().IsMatch(group.Text.Name) && ((group.Bits + 7) / 8 == size || (group.Bits % 8 == 0 && !isSure));
            bool countsBytes = group.Text.Unit == 0 && unit == 8 && !maySayValue;
            bool countsBits = group.Text.Unit == 0 && unit == 1 && isSureOfBits;
            long missing = stated - group.Bits;
            if (missing == 0)
            {
                continue;
            }

            if (missing < 0)
            {
                if (group.Text.Unit != 0 || countsBytes || countsBits)
                {
                    throw Error(
                        group.First,
                        $"'{group.Text.Name}' is drawn {group.Bits} bits wide and says {(countsBytes ? $"{size}, which counts bytes in the other cells" : countsBits ? $"{size}, which counts bits in the other cells" : Said(group))}",
                        "Correct the width in brackets, or draw the cell as wide as the field.");
                }

                continue;
            }

            if (Matching(made, made.Count - 1, -1, missing) is { } first)
            {
                foreach (Group next in made.Skip(first + 1))
                {
                    made[first].Cells.AddRange(next.Cells);
                }

                made[first].ReadText();
                made.RemoveRange(first + 1, made.Count - first - 1);
            }
            else if (Matching(_groups, index, 1, missing) is { } last)
            {
                while (index < last)
                {
                    group.Cells.AddRange(_groups[++index].Cells);
                }

                group.ReadText();
            }
            else if (group.Text.Unit != 0)
            {
                throw Error(
                    group.First,
                    Neighbour(made, index, missing) is { } neighbour
                        ? $"'{group.Text.Name}' says {Said(group)} and is drawn {group.Bits} bits wide beside '{neighbour.Text.Name}'"
                        : $"'{group.Text.Name}' says {stated} bits, the cell has {group.Bits}, and with its neighbours it does not make {stated}",
                    "Correct the width in brackets, or draw the cell as wide as the field.");
            }
            else if (countsBytes || countsBits)
            {
                throw Error(group.First, $"'{group.Text.Name}' says {size}, which counts {(countsBytes ? "bytes" : "bits")} in the other cells, and is drawn {group.Bits} bits wide", "Draw the cell as wide as the field, or write the unit, such as (16 bits).");
            }
            else if (size <= MostBareBits && size % 8 == 0 && size % group.Bits == 0 && !ValueNamePattern().IsMatch(group.Text.Name))
            {
                throw Error(group.First, $"'{group.Text.Name}' says {size} and is drawn {group.Bits} bits wide, and with its neighbours it does not make {size}", "Write the unit, such as (16 bits), and draw the cell as wide as the field; or write a value as 'Name = 16'.");
            }
        }

        Replace(made);
    }

    // "(16)" in a box of open sides, among others that are the bytes or the bits of their cells, is its width too.
    private void FixNumberedBoxes(int unit)
    {
        if (!_groups.Exists(group => group is { IsVariable: false, IsTall: false, Text: { Size: > 1 and var size, Unit: 0 } } && size * unit == group.Bits))
        {
            return;
        }

        foreach (Group group in _groups)
        {
            if (group is { IsVariable: true, IsOpen: true, Text: { SaysVariable: false, EndsInDots: false, BeginsWithDots: false, Size: > 0 and <= MostBareBits and var size, Unit: 0 } } && size * unit % 8 == 0)
            {
                group.Fix();
            }
        }
    }

    // Where each cell of a row has a number without a unit, and together they are the bits of the row, they are widths.
    private void CheckRowsOfNumbers()
    {
        foreach (IGrouping<int, Group> row in _groups.Where(group => group.Cells.Count == 1).GroupBy(group => group.First.Line))
        {
            if (row.Count() > 1 && row.All(group => group is { IsVariable: false, IsOpen: false, IsTall: false, Text: { Size: > 0, Unit: 0 } }) && row.First().First.From == 0
                && row.Sum(group => group.Text.Size) == row.Last().First.To && row.Sum(group => group.Bits) == row.Last().First.To && row.FirstOrDefault(group => group.Text.Size != group.Bits) is { } wrong)
            {
                throw Error(wrong.First, $"'{wrong.Text.Name}' says {wrong.Text.Size} and is drawn {wrong.Bits} bits wide, and the numbers in this row are the bits of it together", "Draw each cell as wide as its number says, or leave the numbers out.");
            }

            if (row.Count() > 1 && row.All(group => group is { IsVariable: false, IsOpen: false, IsTall: false, Text: { Size: > 0, Unit: 0 } }) && row.Any(group => group.Text.Size == group.Bits && group.Bits > 1)
                && row.FirstOrDefault(group => group.Text.Size != group.Bits && group.Text.Size * 8 != group.Bits) is { } odd)
            {
                throw Error(odd.First, $"'{odd.Text.Name}' says {odd.Text.Size} and is drawn {odd.Bits} bits wide, and other numbers in this row are the bits of their cells", "Draw each cell as wide as its number says, or leave the numbers out.");
            }
        }
    }

    private void Replace(List<Group> groups)
    {
        _groups.Clear();
        _groups.AddRange(groups);
    }

    // The cell that a width would swallow, if it could.
    private Group? Neighbour(List<Group> made, int index, long missing) =>
        Matching(_groups, index, 1, missing, overRows: false) is not null ? _groups[index + 1]
        : Matching(made, made.Count - 1, -1, missing, overRows: false) is not null ? made[^2]
        : null;

    private static string Said(Group group) =>
        $"{group.Text.Size} {group.Text switch { { Unit: 8, Size: 1 } => "octet", { Unit: 8 } => "octets", { Size: 1 } => "bit", _ => "bits" }}";

    // "Second" at the end of a row and "field (24 bits)" in the next; "Token (32 bits)" and "Sum" are two names.
    private static bool IsOneName(Group earlier, Group later) => later.Text.IsEmpty || string.Equals(earlier.Text.Name, later.Text.Name, StringComparison.OrdinalIgnoreCase)
        || (CellText.Join(earlier.Cells[0].Texts).AsSpan().TrimStart() is [var first, ..] && char.IsUpper(first) && CellText.Join(later.Cells[0].Texts).AsSpan().TrimStart() is [var next, ..] && char.IsLower(next));

    // The other end of the neighbours that have exactly these bits; none may have a width of its own. A field goes on over the end of a row; within
    // one it would swallow its neighbour.
    private static int? Matching(List<Group> groups, int index, int step, long bits, bool overRows = true)
    {
        for (int place = index + step; place >= 0 && place < groups.Count && bits > 0; place += step)
        {
            Group group = groups[place];
            if (group.IsVariable || group.Text.Size is not null)
            {
                return null;
            }

            (Group earlier, Group later) = step > 0 ? (groups[place - 1], group) : (group, groups[place + 1]);
            if (overRows && (earlier.Cells[^1].Line == later.First.Line || !IsOneName(earlier, later)))
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

    // "(4)" counts bytes in pictures where that makes cells as wide as they are drawn, as in RFC 2131, and bits in all others. Where two do, of which
    // one is not a 1 that may be a value, and none counts bits, the others count bytes too.
    private int UnitOfBareNumbers()
    {
        Group[] bare = [.. _groups.Where(group => group is { IsVariable: false, IsTall: false, Text: { Size: > 0, Unit: 0 } })];
        Group[] ofBytes = [.. bare.Where(group => group.Text.Size * 8 == group.Bits)];
        return bare.Length > 0 && (ofBytes.Length == bare.Length
            || (ofBytes.Length > 1 && !Array.Exists(bare, group => group.Text.Size == group.Bits) && Array.Exists(ofBytes, group => group.Text.Size > 1 || !ValueNamePattern().IsMatch(group.Text.Name))))
            ? 8
            : 1;
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
            $"this row ends at bit {odd.To}, and all fields are {bits} bits together, which is not a whole number of bytes",
            "Rows are 8, 16, 32 or 64 bits wide: look whether the ruling and the bars are complete.");
    }

    [GeneratedRegex(@"^(?<name>.{1,60}?)\s*(?:#|\[)(?:(?<number>[0-9]{1,3})|[A-Za-z])\]?$", RegexOptions.CultureInvariant)]
    private static partial Regex NumberedPattern();

    // "Cause 2", and "Cause N-1" or "Cause N" after it.
    [GeneratedRegex(@"^(?<name>\p{L}.{0,60}?)[\s#-]+[0-9]{1,2}$", RegexOptions.CultureInvariant)]
    private static partial Regex OneOfSeveralPattern();

    [GeneratedRegex(@"^(?<name>\p{L}.{0,60}?)[\s#-]+n(?: ?- ?1)?$", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex LastOfSeveralPattern();

    // "(bytes 0..7)", "(len=12)", "(12*8)", "(16 hex digits)", "(3 rows)", "(8 Oktette)", ": twelve octets", "/ 12 bytes"; not the units of values.
    [GeneratedRegex(
        @"\((?<unit>bytes|octets) (?<first>[0-9]{1,4}) ?(?:-|–|to|\.\.) ?(?<last>[0-9]{1,4})\)|\b(?<unit>bytes|octets) (?<first>[0-9]{1,4}) ?(?:-|–|to|\.\.) ?(?<last>[0-9]{1,4})$"
        + @"|\((?:len(?:gth)?|size|width)\s?[=: ]\s?(?<number>[0-9]{1,5})\)|\((?!0x)(?<number>[0-9]{1,5}) ?[*x×] ?(?<second>[0-9]{1,5})\)"
        + @"|[:/]\s*(?<number>[0-9]{1,5}|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|sixteen)[ -](?<unit>bits?|bytes?|octets?)$"
        + @"|\((?<number>[0-9]{1,5}) ?(?:(?<nibbles>nibbles?|hex(?:adecimal)? digits?)|(?<rows>rows?|lines?)|(?!(?:ms|us|ns|msecs?|secs?|seconds?|mins?|minutes?|hours?|days?|hz|khz|mhz|ghz|kbps|mbps|dbm?|percent|degrees?|met(?:er|re)s?|th|levels?|values?|flags?|times|entries|for|if|in|is|of|or|to|when|with|and|max|min|total|only|means|set|unused|reserved)\b)(?<word>\p{L}{3,}))\)",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex OtherSizePattern();

    // "(0-3)".
    [GeneratedRegex(@"\p{L}\s*\((?<first>[0-9]{1,3}) ?[-–] ?(?<last>[0-9]{1,4})\)$")]
    private static partial Regex NumberRangePattern();

    [GeneratedRegex("(?:Length|Len|Size)$", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex LengthNamePattern();

    [GeneratedRegex("^(?:Padding|Pad)$", RegexOptions.IgnoreCase)]
    private static partial Regex PaddingPattern();

    [GeneratedRegex("^(?:0?1234567|7654321)[0-9]*$")]
    private static partial Regex CountedDigitsPattern();

    [GeneratedRegex("^[A-Z]?0x[0-9A-F]{2}", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex HexadecimalPattern();

    [GeneratedRegex(@"\p{L}\.{3,}\p{L}", RegexOptions.CultureInvariant)]
    private static partial Regex DotsBetweenLettersPattern();

    // Names of numbers whose values people write in brackets.
    [GeneratedRegex("(?:Type|Code|Kind|Class|Num|Number|Version|Ver|Protocol|Proto|Op|Opcode|Id|Identifier|AFI|Message|Command|Cmd|Option|Tag|Port|Value|Header|Hdr|Len|Length|Size)$", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex ValueNamePattern();

    private SocketInputException Error(DiagramCell cell, string problem, string remedy) => _text.Error(cell.Line, cell.Column, problem, remedy);

    /// <summary>Cells that are one field.</summary>
    private sealed class Group
    {
        public List<DiagramCell> Cells { get; } = [];

        public DiagramCell First => Cells[0];

        public CellText Text { get; private set; } = null!;

        public long Bits { get; set; }

        public bool IsVariable { get; private set; }

        public bool IsOpen => Cells.Exists(cell => cell.IsOpen && !(cell.IsBroken && Cells.Count > 1));

        private bool _isFixed;

        private string? _givenText;

        // Whether its cells are open to each other: no ruling stands between them.
        public bool HasGap { get; set; }

        public bool IsTall => Cells.TrueForAll(cell => cell.IsTall);

        // "Data..." at the right end without a bar, and "...Data" in the row below.
        public bool GoesOnIn(Group next) => Cells is [{ HasNoRight: true }] && next is { Text.BeginsWithDots: true, First.From: 0 };

        // Dots, or a box of open sides, between fields that are drawn to their ends.
        public void NameMore()
        {
            _givenText = "More ...";
            Text = CellText.Read(_givenText);
        }

        // Bits that nobody uses.
        public void NameUnnamed()
        {
            _givenText = "Unnamed";
            Text = CellText.Read(_givenText);
        }

        // Texts of a cell that begins where the row before goes on: the same name again, or more words of it.
        public void GoOn(Group next)
        {
            bool isSame = string.Equals(Text.Name, next.Text.Name, StringComparison.OrdinalIgnoreCase) && !next.Text.SaysVariable;
            if (isSame)
            {
                next.First.Texts.Clear();
            }

            Cells.AddRange(next.Cells);
            if (isSame && Cells.Count > 2 && next.First is { IsOpen: false } or { IsBroken: true })
            {
                // Row by row the same: there is nothing new to read.
                Bits += next.Bits;
                return;
            }

            ReadText();
        }

        // Nothing that is written in it makes its length vary.
        public void Fix()
        {
            _isFixed = true;
            IsVariable = false;
        }

        // Joins a cell that has the same name: the dots between them are then no length.
        public void Join(Group next)
        {
            Cells.AddRange(next.Cells);
            Bits = Cells.Sum(cell => cell.Bits);
            IsVariable = false;
            _isFixed = true;
        }

        // Dots that stand glued to a name because no more of it fits its cell say nothing about its length.
        public void SeeShortening(bool isLastCell)
        {
            if (_isFixed || IsOpen || Cells.Count > 1 || Text.BeginsWithDots || Text is not ({ HasGluedDots: true, SaysVariable: false } or { IsShortened: true, SaysVariable: false, EndsInDots: false }))
            {
                return;
            }

            string text = CellText.Join(First.Texts);
            int dots = text.Length - text.TrimEnd('.', '…').Length;
            _isFixed = First.Texts.Count == 1 && ((dots == 2 && !text.Contains('…', StringComparison.Ordinal)) || (text.Length >= First.Columns - 1 && (Text.IsShortened || !isLastCell)) || (Text.IsShortened && Bits < 16 && DotsBetweenLettersPattern().IsMatch(text)));
            IsVariable &= !_isFixed;
        }

        public void ReadText()
        {
            List<string> texts = [];
            bool isVariable = false;
            foreach (DiagramCell cell in Cells)
            {
                // From the line that begins with "=" on, a cell shows a value.
                int value = cell.Texts.FindIndex(DiagramCell.IsValue);
                List<string> lines = [.. value < 0 ? cell.Texts : cell.Texts.Take(value)];
                if (lines.Count(line => !string.IsNullOrWhiteSpace(line)) > 1 && lines.RemoveAll(CellText.IsLengthRemark) > 0)
                {
                    isVariable = true;
                }

                string text = CellText.Join(lines);
                CellText read = CellText.Read(text);
                isVariable |= read.SaysVariable || (read.IsVariable && !_isFixed);
                if (texts.Count > 0 && !read.IsEmpty && string.Equals(read.Name, CellText.Read(texts[0]).Name, StringComparison.OrdinalIgnoreCase))
                {
                    continue;
                }

                if (text.Length > 0 && (texts.Count == 0 || (!read.IsContinued && (!read.IsEmpty || read.Size is not null))))
                {
                    texts.Add(text);
                }

                if (value >= 0)
                {
                    break;
                }
            }

            string? list = CellText.ListOf(texts);
            isVariable |= list is not null;
            Text = CellText.Read(_givenText ?? list ?? CellText.Join(texts));
            // A row that has no right side goes on in a line that has no left one; a side that only is missing is an open one. A size in words decides.
            // "(null-terminated)" in another line than "(32 bytes)" says nothing about the length.
            isVariable &= list is not null || Cells.Exists(cell => cell.Texts.Exists(text => text.Contains("..", StringComparison.Ordinal))) || Text is not { SaysVariable: false, Size: not null, Unit: not 0 };
            IsVariable = !_isFixed && (isVariable || Text.IsVariable || (Text.MayBeLonger && Cells.TrueForAll(cell => cell.Bits % 8 == 0)) || (IsOpen && Text is not { Size: not null, Unit: not 0, IsOptional: false }));
            Bits = Cells.Sum(cell => cell.Bits);
        }
    }
}
