using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using PSSockets.Errors;
using PSSockets.Native;
using PSSockets.Sockets;
using PSSockets.Transport;
using PSSockets.Waiting;

namespace PSSockets.UnitTests;

public sealed class SocketLoopTests : IDisposable
{
    private readonly StopSignal _stop = new();
    private readonly Socket _first = TestSockets.Listening();
    private readonly Socket _second = TestSockets.Listening();
    private readonly List<Socket> _clients = [];

    public void Dispose()
    {
        _stop.Set();
        _clients.ForEach(client => client.Dispose());
        _first.Dispose();
        _second.Dispose();
        _stop.Dispose();
    }

    [Theory]
    [ClassData(typeof(Engines))]
    public void OneListenerGivesAsManyAsAsked(EngineKind kind)
    {
        using ISocketTransport engine = TestSockets.Engine(kind, _stop);
        EndPoint?[] peers = [Connect(_first), Connect(_first), Connect(_first)];
        Assert.Equal(peers[..2], Peers(Accepting(engine).Take([_first], 2)));
        Assert.Equal(peers[2..], Peers(Accepting(engine).Take([_first], 1)));
    }

    [Theory]
    [ClassData(typeof(Engines))]
    public void EachListenerGivesAsManyAsAsked(EngineKind kind)
    {
        using ISocketTransport engine = TestSockets.Engine(kind, _stop);
        EndPoint?[] first = [Connect(_first), Connect(_first), Connect(_first)];
        EndPoint?[] second = [Connect(_second), Connect(_second)];
        List<EndPoint?> peers = Peers(Accepting(engine).Take([_first, _second], 2));
        Assert.Equal(4, peers.Count);
        Assert.Equal(first[..2], peers.Where(peer => first.Contains(peer)));
        Assert.Equal(second, peers.Where(peer => second.Contains(peer)));
        Assert.Equal(first[2..], Peers(Accepting(engine).Take([_first], 1)));
    }

    [Theory]
    [ClassData(typeof(Engines))]
    public void ConnectionsThatComeLaterAreWaitedFor(EngineKind kind)
    {
        using ISocketTransport engine = TestSockets.Engine(kind, _stop);
        List<EndPoint?> peers = [];
        Background background = Background.Run(() => peers = Peers(Accepting(engine).Take([_first, _second], 1)));
        background.WaitUntilBlocked();
        EndPoint? second = Connect(_second);
        // Then only one is left, and the call itself waits.
        Assert.True(SpinWait.SpinUntil(() => !_second.Poll(0, SelectMode.SelectRead), TestSockets.Patience));
        background.WaitUntilBlocked();
        EndPoint? first = Connect(_first);
        background.Join();
        Assert.Equal([second, first], peers);
    }

    [Theory]
    [ClassData(typeof(Engines))]
    public void WhatIsTakenIsGivenAtOnce(EngineKind kind)
    {
        using ISocketTransport engine = TestSockets.Engine(kind, _stop);
        EndPoint? one = Connect(_first);
        using IEnumerator<SocketLoop<Socket>.Result> results = Accepting(engine).Take([_first], 2).GetEnumerator();
        Assert.True(results.MoveNext());
        Assert.Equal(one, results.Current.Value?.RemoteEndPoint);
        EndPoint? other = Connect(_first);
        Assert.True(results.MoveNext());
        Assert.Equal(other, results.Current.Value?.RemoteEndPoint);
        Assert.False(results.MoveNext());
    }

    [Theory]
    [ClassData(typeof(Engines))]
    public void WhoStopsAskingLeavesTheRest(EngineKind kind)
    {
        using ISocketTransport engine = TestSockets.Engine(kind, _stop);
        EndPoint?[] peers = [Connect(_first), Connect(_first)];
        Assert.Equal(peers[..1], Peers(Accepting(engine).Take([_first], null).Take(1)));
        Assert.Equal(peers[1..], Peers(Accepting(engine).Take([_first], 1)));
    }

