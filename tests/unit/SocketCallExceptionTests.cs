using System.Net.Sockets;
using PSSockets.Errors;

namespace PSSockets.UnitTests;

public sealed class SocketCallExceptionTests
{
    private static readonly SocketErrorInfo InUse = ErrnoTable.FromName("EADDRINUSE")!;

    [Fact]
    public void TheMessageSaysCallAddressAndError()
    {
        SocketCallException exception = new("bind", "[::1]:55555", InUse, "target");
        Assert.Equal(TestSockets.Here("bind [::1]:55555: EADDRINUSE (98) Address already in use"), exception.Message);
        Assert.Equal(SocketError.AddressAlreadyInUse, exception.SocketErrorCode);
        Assert.Equal("bind", exception.Call);
        Assert.Equal("[::1]:55555", exception.Address);
        Assert.Same(InUse, exception.Error);
        Assert.Equal("target", exception.Target);
        Assert.Null(exception.Detail);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    public void WithoutAnAddressThereIsNoGap(string? address)
    {
        Assert.Equal(TestSockets.Here("bind: EADDRINUSE (98) Address already in use"), new SocketCallException("bind", address, InUse, null).Message);
    }

    [Fact]
    public void TheDetailComesLast()
    {
        Assert.Equal(TestSockets.Here("bind x: EADDRINUSE (98) Address already in use: why"), new SocketCallException("bind", "x", InUse, null, "why").Message);
    }
}
