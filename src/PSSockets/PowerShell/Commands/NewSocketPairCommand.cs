using System.Management.Automation;
using System.Net.Sockets;
using PSSockets.Parameters;
using PSSockets.Sockets;

namespace PSSockets.Commands;

/// <summary>Makes two UNIX sockets that are connected with each other: socketpair(2).</summary>
[Cmdlet(VerbsCommon.New, "SocketPair", HelpUri = HelpAddress.Root + "New-SocketPair.md")]
[OutputType(typeof(Socket))]
public sealed class NewSocketPairCommand : GuardedCommand
{
    /// <summary>The type of both; without it a stream.</summary>
    [Parameter(Position = 0)]
    [ArgumentCompleter(typeof(SocketTypeCompleter))]
    public string SocketType { get; set; } = nameof(System.Net.Sockets.SocketType.Stream);

    /// <inheritdoc />
    protected override void ProcessInput()
    {
        (Socket first, Socket second) = SocketFactory.CreatePair(Transport, SocketNameTables.Types.Parse(SocketType));
        SocketTable.Add(first, Session.Id);
        SocketTable.Add(second, Session.Id);
        WriteObject(first);
        WriteObject(second);
    }
}
