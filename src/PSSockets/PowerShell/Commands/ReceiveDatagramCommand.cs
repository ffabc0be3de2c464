using System.Management.Automation;
using System.Text;
using PSSockets.Channels;
using PSSockets.Datagrams;
using PSSockets.Errors;
using PSSockets.Parameters;
using PSSockets.Sockets;

namespace PSSockets.Commands;

/// <summary>Receives datagrams: recvfrom(2), recvmmsg(2).</summary>
[Cmdlet(VerbsCommunications.Receive, "Datagram", DefaultParameterSetName = DatagramSet, HelpUri = HelpAddress.Root + "Receive-Datagram.md")]
[OutputType(typeof(Datagram), ParameterSetName = [DatagramSet])]
[OutputType(typeof(string), ParameterSetName = [TextSet])]
[OutputType(typeof(byte[]), ParameterSetName = [ByteArraySet])]
public sealed class ReceiveDatagramCommand : ReceiveCommand
{
    private const string DatagramSet = "Datagram";
    private const string TextSet = "Text";
    private const string ByteArraySet = "ByteArray";

    /// <summary>The most bytes that are kept of one datagram; of a longer one the rest is lost, with a warning.</summary>
    [Parameter]
    [ValidateRange(0, Limits.LargestReceive)]
    public int MaximumSize { get; set; } = 65535;

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
    protected override void ProcessEnd()
    {
        // A number that goes into a variable is wanted as a whole; whoever comes next may stop it.
        bool isWanted = !Continuous && OutputPipe.IsKept(CommandRuntime);
        ReceiveOptions options = new(MaximumSize, Peek, Encoding) { TakesAhead = isWanted };
        foreach (SocketLoop<Datagram>.Result result in DatagramReceiver.Receive(Transport, options, Limit, Sockets, Most))
        {
            if (result.Value is not Datagram datagram)
            {
                WriteFailure(result.Failure!);
            }
            else if (AsText)
            {
                WriteText(datagram, result.Source);
            }
            else
            {
                Write(AsByteArray ? datagram.Data : datagram, datagram, result.Source);
            }
        }
    }

    // Apart from the rest: what a lambda holds is made anew each time, and a million datagrams would pay for it.
    private void WriteText(Datagram datagram, SocketRecord source) =>
        Guard(() => Write(ReceivedText.Of(Encoding, datagram.Data, () => datagram), datagram, source));

    private void Write(object output, Datagram datagram, SocketRecord source)
    {
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
