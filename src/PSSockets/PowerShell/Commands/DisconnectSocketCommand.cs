using System.Management.Automation;
using System.Net.Sockets;
using PSSockets.Parameters;
using PSSockets.Sockets;
using PSSockets.Waiting;

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
        if (socket.SocketType == SocketType.Dgram && !MyInvocation.BoundParameters.ContainsKey(nameof(Direction)))
        {
            Transport.Dissolve(socket);
        }
        else
        {
            bool isTold = direction != SocketShutdown.Receive
                && SocketRecord.Of(socket) is { Tls: not null, Channel: IByteChannel channel } && channel.EndWrite(Transport, Deadline.Never);
            try
            {
                Transport.Shutdown(socket, direction);
            }
            catch (SocketCallException exception) when (isTold && exception.SocketErrorCode == SocketError.NotConnected)
            {
                // The peer has heard of the end, and has gone at once.
            }
        }

        if (PassThru)
        {
            WriteObject(socket);
        }
    }
}
