using System.Management.Automation;
using System.Net;
using System.Net.Sockets;
using PSSockets.Addresses;
using PSSockets.Parameters;
using PSSockets.Sockets;

namespace PSSockets.Commands;

/// <summary>Lets sockets wait for connections: listen(2); or makes, binds and listens in one.</summary>
[Cmdlet(VerbsLifecycle.Start, "SocketListener", DefaultParameterSetName = SocketSet, HelpUri = HelpAddress.Root + "Start-SocketListener.md")]
[OutputType(typeof(Socket))]
public sealed class StartSocketListenerCommand : SocketCommand
{
    private const string SocketSet = "Socket";
    private const string AddressSet = "Address";

    /// <summary>The sockets, bound.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ParameterSetName = SocketSet)]
    [LiveSocket]
    [ArgumentCompleter(typeof(SocketCompleter))]
    public override Socket[] Socket { get; set; } = [];

    /// <summary>The address to make a stream socket for.</summary>
    [Parameter(Mandatory = true, Position = 0, ParameterSetName = AddressSet)]
    [EndPointTransformation(IsLocal = true)]
    public EndPoint LocalEndPoint { get; set; } = null!;

    /// <summary>How many connections may wait to be accepted; without it as many as the system allows (SOMAXCONN).</summary>
    [Parameter(Position = 1)]
    [ValidateRange(0, int.MaxValue)]
    public int Backlog { get; set; } = int.MaxValue;

    /// <summary>Lets an IPv6 listener take IPv4 connections too.</summary>
    [Parameter(ParameterSetName = AddressSet)]
    public SwitchParameter DualMode { get; set; }

    /// <summary>Lets several listeners share one port (SO_REUSEPORT).</summary>
    [Parameter(ParameterSetName = AddressSet)]
    public SwitchParameter ReusePort { get; set; }

    /// <summary>Writes the socket.</summary>
    [Parameter(ParameterSetName = SocketSet)]
    public SwitchParameter PassThru { get; set; }

    /// <inheritdoc />
    protected override void ProcessInput()
    {
        if (ParameterSetName == AddressSet)
        {
            ListenOnNew();
        }
        else
        {
            base.ProcessInput();
        }
    }

    /// <inheritdoc />
    protected override void ProcessSocket(Socket socket)
    {
        Listen(socket);
        if (PassThru)
        {
            WriteObject(socket);
        }
    }

    private void Listen(Socket socket)
    {
        // listen(2) gives a socket without a port one of its own; .NET then has to know that it is bound.
        if (!socket.IsBound && socket.AddressFamily != AddressFamily.Unix && Transport.State(socket) == SocketState.New)
        {
            Transport.Bind(socket, UsableAddress.FirstFor(socket, new WildcardEndPoint(0), "bind", Stop));
        }

        Transport.Listen(socket, Backlog);
    }

    private void ListenOnNew()
    {
        EndPoint address = EndPointResolver.All(UnusableEndPoint.Check(LocalEndPoint), Stop)[0];
        // :8080 names no family, so it means both.
        bool isDual = DualMode || address is WildcardEndPoint;
        Socket socket = SocketFactory.Create(Transport, address.AddressFamily, SocketType.Stream, dualMode: isDual && address.AddressFamily == AddressFamily.InterNetworkV6);
        bool isDone = false;
        try
        {
            // A server that is started again must not wait for its old connections to linger out.
            if (address is IPEndPoint)
            {
                Transport.SetReuseAddress(socket);
            }

            if (ReusePort)
            {
                Transport.SetReusePort(socket);
            }

            Transport.Bind(socket, address);
            Listen(socket);
            isDone = true;
        }
        finally
        {
            if (!isDone)
            {
                socket.Dispose();
            }
        }

        WriteNew(socket);
    }
}
