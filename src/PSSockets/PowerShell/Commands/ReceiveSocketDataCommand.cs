using System.Collections;
using System.Management.Automation;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.RegularExpressions;
using PSSockets.Channels;
using PSSockets.Errors;
using PSSockets.Parameters;
using PSSockets.Sockets;
using PSSockets.Streams;

namespace PSSockets.Commands;

/// <summary>Receives from a stream: recv(2). Bytes after a frame stay in the socket for whoever reads next.</summary>
[Cmdlet(VerbsCommunications.Receive, "SocketData", DefaultParameterSetName = AvailableSet, SupportsShouldProcess = true, HelpUri = HelpAddress.Root + "Receive-SocketData.md")]
[OutputType(typeof(SocketData), typeof(string), typeof(byte[]), typeof(SocketTransfer))]
public sealed class ReceiveSocketDataCommand : WaitingSocketCommand
{
    private const string AvailableSet = "Available";
    private const string LengthSet = "Length";
    private const string LineSet = "Line";
    private const string DelimiterSet = "Delimiter";
    private const string MatchSet = "Match";
    private const string PrefixSet = "LengthPrefix";
    private const string FormatSet = "Format";
    private const string EndSet = "ToEnd";
    private const string FileSet = "OutFile";
    private const int DefaultPiece = 65536;
    private const int DefaultFrame = 1 << 30;

    private bool _hasFile;
    private Framing? _framing;

    /// <summary>Exactly so many bytes.</summary>
    [Parameter(Mandatory = true, ParameterSetName = LengthSet)]
    [Parameter(ParameterSetName = FileSet)]
    [ValidateRange(0L, long.MaxValue)]
    public long Length { get; set; }

    /// <summary>One line, ended by LF or CRLF, as text without its end.</summary>
    [Parameter(Mandatory = true, ParameterSetName = LineSet)]
    public SwitchParameter Line { get; set; }

    /// <summary>Up to a delimiter, text or <c>byte[]</c>, which is taken and not written; of several, up to whichever comes first.</summary>
    [Parameter(Mandatory = true, ParameterSetName = DelimiterSet)]
    public object Delimiter { get; set; } = string.Empty;

    /// <summary>Up to and with text that matches a regular expression, such as a prompt.</summary>
    [Parameter(Mandatory = true, ParameterSetName = MatchSet)]
    [PatternTransformation]
    public Regex Match { get; set; } = null!;

    /// <summary>A message after its length, an unsigned integer of so many bytes in network order.</summary>
    [Parameter(Mandatory = true, ParameterSetName = PrefixSet)]
    [ValidateOneOf("1", "2", "3", "4", "5", "6", "7", "8")]
    [ArgumentCompleter(typeof(LengthPrefixCompleter))]
    public int LengthPrefix { get; set; }

    /// <summary>The least significant byte of the length comes first.</summary>
    [Parameter(ParameterSetName = PrefixSet)]
    public SwitchParameter LittleEndian { get; set; }

    /// <summary>The length counts its own bytes too.</summary>
    [Parameter(ParameterSetName = PrefixSet)]
    public SwitchParameter LengthIncludesPrefix { get; set; }

    /// <summary>How many bytes of the message stand before the length, which does not count them.</summary>
    [Parameter(ParameterSetName = PrefixSet)]
    [ValidateRange(0, Limits.LargestLengthOffset)]
    public int LengthOffset { get; set; }

    /// <summary>One message of this format, which tells its length itself.</summary>
    [Parameter(Mandatory = true, ParameterSetName = FormatSet)]
    [MessageFormatTransformation]
    [ArgumentCompleter(typeof(MessageFormatCompleter))]
    public MessageFormat Format { get; set; } = null!;

    /// <summary>Everything until the peer closes.</summary>
    [Parameter(Mandatory = true, ParameterSetName = EndSet)]
    public SwitchParameter ToEnd { get; set; }

    /// <summary>Everything until the peer closes, into this file.</summary>
    [Parameter(Mandatory = true, ParameterSetName = FileSet)]
    public string OutFile { get; set; } = string.Empty;

    /// <summary>Adds to the file that is there.</summary>
    [Parameter(ParameterSetName = FileSet)]
    public SwitchParameter Append { get; set; }

