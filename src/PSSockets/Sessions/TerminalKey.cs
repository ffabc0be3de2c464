namespace PSSockets.Sessions;

/// <summary>What a key does to the line that is typed.</summary>
internal enum KeyAction
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>Its text goes into the line.</summary>
    Insert,

    /// <summary>The line is sent.</summary>
    Enter,

    /// <summary>Takes the letter before the cursor away.</summary>
    Backspace,

    /// <summary>Takes the letter at the cursor away.</summary>
    Delete,

    /// <summary>One letter to the left.</summary>
    Left,

    /// <summary>One letter to the right.</summary>
    Right,

    /// <summary>To the beginning.</summary>
    Home,

    /// <summary>To the end.</summary>
    End,

    /// <summary>The line that was sent before.</summary>
    Previous,

    /// <summary>The line that was sent after.</summary>
    Next,

    /// <summary>Takes all before the cursor away.</summary>
    ClearBefore,

    /// <summary>Takes all after the cursor away.</summary>
    ClearAfter,

    /// <summary>Takes the word before the cursor away.</summary>
    ClearWord,

    /// <summary>Nothing more will be typed, where the line is empty; else as <see cref="Delete"/>.</summary>
    EndOfInput,

    /// <summary>The terminal is gone.</summary>
    HangUp,
}

/// <summary>A key that was pressed.</summary>
/// <param name="Action">What it does.</param>
/// <param name="Text">What it writes.</param>
internal readonly record struct TerminalKey(KeyAction Action, string Text = "");
