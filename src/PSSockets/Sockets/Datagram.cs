using System.Net;
using System.Net.Sockets;
using System.Text;
using PSSockets.Errors;
using PSSockets.Sockets;

namespace PSSockets;

/// <summary>One datagram, received or sent, with everything that is known of it: recvmsg(2).</summary>
public sealed class Datagram : IDatagramDetails
{
    // Of a million datagrams in a variable, the few references that each holds are most of what collecting garbage costs.
    private readonly DatagramOrigin _origin;
    private readonly long _utcTicks;
    private EndPoint? _remoteEndPoint;

    internal Datagram(byte[] data, int length, DatagramOrigin origin, long utcTicks, EndPoint? remoteEndPoint = null)
    {
        Data = data;
        Length = length;
        _origin = origin;
        _utcTicks = utcTicks;
        _remoteEndPoint = remoteEndPoint;
    }

    internal Datagram(byte[] data, int length, Socket socket, Encoding encoding, EndPoint? remoteEndPoint, IPAddress? localAddress, int interfaceIndex, long utcTicks)
        : this(data, length, new DatagramOrigin(socket, encoding, null, localAddress, interfaceIndex), utcTicks, remoteEndPoint)
    {
    }

    /// <summary>Stands for the end of a SeqPacket connection: the peer has closed, and no datagram will come.</summary>
    internal static Datagram End { get; } = new([], 0, null!, Encoding.UTF8, null, null, 0, 0);

    /// <summary>When the kernel took it from the network, or where the system does not tell, when it was read; for what was sent, when.</summary>
    public DateTimeOffset Timestamp => new DateTimeOffset(_utcTicks, TimeSpan.Zero).ToLocalTime();

    /// <summary>Who sent it, as text; for what was sent, the socket's own address. Null where a UNIX sender has no name.</summary>
    public string? From => EndPointText.DescribeNamed(_origin.IsSent ? _origin.SentFrom : RemoteEndPoint);

    /// <summary>The length of the datagram on its way, in bytes: more than <see cref="Data"/> holds when it was cut.</summary>
    public int Length { get; }

    /// <summary>The number of the network interface it came through, or was told to leave through; 0 where that is not known.</summary>
    public int InterfaceIndex => _origin.InterfaceIndex;

    /// <summary>Whether <c>Data</c> is only the beginning of the datagram (MSG_TRUNC).</summary>
    public bool IsTruncated => Length > Data.Length;

    /// <summary>The payload as text, in the encoding that the cmdlet was given (UTF-8 unless told otherwise).</summary>
    public string Text => _origin.Encoding.GetString(Data);

    /// <summary>The payload as hexadecimal digits.</summary>
    public string Hex => HexText.Of(Data);

    /// <summary>The payload: as many bytes as were received, or sent.</summary>
    internal byte[] Data { get; }

    /// <summary>Who sent it, or where it was sent; null where a UNIX sender has no name.</summary>
    internal EndPoint? RemoteEndPoint => _remoteEndPoint ??= _origin.Peer?.ToEndPoint();

    /// <summary>The address it was sent to: this machine's own, or a group or broadcast address. For what was sent, the address that it was told to leave from. Null for UNIX sockets and where the system chose.</summary>
    internal IPAddress? LocalAddress => _origin.LocalAddress;

    /// <summary>The socket it came through, or was sent through.</summary>
    internal Socket Socket => _origin.Socket;

    byte[] IMessageDetails.Data => Data;

    EndPoint? IMessageDetails.RemoteEndPoint => RemoteEndPoint;

    Socket ISocketHolder.Socket => Socket;

    IPAddress? IDatagramDetails.LocalAddress => LocalAddress;

    /// <summary>Its place among those that were taken from the socket; it counts round.</summary>
    internal uint Place { get; set; }

    /// <summary>The sender's address as the kernel wrote it; empty where there is none.</summary>
    internal ReadOnlySpan<byte> PeerBytes => _origin.Peer is null ? default : _origin.Peer.Bytes;

    /// <summary>The same datagram with no more than so many bytes of its payload, and its text in this encoding.</summary>
    internal Datagram Fit(int maximumSize, Encoding encoding) =>
        Data.Length <= maximumSize && ReferenceEquals(encoding, _origin.Encoding) ? this : Copy(maximumSize, encoding);

    /// <summary>The same datagram with bytes of its own.</summary>
    internal Datagram Copy(int maximumSize, Encoding encoding) =>
        new(Data.AsSpan(0, Math.Min(Data.Length, maximumSize)).ToArray(), Length, _origin with { Encoding = encoding }, _utcTicks) { Place = Place, _remoteEndPoint = _remoteEndPoint };

    /// <summary>The text of the payload.</summary>
    public override string ToString() => Text;
}
