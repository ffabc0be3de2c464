using System.Globalization;
using System.Text.RegularExpressions;

namespace PSSockets.Messages;

/// <summary>Which bit stands at which column: told by the ruling, else by the numbers above, else two columns a bit.</summary>
internal sealed partial class DiagramScale
{
    private const int ByteColumns = 9;

    // Two columns a bit and a bar for each byte, with numbers that have a space more between bytes (RFC 8907).
    private const int WideByteColumns = 17;

    // Bits that no picture has between the two sides of a cut, so that what is beyond it has other places.
    private const int CutBits = 64;

    private readonly int _columns;
    private readonly int _bits;
    private readonly IReadOnlyList<(int Left, int Right)> _cuts;

    // Where bits begin in pictures that are drawn to no scale; empty in all others.
    private readonly IReadOnlyList<(int Column, int Bit)> _places = [];

    private DiagramScale(IReadOnlyList<(int Column, int Bit)> places)
        : this(places[0].Column, places[^1].Column, places[^1].Column - places[0].Column, places[^1].Bit, []) => _places = places;

    private DiagramScale(int left, int right, int columns, int bits, IReadOnlyList<(int Left, int Right)> cuts, bool isTold = true)
    {
        Left = left;
        Right = right;
        _columns = columns;
        _bits = bits;
        _cuts = cuts;
        IsTold = isTold;
    }

    /// <summary>The column of the left edge.</summary>
    public int Left { get; }

    /// <summary>The column of the right edge of the widest row.</summary>
    public int Right { get; }

    /// <summary>Whether the ruling or the numbers tell the scale, which is else guessed.</summary>
    public bool IsTold { get; }

    /// <summary>Whether the columns between two marks are bytes.</summary>
    public bool IsOfBytes => _bits == 8 && _columns == ByteColumns;

    /// <summary>Whether each bit has three columns.</summary>
    public bool IsOfThirds => _columns == 3 && _bits == 1;

    /// <summary>Whether each bit has four columns.</summary>
    public bool IsOfQuarters => _columns == 4 && _bits == 1;

