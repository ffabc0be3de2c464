using System.Management.Automation;
using System.Net.Sockets;
using PSSockets.Errors;
using PSSockets.Parameters;
using PSSockets.Sockets;

namespace PSSockets.Commands;

/// <summary>Makes a socket: socket(2).</summary>
[Cmdlet(VerbsCommon.New, "Socket")]
[OutputType(typeof(Socket))]
public sealed class NewSocketCommand : GuardedCommand
{
    /// <summary>The family; without it an IPv6 socket that also talks to IPv4.</summary>
    [Parameter(Position = 0)]
    [AddressFamilyTransformation]
    [ArgumentCompleter(typeof(AddressFamilyCompleter))]
    public AddressFamily AddressFamily { get; set; } = AddressFamily.InterNetworkV6;

    /// <summary>The type; without it a datagram socket.</summary>
    [Parameter(Position = 1)]
    [SocketTypeTransformation]
    [ArgumentCompleter(typeof(SocketTypeCompleter))]
    public SocketType SocketType { get; set; } = SocketType.Dgram;

    /// <summary>The protocol; without it the family's own for the type.</summary>
    [Parameter(Position = 2)]
    [ProtocolTypeTransformation]
    [ArgumentCompleter(typeof(ProtocolTypeCompleter))]
    public ProtocolType ProtocolType { get; set; } = ProtocolType.Unspecified;

    /// <summary>Lets an IPv6 socket talk to IPv4 too (IPV6_V6ONLY off).</summary>
    [Parameter]
    public SwitchParameter DualMode { get; set; }

    /// <summary>Lets the address be bound again while old connections linger (SO_REUSEADDR), and nothing more.</summary>
    [Parameter]
    public SwitchParameter ReuseAddress { get; set; }

    /// <summary>Lets several sockets share one port (SO_REUSEPORT).</summary>
    [Parameter]
    public SwitchParameter ReusePort { get; set; }

    /// <summary>Allows sending to broadcast addresses (SO_BROADCAST).</summary>
    [Parameter]
    public SwitchParameter Broadcast { get; set; }

    /// <inheritdoc />
    protected override void ProcessInput()
    {
        bool dualMode = DualMode.IsPresent
            ? DualMode.ToBool()
            : !MyInvocation.BoundParameters.ContainsKey(nameof(AddressFamily));
        if (dualMode && AddressFamily != AddressFamily.InterNetworkV6)
        {
            throw new SocketInputException(
                ErrorIds.InvalidArgument, $"only an IPv6 socket can be dual-mode, not one of family {SocketNameTables.Families.FriendlyName(AddressFamily)}", "Leave -DualMode out, or make the socket IPv6.", AddressFamily);
        }

        bool hasProtocol = MyInvocation.BoundParameters.ContainsKey(nameof(ProtocolType)) && ProtocolType != ProtocolType.Unspecified;
        Socket socket = SocketFactory.Create(AddressFamily, SocketType, hasProtocol ? ProtocolType : null, dualMode);
        bool isDone = false;
        try
        {
            SetOptions(socket);
            isDone = true;
        }
        finally
        {
            if (!isDone)
            {
                socket.Dispose();
            }
        }

        WriteCall(() => SocketFactory.DescribeCall(socket));
        WriteObject(SocketRegistry.Add(socket));
    }

    private void SetOptions(Socket socket)
    {
        if (ReuseAddress)
        {
            SocketOptions.SetReuseAddress(socket);
        }

        if (ReusePort)
        {
            SocketOptions.SetReusePort(socket);
        }

        if (Broadcast)
        {
            SystemCall.Invoke("setsockopt", socket, "SO_BROADCAST", () => socket.EnableBroadcast = true);
        }
    }
}
