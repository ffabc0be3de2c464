using System.Management.Automation;
using System.Net.Sockets;
using System.Text;
using PSSockets.Channels;
using PSSockets.Errors;
using PSSockets.Parameters;
using PSSockets.Sockets;
using PSSockets.Streams;

namespace PSSockets.Commands;

/// <summary>Copies both ways between two streams until both have ended: recv(2), send(2), shutdown(2).</summary>
[Cmdlet(VerbsCommon.Join, "Socket", HelpUri = HelpAddress.Root + "Join-Socket.md")]
[OutputType(typeof(SocketData))]
public sealed class JoinSocketCommand : WaitingCommand
{
    /// <summary>One of the two sockets, connected.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true)]
    [LiveSocket]
    [ArgumentCompleter(typeof(SocketCompleter))]
    public Socket Socket { get; set; } = null!;

    /// <summary>The other socket, connected.</summary>
    [Parameter(Mandatory = true, Position = 1)]
    [LiveSocket]
    [ArgumentCompleter(typeof(SocketCompleter))]
    public Socket OtherSocket { get; set; } = null!;

    /// <summary>Writes each piece that has passed, with the socket that it came from and the time.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    /// <summary>How the text of what -PassThru writes is read.</summary>
    [Parameter]
    [EncodingTransformation]
    [ArgumentCompleter(typeof(EncodingCompleter))]
    public Encoding Encoding { get; set; } = new UTF8Encoding(false);

    /// <inheritdoc />
    protected override void ProcessInput()
    {
        JoinedStream first = Stream(Socket);
        JoinedStream second = Stream(OtherSocket);
        if (ReferenceEquals(Socket, OtherSocket))
        {
            throw new SocketInputException(ErrorIds.InvalidArgument, "join: it is the same socket twice", "Give two sockets; an echo is: Receive-SocketData $socket -Continuous | Send-SocketData $socket.", Socket);
        }

        using TransferProgress? progress = PassThru ? null : new($"Joining {first.Name} and {second.Name}", null, ShowProgress);
        StreamJoiner joiner = new(Transport, first, second, Limit)
        {
            Passed = PassThru ? Write : null,
            Progress = progress is null ? null : (there, back) => progress.Report(there + back, () => $"{TransferProgress.Size(there)} there, {TransferProgress.Size(back)} back"),
        };
        try
        {
            joiner.Run();
        }
        finally
        {
            NoteCall(() => FormattableString.Invariant($"join: {joiner.FromFirst:N0} bytes from {first.Name}, {joiner.FromSecond:N0} bytes from {second.Name}"));
        }

        WarnOfCut(first.Record);
        WarnOfCut(second.Record);
    }

    private JoinedStream Stream(Socket socket)
    {
        SocketRecord record = socket;
        if (record.IsClosed)
        {
            throw CallFailure.Closed("join", socket);
        }

        if (socket.SocketType != SocketType.Stream)
        {
            throw new SocketInputException(
                ErrorIds.NotSupported, "join: the socket carries messages, not a stream", "Copy one way with: Receive-Datagram $one -Continuous | Send-Datagram $other.", socket);
        }

        return Transport.State(record) is SocketState.New or SocketState.Bound or SocketState.Listening
            ? throw CallFailure.Of("join", Transport.LocalEndPoint(record), SocketError.NotConnected, socket)
            : new JoinedStream(record, ByteChannel.Of(record), Transport.RemoteEndPoint(record));
    }

    private void Write(JoinedStream source, ReadOnlySpan<byte> bytes) => WriteObject(new SocketData(bytes.ToArray(), source.Record.Socket, source.Peer, Encoding));
}
