using System.Net.Sockets;
using PSSockets.Waiting;

namespace PSSockets.Sockets;

/// <summary>
/// A stream of bytes that can be looked at before they are taken, and written to: all that framing, files and waits see
/// of a connected socket, whether its bytes come as they are or out of a protected session. What the channel has taken
/// from the system and nobody has got stays with it for the next reader. All but <see cref="Write"/>,
/// <see cref="TryWrite"/> and <see cref="Wait"/> are called by who holds the socket's <see cref="SocketRecord.ReadGate"/>, and never wait.
/// </summary>
internal interface IByteChannel
{
    /// <summary>How many bytes the channel has taken from the system; they come before all others.</summary>
    int Held { get; }

    /// <summary>Whether a reader need not wait: bytes that were taken from the system, decrypted ones too, or an end that was announced.</summary>
    bool IsReadable { get; }

    /// <summary>Whether bytes, or the end, wait decrypted: the system does not tell of these.</summary>
    bool HasDecrypted { get; }

    /// <summary>Rises whenever bytes are taken or put back, so that whoever remembers the front knows whether it is the same.</summary>
    long Ticket { get; }

    /// <summary>The bytes at the front: those that are held, then those that the last <see cref="Look"/> has shown.</summary>
    ReadOnlySpan<byte> Seen { get; }

    /// <summary>Looks at bytes after those that are held, and leaves them in the system: how many, 0 where the peer has ended, null where there are none now.</summary>
    int? Look(ISocketTransport transport, int most);

    /// <summary>Takes what the last look has shown, to be held.</summary>
    void Keep(ISocketTransport transport);

    /// <summary>Takes bytes from the system, to be held: how many, 0 where the peer has ended, null where there are none now.</summary>
    /// <param name="transport">The system.</param>
    /// <param name="most">The most to take.</param>
    /// <param name="likely">How many there will be together, so that room is made once.</param>
    int? Fill(ISocketTransport transport, int most, int likely);

    /// <summary>Takes bytes that <see cref="Seen"/> shows, and returns the ticket to put them back with.</summary>
    long Take(ISocketTransport transport, int count);

    /// <summary>Takes bytes that <see cref="Seen"/> shows, and returns a part of them with the ticket to put that back with: the array is the caller's.</summary>
    /// <param name="transport">The system.</param>
    /// <param name="start">Where the part begins.</param>
    /// <param name="length">How many bytes it has.</param>
    /// <param name="count">How many are taken.</param>
    (byte[] Bytes, long Ticket) Take(ISocketTransport transport, int start, int length, int count);

    /// <summary>Takes bytes that <see cref="Seen"/> shows, and returns a part of them as text of UTF-8, which needs hardly more memory than that text.</summary>
    /// <param name="transport">The system.</param>
    /// <param name="start">Where the part begins.</param>
    /// <param name="length">How many bytes it has.</param>
    /// <param name="count">How many are taken.</param>
    /// <returns>Null, and nothing is taken, where they are few, or where the same bytes could not be made of the text again.</returns>
    (string Text, long Ticket)? TakeText(ISocketTransport transport, int start, int length, int count);

    /// <summary>All bytes that are held, taken: the array is the caller's.</summary>
    byte[] TakeHeld();

    /// <summary>Receives into a buffer: bytes that are held, or else what the system has; how many, 0 where the peer has ended, null where there are none now.</summary>
    int? Receive(ISocketTransport transport, Memory<byte> buffer);

    /// <summary>Puts back what was taken and did not reach anybody, in the order in which it was taken.</summary>
    void PutBack(long ticket, byte[] bytes);

    /// <summary>Waits for more bytes, or the end; false when the deadline passed.</summary>
    bool Wait(ISocketTransport transport, Deadline deadline);

    /// <summary>Sends as much as there is room for: the number of bytes, null when the deadline passed.</summary>
    int? Write(ISocketTransport transport, ReadOnlyMemory<byte> data, SocketFlags flags, Deadline deadline);

    /// <summary>Takes as many bytes as there is room for now, to be sent: how many, null where there is no room. Some may wait to be sent (<see cref="HasUnsent"/>): they go before all others, and a call with no bytes sends them alone, null where it could not send all.</summary>
    int? TryWrite(ISocketTransport transport, ReadOnlyMemory<byte> data);

    /// <summary>Whether bytes that were taken to be sent wait for room.</summary>
    bool HasUnsent { get; }

    /// <summary>Whether bytes may come that mean nothing to a reader, so that only <see cref="Refresh"/> tells whether there is something to read.</summary>
    bool IsFiltered { get; }

    /// <summary>Begins to read a frame, so that its first bytes stay where the socket is closed meanwhile; every such call needs one of <see cref="EndRead"/>.</summary>
    void BeginRead();

    /// <summary>Ends to read a frame.</summary>
    void EndRead();

    /// <summary>Gives up what is held, where the socket is closed and nobody reads.</summary>
    void GiveUp();

    /// <summary>Looks whether what has come means that there is something to read; it does not wait.</summary>
    void Refresh(ISocketTransport transport);

    /// <summary>Tells the peer that no more will be sent, where the stream has a message for that, before the connection's sending half ends; false when the deadline passed before that message was sent.</summary>
    bool EndWrite(ISocketTransport transport, Deadline deadline);

    /// <summary>Begins to take leave of the peer, where the stream has messages for that; it does not fail. True where <see cref="Close" /> will wait for the peer for a moment.</summary>
    bool Leave(ISocketTransport transport);

    /// <summary>Takes leave of the peer before the socket closes, where the stream has messages for that; it does not fail.</summary>
    void Close(ISocketTransport transport);

    /// <summary>What the user should know of how the stream has ended; it is said once.</summary>
    string? TakeWarning();
}
