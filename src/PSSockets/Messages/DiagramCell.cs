namespace PSSockets.Messages;

/// <summary>A cell of a diagram: a stretch of bits in a row, or where no ruling parts them in several rows.</summary>
/// <param name="Line">Where it is, for errors: the line, counted from 0.</param>
/// <param name="Column">The column of its left side, counted from 0.</param>
/// <param name="From">The first bit in its row.</param>
/// <param name="To">The bit after its last.</param>
internal sealed record DiagramCell(int Line, int Column, int From, int To)
{
    /// <summary>What stands in it, line by line; ends with what stands on the broken line below it.</summary>
    public List<string> Texts { get; } = [];

    /// <summary>The lines without its value, which begins with <c>=</c>.</summary>
    public IEnumerable<string> Names => Texts.TakeWhile(text => !IsValue(text));

    /// <summary>Whether a line begins with <c>=</c> and a value; one of such signs alone parts what is above and below it.</summary>
    public static bool IsValue(string line) => line.AsSpan().Trim() is ['=', .. var value] && (value.Length < 3 || value.ContainsAnyExcept('=', '-', ' '));

    /// <summary>Whether any of the lines in it holds text.</summary>
    public bool HasText { get; set; }

    /// <summary>How many rows it has; more than one only where lines without any ruling between them make one tall box.</summary>
    public int Rows { get; set; } = 1;

    /// <summary>How many lines it has between rulings.</summary>
    public int Lines { get; set; } = 1;

    /// <summary>Whether it is a box of several lines, whose number says less than a width written in it.</summary>
    public bool IsTall { get; set; }

    /// <summary>Whether its sides are drawn open or broken.</summary>
    public bool IsOpen { get; set; }

    /// <summary>Whether its left side is an open one.</summary>
    public bool IsOpenLeft { get; init; }

    /// <summary>Whether its right side is an open one.</summary>
    public bool IsOpenRight { get; init; }

    /// <summary>Whether the right side is missing, so that the row may go on in the next line.</summary>
    public bool IsBroken { get; set; }

    /// <summary>Whether it is drawn without a right side.</summary>
    public bool HasNoRight { get; init; }

    /// <summary>Whether it is drawn without a left side, so that it goes on with the row before.</summary>
    public bool HasNoLeft { get; set; }

    /// <summary>Whether dots stand in the place of its left side, so that it goes on with the row before.</summary>
    public bool BeginsInDots { get; set; }

    /// <summary>The column where its line ends, for errors about a side that is missing.</summary>
    public int EndColumn { get; set; }

    /// <summary>How many columns it has.</summary>
    public int Columns { get; set; }

    /// <summary>How many bits are drawn.</summary>
    public long Bits => (long)(To - From) * Rows;

    /// <summary>Adds a line of what stands in it.</summary>
    public void AddText(string text)
    {
        Texts.Add(text);
        HasText |= !string.IsNullOrWhiteSpace(text);
    }
}
