using System.Diagnostics;
using System.Net.Sockets;
using System.Text;
using FsCheck;
using FsCheck.Fluent;
using PSSockets.Channels;
using PSSockets.Sockets;
using PSSockets.Streams;
using PSSockets.Transport;
using PSSockets.Waiting;

namespace PSSockets.UnitTests;

public sealed class FrameReaderTests : IDisposable
{
    private const int NoLimit = 1 << 30;

    private static readonly UTF8Encoding Utf8 = new(false);

    private readonly StopSignal _stop = new();
    private readonly StreamPair _pair = new();

    public void Dispose()
    {
        _stop.Set();
        _pair.Dispose();
        _stop.Dispose();
    }

    [Theory]
    [ClassData(typeof(Engines))]
    public void AvailableIsWhatOneReceiveGives(EngineKind kind)
    {
        using ISocketTransport engine = TestSockets.Engine(kind, _stop);
        FrameReader reader = Reader(engine);
        _pair.Arrive("hello"u8);
        Assert.Equal("hello", Text(reader.ReadBytes(100, SocketFlags.Peek)));
        Assert.Equal("hel", Text(reader.ReadBytes(3, SocketFlags.None)));
        Assert.Equal("lo", Text(reader.ReadBytes(3, SocketFlags.None)));
        _pair.ArriveUrgent(42);
        Assert.Equal([42], reader.ReadBytes(3, SocketFlags.OutOfBand));
        _pair.End();
        Assert.Null(reader.ReadBytes(3, SocketFlags.None));
        Assert.Null(reader.ReadBytes(3, SocketFlags.Peek));
    }

    [Theory]
    [ClassData(typeof(Engines))]
    public void WhicheverDelimiterComesFirstEndsTheFrameWhereverItIsCut(EngineKind kind)
    {
        const string Stream = "one--two; three;--four--";
        for (int cut = 1; cut < Stream.Length; cut++)
        {
            using ISocketTransport engine = TestSockets.Engine(kind, _stop);
            using StreamPair pair = new();
            FrameReader reader = new(engine, pair.Receiver, new FeedingChannel(pair, [Utf8.GetBytes(Stream[..cut]), Utf8.GetBytes(Stream[cut..])]), null, Utf8, TestSockets.Patience.TotalSeconds);
            List<string> seen = [];
            for (int count = 0; count < 5; count++)
            {
                Streams.Frame frame = reader.ReadAny("--", ";")!.Value;
                seen.Add($"{Text(frame.Data)}|{Text(frame.End)}");
            }

            Assert.Equal(["one|--", "two|;", " three|;", "|--", "four|--"], seen);
        }
    }

    [Theory]
    [ClassData(typeof(Engines))]
    public void AMatchEndsTheFrameWhereverItIsCut(EngineKind kind)
    {
        byte[] stream = Utf8.GetBytes("grün 😀 ok> zwei ok> ");
        for (int cut = 1; cut < stream.Length; cut++)
        {
            using ISocketTransport engine = TestSockets.Engine(kind, _stop);
            using StreamPair pair = new();
            FrameReader reader = new(engine, pair.Receiver, new FeedingChannel(pair, [stream[..cut], stream[cut..]]), null, Utf8, TestSockets.Patience.TotalSeconds);
            Streams.Frame first = reader.ReadMatch("[a-z]+> ")!.Value;
            Assert.Equal(("grün 😀 ok> ", "ok> "), (Text(first.Data), Text(first.End)));
            Streams.Frame second = reader.ReadMatch("[a-z]+> ")!.Value;
            Assert.Equal(("zwei ok> ", "ok> "), (Text(second.Data), Text(second.End)));
        }
    }

    [Theory]
    [ClassData(typeof(Engines))]
    public void AMatchAfterBytesThatAreNotTextLeavesThePartOfACharacterAfterIt(EngineKind kind)
    {
        using ISocketTransport engine = TestSockets.Engine(kind, _stop);
        FrameReader reader = Reader(engine);
        _pair.Arrive([0xFF, (byte)'>', (byte)' ', .. Utf8.GetBytes("\u20AC"), (byte)'1']);
        Assert.Equal([0xFF, (byte)'>', (byte)' '], reader.ReadMatch("> ")!.Value.Data);
        Assert.Equal("\u20AC1", Text(reader.ReadLength(4)));
    }

    [Theory]
    [ClassData(typeof(Engines))]
    public void WhatIsPutBackHasTheDelimiterThatItHad(EngineKind kind)
    {
        using ISocketTransport engine = TestSockets.Engine(kind, _stop);
        FrameReader reader = Reader(engine);
        _pair.Arrive("a;b--c;"u8);
        AnyDelimitedFraming framing = new([("--"u8.ToArray(), 1), (";"u8.ToArray(), 1)]) { MaximumSize = NoLimit };
        foreach (string expected in new[] { "a", "b", "c" })
        {
            Streams.Frame frame = reader.Read(framing)!.Value;
            Assert.Equal(expected, Text(frame.Data));
            reader.PutBack(frame, framing);
            Streams.Frame again = reader.Read(framing)!.Value;
            Assert.Equal(frame.Data, again.Data);
            Assert.Equal(frame.End, again.End);
        }
    }

