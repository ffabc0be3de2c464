using System.Management.Automation;
using System.Net.Sockets;
using PSSockets.Parameters;
using PSSockets.Sockets;

namespace PSSockets.Commands;

/// <summary>Makes two UNIX sockets that are connected with each other: socketpair(2).</summary>
[Cmdlet(VerbsCommon.New, "SocketPair")]
[OutputType(typeof(Socket))]
public sealed class NewSocketPairCommand : GuardedCommand
{
    /// <summary>The type of both; without it a stream.</summary>
    [Parameter(Position = 0)]
    [SocketTypeTransformation]
    [ArgumentCompleter(typeof(SocketTypeCompleter))]
    public SocketType SocketType { get; set; } = SocketType.Stream;

    /// <inheritdoc />
    protected override void ProcessInput()
    {
        (Socket first, Socket second) = SocketFactory.CreatePair(SocketType);
        SocketRegistry.Add(first);
        SocketRegistry.Add(second);
        WriteCall("socketpair", first, Addressing.EndPointText.TypeOf(SocketType), 0);
        WriteObject(first);
        WriteObject(second);
    }
}
