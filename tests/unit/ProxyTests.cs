using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using PSSockets.Channels;
using PSSockets.Sockets;
using PSSockets.Waiting;

namespace PSSockets.UnitTests;

/// <summary>Proxies that answer as a script says: what they get, and what each of their answers means.</summary>
public sealed class ProxyTests : IDisposable
{
    private static readonly DnsEndPoint Target = new("target.invalid", 8443);
    private static readonly byte[] Hello = Encoding.ASCII.GetBytes("220 hello\r\n");

    private readonly StopSignal _stop = new();
    private readonly Socket _listener = TestSockets.Listening();

    /// <summary>What a proxy answers, and the error that it is.</summary>
    public static TheoryData<string, string, string, string> Refusals { get; } = new()
    {
        { "socks5h", "05 FF", "ProxyAuthenticationRequired", "SOCKS5 method 255" },
        { "socks5h", "05 02", "InvalidProxyAnswer", "method 2, which was not offered" },
        { "socks5h", "05 00 05 01 00 01", "ProxyRefused", "SOCKS5 reply 1: general SOCKS server failure" },
        { "socks5h", "05 00 05 02 00 01", "ProxyNotAllowed", "SOCKS5 reply 2: connection not allowed by ruleset" },
        { "socks5h", "05 00 05 03 00 01", "ProxyNetworkUnreachable", "SOCKS5 reply 3: network unreachable" },
        { "socks5h", "05 00 05 04 00 01", "ProxyHostUnreachable", "SOCKS5 reply 4: host unreachable" },
        { "socks5h", "05 00 05 05 00 01", "ProxyConnectionRefused", "SOCKS5 reply 5: connection refused" },
        { "socks5h", "05 00 05 06 00 01", "ProxyTargetTimedOut", "SOCKS5 reply 6: TTL expired" },
        { "socks5h", "05 00 05 07 00 01", "ProxyNotSupported", "SOCKS5 reply 7: command not supported" },
        { "socks5h", "05 00 05 08 00 01", "ProxyNotSupported", "SOCKS5 reply 8: address type not supported" },
        { "socks5h", "05 00 05 63 00 01", "ProxyRefused", "SOCKS5 reply 99" },
        { "socks5h", "05 00 05 00 00 09", "InvalidProxyAnswer", "an address of type 9" },
        { "socks5h", "05 00 04 5A 00 00", "InvalidProxyAnswer", "it does not speak SOCKS5" },
        { "socks5h", "HTTP/1.1 400 Bad Request\r\n\r\n", "InvalidProxyAnswer", "it speaks HTTP, not SOCKS5" },
        { "socks5h", "H", "InvalidProxyAnswer", "it speaks HTTP" },
        { "socks5h", "05", "EndOfStream", "closed the connection before it had answered" },
        { "socks5h", "05 00 05 00 00 01 7F 00", "EndOfStream", "closed the connection before it had answered" },
        { "socks5h", "", "EndOfStream", "closed the connection before it had answered" },
        { "socks4a", "00 5B", "ProxyRefused", "SOCKS4 reply 91: request rejected or failed" },
        { "socks4a", "00 5C", "ProxyIdentFailed", "SOCKS4 reply 92" },
        { "socks4a", "00 5D", "ProxyIdentFailed", "SOCKS4 reply 93" },
        { "socks4a", "00 01", "InvalidProxyAnswer", "its SOCKS4 reply is 1" },
        { "socks4a", "05 00", "InvalidProxyAnswer", "it does not speak SOCKS4" },
        { "socks4a", "HTTP/1.1 400 Bad Request\r\n\r\n", "InvalidProxyAnswer", "it speaks HTTP, not SOCKS4" },
        { "http", "HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Basic\r\n\r\n", "ProxyAuthenticationRequired", "HTTP 407 Proxy Authentication Required" },
        { "http", "HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: NTLM\r\nContent-Length: 9\r\n\r\n<p>No</p>", "ProxyAuthenticationRequired", "HTTP 407 Proxy Authentication Required" },
        { "http", "HTTP/1.0 403 Forbidden\r\n\r\n", "ProxyNotAllowed", "HTTP 403 Forbidden" },
        { "http", "HTTP/1.1 405 Method Not Allowed\r\n\r\n", "ProxyNotSupported", "HTTP 405 Method Not Allowed" },
        { "http", "HTTP/1.1 502 Bad Gateway\r\n\r\n", "ProxyHostUnreachable", "HTTP 502 Bad Gateway" },
        { "http", "HTTP/1.1 504 Gateway Timeout\r\n\r\n", "ProxyTargetTimedOut", "HTTP 504 Gateway Timeout" },
        { "http", "HTTP/1.1 429\r\n\r\n", "ProxyRefused", "HTTP 429" },
        { "http", "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 403 No\r\n\r\n", "ProxyNotAllowed", "HTTP 403 No" },
        { "http", "HTTP/1.1 abc\r\n\r\n", "InvalidProxyAnswer", "no HTTP status" },
        { "http", "05 FF", "InvalidProxyAnswer", "it does not speak HTTP" },
        { "http", "SSH-2.0-OpenSSH_9.2\r\n", "InvalidProxyAnswer", "it does not speak HTTP: 'SSH-2.0-OpenSSH_9.2'" },
        { "http", "HTTP/1.1 200 OK\r\nX: 1\r\n", "EndOfStream", "closed the connection before it had answered" },
    };

