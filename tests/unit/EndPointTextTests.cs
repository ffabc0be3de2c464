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

    [Theory]
    [InlineData("@a\\xE9b", "00 61 E9 62")]
    [InlineData("@\\x00\\x1B", "00 00 1B")]
    [InlineData("@é\\xC3", "00 C3 A9 C3")]
    [InlineData("@\\x5Cx41", "00 5C 78 34 31")]
    [InlineData("@\\x5Cx5C", "00 5C 78 35 43")]
    [InlineData("@\\x", "00 5C 78")]
    [InlineData("@\\xg0\\y", "00 5C 78 67 30 5C 79")]
    [InlineData("@\\xe9", "00 5C 78 65 39")]
    [InlineData("@\\x7F\\xFF\\xFE", "00 7F FF FE")]
    [InlineData("/tmp/\\xE9/\\x0A", "2F 74 6D 70 2F E9 2F 0A")]
    public void NamesThatAreNoTextCanBeTypedAgain(string text, string bytes)
    {
        if (!OperatingSystem.IsLinux())
        {
            return;
        }

        UnixDomainSocketEndPoint endPoint = UnixPath.FromBytes(Convert.FromHexString(bytes.Replace(" ", "", StringComparison.Ordinal)));
        Assert.Equal(text, EndPointText.Describe(endPoint));
        UnixDomainSocketEndPoint again = Assert.IsType<UnixDomainSocketEndPoint>(EndPointParser.Parse(text, path => path));
        Assert.Equal(endPoint.Serialize(), again.Serialize());
    }

    [Theory]
    [InlineData("@\\x41", "00 5C 78 34 31", "@\\x5Cx41")]
    [InlineData("@\\xC3\\xA9", "00 5C 78 43 33 5C 78 41 39", "@\\x5CxC3\\x5CxA9")]
    public void WhatNoNameIsWrittenAsIsTakenAsItStands(string text, string bytes, string shown)
    {
        if (!OperatingSystem.IsLinux())
        {
            return;
        }

        EndPoint endPoint = EndPointParser.Parse(text, path => path);
        Assert.Equal(Convert.FromHexString(bytes.Replace(" ", "", StringComparison.Ordinal)), SocketAddressBytes.From(endPoint)[2..]);
        Assert.Equal(shown, EndPointText.Describe(endPoint));
    }

    [Theory]
    [InlineData("unix:\\xE9", "/the/here/\\xE9")]
    [InlineData("../\\xE9/x\\x0A", "/the/\\xE9/x\\x0A")]
    [InlineData("./a\\xC3\\xFFb", "/the/here/a\\xC3\\xFFb")]
    [InlineData("/a\\xE9\\xg", "/a\\xE9\\xg")]
    public void APathThatIsNoTextIsMadeFullAsOneThatIs(string text, string expected)
    {
        if (!OperatingSystem.IsLinux())
        {
            return;
        }

        Assert.Equal(expected, EndPointText.Describe(EndPointParser.Parse(text, path => Path.GetFullPath(path, "/the/here"))));
    }

    [Fact]
    public void ADirectoryWhoseNameLooksLikeBytesStays()
    {
        if (!OperatingSystem.IsLinux())
        {
            return;
        }

        Assert.Equal("/a\\x5CxE9/\\xE9", EndPointText.Describe(EndPointParser.Parse("unix:\\xE9", path => Path.GetFullPath(path, "/a\\xE9"))));
    }

    [Fact]
    public void APathHasNoZeroByte()
    {
        if (!OperatingSystem.IsLinux())
        {
            return;
        }

        // The system would take what is before it for the path.
        Assert.Contains("a path has no zero byte", Assert.Throws<SocketInputException>(() => EndPointParser.Parse("/tmp/a\\x00b", path => path)).Message, StringComparison.Ordinal);
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
