using System.Net;
using System.Net.Sockets;
using PSSockets.Transport;
using PSSockets.Waiting;

namespace PSSockets.UnitTests;

/// <summary><see cref="TransportTests"/> on .NET's own calls.</summary>
public sealed class ManagedTransportTests() : TransportTests(EngineKind.Portable)
{
    // There .NET would connect another descriptor, which is not bound: that must not go unsaid.
    [Fact]
    public override void ARefusedBoundSocketCanTryAgainFromItsPort()
    {
        using Socket listener = TestSockets.Refusing();
        using Socket socket = TestSockets.Stream(listener.LocalEndPoint!);
        SocketTransport.Quiet.Bind(socket, new IPEndPoint(IPAddress.Loopback, 0));
        Assert.Throws<SocketCallException>(() => TestSockets.Connect(Engine, socket, listener.LocalEndPoint!));
        listener.Listen();
        SocketInputException refusal = Assert.Throws<SocketInputException>(() => TestSockets.Connect(Engine, socket, listener.LocalEndPoint!));
        Assert.Equal("NotSupported", refusal.ErrorId);
    }

    [Fact]
    public void AfterAShutdownNothingIsReceived()
    {
        using Socket peer = TestSockets.Bound(IPAddress.Loopback);
        using Socket socket = TestSockets.Bound(IPAddress.Loopback);
        TestSockets.Connect(Engine, socket, peer.LocalEndPoint!);
        socket.Shutdown(SocketShutdown.Receive);
        Datagram? datagram = null;
        Exception? exception = Record.Exception(() => datagram = Engine.Receive(socket, TestSockets.Options(), Deadline.After(0.2)));
        Assert.True(exception is null or SocketCallException { SocketErrorCode: SocketError.Shutdown }, $"{exception}");
        Assert.Null(datagram);
    }
}
