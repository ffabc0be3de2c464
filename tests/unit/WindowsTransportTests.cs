using System.Net;
using System.Net.Sockets;
using PSSockets.Addresses;
using PSSockets.Native;
using PSSockets.Options;
using PSSockets.Sockets;
using PSSockets.Transport;
using PSSockets.Waiting;

namespace PSSockets.UnitTests;

/// <summary>What the transport of Windows does that others do not. It is made of .NET's calls, so that most of it runs here too.</summary>
public sealed class WindowsTransportTests : IDisposable
{
    private static readonly IPEndPoint s_loopback = new(IPAddress.Loopback, 0);

    private readonly StopSignal _stop = new();
    private readonly RecordingTap _tap = new();
    private readonly Hooks _transport;

    public WindowsTransportTests() => _transport = new Hooks(_stop, _tap);

    public void Dispose()
    {
        _transport.Dispose();
        _stop.Dispose();
    }

    [Fact]
    public void AnUnconnectedDatagramSocketHearsOfNoUnreachablePeer()
    {
        using Socket made = SocketFactory.Create(_transport, AddressFamily.InterNetwork, SocketType.Dgram);
        Assert.Equal(["report False"], _transport.Calls);
        using Socket elsewhere = new(AddressFamily.InterNetworkV6, SocketType.Dgram, ProtocolType.Udp);
        _transport.Bind(elsewhere, new IPEndPoint(IPAddress.IPv6Loopback, 0));
        Assert.Equal(["report False", "alone", "report False"], _transport.Calls);
        if (OperatingSystem.IsWindows())
        {
            Assert.Equal(2, _tap.Lines.Count(line => line == "WSAIoctl SIO_UDP_CONNRESET, False = 0"));
        }
    }

    [Fact]
    public void AConnectedOneDoes()
    {
        using Socket peer = TestSockets.Bound(IPAddress.Loopback);
        using Socket socket = SocketFactory.Create(_transport, AddressFamily.InterNetwork, SocketType.Dgram);
        _transport.Calls.Clear();
        TestSockets.Connect(_transport, socket, peer.LocalEndPoint!);
        Assert.Equal(["at once", "report True"], _transport.Calls);
        TestSockets.Send(_transport, socket, TestSockets.To(null, "hello"));
        Assert.Equal("hello", TestSockets.Hear(peer));
        if (OperatingSystem.IsWindows())
        {
            Assert.Contains("WSAIoctl SIO_UDP_CONNRESET, True = 0", _tap.Lines);
        }
    }

    [Fact]
    public void AConnectThatFailsLeavesItOff()
    {
        using Socket listener = TestSockets.Refusing();
        using Socket socket = SocketFactory.Create(_transport, AddressFamily.InterNetwork, SocketType.Stream);
        Assert.Equal(SocketError.ConnectionRefused, Assert.Throws<SocketCallException>(() => TestSockets.Connect(_transport, socket, listener.LocalEndPoint!)).SocketErrorCode);
        Assert.DoesNotContain("report True", _transport.Calls);
    }

    [Theory]
    [InlineData(AddressFamily.InterNetwork)]
    [InlineData(AddressFamily.InterNetworkV6)]
    public void DatagramSocketsShareAPortByReuseAddress(AddressFamily family)
    {
        IPAddress loopback = family == AddressFamily.InterNetwork ? IPAddress.Loopback : IPAddress.IPv6Loopback;
        using Socket first = SocketFactory.Create(_transport, family, SocketType.Dgram);
        using Socket second = SocketFactory.Create(_transport, family, SocketType.Dgram);
        using Socket third = SocketFactory.Create(_transport, family, SocketType.Dgram);
        _transport.SetReuseAddress(first);
        _transport.SetReuseAddress(second);
        _transport.Bind(first, new IPEndPoint(loopback, 0));
        _transport.Bind(second, first.LocalEndPoint!);
        Assert.Equal(first.LocalEndPoint, second.LocalEndPoint);
        Assert.Contains(Assert.Throws<SocketCallException>(() => _transport.Bind(third, first.LocalEndPoint!)).SocketErrorCode, new[] { SocketError.AddressAlreadyInUse, SocketError.AccessDenied });
    }

    [Fact]
    public void AStreamDoesNot()
    {
        using Socket socket = SocketFactory.Create(_transport, AddressFamily.InterNetwork, SocketType.Stream);
        _transport.SetReuseAddress(socket);
        Assert.True(SocketRecord.Of(socket).SharesAddress);
        Assert.False(TestSockets.HasReuseAddress(socket));
    }

