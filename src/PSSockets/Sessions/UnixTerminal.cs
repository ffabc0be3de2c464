using PSSockets.Native;
using PSSockets.Sockets;

namespace PSSockets.Sessions;

/// <summary>The terminal of Unix: standard input, key by key, which poll(2) waits for together with the socket.</summary>
/// <remarks>Bytes are taken one by one, so that what is typed after the session has ended is there for the prompt.</remarks>
/// <param name="before">How standard input was set.</param>
internal sealed class UnixTerminal(byte[] before) : ITerminal
{
    private const int UsualWidth = 80;

    private readonly KeyReader _keys = new();

    /// <inheritdoc />
    public InputInterest Input { get; } = new(TerminalCalls.Descriptor);

    /// <inheritdoc />
    public int Width
    {
        get
        {
            try
            {
                return Console.WindowWidth is > 0 and int width ? width : UsualWidth;
            }
            catch (IOException)
            {
                return UsualWidth;
            }
        }
    }

    /// <summary>The terminal; null where standard input is none.</summary>
    public static UnixTerminal? TryOpen() =>
        TerminalCalls.Settings() is byte[] found && TerminalCalls.Apply(TerminalCalls.KeyByKey(found)) ? new UnixTerminal(found) : null;

    /// <inheritdoc />
    public bool TryRead(out TerminalKey key)
    {
        Span<byte> one = stackalloc byte[1];
        while (TerminalCalls.CanRead())
        {
            if (TerminalCalls.Read(one) <= 0)
            {
                key = new TerminalKey(KeyAction.HangUp);
                return true;
            }

            if (_keys.TryAdd(one[0], out key))
            {
                return true;
            }
        }

        key = default;
        return false;
    }

    /// <inheritdoc />
    public void Dispose() => TerminalCalls.Apply(before);
}
