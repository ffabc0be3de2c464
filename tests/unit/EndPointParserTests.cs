using System.Net;
using System.Net.Sockets;
using PSSockets.Addresses;
using PSSockets.Native;

namespace PSSockets.UnitTests;

public sealed class EndPointParserTests
{
    /// <summary>Text that is not an end point, and what the message must say of it.</summary>
    public static TheoryData<string, string> Malformed { get; } = new()
    {
        { "", "it is empty" },
        { " ", "it is empty" },
        { "\t\r\n", "it is empty" },
        { " 127.0.0.1:53", "white space at position 1" },
        { "127.0.0.1:53 ", "white space at position 13" },
        { "127.0.0.1 :53", "white space at position 10" },
        { "local host:80", "white space at position 6" },
        { "localhost:80\n", "white space at position 13" },
        { "127.0.0.1", "the port is missing: write '127.0.0.1:PORT'" },
        { "localhost", "the port is missing: write 'HOST:PORT'" },
        { "65536", "port 65536 is above 65535" },
        { "localhost :80", "white space at position 10" },
        { "localhost  22", "white space at position 10" },
        { "localhost 22 ", "white space at position 10" },
        { "localhost\t22", "white space at position 10" },
        { "localhost 65536", "port 65536 is above 65535" },
        { "localhost no-such-service", "services database has no service 'no-such-service'" },
        { "127.1 22", "'127.1' has 2 of the four numbers" },
        { "[::1] :22", "white space at position 6" },
        { "::g 22", "'::g' is not an IPv6 address" },
        { "tcp://localhost", "the port is missing, and 'tcp' has none of its own: write 'localhost:PORT'" },
        { "http://", "there is no host after 'http://'" },
        { "http:///path", "there is no host after 'http://'" },
        { "http://a..b/", "two dots together" },
        { "http://localhost:70000/", "port 70000 is above 65535" },
        { "http://[::1/", "']' is missing" },
        { "no-such-scheme://localhost", "write 'localhost:PORT'" },
        { "127.0.0.1:", "the port is missing after the last ':'" },
        { ":", "the port is missing after the last ':'" },
        { "*:", "the port is missing after the last ':'" },
        { "127.0.0.1:65536", "port 65536 is above 65535" },
        { "127.0.0.1:99999999999999999999", "port 99999999999999999999 is above 65535" },
        { "127.0.0.1:-1", "port -1 has a sign" },
        { "127.0.0.1:+53", "port +53 has a sign" },
        { "127.0.0.1:5/3", "'5/3' is neither a port number nor a service name" },
        { "127.0.0.1:٣", "'٣' is neither a port number nor a service name" },
        { "localhost:no-such-service", "services database has no service 'no-such-service'" },
        { "localhost:0x50", "services database has no service '0x50'" },
        { "256.0.0.1:53", "'256' in '256.0.0.1' is above 255" },
        { "1.2.3.99999999999:53", "'99999999999' in '1.2.3.99999999999' is above 255" },
        { "1.2.3:53", "'1.2.3' has 3 of the four numbers" },
        { "127.1:53", "'127.1' has 2 of the four numbers" },
        { "2130706433:53", "'2130706433' has 1 of the four numbers" },
        { "1.2.3.4.5:53", "'1.2.3.4.5' has 5 of the four numbers" },
        { "1..3.4:53", "number 2 of the IPv4 address '1..3.4' is missing" },
        { "1.2.3.:53", "number 4 of the IPv4 address '1.2.3.' is missing" },
        { "010.0.0.1:53", "'010' in '010.0.0.1' begins with 0" },
        { "1.2.3.00:53", "'00' in '1.2.3.00' begins with 0" },
        { "0x7f.0.0.1:53", "0x7f" },
        { "0x7f000001:53", "0x7f000001" },
        { "::1", "more than one ':'" },
        { "::1:80", "more than one ':'" },
        { "fe80::1%lo:53", "more than one ':'" },
        { "localhost:80:90", "more than one ':'" },
        { "[::1", "']' is missing" },
        { "[", "']' is missing" },
        { "[::1:80", "']' is missing" },
        { "[::1]", "the port is missing: write ':PORT' after ']'" },
        { "[::1]80", "'80' after ']' at position 6 is not ':PORT'" },
        { "[::1]]:80", "']:80' after ']' at position 6 is not ':PORT'" },
        { "[::1]:", "the port is missing after the last ':'" },
        { "[::1]:65536", "port 65536 is above 65535" },
        { "[::1]:-1", "port -1 has a sign" },
        { "[]:80", "no address between the brackets" },
        { "[127.0.0.1]:80", "'127.0.0.1' is not an IPv6 address" },
        { "[localhost]:80", "'localhost' is not an IPv6 address" },
        { "[:::]:80", "':::' is not an IPv6 address" },
        { "[1::2::3]:80", "'1::2::3' is not an IPv6 address" },
        { "[1:2:3:4:5:6:7]:80", "'1:2:3:4:5:6:7' is not an IPv6 address" },
        { "[1:2:3:4:5:6:7:8:9]:80", "'1:2:3:4:5:6:7:8:9' is not an IPv6 address" },
        { "[::12345]:80", "'::12345' is not an IPv6 address" },
        { "[::g]:80", "'::g' is not an IPv6 address" },
        { "[:1]:80", "':1' is not an IPv6 address" },
        { "[1:]:80", "'1:' is not an IPv6 address" },
        { "[::1.2.3]:80", "'::1.2.3' is not an IPv6 address" },
        { "[::256.2.3.4]:80", "'::256.2.3.4' is not an IPv6 address" },
        { "[::ffff:1.2.3.04]:80", "'::ffff:1.2.3.04' is not an IPv6 address" },
        { "[::1/64]:80", "'::1/64' is not an IPv6 address" },
        { "[fe80::1%]:53", "the interface is missing after '%'" },
        { "[fe80::1%nosuch0]:53", "there is no network interface 'nosuch0'" },
        { "[fe80::1%99999999999]:53", "interface number 99999999999 is too large" },
        { "[%lo]:53", "'' is not an IPv6 address" },
        { ".:80", "two dots together, or begins with one" },
        { ".local:80", "two dots together, or begins with one" },
        { "a..b:80", "two dots together, or begins with one" },
        { "host..:80", "two dots together" },
        { "user@host:80", "'@' cannot stand in the host name 'user@host'" },
        { "*.example:80", "'*' cannot stand in the host name '*.example'" },
        { "host/path:80", "'/' cannot stand in the host name 'host/path'" },
        { "ho\0st:80", "cannot stand in the host name" },
        { "ho\u00A0st:80", "cannot stand in the host name" },
        { "-host:80", "'-host' begins or ends with '-'" },
        { "host-.example:80", "'host-' begins or ends with '-'" },
        { "unix:", "the path is empty" },
        { "unix:@", "the abstract name is empty" },
        { "@", "the abstract name is empty" },
        { "/run/a\0b", "a path has no zero byte" },
    };

