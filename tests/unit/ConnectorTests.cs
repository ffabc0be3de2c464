using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using PSSockets.Sockets;
using PSSockets.Transport;
using PSSockets.Waiting;

namespace PSSockets.UnitTests;

public sealed class ConnectorTests : IDisposable
{
    private static readonly DnsEndPoint Asked = new("somewhere", 80);

    private readonly StopSignal _stop = new();
    private readonly TestDirectory _directory = new();
    private readonly MadeSockets _made = new();

    public void Dispose()
    {
        _made.Dispose();
        _directory.Dispose();
        _stop.Dispose();
    }

    [Theory]
    [ClassData(typeof(Engines))]
    public void TheFirstAddressIsTheFirstChoice(EngineKind kind)
    {
        using ISocketTransport engine = TestSockets.Engine(kind, _stop);
        using Socket first = TestSockets.Listening();
        using Socket second = TestSockets.Listening();
        (Socket socket, EndPoint? peer) = ConnectFirst(engine, TestSockets.Patient, first.LocalEndPoint!, second.LocalEndPoint!);
        using (socket)
        {
            Assert.Equal(first.LocalEndPoint, peer);
            Assert.True(socket.Connected);
            Assert.Equal(first.LocalEndPoint, socket.RemoteEndPoint);
            using NetworkStream stream = new(socket, ownsSocket: false);
            stream.Write("x"u8);
            using Socket accepted = first.Accept();
            Assert.Equal("x", TestSockets.Hear(accepted));
        }

        Assert.True(TestSockets.IsSilent(second));
    }

    [Theory]
    [ClassData(typeof(Engines))]
    public void AfterADeadAddressTheNextIsUsedAtOnce(EngineKind kind)
    {
        using ISocketTransport engine = TestSockets.Engine(kind, _stop);
        using Socket dead = TestSockets.Refusing();
        using Socket dead6 = TestSockets.Refusing(IPAddress.IPv6Loopback);
        using Socket living = TestSockets.Listening();
        (Socket socket, EndPoint? peer) = ConnectFirst(engine, TestSockets.Patient, dead.LocalEndPoint!, dead6.LocalEndPoint!, living.LocalEndPoint!);
        Assert.Equal(living.LocalEndPoint, peer);
        Assert.True(socket.Connected);
        _made.OnlyOpen(socket);
    }

    [Theory]
    [ClassData(typeof(Engines))]
    public void AnAddressWhoseSocketCannotBeMadeIsAFailureOfItsOwn(EngineKind kind)
    {
        using ISocketTransport engine = TestSockets.Engine(kind, _stop);
        using Socket living = TestSockets.Listening();
        SocketCallException broken = new("socket", null, PSSockets.Errors.ErrnoTable.FromNumber(97), null);
        Socket socket = Connector.ConnectFirst(
            engine,
            [new IPEndPoint(IPAddress.IPv6Loopback, 1), living.LocalEndPoint!],
            candidate => candidate.AddressFamily == AddressFamily.InterNetworkV6 ? throw broken : _made.Stream(candidate),
            Asked,
            TestSockets.Patient);
        Assert.Equal(living.LocalEndPoint, SocketRecord.Of(socket).Peer);
        _made.OnlyOpen(socket);
    }

    [Theory]
    [ClassData(typeof(Engines))]
    public void BesideASilentAddressTheNextBeginsAfterAQuarterOfASecond(EngineKind kind)
    {
        using ISocketTransport engine = TestSockets.Engine(kind, _stop);
        using FullListener silent = new();
        using Socket living = TestSockets.Listening();
        long start = Stopwatch.GetTimestamp();
        (Socket socket, EndPoint? peer) = ConnectFirst(engine, TestSockets.Patient, silent.EndPoint, living.LocalEndPoint!);
        Assert.InRange(TestSockets.SecondsSince(start), 0.24, TestSockets.Late);
        Assert.Equal(living.LocalEndPoint, peer);
        _made.OnlyOpen(socket);
    }

