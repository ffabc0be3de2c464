using System.Net;
using System.Net.Sockets;
using PSSockets.Channels;
using PSSockets.Native;
using PSSockets.Sockets;
using PSSockets.Streams;
using PSSockets.Transport;
using PSSockets.Waiting;

namespace PSSockets.UnitTests;

/// <summary>The seam: whoever listens to a transport is told of each call, and can make it fail.</summary>
[Trait("Windows", "Not run: the transport of Linux, which calls libc")]
public sealed class TransportTapTests : IDisposable
{
    private readonly StopSignal _stop = new();
    private readonly RecordingTap _tap = new();

    public void Dispose() => _stop.Dispose();

    [Fact]
    public void TheLifeOfAConnectionIsToldInOrder()
    {
        using LinuxTransport transport = new(_stop, _tap);
        Socket listener = SocketFactory.Create(transport, AddressFamily.InterNetwork, SocketType.Stream);
        transport.Bind(listener, new IPEndPoint(IPAddress.Loopback, 0));
        transport.Listen(listener, 1);
        EndPoint own = transport.LocalEndPoint(listener)!;
        Socket client = SocketFactory.Create(transport, AddressFamily.InterNetwork, SocketType.Stream);
        TestSockets.Connect(transport, client, own);
        Socket server = transport.Accept(listener, TestSockets.Patient)!;
        Assert.Equal(5, transport.SendBytes(client, "hello"u8.ToArray(), SocketFlags.None, TestSockets.Patient));
        Assert.Equal(5, transport.ReceiveBytes(server, new byte[10], SocketFlags.None, TestSockets.Patient));
        EndPoint peer = transport.RemoteEndPoint(server)!;
        transport.Shutdown(client, SocketShutdown.Send);
        transport.Close(client);
        transport.Close(server);
        transport.Close(listener);
        Assert.Equal(
            ["socket", "bind", "listen", "socket", "connect", "accept", "send", "recv", "shutdown", "close", "close", "close"],
            _tap.Calls.Where(call => call is not ("getsockname" or "getpeername")));
        Assert.Contains($"bind {own} = 0", _tap.Lines);
        Assert.Contains($"connect {own} = 0", _tap.Lines);
        Assert.Contains($"send {own} = 5", _tap.Lines);
        Assert.Contains($"recv {peer} = 5", _tap.Lines);
        Assert.Contains($"shutdown {own}, SHUT_WR = 0", _tap.Lines);
    }

