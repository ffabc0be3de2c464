using System.Management.Automation;
using PSSockets.Parameters;
using PSSockets.Waiting;

namespace PSSockets.Commands;

/// <summary>A cmdlet that waits for the sockets it is given.</summary>
public abstract class WaitingSocketCommand : SocketCommand
{
    /// <summary>The longest wait for one thing, in seconds; without it for ever.</summary>
    [Parameter]
    [ValidateRange(0.0, Limits.LongestTimeout)]
    public virtual double TimeoutSeconds { get; set; }

    /// <summary>The longest time for the whole call, in seconds; without it for ever.</summary>
    [Parameter]
    [ValidateRange(0.0, Limits.LongestTimeout)]
    public double TotalTimeoutSeconds { get; set; }

    private protected TimeLimit Limit { get; private set; }

    /// <inheritdoc />
    protected override void BeginProcessing() => Limit = TimeLimit.Of(Given(TimeoutSeconds), Given(TotalTimeoutSeconds));
}
