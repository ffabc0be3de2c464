using System.Net;
using System.Net.Sockets;
using PSSockets.Sockets;
using PSSockets.Transport;
using PSSockets.Waiting;

namespace PSSockets.UnitTests;

/// <summary><see cref="TransportTests"/> on the system calls of Linux, and what only that engine can do.</summary>
[Trait("Windows", "Not run: the transport of Linux, which calls libc")]
public sealed class LinuxTransportTests() : TransportTests(EngineKind.Linux)
{
    [Fact]
    public void TheTimestampIsTheKernels()
    {
        using Socket receiver = TestSockets.Bound(IPAddress.Loopback);
        using Socket sender = TestSockets.Bound(IPAddress.Loopback);
        DateTimeOffset before = DateTimeOffset.UtcNow;
        sender.SendTo("hello"u8.ToArray(), receiver.LocalEndPoint!);
        DateTimeOffset after = DateTimeOffset.UtcNow;
        TestSockets.Pass(0.05);
        DateTimeOffset received = DateTimeOffset.UtcNow;
        DateTimeOffset stamp = Receive(receiver).Timestamp;

        // Both clocks are the system's, read within microseconds; a millisecond for what it may be set by meanwhile.
        Assert.InRange(stamp, before.AddMilliseconds(-1), after.AddMilliseconds(1));
        Assert.True(received - stamp > TimeSpan.FromMilliseconds(40));
    }

    [Fact]
    public void UnixDatagramsHaveATimestampToo()
    {
        using Socket receiver = TestSockets.Bound(Files.Socket("r"));
        using Socket sender = TestSockets.Bound(Files.Socket("s"));
        sender.SendTo("hello"u8.ToArray(), receiver.LocalEndPoint!);
        DateTimeOffset after = DateTimeOffset.UtcNow;
        TestSockets.Pass(0.05);
        Assert.True(Receive(receiver).Timestamp <= after.AddMilliseconds(1));
    }

    [Fact]
    public void WithoutReceiveInformationTheTimestampIsNow()
    {
        using Socket receiver = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        receiver.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        receiver.SendTo("hello"u8.ToArray(), receiver.LocalEndPoint!);
        Datagram datagram = Receive(receiver);
        Assert.InRange(datagram.Timestamp, DateTimeOffset.UtcNow.AddSeconds(-10), DateTimeOffset.UtcNow);
        Assert.Null(datagram.LocalAddress);
        Assert.Equal(0, datagram.InterfaceIndex);
    }

    [Fact]
    public void TheDescriptorStaysBlocking()
    {
        using Socket receiver = TestSockets.Bound(IPAddress.Loopback);
        using Socket sender = TestSockets.Bound(IPAddress.Loopback);
        using Socket listener = TestSockets.Listening();
        using Socket unixListener = TestSockets.Listening(Files.Socket("l"));
        using Socket refusing = TestSockets.Refusing();
        using FullListener full = new(Files.Socket("full"));
        using Socket stream = TestSockets.Stream(listener.LocalEndPoint!);
        using Socket refused = TestSockets.Stream(listener.LocalEndPoint!);
        using Socket unix = TestSockets.Stream(Files.Socket("l"));
        using Socket unixRefused = TestSockets.Stream(Files.Socket("l"));
        TestSockets.Send(Engine, sender, TestSockets.To(receiver.LocalEndPoint, "x"), TestSockets.To(receiver.LocalEndPoint, "y"));
        Receive(receiver);
        Receive(receiver);
        Assert.Null(Engine.Receive(receiver, TestSockets.Options(), Deadline.After(0.01)));
        Assert.False(Engine.Wait([receiver, sender], WaitFor.Read, new bool[2], Deadline.After(0.01)));
        TestSockets.Connect(Engine, sender, receiver.LocalEndPoint!);
        TestSockets.Connect(Engine, stream, listener.LocalEndPoint!);
        Assert.Throws<SocketCallException>(() => TestSockets.Connect(Engine, refused, refusing.LocalEndPoint!));
        GivenUp(unix, full.EndPoint);
        TestSockets.Connect(Engine, unix, unixListener.LocalEndPoint!);
        Assert.Throws<SocketCallException>(() => TestSockets.Connect(Engine, unixRefused, Files.Socket("missing")));
        Assert.All([receiver, sender, stream, refused, unix, unixRefused], socket => Assert.False(TestSockets.IsNonBlocking(socket)));
    }

