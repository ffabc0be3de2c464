using System.Net;
using System.Net.Sockets;

namespace PSSockets;

/// <summary>A file that was sent, or received.</summary>
public sealed class SocketTransfer : ISocketHolder
{
    internal SocketTransfer(string path, long length, TimeSpan duration, EndPoint? remoteEndPoint, Socket socket)
    {
        Path = path;
        Length = length;
        Duration = duration;
        RemoteEndPoint = remoteEndPoint;
        Socket = socket;
    }

    /// <summary>The file.</summary>
    public string Path { get; }

    /// <summary>How many bytes were moved.</summary>
    public long Length { get; }

    /// <summary>How long it took.</summary>
    public TimeSpan Duration { get; }

    /// <summary>The peer; null where it has no name.</summary>
    public EndPoint? RemoteEndPoint { get; }

    /// <summary>The socket.</summary>
    internal Socket Socket { get; }

    Socket ISocketHolder.Socket => Socket;
}