    public void Dispose()
    {
        _listener.Dispose();
        _stop.Dispose();
    }

    [Theory]
    [ClassData(typeof(Engines))]
    public void Socks5hSendsTheNameAndLeavesWhatTheTargetSays(EngineKind kind)
    {
        List<byte[]> got = [];
        Background proxy = Serve(stream =>
        {
            got.Add(StreamPair.Read(stream, 3));
            stream.Send(Bytes("05 00"));
            got.Add(StreamPair.Read(stream, 4 + 1 + Target.Host.Length + 2));
            stream.Send([.. Bytes("05 00 00 03 03 61 62 63 00 00"), .. Hello]);
        });
        using Socket socket = Connect(kind, "socks5h", Target);
        proxy.Join();
        Assert.Equal(Bytes("05 01 00"), got[0]);
        Assert.Equal([.. Bytes("05 01 00 03"), (byte)Target.Host.Length, .. Encoding.ASCII.GetBytes(Target.Host), 0x20, 0xFB], got[1]);
        Assert.Equal("220 hello\r\n", TestSockets.Hear(socket));
        Assert.Equal(Target.Host, SocketRecord.Of(socket).HostName);
    }

    [Theory]
    [ClassData(typeof(Engines))]
    public void AnswersMayComeByteByByte(EngineKind kind)
    {
        Background proxy = Serve(stream =>
        {
            StreamPair.Read(stream, 4);
            SendSlowly(stream, Bytes("05 02"));
            StreamPair.Read(stream, 1 + 1 + 1 + 1 + 1);
            SendSlowly(stream, Bytes("01 00"));
            StreamPair.Read(stream, 4 + 1 + Target.Host.Length + 2);
            SendSlowly(stream, [.. Bytes("05 00 00 04 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00"), .. Hello]);
        });
        using Socket socket = Connect(kind, "socks5h", Target, new NetworkCredential("u", "p"));
        Assert.Equal("220 hello\r\n", HearAll(kind, socket, Hello.Length));
        proxy.Join();
    }

    [Theory]
    [ClassData(typeof(Engines))]
    public void Socks5SendsTheAddress(EngineKind kind)
    {
        byte[] got = [];
        Background proxy = Serve(stream =>
        {
            StreamPair.Read(stream, 3);
            stream.Send(Bytes("05 00"));
            got = StreamPair.Read(stream, 10);
            // The address of the answer begins as HTTP does.
            stream.Send(Bytes("05 00 00 01 48"));
            stream.Send([.. Bytes("00 00 00 00 00"), .. Hello]);
        });
        using Socket socket = Connect(kind, "socks5", new IPEndPoint(IPAddress.Parse("192.0.2.7"), 80));
        proxy.Join();
        Assert.Equal(Bytes("05 01 00 01 C0 00 02 07 00 50"), got);
        Assert.Equal("192.0.2.7", SocketRecord.Of(socket).HostName);
        Assert.Equal("220 hello\r\n", TestSockets.Hear(socket));
    }

