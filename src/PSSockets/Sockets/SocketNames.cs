using System.Net;
using System.Net.Sockets;
using PSSockets.Addressing;
using PSSockets.Interop;

namespace PSSockets.Sockets;

/// <summary>What the operating system knows of a socket; never throws, and leaves the socket as it was.</summary>
internal static class SocketNames
{
    /// <summary>The socket's own address: getsockname(2). Null where it has none, and on a closed socket.</summary>
    public static EndPoint? Local(Socket socket) => Ask(socket, AskLocal);

    /// <summary>The socket's own address also where it is no use to anybody, such as the wildcard address with port 0.</summary>
    public static EndPoint? LocalName(Socket socket) => Ask(socket, AskLocalName);

    /// <summary>The peer's address: getpeername(2). Null where it has none, where the peer has no name, and on a closed socket.</summary>
    public static EndPoint? Remote(Socket socket) => Ask(socket, AskRemote);

    /// <summary>Whether the socket has a peer.</summary>
    public static bool IsConnected(Socket socket) => Ask(socket, AskConnected);

    /// <summary>What the socket can be used for now.</summary>
    public static SocketState State(Socket socket)
    {
        if (IsClosed(socket))
        {
            return SocketState.Closed;
        }

        if (IsConnected(socket))
        {
            return SocketState.Connected;
        }

        if (Ask(socket, AskListening))
        {
            return SocketState.Listening;
        }

        return Local(socket) is null ? SocketState.New : SocketState.Bound;
    }

    /// <summary>Whether the socket has been closed.</summary>
    public static bool IsClosed(Socket socket) => SocketDescriptor.Of(socket).IsClosed;

    private static T? Ask<T>(Socket socket, Func<Socket, T?> question)
    {
        try
        {
            return IsClosed(socket) ? default : question(socket);
        }
        catch (SocketException)
        {
            return default;
        }
        catch (ObjectDisposedException)
        {
            return default;
        }
        catch (SocketInputException)
        {
            // An address of a family that nothing here knows.
            return default;
        }
    }

    private static EndPoint? AskLocal(Socket socket) => Named(socket, AskLocalName(socket));

    private static EndPoint? AskLocalName(Socket socket)
    {
        if (OperatingSystem.IsWindows())
        {
            return socket.LocalEndPoint;
        }

        Span<byte> buffer = stackalloc byte[SocketCalls.AddressBufferSize];
        int length = SocketCalls.LocalName(SocketDescriptor.Of(socket), buffer);
        return length == 0 ? null : SocketAddressBytes.ToEndPoint(buffer[..length]);
    }

    private static EndPoint? AskRemote(Socket socket)
    {
        if (OperatingSystem.IsWindows())
        {
            return Named(socket, socket.RemoteEndPoint);
        }

        Span<byte> buffer = stackalloc byte[SocketCalls.AddressBufferSize];
        int length = SocketCalls.PeerNameOf(SocketDescriptor.Of(socket), buffer);
        return length <= 0 ? null : Named(socket, SocketAddressBytes.ToEndPoint(buffer[..length]));
    }

    private static bool AskConnected(Socket socket)
    {
        if (OperatingSystem.IsWindows())
        {
            return socket.Connected;
        }

        Span<byte> buffer = stackalloc byte[SocketCalls.AddressBufferSize];
        return SocketCalls.PeerNameOf(SocketDescriptor.Of(socket), buffer) >= 0;
    }

    private static bool AskListening(Socket socket) =>
        socket.SocketType is SocketType.Stream or SocketType.Seqpacket
        && socket.GetSocketOption(SocketOptionLevel.Socket, SocketOptionName.AcceptConnection) is not 0;

    // A socket that was never bound has the wildcard address and port 0; a raw socket has its protocol's number there.
    private static EndPoint? Named(Socket socket, EndPoint? endPoint) => endPoint switch
    {
        IPEndPoint address when (address.Port == 0 || socket.SocketType == SocketType.Raw)
            && (address.Address.Equals(IPAddress.Any) || address.Address.Equals(IPAddress.IPv6Any)) => null,
        UnixDomainSocketEndPoint path when path.ToString().Length == 0 => null,
        _ => endPoint,
    };
}
