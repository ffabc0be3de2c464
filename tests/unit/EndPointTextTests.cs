using System.Net;
using System.Net.Sockets;
using PSSockets.Addresses;
using PSSockets.Errors;

namespace PSSockets.UnitTests;

public sealed class EndPointTextTests
{
    [Theory]
    [InlineData("127.0.0.1:53")]
    [InlineData("[::1]:55555")]
    [InlineData("[fe80::1%1]:53")]
    [InlineData("localhost:80")]
    [InlineData("/run/x.sock")]
    [InlineData("@name")]
    [Trait("Wine", "Wine 8 has no AF_UNIX")]
    public void CanBeTypedAgain(string text)
    {
        EndPoint endPoint = EndPointParser.Parse(text, path => path);
        Assert.Equal(text, EndPointText.Describe(endPoint));
        Assert.Equal(endPoint, EndPointParser.Parse(EndPointText.Describe(endPoint)!, path => path));
    }

    [Fact]
    public void NothingIsNothing()
    {
        Assert.Null(EndPointText.Describe(null));
        Assert.Equal("AF_UNSPEC", EndPointText.Describe("AF_UNSPEC"));
    }

    [Theory]
    [InlineData(AddressFamily.InterNetwork, "AF_INET")]
    [InlineData(AddressFamily.InterNetworkV6, "AF_INET6")]
    [InlineData(AddressFamily.Unix, "AF_UNIX")]
    [InlineData(AddressFamily.Unspecified, "AF_UNSPEC")]
    public void FamiliesHaveTheirCNames(AddressFamily family, string name)
    {
        Assert.Equal(name, EndPointText.FamilyOf(family));
    }

    [Theory]
    [InlineData(SocketType.Dgram, "SOCK_DGRAM")]
    [InlineData(SocketType.Stream, "SOCK_STREAM")]
    [InlineData(SocketType.Seqpacket, "SOCK_SEQPACKET")]
    [InlineData(SocketType.Raw, "SOCK_RAW")]
    public void TypesHaveTheirCNames(SocketType type, string name)
    {
        Assert.Equal(name, EndPointText.TypeOf(type));
    }

    [Theory]
    [InlineData(ProtocolType.Udp, "IPPROTO_UDP")]
    [InlineData(ProtocolType.Tcp, "IPPROTO_TCP")]
    [InlineData(ProtocolType.IcmpV6, "IPPROTO_ICMPV6")]
    [InlineData(ProtocolType.Unspecified, "0")]
    public void ProtocolsHaveTheirCNames(ProtocolType protocol, string name)
    {
        Assert.Equal(name, EndPointText.ProtocolOf(protocol));
    }
}