    [Theory]
    [ClassData(typeof(Engines))]
    public void ASilentAddressThatAnswersLaterWins(EngineKind kind)
    {
        using ISocketTransport engine = TestSockets.Engine(kind, _stop);
        using FullListener slow = new();
        using FullListener silent = new();
        Socket? socket = null;
        EndPoint? peer = null;
        Background background = Background.Run(() => (socket, peer) = ConnectFirst(engine, TestSockets.Patient, slow.EndPoint, silent.EndPoint));
        background.WaitUntilBlocked();
        slow.MakeRoom();
        background.Join();
        Assert.Equal(slow.EndPoint, peer);
        Assert.True(socket!.Connected);
        _made.OnlyOpen(socket);
    }

    [Theory]
    [ClassData(typeof(Engines))]
    public void TheErrorListsEachAttempt(EngineKind kind)
    {
        using ISocketTransport engine = TestSockets.Engine(kind, _stop);
        using Socket first = TestSockets.Refusing();
        using Socket second = TestSockets.Refusing(IPAddress.IPv6Loopback);
        SocketCallException exception = Assert.Throws<SocketCallException>(() =>
            ConnectFirst(engine, TestSockets.Patient, first.LocalEndPoint!, second.LocalEndPoint!));
        Assert.Equal(SocketError.ConnectionRefused, exception.SocketErrorCode);
        Assert.Equal(
            TestSockets.Here("connect somewhere:80: ECONNREFUSED (111) Connection refused: tried "
            + $"{first.LocalEndPoint}: ECONNREFUSED (111) Connection refused; {second.LocalEndPoint}: ECONNREFUSED (111) Connection refused"),
            exception.Message);
        Assert.Same(Asked, exception.Target);
        _made.OnlyOpen(null);
    }

    [Theory]
    [ClassData(typeof(Engines))]
    public void OneAddressNeedsNoList(EngineKind kind)
    {
        using ISocketTransport engine = TestSockets.Engine(kind, _stop);
        using Socket dead = TestSockets.Refusing();
        SocketCallException exception = Assert.Throws<SocketCallException>(() => ConnectFirst(engine, TestSockets.Patient, dead.LocalEndPoint!));
        Assert.Equal(TestSockets.Here($"connect {dead.LocalEndPoint}: ECONNREFUSED (111) Connection refused"), exception.Message);
        Assert.Same(Asked, exception.Target);
    }

    [Theory]
    [ClassData(typeof(Engines))]
    public void TheDeadlineIsThatOfAllAttemptsTogether(EngineKind kind)
    {
        using ISocketTransport engine = TestSockets.Engine(kind, _stop);
        using FullListener first = new();
        using FullListener second = new();
        using FullListener third = new();
        long start = Stopwatch.GetTimestamp();
        SocketCallException exception = Assert.Throws<SocketCallException>(() =>
            ConnectFirst(engine, Deadline.After(0.4), first.EndPoint, second.EndPoint, third.EndPoint));
        Assert.InRange(TestSockets.SecondsSince(start), 0.39, TestSockets.Late);
        Assert.Equal(SocketError.TimedOut, exception.SocketErrorCode);
        Assert.StartsWith(TestSockets.Here("connect somewhere:80: ETIMEDOUT (110) Connection timed out: tried "), exception.Message, StringComparison.Ordinal);
        Assert.Contains($"{first.EndPoint}: ETIMEDOUT", exception.Message, StringComparison.Ordinal);
        Assert.Contains($"{second.EndPoint}: ETIMEDOUT", exception.Message, StringComparison.Ordinal);
        _made.OnlyOpen(null);
    }

    [Theory]
    [ClassData(typeof(Engines))]
    public void AStopClosesEveryAttempt(EngineKind kind)
    {
        using ISocketTransport engine = TestSockets.Engine(kind, _stop);
        using FullListener first = new();
        using FullListener second = new();
        Background background = Background.Run(() => ConnectFirst(engine, Deadline.Never, first.EndPoint, second.EndPoint));
        Assert.True(SpinWait.SpinUntil(() => _made.Count == 2, TestSockets.Patience));
        Assert.InRange(background.StopWith(_stop), 0, TestSockets.Late);
        _made.OnlyOpen(null);
    }

