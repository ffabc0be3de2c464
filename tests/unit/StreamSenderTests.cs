using System.Globalization;
using System.Net.Sockets;
using System.Text.RegularExpressions;
using PSSockets.Native;
using PSSockets.Sockets;
using PSSockets.Streams;
using PSSockets.Waiting;

namespace PSSockets.UnitTests;

public sealed partial class StreamSenderTests : IDisposable
{
    private const int Large = 1_000_000;

    private readonly StopSignal _stop = new();

    public void Dispose()
    {
        _stop.Set();
        _stop.Dispose();
    }

    [Theory]
    [ClassData(typeof(Engines))]
    public void EverythingIsSentToASlowReader(EngineKind kind)
    {
        using ISocketTransport engine = TestSockets.Engine(kind, _stop);
        using StreamPair pair = new(small: true);
        byte[] data = StreamPair.Numbers(Large);
        byte[] received = [];
        Background reader = Background.Run(() => received = StreamPair.ReadToEnd(pair.Receiver));
        engine.SenderOf(pair.Sender).Send(data, SocketFlags.None);
        pair.Sender.Dispose();
        reader.Join();
        Assert.Equal(data, received);
    }

    [Theory]
    [ClassData(typeof(Engines))]
    public void TheTimeIsThatOfOneWaitForRoom(EngineKind kind)
    {
        using ISocketTransport engine = TestSockets.Engine(kind, _stop);
        using StreamPair pair = new(small: true);
        byte[] data = StreamPair.Numbers(60_000);
        List<byte> received = [];
        Background sender = Background.Run(() => engine.SenderOf(pair.Sender, 0.5).Send(data, SocketFlags.None));
        byte[] buffer = new byte[6000];
        for (int round = 0; round < 5; round++)
        {
            // The reader takes something well within each time; all of it together takes longer.
            TestSockets.Pass(0.15);
            received.AddRange(buffer[..pair.Receiver.Receive(buffer)]);
        }

        while (received.Count < data.Length)
        {
            Assert.True(pair.Receiver.Poll(TimeSpan.FromSeconds(3), SelectMode.SelectRead), $"only {received.Count} bytes came");
            received.AddRange(buffer[..pair.Receiver.Receive(buffer)]);
        }

        sender.Join();
        Assert.Equal(data, received);
    }

    [Theory]
    [ClassData(typeof(Engines))]
    public void NothingIsNoCall(EngineKind kind)
    {
        using ISocketTransport engine = TestSockets.Engine(kind, _stop);
        using StreamPair pair = new();
        engine.SenderOf(pair.Sender, 0).Send(Array.Empty<byte>(), SocketFlags.None);
        engine.SenderOf(pair.Sender).Send("x"u8.ToArray(), SocketFlags.None);
        pair.Sender.Dispose();
        Assert.Equal("x"u8.ToArray(), StreamPair.ReadToEnd(pair.Receiver));
    }

    [Theory]
    [ClassData(typeof(Engines))]
    public void TheErrorOfATimeOutSaysHowManyBytesHadBeenSent(EngineKind kind)
    {
        using ISocketTransport engine = TestSockets.Engine(kind, _stop);
        using StreamPair pair = new(small: true);
        SocketCallException failure = Assert.Throws<SocketCallException>(() =>
            engine.SenderOf(pair.Sender, 0.2).Send(StreamPair.Numbers(Large), SocketFlags.None));
        Assert.Equal(SocketError.TimedOut, failure.SocketErrorCode);
        Assert.Same(pair.Sender, failure.Target);
        string peer = $"{pair.Sender.RemoteEndPoint}";
        pair.Sender.Dispose();
        int received = StreamPair.ReadToEnd(pair.Receiver).Length;
        Assert.Equal(
            TestSockets.Here(string.Create(CultureInfo.CurrentCulture, $"send {peer}: ETIMEDOUT (110) Connection timed out: the peer took nothing for 0.2 s; {received:N0} of {Large:N0} bytes had been sent")),
            failure.Message);
    }

