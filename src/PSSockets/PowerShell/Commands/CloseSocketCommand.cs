using System.Management.Automation;
using System.Net.Sockets;
using PSSockets.Parameters;

namespace PSSockets.Commands;

/// <summary>Closes sockets: close(2), and unlink(2) for the path of a UNIX socket. Closing twice is not an error.</summary>
[Cmdlet(VerbsCommon.Close, "Socket", HelpUri = HelpAddress.Root + "Close-Socket.md")]
[OutputType(typeof(void))]
public sealed class CloseSocketCommand : SocketCommand
{
    /// <summary>The sockets; null is passed over, so that a finally block need not ask whether there is one.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true)]
    [AllowNull]
    [AllowEmptyCollection]
    [LiveSocket]
    [ArgumentCompleter(typeof(SocketCompleter))]
    public override Socket[] Socket { get; set; } = [];

    /// <inheritdoc />
    protected override void ProcessInput()
    {
        Socket = Socket is null ? [] : Array.FindAll(Socket, socket => socket is not null);
        base.ProcessInput();
    }

    /// <inheritdoc />
    protected override void ProcessSocket(Socket socket) => Transport.Close(socket);
}