    /// <summary>Finds the scale.</summary>
    /// <param name="rulings">The rulings from edge to edge.</param>
    /// <param name="numbers">The line of numbers above the first ruling; empty without one.</param>
    /// <param name="left">The column of the left edge.</param>
    /// <param name="right">The column of the right edge.</param>
    /// <param name="cuts">The columns where every ruling is cut.</param>
    /// <param name="contradiction">What the numbers say that the ruling does not, with its column; null where they agree.</param>
    public static DiagramScale Find(
        IReadOnlyList<string> rulings, string numbers, int left, int right, IReadOnlyList<(int Left, int Right)> cuts, out (int Column, string Problem)? contradiction)
    {
        contradiction = null;
        DiagramScale? marked = null;
        foreach (string ruling in rulings)
        {
            if (BitMarks().IsMatch(ruling) || WideBitMarks().IsMatch(ruling))
            {
                marked = new DiagramScale(left, right, BitMarks().IsMatch(ruling) ? 2 : 3, 1, cuts);
                break;
            }
        }

        // Marks further apart, as many as a row has bits.
        if (marked is null && cuts.Count == 0 && rulings.Select(EvenMarks).FirstOrDefault(columns => columns > 0) is var even and > 0)
        {
            marked = new DiagramScale(left, right, even, 1, cuts);
            if (numbers.Length == 0 && right - left == 8 * even)
            {
                contradiction = (left, "this ruling has 8 equal parts, and nothing tells whether they are bits or bytes");
                return marked;
            }
        }

        Match[] tokens = [.. NumberPattern().Matches(numbers).Cast<Match>()];
        int[] values = [.. tokens.Select(token => int.TryParse(token.Value, NumberStyles.None, CultureInfo.InvariantCulture, out int value) ? value : 0)];

        // A number for each bit, or for each ten of them.
        if (tokens.Length >= 4 && values.Zip(values.Skip(1)).All(pair => Math.Abs(pair.First - pair.Second) is 1 or 9 || pair.Second == 0 || pair is { First: 8, Second: 1 } or { First: 0, Second: 7 }))
        {
            // The most frequent distance: a number of two digits may stand a column off.
            int[] steps = [.. tokens.Zip(tokens.Skip(1), (first, second) => second.Index + second.Length - first.Index - first.Length)];
            int step = steps.GroupBy(step => step).MaxBy(group => group.Count())!.Key;
            if (marked is null && step == 2 && steps.Count(step => step == 3) is var wider && wider == (tokens.Length / 8) - 1 && (right - left) == (wider + 1) * WideByteColumns && wider > 0)
            {
                return new DiagramScale(left, right, WideByteColumns, 8, cuts);
            }

            if (marked is null)
            {
                bool isTens = step % 10 == 0 && (right - left) / (step / 10) is 8 or 16 or 32 or 64;
                return new DiagramScale(left, right, isTens ? step / 10 : step, 1, cuts);
            }

            if (step != marked._columns && step != marked._columns * 8 && step != marked._columns * 10)
            {
                contradiction = (tokens[1].Index, $"the numbers stand {step} columns apart, and the ruling marks a bit every {marked._columns}");
            }
            else if (step == marked._columns && marked._bits == 1 && cuts.Count == 0 && tokens.Length is 8 or 16 or 32 && (right - left) / step is var bits && bits is 16 or 32 or 64 && bits > tokens.Length)
            {
                contradiction = (tokens[^1].Index, $"there are numbers for {tokens.Length} bits, and the ruling marks {bits}");
            }

            return marked;
        }

        if (marked is null && tokens.FirstOrDefault(token => token.Length > 3) is { } run)
        {
            contradiction = (run.Index, "these numbers stand without blanks, and do not tell which bit stands where");
        }

        // The numbers of some bits: the first and the last of each field.
        bool isOfEnds = tokens.Length >= 2 && values.Max() % 8 == 7 && values.Zip(values.Skip(1)).All(pair => pair.First < pair.Second);
        if (marked is not null)
        {
            contradiction = marked.ContradictionOf(tokens, values, isOfEnds);
            return marked;
        }

        // Eight columns and a bar for each byte, as the oldest standards draw them (RFC 793).
        int[] origins = [0, .. cuts.Select(cut => cut.Right - left)];
        if (tokens.Length == 0 && rulings.Any(HasByte) && Array.TrueForAll([.. rulings], ruling => MarksOf(ruling).All(mark => (mark - origins.Last(origin => origin <= mark)) % ByteColumns == 0))
            && MarksBytes(rulings, right - left))
        {
            return new DiagramScale(left, right, ByteColumns, 8, cuts, isTold: false);
        }

        if (isOfEnds && right - left > values.Max() && cuts.Count == 0)
        {
            DiagramScale scale = new(left, right, right - left, values.Max() + 1, cuts);
            contradiction = scale.Contradiction(tokens, values);
            return scale;
        }

        // The numbers of the bits at which the fields begin, and at the end how many there are.
        if (tokens.Length >= 2 && cuts.Count == 0 && values[0] == 0 && (values.Max() is 32 or 64 || (values.Max() is 8 or 16 && numbers.Contains("bit", StringComparison.OrdinalIgnoreCase))) && values.Zip(values.Skip(1)).All(pair => pair.First < pair.Second) && right - left >= values.Max())
        {
            DiagramScale scale = new(left, right, right - left, values.Max(), cuts);
            if (tokens.Zip(values).All(pair => (long)pair.Second * (right - left) % values.Max() == 0 && left + (pair.Second * (right - left) / values.Max()) is var place && place >= pair.First.Index - 1 && place <= pair.First.Index + pair.First.Length))
            {
                return scale;
            }
        }

        if (tokens.Length >= 2)
        {
            contradiction = (tokens[0].Index, "these numbers do not tell which bit stands where");
        }

        return new DiagramScale(left, right, 2, 1, cuts, isTold: false);
    }

