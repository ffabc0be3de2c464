using System.Net.Sockets;
using PSSockets.Channels;
using PSSockets.Sockets;
using PSSockets.Streams;
using PSSockets.Waiting;

namespace PSSockets.UnitTests;

public sealed class TelnetSourceTests : IDisposable
{
    private const int Large = 2_000_000;

    // login: with an option asked for, one offered, a negotiation and a byte 255 within it.
    private static readonly byte[] s_came = [0x6C, 0xFF, 0xFD, 24, 0x6F, 0x67, 0xFF, 0xFA, 24, 1, 0xFF, 0xF0, 0xFF, 0xFB, 1, 0xFF, 0xFF, 0x69, 0x6E, 0x0A, 0xFF, 0xFD, 39];

    private readonly StopSignal _stop = new();

    public void Dispose()
    {
        _stop.Set();
        _stop.Dispose();
    }

    [Theory]
    [ClassData(typeof(Engines))]
    public void CommandsAreTakenOutWhereverTheyAreCut(EngineKind kind)
    {
        using ISocketTransport engine = TestSockets.Engine(kind, _stop);
        for (int cut = 0; cut <= s_came.Length; cut++)
        {
            using StreamPair pair = new();
            TelnetSource.Begin(pair.Receiver);
            TelnetSource.Begin(pair.Receiver); // as each cmdlet does
            FrameReader reader = engine.ReaderOf(pair.Receiver, 10);
            Background reading = Background.Run(() => Assert.Equal([0x6C, 0x6F, 0x67, 0xFF, 0x69, 0x6E], reader.Read(new DelimitedFraming([0x0A], 1) { MaximumSize = 100 })!.Value.Data));
            pair.Sender.Send(s_came.AsSpan(0, cut));
            pair.Sender.Send(s_came.AsSpan(cut));
            reading.Join();
            pair.Sender.Shutdown(SocketShutdown.Send);
            Assert.Null(reader.ReadAvailable(100, SocketFlags.None));
            Assert.Equal([0xFF, 0xFC, 24, 0xFF, 0xFE, 1, 0xFF, 0xFC, 39], StreamPair.Read(pair.Sender, 9));
        }
    }

    [Theory]
    [ClassData(typeof(Engines))]
    public void WhatIsSentArrivesWithItsBytesDoubled(EngineKind kind)
    {
        using ISocketTransport engine = TestSockets.Engine(kind, _stop);
        using StreamPair pair = new(small: true);
        TelnetSource.Begin(pair.Sender);
        byte[] data = [0xFF, .. StreamPair.Numbers(Large), 0xFF, 0xFF];
        Background sender = Background.Run(() => engine.SenderOf(pair.Sender, 10).Send(data, SocketFlags.None));
        byte[] expected = [.. data.SelectMany(value => value == 0xFF ? new byte[] { value, value } : [value])];
        Assert.True(expected.AsSpan().SequenceEqual(StreamPair.Read(pair.Receiver, expected.Length)));
        sender.Join();
    }

    [Theory]
    [ClassData(typeof(Engines))]
    public void AnAnswerNeverStandsWithinAnother(EngineKind kind)
    {
        using ISocketTransport engine = TestSockets.Engine(kind, _stop);
        using StreamPair pair = new(small: true);
        TelnetSource.Begin(pair.Receiver);
        // The peer reads only later: answers and data wait for room together.
        const int Commands = 20_000;
        Background peer = Background.Run(() => StreamPair.SendToEnd(pair.Sender, Enumerable.Repeat<byte[]>([0xFF, 0xFD, 7], Commands).SelectMany(bytes => bytes).ToArray()));
        Background reading = Background.Run(() => Assert.Null(engine.ReaderOf(pair.Receiver, 20).ReadAvailable(100, SocketFlags.None)));
        Background sending = Background.Run(() => engine.SenderOf(pair.Receiver, 20).Send(new byte[Large], SocketFlags.None));
        reading.Join();
        peer.Join();
        int answers = 0;
        int zeros = 0;
        Background closing = Background.Run(() =>
        {
            sending.Join();
            Assert.True(ByteChannel.Of(pair.Receiver).EndWrite(engine, Deadline.After(20)));
            pair.Receiver.Shutdown(SocketShutdown.Send);
        });
        byte[] all = StreamPair.ReadToEnd(pair.Sender);
        closing.Join();
        for (int index = 0; index < all.Length; index++)
        {
            if (all[index] == 0)
            {
                zeros++;
                continue;
            }

            Assert.Equal([0xFF, 0xFC, 7], all[index..(index + 3)]);
            index += 2;
            answers++;
        }

        Assert.Equal((Commands, Large), (answers, zeros));
    }

