using System.Net;
using System.Net.Sockets;
using System.Text;
using PSSockets.Errors;

namespace PSSockets;

/// <summary>Bytes of a stream, received or sent: what one recv(2) gave, or one frame.</summary>
public sealed class SocketData : IMessageDetails
{
    private readonly Encoding _encoding;
    private readonly long _utcTicks = DateTime.UtcNow.Ticks;

    internal SocketData(byte[] data, Socket socket, EndPoint? remoteEndPoint, Encoding encoding)
    {
        Data = data;
        Socket = socket;
        RemoteEndPoint = remoteEndPoint;
        _encoding = encoding;
    }

    /// <summary>When it was read, or sent.</summary>
    public DateTimeOffset Timestamp => new DateTimeOffset(_utcTicks, TimeSpan.Zero).ToLocalTime();

    /// <summary>Who sent it, as text; for what was sent, the socket's own address. Null where a UNIX peer has no name.</summary>
    public string? From => EndPointText.DescribeNamed(IsSent ? SentFrom : RemoteEndPoint);

    /// <summary>How many bytes there are.</summary>
    public int Length => Data.Length;

    /// <summary>The bytes as text, in the encoding that the cmdlet was given (UTF-8 unless told otherwise).</summary>
    public string Text => _encoding.GetString(Data);

    /// <summary>The bytes as hexadecimal digits.</summary>
    public string Hex => HexText.Of(Data);

    /// <summary>What ended the frame in the stream, as text: the delimiter, the line's end, what matched. Null where nothing did.</summary>
    public string? Delimiter => End is null ? null : _encoding.GetString(End);

    /// <summary>What ended the frame.</summary>
    internal byte[]? End { get; init; }

    /// <summary>Whether it went to the peer, rather than came from it.</summary>
    internal bool IsSent { get; init; }

    /// <summary>The address that it was sent from.</summary>
    internal EndPoint? SentFrom { get; init; }

    /// <summary>The bytes, without the delimiter or length prefix that framed them.</summary>
    internal byte[] Data { get; }

    /// <summary>The peer; null where it has no name.</summary>
    internal EndPoint? RemoteEndPoint { get; }

    /// <summary>The socket.</summary>
    internal Socket Socket { get; }

    byte[] IMessageDetails.Data => Data;

    EndPoint? IMessageDetails.RemoteEndPoint => RemoteEndPoint;

    Socket ISocketHolder.Socket => Socket;

    /// <summary>The text of the bytes.</summary>
    public override string ToString() => Text;
}
