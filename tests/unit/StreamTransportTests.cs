using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using PSSockets.Native;
using PSSockets.Sockets;
using PSSockets.Transport;
using PSSockets.Waiting;

namespace PSSockets.UnitTests;

/// <summary>What every engine must do with connections and their bytes; each engine's class runs all of it.</summary>
public abstract class StreamTransportTests : EngineTests
{
    private protected StreamTransportTests(EngineKind kind)
        : base(kind)
    {
    }

    [Fact]
    public void DropsWhatWasLookedAtAndNoMoreThoughAllIsToStop()
    {
        using StreamPair pair = new();
        pair.Arrive("lookedbeyond"u8);
        Stop.Set();
        Engine.Discard(pair.Receiver, 6);
        Assert.Equal("beyond"u8.ToArray(), pair.Rest());
    }

    [Fact]
    public void DroppingDoesNotWait()
    {
        using StreamPair pair = new();
        Engine.Discard(pair.Receiver, 1);
        pair.Arrive("less"u8);
        Engine.Discard(pair.Receiver, 1000);
        pair.Arrive("beyond"u8);
        Assert.Equal("beyond"u8.ToArray(), pair.Rest());
        pair.End();
        Engine.Discard(pair.Receiver, 1);
    }

    [Fact]
    [Trait("Windows", "Windows has no socket pairs")]
    public void DropsFromAUnixStreamInPieces()
    {
        (Socket first, Socket second) = SocketFactory.CreatePair(SocketTransport.Quiet, SocketType.Stream);
        using (first)
        using (second)
        {
            first.Send("one"u8);
            first.Send("two"u8);
            first.Send("six"u8);
            Engine.Discard(second, 7);
            byte[] rest = new byte[10];
            Assert.Equal("ix"u8.ToArray(), rest[..second.Receive(rest)]);
        }
    }

    // What waited has been told, and is still on its way out of a call when the socket is closed.
    [Fact]
    public void ClosingWhileACallIsEndingLosesNothing()
    {
        using StreamPair pair = new();
        byte[] data = StreamPair.Numbers(200_000);
        Assert.Equal(data.Length, pair.Sender.Send(data));
        SocketRecord record = SocketRecord.Of(pair.Sender);
        using CancellationTokenSource call = new();
        using CancellationTokenRegistration leaving = call.Token.Register(() => record.LeaveWait(call));
        Assert.True(record.TryEnterWait(call));
        SafeSocketHandle handle = SocketInternals.HandleOf(pair.Sender);
        bool isHeld = false;
        handle.DangerousAddRef(ref isHeld);

        Background closing = Background.Run(() => Engine.Close(record));
        Assert.True(SpinWait.SpinUntil(() => call.IsCancellationRequested, TestSockets.Patience));
        TestSockets.Pass(0.2);
        handle.DangerousRelease();
        closing.Join();

        Assert.Equal(data, StreamPair.ReadToEnd(pair.Receiver));
    }

    [Fact]
    public void DroppingFromAClosedSocketIsSocketClosed()
    {
        using StreamPair pair = new();
        pair.Receiver.Dispose();
        Assert.Equal("SocketClosed", Assert.Throws<SocketInputException>(() => Engine.Discard(pair.Receiver, 1)).ErrorId);
    }

    [Fact]
    public void AcceptsWhatHasConnected()
    {
        using Socket listener = TestSockets.Listening();
        using Socket client = TestSockets.Stream(listener.LocalEndPoint!);
        client.Connect(listener.LocalEndPoint!);
        using Socket? accepted = Engine.Accept(listener, TestSockets.Patient);
        Connected(client, accepted);
    }

    [Fact]
    [Trait("Wine", "Wine 8 has no AF_UNIX")]
    public void AcceptsFromAUnixPath()
    {
        using Socket listener = TestSockets.Listening(Files.Socket("l"));
        using Socket client = TestSockets.Stream(listener.LocalEndPoint!);
        client.Connect(listener.LocalEndPoint!);
        using Socket? accepted = Engine.Accept(listener, TestSockets.Patient);
        Assert.NotNull(accepted);
        client.Send("x"u8);
        Assert.Equal("x", TestSockets.Hear(accepted));
    }

    [Fact]
    public void AcceptsInTheOrderOfConnecting()
    {
        using Socket listener = TestSockets.Listening();
        List<Socket> clients = [];
        for (int count = 0; count < 5; count++)
        {
            clients.Add(TestSockets.Stream(listener.LocalEndPoint!));
            clients[^1].Connect(listener.LocalEndPoint!);
        }

        foreach (Socket client in clients)
        {
            using Socket? accepted = Engine.Accept(listener, TestSockets.Patient);
            Connected(client, accepted);
            client.Dispose();
        }
    }

    [Fact]
    public void AWaitingAcceptGetsWhatConnects()
    {
        using Socket listener = TestSockets.Listening();
        using Socket client = TestSockets.Stream(listener.LocalEndPoint!);
        Socket? accepted = null;
        Background background = Background.Run(() => accepted = Engine.Accept(listener, Deadline.Never));
        background.WaitUntilBlocked();
        client.Connect(listener.LocalEndPoint!);
        background.Join();
        using (accepted)
        {
            Connected(client, accepted);
        }
    }