    [Fact]
    public void ANonBlockingDescriptorStaysSo()
    {
        using Socket receiver = TestSockets.Bound(IPAddress.Loopback);
        using Socket listener = TestSockets.Listening();
        using Socket stream = TestSockets.Stream(listener.LocalEndPoint!);
        receiver.Blocking = false;
        stream.Blocking = false;
        Assert.Null(Engine.Receive(receiver, TestSockets.Options(), Deadline.After(0.01)));
        TestSockets.Connect(Engine, stream, listener.LocalEndPoint!);
        Assert.All([receiver, stream], socket =>
        {
            Assert.False(socket.Blocking);
            Assert.True(TestSockets.IsNonBlocking(socket));
        });
    }

    [Fact]
    public void ALongUnixDatagramIsWholeOrKnowsItsLength()
    {
        using Socket receiver = TestSockets.Bound(Files.Socket("r"));
        using Socket sender = TestSockets.Bound(Files.Socket("s"));
        byte[] data = Numbers(100_000);
        TestSockets.Send(Engine, sender, TestSockets.To(receiver.LocalEndPoint, data), TestSockets.To(receiver.LocalEndPoint, "next"));
        Assert.Equal(100_000, Receive(receiver, TestSockets.Options(peek: true)).Length);
        Assert.Equal(data, Receive(receiver, TestSockets.Options(200_000)).Data);
        Assert.Equal("next", Receive(receiver).Text);
    }

    [Fact]
    public void AfterAShutdownAReceiveIsAnError()
    {
        using Socket peer = TestSockets.Bound(IPAddress.Loopback);
        using Socket internet = TestSockets.Bound(IPAddress.Loopback);
        TestSockets.Connect(Engine, internet, peer.LocalEndPoint!);
        using Socket unix = TestSockets.Bound(Files.Socket("u"));
        foreach (Socket socket in new[] { internet, unix })
        {
            socket.Shutdown(SocketShutdown.Receive);
            SocketCallException failure = Assert.Throws<SocketCallException>(() => Engine.Receive(socket, TestSockets.Options(), TestSockets.Patient));
            Assert.Equal(SocketError.Shutdown, failure.SocketErrorCode);
        }
    }

    [Fact]
    public void AShutdownEndsAWaitingReceive()
    {
        using Socket peer = TestSockets.Bound(IPAddress.Loopback);
        using Socket socket = TestSockets.Bound(IPAddress.Loopback);
        TestSockets.Connect(Engine, socket, peer.LocalEndPoint!);
        Background background = Background.Run(() => Engine.Receive(socket, TestSockets.Options(), Deadline.Never));
        background.WaitUntilBlocked();
        socket.Shutdown(SocketShutdown.Receive);
        Assert.Equal(SocketError.Shutdown, Assert.IsType<SocketCallException>(background.Failure()).SocketErrorCode);
    }

    [Fact]
    public void AWaitingReceiveUsesNoProcessor()
    {
        using Socket receiver = TestSockets.Bound(IPAddress.Loopback);
        double before = TestSockets.ThreadSeconds();
        Assert.Null(Engine.Receive(receiver, TestSockets.Options(), Deadline.After(0.5)));
        Assert.InRange(TestSockets.ThreadSeconds() - before, 0, 0.05);
    }

    [Fact]
    public void AWaitForAListenersRoomUsesLittleProcessor()
    {
        using FullListener full = new(Files.Socket("full"));
        using Socket socket = TestSockets.Stream(full.EndPoint);
        double before = TestSockets.ThreadSeconds();
        IPendingConnect connect = Engine.StartConnect(socket, full.EndPoint);
        Assert.Equal(-1, Engine.WaitConnect([connect], Deadline.After(0.5)));
        Assert.InRange(TestSockets.ThreadSeconds() - before, 0, 0.05);
        connect.Abandon();
    }

