using System.Management.Automation;
using System.Net.Sockets;
using PSSockets.Parameters;

namespace PSSockets.Commands;

/// <summary>A cmdlet that does something with each of the sockets it is given.</summary>
public abstract class SocketCommand : GuardedCommand
{
    /// <summary>The sockets.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true)]
    [LiveSocket]
    [ArgumentCompleter(typeof(SocketCompleter))]
    public virtual Socket[] Socket { get; set; } = [];

    /// <inheritdoc />
    protected override void ProcessInput()
    {
        foreach (Socket socket in Socket)
        {
            Guard(() => ProcessSocket(socket));
        }
    }

    /// <summary>Does it with one socket.</summary>
    protected abstract void ProcessSocket(Socket socket);
}
