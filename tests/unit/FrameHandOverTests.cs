using System.Diagnostics;
using System.Net.Sockets;
using System.Text;
using PSSockets.Channels;
using PSSockets.Sockets;
using PSSockets.Streams;
using PSSockets.Transport;
using PSSockets.Waiting;

namespace PSSockets.UnitTests;

public sealed class FrameHandOverTests : IDisposable
{
    private const int NoLimit = 1 << 30;

    private static readonly UTF8Encoding Utf8 = new(false);

    private readonly StopSignal _stop = new();
    private readonly StreamPair _pair = new();
    private readonly List<string> _frames = [];

    public void Dispose()
    {
        _stop.Set();
        _pair.Dispose();
        _stop.Dispose();
    }

    [Theory]
    [ClassData(typeof(Engines))]
    public void AllWholeLinesAreHandedOverAndTheBeginningOfTheNextStays(EngineKind kind)
    {
        using ISocketTransport engine = TestSockets.Engine(kind, _stop);
        _pair.Arrive("one\ntwo\r\n\n\r\nlone\rcr\n\r\r\nhal"u8);
        Assert.Equal(6, Reader(engine).HandOverLines(NoLimit, NoLimit, Take));
        Assert.Equal(["one", "two", "", "", "lone\rcr", "\r"], _frames);
        Assert.Equal("hal", Utf8.GetString(_pair.Rest()));
    }

    [Theory]
    [ClassData(typeof(Engines))]
    public void NoMoreAreTakenThanAreWanted(EngineKind kind)
    {
        using ISocketTransport engine = TestSockets.Engine(kind, _stop);
        FrameReader reader = Reader(engine);
        _pair.Arrive("1\n2\n3\n4\nbeyond"u8);
        Assert.Equal(1, reader.HandOverLines(1, NoLimit, Take));
        Assert.Equal(2, reader.HandOverLines(2, NoLimit, Take));
        Assert.Equal(["1", "2", "3"], _frames);
        Assert.Equal("4\nbeyond", Utf8.GetString(_pair.Rest()));
    }

    [Theory]
    [ClassData(typeof(Engines))]
    public void FramesBeforeDelimiters(EngineKind kind)
    {
        using ISocketTransport engine = TestSockets.Engine(kind, _stop);
        _pair.Arrive("one--two-three----beyond-"u8);
        Assert.Equal(3, Reader(engine).HandOverDelimited(NoLimit, "--"u8.ToArray(), 1, NoLimit, Take));
        Assert.Equal(["one", "two-three", ""], _frames);
        Assert.Equal("beyond-", Utf8.GetString(_pair.Rest()));
    }

    [Theory]
    [ClassData(typeof(Engines))]
    public void ADelimiterBeginsOnlyWithAUnitOfItsFrame(EngineKind kind)
    {
        using ISocketTransport engine = TestSockets.Engine(kind, _stop);
        List<byte[]> frames = [];
        // In each frame the second and third byte look like it.
        _pair.Arrive([0x00, 0x0A, 0x00, 0x01, 0x0A, 0x00, 0x01, 0x0A, 0x00, 0x02, 0x0A, 0x00, 0x42]);
        Assert.Equal(2, Reader(engine).HandOverDelimited(NoLimit, [0x0A, 0x00], 2, NoLimit, frame => frames.Add(frame.ToArray())));
        Assert.Equal([0x00, 0x0A, 0x00, 0x01], frames[0]);
        Assert.Equal([0x01, 0x0A, 0x00, 0x02], frames[1]);
        Assert.Equal([0x42], _pair.Rest());
    }

