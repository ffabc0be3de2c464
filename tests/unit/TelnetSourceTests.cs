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
}