    [Theory]
    [ClassData(typeof(Engines))]
    public void ALongTextThatIsPutBackComesAgainWithItsEndBeforeWhatFollows(EngineKind kind)
    {
        using ISocketTransport engine = TestSockets.Engine(kind, _stop);
        string text = string.Concat(Enumerable.Repeat("grün 😀 ", (HeldBytes.LongText / 10) + 1));
        byte[][] segments = [.. Utf8.GetBytes($"{text}\r\nnext\n").Chunk(60_000)];
        FrameReader reader = new(engine, _pair.Receiver, new FeedingChannel(_pair, segments), null, Utf8, TestSockets.Patience.TotalSeconds) { IsText = true };
        LineFraming framing = new(Utf8) { MaximumSize = NoLimit };
        for (int round = 0; round < 2; round++)
        {
            Streams.Frame frame = reader.Read(framing)!.Value;
            Assert.Equal("\r\n", Text(frame.End));
            if (round == 0)
            {
                Assert.Equal(text, frame.Text);
                Assert.Empty(frame.Data);
                reader.PutBack(frame, framing);
            }
            else
            {
                // What was put back is an array already.
                Assert.Equal(text, Text(frame.Data));
            }
        }

        Assert.Equal("next", Text(reader.ReadLine(NoLimit)));
    }

    [Theory]
    [ClassData(typeof(Engines))]
    public void TheTimeOfTheWholeCallEndsAFrameThatComesByteByByte(EngineKind kind)
    {
        using ISocketTransport engine = TestSockets.Engine(kind, _stop);
        TimeLimit limit = TimeLimit.Of(TestSockets.Patience.TotalSeconds, 0.1);
        FrameReader reader = new(engine, _pair.Receiver, new FeedingChannel(_pair, Enumerable.Repeat("x"u8.ToArray(), int.MaxValue)), null, Utf8, limit);
        SocketCallException exception = Assert.Throws<SocketCallException>(() => reader.ReadLine(NoLimit));
        Assert.Equal(SocketError.TimedOut, exception.SocketErrorCode);
        Assert.Same(_pair.Receiver, exception.Target);
        _pair.Arrive("\n"u8);
        Assert.Matches("^x+$", Text(Reader(engine).ReadLine(NoLimit)));
    }

    [Theory]
    [ClassData(typeof(Engines))]
    public void EachHasItsOwnBytes(EngineKind kind)
    {
        using ISocketTransport engine = TestSockets.Engine(kind, _stop);
        FrameReader reader = Reader(engine);
        _pair.Arrive("onetwosix\nten\n"u8);
        byte[]? one = reader.ReadBytes(3, SocketFlags.None);
        byte[]? two = reader.ReadLength(3);
        byte[]? six = reader.ReadLine(NoLimit);
        byte[]? ten = reader.ReadLine(NoLimit);
        Assert.Equal(["one", "two", "six", "ten"], new[] { one, two, six, ten }.Select(Text));
    }

    [Theory]
    [ClassData(typeof(Engines))]
    public void ALengthIsExactlySoManyBytes(EngineKind kind)
    {
        using ISocketTransport engine = TestSockets.Engine(kind, _stop);
        FrameReader reader = Reader(engine);
        _pair.Arrive("hello, world"u8);
        Assert.Equal("hello", Text(reader.ReadLength(5)));
        Assert.Empty(reader.ReadLength(0)!);
        Assert.Equal(", world", Text(_pair.Rest()));
        _pair.End();
        Assert.Null(reader.ReadLength(1));
    }

    [Theory]
    [ClassData(typeof(Engines))]
    public void ALongLengthIsGathered(EngineKind kind)
    {
        using ISocketTransport engine = TestSockets.Engine(kind, _stop);
        byte[] data = StreamPair.Numbers(1_000_000);
        Background sender = Background.Run(() =>
        {
            _pair.Sender.Send(data);
            _pair.Sender.Send("beyond"u8);
            _pair.Sender.Dispose();
        });
        Assert.Equal(data, Reader(engine).ReadLength(data.Length));
        sender.Join();
        Assert.Equal("beyond", Text(StreamPair.ReadToEnd(_pair.Receiver)));
    }

    [Theory]
    [EngineData(EngineKind.Linux, 1)]
    [EngineData(EngineKind.Linux, 2)]
    [EngineData(EngineKind.Linux, 4)]
    [EngineData(EngineKind.Linux, 8)]
    [EngineData(EngineKind.Portable, 1)]
    [EngineData(EngineKind.Portable, 2)]
    [EngineData(EngineKind.Portable, 4)]
    [EngineData(EngineKind.Portable, 8)]
    public void APrefixTellsTheLength(EngineKind kind, int width)
    {
        using ISocketTransport engine = TestSockets.Engine(kind, _stop);
        FrameReader reader = Reader(engine);
        _pair.Arrive([.. new byte[width - 1], 5, .. "hello"u8, .. new byte[width], .. "beyond"u8]);
        Assert.Equal("hello", Text(reader.ReadPrefixed(width, 5)));
        Assert.Empty(reader.ReadPrefixed(width, NoLimit)!);
        Assert.Equal("beyond", Text(_pair.Rest()));
        _pair.End();
        Assert.Null(reader.ReadPrefixed(width, NoLimit));
    }

    [Theory]
    [EngineData(EngineKind.Linux, 1, "06")]
    [EngineData(EngineKind.Linux, 2, "0100")]
    [EngineData(EngineKind.Linux, 4, "80000000")]
    [EngineData(EngineKind.Linux, 8, "FFFFFFFFFFFFFFFF")]
    [EngineData(EngineKind.Linux, 8, "0000000100000001")]
    [EngineData(EngineKind.Portable, 1, "06")]
    [EngineData(EngineKind.Portable, 8, "8000000000000000")]
    public void OfATooLongMessageOnlyThePrefixIsTaken(EngineKind kind, int width, string prefix)
    {
        using ISocketTransport engine = TestSockets.Engine(kind, _stop);
        byte[] bytes = Convert.FromHexString(prefix);
        _pair.Arrive([.. bytes, .. "beyond"u8]);
        SocketInputException exception = Assert.Throws<SocketInputException>(() => Reader(engine).ReadPrefixed(width, 5));
        Assert.Equal("FrameTooLong", exception.ErrorId);
        Assert.Equal(bytes, exception.Target);
        Assert.Contains("-MaximumSize", exception.RecommendedAction, StringComparison.Ordinal);
        Assert.Equal("beyond", Text(_pair.Rest()));
    }

