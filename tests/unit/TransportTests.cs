using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using PSSockets.Native;
using PSSockets.Sockets;
using PSSockets.Transport;
using PSSockets.Waiting;

namespace PSSockets.UnitTests;

/// <summary>What every engine must do; each engine's class runs all of it.</summary>
public abstract class TransportTests : EngineTests
{
    private protected TransportTests(EngineKind kind)
        : base(kind)
    {
    }

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("::1")]
    public void ReceivesWithAllThatIsKnown(string address)
    {
        IPAddress loopback = IPAddress.Parse(address);
        using Socket receiver = Informed(loopback);
        using Socket sender = TestSockets.Bound(loopback);
        DateTimeOffset before = DateTimeOffset.UtcNow;
        sender.SendTo("hello"u8.ToArray(), receiver.LocalEndPoint!);
        Datagram datagram = Receive(receiver);
        Assert.Equal("hello", datagram.Text);
        Assert.Equal("hello"u8.ToArray(), datagram.Data);
        Assert.Equal(5, datagram.Length);
        Assert.False(datagram.IsTruncated);
        Assert.Equal(sender.LocalEndPoint, datagram.RemoteEndPoint);
        Assert.Equal(loopback, datagram.LocalAddress);
        Assert.Equal(TestSockets.LoopbackIndex, datagram.InterfaceIndex);
        Assert.Same(receiver, datagram.Socket);
        Assert.InRange(datagram.Timestamp, before.AddSeconds(-1), DateTimeOffset.UtcNow.AddSeconds(1));
    }

    [Fact]
    [Trait("Wine", "Wine 8 answers EMSGSIZE to a dual-mode socket that asks for packet information")]
    public void ADualModeSocketReceivesFromBothFamilies()
    {
        using Socket receiver = Informed(IPAddress.IPv6Any, dualMode: true);
        using Socket sender4 = TestSockets.Bound(IPAddress.Loopback);
        using Socket sender6 = TestSockets.Bound(IPAddress.IPv6Loopback);
        int port = ((IPEndPoint)receiver.LocalEndPoint!).Port;

        sender4.SendTo("four"u8.ToArray(), new IPEndPoint(IPAddress.Loopback, port));
        Datagram four = Receive(receiver);
        Assert.Equal("four", four.Text);
        Assert.Equal(new IPEndPoint(IPAddress.Loopback.MapToIPv6(), ((IPEndPoint)sender4.LocalEndPoint!).Port), four.RemoteEndPoint);
        Assert.Equal(IPAddress.Loopback.MapToIPv6(), four.LocalAddress?.MapToIPv6());
        Assert.Equal(TestSockets.LoopbackIndex, four.InterfaceIndex);

        sender6.SendTo("six"u8.ToArray(), new IPEndPoint(IPAddress.IPv6Loopback, port));
        Datagram six = Receive(receiver);
        Assert.Equal("six", six.Text);
        Assert.Equal(sender6.LocalEndPoint, six.RemoteEndPoint);
        Assert.Equal(IPAddress.IPv6Loopback, six.LocalAddress);
        Assert.Equal(TestSockets.LoopbackIndex, six.InterfaceIndex);
    }

    [Fact]
    [Trait("Windows", "Windows has no UNIX datagram sockets")]
    public void ReceivesFromAUnixPath()
    {
        using Socket receiver = TestSockets.Bound(Files.Socket("r"));
        using Socket sender = TestSockets.Bound(Files.Socket("sender with a longer name"));
        sender.SendTo("hello"u8.ToArray(), receiver.LocalEndPoint!);
        Datagram datagram = Receive(receiver);
        Assert.Equal("hello", datagram.Text);
        Assert.Equal(Files.Socket("sender with a longer name"), datagram.RemoteEndPoint);
        Assert.Null(datagram.LocalAddress);
        Assert.Equal(0, datagram.InterfaceIndex);
    }

    [Fact]
    [Trait("Windows", "only Linux has abstract names")]
    public void ReceivesFromAnAbstractName()
    {
        UnixDomainSocketEndPoint name = TestSockets.AbstractName();
        using Socket receiver = TestSockets.Bound(TestSockets.AbstractName());
        using Socket sender = TestSockets.Bound(name);
        sender.SendTo("hello"u8.ToArray(), receiver.LocalEndPoint!);
        Assert.Equal(name, Receive(receiver).RemoteEndPoint);
    }

    [Fact]
    [Trait("Windows", "Windows has no UNIX datagram sockets")]
    public void AnUnnamedSenderHasNoEndPoint()
    {
        using Socket receiver = TestSockets.Bound(Files.Socket("r"));
        using Socket named = TestSockets.Bound(Files.Socket("named"));
        using Socket unnamed = SocketFactory.Create(SocketTransport.Quiet, AddressFamily.Unix, SocketType.Dgram);
        // A named one before and after: nothing of it may stay.
        named.SendTo("1"u8.ToArray(), receiver.LocalEndPoint!);
        unnamed.SendTo("2"u8.ToArray(), receiver.LocalEndPoint!);
        named.SendTo("3"u8.ToArray(), receiver.LocalEndPoint!);
        Assert.Equal(Files.Socket("named"), Receive(receiver).RemoteEndPoint);
        Datagram datagram = Receive(receiver);
        Assert.Equal("2", datagram.Text);
        Assert.Null(datagram.RemoteEndPoint);
        Assert.Equal(Files.Socket("named"), Receive(receiver).RemoteEndPoint);
    }

    [Fact]
    [Trait("Windows", "Windows has no socket pairs")]
    public void APairHasNoNames()
    {
        (Socket first, Socket second) = SocketFactory.CreatePair(SocketTransport.Quiet, SocketType.Dgram);
        using (first)
        using (second)
        {
            TestSockets.Send(Engine, first, TestSockets.To(null, "hello"));
            Datagram datagram = Receive(second);
            Assert.Equal("hello", datagram.Text);
            Assert.Null(datagram.RemoteEndPoint);
        }
    }

    [Fact]
    [Trait("Windows", "Windows has no socket pairs")]
    public void TheEndOfASeqPacketConnectionIsNoDatagram()
    {
        (Socket first, Socket second) = SocketFactory.CreatePair(SocketTransport.Quiet, SocketType.Seqpacket);
        using (second)
        {
            using (first)
            {
                TestSockets.Send(Engine, first, TestSockets.To(null, "last"));
            }

            Assert.Equal("last", Receive(second).Text);
            Assert.Same(Datagram.End, Receive(second));
            Assert.Same(Datagram.End, Receive(second));
        }
    }

    [Fact]
    [Trait("Windows", "Windows has no socket pairs")]
    public void TheEndOfASeqPacketConnectionEndsAWait()
    {
        (Socket first, Socket second) = SocketFactory.CreatePair(SocketTransport.Quiet, SocketType.Seqpacket);
        using (second)
        {
            Datagram? datagram = null;
            Background background = Background.Run(() => datagram = Engine.Receive(second, TestSockets.Options(), Deadline.Never));
            background.WaitUntilBlocked();
            first.Dispose();
            background.Join();
            Assert.Same(Datagram.End, datagram);
        }
    }

    [Fact]
    public void AZeroLengthDatagramIsADatagram()
    {
        using Socket receiver = TestSockets.Bound(IPAddress.Loopback);
        using Socket sender = TestSockets.Bound(IPAddress.Loopback);
        TestSockets.Send(Engine, sender, TestSockets.To(receiver.LocalEndPoint, ""), TestSockets.To(receiver.LocalEndPoint, ""), TestSockets.To(receiver.LocalEndPoint, "x"));
        Datagram datagram = Receive(receiver);
        Assert.Empty(datagram.Data);
        Assert.Equal(0, datagram.Length);
        Assert.False(datagram.IsTruncated);
        Assert.Equal(string.Empty, datagram.Text);
        Assert.Equal(sender.LocalEndPoint, datagram.RemoteEndPoint);
        Assert.Equal(0, Receive(receiver).Length);
        Assert.Equal("x", Receive(receiver).Text);
    }

    [Fact]
    [Trait("Windows", "Windows has no UNIX datagram sockets")]
    public void AZeroLengthUnixDatagramIsADatagram()
    {
        using Socket receiver = TestSockets.Bound(Files.Socket("r"));
        using Socket sender = TestSockets.Bound(Files.Socket("s"));
        TestSockets.Send(Engine, sender, TestSockets.To(receiver.LocalEndPoint, ""));
        Datagram datagram = Receive(receiver);
        Assert.Equal(0, datagram.Length);
        Assert.Equal(Files.Socket("s"), datagram.RemoteEndPoint);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(10)]
    [InlineData(999)]
    public void ACutDatagramKnowsItsRealLength(int maximumSize)
    {
        using Socket receiver = TestSockets.Bound(IPAddress.IPv6Loopback);
        using Socket sender = TestSockets.Bound(IPAddress.IPv6Loopback);
        byte[] data = Numbers(1000);
        sender.SendTo(data, receiver.LocalEndPoint!);
        sender.SendTo("next"u8.ToArray(), receiver.LocalEndPoint!);
        Datagram datagram = Receive(receiver, TestSockets.Options(maximumSize));
        Assert.Equal(data[..maximumSize], datagram.Data);
        Assert.Equal(1000, datagram.Length);
        Assert.True(datagram.IsTruncated);
        Assert.Equal("next", Receive(receiver).Text);
    }

    [Fact]
    public void ADatagramOfExactlyTheMaximumSizeIsWhole()
    {
        using Socket receiver = TestSockets.Bound(IPAddress.Loopback);
        using Socket sender = TestSockets.Bound(IPAddress.Loopback);
        sender.SendTo(Numbers(100), receiver.LocalEndPoint!);
        Datagram datagram = Receive(receiver, TestSockets.Options(100));
        Assert.Equal(Numbers(100), datagram.Data);
        Assert.False(datagram.IsTruncated);
    }

    [Fact]
    [Trait("Windows", "Windows has no UNIX datagram sockets")]
    public void ACutUnixDatagramKnowsItsRealLength()
    {
        using Socket receiver = TestSockets.Bound(Files.Socket("r"));
        using Socket sender = TestSockets.Bound(Files.Socket("s"));
        sender.SendTo(Numbers(1000), receiver.LocalEndPoint!);
        Datagram datagram = Receive(receiver, TestSockets.Options(10));
        Assert.Equal(Numbers(10), datagram.Data);
        Assert.Equal(1000, datagram.Length);
        Assert.Equal(Files.Socket("s"), datagram.RemoteEndPoint);
    }

    [Fact]
    public void PeekLeavesTheDatagram()
    {
        using Socket receiver = TestSockets.Bound(IPAddress.Loopback);
        using Socket sender = TestSockets.Bound(IPAddress.Loopback);
        sender.SendTo("hello"u8.ToArray(), receiver.LocalEndPoint!);
        Datagram cut = Receive(receiver, TestSockets.Options(2, peek: true));
        Assert.Equal("he", cut.Text);
        Assert.Equal(5, cut.Length);
        Datagram peeked = Receive(receiver, TestSockets.Options(peek: true));
        Assert.Equal("hello", peeked.Text);
        Assert.Equal(sender.LocalEndPoint, peeked.RemoteEndPoint);
        Assert.Equal("hello", Receive(receiver).Text);
        Assert.Null(Engine.Receive(receiver, TestSockets.Options(), Deadline.Now));
    }

    [Fact]
    public void EachDatagramHasItsOwnBytes()
    {
        using Socket receiver = TestSockets.Bound(IPAddress.Loopback);
        using Socket sender = TestSockets.Bound(IPAddress.Loopback);
        sender.SendTo("first"u8.ToArray(), receiver.LocalEndPoint!);
        sender.SendTo("other"u8.ToArray(), receiver.LocalEndPoint!);
        Datagram first = Receive(receiver);
        Datagram other = Receive(receiver);
        Assert.Equal("first", first.Text);
        Assert.Equal("other", other.Text);
    }

    [Fact]
    public void SendersThatAlternateAreToldApart()
    {
        using Socket receiver = TestSockets.Bound(IPAddress.Loopback);
        using Socket one = TestSockets.Bound(IPAddress.Loopback);
        using Socket other = TestSockets.Bound(IPAddress.Loopback);
        foreach (Socket sender in new[] { one, other, other, one })
        {
            sender.SendTo("x"u8.ToArray(), receiver.LocalEndPoint!);
            Assert.Equal(sender.LocalEndPoint, Receive(receiver).RemoteEndPoint);
        }
    }

    [Fact]
    public void AConnectedSocketReceivesOnlyFromItsPeer()
    {
        using Socket receiver = TestSockets.Bound(IPAddress.Loopback);
        using Socket peer = TestSockets.Bound(IPAddress.Loopback);
        using Socket stranger = TestSockets.Bound(IPAddress.Loopback);
        TestSockets.Connect(Engine, receiver, peer.LocalEndPoint!);
        stranger.SendTo("stranger"u8.ToArray(), receiver.LocalEndPoint!);
        peer.SendTo("peer"u8.ToArray(), receiver.LocalEndPoint!);
        Datagram datagram = Receive(receiver);
        Assert.Equal("peer", datagram.Text);
        Assert.Equal(peer.LocalEndPoint, datagram.RemoteEndPoint);
    }

    [Fact]
    public void TheDeadlineEndsAReceive()
    {
        using Socket receiver = TestSockets.Bound(IPAddress.Loopback);
        long start = Stopwatch.GetTimestamp();
        Assert.Null(Engine.Receive(receiver, TestSockets.Options(), Deadline.After(0.1)));
        Assert.InRange(TestSockets.SecondsSince(start), 0.09, TestSockets.Late);
    }

    [Fact]
    public void NoWaitEndsBeforeItsDeadline()
    {
        using Socket first = TestSockets.Bound(IPAddress.Loopback);
        using Socket second = TestSockets.Bound(IPAddress.Loopback);
        using FullListener full = new();
        using Socket stream = TestSockets.Stream(full.EndPoint);
        IPendingConnect connect = Engine.StartConnect(stream, full.EndPoint);
        for (int round = 0; round < 30; round++)
        {
            Deadline deadline = Deadline.After(0.007);
            Assert.Null(Engine.Receive(first, TestSockets.Options(), deadline));
            Assert.True(deadline.IsPast, "a receive ended too soon");
            deadline = Deadline.After(0.007);
            Assert.False(Engine.Wait([first, second], WaitFor.Read, new bool[2], deadline));
            Assert.True(deadline.IsPast, "a wait for several sockets ended too soon");
            deadline = Deadline.After(0.007);
            Assert.Equal(-1, Engine.WaitConnect([connect], deadline));
            Assert.True(deadline.IsPast, "a wait for a connect ended too soon");
        }

        connect.Abandon();
    }

    [Fact]
    public void ADeadlineOfNowIsOneAttempt()
    {
        using Socket receiver = TestSockets.Bound(IPAddress.Loopback);
        using Socket sender = TestSockets.Bound(IPAddress.Loopback);
        Assert.Null(Engine.Receive(receiver, TestSockets.Options(), Deadline.Now));
        sender.SendTo("hello"u8.ToArray(), receiver.LocalEndPoint!);
        Assert.True(receiver.Poll(TestSockets.Patience, SelectMode.SelectRead));
        Assert.Equal("hello", Engine.Receive(receiver, TestSockets.Options(), Deadline.Now)?.Text);
    }

    [Fact]
    public void NothingIsLostAtTheDeadline()
    {
        using Socket receiver = TestSockets.Bound(IPAddress.Loopback);
        using Socket sender = TestSockets.Bound(IPAddress.Loopback);
        const int Count = 200;
        Background background = Background.Run(() =>
        {
            for (int number = 0; number < Count; number++)
            {
                sender.SendTo(BitConverter.GetBytes(number), receiver.LocalEndPoint!);
                Thread.SpinWait(20_000);
            }
        });
        for (int expected = 0; expected < Count;)
        {
            if (Engine.Receive(receiver, TestSockets.Options(), Deadline.After(0.0005)) is Datagram datagram)
            {
                Assert.Equal(expected++, BitConverter.ToInt32(datagram.Data));
            }
        }

        background.Join();
    }

    [Fact]
    public void AWaitingReceiveGetsWhatComes()
    {
        using Socket receiver = TestSockets.Bound(IPAddress.Loopback);
        using Socket sender = TestSockets.Bound(IPAddress.Loopback);
        Datagram? datagram = null;
        Background background = Background.Run(() => datagram = Engine.Receive(receiver, TestSockets.Options(), Deadline.Never));
        background.WaitUntilBlocked();
        sender.SendTo("hello"u8.ToArray(), receiver.LocalEndPoint!);
        background.Join();
        Assert.Equal("hello", datagram?.Text);
    }

    [Fact]
    public void AStopWakesAReceiveAtOnce()
    {
        using Socket receiver = TestSockets.Bound(IPAddress.Loopback);
        StopsAtOnce(engine => engine.Receive(receiver, TestSockets.Options(), Deadline.Never));
        StillWorks(receiver);
    }

    [Fact]
    public void AStopWakesAReceiveWithADeadlineAtOnce()
    {
        using Socket receiver = TestSockets.Bound(IPAddress.Loopback);
        StopsAtOnce(engine => engine.Receive(receiver, TestSockets.Options(), TestSockets.Patient));
        StillWorks(receiver);
    }

    [Fact]
    [Trait("Windows", "Windows has no UNIX datagram sockets")]
    public void AStopWakesAUnixReceiveAtOnce()
    {
        using Socket receiver = TestSockets.Bound(Files.Socket("r"));
        StopsAtOnce(engine => engine.Receive(receiver, TestSockets.Options(), Deadline.Never));
        StillWorks(receiver);
    }

    [Fact]
    public void APutBackWakesAReaderThatWaits()
    {
        using Socket receiver = TestSockets.Bound(IPAddress.Loopback);
        receiver.SendTo("x"u8.ToArray(), receiver.LocalEndPoint!);
        Datagram taken = Receive(receiver);
        Datagram? got = null;
        using StopSignal stop = new();
        Background waiting = Background.Run(() =>
        {
            using ISocketTransport second = TestSockets.Engine(Kind, stop);
            got = second.Receive(receiver, TestSockets.Options(), Deadline.Never);
        });
        waiting.WaitUntilBlocked();
        SocketRecord record = receiver;
        record.Taken.PutBack(taken);
        record.WakeWaiters();
        waiting.Join();
        Assert.Equal("x", got?.Text);
        Assert.False(record.HasTaken);
        Assert.True(TestSockets.IsSilent(receiver));
    }

    [Fact]
    public void AStopBeforeTheWaitLosesNothing()
    {
        using Socket receiver = TestSockets.Bound(IPAddress.Loopback);
        using Socket sender = TestSockets.Bound(IPAddress.Loopback);
        sender.SendTo("hello"u8.ToArray(), receiver.LocalEndPoint!);
        Assert.True(receiver.Poll(TestSockets.Patience, SelectMode.SelectRead));
        Stop.Set();
        Assert.ThrowsAny<OperationCanceledException>(() => Engine.Receive(receiver, TestSockets.Options(), Deadline.Never));
        using StopSignal another = new();
        using ISocketTransport engine = TestSockets.Engine(Kind, another);
        Assert.Equal("hello", engine.Receive(receiver, TestSockets.Options(), TestSockets.Patient)?.Text);
    }

    [Fact]
    public void AStopBeforeTheWaitEndsEveryWait()
    {
        using Socket receiver = TestSockets.Bound(IPAddress.Loopback);
        using FullListener full = new();
        using Socket stream = TestSockets.Stream(full.EndPoint);
        IPendingConnect connect = Engine.StartConnect(stream, full.EndPoint);
        Stop.Set();
        Background background = Background.Run(() =>
        {
            Assert.ThrowsAny<OperationCanceledException>(() => Engine.Receive(receiver, TestSockets.Options(), Deadline.Never));
            Assert.ThrowsAny<OperationCanceledException>(() => Engine.Wait([receiver], WaitFor.Read, new bool[1], Deadline.Never));
            Assert.ThrowsAny<OperationCanceledException>(() => Engine.WaitConnect([connect], Deadline.Never));
            Assert.ThrowsAny<OperationCanceledException>(() => TestSockets.Send(Engine, receiver, TestSockets.To(receiver.LocalEndPoint, "x")));
        });
        background.Join();
        Assert.True(TestSockets.IsSilent(receiver));
        connect.Abandon();
    }

    [Fact]
    public void AClosedSocketIsSocketClosed()
    {
        Socket socket = TestSockets.Bound(IPAddress.Loopback);
        EndPoint own = socket.LocalEndPoint!;
        socket.Dispose();
        Closed("recvfrom", socket, () => Engine.Receive(socket, TestSockets.Options(), Deadline.Never));
        Closed("sendto", socket, () => TestSockets.Send(Engine, socket, TestSockets.To(own, "x")));
        Closed("send", socket, () => TestSockets.Send(Engine, socket, TestSockets.To(null, "x")));
        Closed("sendto", socket, () => TestSockets.Send(Engine, socket, TestSockets.To(own, "x"), TestSockets.To(own, "y")));
        Closed("connect", socket, () => Engine.StartConnect(socket, own));
    }

    [Fact]
    [Trait("Windows", "Windows has no UNIX datagram sockets")]
    public void AClosedUnixSocketIsSocketClosed()
    {
        Socket datagrams = TestSockets.Bound(Files.Socket("d"));
        datagrams.Dispose();
        Closed("recvfrom", datagrams, () => Engine.Receive(datagrams, TestSockets.Options(), Deadline.Never));
        Socket stream = TestSockets.Stream(Files.Socket("s"));
        stream.Dispose();
        Closed("connect", stream, () => Engine.StartConnect(stream, Files.Socket("s")));
    }

    [Fact]
    public void ClosingEndsAReceive()
    {
        Socket receiver = TestSockets.Bound(IPAddress.Loopback);
        ClosingEnds(receiver, () => Engine.Receive(receiver, TestSockets.Options(), Deadline.Never));
    }

    [Fact]
    public void ClosingEndsAConnectedReceive()
    {
        using Socket peer = TestSockets.Bound(IPAddress.IPv6Loopback);
        Socket receiver = TestSockets.Bound(IPAddress.IPv6Loopback);
        receiver.Connect(peer.LocalEndPoint!);
        ClosingEnds(receiver, () => Engine.Receive(receiver, TestSockets.Options(), Deadline.Never));
    }

    [Fact]
    [Trait("Windows", "Windows has no UNIX datagram sockets")]
    public void ClosingEndsAUnixReceive()
    {
        Socket receiver = TestSockets.Bound(Files.Socket("r"));
        ClosingEnds(receiver, () => Engine.Receive(receiver, TestSockets.Options(), Deadline.Never));
    }

    [Fact]
    public void BlockingIsAsBefore()
    {
        using Socket receiver = TestSockets.Bound(IPAddress.Loopback);
        using Socket sender = TestSockets.Bound(IPAddress.Loopback);
        using Socket listener = TestSockets.Listening();
        using Socket stream = TestSockets.Stream(listener.LocalEndPoint!);
        TestSockets.Send(Engine, sender, TestSockets.To(receiver.LocalEndPoint, "x"));
        Receive(receiver);
        Assert.Null(Engine.Receive(receiver, TestSockets.Options(), Deadline.After(0.01)));
        TestSockets.Connect(Engine, sender, receiver.LocalEndPoint!);
        TestSockets.Connect(Engine, stream, listener.LocalEndPoint!);
        Assert.True(receiver.Blocking);
        Assert.True(sender.Blocking);
        Assert.True(stream.Blocking);
    }

    [Fact]
    [Trait("Wine", "Wine 8 reports no ICMP errors on connected UDP sockets")]
    public void ARefusedDatagramSurfacesAndTheSocketGoesOn()
    {
        using Socket deaf = TestSockets.Deaf();
        EndPoint address = deaf.LocalEndPoint!;
        using Socket socket = TestSockets.Bound(IPAddress.Loopback);
        TestSockets.Connect(Engine, socket, address);
        TestSockets.Send(Engine, socket, TestSockets.To(null, "into the void"));
        SocketCallException refused = Assert.Throws<SocketCallException>(() => Receive(socket));
        Assert.Equal(SocketError.ConnectionRefused, refused.SocketErrorCode);
        Assert.Equal(TestSockets.Here($"recvfrom {address}: ECONNREFUSED (111) Connection refused"), refused.Message);
        Assert.Same(socket, refused.Target);

        deaf.Dispose();
        using Socket living = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        living.Bind(address);
        TestSockets.Send(Engine, socket, TestSockets.To(null, "again"));
        Assert.Equal("again", TestSockets.Hear(living));
        living.SendTo("answer"u8.ToArray(), socket.LocalEndPoint!);
        Assert.Equal("answer", Receive(socket).Text);
    }

    [Fact]
    public void ARefusedDatagramWakesAWaitingReceive()
    {
        using Socket deaf = TestSockets.Deaf();
        using Socket socket = TestSockets.Bound(IPAddress.Loopback);
        TestSockets.Connect(Engine, socket, deaf.LocalEndPoint!);
        Background background = Background.Run(() => Engine.Receive(socket, TestSockets.Options(), Deadline.Never));
        background.WaitUntilBlocked();
        socket.Send("into the void"u8.ToArray());
        Assert.Equal(SocketError.ConnectionRefused, Assert.IsType<SocketCallException>(background.Failure()).SocketErrorCode);
    }

    [Fact]
    [Trait("Windows", "Not run: counts descriptors in Linux's /proc")]
    public void NoDescriptorStaysOpen()
    {
        using Socket receiver = TestSockets.Bound(IPAddress.Loopback);
        using Socket other = TestSockets.Bound(IPAddress.Loopback);
        Round(receiver, other);
        int before = TestSockets.CountDescriptors();
        for (int round = 0; round < 1000; round++)
        {
            Round(receiver, other);
        }

        // A few are .NET's own, such as those of its event loop.
        Assert.InRange(TestSockets.CountDescriptors(), 0, before + 20);

        void Round(Socket first, Socket second)
        {
            using (StopSignal stop = new())
            using (ISocketTransport engine = TestSockets.Engine(Kind, stop))
            {
                Assert.Null(engine.Receive(first, TestSockets.Options(), Deadline.After(0.0001)));
                Assert.False(engine.Wait([first, second], WaitFor.Read, new bool[2], Deadline.After(0.0001)));
                ThreadPool.QueueUserWorkItem(_ => stop.Set());
                Assert.ThrowsAny<OperationCanceledException>(() => engine.Receive(first, TestSockets.Options(), Deadline.Never));
                Assert.ThrowsAny<OperationCanceledException>(() => engine.Wait([first, second], WaitFor.Read, new bool[2], Deadline.Never));
            }
        }
    }

    [Fact]
    public void ManyDatagramsArriveInOrder()
    {
        using Socket receiver = TestSockets.Bound(IPAddress.Loopback);
        using Socket sender = TestSockets.Bound(IPAddress.Loopback);
        int count = TestSockets.Enlarge(receiver, 3000);
        EndPoint destination = receiver.LocalEndPoint!;
        SocketAddress address = destination.Serialize();
        OutgoingDatagram[] batch = [.. Enumerable.Range(0, count).Select(number => new OutgoingDatagram(BitConverter.GetBytes(number), address, destination))];
        TestSockets.Send(Engine, sender, batch);
        for (int expected = 0; expected < count; expected++)
        {
            Assert.Equal(expected, BitConverter.ToInt32(Receive(receiver).Data));
        }

        Assert.Null(Engine.Receive(receiver, TestSockets.Options(), Deadline.Now));
    }

    [Fact]
    [Trait("Windows", "Windows has no socket pairs")]
    public void ManyDatagramsOverAPairArriveInOrder()
    {
        (Socket first, Socket second) = SocketFactory.CreatePair(SocketTransport.Quiet, SocketType.Dgram);
        using (first)
        using (second)
        {
            AllArriveInOrder(first, second, null);
        }
    }

    [Fact]
    [Trait("Windows", "Windows has no UNIX datagram sockets")]
    public void ManyDatagramsToAUnixPathArriveInOrder()
    {
        using Socket receiver = TestSockets.Bound(Files.Socket("r"));
        using Socket sender = TestSockets.Bound(Files.Socket("s"));
        AllArriveInOrder(sender, receiver, receiver.LocalEndPoint);
    }

    [Fact]
    public void ManyDatagramsToMixedPeersArriveInOrder()
    {
        const int Wanted = 1000;
        using Socket sender = TestSockets.Bound(IPAddress.Loopback);
        Socket[] receivers = [TestSockets.Bound(IPAddress.Loopback), TestSockets.Bound(IPAddress.Loopback), TestSockets.Bound(IPAddress.Loopback)];
        int count = receivers.Min(receiver => TestSockets.Enlarge(receiver, Wanted));
        List<OutgoingDatagram> batch = [];
        for (int number = 0; number < count; number++)
        {
            // Now one peer after the other, now the same again, and each time another object for the address.
            batch.AddRange(receivers.Select(receiver => TestSockets.To(receiver.LocalEndPoint, BitConverter.GetBytes(number))));
            receivers.AsSpan().Reverse();
        }

        TestSockets.Send(Engine, sender, [.. batch]);
        foreach (Socket receiver in receivers)
        {
            using (receiver)
            {
                for (int expected = 0; expected < count; expected++)
                {
                    Assert.Equal(expected, BitConverter.ToInt32(Receive(receiver).Data));
                }

                Assert.Null(Engine.Receive(receiver, TestSockets.Options(), Deadline.Now));
            }
        }
    }

    [Fact]
    public void OneOfABatchThatIsTooLongIsReportedAndTheOthersAreSent()
    {
        using Socket receiver = TestSockets.Bound(IPAddress.Loopback);
        using Socket sender = TestSockets.Bound(IPAddress.Loopback);
        EndPoint destination = receiver.LocalEndPoint!;
        OutgoingDatagram[] batch = [.. Enumerable.Range(0, 20).Select(number => TestSockets.To(destination, new byte[number == 6 ? 65508 : 4]))];
        for (int number = 0; number < batch.Length; number++)
        {
            batch[number].Data[0] = (byte)number;
        }

        (OutgoingDatagram failed, SocketCallException failure) = Assert.Single(TestSockets.Failures(Engine, sender, Deadline.Never, batch));
        Assert.Same(batch[6].Data, failed.Data);
        Assert.Equal(SocketError.MessageSize, failure.SocketErrorCode);
        Assert.Equal(TestSockets.Here($"sendto {destination}: EMSGSIZE (90) Message too long"), failure.Message);
        foreach (int expected in Enumerable.Range(0, 20).Where(number => number != 6))
        {
            Assert.Equal(expected, Receive(receiver).Data[0]);
        }

        Assert.Null(Engine.Receive(receiver, TestSockets.Options(), Deadline.Now));
    }

    [Fact]
    public void EveryOneOfABatchMayFail()
    {
        using Socket sender = TestSockets.Bound(IPAddress.Loopback);
        OutgoingDatagram[] batch = [.. Enumerable.Range(0, 5).Select(_ => TestSockets.To(sender.LocalEndPoint, new byte[65508]))];
        List<(OutgoingDatagram Datagram, SocketCallException Failure)> failures = TestSockets.Failures(Engine, sender, Deadline.Never, batch);
        Assert.Equal(batch, failures.Select(failure => failure.Datagram));
        Assert.All(failures, failure => Assert.Equal(SocketError.MessageSize, failure.Failure.SocketErrorCode));
    }

    [Fact]
    public void TheLongestDatagramOfIPv4()
    {
        using Socket receiver = TestSockets.Bound(IPAddress.Loopback);
        using Socket sender = TestSockets.Bound(IPAddress.Loopback);
        byte[] longest = Numbers(65507);
        TestSockets.Send(Engine, sender, TestSockets.To(receiver.LocalEndPoint, longest));
        Assert.Equal(longest, Receive(receiver).Data);
        (_, SocketCallException failure) = Assert.Single(TestSockets.Failures(Engine, sender, Deadline.Never, TestSockets.To(receiver.LocalEndPoint, Numbers(65508))));
        Assert.Equal(SocketError.MessageSize, failure.SocketErrorCode);
        Assert.Null(Engine.Receive(receiver, TestSockets.Options(), Deadline.Now));
    }

    [Fact]
    public void TheLongestDatagramOfIPv6()
    {
        using Socket receiver = TestSockets.Bound(IPAddress.IPv6Loopback);
        using Socket sender = TestSockets.Bound(IPAddress.IPv6Loopback);
        byte[] longest = Numbers(65527);
        TestSockets.Send(Engine, sender, TestSockets.To(receiver.LocalEndPoint, longest));
        Assert.Equal(longest, Receive(receiver).Data);
    }

    [Fact]
    [Trait("Windows", "Windows has no UNIX datagram sockets")]
    public void WithoutADestinationThereMustBeAPeer()
    {
        using Socket internet = TestSockets.Bound(IPAddress.Loopback);
        using Socket unix = TestSockets.Bound(Files.Socket("u"));
        foreach (Socket socket in new[] { internet, unix })
        {
            (_, SocketCallException failure) = Assert.Single(TestSockets.Failures(Engine, socket, Deadline.Never, TestSockets.To(null, "x")));
            Assert.Equal(SocketError.DestinationAddressRequired, failure.SocketErrorCode);
            Assert.Equal(TestSockets.Here("send: EDESTADDRREQ (89) Destination address required"), failure.Message);
        }
    }

    [Fact]
    [Trait("Windows", "Windows has no UNIX datagram sockets")]
    public void AMissingUnixPathIsENOENT()
    {
        using Socket sender = TestSockets.Bound(Files.Socket("s"));
        UnixDomainSocketEndPoint missing = Files.Socket("missing");
        (_, SocketCallException failure) = Assert.Single(TestSockets.Failures(Engine, sender, Deadline.Never, TestSockets.To(missing, "x")));
        Assert.Equal(TestSockets.Here($"sendto {missing}: ENOENT (2) No such file or directory"), failure.Message);
    }

    [Fact]
    [Trait("Windows", "Windows has no UNIX datagram sockets")]
    public void ADeadUnixPathRefuses()
    {
        using Socket sender = TestSockets.Bound(Files.Socket("s"));
        UnixDomainSocketEndPoint dead = new(Files.Dead("dead", SocketType.Dgram));
        (_, SocketCallException failure) = Assert.Single(TestSockets.Failures(Engine, sender, Deadline.Never, TestSockets.To(dead, "x")));
        Assert.Equal(TestSockets.Here($"sendto {dead}: ECONNREFUSED (111) Connection refused"), failure.Message);
    }

    [Fact]
    public void SendsWithoutRouting()
    {
        using Socket receiver = TestSockets.Bound(IPAddress.Loopback);
        using Socket sender = TestSockets.Bound(IPAddress.Loopback);
        Engine.Send(sender, [TestSockets.To(receiver.LocalEndPoint, "near")], dontRoute: true, Deadline.Never, (_, failure) => throw failure);
        Assert.Equal("near", Receive(receiver).Text);
    }

    [Fact]
    public void NoDatagramsAreNoCall()
    {
        using Socket sender = TestSockets.Bound(IPAddress.Loopback);
        Assert.Empty(TestSockets.Failures(Engine, sender, Deadline.Never));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    [Trait("Windows", "Windows has no UNIX datagram sockets")]
    public void AFullQueueIsWaitedFor(bool isConnected)
    {
        using Socket receiver = TestSockets.Bound(Files.Socket("r"));
        using Socket sender = TestSockets.Bound(Files.Socket("s"));
        EndPoint? destination = Destination(sender, receiver, isConnected);
        int filled = TestSockets.Fill(receiver.LocalEndPoint!);
        Background background = Background.Run(() => Assert.Empty(TestSockets.Failures(Engine, sender, Deadline.Never, TestSockets.To(destination, "at last"))));
        background.WaitUntilBlocked();
        for (int count = 0; count < filled; count++)
        {
            Assert.Equal("fill", TestSockets.Hear(receiver));
        }

        Assert.Equal("at last", TestSockets.Hear(receiver));
        background.Join();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    [Trait("Windows", "Windows has no UNIX datagram sockets")]
    public void AQueueThatStaysFullTimesOut(bool isConnected)
    {
        using Socket receiver = TestSockets.Bound(Files.Socket("r"));
        using Socket sender = TestSockets.Bound(Files.Socket("s"));
        EndPoint? destination = Destination(sender, receiver, isConnected);
        int filled = TestSockets.Fill(receiver.LocalEndPoint!);
        long start = Stopwatch.GetTimestamp();
        List<(OutgoingDatagram Datagram, SocketCallException Failure)> failures =
            TestSockets.Failures(Engine, sender, Deadline.After(0.1), TestSockets.To(destination, "one"), TestSockets.To(destination, "two"));
        Assert.InRange(TestSockets.SecondsSince(start), 0.09, TestSockets.Late);
        Assert.Equal(2, failures.Count);
        Assert.All(failures, failure =>
        {
            Assert.Equal(SocketError.TimedOut, failure.Failure.SocketErrorCode);
            Assert.Equal(
                $"{(isConnected ? "send" : "sendto")} {receiver.LocalEndPoint}: ETIMEDOUT (110) Connection timed out: the receiver's queue stayed full",
                failure.Failure.Message);
        });
        for (int count = 0; count < filled; count++)
        {
            Assert.Equal("fill", TestSockets.Hear(receiver));
        }

        TestSockets.Send(Engine, sender, TestSockets.To(destination, "later"));
        Assert.Equal("later", TestSockets.Hear(receiver));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    [Trait("Windows", "Windows has no UNIX datagram sockets")]
    public void AStopEndsTheWaitForRoomAtOnce(bool isConnected)
    {
        using Socket receiver = TestSockets.Bound(Files.Socket("r"));
        using Socket sender = TestSockets.Bound(Files.Socket("s"));
        EndPoint? destination = Destination(sender, receiver, isConnected);
        TestSockets.Fill(receiver.LocalEndPoint!);
        StopsAtOnce(engine => TestSockets.Send(engine, sender, TestSockets.To(destination, "never")));
    }

    [Fact]
    public void ConnectsAStream()
    {
        using Socket listener = TestSockets.Listening();
        using Socket socket = TestSockets.Stream(listener.LocalEndPoint!);
        TestSockets.Connect(Engine, socket, listener.LocalEndPoint!);
        Talks(socket, listener);
        Assert.Equal(listener.LocalEndPoint, socket.RemoteEndPoint);
    }

    [Fact]
    [Trait("Wine", "Wine 8 has no AF_UNIX")]
    public void ConnectsAUnixStream()
    {
        using Socket listener = TestSockets.Listening(Files.Socket("l"));
        using Socket socket = TestSockets.Stream(listener.LocalEndPoint!);
        TestSockets.Connect(Engine, socket, listener.LocalEndPoint!);
        Talks(socket, listener);
    }

    [Fact]
    [Trait("Windows", "only Linux has abstract names")]
    public void ConnectsToAnAbstractName()
    {
        using Socket listener = TestSockets.Listening(TestSockets.AbstractName());
        using Socket socket = TestSockets.Stream(listener.LocalEndPoint!);
        TestSockets.Connect(Engine, socket, listener.LocalEndPoint!);
        Talks(socket, listener);
    }

    [Fact]
    public void ARefusedSocketCanTryAgain()
    {
        using Socket listener = TestSockets.Refusing();
        using Socket socket = TestSockets.Stream(listener.LocalEndPoint!);
        for (int attempt = 0; attempt < 2; attempt++)
        {
            Refuses(socket, listener.LocalEndPoint!);
        }

        listener.Listen();
        TestSockets.Connect(Engine, socket, listener.LocalEndPoint!);
        Talks(socket, listener);
    }

    [Fact]
    public void ARefusedBoundSocketCanTryAgainFromItsPort()
    {
        using Socket listener = TestSockets.Refusing();
        using Socket socket = TestSockets.Stream(listener.LocalEndPoint!);
        SocketTransport.Quiet.Bind(socket, new IPEndPoint(IPAddress.Loopback, 0));
        EndPoint own = SocketTransport.Quiet.LocalEndPoint(socket)!;
        Refuses(socket, listener.LocalEndPoint!);
        listener.Listen();
        TestSockets.Connect(Engine, socket, listener.LocalEndPoint!);
        Assert.Equal(own, SocketTransport.Quiet.LocalEndPoint(socket));
        Talks(socket, listener);
    }

    [Fact]
    public void ASocketThatDotNetFailedToConnectCanTryAgain()
    {
        using Socket listener = TestSockets.Refusing();
        using Socket socket = TestSockets.Stream(listener.LocalEndPoint!);
        Assert.Throws<SocketException>(() => socket.Connect(listener.LocalEndPoint!));
        Refuses(socket, listener.LocalEndPoint!);
        Assert.Throws<SocketException>(() => socket.Connect(listener.LocalEndPoint!));
        listener.Listen();
        TestSockets.Connect(Engine, socket, listener.LocalEndPoint!);
        Talks(socket, listener);
        Assert.True(TestSockets.IsSilent(listener));
    }

    [Fact]
    [Trait("Wine", "Wine 8 has no AF_UNIX")]
    public void AUnixSocketThatDotNetFailedToConnectCanTryAgain()
    {
        using Socket socket = TestSockets.Stream(Files.Socket("l"));
        Assert.Throws<SocketException>(() => socket.Connect(Files.Socket("l")));
        using Socket listener = TestSockets.Listening(Files.Socket("l"));
        TestSockets.Connect(Engine, socket, listener.LocalEndPoint!);
        Talks(socket, listener);
        Assert.True(TestSockets.IsSilent(listener));
    }

    [Fact]
    [Trait("Wine", "Wine 8 has no AF_UNIX")]
    public void ARefusedUnixSocketCanTryAgain()
    {
        using Socket socket = TestSockets.Stream(Files.Socket("l"));
        SocketCallException missing = Assert.Throws<SocketCallException>(() => TestSockets.Connect(Engine, socket, Files.Socket("l")));
        Assert.Equal($"connect {Files.File("l")}: ENOENT (2) No such file or directory", missing.Message);

        Files.Dead("dead", SocketType.Stream);
        Refuses(socket, Files.Socket("dead"));

        using Socket listener = TestSockets.Listening(Files.Socket("l"));
        TestSockets.Connect(Engine, socket, listener.LocalEndPoint!);
        Talks(socket, listener);
    }

    [Fact]
    [Trait("Windows", "Windows has no UNIX datagram sockets")]
    public void AStreamToADatagramSocketIsEPROTOTYPE()
    {
        using Socket datagrams = TestSockets.Bound(Files.Socket("d"));
        using Socket socket = TestSockets.Stream(Files.Socket("d"));
        SocketCallException failure = Assert.Throws<SocketCallException>(() => TestSockets.Connect(Engine, socket, Files.Socket("d")));
        Assert.Equal($"connect {Files.File("d")}: EPROTOTYPE (91) Protocol wrong type for socket", failure.Message);
    }

    [Fact]
    public void AConnectThatIsGivenUpCanBeTriedAgain()
    {
        using FullListener full = new();
        GivenUpCanBeTriedAgain(full);
    }

    [Fact]
    public void AStopEndsAConnectAtOnce()
    {
        using FullListener full = new();
        AStopEndsAConnect(full);
    }

    [Fact]
    public void ClosingEndsAConnect()
    {
        using FullListener full = new();
        Socket socket = TestSockets.Stream(full.EndPoint);
        ClosingEnds(socket, () => TestSockets.Connect(Engine, socket, full.EndPoint));
    }

    [Fact]
    public void AConnectedStreamCannotConnectAgainAndStaysConnected()
    {
        using Socket listener = TestSockets.Listening();
        using Socket socket = TestSockets.Stream(listener.LocalEndPoint!);
        TestSockets.Connect(Engine, socket, listener.LocalEndPoint!);
        SocketCallException failure = Assert.Throws<SocketCallException>(() => TestSockets.Connect(Engine, socket, listener.LocalEndPoint!));
        Assert.Equal(SocketError.IsConnected, failure.SocketErrorCode);
        Talks(socket, listener);
    }

    [Fact]
    public void ADatagramSocketMayChangeItsPeer()
    {
        using Socket socket = TestSockets.Bound(IPAddress.Loopback);
        using Socket first = TestSockets.Bound(IPAddress.Loopback);
        using Socket second = TestSockets.Bound(IPAddress.Loopback);
        foreach (Socket peer in new[] { first, second })
        {
            TestSockets.Connect(Engine, socket, peer.LocalEndPoint!);
            TestSockets.Send(Engine, socket, TestSockets.To(null, "hello"));
            Assert.Equal("hello", TestSockets.Hear(peer));
            Assert.Equal(peer.LocalEndPoint, SocketTransport.Quiet.RemoteEndPoint(socket));
        }
    }

    [Fact]
    [Trait("Wine", "Wine 8 reports no ICMP errors on connected UDP sockets")]
    public void AnOldPeersRefusalDoesNotSpoilANewPeer()
    {
        using Socket deaf = TestSockets.Deaf();
        using Socket socket = TestSockets.Bound(IPAddress.Loopback);
        using Socket living = TestSockets.Bound(IPAddress.Loopback);
        TestSockets.Connect(Engine, socket, deaf.LocalEndPoint!);
        TestSockets.Send(Engine, socket, TestSockets.To(null, "into the void"));
        Assert.True(socket.Poll(TestSockets.Patience, SelectMode.SelectError));

        // connect(2) of a datagram socket sends nothing, so nobody can have refused it.
        TestSockets.Connect(Engine, socket, living.LocalEndPoint!);
        Assert.Equal(living.LocalEndPoint, SocketTransport.Quiet.RemoteEndPoint(socket));
    }

    [Fact]
    [Trait("Windows", "Windows has no UNIX datagram sockets")]
    public void AUnixDatagramSocketGetsItsPeer()
    {
        using Socket receiver = TestSockets.Bound(Files.Socket("r"));
        using Socket sender = new(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
        SocketCallException missing = Assert.Throws<SocketCallException>(() => TestSockets.Connect(Engine, sender, Files.Socket("missing")));
        Assert.Equal($"connect {Files.File("missing")}: ENOENT (2) No such file or directory", missing.Message);
        TestSockets.Connect(Engine, sender, receiver.LocalEndPoint!);
        TestSockets.Send(Engine, sender, TestSockets.To(null, "hello"));
        Assert.Equal("hello", Receive(receiver).Text);
    }

    [Fact]
    [Trait("Windows", "Windows has no UNIX datagram sockets")]
    public void WaitReadableMarksTheReadableOnes()
    {
        using Socket first = TestSockets.Bound(IPAddress.Loopback);
        using Socket second = TestSockets.Bound(IPAddress.IPv6Loopback);
        using Socket third = TestSockets.Bound(Files.Socket("third"));
        using Socket sender = TestSockets.Bound(Files.Socket("s"));
        bool[] ready = [true, true, true];
        Assert.False(Engine.Wait([first, second, third], WaitFor.Read, ready, Deadline.Now));
        TestSockets.Send(Engine, sender, TestSockets.To(third.LocalEndPoint, "x"));
        Assert.True(Engine.Wait([first, second, third], WaitFor.Read, ready, Deadline.Never));
        Assert.Equal([false, false, true], ready);
        TestSockets.Send(Engine, first, TestSockets.To(first.LocalEndPoint, "x"));
        Assert.True(Engine.Wait([first, second, third], WaitFor.Read, ready, Deadline.Never));
        Assert.Equal([true, false, true], ready);
        Receive(first);
        Receive(third);
        Assert.False(Engine.Wait([first, second, third], WaitFor.Read, ready, Deadline.Now));
    }

    [Fact]
    public void WaitReadableOfTwoHundredSockets()
    {
        Socket[] sockets = [.. Enumerable.Range(0, 200).Select(_ => TestSockets.Bound(IPAddress.Loopback))];
        bool[] ready = new bool[sockets.Length];
        bool[] expected = new bool[sockets.Length];
        try
        {
            Background background = Background.Run(() => Assert.True(Engine.Wait(TestSockets.Records(sockets), WaitFor.Read, ready, Deadline.Never)));
            background.WaitUntilBlocked();
            sockets[0].SendTo("x"u8.ToArray(), sockets[137].LocalEndPoint!);
            background.Join();
            expected[137] = true;
            Assert.Equal(expected, ready);
            foreach (int index in new[] { 0, 64, 199 })
            {
                sockets[0].SendTo("x"u8.ToArray(), sockets[index].LocalEndPoint!);
                Assert.True(sockets[index].Poll(TestSockets.Patience, SelectMode.SelectRead));
                expected[index] = true;
            }

            Assert.True(Engine.Wait(TestSockets.Records(sockets), WaitFor.Read, ready, Deadline.Never));
            Assert.Equal(expected, ready);
        }
        finally
        {
            Array.ForEach(sockets, socket => socket.Dispose());
        }
    }

    [Fact]
    public void TheDeadlineEndsWaitReadable()
    {
        using Socket first = TestSockets.Bound(IPAddress.Loopback);
        using Socket second = TestSockets.Bound(IPAddress.Loopback);
        long start = Stopwatch.GetTimestamp();
        Assert.False(Engine.Wait([first, second], WaitFor.Read, new bool[2], Deadline.After(0.1)));
        Assert.InRange(TestSockets.SecondsSince(start), 0.09, TestSockets.Late);
    }

    [Fact]
    public void AStopWakesWaitReadableAtOnce()
    {
        using Socket first = TestSockets.Bound(IPAddress.Loopback);
        using Socket second = TestSockets.Bound(IPAddress.Loopback);
        StopsAtOnce(engine => engine.Wait([first, second], WaitFor.Read, new bool[2], Deadline.Never));
        StillWorks(first);
        StillWorks(second);
    }

    [Fact]
    [Trait("Wine", "Not run: Wine 8 does not end a select when a socket in it is closed, so that each of the 300 rounds takes a turn of it")]
    public void ClosingWhileWaitReadableBeginsIsNoError()
    {
        for (int round = 0; round < 300; round++)
        {
            using Barrier start = new(2);
            using Socket open = TestSockets.Bound(IPAddress.Loopback);
            Socket[] closing = [.. Enumerable.Range(0, 20).Select(_ => TestSockets.Bound(IPAddress.Loopback))];
            Background closer = Background.Run(() =>
            {
                start.SignalAndWait();
                Array.ForEach(closing, socket => socket.Dispose());
            });
            bool[] ready = new bool[closing.Length + 1];
            start.SignalAndWait();
            Assert.True(Engine.Wait([open, .. closing], WaitFor.Read, ready, TestSockets.Patient));
            Assert.False(ready[0]);
            closer.Join();
        }
    }

    [Fact]
    public void WaitReadableMarksClosedSockets()
    {
        using Socket open = TestSockets.Bound(IPAddress.Loopback);
        Socket closed = TestSockets.Bound(IPAddress.Loopback);
        closed.Dispose();
        bool[] ready = new bool[2];
        Assert.True(Engine.Wait([open, closed], WaitFor.Read, ready, Deadline.Never));
        Assert.Equal([false, true], ready);
    }

    [Fact]
    public void ClosingOneEndsWaitReadable()
    {
        using Socket open = TestSockets.Bound(IPAddress.Loopback);
        Socket closing = TestSockets.Bound(IPAddress.Loopback);
        bool[] ready = new bool[2];
        Background background = Background.Run(() => Assert.True(Engine.Wait([open, closing], WaitFor.Read, ready, TestSockets.Patient)));
        background.WaitUntilBlocked();
        Background closer = Background.Run(closing.Dispose);
        background.Join();
        closer.Join();
        Assert.Equal([false, true], ready);
    }

    private protected static byte[] Numbers(int length)
    {
        byte[] data = new byte[length];
        for (int index = 0; index < length; index++)
        {
            data[index] = (byte)(index % 251);
        }

        return data;
    }

    private protected static void Closed(string call, Socket socket, Action action)
    {
        SocketInputException exception = Assert.Throws<SocketInputException>(action);
        Assert.Equal("SocketClosed", exception.ErrorId);
        Assert.Equal(TestSockets.Here($"{call}: EBADF (9) Bad file descriptor: the socket is closed"), exception.Message);
        Assert.Same(socket, exception.Target);
    }

    private protected Datagram Receive(Socket socket, ReceiveOptions? options = null)
    {
        Datagram? datagram = Engine.Receive(socket, options ?? TestSockets.Options(), TestSockets.Patient);
        Assert.NotNull(datagram);
        return datagram;
    }

    private protected static void Talks(Socket socket, Socket listener)
    {
        Assert.True(socket.Connected);
        Assert.True(socket.Blocking);
        Assert.Equal(SocketState.Connected, SocketTransport.Quiet.State(socket));
        Assert.True(listener.Poll(TestSockets.Patience, SelectMode.SelectRead));
        using Socket accepted = listener.Accept();
        using NetworkStream stream = new(socket, ownsSocket: false);
        stream.Write("ping"u8);
        Assert.Equal("ping", TestSockets.Hear(accepted));
        accepted.Send("pong"u8);
        byte[] answer = new byte[4];
        stream.ReadExactly(answer);
        Assert.Equal("pong", Encoding.UTF8.GetString(answer));
    }

    private protected void GivenUp(Socket socket, EndPoint endPoint)
    {
        IPendingConnect connect = Engine.StartConnect(socket, endPoint);
        Assert.Same(socket, connect.Socket);
        Assert.Equal(endPoint, connect.RemoteEndPoint);
        long start = Stopwatch.GetTimestamp();
        Assert.Equal(-1, Engine.WaitConnect([connect], Deadline.After(0.1)));
        Assert.InRange(TestSockets.SecondsSince(start), 0.09, TestSockets.Late);
        connect.Abandon();
        Assert.False(socket.Connected);
        Assert.True(socket.Blocking);
    }

    // .NET has no room for the time stamps of Linux beside the packet information (SocketOptionsTests), and there are
    // none where the portable engine is used.
    private Socket Informed(IPAddress address, bool dualMode = false)
    {
        Socket receiver = TestSockets.Bound(address, dualMode);
        if (Kind == EngineKind.Portable && OperatingSystem.IsLinux())
        {
            (int level, int option) = ControlMessages.TimestampOption;
            receiver.SetRawSocketOption(level, option, new byte[sizeof(int)]);
        }

        return receiver;
    }

    private void StillWorks(Socket receiver)
    {
        Assert.False(SocketRecord.Of(receiver).IsClosed);
        using Socket sender = SocketFactory.Create(SocketTransport.Quiet, receiver.AddressFamily, SocketType.Dgram);
        sender.SendTo("still"u8.ToArray(), receiver.LocalEndPoint!);
        Assert.Equal("still", Receive(receiver).Text);
    }

    private static void ClosingEnds(Socket socket, Action wait)
    {
        Background background = Background.Run(wait);
        background.WaitUntilBlocked();
        Background closer = Background.Run(socket.Dispose);
        SocketInputException exception = Assert.IsType<SocketInputException>(background.Failure());
        Assert.Equal("SocketClosed", exception.ErrorId);
        closer.Join();
        Assert.True(SocketRecord.Of(socket).IsClosed);
    }

    private void AllArriveInOrder(Socket sender, Socket receiver, EndPoint? destination)
    {
        const int Count = 3000;
        SocketAddress? address = destination?.Serialize();
        OutgoingDatagram[] batch = [.. Enumerable.Range(0, Count).Select(number => new OutgoingDatagram(BitConverter.GetBytes(number), address, destination))];
        Background background = Background.Run(() => TestSockets.Send(Engine, sender, batch));
        using StopSignal stop = new();
        using ISocketTransport engine = TestSockets.Engine(Kind, stop);
        for (int expected = 0; expected < Count; expected++)
        {
            Datagram? datagram = engine.Receive(receiver, TestSockets.Options(), TestSockets.Patient);
            Assert.NotNull(datagram);
            Assert.Equal(expected, BitConverter.ToInt32(datagram.Data));
        }

        background.Join();
        Assert.True(TestSockets.IsSilent(receiver));
    }

    private EndPoint? Destination(Socket sender, Socket receiver, bool isConnected)
    {
        if (!isConnected)
        {
            return receiver.LocalEndPoint;
        }

        TestSockets.Connect(Engine, sender, receiver.LocalEndPoint!);
        return null;
    }

    private protected void Refuses(Socket socket, EndPoint endPoint)
    {
        SocketCallException refused = Assert.Throws<SocketCallException>(() => TestSockets.Connect(Engine, socket, endPoint));
        Assert.Equal(SocketError.ConnectionRefused, refused.SocketErrorCode);
        Assert.Equal(TestSockets.Here($"connect {endPoint}: ECONNREFUSED (111) Connection refused"), refused.Message);
        Assert.False(socket.Connected);
        Assert.True(socket.Blocking);
    }

    private protected void GivenUpCanBeTriedAgain(FullListener full)
    {
        using Socket socket = TestSockets.Stream(full.EndPoint);
        GivenUp(socket, full.EndPoint);
        full.MakeRoom();
        TestSockets.Connect(Engine, socket, full.EndPoint);
        Talks(socket, full.Listener);
    }

    private protected void AStopEndsAConnect(FullListener full)
    {
        using Socket socket = TestSockets.Stream(full.EndPoint);
        StopsAtOnce(engine =>
        {
            IPendingConnect connect = engine.StartConnect(socket, full.EndPoint);
            try
            {
                engine.WaitConnect([connect], Deadline.Never);
            }
            finally
            {
                connect.Abandon();
            }
        });
        full.MakeRoom();
        TestSockets.Connect(Engine, socket, full.EndPoint);
        Talks(socket, full.Listener);
    }
}
