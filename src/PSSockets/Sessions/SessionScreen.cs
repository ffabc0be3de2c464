using System.Globalization;
using System.Text;
using PSSockets.Messages;

namespace PSSockets.Sessions;

/// <summary>
/// What a session shows at a terminal: what comes, and after it the line that is being typed. Where something comes
/// meanwhile, that line is taken away and written again after it, so that it stays readable.
/// </summary>
/// <param name="terminal">The terminal.</param>
internal sealed class SessionScreen(ITerminal terminal)
{
    private const int TabWidth = 8;

    // A letter in the last column leaves the cursor there until the next one comes; a letter and a step back bring it to
    // where it belongs.
    private const string Settle = " \b";

    // Where the cursor goes; colours are $PSStyle's.
    private static readonly string s_control = $"{(char)27}[";

    private string _typed = string.Empty;
    private int _cursor;
    private int _column;
    private bool _hasSettled;

    /// <summary>Shows text that has come.</summary>
    public void Show(string text)
    {
        if (text.Length == 0)
        {
            return;
        }

        StringBuilder all = new();
        Erase(all);
        Append(all, text);
        Draw(all);
        terminal.Write(all.ToString());
    }

    /// <summary>Shows the line that is being typed.</summary>
    public void Update(string typed, int cursor)
    {
        string shown = Visible(typed);
        int place = Visible(typed[..cursor]).Length;
        StringBuilder all = new();
        if (place == shown.Length && _cursor == _typed.Length && shown.StartsWith(_typed, StringComparison.Ordinal) && IsPlainEnd(_typed, shown))
        {
            all.Append(shown, _typed.Length, shown.Length - _typed.Length);
            (_typed, _cursor) = (shown, place);
            all.Append(Measure(shown).Column == terminal.Width ? Settle : string.Empty);
        }
        else
        {
            Erase(all);
            (_typed, _cursor) = (shown, place);
            Draw(all);
        }

        terminal.Write(all.ToString());
    }

    /// <summary>Leaves the line that was typed where it is, and begins another.</summary>
    public void Commit()
    {
        StringBuilder all = new();
        Erase(all);
        all.Append(_typed).Append('\n');
        terminal.Write(all.ToString());
        Reset();
    }

    /// <summary>Begins a new row, unless the cursor stands at the beginning of one.</summary>
    public void BeginRow()
    {
        if (_typed.Length > 0)
        {
            Commit();
        }
        else if (_column > 0)
        {
            terminal.Write("\n");
        }

        Reset();
    }

    // What could be a part of the letter before it is drawn together with that.
    private static bool IsPlainEnd(string before, string after) => before.Length == after.Length || after[before.Length] is >= ' ' and <= '~';

    private static string Visible(string typed) => typed.AsSpan().ContainsAnyInRange('\0', '\x1F')
        ? string.Concat(typed.Select(character => character == '\t' ? " " : character < ' ' ? $"^{(char)(character + '@')}" : character.ToString()))
        : typed;

    private void Reset()
    {
        (_typed, _cursor, _column, _hasSettled) = (string.Empty, 0, 0, false);
    }

    private void Append(StringBuilder all, string text)
    {
        // The row that is full has been left already.
        string rest = _hasSettled && text[0] == '\n' ? text[1..] : text;
        all.Append(rest);
        int last = rest.LastIndexOf('\n');
        _column = last >= 0 ? 0 : _column;
        foreach (string element in DisplayWidth.Elements(rest[(last + 1)..]))
        {
            int width = element == "\t" ? Math.Min(TabWidth - (_column % TabWidth), terminal.Width - 1 - _column) : DisplayWidth.OfElement(element);
            _column = _column + width > terminal.Width ? width : _column + width;
        }

        _hasSettled = _column == terminal.Width;
        if (_hasSettled)
        {
            all.Append(Settle);
            _column = 0;
        }
    }

    // From where the cursor is to where what came has ended; from there on the screen is empty.
    private void Erase(StringBuilder all)
    {
        if (_typed.Length == 0)
        {
            return;
        }

        (int row, _) = Settled(Measure(_typed[.._cursor]));
        Move(all, row, _column);
        all.Append(s_control).Append('J');
    }

    private void Draw(StringBuilder all)
    {
        if (_typed.Length == 0)
        {
            return;
        }

        (int Row, int Column) end = Measure(_typed);
        all.Append(_typed).Append(end.Column == terminal.Width ? Settle : string.Empty);
        if (_cursor < _typed.Length)
        {
            (int row, int column) = Settled(Measure(_typed[.._cursor]));
            Move(all, Settled(end).Row - row, column);
        }
    }

    private static void Move(StringBuilder all, int rowsUp, int column)
    {
        if (rowsUp > 0)
        {
            all.Append(CultureInfo.InvariantCulture, $"{s_control}{rowsUp}A");
        }

        all.Append('\r');
        if (column > 0)
        {
            all.Append(CultureInfo.InvariantCulture, $"{s_control}{column}C");
        }
    }

    private (int Row, int Column) Settled((int Row, int Column) place) => place.Column == terminal.Width ? (place.Row + 1, 0) : place;

    // Where the typed text ends, counted from the row in which it begins.
    private (int Row, int Column) Measure(string text)
    {
        int row = 0;
        int column = _column;
        foreach (string element in DisplayWidth.Elements(text))
        {
            int width = DisplayWidth.OfElement(element);
            if (column + width > terminal.Width)
            {
                row++;
                column = 0;
            }

            column += width;
        }

        return (row, column);
    }
}