    [Theory]
    [ClassData(typeof(Engines))]
    public void WhatIsLookedAtStays(EngineKind kind)
    {
        using ISocketTransport engine = TestSockets.Engine(kind, _stop);
        using StreamPair pair = new();
        TelnetSource.Begin(pair.Receiver);
        pair.Sender.Send([0xFF, 0xFD, 24, 0x61, 0x62]);
        FrameReader reader = engine.ReaderOf(pair.Receiver, 10);
        Assert.Equal("ab"u8.ToArray(), reader.ReadAvailable(100, SocketFlags.Peek)!.Value.Data);
        Assert.Equal("a"u8.ToArray(), reader.ReadAvailable(1, SocketFlags.None)!.Value.Data);
        Assert.True(engine.Wait(pair.Receiver, WaitFor.Read, Deadline.Now));
        Assert.Equal("b"u8.ToArray(), reader.ReadAvailable(100, SocketFlags.None)!.Value.Data);
    }

    [Theory]
    [ClassData(typeof(Engines))]
    public void CommandsWithoutEndDoNotHoldUpATimeOut(EngineKind kind)
    {
        using ISocketTransport engine = TestSockets.Engine(kind, _stop);
        using StreamPair pair = new();
        // There is always more: the socket stays readable, and every piece is full of commands.
        pair.Arrive([1]);
        ScriptedSource inner = new() { Came = [0xFF, 241] };
        ByteChannel.Of(pair.Receiver).Source = new TelnetSource(pair.Receiver, inner);
        try
        {
            Background reading = Background.Run(() =>
            {
                FrameReader reader = engine.ReaderOf(pair.Receiver, 0.2);
                Assert.Equal(SocketError.TimedOut, Assert.Throws<SocketCallException>(() => reader.Read(new DelimitedFraming([0x0A], 1) { MaximumSize = 100 })).SocketErrorCode);
                Assert.Equal(SocketError.TimedOut, Assert.Throws<SocketCallException>(() => reader.ReadAvailable(100, SocketFlags.None)).SocketErrorCode);
            });
            reading.Join();
        }
        finally
        {
            inner.IsOver = true;
        }
    }

    [Fact]
    public void APeerThatAsksForEverAndReadsNothingGetsNoMoreThanSomeAnswers()
    {
        using ISocketTransport engine = TestSockets.Engine(EngineKind.Portable, _stop);
        using StreamPair pair = new();
        ScriptedSource inner = new() { Came = [0xFF, 0xFD, 7], Room = 0 };
        TelnetSource source = new(pair.Receiver, inner);
        for (int round = 0; round < 10; round++)
        {
            Assert.Null(source.Peek(engine, new byte[100]));
        }

        inner.Room = int.MaxValue;
        Assert.Equal(0, source.TryWrite(engine, default));
        Assert.False(source.HasUnsent);
        Assert.InRange(inner.Sent.Count, 1024 * 1024, 2 * 1024 * 1024);
        Assert.Equal(0, inner.Sent.Count % 3);
    }

    [Fact]
    public void HalfOfADoubledByteDoesNotBreakAStreamThatDoesNotWait()
    {
        using ISocketTransport engine = TestSockets.Engine(EngineKind.Portable, _stop);
        using StreamPair pair = new();
        ScriptedSource inner = new() { Room = 1 };
        TelnetSource source = new(pair.Receiver, inner);
        byte[] data = [0xFF, 0x61];
        Assert.Equal(1, source.TryWrite(engine, data));
        Assert.True(source.HasUnsent);
        Assert.Null(source.TryWrite(engine, data.AsMemory(1)));
        inner.Room = 2;
        Assert.Equal(1, source.TryWrite(engine, data.AsMemory(1)));
        Assert.False(source.HasUnsent);
        Assert.False(SocketRecord.Of(pair.Receiver).IsBroken);
        Assert.Equal([0xFF, 0xFF, 0x61], inner.Sent);
    }