    [Theory]
    [ClassData(typeof(Engines))]
    public void EachListenerThatStillWaitsTimesOut(EngineKind kind)
    {
        using ISocketTransport engine = TestSockets.Engine(kind, _stop);
        EndPoint? only = Connect(_second);
        long start = Stopwatch.GetTimestamp();
        List<SocketLoop<Socket>.Result> results = [.. Accepting(engine, 0.1).Take([_first, _second], 1)];
        Assert.InRange(TestSockets.SecondsSince(start), 0.09, TestSockets.Late);
        Assert.Equal(2, results.Count);
        Assert.Equal(only, results[0].Value?.RemoteEndPoint);
        SocketCallException failure = Assert.IsType<SocketCallException>(results[1].Failure);
        Assert.Equal(TestSockets.Here($"accept {_first.LocalEndPoint}: ETIMEDOUT (110) Connection timed out: no connection came within 0.1 s"), failure.Message);
        Assert.Same(_first, failure.Target);
        Assert.Null(results[1].Value);
        results[0].Value?.Dispose();
    }

    [Theory]
    [ClassData(typeof(Engines))]
    public void ForEverATimeOutIsTheEndAndNoError(EngineKind kind)
    {
        using ISocketTransport engine = TestSockets.Engine(kind, _stop);
        EndPoint? first = Connect(_first);
        EndPoint? second = Connect(_second);
        List<EndPoint?> peers = Peers(Accepting(engine, 0.05).Take([_first, _second], null));
        Assert.Equal(2, peers.Count);
        Assert.Contains(first, peers);
        Assert.Contains(second, peers);
        Assert.Empty(Accepting(engine, 0).Take([_first], null));
    }

    [Theory]
    [ClassData(typeof(Engines))]
    public void AListenerThatIsClosedMeanwhileIsAnErrorAndTheOtherGoesOn(EngineKind kind)
    {
        using ISocketTransport engine = TestSockets.Engine(kind, _stop);
        List<SocketLoop<Socket>.Result> results = [];
        Background background = Background.Run(() => results = [.. Accepting(engine).Take([_first, _second], 1)]);
        background.WaitUntilBlocked();
        Background.Run(_second.Dispose).Join();
        EndPoint? first = Connect(_first);
        background.Join();
        Assert.Equal(2, results.Count);
        Assert.Equal("SocketClosed", Assert.IsType<SocketInputException>(results[0].Failure).ErrorId);
        Assert.Equal(first, results[1].Value?.RemoteEndPoint);
        results[1].Value?.Dispose();
    }

    [Theory]
    [ClassData(typeof(Engines))]
    public void AClosedListenerIsAnErrorOfItsOwn(EngineKind kind)
    {
        using ISocketTransport engine = TestSockets.Engine(kind, _stop);
        _second.Dispose();
        EndPoint? first = Connect(_first);
        List<SocketLoop<Socket>.Result> results = [.. Accepting(engine).Take([_second, _first], 1)];
        SocketInputException failure = Assert.IsType<SocketInputException>(results[0].Failure);
        Assert.Equal("SocketClosed", failure.ErrorId);
        Assert.StartsWith("accept: EBADF", failure.Message, StringComparison.Ordinal);
        Assert.Equal(first, Assert.Single(results.Skip(1)).Value?.RemoteEndPoint);
        results[1].Value?.Dispose();
    }

