using System.Net.Sockets;
using PSSockets.Errors;
using PSSockets.Sockets;
using PSSockets.Waiting;

namespace PSSockets.Sessions;

/// <summary>Talks with a peer in both directions at once: what is typed or piped goes out, what comes is shown as it comes. One thread, one wait.</summary>
/// <param name="transport">The system.</param>
/// <param name="peer">The other side.</param>
/// <param name="output">Shows what comes.</param>
/// <param name="limit">The longest time in which nothing happens, and altogether, after which the session ends.</param>
internal sealed class LiveSession(ISocketTransport transport, SessionPeer peer, SessionOutput output, TimeLimit limit) : IDisposable
{
    // What was pasted is read in parts, so that it does not hold up what comes.
    private const int KeysAtOnce = 256;

    private static readonly TimeSpan BusyPause = TimeSpan.FromMilliseconds(5);

    private bool _isEnded;

    /// <summary>Talks with who sits at the terminal, until the peer ends, nothing more will be typed, or nothing happens for too long.</summary>
    /// <param name="terminal">The terminal.</param>
    /// <param name="screen">What it shows.</param>
    /// <param name="encode">Makes a message of a line.</param>
    public void Talk(ITerminal terminal, SessionScreen screen, Func<string, byte[]> encode)
    {
        TypedLine line = new();
        while (!peer.HasEnded && Step(terminal.Input))
        {
            for (int count = 0; terminal.Input.MayRead && count < KeysAtOnce && terminal.TryRead(out TerminalKey key); count++)
            {
                if (key.Action == KeyAction.HangUp || (key.Action == KeyAction.EndOfInput && line.Text.Length == 0))
                {
                    return;
                }

                if (key.Action != KeyAction.Enter)
                {
                    line.Apply(key);
                    screen.Update(line.Text, line.Cursor);
                    continue;
                }

                screen.Commit();
                string typed = line.Take();
                if (typed is [TypedLine.EndMark])
                {
                    return;
                }

                Send(encode(typed));
            }
        }
    }

    /// <summary>Sends all of an input, and shows what comes, until both have ended.</summary>
    public void Copy(StandardInput input)
    {
        bool isOver = false;
        while (!(peer.HasEnded && isOver && !peer.HasToSend))
        {
            _isEnded = _isEnded || (isOver && peer.TryEnd());
            bool wantsInput = !isOver && !peer.HasToSend;
            if (!Step(wantsInput ? input.Interest : null, wantsInput && peer.HasEnded ? Deadline.Now : limit.Next()))
            {
                ThrowIfNotSent();
                return;
            }

            if (wantsInput && input.Interest.MayRead && input.TryRead() is byte[] piece)
            {
                isOver = piece.Length == 0;
                if (!isOver)
                {
                    Send(piece);
                }
            }
        }
    }

    /// <summary>Sends a message, whole, and shows what comes meanwhile.</summary>
    /// <exception cref="SocketCallException"><c>TimedOut</c>: the peer does not take it.</exception>
    public void Pass(byte[] message)
    {
        Send(message);
        Receive();
        while (peer.HasToSend)
        {
            if (!Step(null))
            {
                throw Late();
            }
        }
    }

    /// <summary>Says that nothing more will be sent, and shows what comes until the peer ends too.</summary>
    public void Finish()
    {
        // What has come already may want an answer.
        Receive();
        while (!peer.HasEnded || peer.HasToSend || !_isEnded)
        {
            _isEnded = _isEnded || peer.TryEnd();
            if ((!peer.HasEnded || peer.HasToSend) && !Step(null))
            {
                ThrowIfNotSent();
                return;
            }
        }
    }

    /// <summary>Shows what is left.</summary>
    public void End() => output.End();

    /// <inheritdoc />
    public void Dispose()
    {
        output.GiveBack(peer);
        peer.Abandon();
    }

    private void Send(byte[] message)
    {
        peer.Queue(message);
        peer.SendSome();
    }

    // Silence is how a session ends, but what a script has passed on must not get lost in it.
    private void ThrowIfNotSent()
    {
        if (peer.HasToSend)
        {
            throw Late();
        }
    }

    private SocketCallException Late() => CallFailure.Of(
        "send", transport.RemoteEndPoint(peer.Record), SocketError.TimedOut, peer.Record.Socket, $"the peer took nothing {limit.Within}");

    private bool Step(InputInterest? input) => Step(input, limit.Next());

    // False where nothing has happened in time.
    private bool Step(InputInterest? input, Deadline deadline)
    {
        peer.Interest.WantsRead = !peer.HasEnded;
        peer.Interest.WantsWrite = peer.HasToSend;
        if (limit.IsOver || !transport.Wait([peer.Interest], input, deadline))
        {
            return false;
        }

        if (peer.Interest.CanRead)
        {
            Receive();
        }

        if (peer.Interest.CanWrite && !peer.SendSome())
        {
            // Another sender's message is on its way, and no event tells when it is there.
            transport.Stop.Pause(BusyPause);
        }

        return true;
    }

    private void Receive()
    {
        if (!peer.HasEnded && peer.Receive() is byte[] bytes)
        {
            output.Show(peer, bytes);
        }
    }
}
