using System.Management.Automation;
using System.Net;

namespace PSSockets.Commands;

/// <summary>Gives the name of this machine: gethostname(2).</summary>
[Cmdlet(VerbsCommon.Get, "SocketHostName", HelpUri = HelpAddress.Root + "Get-SocketHostName.md")]
[OutputType(typeof(string))]
public sealed class GetSocketHostNameCommand : GuardedCommand
{
    /// <inheritdoc />
    protected override void ProcessInput()
    {
        string name = Dns.GetHostName();
        WriteCall(() => $"gethostname() = {name}");
        WriteObject(name);
    }
}
