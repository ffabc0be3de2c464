using System.Management.Automation;
using System.Net.Sockets;

namespace PSSockets.Commands;

/// <summary>A cmdlet that receives one thing after the other from sockets, which it waits for together.</summary>
public abstract class ReceiveCommand : WaitingSocketCommand
{
    /// <summary>How many to receive from each socket.</summary>
    [Parameter(Position = 1)]
    [ValidateRange(1, int.MaxValue)]
    public int Count { get; set; } = 1;

    /// <summary>Receives until stopped, or until nothing came for -TimeoutSeconds.</summary>
    [Parameter]
    public SwitchParameter Continuous { get; set; }

    private protected List<Socket> Sockets { get; } = [];

    private protected int? Most => Continuous ? null : Count;

    /// <inheritdoc />
    protected override void ProcessSocket(Socket socket) => Sockets.Add(socket);
}
