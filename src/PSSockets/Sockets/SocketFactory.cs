using System.Net.Sockets;
using System.Runtime.InteropServices;
using PSSockets.Addressing;
using PSSockets.Errors;
using PSSockets.Interop;

namespace PSSockets.Sockets;

/// <summary>Makes sockets: socket(2), socketpair(2).</summary>
internal static class SocketFactory
{
    /// <summary>A new socket; an IPv6 socket is IPv6 alone unless <paramref name="dualMode"/>.</summary>
    /// <exception cref="SocketCallException">The system refuses it.</exception>
    public static Socket Create(AddressFamily family, SocketType type, ProtocolType protocol = ProtocolType.Unspecified, bool dualMode = false)
    {
        CheckType("socket", family, type);
        Socket socket = SystemCall.Invoke("socket", null, NameOf(family, type), () => new Socket(family, type, protocol == ProtocolType.Unspecified ? ProtocolOf(family, type) : protocol));
        try
        {
            if (dualMode)
            {
                SystemCall.Invoke("setsockopt", socket, "IPV6_V6ONLY", () => socket.DualMode = true);
            }

            SocketOptions.EnableReceiveInformation(socket);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>Two UNIX sockets that are connected with each other.</summary>
    public static (Socket First, Socket Second) CreatePair(SocketType type)
    {
        if (OperatingSystem.IsWindows())
        {
            throw SystemCall.NotSupported("socketpair", "Windows has no socket pairs", null);
        }

        CheckType("socketpair", AddressFamily.Unix, type);
        (SafeSocketHandle First, SafeSocketHandle Second) handles = SocketCalls.MakePair((int)type)
            ?? throw SystemCall.Failure("socketpair", NameOf(AddressFamily.Unix, type), Marshal.GetLastPInvokeError(), null);
        Socket first = new(handles.First);
        try
        {
            Socket second = new(handles.Second);
            SocketOptions.EnableReceiveInformation(first);
            SocketOptions.EnableReceiveInformation(second);
            return (first, second);
        }
        catch
        {
            first.Dispose();
            handles.Second.Dispose();
            throw;
        }
    }

    /// <summary>The call as a reader of socket(2) knows it.</summary>
    public static string DescribeCall(Socket socket) =>
        $"socket({EndPointText.FamilyOf(socket.AddressFamily)}, {EndPointText.TypeOf(socket.SocketType)}, {EndPointText.ProtocolOf(socket.ProtocolType)}) = {SocketDescriptor.Of(socket).DangerousGetHandle()}";

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
        if (type == SocketType.Seqpacket && OperatingSystem.IsWindows())
        {
            throw SystemCall.NotSupported(call, "Windows has no SeqPacket sockets", null);
        }

        // Linux would silently make a datagram socket of it.
        if (family == AddressFamily.Unix && type == SocketType.Raw)
        {
            throw SystemCall.Failure(call, NameOf(family, type), SocketError.SocketNotSupported, null);
        }
    }

    private static string NameOf(AddressFamily family, SocketType type) => $"{EndPointText.FamilyOf(family)} {EndPointText.TypeOf(type)}";
}
