using System.Management.Automation;

namespace PSSockets.Commands;

/// <summary>Joins multicast groups: setsockopt(2), RFC 3678.</summary>
[Cmdlet(VerbsCommon.Add, "SocketMulticastGroup", HelpUri = HelpAddress.Root + "Add-SocketMulticastGroup.md")]
[OutputType(typeof(System.Net.Sockets.Socket))]
public sealed class AddSocketMulticastGroupCommand : MulticastGroupCommand
{
    /// <inheritdoc />
    private protected override bool IsJoin => true;
}