    [Theory]
    [ClassData(typeof(Engines))]
    public void AGivenSocketTriesOneAddressAfterTheOther(EngineKind kind)
    {
        using ISocketTransport engine = TestSockets.Engine(kind, _stop);
        using Socket dead = TestSockets.Refusing();
        using Socket living = TestSockets.Listening();
        using Socket socket = TestSockets.Stream(living.LocalEndPoint!);
        Connector.Connect(engine, socket, [dead.LocalEndPoint!, dead.LocalEndPoint!, living.LocalEndPoint!], Asked, TestSockets.Patient);
        Assert.True(socket.Connected);
        Assert.Equal(living.LocalEndPoint, SocketTransport.Quiet.RemoteEndPoint(socket));
    }

    [Theory]
    [ClassData(typeof(Engines))]
    public void AGivenSocketsErrorListsEachAttempt(EngineKind kind)
    {
        using ISocketTransport engine = TestSockets.Engine(kind, _stop);
        using Socket first = TestSockets.Refusing();
        using Socket second = TestSockets.Refusing();
        using Socket socket = TestSockets.Stream(first.LocalEndPoint!);
        SocketCallException exception = Assert.Throws<SocketCallException>(() =>
            Connector.Connect(engine, socket, [first.LocalEndPoint!, second.LocalEndPoint!], Asked, TestSockets.Patient));
        Assert.Equal(
            TestSockets.Here("connect somewhere:80: ECONNREFUSED (111) Connection refused: tried "
            + $"{first.LocalEndPoint}: ECONNREFUSED (111) Connection refused; {second.LocalEndPoint}: ECONNREFUSED (111) Connection refused"),
            exception.Message);
        Assert.Same(socket, exception.Target);
        Assert.False(SocketRecord.Of(socket).IsClosed);
    }

    [Theory]
    [ClassData(typeof(Engines))]
    public void AGivenSocketTimesOutAndCanTryAgain(EngineKind kind)
    {
        using ISocketTransport engine = TestSockets.Engine(kind, _stop);
        using FullListener silent = new();
        using Socket living = TestSockets.Listening();
        using Socket socket = TestSockets.Stream(living.LocalEndPoint!);
        long start = Stopwatch.GetTimestamp();
        SocketCallException exception = Assert.Throws<SocketCallException>(() =>
            Connector.Connect(engine, socket, [silent.EndPoint, living.LocalEndPoint!], Asked, Deadline.After(0.2)));
        Assert.InRange(TestSockets.SecondsSince(start), 0.19, TestSockets.Late);
        Assert.Equal(TestSockets.Here($"connect {silent.EndPoint}: ETIMEDOUT (110) Connection timed out"), exception.Message);
        Assert.Same(socket, exception.Target);
        Connector.Connect(engine, socket, [living.LocalEndPoint!], Asked, TestSockets.Patient);
        Assert.True(socket.Connected);
    }

    [Theory]
    [ClassData(typeof(Engines))]
    public void AClosedSocketIsSocketClosed(EngineKind kind)
    {
        using ISocketTransport engine = TestSockets.Engine(kind, _stop);
        using Socket living = TestSockets.Listening();
        Socket socket = TestSockets.Stream(living.LocalEndPoint!);
        socket.Dispose();
        SocketInputException exception = Assert.Throws<SocketInputException>(() =>
            Connector.Connect(engine, socket, [living.LocalEndPoint!], Asked, TestSockets.Patient));
        Assert.Equal("SocketClosed", exception.ErrorId);
    }

    [Theory]
    [ClassData(typeof(Engines))]
    [Trait("Wine", "Wine 8 has no AF_UNIX")]
    public void AUnixPathThatIsMissingIsENOENT(EngineKind kind)
    {
        using ISocketTransport engine = TestSockets.Engine(kind, _stop);
        SocketCallException exception = Assert.Throws<SocketCallException>(() => ConnectFirst(engine, TestSockets.Patient, _directory.Socket("missing")));
        Assert.Equal($"connect {_directory.File("missing")}: ENOENT (2) No such file or directory", exception.Message);
    }

    private (Socket Socket, EndPoint? Peer) ConnectFirst(ISocketTransport engine, Deadline deadline, params EndPoint[] candidates)
    {
        Socket socket = Connector.ConnectFirst(engine, candidates, _made.Stream, Asked, deadline);
        return (socket, SocketRecord.Of(socket).Peer);
    }
}
