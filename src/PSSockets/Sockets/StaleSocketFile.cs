using System.Net.Sockets;
using PSSockets.Errors;
using PSSockets.Interop;

namespace PSSockets.Sockets;

/// <summary>The file that a UNIX socket leaves behind when its program ends without unlink(2).</summary>
internal static class StaleSocketFile
{
    /// <summary>Whether the path is a socket that nobody has bound any more.</summary>
    /// <exception cref="SocketInputException"><c>NotSupported</c> on Windows.</exception>
    public static bool IsAt(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            throw SystemCall.NotSupported("bind", "replacing a stale socket file is not possible on Windows: remove the file", path);
        }

        return File.Exists(path) && FileProbe.IsSocket(path) && !HasOwner(path);
    }

    private static bool HasOwner(string path)
    {
        using Socket probe = new(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
        try
        {
            probe.Connect(new UnixDomainSocketEndPoint(path));
            return true;
        }
        catch (SocketException exception)
        {
            // Refused means nobody; a socket of another type answers EPROTOTYPE.
            return exception.SocketErrorCode != SocketError.ConnectionRefused;
        }
    }
}
