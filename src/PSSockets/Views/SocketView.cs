using System.Management.Automation;
using System.Net;
using System.Net.Sockets;
using PSSockets.Addressing;
using PSSockets.Parameters;
using PSSockets.Sockets;

namespace PSSockets.Views;

/// <summary>What tables, lists and type data say of a socket. Nothing here throws or reads <c>Handle</c>.</summary>
public static class SocketView
{
    /// <summary>The socket's number: type data <c>Id</c>.</summary>
    public static object Id(PSObject instance) => SocketRegistry.IdOf(SocketOf(instance));

    /// <summary>What the socket can be used for: type data <c>State</c>.</summary>
    public static object State(PSObject instance) => SocketNames.State(SocketOf(instance));

    /// <summary>The socket's own address, null where it has none: type data <c>LocalEndPoint</c>.</summary>
    public static object? LocalEndPoint(PSObject instance) => SocketNames.Local(SocketOf(instance));

    /// <summary>The peer's address, null where it has none: type data <c>RemoteEndPoint</c>.</summary>
    public static object? RemoteEndPoint(PSObject instance) => SocketNames.Remote(SocketOf(instance));

    /// <summary>The family as the cmdlets name it: <c>IPv6</c>.</summary>
    public static string Family(Socket socket)
    {
        ArgumentNullException.ThrowIfNull(socket);
        return SocketNameTables.Families.FriendlyName(socket.AddressFamily);
    }

    /// <summary>The type as the cmdlets name it: <c>Datagram</c>.</summary>
    public static string Type(Socket socket)
    {
        ArgumentNullException.ThrowIfNull(socket);
        return TypeName(socket.SocketType);
    }

    /// <summary>A type as the cmdlets name it.</summary>
    public static string TypeName(SocketType type) => SocketNameTables.Types.FriendlyName(type);

    /// <summary>One line: <c>IPv6 Datagram Bound [::1]:55555</c>.</summary>
    internal static string Describe(Socket socket)
    {
        string line = $"{Family(socket)} {Type(socket)} {SocketNames.State(socket)}";
        EndPoint? local = SocketNames.Local(socket);
        EndPoint? remote = SocketNames.Remote(socket);
        line = local is null ? line : $"{line} {EndPointText.Describe(local)}";
        return remote is null ? line : $"{line} -> {EndPointText.Describe(remote)}";
    }

    private static Socket SocketOf(PSObject instance)
    {
        ArgumentNullException.ThrowIfNull(instance);
        return (Socket)instance.BaseObject;
    }
}
