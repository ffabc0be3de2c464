using System.Net;
using System.Net.Sockets;
using System.Text;
using PSSockets.Datagrams;
using PSSockets.Sockets;
using PSSockets.Transport;
using PSSockets.Waiting;

namespace PSSockets.UnitTests;

public sealed class DatagramSenderTests : IDisposable
{
    private readonly StopSignal _stop = new();
    private readonly TestDirectory _directory = new();
    private readonly Socket _server = TestSockets.Bound(IPAddress.Loopback);
    private readonly Socket _client = TestSockets.Bound(IPAddress.Loopback);
    private readonly List<Datagram> _sent = [];
    private readonly RecordingTap _tap = new();
    private readonly List<SocketCallException> _failed = [];

    public void Dispose()
    {
        _server.Dispose();
        _client.Dispose();
        _directory.Dispose();
        _stop.Dispose();
    }

    [Theory]
    [ClassData(typeof(Engines))]
    public void PlainDataGoesToTheGivenEndPoint(EngineKind kind)
    {
        using ISocketTransport engine = TestSockets.Engine(kind, _stop, _tap);
        DatagramSender sender = Sender(engine, _client, _server.LocalEndPoint);
        sender.Add("one"u8.ToArray(), null);
        sender.Add("two"u8.ToArray(), null);
        Assert.Equal(2, sender.WaitingCount);
        Assert.True(TestSockets.IsSilent(_server));
        sender.Flush();
        Assert.Equal(0, sender.WaitingCount);
        Assert.Equal("one", TestSockets.Hear(_server));
        Assert.Equal("two", TestSockets.Hear(_server));
        Assert.Equal(["one", "two"], _sent.Select(datagram => datagram.Text));
        Assert.Equal(["sendto", "sendto"], _tap.Calls.Where(call => call.StartsWith("send", StringComparison.Ordinal)));
        Assert.All(_sent, datagram =>
        {
            Assert.Equal(_server.LocalEndPoint, datagram.RemoteEndPoint);
            Assert.Same(_client, datagram.Socket);
            Assert.Equal(3, datagram.Length);
            Assert.Null(datagram.LocalAddress);
            Assert.InRange(datagram.Timestamp, DateTimeOffset.UtcNow.AddSeconds(-30), DateTimeOffset.UtcNow.AddSeconds(1));
        });
        Assert.Empty(_failed);
        sender.Flush();
        Assert.True(TestSockets.IsSilent(_server));
    }

    [Theory]
    [ClassData(typeof(Engines))]
    public void AHostNameIsLookedUp(EngineKind kind)
    {
        using ISocketTransport engine = TestSockets.Engine(kind, _stop);
        DatagramSender sender = Sender(engine, _client, new DnsEndPoint("localhost", ((IPEndPoint)_server.LocalEndPoint!).Port));
        sender.Add("hello"u8.ToArray(), null);
        sender.Flush();
        Assert.Equal("hello", TestSockets.Hear(_server));
        Assert.Equal(_server.LocalEndPoint, Assert.Single(_sent).RemoteEndPoint);
    }

    [Theory]
    [ClassData(typeof(Engines))]
    public void PlainDataGoesToThePeer(EngineKind kind)
    {
        using ISocketTransport engine = TestSockets.Engine(kind, _stop, _tap);
        _client.Connect(_server.LocalEndPoint!);
        DatagramSender sender = Sender(engine, _client, null);
        sender.Add("hello"u8.ToArray(), null);
        sender.Flush();
        Assert.Equal("hello", TestSockets.Hear(_server));
        Assert.Equal(_server.LocalEndPoint, Assert.Single(_sent).RemoteEndPoint);
        Assert.Equal(["send"], _tap.Calls.Where(call => call.StartsWith("send", StringComparison.Ordinal)));
    }

    [Theory]
    [ClassData(typeof(Engines))]
    public void AReceivedDatagramIsAnsweredThroughItsSocketToItsSender(EngineKind kind)
    {
        using ISocketTransport engine = TestSockets.Engine(kind, _stop);
        using Socket otherClient = TestSockets.Bound(IPAddress.Loopback);
        DatagramSender sender = Sender(engine, null, null);
        foreach (Socket client in new[] { _client, _client, otherClient, _client })
        {
            Datagram received = Received(engine, client, _server);
            sender.Add("answer"u8.ToArray(), received);
            sender.Flush();
            Assert.Equal("answer", TestSockets.Hear(client));
            Assert.Equal(client.LocalEndPoint, _sent[^1].RemoteEndPoint);
            Assert.Same(_server, _sent[^1].Socket);
        }
    }

