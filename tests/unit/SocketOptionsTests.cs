using System.Net;
using System.Net.Sockets;
using PSSockets.Sockets;
using PSSockets.Transport;

namespace PSSockets.UnitTests;

public sealed class SocketOptionsTests
{
    [Fact]
    [Trait("Windows", "Windows has no SO_REUSEPORT")]
    public void ReuseAddressAndReusePortAreTwoThings()
    {
        using Socket address = SocketFactory.Create(SocketTransport.Quiet, AddressFamily.InterNetwork, SocketType.Stream);
        using Socket port = SocketFactory.Create(SocketTransport.Quiet, AddressFamily.InterNetwork, SocketType.Stream);
        Assert.False(TestSockets.HasReuseAddress(address));
        Assert.False(TestSockets.HasReusePort(address));
        SocketTransport.Quiet.SetReuseAddress(address);
        Assert.True(TestSockets.HasReuseAddress(address));
        Assert.False(TestSockets.HasReusePort(address));
        SocketTransport.Quiet.SetReusePort(port);
        Assert.False(TestSockets.HasReuseAddress(port));
        Assert.True(TestSockets.HasReusePort(port));
    }

    [Theory]
    [InlineData(AddressFamily.InterNetwork, SocketOptionLevel.IP)]
    [InlineData(AddressFamily.InterNetworkV6, SocketOptionLevel.IPv6)]
    public void PacketInformationIsSwitchedOn(AddressFamily family, SocketOptionLevel level)
    {
        using Socket socket = new(family, SocketType.Dgram, ProtocolType.Udp);
        Assert.Equal(0, socket.GetSocketOption(level, SocketOptionName.PacketInformation));
        SocketTransport.Quiet.EnableReceiveInformation(socket);
        Assert.NotEqual(0, socket.GetSocketOption(level, SocketOptionName.PacketInformation));
    }

    [Fact]
    [Trait("Wine", "Wine 8 does not know IP_PKTINFO of a stream")]
    public void StreamsAreLeftAlone()
    {
        using Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        SocketTransport.Quiet.EnableReceiveInformation(socket);
        Assert.Equal(0, socket.GetSocketOption(SocketOptionLevel.IP, SocketOptionName.PacketInformation));
    }

    [Fact]
    [Trait("Windows", "Windows has no UNIX datagram sockets")]
    public void UnixDatagramSocketsHaveATime()
    {
        using Socket socket = new(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
        SocketTransport.Quiet.EnableReceiveInformation(socket);
        byte[] value = new byte[sizeof(int)];
        (int level, int option) = PSSockets.Native.ControlMessages.TimestampOption;
        socket.GetRawSocketOption(level, option, value);
        Assert.NotEqual(0, BitConverter.ToInt32(value));
    }

    [Fact]
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
        Assert.Equal("SocketClosed", Assert.Throws<SocketInputException>(() => SocketTransport.Quiet.SetReuseAddress(socket)).ErrorId);
        Assert.Equal("SocketClosed", Assert.Throws<SocketInputException>(() => SocketTransport.Quiet.SetReusePort(socket)).ErrorId);
        Assert.Equal("SocketClosed", Assert.Throws<SocketInputException>(() => SocketTransport.Quiet.EnableReceiveInformation(socket)).ErrorId);
    }
}
