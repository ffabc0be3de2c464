using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using PSSockets.Errors;
using PSSockets.Interop;

namespace PSSockets.Sockets;

/// <summary>The peer that connect(2) fixes for a datagram socket.</summary>
internal static class DatagramPeer
{
    /// <summary>Makes a datagram socket forget its peer, so that it hears everybody again, on the address it was bound to.</summary>
    /// <exception cref="SocketCallException">The socket has no peer (<c>NotConnected</c>), or the system refuses.</exception>
    /// <exception cref="SocketInputException"><c>SocketClosed</c>, or <c>NotSupported</c> on Windows.</exception>
    public static void Dissolve(Socket socket)
    {
        const string Call = "connect";
        if (SocketNames.IsClosed(socket))
        {
            throw SystemCall.Closed(Call, socket);
        }

        if (!SocketNames.IsConnected(socket))
        {
            throw SystemCall.Failure(Call, "AF_UNSPEC", SocketError.NotConnected, socket);
        }

        if (OperatingSystem.IsWindows())
        {
            throw SystemCall.NotSupported(Call, "dissolving a datagram socket's association needs a new socket on Windows", socket);
        }

        // .NET's own Disconnect would do, but afterwards it refuses to connect the socket again.
        if (SocketCalls.Dissolve(SocketDescriptor.Of(socket)) != 0 && !OperatingSystem.IsMacOS())
        {
            throw SystemCall.Failure(Call, "AF_UNSPEC", Marshal.GetLastPInvokeError(), socket);
        }

        // The kernel takes a port back that it chose itself; to the user the socket was bound all the same.
        if (SocketBinder.AddressOf(socket) is IPEndPoint address && SocketNames.Local(socket) is not IPEndPoint { Port: not 0 }
            && SocketCalls.Bind(SocketDescriptor.Of(socket), address.Serialize()) != 0)
        {
            throw SystemCall.Failure("bind", address, Marshal.GetLastPInvokeError(), socket);
        }
    }
}
