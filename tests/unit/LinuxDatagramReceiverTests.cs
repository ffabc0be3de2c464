using System.Net;
using System.Net.Sockets;
using System.Text;
using PSSockets.Datagrams;
using PSSockets.Native;
using PSSockets.Sockets;
using PSSockets.Transport;
using PSSockets.Waiting;

namespace PSSockets.UnitTests;

/// <summary>What is taken from the kernel together, and where it is when nobody takes it further.</summary>
[Trait("Windows", "Not run: the transport of Linux, which calls libc")]
public sealed class LinuxDatagramReceiverTests : IDisposable
{
    private const int UdpLevel = 17;
    private const int UdpReceiveSegments = 104;

    private static readonly UTF8Encoding Utf8 = new(false);

    private readonly StopSignal _stop = new();
    private readonly Socket _sender = TestSockets.Bound(IPAddress.IPv6Loopback);
    private readonly Socket _receiver = TestSockets.Bound(IPAddress.IPv6Loopback);
    private readonly Socket _other = TestSockets.Bound(IPAddress.IPv6Loopback);
    private readonly DatagramTap _calls = new();

    public void Dispose()
    {
        Array.ForEach([_sender, _receiver, _other], socket => socket.Dispose());
        _stop.Dispose();
    }

    [Fact]
    public void ACallTakesWhatIsQueued()
    {
        int count = TestSockets.Enlarge(_receiver, 300);
        Send(_receiver, count);
        using LinuxTransport engine = Engine();
        List<Datagram> datagrams = [.. Receive(engine, Ahead(), count)];
        Assert.Equal(Numbers(0, count), datagrams.Select(Number));
        Assert.Equal((count + 63) / 64, _calls.Receives);
        Assert.All(datagrams, datagram =>
        {
            Assert.Equal(_sender.LocalEndPoint, datagram.RemoteEndPoint);
            Assert.Equal(IPAddress.IPv6Loopback, datagram.LocalAddress);
            Assert.Equal(TestSockets.LoopbackIndex, datagram.InterfaceIndex);
            Assert.Same(_receiver, datagram.Socket);
            Assert.Equal(4, datagram.Length);
            Assert.InRange(datagram.Timestamp, DateTimeOffset.UtcNow.AddSeconds(-30), DateTimeOffset.UtcNow.AddSeconds(1));
        });
    }

    [Fact]
    public void ItNeverWaitsForMore()
    {
        Send(_receiver, 3);
        using LinuxTransport engine = Engine();
        using IEnumerator<Datagram> datagrams = Receive(engine, Ahead(), 10).GetEnumerator();
        for (int expected = 0; expected < 6; expected++)
        {
            Assert.True(datagrams.MoveNext());
            Assert.Equal(expected, Number(datagrams.Current));
            if (expected == 2)
            {
                Send(_receiver, 3, 3);
            }
        }
    }

    [Fact]
    public void NoMoreAreTakenThanAskedFor()
    {
        Send(_receiver, 10);
        using LinuxTransport engine = Engine();
        Assert.Equal(Numbers(0, 4), Receive(engine, Ahead(), 4).Select(Number));
        Assert.Equal(Numbers(4, 6), Heard(_receiver, 6));
    }

    [Theory]
    [InlineData(null)]
    [InlineData(10)]
    public void WhoMayStopLeavesTheOthersInTheKernel(int? count)
    {
        Send(_receiver, 10);
        using LinuxTransport engine = Engine();
        Assert.Equal(Numbers(0, 3), Receive(engine, TestSockets.Options(), count).Take(3).Select(Number));
        Assert.Equal(Numbers(3, 7), Heard(_receiver, 7));
    }

    [Fact]
    public void ALongBurstIsTakenInLargerAndLargerBatches()
    {
        int count = TestSockets.Enlarge(_receiver, 1000);
        Send(_receiver, count);
        using LinuxTransport engine = Engine();
        Assert.Equal(Numbers(0, count), Receive(engine, TestSockets.Options(), null).Take(count).Select(Number));
        Assert.InRange(_calls.Receives, 1, 10 + (count / 20));
    }

