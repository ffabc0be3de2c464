using System.Net;
using System.Net.Sockets;
using System.Text;

namespace PSSockets;

/// <summary>Bytes of a stream, received or sent: what one recv(2) gave, or one frame.</summary>
public sealed class SocketData
{
    private readonly Encoding _encoding;

    internal SocketData(byte[] data, Socket socket, EndPoint? remoteEndPoint, Encoding encoding)
    {
        Data = data;
        Socket = socket;
        RemoteEndPoint = remoteEndPoint;
        _encoding = encoding;
    }

    /// <summary>The bytes, without the delimiter or length prefix that framed them. They belong to whoever holds this.</summary>
    public byte[] Data { get; }

    /// <summary>The bytes as text, in the encoding that the cmdlet was given (UTF-8 unless told otherwise).</summary>
    public string Text => _encoding.GetString(Data);

    /// <summary>How many bytes there are.</summary>
    public int Length => Data.Length;

    /// <summary>The peer; null where it has no name.</summary>
    public EndPoint? RemoteEndPoint { get; }

    /// <summary>The socket.</summary>
    public Socket Socket { get; }

    /// <summary>The text of the bytes.</summary>
    public override string ToString() => Text;
}
