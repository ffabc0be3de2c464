using System.Net.Sockets;

namespace PSSockets.Sockets;

/// <summary>Closes sockets: close(2).</summary>
internal static class SocketCloser
{
    /// <summary>Closes a socket and takes it off the list; the path of a bound UNIX socket goes with it, unless another file stands there by now.</summary>
    public static void Close(Socket socket)
    {
        SocketRegistry.Remove(socket);
        BoundPaths.Release(socket);
        socket.Dispose();
    }

    /// <summary>Closes every socket on the list.</summary>
    public static void CloseAll()
    {
        foreach (Socket socket in SocketRegistry.Open())
        {
            Close(socket);
        }
    }
}
