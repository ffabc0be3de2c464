using System.Management.Automation;
using System.Net.Sockets;
using PSSockets.Parameters;
using PSSockets.Sockets;

namespace PSSockets.Commands;

/// <summary>Closes sockets: close(2), and unlink(2) for the path of a UNIX socket. Closing twice is not an error.</summary>
[Cmdlet(VerbsCommon.Close, "Socket", HelpUri = HelpAddress.Root + "Close-Socket.md")]
[OutputType(typeof(void))]
public sealed class CloseSocketCommand : SocketCommand
{
    // Those that wait for their peers: all at the same time.
    private readonly List<SocketRecord> _leaving = [];

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
    protected override void ProcessSocket(Socket socket)
    {
        if (IsVerbose && Transport.UnreadBytes(socket) is var unread and > 0)
        {
            WriteVerbose(FormattableString.Invariant($"{unread:N0} bytes of the peer are unread, so closing resets the connection: Disconnect-Socket -Direction Send and receiving until the end would not."));
        }

        SocketRecord record = socket;
        if (!record.IsClosed && record.Channel?.Leave(Transport) == true)
        {
            _leaving.Add(record);
            return;
        }

        Transport.Close(record);
    }

    /// <inheritdoc />
    protected override void ProcessEnd()
    {
        foreach (SocketRecord record in _leaving)
        {
            Transport.Close(record);
        }

        _leaving.Clear();
    }

    /// <inheritdoc />
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            // Also where the pipeline has been stopped, and nobody waits any more.
            ProcessEnd();
        }

        base.Dispose(disposing);
    }
}
