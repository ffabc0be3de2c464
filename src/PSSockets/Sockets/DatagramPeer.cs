using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using PSSockets.Errors;
using PSSockets.Interop;

namespace PSSockets.Sockets;

/// <summary>The peer that connect(2) fixes for a datagram socket.</summary>
internal static class DatagramPeer
{
    /// <summary>Makes a datagram socket forget its peer, so that it hears everybody again, on the port it had.</summary>
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
        EndPoint? local = SocketNames.LocalName(socket);
        if (SocketCalls.Dissolve(SocketDescriptor.Of(socket)) != 0 && !OperatingSystem.IsMacOS())
        {
            throw SystemCall.Failure(Call, "AF_UNSPEC", Marshal.GetLastPInvokeError(), socket);
        }

        if (!SocketBinder.TryRestorePort(socket, local))
        {
            throw SystemCall.Failure("bind", local, Marshal.GetLastPInvokeError(), socket);
        }
    }
}
