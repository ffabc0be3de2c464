using System.Net;
using System.Net.Sockets;
using PSSockets.Sockets;
using PSSockets.Transport;

namespace PSSockets.UnitTests;

public sealed class SocketBinderTests : IDisposable
{
    private static readonly IPEndPoint Loopback = new(IPAddress.Loopback, 0);
    private static readonly IPEndPoint Loopback6 = new(IPAddress.IPv6Loopback, 0);

    private readonly TestDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Theory]
    [InlineData("127.0.0.1", SocketType.Stream)]
    [InlineData("::1", SocketType.Stream)]
    [InlineData("127.0.0.1", SocketType.Dgram)]
    [InlineData("::1", SocketType.Dgram)]
    public void ATakenPortIsRefused(string address, SocketType type)
    {
        IPAddress loopback = IPAddress.Parse(address);
        using Socket first = SocketFactory.Create(SocketTransport.Quiet, loopback.AddressFamily, type);
        using Socket second = SocketFactory.Create(SocketTransport.Quiet, loopback.AddressFamily, type);
        SocketTransport.Quiet.Bind(first, new IPEndPoint(loopback, 0));
        EndPoint taken = SocketTransport.Quiet.LocalEndPoint(first)!;
        SocketCallException exception = Assert.Throws<SocketCallException>(() => SocketTransport.Quiet.Bind(second, taken));
        Assert.Equal(SocketError.AddressAlreadyInUse, exception.SocketErrorCode);
        Assert.Equal(TestSockets.Here($"bind {taken}: EADDRINUSE (98) Address already in use"), exception.Message);
        Assert.Same(second, exception.Target);
        Assert.Equal(SocketState.New, SocketTransport.Quiet.State(second));

        // The one that was refused can be bound elsewhere, and is as strict there.
        SocketTransport.Quiet.Bind(second, new IPEndPoint(loopback, 0));
        Assert.NotEqual(taken, SocketTransport.Quiet.LocalEndPoint(second));
        Assert.False(TestSockets.HasReuseAddress(second));
    }

    [Fact]
    public void APortThatIsListenedOnIsRefused()
    {
        using Socket first = TestSockets.Stream(Loopback);
        using Socket second = TestSockets.Stream(Loopback);
        SocketTransport.Quiet.Bind(first, Loopback);
        first.Listen();
        Refused(second, SocketTransport.Quiet.LocalEndPoint(first)!);
    }

    [Fact]
    public void AnyAddressIsRefusedWhereOneIsTaken()
    {
        using Socket first = TestSockets.Stream(Loopback);
        using Socket any = TestSockets.Stream(Loopback);
        using Socket dual = SocketFactory.Create(SocketTransport.Quiet, AddressFamily.InterNetworkV6, SocketType.Stream, dualMode: true);
        SocketTransport.Quiet.Bind(first, Loopback);
        int port = ((IPEndPoint)SocketTransport.Quiet.LocalEndPoint(first)!).Port;
        Refused(any, new IPEndPoint(IPAddress.Any, port));
        Refused(dual, new IPEndPoint(IPAddress.IPv6Any, port));
    }

    [Fact]
    public void AnIPv6SocketLeavesTheIPv4PortAlone()
    {
        using Socket first = TestSockets.Stream(Loopback);
        using Socket second = TestSockets.Stream(Loopback6);
        SocketTransport.Quiet.Bind(first, Loopback);
        IPEndPoint any = new(IPAddress.IPv6Any, ((IPEndPoint)SocketTransport.Quiet.LocalEndPoint(first)!).Port);
        SocketTransport.Quiet.Bind(second, any);
        Assert.Equal(any, SocketTransport.Quiet.LocalEndPoint(second));
    }

    [Fact]
    [Trait("Windows", "Windows has no SO_REUSEPORT")]
    public void BindingLeavesReuseAddressOff()
    {
        using Socket socket = TestSockets.Stream(Loopback);
        SocketTransport.Quiet.Bind(socket, Loopback);
        Assert.False(TestSockets.HasReuseAddress(socket));
        Assert.False(TestSockets.HasReusePort(socket));
        Assert.Equal(SocketState.Bound, SocketTransport.Quiet.State(socket));
    }

    [Fact]
    public void AFailedBindLeavesReuseAddressOff()
    {
        using Socket first = TestSockets.Stream(Loopback);
        using Socket second = TestSockets.Stream(Loopback);
        SocketTransport.Quiet.Bind(first, Loopback);

        // 192.0.2.0/24 is for documentation (RFC 5737): no machine has it.
        SocketCallException exception = Assert.Throws<SocketCallException>(() => SocketTransport.Quiet.Bind(second, new IPEndPoint(IPAddress.Parse("192.0.2.1"), 0)));
        Assert.Equal(TestSockets.Here("bind 192.0.2.1:0: EADDRNOTAVAIL (99) Cannot assign requested address"), exception.Message);
        Assert.False(TestSockets.HasReuseAddress(second));
        Refused(second, SocketTransport.Quiet.LocalEndPoint(first)!);
    }

    [Fact]
    public void ASecondBindIsEINVALAndLeavesReuseAddressOff()
    {
        using Socket socket = TestSockets.Stream(Loopback);
        SocketTransport.Quiet.Bind(socket, Loopback);
        SocketCallException exception = Assert.Throws<SocketCallException>(() => SocketTransport.Quiet.Bind(socket, Loopback));
        Assert.Equal(TestSockets.Here("bind 127.0.0.1:0: EINVAL (22) Invalid argument"), exception.Message);
        Assert.False(TestSockets.HasReuseAddress(socket));
    }

    [Fact]
    public void ReuseAddressStaysOnWhereItWasAskedFor()
    {
        using Socket socket = TestSockets.Stream(Loopback);
        SocketTransport.Quiet.SetReuseAddress(socket);
        SocketTransport.Quiet.Bind(socket, Loopback);
        // On Windows a stream has what is meant by it as it is, and the option would let others take the port.
        Assert.Equal(!OperatingSystem.IsWindows(), TestSockets.HasReuseAddress(socket));
        Assert.True(OperatingSystem.IsWindows() || !TestSockets.HasReusePort(socket));
    }

    [Fact]
    [Trait("Windows", "Windows binds a port in TIME_WAIT as it is")]
    public void ReuseAddressBindsAPortInTimeWait()
    {
        EndPoint port = PortInTimeWait();
        using Socket strict = TestSockets.Stream(Loopback);
        Refused(strict, port);
        using Socket again = TestSockets.Stream(Loopback);
        SocketTransport.Quiet.SetReuseAddress(again);
        SocketTransport.Quiet.Bind(again, port);
        again.Listen();
        Assert.Equal(SocketState.Listening, SocketTransport.Quiet.State(again));
    }

    [Theory]
    [InlineData("127.0.0.1", SocketType.Stream)]
    [InlineData("::1", SocketType.Stream)]
    [InlineData("127.0.0.1", SocketType.Dgram)]
    [Trait("Windows", "Windows has no SO_REUSEPORT")]
    public void ReusePortShares(string address, SocketType type)
    {
        IPAddress loopback = IPAddress.Parse(address);
        using Socket first = SocketFactory.Create(SocketTransport.Quiet, loopback.AddressFamily, type);
        using Socket second = SocketFactory.Create(SocketTransport.Quiet, loopback.AddressFamily, type);
        using Socket third = SocketFactory.Create(SocketTransport.Quiet, loopback.AddressFamily, type);
        SocketTransport.Quiet.SetReusePort(first);
        SocketTransport.Quiet.SetReusePort(second);
        SocketTransport.Quiet.Bind(first, new IPEndPoint(loopback, 0));
        EndPoint shared = SocketTransport.Quiet.LocalEndPoint(first)!;
        SocketTransport.Quiet.Bind(second, shared);
        Assert.Equal(shared, SocketTransport.Quiet.LocalEndPoint(second));
        Assert.True(TestSockets.HasReusePort(second));
        Assert.False(TestSockets.HasReuseAddress(second));
        if (type == SocketType.Stream)
        {
            first.Listen();
            second.Listen();
        }

        Refused(third, shared);
    }

    [Fact]
    [Trait("Wine", "Wine 8 has no AF_UNIX")]
    public void AMissingDirectoryIsENOENT()
    {
        using Socket socket = TestSockets.Stream(_directory.Socket("x"));
        UnixDomainSocketEndPoint path = new(_directory.File("missing") + "/x");
        SocketCallException exception = Assert.Throws<SocketCallException>(() => SocketTransport.Quiet.Bind(socket, path));
        Assert.Equal(TestSockets.Here($"bind {path}: ENOENT (2) No such file or directory"), exception.Message);
    }

    [Fact]
    [Trait("Wine", "Wine 8 has no AF_UNIX")]
    public void ErrorsThatDotNetCannotNameHaveTheirNames()
    {
        File.WriteAllText(_directory.File("file"), string.Empty);
        File.CreateSymbolicLink(_directory.File("loop"), _directory.File("loop"));
        using Socket stream = TestSockets.Stream(_directory.Socket("x"));
        using Socket datagrams = SocketFactory.Create(SocketTransport.Quiet, AddressFamily.Unix, SocketType.Dgram);
        foreach (Socket socket in new[] { stream, datagrams })
        {
            UnixDomainSocketEndPoint below = new(_directory.File("file") + "/x");
            Assert.Equal(TestSockets.Here($"bind {below}: ENOTDIR (20) Not a directory"), Assert.Throws<SocketCallException>(() => SocketTransport.Quiet.Bind(socket, below)).Message);
            UnixDomainSocketEndPoint loop = new(_directory.File("loop") + "/x");
            Assert.Equal(
                $"bind {loop}: ELOOP (40) Too many levels of symbolic links", Assert.Throws<SocketCallException>(() => SocketTransport.Quiet.Bind(socket, loop)).Message);
            SocketTransport.Quiet.Bind(socket, _directory.Socket($"{socket.SocketType}"));
        }
    }

    [Fact]
    [Trait("Wine", "Wine 8 has no AF_UNIX")]
    public void ATakenPathIsRefused()
    {
        using Socket first = TestSockets.Stream(_directory.Socket("x"));
        using Socket second = TestSockets.Stream(_directory.Socket("x"));
        SocketTransport.Quiet.Bind(first, _directory.Socket("x"));
        Refused(second, _directory.Socket("x"));
        _directory.Dead("dead", SocketType.Stream);
        Refused(second, _directory.Socket("dead"));
    }

    [Fact]
    [Trait("Windows", "only Linux has abstract names")]
    public void ATakenAbstractNameIsRefused()
    {
        UnixDomainSocketEndPoint name = TestSockets.AbstractName();
        using Socket first = TestSockets.Bound(name);
        using Socket second = SocketFactory.Create(SocketTransport.Quiet, AddressFamily.Unix, SocketType.Dgram);
        Refused(second, name);
    }

    [Theory]
    [InlineData(SocketType.Stream)]
    [InlineData(SocketType.Dgram)]
    public void AClosedSocketIsSocketClosed(SocketType type)
    {
        Socket socket = SocketFactory.Create(SocketTransport.Quiet, AddressFamily.InterNetwork, type);
        socket.Dispose();
        SocketInputException exception = Assert.Throws<SocketInputException>(() => SocketTransport.Quiet.Bind(socket, Loopback));
        Assert.Equal("SocketClosed", exception.ErrorId);
        Assert.Same(socket, exception.Target);
        Assert.Throws<SocketInputException>(() => SocketTransport.Quiet.Bind(socket, new IPEndPoint(IPAddress.Loopback, 1)));
    }

    // The side that closes first keeps the port for a while.
    private static EndPoint PortInTimeWait()
    {
        using Socket listener = TestSockets.Listening();
        using Socket client = TestSockets.Stream(Loopback);
        client.Connect(listener.LocalEndPoint!);
        using Socket server = listener.Accept();
        EndPoint port = listener.LocalEndPoint!;
        server.Shutdown(SocketShutdown.Send);
        Assert.Equal(string.Empty, TestSockets.Hear(client));
        client.Shutdown(SocketShutdown.Send);
        Assert.Equal(string.Empty, TestSockets.Hear(server));
        return port;
    }

    private static void Refused(Socket socket, EndPoint taken)
    {
        SocketCallException exception = Assert.Throws<SocketCallException>(() => SocketTransport.Quiet.Bind(socket, taken));
        Assert.Equal(TestSockets.Here($"bind {taken}: EADDRINUSE (98) Address already in use"), exception.Message);
    }
}
