using System.Management.Automation;
using System.Net.Sockets;
using PSSockets.Errors;
using PSSockets.Parameters;
using PSSockets.Sockets;

namespace PSSockets.Commands;

/// <summary>Ends one or both directions of a connection: shutdown(2). Without a direction, a datagram socket forgets its peer: connect(2) with AF_UNSPEC.</summary>
[Cmdlet(VerbsCommunications.Disconnect, "Socket", HelpUri = HelpAddress.Root + "Disconnect-Socket.md")]
[OutputType(typeof(Socket))]
public sealed class DisconnectSocketCommand : SocketCommand
{
    /// <summary>The direction that ends: what this side sends, what it receives, or both.</summary>
    [Parameter(Position = 1)]
    [ArgumentCompleter(typeof(DirectionCompleter))]
    public string Direction { get; set; } = nameof(SocketShutdown.Both);

    /// <summary>Writes the socket.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    /// <inheritdoc />
    protected override void ProcessSocket(Socket socket)
    {
        SocketShutdown direction = SocketNameTables.Directions.Parse(Direction);
        object? peer = SocketNames.Remote(socket);
        if (socket.SocketType == SocketType.Dgram && !MyInvocation.BoundParameters.ContainsKey(nameof(Direction)))
        {
            DatagramPeer.Dissolve(socket);
            WriteCall("connect", socket, "AF_UNSPEC", 0);
        }
        else
        {
            SystemCall.Invoke("shutdown", socket, peer, () => socket.Shutdown(direction));
            string how = direction == SocketShutdown.Both ? "SHUT_RDWR" : direction == SocketShutdown.Send ? "SHUT_WR" : "SHUT_RD";
            WriteCall("shutdown", socket, peer is null ? how : $"{peer}, {how}", 0);
        }

        if (PassThru)
        {
            WriteObject(socket);
        }
    }
}
