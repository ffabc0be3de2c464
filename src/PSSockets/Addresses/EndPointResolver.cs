using System.Net;
using System.Net.Sockets;
using PSSockets.Errors;
using PSSockets.Waiting;

namespace PSSockets.Addresses;

/// <summary>From the end point that a user named to its addresses: getaddrinfo(3).</summary>
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

        Task<IReadOnlyList<IPAddress>> lookUp = Begin(name, stop);
        try
        {
            // The look-up itself cannot be stopped everywhere, so only the wait for it ends.
            Task.WhenAny(lookUp).WaitAsync(deadline.Remaining, stop.Token).GetAwaiter().GetResult();
        }
        catch (TimeoutException)
        {
            throw CallFailure.Of("getaddrinfo", name, SocketError.TimedOut, name);
        }

        return Finish(name, lookUp);
    }

    /// <summary>Begins to look a name up, beside whatever else is going on.</summary>
    public static async Task<IReadOnlyList<IPAddress>> Begin(DnsEndPoint name, StopSignal stop) =>
        await Dns.GetHostAddressesAsync(name.Host, name.AddressFamily, stop.Token).ConfigureAwait(false);

    /// <summary>What a look-up that is over has found, with the port of the end point.</summary>
    /// <exception cref="SocketCallException">The name is not known.</exception>
    public static IReadOnlyList<EndPoint> Finish(DnsEndPoint name, Task<IReadOnlyList<IPAddress>> lookUp)
    {
        IPAddress[] addresses = [.. DotNetCall.Invoke("getaddrinfo", null, name, () => lookUp.GetAwaiter().GetResult())];
        return addresses.Length > 0
            ? [.. InTurn(addresses).Select(address => new IPEndPoint(address, name.Port))]
            : throw CallFailure.Of("getaddrinfo", name, SocketError.NoData, name);
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
