using System.Management.Automation;
using System.Net.Sockets;
using PSSockets.Errors;
using PSSockets.Parameters;
using PSSockets.Sockets;

namespace PSSockets.Commands;

/// <summary>Waits until sockets are ready: poll(2).</summary>
[Cmdlet(VerbsLifecycle.Wait, "Socket", HelpUri = HelpAddress.Root + "Wait-Socket.md")]
[OutputType(typeof(Socket))]
public sealed class WaitSocketCommand : SocketCommand
{
    private readonly List<Socket> _sockets = [];
    private WaitFor _what;

    /// <summary>What to wait for.</summary>
    [Parameter(Position = 1)]
    [ArgumentCompleter(typeof(WaitForCompleter))]
    public string For { get; set; } = nameof(WaitFor.Read);

    /// <summary>The longest wait, in seconds; without it for ever.</summary>
    [Parameter(Position = 2)]
    [ValidateRange(0.0, Limits.LongestTimeout)]
    public double TimeoutSeconds { get; set; }

    /// <inheritdoc />
    protected override void ProcessSocket(Socket socket)
    {
        _what = SocketNameTables.Waits.Parse(For);
        if (SocketNames.IsClosed(socket))
        {
            throw SystemCall.Closed("poll", socket);
        }

        _sockets.Add(socket);
    }

    /// <inheritdoc />
    protected override void ProcessEnd()
    {
        if (_sockets.Count == 0)
        {
            return;
        }

        using ISocketEngine engine = SocketEngine.Create(Stop);
        bool[] ready = new bool[_sockets.Count];
        engine.Wait(_sockets, _what, ready, Deadline.After(Given(TimeoutSeconds, nameof(TimeoutSeconds))));
        WriteCall(() => $"poll({_sockets.Count} sockets, {_what}) = {ready.Count(isReady => isReady)}");
        for (int index = 0; index < ready.Length; index++)
        {
            if (ready[index])
            {
                Socket socket = _sockets[index];
                // Closed by somebody else during the wait.
                Guard(() => WriteObject(SocketNames.IsClosed(socket) ? throw SystemCall.Closed("poll", socket) : socket));
            }
        }
    }
}
