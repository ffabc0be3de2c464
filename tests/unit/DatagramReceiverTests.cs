using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using PSSockets.Datagrams;
using PSSockets.Sockets;
using PSSockets.Transport;
using PSSockets.Waiting;

namespace PSSockets.UnitTests;

public sealed class DatagramReceiverTests : IDisposable
{
    private readonly StopSignal _stop = new();
    private readonly Socket _sender = TestSockets.Bound(IPAddress.Loopback);
    private readonly Socket _first = TestSockets.Bound(IPAddress.Loopback);
    private readonly Socket _second = TestSockets.Bound(IPAddress.Loopback);
    private readonly Socket _third = TestSockets.Bound(IPAddress.Loopback);

    public void Dispose()
    {
        _stop.Set();
        Array.ForEach([_sender, _first, _second, _third], socket => socket.Dispose());
        _stop.Dispose();
    }

    [Theory]
    [ClassData(typeof(Engines))]
    public void OneSocketGivesAsManyAsAsked(EngineKind kind)
    {
        Send(_first, "1", "2", "3");
        using ISocketTransport engine = TestSockets.Engine(kind, _stop);
        Assert.Equal(["1", "2"], Texts(Receive(engine, [_first], 2, null)));
        Assert.Equal(["3"], Texts(Receive(engine, [_first], 1, null)));
    }

    [Theory]
    [ClassData(typeof(Engines))]
    public void EachOfSeveralSocketsGivesAsManyAsAsked(EngineKind kind)
    {
        Send(_first, "1", "2", "3", "more");
        Send(_second, "1", "2", "3");
        Send(_third, "1", "2", "3");
        using ISocketTransport engine = TestSockets.Engine(kind, _stop);
        List<SocketLoop<Datagram>.Result> results = Receive(engine, [_first, _second, _third], 3, null);
        foreach (Socket socket in new[] { _first, _second, _third })
        {
            Assert.Equal(["1", "2", "3"], Texts(results.Where(result => ReferenceEquals(result.Value?.Socket, socket))));
        }

        Assert.Equal(9, results.Count);
        Assert.Equal("more", TestSockets.Hear(_first));
    }

    [Theory]
    [ClassData(typeof(Engines))]
    public void ABusySocketDoesNotSilenceTheOthers(EngineKind kind)
    {
        Send(_first, "1", "2", "3", "4", "5");
        Send(_second, "1");
        using ISocketTransport engine = TestSockets.Engine(kind, _stop);
        Assert.Contains(Receive(engine, [_first, _second], null, null, 2), result => ReferenceEquals(result.Value?.Socket, _second));
    }

    [Theory]
    [ClassData(typeof(Engines))]
    public void WhatComesLaterIsWaitedFor(EngineKind kind)
    {
        using ISocketTransport engine = TestSockets.Engine(kind, _stop);
        List<SocketLoop<Datagram>.Result> results = [];
        Background background = Background.Run(() => results = Receive(engine, [_first, _second], 1, null));
        background.WaitUntilBlocked();
        SendAway(_second, "second");
        SendAway(_first, "first");
        background.Join();
        Assert.Equal(["first", "second"], Texts(results).Order());
    }

    [Theory]
    [ClassData(typeof(Engines))]
    public void AClosedOneIsAnErrorAndTheOthersGoOn(EngineKind kind)
    {
        Send(_first, "first");
        Send(_third, "third");
        _second.Dispose();
        using ISocketTransport engine = TestSockets.Engine(kind, _stop);
        List<SocketLoop<Datagram>.Result> results = Receive(engine, [_first, _second, _third], 1, null);
        Assert.Equal(3, results.Count);
        Assert.Equal(["first", "third"], Texts(results.Where(result => result.Value is not null)).Order());
        SocketInputException failure = Failure<SocketInputException>(results.Single(result => result.Failure is not null));
        Assert.Equal("SocketClosed", failure.ErrorId);
        Assert.Same(_second, failure.Target);
    }

    [Theory]
    [ClassData(typeof(Engines))]
    public void OneThatIsClosedMeanwhileIsAnErrorAndTheOthersGoOn(EngineKind kind)
    {
        using ISocketTransport engine = TestSockets.Engine(kind, _stop);
        List<SocketLoop<Datagram>.Result> results = [];
        Background background = Background.Run(() => results = Receive(engine, [_first, _second], 1, null));
        background.WaitUntilBlocked();
        Background closer = Background.Run(_second.Dispose);
        closer.Join();
        SendAway(_first, "first");
        background.Join();
        Assert.Equal(2, results.Count);
        Assert.Equal("SocketClosed", Failure<SocketInputException>(results[0]).ErrorId);
        Assert.Equal("first", results[1].Value?.Text);
    }