    [Fact]
    public void AnUnusableSocketIsNeverAsked()
    {
        using ISocketTransport engine = SocketTransport.Create(_stop);
        SocketInputException unusable = new("InvalidArgument", "not this one", "Take another.");
        List<Socket> asked = [];
        SocketLoop<string> loop = new(engine, "recv", (socket, _) => Note(asked, socket.Socket), null)
        {
            Check = socket => ReferenceEquals(socket.Socket, _first) ? unusable : null,
            Missing = "nothing came",
        };
        Connect(_second);
        List<SocketLoop<string>.Result> results = [.. loop.Take([_first, _second], 2)];
        Assert.Same(unusable, results[0].Failure);
        Assert.Equal(["value", "value"], results.Skip(1).Select(result => result.Value));
        Assert.Equal([_second, _second], asked);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void TheEndIsNoOutputAndTheSocketGivesNoMore(int sockets)
    {
        using ISocketTransport engine = SocketTransport.Create(_stop);
        Queue<string> values = new(["one", "end", "more"]);
        Socket[] given = [_first, _second];
        Array.ForEach(given, socket => Connect(socket));
        SocketLoop<string> loop = new(engine, "recv", (socket, _) => ReferenceEquals(socket.Socket, _first) ? values.Dequeue() : "end", TestSockets.Patience.TotalSeconds)
        {
            IsEnd = value => value == "end",
            Missing = "nothing came",
        };
        SocketLoop<string>.Result only = Assert.Single(loop.Take(given[..sockets], null));
        Assert.Equal("one", only.Value);
        Assert.False(only.IsEnd);
        Assert.Equal(["more"], values);
    }

    [Theory]
    [InlineData(SocketError.ConnectionRefused)]
    [InlineData(SocketError.ConnectionReset)]
    [InlineData(SocketError.ConnectionAborted)]
    [InlineData(SocketError.HostUnreachable)]
    [InlineData(SocketError.NetworkUnreachable)]
    [InlineData(SocketError.NetworkDown)]
    [InlineData(SocketError.HostDown)]
    [InlineData(SocketError.MessageSize)]
    [InlineData(SocketError.NoBufferSpaceAvailable)]
    [InlineData(SocketError.AccessDenied)]
    [InlineData(SocketError.SocketError)]
    public void APassingErrorCountsAndTheSocketGoesOn(SocketError error)
    {
        using ISocketTransport engine = SocketTransport.Create(_stop);
        SocketCallException failure = Failure(error);
        Queue<Func<string>> attempts = new([() => "one", () => throw failure, () => "three", () => "four"]);
        List<SocketLoop<string>.Result> results = [.. Loop(engine, attempts).Take([_first], 3)];
        Assert.Equal(["one", null, "three"], results.Select(result => result.Value));
        Assert.Same(failure, results[1].Failure);
        Assert.All(results, result => Assert.False(result.IsEnd));
        Assert.Single(attempts);
    }

    [Theory]
    [InlineData(SocketError.NotConnected)]
    [InlineData(SocketError.Shutdown)]
    [InlineData(SocketError.InvalidArgument)]
    [InlineData(SocketError.NotSocket)]
    public void ALastingErrorEndsTheSocket(SocketError error)
    {
        using ISocketTransport engine = SocketTransport.Create(_stop);
        SocketCallException failure = Failure(error);
        Queue<Func<string>> attempts = new([() => throw failure, () => "never"]);
        SocketLoop<string>.Result only = Assert.Single(Loop(engine, attempts).Take([_first], null));
        Assert.Same(failure, only.Failure);
        Assert.Null(only.Value);
        Assert.Single(attempts);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(12)]
    [InlineData(13)]
    [InlineData(64)]
    [InlineData(71)]
    public void AnErrorOfTheSystemThatStaysIsSaidOnceAndEndsTheSocket(int errno)
    {
        using ISocketTransport engine = SocketTransport.Create(_stop);
        SocketCallException Fail() => CallFailure.Of("recvfrom", _first.LocalEndPoint, TestSockets.OnThisSystem(errno), _first);
        Queue<Func<string>> attempts = new([() => throw Fail(), () => "between", () => throw Fail(), () => throw Fail(), () => "never"]);
        List<SocketLoop<string>.Result> results = [.. Loop(engine, attempts).Take([_first], null)];
        Assert.Equal([null, "between", null], results.Select(result => result.Value));
        Assert.Equal(2, results.Count(result => result.Failure is not null));
        Assert.Single(attempts);
    }

    [Theory]
    [InlineData(1, 23)]
    [InlineData(1, 24)]
    [InlineData(2, 24)]
    public void ThatThereIsNoDescriptorIsSaidOnceAndWaitedFor(int sockets, int errno)
    {
        using ISocketTransport engine = SocketTransport.Create(_stop);
        int attempts = 0;
        List<long> times = [];
        string? Try(SocketRecord socket, Deadline deadline)
        {
            times.Add(Stopwatch.GetTimestamp());
            return ++attempts switch
            {
                4 or 6 => "value",
                > 6 => throw new OperationCanceledException(),
                _ => throw CallFailure.Of("accept", null, TestSockets.OnThisSystem(errno), socket.Socket),
            };
        }

        Connect(_first);
        Connect(_second);
        List<SocketLoop<string>.Result> results = [];
        SocketLoop<string> loop = new(engine, "accept", Try, null) { Missing = "nothing came" };
        Assert.Throws<OperationCanceledException>(() => Gather(loop.Take(sockets == 1 ? [_first] : [_first, _second], null), results));
        Assert.Equal([null, "value", null, "value"], results.Select(result => result.Value));
        Assert.Equal(2, results.Count(result => result.Failure is not null));
        // No attempt comes right after one that found no descriptor.
        Assert.True(Stopwatch.GetElapsedTime(times[0], times[3]).TotalMilliseconds >= (sockets == 1 ? 340 : 50), $"{Stopwatch.GetElapsedTime(times[0], times[3])}");
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void ATimeOutAndAStopEndTheWaitForADescriptor(int sockets)
    {
        using ISocketTransport engine = SocketTransport.Create(_stop);
        Socket[] given = [_first, _second];
        Connect(_first);
        Connect(_second);
        SocketLoop<string> Starved(double? seconds) =>
            new(engine, "accept", (socket, _) => throw CallFailure.Of("accept", null, TestSockets.OnThisSystem(Errno.EMFILE), socket.Socket), seconds) { Missing = "nothing came" };
        long start = Stopwatch.GetTimestamp();
        Assert.Single(Starved(0.2).Take(given[..sockets], null));
        Assert.InRange(TestSockets.SecondsSince(start), 0.19, 2);
        int said = 0;
        Background background = Background.Run(() => said += Starved(null).Take(given[..sockets], null).Select(result => Interlocked.Increment(ref said)).Count());
        Assert.True(SpinWait.SpinUntil(() => Volatile.Read(ref said) == 1, TestSockets.Patience));
        Assert.InRange(background.StopWith(_stop), 0, 1);
        Assert.Equal(1, said);
    }

    [Theory]
    [InlineData(SocketError.ConnectionRefused)]
    [InlineData(SocketError.NetworkDown)]
    [InlineData(SocketError.MessageSize)]
    [InlineData(SocketError.ProtocolOption)]
    public void AFailureThatComesAgainAndAgainIsSaidOnceAndEndsTheSocket(SocketError error)
    {
        using ISocketTransport engine = SocketTransport.Create(_stop);
        int attempts = 0;
        SocketLoop<string> loop = new(
            engine, "recvfrom", (_, _) => ++attempts < 10_000 ? throw Failure(error) : throw new OperationCanceledException(), null) { Missing = "nothing came" };
        Assert.NotNull(Assert.Single(loop.Take([_first], null)).Failure);
    }

    [Fact]
    [Trait("Windows", "Not run: what ICMP says comes with the transport of Linux")]
    public void TheSameErrorAfterAWaitIsAnotherError()
    {
        using LinuxTransport engine = new(_stop, new TapOfMany());
        using Socket receiver = TestSockets.Bound(IPAddress.Loopback);
        receiver.SendTo("x"u8.ToArray(), receiver.LocalEndPoint!);
        int failures = 0;
        foreach (SocketLoop<Datagram>.Result result in PSSockets.Datagrams.DatagramReceiver.Receive(engine, TestSockets.Options(), 0.3, [receiver], null))
        {
            failures += result.Failure is SocketCallException { SocketErrorCode: SocketError.AccessDenied } ? 1 : 0;
        }

        Assert.Equal(TapOfMany.Times, failures);
    }

    // Refuses with EACCES, and every other time lets the call find nothing, as after an ICMP message.
    private sealed class TapOfMany : ITransportTap
    {
        public const int Times = 5;
        private int _calls;

        public int Before(string call, SocketRecord? socket) => call != "recvfrom" ? 0
            : ++_calls > 2 * Times ? 0 : _calls % 2 == 1 ? Errno.EACCES : Errno.EAGAIN;

        public void After(in SystemCall call)
        {
        }
    }

    private static void Gather(IEnumerable<SocketLoop<string>.Result> given, List<SocketLoop<string>.Result> seen)
    {
        foreach (SocketLoop<string>.Result result in given)
        {
            seen.Add(result);
        }
    }

    [Fact]
    public void AnInputErrorEndsTheSocketAndTheOtherGoesOn()
    {
        using ISocketTransport engine = SocketTransport.Create(_stop);
        Connect(_first);
        Connect(_second);
        SocketInputException failure = new("EndOfStream", "ended", "None.");
        int calls = 0;
        SocketLoop<string> loop = new(engine, "recv", (socket, _) => ReferenceEquals(socket.Socket, _first) ? throw failure : $"{calls++}", null)
        {
            Missing = "nothing came",
        };
        List<SocketLoop<string>.Result> results = [.. loop.Take([_first, _second], 3)];
        Assert.Same(failure, Assert.Single(results, result => result.Failure is not null).Failure);
        Assert.Equal(["0", "1", "2"], results.Where(result => result.Failure is null).Select(result => result.Value));
    }

    [Fact]
    public void OtherExceptionsPass()
    {
        using ISocketTransport engine = SocketTransport.Create(_stop);
        SocketLoop<string> loop = new(engine, "recv", (_, _) => throw new OperationCanceledException(), null) { Missing = "nothing came" };
        Assert.Throws<OperationCanceledException>(() => loop.Take([_first], 1).ToList());
    }

    [Theory]
    [ClassData(typeof(Engines))]
    public void AStopEndsTheAcceptingFromSeveral(EngineKind kind)
    {
        using ISocketTransport engine = TestSockets.Engine(kind, _stop);
        Background background = Background.Run(() => Peers(Accepting(engine).Take([_first, _second], null)));
        background.StopWith(_stop);
        Assert.False(SocketRecord.Of(_first).IsClosed);
    }

    private static SocketCallException Failure(SocketError error) => new("recv", null, ErrnoTable.FromSocketError(error), null);

    private static SocketLoop<string> Loop(ISocketTransport engine, Queue<Func<string>> attempts) =>
        new(engine, "recv", (_, _) => attempts.Dequeue()(), null) { Missing = "nothing came" };

    private static SocketLoop<Socket> Accepting(ISocketTransport engine, double? timeoutSeconds = null) =>
        new(engine, "accept", engine.Accept, timeoutSeconds) { Missing = "no connection came" };

    private static string Note(List<Socket> asked, Socket socket)
    {
        asked.Add(socket);
        return "value";
    }

    private static List<EndPoint?> Peers(IEnumerable<SocketLoop<Socket>.Result> results)
    {
        List<EndPoint?> peers = [];
        foreach (SocketLoop<Socket>.Result result in results)
        {
            Assert.Null(result.Failure);
            using Socket? connection = result.Value;
            peers.Add(connection?.RemoteEndPoint);
        }

        return peers;
    }

    // Its own name; it is in the listener's queue afterwards.
    private EndPoint? Connect(Socket listener)
    {
        Socket client = TestSockets.Stream(listener.LocalEndPoint!);
        _clients.Add(client);
        client.Connect(listener.LocalEndPoint!);
        return client.LocalEndPoint;
    }
}
