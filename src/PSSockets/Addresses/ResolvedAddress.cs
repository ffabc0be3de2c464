using System.Net;
using System.Net.Sockets;

namespace PSSockets;

/// <summary>One result of getaddrinfo(3): an address, and the kind of socket it is for.</summary>
public sealed class ResolvedAddress
{
    internal ResolvedAddress(EndPoint endPoint, SocketType socketType, ProtocolType protocolType, string? canonicalName)
    {
        EndPoint = endPoint;
        SocketType = socketType;
        ProtocolType = protocolType;
        CanonicalName = canonicalName;
    }

    /// <summary>The family of the address.</summary>
    public AddressFamily AddressFamily => EndPoint.AddressFamily;

    /// <summary>The type of socket.</summary>
    public SocketType SocketType { get; }

    /// <summary>The protocol of the socket.</summary>
    public ProtocolType ProtocolType { get; }

    /// <summary>The address and port, for every cmdlet that takes an end point.</summary>
    public EndPoint EndPoint { get; }

    /// <summary>The host's official name; null where no host was asked for.</summary>
    public string? CanonicalName { get; }
}
