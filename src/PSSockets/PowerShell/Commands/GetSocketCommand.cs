using System.Management.Automation;
using System.Net.Sockets;
using PSSockets.Errors;
using PSSockets.Sockets;
using PSSockets.Transport;

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
    [Parameters.ValidateOneOf(nameof(SocketState.New), nameof(SocketState.Bound), nameof(SocketState.Listening), nameof(SocketState.Connected), nameof(SocketState.Disconnected))]
    public string[] State { get; set; } = [];

    /// <summary>The sockets of every session of this process, such as those of parallel runspaces and thread jobs.</summary>
    [Parameter]
    public SwitchParameter All { get; set; }

    /// <inheritdoc />
    internal override bool IsWantedCall(string call) => call is "getsockname" or "getpeername";

    /// <inheritdoc />
    protected override void ProcessInput()
    {
        IReadOnlyList<SocketRecord> open = SocketTable.Open(All ? null : Session.Id);
        if (Id.Length == 0)
        {
            Write(open);
            return;
        }

        Dictionary<int, SocketRecord> byId = open.ToDictionary(record => record.Id);
        foreach (int id in Id)
        {
            Guard(() => Write([byId.TryGetValue(id, out SocketRecord? record) ? record : throw NotFound(id)]));
        }
    }

    private void Write(IEnumerable<SocketRecord> records)
    {
        foreach (SocketRecord record in records)
        {
            if (State.Length == 0 || State.Contains(SocketTransport.Quiet.State(record).ToString(), StringComparer.OrdinalIgnoreCase))
            {
                if (IsVerbose)
                {
                    Transport.LocalEndPoint(record);
                    Transport.RemoteEndPoint(record);
                }

                WriteObject(record.Socket);
            }
        }
    }

    private static SocketInputException NotFound(int id) => new(
        ErrorIds.SocketNotFound, $"no open socket of this session has the number {id}", "Get-Socket without arguments lists the open sockets of this session, and Get-Socket -All those of the process.", id);
}
