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
        DatagramSender sender = new(engine, own, receiver.LocalEndPoint, Encoding.UTF8) { Limit = (double?)0.05, Failed = _failed.Add };
        sender.Add("late"u8.ToArray(), null);
        sender.Flush();
        SocketCallException failure = Assert.Single(_failed);
        Assert.Equal(SocketError.TimedOut, failure.SocketErrorCode);
        Assert.Equal("late", Assert.IsType<Datagram>(failure.Target).Text);
    }

    [Fact]
    public void ThereMustBeASocketOrADestination()
    {
        using ISocketTransport engine = SocketTransport.Create(_stop);
        SocketInputException exception = Assert.Throws<SocketInputException>(() => Sender(engine, null, null).Add("x"u8.ToArray(), null));
        Assert.Equal("InvalidArgument", exception.ErrorId);
        Assert.Contains("-Socket", exception.RecommendedAction, StringComparison.Ordinal);
    }

    [Theory]
    [ClassData(typeof(Engines))]
    public void ADestinationAloneMakesASocketOfItsFamilyForAllMessages(EngineKind kind)
    {
        using ISocketTransport engine = TestSockets.Engine(kind, _stop);
        using Socket server = TestSockets.Bound(IPAddress.Loopback);
        DatagramSender sender = Sender(engine, null, server.LocalEndPoint);
        List<EndPoint?> peers = [];
        foreach (string text in new[] { "one", "two" })
        {
            sender.Add(Encoding.UTF8.GetBytes(text), null);
            sender.Flush();
            Datagram datagram = engine.Receive(server, TestSockets.Options(), TestSockets.Patient)!;
            Assert.Equal(text, datagram.Text);
            peers.Add(datagram.RemoteEndPoint);
        }

        Assert.Single(peers.Distinct());
        sender.Dispose();
        // Its port is free again.
        using Socket again = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        again.Bind(peers[0]!);
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

    public static TheoryData<EngineKind, string, string> EnginesAndWildcards
    {
        get
        {
            TheoryData<EngineKind, string, string> all = [];
            foreach (object[] engine in (IEnumerable<object[]>)new Engines())
            {
                foreach (string bound in new[] { "0.0.0.0 127.0.0.2", "0.0.0.0 127.0.0.1", "dual 127.0.0.3", "dual ::1", ":: ::1" })
                {
                    string[] words = bound.Split(' ');
                    all.Add((EngineKind)engine[0], words[0], words[1]);
                }
            }

            return all;
        }
    }

    [Theory]
    [MemberData(nameof(EnginesAndWildcards))]
    [Trait("Wine", "Wine 8 passes over the address to send from")]
    public void AnAnswerLeavesFromTheAddressThatWasAsked(EngineKind kind, string bound, string asked)
    {
        using ISocketTransport engine = TestSockets.Engine(kind, _stop, _tap);
        using Socket server = Wildcard(bound);
        using Socket client = Asking(server, asked);
        DatagramSender sender = Sender(engine, null, null);
        client.Send("question"u8);
        Datagram received = engine.Receive(server, TestSockets.Options(), TestSockets.Patient)!;
        sender.Add("one"u8.ToArray(), received);
        sender.Flush();
        Assert.Equal("one", TestSockets.Hear(client));
        Assert.Equal(IPAddress.Parse(asked), Assert.Single(_sent).LocalAddress);
        Assert.Contains(_tap.Lines, line => line == $"sendmsg {received.From}, from {asked} = 3");

        // Many at once, short enough to go as one message, and too long for that.
        byte[][] many = [.. Enumerable.Range(0, 20).Select(index => new[] { (byte)index, (byte)0 }), new byte[1], new byte[20_000]];
        Array.ForEach(many, one => sender.Add(one, received));
        sender.Flush();
        byte[] buffer = new byte[30_000];
        Assert.All(many, one =>
        {
            Assert.True(client.Poll(TestSockets.Patience, SelectMode.SelectRead), "nothing came");
            Assert.Equal(one, buffer[..client.Receive(buffer)]);
        });
        Assert.Empty(_failed);
    }

    [Theory]
    [ClassData(typeof(Engines))]
    [Trait("Wine", "Wine 8 passes over the address to send from")]
    public void AnswersOfABatchLeaveEachFromItsOwnAddress(EngineKind kind)
    {
        using ISocketTransport engine = TestSockets.Engine(kind, _stop);
        using Socket server = Wildcard("dual");
        Random random = new(11);
        string[] addresses = [.. Enumerable.Range(1, 9).Select(last => $"127.0.0.{last}"), "::1"];
        Socket[] clients = [.. addresses.Concat(addresses).Select(address => Asking(server, address))];
        try
        {
            List<byte[]>[] expected = [.. clients.Select(_ => new List<byte[]>())];
            for (int round = 0; round < 40; round++)
            {
                DatagramSender sender = Sender(engine, random.Next(2) == 0 ? server : null, null);
                int count = random.Next(1, 30);
                int batch = random.Next(1, count + 1);
                for (int index = 0; index < count;)
                {
                    int client = random.Next(clients.Length);
                    clients[client].Send("question"u8);
                    Datagram received = engine.Receive(server, TestSockets.Options(), TestSockets.Patient)!;
                    Assert.Equal(clients[client].LocalEndPoint, new IPEndPoint(received.RemoteEndPoint is IPEndPoint peer ? Unmapped(peer.Address) : IPAddress.None, ((IPEndPoint)received.RemoteEndPoint!).Port));
                    int run = random.Next(1, 6);
                    int size = random.Next(4) switch { 0 => 0, 1 => random.Next(1, 20), 2 => 100, _ => random.Next(1000, 3000) };
                    for (; run > 0 && index < count; run--, index++)
                    {
                        byte[] data = new byte[size];
                        random.NextBytes(data);
                        expected[client].Add(data);
                        sender.Add(data, received);
                        if (sender.WaitingCount >= batch)
                        {
                            sender.Flush();
                        }
                    }
                }

                sender.Flush();
                byte[] buffer = new byte[4096];
                for (int client = 0; client < clients.Length; client++)
                {
                    foreach (byte[] data in expected[client])
                    {
                        Assert.True(clients[client].Poll(TestSockets.Patience, SelectMode.SelectRead), "an answer is missing");
                        Assert.Equal(data, buffer[..clients[client].Receive(buffer)]);
                    }

                    Assert.True(TestSockets.IsSilent(clients[client]));
                    expected[client].Clear();
                }
            }

            Assert.Empty(_failed);
        }
        finally
        {
            Array.ForEach(clients, client => client.Dispose());
        }
    }

    [Theory]
    [ClassData(typeof(Engines))]
    public void ASocketOfOneAddressOrWithAPeerSendsAsBefore(EngineKind kind)
    {
        using ISocketTransport engine = TestSockets.Engine(kind, _stop, _tap);
        DatagramSender sender = Sender(engine, null, null);
        sender.Add("bound"u8.ToArray(), Received(engine, _client, _server));
        sender.Flush();
        Assert.Equal("bound", TestSockets.Hear(_client));
        using Socket wildcard = Wildcard("0.0.0.0");
        using Socket client = Asking(wildcard, "127.0.0.1");
        client.Send("question"u8);
        Datagram received = engine.Receive(wildcard, TestSockets.Options(), TestSockets.Patient)!;
        wildcard.Connect(client.LocalEndPoint!);
        sender.Add("connected"u8.ToArray(), received);
        sender.Flush();
        Assert.Equal("connected", TestSockets.Hear(client));
        Assert.Equal(["sendto", "send"], _tap.Calls.Where(call => call.StartsWith("send", StringComparison.Ordinal)));
    }

    [Theory]
    [ClassData(typeof(Engines))]
    public void AnotherSocketOrAnotherDestinationLeavesFromWhereTheSystemSays(EngineKind kind)
    {
        using ISocketTransport engine = TestSockets.Engine(kind, _stop, _tap);
        using Socket server = Wildcard("0.0.0.0");
        using Socket client = TestSockets.Bound(IPAddress.Loopback);
        client.SendTo("question"u8, new IPEndPoint(IPAddress.Parse("127.0.0.2"), ((IPEndPoint)server.LocalEndPoint!).Port));
        Datagram received = engine.Receive(server, TestSockets.Options(), TestSockets.Patient)!;
        using Socket other = Wildcard("0.0.0.0");
        foreach (DatagramSender sender in new[] { Sender(engine, other, null), Sender(engine, null, client.LocalEndPoint) })
        {
            sender.Add("x"u8.ToArray(), received);
            sender.Flush();
            Assert.Equal("x", TestSockets.Hear(client));
        }

        Assert.Equal(["sendto", "sendto"], _tap.Calls.Where(call => call.StartsWith("send", StringComparison.Ordinal)));
    }

    [Theory]
    [ClassData(typeof(Engines))]
    [Trait("Wine", "Wine 8 passes over the address to send from")]
    public void ANamedAddressGoesBeforeAllOthers(EngineKind kind)
    {
        using ISocketTransport engine = TestSockets.Engine(kind, _stop, _tap);
        using Socket server = Wildcard("0.0.0.0");
        using Socket client = TestSockets.Bound(IPAddress.Loopback);
        int port = ((IPEndPoint)server.LocalEndPoint!).Port;
        client.SendTo("question"u8, new IPEndPoint(IPAddress.Parse("127.0.0.2"), port));
        Datagram received = engine.Receive(server, TestSockets.Options(), TestSockets.Patient)!;
        Check(null, null, received, "127.0.0.4");
        Check(server, client.LocalEndPoint, null, "127.0.0.4");
        Check(null, null, received, "0.0.0.0", "127.0.0.1");
        Check(null, null, received, "::", "127.0.0.1");
        Check(server, client.LocalEndPoint, null, "::ffff:127.0.0.5", "127.0.0.5");
        server.Connect(client.LocalEndPoint!);
        Check(server, null, null, "127.0.0.6");

        void Check(Socket? socket, EndPoint? to, Datagram? source, string address, string? expected = null)
        {
            DatagramSender sender = Sender(engine, socket, to, IPAddress.Parse(address));
            sender.Add("a"u8.ToArray(), source);
            sender.Add("b"u8.ToArray(), source);
            sender.Flush();
            sender.Add("c"u8.ToArray(), source);
            sender.Flush();
            Assert.Empty(_failed);
            foreach (string text in new[] { "a", "b", "c" })
            {
                byte[] buffer = new byte[10];
                EndPoint from = new IPEndPoint(IPAddress.Any, 0);
                Assert.True(client.Poll(TestSockets.Patience, SelectMode.SelectRead), "nothing came");
                Assert.Equal(text, Encoding.UTF8.GetString(buffer, 0, client.ReceiveFrom(buffer, ref from)));
                Assert.Equal(new IPEndPoint(IPAddress.Parse(expected ?? address), port), from);
            }
        }
    }

    [Theory]
    [ClassData(typeof(Engines))]
    public void ANewSocketThatSendsFromAnAddressCanReceive(EngineKind kind)
    {
        using ISocketTransport engine = TestSockets.Engine(kind, _stop);
        using Socket own = SocketFactory.Create(SocketTransport.Quiet, AddressFamily.InterNetwork, SocketType.Dgram);
        DatagramSender sender = Sender(engine, own, _server.LocalEndPoint, IPAddress.Loopback);
        sender.Add("x"u8.ToArray(), null);
        sender.Flush();
        Assert.Empty(_failed);
        Datagram received = engine.Receive(_server, TestSockets.Options(), TestSockets.Patient)!;
        _server.SendTo("answer"u8, received.RemoteEndPoint!);
        Assert.Equal("answer", engine.Receive(own, TestSockets.Options(), TestSockets.Patient)?.Text);
    }

    [Theory]
    [ClassData(typeof(Engines))]
    [Trait("Wine", "Wine 8 passes over the address to send from")]
    public void AnAddressOfAnotherMachineIsAnErrorOfEachDatagram(EngineKind kind)
    {
        using ISocketTransport engine = TestSockets.Engine(kind, _stop, _tap);
        using Socket own = Wildcard("0.0.0.0");
        DatagramSender sender = Sender(engine, own, _server.LocalEndPoint, IPAddress.Parse("192.0.2.9"));
        sender.Add("alone"u8.ToArray(), null);
        sender.Flush();
        for (int count = 0; count < 4; count++)
        {
            sender.Add("together"u8.ToArray(), null);
        }

        sender.Flush();
        Assert.Empty(_sent);
        Assert.Equal(5, _failed.Count);
        Assert.All(_failed, failure =>
        {
            Assert.Equal("sendmsg", failure.Call);
            Assert.EndsWith(": it was to leave from 192.0.2.9, which must be an address of this machine", failure.Message, StringComparison.Ordinal);
            Assert.Equal(IPAddress.Parse("192.0.2.9"), Assert.IsType<Datagram>(failure.Target).LocalAddress);
        });
        Assert.Equal("alone", Assert.IsType<Datagram>(_failed[0].Target).Text);

        // The socket can send as before, also several as one message.
        Assert.False(SocketRecord.Of(own).CannotSegment);
        DatagramSender next = Sender(engine, own, _server.LocalEndPoint);
        next.Add("next"u8.ToArray(), null);
        next.Flush();
        Assert.Equal("next", TestSockets.Hear(_server));
        if (OperatingSystem.IsLinux())
        {
            Assert.Equal(TestSockets.Here($"sendmsg {_server.LocalEndPoint}: ENETUNREACH (101) Network is unreachable: it was to leave from 192.0.2.9, which must be an address of this machine"), _failed[0].Message);
            Assert.Contains($"sendmsg {_server.LocalEndPoint}, from 192.0.2.9 = ENETUNREACH", _tap.Lines);
        }
    }

    [Fact]
    public void AnAddressOfAnotherFamilyCannotBeSentFrom()
    {
        using ISocketTransport engine = SocketTransport.Create(_stop);
        using Socket six = TestSockets.Bound(IPAddress.IPv6Loopback);
        using Socket dual = Wildcard("dual");
        Check(_client, _server.LocalEndPoint!, "::1", "sendmsg: EAFNOSUPPORT (97) Address family not supported by protocol: an IPv4 socket cannot send from ::1");
        Check(six, six.LocalEndPoint!, "127.0.0.1", "sendmsg: EAFNOSUPPORT (97) Address family not supported by protocol: an IPv6 socket that is not dual-mode cannot send from 127.0.0.1");
        Check(dual, six.LocalEndPoint!, "127.0.0.1", $"sendmsg {six.LocalEndPoint}: EAFNOSUPPORT (97) Address family not supported by protocol: what is sent there cannot leave from 127.0.0.1");
        Check(dual, _server.LocalEndPoint!, "::1", $"sendmsg {_server.LocalEndPoint}: EAFNOSUPPORT (97) Address family not supported by protocol: what is sent there cannot leave from ::1");

        void Check(Socket socket, EndPoint to, string from, string message)
        {
            DatagramSender sender = Sender(engine, socket, to, IPAddress.Parse(from));
            SocketCallException exception = Assert.Throws<SocketCallException>(() => sender.Add("x"u8.ToArray(), null));
            Assert.Equal(TestSockets.Here(message), exception.Message);
            Assert.Same(socket, exception.Target);
        }
    }

    [Theory]
    [ClassData(typeof(Engines))]
    public void AnAnswerOfTheOtherFamilyIsAnErrorEachTime(EngineKind kind)
    {
        using ISocketTransport engine = TestSockets.Engine(kind, _stop);
        using Socket server = Wildcard("dual");
        using Socket client = Asking(server, "::1");
        client.Send("question"u8);
        Datagram received = engine.Receive(server, TestSockets.Options(), TestSockets.Patient)!;
        DatagramSender sender = Sender(engine, null, null, IPAddress.Loopback);
        for (int count = 0; count < 3; count++)
        {
            SocketCallException exception = Assert.Throws<SocketCallException>(() => sender.Add("x"u8.ToArray(), received));
            Assert.Equal(SocketError.AddressFamilyNotSupported, exception.SocketErrorCode);
            Assert.Same(received, exception.Target);
        }

        Assert.Equal(0, sender.WaitingCount);
    }

    [Theory]
    [ClassData(typeof(Engines))]
    [Trait("Windows", "Windows has no UNIX datagram sockets")]
    public void AUnixSocketHasNoAddressToSendFrom(EngineKind kind)
    {
        using ISocketTransport engine = TestSockets.Engine(kind, _stop);
        using Socket own = TestSockets.Bound(_directory.Socket("own"));
        DatagramSender sender = Sender(engine, own, own.LocalEndPoint, IPAddress.Loopback);
        Assert.Equal("NotSupported", Assert.Throws<SocketInputException>(() => sender.Add("x"u8.ToArray(), null)).ErrorId);
    }

    [Theory]
    [ClassData(typeof(Engines))]
    [Trait("Wine", "Wine 8 passes over the address to send from")]
    public void WhatCameToABroadcastAddressIsNotAnsweredFromIt(EngineKind kind)
    {
        using ISocketTransport engine = TestSockets.Engine(kind, _stop, _tap);
        foreach (string bound in new[] { "0.0.0.0", "dual" })
        {
            using Socket server = Wildcard(bound);
            using Socket client = TestSockets.Bound(IPAddress.Loopback);
            client.EnableBroadcast = true;
            client.SendTo("who is there?"u8, new IPEndPoint(IPAddress.Parse("127.255.255.255"), ((IPEndPoint)server.LocalEndPoint!).Port));
            Datagram received = engine.Receive(server, TestSockets.Options(), TestSockets.Patient)!;
            Assert.Contains("127.255.255.255", $"{received.LocalAddress}", StringComparison.Ordinal);
            DatagramSender sender = Sender(engine, null, null);
            foreach (string text in new[] { "one", "two", "three" })
            {
                sender.Add(Encoding.UTF8.GetBytes(text), received);
            }

            sender.Flush();
            sender.Add("four"u8.ToArray(), received);
            sender.Flush();
            Assert.Empty(_failed);
            Assert.Equal(["one", "two", "three", "four"], Enumerable.Range(0, 4).Select(_ => TestSockets.Hear(client)));
            Assert.Contains($"sendmsg {received.From}, through interface {received.InterfaceIndex} = 4", _tap.Lines);
            Assert.All(_sent, datagram => Assert.Null(datagram.LocalAddress));
            Assert.False(SocketRecord.Of(server).CannotSegment);
            _sent.Clear();
        }
    }

    [Theory]
    [ClassData(typeof(Engines))]
    [Trait("Windows", "Windows has no UNIX datagram sockets")]
    public void WhatAStopInterruptsStillWaitsAndCanBeSentWithoutWaiting(EngineKind kind)
    {
        using Socket receiver = TestSockets.Bound(_directory.Socket("r"));
        using Socket own = TestSockets.Bound(_directory.Socket("s"));
        using StopSignal stop = new();
        using ISocketTransport engine = TestSockets.Engine(kind, stop);
        using ISocketTransport other = TestSockets.Engine(kind, _stop);
        DatagramSender sender = Sender(engine, own, receiver.LocalEndPoint);
        sender.Add("one"u8.ToArray(), null);
        sender.Add("two"u8.ToArray(), null);
        stop.Set();
        Assert.ThrowsAny<OperationCanceledException>(sender.Flush);
        Assert.Equal(2, sender.WaitingCount);
        sender.SendRest(other);
        Assert.Equal(0, sender.WaitingCount);
        Assert.Equal("one", TestSockets.Hear(receiver));
        Assert.Equal("two", TestSockets.Hear(receiver));
        sender.SendRest(other);
        Assert.True(TestSockets.IsSilent(receiver));
    }

    [Theory]
    [ClassData(typeof(Engines))]
    [Trait("Windows", "Windows has no UNIX datagram sockets")]
    public void OfABatchThatAStopInterruptsNothingIsSentTwice(EngineKind kind)
    {
        using Socket receiver = TestSockets.Bound(_directory.Socket("r"));
        using Socket own = TestSockets.Bound(_directory.Socket("s"));
        using StopSignal stop = new();
        using ISocketTransport other = TestSockets.Engine(kind, _stop);
        using ISocketTransport engine = TestSockets.Engine(kind, stop);
        DatagramSender sender = Sender(engine, own, receiver.LocalEndPoint);
        const int Count = 2000; // more than the queue takes
        for (int index = 0; index < Count; index++)
        {
            sender.Add(BitConverter.GetBytes(index), null);
        }

        Background background = Background.Run(sender.Flush);
        Assert.True(receiver.Poll(TestSockets.Patience, SelectMode.SelectRead));
        stop.Set();
        Assert.IsAssignableFrom<OperationCanceledException>(background.Failure());
        int rest = sender.WaitingCount;
        Assert.InRange(rest, 1, Count - 1);
        List<int> arrived = [];
        byte[] buffer = new byte[10];
        while (!TestSockets.IsSilent(receiver))
        {
            receiver.Receive(buffer);
            arrived.Add(BitConverter.ToInt32(buffer));
        }

        Assert.Equal(Enumerable.Range(0, Count - rest), arrived);
        sender.SendRest(other);
        Assert.False(TestSockets.IsSilent(receiver));
        receiver.Receive(buffer);
        Assert.Equal(Count - rest, BitConverter.ToInt32(buffer));
    }

    [Theory]
    [ClassData(typeof(Engines))]
    public void OneForAnotherSocketThatAStopKeepsFromBeingAddedIsSentToo(EngineKind kind)
    {
        using StopSignal stop = new();
        using ISocketTransport engine = TestSockets.Engine(kind, stop);
        using ISocketTransport other = TestSockets.Engine(kind, _stop);
        using Socket otherServer = TestSockets.Bound(IPAddress.Loopback);
        using Socket otherClient = TestSockets.Bound(IPAddress.Loopback);
        DatagramSender sender = Sender(engine, null, null);
        sender.Add("1"u8.ToArray(), Received(engine, _client, _server));
        Datagram second = Received(engine, otherClient, otherServer);
        stop.Set();
        Assert.ThrowsAny<OperationCanceledException>(() => sender.Add("2"u8.ToArray(), second));
        sender.SendRest(other);
        Assert.Equal("1", TestSockets.Hear(_client));
        Assert.Equal("2", TestSockets.Hear(otherClient));
        _server.Dispose();
        sender.SendRest(other);
    }

    // A datagram socket on a wildcard address, as the cmdlets make it.
    private static Socket Wildcard(string bound)
    {
        Socket socket = TestSockets.Bound(bound == "dual" ? IPAddress.IPv6Any : IPAddress.Parse(bound), dualMode: bound == "dual");
        TestSockets.Enlarge(socket, 100);
        return socket;
    }

    // A client that hears only who it asks.
    private static Socket Asking(Socket server, string address)
    {
        IPAddress asked = IPAddress.Parse(address);
        Socket client = TestSockets.Bound(asked.AddressFamily == AddressFamily.InterNetwork ? IPAddress.Loopback : IPAddress.IPv6Loopback);
        client.Connect(new IPEndPoint(asked, ((IPEndPoint)server.LocalEndPoint!).Port));
        return client;
    }

    private static IPAddress Unmapped(IPAddress address) => address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;

    private static Datagram Received(ISocketTransport engine, Socket from, Socket by)
    {
        from.SendTo("question"u8.ToArray(), by.LocalEndPoint!);
        Datagram? datagram = engine.Receive(by, TestSockets.Options(), TestSockets.Patient);
        Assert.Equal("question", datagram?.Text);
        return datagram!;
    }

    private DatagramSender Sender(ISocketTransport engine, Socket? socket, EndPoint? remoteEndPoint, IPAddress? localAddress = null) =>
        new(engine, socket, remoteEndPoint, new UTF8Encoding(false)) { LocalAddress = localAddress, Sent = Note, Failed = _failed.Add };

    private void Note(Datagram datagram)
    {
        _sent.Add(datagram);
    }
}
