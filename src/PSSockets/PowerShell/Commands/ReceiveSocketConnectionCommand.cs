using System.Management.Automation;
using System.Net.Sockets;
using PSSockets.Errors;
using PSSockets.Parameters;
using PSSockets.Sockets;
using PSSockets.Waiting;

namespace PSSockets.Commands;

/// <summary>Accepts connections: accept(2).</summary>
[Cmdlet(VerbsCommunications.Receive, "SocketConnection", HelpUri = HelpAddress.Root + "Receive-SocketConnection.md")]
[OutputType(typeof(Socket))]
public sealed class ReceiveSocketConnectionCommand : SocketCommand
{
    private const string Call = "accept";

    private readonly List<Socket> _listeners = [];
    private TimeLimit _limit;

    /// <summary>How many connections to accept from each listener.</summary>
    [Parameter(Position = 1)]
    [ValidateRange(1, int.MaxValue)]
    public int Count { get; set; } = 1;

    /// <summary>Accepts until stopped, or until none came for -TimeoutSeconds.</summary>
    [Parameter]
    public SwitchParameter Continuous { get; set; }

    /// <summary>The longest wait for the next connection, in seconds; without it for ever.</summary>
    [Parameter]
    [ValidateRange(0.0, Limits.LongestTimeout)]
    public double TimeoutSeconds { get; set; }

    /// <summary>The longest time for the whole call, in seconds; without it for ever.</summary>
    [Parameter]
    [ValidateRange(0.0, Limits.LongestTimeout)]
    public double TotalTimeoutSeconds { get; set; }

    /// <inheritdoc />
    protected override void BeginProcessing() => _limit = TimeLimit.Of(Given(TimeoutSeconds, nameof(TimeoutSeconds)), Given(TotalTimeoutSeconds, nameof(TotalTimeoutSeconds)));

    /// <inheritdoc />
    protected override void ProcessSocket(Socket socket) => _listeners.Add(socket);

    /// <inheritdoc />
    protected override void ProcessEnd()
    {
        SocketLoop<Socket> loop = new(Transport, Call, Transport.Accept, _limit)
        {
            Check = Check,
            Missing = "no connection came",
        };
        foreach (SocketLoop<Socket>.Result result in loop.Take(_listeners, Continuous ? null : Count))
        {
            if (result.Value is Socket connection)
            {
                Transport.EnableReceiveInformation(connection);
                SocketTable.Add(connection, Session.Id);
                // Who it is, the system forgets with the connection.
                _ = Transport.RemoteEndPoint(connection);
                Deliver(connection, (result.Source, connection), static taken =>
                {
                    SocketTable.Remove(taken.connection);
                    taken.Source.PutBack(taken.connection);
                });
            }
            else
            {
                WriteFailure(result.Failure!);
            }
        }
    }

    private SocketInputException? Check(SocketRecord socket) => Transport.State(socket) switch
    {
        SocketState.Listening => null,
        SocketState.Closed => CallFailure.Closed(Call, socket.Socket),
        _ => new SocketInputException(
            ErrorIds.InvalidArgument, $"{Call}: the socket does not listen", "Let it listen first, with Start-SocketListener.", socket.Socket),
    };
}
