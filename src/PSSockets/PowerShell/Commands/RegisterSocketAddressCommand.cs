using System.Management.Automation;
using System.Net;
using System.Net.Sockets;
using PSSockets.Errors;
using PSSockets.Parameters;
using PSSockets.Sockets;

namespace PSSockets.Commands;

/// <summary>Gives a socket its address: bind(2).</summary>
[Cmdlet(VerbsLifecycle.Register, "SocketAddress", DefaultParameterSetName = PipelineSet, SupportsShouldProcess = true, HelpUri = HelpAddress.Root + "Register-SocketAddress.md")]
[OutputType(typeof(Socket))]
public sealed class RegisterSocketAddressCommand : SocketCommand
{
    private const string PipelineSet = "Pipeline";
    private const string ArgumentSet = "Argument";

    /// <summary>The sockets.</summary>
    [Parameter(Mandatory = true, ValueFromPipeline = true, ParameterSetName = PipelineSet)]
    [Parameter(Mandatory = true, Position = 0, ParameterSetName = ArgumentSet)]
    [LiveSocket]
    [ArgumentCompleter(typeof(SocketCompleter))]
    public override Socket[] Socket { get; set; } = [];

    /// <summary>The address; port 0 picks a free port.</summary>
    [Parameter(Mandatory = true, Position = 0, ParameterSetName = PipelineSet)]
    [Parameter(Mandatory = true, Position = 1, ParameterSetName = ArgumentSet)]
    [EndPointTransformation(IsLocal = true)]
    public EndPoint LocalEndPoint { get; set; } = null!;

    /// <summary>Replaces the socket file of a program that has ended.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <summary>Writes the socket.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    /// <inheritdoc />
    protected override void ProcessSocket(Socket socket)
    {
        EndPoint endPoint = UsableAddress.FirstFor(socket, UnusableEndPoint.Check(LocalEndPoint), "bind", Stop);
        string? stale = Force ? StaleSocketFile.Find(Transport, endPoint) : null;
        if (!ShouldProcess(EndPointText.DescribeNamed(endPoint) ?? "@", stale is null ? "Bind" : "Remove the stale socket file, and bind"))
        {
            return;
        }

        Transport.EnableReceiveInformation(socket);
        if (stale is null)
        {
            Transport.Bind(socket, endPoint);
        }
        else
        {
            StaleSocketFile.Replace(Transport, socket, endPoint, stale);
        }

        if (PassThru)
        {
            WriteObject(socket);
        }
    }
}
