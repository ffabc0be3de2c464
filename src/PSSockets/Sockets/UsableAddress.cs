using System.Net;
using System.Net.Sockets;
using PSSockets.Addresses;
using PSSockets.Errors;
using PSSockets.Waiting;

namespace PSSockets.Sockets;

/// <summary>From the end point that a user named to addresses that a socket can use.</summary>
internal static class UsableAddress
{
    /// <summary>Every address of an end point that this socket can use, in the socket's own family.</summary>
    /// <exception cref="SocketCallException">The name is not known, or the socket's family is another (<c>AddressFamilyNotSupported</c>).</exception>
    /// <exception cref="SocketInputException"><c>SocketClosed</c>.</exception>
    public static IReadOnlyList<EndPoint> AllFor(SocketRecord socket, EndPoint endPoint, string call, StopSignal stop, Deadline deadline = default)
    {
        return AllOf(socket, EndPointResolver.All(endPoint, stop, deadline), endPoint, call);
    }

    /// <summary>The best of the addresses that this socket can use.</summary>
    /// <exception cref="SocketCallException"><c>AddressFamilyNotSupported</c>: there is none.</exception>
    /// <exception cref="SocketInputException"><c>SocketClosed</c>.</exception>
    public static EndPoint FirstOf(SocketRecord socket, IReadOnlyList<EndPoint> candidates, EndPoint asked, string call) => AllOf(socket, candidates, asked, call)[0];

    private static List<EndPoint> AllOf(SocketRecord socket, IReadOnlyList<EndPoint> candidates, EndPoint endPoint, string call)
    {
        List<EndPoint> usable = [];
        foreach (EndPoint candidate in candidates)
        {
            if (ForFamily(socket, candidate, call) is EndPoint own)
            {
                usable.Add(own);
            }
        }

        return usable.Count > 0 ? usable : throw CallFailure.Of(call, endPoint, SocketError.AddressFamilyNotSupported, socket.Socket);
    }

    /// <summary>The best address of an end point that this socket can use.</summary>
    /// <inheritdoc cref="AllFor" />
    public static EndPoint FirstFor(SocketRecord socket, EndPoint endPoint, string call, StopSignal stop) => AllFor(socket, endPoint, call, stop)[0];

    private static EndPoint? ForFamily(SocketRecord record, EndPoint endPoint, string call)
    {
        Socket socket = record.Socket;
        if (record.IsClosed)
        {
            throw CallFailure.Closed(call, socket);
        }

        if (endPoint.AddressFamily == socket.AddressFamily)
        {
            return endPoint;
        }

        if (endPoint is not IPEndPoint { Address: IPAddress address, Port: int port })
        {
            return null;
        }

        return socket.AddressFamily switch
        {
            AddressFamily.InterNetwork when address.Equals(IPAddress.IPv6Any) => new IPEndPoint(IPAddress.Any, port),
            AddressFamily.InterNetwork when address.IsIPv4MappedToIPv6 => new IPEndPoint(address.MapToIPv4(), port),
            AddressFamily.InterNetworkV6 when record.IsDual || DotNetCall.Invoke(call, socket, endPoint, () => socket.DualMode) => new IPEndPoint(address.MapToIPv6(), port),
            _ => null,
        };
    }
}