    [Theory]
    [ClassData(typeof(Engines))]
    public void APrefixMayComeInPieces(EngineKind kind)
    {
        using ISocketTransport engine = TestSockets.Engine(kind, _stop);
        FeedingChannel feeding = new(_pair, [[0], [3], [.. "on"u8], [.. "e"u8]]);
        Assert.Equal("one", Text(Reader(engine, channel: feeding).ReadPrefixed(2, NoLimit)));
    }

    [Theory]
    [ClassData(typeof(Engines))]
    public void ADelimiterIsTakenAndNotGiven(EngineKind kind)
    {
        using ISocketTransport engine = TestSockets.Engine(kind, _stop);
        FrameReader reader = Reader(engine);
        _pair.Arrive("one--two-three----beyond"u8);
        Assert.Equal("one", Text(reader.ReadDelimited("--"u8.ToArray(), 1, NoLimit)));
        Assert.Equal("two-three", Text(reader.ReadDelimited("--"u8.ToArray(), 1, NoLimit)));
        Assert.Empty(reader.ReadDelimited("--"u8.ToArray(), 1, NoLimit)!);
        Assert.Equal("beyond", Text(_pair.Rest()));
        _pair.End();
        Assert.Null(reader.ReadDelimited("--"u8.ToArray(), 1, NoLimit));
    }

    [Theory]
    [ClassData(typeof(Engines))]
    public void ADelimiterIsFoundAcrossAnyCut(EngineKind kind)
    {
        // "ababc": a false start hides in the true one.
        byte[] delimiter = "ababc"u8.ToArray();
        byte[] sent = "xxababababcyyababcbeyond"u8.ToArray();
        for (int first = 1; first < sent.Length; first++)
        {
            using ISocketTransport engine = TestSockets.Engine(kind, _stop);
            FeedingChannel feeding = new(_pair, [sent[..first], sent[first..]]);
            FrameReader reader = Reader(engine, channel: feeding);
            Assert.Equal("xxabab", Text(reader.ReadDelimited(delimiter, 1, NoLimit)));
            Assert.Equal("yy", Text(reader.ReadDelimited(delimiter, 1, NoLimit)));
            Assert.Equal("beyond", Text(reader.ReadLength(6)));
        }
    }

    [Theory]
    [ClassData(typeof(Engines))]
    public void ADelimiterIsFoundByteByByte(EngineKind kind)
    {
        byte[] sent = "xxababababcyyababcbeyond"u8.ToArray();
        using ISocketTransport engine = TestSockets.Engine(kind, _stop);
        FeedingChannel feeding = new(_pair, sent.Select(next => new[] { next }));
        FrameReader reader = Reader(engine, channel: feeding);
        Assert.Equal("xxabab", Text(reader.ReadDelimited("ababc"u8.ToArray(), 1, NoLimit)));
        Assert.Equal("yy", Text(reader.ReadDelimited("ababc"u8.ToArray(), 1, NoLimit)));
        Assert.Equal("beyond", Text(reader.ReadLength(6)));
    }

    // The look-ahead grows as it goes: 256, 1024 ... 65536 bytes.
    [Theory]
    [EngineData(EngineKind.Linux, 254)]
    [EngineData(EngineKind.Linux, 255)]
    [EngineData(EngineKind.Linux, 256)]
    [EngineData(EngineKind.Linux, 1279)]
    [EngineData(EngineKind.Linux, 1280)]
    [EngineData(EngineKind.Linux, 300_000)]
    [EngineData(EngineKind.Portable, 255)]
    [EngineData(EngineKind.Portable, 300_000)]
    public void ADelimiterIsFoundAfterAnyLength(EngineKind kind, int length)
    {
        using ISocketTransport engine = TestSockets.Engine(kind, _stop);
        byte[] data = [.. StreamPair.Numbers(length).Select(next => (byte)(next | 0x80))];
        Background sender = Background.Run(() =>
        {
            _pair.Sender.Send([.. data, .. "\r\n\r\nbeyond\r\n\r\nrest"u8]);
            _pair.Sender.Dispose();
        });
        FrameReader reader = Reader(engine);
        Assert.Equal(data, reader.ReadDelimited("\r\n\r\n"u8.ToArray(), 1, NoLimit));
        Assert.Equal("beyond", Text(reader.ReadDelimited("\r\n\r\n"u8.ToArray(), 1, NoLimit)));
        sender.Join();
        Assert.Equal("rest", Text(StreamPair.ReadToEnd(_pair.Receiver)));
    }

    [Theory]
    [ClassData(typeof(Engines))]
    public void ADelimiterBeginsOnlyWithAUnit(EngineKind kind)
    {
        using ISocketTransport engine = TestSockets.Engine(kind, _stop);
        FrameReader reader = Reader(engine);
        // The second and third byte look like it.
        byte[] sent = [0x00, 0x0A, 0x00, 0x01, 0x0A, 0x00, 0x42];
        _pair.Arrive(sent);
        Assert.Equal(sent[..4], reader.ReadDelimited([0x0A, 0x00], 2, NoLimit));
        Assert.Equal([0x42], _pair.Rest());
        _pair.Arrive(sent);
        Assert.Equal(sent[..1], reader.ReadDelimited([0x0A, 0x00], 1, NoLimit));
        Assert.Equal(sent[3..], _pair.Rest());
    }

