using System.Net.Sockets;
using PSSockets.Errors;
using PSSockets.Sockets;
using PSSockets.Waiting;

namespace PSSockets.Datagrams;

/// <summary>Receives datagrams from one socket, or from whichever of several has one: recvfrom(2), recvmmsg(2).</summary>
internal static class DatagramReceiver
{
    private const string Call = "recvfrom";

    /// <summary>Receives until each socket has given <paramref name="count"/> datagrams or failures, or for ever.</summary>
    /// <param name="transport">The system.</param>
    /// <param name="options">How each is received.</param>
    /// <param name="limit">The longest wait for the next datagram, and altogether.</param>
    /// <param name="sockets">The sockets.</param>
    /// <param name="count">How many from each; null for ever.</param>
    public static IEnumerable<SocketLoop<Datagram>.Result> Receive(
        ISocketTransport transport, ReceiveOptions options, TimeLimit limit, IReadOnlyList<Socket> sockets, int? count) =>
        new SocketLoop<Datagram>(transport, Call, (socket, deadline, most) => transport.Receive(socket, options, deadline, most), limit)
        {
            Check = socket => Check(transport, socket),
            IsEnd = datagram => datagram == Datagram.End,
            Missing = "no datagram came",
        }.Take(sockets, count);

    private static SocketInputException? Check(ISocketTransport transport, SocketRecord record)
    {
        Socket socket = record.Socket;
        if (socket.SocketType == SocketType.Stream)
        {
            return new SocketInputException(
                ErrorIds.InvalidArgument, $"{Call}: a stream socket carries no datagrams", "Use Receive-SocketData.", socket);
        }

        // .NET knows of most addresses; of one that it does not know the system is asked.
        return !socket.IsBound && socket.SocketType != SocketType.Raw && transport.State(record) == SocketState.New
            ? new SocketInputException(
                ErrorIds.SocketNotBound,
                $"{Call}: the socket has no address, so nothing can be sent to it",
                "Bind it first (Register-SocketAddress; port 0 picks a free port), or connect it.",
                socket)
            : null;
    }
}
