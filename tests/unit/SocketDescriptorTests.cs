using System.Net;
using System.Net.Sockets;
using PSSockets.Addressing;
using PSSockets.Interop;
using PSSockets.Sockets;
using PSSockets.Views;

namespace PSSockets.UnitTests;

public sealed class SocketDescriptorTests
{
    [Fact]
    public void IsTheSocketsOwnHandle()
    {
        using Socket socket = SocketFactory.Create(AddressFamily.InterNetwork, SocketType.Stream);
        Assert.Same(SocketDescriptor.Of(socket), socket.SafeHandle);
        Assert.False(SocketDescriptor.Of(socket).IsClosed);
        socket.Dispose();
        Assert.True(SocketDescriptor.Of(socket).IsClosed);
    }

    [Fact]
    [Trait("Windows", "Windows has no SO_REUSEPORT")]
    public void LookingLeavesDotNetAbleToTryAgain()
    {
        CanTryAgain(socket =>
        {
            _ = SocketDescriptor.Of(socket);
            _ = SocketNames.State(socket);
            _ = SocketNames.Local(socket);
            _ = SocketNames.Remote(socket);
            _ = SocketNames.IsConnected(socket);
            _ = SocketNames.IsClosed(socket);
            _ = SocketRegistry.IdOf(socket);
            _ = SocketFactory.DescribeCall(socket);
            _ = SocketOptions.HasReuseAddress(socket);
            _ = SocketOptions.HasReusePort(socket);
            Assert.StartsWith("IPv4 Stream ", SocketView.Describe(socket), StringComparison.Ordinal);
        });
    }

    [Fact]
    [Trait("Wine", "Wine 8 answers ECONNABORTED to the connect after a refused one")]
    public void TheRegistryLeavesDotNetAbleToTryAgain()
    {
        CanTryAgain(socket =>
        {
            SocketRegistry.Add(socket);
            Assert.Contains(socket, SocketRegistry.Open());
            SocketRegistry.Remove(socket);
        });
    }

    [Fact]
    [Trait("Wine", "Wine 8 answers ECONNABORTED to the connect after a refused one")]
    public void ResolvingForASocketLeavesDotNetAbleToTryAgain()
    {
        using StopSignal stop = new();
        CanTryAgain(socket => EndPointResolver.AllFor(socket, new IPEndPoint(IPAddress.Loopback, 1), "connect", stop));
    }

    [Fact]
    [Trait("Windows", "the engine of Linux, which calls libc")]
    public void AnEnginesRefusedConnectLeavesDotNetAbleToTryAgain()
    {
        using StopSignal stop = new();
        using LinuxSocketEngine engine = new(stop);
        using Socket dead = TestSockets.Refusing();
        using Socket living = TestSockets.Listening();
        using Socket socket = SocketFactory.Create(AddressFamily.InterNetwork, SocketType.Stream);
        Assert.Throws<SocketCallException>(() => TestSockets.Connect(engine, socket, dead.LocalEndPoint!));
        engine.Wait([socket], WaitFor.Read, new bool[1], Deadline.Now);
        Assert.Throws<SocketException>(() => socket.Connect(dead.LocalEndPoint!));
        socket.Connect(living.LocalEndPoint!);
        Assert.True(socket.Connected);
    }

    [Fact]
    [Trait("Windows", ".NET on Windows connects the same handle again")]
    public void ReadingTheHandleWouldNot()
    {
        // What all this is for; when .NET has changed its mind, SocketDescriptor can go.
        Assert.Throws<PlatformNotSupportedException>(() => CanTryAgain(socket => _ = socket.Handle));
    }

    private static void CanTryAgain(Action<Socket> look)
    {
        using Socket dead = TestSockets.Refusing();
        using Socket living = TestSockets.Listening();
        using Socket socket = SocketFactory.Create(AddressFamily.InterNetwork, SocketType.Stream);
        look(socket);
        SocketException refused = Assert.Throws<SocketException>(() => socket.Connect(dead.LocalEndPoint!));
        Assert.Equal(SocketError.ConnectionRefused, refused.SocketErrorCode);
        look(socket);
        socket.Connect(living.LocalEndPoint!);
        look(socket);
        using Socket accepted = living.Accept();
        socket.Send("hello"u8.ToArray());
        Assert.Equal("hello", TestSockets.Hear(accepted));
    }
}
