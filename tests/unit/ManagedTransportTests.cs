using System.Net;
using System.Net.Sockets;
using PSSockets.Waiting;

namespace PSSockets.UnitTests;

/// <summary><see cref="TransportTests"/> on .NET's own calls.</summary>
public sealed class ManagedTransportTests() : TransportTests(EngineKind.Portable)
{
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
