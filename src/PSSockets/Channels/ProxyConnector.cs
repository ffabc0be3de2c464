using System.Net;
using System.Net.Sockets;
using PSSockets.Addresses;
using PSSockets.Errors;
using PSSockets.Sockets;
using PSSockets.Waiting;

namespace PSSockets.Channels;

/// <summary>Connects through a proxy.</summary>
/// <param name="transport">The system.</param>
/// <param name="proxy">The proxy.</param>
/// <param name="create">Makes the socket for an address of the proxy.</param>
/// <param name="limit">The limit that the deadline is of, for messages.</param>
internal sealed class ProxyConnector(ISocketTransport transport, Proxy proxy, Func<EndPoint, Socket> create, TimeLimit limit = default)
{
    /// <summary>A stream to the target: what is written to it from now on arrives there.</summary>
    /// <exception cref="SocketCallException">The proxy cannot be reached, or does not answer in time.</exception>
    /// <exception cref="SocketInputException">The proxy refuses, or does not speak its protocol.</exception>
    public Socket Connect(EndPoint target, Deadline deadline)
    {
        if (target is not (DnsEndPoint or IPEndPoint))
        {
            throw new SocketInputException(ErrorIds.InvalidEndPoint, $"connect {EndPointText.Describe(target)}: a proxy does not lead to UNIX sockets", "Leave -Proxy out.", target);
        }

        if (target is WildcardEndPoint)
        {
            throw new SocketInputException(ErrorIds.InvalidEndPoint, $"connect {EndPointText.Describe(target)}: the host is missing, and what the proxy would take for it is not known", "Write HOST:PORT.", target);
        }

        IReadOnlyList<EndPoint> names = Names(target, deadline);
        IReadOnlyList<EndPoint> proxies = EndPointResolver.All(proxy.EndPoint, transport.Stop, deadline);
        for (int index = 0; ; index++)
        {
            try
            {
                return Connect(names[index], target, proxies, deadline);
            }
            catch (SocketInputException failure) when (index + 1 < names.Count && failure.ErrorId is ErrorIds.ProxyConnectionRefused
                or ErrorIds.ProxyHostUnreachable or ErrorIds.ProxyNetworkUnreachable or ErrorIds.ProxyRefused or ErrorIds.ProxyNotSupported)
            {
                // The target has another address.
            }
        }
    }

    // What the proxy is told.
    private IReadOnlyList<EndPoint> Names(EndPoint target, Deadline deadline)
    {
        if (proxy.TakesNames && target is DnsEndPoint)
        {
            return [target];
        }

        IReadOnlyList<EndPoint> all = EndPointResolver.All(target, transport.Stop, deadline);
        if (proxy.Kind is not (ProxyKind.Socks4 or ProxyKind.Socks4a))
        {
            return all;
        }

        IReadOnlyList<EndPoint> usable = [.. all.Where(static address => address.AddressFamily == AddressFamily.InterNetwork)];
        return usable.Count > 0 ? usable : throw new SocketInputException(
            ErrorIds.ProxyNotSupported, $"connect {EndPointText.Describe(target)} through {proxy.Text}: SOCKS4 carries IPv4 addresses alone", "Use socks5:// or socks4a:// with a name.", target);
    }

    private Socket Connect(EndPoint name, EndPoint target, IReadOnlyList<EndPoint> proxies, Deadline deadline)
    {
        Socket? socket = null;
        bool isDone = false;
        try
        {
            socket = Connector.ConnectFirst(transport, proxies, create, proxy.EndPoint, deadline, limit);
            SocketRecord record = socket;
            new ProxyHandshake(transport, record, proxy, name, target, limit).Run(deadline);
            record.HostName = target is DnsEndPoint named ? named.Host : new IPAddress(((IPEndPoint)target).Address.GetAddressBytes()).ToString();
            isDone = true;
            return socket;
        }
        catch (SocketCallException failure)
        {
            string detail = $"{EndPointText.Describe(target)} through {proxy.Text}";
            throw new SocketCallException(failure.Call, failure.Address, failure.Error, target, failure.Detail is null ? $"for {detail}" : $"{failure.Detail}, for {detail}");
        }
        finally
        {
            if (!isDone)
            {
                socket?.Dispose();
            }
        }
    }
}
