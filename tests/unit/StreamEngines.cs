using System.Text;
using PSSockets.Channels;
using PSSockets.Sessions;
using PSSockets.Sockets;
using PSSockets.Streams;

namespace PSSockets.UnitTests;

/// <summary>What is done with a stream, as the cmdlets make it of an engine and a socket.</summary>
internal static class StreamEngines
{
    public static StreamSender SenderOf(this ISocketTransport engine, SocketRecord stream, double? timeoutSeconds = null) => new(engine, stream, ByteChannel.Of(stream), timeoutSeconds);

    public static FrameReader ReaderOf(this ISocketTransport engine, SocketRecord stream, double? timeoutSeconds = null) =>
        new(engine, stream, ByteChannel.Of(stream), null, Encoding.UTF8, timeoutSeconds);

    public static StreamPeer PeerOf(this ISocketTransport engine, SocketRecord stream) => new(engine, stream, ByteChannel.Of(stream));
}
