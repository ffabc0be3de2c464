using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using PSSockets.Datagrams;
using PSSockets.Errors;
using PSSockets.Sockets;
using PSSockets.Waiting;

namespace PSSockets.UnitTests;

public sealed class PeerSearchTests : IDisposable
{
    private readonly StopSignal _stop = new();
    private readonly MadeSockets _made = new();

    public void Dispose()
    {
        _made.Dispose();
        _stop.Dispose();
    }

    [Theory]
    [ClassData(typeof(Engines))]
    public void EachIsThereAsSoonAsItIsKnown(EngineKind kind)
    {
        using ISocketTransport engine = TestSockets.Engine(kind, _stop);
        using FullListener silent = new();
        using Socket living = TestSockets.Listening();
        using Socket dead = TestSockets.Refusing();
        using PeerSearch search = Search(engine, timeoutSeconds: 0.5);
        long start = Stopwatch.GetTimestamp();
        search.Add(new PeerTarget(silent.EndPoint));
        search.Add(new PeerTarget(living.LocalEndPoint!));
        search.Add(new PeerTarget(dead.LocalEndPoint!));
        List<PeerTarget> found = All(search);
        Assert.InRange(TestSockets.SecondsSince(start), 0.49, TestSockets.Late);
        Assert.Equal(3, found.Count);
        Assert.Equal(silent.EndPoint, found[^1].Asked);
        Assert.Equal(SocketError.TimedOut, Assert.IsType<SocketCallException>(found[^1].Failure).SocketErrorCode);
        PeerTarget open = found.Single(target => target.Socket is not null);
        Assert.Equal(living.LocalEndPoint, open.Peer);
        Assert.True(open.Socket!.Connected);
        Assert.InRange(open.Latency!.Value.TotalSeconds, 0, TestSockets.Late);
        Assert.Equal(SocketError.ConnectionRefused, Assert.IsType<SocketCallException>(found.Single(target => target.Asked.Equals(dead.LocalEndPoint)).Failure).SocketErrorCode);
        _made.OnlyOpen(open.Socket);
    }

    [Theory]
    [ClassData(typeof(Engines))]
    public void NoMoreAreUnderWayThanMayBe(EngineKind kind)
    {
        using ISocketTransport engine = TestSockets.Engine(kind, _stop);
        using FullListener silent = new();
        int most = 0;
        using PeerSearch search = new(engine, new ConnectTrials(engine), Make, 3, 0.05);
        for (int count = 0; count < 10; count++)
        {
            search.Add(new PeerTarget(silent.EndPoint));
        }

        int found = 0;
        while (search.Next(Deadline.Never) is not null)
        {
            found++;
        }

        Assert.Equal(10, found);
        Assert.Equal(3, most);

        Socket Make(EndPoint candidate)
        {
            Socket socket = _made.Stream(candidate);
            most = Math.Max(most, _made.OpenCount);
            return socket;
        }
    }

    [Theory]
    [ClassData(typeof(Engines))]
    public void ALookUpThatEndsWakesTheWait(EngineKind kind)
    {
        using ISocketTransport engine = TestSockets.Engine(kind, _stop);
        using FullListener silent = new();
        using Socket living = TestSockets.Listening();
        using PeerSearch search = Search(engine, timeoutSeconds: null);
        search.Add(new PeerTarget(silent.EndPoint));
        search.Add(new PeerTarget(new DnsEndPoint("localhost", ((IPEndPoint)living.LocalEndPoint!).Port, AddressFamily.InterNetwork)));
        PeerTarget found = search.Next(TestSockets.Patient)!;
        Assert.Equal(living.LocalEndPoint, found.Peer);
    }

    [Theory]
    [ClassData(typeof(Engines))]
    public void WhoDoesNotWaitGetsWhatIsKnownByThen(EngineKind kind)
    {
        using ISocketTransport engine = TestSockets.Engine(kind, _stop);
        using FullListener slow = new();
        using PeerSearch search = Search(engine, timeoutSeconds: null);
        search.Add(new PeerTarget(slow.EndPoint));
        Assert.Null(search.Next(Deadline.Now));
        slow.MakeRoom();
        Assert.True(SpinWait.SpinUntil(() => search.Next(Deadline.Now) is { Socket.Connected: true }, TestSockets.Patience));
    }