    [Theory]
    [EngineData(EngineKind.Linux, 1)]
    [EngineData(EngineKind.Linux, 2)]
    [EngineData(EngineKind.Linux, 4)]
    [EngineData(EngineKind.Linux, 8)]
    [EngineData(EngineKind.Portable, 4)]
    public void FramesAfterTheirLengths(EngineKind kind, int width)
    {
        using ISocketTransport engine = TestSockets.Engine(kind, _stop);
        byte[] begun = [.. new byte[width - 1], 4, .. "hal"u8];
        _pair.Arrive([.. new LengthPrefix(width).Apply("one"u8.ToArray()), .. new LengthPrefix(width).Apply([]), .. new LengthPrefix(width).Apply("three"u8.ToArray()), .. begun]);
        Assert.Equal(3, Reader(engine).HandOverPrefixed(NoLimit, width, NoLimit, Take));
        Assert.Equal(["one", "", "three"], _frames);
        Assert.Equal(begun, _pair.Rest());
    }

    [Theory]
    [ClassData(typeof(Engines))]
    public void APrefixOfAnySizeIsNoFrameAsLongAsItIsNotThere(EngineKind kind)
    {
        using ISocketTransport engine = TestSockets.Engine(kind, _stop);
        FrameReader reader = Reader(engine);
        foreach (string hex in new[] { "00", "FFFFFFFFFFFFFFFF", "8000000000000000", "7FFFFFFFFFFFFFFF", "00000000FFFFFFFF" })
        {
            byte[] bytes = Convert.FromHexString(hex);
            _pair.Arrive(bytes);
            Assert.Equal(0, reader.HandOverPrefixed(NoLimit, 8, NoLimit, Take));
            Assert.Equal(bytes, _pair.Rest());
        }
    }

    [Theory]
    [ClassData(typeof(Engines))]
    public void FramesOfOneLength(EngineKind kind)
    {
        using ISocketTransport engine = TestSockets.Engine(kind, _stop);
        FrameReader reader = Reader(engine);
        _pair.Arrive("onetwosixte"u8);
        Assert.Equal(0, reader.HandOverLengths(NoLimit, 0, Take));
        Assert.Equal(3, reader.HandOverLengths(NoLimit, 3, Take));
        Assert.Equal(["one", "two", "six"], _frames);
        Assert.Equal("te", Utf8.GetString(_pair.Rest()));
    }

    [Theory]
    [ClassData(typeof(Engines))]
    public void WhatIsTooLongIsLeftForTheReaderThatSaysSo(EngineKind kind)
    {
        using ISocketTransport engine = TestSockets.Engine(kind, _stop);
        FrameReader reader = Reader(engine);
        _pair.Arrive("12345\n12345\r\n123456\nbeyond\n"u8);
        Assert.Equal(2, reader.HandOverLines(NoLimit, 5, Take));
        Assert.Equal(0, reader.HandOverLines(NoLimit, 5, Take));
        Assert.Equal("FrameTooLong", Assert.Throws<SocketInputException>(() => reader.ReadLine(5)).ErrorId);
        Assert.Equal("beyond\n", Utf8.GetString(_pair.Rest()));
    }

    // The recipient is a pipeline, which may stop at any frame: then that one was not received, nor those after it.
    [Theory]
    [ClassData(typeof(Engines))]
    public void WhereTheRecipientFailsExactlyWhatItGotIsTakenThoughAllIsToStop(EngineKind kind)
    {
        using StopSignal stop = new();
        using ISocketTransport engine = TestSockets.Engine(kind, stop);
        _pair.Arrive("one\ntwo\nthree\nfour\n"u8);
        Assert.Throws<InvalidTimeZoneException>(() => Reader(engine).HandOverLines(NoLimit, NoLimit, frame =>
        {
            if (_frames.Count == 2)
            {
                stop.Set();
                throw new InvalidTimeZoneException();
            }

            Take(frame);
        }));
        Assert.Equal(["one", "two"], _frames);
        Assert.Equal("three\nfour\n", Utf8.GetString(_pair.Rest()));
    }

    [Theory]
    [ClassData(typeof(Engines))]
    public void WaitsUntilSomethingComes(EngineKind kind)
    {
        using ISocketTransport engine = TestSockets.Engine(kind, _stop);
        Background background = Background.Run(() => Reader(engine).HandOverLines(NoLimit, NoLimit, Take));
        background.WaitUntilBlocked();
        _pair.Sender.Send("one\n"u8);
        background.Join();
        Assert.Equal(["one"], _frames);
    }

