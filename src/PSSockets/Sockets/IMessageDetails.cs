using System.Management.Automation;
using System.Net;
using System.Net.Sockets;

namespace PSSockets;

/// <summary>What knows its socket, and shows it to nobody who does not ask: writing one out would read <c>Handle</c>, which changes it.</summary>
public interface ISocketHolder
{
    /// <summary>The socket it came through, or was sent through.</summary>
    [Hidden]
    Socket Socket { get; }
}

/// <summary>
/// What a datagram or the bytes of a stream know that a log has no room for. Scripts read it like every other property;
/// it is hidden, so that a row for a file of JSON or CSV has nothing but text and numbers in it.
/// </summary>
public interface IMessageDetails : ISocketHolder
{
    /// <summary>The bytes. They belong to whoever holds this.</summary>
    [Hidden]
    byte[] Data { get; }

    /// <summary>The other side; null where it has no name.</summary>
    [Hidden]
    EndPoint? RemoteEndPoint { get; }
}

/// <summary>What a datagram knows besides that.</summary>
public interface IDatagramDetails : IMessageDetails
{
    /// <summary>This machine's own address, or the group or broadcast address, that it was sent to.</summary>
    [Hidden]
    IPAddress? LocalAddress { get; }
}
