using System.Globalization;

namespace PSSockets.Sessions;

/// <summary>The line that is being typed, and those that were sent before.</summary>
internal sealed class TypedLine
{
    /// <summary>Ctrl+Z: alone in a line it says on Windows that nothing more will be typed.</summary>
    public const char EndMark = '\x1A';

    private readonly List<string> _sent = [];
    private string _unsent = string.Empty;
    private int _place;

    /// <summary>What stands in it.</summary>
    public string Text { get; private set; } = string.Empty;

    /// <summary>Before which of its characters the cursor stands.</summary>
    public int Cursor { get; private set; }

    /// <summary>Does what a key does to the line.</summary>
    public void Apply(TerminalKey key)
    {
        switch (key.Action)
        {
            case KeyAction.Insert:
                Replace(Cursor, Cursor, key.Text);
                break;
            case KeyAction.Backspace:
                Replace(Before(Cursor), Cursor, string.Empty);
                break;
            case KeyAction.Delete or KeyAction.EndOfInput:
                Replace(Cursor, After(Cursor), string.Empty);
                break;
            case KeyAction.Left:
                Cursor = Before(Cursor);
                break;
            case KeyAction.Right:
                Cursor = After(Cursor);
                break;
            case KeyAction.Home:
                Cursor = 0;
                break;
            case KeyAction.End:
                Cursor = Text.Length;
                break;
            case KeyAction.ClearBefore:
                Replace(0, Cursor, string.Empty);
                break;
            case KeyAction.ClearAfter:
                Replace(Cursor, Text.Length, string.Empty);
                break;
            case KeyAction.ClearWord:
                Replace(Text[..Cursor].TrimEnd().LastIndexOf(' ') + 1, Cursor, string.Empty);
                break;
            case KeyAction.Previous:
                Recall(_place - 1);
                break;
            case KeyAction.Next:
                Recall(_place + 1);
                break;
        }
    }

    /// <summary>Takes the line, and begins another.</summary>
    public string Take()
    {
        string line = Text;
        if (line.Length > 0 && (_sent.Count == 0 || _sent[^1] != line))
        {
            _sent.Add(line);
        }

        _place = _sent.Count;
        _unsent = Text = string.Empty;
        Cursor = 0;
        return line;
    }

    private void Replace(int start, int end, string text)
    {
        Text = string.Concat(Text.AsSpan(0, start), text, Text.AsSpan(end));
        Cursor = start + text.Length;
    }

    private void Recall(int place)
    {
        if (place < 0 || place > _sent.Count)
        {
            return;
        }

        _unsent = _place == _sent.Count ? Text : _unsent;
        _place = place;
        Text = place == _sent.Count ? _unsent : _sent[place];
        Cursor = Text.Length;
    }

    // A letter with its accents, or a pair of surrogates, is one.
    private int Before(int place) => Array.FindLast(StringInfo.ParseCombiningCharacters(Text), start => start < place);

    private int After(int place) => Array.Find(StringInfo.ParseCombiningCharacters(Text), start => start > place) is > 0 and int next ? next : Text.Length;
}