    [Fact]
    public void TheDeadlineEndsAnAccept()
    {
        using Socket listener = TestSockets.Listening();
        long start = Stopwatch.GetTimestamp();
        Assert.Null(Engine.Accept(listener, Deadline.After(0.1)));
        Assert.InRange(TestSockets.SecondsSince(start), 0.09, TestSockets.Late);
        StillAccepts(listener);
    }

    [Fact]
    public void ADeadlineOfNowAcceptsWhatIsThere()
    {
        using Socket listener = TestSockets.Listening();
        Assert.Null(Engine.Accept(listener, Deadline.Now));
        using Socket client = TestSockets.Stream(listener.LocalEndPoint!);
        client.Connect(listener.LocalEndPoint!);
        Assert.True(listener.Poll(TestSockets.Patience, SelectMode.SelectRead));
        using Socket? accepted = Engine.Accept(listener, Deadline.Now);
        Connected(client, accepted);
    }

    [Fact]
    public void NothingIsLostAtTheDeadlineOfAnAccept()
    {
        using Socket listener = TestSockets.Listening();
        const int Count = 50;
        List<Socket> clients = [];
        Background background = Background.Run(() =>
        {
            for (int number = 0; number < Count; number++)
            {
                clients.Add(TestSockets.Stream(listener.LocalEndPoint!));
                clients[^1].Connect(listener.LocalEndPoint!);
                Thread.SpinWait(20_000);
            }
        });
        List<EndPoint?> peers = [];
        long start = Stopwatch.GetTimestamp();
        while (peers.Count < Count && TestSockets.SecondsSince(start) < TestSockets.Patience.TotalSeconds)
        {
            using Socket? accepted = Engine.Accept(listener, Deadline.After(0.0005));
            if (accepted is not null)
            {
                peers.Add(accepted.RemoteEndPoint);
            }
        }

        background.Join();
        Assert.Equal(clients.Select(client => client.LocalEndPoint), peers);
        clients.ForEach(client => client.Dispose());
    }

    [Fact]
    public void AStopWakesAnAcceptAtOnce()
    {
        using Socket listener = TestSockets.Listening();
        StopsAtOnce(engine => engine.Accept(listener, Deadline.Never)?.Dispose());
        StillAccepts(listener);
    }

    [Fact]
    [Trait("Wine", "Wine 8 has no AF_UNIX")]
    public void AStopWakesAUnixAcceptAtOnce()
    {
        using Socket listener = TestSockets.Listening(Files.Socket("l"));
        StopsAtOnce(engine => engine.Accept(listener, TestSockets.Patient)?.Dispose());
        using Socket client = TestSockets.Stream(listener.LocalEndPoint!);
        client.Connect(listener.LocalEndPoint!);
        using Socket? accepted = Engine.Accept(listener, TestSockets.Patient);
        Assert.NotNull(accepted);
    }

    [Fact]
    public void ACloseLetsWhoWaitsGoFirstSoThatAllThatWasSentArrives()
    {
        using StreamPair pair = new(small: true);
        long filled = pair.Fill();
        using StopSignal stop = new();
        Background waiting = Background.Run(() =>
        {
            using ISocketTransport second = TestSockets.Engine(Kind, stop);
            second.ReceiveBytes(pair.Sender, new byte[1], SocketFlags.None, Deadline.Never);
        });
        waiting.WaitUntilBlocked();
        Engine.Close(pair.Sender);
        Assert.Equal("SocketClosed", Assert.IsType<SocketInputException>(waiting.Failure()).ErrorId);
        Assert.Equal(filled, StreamPair.ReadToEnd(pair.Receiver).Length);
    }

    [Fact]
    public void AConnectedStreamAndAListenerCannotConnect()
    {
        using StreamPair pair = new();
        using Socket listener = TestSockets.Listening();
        for (int attempt = 0; attempt < 2; attempt++)
        {
            Assert.Equal(SocketError.IsConnected, Assert.Throws<SocketCallException>(() => TestSockets.Connect(Engine, pair.Sender, listener.LocalEndPoint!)).SocketErrorCode);
            Assert.Equal(SocketError.IsConnected, Assert.Throws<SocketCallException>(() => TestSockets.Connect(Engine, listener, listener.LocalEndPoint!)).SocketErrorCode);
        }

        pair.Arrive("still"u8);
        Assert.Equal("still"u8.ToArray(), pair.Rest());
    }

