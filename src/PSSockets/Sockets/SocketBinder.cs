using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using PSSockets.Addressing;
using PSSockets.Errors;
using PSSockets.Interop;

namespace PSSockets.Sockets;

/// <summary>Gives a socket its address: bind(2).</summary>
internal static class SocketBinder
{
    private const string Call = "bind";

    /// <summary>Whether .NET knows the socket as bound.</summary>
    public static bool IsBound(Socket socket)
    {
        try
        {
            return socket.LocalEndPoint is not null;
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            return false;
        }
    }

    /// <summary>Binds a socket to the port that it had, where it lost that with its peer: the kernel takes a port back that it chose itself.</summary>
    /// <param name="socket">The socket.</param>
    /// <param name="before">The address that it had.</param>
    /// <returns>Whether it has that port.</returns>
    public static bool TryRestorePort(Socket socket, EndPoint? before)
    {
        if (before is not IPEndPoint { Port: not 0 and int port })
        {
            return true;
        }

        IPAddress address = (SocketNames.LocalName(socket) as IPEndPoint)?.Address
            ?? (socket.AddressFamily == AddressFamily.InterNetwork ? IPAddress.Any : IPAddress.IPv6Any);
        // EINVAL says that it is bound still; its name does not tell, since a TCP socket keeps that without the port.
        return SocketCalls.Bind(SocketDescriptor.Of(socket), new IPEndPoint(address, port).Serialize()) == 0
            || Marshal.GetLastPInvokeError() == Errno.EINVAL;
    }

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
            if (endPoint is UnixDomainSocketEndPoint path && UnixPath.IsFile(path))
            {
                BoundPaths.Note(socket, path.ToString());
            }
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
        finally
        {
            if (isStrict && !SocketNames.IsClosed(socket))
            {
                SocketOptions.SetReuseAddress(socket, on: false);
            }
        }
    }
}