    [Theory]
    [ClassData(typeof(Engines))]
    public void Socks5SaysWhoAsks(EngineKind kind)
    {
        byte[] methods = [];
        byte[] user = [];
        Background proxy = Serve(stream =>
        {
            methods = StreamPair.Read(stream, 4);
            stream.Send(Bytes("05 02"));
            user = StreamPair.Read(stream, 3 + "user".Length + "wörd".Length + 1);
            stream.Send(Bytes("01 00"));
            StreamPair.Read(stream, 4 + 16 + 2);
            stream.Send(Bytes("05 00 00 04 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00"));
        });
        using Socket socket = Connect(kind, "socks5", new IPEndPoint(IPAddress.IPv6Loopback, 80), new NetworkCredential("user", "wörd"));
        proxy.Join();
        Assert.Equal(Bytes("05 02 00 02"), methods);
        Assert.Equal([1, 4, .. "user"u8, 5, .. "wörd"u8], user);
    }

    [Theory]
    [ClassData(typeof(Engines))]
    public void AWrongPasswordIsAnErrorOfItsOwn(EngineKind kind)
    {
        Background proxy = Serve(stream =>
        {
            StreamPair.Read(stream, 4);
            stream.Send(Bytes("05 02"));
            StreamPair.Read(stream, 1 + 1 + 1 + 1 + 1);
            stream.Send(Bytes("01 01"));
        });
        SocketInputException failure = Refused(kind, "socks5h", new NetworkCredential("u", "p"));
        proxy.Join();
        Assert.Equal("ProxyAuthenticationFailed", failure.ErrorId);
        Assert.Contains("SOCKS5 status 1", failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [ClassData(typeof(Engines))]
    public void Socks4aSendsUserAndName(EngineKind kind)
    {
        byte[] got = [];
        Background proxy = Serve(stream =>
        {
            got = StreamPair.Read(stream, 8 + 2 + Target.Host.Length + 1);
            stream.Send([.. Bytes("00 5A 00 00 00 00 00 00"), .. Hello]);
        });
        using Socket socket = Connect(kind, "socks4a", Target, new NetworkCredential("u", ""));
        proxy.Join();
        Assert.Equal([.. Bytes("04 01 20 FB 00 00 00 01 75 00"), .. Encoding.ASCII.GetBytes(Target.Host), 0], got);
        Assert.Equal("220 hello\r\n", TestSockets.Hear(socket));
    }

    [Theory]
    [ClassData(typeof(Engines))]
    public void Socks4SendsTheAddress(EngineKind kind)
    {
        byte[] got = [];
        Background proxy = Serve(stream =>
        {
            got = StreamPair.Read(stream, 9);
            stream.Send([.. Bytes("00 5A 00 00 00 00 00 00"), .. Hello]);
        });
        using Socket socket = Connect(kind, "socks4", new IPEndPoint(IPAddress.Parse("192.0.2.7"), 80));
        proxy.Join();
        Assert.Equal(Bytes("04 01 00 50 C0 00 02 07 00"), got);
        Assert.Equal("220 hello\r\n", TestSockets.Hear(socket));
    }

    [Theory]
    [ClassData(typeof(Engines))]
    public void ConnectIsAskedForWithTheNameAndTheUser(EngineKind kind)
    {
        string got = string.Empty;
        Background proxy = Serve(stream =>
        {
            got = GetHeader(stream);
            // A byte at a time, and the target's first words right after them.
            foreach (byte one in (byte[])[.. "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 Connection established\r\nContent-Length: 5\r\n\r\n"u8, .. Hello])
            {
                stream.Send([one]);
            }
        });
        using Socket socket = Connect(kind, "http", Target, new NetworkCredential("user", "word"));
        proxy.Join();
        Assert.Equal($"CONNECT target.invalid:8443 HTTP/1.1\r\nHost: target.invalid:8443\r\nProxy-Authorization: Basic {Convert.ToBase64String("user:word"u8)}\r\n\r\n", got);
        Assert.Equal("220 hello\r\n", HearAll(kind, socket, Hello.Length));
        Assert.Equal(Target.Host, SocketRecord.Of(socket).HostName);
    }

    [Theory]
    [ClassData(typeof(Engines))]
    public void AnIPv6AddressIsInBrackets(EngineKind kind)
    {
        string got = string.Empty;
        Background proxy = Serve(stream =>
        {
            got = GetHeader(stream);
            stream.Send("HTTP/1.0 200 OK\n\n"u8);
        });
        using Socket socket = Connect(kind, "http", new IPEndPoint(IPAddress.IPv6Loopback, 443));
        proxy.Join();
        Assert.StartsWith("CONNECT [::1]:443 HTTP/1.1\r\nHost: [::1]:443\r\n\r\n", got, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Refusals))]
    public void EachRefusalHasItsOwnError(string scheme, string answer, string errorId, string words)
    {
        Background proxy = Serve(stream =>
        {
            byte[] bytes = Bytes(answer);
            if (scheme == "socks5h")
            {
                StreamPair.Read(stream, 3);
                // Where these two refuse already, the client goes, and nothing can be sent to it after that.
                int first = bytes.Length > 2 && bytes[0] == 5 ? 2 : bytes.Length;
                stream.Send(bytes.AsSpan(0, first));
                if (first < bytes.Length)
                {
                    StreamPair.Read(stream, 4 + 1 + Target.Host.Length + 2);
                    stream.Send(bytes.AsSpan(first));
                }

                return;
            }

            if (scheme == "http")
            {
                GetHeader(stream);
            }
            else
            {
                StreamPair.Read(stream, 8 + 1 + Target.Host.Length + 1);
            }

            stream.Send(bytes);
        });
        SocketInputException failure = Refused(OperatingSystem.IsLinux() ? EngineKind.Linux : EngineKind.Portable, scheme);
        proxy.Join();
        Assert.Equal(errorId, failure.ErrorId);
        Assert.StartsWith($"connect target.invalid:8443 through {scheme}://{_listener.LocalEndPoint}: ", failure.Message, StringComparison.Ordinal);
        Assert.Contains(words, failure.Message, StringComparison.Ordinal);
        Assert.NotEmpty(failure.RecommendedAction);
        Assert.Same(Target, failure.Target);
    }

    [Theory]
    [ClassData(typeof(Engines))]
    public void AHeaderWithoutEndIsRefused(EngineKind kind)
    {
        Background proxy = Serve(stream =>
        {
            GetHeader(stream);
            byte[] line = Encoding.ASCII.GetBytes($"X: {new string('x', 1000)}\r\n");
            try
            {
                stream.Send("HTTP/1.1 200 OK\r\n"u8);
                for (int count = 0; count < 100; count++)
                {
                    stream.Send(line);
                }
            }
            catch (SocketException)
            {
                // The client has had enough.
            }
        });
        SocketInputException failure = Refused(kind, "http");
        proxy.Join();
        Assert.Equal("InvalidProxyAnswer", failure.ErrorId);
        Assert.Contains("more than 64 KiB of header", failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(EngineKind.Linux, "http")]
    [InlineData(EngineKind.Portable, "socks5h")]
    [InlineData(EngineKind.Linux, "socks4a")]
    public void AProxyThatDoesNotAnswerIsTimedOut(EngineKind kind, string scheme)
    {
        using ISocketTransport engine = TestSockets.Engine(kind, _stop);
        long start = Stopwatch.GetTimestamp();
        SocketCallException failure = Assert.Throws<SocketCallException>(() => Connector(engine, scheme, null).Connect(Target, Deadline.After(0.2)));
        Assert.InRange(TestSockets.SecondsSince(start), 0.19, TestSockets.Late);
        Assert.Equal(SocketError.TimedOut, failure.SocketErrorCode);
        Assert.EndsWith($"the proxy did not answer in time, for target.invalid:8443 through {scheme}://{_listener.LocalEndPoint}", failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [ClassData(typeof(Engines))]
    public void AProxyThatSaysForEverThatItWorksIsTimedOut(EngineKind kind)
    {
        Background proxy = Serve(stream =>
        {
            byte[] answers = Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat("HTTP/1.1 100 Continue\r\n\r\n", 1000)));
            try
            {
                while (true)
                {
                    stream.Send(answers);
                }
            }
            catch (SocketException)
            {
                // The client has had enough.
            }
        });
        using ISocketTransport engine = TestSockets.Engine(kind, _stop);
        long start = Stopwatch.GetTimestamp();
        SocketCallException failure = Assert.Throws<SocketCallException>(() => Connector(engine, "http", null).Connect(Target, Deadline.After(0.2)));
        Assert.InRange(TestSockets.SecondsSince(start), 0.19, TestSockets.Late);
        Assert.Equal(SocketError.TimedOut, failure.SocketErrorCode);
        proxy.Join();
    }

    [Theory]
    [ClassData(typeof(Engines))]
    public void AStopEndsTheQuestion(EngineKind kind)
    {
        using ISocketTransport engine = TestSockets.Engine(kind, _stop);
        Background client = Background.Run(() => Connector(engine, "socks5h", null).Connect(Target, Deadline.Never));
        using Socket accepted = _listener.Accept();
        StreamPair.Read(accepted, 3);
        Assert.InRange(client.StopWith(_stop), 0, TestSockets.Late);
        Assert.True(accepted.Poll(TestSockets.Patience, SelectMode.SelectRead));
        Assert.Equal(0, accepted.Receive(new byte[1]));
    }

    [Theory]
    [ClassData(typeof(Engines))]
    public void AProxyThatIsNotThereIsNamedWithTheTarget(EngineKind kind)
    {
        using ISocketTransport engine = TestSockets.Engine(kind, _stop);
        using Socket dead = TestSockets.Refusing();
        ProxyConnector connector = new(engine, Proxy.Parse($"socks5h://{dead.LocalEndPoint}", null), TestSockets.Stream);
        SocketCallException failure = Assert.Throws<SocketCallException>(() => connector.Connect(Target, TestSockets.Patient));
        Assert.Equal(
            TestSockets.Here($"connect {dead.LocalEndPoint}: ECONNREFUSED (111) Connection refused: for target.invalid:8443 through socks5h://{dead.LocalEndPoint}"), failure.Message);
    }

    [Theory]
    [InlineData("socks5://127.0.0.1:1080", "socks5://127.0.0.1:1080", null, null)]
    [InlineData("SOCKS5H://proxy.example", "socks5h://proxy.example:1080", null, null)]
    [InlineData("socks4a://[::1]:9050/", "socks4a://[::1]:9050", null, null)]
    [InlineData("http://proxy.example", "http://proxy.example:80", null, null)]
    [InlineData("http://proxy.example:80", "http://proxy.example:80", null, null)]
    [InlineData("proxy.example:3128", "http://proxy.example:3128", null, null)]
    [InlineData("127.0.0.1:3128", "http://127.0.0.1:3128", null, null)]
    [InlineData("http://user:p%40ss@proxy.example:3128", "http://proxy.example:3128", "user", "p@ss")]
    [InlineData("socks5://user@proxy.example", "socks5://proxy.example:1080", "user", "")]
    public void ReadsAddressesOfProxies(string text, string expected, string? user, string? password)
    {
        Proxy proxy = Proxy.Parse(text, null);
        Assert.Equal(expected, proxy.Text);
        Assert.Equal(expected, proxy.ToString());
        Assert.Equal(user, proxy.UserName);
        Assert.Equal(password, proxy.Password);
    }

    [Theory]
    [InlineData("https://proxy.example:3128", "TLS is not supported")]
    [InlineData("ftp://proxy.example", "'ftp' is not a scheme of a proxy")]
    [InlineData("http://", "not a URI with a host")]
    [InlineData("http://user:secret@", "not a URI with a host")]
    [InlineData("http://127.0.0.1:99999", "a port from 0 to 65535")]
    [InlineData("http://user:secret/@127.0.0.1:3128", "with its user and password it is not a URI")]
    [InlineData("socks5h://user:secret#@127.0.0.1:3128", "with its user and password it is not a URI")]
    public void RefusesWhatIsNotAProxy(string text, string reason)
    {
        SocketInputException failure = Assert.Throws<SocketInputException>(() => Proxy.Parse(text, null));
        Assert.Equal("InvalidProxy", failure.ErrorId);
        Assert.Contains(reason, failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ACredentialIsStrongerThanTheAddress()
    {
        Proxy proxy = Proxy.Parse("http://a:b@proxy.example", new NetworkCredential("c", "d"));
        Assert.Equal("c", proxy.UserName);
        Assert.Equal("d", proxy.Password);
    }

    [Theory]
    [InlineData("socks4")]
    [InlineData("socks4a")]
    public void Socks4HasNoIPv6(string scheme)
    {
        using ISocketTransport engine = TestSockets.Engine(EngineKind.Portable, _stop);
        SocketInputException failure = Assert.Throws<SocketInputException>(() => Connector(engine, scheme, null).Connect(new IPEndPoint(IPAddress.IPv6Loopback, 80), TestSockets.Patient));
        Assert.Equal("ProxyNotSupported", failure.ErrorId);
    }

    private static byte[] Bytes(string text) =>
        text.Length > 0 && text.Split(' ').All(static word => word.Length == 2 && word.All(char.IsAsciiHexDigit))
            ? Convert.FromHexString(text.Replace(" ", "", StringComparison.Ordinal))
            : Encoding.Latin1.GetBytes(text);

    private static string GetHeader(Socket stream)
    {
        StringBuilder header = new();
        while (!header.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal))
        {
            header.Append((char)StreamPair.Read(stream, 1)[0]);
        }

        return header.ToString();
    }

    private string HearAll(EngineKind kind, Socket socket, int count)
    {
        using ISocketTransport engine = TestSockets.Engine(kind, _stop);
        ByteChannel channel = ByteChannel.Of(socket);
        byte[] bytes = new byte[count];
        for (int read = 0; read < count;)
        {
            read += channel.Receive(engine, bytes.AsMemory(read)) ?? 0;
            if (read < count)
            {
                Assert.True(channel.Wait(engine, TestSockets.Patient));
            }
        }

        return Encoding.ASCII.GetString(bytes);
    }

    private Background Serve(Action<Socket> script) => Background.Run(() =>
    {
        using Socket stream = _listener.Accept();
        script(stream);
    });

    private ProxyConnector Connector(ISocketTransport engine, string scheme, NetworkCredential? credential) =>
        new(engine, Proxy.Parse($"{scheme}://{_listener.LocalEndPoint}", credential), TestSockets.Stream);

    private static void SendSlowly(Socket stream, byte[] bytes)
    {
        stream.NoDelay = true;
        foreach (byte one in bytes)
        {
            stream.Send([one]);
            // The client has it, or is late: either way the next comes after it.
            Thread.Yield();
        }
    }

    private Socket Connect(EngineKind kind, string scheme, EndPoint target, NetworkCredential? credential = null)
    {
        using ISocketTransport engine = TestSockets.Engine(kind, _stop);
        return Connector(engine, scheme, credential).Connect(target, TestSockets.Patient);
    }

    private SocketInputException Refused(EngineKind kind, string scheme, NetworkCredential? credential = null) =>
        Assert.Throws<SocketInputException>(() => Connect(kind, scheme, Target, credential).Dispose());
}
