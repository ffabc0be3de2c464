using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using PSSockets.Addresses;
using PSSockets.Errors;
using PSSockets.Native;

namespace PSSockets.Sockets;

/// <summary>The file that a UNIX socket leaves behind when its program ends without unlink(2).</summary>
internal static class StaleSocketFile
{
    /// <summary>The path, where an end point is one at which such a file stands; else null.</summary>
    /// <exception cref="SocketInputException"><c>NotSupported</c> on Windows.</exception>
    public static string? Find(ISocketTransport transport, EndPoint endPoint) =>
        endPoint is UnixDomainSocketEndPoint path && UnixPath.IsFile(path) && transport.IsStaleFile(path.ToString()) ? path.ToString() : null;

    /// <summary>Binds a socket in the place of such a file, which goes only when that succeeds.</summary>
    /// <exception cref="SocketCallException">The file cannot be moved away, or the address cannot be had.</exception>
    public static void Replace(ISocketTransport transport, SocketRecord socket, EndPoint endPoint, string path)
    {
        string aside = $"{path}.{Guid.NewGuid():N}";
        if (FileCalls.Rename(path, aside) != 0)
        {
            throw CallFailure.Of("rename", path, Marshal.GetLastPInvokeError(), socket.Socket);
        }

        bool isBound = false;
        try
        {
            transport.Bind(socket, endPoint);
            isBound = true;
        }
        finally
        {
            // Somebody else may have come to the path meanwhile.
            if (isBound || Path.Exists(path) || FileCalls.Rename(aside, path) != 0)
            {
                _ = FileCalls.Unlink(aside);
            }
        }
    }
}