    [Theory]
    [ClassData(typeof(Engines))]
    public void ATimeOutHasTheSocketAndAStopEndsTheWait(EngineKind kind)
    {
        using StopSignal stop = new();
        using ISocketTransport engine = TestSockets.Engine(kind, stop);
        long start = Stopwatch.GetTimestamp();
        SocketCallException exception = Assert.Throws<SocketCallException>(() => Reader(engine, 0.05).HandOverLines(NoLimit, NoLimit, Take));
        Assert.InRange(TestSockets.SecondsSince(start), 0.04, TestSockets.Late);
        Assert.Equal(SocketError.TimedOut, exception.SocketErrorCode);
        Assert.Same(_pair.Receiver, exception.Target);
        stop.Set();
        Assert.ThrowsAny<OperationCanceledException>(() => Reader(engine).HandOverLines(NoLimit, NoLimit, Take));
    }

    [Theory]
    [ClassData(typeof(Engines))]
    public void TheEndIsNoFrame(EngineKind kind)
    {
        using ISocketTransport engine = TestSockets.Engine(kind, _stop);
        FrameReader reader = Reader(engine);
        _pair.Arrive("one\n"u8);
        _pair.End();
        Assert.Equal(1, reader.HandOverLines(NoLimit, NoLimit, Take));
        Assert.Equal(0, reader.HandOverLines(NoLimit, NoLimit, Take));
        Assert.Null(reader.ReadLine(NoLimit));
    }

    [Theory]
    [ClassData(typeof(Engines))]
    [Trait("Windows", "Windows has no socket pairs")]
    public void OfAUnixStreamToo(EngineKind kind)
    {
        using ISocketTransport engine = TestSockets.Engine(kind, _stop);
        (Socket first, Socket second) = SocketFactory.CreatePair(SocketTransport.Quiet, SocketType.Stream);
        using (first)
        using (second)
        {
            // Each send is a piece of its own there.
            first.Send("on"u8);
            first.Send("e\ntw"u8);
            first.Send("o\nbeyond"u8);
            FrameReader reader = engine.ReaderOf(second, TestSockets.Patience.TotalSeconds);
            while (_frames.Count < 2)
            {
                Assert.NotEqual(0, reader.HandOverLines(NoLimit, NoLimit, Take));
            }

            Assert.Equal(["one", "two"], _frames);
            byte[] rest = new byte[100];
            Assert.Equal("beyond", Utf8.GetString(rest, 0, second.Receive(rest)));
        }
    }

    // Many more than are looked at once, cut wherever that ends, and long ones among them.
    [Theory]
    [ClassData(typeof(Engines))]
    public void ALongStreamComesWholeAndInOrder(EngineKind kind)
    {
        using ISocketTransport engine = TestSockets.Engine(kind, _stop);
        string[] lines = [.. Enumerable.Range(0, 50_000).Select(number => number % 10_000 == 7 ? new string('x', 30 * number) : $"line {number}")];
        Background sender = Background.Run(() =>
        {
            _pair.Sender.Send(Utf8.GetBytes(string.Join('\n', lines) + "\n"));
            _pair.Sender.Dispose();
        });
        FrameReader reader = Reader(engine);
        while (true)
        {
            if (reader.HandOverLines(NoLimit, NoLimit, Take) > 0)
            {
                continue;
            }

            if (reader.ReadLine(NoLimit) is not byte[] line)
            {
                break;
            }

            Take(line);
        }

        sender.Join();
        Assert.Equal(lines, _frames);
    }

    private void Take(ReadOnlySpan<byte> frame) => _frames.Add(Utf8.GetString(frame));

    private FrameReader Reader(ISocketTransport engine, double? timeoutSeconds = null) =>
        new(engine, _pair.Receiver, ByteChannel.Of(_pair.Receiver), _pair.Receiver.RemoteEndPoint, Utf8, timeoutSeconds ?? TestSockets.Patience.TotalSeconds);
}
