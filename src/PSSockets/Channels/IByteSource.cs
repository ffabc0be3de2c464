using System.Net.Sockets;
using PSSockets.Sockets;
using PSSockets.Waiting;

namespace PSSockets.Channels;

/// <summary>
/// Where the bytes of a channel come from and go to. All but <see cref="Write"/>, <see cref="TryWrite"/>,
/// <see cref="EndWrite"/> and <see cref="Close"/> are called by who holds the socket's <see cref="SocketRecord.ReadGate"/>, and never wait.
/// </summary>
internal interface IByteSource
{
    /// <summary>Whether there are bytes, or the end, that the system no longer has to give.</summary>
    bool IsReadable { get; }

    /// <inheritdoc cref="IByteChannel.IsFiltered" />
    bool IsFiltered { get; }

    /// <summary>Whether they pass through a TLS session, or one that was tried.</summary>
    bool IsProtected { get; }

    /// <summary>Takes bytes: how many, 0 where the peer has ended, null where there are none now.</summary>
    int? Receive(ISocketTransport transport, Memory<byte> buffer);

    /// <summary>Shows the bytes that would be taken next, and leaves them: how many, 0 where the peer has ended, null where there are none now.</summary>
    int? Peek(ISocketTransport transport, Memory<byte> buffer);

    /// <summary>Drops bytes that <see cref="Peek"/> has shown.</summary>
    void Discard(ISocketTransport transport, int count);

    /// <inheritdoc cref="IByteChannel.Write" />
    int? Write(ISocketTransport transport, ReadOnlyMemory<byte> data, SocketFlags flags, Deadline deadline);

    /// <inheritdoc cref="IByteChannel.TryWrite" />
    int? TryWrite(ISocketTransport transport, ReadOnlyMemory<byte> data);

    /// <inheritdoc cref="IByteChannel.HasUnsent" />
    bool HasUnsent { get; }

    /// <inheritdoc cref="IByteChannel.Refresh" />
    void Refresh(ISocketTransport transport);

    /// <inheritdoc cref="IByteChannel.EndWrite" />
    bool EndWrite(ISocketTransport transport, Deadline deadline);

    /// <inheritdoc cref="IByteChannel.Leave" />
    bool Leave(ISocketTransport transport) => false;

    /// <inheritdoc cref="IByteChannel.Close" />
    void Close(ISocketTransport transport);

    /// <inheritdoc cref="IByteChannel.TakeWarning" />
    string? TakeWarning();
}
