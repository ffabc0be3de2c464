using System.Net;
using System.Net.Sockets;
using PSSockets.Sockets;
using PSSockets.Transport;
using PSSockets.Waiting;

namespace PSSockets.UnitTests;

public sealed class DatagramPeerTests : IDisposable
{
    private readonly StopSignal _stop = new();
    private readonly TestDirectory _directory = new();

    public void Dispose()
    {
        _directory.Dispose();
        _stop.Dispose();
    }

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("::1")]
    [Trait("Windows", "Windows cannot dissolve the association of a datagram socket")]
    public void ASocketForgetsItsPeerAndHearsEverybody(string address)
    {
        IPAddress loopback = IPAddress.Parse(address);
        using Socket socket = Own(loopback);
        using Socket peer = TestSockets.Bound(loopback);
        using Socket stranger = TestSockets.Bound(loopback);
        ForgetsAndHears(socket, peer, stranger, SocketTransport.Quiet.LocalEndPoint(socket)!);
        Assert.Equal(SocketState.Bound, SocketTransport.Quiet.State(socket));
    }

    [Fact]
    [Trait("Windows", "Windows cannot dissolve the association of a datagram socket")]
    public void ASocketWithAPortOfItsOwnChoiceForgetsItsPeerAndHearsEverybody()
    {
        // The kernel keeps a port that was asked for by number, and gives one back that it picked itself.
        using Socket socket = SocketFactory.Create(SocketTransport.Quiet, AddressFamily.InterNetwork, SocketType.Dgram);
        using Socket peer = TestSockets.Bound(IPAddress.Loopback);
        using Socket stranger = TestSockets.Bound(IPAddress.Loopback);
        EndPoint free;
        using (Socket holder = TestSockets.Bound(IPAddress.Loopback))
        {
            free = holder.LocalEndPoint!;
        }

        SocketTransport.Quiet.Bind(socket, free);
        ForgetsAndHears(socket, peer, stranger, free);
    }

    [Fact]
    [Trait("Windows", "Windows cannot dissolve the association of a datagram socket")]
    public void ASocketBoundElsewhereForgetsItsPeerAndHearsEverybody()
    {
        using Socket socket = TestSockets.Bound(IPAddress.Loopback);
        using Socket peer = TestSockets.Bound(IPAddress.Loopback);
        using Socket stranger = TestSockets.Bound(IPAddress.Loopback);
        ForgetsAndHears(socket, peer, stranger, SocketTransport.Quiet.LocalEndPoint(socket)!);
    }

    [Fact]
    [Trait("Windows", "Windows has no UNIX datagram sockets")]
    public void AUnixSocketForgetsItsPeerAndHearsEverybody()
    {
        using Socket socket = TestSockets.Bound(_directory.Socket("own"));
        using Socket peer = TestSockets.Bound(_directory.Socket("peer"));
        using Socket stranger = TestSockets.Bound(_directory.Socket("stranger"));
        ForgetsAndHears(socket, peer, stranger, _directory.Socket("own"));
    }

    [Fact]
    [Trait("Windows", "Windows cannot dissolve the association of a datagram socket")]
    public void ADualModeSocketForgetsAnIPv4Peer()
    {
        using Socket socket = Own(IPAddress.IPv6Any, dualMode: true);
        using Socket peer = TestSockets.Bound(IPAddress.Loopback);
        int port = ((IPEndPoint)SocketTransport.Quiet.LocalEndPoint(socket)!).Port;
        socket.Connect(peer.LocalEndPoint!);
        Assert.True(SocketTransport.Quiet.IsConnected(socket));
        SocketTransport.Quiet.Dissolve(socket);
        Assert.False(SocketTransport.Quiet.IsConnected(socket));
        Assert.Equal(new IPEndPoint(IPAddress.IPv6Any, port), SocketTransport.Quiet.LocalEndPoint(socket));
    }

    [Fact]
    [Trait("Windows", "Windows cannot dissolve the association of a datagram socket")]
    public void ItsOwnPortStaysWhenItWasBoundToAnyAddress()
    {
        using Socket socket = Own(IPAddress.Any);
        using Socket peer = TestSockets.Bound(IPAddress.Loopback);
        EndPoint own = SocketTransport.Quiet.LocalEndPoint(socket)!;
        socket.Connect(peer.LocalEndPoint!);
        SocketTransport.Quiet.Dissolve(socket);
        Assert.Equal(own, SocketTransport.Quiet.LocalEndPoint(socket));
    }

    [Theory]
    [ClassData(typeof(Engines))]
    [Trait("Windows", "Windows cannot dissolve the association of a datagram socket")]
    public void CanBeConnectedAgain(EngineKind kind)
    {
        using ISocketTransport engine = TestSockets.Engine(kind, _stop);
        using Socket socket = TestSockets.Bound(IPAddress.Loopback);
        using Socket first = TestSockets.Bound(IPAddress.Loopback);
        using Socket second = TestSockets.Bound(IPAddress.Loopback);
        foreach (Socket peer in new[] { first, second, first })
        {
            TestSockets.Connect(engine, socket, peer.LocalEndPoint!);
            Assert.Equal(peer.LocalEndPoint, SocketTransport.Quiet.RemoteEndPoint(socket));
            TestSockets.Send(engine, socket, TestSockets.To(null, "hello"));
            Assert.Equal("hello", TestSockets.Hear(peer));
            SocketTransport.Quiet.Dissolve(socket);
            Assert.Null(SocketTransport.Quiet.RemoteEndPoint(socket));
            (_, SocketCallException failure) = Assert.Single(TestSockets.Failures(engine, socket, Deadline.Never, TestSockets.To(null, "nobody")));
            Assert.Equal(SocketError.DestinationAddressRequired, failure.SocketErrorCode);
        }
    }

    [Fact]
    [Trait("Windows", "Windows cannot dissolve the association of a datagram socket")]
    public void DotNetCanConnectItAgain()
    {
        using Socket socket = TestSockets.Bound(IPAddress.Loopback);
        using Socket peer = TestSockets.Bound(IPAddress.Loopback);
        socket.Connect(peer.LocalEndPoint!);
        SocketTransport.Quiet.Dissolve(socket);
        socket.Connect(peer.LocalEndPoint!);
        socket.Send("hello"u8.ToArray());
        Assert.Equal("hello", TestSockets.Hear(peer));
    }

    [Fact]
    [Trait("Windows", "Windows cannot dissolve the association of a datagram socket")]
    public void ASocketThatWasNeverBoundKeepsThePortOfItsConnect()
    {
        using Socket socket = SocketFactory.Create(SocketTransport.Quiet, AddressFamily.InterNetwork, SocketType.Dgram);
        using Socket peer = TestSockets.Bound(IPAddress.Loopback);
        socket.Connect(peer.LocalEndPoint!);
        int port = ((IPEndPoint)SocketTransport.Quiet.LocalEndPoint(socket)!).Port;
        SocketTransport.Quiet.Dissolve(socket);
        Assert.Equal(SocketState.Bound, SocketTransport.Quiet.State(socket));
        Assert.Equal(new IPEndPoint(IPAddress.Any, port), SocketTransport.Quiet.LocalEndPoint(socket));
    }

    [Fact]
    public void WithoutAPeerThereIsNothingToDissolve()
    {
        using Socket socket = TestSockets.Bound(IPAddress.Loopback);
        SocketCallException exception = Assert.Throws<SocketCallException>(() => SocketTransport.Quiet.Dissolve(socket));
        Assert.Equal(TestSockets.Here("connect AF_UNSPEC: ENOTCONN (107) Transport endpoint is not connected"), exception.Message);
        Assert.Same(socket, exception.Target);
    }

    [Fact]
    public void AClosedSocketIsSocketClosed()
    {
        Socket socket = TestSockets.Bound(IPAddress.Loopback);
        socket.Dispose();
        Assert.Equal("SocketClosed", Assert.Throws<SocketInputException>(() => SocketTransport.Quiet.Dissolve(socket)).ErrorId);
    }

    // As Register-SocketAddress binds it.
    private static Socket Own(IPAddress address, bool dualMode = false)
    {
        Socket socket = SocketFactory.Create(SocketTransport.Quiet, address.AddressFamily, SocketType.Dgram, dualMode: dualMode);
        SocketTransport.Quiet.Bind(socket, new IPEndPoint(address, 0));
        return socket;
    }

    private static void ForgetsAndHears(Socket socket, Socket peer, Socket stranger, EndPoint own)
    {
        socket.Connect(peer.LocalEndPoint!);
        Assert.Equal(SocketState.Connected, SocketTransport.Quiet.State(socket));
        SocketTransport.Quiet.Dissolve(socket);
        Assert.Null(SocketTransport.Quiet.RemoteEndPoint(socket));
        Assert.False(SocketTransport.Quiet.IsConnected(socket));
        Assert.Equal(own, SocketTransport.Quiet.LocalEndPoint(socket));
        stranger.SendTo("stranger"u8.ToArray(), own);
        Assert.Equal("stranger", TestSockets.Hear(socket));
    }
}
