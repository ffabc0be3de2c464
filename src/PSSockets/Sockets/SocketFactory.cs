using System.Net.Sockets;
using PSSockets.Errors;

namespace PSSockets.Sockets;

/// <summary>Makes sockets as the module's users expect them.</summary>
internal static class SocketFactory
{
    /// <summary>A new socket; an IPv6 socket is IPv6 alone unless <paramref name="dualMode"/>.</summary>
    /// <exception cref="SocketCallException">The system refuses it.</exception>
    public static Socket Create(
        ISocketTransport transport, AddressFamily family, SocketType type, ProtocolType protocol = ProtocolType.Unspecified, bool dualMode = false)
    {
        CheckType("socket", family, type);
        Socket socket = transport.Open(family, type, protocol == ProtocolType.Unspecified ? ProtocolOf(family, type) : protocol);
        try
        {
            SocketRecord record = socket;
            record.OwnerHasTimestamps = false;
            if (dualMode)
            {
                transport.SetDualMode(record);
            }

            transport.EnableReceiveInformation(record);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>Two UNIX sockets that are connected with each other.</summary>
    public static (Socket First, Socket Second) CreatePair(ISocketTransport transport, SocketType type)
    {
        CheckType("socketpair", AddressFamily.Unix, type);
        (Socket first, Socket second) = transport.OpenPair(type);
        transport.EnableReceiveInformation(first);
        transport.EnableReceiveInformation(second);
        return (first, second);
    }

    /// <summary>The arguments of socket(2).</summary>
    public static string Describe(AddressFamily family, SocketType type) => $"{EndPointText.FamilyOf(family)} {EndPointText.TypeOf(type)}";

    /// <summary>The protocol that a family has for a type.</summary>
    private static ProtocolType ProtocolOf(AddressFamily family, SocketType type) => (family, type) switch
    {
        (AddressFamily.InterNetwork or AddressFamily.InterNetworkV6, SocketType.Dgram) => ProtocolType.Udp,
        (AddressFamily.InterNetwork or AddressFamily.InterNetworkV6, SocketType.Stream) => ProtocolType.Tcp,
        (AddressFamily.InterNetwork, SocketType.Raw) => ProtocolType.Icmp,
        (AddressFamily.InterNetworkV6, SocketType.Raw) => ProtocolType.IcmpV6,
        _ => ProtocolType.Unspecified,
    };

    private static void CheckType(string call, AddressFamily family, SocketType type)
    {
        // Linux would silently make a datagram socket of it.
        if (family == AddressFamily.Unix && type == SocketType.Raw)
        {
            throw CallFailure.Of(call, Describe(family, type), SocketError.SocketNotSupported, null);
        }
    }
}