    [Fact]
    public void AStopBeforeTheWaitEndsEveryWaitAndTakesNothing()
    {
        using Socket listener = TestSockets.Listening();
        using Socket client = TestSockets.Stream(listener.LocalEndPoint!);
        client.Connect(listener.LocalEndPoint!);
        Assert.True(listener.Poll(TestSockets.Patience, SelectMode.SelectRead));
        using StreamPair pair = new();
        pair.Arrive("x"u8);
        using StopSignal stop = new();
        using ISocketTransport engine = TestSockets.Engine(Kind, stop);
        stop.Set();
        Assert.ThrowsAny<OperationCanceledException>(() => engine.Accept(listener, Deadline.Never));
        Assert.ThrowsAny<OperationCanceledException>(() => engine.ReceiveBytes(pair.Receiver, new byte[1], SocketFlags.None, Deadline.Never));
        Assert.ThrowsAny<OperationCanceledException>(() => engine.SendBytes(pair.Sender, "y"u8.ToArray(), SocketFlags.None, Deadline.Never));
        using Socket? accepted = Engine.Accept(listener, TestSockets.Patient);
        Connected(client, accepted);
        pair.Sender.Dispose();
        Assert.Equal("x"u8.ToArray(), StreamPair.ReadToEnd(pair.Receiver));
    }

    [Fact]
    public void AClosedListenerIsSocketClosed()
    {
        Socket listener = TestSockets.Listening();
        listener.Dispose();
        Closed("accept", listener, () => Engine.Accept(listener, Deadline.Never));
        Closed("accept", listener, () => Engine.Accept(listener, Deadline.Now));
    }

    [Fact]
    public void ClosingEndsAnAccept()
    {
        Socket listener = TestSockets.Listening();
        ClosingEnds("accept", listener, () => Engine.Accept(listener, Deadline.Never));
    }

    [Fact]
    public void TwoThreadsShareAListenerAndBothStop()
    {
        const int Count = 200;
        using Socket listener = TestSockets.Listening();
        using StopSignal stop = new();
        ConcurrentBag<Socket> accepted = [];
        List<Socket> clients = [];
        Background[] threads =
        [
            .. Enumerable.Range(0, 2).Select(_ => Background.Run(() =>
            {
                using ISocketTransport engine = TestSockets.Engine(Kind, stop);
                while (true)
                {
                    accepted.Add(engine.Accept(listener, Deadline.Never)!);
                }
            })),
        ];
        for (int number = 0; number < Count; number++)
        {
            clients.Add(TestSockets.Stream(listener.LocalEndPoint!));
            clients[^1].Connect(listener.LocalEndPoint!);
        }

        Assert.True(SpinWait.SpinUntil(() => accepted.Count == Count, TestSockets.Patience), $"{accepted.Count} were accepted");
        Array.ForEach(threads, thread => thread.WaitUntilBlocked());
        stop.Set();
        Assert.All(threads, thread => Assert.IsAssignableFrom<OperationCanceledException>(thread.Failure()));
        Assert.Equal(
            clients.Select(client => $"{client.LocalEndPoint}").Order(StringComparer.Ordinal),
            accepted.Select(socket => $"{socket.RemoteEndPoint}").Order(StringComparer.Ordinal));
        StillAccepts(listener);
        clients.ForEach(client => client.Dispose());
        Array.ForEach(accepted.ToArray(), socket => socket.Dispose());
    }

    [Fact]
    public void ReceivesWhatThereIs()
    {
        using StreamPair pair = new();
        pair.Arrive("hello"u8);
        byte[] buffer = new byte[100];
        Assert.Equal(5, Receive(pair.Receiver, buffer));
        Assert.Equal("hello"u8.ToArray(), buffer[..5]);
        Assert.All(buffer[5..], left => Assert.Equal(0, left));
    }

    [Fact]
    public void ReceivesNoMoreThanTheBufferHolds()
    {
        using StreamPair pair = new();
        pair.Arrive("hello"u8);
        byte[] buffer = new byte[3];
        Assert.Equal(3, Receive(pair.Receiver, buffer));
        Assert.Equal("hel"u8.ToArray(), buffer);
        Assert.Equal("lo"u8.ToArray(), pair.Rest());
    }

    [Fact]
    public void AWaitingReceiveGetsWhatComes()
    {
        using StreamPair pair = new();
        byte[] buffer = new byte[10];
        int? count = null;
        Background background = Background.Run(() => count = Engine.ReceiveBytes(pair.Receiver, buffer, SocketFlags.None, Deadline.Never));
        background.WaitUntilBlocked();
        pair.Sender.Send("x"u8);
        background.Join();
        Assert.Equal(1, count);
        Assert.Equal((byte)'x', buffer[0]);
    }

    [Fact]
    public void AnOrderlyCloseIsZeroBytesAfterTheData()
    {
        using StreamPair pair = new();
        pair.Sender.Send("last"u8);
        pair.Sender.Shutdown(SocketShutdown.Send);
        byte[] buffer = new byte[10];
        int count = 0;
        while (count < 4)
        {
            int? more = Receive(pair.Receiver, buffer.AsMemory(count));
            Assert.True(more > 0);
            count += more.Value;
        }

        Assert.Equal("last"u8.ToArray(), buffer[..4]);
        Assert.Equal(0, Receive(pair.Receiver, buffer));
        Assert.Equal(0, Engine.ReceiveBytes(pair.Receiver, buffer, SocketFlags.None, Deadline.Now));
        // The other direction is open.
        Assert.Equal(1, Engine.SendBytes(pair.Receiver, "y"u8.ToArray(), SocketFlags.None, TestSockets.Patient));
        Assert.Equal("y", TestSockets.Hear(pair.Sender));
    }

