using System.Management.Automation;
using System.Net;
using System.Net.Sockets;
using PSSockets.Addresses;
using PSSockets.Options;
using PSSockets.Parameters;

namespace PSSockets.Commands;

/// <summary>A cmdlet that changes the multicast groups of sockets.</summary>
public abstract class MulticastGroupCommand : SocketCommand
{
    /// <summary>The groups.</summary>
    [Parameter(Mandatory = true, Position = 1)]
    [ArgumentCompleter(typeof(MulticastGroupCompleter))]
    public IPAddress[] Group { get; set; } = [];

    /// <summary>The network interface, by name, number or address; without it the system chooses by its routes.</summary>
    [Parameter(Position = 2)]
    [ArgumentCompleter(typeof(InterfaceCompleter))]
    public string? Interface { get; set; }

    /// <summary>The only senders to hear (source-specific multicast); without it every one.</summary>
    [Parameter(Position = 3)]
    [ValidateNotNull]
    public IPAddress[] Source { get; set; } = [];

    /// <summary>Writes the socket.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    private protected abstract bool IsJoin { get; }

    /// <inheritdoc />
    protected override void ProcessSocket(Socket socket)
    {
        int index = Interface is null ? 0 : NetworkInterfaces.Find(Interface);
        int done = 0;
        foreach (IPAddress group in Group)
        {
            foreach (IPAddress? source in Source.Length == 0 ? new IPAddress?[1] : Source)
            {
                Guard(() =>
                {
                    MulticastMembership.Change(Transport, socket, IsJoin, group, index, source);
                    done++;
                });
            }
        }

        if (PassThru && done > 0)
        {
            WriteObject(socket);
        }
    }
}