    [Theory]
    [ClassData(typeof(Engines))]
    public void EachThatStillWaitsTimesOut(EngineKind kind)
    {
        Send(_second, "second");
        using ISocketTransport engine = TestSockets.Engine(kind, _stop);
        long start = Stopwatch.GetTimestamp();
        List<SocketLoop<Datagram>.Result> results = Receive(engine, [_first, _second, _third], 1, 0.1);
        Assert.InRange(TestSockets.SecondsSince(start), 0.09, TestSockets.Late);
        Assert.Equal("second", results[0].Value?.Text);
        Assert.Equal([_first, _third], results.Skip(1).Select(result => Failure<SocketCallException>(result).Target));
        Assert.All(results.Skip(1), result => Assert.Equal(SocketError.TimedOut, Failure<SocketCallException>(result).SocketErrorCode));
        Assert.Equal(
            TestSockets.Here($"recvfrom {_first.LocalEndPoint}: ETIMEDOUT (110) Connection timed out: no datagram came within 0.1 s"),
            results[1].Failure?.Message);
    }

    [Theory]
    [ClassData(typeof(Engines))]
    public void OneThatLacksSomeTimesOutOnce(EngineKind kind)
    {
        Send(_first, "1", "2");
        using ISocketTransport engine = TestSockets.Engine(kind, _stop);
        List<SocketLoop<Datagram>.Result> results = Receive(engine, [_first], 5, 0.05);
        Assert.Equal(["1", "2"], Texts(results.Take(2)));
        Assert.Equal(SocketError.TimedOut, Failure<SocketCallException>(Assert.Single(results.Skip(2))).SocketErrorCode);
    }

    [Theory]
    [ClassData(typeof(Engines))]
    public void ForEverATimeOutIsTheEndAndNoError(EngineKind kind)
    {
        Send(_first, "1");
        using ISocketTransport engine = TestSockets.Engine(kind, _stop);
        Assert.Equal(["1"], Texts(Receive(engine, [_first], null, 0.05)));
        Send(_first, "2");
        Send(_second, "3");
        Assert.Equal(["2", "3"], Texts(Receive(engine, [_first, _second], null, 0.05)).Order());
    }

    [Theory]
    [ClassData(typeof(Engines))]
    public void NoTimeAtAllStillTakesWhatIsThere(EngineKind kind)
    {
        Send(_first, "1", "2");
        Send(_second, "3", "4");
        using ISocketTransport engine = TestSockets.Engine(kind, _stop);
        Assert.Equal(["1", "2", "3", "4"], Texts(Receive(engine, [_first, _second], null, 0)).Order());
    }

    [Theory]
    [ClassData(typeof(Engines))]
    public void TheTimeIsThatOfTheNextDatagram(EngineKind kind)
    {
        using ISocketTransport engine = TestSockets.Engine(kind, _stop);
        using Socket echo = TestSockets.Bound(IPAddress.Loopback);
        int count = 0;
        long start = Stopwatch.GetTimestamp();
        Send(_first, "x");
        foreach (SocketLoop<Datagram>.Result result in DatagramReceiver.Receive(engine, TestSockets.Options(), 0.5, [_first], null))
        {
            Assert.NotNull(result.Value);
            count++;
            if (count == 4)
            {
                break;
            }

            // Each comes well within its time, all of them together do not.
            TestSockets.Pass(0.2);
            Send(_first, "x");
        }

        Assert.Equal(4, count);
        Assert.True(TestSockets.SecondsSince(start) > 0.5);
    }

    [Theory]
    [ClassData(typeof(Engines))]
    public void ASocketWithoutAnAddressIsSocketNotBound(EngineKind kind)
    {
        using Socket unbound = SocketFactory.Create(SocketTransport.Quiet, AddressFamily.InterNetworkV6, SocketType.Dgram, dualMode: true);
        Send(_first, "first");
        using ISocketTransport engine = TestSockets.Engine(kind, _stop);
        List<SocketLoop<Datagram>.Result> results = Receive(engine, [unbound, _first], 1, null);
        SocketInputException failure = Failure<SocketInputException>(results[0]);
        Assert.Equal("SocketNotBound", failure.ErrorId);
        Assert.Same(unbound, failure.Target);
        Assert.Equal("first", results[1].Value?.Text);
    }

    [Theory]
    [ClassData(typeof(Engines))]
    public void AConnectedSocketNeedsNoBind(EngineKind kind)
    {
        using Socket connected = SocketFactory.Create(SocketTransport.Quiet, AddressFamily.InterNetwork, SocketType.Dgram);
        connected.Connect(_sender.LocalEndPoint!);
        Send(connected, "hello");
        using ISocketTransport engine = TestSockets.Engine(kind, _stop);
        Assert.Equal(["hello"], Texts(Receive(engine, [connected], 1, null)));
    }

    [Theory]
    [ClassData(typeof(Engines))]
    public void AStreamCarriesNoDatagrams(EngineKind kind)
    {
        using Socket stream = TestSockets.Listening();
        using ISocketTransport engine = TestSockets.Engine(kind, _stop);
        SocketInputException failure = Failure<SocketInputException>(Assert.Single(Receive(engine, [stream], 1, null)));
        Assert.Equal("InvalidArgument", failure.ErrorId);
        Assert.Same(stream, failure.Target);
    }

