using System.Diagnostics;
using System.Net.Sockets;
using System.Text;
using PSSockets.Channels;
using PSSockets.Errors;
using PSSockets.Sockets;
using PSSockets.Streams;
using PSSockets.Waiting;

namespace PSSockets.UnitTests;

public sealed class StreamJoinerTests : IDisposable
{
    private const int Large = 3_000_000;

    private readonly StopSignal _stop = new();

    public void Dispose()
    {
        _stop.Set();
        _stop.Dispose();
    }

    [Theory]
    [ClassData(typeof(Engines))]
    public void EverythingPassesBothWaysAtTheSameTime(EngineKind kind)
    {
        using ISocketTransport engine = TestSockets.Engine(kind, _stop);
        using StreamPair left = new(small: true);
        using StreamPair right = new(small: true);
        byte[] there = StreamPair.Numbers(Large);
        byte[] back = [.. StreamPair.Numbers(Large).Reverse()];
        byte[] fromLeft = [];
        byte[] fromRight = [];
        Background[] workers =
        [
            Background.Run(() => StreamPair.SendToEnd(left.Sender, there)),
            Background.Run(() => StreamPair.SendToEnd(right.Sender, back)),
            Background.Run(() => fromLeft = StreamPair.ReadToEnd(right.Sender)),
            Background.Run(() => fromRight = StreamPair.ReadToEnd(left.Sender)),
        ];
        StreamJoiner joiner = Joiner(engine, left.Receiver, right.Receiver);

        joiner.Run();

        Array.ForEach(workers, worker => worker.Join());
        Assert.Equal(there, fromLeft);
        Assert.Equal(back, fromRight);
        Assert.Equal((Large, Large), (joiner.FromFirst, joiner.FromSecond));
    }

    [Theory]
    [ClassData(typeof(Engines))]
    public void TheEndOfOneSideIsHandedOnAndTheOtherMayStillAnswer(EngineKind kind)
    {
        using ISocketTransport engine = TestSockets.Engine(kind, _stop);
        using StreamPair left = new();
        using StreamPair right = new();
        Background joiner = Background.Run(() => Joiner(engine, left.Receiver, right.Receiver).Run());
        left.Sender.Send("question"u8);
        left.Sender.Shutdown(SocketShutdown.Send);
        Assert.Equal("question"u8.ToArray(), StreamPair.ReadToEnd(right.Sender));

        right.Sender.Send("answer"u8);
        right.Sender.Shutdown(SocketShutdown.Send);

        Assert.Equal("answer"u8.ToArray(), StreamPair.ReadToEnd(left.Sender));
        joiner.Join();
    }

    [Theory]
    [ClassData(typeof(Engines))]
    public void AReceiverThatTakesNothingDoesNotHoldUpTheOtherDirection(EngineKind kind)
    {
        using ISocketTransport engine = TestSockets.Engine(kind, _stop);
        using StreamPair left = new(small: true);
        using StreamPair right = new(small: true);
        byte[] data = StreamPair.Numbers(200_000);
        Background sender = Background.Run(() => StreamPair.SendToEnd(left.Sender, data));
        Background joiner = Background.Run(() => Joiner(engine, left.Receiver, right.Sender).Run());
        joiner.WaitUntilBlocked();

        right.Receiver.Send("passes"u8);
        Assert.Equal("passes", TestSockets.Hear(left.Sender));
        right.Receiver.Shutdown(SocketShutdown.Send);
        Assert.Equal(data, StreamPair.ReadToEnd(right.Receiver));
        sender.Join();
        joiner.Join();
    }

    [Theory]
    [ClassData(typeof(Engines))]
    public void AStopLosesNothing(EngineKind kind)
    {
        using ISocketTransport engine = TestSockets.Engine(kind, _stop);
        using StreamPair left = new(small: true);
        using StreamPair right = new(small: true);
        byte[] data = StreamPair.Numbers(200_000);
        Background sender = Background.Run(() => StreamPair.SendToEnd(left.Sender, data));
        StreamJoiner joiner = Joiner(engine, left.Receiver, right.Sender);
        Background worker = Background.Run(joiner.Run);
        worker.WaitUntilBlocked();

        long stopped = Stopwatch.GetTimestamp();
        _stop.Set();

        Assert.InRange(worker.SecondsAfter(stopped), 0, TestSockets.Late);
        Assert.IsType<OperationCanceledException>(worker.Failure());
        Assert.InRange(joiner.FromFirst, 1, data.Length - 1);
        byte[] passed = StreamPair.Read(right.Receiver, (int)joiner.FromFirst);
        using StopSignal never = new();
        using ISocketTransport other = TestSockets.Engine(kind, never);
        Frame? rest = other.ReaderOf(left.Receiver, 15).Read(new EndFraming { MaximumSize = data.Length });
        sender.Join();
        Assert.Equal(data, (byte[])[.. passed, .. rest!.Value.Data]);
    }

    [Theory]
    [ClassData(typeof(Engines))]
    public void SilenceOfBothIsTheEndOfTheTime(EngineKind kind)
    {
        using ISocketTransport engine = TestSockets.Engine(kind, _stop);
        using StreamPair left = new();
        using StreamPair right = new();
        long start = Stopwatch.GetTimestamp();
        Background talker = Background.Run(() =>
        {
            for (int round = 0; round < 4; round++)
            {
                TestSockets.Pass(0.15);
                right.Sender.Send("."u8);
            }
        });

        SocketCallException late = Assert.Throws<SocketCallException>(() => Joiner(engine, left.Receiver, right.Receiver, 0.5).Run());

        talker.Join();
        Assert.Equal(SocketError.TimedOut, late.SocketErrorCode);
        Assert.InRange(TestSockets.SecondsSince(start), 1, TestSockets.Late);
        Assert.Contains("nothing passed within 0.5 s", late.Message, StringComparison.Ordinal);
    }

