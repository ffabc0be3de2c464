using System.Management.Automation;
using System.Net.Sockets;
using PSSockets.Parameters;
using PSSockets.Waiting;

namespace PSSockets.Commands;

/// <summary>A cmdlet that receives one thing after the other from sockets, which it waits for together.</summary>
public abstract class ReceiveCommand : SocketCommand
{
    /// <summary>How many to receive from each socket.</summary>
    [Parameter(Position = 1)]
    [ValidateRange(1, int.MaxValue)]
    public int Count { get; set; } = 1;

    /// <summary>Receives until stopped, or until nothing came for -TimeoutSeconds.</summary>
    [Parameter]
    public SwitchParameter Continuous { get; set; }

    /// <summary>The longest wait for the next, in seconds; without it for ever.</summary>
    [Parameter]
    [ValidateRange(0.0, Limits.LongestTimeout)]
    public double TimeoutSeconds { get; set; }

    /// <summary>The longest time for the whole call, in seconds; without it for ever.</summary>
    [Parameter]
    [ValidateRange(0.0, Limits.LongestTimeout)]
    public double TotalTimeoutSeconds { get; set; }

    private protected List<Socket> Sockets { get; } = [];

    private protected TimeLimit Limit { get; private set; }

    private protected int? Most => Continuous ? null : Count;

    /// <inheritdoc />
    protected override void BeginProcessing() => Limit = TimeLimit.Of(Given(TimeoutSeconds), Given(TotalTimeoutSeconds));

    /// <inheritdoc />
    protected override void ProcessSocket(Socket socket) => Sockets.Add(socket);
}
