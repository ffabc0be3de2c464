using System.Management.Automation;

namespace PSSockets.Commands;

/// <summary>Leaves multicast groups: setsockopt(2), RFC 3678.</summary>
[Cmdlet(VerbsCommon.Remove, "SocketMulticastGroup", HelpUri = HelpAddress.Root + "Remove-SocketMulticastGroup.md")]
[OutputType(typeof(System.Net.Sockets.Socket))]
public sealed class RemoveSocketMulticastGroupCommand : MulticastGroupCommand
{
    /// <inheritdoc />
    private protected override bool IsJoin => false;
}
