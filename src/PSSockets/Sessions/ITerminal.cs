using PSSockets.Sockets;

namespace PSSockets.Sessions;

/// <summary>A keyboard and a screen. As long as it is not disposed, a key that is pressed is not shown, and nothing here waits for one.</summary>
internal interface ITerminal : IDisposable
{
    /// <summary>The keyboard, to be waited for beside a socket.</summary>
    InputInterest Input { get; }

    /// <summary>How many columns the screen has.</summary>
    int Width { get; }

    /// <summary>Takes a key, where one was pressed.</summary>
    bool TryRead(out TerminalKey key);

    /// <summary>Writes text with the escape sequences of a terminal.</summary>
    void Write(string text)
    {
        Console.Out.Write(text);
        Console.Out.Flush();
    }
}