    [Theory]
    [InlineData("127.0.0.1:53", "127.0.0.1", 53)]
    [InlineData("0.0.0.0:0", "0.0.0.0", 0)]
    [InlineData("255.255.255.255:65535", "255.255.255.255", 65535)]
    [InlineData("127.0.0.1:0053", "127.0.0.1", 53)]
    [InlineData("[::1]:55555", "::1", 55555)]
    [InlineData("[::]:0", "::", 0)]
    [InlineData("[2001:DB8::1]:80", "2001:db8::1", 80)]
    [InlineData("[1:2:3:4:5:6:7:8]:80", "1:2:3:4:5:6:7:8", 80)]
    [InlineData("[::ffff:192.0.2.1]:80", "::ffff:192.0.2.1", 80)]
    [InlineData(":8080", "::", 8080)]
    [InlineData("*:8080", "::", 8080)]
    [InlineData("127.0.0.1:http", "127.0.0.1", 80)]
    [InlineData("[::1]:domain", "::1", 53)]
    [InlineData(":https", "::", 443)]
    [InlineData("8080", "::", 8080)]
    [InlineData("0", "::", 0)]
    [InlineData("127.0.0.1 22", "127.0.0.1", 22)]
    [InlineData("::1 22", "::1", 22)]
    [InlineData("[::1] 22", "::1", 22)]
    [InlineData("http://127.0.0.1", "127.0.0.1", 80)]
    [InlineData("tcp://[::1]:8080/", "::1", 8080)]
    [InlineData("https://[::1]/a:b", "::1", 443)]
    [InlineData("tcp://:8080", "::", 8080)]
    public void ReadsAddresses(string text, string address, int port)
    {
        Assert.Equal(new IPEndPoint(IPAddress.Parse(address), port), Parse(text));
    }