    [Fact]
    public void TheCloseEndsAWaitingReceive()
    {
        using StreamPair pair = new();
        int? count = null;
        Background background = Background.Run(() => count = Engine.ReceiveBytes(pair.Receiver, new byte[10], SocketFlags.None, Deadline.Never));
        background.WaitUntilBlocked();
        pair.Sender.Dispose();
        background.Join();
        Assert.Equal(0, count);
    }

    [Fact]
    public void TheDeadlineEndsAReceive()
    {
        using StreamPair pair = new();
        long start = Stopwatch.GetTimestamp();
        Assert.Null(Engine.ReceiveBytes(pair.Receiver, new byte[1], SocketFlags.None, Deadline.After(0.1)));
        Assert.InRange(TestSockets.SecondsSince(start), 0.09, TestSockets.Late);
        Assert.Null(Engine.ReceiveBytes(pair.Receiver, new byte[1], SocketFlags.None, Deadline.Now));
        pair.Arrive("x"u8);
        Assert.Equal(1, Engine.ReceiveBytes(pair.Receiver, new byte[1], SocketFlags.None, Deadline.Now));
    }

    [Fact]
    public void NothingIsLostAtTheDeadlineOfAReceive()
    {
        using StreamPair pair = new();
        byte[] data = StreamPair.Numbers(300);
        Background background = Background.Run(() =>
        {
            foreach (byte next in data)
            {
                pair.Sender.Send([next]);
                Thread.SpinWait(10_000);
            }

            pair.Sender.Dispose();
        });
        List<byte> received = [];
        byte[] buffer = new byte[16];
        long start = Stopwatch.GetTimestamp();
        while (TestSockets.SecondsSince(start) < TestSockets.Patience.TotalSeconds)
        {
            int? count = Engine.ReceiveBytes(pair.Receiver, buffer, SocketFlags.None, Deadline.After(0.0005));
            if (count == 0)
            {
                break;
            }

            received.AddRange(buffer[..(count ?? 0)]);
        }

        background.Join();
        Assert.Equal(data, received);
    }

    [Fact]
    public void PeekLeavesTheBytes()
    {
        using StreamPair pair = new();
        pair.Arrive("hello"u8);
        byte[] buffer = new byte[3];
        Assert.Equal(3, Engine.ReceiveBytes(pair.Receiver, buffer, SocketFlags.Peek, TestSockets.Patient));
        Assert.Equal("hel"u8.ToArray(), buffer);
        Assert.Equal("hello"u8.ToArray(), pair.Rest());
        Assert.Null(Engine.ReceiveBytes(pair.Receiver, buffer, SocketFlags.Peek, Deadline.Now));
    }

    [Fact]
    public void OutOfBandDataIsReceivedBesideTheStream()
    {
        using StreamPair pair = new();
        pair.Arrive("hello"u8);
        pair.ArriveUrgent(42);
        byte[] buffer = new byte[10];
        Assert.Equal(1, Engine.ReceiveBytes(pair.Receiver, buffer, SocketFlags.OutOfBand, TestSockets.Patient));
        Assert.Equal(42, buffer[0]);
        Assert.Equal(5, Receive(pair.Receiver, buffer));
        Assert.Equal("hello"u8.ToArray(), buffer[..5]);
        Assert.Null(Engine.ReceiveBytes(pair.Receiver, buffer, SocketFlags.None, Deadline.Now));
    }

    [Fact]
    public void ADeadlineOfNowReceivesOutOfBandDataThatIsThere()
    {
        using StreamPair pair = new();
        pair.ArriveUrgent(42);
        byte[] buffer = new byte[1];
        Assert.Equal(1, Engine.ReceiveBytes(pair.Receiver, buffer, SocketFlags.OutOfBand, Deadline.Now));
        Assert.Equal(42, buffer[0]);
    }

    [Fact]
    public void OutOfBandDataIsWaitedFor()
    {
        using StreamPair pair = new();
        // Bytes of the stream are not what is waited for.
        pair.Arrive("hello"u8);
        byte[] buffer = new byte[1];
        int? count = null;
        Background background = Background.Run(() => count = Engine.ReceiveBytes(pair.Receiver, buffer, SocketFlags.OutOfBand, Deadline.Never));
        background.WaitUntilBlocked();
        pair.Sender.Send([42], SocketFlags.OutOfBand);
        background.Join();
        Assert.Equal(1, count);
        Assert.Equal(42, buffer[0]);
    }

    [Fact]
    public void TheDeadlineEndsAReceiveOfOutOfBandData()
    {
        using StreamPair pair = new();
        pair.Arrive("hello"u8);
        long start = Stopwatch.GetTimestamp();
        Assert.Null(Engine.ReceiveBytes(pair.Receiver, new byte[1], SocketFlags.OutOfBand, Deadline.After(0.1)));
        Assert.InRange(TestSockets.SecondsSince(start), 0.09, TestSockets.Late);
        Assert.Equal("hello"u8.ToArray(), pair.Rest());
    }