    /// <summary>The most bytes of what is written: 65,536 of what one recv gives, 1 GiB of a frame, unless told otherwise.</summary>
    [Parameter(ParameterSetName = AvailableSet)]
    [Parameter(ParameterSetName = LineSet)]
    [Parameter(ParameterSetName = DelimiterSet)]
    [Parameter(ParameterSetName = MatchSet)]
    [Parameter(ParameterSetName = PrefixSet)]
    [Parameter(ParameterSetName = FormatSet)]
    [Parameter(ParameterSetName = EndSet)]
    [ValidateRange(1, Limits.LargestReceive)]
    public int MaximumSize { get; set; }

    /// <summary>How many to receive from each socket; less when the peer closes.</summary>
    [Parameter(ParameterSetName = AvailableSet)]
    [Parameter(ParameterSetName = LengthSet)]
    [Parameter(ParameterSetName = LineSet)]
    [Parameter(ParameterSetName = DelimiterSet)]
    [Parameter(ParameterSetName = MatchSet)]
    [Parameter(ParameterSetName = PrefixSet)]
    [Parameter(ParameterSetName = FormatSet)]
    [ValidateRange(1, int.MaxValue)]
    public int Count { get; set; } = 1;

    /// <summary>Receives until the peer closes, or nothing came for -TimeoutSeconds, or stopped.</summary>
    [Parameter(ParameterSetName = AvailableSet)]
    [Parameter(ParameterSetName = LengthSet)]
    [Parameter(ParameterSetName = LineSet)]
    [Parameter(ParameterSetName = DelimiterSet)]
    [Parameter(ParameterSetName = MatchSet)]
    [Parameter(ParameterSetName = PrefixSet)]
    [Parameter(ParameterSetName = FormatSet)]
    public SwitchParameter Continuous { get; set; }

    /// <summary>Shows what has come and leaves it in the socket (MSG_PEEK).</summary>
    [Parameter(ParameterSetName = AvailableSet)]
    public SwitchParameter Peek { get; set; }

    /// <summary>Receives urgent data (MSG_OOB).</summary>
    [Parameter(ParameterSetName = AvailableSet)]
    public SwitchParameter OutOfBand { get; set; }

    /// <summary>Refuses every option of telnet that the peer offers or asks for, and takes that out of what comes, from now on.</summary>
    [Parameter(ParameterSetName = AvailableSet)]
    [Parameter(ParameterSetName = LineSet)]
    [Parameter(ParameterSetName = DelimiterSet)]
    [Parameter(ParameterSetName = MatchSet)]
    [Parameter(ParameterSetName = EndSet)]
    public SwitchParameter Telnet { get; set; }

    /// <summary>Writes text.</summary>
    [Parameter(ParameterSetName = AvailableSet)]
    [Parameter(ParameterSetName = LengthSet)]
    [Parameter(ParameterSetName = DelimiterSet)]
    [Parameter(ParameterSetName = MatchSet)]
    [Parameter(ParameterSetName = PrefixSet)]
    [Parameter(ParameterSetName = FormatSet)]
    [Parameter(ParameterSetName = EndSet)]
    public SwitchParameter AsText { get; set; }

    /// <summary>Writes one <c>byte[]</c>.</summary>
    [Parameter(ParameterSetName = AvailableSet)]
    [Parameter(ParameterSetName = LengthSet)]
    [Parameter(ParameterSetName = DelimiterSet)]
    [Parameter(ParameterSetName = MatchSet)]
    [Parameter(ParameterSetName = PrefixSet)]
    [Parameter(ParameterSetName = FormatSet)]
    [Parameter(ParameterSetName = EndSet)]
    public SwitchParameter AsByteArray { get; set; }

    /// <summary>How text is read, and a delimiter that is text.</summary>
    [Parameter]
    [EncodingTransformation]
    [ArgumentCompleter(typeof(EncodingCompleter))]
    public Encoding Encoding { get; set; } = new UTF8Encoding(false);

    /// <summary>Writes how much went into the file.</summary>
    [Parameter(ParameterSetName = FileSet)]
    public SwitchParameter PassThru { get; set; }

    private bool IsText => Line || AsText;

    private int LongestFrame => MaximumSize == 0 ? DefaultFrame : MaximumSize;

    /// <inheritdoc />
    protected override void BeginProcessing()
    {
        base.BeginProcessing();
        if (ParameterSetName == LengthSet && Length > Limits.LargestReceive)
        {
            // As the attribute says it that would refuse it for a file too.
            ThrowTerminatingError(new ErrorRecord(
                new ValidationMetadataException(FormattableString.Invariant($"Cannot validate argument on parameter 'Length'. A frame may have {Limits.LargestReceive} bytes; with -OutFile there may be more.")),
                "ParameterArgumentValidationError",
                ErrorCategory.InvalidData,
                Length));
        }
    }