    [Theory]
    [ClassData(typeof(Engines))]
    public void TheErrorOfATimeOutWithoutAByteIsShort(EngineKind kind)
    {
        using ISocketTransport engine = TestSockets.Engine(kind, _stop);
        using StreamPair pair = new(small: true);
        pair.Fill();
        SocketCallException failure = Assert.Throws<SocketCallException>(() =>
            engine.SenderOf(pair.Sender, 0.1).Send("x"u8.ToArray(), SocketFlags.None));
        Assert.Equal(TestSockets.Here($"send {pair.Sender.RemoteEndPoint}: ETIMEDOUT (110) Connection timed out: the peer took nothing for 0.1 s"), failure.Message);
    }

    [Theory]
    [ClassData(typeof(Engines))]
    public void TheErrorOfAResetSaysHowManyBytesHadBeenSent(EngineKind kind)
    {
        using ISocketTransport engine = TestSockets.Engine(kind, _stop);
        using StreamPair pair = new(small: true);
        Background sender = Background.Run(() => engine.SenderOf(pair.Sender).Send(StreamPair.Numbers(Large), SocketFlags.None));
        Assert.True(pair.Receiver.Poll(TestSockets.Patience, SelectMode.SelectRead), "nothing arrives");
        sender.WaitUntilBlocked();
        pair.Receiver.LingerState = new LingerOption(true, 0);
        pair.Receiver.Dispose();
        SocketCallException failure = Assert.IsType<SocketCallException>(sender.Failure());
        Assert.True(failure.SocketErrorCode is SocketError.ConnectionReset or SocketError.Shutdown, failure.Message);
        Match match = HowMany().Match(failure.Message);
        Assert.True(match.Success, failure.Message);
        Assert.InRange(int.Parse(match.Groups[1].Value, NumberStyles.Number, CultureInfo.CurrentCulture), 1, Large - 1);
        Assert.Equal(Large, int.Parse(match.Groups[2].Value, NumberStyles.Number, CultureInfo.CurrentCulture));
    }

    [Theory]
    [ClassData(typeof(Engines))]
    public void AStopEndsASendAndTheSocketGoesOn(EngineKind kind)
    {
        using ISocketTransport engine = TestSockets.Engine(kind, _stop);
        using StreamPair pair = new(small: true);
        long filled = pair.Fill();
        Background sender = Background.Run(() => engine.SenderOf(pair.Sender).Send("x"u8.ToArray(), SocketFlags.None));
        sender.StopWith(_stop);
        pair.Sender.Shutdown(SocketShutdown.Send);
        Assert.Equal(filled, StreamPair.ReadToEnd(pair.Receiver).Length);
    }

    [Theory]
    [ClassData(typeof(Engines))]
    public void AClosedSocketIsSocketClosed(EngineKind kind)
    {
        using ISocketTransport engine = TestSockets.Engine(kind, _stop);
        using StreamPair pair = new();
        pair.Sender.Dispose();
        Assert.Equal("SocketClosed", Assert.Throws<SocketInputException>(() =>
            engine.SenderOf(pair.Sender).Send("x"u8.ToArray(), SocketFlags.None)).ErrorId);
    }

    [Theory]
    [ClassData(typeof(Engines))]
    public void AFileIsSentToItsEnd(EngineKind kind)
    {
        using ISocketTransport engine = TestSockets.Engine(kind, _stop);
        using StreamPair pair = new();
        using TestDirectory directory = new();
        byte[] data = StreamPair.Numbers(Large);
        File.WriteAllBytes(directory.File("f"), data);
        byte[] received = [];
        List<long> progress = [];
        Background reader = Background.Run(() => received = StreamPair.ReadToEnd(pair.Receiver));
        using (FileStream file = File.OpenRead(directory.File("f")))
        {
            Assert.Equal(Large, engine.SenderOf(pair.Sender).SendFile(file, progress.Add));
        }

        pair.Sender.Dispose();
        reader.Join();
        Assert.Equal(data, received);
        Assert.True(progress.Count > 1);
        Assert.Equal(progress.Distinct().Order(), progress);
        Assert.Equal(Large, progress[^1]);
    }