    [Theory]
    [ClassData(typeof(Engines))]
    public void ALineEndsWithLineFeedOrBoth(EngineKind kind)
    {
        using ISocketTransport engine = TestSockets.Engine(kind, _stop);
        FrameReader reader = Reader(engine);
        _pair.Arrive("one\ntwo\r\n\n\r\nlone\rcr\n\r\r\nend\r"u8);
        string[] expected = ["one", "two", "", "", "lone\rcr", "\r"];
        foreach (string line in expected)
        {
            Assert.Equal(line, Text(reader.ReadLine(NoLimit)));
        }

        Assert.Equal("end\r", Text(_pair.Rest()));
        _pair.End();
        Assert.Null(reader.ReadLine(NoLimit));
    }

    [Theory]
    [EngineData(EngineKind.Linux, 65001)]
    [EngineData(EngineKind.Linux, 1200)]
    [EngineData(EngineKind.Linux, 1201)]
    [EngineData(EngineKind.Linux, 12000)]
    [EngineData(EngineKind.Linux, 12001)]
    [EngineData(EngineKind.Portable, 65001)]
    [EngineData(EngineKind.Portable, 1200)]
    [EngineData(EngineKind.Portable, 12000)]
    public void LinesAreReadInAnyEncodingCutAnywhere(EngineKind kind, int codePage)
    {
        // Ċ (U+010A), ਀ (U+0A00) and ഊ (U+0D0A) hold the bytes of line ends within and across their units.
        const string Sent = "Grüße, 世界 😀\r\nĊ਀ĀഊĊ\n\r\n਀Ā\nbeyond";
        Encoding encoding = Encoding.GetEncoding(codePage);
        byte[] bytes = encoding.GetBytes(Sent);
        for (int first = 1; first < bytes.Length; first++)
        {
            using ISocketTransport engine = TestSockets.Engine(kind, _stop);
            FeedingChannel feeding = new(_pair, [bytes[..first], bytes[first..]]);
            FrameReader reader = new(engine, _pair.Receiver, feeding, _pair.Receiver.RemoteEndPoint, encoding, TestSockets.Patience.TotalSeconds);
            Assert.Equal("Grüße, 世界 😀", encoding.GetString(reader.ReadLine(NoLimit, encoding)!));
            Assert.Equal("Ċ਀ĀഊĊ", encoding.GetString(reader.ReadLine(NoLimit, encoding)!));
            Assert.Equal("", encoding.GetString(reader.ReadLine(NoLimit, encoding)!));
            Assert.Equal("਀Ā", encoding.GetString(reader.ReadLine(NoLimit, encoding)!));
            Assert.Equal("beyond", encoding.GetString(reader.ReadLength(encoding.GetByteCount("beyond"))!));
        }

        Assert.Equal(0, _pair.Receiver.Available);
    }

    [Theory]
    [ClassData(typeof(Engines))]
    public void EverythingUntilTheEnd(EngineKind kind)
    {
        using ISocketTransport engine = TestSockets.Engine(kind, _stop);
        byte[] data = StreamPair.Numbers(500_000);
        Background sender = Background.Run(() =>
        {
            _pair.Sender.Send(data);
            _pair.Sender.Dispose();
        });
        FrameReader reader = Reader(engine);
        Assert.Equal(data, reader.ReadToEnd(data.Length));
        Assert.Null(reader.ReadToEnd(data.Length));
        sender.Join();
    }

    [Theory]
    [ClassData(typeof(Engines))]
    public void MoreThanAllowedUntilTheEndIsFrameTooLong(EngineKind kind)
    {
        using ISocketTransport engine = TestSockets.Engine(kind, _stop);
        _pair.Arrive("hello"u8);
        SocketInputException exception = Assert.Throws<SocketInputException>(() => Reader(engine).ReadToEnd(4));
        Assert.Equal("FrameTooLong", exception.ErrorId);
        Assert.Equal("hello", Assert.IsType<SocketData>(exception.Target).Text);
    }

    [Theory]
    [ClassData(typeof(Engines))]
    public void CopiesEverythingUntilTheEnd(EngineKind kind)
    {
        using ISocketTransport engine = TestSockets.Engine(kind, _stop);
        byte[] data = StreamPair.Numbers(1_000_000);
        Background sender = Background.Run(() =>
        {
            _pair.Sender.Send(data);
            _pair.Sender.Dispose();
        });
        using MemoryStream copy = new();
        List<long> progress = [];
        FrameReader reader = Reader(engine);
        int Write(ReadOnlyMemory<byte> bytes)
        {
            copy.Write(bytes.Span);
            return bytes.Length;
        }

        reader.CopyTo(Write, progress.Add);
        Assert.Equal(data, copy.ToArray());
        Assert.Equal(progress.Distinct().Order(), progress);
        Assert.Equal(data.Length, progress[^1]);
        int told = progress.Count;
        reader.CopyTo(Write, progress.Add);
        Assert.Equal(told, progress.Count);
        sender.Join();
    }

    [Theory]
    [ClassData(typeof(Engines))]
    public void WhatCannotBeWrittenStaysInTheStream(EngineKind kind)
    {
        using ISocketTransport engine = TestSockets.Engine(kind, _stop);
        _pair.Arrive("written, not written"u8);
        List<long> progress = [];
        FrameReader reader = Reader(engine);
        Assert.Throws<IOException>(() => reader.CopyTo(_ => progress.Count > 0 ? throw new IOException() : 9, progress.Add));
        Assert.Equal([9L], progress);
        _pair.Arrive("!"u8);
        _pair.End();
        Assert.Equal("not written!", Encoding.ASCII.GetString(Reader(engine).Read(new EndFraming { MaximumSize = 100 })!.Value.Data));
    }

