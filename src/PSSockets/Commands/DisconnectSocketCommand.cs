using System.Management.Automation;
using System.Net.Sockets;
using PSSockets.Errors;
using PSSockets.Sockets;

namespace PSSockets.Commands;

/// <summary>Ends one or both directions of a connection: shutdown(2). Without a direction, a datagram socket forgets its peer: connect(2) with AF_UNSPEC.</summary>
[Cmdlet(VerbsCommunications.Disconnect, "Socket")]
[OutputType(typeof(Socket))]
public sealed class DisconnectSocketCommand : SocketCommand
{
    /// <summary>The direction that ends: what this side sends, what it receives, or both.</summary>
    [Parameter(Position = 1)]
    public SocketShutdown Direction { get; set; } = SocketShutdown.Both;

    /// <summary>Writes the socket.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    /// <inheritdoc />
    protected override void ProcessSocket(Socket socket)
    {
        object? peer = SocketNames.Remote(socket);
        if (socket.SocketType == SocketType.Dgram && !MyInvocation.BoundParameters.ContainsKey(nameof(Direction)))
        {
            DatagramPeer.Dissolve(socket);
            WriteCall("connect", socket, "AF_UNSPEC", 0);
        }
        else
        {
            SystemCall.Invoke("shutdown", socket, peer, () => socket.Shutdown(Direction));
            string how = Direction == SocketShutdown.Both ? "SHUT_RDWR" : Direction == SocketShutdown.Send ? "SHUT_WR" : "SHUT_RD";
            WriteCall("shutdown", socket, peer is null ? how : $"{peer}, {how}", 0);
        }

        if (PassThru)
        {
            WriteObject(socket);
        }
    }
}