    [Fact]
    public void AnEmptySeqPacketMessageIsNotTheEnd()
    {
        (Socket first, Socket second) = SocketFactory.CreatePair(SocketTransport.Quiet, SocketType.Seqpacket);
        using (second)
        {
            using (first)
            {
                TestSockets.Send(Engine, first, TestSockets.To(null, ""), TestSockets.To(null, "last"), TestSockets.To(null, ""));
            }

            // The peer has closed already, and still everything comes.
            Assert.Equal(0, Datagrams(second, 3)[0].Length);
            Assert.Same(Datagram.End, Receive(second));
        }

        List<Datagram> Datagrams(Socket socket, int count)
        {
            List<Datagram> datagrams = [.. Enumerable.Range(0, count).Select(_ => Receive(socket))];
            Assert.DoesNotContain(Datagram.End, datagrams);
            Assert.Equal(["", "last", ""], datagrams.Select(datagram => datagram.Text));
            return datagrams;
        }
    }

    [Fact]
    public void AnEmptySeqPacketMessageOfAForeignSocketHidesNothing()
    {
        // Made elsewhere, so without the time stamps by which messages are told from the end.
        using Socket listener = new(AddressFamily.Unix, SocketType.Seqpacket, ProtocolType.Unspecified);
        listener.Bind(Files.Socket("l"));
        listener.Listen();
        using Socket client = new(AddressFamily.Unix, SocketType.Seqpacket, ProtocolType.Unspecified);
        client.Connect(Files.Socket("l"));
        using Socket server = listener.Accept();
        client.Send(Array.Empty<byte>());
        client.Send("last"u8.ToArray());
        client.Dispose();
        Assert.NotSame(Datagram.End, Receive(server));
        Assert.Equal("last", Receive(server).Text);
        Assert.Same(Datagram.End, Receive(server));
    }

    [Fact]
    public void AConnectErrorThatDotNetCannotNameHasItsName()
    {
        File.WriteAllText(Files.File("file"), string.Empty);
        UnixDomainSocketEndPoint below = new(Files.File("file") + "/x");
        using Socket socket = TestSockets.Stream(below);
        SocketCallException failure = Assert.Throws<SocketCallException>(() => TestSockets.Connect(Engine, socket, below));
        Assert.Equal($"connect {below}: ENOTDIR (20) Not a directory", failure.Message);
        using Socket listener = TestSockets.Listening(Files.Socket("l"));
        TestSockets.Connect(Engine, socket, listener.LocalEndPoint!);
        Talks(socket, listener);
    }

    // A full UNIX listener that makes a connect wait is Linux's own; elsewhere it refuses.
    [Fact]
    public void AUnixConnectThatIsGivenUpCanBeTriedAgain()
    {
        using FullListener full = new(Files.Socket("full"));
        GivenUpCanBeTriedAgain(full);
    }

    [Fact]
    public void AUnixConnectWaitsForRoom()
    {
        using FullListener full = new(Files.Socket("full"));
        using Socket socket = TestSockets.Stream(full.EndPoint);
        Background background = Background.Run(() => TestSockets.Connect(Engine, socket, full.EndPoint));
        background.WaitUntilBlocked();
        full.MakeRoom();
        background.Join();
        Talks(socket, full.Listener);
    }

    [Fact]
    public void AUnixConnectAfterAFailureWaitsForRoomToo()
    {
        using Socket socket = TestSockets.Stream(Files.Socket("full"));
        Files.Dead("dead", SocketType.Stream);
        Refuses(socket, Files.Socket("dead"));
        using FullListener full = new(Files.Socket("full"));
        GivenUp(socket, full.EndPoint);
        Background background = Background.Run(() => TestSockets.Connect(Engine, socket, full.EndPoint));
        background.WaitUntilBlocked();
        full.MakeRoom();
        background.Join();
        Talks(socket, full.Listener);
    }

    [Fact]
    public void AStopEndsAUnixConnectAtOnce()
    {
        using FullListener full = new(Files.Socket("full"));
        AStopEndsAConnect(full);
    }
}
