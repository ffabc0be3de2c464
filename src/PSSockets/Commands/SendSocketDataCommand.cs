using System.Management.Automation;
using System.Net;
using System.Net.Sockets;
using System.Text;
using PSSockets.Errors;
using PSSockets.Parameters;
using PSSockets.Sockets;
using PSSockets.Streams;

namespace PSSockets.Commands;

/// <summary>Sends bytes to a stream, always all of them: send(2).</summary>
[Cmdlet(VerbsCommunications.Send, "SocketData", DefaultParameterSetName = DataSet, HelpUri = HelpAddress.Root + "Send-SocketData.md")]
[OutputType(typeof(SocketData), ParameterSetName = [DataSet])]
[OutputType(typeof(SocketTransfer), ParameterSetName = [FileSet])]
public sealed class SendSocketDataCommand : GuardedCommand
{
    private const string DataSet = "Data";
    private const string FileSet = "File";

    private MessageInput _input = null!;
    private ISocketEngine? _engine;
    private byte[]? _lineEnd;
    private readonly Dictionary<Socket, (StreamSender Sender, EndPoint? Peer)> _senders = [];

    /// <summary>The socket, connected; piped SocketData brings its own.</summary>
    [Parameter(Position = 0, ParameterSetName = DataSet)]
    [Parameter(Mandatory = true, Position = 0, ParameterSetName = FileSet)]
    [ArgumentCompleter(typeof(SocketCompleter))]
    public Socket? Socket { get; set; }

    /// <summary>Messages: text, <c>byte[]</c>, Datagrams, SocketData.</summary>
    [Parameter(Mandatory = true, Position = 1, ValueFromPipeline = true, ParameterSetName = DataSet)]
    [AllowNull]
    [AllowEmptyString]
    [AllowEmptyCollection]
    public object? InputObject { get; set; }

    /// <summary>Ends each message with a line feed.</summary>
    [Parameter(ParameterSetName = DataSet)]
    public SwitchParameter NewLine { get; set; }

    /// <summary>Ends each message with LF or CRLF; without it -NewLine means LF.</summary>
    [Parameter(ParameterSetName = DataSet)]
    [ValidateOneOf("LF", "CRLF")]
    [ArgumentCompleter(typeof(NewLineCompleter))]
    public string? NewLineText { get; set; }

    /// <summary>Begins each message with its length, in so many bytes in network order.</summary>
    [Parameter(ParameterSetName = DataSet)]
    [ValidateOneOf("1", "2", "4", "8")]
    [ArgumentCompleter(typeof(LengthPrefixCompleter))]
    public int LengthPrefix { get; set; }

    /// <summary>The file to send.</summary>
    [Parameter(Mandatory = true, ParameterSetName = FileSet)]
    public string Path { get; set; } = string.Empty;

    /// <summary>Sends urgent data: the last byte of each message is out of band (MSG_OOB).</summary>
    [Parameter(ParameterSetName = DataSet)]
    public SwitchParameter OutOfBand { get; set; }

    /// <summary>How text becomes bytes.</summary>
    [Parameter(ParameterSetName = DataSet)]
    [EncodingTransformation]
    [ArgumentCompleter(typeof(EncodingCompleter))]
    public Encoding Encoding { get; set; } = new UTF8Encoding(false);

    /// <summary>The longest wait while the peer takes nothing, in seconds; without it for ever.</summary>
    [Parameter]
    [ValidateRange(0.0, Limits.LongestTimeout)]
    public double TimeoutSeconds { get; set; }

    /// <summary>Writes what was sent.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    /// <inheritdoc />
    protected override void BeginProcessing()
    {
        _input = new MessageInput(Encoding);
        _lineEnd = NewLineText is null && !NewLine ? null
            : Encoding.GetBytes("CRLF".Equals(NewLineText, StringComparison.OrdinalIgnoreCase) ? "\r\n" : "\n");
        _engine = SocketEngine.Create(Stop);
    }

    /// <inheritdoc />
    protected override void ProcessInput()
    {
        if (ParameterSetName == FileSet)
        {
            SendFile();
            return;
        }

        _input.AddAll(InputObject, Guard, Send);
    }

    /// <inheritdoc />
    protected override void ProcessEnd() => _input.Flush(Send);

    /// <inheritdoc />
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _engine?.Dispose();
        }

        base.Dispose(disposing);
    }

    private (StreamSender Sender, EndPoint? Peer) SenderFor(Socket socket)
    {
        StreamSocket.Check("send", socket, "Send-Datagram");
        if (!_senders.TryGetValue(socket, out (StreamSender Sender, EndPoint? Peer) known))
        {
            known = (new StreamSender(_engine!, socket, Given(TimeoutSeconds, nameof(TimeoutSeconds))), SocketNames.Remote(socket));
            _senders.Add(socket, known);
        }

        return known;
    }

    private void Send(MessageInput.Message message)
    {
        Socket socket = Socket ?? message.Through ?? throw new SocketInputException(
            ErrorIds.InvalidArgument, "send: there is no socket to send through", "Give -Socket; only SocketData that was received brings its own.", message.Data);
        (StreamSender sender, EndPoint? peer) = SenderFor(socket);
        if (sender.IsBroken)
        {
            throw new SocketInputException(
                ErrorIds.StreamBroken, "send: an earlier message was sent only in part, and what follows would be taken for its rest", "Close the socket and connect again.", socket);
        }

        byte[] data = _lineEnd is null ? message.Data : [.. message.Data, .. _lineEnd];
        byte[] frame = LengthPrefix == 0 ? data : StreamSender.Prefix(data, LengthPrefix);
        sender.Send(frame, OutOfBand ? SocketFlags.OutOfBand : SocketFlags.None);
        WriteCall("send", socket, peer, frame.Length);
        if (PassThru)
        {
            WriteObject(new SocketData(message.Data, socket, peer, Encoding));
        }
    }

    private void SendFile()
    {
        Socket socket = Socket!;
        (StreamSender sender, EndPoint? peer) = SenderFor(socket);
        string path = UserPath.ResolveFile(SessionState, Path);
        using FileStream file = TransferFile.Open(path);
        using TransferProgress progress = new($"Sending {path}", file.CanSeek ? file.Length : null, ShowProgress);
        long length = TransferFile.Use(path, () => sender.SendFile(file, progress.Report));
        WriteCall("send", socket, peer, length);
        if (PassThru)
        {
            WriteObject(new SocketTransfer(path, length, progress.Elapsed, peer, socket));
        }
    }
}