    // Longer than any piece, and from what gives less than it is asked for, as a pipe does.
    [Theory]
    [ClassData(typeof(Engines))]
    public void ALongFileAndAPipeAreSentToTheirEnd(EngineKind kind)
    {
        using ISocketTransport engine = TestSockets.Engine(kind, _stop);
        using StreamPair pair = new();
        byte[] data = StreamPair.Numbers(3_500_000);
        byte[] received = [];
        Background reader = Background.Run(() => received = StreamPair.ReadToEnd(pair.Receiver));
        StreamSender sender = engine.SenderOf(pair.Sender);
        using (MemoryStream file = new(data))
        using (Pipe pipe = new(data))
        {
            Assert.Equal(data.Length, sender.SendFile(file, _ => { }));
            Assert.Equal(data.Length, sender.SendFile(pipe, _ => { }));
        }

        pair.Sender.Dispose();
        reader.Join();
        Assert.Equal([.. data, .. data], received);
    }

    [Theory]
    [ClassData(typeof(Engines))]
    public void AFileThatGrowsOrShrinksMeanwhileIsSentToTheEndItHasThen(EngineKind kind)
    {
        using ISocketTransport engine = TestSockets.Engine(kind, _stop);
        using StreamPair pair = new();
        byte[] data = StreamPair.Numbers(Large);
        byte[] received = [];
        Background reader = Background.Run(() => received = StreamPair.ReadToEnd(pair.Receiver));
        StreamSender sender = engine.SenderOf(pair.Sender);
        using MemoryStream file = new();
        file.Write(data);
        file.Position = 0;
        long grown = sender.SendFile(file, sent =>
        {
            if (sent == Large && file.Length == Large)
            {
                file.Write("more"u8);
                file.Position = Large;
            }
        });
        file.Position = 0;
        long shrunk = sender.SendFile(file, sent => file.SetLength(sent));
        pair.Sender.Dispose();
        reader.Join();
        Assert.Equal(Large + 4, grown);
        Assert.InRange(shrunk, 1, Large - 1);
        Assert.Equal([.. data, .. "more"u8, .. data[..(int)shrunk]], received);
    }

    // It is that of everybody who has the socket.
    [Fact]
    public void TheBlockingModeIsTheSameWhileAFileIsSent()
    {
        if (!OperatingSystem.IsLinux())
        {
            return;
        }

        using ISocketTransport engine = TestSockets.Engine(EngineKind.Linux, _stop);
        using StreamPair pair = new(small: true);
        using MemoryStream file = new(StreamPair.Numbers(Large));
        Background sender = Background.Run(() => engine.SenderOf(pair.Sender).SendFile(file, _ => { }));
        sender.WaitUntilBlocked();
        Assert.True(SocketCalls.IsBlocking(SocketInternals.HandleOf(pair.Sender)));
        _stop.Set();
        Assert.IsAssignableFrom<OperationCanceledException>(sender.Failure());
        Assert.True(SocketCalls.IsBlocking(SocketInternals.HandleOf(pair.Sender)));
    }

    [Theory]
    [ClassData(typeof(Engines))]
    public void AnEmptyFileIsNothing(EngineKind kind)
    {
        using ISocketTransport engine = TestSockets.Engine(kind, _stop);
        using StreamPair pair = new();
        using MemoryStream empty = new();
        Assert.Equal(0, engine.SenderOf(pair.Sender).SendFile(empty, _ => Assert.Fail("there is no progress")));
        pair.Sender.Dispose();
        Assert.Empty(StreamPair.ReadToEnd(pair.Receiver));
    }

