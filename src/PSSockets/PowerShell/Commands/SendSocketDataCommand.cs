using System.Management.Automation;
using System.Net;
using System.Net.Sockets;
using System.Text;
using PSSockets.Channels;
using PSSockets.Errors;
using PSSockets.Parameters;
using PSSockets.Sockets;
using PSSockets.Streams;

namespace PSSockets.Commands;

/// <summary>Sends bytes to a stream, always all of them: send(2).</summary>
[Cmdlet(VerbsCommunications.Send, "SocketData", DefaultParameterSetName = DataSet, HelpUri = HelpAddress.Root + "Send-SocketData.md")]
[OutputType(typeof(SocketData), ParameterSetName = [DataSet])]
[OutputType(typeof(SocketTransfer), ParameterSetName = [FileSet, StreamSet])]
public sealed class SendSocketDataCommand : WaitingCommand
{
    private const string DataSet = "Data";
    private const string FileSet = "File";
    private const string StreamSet = "Stream";

    private PayloadInput _input = null!;
    private byte[]? _lineEnd;
    private LengthPrefix? _prefix;
    private readonly Dictionary<Socket, (StreamSender Sender, EndPoint? Peer)> _senders = [];

    /// <summary>The socket, connected; piped SocketData brings its own.</summary>
    [Parameter(Position = 0, ParameterSetName = DataSet)]
    [Parameter(Mandatory = true, Position = 0, ParameterSetName = FileSet)]
    [Parameter(Mandatory = true, Position = 0, ParameterSetName = StreamSet)]
    [LiveSocket]
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
    [ValidateOneOf("1", "2", "3", "4", "5", "6", "7", "8")]
    [ArgumentCompleter(typeof(LengthPrefixCompleter))]
    public int LengthPrefix { get; set; }

    /// <summary>The least significant byte of the length comes first.</summary>
    [Parameter(ParameterSetName = DataSet)]
    public SwitchParameter LittleEndian { get; set; }

    /// <summary>The length counts its own bytes too.</summary>
    [Parameter(ParameterSetName = DataSet)]
    public SwitchParameter LengthIncludesPrefix { get; set; }

    /// <summary>After how many bytes of each message its length stands, which does not count them.</summary>
    [Parameter(ParameterSetName = DataSet)]
    [ValidateRange(0, Limits.LargestLengthOffset)]
    public int LengthOffset { get; set; }

    /// <summary>The file to send.</summary>
    [Parameter(Mandatory = true, ParameterSetName = FileSet)]
    public string Path { get; set; } = string.Empty;

    /// <summary>The stream whose bytes are sent, to its end.</summary>
    [Parameter(Mandatory = true, ParameterSetName = StreamSet)]
    public Stream InputStream { get; set; } = null!;

    /// <summary>Sends urgent data: the last byte of each message is out of band (MSG_OOB).</summary>
    [Parameter(ParameterSetName = DataSet)]
    public SwitchParameter OutOfBand { get; set; }

    /// <summary>How text becomes bytes.</summary>
    [Parameter(ParameterSetName = DataSet)]
    [EncodingTransformation]
    [ArgumentCompleter(typeof(EncodingCompleter))]
    public Encoding Encoding { get; set; } = new UTF8Encoding(false);

    /// <summary>Writes what was sent.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    /// <inheritdoc />
    protected override void BeginProcessing()
    {
        base.BeginProcessing();
        _input = new PayloadInput(Encoding);
        _lineEnd = NewLineText is null && !NewLine ? null
            : Encoding.GetBytes("CRLF".Equals(NewLineText, StringComparison.OrdinalIgnoreCase) ? "\r\n" : "\n");
        _prefix = LengthPrefix == 0 ? null : new LengthPrefix(LengthPrefix, LittleEndian, LengthIncludesPrefix, LengthOffset);
        string[] alone = [nameof(LittleEndian), nameof(LengthIncludesPrefix), nameof(LengthOffset)];
        if (_prefix is null && Array.Find(alone, MyInvocation.BoundParameters.ContainsKey) is string parameter)
        {
            ThrowTerminatingError(ErrorRecords.From(new SocketInputException(
                ErrorIds.InvalidArgument, $"send: -{parameter} says how -LengthPrefix is written, which is not given", "Give -LengthPrefix too.", parameter)));
        }
    }

    /// <inheritdoc />
    protected override void ProcessInput()
    {
        if (ParameterSetName == FileSet)
        {
            SendFile(() => TransferFile.Open(UserPath.ResolveFile(SessionState, Path), Stop, Limit));
            return;
        }

        if (ParameterSetName == StreamSet)
        {
            SendFile(() => new GivenStream(InputStream, Stop, Limit));
            return;
        }

        _input.AddAll(InputObject, Guard, Send);
    }

    /// <inheritdoc />
    protected override void ProcessEnd() => _input.Flush(Send);

    private (StreamSender Sender, EndPoint? Peer) SenderFor(Socket socket)
    {
        StreamSocket.Check("send", socket, "Send-Datagram");
        if (!_senders.TryGetValue(socket, out (StreamSender Sender, EndPoint? Peer) known))
        {
            known = (new StreamSender(Transport, socket, ByteChannel.Of(socket), Limit), Transport.RemoteEndPoint(socket));
            _senders.Add(socket, known);
        }

        return known;
    }

    private void Send(PayloadInput.Payload payload)
    {
        Socket socket = Socket ?? payload.Through ?? throw new SocketInputException(
            ErrorIds.InvalidArgument, "send: there is no socket to send through", "Give -Socket; only SocketData that was received brings its own.", payload.Data);
        (StreamSender sender, EndPoint? peer) = SenderFor(socket);
        byte[] data = _lineEnd is null ? payload.Data : [.. payload.Data, .. _lineEnd];
        byte[] frame = _prefix is LengthPrefix prefix ? prefix.Apply(data) : data;
        sender.Send(frame, OutOfBand ? SocketFlags.OutOfBand : SocketFlags.None);
        if (PassThru)
        {
            WriteObject(new SocketData(payload.Data, socket, peer, Encoding) { IsSent = true, SentFrom = Transport.LocalEndPoint(socket) });
        }
    }

    private void SendFile(Func<TransferFile> open)
    {
        Socket socket = Socket!;
        (StreamSender sender, EndPoint? peer) = SenderFor(socket);
        using TransferFile file = open();
        using TransferProgress progress = new($"Sending {file.Path}", file.Length, ShowProgress);
        long length = sender.SendFile(file, progress.Report);
        if (PassThru)
        {
            WriteObject(new SocketTransfer(file.Path, length, progress.Elapsed, peer, socket));
        }
    }
}
