using System.Globalization;
using System.Net;
using System.Net.Sockets;
using PSSockets.Options;
using PSSockets.Sockets;
using PSSockets.Transport;

namespace PSSockets.UnitTests;

public sealed class SocketOptionValuesTests : IDisposable
{
    private readonly Socket _datagrams = SocketFactory.Create(SocketTransport.Quiet, AddressFamily.InterNetwork, SocketType.Dgram);
    private readonly Socket _datagrams6 = SocketFactory.Create(SocketTransport.Quiet, AddressFamily.InterNetworkV6, SocketType.Dgram);
    private readonly Socket _stream = SocketFactory.Create(SocketTransport.Quiet, AddressFamily.InterNetwork, SocketType.Stream);

    public void Dispose()
    {
        _datagrams.Dispose();
        _datagrams6.Dispose();
        _stream.Dispose();
    }

    [Theory]
    [InlineData(true, true)]
    [InlineData(1, true)]
    [InlineData("on", true)]
    [InlineData("True", true)]
    [InlineData("1", true)]
    [InlineData(1.0, true)]
    [InlineData(false, false)]
    [InlineData(0, false)]
    [InlineData("OFF", false)]
    [InlineData("false", false)]
    [InlineData("0", false)]
    public void ASwitchIsOnOrOff(object value, bool expected)
    {
        Set(_stream, "KeepAlive", !expected);
        Assert.Equal(!expected, Get(_stream, "KeepAlive"));
        Set(_stream, "KeepAlive", value);
        Assert.Equal(expected, Get(_stream, "KeepAlive"));
        Assert.Equal(expected ? 1 : 0, _stream.GetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive));
    }

    [Theory]
    [InlineData("Broadcast")]
    [InlineData("ReuseAddress")]
    [InlineData("ReusePort")]
    [InlineData("DontRoute")]
    [InlineData("Timestamp")]
    [InlineData("PacketInformation")]
    [InlineData("MulticastLoopback")]
    [InlineData("FreeBind")]
    [InlineData("UdpCork")]
    [Trait("Windows", "Windows has no SO_REUSEPORT")]
    public void EverySwitchOfDatagramsGoesBothWays(string name)
    {
        foreach (bool value in new[] { true, false, true })
        {
            Set(_datagrams, name, value);
            Assert.Equal(value, Get(_datagrams, name));
        }
    }

    [Theory]
    [InlineData("NoDelay")]
    [InlineData("Cork")]
    [InlineData("OutOfBandInline")]
    [Trait("Windows", "Windows has no TCP_CORK")]
    public void EverySwitchOfStreamsGoesBothWays(string name)
    {
        foreach (bool value in new[] { true, false, true })
        {
            Set(_stream, name, value);
            Assert.Equal(value, Get(_stream, name));
        }
    }

    [Theory]
    [InlineData(42)]
    [InlineData(42L)]
    [InlineData((byte)42)]
    [InlineData(42.0)]
    [InlineData("42")]
    [InlineData(" 42 ")]
    public void ANumberIsWhole(object value)
    {
        Set(_datagrams, "TimeToLive", value);
        Assert.Equal(42, Get(_datagrams, "TimeToLive"));
        Assert.Equal(42, _datagrams.Ttl);
    }

    [Fact]
    [Trait("Wine", "Wine 8 has no TCP_KEEPIDLE")]
    public void NumbersGoBothWays()
    {
        Set(_datagrams6, "TimeToLive", 7);
        Assert.Equal(7, Get(_datagrams6, "IPV6_UNICAST_HOPS"));
        Set(_datagrams6, "TimeToLive", -1);
        Assert.NotEqual(7, Get(_datagrams6, "TimeToLive"));
        Set(_datagrams, "MulticastTimeToLive", 3);
        Assert.Equal(3, Get(_datagrams, "IP_MULTICAST_TTL"));
        Set(_datagrams, "TypeOfService", 0xB8);
        Assert.Equal(0xB8, Get(_datagrams, "IP_TOS"));
        Set(_stream, "KeepAliveTime", TimeSpan.FromMinutes(2));
        Assert.Equal(120, Get(_stream, "TCP_KEEPIDLE"));
        Set(_stream, "UserTimeout", TimeSpan.FromSeconds(1.5));
        Assert.Equal(1500, Get(_stream, "TCP_USER_TIMEOUT"));
        Set(_stream, "ReceiveBufferSize", 10_000);
        Assert.InRange(Assert.IsType<int>(Get(_stream, "SO_RCVBUF")), 10_000, 20_000);
        Assert.Equal(0, Get(_stream, "PendingError"));
    }

    [Theory]
    [InlineData(2.5, 2.5)]
    [InlineData("2.5", 2.5)]
    [InlineData(3, 3.0)]
    [InlineData(0, 0.0)]
    public void ATimeIsSecondsWithFractions(object value, double expected)
    {
        Set(_stream, "ReceiveTimeout", value);
        // The kernel counts in ticks of up to 10 ms.
        Assert.InRange(Assert.IsType<double>(Get(_stream, "ReceiveTimeout")), expected, expected + 0.01);
    }

    [Fact]
    public void ATimeMayBeATimeSpan()
    {
        Set(_stream, "SendTimeout", TimeSpan.FromMilliseconds(1500));
        Assert.InRange(Assert.IsType<double>(Get(_stream, "SendTimeout")), 1.5, 1.51);
    }

    [Theory]
    [InlineData(1.9999999)]
    [InlineData(0.9999996)]
    public void ATimeJustBelowAWholeSecondIsThatSecond(double value)
    {
        // tv_usec must be less than a million.
        Set(_stream, "ReceiveTimeout", value);
        Assert.InRange(Assert.IsType<double>(Get(_stream, "ReceiveTimeout")), value - 0.001, value + 0.01);
    }

    [Theory]
    [InlineData(-1.0)]
    [InlineData(-0.5)]
    [InlineData(double.NaN)]
    [InlineData("NaN")]
    public void ATimeIsNeverLessThanNothing(object value)
    {
        Set(_stream, "ReceiveTimeout", 5);
        Unusable(_stream, "ReceiveTimeout", value, "seconds, such as 2.5");
        Assert.InRange(Assert.IsType<double>(Get(_stream, "ReceiveTimeout")), 5, 5.01);
    }

    [Fact]
    public void LingerIsSecondsOrOff()
    {
        Assert.Equal("off", Get(_stream, "Linger"));
        Set(_stream, "Linger", 5);
        Assert.Equal(5, Get(_stream, "Linger"));
        Assert.Equal(new LingerOption(true, 5), _stream.LingerState);
        Set(_stream, "Linger", 0);
        Assert.Equal(0, Get(_stream, "Linger"));
        Assert.Equal(new LingerOption(true, 0), _stream.LingerState);
        Set(_stream, "Linger", "OFF");
        Assert.Equal("off", Get(_stream, "Linger"));
        Set(_stream, "Linger", TimeSpan.FromSeconds(7));
        Assert.Equal(7, Get(_stream, "Linger"));
        Set(_stream, "Linger", false);
        Assert.Equal("off", Get(_stream, "Linger"));
        Assert.False(_stream.LingerState!.Enabled);
    }

    [Fact]
    [Trait("Windows", "Windows has no SO_BINDTODEVICE")]
    public void TextGoesBothWays()
    {
        Assert.Equal(string.Empty, Get(_datagrams, "BindToDevice"));
        Set(_stream, "CongestionControl", "reno");
        Assert.Equal("reno", Get(_stream, "TCP_CONGESTION"));
        SocketCallException failure = Assert.Throws<SocketCallException>(() => Set(_stream, "CongestionControl", "nonesuch"));
        Assert.StartsWith(TestSockets.Here("setsockopt TCP_CONGESTION: ENOENT (2)"), failure.Message, StringComparison.Ordinal);
        Assert.Equal("reno", Get(_stream, "CongestionControl"));
    }

    [Fact]
    [Trait("Windows", "Windows has no SO_DOMAIN")]
    public void NamesAreThoseOfSocket2()
    {
        Assert.Equal("Datagram", Get(_datagrams, "SocketType"));
        Assert.Equal("Stream", Get(_stream, "SocketType"));
        Assert.Equal("IPv4", Get(_datagrams, "SocketDomain"));
        Assert.Equal("IPv6", Get(_datagrams6, "SocketDomain"));
        Assert.Equal("Udp", Get(_datagrams, "SocketProtocol"));
        Assert.Equal("Tcp", Get(_stream, "SocketProtocol"));
        (Socket first, Socket second) = SocketFactory.CreatePair(SocketTransport.Quiet, SocketType.Seqpacket);
        using (first)
        using (second)
        {
            Assert.Equal("SeqPacket", Get(first, "SO_TYPE"));
            Assert.Equal("Unix", Get(first, "SO_DOMAIN"));
        }
    }

    [Fact]
    public void AnInterfaceOfIPv6IsItsNumber()
    {
        Assert.Equal(0, Get(_datagrams6, "MulticastInterface"));
        Set(_datagrams6, "MulticastInterface", TestSockets.LoopbackName);
        Assert.Equal(TestSockets.LoopbackIndex, Get(_datagrams6, "MulticastInterface"));
        Set(_datagrams6, "MulticastInterface", 0);
        Assert.Equal(0, Get(_datagrams6, "MulticastInterface"));
        Set(_datagrams6, "MulticastInterface", "::1");
        Assert.Equal(TestSockets.LoopbackIndex, Get(_datagrams6, "MulticastInterface"));
    }

    // What was set can be read, and set again on another socket.
    [Theory]
    [InlineData("name")]
    [InlineData("number")]
    [InlineData("address")]
    public void AnInterfaceOfIPv4CanBeReadAgain(string how)
    {
        Assert.Equal(IPAddress.Any, Get(_datagrams, "MulticastInterface"));
        Set(_datagrams, "MulticastInterface", how switch
        {
            "name" => TestSockets.LoopbackName,
            "number" => TestSockets.LoopbackIndex,
            _ => IPAddress.Loopback,
        });
        Assert.Equal(IPAddress.Loopback, Get(_datagrams, "MulticastInterface"));
    }

    [Fact]
    public void AnUnknownInterfaceIsInterfaceNotFound()
    {
        Assert.Equal("InterfaceNotFound", Assert.Throws<SocketInputException>(() => Set(_datagrams, "MulticastInterface", "nonesuch0")).ErrorId);
        Assert.Equal("InterfaceNotFound", Assert.Throws<SocketInputException>(() => Set(_datagrams6, "MulticastInterface", "192.0.2.99")).ErrorId);
    }

    [Theory]
    [InlineData("KeepAlive", "yes", "$true or $false")]
    [InlineData("KeepAlive", 2, "$true or $false")]
    [InlineData("KeepAlive", null, "$true or $false")]
    [InlineData("KeepAlive", "", "$true or $false")]
    [InlineData("SendBufferSize", "many", "a whole number (bytes)")]
    [InlineData("SendBufferSize", 1.5, "a whole number (bytes)")]
    [InlineData("SendBufferSize", 3_000_000_000L, "a whole number (bytes)")]
    [InlineData("SendBufferSize", double.NaN, "a whole number (bytes)")]
    [InlineData("SendBufferSize", true, "a whole number (bytes)")]
    [InlineData("SendBufferSize", null, "a whole number (bytes)")]
    [InlineData("Mark", "x", "a whole number")]
    [InlineData("Linger", "on", "whole seconds, or off")]
    [InlineData("Linger", true, "whole seconds, or off")]
    [InlineData("Linger", 1.5, "whole seconds, or off")]
    [InlineData("ReceiveTimeout", "soon", "seconds, such as 2.5")]
    [InlineData("ReceiveTimeout", false, "seconds, such as 2.5")]
    // A comma is not a decimal point here, and must not become a thousand times as much.
    [InlineData("ReceiveTimeout", "2,5", "seconds, such as 2.5")]
    [InlineData("SendBufferSize", "1,5", "a whole number (bytes)")]
    [Trait("Windows", "Windows has no SO_MARK")]
    public void WhatIsNoValueIsInvalidOptionValue(string name, object? value, string wanted) => Unusable(_stream, name, value, wanted);

    [Theory]
    [InlineData("SocketType")]
    [InlineData("SO_DOMAIN")]
    [InlineData("SocketProtocol")]
    [InlineData("AcceptConnection")]
    [InlineData("PendingError")]
    [InlineData("Mtu")]
    [Trait("Windows", "Windows has no SO_DOMAIN")]
    public void WhatCanOnlyBeReadSaysSo(string name)
    {
        SocketInputException exception = Assert.Throws<SocketInputException>(() => Set(_stream, name, 1));
        Assert.Equal("InvalidArgument", exception.ErrorId);
        Assert.Equal($"setsockopt {SocketOptionTable.Find(name, _stream).CName}: the option can only be read", exception.Message);
        Assert.Same(_stream, exception.Target);
    }

    [Fact]
    [Trait("Wine", "Wine 8 takes any value of IP_TTL, and has no IP_MTU")]
    public void WhatTheSystemRefusesHasItsErrno()
    {
        SocketCallException failure = Assert.Throws<SocketCallException>(() => Set(_datagrams, "TimeToLive", 1000));
        Assert.StartsWith(TestSockets.Here("setsockopt IP_TTL: EINVAL (22)"), failure.Message, StringComparison.Ordinal);
        Assert.Same(_datagrams, failure.Target);
        failure = Assert.Throws<SocketCallException>(() => Get(_datagrams, "NoDelay"));
        Assert.StartsWith("getsockopt TCP_NODELAY: E", failure.Message, StringComparison.Ordinal);
        failure = Assert.Throws<SocketCallException>(() => Get(_datagrams, "Mtu"));
        Assert.Equal(SocketError.NotConnected, failure.SocketErrorCode);
    }

    [Fact]
    public void AClosedSocketIsSocketClosed()
    {
        _stream.Dispose();
        Assert.Equal("SocketClosed", Assert.Throws<SocketInputException>(() => Get(_stream, "KeepAlive")).ErrorId);
        Assert.Equal("SocketClosed", Assert.Throws<SocketInputException>(() => Set(_stream, "KeepAlive", true)).ErrorId);
    }

    [Fact]
    public void AListenerSaysSo()
    {
        using Socket listener = TestSockets.Listening();
        Assert.Equal(true, Get(listener, "AcceptConnection"));
        Assert.Equal(false, Get(_stream, "AcceptConnection"));
    }

    private static object? Get(Socket socket, string name) => SocketOptionValues.Get(SocketTransport.Quiet, socket, SocketOptionTable.Find(name, socket));

    private static void Set(Socket socket, string name, object? value) => SocketOptionValues.Set(SocketTransport.Quiet, socket, SocketOptionTable.Find(name, socket), value);

    private static void Unusable(Socket socket, string name, object? value, string wanted)
    {
        SocketInputException exception = Assert.Throws<SocketInputException>(() => Set(socket, name, value));
        Assert.Equal("InvalidOptionValue", exception.ErrorId);
        Assert.Equal(
            string.Create(CultureInfo.CurrentCulture, $"'{value}' is not a value of {name} ({SocketOptionTable.Find(name, socket).CName}): it takes {wanted}"), exception.Message);
        Assert.Equal($"Give {wanted}.", exception.RecommendedAction);
        Assert.Equal(value, exception.Target);
    }
}