    [Theory]
    [ClassData(typeof(Engines))]
    public void AFileFromItsMiddleIsSentFromThere(EngineKind kind)
    {
        using ISocketTransport engine = TestSockets.Engine(kind, _stop);
        using StreamPair pair = new();
        using MemoryStream file = new("hello"u8.ToArray());
        file.Position = 3;
        Assert.Equal(2, engine.SenderOf(pair.Sender).SendFile(file, _ => { }));
        pair.Sender.Dispose();
        Assert.Equal("lo"u8.ToArray(), StreamPair.ReadToEnd(pair.Receiver));
    }

    // Whatever the piece in which it failed: the user must know where the file broke off.
    [Theory]
    [ClassData(typeof(Engines))]
    public void TheErrorOfAFileSaysHowManyBytesOfItHadBeenSent(EngineKind kind)
    {
        const int Taken = 600_000;
        using ISocketTransport engine = TestSockets.Engine(kind, _stop);
        using StreamPair pair = new(small: true);
        using MemoryStream file = new(StreamPair.Numbers(Large));
        Background sender = Background.Run(() => engine.SenderOf(pair.Sender, 1).SendFile(file, _ => { }));
        byte[] buffer = new byte[8192];
        int received = 0;
        while (received < Taken)
        {
            Assert.True(pair.Receiver.Poll(TestSockets.Patience, SelectMode.SelectRead));
            received += pair.Receiver.Receive(buffer);
        }

        SocketCallException failure = Assert.IsType<SocketCallException>(sender.Failure());
        pair.Sender.Dispose();
        received += StreamPair.ReadToEnd(pair.Receiver).Length;
        Assert.Contains(string.Create(CultureInfo.CurrentCulture, $"{received:N0} "), failure.Message, StringComparison.Ordinal);
        Assert.Contains("bytes had been sent", failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1, "02AABB")]
    [InlineData(2, "0002AABB")]
    [InlineData(4, "00000002AABB")]
    [InlineData(8, "0000000000000002AABB")]
    public void APrefixIsTheLengthInNetworkOrder(int width, string expected)
    {
        Assert.Equal(expected, Convert.ToHexString(new LengthPrefix(width).Apply([0xAA, 0xBB])));
        Assert.Equal(new byte[width], new LengthPrefix(width).Apply([]));
    }

    [Theory]
    [InlineData(1, 255, "FF")]
    [InlineData(2, 256, "0100")]
    [InlineData(2, 65535, "FFFF")]
    [InlineData(4, 65536, "00010000")]
    [InlineData(8, 70000, "0000000000011170")]
    public void APrefixHoldsWhatFits(int width, int length, string expected)
    {
        byte[] message = StreamPair.Numbers(length);
        byte[] framed = new LengthPrefix(width).Apply(message);
        Assert.Equal(expected, Convert.ToHexString(framed[..width]));
        Assert.Equal(message, framed[width..]);
    }

    [Theory]
    [InlineData(1, 256)]
    [InlineData(2, 65536)]
    public void AMessageThatIsTooLongForItsPrefixIsValueOutOfRange(int width, int length)
    {
        byte[] message = new byte[length];
        SocketInputException exception = Assert.Throws<SocketInputException>(() => new LengthPrefix(width).Apply(message));
        Assert.Equal("ValueOutOfRange", exception.ErrorId);
        Assert.Equal(string.Create(CultureInfo.CurrentCulture, $"a message of {length:N0} bytes has no length prefix of {width}"), exception.Message);
        Assert.Same(message, exception.Target);
    }

    /// <summary>Gives less than it is asked for, and has no length.</summary>
    private sealed class Pipe(byte[] data) : MemoryStream(data)
    {
        public override bool CanSeek => false;

        public override long Length => throw new NotSupportedException();

        public override int Read(byte[] buffer, int offset, int count) => base.Read(buffer, offset, Math.Min(count, 65_536));
    }

    [GeneratedRegex(@"(\S+) of (\S+) bytes had been sent")]
    private static partial Regex HowMany();
}
