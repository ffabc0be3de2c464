using System.Net;
using System.Net.Sockets;
using PSSockets.Native;
using PSSockets.Sockets;
using PSSockets.Transport;
using PSSockets.Views;
using PSSockets.Waiting;

namespace PSSockets.UnitTests;

public sealed class SocketInternalsTests
{
    [Fact]
    public void IsTheSocketsOwnHandle()
    {
        using Socket socket = SocketFactory.Create(SocketTransport.Quiet, AddressFamily.InterNetwork, SocketType.Stream);
        Assert.Same(SocketInternals.HandleOf(socket), socket.SafeHandle);
        Assert.False(SocketInternals.HandleOf(socket).IsClosed);
        socket.Dispose();
        Assert.True(SocketInternals.HandleOf(socket).IsClosed);
    }

    [Fact]
    [Trait("Windows", "Windows has no SO_REUSEPORT")]
    public void LookingLeavesDotNetAbleToTryAgain()
    {
        CanTryAgain(socket =>
        {
            _ = SocketInternals.HandleOf(socket);
            _ = SocketTransport.Quiet.State(socket);
            _ = SocketTransport.Quiet.LocalEndPoint(socket);
            _ = SocketTransport.Quiet.RemoteEndPoint(socket);
            _ = SocketTransport.Quiet.IsConnected(socket);
            _ = SocketRecord.Of(socket).IsClosed;
            _ = SocketRecord.Of(socket).Id;
            _ = TestSockets.HasReuseAddress(socket);
            _ = TestSockets.HasReusePort(socket);
            Assert.StartsWith("IPv4 Stream ", SocketView.Describe(socket), StringComparison.Ordinal);
        });
    }

    [Fact]
    [Trait("Wine", "Wine 8 answers ECONNABORTED to the connect after a refused one")]
    public void TheRegistryLeavesDotNetAbleToTryAgain()
    {
        CanTryAgain(socket =>
        {
            SocketTable.Add(socket);
            Assert.Contains(socket, SocketTable.Open());
            SocketTable.Remove(socket);
        });
    }

    [Fact]
    [Trait("Wine", "Wine 8 answers ECONNABORTED to the connect after a refused one")]
    public void ResolvingForASocketLeavesDotNetAbleToTryAgain()
    {
        using StopSignal stop = new();
        CanTryAgain(socket => UsableAddress.AllFor(socket, new IPEndPoint(IPAddress.Loopback, 1), "connect", stop));
    }

    [Fact]
    [Trait("Windows", "the transport of Linux, which calls libc")]
    public void AnEnginesRefusedConnectLeavesDotNetAbleToTryAgain()
    {
        using StopSignal stop = new();
        using LinuxTransport engine = new(stop);
        using Socket dead = TestSockets.Refusing();
        using Socket living = TestSockets.Listening();
        using Socket socket = SocketFactory.Create(SocketTransport.Quiet, AddressFamily.InterNetwork, SocketType.Stream);
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
        // What all this is for; when .NET has changed its mind, SocketInternals can go.
        Assert.Throws<PlatformNotSupportedException>(() => CanTryAgain(socket => _ = socket.Handle));
    }

    private static void CanTryAgain(Action<Socket> look)
    {
        using Socket dead = TestSockets.Refusing();
        using Socket living = TestSockets.Listening();
        using Socket socket = SocketFactory.Create(SocketTransport.Quiet, AddressFamily.InterNetwork, SocketType.Stream);
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