    [Theory]
    [ClassData(typeof(Engines))]
    public void AnswersOfABatchGoEachToItsOwnSender(EngineKind kind)
    {
        using ISocketTransport engine = TestSockets.Engine(kind, _stop);
        using Socket otherClient = TestSockets.Bound(IPAddress.Loopback);
        DatagramSender sender = Sender(engine, null, null);
        sender.Add("1"u8.ToArray(), Received(engine, _client, _server));
        sender.Add("2"u8.ToArray(), Received(engine, otherClient, _server));
        sender.Add("3"u8.ToArray(), Received(engine, _client, _server));
        Assert.Equal(3, sender.WaitingCount);
        sender.Flush();
        Assert.Equal("1", TestSockets.Hear(_client));
        Assert.Equal("3", TestSockets.Hear(_client));
        Assert.Equal("2", TestSockets.Hear(otherClient));
    }

    [Theory]
    [ClassData(typeof(Engines))]
    public void AnswersThroughSeveralSocketsKeepTheirOrder(EngineKind kind)
    {
        using ISocketTransport engine = TestSockets.Engine(kind, _stop);
        using Socket otherServer = TestSockets.Bound(IPAddress.IPv6Loopback);
        using Socket otherClient = TestSockets.Bound(IPAddress.IPv6Loopback);
        DatagramSender sender = Sender(engine, null, null);
        sender.Add("1"u8.ToArray(), Received(engine, _client, _server));
        sender.Add("2"u8.ToArray(), Received(engine, otherClient, otherServer));
        Assert.Equal("1", TestSockets.Hear(_client));
        sender.Add("3"u8.ToArray(), Received(engine, _client, _server));
        sender.Flush();
        Assert.Equal(["1", "2", "3"], _sent.Select(datagram => datagram.Text));
        Assert.Equal([_server, otherServer, _server], _sent.Select(datagram => datagram.Socket));
        Assert.Equal("2", TestSockets.Hear(otherClient));
        Assert.Equal("3", TestSockets.Hear(_client));
    }

    [Theory]
    [ClassData(typeof(Engines))]
    [Trait("Windows", "Windows has no UNIX datagram sockets")]
    public void AUnixDatagramIsAnsweredByName(EngineKind kind)
    {
        using ISocketTransport engine = TestSockets.Engine(kind, _stop);
        using Socket server = TestSockets.Bound(_directory.Socket("server"));
        using Socket client = TestSockets.Bound(TestSockets.AbstractName());
        DatagramSender sender = Sender(engine, null, null);
        sender.Add("answer"u8.ToArray(), Received(engine, client, server));
        sender.Flush();
        Assert.Equal("answer", TestSockets.Hear(client));
    }

    [Theory]
    [ClassData(typeof(Engines))]
    [Trait("Windows", "Windows has no UNIX datagram sockets")]
    public void AnUnnamedSenderCannotBeAnswered(EngineKind kind)
    {
        using ISocketTransport engine = TestSockets.Engine(kind, _stop);
        using Socket server = TestSockets.Bound(_directory.Socket("server"));
        using Socket named = TestSockets.Bound(_directory.Socket("client"));
        using Socket unnamed = SocketFactory.Create(SocketTransport.Quiet, AddressFamily.Unix, SocketType.Dgram);
        DatagramSender sender = Sender(engine, null, null);
        sender.Add("1"u8.ToArray(), Received(engine, named, server));
        Datagram received = Received(engine, unnamed, server);
        SocketCallException exception = Assert.Throws<SocketCallException>(() => sender.Add("2"u8.ToArray(), received));
        Assert.Equal(SocketError.DestinationAddressRequired, exception.SocketErrorCode);
        Assert.Same(received, exception.Target);
        sender.Flush();
        Assert.Equal("1", TestSockets.Hear(named));
        Assert.True(TestSockets.IsSilent(named));
    }

