using System.Net;
using System.Net.Sockets;
using PSSockets.Errors;
using PSSockets.Native;
using PSSockets.Sockets;
using PSSockets.Transport;
using PSSockets.Waiting;

namespace PSSockets.UnitTests;

/// <summary>Every errno that the man page of a call lists, injected into that call: the error names both and the address, or nobody hears of it.</summary>
[Trait("Windows", "Not run: the transport of Linux, which calls libc")]
public sealed class InjectedFaultTests : IDisposable
{
    private readonly StopSignal _stop = new();

    public void Dispose() => _stop.Dispose();

    // From section ERRORS of the man pages of section 2, and ip(7), udp(7), tcp(7), unix(7) where these say more. Of a
    // closed descriptor (EBADF) nobody can hear but from a socket that is closed.
    private static readonly Dictionary<string, string> s_errors = new()
    {
        ["socket"] = "EACCES EAFNOSUPPORT EINVAL EMFILE ENFILE ENOBUFS ENOMEM EPROTONOSUPPORT EPERM ESOCKTNOSUPPORT",
        ["bind"] = "EACCES EADDRINUSE EINVAL ENOTSOCK EADDRNOTAVAIL EFAULT ELOOP ENAMETOOLONG ENOENT ENOMEM ENOTDIR EROFS EPERM",
        ["listen"] = "EADDRINUSE ENOTSOCK EOPNOTSUPP",
        ["connect"] = "EACCES EPERM EADDRINUSE EADDRNOTAVAIL EAFNOSUPPORT EALREADY ECONNREFUSED EFAULT EISCONN ENETUNREACH ENOTSOCK EPROTOTYPE ETIMEDOUT EHOSTUNREACH ENETDOWN ENOBUFS",
        ["accept"] = "ECONNABORTED EFAULT EINTR EINVAL EMFILE ENFILE ENOBUFS ENOMEM ENOTSOCK EOPNOTSUPP EPERM EPROTO ENETDOWN ENOPROTOOPT EHOSTDOWN ENONET EHOSTUNREACH ENETUNREACH ENOSR ESOCKTNOSUPPORT EPROTONOSUPPORT ETIMEDOUT",
        ["send"] = "EACCES EAGAIN EALREADY ECONNRESET EDESTADDRREQ EFAULT EINTR EINVAL EISCONN EMSGSIZE ENOBUFS ENOMEM ENOTCONN ENOTSOCK EOPNOTSUPP EPIPE EPERM EHOSTUNREACH ENETUNREACH",
        ["sendto"] = "EACCES EINTR EINVAL EFAULT EMSGSIZE ENOBUFS ENOMEM ENOTSOCK EOPNOTSUPP EPERM EHOSTUNREACH ENETUNREACH ENETDOWN ECONNREFUSED",
        ["recv"] = "EAGAIN ECONNREFUSED ECONNRESET EFAULT EINTR EINVAL ENOMEM ENOTCONN ENOTSOCK ETIMEDOUT EIO",
        ["recvfrom"] = "EAGAIN ECONNREFUSED EFAULT EINTR EINVAL ENOMEM ENOTCONN ENOTSOCK EACCES EPROTO EHOSTUNREACH ENETUNREACH ENONET EPERM",
        ["shutdown"] = "EINVAL ENOTCONN ENOTSOCK",
        ["getsockopt"] = "EFAULT EINVAL ENOPROTOOPT ENOTSOCK",
        ["setsockopt"] = "EDOM EFAULT EINVAL EISCONN ENOBUFS ENOMEM ENOPROTOOPT ENOTSOCK EPERM EACCES",
        ["getsockname"] = "EFAULT EINVAL ENOBUFS ENOTSOCK",
        ["getpeername"] = "EFAULT EINVAL ENOBUFS ENOTCONN ENOTSOCK",
    };

    // The errno values that the module's table has no name for.
    private static readonly Dictionary<string, int> s_others = new() { ["EPROTO"] = 71, ["ENONET"] = 64, ["ENOSR"] = 63 };