    [Fact]
    [Trait("Wine", "Wine 8 does not report urgent data")]
    public void TheDeadlineEndsAReceiveOfOutOfBandDataThatIsInline()
    {
        using StreamPair pair = new();
        pair.Receiver.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.OutOfBandInline, true);
        pair.ArriveUrgent(42);
        Ends(() => Engine.ReceiveBytes(pair.Receiver, new byte[1], SocketFlags.OutOfBand, Deadline.After(0.1)));
        Assert.Equal([42], pair.Rest());
    }

    [Fact]
    public void TheDeadlineEndsAReceiveOfOutOfBandDataAfterBothCloses()
    {
        using StreamPair pair = new();
        pair.Receiver.Shutdown(SocketShutdown.Send);
        pair.End();
        Ends(() => Engine.ReceiveBytes(pair.Receiver, new byte[1], SocketFlags.OutOfBand, Deadline.After(0.1)));
    }

    [Fact]
    public void AResetEndsAReceiveOfOutOfBandData()
    {
        using StreamPair pair = new();
        pair.Reset();
        Ends(() => Engine.ReceiveBytes(pair.Receiver, new byte[1], SocketFlags.OutOfBand, Deadline.After(0.1)));
    }

    [Fact]
    public void TheCloseEndsAReceiveOfOutOfBandData()
    {
        using StreamPair pair = new();
        pair.End();
        // 0 when the peer has closed, as of every receive.
        int? count = null;
        Background background = Background.Run(() => count = Engine.ReceiveBytes(pair.Receiver, new byte[1], SocketFlags.OutOfBand, Deadline.After(1)));
        background.Join();
        Assert.Equal(0, count);
    }

    [Fact]
    public void AStopWakesAReceiveAtOnce()
    {
        using StreamPair pair = new();
        StopsAtOnce(engine => engine.ReceiveBytes(pair.Receiver, new byte[10], SocketFlags.None, Deadline.Never));
        pair.Arrive("still"u8);
        Assert.Equal(5, Receive(pair.Receiver, new byte[10]));
    }

    [Fact]
    public void AStopWakesAReceiveOfOutOfBandDataAtOnce()
    {
        using StreamPair pair = new();
        StopsAtOnce(engine => engine.ReceiveBytes(pair.Receiver, new byte[10], SocketFlags.OutOfBand, Deadline.Never));
        pair.Arrive("still"u8);
        Assert.Equal(5, Receive(pair.Receiver, new byte[10]));
    }

    [Fact]
    [Trait("Wine", "Wine 8 reports a reset as the end of the stream")]
    public void AResetIsConnectionReset()
    {
        using StreamPair pair = new();
        pair.Reset();
        SocketCallException failure = Assert.Throws<SocketCallException>(() => Receive(pair.Receiver, new byte[1]));
        Assert.Equal(SocketError.ConnectionReset, failure.SocketErrorCode);
        Assert.StartsWith("recv", failure.Message, StringComparison.Ordinal);
        Assert.EndsWith(TestSockets.Here(": ECONNRESET (104) Connection reset by peer"), failure.Message, StringComparison.Ordinal);
        Assert.Same(pair.Receiver, failure.Target);
    }

    [Fact]
    public void AnUnconnectedStreamIsNotConnected()
    {
        using Socket stream = TestSockets.Refusing();
        SocketCallException failure = Assert.Throws<SocketCallException>(() => Receive(stream, new byte[1]));
        Assert.Equal(SocketError.NotConnected, failure.SocketErrorCode);
        Assert.Equal("recv", failure.Call);
    }

    [Fact]
    public void AClosedStreamIsSocketClosed()
    {
        using StreamPair pair = new();
        pair.Receiver.Dispose();
        Closed("recv", pair.Receiver, () => Engine.ReceiveBytes(pair.Receiver, new byte[1], SocketFlags.None, Deadline.Never));
        Closed("recv", pair.Receiver, () => Engine.ReceiveBytes(pair.Receiver, new byte[1], SocketFlags.None, Deadline.Now));
        Closed("send", pair.Receiver, () => Engine.SendBytes(pair.Receiver, new byte[1], SocketFlags.None, Deadline.Never));
    }

    [Fact]
    public void ClosingEndsAReceive()
    {
        using StreamPair pair = new();
        ClosingEnds("recv", pair.Receiver, () => Engine.ReceiveBytes(pair.Receiver, new byte[1], SocketFlags.None, Deadline.Never));
    }

    [Fact]
    public void ClosingEndsASend()
    {
        using StreamPair pair = new(small: true);
        pair.Fill();
        ClosingEnds("send", pair.Sender, () => Engine.SendBytes(pair.Sender, new byte[1], SocketFlags.None, Deadline.Never));
    }

    [Fact]
    public void SendsWhatThereIsRoomFor()
    {
        using StreamPair pair = new();
        Assert.Equal(5, Engine.SendBytes(pair.Sender, "hello"u8.ToArray(), SocketFlags.None, TestSockets.Patient));
        Assert.Equal(5, Engine.SendBytes(pair.Sender, "again"u8.ToArray(), SocketFlags.None, Deadline.Now));
        pair.Sender.Dispose();
        Assert.Equal("helloagain"u8.ToArray(), StreamPair.ReadToEnd(pair.Receiver));
    }

    [Fact]
    public void APartialSendSaysHowMuchWasTaken()
    {
        using StreamPair pair = new(small: true);
        byte[] data = StreamPair.Numbers(4_000_000);
        int? count = Engine.SendBytes(pair.Sender, data, SocketFlags.None, Deadline.After(0.2));
        pair.Sender.Dispose();
        byte[] received = StreamPair.ReadToEnd(pair.Receiver);
        Assert.Equal(received.Length, count);
        Assert.InRange(received.Length, 1, data.Length - 1);
        Assert.Equal(data[..received.Length], received);
    }

    [Fact]
    public void TheDeadlineEndsASend()
    {
        using StreamPair pair = new(small: true);
        long filled = pair.Fill();
        long start = Stopwatch.GetTimestamp();
        Assert.Null(Engine.SendBytes(pair.Sender, new byte[1], SocketFlags.None, Deadline.After(0.1)));
        Assert.InRange(TestSockets.SecondsSince(start), 0.09, TestSockets.Late);
        Assert.Null(Engine.SendBytes(pair.Sender, new byte[1], SocketFlags.None, Deadline.Now));
        pair.Sender.Dispose();
        Assert.Equal(filled, StreamPair.ReadToEnd(pair.Receiver).Length);
    }

    [Fact]
    public void AWaitingSendGoesOnWhenThereIsRoom()
    {
        using StreamPair pair = new(small: true);
        long filled = pair.Fill();
        int? count = null;
        Background background = Background.Run(() =>
        {
            count = Engine.SendBytes(pair.Sender, "x"u8.ToArray(), SocketFlags.None, Deadline.Never);
            pair.Sender.Dispose();
        });
        background.WaitUntilBlocked();
        byte[] received = StreamPair.ReadToEnd(pair.Receiver);
        background.Join();
        Assert.Equal(1, count);
        Assert.Equal(filled + 1, received.Length);
        Assert.Equal((byte)'x', received[^1]);
    }

    [Fact]
    public void AStopWakesASendAtOnce()
    {
        using StreamPair pair = new(small: true);
        long filled = pair.Fill();
        StopsAtOnce(engine => engine.SendBytes(pair.Sender, new byte[1], SocketFlags.None, Deadline.Never));
        Assert.False(SocketRecord.Of(pair.Sender).IsClosed);
        pair.Sender.Shutdown(SocketShutdown.Send);
        Assert.Equal(filled, StreamPair.ReadToEnd(pair.Receiver).Length);
    }

    [Fact]
    public void ASendToAClosedPeerIsAnErrorAndNoSignal()
    {
        using StreamPair pair = new();
        pair.Reset();
        SocketCallException failure = Assert.Throws<SocketCallException>(() => Engine.SendBytes(pair.Receiver, new byte[1], SocketFlags.None, TestSockets.Patient));
        Assert.Equal(SocketError.ConnectionReset, failure.SocketErrorCode);
        Assert.StartsWith("send", failure.Message, StringComparison.Ordinal);
        Assert.EndsWith(TestSockets.Here(": ECONNRESET (104) Connection reset by peer"), failure.Message, StringComparison.Ordinal);
        failure = Assert.Throws<SocketCallException>(() => Engine.SendBytes(pair.Receiver, new byte[1], SocketFlags.None, TestSockets.Patient));
        // Windows gives no other error the second time.
        Assert.Matches(OperatingSystem.IsWindows() ? "^(ECONNRESET|ECONNABORTED|ESHUTDOWN)$" : "^EPIPE$", failure.Error.Name);
    }

    [Fact]
    public void ASendAfterItsShutdownIsAnError()
    {
        using StreamPair pair = new();
        pair.Sender.Shutdown(SocketShutdown.Send);
        SocketCallException failure = Assert.Throws<SocketCallException>(() => Engine.SendBytes(pair.Sender, new byte[1], SocketFlags.None, TestSockets.Patient));
        Assert.Equal(SocketError.Shutdown, failure.SocketErrorCode);
    }

    [Fact]
    public void SendsOutOfBand()
    {
        using StreamPair pair = new();
        Assert.Equal(1, Engine.SendBytes(pair.Sender, new byte[] { 42 }, SocketFlags.OutOfBand, TestSockets.Patient));
        Assert.True(pair.Receiver.Poll(TestSockets.Patience, SelectMode.SelectError));
        byte[] buffer = new byte[1];
        Assert.Equal(1, pair.Receiver.Receive(buffer, SocketFlags.OutOfBand));
        Assert.Equal(42, buffer[0]);
    }

    [Fact]
    public void WaitForReadMarksWhatHasDataAConnectionOrAnEnd()
    {
        using StreamPair data = new();
        using StreamPair ended = new();
        using StreamPair silent = new();
        using Socket listener = TestSockets.Listening();
        using Socket client = TestSockets.Stream(listener.LocalEndPoint!);
        data.Arrive("x"u8);
        ended.End();
        client.Connect(listener.LocalEndPoint!);
        Assert.True(listener.Poll(TestSockets.Patience, SelectMode.SelectRead));
        bool[] ready = [false, false, true, false];
        Assert.True(Engine.Wait([data.Receiver, ended.Receiver, silent.Receiver, listener], WaitFor.Read, ready, TestSockets.Patient));
        Assert.Equal([true, true, false, true], ready);
        Assert.Equal("x"u8.ToArray(), data.Rest());
    }

    [Fact]
    public void WaitForWriteMarksWhatHasRoom()
    {
        using StreamPair full = new(small: true);
        using StreamPair empty = new();
        full.Fill();
        bool[] ready = [true, false];
        Assert.True(Engine.Wait([full.Sender, empty.Sender], WaitFor.Write, ready, TestSockets.Patient));
        Assert.Equal([false, true], ready);
        Assert.False(Engine.Wait([full.Sender], WaitFor.Write, new bool[1], Deadline.After(0.05)));
    }

    [Fact]
    public void AWaitForWriteEndsWhenThereIsRoom()
    {
        using StreamPair full = new(small: true);
        full.Fill();
        bool[] ready = [false];
        Background background = Background.Run(() => Assert.True(Engine.Wait([full.Sender], WaitFor.Write, ready, Deadline.Never)));
        background.WaitUntilBlocked();
        byte[] buffer = new byte[65536];
        while (full.Receiver.Poll(TimeSpan.FromMilliseconds(50), SelectMode.SelectRead))
        {
            full.Receiver.Receive(buffer);
        }

        background.Join();
        Assert.Equal([true], ready);
    }

    [Fact]
    [Trait("Wine", "Wine 8 does not report urgent data")]
    public void WaitForErrorMarksOutOfBandDataAndFailures()
    {
        using StreamPair urgent = new();
        using StreamPair reset = new();
        using StreamPair data = new();
        data.Arrive("x"u8);
        bool[] ready = [true];
        Assert.False(Engine.Wait([data.Receiver], WaitFor.Error, ready, Deadline.After(0.05)));
        urgent.ArriveUrgent(42);
        ready = [false, true];
        Assert.True(Engine.Wait([urgent.Receiver, data.Receiver], WaitFor.Error, ready, TestSockets.Patient));
        Assert.Equal([true, false], ready);
        reset.Reset();
        Assert.True(Engine.Wait([data.Receiver, reset.Receiver], WaitFor.Error, ready, Deadline.After(1)));
        Assert.Equal([false, true], ready);
    }

    [Theory]
    [InlineData(WaitFor.Read)]
    [InlineData(WaitFor.Write)]
    [InlineData(WaitFor.Error)]
    public void AStopWakesEveryWaitAtOnce(WaitFor what)
    {
        using StreamPair first = new(small: true);
        using StreamPair second = new(small: true);
        first.Fill();
        second.Fill();
        StopsAtOnce(engine => engine.Wait([first.Sender, second.Sender], what, new bool[2], Deadline.Never));
        Assert.False(SocketRecord.Of(first.Sender).IsClosed);
    }

    [Theory]
    [InlineData(WaitFor.Read)]
    [InlineData(WaitFor.Write)]
    [InlineData(WaitFor.Error)]
    public void AClosedSocketIsReady(WaitFor what)
    {
        using StreamPair pair = new();
        using StreamPair full = new(small: true);
        full.Fill();
        pair.Receiver.Dispose();
        bool[] ready = [true, false];
        Assert.True(Engine.Wait([full.Sender, pair.Receiver], what, ready, Deadline.Never));
        Assert.Equal([false, true], ready);
    }

    private protected int? Receive(Socket socket, Memory<byte> buffer) => Engine.ReceiveBytes(socket, buffer, SocketFlags.None, TestSockets.Patient);

    private protected static void Connected(Socket client, Socket? accepted)
    {
        Assert.NotNull(accepted);
        Assert.True(accepted.Connected);
        Assert.Equal(client.LocalEndPoint, accepted.RemoteEndPoint);
        client.Send("to"u8);
        Assert.Equal("to", TestSockets.Hear(accepted));
        accepted.Send("fro"u8);
        Assert.Equal("fro", TestSockets.Hear(client));
    }

    private protected void StillAccepts(Socket listener)
    {
        using Socket client = TestSockets.Stream(listener.LocalEndPoint!);
        client.Connect(listener.LocalEndPoint!);
        using Socket? accepted = Engine.Accept(listener, TestSockets.Patient);
        Connected(client, accepted);
    }

    private static void Closed(string call, Socket socket, Action action)
    {
        SocketInputException exception = Assert.Throws<SocketInputException>(action);
        Assert.Equal("SocketClosed", exception.ErrorId);
        Assert.StartsWith(call + ": EBADF", exception.Message, StringComparison.Ordinal);
        Assert.Same(socket, exception.Target);
    }

    private static void ClosingEnds(string call, Socket socket, Action wait)
    {
        Background background = Background.Run(wait);
        background.WaitUntilBlocked();
        Background closer = Background.Run(socket.Dispose);
        Closed(call, socket, () => background.Join());
        closer.Join();
    }

    // Whatever it ends with; only the stop signal ends what would go on for ever.
    private void Ends(Action wait)
    {
        using ManualResetEventSlim ended = new();
        Background background = Background.Run(() =>
        {
            try
            {
                wait();
            }
            catch (SocketCallException)
            {
            }
            finally
            {
                ended.Set();
            }
        });
        bool hasEnded = ended.Wait(TestSockets.Patience);
        Stop.Set();
        Exception? failure = background.Failure();
        Assert.True(hasEnded, "the deadline passed, and the call went on");
        Assert.Null(failure);
    }
}