    [Fact]
    public void ManyDoubledBytesGoTogetherWhereverTheyAreCut()
    {
        using ISocketTransport engine = TestSockets.Engine(EngineKind.Portable, _stop);
        using StreamPair pair = new();
        byte[] data = [.. Enumerable.Range(0, 20_000).SelectMany(number => new byte[] { 0xFF, (byte)(number % 7 == 0 ? 0xFF : number % 200) }), .. new byte[50_000], 0xFF];
        byte[] expected = [.. data.SelectMany(value => value == 0xFF ? new byte[] { value, value } : [value])];
        foreach (bool waits in new[] { false, true })
        {
            ScriptedSource inner = new() { Most = 7_001 };
            TelnetSource source = new(pair.Receiver, inner);
            for (int place = 0; place < data.Length;)
            {
                place += (waits ? source.Write(engine, data.AsMemory(place), SocketFlags.None, Deadline.Now) : source.TryWrite(engine, data.AsMemory(place)))!.Value;
            }

            Assert.Equal(0, source.TryWrite(engine, default));
            Assert.Equal(expected, inner.Sent);
            Assert.InRange(inner.Writes, 1, 100);
            Assert.False(SocketRecord.Of(pair.Receiver).IsBroken);
        }
    }

    [Fact]
    public void HalfOfADoubledByteBreaksAStreamWhoseWaitIsOver()
    {
        using ISocketTransport engine = TestSockets.Engine(EngineKind.Portable, _stop);
        using StreamPair pair = new();
        TelnetSource source = new(pair.Receiver, new ScriptedSource { Room = 1 });
        Assert.Null(source.Write(engine, new byte[] { 0xFF, 0x61 }, SocketFlags.None, Deadline.Now));
        Assert.True(SocketRecord.Of(pair.Receiver).IsBroken);
    }

    [Fact]
    public void WhatCouldNotBeAnsweredWithinAMessageGoesOutAfterIt()
    {
        using ISocketTransport engine = TestSockets.Engine(EngineKind.Portable, _stop);
        using StreamPair pair = new();
        ScriptedSource inner = new();
        TelnetSource source = new(pair.Receiver, inner);
        ByteChannel.Of(pair.Receiver).Source = source;
        // While the sender has the stream, somebody reads that the peer asks for an option.
        inner.Writing = () =>
        {
            inner.Writing = null;
            inner.Came = [0xFF, 0xFD, 7];
            inner.Pieces = 1;
            Assert.Null(source.Peek(engine, new byte[100]));
        };
        engine.SenderOf(pair.Receiver, 10).Send("ab"u8.ToArray(), SocketFlags.None);
        Assert.False(source.HasUnsent);
        Assert.Equal([0x61, 0x62, 0xFF, 0xFC, 7], inner.Sent.Take(5));
    }

    /// <summary>A stream that gives the same again and again, as many times as fit into the reader's room.</summary>
    private sealed class ScriptedSource : IByteSource
    {
        public byte[] Came { get; set; } = [];

        public int Pieces { get; set; } = int.MaxValue;

        public int Room { get; set; } = int.MaxValue;

        public int Most { get; set; } = int.MaxValue;

        public int Writes { get; private set; }

        public List<byte> Sent { get; } = [];

        public Action? Writing { get; set; }

        public bool IsOver { get; set; }

        public bool IsReadable => false;

        public bool IsFiltered => false;

        public bool IsProtected => false;

        public bool HasUnsent => false;

        public int? Receive(ISocketTransport transport, Memory<byte> buffer)
        {
            if (IsOver)
            {
                return 0;
            }

            if (Came.Length == 0 || Pieces-- <= 0)
            {
                return null;
            }

            int count = 0;
            for (; count + Came.Length <= buffer.Length; count += Came.Length)
            {
                Came.CopyTo(buffer[count..]);
            }

            return count;
        }

        public int? Peek(ISocketTransport transport, Memory<byte> buffer) => throw new NotSupportedException();

        public void Discard(ISocketTransport transport, int count) => throw new NotSupportedException();

        public int? Write(ISocketTransport transport, ReadOnlyMemory<byte> data, SocketFlags flags, Deadline deadline) => TryWrite(transport, data);

        public int? TryWrite(ISocketTransport transport, ReadOnlyMemory<byte> data)
        {
            if (data.IsEmpty)
            {
                return 0;
            }

            Writing?.Invoke();
            Writes++;
            int count = Math.Min(Math.Min(Room, Most), data.Length);
            Room -= count;
            Sent.AddRange(data[..count].ToArray());
            return count == 0 ? null : count;
        }

        public void Refresh(ISocketTransport transport)
        {
        }

        public bool EndWrite(ISocketTransport transport, Deadline deadline) => true;

        public void Close(ISocketTransport transport)
        {
        }

        public string? TakeWarning() => null;
    }
}