    [Theory]
    [ClassData(typeof(Engines))]
    [Trait("Wine", "Not run: Wine 8 reports no ICMP errors on connected UDP sockets, so this waits without an end")]
    public void ARefusalCountsAndTheSocketGoesOn(EngineKind kind)
    {
        using Socket deaf = TestSockets.Deaf();
        using Socket socket = TestSockets.Bound(IPAddress.Loopback);
        EndPoint address = deaf.LocalEndPoint!;
        socket.Connect(address);
        socket.Send("into the void"u8.ToArray());
        using ISocketTransport engine = TestSockets.Engine(kind, _stop);
        List<SocketLoop<Datagram>.Result> results = [];
        foreach (SocketLoop<Datagram>.Result result in DatagramReceiver.Receive(engine, TestSockets.Options(), null, [socket], 2))
        {
            results.Add(result);
            if (results.Count == 1)
            {
                deaf.Dispose();
                using Socket living = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
                living.Bind(address);
                living.SendTo("answer"u8.ToArray(), socket.LocalEndPoint!);
            }
        }

        Assert.Equal(2, results.Count);
        Assert.Equal(SocketError.ConnectionRefused, Failure<SocketCallException>(results[0]).SocketErrorCode);
        Assert.Equal("answer", results[1].Value?.Text);
    }

    [Theory]
    [ClassData(typeof(Engines))]
    public void AStopEndsTheReceivingOfSeveral(EngineKind kind)
    {
        using ISocketTransport engine = TestSockets.Engine(kind, _stop);
        Background background = Background.Run(() => Receive(engine, [_first, _second], null, null));
        background.StopWith(_stop);
    }

    [Theory]
    [ClassData(typeof(Engines))]
    [Trait("Windows", "Windows has no socket pairs")]
    public void TheEndOfASeqPacketConnectionIsNoRowOfEmptyDatagrams(EngineKind kind)
    {
        (Socket first, Socket second) = SocketFactory.CreatePair(SocketTransport.Quiet, SocketType.Seqpacket);
        using (second)
        {
            first.Send("last"u8.ToArray());
            first.Dispose();
            using ISocketTransport engine = TestSockets.Engine(kind, _stop);
            Assert.Equal(["last"], Texts(Receive(engine, [second], null, null)));
            Assert.Empty(Receive(engine, [second], 1, null));
            Send(_first, "first");
            Assert.Equal(["first"], Texts(Receive(engine, [second, _first], 1, null)));
        }
    }

    [Theory]
    [ClassData(typeof(Engines))]
    public void AThousandSocketsAreWaitedForTogether(EngineKind kind)
    {
        Socket[] sockets = [.. Enumerable.Range(0, 1000).Select(_ => TestSockets.Bound(IPAddress.Loopback))];
        try
        {
            using ISocketTransport engine = TestSockets.Engine(kind, _stop);
            bool[] ready = new bool[sockets.Length];
            Assert.False(engine.Wait(TestSockets.Records(sockets), WaitFor.Read, ready, Deadline.Now));
            Send(sockets[998], "998");
            Assert.True(engine.Wait(TestSockets.Records(sockets), WaitFor.Read, ready, TestSockets.Patient));
            Assert.Equal(998, Assert.Single(Enumerable.Range(0, ready.Length), index => ready[index]));
            Assert.Equal("998", TestSockets.Hear(sockets[998]));

            for (int index = 0; index < sockets.Length; index++)
            {
                SendAway(sockets[index], $"{index}");
            }

            Assert.Equal(
                Enumerable.Range(0, sockets.Length).Select(index => $"{index}"),
                Texts(Receive(engine, sockets, 1, TestSockets.Patience.TotalSeconds)).OrderBy(int.Parse));
        }
        finally
        {
            Array.ForEach(sockets, socket => socket.Dispose());
        }
    }

    [Theory]
    [ClassData(typeof(Engines))]
    public void NoSocketsAreNoResults(EngineKind kind)
    {
        using ISocketTransport engine = TestSockets.Engine(kind, _stop);
        Assert.Empty(Receive(engine, [], 1, null));
    }

    private static List<SocketLoop<Datagram>.Result> Receive(ISocketTransport engine, Socket[] sockets, int? count, double? timeoutSeconds, int most = int.MaxValue) =>
        [.. DatagramReceiver.Receive(engine, TestSockets.Options(), timeoutSeconds, sockets, count).Take(most)];

    private static IEnumerable<string> Texts(IEnumerable<SocketLoop<Datagram>.Result> results) =>
        results.Select(result => result.Value?.Text ?? $"{result.Failure}");

    private static T Failure<T>(SocketLoop<Datagram>.Result result)
        where T : Exception
    {
        Assert.Null(result.Value);
        return Assert.IsType<T>(result.Failure);
    }

    // Where nobody receives meanwhile: all of them are in the queue afterwards.
    private void Send(Socket receiver, params string[] texts)
    {
        Array.ForEach(texts, text => SendAway(receiver, text));
        Assert.True(receiver.Poll(TestSockets.Patience, SelectMode.SelectRead));
    }

    private void SendAway(Socket receiver, string text) => _sender.SendTo(System.Text.Encoding.UTF8.GetBytes(text), receiver.LocalEndPoint!);
}