    [Theory]
    [ClassData(typeof(Engines))]
    [Trait("Wine", "Not run: Wine 8 reports a reset as the end of the stream, so this waits without an end")]
    public void AResetNamesThePeerAfterWhatCameBefore(EngineKind kind)
    {
        using ISocketTransport engine = TestSockets.Engine(kind, _stop);
        using StreamPair left = new();
        using StreamPair right = new();
        string peer = engine.RemoteEndPoint(left.Receiver)!.ToString()!;
        left.Arrive("before"u8);
        left.Reset();

        SocketCallException reset = Assert.Throws<SocketCallException>(() => Joiner(engine, left.Receiver, right.Receiver).Run());

        Assert.Contains(peer, reset.Message, StringComparison.Ordinal);
        if (OperatingSystem.IsLinux())
        {
            Assert.Equal("before", TestSockets.Hear(right.Sender));
        }

        // It is not taken for an end.
        Assert.True(TestSockets.IsSilent(right.Sender));
    }

    [Theory]
    [ClassData(typeof(Engines))]
    public void WhatASideHadSentStillPassesWhereItTakesNoMore(EngineKind kind)
    {
        using ISocketTransport engine = TestSockets.Engine(kind, _stop);
        using StreamPair left = new();
        using StreamPair right = new();
        left.Arrive("last words"u8);
        // Our side of it can send no more, which is found first.
        left.Receiver.Shutdown(SocketShutdown.Send);
        right.Arrive("for nobody"u8);
        Background joiner = Background.Run(() => Joiner(engine, right.Receiver, left.Receiver).Run());

        Assert.Equal("last words", TestSockets.Hear(right.Sender));
        left.Sender.Shutdown(SocketShutdown.Send);

        SocketCallException failure = Assert.IsType<SocketCallException>(joiner.Failure());
        Assert.Equal(SocketError.Shutdown, failure.SocketErrorCode);
        // What it did not take stays.
        using StopSignal never = new();
        using ISocketTransport other = TestSockets.Engine(kind, never);
        Frame? rest = other.ReaderOf(right.Receiver, 15).ReadAvailable(100, SocketFlags.None);
        Assert.Equal("for nobody", Encoding.UTF8.GetString(rest!.Value.Data));
    }

    [Theory]
    [ClassData(typeof(Engines))]
    public void APieceIsToldOfWhenItHasPassed(EngineKind kind)
    {
        using ISocketTransport engine = TestSockets.Engine(kind, _stop);
        using StreamPair left = new();
        using StreamPair right = new();
        List<string> pieces = [];
        left.Arrive("one"u8);
        right.Arrive("two"u8);
        left.Sender.Shutdown(SocketShutdown.Send);
        right.Sender.Shutdown(SocketShutdown.Send);
        StreamJoiner joiner = new(engine, Stream(left.Receiver), Stream(right.Receiver), null)
        {
            Passed = (source, bytes) => pieces.Add($"{(source.Record.Socket == left.Receiver ? "left" : "right")} {Encoding.UTF8.GetString(bytes)}"),
        };

        joiner.Run();

        Assert.Equal(["left one", "right two"], pieces.Order());
    }

    [Theory]
    [ClassData(typeof(Engines))]
    public void WhatWasPutBackPassesFirst(EngineKind kind)
    {
        using ISocketTransport engine = TestSockets.Engine(kind, _stop);
        using StreamPair left = new();
        using StreamPair right = new();
        left.Arrive("first second"u8);
        ByteChannel channel = ByteChannel.Of(left.Receiver);
        byte[] taken = new byte[6];
        lock (SocketRecord.Of(left.Receiver).ReadGate)
        {
            Assert.Equal(6, channel.Receive(engine, taken));
            channel.PutBack(channel.Ticket, taken);
        }

        left.Sender.Shutdown(SocketShutdown.Send);
        right.Sender.Shutdown(SocketShutdown.Send);
        Joiner(engine, left.Receiver, right.Receiver).Run();

        Assert.Equal("first second"u8.ToArray(), StreamPair.ReadToEnd(right.Sender));
    }

    [Theory]
    [ClassData(typeof(Engines))]
    public void AClosedSocketEndsIt(EngineKind kind)
    {
        using ISocketTransport engine = TestSockets.Engine(kind, _stop);
        using StopSignal never = new();
        using ISocketTransport other = TestSockets.Engine(kind, never);
        using StreamPair left = new();
        using StreamPair right = new();
        Background joiner = Background.Run(() => Joiner(engine, left.Receiver, right.Receiver).Run());
        joiner.WaitUntilBlocked();

        other.Close(right.Receiver);

        Assert.Equal(ErrorIds.SocketClosed, Assert.IsType<SocketInputException>(joiner.Failure()).ErrorId);
    }

    private static StreamJoiner Joiner(ISocketTransport engine, Socket first, Socket second, double? timeoutSeconds = null) =>
        new(engine, Stream(first), Stream(second), timeoutSeconds);

    private static JoinedStream Stream(Socket socket) => new(socket, ByteChannel.Of(socket), socket.RemoteEndPoint);
}