    /// <summary>Finds the scale of a picture whose numbers are the first and the last bit of each cell of its first row, <c>31 27 26 0</c>, drawn to no scale.</summary>
    /// <param name="numbers">The line of numbers.</param>
    /// <param name="bars">The columns of the bars of the row.</param>
    /// <returns>Null where the numbers are others.</returns>
    public static DiagramScale? OfEnds(string numbers, IReadOnlyList<int> bars)
    {
        Match[] tokens = [.. NumberPattern().Matches(numbers).Cast<Match>()];
        List<(int First, int Last)> cells = [];
        int taken = 0;
        foreach ((int left, int right) in bars.Zip(bars.Skip(1)))
        {
            int[] values = [.. tokens.Skip(taken).TakeWhile(token => token.Index * 2 + token.Length - 1 < right * 2).Select(token => int.TryParse(token.Value, NumberStyles.None, CultureInfo.InvariantCulture, out int value) ? value : int.MaxValue)];
            if (values.Length is not (1 or 2) || tokens[taken].Index * 2 + tokens[taken].Length - 1 < left * 2)
            {
                return null;
            }

            taken += values.Length;
            cells.Add((values[0], values[^1]));
        }

        if (taken < tokens.Length || cells.Count < 2)
        {
            return null;
        }

        int step = cells[0].First == 0 ? 1 : -1;
        if ((cells[^1].Last != 0 && step < 0) || !cells.TrueForAll(cell => (cell.Last - cell.First) * step >= 0) || cells.Zip(cells.Skip(1)).Any(pair => pair.Second.First != pair.First.Last + step)
            || Math.Max(cells[0].First, cells[^1].Last) + 1 is not (8 or 16 or 32 or 64))
        {
            return null;
        }

        List<(int, int)> places = [(bars[0], 0)];
        int bits = 0;
        foreach (((int first, int last), int right) in cells.Zip(bars.Skip(1)))
        {
            bits += Math.Abs(last - first) + 1;
            places.Add((right, bits));
        }

        return new DiagramScale(places);
    }

    /// <summary>The bit that begins at a column.</summary>
    /// <returns>Null where the column is between two bits, neither of which begins a byte.</returns>
    public int? BitAt(int column)
    {
        if (_places.Count > 0)
        {
            return _places.Where(place => Math.Abs(place.Column - column) <= 1).Select(place => (int?)place.Bit).FirstOrDefault();
        }

        (int origin, int first) = PieceAt(column);
        long place = (long)(column - origin) * _bits;
        if (place % _columns == 0)
        {
            return first + (int)(place / _columns);
        }

        if (IsWithinByte(column - origin, out int bit))
        {
            return first + bit;
        }

        int before = (int)(place / _columns);
        return before % 8 == 0 ? first + before : (before + 1) % 8 == 0 ? first + before + 1 : null;
    }

    /// <summary>Whether a bit begins exactly there.</summary>
    public bool IsExact(int column) => _places.Count > 0 ? _places.Any(place => place.Column == column) : column - PieceAt(column).Origin is var place && ((long)place * _bits % _columns == 0 || IsWithinByte(place, out _));

    /// <summary>The column where a bit begins.</summary>
    public int ColumnOf(int bit)
    {
        if (_places.Count > 0)
        {
            return _places.Last(place => place.Bit <= bit).Column;
        }

        (int origin, int first) = (Left, 0);
        foreach ((int _, int right) in _cuts)
        {
            if (PieceAt(right).First is var next && next <= bit)
            {
                (origin, first) = (right, next);
            }
        }

        return _columns == WideByteColumns && _bits == 8
            ? origin + ((bit - first) / 8 * WideByteColumns) + ((bit - first) % 8 * 2)
            : origin + (int)((long)(bit - first) * _columns / _bits);
    }

    private bool IsWithinByte(int place, out int bit)
    {
        bit = (place / WideByteColumns * 8) + (place % WideByteColumns / 2);
        return _columns == WideByteColumns && _bits == 8 && place % WideByteColumns % 2 == 0 && place % WideByteColumns < 16;
    }

    /// <summary>Whether the picture leaves something out between two columns.</summary>
    public bool IsCut(int from, int to) => _cuts.Any(cut => cut.Left < to && cut.Right > from);