    [Theory]
    [InlineData("socket", Errno.EMFILE, "EMFILE")]
    [InlineData("bind", Errno.EACCES, "EACCES")]
    [InlineData("listen", Errno.EADDRINUSE, "EADDRINUSE")]
    [InlineData("connect", Errno.ENETUNREACH, "ENETUNREACH")]
    [InlineData("accept", Errno.EMFILE, "EMFILE")]
    [InlineData("send", Errno.ENOBUFS, "ENOBUFS")]
    [InlineData("recv", Errno.EIO, "EIO")]
    [InlineData("shutdown", Errno.ENOTCONN, "ENOTCONN")]
    [InlineData("setsockopt", Errno.ENOPROTOOPT, "ENOPROTOOPT")]
    [InlineData("getsockopt", Errno.EINVAL, "EINVAL")]
    public void AnyCallCanBeMadeToFail(string call, int errno, string name)
    {
        using LinuxTransport transport = new(_stop, _tap);
        using StreamPair pair = new();
        using Socket listener = TestSockets.Listening();
        using Socket own = SocketFactory.Create(SocketTransport.Quiet, AddressFamily.InterNetwork, SocketType.Stream);
        _tap.Failures[call] = new Queue<int>([errno]);
        SocketCallException failure = Assert.Throws<SocketCallException>(() =>
        {
            switch (call)
            {
                case "socket": transport.Open(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp); break;
                case "bind": transport.Bind(own, new IPEndPoint(IPAddress.Loopback, 0)); break;
                case "listen": transport.Listen(own, 1); break;
                case "connect": transport.StartConnect(own, listener.LocalEndPoint!); break;
                case "accept": transport.Accept(listener, TestSockets.Patient); break;
                case "send": transport.SendBytes(pair.Sender, new byte[1], SocketFlags.None, TestSockets.Patient); break;
                case "recv": transport.ReceiveBytes(pair.Receiver, new byte[1], SocketFlags.None, TestSockets.Patient); break;
                case "shutdown": transport.Shutdown(pair.Sender, SocketShutdown.Send); break;
                case "setsockopt": transport.SetReuseAddress(own); break;
                default: transport.GetOption(own, "SO_TYPE", 1, 3); break;
            }
        });
        Assert.Equal(call, failure.Call);
        Assert.Equal(name, failure.Error.Name);
        Assert.Equal(1, _tap.Failed);
        Assert.EndsWith($"= {name}", _tap.Lines.Last(line => line.StartsWith(call, StringComparison.Ordinal)), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("recv")]
    [InlineData("send")]
    [InlineData("recvfrom")]
    [InlineData("sendto")]
    [InlineData("accept")]
    public void AnInterruptedCallIsMadeAgainAndNobodyHearsOfIt(string call)
    {
        using LinuxTransport transport = new(_stop, _tap);
        using StreamPair pair = new();
        using Socket listener = TestSockets.Listening();
        using Socket receiver = TestSockets.Bound(IPAddress.Loopback);
        _tap.Failures[call] = new Queue<int>(Enumerable.Repeat(Errno.EINTR, 3));
        switch (call)
        {
            case "recv":
                pair.Arrive("x"u8);
                Assert.Equal(1, transport.ReceiveBytes(pair.Receiver, new byte[1], SocketFlags.None, TestSockets.Patient));
                break;
            case "send":
                Assert.Equal(1, transport.SendBytes(pair.Sender, new byte[1], SocketFlags.None, TestSockets.Patient));
                break;
            case "accept":
                using (Socket client = TestSockets.Stream(listener.LocalEndPoint!))
                {
                    client.Connect(listener.LocalEndPoint!);
                    transport.Accept(listener, TestSockets.Patient)!.Dispose();
                }

                break;
            default:
                TestSockets.Send(transport, receiver, TestSockets.To(receiver.LocalEndPoint, "x"));
                Assert.Equal("x", transport.Receive(receiver, TestSockets.Options(), TestSockets.Patient)!.Text);
                break;
        }

        Assert.Equal(3, _tap.Failed);
        Assert.DoesNotContain(_tap.Lines, line => line.Contains("EINTR", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(Errno.EPROTO)]
    [InlineData(Errno.ENONET)]
    [InlineData(Errno.ECONNABORTED)]
    [InlineData(Errno.EHOSTUNREACH)]
    public void AConnectionThatTheNetworkSpoiledDoesNotEndAServer(int errno)
    {
        using LinuxTransport transport = new(_stop, _tap);
        using Socket listener = TestSockets.Listening();
        using Socket client = TestSockets.Stream(listener.LocalEndPoint!);
        client.Connect(listener.LocalEndPoint!);
        _tap.Failures["accept"] = new Queue<int>([errno, errno]);
        transport.Accept(listener, TestSockets.Patient)!.Dispose();
        Assert.Equal(2, _tap.Failed);
    }

    [Fact]
    public void ARefusedTimeStampMeansNoKernelTimeAndNotNoDatagram()
    {
        using LinuxTransport transport = new(_stop, _tap);
        using Socket receiver = TestSockets.Bound(IPAddress.Loopback);
        receiver.SendTo("x"u8.ToArray(), receiver.LocalEndPoint!);
        _tap.Failures["setsockopt"] = new Queue<int>(Enumerable.Repeat(Errno.EPERM, 100));
        Assert.Equal("x", transport.Receive(receiver, TestSockets.Options(), TestSockets.Patient)!.Text);
    }

    [Fact]
    public void ABatchIsToldOneByOneAfterTheQuestionWhetherTheKernelCuts()
    {
        using LinuxTransport transport = new(_stop, _tap);
        using Socket receiver = TestSockets.Bound(IPAddress.Loopback);
        TestSockets.Send(transport, receiver, TestSockets.To(receiver.LocalEndPoint, "one"), TestSockets.To(receiver.LocalEndPoint, "two"));
        Assert.Equal(
            ["getsockopt UDP_SEGMENT = 0", $"sendto {receiver.LocalEndPoint} = 3", $"sendto {receiver.LocalEndPoint} = 3"],
            _tap.Lines.Where(line => !line.StartsWith("getsockname", StringComparison.Ordinal) && !line.StartsWith("getpeername", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData(Errno.ENOBUFS)]
    [InlineData(Errno.EINVAL)]
    public void AFailureOfABatchIsMendedAsTheKernelsIs(int errno)
    {
        using LinuxTransport transport = new(_stop, _tap);
        using Socket receiver = TestSockets.Bound(IPAddress.Loopback);
        _tap.Failures["sendto"] = new Queue<int>([errno]);
        OutgoingDatagram first = TestSockets.To(receiver.LocalEndPoint, "one");
        TestSockets.Send(transport, receiver, first, new OutgoingDatagram("two"u8.ToArray(), first.Destination, first.EndPoint));
        Assert.Equal(1, _tap.Failed);
        Assert.Equal("one", transport.Receive(receiver, TestSockets.Options(), TestSockets.Patient)!.Text);
        Assert.Equal("two", transport.Receive(receiver, TestSockets.Options(), TestSockets.Patient)!.Text);
    }

    [Fact]
    public void ATapOfOneSocketHearsWhatAnyTransportDoesWithIt()
    {
        using StreamPair pair = new();
        SocketRecord.Of(pair.Receiver).Tap = _tap;
        pair.Arrive("hello"u8);
        using LinuxTransport transport = new(_stop);
        transport.ReceiveBytes(pair.Receiver, new byte[10], SocketFlags.None, TestSockets.Patient);
        transport.SendBytes(pair.Sender, new byte[3], SocketFlags.None, TestSockets.Patient);
        Assert.Equal(["recv"], _tap.Calls.Where(call => call is "recv" or "send"));
    }
}

/// <summary>What the record of a socket keeps for those who use it next.</summary>
[Trait("Windows", "Not run: the transport of Linux, which calls libc")]
public sealed class SocketRecordTests : IDisposable
{
    private readonly StopSignal _stop = new();

    public void Dispose() => _stop.Dispose();

    [Fact]
    public void AnOptionThatWasSetLetsTheSystemBeAskedForDualModeAgain()
    {
        using Socket socket = SocketFactory.Create(SocketTransport.Quiet, AddressFamily.InterNetworkV6, SocketType.Dgram, dualMode: true);
        IPEndPoint to = new(IPAddress.Loopback, 9);
        Assert.Equal(new IPEndPoint(to.Address.MapToIPv6(), 9), UsableAddress.FirstFor(socket, to, "bind", _stop));
        SocketTransport.Quiet.SetOption(socket, "IPV6_V6ONLY", 41, 26, BitConverter.GetBytes(1));
        Assert.Throws<SocketCallException>(() => UsableAddress.FirstFor(socket, to, "bind", _stop));
    }

    [Fact]
    public void AReaderThatLeavesLeavesTheTimeStampsOnForOneThatStays()
    {
        using Socket receiver = TestSockets.Bound(IPAddress.Loopback);
        LinuxTransport leaving = new(_stop);
        using LinuxTransport staying = new(_stop);
        Assert.Null(leaving.Receive(receiver, TestSockets.Options(), Deadline.Now));
        Assert.Null(staying.Receive(receiver, TestSockets.Options(), Deadline.Now));
        leaving.Dispose();
        Assert.True(HasTimestamps(receiver));
        staying.Dispose();
        Assert.False(HasTimestamps(receiver));
    }

    [Fact]
    public void TheOwnersTimeStampsStayOn()
    {
        using Socket receiver = TestSockets.Bound(IPAddress.Loopback);
        (int level, int option) = ControlMessages.TimestampOption;
        SocketTransport.Quiet.SetOption(receiver, "SO_TIMESTAMPNS", level, option, BitConverter.GetBytes(1));
        using (LinuxTransport transport = new(_stop))
        {
            Assert.Null(transport.Receive(receiver, TestSockets.Options(), Deadline.Now));
        }

        Assert.True(HasTimestamps(receiver));
    }

    [Fact]
    public void DatagramsThatArePutBackComeFirstAndInTheirOrder()
    {
        using Socket receiver = TestSockets.Bound(IPAddress.Loopback);
        using LinuxTransport transport = new(_stop);
        for (int number = 1; number <= 5; number++)
        {
            receiver.SendTo([(byte)number], receiver.LocalEndPoint!);
        }

        Datagram[] taken = [.. Enumerable.Range(0, 3).Select(_ => transport.Receive(receiver, TestSockets.Options(), TestSockets.Patient)!)];
        SocketRecord record = receiver;
        // Two readers had them, and the later one is stopped first.
        record.Taken.PutBack(taken[2]);
        record.Taken.PutBack(taken[0]);
        record.Taken.PutBack(taken[1]);
        Assert.True(record.HasTaken);
        Assert.Equal([1, 2, 3, 4, 5], Enumerable.Range(0, 5).Select(_ => (int)transport.Receive(receiver, TestSockets.Options(), TestSockets.Patient)!.Data[0]));
        Assert.False(record.HasTaken);
    }

    [Fact]
    public void APutBackWakesAReaderThatWaits()
    {
        using Socket receiver = TestSockets.Bound(IPAddress.Loopback);
        receiver.SendTo("x"u8.ToArray(), receiver.LocalEndPoint!);
        using LinuxTransport first = new(_stop);
        Datagram taken = first.Receive(receiver, TestSockets.Options(), TestSockets.Patient)!;
        Datagram? got = null;
        using StopSignal stop = new();
        Background waiting = Background.Run(() =>
        {
            using LinuxTransport second = new(stop);
            got = second.Receive(receiver, TestSockets.Options(), Deadline.Never);
        });
        waiting.WaitUntilBlocked();
        SocketRecord record = receiver;
        record.Taken.PutBack(taken);
        record.WakeWaiters();
        waiting.Join();
        Assert.Equal("x", got!.Text);
    }

    [Fact]
    public void FramesThatArePutBackAreReadAgainAsTheyStood()
    {
        using StreamPair pair = new();
        using LinuxTransport transport = new(_stop);
        FrameReader reader = new(transport, pair.Receiver, ByteChannel.Of(pair.Receiver), null, System.Text.Encoding.UTF8, TestSockets.Patience.TotalSeconds);
        LineFraming lines = new(System.Text.Encoding.UTF8) { MaximumSize = 1000 };
        PrefixFraming prefixed = new(new LengthPrefix(2)) { MaximumSize = 1000 };
        byte[] sent = [.. "one\r\ntwo\n"u8, 0, 3, .. "abc"u8, .. "rest"u8];
        pair.Arrive(sent);
        Frame[] frames = [reader.Read(lines)!.Value, reader.Read(lines)!.Value, reader.Read(prefixed)!.Value];
        reader.PutBack(frames[1], lines);
        reader.PutBack(frames[2], prefixed);
        reader.PutBack(frames[0], lines);
        Assert.True(SocketRecord.Of(pair.Receiver).HasTaken);
        Assert.Equal(sent, reader.ReadLength(sent.Length));
    }

    [Theory]
    [InlineData("line", "delete all except ", "letters\n", "delete all except letters")]
    [InlineData("length", "12345", "67890abcde", "1234567890")]
    [InlineData("prefix", "\0\0\0\u0005", "hello", "hello")]
    [InlineData("delimiter", "a-", "-b--", "a")]
    [InlineData("end", "first ", "second", "first second")]
    public void AStopWithinAFrameLeavesTheStreamAsIfItHadNotBeenBegun(string framing, string before, string after, string expected)
    {
        using StreamPair pair = new();
        pair.Arrive(System.Text.Encoding.Latin1.GetBytes(before));
        Framing frames = framing switch
        {
            "line" => new LineFraming(System.Text.Encoding.UTF8) { MaximumSize = 1000 },
            "length" => new LengthFraming(10) { MaximumSize = 10 },
            "prefix" => new PrefixFraming(new LengthPrefix(4)) { MaximumSize = 1000 },
            "delimiter" => new DelimitedFraming("--"u8.ToArray(), 1) { MaximumSize = 1000 },
            _ => new EndFraming { MaximumSize = 1000 },
        };
        StopSignal stop = new();
        Background stopped = Background.Run(() =>
        {
            using LinuxTransport transport = new(stop);
            Assert.ThrowsAny<OperationCanceledException>(() => Reader(transport).Read(frames));
        });
        stopped.WaitUntilBlocked();
        stop.Set();
        stopped.Join();
        pair.Arrive(System.Text.Encoding.Latin1.GetBytes(after));
        pair.Sender.Dispose();
        using LinuxTransport next = new(_stop);
        Assert.Equal(expected, System.Text.Encoding.Latin1.GetString(Reader(next).Read(frames)!.Value.Data));

        FrameReader Reader(ISocketTransport transport) =>
            new(transport, pair.Receiver, ByteChannel.Of(pair.Receiver), null, System.Text.Encoding.UTF8, TestSockets.Patience.TotalSeconds);
    }

    [Theory]
    [InlineData("line")]
    [InlineData("length")]
    [InlineData("prefix")]
    [InlineData("delimiter")]
    public void OfManyReadersEachFrameGoesToOne(string framing)
    {
        const int Count = 4000;
        using StreamPair pair = new();
        HashSet<int> seen = [];
        Background[] readers = [.. Enumerable.Range(0, 8).Select(_ => Background.Run(() =>
        {
            using StopSignal stop = new();
            using LinuxTransport transport = new(stop);
            FrameReader reader = new(transport, pair.Receiver, ByteChannel.Of(pair.Receiver), null, System.Text.Encoding.UTF8, TestSockets.Patience.TotalSeconds);
            Framing frames = framing switch
            {
                "line" => new LineFraming(System.Text.Encoding.UTF8) { MaximumSize = 1000 },
                "length" => new LengthFraming(6) { MaximumSize = 6 },
                "prefix" => new PrefixFraming(new LengthPrefix(2)) { MaximumSize = 1000 },
                _ => new DelimitedFraming("--"u8.ToArray(), 1) { MaximumSize = 1000 },
            };
            while (reader.Read(frames) is Frame frame)
            {
                lock (seen)
                {
                    Assert.True(seen.Add(int.Parse(System.Text.Encoding.ASCII.GetString(frame.Data), System.Globalization.CultureInfo.InvariantCulture)));
                }
            }
        }))];
        for (int number = 0; number < Count; number++)
        {
            byte[] text = System.Text.Encoding.ASCII.GetBytes($"{number:D6}");
            byte[] bytes = framing switch
            {
                "line" => [.. text, (byte)'\n'],
                "length" => text,
                "prefix" => [0, 6, .. text],
                _ => [.. text, .. "--"u8],
            };
            // Cut in the midst of each frame.
            pair.Sender.Send(bytes.AsSpan(0, 3));
            pair.Sender.Send(bytes.AsSpan(3));
        }

        pair.Sender.Dispose();
        Array.ForEach(readers, reader => reader.Join());
        Assert.Equal(Count, seen.Count);
    }

    [Fact]
    public void ClosingEndsTheWaitsOfOthersFirst()
    {
        using StreamPair pair = new();
        Exception? ended = null;
        Background waiting = Background.Run(() =>
        {
            using StopSignal stop = new();
            using LinuxTransport transport = new(stop);
            ended = Record.Exception(() => transport.ReceiveBytes(pair.Sender, new byte[1], SocketFlags.None, Deadline.Never));
        });
        waiting.WaitUntilBlocked();
        byte[] data = StreamPair.Numbers(200_000);
        Background sending = Background.Run(() => pair.Sender.Send(data));
        byte[] received = [];
        Background reading = Background.Run(() => received = StreamPair.ReadToEnd(pair.Receiver));
        sending.Join();
        SocketTransport.Quiet.Close(pair.Sender);
        waiting.Join();
        reading.Join();
        Assert.Equal("SocketClosed", Assert.IsType<SocketInputException>(ended).ErrorId);
        Assert.Equal(data, received);
    }

    private static bool HasTimestamps(Socket socket)
    {
        (int level, int option) = ControlMessages.TimestampOption;
        return BitConverter.ToInt32(SocketTransport.Quiet.GetOption(socket, "SO_TIMESTAMPNS", level, option, sizeof(int))) != 0;
    }
}
