using System.Management.Automation;
using System.Net;
using System.Net.Sockets;
using PSSockets.Addressing;
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
    [ArgumentCompleter(typeof(SocketCompleter))]
    public override Socket[] Socket { get; set; } = [];

    /// <summary>The address; port 0 picks a free port.</summary>
    [Parameter(Mandatory = true, Position = 0, ParameterSetName = PipelineSet)]
    [Parameter(Mandatory = true, Position = 1, ParameterSetName = ArgumentSet)]
    [EndPointTransformation]
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
        const string Call = "bind";
        EndPoint endPoint = EndPointResolver.FirstFor(socket, UnusableEndPoint.Check(LocalEndPoint), Call, Stop);
        string? stale = Force && endPoint is UnixDomainSocketEndPoint path && UnixPath.IsFile(path) && StaleSocketFile.IsAt(path.ToString())
            ? path.ToString()
            : null;
        if (!ShouldProcess(EndPointText.Describe(endPoint), stale is null ? "Bind" : "Remove the stale socket file, and bind"))
        {
            return;
        }

        if (stale is not null)
        {
            File.Delete(stale);
        }

        SocketOptions.EnableReceiveInformation(socket);

        SocketBinder.Bind(socket, endPoint);
        WriteCall(Call, socket, SocketNames.Local(socket), 0);
        if (PassThru)
        {
            WriteObject(socket);
        }
    }
}