    [Theory]
    [ClassData(typeof(Engines))]
    public void ANameThatIsNotKnownIsAFailureOfTheLookUp(EngineKind kind)
    {
        using ISocketTransport engine = TestSockets.Engine(kind, _stop);
        using PeerSearch search = Search(engine, timeoutSeconds: null);
        // Longer than any name can be: no server is asked.
        DnsEndPoint asked = new(new string('a', 64), 80);
        search.Add(new PeerTarget(asked));
        SocketCallException failure = Assert.IsType<SocketCallException>(search.Next(TestSockets.Patient)!.Failure);
        Assert.Equal("getaddrinfo", failure.Call);
        Assert.Equal(SocketError.HostNotFound, failure.SocketErrorCode);
        Assert.Equal(0, _made.Count);
    }

    [Theory]
    [ClassData(typeof(Engines))]
    public void AStopEndsAllAndLeavesNothingOpen(EngineKind kind)
    {
        using ISocketTransport engine = TestSockets.Engine(kind, _stop);
        using FullListener silent = new();
        PeerSearch search = Search(engine, timeoutSeconds: null);
        for (int count = 0; count < 50; count++)
        {
            search.Add(new PeerTarget(silent.EndPoint));
        }

        Background background = Background.Run(() =>
        {
            using (search)
            {
                search.Next(Deadline.Never);
            }
        });
        Assert.True(SpinWait.SpinUntil(() => _made.Count == 50, TestSockets.Patience));
        Assert.InRange(background.StopWith(_stop), 0, TestSockets.Late);
        _made.OnlyOpen(null);
    }

    [Theory]
    [ClassData(typeof(Engines))]
    public void WithoutADescriptorItWaitsForOne(EngineKind kind)
    {
        using ISocketTransport engine = TestSockets.Engine(kind, _stop);
        using FullListener silent = new();
        using Socket living = TestSockets.Listening();
        int tries = 0;
        using PeerSearch search = new(
            engine,
            new ConnectTrials(engine),
            candidate => _made.OpenCount >= 2 && ++tries > 0 ? throw NoDescriptor() : _made.Stream(candidate),
            int.MaxValue,
            0.1);
        search.Add(new PeerTarget(silent.EndPoint));
        search.Add(new PeerTarget(silent.EndPoint));
        search.Add(new PeerTarget(living.LocalEndPoint!));
        List<PeerTarget> found = All(search);
        Assert.True(tries > 0);
        Assert.Equal(3, found.Count);
        Assert.Equal(2, found.Count(target => target.Failure is SocketCallException { SocketErrorCode: SocketError.TimedOut }));
        Assert.Equal(living.LocalEndPoint, found.Single(target => target.Socket is not null).Peer);
    }