    [Fact]
    public void AStopInTheMidstOfABatchLosesNothing()
    {
        Send(_receiver, 10);
        using LinuxTransport engine = Engine();
        using IEnumerator<Datagram> datagrams = Receive(engine, Ahead(), 10).GetEnumerator();
        Assert.True(datagrams.MoveNext());
        _stop.Set();
        Assert.ThrowsAny<OperationCanceledException>(() => datagrams.MoveNext());
        Assert.Equal(1, _calls.Receives);
        Assert.True(TestSockets.IsSilent(_receiver));

        // Whoever receives next gets them, before what came later.
        Send(_receiver, 2, 10);
        using StopSignal stop = new();
        using ISocketTransport next = new LinuxTransport(stop);
        Assert.Equal(Numbers(1, 11), Receive(next, TestSockets.Options(), 11).Select(Number));
    }

    [Fact]
    public void WhatWasLeftIsWaitedForPeekedAtAndCutAsTheNextOneWants()
    {
        Leave(_receiver, "first", "né", "hello");
        using LinuxTransport engine = Engine();
        bool[] ready = new bool[2];
        Assert.True(engine.Wait([_other, _receiver], WaitFor.Read, ready, Deadline.Never));
        Assert.Equal([false, true], ready);
        Assert.False(engine.Wait([_receiver], WaitFor.Error, new bool[1], Deadline.Now));
        Send(_other, 1);
        Assert.True(_other.Poll(TestSockets.Patience, SelectMode.SelectRead));
        Assert.True(engine.Wait([_other, _receiver], WaitFor.Read, ready, Deadline.Never));
        Assert.Equal([true, true], ready);

        Datagram peeked = engine.Receive(_receiver, new ReceiveOptions(2, true, Utf8), Deadline.Now)!;
        Assert.Equal("n\u00C3", Encoding.Latin1.GetString(peeked.Data));
        Assert.Equal(3, peeked.Length);
        peeked.Data[0] = 0;
        Assert.Equal("nÃ©", engine.Receive(_receiver, new ReceiveOptions(65535, false, Encoding.Latin1), Deadline.Now)?.Text);
        Datagram cut = engine.Receive(_receiver, TestSockets.Options(3), Deadline.Now)!;
        Assert.Equal("hel", cut.Text);
        Assert.Equal(5, cut.Length);
        Assert.True(cut.IsTruncated);
        Assert.Equal(_sender.LocalEndPoint, cut.RemoteEndPoint);
        Assert.Null(engine.Receive(_receiver, TestSockets.Options(), Deadline.Now));
        Assert.False(engine.Wait([_receiver], WaitFor.Read, new bool[1], Deadline.Now));
    }

    [Fact]
    public void WhatWasLeftIsNotCutForTheOneWhoLeftIt()
    {
        Leave(_receiver, TestSockets.Options(1) with { TakesAhead = true }, "a", "long");
        using LinuxTransport engine = Engine();
        Assert.Equal("long", engine.Receive(_receiver, TestSockets.Options(), Deadline.Now)?.Text);
    }

    [Fact]
    public void ASecondReaderInTheMidstOfABatchGetsTheNext()
    {
        Send(_receiver, 6);
        using LinuxTransport engine = Engine();
        using LinuxTransport second = Engine();
        List<int> numbers = [];
        foreach (Datagram datagram in Receive(engine, Ahead(), 4))
        {
            numbers.Add(Number(datagram));
            if (numbers.Count == 1)
            {
                numbers.Add(Number(second.Receive(_receiver, TestSockets.Options(), Deadline.Now)!));
            }
        }

        Assert.Equal(Numbers(0, 5), numbers);
    }

    [Fact]
    public void TwoReadersAtOnceShareWhatComesAndLoseNothing()
    {
        const int Count = 20_000;
        List<int>[] parts = [[], []];
        Background[] readers = [.. parts.Select(part => Background.Run(() =>
        {
            using ISocketTransport engine = new LinuxTransport(_stop);
            part.AddRange(Receive(engine, Ahead(), Count / 2).Select(Number));
        }))];
        for (int number = 0; number < Count; number++)
        {
            _sender.SendTo(BitConverter.GetBytes(number), _receiver.LocalEndPoint!);
            // Not more than fit.
            if (number % 100 == 99)
            {
                Assert.True(SpinWait.SpinUntil(() => TestSockets.IsSilent(_receiver), TestSockets.Patience));
            }
        }

        Array.ForEach(readers, reader => reader.Join());
        Assert.Equal(Numbers(0, Count), parts.SelectMany(part => part).Order());
        Assert.All(parts, part => Assert.Equal(part.Order(), part));
    }