    public static TheoryData<string, string> Faults()
    {
        TheoryData<string, string> data = [];
        foreach ((string call, string names) in s_errors)
        {
            foreach (string name in names.Split(' '))
            {
                data.Add(call, name);
            }
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(Faults))]
    public void TheErrorIsThatOfTheCallOrNobodyHearsOfIt(string call, string name)
    {
        int errno = ErrnoTable.FromName(name)?.Number ?? s_others[name];
        using StreamPair pair = new();
        using Socket listener = TestSockets.Listening();
        using Socket client = TestSockets.Stream(listener.LocalEndPoint!);
        using Socket own = TestSockets.Stream(listener.LocalEndPoint!);
        using Socket receiver = TestSockets.Bound(IPAddress.Loopback);
        client.Connect(listener.LocalEndPoint!);
        pair.Arrive("x"u8);
        receiver.SendTo("y"u8.ToArray(), receiver.LocalEndPoint!);
        EndPoint peer = pair.Receiver.RemoteEndPoint!;
        string toOwn = new IPEndPoint(IPAddress.Loopback, 0).ToString();
        RecordingTap tap = new();
        using LinuxTransport transport = new(_stop, tap);
        tap.Failures[call] = new Queue<int>([errno]);
        SocketCallException? failure = null;
        int failures = 0;
        object? result = null;
        string? address = null;
        try
        {
            switch (call)
            {
                case "socket": result = transport.Open(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp); break;
                case "bind": address = toOwn; transport.Bind(own, new IPEndPoint(IPAddress.Loopback, 0)); break;
                case "listen": transport.Listen(own, 1); break;
                case "connect": address = $"{listener.LocalEndPoint}"; transport.StartConnect(own, listener.LocalEndPoint!); break;
                case "accept": address = $"{listener.LocalEndPoint}"; result = transport.Accept(listener, TestSockets.Patient); break;
                case "send": address = $"{pair.Sender.RemoteEndPoint}"; transport.SenderOf(pair.Sender, 5).Send("z"u8.ToArray(), SocketFlags.None); break;
                case "recv": address = $"{peer}"; result = transport.ReceiveBytes(pair.Receiver, new byte[1], SocketFlags.None, TestSockets.Patient); break;
                case "sendto":
                    address = $"{receiver.LocalEndPoint}";
                    transport.Send(receiver, [TestSockets.To(receiver.LocalEndPoint, "z")], false, TestSockets.Patient, (_, exception) =>
                    {
                        failures++;
                        failure = exception;
                    });
                    break;
                case "recvfrom": address = $"{receiver.LocalEndPoint}"; result = transport.Receive(receiver, TestSockets.Options(), TestSockets.Patient); break;
                case "shutdown": address = $"{pair.Sender.RemoteEndPoint}"; transport.Shutdown(pair.Sender, SocketShutdown.Send); break;
                case "getsockopt": address = "SO_TYPE"; transport.GetOption(own, "SO_TYPE", 1, 3); break;
                case "setsockopt": address = "SO_REUSEADDR"; transport.SetReuseAddress(own); break;
                case "getsockname": Assert.Null(transport.LocalName(listener)); break;
                default: Assert.Null(transport.PeerName(pair.Sender)); break;
            }
        }
        catch (SocketCallException exception)
        {
            failures++;
            failure = exception;
        }

        Assert.Equal(1, tap.Failed);
        (result as IDisposable)?.Dispose();
        bool isRepeated = name is "EINTR" or "EAGAIN"
            || (call == "accept" && name is "ENETDOWN" or "EPROTO" or "ENOPROTOOPT" or "EHOSTDOWN" or "ENONET" or "EHOSTUNREACH" or "EOPNOTSUPP" or "ENETUNREACH" or "ECONNABORTED" && call == "accept");
        if (isRepeated || call.StartsWith("get", StringComparison.Ordinal) && call.EndsWith("name", StringComparison.Ordinal))
        {
            Assert.Null(failure);
        }
        else
        {
            Assert.Equal(1, failures);
            Assert.Equal(call, failure!.Call);
            Assert.Equal(errno, failure.Error.Number);
            Assert.Contains($"({errno})", failure.Message, StringComparison.Ordinal);
            if (address is not null)
            {
                Assert.Equal(address, failure.Address);
            }
        }
    }

    // Many times, because the runtime opens one of its own now and then.
    [Theory]
    [InlineData("socket")]
    [InlineData("bind")]
    [InlineData("listen")]
    [InlineData("connect")]
    [InlineData("accept")]
    [InlineData("send")]
    [InlineData("recv")]
    [InlineData("sendto")]
    [InlineData("recvfrom")]
    [InlineData("shutdown")]
    [InlineData("getsockopt")]
    [InlineData("setsockopt")]
    [InlineData("getsockname")]
    [InlineData("getpeername")]
    public void AFailureLeavesNoDescriptorOpen(string call)
    {
        const int Times = 60;
        TheErrorIsThatOfTheCallOrNobodyHearsOfIt(call, "ENOMEM");
        int before = TestSockets.CountDescriptors();
        for (int time = 0; time < Times; time++)
        {
            TheErrorIsThatOfTheCallOrNobodyHearsOfIt(call, "ENOMEM");
        }

        Assert.InRange(TestSockets.CountDescriptors(), 0, before + (Times / 2));
    }

