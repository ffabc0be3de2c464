using System.Net.Sockets;
using PSSockets.Native;
using PSSockets.Sockets;
using PSSockets.Transport;

namespace PSSockets.UnitTests;

public sealed class SocketFactoryTests
{
    [Theory]
    [InlineData(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp)]
    [InlineData(AddressFamily.InterNetworkV6, SocketType.Dgram, ProtocolType.Udp)]
    [InlineData(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp)]
    [InlineData(AddressFamily.InterNetworkV6, SocketType.Stream, ProtocolType.Tcp)]
    [InlineData(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified)]
    [InlineData(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified)]
    [InlineData(AddressFamily.Unix, SocketType.Seqpacket, ProtocolType.Unspecified)]
    [Trait("Windows", "Windows has no UNIX datagram sockets")]
    public void MakesWhatIsAskedFor(AddressFamily family, SocketType type, ProtocolType protocol)
    {
        using Socket socket = SocketFactory.Create(SocketTransport.Quiet, family, type);
        Assert.Equal((family, type, protocol), (socket.AddressFamily, socket.SocketType, socket.ProtocolType));
        Assert.True(socket.Blocking);
    }

    [Theory]
    [InlineData(SocketType.Dgram)]
    [InlineData(SocketType.Stream)]
    public void IPv6IsIPv6AloneUnlessDualMode(SocketType type)
    {
        using Socket alone = SocketFactory.Create(SocketTransport.Quiet, AddressFamily.InterNetworkV6, type);
        using Socket dual = SocketFactory.Create(SocketTransport.Quiet, AddressFamily.InterNetworkV6, type, dualMode: true);
        Assert.False(alone.DualMode);
        Assert.True(dual.DualMode);
    }

    [Fact]
    public void WhatTheSystemRefusesIsAFailedCall()
    {
        SocketCallException exception = Assert.Throws<SocketCallException>(() => SocketFactory.Create(SocketTransport.Quiet, AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Udp));
        Assert.Equal(TestSockets.Here("socket AF_INET SOCK_STREAM: EPROTONOSUPPORT (93) Protocol not supported"), exception.Message);
    }

    [Fact]
    public void ARawUnixSocketIsRefused()
    {
        SocketCallException exception = Assert.Throws<SocketCallException>(() => SocketFactory.Create(SocketTransport.Quiet, AddressFamily.Unix, SocketType.Raw));
        Assert.Equal(TestSockets.Here("socket AF_UNIX SOCK_RAW: ESOCKTNOSUPPORT (94) Socket type not supported"), exception.Message);
        Assert.Equal(SocketError.SocketNotSupported, Assert.Throws<SocketCallException>(() => SocketFactory.CreatePair(SocketTransport.Quiet, SocketType.Raw)).SocketErrorCode);
    }

    [Theory]
    [InlineData(SocketType.Dgram)]
    [InlineData(SocketType.Stream)]
    [InlineData(SocketType.Seqpacket)]
    [Trait("Windows", "Windows has no socket pairs")]
    public void APairTalksBothWays(SocketType type)
    {
        (Socket first, Socket second) = SocketFactory.CreatePair(SocketTransport.Quiet, type);
        using (first)
        using (second)
        {
            Assert.Equal((AddressFamily.Unix, type), (first.AddressFamily, first.SocketType));
            first.Send("ping"u8.ToArray());
            Assert.Equal("ping", TestSockets.Hear(second));
            second.Send("pong"u8.ToArray());
            Assert.Equal("pong", TestSockets.Hear(first));
        }
    }

    [Fact]
    [Trait("Windows", "Windows has no socket pairs")]
    public void APairIsNotInherited()
    {
        (Socket first, Socket second) = SocketFactory.CreatePair(SocketTransport.Quiet, SocketType.Stream);
        using (first)
        using (second)
        {
            const int CloseOnExec = 0x80000;
            Assert.All([first, second], socket =>
            {
                string flags = File.ReadLines($"/proc/self/fdinfo/{SocketInternals.HandleOf(socket).DangerousGetHandle()}")
                    .First(line => line.StartsWith("flags:", StringComparison.Ordinal));
                Assert.NotEqual(0, Convert.ToInt32(flags["flags:".Length..].Trim(), 8) & CloseOnExec);
            });
        }
    }

    [Fact]
    [Trait("Windows", "Windows has no socket pairs")]
    public void APairOfAnImpossibleTypeIsAFailedCall()
    {
        SocketCallException exception = Assert.Throws<SocketCallException>(() => SocketFactory.CreatePair(SocketTransport.Quiet, SocketType.Rdm));
        Assert.Equal("socketpair", exception.Call);
        Assert.Equal("ESOCKTNOSUPPORT", exception.Error.Name);
    }
}
