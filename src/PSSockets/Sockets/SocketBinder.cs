using System.Net;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using PSSockets.Errors;
using PSSockets.Interop;

namespace PSSockets.Sockets;

/// <summary>Gives a socket its address: bind(2).</summary>
internal static class SocketBinder
{
    private const string Call = "bind";

    // What each socket was bound to, with the port that the kernel chose.
    private static readonly ConditionalWeakTable<Socket, EndPoint> s_bound = [];

    /// <summary>What the socket was bound to; null where it was not bound here.</summary>
    public static EndPoint? AddressOf(Socket socket) => s_bound.TryGetValue(socket, out EndPoint? address) ? address : null;

    /// <summary>Binds exactly as bind(2) does: an address in use is refused unless the socket has SO_REUSEADDR or SO_REUSEPORT.</summary>
    /// <exception cref="SocketCallException">The address cannot be had.</exception>
    /// <exception cref="SocketInputException"><c>SocketClosed</c>.</exception>
    public static void Bind(Socket socket, EndPoint endPoint)
    {
        // On Unix .NET sets SO_REUSEADDR on every TCP socket that it binds, so two sockets could silently share a port
        // until one listens. A socket whose protocol .NET does not know is bound as it is: that one goes first.
        bool isStrict = !OperatingSystem.IsWindows()
            && socket.SocketType == SocketType.Stream
            && endPoint is IPEndPoint
            && SystemCall.Invoke(Call, socket, endPoint, () => !SocketOptions.HasReuseAddress(socket));
        if (isStrict && endPoint is IPEndPoint { Port: not 0 })
        {
            using Socket scout = new(socket.AddressFamily, SocketType.Stream, ProtocolType.Unspecified);
            SystemCall.Invoke(Call, socket, endPoint, () =>
            {
                if (socket.AddressFamily == AddressFamily.InterNetworkV6)
                {
                    scout.DualMode = socket.DualMode;
                }

                if (SocketOptions.HasReusePort(socket))
                {
                    SocketOptions.SetReusePort(scout);
                }

                scout.Bind(endPoint);
            });
        }

        try
        {
            SystemCall.Invoke(Call, socket, endPoint, () => socket.Bind(endPoint));
        }
        catch (SocketCallException exception) when (exception.SocketErrorCode == SocketError.SocketError && !OperatingSystem.IsWindows())
        {
            // .NET has no name for this errno: the same call, made again, tells it.
            if (SocketCalls.Bind(SocketDescriptor.Of(socket), endPoint.Serialize()) != 0)
            {
                throw SystemCall.Failure(Call, endPoint, Marshal.GetLastPInvokeError(), socket);
            }

            throw;
        }

        if (isStrict)
        {
            SocketOptions.SetReuseAddress(socket, on: false);
        }

        if (SocketNames.Local(socket) is EndPoint local)
        {
            s_bound.AddOrUpdate(socket, local);
        }
    }
}