    // The column where the piece of the row begins in which a column is, and the bit there.
    private (int Origin, int First) PieceAt(int column)
    {
        (int origin, int first) = (Left, 0);
        foreach ((int left, int right) in _cuts)
        {
            if (right > column)
            {
                break;
            }

            int bits = (int)((long)(left - origin) * _bits / _columns);
            first += ((bits + 7) & ~7) + CutBits;
            origin = right;
        }

        return (origin, first);
    }

    // Numbers of some bits above a ruling that marks each one: they must stand at those bits, and the last one at the end of the row.
    private (int Column, string Problem)? ContradictionOf(Match[] tokens, int[] values, bool isOfEnds)
    {
        if (tokens.Length < 2 || _bits != 1)
        {
            return null;
        }

        int most = values.Max();
        int rowBits = (Right - Left) / _columns;
        bool isOfBeginnings = values[0] == 0 && most > 7 && Array.TrueForAll(values, value => value % 8 == 0) && values.Zip(values.Skip(1)).All(pair => pair.First < pair.Second);
        bool isCountedDown = values[^1] == 0 && values[0] % 8 == 7 && values.Zip(values.Skip(1)).All(pair => pair.First > pair.Second);
        if ((isOfEnds || isCountedDown) && _cuts.Count == 0 && most + 1 != rowBits)
        {
            Match last = tokens[Array.IndexOf(values, most)];
            return (last.Index, $"these numbers end at bit {most}, and the ruling marks {rowBits} bits");
        }

        // Numbers that count down are often drawn with more room between them than the ruling has.
        if (isCountedDown && tokens[^1].Index < Left + ((Right - Left) * 3 / 4))
        {
            return (tokens[^1].Index, $"the number {tokens[^1].Value} does not stand where the ruling has this bit, which is in column {Right}");
        }

        return isOfEnds || isOfBeginnings ? Contradiction(tokens, values) : null;
    }

    private (int, string)? Contradiction(Match[] tokens, int[] values)
    {
        double columns = (double)_columns / _bits;
        double most = Math.Max(3, 2 * columns);
        for (int index = 0; index < tokens.Length; index++)
        {
            double place = Left + ((values[index] + 0.5) * columns);
            if (Math.Abs(place - tokens[index].Index) > most && Math.Abs(place - tokens[index].Index - tokens[index].Length) > most)
            {
                return (tokens[index].Index, $"the number {tokens[index].Value} does not stand where the ruling has this bit, which is in column {(int)place + 1}");
            }
        }

        return null;
    }

    private static int EvenMarks(string ruling)
    {
        int[] marks = [.. MarksOf(ruling)];
        int columns = marks.Length is 9 or 17 or 33 or 65 ? marks[1] - marks[0] : 0;
        return columns is >= 4 and <= 6 && marks.Zip(marks.Skip(1)).All(pair => pair.Second - pair.First == columns) ? columns : 0;
    }

    // Several rows have a mark for each byte in every ruling, or the boxes of a drawing have this width by chance.
    private static bool MarksBytes(IReadOnlyList<string> rulings, int columns) => rulings.Count < 3
        || rulings.All(ruling => MarksOf(ruling).SequenceEqual(MarksOf(rulings[0])) || (columns % ByteColumns == 0 && MarksOf(ruling).Count() == (columns / ByteColumns) + 1));

    // Two marks with one byte between them; without any, that all have nine columns or a multiple is chance.
    private static bool HasByte(string ruling) => MarksOf(ruling).Zip(MarksOf(ruling).Skip(1)).Any(pair => pair.Second - pair.First == ByteColumns);

    /// <summary>The columns of its marks.</summary>
    public static IEnumerable<int> MarksOf(string ruling) => Enumerable.Range(0, ruling.Length).Where(place => ruling[place] == '+');

    [GeneratedRegex(@"\+(?:[-=]\+){4,}|^\+(?:[-=]\+){2,}$")]
    private static partial Regex BitMarks();

    [GeneratedRegex(@"\+(?:[-=]{2}\+){4,}")]
    private static partial Regex WideBitMarks();

    [GeneratedRegex(@"[0-9]+")]
    private static partial Regex NumberPattern();
}
