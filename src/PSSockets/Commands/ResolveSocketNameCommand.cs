using System.Management.Automation;
using System.Net;
using System.Net.Sockets;
using PSSockets.Addressing;
using PSSockets.Errors;
using PSSockets.Interop;
using PSSockets.Parameters;

namespace PSSockets.Commands;

/// <summary>Looks up the names of an address: getnameinfo(3).</summary>
[Cmdlet(VerbsDiagnostic.Resolve, "SocketName", HelpUri = HelpAddress.Root + "Resolve-SocketName.md")]
[OutputType(typeof(ResolvedName))]
public sealed class ResolveSocketNameCommand : GuardedCommand
{
    /// <summary>The address and port; an object from the pipeline may have them as its property EndPoint.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [EndPointTransformation]
    public EndPoint EndPoint { get; set; } = null!;

    /// <summary>Gives the host as digits (NI_NUMERICHOST).</summary>
    [Parameter]
    public SwitchParameter NumericHost { get; set; }

    /// <summary>Gives the port as digits (NI_NUMERICSERV).</summary>
    [Parameter]
    public SwitchParameter NumericService { get; set; }

    /// <summary>Makes it an error that the host has no name (NI_NAMEREQD).</summary>
    [Parameter]
    public SwitchParameter NameRequired { get; set; }

    /// <summary>Names the service of datagrams where that is another than of streams (NI_DGRAM).</summary>
    [Parameter]
    [ArgumentCompleter(typeof(SocketTypeCompleter))]
    public string SocketType { get; set; } = nameof(System.Net.Sockets.SocketType.Stream);

    /// <inheritdoc />
    protected override void ProcessInput()
    {
        EndPoint asked = UnusableEndPoint.Check(EndPoint);
        bool isDatagram = SocketNameTables.Types.Parse(SocketType) == System.Net.Sockets.SocketType.Dgram;
        if (asked is UnixDomainSocketEndPoint)
        {
            throw new SocketInputException(
                ErrorIds.InvalidEndPoint, $"getnameinfo {asked}: a UNIX socket's path has no other name", "Give an IPv4 or IPv6 address.", asked);
        }

        foreach (EndPoint address in EndPointResolver.All(asked, Stop))
        {
            ResolvedName name = Await(() => AddressLookup.NameOf(address, NumericHost, NumericService, NameRequired, isDatagram));
            WriteCall(() => $"getnameinfo({address}) = {name.HostName}, {name.Service}");
            WriteObject(name);
        }
    }
}
