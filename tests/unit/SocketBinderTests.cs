using System.Net;
using System.Net.Sockets;
using PSSockets.Sockets;

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
        using Socket first = SocketFactory.Create(loopback.AddressFamily, type);
        using Socket second = SocketFactory.Create(loopback.AddressFamily, type);
        SocketBinder.Bind(first, new IPEndPoint(loopback, 0));
        EndPoint taken = SocketNames.Local(first)!;
        SocketCallException exception = Assert.Throws<SocketCallException>(() => SocketBinder.Bind(second, taken));
        Assert.Equal(SocketError.AddressAlreadyInUse, exception.SocketErrorCode);
        Assert.Equal(TestSockets.Here($"bind {taken}: EADDRINUSE (98) Address already in use"), exception.Message);
        Assert.Same(second, exception.Target);
        Assert.Equal(SocketState.New, SocketNames.State(second));

        // The one that was refused can be bound elsewhere, and is as strict there.
        SocketBinder.Bind(second, new IPEndPoint(loopback, 0));
        Assert.NotEqual(taken, SocketNames.Local(second));
        Assert.False(SocketOptions.HasReuseAddress(second));
    }

    [Fact]
    public void APortThatIsListenedOnIsRefused()
    {
        using Socket first = TestSockets.Stream(Loopback);
        using Socket second = TestSockets.Stream(Loopback);
        SocketBinder.Bind(first, Loopback);
        first.Listen();
        Refused(second, SocketNames.Local(first)!);
    }

    [Fact]
    [Trait("Windows", "Known on Windows: a port is not bound exclusively")]
    public void AnyAddressIsRefusedWhereOneIsTaken()
    {
        using Socket first = TestSockets.Stream(Loopback);
        using Socket any = TestSockets.Stream(Loopback);
        using Socket dual = SocketFactory.Create(AddressFamily.InterNetworkV6, SocketType.Stream, dualMode: true);
        SocketBinder.Bind(first, Loopback);
        int port = ((IPEndPoint)SocketNames.Local(first)!).Port;
        Refused(any, new IPEndPoint(IPAddress.Any, port));
        Refused(dual, new IPEndPoint(IPAddress.IPv6Any, port));
    }

    [Fact]
    public void AnIPv6SocketLeavesTheIPv4PortAlone()
    {
        using Socket first = TestSockets.Stream(Loopback);
        using Socket second = TestSockets.Stream(Loopback6);
        SocketBinder.Bind(first, Loopback);
        IPEndPoint any = new(IPAddress.IPv6Any, ((IPEndPoint)SocketNames.Local(first)!).Port);
        SocketBinder.Bind(second, any);
        Assert.Equal(any, SocketNames.Local(second));
    }

    [Fact]
    [Trait("Windows", "Windows has no SO_REUSEPORT")]
    public void BindingLeavesReuseAddressOff()
    {
        using Socket socket = TestSockets.Stream(Loopback);
        SocketBinder.Bind(socket, Loopback);
        Assert.False(SocketOptions.HasReuseAddress(socket));
        Assert.False(SocketOptions.HasReusePort(socket));
        Assert.Equal(SocketState.Bound, SocketNames.State(socket));
    }

    [Fact]
    public void AFailedBindLeavesReuseAddressOff()
    {
        using Socket first = TestSockets.Stream(Loopback);
        using Socket second = TestSockets.Stream(Loopback);
        SocketBinder.Bind(first, Loopback);

        // 192.0.2.0/24 is for documentation (RFC 5737): no machine has it.
        SocketCallException exception = Assert.Throws<SocketCallException>(() => SocketBinder.Bind(second, new IPEndPoint(IPAddress.Parse("192.0.2.1"), 0)));
        Assert.Equal(TestSockets.Here("bind 192.0.2.1:0: EADDRNOTAVAIL (99) Cannot assign requested address"), exception.Message);
        Assert.False(SocketOptions.HasReuseAddress(second));
        Refused(second, SocketNames.Local(first)!);
    }

    [Fact]
    public void ASecondBindIsEINVALAndLeavesReuseAddressOff()
    {
        using Socket socket = TestSockets.Stream(Loopback);
        SocketBinder.Bind(socket, Loopback);
        SocketCallException exception = Assert.Throws<SocketCallException>(() => SocketBinder.Bind(socket, Loopback));
        Assert.Equal(TestSockets.Here("bind 127.0.0.1:0: EINVAL (22) Invalid argument"), exception.Message);
        Assert.False(SocketOptions.HasReuseAddress(socket));
    }

    [Fact]
    [Trait("Windows", "Known on Windows: -ReuseAddress is not that of Linux")]
    public void ReuseAddressStaysOnWhereItWasAskedFor()
    {
        using Socket socket = TestSockets.Stream(Loopback);
        SocketOptions.SetReuseAddress(socket);
        SocketBinder.Bind(socket, Loopback);
        Assert.True(SocketOptions.HasReuseAddress(socket));
        Assert.False(SocketOptions.HasReusePort(socket));
    }

    [Fact]
    [Trait("Windows", "Windows binds a port in TIME_WAIT as it is")]
    public void ReuseAddressBindsAPortInTimeWait()
    {
        EndPoint port = PortInTimeWait();
        using Socket strict = TestSockets.Stream(Loopback);
        Refused(strict, port);
        using Socket again = TestSockets.Stream(Loopback);
        SocketOptions.SetReuseAddress(again);
        SocketBinder.Bind(again, port);
        again.Listen();
        Assert.Equal(SocketState.Listening, SocketNames.State(again));
    }

    [Theory]
    [InlineData("127.0.0.1", SocketType.Stream)]
    [InlineData("::1", SocketType.Stream)]
    [InlineData("127.0.0.1", SocketType.Dgram)]
    [Trait("Windows", "Windows has no SO_REUSEPORT")]
    public void ReusePortShares(string address, SocketType type)
    {
        IPAddress loopback = IPAddress.Parse(address);
        using Socket first = SocketFactory.Create(loopback.AddressFamily, type);
        using Socket second = SocketFactory.Create(loopback.AddressFamily, type);
        using Socket third = SocketFactory.Create(loopback.AddressFamily, type);
        SocketOptions.SetReusePort(first);
        SocketOptions.SetReusePort(second);
        SocketBinder.Bind(first, new IPEndPoint(loopback, 0));
        EndPoint shared = SocketNames.Local(first)!;
        SocketBinder.Bind(second, shared);
        Assert.Equal(shared, SocketNames.Local(second));
        Assert.True(SocketOptions.HasReusePort(second));
        Assert.False(SocketOptions.HasReuseAddress(second));
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
        SocketCallException exception = Assert.Throws<SocketCallException>(() => SocketBinder.Bind(socket, path));
        Assert.Equal(TestSockets.Here($"bind {path}: ENOENT (2) No such file or directory"), exception.Message);
    }

    [Fact]
    [Trait("Wine", "Wine 8 has no AF_UNIX")]
    public void ErrorsThatDotNetCannotNameHaveTheirNames()
    {
        File.WriteAllText(_directory.File("file"), string.Empty);
        File.CreateSymbolicLink(_directory.File("loop"), _directory.File("loop"));
        using Socket stream = TestSockets.Stream(_directory.Socket("x"));
        using Socket datagrams = SocketFactory.Create(AddressFamily.Unix, SocketType.Dgram);
        foreach (Socket socket in new[] { stream, datagrams })
        {
            UnixDomainSocketEndPoint below = new(_directory.File("file") + "/x");
            Assert.Equal(TestSockets.Here($"bind {below}: ENOTDIR (20) Not a directory"), Assert.Throws<SocketCallException>(() => SocketBinder.Bind(socket, below)).Message);
            UnixDomainSocketEndPoint loop = new(_directory.File("loop") + "/x");
            Assert.Equal(
                $"bind {loop}: ELOOP (40) Too many levels of symbolic links", Assert.Throws<SocketCallException>(() => SocketBinder.Bind(socket, loop)).Message);
            SocketBinder.Bind(socket, _directory.Socket($"{socket.SocketType}"));
        }
    }

    [Fact]
    [Trait("Wine", "Wine 8 has no AF_UNIX")]
    public void ATakenPathIsRefused()
    {
        using Socket first = TestSockets.Stream(_directory.Socket("x"));
        using Socket second = TestSockets.Stream(_directory.Socket("x"));
        SocketBinder.Bind(first, _directory.Socket("x"));
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
        using Socket second = SocketFactory.Create(AddressFamily.Unix, SocketType.Dgram);
        Refused(second, name);
    }

    [Theory]
    [InlineData(SocketType.Stream)]
    [InlineData(SocketType.Dgram)]
    public void AClosedSocketIsSocketClosed(SocketType type)
    {
        Socket socket = SocketFactory.Create(AddressFamily.InterNetwork, type);
        socket.Dispose();
        SocketInputException exception = Assert.Throws<SocketInputException>(() => SocketBinder.Bind(socket, Loopback));
        Assert.Equal("SocketClosed", exception.ErrorId);
        Assert.Same(socket, exception.Target);
        Assert.Throws<SocketInputException>(() => SocketBinder.Bind(socket, new IPEndPoint(IPAddress.Loopback, 1)));
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
        SocketCallException exception = Assert.Throws<SocketCallException>(() => SocketBinder.Bind(socket, taken));
        Assert.Equal(TestSockets.Here($"bind {taken}: EADDRINUSE (98) Address already in use"), exception.Message);
    }
}
