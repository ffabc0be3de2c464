using System.Net;
using System.Net.Sockets;
using PSSockets.Sockets;

namespace PSSockets.UnitTests;

public sealed class SocketOptionsTests
{
    [Fact]
    [Trait("Windows", "Windows has no SO_REUSEPORT")]
    public void ReuseAddressAndReusePortAreTwoThings()
    {
        using Socket address = SocketFactory.Create(AddressFamily.InterNetwork, SocketType.Stream);
        using Socket port = SocketFactory.Create(AddressFamily.InterNetwork, SocketType.Stream);
        Assert.False(SocketOptions.HasReuseAddress(address));
        Assert.False(SocketOptions.HasReusePort(address));
        SocketOptions.SetReuseAddress(address);
        Assert.True(SocketOptions.HasReuseAddress(address));
        Assert.False(SocketOptions.HasReusePort(address));
        SocketOptions.SetReusePort(port);
        Assert.False(SocketOptions.HasReuseAddress(port));
        Assert.True(SocketOptions.HasReusePort(port));
        SocketOptions.SetReuseAddress(address, on: false);
        Assert.False(SocketOptions.HasReuseAddress(address));
    }

    [Theory]
    [InlineData(AddressFamily.InterNetwork, SocketOptionLevel.IP)]
    [InlineData(AddressFamily.InterNetworkV6, SocketOptionLevel.IPv6)]
    public void PacketInformationIsSwitchedOn(AddressFamily family, SocketOptionLevel level)
    {
        using Socket socket = new(family, SocketType.Dgram, ProtocolType.Udp);
        Assert.Equal(0, socket.GetSocketOption(level, SocketOptionName.PacketInformation));
        SocketOptions.EnableReceiveInformation(socket);
        Assert.NotEqual(0, socket.GetSocketOption(level, SocketOptionName.PacketInformation));
    }

    [Fact]
    [Trait("Wine", "Wine 8 does not know IP_PKTINFO of a stream")]
    public void StreamsAreLeftAlone()
    {
        using Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        SocketOptions.EnableReceiveInformation(socket);
        Assert.Equal(0, socket.GetSocketOption(SocketOptionLevel.IP, SocketOptionName.PacketInformation));
    }

    [Fact]
    [Trait("Windows", "Windows has no UNIX datagram sockets")]
    public void UnixDatagramSocketsHaveATime()
    {
        using Socket socket = new(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
        SocketOptions.EnableReceiveInformation(socket);
        byte[] value = new byte[sizeof(int)];
        (int level, int option) = PSSockets.Interop.ControlMessages.TimestampOption;
        socket.GetRawSocketOption(level, option, value);
        Assert.NotEqual(0, BitConverter.ToInt32(value));
    }

    [Fact]
    [Trait("Wine", "Wine 8 has no data of network adapters")]
    public void DotNetsOwnReceiveStillKnowsTheLocalAddress()
    {
        // Our sockets can be handed to any .NET code.
        using Socket socket = TestSockets.Bound(IPAddress.Loopback);
        socket.SendTo("x"u8.ToArray(), socket.LocalEndPoint!);
        SocketFlags flags = SocketFlags.None;
        EndPoint peer = new IPEndPoint(IPAddress.Any, 0);
        socket.ReceiveMessageFrom(new byte[10], 0, 10, ref flags, ref peer, out IPPacketInformation information);
        Assert.Equal(IPAddress.Loopback, information.Address);
        Assert.Equal(TestSockets.LoopbackIndex, information.Interface);
    }

    [Fact]
    [Trait("Windows", "Windows has no SO_REUSEPORT")]
    public void AClosedSocketIsSocketClosed()
    {
        Socket socket = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        socket.Dispose();
        Assert.Equal("SocketClosed", Assert.Throws<SocketInputException>(() => SocketOptions.SetReuseAddress(socket)).ErrorId);
        Assert.Equal("SocketClosed", Assert.Throws<SocketInputException>(() => SocketOptions.SetReusePort(socket)).ErrorId);
        Assert.Equal("SocketClosed", Assert.Throws<SocketInputException>(() => SocketOptions.EnableReceiveInformation(socket)).ErrorId);
    }
}
