using System.Net;
using System.Net.Sockets;

namespace PSSockets.Sockets;

/// <summary>What users want to know of a socket, from what the system says. Nothing here fails or changes the socket.</summary>
internal static class SocketQuestions
{
    /// <summary>The socket's own address; null where it has none that is of use to anybody.</summary>
    public static EndPoint? LocalEndPoint(this ISocketTransport transport, SocketRecord socket) => Named(socket, transport.LocalName(socket));

    /// <summary>The peer's address; null where it has none, or the peer has no name.</summary>
    public static EndPoint? RemoteEndPoint(this ISocketTransport transport, SocketRecord socket)
    {
        EndPoint? peer = Named(socket, transport.PeerName(socket));
        socket.Peer = peer ?? socket.Peer;
        return peer;
    }

    /// <summary>The address by which an error names the socket: its peer, also after the system has forgotten it, or else its own.</summary>
    public static EndPoint? AddressForErrors(this ISocketTransport transport, SocketRecord socket) =>
        transport.RemoteEndPoint(socket) ?? socket.Peer ?? transport.LocalEndPoint(socket);

    /// <summary>
    /// Whether what is sent leaves from whichever address the system chooses: the socket is bound to a wildcard address or
    /// to none. It is asked for each datagram that is answered, and of a socket without a peer it does not change.
    /// </summary>
    public static bool LeavesFromAnyAddress(this ISocketTransport transport, SocketRecord socket) =>
        socket.LeavesFromAnyAddress ??= transport.LocalName(socket) is IPEndPoint { Address: IPAddress own } && DatagramSource.IsAny(DatagramSource.OwnFamily(own));

    /// <summary>What the socket can be used for now.</summary>
    public static SocketState State(this ISocketTransport transport, SocketRecord socket)
    {
        if (socket.IsClosed)
        {
            return SocketState.Closed;
        }

        SocketState state = transport.IsConnected(socket) ? SocketState.Connected
            : IsListening(socket.Socket) ? SocketState.Listening
            : socket.FormerPeer is not null ? SocketState.Disconnected
            : transport.LocalEndPoint(socket) is null ? SocketState.New : SocketState.Bound;
        // One that was closed between these questions had no answer to them.
        return socket.IsClosed ? SocketState.Closed : state;
    }

    /// <summary>How many bytes of a TCP connection wait to be read; 0 where nothing is lost with them.</summary>
    public static int UnreadBytes(this ISocketTransport transport, SocketRecord socket)
    {
        try
        {
            return !socket.IsClosed && socket.Socket is { SocketType: SocketType.Stream, AddressFamily: not AddressFamily.Unix } && transport.IsConnected(socket) ? socket.Socket.Available : 0;
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            return 0;
        }
    }

    /// <summary>Whether the socket waits for connections.</summary>
    public static bool IsListening(Socket socket)
    {
        try
        {
            return socket.SocketType is SocketType.Stream or SocketType.Seqpacket
                && socket.GetSocketOption(SocketOptionLevel.Socket, SocketOptionName.AcceptConnection) is not 0;
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            return false;
        }
    }

    // A socket that was never bound has the wildcard address and port 0; a raw socket has its protocol's number there.
    private static EndPoint? Named(SocketRecord socket, EndPoint? endPoint) => endPoint switch
    {
        IPEndPoint address when (address.Port == 0 || socket.Socket.SocketType == SocketType.Raw)
            && (address.Address.Equals(IPAddress.Any) || address.Address.Equals(IPAddress.IPv6Any)) => null,
        UnixDomainSocketEndPoint path when path.ToString().Length == 0 => null,
        _ => endPoint,
    };
}