    public static TheoryData<EngineKind, string> Framings()
    {
        TheoryData<EngineKind, string> data = [];
        foreach (EngineKind kind in OperatingSystem.IsLinux() ? new[] { EngineKind.Linux, EngineKind.Portable } : [EngineKind.Portable])
        {
            foreach (string framing in new[] { "Length", "Line", "Delimiter", "Prefix" })
            {
                data.Add(kind, framing);
            }
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(Framings))]
    public void TheEndWithinAFrameIsEndOfStreamWithWhatHadCome(EngineKind kind, string framing)
    {
        using ISocketTransport engine = TestSockets.Engine(kind, _stop);
        string peer = $"{_pair.Receiver.RemoteEndPoint}";
        _pair.Arrive(Begun(framing));
        _pair.End();
        FrameReader reader = Reader(engine);
        SocketInputException exception = Assert.Throws<SocketInputException>(() => Read(reader, framing));
        Assert.Equal("EndOfStream", exception.ErrorId);
        Assert.StartsWith($"recv {peer}: the peer closed within a frame", exception.Message, StringComparison.Ordinal);
        SocketData partial = Assert.IsType<SocketData>(exception.Target);
        Assert.Equal("par", partial.Text);
        Assert.Same(_pair.Receiver, partial.Socket);
        // Then there is nothing any more, and that is not an error.
        Assert.Null(Read(reader, framing));
    }

    [Theory]
    [MemberData(nameof(Framings))]
    public void TheEndBetweenFramesIsNoError(EngineKind kind, string framing)
    {
        using ISocketTransport engine = TestSockets.Engine(kind, _stop);
        _pair.Arrive(Whole(framing));
        _pair.End();
        FrameReader reader = Reader(engine);
        Assert.Equal("partial", Text(Read(reader, framing)));
        Assert.Null(Read(reader, framing));
        Assert.Null(Read(reader, framing));
    }

