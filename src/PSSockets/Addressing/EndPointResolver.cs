using System.Net;
using System.Net.Sockets;
using PSSockets.Errors;
using PSSockets.Sockets;

namespace PSSockets.Addressing;

/// <summary>From the end point that a user named to addresses that a socket can use: getaddrinfo(3).</summary>
internal static class EndPointResolver
{
    /// <summary>Every address of an end point, names looked up, the families in turn (RFC 8305 section 4).</summary>
    /// <exception cref="SocketCallException">The name is not known, or was not found in time.</exception>
    /// <exception cref="OperationCanceledException">The pipeline is to stop.</exception>
    public static IReadOnlyList<EndPoint> All(EndPoint endPoint, StopSignal stop, Deadline deadline = default)
    {
        if (endPoint is not DnsEndPoint name)
        {
            return [endPoint];
        }

        IPAddress[] addresses = SystemCall.Invoke("getaddrinfo", null, name, () => LookUp(name, stop, deadline));
        return addresses.Length > 0
            ? [.. InTurn(addresses).Select(address => new IPEndPoint(address, name.Port))]
            : throw SystemCall.Failure("getaddrinfo", name, SocketError.NoData, name);
    }

    /// <summary>Every address of an end point that this socket can use, in the socket's own family.</summary>
    /// <exception cref="SocketCallException">The name is not known, or the socket's family is another (<c>AddressFamilyNotSupported</c>).</exception>
    /// <exception cref="SocketInputException"><c>SocketClosed</c>.</exception>
    public static IReadOnlyList<EndPoint> AllFor(Socket socket, EndPoint endPoint, string call, StopSignal stop, Deadline deadline = default)
    {
        List<EndPoint> usable = [];
        foreach (EndPoint candidate in All(endPoint, stop, deadline))
        {
            if (ForFamily(socket, candidate, call) is EndPoint own)
            {
                usable.Add(own);
            }
        }

        return usable.Count > 0 ? usable : throw SystemCall.Failure(call, endPoint, SocketError.AddressFamilyNotSupported, socket);
    }

    /// <summary>The best address of an end point that this socket can use.</summary>
    /// <inheritdoc cref="AllFor" />
    public static EndPoint FirstFor(Socket socket, EndPoint endPoint, string call, StopSignal stop) => AllFor(socket, endPoint, call, stop)[0];

    private static IPAddress[] LookUp(DnsEndPoint name, StopSignal stop, Deadline deadline)
    {
        try
        {
            // The look-up itself cannot be stopped everywhere, so only the wait for it ends.
            return Dns.GetHostAddressesAsync(name.Host, name.AddressFamily, stop.Token).WaitAsync(deadline.Remaining, stop.Token).GetAwaiter().GetResult();
        }
        catch (TimeoutException)
        {
            throw SystemCall.Failure("getaddrinfo", name, SocketError.TimedOut, name);
        }
    }

    private static EndPoint? ForFamily(Socket socket, EndPoint endPoint, string call)
    {
        if (SocketNames.IsClosed(socket))
        {
            throw SystemCall.Closed(call, socket);
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
            AddressFamily.InterNetworkV6 when SystemCall.Invoke(call, socket, endPoint, () => socket.DualMode) => new IPEndPoint(address.MapToIPv6(), port),
            _ => null,
        };
    }

    private static IEnumerable<IPAddress> InTurn(IPAddress[] addresses)
    {
        AddressFamily first = addresses[0].AddressFamily;
        IPAddress[] preferred = Array.FindAll(addresses, address => address.AddressFamily == first);
        IPAddress[] others = Array.FindAll(addresses, address => address.AddressFamily != first);
        for (int index = 0; index < Math.Max(preferred.Length, others.Length); index++)
        {
            if (index < preferred.Length)
            {
                yield return preferred[index];
            }

            if (index < others.Length)
            {
                yield return others[index];
            }
        }
    }
}
