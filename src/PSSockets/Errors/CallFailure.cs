using System.Net;
using System.Net.Sockets;
using PSSockets.Native;

namespace PSSockets.Errors;

/// <summary>Makes the exceptions of calls that failed: with the C name of the call, its address and its errno.</summary>
internal static class CallFailure
{
    // Names the program that has a port.
    private static readonly string s_portLister = SystemNumbers.Pick("ss -anp", "lsof -nP -i", "netstat -ano");

    /// <summary>The failure that a system call left in errno.</summary>
    public static SocketCallException Of(string call, object? address, int errno, object? target) =>
        Of(call, address, ErrnoTable.FromNumber(errno), target, null);

    /// <summary>The failure that .NET names <paramref name="error"/>, with what was waited for.</summary>
    public static SocketCallException Of(string call, object? address, SocketError error, object? target, string? detail = null) =>
        Of(call, address, ErrnoTable.FromSocketError(error), target, detail);

    /// <summary>The error of a call on a closed socket.</summary>
    public static SocketInputException Closed(string call, Socket socket)
    {
        SocketErrorInfo badDescriptor = ErrnoTable.FromName("EBADF")!;
        return new SocketInputException(ErrorIds.SocketClosed, $"{call}: {badDescriptor}: the socket is closed", badDescriptor.RecommendedAction, socket);
    }

    /// <summary>The error of something that this operating system lacks.</summary>
    public static SocketInputException NotSupported(string call, string what, object? target) =>
        new(ErrorIds.NotSupported, $"{call}: {what}", "Use another kind of socket or address on this operating system.", target);

    /// <summary>The failure of a known error, with what was waited for. An address that is good in one network only, and does not say in which, is told so; and a taken port that clients have too.</summary>
    public static SocketCallException Of(string call, object? address, SocketErrorInfo error, object? target, string? detail = null)
    {
        if (error.SocketError is SocketError.InvalidArgument or SocketError.AddressNotAvailable or SocketError.NetworkUnreachable
            && address is IPEndPoint { Address: { IsIPv6LinkLocal: true, ScopeId: 0 } } linkLocal)
        {
            string withInterface = $"[{linkLocal.Address}%eth0]:{linkLocal.Port}";
            detail ??= $"a link-local address needs its interface, as in {withInterface}";
            error = WithAction(error, $"Write {withInterface}, with the interface through which the peer is reached: every network has link-local addresses.");
        }
        else if (call == "bind" && error.SocketError == SocketError.AddressAlreadyInUse && address is IPEndPoint { Port: int port }
            && ClientPorts.Range() is var (first, last) && port >= first && port <= last)
        {
            error = WithAction(
                error, $"Choose another port, or port 0 for a free one; Get-Socket shows whether this session holds it. Clients get theirs from port {first} on, so a connection of any program may have this one: {s_portLister} tells.");
        }

        return new SocketCallException(call, EndPointText.Describe(address), error, target, detail);
    }

    private static SocketErrorInfo WithAction(SocketErrorInfo error, string action) => new(error.Number, error.Name, error.SocketError, error.Message, action);
}
