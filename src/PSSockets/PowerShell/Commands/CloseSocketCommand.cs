using System.Collections.Concurrent;
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
    private readonly BlockingCollection<SocketRecord> _leaving = [];
    private Task? _closing;

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
        SocketRecord record = socket;
        // A TLS session takes what is unread before it closes.
        if (IsVerbose && record.Tls is null && Transport.UnreadBytes(socket) is var unread and > 0)
        {
            WriteVerbose(FormattableString.Invariant($"{unread:N0} bytes of the peer are unread, so closing resets the connection: Disconnect-Socket -Direction Send and receiving until the end would not."));
        }

        if (!record.IsClosed && record.Channel?.Leave(Transport) == true)
        {
            CloseBeside(record);
            return;
        }

        Transport.Close(record);
    }

    /// <inheritdoc />
    protected override void ProcessEnd()
    {
        _leaving.CompleteAdding();
        _closing?.GetAwaiter().GetResult();
    }

    /// <inheritdoc />
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            // Also where the pipeline has been stopped, and nobody waits any more.
            ProcessEnd();
            _leaving.Dispose();
        }

        base.Dispose(disposing);
    }

    // Those that wait for their peers do so at the same time, each to an end of its own; and the next socket may be long in coming.
    private void CloseBeside(SocketRecord record)
    {
        _leaving.Add(record);
        if (_closing is null)
        {
            ISocketTransport transport = NewTransport();
            _closing = Task.Factory.StartNew(() => CloseAll(transport), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        }
    }

    private void CloseAll(ISocketTransport transport)
    {
        using (transport)
        {
            foreach (SocketRecord record in _leaving.GetConsumingEnumerable())
            {
                transport.Close(record);
            }
        }
    }
}
