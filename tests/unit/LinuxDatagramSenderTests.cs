using System.Net;
using System.Net.Sockets;
using PSSockets.Native;
using PSSockets.Sockets;
using PSSockets.Transport;
using PSSockets.Waiting;

namespace PSSockets.UnitTests;

/// <summary>What goes to the kernel together, and what happens when the kernel cannot take it so.</summary>
[Trait("Windows", "Not run: the transport of Linux, which calls libc")]
public sealed class LinuxDatagramSenderTests : IDisposable
{
    private const int UdpLevel = 17;
    private const int UdpSegment = 103;

    private readonly StopSignal _stop = new();
    private readonly Socket _sender = TestSockets.Bound(IPAddress.IPv6Loopback);
    private readonly Socket _receiver = TestSockets.Bound(IPAddress.IPv6Loopback);
    private readonly Socket _other = TestSockets.Bound(IPAddress.IPv6Loopback);

    public void Dispose()
    {
        Array.ForEach([_sender, _receiver, _other], socket => socket.Dispose());
        _stop.Dispose();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void EqualOnesGoTogetherAndArriveApart(bool isConnected)
    {
        DatagramTap calls = new();
        if (isConnected)
        {
            _sender.Connect(_receiver.LocalEndPoint!);
        }

        Assert.Empty(Send(calls, Same(20, 100), isConnected ? null : _receiver));
        Arrive(_receiver, Same(20, 100));
        Assert.Equal([1], calls.Batches);
        Assert.Equal(1, calls.Cut);
    }

    [Fact]
    public void OverIPv4Too()
    {
        using Socket sender = TestSockets.Bound(IPAddress.Loopback);
        using Socket dual = SocketFactory.Create(SocketTransport.Quiet, AddressFamily.InterNetworkV6, SocketType.Dgram, dualMode: true);
        using Socket receiver = TestSockets.Bound(IPAddress.Loopback);
        DatagramTap calls = new();
        Assert.Empty(Send(calls, Same(20, 100), receiver, sender));
        Arrive(receiver, Same(20, 100));
        IPEndPoint to = (IPEndPoint)receiver.LocalEndPoint!;
        Assert.Empty(SendAll(calls, dual, To(Same(20, 100), new IPEndPoint(to.Address.MapToIPv6(), to.Port))));
        Arrive(receiver, Same(20, 100));
        Assert.Equal(2, calls.Cut);
    }

    [Fact]
    public void OnlyTheLastOfARunIsShorter()
    {
        DatagramTap calls = new();
        byte[][] data = Sizes(100, 100, 60, 60, 60, 100, 0, 0, 100, 99, 98);
        Assert.Empty(Send(calls, data, _receiver));
        Arrive(_receiver, data);
        // 100 100 60 | 60 60 | 100 | 0 | 0 | 100 99 | 98
        Assert.Equal([7], calls.Batches);
        Assert.Equal(3, calls.Cut);
    }

    [Fact]
    public void MoreThanOneMessageHoldsIsSeveral()
    {
        DatagramTap calls = new();
        int count = TestSockets.Enlarge(_receiver, 1000);
        Assert.Empty(Send(calls, Same(count, 8), _receiver));
        Arrive(_receiver, Same(count, 8));
        Assert.Equal((count + 63) / 64, calls.Cut);
    }

    [Fact]
    public void LongOnesFillNoMoreThanAPacket()
    {
        DatagramTap calls = new();
        TestSockets.Enlarge(_receiver, 2000);
        Assert.Empty(Send(calls, Same(100, 9000), _receiver));
        Arrive(_receiver, Same(100, 9000));
        Assert.All(calls.Batches, count => Assert.InRange(count, 1, 3));
    }

    [Fact]
    public void NeighboursThatGoElsewhereGoApart()
    {
        DatagramTap calls = new();
        SocketAddress first = _receiver.LocalEndPoint!.Serialize();
        SocketAddress second = _other.LocalEndPoint!.Serialize();
        OutgoingDatagram[] batch = [.. Same(9, 10).Select((data, index) => new OutgoingDatagram(data, index % 3 == 2 ? second : first, null))];
        Assert.Empty(SendAll(calls, _sender, batch));
        Arrive(_receiver, [.. batch.Where(datagram => datagram.Destination == first).Select(datagram => datagram.Data)]);
        Arrive(_other, [.. batch.Where(datagram => datagram.Destination == second).Select(datagram => datagram.Data)]);
        Assert.Equal([6], calls.Batches);
        Assert.Equal(3, calls.Cut);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void NeighboursThatLeaveFromOneAddressGoTogether(bool isDual)
    {
        DatagramTap calls = new();
        using Socket sender = TestSockets.Bound(isDual ? IPAddress.IPv6Any : IPAddress.Any, isDual);
        using Socket first = TestSockets.Bound(IPAddress.Loopback);
        using Socket second = TestSockets.Bound(IPAddress.Loopback);
        int port = ((IPEndPoint)sender.LocalEndPoint!).Port;
        first.Connect(new IPEndPoint(IPAddress.Parse("127.0.0.2"), port));
        second.Connect(new IPEndPoint(IPAddress.Parse("127.0.0.3"), port));
        DatagramSource fromSecond = DatagramSource.Named(IPAddress.Parse("127.0.0.2"))!;
        DatagramSource fromThird = DatagramSource.Named(IPAddress.Parse("127.0.0.3"))!;
        IPEndPoint to = (IPEndPoint)first.LocalEndPoint!;
        SocketAddress destination = new IPEndPoint(isDual ? to.Address.MapToIPv6() : to.Address, to.Port).Serialize();
        to = (IPEndPoint)second.LocalEndPoint!;
        SocketAddress otherDestination = new IPEndPoint(isDual ? to.Address.MapToIPv6() : to.Address, to.Port).Serialize();

        // The same destination, but from elsewhere: no connected client hears that.
        OutgoingDatagram[] batch =
        [
            .. Same(10, 50).Select(data => new OutgoingDatagram(data, destination, null, fromSecond)),
            .. Same(10, 50).Select(data => new OutgoingDatagram(data, destination, null, fromThird)),
            .. Same(10, 50).Select(data => new OutgoingDatagram(data, otherDestination, null, fromThird)),
            .. Same(10, 50).Select(data => new OutgoingDatagram(data, destination, null, null)),
            new OutgoingDatagram(new byte[20_000], destination, null, fromSecond),
        ];
        Assert.Empty(SendAll(calls, sender, batch));
        Arrive(first, [.. batch.Where(datagram => datagram.Destination == destination && datagram.Source == fromSecond).Select(datagram => datagram.Data)]);
        Arrive(second, [.. batch.Where(datagram => datagram.Destination == otherDestination).Select(datagram => datagram.Data)]);
        Assert.Equal([4], calls.Batches);
        Assert.Equal(4, calls.Cut);
        Assert.Equal(1, calls.Singles);
    }

    [Fact]
    public void AnAddressThatIsRefusedDoesNotMeanThatTheKernelCannotCut()
    {
        DatagramTap calls = new();
        using Socket sender = TestSockets.Bound(IPAddress.Any);
        using Socket receiver = TestSockets.Bound(IPAddress.Loopback);
        SocketAddress to = receiver.LocalEndPoint!.Serialize();
        DatagramSource nobody = DatagramSource.Named(IPAddress.Parse("192.0.2.9"))!;
        DatagramSource own = DatagramSource.Named(IPAddress.Loopback)!;
        OutgoingDatagram[] batch = [.. Same(20, 10).Select((data, index) => new OutgoingDatagram(data, to, null, index < 10 ? nobody : own))];
        List<(OutgoingDatagram Datagram, SocketCallException Failure)> failures = SendAll(calls, sender, batch);
        Assert.Equal(batch[..10], failures.Select(failure => failure.Datagram));
        Assert.All(failures, failure => Assert.Equal(SocketError.NetworkUnreachable, failure.Failure.SocketErrorCode));
        Arrive(receiver, [.. batch[10..].Select(datagram => datagram.Data)]);
        Assert.False(SocketRecord.Of(sender).CannotSegment);
    }

    [Fact]
    public void WhereTheKernelCannotCutWhatLeavesFromAnAddressGoesApartForGood()
    {
        DatagramTap calls = new();
        calls.CutErrors.Enqueue(Errno.EINVAL);
        using Socket sender = TestSockets.Bound(IPAddress.Any);
        using Socket receiver = TestSockets.Bound(IPAddress.Loopback);
        SocketAddress to = receiver.LocalEndPoint!.Serialize();
        DatagramSource own = DatagramSource.Named(IPAddress.Loopback)!;
        OutgoingDatagram[] batch = [.. Same(20, 10).Select(data => new OutgoingDatagram(data, to, null, own))];
        Assert.Empty(SendAll(calls, sender, batch));
        Arrive(receiver, [.. batch.Select(datagram => datagram.Data)]);
        Assert.True(SocketRecord.Of(sender).CannotSegment);
        Assert.Equal(1, calls.Cut);
    }

    [Fact]
    public void AnyMixtureArrivesInOrder()
    {
        Random random = new(5);
        int room = TestSockets.Enlarge(_receiver, 4000);
        DatagramTap calls = new() { MostAtOnce = 3 };
        for (int round = 0; round < 50; round++)
        {
            int[] choice = [0, 1, 17, 500, 1400, 1400, 20_000];
            byte[][] data = Sizes([.. Enumerable.Range(0, random.Next(1, Math.Min(100, room / 20))).Select(_ => choice[random.Next(choice.Length)])]);
            for (int count = 0; count < random.Next(4); count++)
            {
                calls.CutErrors.Enqueue(random.Next(2) == 0 ? Errno.EMSGSIZE : Errno.ENOBUFS);
            }

            Assert.Empty(Send(calls, data, _receiver));
            Arrive(_receiver, data);
            calls.CutErrors.Clear();
        }
    }

    [Theory]
    [InlineData(Errno.EINVAL)]
    [InlineData(Errno.EIO)]
    [InlineData(Errno.ENOPROTOOPT)]
    [InlineData(Errno.EOPNOTSUPP)]
    public void WhereTheKernelCannotCutTheSocketSendsThemApartForGood(int errno)
    {
        DatagramTap calls = new();
        calls.CutErrors.Enqueue(errno);
        byte[][] data = [.. Sizes(7), .. Same(20, 100), .. Same(20, 50)];
        Assert.Empty(Send(calls, data, _receiver));
        Arrive(_receiver, data);
        int tried = calls.Cut;

        // Nor does another cmdlet try again.
        Assert.Empty(Send(calls, data, _receiver));
        Arrive(_receiver, data);
        Assert.Equal(tried, calls.Cut);

        // Another socket may go another way.
        Assert.Empty(Send(calls, data, _receiver, _other));
        Arrive(_receiver, data);
        Assert.True(calls.Cut > tried);
    }

    [Theory]
    [InlineData(Errno.EMSGSIZE)]
    [InlineData(Errno.ENOBUFS)]
    public void WhatIsTooMuchAtOnceGoesApartAndTheNextTogether(int errno)
    {
        DatagramTap calls = new();
        calls.CutErrors.Enqueue(errno);
        byte[][] data = Same(20, 100);
        Assert.Empty(Send(calls, data, _receiver));
        Arrive(_receiver, data);
        Assert.Equal([1, 20], calls.Batches);
        Assert.Empty(Send(calls, data, _receiver));
        Arrive(_receiver, data);
        Assert.Equal(2, calls.Cut);
    }

    [Fact]
    public void AKernelWithoutItIsAskedOnce()
    {
        DatagramTap calls = new() { CannotCut = true };
        Assert.Empty(Send(calls, Same(20, 100), _receiver));
        Arrive(_receiver, Same(20, 100));
        Assert.Equal(0, calls.Cut);
        Assert.Equal(1, calls.Questions);
    }

    [Fact]
    public void AnOwnersSegmentSizeIsSeen()
    {
        DatagramTap calls = new();
        _sender.SetRawSocketOption(UdpLevel, UdpSegment, BitConverter.GetBytes(1200));
        Assert.Empty(Send(calls, Same(20, 100), _receiver));
        Arrive(_receiver, Same(20, 100));
        Assert.Equal(0, calls.Cut);
        Assert.Equal(1, calls.Questions);
    }

    [Fact]
    public void ASocketWithoutChecksumsCannotCutAndLosesNothing()
    {
        const int SocketLevel = 1;
        const int NoChecksums = 11;
        using Socket sender = TestSockets.Bound(IPAddress.Loopback);
        using Socket receiver = TestSockets.Bound(IPAddress.Loopback);
        sender.SetRawSocketOption(SocketLevel, NoChecksums, BitConverter.GetBytes(1));
        DatagramTap calls = new();
        Assert.Empty(Send(calls, Same(20, 100), receiver, sender));
        Arrive(receiver, Same(20, 100));
        Assert.Equal([1, 20], calls.Batches);
    }

    public static TheoryData<string> Ways => ["together", "EINVAL", "EIO", "ENOPROTOOPT", "EMSGSIZE", "ENOBUFS", "never", "few"];

    [Theory]
    [MemberData(nameof(Ways))]
    public void OneThatIsTooLongFailsAloneInEveryWay(string way)
    {
        DatagramTap calls = new() { CannotCut = way == "never", MostAtOnce = way == "few" ? 2 : int.MaxValue };
        int errno = way switch
        {
            "EINVAL" => Errno.EINVAL,
            "EIO" => Errno.EIO,
            "ENOPROTOOPT" => Errno.ENOPROTOOPT,
            "EMSGSIZE" => Errno.EMSGSIZE,
            "ENOBUFS" => Errno.ENOBUFS,
            _ => 0,
        };
        if (errno != 0)
        {
            calls.CutErrors.Enqueue(errno);
        }

        byte[][] data = Same(20, 100);
        data[6] = new byte[65536];
        (OutgoingDatagram failed, SocketCallException failure) = Assert.Single(Send(calls, data, _receiver));
        Assert.Same(data[6], failed.Data);
        Assert.Equal(SocketError.MessageSize, failure.SocketErrorCode);
        Arrive(_receiver, [.. data.Where(one => one.Length == 100)]);
    }

    [Fact]
    public void ARefusalOfAnEarlierOneIsTheFirstsAndTheOthersGoOn()
    {
        DatagramTap calls = new();
        calls.CutErrors.Enqueue(111);
        byte[][] data = Same(20, 100);
        (OutgoingDatagram failed, SocketCallException failure) = Assert.Single(Send(calls, data, _receiver));
        Assert.Same(data[0], failed.Data);
        Assert.Equal(SocketError.ConnectionRefused, failure.SocketErrorCode);
        Arrive(_receiver, data[1..]);
    }

    [Fact]
    public void ARefusalByADeafPeerIsReportedOnceAndNothingElseIsLost()
    {
        using Socket deaf = TestSockets.Deaf();
        using Socket sender = TestSockets.Bound(IPAddress.Loopback);
        sender.Connect(deaf.LocalEndPoint!);
        Assert.Empty(Send(new DatagramTap(), Same(2, 100), null, sender));
        Assert.True(sender.Poll(TestSockets.Patience, SelectMode.SelectError));
        (_, SocketCallException failure) = Assert.Single(Send(new DatagramTap(), Same(2, 100), null, sender));
        Assert.Equal(SocketError.ConnectionRefused, failure.SocketErrorCode);
    }

    [Theory]
    [InlineData(Errno.EAGAIN)]
    [InlineData(Errno.EINTR)]
    public void AWaitForRoomAndAnInterruptionLoseNothing(int errno)
    {
        DatagramTap calls = new();
        calls.Errors.Enqueue(errno);
        Assert.Empty(Send(calls, Same(20, 100), _receiver));
        Arrive(_receiver, Same(20, 100));
        calls.Errors.Enqueue(errno);
        Assert.Empty(Send(calls, Same(1, 100), _receiver));
        Arrive(_receiver, Same(1, 100));
    }

    [Fact]
    public void UnixSocketsAreNotEvenAsked()
    {
        (Socket first, Socket second) = SocketFactory.CreatePair(SocketTransport.Quiet, SocketType.Dgram);
        using (first)
        using (second)
        {
            DatagramTap calls = new();
            Assert.Empty(Send(calls, Same(10, 100), null, first));
            Arrive(second, Same(10, 100));
            Assert.Equal([10], calls.Batches);
            Assert.Equal(0, calls.Questions);
        }
    }

    [Fact]
    public void OneAloneIsSentFromWhereItIs()
    {
        DatagramTap calls = new();
        Assert.Empty(Send(calls, Same(1, 100), _receiver));
        Arrive(_receiver, Same(1, 100));
        Assert.Equal(1, calls.Singles);
        Assert.Empty(calls.Batches);
        Assert.Equal(0, calls.Questions);
    }

    private static byte[][] Same(int count, int size) => Sizes([.. Enumerable.Repeat(size, count)]);

    // Each begins with its number, as far as it is long enough.
    private static byte[][] Sizes(params int[] sizes) => [.. sizes.Select((size, number) =>
    {
        byte[] data = new byte[size];
        BitConverter.GetBytes(number).AsSpan(0, Math.Min(size, sizeof(int))).CopyTo(data);
        return data;
    })];

    private static OutgoingDatagram[] To(byte[][] data, EndPoint? destination)
    {
        SocketAddress? address = destination?.Serialize();
        return [.. data.Select(one => new OutgoingDatagram(one, address, destination))];
    }

    private static void Arrive(Socket receiver, byte[][] expected)
    {
        byte[] buffer = new byte[100_000];
        foreach (byte[] data in expected)
        {
            Assert.True(receiver.Poll(TestSockets.Patience, SelectMode.SelectRead), "nothing came");
            Assert.Equal(data, buffer[..receiver.Receive(buffer)]);
        }

        Assert.True(TestSockets.IsSilent(receiver));
    }

    private List<(OutgoingDatagram Datagram, SocketCallException Failure)> Send(DatagramTap calls, byte[][] data, Socket? to, Socket? through = null) =>
        SendAll(calls, through ?? _sender, To(data, to?.LocalEndPoint));

    private List<(OutgoingDatagram Datagram, SocketCallException Failure)> SendAll(DatagramTap calls, Socket through, OutgoingDatagram[] batch)
    {
        using ISocketTransport engine = new LinuxTransport(_stop, calls);
        return TestSockets.Failures(engine, through, TestSockets.Patient, batch);
    }
}