/// <summary><see cref="StreamTransportTests"/> on the system calls of Linux, and what only that engine can do.</summary>
[Trait("Windows", "Not run: the transport of Linux, which calls libc")]
public sealed class LinuxStreamEngineTests() : StreamTransportTests(EngineKind.Linux)
{
    [Fact]
    public void TheDescriptorsStayBlocking()
    {
        using Socket listener = TestSockets.Listening();
        using StreamPair pair = new(small: true);
        Assert.Null(Engine.Accept(listener, Deadline.After(0.01)));
        StillAccepts(listener);
        Assert.Null(Engine.ReceiveBytes(pair.Receiver, new byte[1], SocketFlags.None, Deadline.After(0.01)));
        pair.Fill();
        Assert.Null(Engine.SendBytes(pair.Sender, new byte[1], SocketFlags.None, Deadline.After(0.01)));
        Assert.All([listener, pair.Receiver, pair.Sender], socket =>
        {
            Assert.True(socket.Blocking);
            Assert.False(TestSockets.IsNonBlocking(socket));
        });
    }

    [Fact]
    public void AnAcceptedDescriptorIsBlocking()
    {
        using Socket listener = TestSockets.Listening();
        using Socket client = TestSockets.Stream(listener.LocalEndPoint!);
        client.Connect(listener.LocalEndPoint!);
        using Socket? accepted = Engine.Accept(listener, TestSockets.Patient);
        Assert.NotNull(accepted);
        Assert.True(accepted.Blocking);
        Assert.False(TestSockets.IsNonBlocking(accepted));
    }

