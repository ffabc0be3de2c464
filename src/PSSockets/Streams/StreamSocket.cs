using System.Net.Sockets;
using PSSockets.Errors;
using PSSockets.Sockets;

namespace PSSockets.Streams;

/// <summary>The sockets that carry streams of bytes.</summary>
internal static class StreamSocket
{
    /// <summary>Checks that a socket carries a stream.</summary>
    /// <exception cref="SocketInputException"><c>InvalidArgument</c>: it carries messages, of which a stream's reader would lose what it does not take at once.</exception>
    public static void Check(string call, Socket socket, string cmdlet)
    {
        if (SocketRecord.Of(socket).IsClosed)
        {
            throw CallFailure.Closed(call, socket);
        }

        if (socket.SocketType != SocketType.Stream)
        {
            throw new SocketInputException(ErrorIds.InvalidArgument, $"{call}: the socket carries messages, not a stream", $"Use {cmdlet}.", socket);
        }
    }
}
