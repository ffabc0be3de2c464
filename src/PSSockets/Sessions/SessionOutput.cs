using System.Text;
using PSSockets.Channels;
using PSSockets.Errors;
using PSSockets.Streams;

namespace PSSockets.Sessions;

/// <summary>Where a session shows what comes.</summary>
internal abstract class SessionOutput
{
    /// <summary>Shows a piece.</summary>
    public abstract void Show(SessionPeer peer, byte[] bytes);

    /// <summary>Shows what is left where nothing more comes.</summary>
    public virtual void End()
    {
    }

    /// <summary>Gives back what was not shown, where the session ends early.</summary>
    public virtual void GiveBack(SessionPeer peer)
    {
    }
}

/// <summary>Shows text as it comes.</summary>
/// <param name="text">Makes it.</param>
/// <param name="write">Shows it.</param>
internal sealed class TextOutput(ShownText text, Action<string> write) : SessionOutput
{
    /// <inheritdoc />
    public override void Show(SessionPeer peer, byte[] bytes)
    {
        string shown = text.Next(bytes, peer.SendsMessages);
        // Else nobody sees where one message ends and the next begins.
        write(peer.SendsMessages && !shown.EndsWith('\n') ? shown + "\n" : shown);
    }

    /// <inheritdoc />
    public override void End() => write(text.Next([], isLast: true));
}

/// <summary>Shows bytes as hexadecimal digits and letters, in rows of 16. What was not shown of a piece goes back to the stream where the session ends early.</summary>
/// <param name="write">Shows a row; takes the bytes that go back where it does not arrive: none after the first row of a message, which was shown in part.</param>
internal sealed class HexOutput(Action<string, byte[]> write) : SessionOutput
{
    private const int RowSize = 16;

    private long _place;
    private byte[] _rest = [];

    /// <inheritdoc />
    public override void Show(SessionPeer peer, byte[] bytes)
    {
        _place = peer.SendsMessages ? 0 : _place;
        for (int start = 0; start < bytes.Length; start += RowSize)
        {
            byte[] row = bytes[start..Math.Min(start + RowSize, bytes.Length)];
            string letters = string.Concat(row.Select(value => value is >= 0x20 and < 0x7F ? (char)value : '.'));
            long place = _place;
            _place += row.Length;
            bool isWhole = false;
            try
            {
                write(FormattableString.Invariant($"{place:x8}  {HexText.Of(row),-(3 * RowSize) + 1}  {letters}"), peer.SendsMessages && start > 0 ? [] : row);
                isWhole = true;
            }
            finally
            {
                if (!isWhole && !peer.SendsMessages)
                {
                    _rest = bytes[(start + row.Length)..];
                }
            }
        }
    }

    /// <inheritdoc />
    public override void GiveBack(SessionPeer peer)
    {
        if (_rest.Length > 0)
        {
            peer.PutBack(_rest);
            _rest = [];
        }
    }
}

/// <summary>Hands over whole lines, or messages. What has come of a line that is not whole goes back to the socket where the session ends early.</summary>
/// <param name="encoding">How text is read.</param>
/// <param name="isRaw">Whether control characters stay.</param>
/// <param name="write">Takes a line and the bytes that it is made of.</param>
internal sealed class LineOutput(Encoding encoding, bool isRaw, Action<string, byte[]> write) : SessionOutput
{
    private readonly LineFraming _lines = new(encoding) { MaximumSize = int.MaxValue };
    private readonly HeldBytes _pending = new();

    /// <inheritdoc />
    public override void Show(SessionPeer peer, byte[] bytes)
    {
        if (peer.SendsMessages)
        {
            write(Text(bytes), bytes);
            return;
        }

        int searched = _pending.Count;
        bytes.CopyTo(_pending.Room(bytes.Length, 0));
        _pending.Add(bytes.Length);
        while (_lines.Find(_pending.Span(), searched) is FramePlace place)
        {
            byte[] line = _pending.Take(0, place.Next, place.Next);
            searched = 0;
            write(Text(line), line);
        }
    }

    /// <inheritdoc />
    public override void End()
    {
        byte[] rest = TakePending();
        if (rest.Length > 0)
        {
            write(Text(rest), rest);
        }
    }

    /// <inheritdoc />
    public override void GiveBack(SessionPeer peer) => peer.PutBack(TakePending());

    private byte[] TakePending() => _pending.Take(0, _pending.Count, _pending.Count);

    private string Text(byte[] bytes)
    {
        string text = new ShownText(encoding, isRaw).Next(bytes, isLast: true);
        return text.EndsWith('\n') ? text[..^1] : text;
    }
}