    [Fact]
    public void ReadsTheInterfaceOfAnAddressByName()
    {
        IPEndPoint endPoint = Assert.IsType<IPEndPoint>(Parse($"[fe80::1%{TestSockets.LoopbackName}]:53"));
        Assert.Equal(TestSockets.LoopbackIndex, endPoint.Address.ScopeId);
        Assert.Equal(53, endPoint.Port);
        Assert.Equal($"[fe80::1%{TestSockets.LoopbackIndex}]:53", endPoint.ToString());
    }

    [Theory]
    [InlineData("1", 1)]
    [InlineData("4294967295", 4294967295)]
    public void ReadsTheInterfaceOfAnAddressByNumber(string scope, long expected)
    {
        IPEndPoint endPoint = Assert.IsType<IPEndPoint>(Parse($"[fe80::1%{scope}]:53"));
        Assert.Equal(expected, endPoint.Address.ScopeId);
    }

    [Theory]
    [InlineData("localhost:80", "localhost", 80)]
    [InlineData("localhost:http", "localhost", 80)]
    [InlineData("LOCALHOST:443", "LOCALHOST", 443)]
    [InlineData("www.example.com:domain", "www.example.com", 53)]
    [InlineData("www.example.com.:53", "www.example.com.", 53)]
    [InlineData("my_host-1:53", "my_host-1", 53)]
    [InlineData("1and1.example:53", "1and1.example", 53)]
    [InlineData("bücher.example:80", "bücher.example", 80)]
    [InlineData("localhost 22", "localhost", 22)]
    [InlineData("localhost http", "localhost", 80)]
    [InlineData("http://localhost:80", "localhost", 80)]
    [InlineData("tcp://localhost:22/", "localhost", 22)]
    [InlineData("https://www.example.com/path?query:1@x#part", "www.example.com", 443)]
    [InlineData("HTTPS://www.example.com", "www.example.com", 443)]
    [InlineData("ssh://user:word@www.example.com", "www.example.com", 22)]
    [InlineData("ntp://www.example.com", "www.example.com", 123)]
    public void KeepsHostNames(string text, string host, int port)
    {
        DnsEndPoint endPoint = Assert.IsType<DnsEndPoint>(Parse(text));
        Assert.Equal(host, endPoint.Host);
        Assert.Equal(port, endPoint.Port);
    }