    [Theory]
    [InlineData("recv")]
    [InlineData("accept")]
    [InlineData("recvfrom")]
    [InlineData("send")]
    [InlineData("poll")]
    public void ASocketThatIsClosedInAWaitIsAlwaysSocketClosed(string call)
    {
        for (int round = 0; round < 300; round++)
        {
            using LinuxTransport transport = new(_stop);
            using StreamPair pair = new(small: call == "send");
            using Socket listener = TestSockets.Listening();
            using Socket receiver = TestSockets.Bound(IPAddress.Loopback);
            Socket closed = call switch { "accept" => listener, "recvfrom" => receiver, "send" => pair.Sender, _ => pair.Receiver };
            SocketRecord record = closed;
            using Barrier barrier = new(2);
            Background waiting = Background.Run(() =>
            {
                barrier.SignalAndWait();
                switch (call)
                {
                    case "accept": transport.Accept(record, Deadline.Never); break;
                    case "recvfrom": transport.Receive(record, TestSockets.Options(), Deadline.Never); break;
                    case "send": transport.SenderOf(record).Send(new byte[10_000_000], SocketFlags.None); break;
                    case "recv": transport.ReceiveBytes(record, new byte[10], SocketFlags.None, Deadline.Never); break;
                    default:
                        transport.Wait([record], WaitFor.Read, new bool[1], Deadline.Never);
                        throw record.IsClosed ? CallFailure.Closed(call, closed) : new InvalidOperationException("not closed");
                }
            });
            barrier.SignalAndWait();
            if (round % 3 == 0)
            {
                waiting.WaitUntilBlocked();
            }

            if (round % 2 == 0)
            {
                SocketTransport.Quiet.Close(record);
            }
            else
            {
                closed.Dispose();
            }

            Exception? ended = waiting.Failure();
            Assert.True(ended is SocketInputException { ErrorId: "SocketClosed" }, $"round {round}: {ended}");
        }
    }

    [Theory]
    [ClassData(typeof(Engines))]
    public void AListenerThatDoesNotBlockGivesConnectionsThatDo(EngineKind kind)
    {
        using ISocketTransport engine = TestSockets.Engine(kind, _stop);
        using Socket listener = TestSockets.Listening();
        listener.Blocking = false;
        using Socket client = TestSockets.Stream(listener.LocalEndPoint!);
        client.Connect(listener.LocalEndPoint!);
        using Socket connection = engine.Accept(listener, TestSockets.Patient)!;
        Assert.True(connection.Blocking);
        // .NET's own engine waits for the descriptor itself.
        Assert.True(kind == EngineKind.Portable || !TestSockets.IsNonBlocking(connection));
    }

    [Theory]
    [InlineData("ff02::1")]
    [InlineData("ff01::1")]
    [InlineData("fe80::1")]
    public void TheInterfaceOfAnAddressStays(string address)
    {
        IPEndPoint endPoint = new(IPAddress.Parse($"{address}%1"), 1234);
        Assert.Equal(endPoint, PSSockets.Addresses.SocketAddressBytes.ToEndPoint(PSSockets.Addresses.SocketAddressBytes.From(endPoint)));
    }

    [Fact]
    public void TheTextOfAnErrorIsSafeForATerminal()
    {
        const string Nasty = "\u001b[31m\u202e\u009b7\r";
        foreach (Exception exception in new Exception[]
        {
            new SocketInputException("InvalidArgument", $"a {Nasty}\nb {Nasty}", "None."),
            new SocketCallException("connect", Nasty, ErrnoTable.FromNumber(Errno.EINVAL), null, Nasty),
            CallFailure.Of("connect", new DnsEndPoint(Nasty, 80), Errno.EINVAL, null),
        })
        {
            Assert.DoesNotContain(exception.Message, character => character != '\n' && (char.IsControl(character) || character == '\u202e'));
        }

        Assert.Equal(2, new SocketInputException("InvalidArgument", $"a {Nasty}\nb", "None.").Message.Split('\n').Length);
    }

    [Theory]
    [InlineData('a', 0xD800, 'b')]
    [InlineData('a', 'b', 0xDC00)]
    [InlineData('a', 'b', 0xD800)]
    [InlineData('a', 0xDC00, 0xD800)]
    public void HalfACharacterNamesNothing(int first, int second, int third)
    {
        string name = new([(char)first, (char)second, (char)third]);
        Assert.False(InputText.IsWhole(name));
        Assert.Throws<ArgumentException>(() => PSSockets.Addresses.UnixPath.FromPath(name));
        Assert.Throws<ArgumentException>(() => PSSockets.Addresses.UnixPath.FromAbstractName(name));
        foreach ((string host, string service) in new[] { (name, "80"), ("localhost", name), ("localhost\0x", "80"), ("localhost", "80\0") })
        {
            Assert.Equal("InvalidArgument", Assert.Throws<SocketInputException>(() =>
                PSSockets.Addresses.AddressLookup.Find(host, service, AddressFamily.Unspecified, SocketType.Stream, false, false)).ErrorId);
        }

        Assert.True(InputText.IsWhole("a\U0001F600b"));
    }
}
