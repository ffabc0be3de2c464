using System.Management.Automation;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using PSSockets.Certificates;
using PSSockets.Errors;
using PSSockets.Sockets;
using PSSockets.Transport;

namespace PSSockets.Views;

/// <summary>What tables, lists and type data say of a socket. Nothing here throws or reads <c>Handle</c>.</summary>
public static class SocketView
{
    /// <summary>The socket's number: type data <c>Id</c>.</summary>
    public static object Id(PSObject instance) => SocketRecord.Of(SocketOf(instance)).Id;

    /// <summary>What the socket can be used for: type data <c>State</c>.</summary>
    public static object State(PSObject instance) => SocketTransport.Quiet.State(SocketOf(instance));

    /// <summary>The socket's own address, null where it has none: type data <c>LocalEndPoint</c>.</summary>
    public static object? LocalEndPoint(PSObject instance) => SocketTransport.Quiet.LocalEndPoint(SocketOf(instance));

    /// <summary>The peer's address, also after the connection is over; null where it has none: type data <c>RemoteEndPoint</c>.</summary>
    public static object? RemoteEndPoint(PSObject instance)
    {
        SocketRecord record = SocketOf(instance);
        return SocketTransport.Quiet.RemoteEndPoint(record) ?? record.FormerPeer;
    }

    /// <summary>What is known of its TLS session, null on a plain socket: type data <c>Tls</c>.</summary>
    public static object? Tls(PSObject instance) => SocketRecord.Of(SocketOf(instance)).Tls;

    /// <summary>A certificate in a few words; null where there is none.</summary>
    public static string? Certificate(object? certificate) => SavedValue.Unwrap(certificate) switch
    {
        null => null,
        X509Certificate2 known => PrintableText.From(CertificateText.Describe(known)),
        object saved => PrintableText.From($"{saved}"),
    };

    /// <summary>The type as tables show it: <c>TLS</c> for a protected stream, <c>Datagram</c>.</summary>
    public static string Shape(object? type, object? tls) => tls is null ? TypeName(type) : "TLS";

    /// <summary>A type as the cmdlets name it: <c>Datagram</c>.</summary>
    public static string TypeName(object? type) => SavedValue.Of<SocketType>(type) is SocketType known ? SocketNameTables.Types.FriendlyName(known) : string.Empty;

    /// <summary>One line: <c>IPv6 Datagram Bound [::1]:55555</c>.</summary>
    internal static string Describe(SocketRecord record)
    {
        string line = $"{SocketNameTables.Families.FriendlyName(record.Socket.AddressFamily)} {SocketNameTables.Types.FriendlyName(record.Socket.SocketType)} {SocketTransport.Quiet.State(record)}";
        EndPoint? local = SocketTransport.Quiet.LocalEndPoint(record);
        EndPoint? remote = SocketTransport.Quiet.RemoteEndPoint(record);
        line = local is null ? line : $"{line} {EndPointText.Describe(local)}";
        return remote is null ? line : $"{line} -> {EndPointText.Describe(remote)}";
    }

    private static Socket SocketOf(PSObject instance)
    {
        ArgumentNullException.ThrowIfNull(instance);
        return (Socket)instance.BaseObject;
    }
}
