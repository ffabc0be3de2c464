using System.Net.Sockets;
using PSSockets.Sockets;
using PSSockets.Waiting;

namespace PSSockets.Channels;

/// <summary>The bytes of a stream as they come.</summary>
/// <param name="record">The stream.</param>
internal sealed class PlainSource(SocketRecord record) : IByteSource
{
    /// <inheritdoc />
    public bool IsReadable => false;

    /// <inheritdoc />
    public bool IsFiltered => false;

    /// <inheritdoc />
    public bool IsProtected => false;

    /// <inheritdoc />
    public int? Receive(ISocketTransport transport, Memory<byte> buffer) => transport.ReceiveBytes(record, buffer, SocketFlags.None, Deadline.Now);

    /// <inheritdoc />
    public int? Peek(ISocketTransport transport, Memory<byte> buffer) => transport.ReceiveBytes(record, buffer, SocketFlags.Peek, Deadline.Now);

    /// <inheritdoc />
    public void Discard(ISocketTransport transport, int count) => transport.Discard(record, count);

    /// <inheritdoc />
    public int? Write(ISocketTransport transport, ReadOnlyMemory<byte> data, SocketFlags flags, Deadline deadline) =>
        transport.SendBytes(record, data, flags, deadline);

    /// <inheritdoc />
    public int? TryWrite(ISocketTransport transport, ReadOnlyMemory<byte> data) =>
        data.IsEmpty ? 0 : transport.SendBytes(record, data, SocketFlags.None, Deadline.Now);

    /// <inheritdoc />
    public bool HasUnsent => false;

    /// <inheritdoc />
    public void Refresh(ISocketTransport transport)
    {
    }

    /// <inheritdoc />
    public bool EndWrite(ISocketTransport transport, Deadline deadline) => true;

    /// <inheritdoc />
    public void Close(ISocketTransport transport)
    {
    }

    /// <inheritdoc />
    public string? TakeWarning() => null;
}
