using System.Management.Automation;
using System.Net;
using System.Net.Sockets;
using System.Text;
using PSSockets.Errors;
using PSSockets.Parameters;
using PSSockets.Sockets;
using PSSockets.Streams;

namespace PSSockets.Commands;

/// <summary>Receives from a stream: recv(2). Bytes behind a frame stay in the socket for whoever reads next.</summary>
[Cmdlet(VerbsCommunications.Receive, "SocketData", DefaultParameterSetName = AvailableSet, SupportsShouldProcess = true, HelpUri = HelpAddress.Root + "Receive-SocketData.md")]
[OutputType(typeof(SocketData), typeof(string), typeof(byte[]), typeof(SocketTransfer))]
public sealed class ReceiveSocketDataCommand : SocketCommand
{
    private const string AvailableSet = "Available";
    private const string LengthSet = "Length";
    private const string LineSet = "Line";
    private const string DelimiterSet = "Delimiter";
    private const string PrefixSet = "LengthPrefix";
    private const string EndSet = "ToEnd";
    private const string FileSet = "OutFile";
    private const int DefaultPiece = 65536;
    private const int DefaultFrame = 1 << 30;

    private bool _hasFile;
    private byte[]? _delimiterBytes;

    /// <summary>Exactly so many bytes.</summary>
    [Parameter(Mandatory = true, ParameterSetName = LengthSet)]
    [ValidateRange(0, Limits.LargestReceive)]
    public int Length { get; set; }

    /// <summary>One line, ended by LF or CRLF, as text without its end.</summary>
    [Parameter(Mandatory = true, ParameterSetName = LineSet)]
    public SwitchParameter Line { get; set; }

    /// <summary>Up to a delimiter, text or <c>byte[]</c>, which is taken and not written.</summary>
    [Parameter(Mandatory = true, ParameterSetName = DelimiterSet)]
    public object Delimiter { get; set; } = string.Empty;

    /// <summary>A message behind its length, an unsigned integer of so many bytes in network order.</summary>
    [Parameter(Mandatory = true, ParameterSetName = PrefixSet)]
    [ValidateOneOf("1", "2", "4", "8")]
    [ArgumentCompleter(typeof(LengthPrefixCompleter))]
    public int LengthPrefix { get; set; }

    /// <summary>Everything until the peer closes.</summary>
    [Parameter(Mandatory = true, ParameterSetName = EndSet)]
    public SwitchParameter ToEnd { get; set; }

    /// <summary>Everything until the peer closes, into this file.</summary>
    [Parameter(Mandatory = true, ParameterSetName = FileSet)]
    public string OutFile { get; set; } = string.Empty;

    /// <summary>The most bytes of what is written: 65,536 of what one recv gives, 1 GiB of a frame, unless told otherwise.</summary>
    [Parameter(ParameterSetName = AvailableSet)]
    [Parameter(ParameterSetName = LineSet)]
    [Parameter(ParameterSetName = DelimiterSet)]
    [Parameter(ParameterSetName = PrefixSet)]
    [Parameter(ParameterSetName = EndSet)]
    [ValidateRange(1, Limits.LargestReceive)]
    public int MaximumSize { get; set; }

    /// <summary>How many to receive from each socket; less when the peer closes.</summary>
    [Parameter(ParameterSetName = AvailableSet)]
    [Parameter(ParameterSetName = LengthSet)]
    [Parameter(ParameterSetName = LineSet)]
    [Parameter(ParameterSetName = DelimiterSet)]
    [Parameter(ParameterSetName = PrefixSet)]
    [ValidateRange(1, int.MaxValue)]
    public int Count { get; set; } = 1;

    /// <summary>Receives until the peer closes, or nothing came for -TimeoutSeconds, or stopped.</summary>
    [Parameter(ParameterSetName = AvailableSet)]
    [Parameter(ParameterSetName = LengthSet)]
    [Parameter(ParameterSetName = LineSet)]
    [Parameter(ParameterSetName = DelimiterSet)]
    [Parameter(ParameterSetName = PrefixSet)]
    public SwitchParameter Continuous { get; set; }

    /// <summary>The longest wait for more bytes, in seconds; without it for ever.</summary>
    [Parameter]
    [ValidateRange(0.0, Limits.LongestTimeout)]
    public double TimeoutSeconds { get; set; }

    /// <summary>Shows what has come and leaves it in the socket (MSG_PEEK).</summary>
    [Parameter(ParameterSetName = AvailableSet)]
    public SwitchParameter Peek { get; set; }

    /// <summary>Receives urgent data (MSG_OOB).</summary>
    [Parameter(ParameterSetName = AvailableSet)]
    public SwitchParameter OutOfBand { get; set; }

    /// <summary>Writes text.</summary>
    [Parameter(ParameterSetName = AvailableSet)]
    [Parameter(ParameterSetName = LengthSet)]
    [Parameter(ParameterSetName = DelimiterSet)]
    [Parameter(ParameterSetName = PrefixSet)]
    [Parameter(ParameterSetName = EndSet)]
    public SwitchParameter AsText { get; set; }

