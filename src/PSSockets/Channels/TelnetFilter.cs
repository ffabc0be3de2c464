namespace PSSockets.Channels;

/// <summary>
/// Takes telnet's commands out of what comes, and refuses whatever option they offer or ask for: RFC 854. Nothing else
/// of telnet is done.
/// </summary>
internal sealed class TelnetFilter
{
    /// <summary>The byte that begins a command (IAC), and stands twice where it is data.</summary>
    public const byte Command = 255;

    private const byte EndOfNegotiation = 240;
    private const byte Negotiation = 250;
    private const byte Will = 251;
    private const byte Wont = 252;
    private const byte Do = 253;
    private const byte Dont = 254;

    private State _state;
    private byte _command;
    private bool _hasReturn;

    private enum State
    {
        Data,
        Command,
        Option,
        Negotiation,
        NegotiationCommand,
    }

    /// <summary>The data in a piece, and what is to be answered.</summary>
    public (byte[] Data, byte[] Answer) Next(ReadOnlySpan<byte> bytes)
    {
        List<byte> data = new(bytes.Length);
        List<byte> answer = [];
        foreach (byte value in bytes)
        {
            switch (_state)
            {
                case State.Data when value == Command:
                    _state = State.Command;
                    break;
                case State.Data:
                    AddData(data, value);
                    break;
                case State.Command when value == Command:
                    AddData(data, value);
                    _state = State.Data;
                    break;
                case State.Command:
                    _command = value;
                    _state = value is >= Will and <= Dont ? State.Option : value == Negotiation ? State.Negotiation : State.Data;
                    break;
                case State.Option:
                    if (_command is Will or Do)
                    {
                        answer.AddRange([Command, _command == Will ? Dont : Wont, value]);
                    }

                    _state = State.Data;
                    break;
                case State.Negotiation when value == Command:
                    _state = State.NegotiationCommand;
                    break;
                case State.NegotiationCommand:
                    _state = value == EndOfNegotiation ? State.Data : State.Negotiation;
                    break;
            }
        }

        return ([.. data], [.. answer]);
    }

    // A CR that does not end a line has a NUL after it.
    private void AddData(List<byte> data, byte value)
    {
        if (!_hasReturn || value != 0)
        {
            data.Add(value);
        }

        _hasReturn = value == '\r';
    }
}