    [Fact]
    public void LooksServicesUpInTheSystemsDatabase()
    {
        string[] first = File.ReadLines(SystemNumbers.ServicesFile)
            .Select(line => line.Split('#')[0].Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries))
            .Last(words => words.Length >= 2 && words[1].EndsWith("/tcp", StringComparison.Ordinal));
        Assert.Equal($"127.0.0.1:{first[1].Split('/')[0]}", Parse($"127.0.0.1:{first[0]}").ToString());
    }

    [Theory]
    [InlineData("/run/x.sock", "/run/x.sock")]
    [InlineData("/", "/")]
    [InlineData("/run/with space:80", "/run/with space:80")]
    [InlineData("./x.sock", "/base/x.sock")]
    [InlineData("../x.sock", "/x.sock")]
    [InlineData("unix:x.sock", "/base/x.sock")]
    [InlineData("UNIX:x.sock", "/base/x.sock")]
    [InlineData("unix:/run/x.sock", "/run/x.sock")]
    [InlineData("unix:x y", "/base/x y")]
    [InlineData("unix:localhost:80", "/base/localhost:80")]
    public void ReadsUnixPaths(string text, string expected)
    {
        if (!Socket.OSSupportsUnixDomainSockets)
        {
            Assert.Equal("NotSupported", Assert.Throws<SocketInputException>(() => Parse(text)).ErrorId);
            return;
        }

        Assert.Equal(expected, Assert.IsType<UnixDomainSocketEndPoint>(Parse(text)).ToString());
    }

    [Theory]
    [InlineData("@name", "@name")]
    [InlineData("unix:@name", "@name")]
    [InlineData("@a b", "@a b")]
    [Trait("Windows", "only Linux has abstract names")]
    public void ReadsAbstractNames(string text, string expected)
    {
        Assert.Equal(expected, Assert.IsType<UnixDomainSocketEndPoint>(Parse(text)).ToString());
    }

    [Theory]
    [InlineData("@name")]
    [InlineData("unix:@name")]
    [Trait("Windows", "only Linux has abstract names")]
    public void AbstractNamesBeginWithAZeroByte(string text)
    {
        Assert.Equal(new UnixDomainSocketEndPoint("\0name"), Parse(text));
    }

    [Fact]
    public void TheLongestPathFits()
    {
        string longest = "/" + new string('x', 106);
        if (!Socket.OSSupportsUnixDomainSockets)
        {
            Assert.Equal("NotSupported", Assert.Throws<SocketInputException>(() => Parse(longest)).ErrorId);
            return;
        }

        Assert.Equal(longest, Parse(longest).ToString());
        Refuses(longest + "x", "the path has 108 bytes, and a UNIX socket's path at most 107");
    }

    [Fact]
    public void PathsAreMeasuredInBytes()
    {
        Refuses("/" + new string('é', 54), "the path has 109 bytes");
    }

    [Fact]
    [Trait("Windows", "only Linux has abstract names")]
    public void TheLongestAbstractNameFits()
    {
        string longest = "@" + new string('x', 107);
        Assert.Equal(longest, Parse(longest).ToString());
        Refuses(longest + "x", "the abstract name has 108 bytes, and may have at most 107");
    }

    [Fact]
    public void TheLongestHostNameFits()
    {
        string label = new('x', 63);
        string longest = $"{label}.{label}.{label}.{new string('x', 61)}";
        Assert.Equal(longest, Assert.IsType<DnsEndPoint>(Parse(longest + ":80")).Host);
        Refuses(longest + "x:80", "the host name has 254 characters, and may have at most 253");
        Refuses(label + "x:80", "has 64 characters, and a part of a host name at most 63");
    }

    [Theory]
    [MemberData(nameof(Malformed))]
    [Trait("Windows", "only Linux has abstract names")]
    public void RefusesAndSaysWhy(string text, string reason)
    {
        Refuses(text, reason);
    }

    [Fact]
    public void RefusesNull()
    {
        Refuses(null!, "it is empty");
    }

    [Theory]
    [InlineData("127.0.0.1", "127.0.0.1")]
    [InlineData("::1", "::1")]
    [InlineData("[::1]", "::1")]
    [InlineData("fe80::1%1", "fe80::1%1")]
    public void ReadsAddressesAlone(string text, string expected)
    {
        Assert.True(EndPointParser.LooksLikeAddress(text));
        Assert.Equal(IPAddress.Parse(expected), EndPointParser.ParseAddress(text));
    }

    [Theory]
    [InlineData("127.1", "2 of the four numbers")]
    [InlineData("127.0.0.01", "begins with 0")]
    [InlineData("localhost", "neither an IPv4 nor an IPv6 address")]
    [InlineData("", "neither an IPv4 nor an IPv6 address")]
    [InlineData("::1::", "is not an IPv6 address")]
    [InlineData("[::1", "is not an IPv6 address")]
    [InlineData("fe80::1%nosuch0", "there is no network interface 'nosuch0'")]
    public void RefusesWhatIsNoAddress(string text, string reason)
    {
        SocketInputException exception = Assert.Throws<SocketInputException>(() => EndPointParser.ParseAddress(text));
        Assert.Equal("InvalidEndPoint", exception.ErrorId);
        Assert.Contains(reason, exception.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("127.0.0.1:80")]
    [InlineData("localhost")]
    [InlineData("[::1]:80")]
    [InlineData("/a:b:c")]
    [InlineData("@a:b:c")]
    [InlineData("unix:a:b")]
    public void EndPointsAreNoAddresses(string text)
    {
        Assert.False(EndPointParser.LooksLikeAddress(text));
    }

    // From /base, on every system.
    private static EndPoint Parse(string text) => EndPointParser.Parse(text, path => path switch
    {
        ['/', ..] => path,
        ['.', '.', '/', .. string rest] => "/" + rest,
        ['.', '/', .. string rest] => "/base/" + rest,
        _ => "/base/" + path,
    });

    private static void Refuses(string text, string reason)
    {
        SocketInputException exception = Assert.Throws<SocketInputException>(() => Parse(text));
        Assert.Equal("InvalidEndPoint", exception.ErrorId);
        Assert.StartsWith($"'{PSSockets.Errors.PrintableText.From(text ?? string.Empty)}' is not an end point: ", exception.Message, StringComparison.Ordinal);
        Assert.Contains(reason, exception.Message, StringComparison.Ordinal);
        Assert.Equal(text, exception.Target);
        Assert.NotEmpty(exception.RecommendedAction);
    }
}
