using System.Text;

namespace PSSockets.Sessions;

/// <summary>Makes keys of what a terminal sends for them: UTF-8, control characters, and the escape sequences of ECMA-48.</summary>
internal sealed class KeyReader
{
    private const byte Escape = 0x1B;

    private readonly Decoder _decoder = new UTF8Encoding(false).GetDecoder();
    private readonly StringBuilder _sequence = new();
    private bool _isSequence;

    /// <summary>Takes a byte; whether it ends a key that does something.</summary>
    public bool TryAdd(byte value, out TerminalKey key)
    {
        key = _isSequence ? InSequence(value) : value == Escape ? Begin() : value is < 0x20 or 0x7F ? new TerminalKey(Control(value), value == '\t' ? "\t" : string.Empty) : Text(value);
        return key.Action != KeyAction.None;
    }

    private static KeyAction Control(byte value) => value switch
    {
        (byte)'\r' or (byte)'\n' => KeyAction.Enter,
        (byte)'\t' => KeyAction.Insert,
        0x7F or 0x08 => KeyAction.Backspace,
        0x04 => KeyAction.EndOfInput,
        0x01 => KeyAction.Home,
        0x05 => KeyAction.End,
        0x02 => KeyAction.Left,
        0x06 => KeyAction.Right,
        0x0B => KeyAction.ClearAfter,
        0x15 => KeyAction.ClearBefore,
        0x17 => KeyAction.ClearWord,
        0x10 => KeyAction.Previous,
        0x0E => KeyAction.Next,
        _ => KeyAction.None,
    };

    private TerminalKey Begin()
    {
        _isSequence = true;
        _sequence.Clear();
        return default;
    }

    // ESC [ and parameters, then a letter; or ESC O and a letter; or ESC and a key, which is that with Alt.
    private TerminalKey InSequence(byte value)
    {
        if (_sequence.Length == 0 && value is (byte)'[' or (byte)'O')
        {
            _sequence.Append((char)value);
            return default;
        }

        if (_sequence.Length > 0 && value is >= 0x20 and < 0x40)
        {
            _sequence.Append((char)value);
            return default;
        }

        _isSequence = value == Escape;
        if (_sequence.Length == 0)
        {
            return default;
        }

        string parameters = _sequence.ToString(1, _sequence.Length - 1);
        _sequence.Clear();
        return new TerminalKey((char)value switch
        {
            'A' => KeyAction.Previous,
            'B' => KeyAction.Next,
            'C' => KeyAction.Right,
            'D' => KeyAction.Left,
            'H' => KeyAction.Home,
            'F' => KeyAction.End,
            '~' => parameters switch
            {
                "1" or "7" => KeyAction.Home,
                "4" or "8" => KeyAction.End,
                "3" => KeyAction.Delete,
                _ => KeyAction.None,
            },
            _ => KeyAction.None,
        });
    }

    private TerminalKey Text(byte value)
    {
        Span<char> characters = stackalloc char[4];
        int count = _decoder.GetChars([value], characters, flush: false);
        return count == 0 ? default : new TerminalKey(KeyAction.Insert, new string(characters[..count]));
    }
}
