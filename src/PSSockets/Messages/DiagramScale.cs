using System.Globalization;
using System.Text.RegularExpressions;

namespace PSSockets.Messages;

/// <summary>Which bit stands at which column: told by the ruling, else by the numbers above, else two columns a bit.</summary>
internal sealed partial class DiagramScale
{
    private const int ByteColumns = 9;

    private readonly int _columns;
    private readonly int _bits;

    private DiagramScale(int left, int right, int columns, int bits)
    {
        Left = left;
        Right = right;
        _columns = columns;
        _bits = bits;
    }

    /// <summary>The column of the left edge.</summary>
    public int Left { get; }

    /// <summary>The column of the right edge of the widest row.</summary>
    public int Right { get; }

    /// <summary>Finds the scale.</summary>
    /// <param name="rulings">The rulings from edge to edge.</param>
    /// <param name="numbers">The line of numbers above the first ruling; empty without one.</param>
    /// <param name="left">The column of the left edge.</param>
    /// <param name="right">The column of the right edge.</param>
    public static DiagramScale Find(IReadOnlyList<string> rulings, string numbers, int left, int right)
    {
        foreach (string ruling in rulings)
        {
            if (BitMarks().IsMatch(ruling))
            {
                return new DiagramScale(left, right, 2, 1);
            }

            if (WideBitMarks().IsMatch(ruling))
            {
                return new DiagramScale(left, right, 3, 1);
            }
        }

        Match[] tokens = [.. NumberPattern().Matches(numbers).Cast<Match>()];
        int[] values = [.. tokens.Select(token => int.TryParse(token.Value, NumberStyles.None, CultureInfo.InvariantCulture, out int value) ? value : 0)];
        if (tokens.Length >= 4 && values.Zip(values.Skip(1)).All(pair => Math.Abs(pair.First - pair.Second) is 1 or 9))
        {
            // The most frequent distance: a number of two digits may stand a column off.
            int[] steps = [.. tokens.Zip(tokens.Skip(1), (first, second) => second.Index + second.Length - first.Index - first.Length)];
            return new DiagramScale(left, right, steps.GroupBy(step => step).MaxBy(group => group.Count())!.Key, 1);
        }

        // Eight columns and a bar for each byte, as the oldest standards draw them (RFC 793).
        if (tokens.Length == 0 && Array.TrueForAll([.. rulings], ruling => MarksOf(ruling).All(mark => mark % ByteColumns == 0)))
        {
            return new DiagramScale(left, right, ByteColumns, 8);
        }

        return tokens.Length >= 2 && values.Max() is var most && most % 8 == 7 && right - left > most
            ? new DiagramScale(left, right, right - left, most + 1)
            : new DiagramScale(left, right, 2, 1);
    }

    /// <summary>The bit that begins at a column.</summary>
    /// <returns>Null where the column is between two bits, neither of which begins a byte.</returns>
    public int? BitAt(int column)
    {
        long place = (long)(column - Left) * _bits;
        if (place % _columns == 0)
        {
            return (int)(place / _columns);
        }

        int before = (int)(place / _columns);
        return before % 8 == 0 ? before : (before + 1) % 8 == 0 ? before + 1 : null;
    }

    /// <summary>The column where a bit begins.</summary>
    public int ColumnOf(int bit) => Left + (int)((long)bit * _columns / _bits);

    private static IEnumerable<int> MarksOf(string ruling) => Enumerable.Range(0, ruling.Length).Where(place => ruling[place] == '+');

    [GeneratedRegex(@"\+(?:[-=]\+){4,}")]
    private static partial Regex BitMarks();

    [GeneratedRegex(@"\+(?:[-=]{2}\+){4,}")]
    private static partial Regex WideBitMarks();

    [GeneratedRegex(@"[0-9]+")]
    private static partial Regex NumberPattern();
}