    [Fact]
    public void NonBlockingDescriptorsStaySo()
    {
        using Socket listener = TestSockets.Listening();
        using StreamPair pair = new();
        listener.Blocking = false;
        pair.Receiver.Blocking = false;
        Assert.Null(Engine.Accept(listener, Deadline.After(0.01)));
        StillAccepts(listener);
        Assert.Null(Engine.ReceiveBytes(pair.Receiver, new byte[1], SocketFlags.None, Deadline.After(0.01)));
        Assert.All([listener, pair.Receiver], socket =>
        {
            Assert.False(socket.Blocking);
            Assert.True(TestSockets.IsNonBlocking(socket));
        });
    }

    [Fact]
    public void WaitingUsesNoProcessor()
    {
        using Socket listener = TestSockets.Listening();
        using StreamPair pair = new(small: true);
        pair.Fill();
        double before = TestSockets.ThreadSeconds();
        Assert.Null(Engine.Accept(listener, Deadline.After(0.2)));
        Assert.Null(Engine.ReceiveBytes(pair.Sender, new byte[1], SocketFlags.None, Deadline.After(0.2)));
        Assert.Null(Engine.ReceiveBytes(pair.Sender, new byte[1], SocketFlags.OutOfBand, Deadline.After(0.2)));
        Assert.Null(Engine.SendBytes(pair.Sender, new byte[1], SocketFlags.None, Deadline.After(0.2)));
        Assert.InRange(TestSockets.ThreadSeconds() - before, 0, 0.05);
    }
}

/// <summary><see cref="StreamTransportTests"/> on .NET's own calls.</summary>
public sealed class PortableStreamEngineTests() : StreamTransportTests(EngineKind.Portable)
{
    [Fact]
    public void AConnectionThatIsPutBackWakesWhoWaits()
    {
        using Socket listener = TestSockets.Listening();
        using Socket client = TestSockets.Stream(listener.LocalEndPoint!);
        client.Connect(listener.LocalEndPoint!);
        using Socket taken = Engine.Accept(listener, TestSockets.Patient)!;
        Socket? got = null;
        using StopSignal stop = new();
        Background waiting = Background.Run(() =>
        {
            using ISocketTransport second = TestSockets.Engine(Kind, stop);
            got = second.Accept(listener, Deadline.Never);
        });
        waiting.WaitUntilBlocked();
        SocketRecord.Of(listener).PutBack(taken);
        waiting.Join();
        Assert.Same(taken, got);
    }
}