    /// <inheritdoc />
    protected override void ProcessSocket(Socket socket)
    {
        StreamSocket.Check("recv", socket, "Receive-Datagram");
        if (AsText && AsByteArray)
        {
            throw new SocketInputException(ErrorIds.InvalidArgument, "-AsText and -AsByteArray exclude each other", "Give one of them.", socket);
        }

        if (OutOfBand && SocketRecord.Of(socket).Tls is not null)
        {
            throw TlsSource.NoUrgentData("recv", socket);
        }

        if (Telnet)
        {
            TelnetSource.Begin(socket);
        }

        try
        {
            ReceiveFrom(socket);
        }
        catch (SocketInputException)
        {
            WarnOfCut(socket);
            throw;
        }

        WarnOfCut(socket);
    }

    private void ReceiveFrom(Socket socket)
    {
        EndPoint? peer = Transport.RemoteEndPoint(socket);
        FrameReader reader = new(Transport, socket, ByteChannel.Of(socket), peer, Encoding, Limit) { IsText = IsText };
        if (ParameterSetName == FileSet)
        {
            ReceiveFile(socket, peer, reader);
            return;
        }

        // There is one end, and nothing but nothing in a frame of no bytes.
        bool isOnce = ParameterSetName == EndSet || (ParameterSetName == LengthSet && Length == 0 && Continuous);
        bool isForEver = Continuous && !isOnce;
        int count = isOnce ? 1 : Count;
        _framing ??= MakeFraming();
        bool canHandOver = _framing is not null && (isForEver || count > 1) && !IsVerbose && OutputPipe.IsKept(CommandRuntime);
        for (int done = 0; isForEver || done < count;)
        {
            Frame? frame;
            try
            {
                if (done > 0)
                {
                    reader.CheckTime();
                }

                int handedOver = canHandOver ? HandOver(reader, isForEver ? int.MaxValue : count - done, socket, peer) : 0;
                if (handedOver > 0)
                {
                    done += handedOver;
                    continue;
                }

                frame = ReadOne(reader);
                done++;
            }
            catch (SocketCallException exception) when (Continuous && exception.SocketErrorCode == SocketError.TimedOut && exception.Target is Socket)
            {
                // Silence between two frames is how -Continuous ends; within one it is an error.
                return;
            }

            if (frame is null)
            {
                return;
            }

            Guard(() => Write(socket, peer, reader, frame.Value));
        }
    }

    // Nobody sees that these are taken from the socket after having been written.
    private int HandOver(FrameReader reader, int count, Socket socket, EndPoint? peer)
    {
        void Recipient(ReadOnlySpan<byte> frame)
        {
            if (!IsText)
            {
                WriteObject(Output(socket, peer, frame.ToArray(), reader.End));
                return;
            }

            try
            {
                WriteObject(Encoding.GetString(frame));
            }
            catch (DecoderFallbackException)
            {
                byte[] bytes = frame.ToArray();
                Guard(() => WriteObject(Output(socket, peer, bytes, null)));
            }
        }

        return reader.HandOver(_framing!, count, Recipient);
    }

    private Framing? MakeFraming() => ParameterSetName switch
    {
        LengthSet => new LengthFraming((int)Length) { MaximumSize = (int)Length },
        LineSet => new LineFraming(Encoding) { MaximumSize = LongestFrame },
        DelimiterSet => ReadDelimiters() is var all && all.Length == 1
            ? new DelimitedFraming(all[0].Bytes, all[0].Unit) { MaximumSize = LongestFrame }
            : new AnyDelimitedFraming(all) { MaximumSize = LongestFrame },
        MatchSet => new MatchFraming(Match, Encoding) { MaximumSize = LongestFrame },
        PrefixSet => new PrefixFraming(new LengthPrefix(LengthPrefix, LittleEndian, LengthIncludesPrefix, LengthOffset)) { MaximumSize = LongestFrame },
        FormatSet => new MessageFraming(Format.Measure().LengthOf) { MaximumSize = LongestFrame },
        EndSet => new EndFraming { MaximumSize = LongestFrame },
        _ => null,
    };