    [Theory]
    [ClassData(typeof(Engines))]
    public void WhereThereIsNoDescriptorAtAllItIsSaidOnce(EngineKind kind)
    {
        using ISocketTransport engine = TestSockets.Engine(kind, _stop);
        using PeerSearch search = new(engine, new ConnectTrials(engine), _ => throw NoDescriptor());
        for (int count = 0; count < 1000; count++)
        {
            search.Add(new PeerTarget(new IPEndPoint(IPAddress.Loopback, 1)));
        }

        SocketCallException failure = Assert.Throws<SocketCallException>(() => search.Next(Deadline.Never));
        Assert.Equal(SocketError.TooManyOpenSockets, failure.SocketErrorCode);
        Assert.Contains("1,000 end points were not tried", failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [ClassData(typeof(Engines))]
    public void ADatagramIsAnsweredOrNot(EngineKind kind)
    {
        using ISocketTransport engine = TestSockets.Engine(kind, _stop);
        using Socket server = TestSockets.Bound(IPAddress.Loopback);
        using Socket quiet = TestSockets.Bound(IPAddress.Loopback);
        Background answer = Background.Run(() =>
        {
            byte[] buffer = new byte[10];
            EndPoint client = new IPEndPoint(IPAddress.Any, 0);
            int count = server.ReceiveFrom(buffer, ref client);
            server.SendTo(buffer.AsSpan(0, count), client);
        });

        Dictionary<EndPoint, SocketTestStatus> found = Ping(engine, server.LocalEndPoint!, quiet.LocalEndPoint!);

        answer.Join();
        Assert.Equal(SocketTestStatus.Replied, found[server.LocalEndPoint!]);
        Assert.Equal(SocketTestStatus.NoReply, found[quiet.LocalEndPoint!]);
        Assert.Equal("ping", TestSockets.Hear(quiet));
    }

    [Theory]
    [ClassData(typeof(Engines))]
    [Trait("Wine", "Wine 8 reports no ICMP errors on connected UDP sockets")]
    public void ADatagramToAPortThatNobodyHasIsRefused(EngineKind kind)
    {
        using ISocketTransport engine = TestSockets.Engine(kind, _stop);
        Socket gone = TestSockets.Bound(IPAddress.Loopback);
        EndPoint dead = gone.LocalEndPoint!;
        gone.Dispose();

        // .NET's select on Linux does not tell of a refusal; there the Linux engine waits.
        Assert.Equal(kind == EngineKind.Portable && OperatingSystem.IsLinux() ? SocketTestStatus.NoReply : SocketTestStatus.Refused, Ping(engine, dead)[dead]);
    }

    [Theory]
    [ClassData(typeof(Engines))]
    public void NoneBeginsAfterTheEndOfTheWholeCall(EngineKind kind)
    {
        using ISocketTransport engine = TestSockets.Engine(kind, _stop);
        using FullListener silent = new();
        using PeerSearch search = new(engine, new ConnectTrials(engine), _made.Stream, 1, TimeLimit.Of(600, 0.2));
        foreach (int _ in Enumerable.Range(0, 3))
        {
            search.Add(new PeerTarget(silent.EndPoint));
        }

        PeerTarget late = search.Next(Deadline.Never)!;
        Assert.False(late.IsSkipped);
        Assert.EndsWith("nobody answered within 0.2 s of the whole call", Assert.IsType<SocketCallException>(late.Failure).Message, StringComparison.Ordinal);
        Assert.Equal(SocketTestStatus.TimedOut, SocketTest.From(late, isDatagram: false)!.Status);
        foreach (int _ in Enumerable.Range(0, 2))
        {
            PeerTarget skipped = search.Next(Deadline.Never)!;
            Assert.True(skipped.IsSkipped);
            SocketCallException failure = Assert.IsType<SocketCallException>(skipped.Failure);
            Assert.Equal(SocketError.TimedOut, failure.SocketErrorCode);
            Assert.EndsWith("it was not tried within 0.2 s of the whole call", failure.Message, StringComparison.Ordinal);
            SocketTest test = SocketTest.From(skipped, isDatagram: true)!;
            Assert.Equal(SocketTestStatus.NotTried, test.Status);
            Assert.Null(test.Error);
        }

        Assert.Null(search.Next(Deadline.Never));
        _made.OnlyOpen(null);
    }

    [Theory]
    [ClassData(typeof(Engines))]
    public void TheFirstIsTriedWithoutAnyTime(EngineKind kind)
    {
        using ISocketTransport engine = TestSockets.Engine(kind, _stop);
        using Socket dead = TestSockets.Refusing();
        using PeerSearch search = new(engine, new ConnectTrials(engine), _made.Stream, 1, TimeLimit.Of(null, 0));
        search.Add(new PeerTarget(dead.LocalEndPoint!));
        search.Add(new PeerTarget(dead.LocalEndPoint!));
        Assert.False(search.Next(Deadline.Never)!.IsSkipped);
        Assert.True(search.Next(Deadline.Never)!.IsSkipped);
    }

    private Dictionary<EndPoint, SocketTestStatus> Ping(ISocketTransport engine, params EndPoint[] endPoints)
    {
        using PeerSearch search = new(engine, new AnswerTrials(engine, "ping"u8.ToArray()), endPoint => _made.Add(SocketFactory.Create(engine, endPoint.AddressFamily, SocketType.Dgram)), limit: 0.3);
        foreach (EndPoint endPoint in endPoints)
        {
            search.Add(new PeerTarget(endPoint));
        }

        Dictionary<EndPoint, SocketTestStatus> found = [];
        while (search.Next(Deadline.Never) is PeerTarget target)
        {
            found.Add(target.Asked, SocketTest.From(target, isDatagram: true)!.Status);
        }

        return found;
    }

    private static SocketCallException NoDescriptor() => new("socket", "AF_INET SOCK_STREAM", ErrnoTable.FromName("EMFILE")!, null);

    private static List<PeerTarget> All(PeerSearch search)
    {
        List<PeerTarget> found = [];
        while (search.Next(Deadline.Never) is PeerTarget target)
        {
            found.Add(target);
        }

        return found;
    }

    private PeerSearch Search(ISocketTransport engine, double? timeoutSeconds) => new(engine, new ConnectTrials(engine), _made.Stream, limit: timeoutSeconds);
}
