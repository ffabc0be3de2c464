using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using PSSockets.Sockets;
using PSSockets.Transport;

namespace PSSockets.UnitTests;

public sealed partial class SocketQuestionsTests : IDisposable
{
    private readonly TestDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Theory]
    [InlineData(AddressFamily.InterNetwork, SocketType.Dgram)]
    [InlineData(AddressFamily.InterNetworkV6, SocketType.Dgram)]
    [InlineData(AddressFamily.Unix, SocketType.Dgram)]
    [InlineData(AddressFamily.InterNetwork, SocketType.Stream)]
    [InlineData(AddressFamily.InterNetworkV6, SocketType.Stream)]
    [InlineData(AddressFamily.Unix, SocketType.Stream)]
    [Trait("Windows", "Windows has no UNIX datagram sockets")]
    public void ANewSocketHasNoAddresses(AddressFamily family, SocketType type)
    {
        using Socket socket = SocketFactory.Create(SocketTransport.Quiet, family, type);
        Check(socket, SocketState.New, null, null);
    }

    [Fact]
    public void AClosedSocketHasNoAddresses()
    {
        using Socket listener = TestSockets.Listening();
        Socket connected = TestSockets.Stream(listener.LocalEndPoint!);
        connected.Connect(listener.LocalEndPoint!);
        connected.Dispose();
        listener.Dispose();
        Check(connected, SocketState.Closed, null, null);
        Check(listener, SocketState.Closed, null, null);
        Assert.True(SocketRecord.Of(listener).IsClosed);
    }

    [Fact]
    public void AListenerThatIsClosedMeanwhileIsClosed()
    {
        using BlockingCollection<Socket> closing = [];
        Background closer = Background.Run(() =>
        {
            foreach (Socket listener in closing.GetConsumingEnumerable())
            {
                listener.Dispose();
            }
        });
        for (int round = 0; round < 300; round++)
        {
            Socket listener = TestSockets.Listening();
            SocketRecord record = SocketRecord.Of(listener);
            closing.Add(listener);
            SocketState state;
            do
            {
                state = SocketTransport.Quiet.State(record);
                Assert.True(state is SocketState.Listening or SocketState.Closed, $"{state} in round {round}");
            }
            while (state == SocketState.Listening);
        }

        closing.CompleteAdding();
        closer.Join();
    }

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("::1")]
    [InlineData("0.0.0.0")]
    [InlineData("::")]
    public void ABoundDatagramSocket(string address)
    {
        using Socket socket = TestSockets.Bound(IPAddress.Parse(address));
        Check(socket, SocketState.Bound, socket.LocalEndPoint, null);
        Assert.Equal(IPAddress.Parse(address), Assert.IsType<IPEndPoint>(SocketTransport.Quiet.LocalEndPoint(socket)).Address);
    }

    [Fact]
    public void AStreamThroughItsLife()
    {
        EndPoint any = new IPEndPoint(IPAddress.IPv6Loopback, 0);
        using Socket listener = TestSockets.Stream(any);
        listener.Bind(any);
        Check(listener, SocketState.Bound, listener.LocalEndPoint, null);
        listener.Listen();
        Check(listener, SocketState.Listening, listener.LocalEndPoint, null);
        using Socket client = TestSockets.Stream(any);
        client.Connect(listener.LocalEndPoint!);
        using Socket server = listener.Accept();
        Check(client, SocketState.Connected, server.RemoteEndPoint, listener.LocalEndPoint);
        Check(server, SocketState.Connected, listener.LocalEndPoint, client.LocalEndPoint);
        Check(listener, SocketState.Listening, listener.LocalEndPoint, null);
    }

    [Fact]
    [Trait("Wine", "Wine 8 has no AF_UNIX")]
    public void AUnixStreamThroughItsLife()
    {
        UnixDomainSocketEndPoint path = _directory.Socket("l");
        using Socket listener = TestSockets.Stream(path);
        listener.Bind(path);
        Check(listener, SocketState.Bound, path, null);
        listener.Listen();
        Check(listener, SocketState.Listening, path, null);
        using Socket client = TestSockets.Stream(path);
        client.Connect(path);
        using Socket server = listener.Accept();
        Check(client, SocketState.Connected, null, path);
        Check(server, SocketState.Connected, path, null);
    }

    [Fact]
    [Trait("Windows", "only Linux has abstract names")]
    public void AnAbstractName()
    {
        UnixDomainSocketEndPoint name = TestSockets.AbstractName();
        using Socket socket = TestSockets.Bound(name);
        Check(socket, SocketState.Bound, name, null);
    }

    [Theory]
    [InlineData(SocketType.Dgram)]
    [InlineData(SocketType.Stream)]
    [InlineData(SocketType.Seqpacket)]
    [Trait("Windows", "Windows has no socket pairs")]
    public void APairIsConnectedWithoutNames(SocketType type)
    {
        (Socket first, Socket second) = SocketFactory.CreatePair(SocketTransport.Quiet, type);
        using (first)
        using (second)
        {
            Check(first, SocketState.Connected, null, null);
            Check(second, SocketState.Connected, null, null);
        }
    }

    [Fact]
    public void AConnectedDatagramSocket()
    {
        using Socket peer = TestSockets.Bound(IPAddress.Loopback);
        using Socket socket = SocketFactory.Create(SocketTransport.Quiet, AddressFamily.InterNetwork, SocketType.Dgram);
        socket.Connect(peer.LocalEndPoint!);
        Check(socket, SocketState.Connected, socket.LocalEndPoint, peer.LocalEndPoint);
    }

    [Fact]
    public void TheKernelIsAskedEachTime()
    {
        // .NET keeps the first peer of a datagram socket.
        using Socket first = TestSockets.Bound(IPAddress.Loopback);
        using Socket second = TestSockets.Bound(IPAddress.Loopback);
        using Socket socket = SocketFactory.Create(SocketTransport.Quiet, AddressFamily.InterNetwork, SocketType.Dgram);
        socket.Connect(first.LocalEndPoint!);
        Assert.Equal(first.LocalEndPoint, SocketTransport.Quiet.RemoteEndPoint(socket));
        socket.Connect(second.LocalEndPoint!);
        Assert.Equal(second.LocalEndPoint, SocketTransport.Quiet.RemoteEndPoint(socket));
    }

    [Fact]
    [Trait("Windows", "makes a socket by Linux's libc")]
    public void ASocketOfAnotherFamilyIsNoError()
    {
        const int Netlink = 16;
        const int Raw = 3;
        using SafeSocketHandle handle = new(MakeSocket(Netlink, Raw, 0), ownsHandle: true);
        using Socket socket = new(handle);
        Assert.Null(Record.Exception(() => SocketTransport.Quiet.LocalEndPoint(socket)));
        Assert.Null(Record.Exception(() => SocketTransport.Quiet.RemoteEndPoint(socket)));
        Assert.Null(Record.Exception(() => SocketTransport.Quiet.State(socket)));
    }

    private static void Check(Socket socket, SocketState state, EndPoint? local, EndPoint? remote)
    {
        Assert.Equal(state, SocketTransport.Quiet.State(socket));
        Assert.Equal(local, SocketTransport.Quiet.LocalEndPoint(socket));
        Assert.Equal(remote, SocketTransport.Quiet.RemoteEndPoint(socket));
        Assert.Equal(state == SocketState.Connected, SocketTransport.Quiet.IsConnected(socket));
        Assert.Equal(state == SocketState.Closed, SocketRecord.Of(socket).IsClosed);
    }

    [LibraryImport("libc", EntryPoint = "socket")]
    private static partial int MakeSocket(int family, int type, int protocol);
}
