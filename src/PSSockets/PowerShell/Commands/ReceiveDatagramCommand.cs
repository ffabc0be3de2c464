using System.Management.Automation;
using System.Net.Sockets;
using System.Text;
using PSSockets.Datagrams;
using PSSockets.Errors;
using PSSockets.Parameters;
using PSSockets.Sockets;
using PSSockets.Waiting;

namespace PSSockets.Commands;

/// <summary>Receives datagrams: recvfrom(2), recvmmsg(2).</summary>
[Cmdlet(VerbsCommunications.Receive, "Datagram", DefaultParameterSetName = DatagramSet, HelpUri = HelpAddress.Root + "Receive-Datagram.md")]
[OutputType(typeof(Datagram), ParameterSetName = [DatagramSet])]
[OutputType(typeof(string), ParameterSetName = [TextSet])]
[OutputType(typeof(byte[]), ParameterSetName = [ByteArraySet])]
public sealed class ReceiveDatagramCommand : SocketCommand
{
    private const string DatagramSet = "Datagram";
    private const string TextSet = "Text";
    private const string ByteArraySet = "ByteArray";

    private readonly List<Socket> _sockets = [];
    private TimeLimit _limit;

    /// <summary>How many datagrams to receive from each socket.</summary>
    [Parameter(Position = 1)]
    [ValidateRange(1, int.MaxValue)]
    public int Count { get; set; } = 1;

    /// <summary>Receives until stopped, or until nothing came for -TimeoutSeconds.</summary>
    [Parameter]
    public SwitchParameter Continuous { get; set; }

    /// <summary>The most bytes that are kept of one datagram; of a longer one the rest is lost, with a warning.</summary>
    [Parameter]
    [ValidateRange(0, Limits.LargestReceive)]
    public int MaximumSize { get; set; } = 65535;

    /// <summary>The longest wait for the next datagram, in seconds; without it for ever.</summary>
    [Parameter]
    [ValidateRange(0.0, Limits.LongestTimeout)]
    public double TimeoutSeconds { get; set; }

    /// <summary>The longest time for the whole call, in seconds; without it for ever.</summary>
    [Parameter]
    [ValidateRange(0.0, Limits.LongestTimeout)]
    public double TotalTimeoutSeconds { get; set; }

    /// <summary>Shows the next datagram and leaves it in the socket (MSG_PEEK).</summary>
    [Parameter]
    public SwitchParameter Peek { get; set; }

    /// <summary>Writes the payload as text.</summary>
    [Parameter(Mandatory = true, ParameterSetName = TextSet)]
    public SwitchParameter AsText { get; set; }

    /// <summary>Writes the payload as one <c>byte[]</c>.</summary>
    [Parameter(Mandatory = true, ParameterSetName = ByteArraySet)]
    public SwitchParameter AsByteArray { get; set; }

    /// <summary>How the payload's text is read.</summary>
    [Parameter]
    [EncodingTransformation]
    [ArgumentCompleter(typeof(EncodingCompleter))]
    public Encoding Encoding { get; set; } = new UTF8Encoding(false);

    /// <inheritdoc />
    protected override void BeginProcessing() => _limit = TimeLimit.Of(Given(TimeoutSeconds, nameof(TimeoutSeconds)), Given(TotalTimeoutSeconds, nameof(TotalTimeoutSeconds)));

    /// <inheritdoc />
    protected override void ProcessSocket(Socket socket) => _sockets.Add(socket);

    /// <inheritdoc />
    protected override void ProcessEnd()
    {
        // A number that goes into a variable is wanted as a whole; whoever comes next may stop it.
        bool isWanted = !Continuous && OutputPipe.IsKept(CommandRuntime);
        ReceiveOptions options = new(MaximumSize, Peek, Encoding) { TakesAhead = isWanted };
        foreach (SocketLoop<Datagram>.Result result in DatagramReceiver.Receive(
            Transport, options, _limit, _sockets, Continuous ? null : Count))
        {
            if (result.Value is Datagram datagram)
            {
                if (AsText)
                {
                    Guard(() => Write(datagram, result.Source));
                }
                else
                {
                    Write(datagram, result.Source);
                }
            }
            else
            {
                WriteFailure(result.Failure!);
            }
        }
    }

    private void Write(Datagram datagram, SocketRecord source)
    {
        object output = AsText ? Decode(Encoding, datagram.Data, () => datagram) : AsByteArray ? datagram.Data : datagram;
        if (datagram.IsTruncated)
        {
            WriteWarning($"recvfrom {EndPointText.Describe(datagram.RemoteEndPoint)}: a datagram of {datagram.Length} bytes was cut to {datagram.Data.Length}; a larger -MaximumSize keeps it whole.");
        }

        Deliver(output, (Source: source, Datagram: datagram, IsPeek: Peek.IsPresent), static taken =>
        {
            if (!taken.IsPeek)
            {
                taken.Source.Taken.PutBack(taken.Datagram);
                taken.Source.WakeWaiters();
            }
        });
    }
}
