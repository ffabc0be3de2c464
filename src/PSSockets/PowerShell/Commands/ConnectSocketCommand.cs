using System.Management.Automation;
using System.Net;
using System.Net.Sockets;
using PSSockets.Addresses;
using PSSockets.Parameters;
using PSSockets.Sockets;
using PSSockets.Waiting;

namespace PSSockets.Commands;

/// <summary>Connects a stream, or fixes the peer of a datagram socket: connect(2). Names are tried address by address: RFC 8305.</summary>
[Cmdlet(VerbsCommunications.Connect, "Socket", DefaultParameterSetName = PipelineSet, HelpUri = HelpAddress.Root + "Connect-Socket.md")]
[OutputType(typeof(Socket))]
public sealed class ConnectSocketCommand : SocketCommand
{
    private const string PipelineSet = "Pipeline";
    private const string ArgumentSet = "Argument";

    /// <summary>The sockets; without one, a stream socket is made for the address and written.</summary>
    [Parameter(ValueFromPipeline = true, ParameterSetName = PipelineSet)]
    [Parameter(Mandatory = true, Position = 0, ParameterSetName = ArgumentSet)]
    [ValidateNotNull]
    [LiveSocket]
    [ArgumentCompleter(typeof(SocketCompleter))]
    public override Socket[] Socket { get; set; } = [];

    /// <summary>The peer.</summary>
    [Parameter(Mandatory = true, Position = 0, ParameterSetName = PipelineSet)]
    [Parameter(Mandatory = true, Position = 1, ParameterSetName = ArgumentSet)]
    [EndPointTransformation]
    public EndPoint RemoteEndPoint { get; set; } = null!;

    /// <summary>The longest time for all attempts together, in seconds; without it as long as the system tries.</summary>
    [Parameter(Position = 1, ParameterSetName = PipelineSet)]
    [Parameter(Position = 2, ParameterSetName = ArgumentSet)]
    [ValidateRange(0.0, Limits.LongestTimeout)]
    public double TimeoutSeconds { get; set; }

    /// <summary>Writes the socket.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    private Deadline NewDeadline => Deadline.After(Given(TimeoutSeconds, nameof(TimeoutSeconds)));

    /// <inheritdoc />
    protected override void ProcessInput()
    {
        if (Socket.Length == 0 && !MyInvocation.ExpectingInput)
        {
            ConnectNew();
        }
        else
        {
            base.ProcessInput();
        }
    }

    /// <inheritdoc />
    protected override void ProcessSocket(Socket socket)
    {
        const string Call = "connect";
        EndPoint asked = UnusableEndPoint.Check(RemoteEndPoint);
        Deadline deadline = NewDeadline;
        IReadOnlyList<EndPoint> candidates = UsableAddress.AllFor(socket, asked, Call, Stop, deadline);
        Transport.EnableReceiveInformation(socket);
        Connector.Connect(Transport, socket, candidates, asked, deadline);
        SocketRecord.Of(socket).HostName = (asked as DnsEndPoint)?.Host;
        if (PassThru)
        {
            WriteObject(socket);
        }
    }

    private void ConnectNew()
    {
        EndPoint asked = UnusableEndPoint.Check(RemoteEndPoint);
        Deadline deadline = NewDeadline;
        (Socket socket, EndPoint peer) = Connector.ConnectFirst(
            Transport, EndPointResolver.All(asked, Stop, deadline), candidate => SocketFactory.Create(Transport, candidate.AddressFamily, SocketType.Stream), asked, deadline);
        SocketRecord record = socket;
        record.Peer = peer;
        record.HostName = (asked as DnsEndPoint)?.Host;
        WriteObject(SocketTable.Add(socket, Session.Id));
    }
}