    [Theory]
    [ClassData(typeof(Engines))]
    public void AnOwnConnectedSocketSendsToItsPeer(EngineKind kind)
    {
        // A proxy: what one socket received goes on through another to that one's peer.
        using ISocketTransport engine = TestSockets.Engine(kind, _stop);
        using Socket target = TestSockets.Bound(IPAddress.Loopback);
        using Socket own = TestSockets.Bound(IPAddress.Loopback);
        own.Connect(target.LocalEndPoint!);
        DatagramSender sender = Sender(engine, own, null);
        sender.Add("forwarded"u8.ToArray(), Received(engine, _client, _server));
        sender.Flush();
        Assert.Equal("forwarded", TestSockets.Hear(target));
        Assert.True(TestSockets.IsSilent(_client));
    }

    [Theory]
    [ClassData(typeof(Engines))]
    public void AnOwnSocketWithoutAPeerAnswersTheSender(EngineKind kind)
    {
        using ISocketTransport engine = TestSockets.Engine(kind, _stop);
        using Socket own = TestSockets.Bound(IPAddress.Loopback);
        DatagramSender sender = Sender(engine, own, null);
        sender.Add("answer"u8.ToArray(), Received(engine, _client, _server));
        sender.Flush();
        Assert.Equal("answer", TestSockets.Hear(_client));
        Assert.Same(own, Assert.Single(_sent).Socket);
    }

    [Theory]
    [ClassData(typeof(Engines))]
    public void AGivenEndPointGoesBeforeTheSender(EngineKind kind)
    {
        using ISocketTransport engine = TestSockets.Engine(kind, _stop);
        using Socket target = TestSockets.Bound(IPAddress.Loopback);
        DatagramSender sender = Sender(engine, null, target.LocalEndPoint);
        sender.Add("forwarded"u8.ToArray(), Received(engine, _client, _server));
        sender.Flush();
        Assert.Equal("forwarded", TestSockets.Hear(target));
        Assert.True(TestSockets.IsSilent(_client));
    }

    [Theory]
    [ClassData(typeof(Engines))]
    public void OneThatFailsIsReportedAsADatagram(EngineKind kind)
    {
        using ISocketTransport engine = TestSockets.Engine(kind, _stop);
        DatagramSender sender = Sender(engine, _client, _server.LocalEndPoint);
        byte[] tooLong = new byte[65508];
        sender.Add("1"u8.ToArray(), null);
        sender.Add(tooLong, null);
        sender.Add("3"u8.ToArray(), null);
        sender.Flush();
        Assert.Equal("1", TestSockets.Hear(_server));
        Assert.Equal("3", TestSockets.Hear(_server));
        Assert.Equal(["1", "3"], _sent.Select(datagram => datagram.Text));
        SocketCallException failure = Assert.Single(_failed);
        Assert.Equal(TestSockets.Here($"sendto {_server.LocalEndPoint}: EMSGSIZE (90) Message too long"), failure.Message);
        Datagram target = Assert.IsType<Datagram>(failure.Target);
        Assert.Same(tooLong, target.Data);
        Assert.Equal(_server.LocalEndPoint, target.RemoteEndPoint);
        Assert.Same(_client, target.Socket);
    }

    [Theory]
    [ClassData(typeof(Engines))]
    public void WithoutADestinationEachIsReported(EngineKind kind)
    {
        using ISocketTransport engine = TestSockets.Engine(kind, _stop);
        DatagramSender sender = Sender(engine, _client, null);
        sender.Add("1"u8.ToArray(), null);
        sender.Add("2"u8.ToArray(), null);
        sender.Flush();
        Assert.Equal(["1", "2"], _failed.Select(failure => Assert.IsType<Datagram>(failure.Target).Text));
        Assert.All(_failed, failure => Assert.Equal(SocketError.DestinationAddressRequired, failure.SocketErrorCode));
        Assert.Empty(_sent);
    }

    [Theory]
    [ClassData(typeof(Engines))]
    [Trait("Windows", "Windows has no UNIX datagram sockets")]
    public void AFullQueueTimesOut(EngineKind kind)
    {
        using ISocketTransport engine = TestSockets.Engine(kind, _stop);
        using Socket receiver = TestSockets.Bound(_directory.Socket("r"));
        using Socket own = TestSockets.Bound(_directory.Socket("s"));
        TestSockets.Fill(receiver.LocalEndPoint!);
        DatagramSender sender = new(engine, own, receiver.LocalEndPoint, Encoding.UTF8) { TimeoutSeconds = 0.05, Failed = _failed.Add };
        sender.Add("late"u8.ToArray(), null);
        sender.Flush();
        SocketCallException failure = Assert.Single(_failed);
        Assert.Equal(SocketError.TimedOut, failure.SocketErrorCode);
        Assert.Equal("late", Assert.IsType<Datagram>(failure.Target).Text);
    }