    [Theory]
    [MemberData(nameof(Framings))]
    public void ATimeOutWithinAFrameHasWhatHadCome(EngineKind kind, string framing)
    {
        using ISocketTransport engine = TestSockets.Engine(kind, _stop);
        _pair.Arrive(Begun(framing));
        SocketCallException exception = Assert.Throws<SocketCallException>(() => Read(Reader(engine, 0.05), framing));
        Assert.Equal(SocketError.TimedOut, exception.SocketErrorCode);
        Assert.Equal("par", Assert.IsType<SocketData>(exception.Target).Text);
        Assert.Equal(TestSockets.Here($"recv {_pair.Receiver.RemoteEndPoint}: ETIMEDOUT (110) Connection timed out: nothing more came within 0.05 s, and the frame is not whole: the 3 bytes that had come are the error's TargetObject"), exception.Message);
        Assert.Contains("what is to end the frame", exception.Error.RecommendedAction, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Framings))]
    public void ATimeOutBetweenFramesHasTheSocket(EngineKind kind, string framing)
    {
        using ISocketTransport engine = TestSockets.Engine(kind, _stop);
        FrameReader reader = Reader(engine, 0.05);
        long start = Stopwatch.GetTimestamp();
        SocketCallException exception = Assert.Throws<SocketCallException>(() => Read(reader, framing));
        Assert.InRange(TestSockets.SecondsSince(start), 0.04, TestSockets.Late);
        Assert.Same(_pair.Receiver, exception.Target);
        _pair.Arrive(Whole(framing));
        Assert.Equal("partial", Text(Read(reader, framing)));
        exception = Assert.Throws<SocketCallException>(() => Read(reader, framing));
        Assert.Same(_pair.Receiver, exception.Target);
    }

    // The prefix has been taken: who takes this for silence between frames reads the body as the next prefix.
    [Theory]
    [ClassData(typeof(Engines))]
    public void ATimeOutAfterAPrefixIsWithinTheFrame(EngineKind kind)
    {
        using ISocketTransport engine = TestSockets.Engine(kind, _stop);
        _pair.Arrive([0, 7]);
        SocketCallException exception = Assert.Throws<SocketCallException>(() => Reader(engine, 0.05).ReadPrefixed(2, NoLimit));
        Assert.Equal(SocketError.TimedOut, exception.SocketErrorCode);
        Assert.Equal(0, _pair.Receiver.Available);
        Assert.IsType<SocketData>(exception.Target);
    }

    [Theory]
    [ClassData(typeof(Engines))]
    public void TheEndAfterAPrefixIsEndOfStream(EngineKind kind)
    {
        using ISocketTransport engine = TestSockets.Engine(kind, _stop);
        _pair.Arrive([0, 7]);
        _pair.End();
        SocketInputException exception = Assert.Throws<SocketInputException>(() => Reader(engine).ReadPrefixed(2, NoLimit));
        Assert.Equal("EndOfStream", exception.ErrorId);
        Assert.Empty(Assert.IsType<SocketData>(exception.Target).Data);
    }

    [Theory]
    [ClassData(typeof(Engines))]
    public void TheEndWithinAPrefixIsEndOfStream(EngineKind kind)
    {
        using ISocketTransport engine = TestSockets.Engine(kind, _stop);
        _pair.Arrive([0, 0, 1]);
        _pair.End();
        SocketInputException exception = Assert.Throws<SocketInputException>(() => Reader(engine).ReadPrefixed(4, NoLimit));
        Assert.Equal("EndOfStream", exception.ErrorId);
        Assert.Equal([0, 0, 1], Assert.IsType<SocketData>(exception.Target).Data);
    }

    [Theory]
    [ClassData(typeof(Engines))]
    public void ATimeOutOfWhatIsNoFrameHasTheSocket(EngineKind kind)
    {
        using ISocketTransport engine = TestSockets.Engine(kind, _stop);
        FrameReader reader = Reader(engine, 0.05);
        _pair.Arrive("frame\n"u8);
        Assert.Equal("frame", Text(reader.ReadLine(NoLimit)));
        // The line before it is not part of it.
        SocketCallException exception = Assert.Throws<SocketCallException>(() => reader.ReadBytes(10, SocketFlags.None));
        Assert.Same(_pair.Receiver, exception.Target);
    }

    // What had come before a reset is as good as what had come before a close: nothing is lost silently.
    [Theory]
    [MemberData(nameof(Framings))]
    [Trait("Wine", "Wine 8 reports a reset as the end of the stream")]
    public void AResetWithinAFrameHasWhatHadCome(EngineKind kind, string framing)
    {
        using ISocketTransport engine = TestSockets.Engine(kind, _stop);
        FrameReader reader = new(engine, _pair.Receiver, new FeedingChannel(_pair, [Begun(framing)], _pair.Reset), _pair.Receiver.RemoteEndPoint, Utf8, TestSockets.Patience.TotalSeconds);
        SocketCallException exception = Assert.Throws<SocketCallException>(() => Read(reader, framing));
        Assert.Equal(SocketError.ConnectionReset, exception.SocketErrorCode);
        Assert.Equal("par", Assert.IsType<SocketData>(exception.Target).Text);
    }

    [Theory]
    [EngineData(EngineKind.Linux, "Line")]
    [EngineData(EngineKind.Linux, "Delimiter")]
    [EngineData(EngineKind.Linux, "Prefix")]
    [EngineData(EngineKind.Portable, "Line")]
    [EngineData(EngineKind.Portable, "Delimiter")]
    [EngineData(EngineKind.Portable, "Prefix")]
    public void AFrameOfTheMaximumSizeIsWholeAndOneMoreIsTooLong(EngineKind kind, string framing)
    {
        using ISocketTransport engine = TestSockets.Engine(kind, _stop);
        FrameReader reader = Reader(engine);
        _pair.Arrive(Whole(framing));
        Assert.Equal("partial", Text(Read(reader, framing, "partial".Length)));
        _pair.Arrive([.. Whole(framing), .. "beyond"u8]);
        SocketInputException exception = Assert.Throws<SocketInputException>(() => Read(reader, framing, "partial".Length - 1));
        Assert.Equal("FrameTooLong", exception.ErrorId);
        Assert.EndsWith("beyond", Text(_pair.Rest()), StringComparison.Ordinal);
    }

    [Theory]
    [ClassData(typeof(Engines))]
    public void AFrameOfTheMaximumSizeMayComeInPieces(EngineKind kind)
    {
        using ISocketTransport engine = TestSockets.Engine(kind, _stop);
        FeedingChannel feeding = new(_pair, [[.. "12345"u8], [.. "-"u8], [.. "-"u8]]);
        Assert.Equal("12345", Text(Reader(engine, channel: feeding).ReadDelimited("--"u8.ToArray(), 1, 5)));
    }

    [Theory]
    [ClassData(typeof(Engines))]
    public void ALineWithoutAnEndIsFrameTooLong(EngineKind kind)
    {
        using ISocketTransport engine = TestSockets.Engine(kind, _stop);
        byte[] data = [.. Enumerable.Repeat((byte)'x', 10_000)];
        _pair.Arrive(data);
        SocketInputException exception = Assert.Throws<SocketInputException>(() => Reader(engine).ReadLine(1000));
        Assert.Equal("FrameTooLong", exception.ErrorId);
        SocketData partial = Assert.IsType<SocketData>(exception.Target);
        // Nothing is lost: what was taken is in the error, the rest in the socket.
        Assert.Equal(data.Length, partial.Length + _pair.Receiver.Available);
    }

    [Theory]
    [ClassData(typeof(Engines))]
    public void AStopLeavesWhatIsAfter(EngineKind kind)
    {
        using StopSignal stop = new();
        using ISocketTransport engine = TestSockets.Engine(kind, stop);
        _pair.Arrive("one\n"u8);
        FrameReader reader = new(engine, _pair.Receiver, ByteChannel.Of(_pair.Receiver), _pair.Receiver.RemoteEndPoint, Utf8, null);
        Assert.Equal("one", Text(reader.ReadLine(NoLimit)));
        Background background = Background.Run(() => reader.ReadLine(NoLimit));
        background.StopWith(stop);
        _pair.Arrive("two\n"u8);
        Assert.Equal("two\n", Text(_pair.Rest()));
    }

    [Theory]
    [ClassData(typeof(Engines))]
    [Trait("Windows", "Windows has no socket pairs")]
    public void FramesOfAUnixStream(EngineKind kind)
    {
        using ISocketTransport engine = TestSockets.Engine(kind, _stop);
        (Socket first, Socket second) = SocketFactory.CreatePair(SocketTransport.Quiet, SocketType.Stream);
        using (second)
        {
            // Each send is a piece of its own there, and a look ahead must still see beyond the first.
            first.Send("on"u8);
            first.Send("e\ntw"u8);
            first.Send("o\nbeyond"u8);
            first.Dispose();
            FrameReader reader = engine.ReaderOf(second, TestSockets.Patience.TotalSeconds);
            Assert.Equal("one", Text(reader.ReadLine(NoLimit)));
            Assert.Equal("two", Text(reader.ReadLine(NoLimit)));
            Assert.Equal("beyond", Text(StreamPair.ReadToEnd(second)));
        }
    }

    [Theory]
    [ClassData(typeof(Engines))]
    public void EveryMessageIsWholeAndInOrderWhateverItsFramingAndItsCuts(EngineKind kind)
    {
        using ISocketTransport engine = TestSockets.Engine(kind, _stop);
        Prop.ForAll<Tuple<byte, byte[]>[], byte[]>((drawn, cuts) =>
        {
            Frame[] frames = [.. drawn.Select(one => Frame.Make(one.Item1, one.Item2))];
            using StreamPair pair = new();
            byte[] sent = [.. frames.SelectMany(frame => frame.Bytes), .. "last"u8];
            FeedingChannel feeding = new(pair, Cut(sent, cuts), pair.End);
            FrameReader reader = new(engine, pair.Receiver, feeding, pair.Receiver.RemoteEndPoint, Utf8, TestSockets.Patience.TotalSeconds);
            foreach (Frame frame in frames)
            {
                Assert.Equal(frame.Message, frame.Read(reader));
            }

            Assert.Equal("last", Text(reader.ReadLength(4)));
            Assert.Null(reader.ReadBytes(1, SocketFlags.None));
            Assert.True(feeding.IsEmpty);
        }).QuickCheckThrowOnFailure();
    }

    [Theory]
    [ClassData(typeof(Engines))]
    public void LinesAreTheSameHandedOverOrRead(EngineKind kind)
    {
        using ISocketTransport engine = TestSockets.Engine(kind, _stop);
        Prop.ForAll<byte[][], byte[]>((drawn, cuts) =>
        {
            byte[][] lines = [.. drawn.Select(line => line.Select(next => next is (byte)'\n' or (byte)'\r' ? (byte)'-' : next).ToArray())];
            using StreamPair pair = new();
            byte[] sent = [.. lines.SelectMany((line, index) => line.Concat(index % 2 == 0 ? "\n"u8.ToArray() : "\r\n"u8.ToArray()))];
            FeedingChannel feeding = new(pair, Cut(sent, cuts), pair.End);
            FrameReader reader = new(engine, pair.Receiver, feeding, pair.Receiver.RemoteEndPoint, Utf8, TestSockets.Patience.TotalSeconds);
            List<byte[]> received = [];
            while (true)
            {
                if (reader.HandOverLines(2, NoLimit, line => received.Add(line.ToArray())) == 0)
                {
                    if (reader.ReadLine(NoLimit) is not byte[] line)
                    {
                        break;
                    }

                    received.Add(line);
                }
            }

            Assert.Equal(lines, received);
        }).QuickCheckThrowOnFailure();
    }

    [Theory]
    [ClassData(typeof(Engines))]
    public void LinesOfEveryLengthFollowEachOther(EngineKind kind)
    {
        using ISocketTransport engine = TestSockets.Engine(kind, _stop);
        int[] lengths = [1, 300, 2, 5000, 3, 255, 256, 257, 20_000, 0, 4];
        _pair.Arrive([.. lengths.SelectMany(length => Enumerable.Repeat((byte)'x', length).Append((byte)'\n')), .. "beyond"u8]);
        FrameReader reader = Reader(engine);
        Assert.Equal(lengths, lengths.Select(_ => reader.ReadLine(NoLimit)!.Length));
        Assert.Equal("beyond", Text(_pair.Rest()));
    }

    // All in the socket at once: whoever takes too much of one frame misses it in the next.
    [Theory]
    [ClassData(typeof(Engines))]
    public void WhatIsAfterAFrameStaysInTheSocket(EngineKind kind)
    {
        using ISocketTransport engine = TestSockets.Engine(kind, _stop);
        Prop.ForAll<Tuple<byte, byte[]>, byte[]>((drawn, beyond) =>
        {
            Frame frame = Frame.Make(drawn.Item1, drawn.Item2);
            using StreamPair pair = new();
            pair.Arrive([.. frame.Bytes, .. beyond]);
            FrameReader reader = new(engine, pair.Receiver, ByteChannel.Of(pair.Receiver), pair.Receiver.RemoteEndPoint, Utf8, TestSockets.Patience.TotalSeconds);
            Assert.Equal(frame.Message, frame.Read(reader));
            Assert.Equal(beyond.Length, pair.Receiver.Available);
            Assert.Equal(beyond, pair.Rest());
        }).QuickCheckThrowOnFailure();
    }

    private static IEnumerable<byte[]> Cut(byte[] bytes, byte[] cuts)
    {
        const int MostPieces = 100;
        const int LongestPiece = 30_000;
        for (int start = 0, index = 0; start < bytes.Length; index++)
        {
            int wanted = cuts.Length == 0 ? LongestPiece : 1 + cuts[index % cuts.Length];
            int length = Math.Min(Math.Max(wanted, bytes.Length / MostPieces), bytes.Length - start);
            yield return bytes[start..(start + length)];
            start += length;
        }
    }

    private static string? Text(byte[]? bytes) => bytes is null ? null : Utf8.GetString(bytes);

    private static byte[] Begun(string framing) => [.. framing == "Prefix" ? new byte[] { 0, 7 } : [], .. "par"u8];

    private static byte[] Whole(string framing) => framing switch
    {
        "Line" => "partial\n"u8.ToArray(),
        "Delimiter" => "partial--"u8.ToArray(),
        "Prefix" => [0, 7, .. "partial"u8],
        _ => "partial"u8.ToArray(),
    };

    private static byte[]? Read(FrameReader reader, string framing, int maximumSize = NoLimit) => framing switch
    {
        "Line" => reader.ReadLine(maximumSize),
        "Delimiter" => reader.ReadDelimited("--"u8.ToArray(), 1, maximumSize),
        "Prefix" => reader.ReadPrefixed(2, maximumSize),
        _ => reader.ReadLength(7),
    };

    private FrameReader Reader(ISocketTransport engine, double? timeoutSeconds = null, IByteChannel? channel = null) =>
        new(engine, _pair.Receiver, channel ?? ByteChannel.Of(_pair.Receiver), _pair.Receiver.RemoteEndPoint, Utf8, timeoutSeconds ?? TestSockets.Patience.TotalSeconds);

    /// <summary>A message, its bytes in the stream, and how it is read.</summary>
    private sealed record Frame(byte[] Message, byte[] Bytes, Func<FrameReader, byte[]?> Read)
    {
        private static readonly byte[] Delimiter = "\r\n.\r\n"u8.ToArray();

        public static Frame Make(byte choice, byte[] drawn)
        {
            // Some are longer than the look-ahead is at first, and a few than it ever is.
            byte[] message = (choice >> 3) switch
            {
                < 24 => drawn,
                < 30 => [.. Enumerable.Repeat(drawn, 20).SelectMany(part => part)],
                _ => [.. Enumerable.Repeat(drawn, 2000).SelectMany(part => part)],
            };
            byte[] plain = [.. message.Select(next => next is (byte)'\n' or (byte)'\r' ? (byte)'-' : next)];
            switch (choice & 7)
            {
                case 0:
                    return new(message, message, reader => message.Length == 0 ? [] : reader.ReadLength(message.Length));
                case 1:
                    return new(plain, [.. plain, (byte)'\n'], reader => reader.ReadLine(NoLimit));
                case 2:
                    return new(plain, [.. plain, .. "\r\n"u8], reader => reader.ReadLine(NoLimit));
                case 3:
                    // Ends with what its delimiter begins with.
                    byte[] halves = [.. plain, .. "\r\n"u8];
                    return new(halves, [.. halves, .. Delimiter], reader => reader.ReadDelimited(Delimiter, 1, NoLimit));
                case 4 when message.Length < 256:
                    return Prefixed(message, 1);
                case 5 when message.Length < 65536:
                    return Prefixed(message, 2);
                case 6:
                    return Prefixed(message, 8);
                default:
                    return Prefixed(message, 4);
            }
        }

        private static Frame Prefixed(byte[] message, int width) =>
            new(message, new LengthPrefix(width).Apply(message), reader => reader.ReadPrefixed(width, NoLimit));
    }

    /// <summary>A channel that lets the next segment arrive when a read finds the socket empty: so each is cut exactly there.</summary>
    private sealed class FeedingChannel(StreamPair pair, IEnumerable<byte[]> segments, Action? last = null) : IByteChannel
    {
        private readonly ByteChannel _channel = ByteChannel.Of(pair.Receiver);
        private readonly IEnumerator<byte[]> _segments = segments.GetEnumerator();
        private Action? _last = last;

        public bool IsEmpty => !_segments.MoveNext();

        public int Held => _channel.Held;

        public bool IsReadable => _channel.IsReadable;

        public bool HasDecrypted => _channel.HasDecrypted;

        public long Ticket => _channel.Ticket;

        public ReadOnlySpan<byte> Seen => _channel.Seen;

        public int? Look(ISocketTransport transport, int most)
        {
            Feed();
            return _channel.Look(transport, most);
        }

        public void Keep(ISocketTransport transport) => _channel.Keep(transport);

        public int? Fill(ISocketTransport transport, int most, int likely)
        {
            Feed();
            return _channel.Fill(transport, most, likely);
        }

        public long Take(ISocketTransport transport, int count) => _channel.Take(transport, count);

        public (byte[] Bytes, long Ticket) Take(ISocketTransport transport, int start, int length, int count) => _channel.Take(transport, start, length, count);

        public (string Text, long Ticket)? TakeText(ISocketTransport transport, int start, int length, int count) => _channel.TakeText(transport, start, length, count);

        public byte[] TakeHeld() => _channel.TakeHeld();

        public int? Receive(ISocketTransport transport, Memory<byte> buffer)
        {
            Feed();
            return _channel.Receive(transport, buffer);
        }

        public void PutBack(long ticket, byte[] bytes) => _channel.PutBack(ticket, bytes);

        public bool Wait(ISocketTransport transport, Deadline deadline) => _channel.Wait(transport, deadline);

        public int? Write(ISocketTransport transport, ReadOnlyMemory<byte> data, SocketFlags flags, Deadline deadline) => throw new NotSupportedException();

        public void Refresh(ISocketTransport transport) => _channel.Refresh(transport);

        public bool HasUnsent => _channel.HasUnsent;

        public bool IsFiltered => _channel.IsFiltered;

        public void BeginRead() => _channel.BeginRead();

        public void EndRead() => _channel.EndRead();

        public void GiveUp() => _channel.GiveUp();

        public int? TryWrite(ISocketTransport transport, ReadOnlyMemory<byte> data) => _channel.TryWrite(transport, data);

        public bool EndWrite(ISocketTransport transport, Deadline deadline) => _channel.EndWrite(transport, deadline);

        public bool Leave(ISocketTransport transport) => false;

        public void Close(ISocketTransport transport) => _channel.Close(transport);

        public string? TakeWarning() => _channel.TakeWarning();

        private void Feed()
        {
            if (pair.Receiver.Available > 0)
            {
                return;
            }

            if (_segments.MoveNext())
            {
                pair.Arrive(_segments.Current);
            }
            else
            {
                _last?.Invoke();
                _last = null;
            }
        }
    }
}
