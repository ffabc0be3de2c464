using System.Management.Automation;
using System.Net.Sockets;
using PSSockets.Addressing;
using PSSockets.Errors;
using PSSockets.Sockets;

namespace PSSockets.Commands;

/// <summary>Lists the open sockets that the module made or accepted: getsockname(2), getpeername(2).</summary>
[Cmdlet(VerbsCommon.Get, "Socket", HelpUri = HelpAddress.Root + "Get-Socket.md")]
[OutputType(typeof(Socket))]
public sealed class GetSocketCommand : GuardedCommand
{
    /// <summary>The numbers of the sockets; without them all.</summary>
    [Parameter(Position = 0, ValueFromPipeline = true)]
    [ValidateNotNull]
    [ArgumentCompleter(typeof(Parameters.SocketIdCompleter))]
    public int[] Id { get; set; } = [];

    /// <summary>Only sockets in one of these states.</summary>
    [Parameter(Position = 1)]
    [ValidateNotNull]
    [ArgumentCompleter(typeof(Parameters.SocketStateCompleter))]
    [Parameters.ValidateOneOf(nameof(SocketState.New), nameof(SocketState.Bound), nameof(SocketState.Listening), nameof(SocketState.Connected))]
    public string[] State { get; set; } = [];

    /// <inheritdoc />
    protected override void ProcessInput()
    {
        IReadOnlyList<Socket> open = SocketRegistry.Open();
        if (Id.Length == 0)
        {
            Write(open);
            return;
        }

        Dictionary<int, Socket> byId = open.ToDictionary(SocketRegistry.IdOf);
        foreach (int id in Id)
        {
            Guard(() => Write([byId.TryGetValue(id, out Socket? socket) ? socket : throw NotFound(id)]));
        }
    }

    private void Write(IEnumerable<Socket> sockets)
    {
        foreach (Socket socket in sockets)
        {
            if (State.Length == 0 || State.Contains(SocketNames.State(socket).ToString(), StringComparer.OrdinalIgnoreCase))
            {
                WriteNames(socket);
                WriteObject(socket);
            }
        }
    }

    private void WriteNames(Socket socket)
    {
        if (!IsVerbose)
        {
            return;
        }

        if (SocketNames.Local(socket) is { } local)
        {
            WriteCall("getsockname", socket, null, EndPointText.Describe(local)!);
        }

        if (SocketNames.Remote(socket) is { } remote)
        {
            WriteCall("getpeername", socket, null, EndPointText.Describe(remote)!);
        }
    }

    private static SocketInputException NotFound(int id) => new(
        ErrorIds.SocketNotFound, $"no open socket has the number {id}", "Get-Socket without arguments lists the open sockets.", id);
}
