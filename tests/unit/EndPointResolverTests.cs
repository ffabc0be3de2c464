using System.Net;
using System.Net.Sockets;
using PSSockets.Addresses;
using PSSockets.Sockets;
using PSSockets.Transport;
using PSSockets.Waiting;

namespace PSSockets.UnitTests;

public sealed class EndPointResolverTests : IDisposable
{
    private readonly StopSignal _stop = new();

    public void Dispose() => _stop.Dispose();

    [Fact]
    [Trait("Wine", "Wine 8 has no AF_UNIX")]
    public void AnAddressIsItself()
    {
        IPEndPoint address = new(IPAddress.Loopback, 53);
        UnixDomainSocketEndPoint path = new("/x");
        Assert.Same(address, Assert.Single(EndPointResolver.All(address, _stop)));
        Assert.Same(path, Assert.Single(EndPointResolver.All(path, _stop)));
    }

    [Fact]
    public void LocalhostIsLoopback()
    {
        IReadOnlyList<EndPoint> all = EndPointResolver.All(new DnsEndPoint("localhost", 53), _stop);
        Assert.NotEmpty(all);
        Assert.All(all, endPoint =>
        {
            IPEndPoint address = Assert.IsType<IPEndPoint>(endPoint);
            Assert.True(IPAddress.IsLoopback(address.Address));
            Assert.Equal(53, address.Port);
        });
    }

    [Fact]
    public void ANameMayHaveAFamily()
    {
        IReadOnlyList<EndPoint> all = EndPointResolver.All(new DnsEndPoint("localhost", 53, AddressFamily.InterNetwork), _stop);
        Assert.All(all, endPoint => Assert.Equal(AddressFamily.InterNetwork, endPoint.AddressFamily));
        Assert.Contains(new IPEndPoint(IPAddress.Loopback, 53), all);
    }

    [Fact]
    public void TheFamiliesTakeTurns()
    {
        AddressFamily[] families = [.. EndPointResolver.All(new DnsEndPoint("localhost", 53), _stop).Select(endPoint => endPoint.AddressFamily)];
        int others = families.Count(family => family != families[0]);
        for (int index = 1; index < 2 * Math.Min(others, families.Length - others); index++)
        {
            Assert.NotEqual(families[index - 1], families[index]);
        }
    }

    [Fact]
    public void AStopEndsTheLookUp()
    {
        _stop.Set();
        Assert.ThrowsAny<OperationCanceledException>(() => EndPointResolver.All(new DnsEndPoint("localhost", 53), _stop));
    }

    [Theory]
    [InlineData(AddressFamily.InterNetwork, false, "127.0.0.1", "127.0.0.1")]
    [InlineData(AddressFamily.InterNetwork, false, "::", "0.0.0.0")]
    [InlineData(AddressFamily.InterNetwork, false, "::ffff:127.0.0.1", "127.0.0.1")]
    [InlineData(AddressFamily.InterNetworkV6, false, "::1", "::1")]
    [InlineData(AddressFamily.InterNetworkV6, false, "::", "::")]
    [InlineData(AddressFamily.InterNetworkV6, true, "::", "::")]
    [InlineData(AddressFamily.InterNetworkV6, true, "127.0.0.1", "::ffff:127.0.0.1")]
    [InlineData(AddressFamily.InterNetworkV6, true, "0.0.0.0", "::ffff:0.0.0.0")]
    public void AnAddressIsMadeOneOfTheSocketsFamily(AddressFamily family, bool dualMode, string address, string expected)
    {
        using Socket socket = SocketFactory.Create(SocketTransport.Quiet, family, SocketType.Dgram, dualMode: dualMode);
        EndPoint own = UsableAddress.FirstFor(socket, new IPEndPoint(IPAddress.Parse(address), 53), "connect", _stop);
        Assert.Equal(new IPEndPoint(IPAddress.Parse(expected), 53), own);
    }

    [Theory]
    [InlineData(AddressFamily.InterNetwork, "::1")]
    [InlineData(AddressFamily.InterNetworkV6, "127.0.0.1")]
    [InlineData(AddressFamily.InterNetworkV6, "0.0.0.0")]
    [InlineData(AddressFamily.Unix, "127.0.0.1")]
    [Trait("Windows", "Windows has no UNIX datagram sockets")]
    public void AnAddressOfAnotherFamilyIsRefused(AddressFamily family, string address)
    {
        using Socket socket = SocketFactory.Create(SocketTransport.Quiet, family, SocketType.Dgram);
        IPEndPoint endPoint = new(IPAddress.Parse(address), 53);
        SocketCallException exception = Assert.Throws<SocketCallException>(() => UsableAddress.AllFor(socket, endPoint, "connect", _stop));
        Assert.Equal(TestSockets.Here($"connect {endPoint}: EAFNOSUPPORT (97) Address family not supported by protocol"), exception.Message);
        Assert.Same(socket, exception.Target);
    }

    [Fact]
    [Trait("Wine", "Wine 8 has no AF_UNIX")]
    public void APathForAnInternetSocketIsRefused()
    {
        using Socket socket = SocketFactory.Create(SocketTransport.Quiet, AddressFamily.InterNetworkV6, SocketType.Dgram, dualMode: true);
        SocketCallException exception = Assert.Throws<SocketCallException>(() =>
            UsableAddress.FirstFor(socket, new UnixDomainSocketEndPoint("/x"), "sendto", _stop));
        Assert.Equal(TestSockets.Here("sendto /x: EAFNOSUPPORT (97) Address family not supported by protocol"), exception.Message);
    }

    [Fact]
    public void OfANameOnlyWhatTheSocketCanUseIsLeft()
    {
        using Socket socket = SocketFactory.Create(SocketTransport.Quiet, AddressFamily.InterNetwork, SocketType.Dgram);
        IReadOnlyList<EndPoint> all = UsableAddress.AllFor(socket, new DnsEndPoint("localhost", 53), "connect", _stop);
        Assert.Contains(new IPEndPoint(IPAddress.Loopback, 53), all);
        Assert.All(all, endPoint => Assert.Equal(AddressFamily.InterNetwork, endPoint.AddressFamily));
    }

    [Fact]
    public void AClosedSocketIsSocketClosed()
    {
        Socket socket = SocketFactory.Create(SocketTransport.Quiet, AddressFamily.InterNetwork, SocketType.Dgram);
        socket.Dispose();
        SocketInputException exception = Assert.Throws<SocketInputException>(() =>
            UsableAddress.AllFor(socket, new IPEndPoint(IPAddress.Loopback, 53), "connect", _stop));
        Assert.Equal("SocketClosed", exception.ErrorId);
    }
}
