using System.Net;
using PSSockets.Addresses;
using PSSockets.Errors;

namespace PSSockets.UnitTests;

public sealed class EndPointRangeTests
{
    [Theory]
    [InlineData("127.0.0.1:80", "127.0.0.1:80")]
    [InlineData("127.0.0.1:22,80,443", "127.0.0.1:22 127.0.0.1:80 127.0.0.1:443")]
    [InlineData("127.0.0.1:8000-8002", "127.0.0.1:8000 127.0.0.1:8001 127.0.0.1:8002")]
    [InlineData("[::1]:22,8000-8001,http", "[::1]:22 [::1]:8000 [::1]:8001 [::1]:80")]
    [InlineData("localhost:1, 2", "localhost:1 localhost:2")]
    [InlineData("localhost:ftp-data", "localhost:20")]
    [InlineData(":65535-65535", "[::]:65535")]
    public void ReadsSeveralPorts(string text, string expected) =>
        Assert.Equal(expected, string.Join(' ', EndPointRange.Read(text, path => path).Select(EndPointText.Describe)));

    [Theory]
    [InlineData("127.0.0.1:8002-8000", "begin with the higher one: write '8000-8002'")]
    [InlineData("127.0.0.1:1-70000", "port 70000 is above 65535")]
    [InlineData("127.0.0.1:80,", "the port is missing")]
    [InlineData("127.0.0.1:80,nosuch", "no service 'nosuch'")]
    [InlineData("::1:22,80", "more than one ':'")]
    public void SaysWhatIsWrong(string text, string reason)
    {
        SocketInputException failure = Assert.Throws<SocketInputException>(() => EndPointRange.Read(text, path => path).ToList());
        Assert.Equal("InvalidEndPoint", failure.ErrorId);
        Assert.Contains(reason, failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("localhost", "22", "localhost:22")]
    [InlineData("127.0.0.1", "http", "127.0.0.1:80")]
    [InlineData("::1", "22", "[::1]:22")]
    [InlineData("[::1]", "22", "[::1]:22")]
    [InlineData("", "22", "[::]:22")]
    public void PutsHostAndPortTogether(string host, string port, string expected) => Assert.Equal(expected, EndPointText.Describe(EndPointParser.FromParts(host, port)));

    [Theory]
    [InlineData("localhost:80", "22")]
    [InlineData("http://localhost", "22")]
    [InlineData("localhost", "nosuch")]
    public void RefusesAPortTwice(string host, string port) =>
        Assert.Equal("InvalidEndPoint", Assert.Throws<SocketInputException>(() => EndPointParser.FromParts(host, port)).ErrorId);

    [Fact]
    public void TheTextOfAHostCanBeTypedAgain() => Assert.Equal(new DnsEndPoint("localhost", 80), EndPointParser.Parse(new HostEndPoint("localhost", 80).ToString(), path => path));
}
