using System.Management.Automation;
using System.Net.Sockets;
using PSSockets.Errors;
using PSSockets.Parameters;
using PSSockets.Sockets;

namespace PSSockets.Commands;

/// <summary>Makes a socket: socket(2).</summary>
[Cmdlet(VerbsCommon.New, "Socket", HelpUri = HelpAddress.Root + "New-Socket.md")]
[OutputType(typeof(Socket))]
public sealed class NewSocketCommand : GuardedCommand
{
    /// <summary>The family; without it an IPv6 socket that also talks to IPv4.</summary>
    [Parameter(Position = 0)]
    [ArgumentCompleter(typeof(AddressFamilyCompleter))]
    public string? AddressFamily { get; set; }

    /// <summary>The type; without it a datagram socket.</summary>
    [Parameter(Position = 1)]
    [ArgumentCompleter(typeof(SocketTypeCompleter))]
    public string SocketType { get; set; } = nameof(System.Net.Sockets.SocketType.Dgram);

    /// <summary>The protocol; without it the family's own for the type.</summary>
    [Parameter(Position = 2)]
    [ArgumentCompleter(typeof(ProtocolTypeCompleter))]
    public string ProtocolType { get; set; } = nameof(System.Net.Sockets.ProtocolType.Unspecified);

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
        AddressFamily family = AddressFamily is null ? System.Net.Sockets.AddressFamily.InterNetworkV6 : SocketNameTables.Families.Parse(AddressFamily);
        bool dualMode = MyInvocation.BoundParameters.ContainsKey(nameof(DualMode)) ? DualMode : AddressFamily is null;
        if (dualMode && family != System.Net.Sockets.AddressFamily.InterNetworkV6)
        {
            throw new SocketInputException(
                ErrorIds.InvalidArgument, $"only an IPv6 socket can be dual-mode, not one of family {SocketNameTables.Families.FriendlyName(family)}", "Leave -DualMode out, or make the socket IPv6.", family);
        }

        Socket socket = SocketFactory.Create(
            Transport, family, SocketNameTables.Types.Parse(SocketType), SocketNameTables.Protocols.Parse(ProtocolType), dualMode);
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

        WriteObject(SocketTable.Add(socket, Session.Id));
    }

    private void SetOptions(Socket socket)
    {
        if (ReuseAddress)
        {
            Transport.SetReuseAddress(socket);
        }

        if (ReusePort)
        {
            Transport.SetReusePort(socket);
        }

        if (Broadcast)
        {
            Transport.SetBroadcast(socket);
        }
    }
}