    [Fact]
    public void SeveralSocketsAreTakenInTurnWithFewCalls()
    {
        int count = Math.Min(TestSockets.Enlarge(_receiver, 200), TestSockets.Enlarge(_other, 200));
        Send(_receiver, count);
        Send(_other, count);
        using LinuxTransport engine = Engine();
        List<Datagram> datagrams = [.. DatagramReceiver.Receive(engine, Ahead(), null, [_receiver, _other], count).Select(result => result.Value!)];
        Assert.Equal(2 * count, datagrams.Count);
        Assert.Equal(Numbers(0, count), datagrams.Where(datagram => datagram.Socket == _receiver).Select(Number));
        Assert.Equal(Numbers(0, count), datagrams.Where(datagram => datagram.Socket == _other).Select(Number));
        Assert.Equal([_receiver, _other, _receiver, _other], datagrams.Take(4).Select(datagram => datagram.Socket));
        Assert.InRange(_calls.Receives, 2, 2 + (count / 10));
    }

    [Fact]
    public void ADatagramThatIsCutInABatchKnowsItsLength()
    {
        byte[][] data = [new byte[1000], "whole"u8.ToArray(), new byte[30]];
        Array.ForEach(data, one => _sender.SendTo(one, _receiver.LocalEndPoint!));
        using LinuxTransport engine = Engine();
        List<Datagram> datagrams = [.. Receive(engine, TestSockets.Options(10) with { TakesAhead = true }, 3)];
        Assert.Equal([10, 5, 10], datagrams.Select(datagram => datagram.Data.Length));
        Assert.Equal([1000, 5, 30], datagrams.Select(datagram => datagram.Length));
        Assert.Equal([true, false, true], datagrams.Select(datagram => datagram.IsTruncated));
    }

    [Fact]
    public void AnInterruptionIsNoFailure()
    {
        _calls.Errors.Enqueue(Errno.EINTR);
        Send(_receiver, 1);
        using LinuxTransport engine = Engine();
        Assert.Equal(Numbers(0, 1), Receive(engine, Ahead(), 1).Select(Number));
    }

    [Theory]
    [InlineData(20, 100, 100)]
    [InlineData(20, 100, 7)]
    [InlineData(2, 1400, 1400)]
    public void WhatTheKernelPutTogetherComesApart(int count, int size, int last)
    {
        // The socket's owner asked for it.
        _receiver.SetRawSocketOption(UdpLevel, UdpReceiveSegments, BitConverter.GetBytes(1));
        byte[][] data = SendTogether(count, size, last);
        using LinuxTransport engine = Engine();
        List<Datagram> datagrams = [.. Receive(engine, TestSockets.Options(), count)];
        Assert.Equal(1, _calls.Receives);
        Assert.Equal(data, datagrams.Select(datagram => datagram.Data));
        Assert.All(datagrams, datagram =>
        {
            Assert.Equal(datagram.Data.Length, datagram.Length);
            Assert.Equal(_sender.LocalEndPoint, datagram.RemoteEndPoint);
            Assert.Equal(IPAddress.IPv6Loopback, datagram.LocalAddress);
            Assert.Equal(datagrams[0].Timestamp, datagram.Timestamp);
        });
    }

    [Fact]
    public void OfWhatTheKernelPutTogetherTheOthersAreLeft()
    {
        _receiver.SetRawSocketOption(UdpLevel, UdpReceiveSegments, BitConverter.GetBytes(1));
        byte[][] data = SendTogether(5, 100, 50);
        using LinuxTransport engine = Engine();
        Assert.Equal(data[0], engine.Receive(_receiver, TestSockets.Options(peek: true), Deadline.Now)?.Data);
        Datagram cut = Assert.Single(Receive(engine, TestSockets.Options(10), 1));
        Assert.Equal(data[0][..10], cut.Data);
        Assert.Equal(100, cut.Length);
        Assert.Equal(data[1], engine.Receive(_receiver, TestSockets.Options(peek: true), Deadline.Now)?.Data);
        Assert.Equal(data[1..], Receive(engine, TestSockets.Options(), 4).Select(datagram => datagram.Data));
    }