    [Fact]
    public void ThereMustBeASocket()
    {
        using ISocketTransport engine = SocketTransport.Create(_stop);
        SocketInputException exception = Assert.Throws<SocketInputException>(() => Sender(engine, null, _server.LocalEndPoint).Add("x"u8.ToArray(), null));
        Assert.Equal("InvalidArgument", exception.ErrorId);
        Assert.Contains("-Socket", exception.RecommendedAction, StringComparison.Ordinal);
    }

    [Theory]
    [ClassData(typeof(Engines))]
    public void AClosedSocketIsSocketClosed(EngineKind kind)
    {
        using ISocketTransport engine = TestSockets.Engine(kind, _stop);
        Datagram received = Received(engine, _client, _server);
        _server.Dispose();
        SocketInputException exception = Assert.Throws<SocketInputException>(() => Sender(engine, null, null).Add("x"u8.ToArray(), received));
        Assert.Equal("SocketClosed", exception.ErrorId);
        Assert.Same(_server, exception.Target);
    }

    [Theory]
    [ClassData(typeof(Engines))]
    public void ASocketClosedMeanwhileIsSocketClosedAndNothingStaysWaiting(EngineKind kind)
    {
        using ISocketTransport engine = TestSockets.Engine(kind, _stop);
        DatagramSender sender = Sender(engine, _client, _server.LocalEndPoint);
        sender.Add("x"u8.ToArray(), null);
        _client.Dispose();
        Assert.Equal("SocketClosed", Assert.Throws<SocketInputException>(sender.Flush).ErrorId);
        Assert.Equal(0, sender.WaitingCount);
        Assert.Equal("SocketClosed", Assert.Throws<SocketInputException>(() =>
        {
            sender.Add("y"u8.ToArray(), null);
            sender.Flush();
        }).ErrorId);
    }

    [Fact]
    public void AStreamCarriesNoDatagrams()
    {
        using ISocketTransport engine = SocketTransport.Create(_stop);
        using Socket stream = TestSockets.Refusing();
        SocketInputException exception = Assert.Throws<SocketInputException>(() => Sender(engine, stream, _server.LocalEndPoint).Add("x"u8.ToArray(), null));
        Assert.Equal("InvalidArgument", exception.ErrorId);
        Assert.Same(stream, exception.Target);
    }

    [Fact]
    public void AnAddressOfAnotherFamilyIsRefused()
    {
        using ISocketTransport engine = SocketTransport.Create(_stop);
        DatagramSender sender = Sender(engine, _client, new IPEndPoint(IPAddress.IPv6Loopback, 1));
        SocketCallException exception = Assert.Throws<SocketCallException>(() => sender.Add("x"u8.ToArray(), null));
        Assert.Equal(TestSockets.Here("sendto [::1]:1: EAFNOSUPPORT (97) Address family not supported by protocol"), exception.Message);
    }

    [Theory]
    [ClassData(typeof(Engines))]
    public void ADualModeSocketSendsToIPv4(EngineKind kind)
    {
        using ISocketTransport engine = TestSockets.Engine(kind, _stop);
        using Socket dual = SocketFactory.Create(SocketTransport.Quiet, AddressFamily.InterNetworkV6, SocketType.Dgram, dualMode: true);
        DatagramSender sender = Sender(engine, dual, _server.LocalEndPoint);
        sender.Add("hello"u8.ToArray(), null);
        sender.Flush();
        Assert.Equal("hello", TestSockets.Hear(_server));
        Assert.Empty(_failed);
    }

    private static Datagram Received(ISocketTransport engine, Socket from, Socket by)
    {
        from.SendTo("question"u8.ToArray(), by.LocalEndPoint!);
        Datagram? datagram = engine.Receive(by, TestSockets.Options(), TestSockets.Patient);
        Assert.Equal("question", datagram?.Text);
        return datagram!;
    }

    private DatagramSender Sender(ISocketTransport engine, Socket? socket, EndPoint? remoteEndPoint) =>
        new(engine, socket, remoteEndPoint, new UTF8Encoding(false)) { Sent = Note, Failed = _failed.Add };

    private void Note(Datagram datagram)
    {
        _sent.Add(datagram);
    }
}
