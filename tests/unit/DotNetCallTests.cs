using System.Net;
using System.Net.Sockets;
using PSSockets.Errors;

namespace PSSockets.UnitTests;

public sealed class DotNetCallTests
{
    private static readonly IPEndPoint Address = new(IPAddress.IPv6Loopback, 55555);

    [Fact]
    public void ReturnsTheResult()
    {
        Assert.Equal(7, DotNetCall.Invoke("bind", null, Address, () => 7));
    }

    [Fact]
    public void ASocketExceptionGetsCallAddressAndErrno()
    {
        using Socket socket = new(AddressFamily.InterNetworkV6, SocketType.Dgram, ProtocolType.Udp);
        SocketCallException exception = Assert.Throws<SocketCallException>(() =>
            DotNetCall.Invoke("bind", socket, Address, () => throw new SocketException((int)SocketError.AddressAlreadyInUse)));
        Assert.Equal(TestSockets.Here("bind [::1]:55555: EADDRINUSE (98) Address already in use"), exception.Message);
        Assert.Equal(TestSockets.NumberOf("EADDRINUSE"), exception.Error.Number);
        Assert.Same(socket, exception.Target);
    }

    [Fact]
    public void WithoutASocketTheAddressIsTheTarget()
    {
        SocketCallException exception = Assert.Throws<SocketCallException>(() =>
            DotNetCall.Invoke("getaddrinfo", null, new DnsEndPoint("nowhere", 80), () => throw new SocketException((int)SocketError.HostNotFound)));
        Assert.Equal($"getaddrinfo nowhere:80: {ErrnoTable.FromName("EAI_NONAME")}", exception.Message);
        Assert.IsType<DnsEndPoint>(exception.Target);
    }

    [Fact]
    public void ItsOwnExceptionsPassAsTheyAre()
    {
        SocketCallException own = new("send", null, ErrnoTable.FromNumber(90), null);
        Assert.Same(own, Assert.Throws<SocketCallException>(() => DotNetCall.Invoke("bind", null, Address, () => throw own)));
    }

    [Fact]
    public void ADisposedSocketIsSocketClosed()
    {
        Socket socket = new(AddressFamily.InterNetworkV6, SocketType.Dgram, ProtocolType.Udp);
        socket.Dispose();
        SocketInputException exception = Assert.Throws<SocketInputException>(() => DotNetCall.Invoke("bind", socket, Address, () => socket.Bind(Address)));
        Assert.Equal("SocketClosed", exception.ErrorId);
        Assert.Equal(TestSockets.Here("bind: EBADF (9) Bad file descriptor: the socket is closed"), exception.Message);
        Assert.Same(socket, exception.Target);
    }

    [Fact]
    public void WhatThePlatformLacksIsNotSupported()
    {
        SocketInputException exception = Assert.Throws<SocketInputException>(() =>
            DotNetCall.Invoke("socket", null, "AF_X", () => throw new PlatformNotSupportedException("not here")));
        Assert.Equal("NotSupported", exception.ErrorId);
        Assert.Equal("socket: not here", exception.Message);
    }

    [Theory]
    [InlineData("socket", "socket: EPERM (1) Operation not permitted")]
    [InlineData("bind", "bind: EACCES (13) Permission denied")]
    public void WhatIsDeniedIsNamedAsTheCallNamesIt(string call, string message)
    {
        // Windows has one number for both.
        message = TestSockets.Here(OperatingSystem.IsWindows() ? message.Replace("EPERM", "EACCES", StringComparison.Ordinal) : message);
        SocketCallException exception = Assert.Throws<SocketCallException>(() =>
            DotNetCall.Invoke(call, null, null, () => throw new SocketException((int)SocketError.AccessDenied)));
        Assert.Equal(message, exception.Message);
        Assert.Equal(SocketError.AccessDenied, exception.SocketErrorCode);
    }

    [Fact]
    public void ALinkLocalAddressIsToldItsInterface()
    {
        IPEndPoint peer = new(IPAddress.Parse("fe80::1"), 80);
        SocketCallException exception = DotNetCall.Failure("connect", peer, new SocketException((int)SocketError.InvalidArgument), null);
        Assert.EndsWith(": a link-local address needs its interface, as in [fe80::1%eth0]:80", exception.Message, StringComparison.Ordinal);
        Assert.StartsWith("Write [fe80::1%eth0]:80, ", exception.Error.RecommendedAction, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Wine", "Wine 8 has no AF_UNIX")]
    public void AMissingUnixPathIsENOENT()
    {
        using Socket socket = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        UnixDomainSocketEndPoint nowhere = new("/nonexistent/x.sock");
        SocketCallException bind = Assert.Throws<SocketCallException>(() => DotNetCall.Invoke("bind", socket, nowhere, () => socket.Bind(nowhere)));
        Assert.Equal(TestSockets.Here("bind /nonexistent/x.sock: ENOENT (2) No such file or directory"), bind.Message);
        Assert.Equal(SocketError.AddressNotAvailable, bind.SocketErrorCode);
    }

    [Fact]
    [Trait("Wine", "Wine 8 has no AF_UNIX")]
    public void AnErrorThatDotNetCannotNameGetsNoOthersName()
    {
        using Socket socket = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        UnixDomainSocketEndPoint impossible = new("/etc/services/x.sock");
        SocketCallException exception = Assert.Throws<SocketCallException>(() => DotNetCall.Invoke("bind", socket, impossible, () => socket.Bind(impossible)));

        // .NET says only SocketError of ENOTDIR and its like; EIO, a failed device, sends the user the wrong way.
        Assert.StartsWith("bind /etc/services/x.sock: ", exception.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("EIO", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void AnErrnoIsNamedToo()
    {
        SocketCallException exception = CallFailure.Of("sendto", Address, TestSockets.NumberOf("EMSGSIZE"), "target");
        Assert.Equal(TestSockets.Here("sendto [::1]:55555: EMSGSIZE (90) Message too long"), exception.Message);
        Assert.Equal(SocketError.MessageSize, exception.SocketErrorCode);
        Assert.Equal("target", exception.Target);
    }

    [Fact]
    public void ADotNetErrorMayHaveADetail()
    {
        SocketCallException exception = CallFailure.Of("recvfrom", Address, SocketError.TimedOut, null, "nothing came");
        Assert.Equal(TestSockets.Here("recvfrom [::1]:55555: ETIMEDOUT (110) Connection timed out: nothing came"), exception.Message);
    }
}