    [Fact]
    public void AClosedSocketGivesNothingThatWasLeft()
    {
        Leave(_receiver, "first", "left");
        _receiver.Dispose();
        using LinuxTransport engine = Engine();
        SocketLoop<Datagram>.Result result = Assert.Single(DatagramReceiver.Receive(engine, TestSockets.Options(), null, [_receiver], 1));
        Assert.Equal("SocketClosed", Assert.IsType<SocketInputException>(result.Failure).ErrorId);
    }

    [Fact]
    public void ADatagramTakesLittleMemory()
    {
        const int Count = 200;
        int count = TestSockets.Enlarge(_receiver, Count);
        using LinuxTransport engine = new(_stop);
        for (int round = 0; round < 3; round++)
        {
            Send(_receiver, count);
            long before = GC.GetAllocatedBytesForCurrentThread();
            List<Datagram> datagrams = [.. Receive(engine, Ahead(), count)];
            long each = (GC.GetAllocatedBytesForCurrentThread() - before) / count;
            Assert.Equal(count, datagrams.Count);
            Assert.True(round == 0 || each < 250, $"{each} bytes for each");
        }
    }

    private static ReceiveOptions Ahead() => TestSockets.Options() with { TakesAhead = true };

    private static IEnumerable<int> Numbers(int first, int count) => Enumerable.Range(first, count);

    private static int Number(Datagram datagram) => BitConverter.ToInt32(datagram.Data);

    private static IEnumerable<int> Heard(Socket socket, int count)
    {
        byte[] buffer = new byte[100];
        for (int index = 0; index < count; index++)
        {
            Assert.True(socket.Poll(TestSockets.Patience, SelectMode.SelectRead), "nothing came");
            Assert.Equal(4, socket.Receive(buffer));
            yield return BitConverter.ToInt32(buffer);
        }

        Assert.True(TestSockets.IsSilent(socket));
    }

    private LinuxTransport Engine() => new LinuxTransport(_stop, _calls);

    private IEnumerable<Datagram> Receive(ISocketTransport engine, ReceiveOptions options, int? count) =>
        DatagramReceiver.Receive(engine, options, null, [_receiver], count).Select(result => result.Value ?? throw result.Failure!);

    private void Send(Socket receiver, int count, int first = 0)
    {
        foreach (int number in Numbers(first, count))
        {
            _sender.SendTo(BitConverter.GetBytes(number), receiver.LocalEndPoint!);
        }
    }

    // A cmdlet took them all, gave the first and was stopped.
    private void Leave(Socket receiver, params string[] texts) => Leave(receiver, Ahead(), texts);

    private void Leave(Socket receiver, ReceiveOptions options, params string[] texts)
    {
        Array.ForEach(texts, text => _sender.SendTo(Utf8.GetBytes(text), receiver.LocalEndPoint!));
        using LinuxTransport engine = Engine();
        Assert.NotNull(engine.Receive(receiver, options, Deadline.Now, texts.Length));
        Assert.True(TestSockets.IsSilent(receiver));
    }

    private byte[][] SendTogether(int count, int size, int last)
    {
        SocketAddress address = _receiver.LocalEndPoint!.Serialize();
        byte[][] data = [.. Enumerable.Range(0, count).Select(index =>
        {
            byte[] one = new byte[index == count - 1 ? last : size];
            Array.Fill(one, (byte)index);
            return one;
        })];
        DatagramTap calls = new();
        using ISocketTransport engine = new LinuxTransport(_stop, calls);
        TestSockets.Send(engine, _sender, [.. data.Select(one => new OutgoingDatagram(one, address, _receiver.LocalEndPoint))]);
        Assert.Equal(1, calls.Cut);
        return data;
    }
}