    /// <summary>Writes one <c>byte[]</c>.</summary>
    [Parameter(ParameterSetName = AvailableSet)]
    [Parameter(ParameterSetName = LengthSet)]
    [Parameter(ParameterSetName = DelimiterSet)]
    [Parameter(ParameterSetName = PrefixSet)]
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
    protected override void ProcessSocket(Socket socket)
    {
        StreamSocket.Check("recv", socket, "Receive-Datagram");
        if (AsText && AsByteArray)
        {
            throw new SocketInputException(ErrorIds.InvalidArgument, "-AsText and -AsByteArray exclude each other", "Give one of them.", socket);
        }

        using ISocketEngine engine = SocketEngine.Create(Stop);
        EndPoint? peer = SocketNames.Remote(socket);
        FrameReader reader = new(engine, socket, peer, Encoding, Given(TimeoutSeconds, nameof(TimeoutSeconds)));
        if (ParameterSetName == FileSet)
        {
            ReceiveFile(socket, peer, reader);
            return;
        }

        // There is one end, and nothing but nothing in a frame of no bytes.
        bool isOnce = ParameterSetName == EndSet || (ParameterSetName == LengthSet && Length == 0 && Continuous);
        bool isForEver = Continuous && !isOnce;
        int count = isOnce ? 1 : Count;
        bool canHandOver = (isForEver || count > 1) && !IsVerbose && OutputPipe.IsKept(CommandRuntime);
        for (int done = 0; isForEver || done < count;)
        {
            byte[]? data;
            try
            {
                int handedOver = canHandOver ? HandOver(reader, isForEver ? int.MaxValue : count - done, socket, peer) : 0;
                if (handedOver > 0)
                {
                    done += handedOver;
                    continue;
                }

                data = ReadOne(reader);
                done++;
            }
            catch (SocketCallException exception) when (Continuous && exception.SocketErrorCode == SocketError.TimedOut && exception.Target is Socket)
            {
                // Silence between two frames is how -Continuous ends; within one it is an error.
                return;
            }

            if (data is null)
            {
                return;
            }

            WriteCall("recv", socket, peer, data.Length);
            Write(socket, peer, data);
        }
    }

    // Nobody sees that these are taken from the socket behind having been written.
    private int HandOver(FrameReader reader, int count, Socket socket, EndPoint? peer)
    {
        void Recipient(ReadOnlySpan<byte> frame)
        {
            if (IsText)
            {
                WriteObject(Encoding.GetString(frame));
            }
            else
            {
                Write(socket, peer, frame.ToArray());
            }
        }

        return ParameterSetName switch
        {
            LengthSet => reader.HandOverLengths(count, Length, Recipient),
            LineSet => reader.HandOverLines(count, LongestFrame, Recipient),
            DelimiterSet => reader.HandOverDelimited(count, DelimiterBytes, DelimiterUnit, LongestFrame, Recipient),
            PrefixSet => reader.HandOverPrefixed(count, LengthPrefix, LongestFrame, Recipient),
            _ => 0,
        };
    }

    private byte[]? ReadOne(FrameReader reader) => ParameterSetName switch
    {
        LengthSet => reader.ReadLength(Length),
        LineSet => reader.ReadLine(LongestFrame),
        DelimiterSet => reader.ReadDelimited(DelimiterBytes, DelimiterUnit, LongestFrame),
        PrefixSet => reader.ReadPrefixed(LengthPrefix, LongestFrame),
        EndSet => reader.ReadToEnd(LongestFrame),
        _ => reader.ReadAvailable(
            MaximumSize == 0 ? DefaultPiece : MaximumSize,
            (Peek ? SocketFlags.Peek : SocketFlags.None) | (OutOfBand ? SocketFlags.OutOfBand : SocketFlags.None)),
    };

    private byte[] DelimiterBytes => _delimiterBytes ??= ReadDelimiter();

    private int DelimiterUnit => MessageInput.Unwrap(Delimiter) is string ? Encoding.GetByteCount("\n") : 1;

    private byte[] ReadDelimiter()
    {
        byte[]? bytes = MessageInput.Unwrap(Delimiter) switch
        {
            string text => Encoding.GetBytes(text),
            byte[] given => given,
            byte single => [single],
            object[] several when Array.TrueForAll(several, item => MessageInput.Unwrap(item) is byte) => Array.ConvertAll(several, item => (byte)MessageInput.Unwrap(item)!),
            _ => null,
        };
        return bytes is { Length: > 0 }
            ? bytes
            : throw new SocketInputException(ErrorIds.InvalidArgument, $"'{Delimiter}' is no delimiter", "Give text or a byte[] of at least one byte.", Delimiter);
    }

    private void Write(Socket socket, EndPoint? peer, byte[] data)
    {
        object output = IsText
            ? Encoding.GetString(data)
            : AsByteArray ? data : new SocketData(data, socket, peer, Encoding);
        WriteObject(output, enumerateCollection: false);
    }

    private void ReceiveFile(Socket socket, EndPoint? peer, FrameReader reader)
    {
        if (_hasFile)
        {
            throw new SocketInputException(ErrorIds.InvalidArgument, $"recv: the file holds what another socket sent: {OutFile}", "Give each socket a file of its own.", socket);
        }

        _hasFile = true;
        string path = UserPath.ResolveFile(SessionState, OutFile);
        if (!ShouldProcess(path, "Receive into the file"))
        {
            return;
        }

        using FileStream file = TransferFile.Create(path);
        using TransferProgress progress = new($"Receiving {path}", null, ShowProgress);
        long length = TransferFile.Use(path, () => reader.CopyTo(file, progress.Report));
        WriteCall("recv", socket, peer, length);
        if (PassThru)
        {
            WriteObject(new SocketTransfer(path, length, progress.Elapsed, peer, socket));
        }
    }
}