    [Fact]
    public void APortIsBoundAloneUnlessItIsToBeShared()
    {
        using Socket alone = SocketFactory.Create(SocketTransport.Quiet, AddressFamily.InterNetwork, SocketType.Stream);
        using Socket shared = SocketFactory.Create(SocketTransport.Quiet, AddressFamily.InterNetwork, SocketType.Stream);
        SocketTransport.Quiet.SetReuseAddress(shared);
        SocketTransport.Quiet.Bind(alone, s_loopback);
        SocketTransport.Quiet.Bind(shared, s_loopback);
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal("NotSupported", Assert.Throws<SocketInputException>(() => SocketOptionTable.Find("ExclusiveAddressUse", alone)).ErrorId);
            return;
        }

        Assert.Equal(true, SocketOptionValues.Get(SocketTransport.Quiet, alone, SocketOptionTable.Find("ExclusiveAddressUse", alone)));
        Assert.Equal(false, SocketOptionValues.Get(SocketTransport.Quiet, shared, SocketOptionTable.Find("SO_EXCLUSIVEADDRUSE", shared)));
    }

    [Fact]
    public void AfterAShutdownOfReceivingTheStreamIsAtItsEnd()
    {
        using StreamPair pair = new();
        // What Windows answers.
        _tap.Failures["recv"] = new Queue<int>([TestSockets.NumberOf("ESHUTDOWN")]);
        Assert.Equal(0, _transport.ReceiveBytes(pair.Receiver, new byte[10], SocketFlags.None, TestSockets.Patient));
        _transport.Shutdown(pair.Receiver, SocketShutdown.Receive);
        Assert.True(_transport.Wait(pair.Receiver, WaitFor.Read, Deadline.Now));
        Assert.Equal(0, _transport.ReceiveBytes(pair.Receiver, new byte[10], SocketFlags.None, TestSockets.Patient));
    }

    [Theory]
    [InlineData(AddressFamily.Unix, SocketType.Dgram, "socket: Windows has UNIX sockets for streams alone, and none for datagrams")]
    [InlineData(AddressFamily.Unix, SocketType.Seqpacket, "socket: Windows has no SeqPacket sockets")]
    [InlineData(AddressFamily.Unix, SocketType.Stream, "socket: this Windows has no UNIX sockets: they came with Windows 10 1803 and Windows Server 2019")]
    public void WhatWindowsLacksIsNotSupported(AddressFamily family, SocketType type, string message)
    {
        _transport.IsOldWindows = true;
        SocketInputException exception = Assert.Throws<SocketInputException>(() => SocketFactory.Create(_transport, family, type));
        Assert.Equal("NotSupported", exception.ErrorId);
        Assert.Equal(message, exception.Message);
    }

    [Fact]
    public void WithoutUnixSocketsAPathIsNotSupported()
    {
        Exception? exception = Record.Exception(() => EndPointParser.Parse("/x.sock", path => path));
        Assert.Equal(Socket.OSSupportsUnixDomainSockets ? null : "NotSupported", (exception as SocketInputException)?.ErrorId);
        Assert.True(exception is null || !Socket.OSSupportsUnixDomainSockets, $"{exception}");
    }

    [Fact]
    public void APairIsNotSupported()
    {
        Assert.Equal("NotSupported", Assert.Throws<SocketInputException>(() => SocketFactory.CreatePair(_transport, SocketType.Stream)).ErrorId);
    }

    //--- The layouts of multicast options ---------------------------------------------------------------------------------

    private static readonly byte[] s_group = [2, 0, 0, 0, 233, 252, 0, 42, 0, 0, 0, 0, 0, 0, 0, 0];
    private static readonly byte[] s_source = [2, 0, 0, 0, 127, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 0];

    [Theory]
    [InlineData("Linux64", 8, 2, 136, 264)]
    [InlineData("Linux32", 4, 2, 132, 260)]
    [InlineData("Mac", 4, 16, 132, 260)]
    [InlineData("FreeBsd", 8, 16, 136, 264)]
    [InlineData("Windows", 8, 2, 136, 264)]
    public void AGroupRequestIsLaidOutAsTheSystemHasIt(string system, int address, byte first, int size, int sizeWithSource)
    {
        MulticastLayout layout = Layout(system);
        byte[] request = layout.Request(7, s_group, []);
        Assert.Equal(size, request.Length);
        Assert.Equal(7, BitConverter.ToInt32(request));
        Assert.Equal([first, .. s_group.AsSpan(1)], request[address..(address + 16)]);
        byte[] withSource = layout.Request(7, s_group, s_source);
        Assert.Equal(sizeWithSource, withSource.Length);
        Assert.Equal([first, .. s_source.AsSpan(1)], withSource[(address + 128)..(address + 144)]);
    }

    [Theory]
    [InlineData("Linux64", "000000007F00000107000000")]
    [InlineData("Mac", "000000007F00000107000000")]
    [InlineData("Windows", "7F000001")]
    public void TheInterfaceOfMulticastIsLaidOutAsTheSystemHasIt(string system, string expected)
    {
        Assert.Equal(expected, Convert.ToHexString(Layout(system).Interface(7, IPAddress.Loopback)));
    }

    [Fact]
    public void WindowsNamesAnInterfaceByNumberOrByAddress()
    {
        Assert.Equal([0, 0, 0, 7], MulticastLayout.Windows.Interface(7, IPAddress.Any));
        Assert.Equal(7, MulticastLayout.Windows.InterfaceOf([0, 0, 0, 7]));
        Assert.Equal(65536, MulticastLayout.Windows.InterfaceOf([0, 1, 0, 0]));
        Assert.Null(MulticastLayout.Windows.InterfaceOf([0, 0, 0, 0]));
        Assert.Null(MulticastLayout.Windows.InterfaceOf([192, 0, 2, 1]));
        Assert.Null(MulticastLayout.Linux(8).InterfaceOf([0, 0, 0, 7]));
    }

    [Theory]
    [InlineData(true, "239.1.2.3", null, "IP_ADD_MEMBERSHIP 12 EF0102037F000001")]
    [InlineData(false, "239.1.2.3", null, "IP_DROP_MEMBERSHIP 13 EF0102037F000001")]
    [InlineData(true, "232.1.2.3", "192.0.2.7", "IP_ADD_SOURCE_MEMBERSHIP 15 E8010203C00002077F000001")]
    [InlineData(false, "232.1.2.3", "192.0.2.7", "IP_DROP_SOURCE_MEMBERSHIP 16 E8010203C00002077F000001")]
    [InlineData(true, "ff15::1", null, "IPV6_ADD_MEMBERSHIP 12 FF15000000000000000000000000000107000000")]
    [InlineData(false, "ff15::1", null, "IPV6_DROP_MEMBERSHIP 13 FF15000000000000000000000000000107000000")]
    [InlineData(true, "ff35::1", "::1", null)]
    public void WindowsHasAnOptionForEachMembership(bool isJoin, string group, string? source, string? expected)
    {
        WindowsMembership? option = WindowsMembership.Of(isJoin, IPAddress.Parse(group), 7, IPAddress.Loopback, source is null ? null : IPAddress.Parse(source));
        Assert.Equal(expected, option is null ? null : $"{option.Name} {option.Number} {Convert.ToHexString(option.Value)}");
    }

    [Fact]
    public void TheOwnLayoutIsThisSystems()
    {
        Assert.Equal(OperatingSystem.IsWindows() ? MulticastLayout.Windows : OperatingSystem.IsLinux() ? MulticastLayout.Linux(nint.Size) : MulticastLayout.Mac, MulticastLayout.Own);
    }

    private static MulticastLayout Layout(string system) => system switch
    {
        "Linux64" => MulticastLayout.Linux(8),
        "Linux32" => MulticastLayout.Linux(4),
        "Mac" => MulticastLayout.Mac,
        "FreeBsd" => MulticastLayout.FreeBsd,
        _ => MulticastLayout.Windows,
    };

    // Notes what is done to a socket on Windows.
    private sealed class Hooks(StopSignal stop, ITransportTap tap) : ManagedTransport(stop, tap)
    {
        public List<string> Calls { get; } = [];

        public bool IsOldWindows { get; set; }

        protected override bool HasUnixSockets => !IsOldWindows && base.HasUnixSockets;

        protected override void BindAlone(SocketRecord socket)
        {
            Calls.Add("alone");
            base.BindAlone(socket);
        }

        protected override void ReportUnreachable(SocketRecord socket, bool isOn)
        {
            Calls.Add($"report {isOn}");
            base.ReportUnreachable(socket, isOn);
        }

        protected override void FailAtOnce(SocketRecord socket, EndPoint remoteEndPoint)
        {
            Calls.Add("at once");
            base.FailAtOnce(socket, remoteEndPoint);
        }
    }
}
