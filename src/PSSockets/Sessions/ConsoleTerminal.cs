using PSSockets.Sockets;

namespace PSSockets.Sessions;

/// <summary>The console of Windows. A key is looked for every few milliseconds: a read that waits could not be given up, and would take the first key typed at the next prompt.</summary>
internal sealed class ConsoleTerminal : ITerminal
{
    private char _high;

    /// <inheritdoc />
    public InputInterest Input { get; } = new(null);

    /// <inheritdoc />
    public int Width => Math.Max(1, Console.WindowWidth);

    /// <inheritdoc />
    public bool TryRead(out TerminalKey key)
    {
        while (Console.KeyAvailable)
        {
            key = KeyOf(Console.ReadKey(intercept: true));
            if (key.Action != KeyAction.None)
            {
                return true;
            }
        }

        key = default;
        return false;
    }

    /// <inheritdoc />
    public void Dispose()
    {
    }

    private TerminalKey KeyOf(ConsoleKeyInfo pressed)
    {
        bool hasControl = (pressed.Modifiers & ConsoleModifiers.Control) != 0 && (pressed.Modifiers & ConsoleModifiers.Alt) == 0;
        KeyAction action = pressed.Key switch
        {
            ConsoleKey.Enter => KeyAction.Enter,
            ConsoleKey.Backspace => KeyAction.Backspace,
            ConsoleKey.Delete => KeyAction.Delete,
            ConsoleKey.LeftArrow => KeyAction.Left,
            ConsoleKey.RightArrow => KeyAction.Right,
            ConsoleKey.Home => KeyAction.Home,
            ConsoleKey.End => KeyAction.End,
            ConsoleKey.UpArrow => KeyAction.Previous,
            ConsoleKey.DownArrow => KeyAction.Next,
            ConsoleKey.Escape => KeyAction.ClearBefore,
            ConsoleKey.D when hasControl => KeyAction.EndOfInput,
            ConsoleKey.U when hasControl => KeyAction.ClearBefore,
            ConsoleKey.K when hasControl => KeyAction.ClearAfter,
            ConsoleKey.W when hasControl => KeyAction.ClearWord,
            _ => KeyAction.None,
        };
        if (action != KeyAction.None)
        {
            return new TerminalKey(action);
        }

        char character = pressed.KeyChar;
        if (char.IsHighSurrogate(character))
        {
            _high = character;
            return default;
        }

        // Ctrl+Z and Enter say that nothing more will come.
        bool isText = !char.IsControl(character) || character is '\t' or TypedLine.EndMark;
        return !isText ? default : new TerminalKey(KeyAction.Insert, char.IsLowSurrogate(character) ? new string([_high, character]) : character.ToString());
    }
}