    private Frame? ReadOne(FrameReader reader) => _framing is not null
        ? reader.Read(_framing)
        : reader.ReadAvailable(
            MaximumSize == 0 ? DefaultPiece : MaximumSize,
            (Peek ? SocketFlags.Peek : SocketFlags.None) | (OutOfBand ? SocketFlags.OutOfBand : SocketFlags.None));

    // An array of bytes is one delimiter, every other array holds several.
    private (byte[] Bytes, int Unit)[] ReadDelimiters()
    {
        object? given = PayloadInput.Unwrap(Delimiter);
        if (given is byte[] or string or byte)
        {
            return [ReadDelimiter(given)];
        }

        object?[] several = given is IEnumerable items ? [.. items.Cast<object?>().Select(PayloadInput.Unwrap)] : [given];
        return several.Length > 0 && Array.TrueForAll(several, static item => item is byte)
            ? [ReadDelimiter(Array.ConvertAll(several, static item => (byte)item!))]
            : several.Length > 0 ? Array.ConvertAll(several, ReadDelimiter) : [ReadDelimiter(null)];
    }

    private (byte[] Bytes, int Unit) ReadDelimiter(object? given) => given switch
    {
        string { Length: > 0 } text => (Encoding.GetBytes(text), Encoding.GetByteCount("\n")),
        char character => (Encoding.GetBytes([character]), Encoding.GetByteCount("\n")),
        byte[] { Length: > 0 } bytes => (bytes, 1),
        byte single => ([single], 1),
        _ => throw new SocketInputException(
            ErrorIds.InvalidArgument, $"'{given}' is not a delimiter", "Give text or a byte[] of at least one byte, or several of them.", Delimiter),
    };

    private object Output(Socket socket, EndPoint? peer, byte[] data, byte[]? end) => IsText
        ? Text(socket, peer, data)
        : AsByteArray ? data : new SocketData(data, socket, peer, Encoding) { End = end };

    // Apart from the rest, since what a lambda holds is made anew for each frame.
    private string Text(Socket socket, EndPoint? peer, byte[] data) =>
        ReceivedText.Of(Encoding, data, () => new SocketData(data, socket, peer, Encoding));

    private void Write(Socket socket, EndPoint? peer, FrameReader reader, Frame frame) =>
        Deliver(frame.Text ?? Output(socket, peer, frame.Data, frame.End), (Reader: reader, Frame: frame), taken =>
        {
            if (!Peek && !OutOfBand)
            {
                taken.Reader.PutBack(taken.Frame, _framing);
            }
        });

    private void ReceiveFile(Socket socket, EndPoint? peer, FrameReader reader)
    {
        if (_hasFile)
        {
            throw new SocketInputException(ErrorIds.InvalidArgument, $"recv: the file holds what another socket sent: {OutFile}", "Give each socket a file of its own.", socket);
        }

        _hasFile = true;
        string path = UserPath.ResolveFile(SessionState, OutFile);
        if (!ShouldProcess(PrintableText.From(path), "Receive into the file"))
        {
            return;
        }

        using TransferFile file = TransferFile.Create(path, Append, Stop, Limit);
        using TransferProgress progress = new($"Receiving {path}", MyInvocation.BoundParameters.ContainsKey(nameof(Length)) ? Length : null, ShowProgress);
        long length = 0;
        string Place() => FormattableString.Invariant($"the file has got {length:N0} bytes");
        try
        {
            reader.CopyTo(file.Write, count =>
            {
                length = count;
                progress.Report(count);
            }, MyInvocation.BoundParameters.ContainsKey(nameof(Length)) ? Length : null);
        }
        catch (SocketCallException exception)
        {
            throw new SocketCallException(
                exception.Call, exception.Address, exception.Error, exception.Target, exception.Detail is null ? Place() : $"{exception.Detail}; {Place()}");
        }
        catch (SocketInputException exception)
        {
            throw new SocketInputException(exception.ErrorId, $"{exception.Message}; {Place()}", exception.RecommendedAction, exception.Target);
        }
        catch (Exception exception) when (exception is OperationCanceledException or PipelineStoppedException && IsVerbose)
        {
            // A cmdlet that is stopped can write no more, but the host can.
            Host.UI.WriteVerboseLine($"{PrintableText.From(path)}: stopped; {Place()}, and the socket goes on with the byte after them.");
            throw;
        }

        if (PassThru)
        {
            WriteObject(new SocketTransfer(path, length, progress.Elapsed, peer, socket));
        }
    }
}
