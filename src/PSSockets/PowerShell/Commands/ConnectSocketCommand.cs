using System.Management.Automation;
using System.Net;
using System.Net.Sockets;
using PSSockets.Channels;
using PSSockets.Parameters;
using PSSockets.Sockets;
using PSSockets.Waiting;

namespace PSSockets.Commands;

/// <summary>Connects a stream, or fixes the peer of a datagram socket: connect(2). Names are tried address by address, and many peers at the same time: RFC 8305.</summary>
[Cmdlet(VerbsCommunications.Connect, "Socket", DefaultParameterSetName = AddressSet, HelpUri = HelpAddress.Root + "Connect-Socket.md")]
[OutputType(typeof(Socket))]
public sealed class ConnectSocketCommand : WaitingSocketCommand
{
    private const string AddressSet = "Address";
    private const string SocketSet = "Socket";

    private PeerOutput? _peers;
    private AttemptGate _gate = null!;

    /// <summary>The sockets; without one, a stream socket is made for the address and written.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ParameterSetName = SocketSet)]
    [LiveSocket]
    [ArgumentCompleter(typeof(SocketCompleter))]
    public override Socket[] Socket { get; set; } = [];

    /// <summary>The peer; of many from the pipeline all are tried at the same time.</summary>
    [Parameter(Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true, ParameterSetName = AddressSet)]
    [Parameter(Position = 1, ParameterSetName = SocketSet)]
    [ValidateNotNull]
    [Alias("EndPoint")]
    [EndPointTransformation]
    [ArgumentCompleter(typeof(EndPointCompleter))]
    public EndPoint? RemoteEndPoint { get; set; }

    /// <summary>The name or the address of the peer's host.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true, ParameterSetName = AddressSet)]
    [Alias("ComputerName", "DnsHostName", "IPAddress")]
    public string? HostName { get; set; }

    /// <summary>The port, or the name of a service, where the end point is a host alone.</summary>
    [Parameter(Position = 1, ValueFromPipelineByPropertyName = true, ParameterSetName = AddressSet)]
    [Parameter(ParameterSetName = SocketSet)]
    [PortTransformation]
    [ArgumentCompleter(typeof(ServiceCompleter))]
    public string? Port { get; set; }

    /// <summary>The longest time for all attempts with one peer together, in seconds; without it as long as the system tries.</summary>
    [Parameter(ParameterSetName = AddressSet)]
    [Parameter(Position = 2, ParameterSetName = SocketSet)]
    [ValidateRange(0.0, Limits.LongestTimeout)]
    public override double TimeoutSeconds { get; set; }

    /// <summary>The address of this side; without it the system chooses one.</summary>
    [Parameter]
    [EndPointTransformation(IsLocal = true)]
    public EndPoint? LocalEndPoint { get; set; }

    /// <summary>The proxy through which to connect: <c>socks5://</c>, <c>socks5h://</c>, <c>socks4://</c>, <c>socks4a://</c> or <c>http://</c>, its host and port.</summary>
    [Parameter(ParameterSetName = AddressSet)]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(ProxyCompleter))]
    public string? Proxy { get; set; }

    /// <summary>The user and the password for the proxy.</summary>
    [Parameter(ParameterSetName = AddressSet)]
    [ValidateNotNull]
    public PSCredential? ProxyCredential { get; set; }

    /// <summary>The most peers that are tried at the same time.</summary>
    [Parameter(ParameterSetName = AddressSet)]
    [ValidateRange(1, int.MaxValue)]
    public int ThrottleLimit { get; set; } = 64;

    /// <summary>Writes the socket.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    /// <inheritdoc />
    protected override void BeginProcessing()
    {
        base.BeginProcessing();
        _gate = new AttemptGate(Limit);
    }

    /// <inheritdoc />
    protected override void ProcessInput()
    {
        if (ParameterSetName == SocketSet)
        {
            base.ProcessInput();
            return;
        }

        _peers ??= new PeerOutput(NewSearch(), Write);
        _peers.Add(new PeerTarget(Asked()));
        _peers.WriteKnown();
    }

    /// <inheritdoc />
    protected override void ProcessEnd() => _peers?.WriteAll();

    /// <inheritdoc />
    protected override void ProcessSocket(Socket socket)
    {
        const string Call = "connect";
        EndPoint asked = Asked();
        Deadline deadline = NewDeadline(asked, socket);
        IReadOnlyList<EndPoint> candidates = UsableAddress.AllFor(socket, asked, Call, Stop, deadline);
        Transport.EnableReceiveInformation(socket);
        Bind(Transport, socket);
        Connector.Connect(Transport, socket, candidates, asked, deadline, Limit);
        if (PassThru)
        {
            WriteObject(socket);
        }
    }

    /// <inheritdoc />
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _peers?.Dispose();
        }

        base.Dispose(disposing);
    }

    private EndPoint Asked() => PeerArgument.Find(SessionState, RemoteEndPoint, HostName, Port);

    // One after the other, the first of them at least once.
    private Deadline NewDeadline(EndPoint asked, object target)
    {
        if (_gate.IsShut)
        {
            throw Connector.Skipped(asked, target, Limit);
        }

        _gate.Pass();
        return Limit.Next();
    }

    private IPeerSearch NewSearch() => Proxy is null
        ? new PeerSearch(Transport, new ConnectTrials(Transport), candidate => Create(Transport, candidate), ThrottleLimit, Limit)
        : new ProxySearch(Channels.Proxy.Parse(Proxy, ProxyCredential?.GetNetworkCredential()), NewTransport, Create, Stop, ThrottleLimit, Limit);

    private Socket Create(ISocketTransport transport, EndPoint candidate)
    {
        Socket socket = SocketFactory.Create(transport, candidate.AddressFamily, SocketType.Stream);
        bool isBound = false;
        try
        {
            Bind(transport, socket);
            isBound = true;
            return socket;
        }
        finally
        {
            if (!isBound)
            {
                socket.Dispose();
            }
        }
    }

    private void Bind(ISocketTransport transport, Socket socket)
    {
        if (LocalEndPoint is null)
        {
            return;
        }

        EndPoint local = UsableAddress.FirstFor(socket, UnusableEndPoint.Check(LocalEndPoint), "bind", Stop);
        // A port that is named must not wait for an old connection from it to linger out.
        if (local is IPEndPoint { Port: not 0 } && socket.SocketType == SocketType.Stream)
        {
            transport.SetReuseAddress(socket);
        }

        transport.Bind(socket, local);
    }

    private void Write(PeerTarget target)
    {
        if (target.Failure is not null)
        {
            WriteFailure(target.Failure);
            return;
        }

        WriteNew(target.Socket!);
    }
}
