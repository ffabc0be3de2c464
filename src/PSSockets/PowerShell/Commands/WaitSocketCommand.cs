using System.Management.Automation;
using System.Net.Sockets;
using PSSockets.Errors;
using PSSockets.Parameters;
using PSSockets.Sockets;
using PSSockets.Waiting;

namespace PSSockets.Commands;

/// <summary>Waits until sockets are ready: poll(2).</summary>
[Cmdlet(VerbsLifecycle.Wait, "Socket", HelpUri = HelpAddress.Root + "Wait-Socket.md")]
[OutputType(typeof(Socket))]
public sealed class WaitSocketCommand : WaitingSocketCommand
{
    private readonly List<SocketRecord> _sockets = [];
    private WaitFor _what;

    /// <summary>What to wait for.</summary>
    [Parameter(Position = 1)]
    [ArgumentCompleter(typeof(WaitForCompleter))]
    public string For { get; set; } = nameof(WaitFor.Read);

    /// <summary>The longest wait, in seconds; without it for ever.</summary>
    [Parameter(Position = 2)]
    [ValidateRange(0.0, Limits.LongestTimeout)]
    public override double TimeoutSeconds { get; set; }

    /// <inheritdoc />
    protected override void ProcessSocket(Socket socket)
    {
        _what = SocketNameTables.Waits.Parse(For);
        SocketRecord record = socket;
        if (record.IsClosed)
        {
            throw CallFailure.Closed("poll", socket);
        }

        _sockets.Add(record);
    }

    /// <inheritdoc />
    protected override void ProcessEnd()
    {
        if (_sockets.Count == 0)
        {
            return;
        }

        bool[] ready = new bool[_sockets.Count];
        Wait(ready, Limit.Next());
        NoteCall(() => $"poll({_sockets.Count} sockets, {_what}) = {ready.Count(isReady => isReady)}");
        for (int index = 0; index < ready.Length; index++)
        {
            if (ready[index])
            {
                SocketRecord socket = _sockets[index];
                // Closed by somebody else during the wait.
                Guard(() => WriteObject(socket.IsClosed ? throw CallFailure.Closed("poll", socket.Socket) : socket.Socket));
            }
        }
    }

    // Bytes may come that mean nothing to a reader, a part of what is encrypted or commands of telnet: only what is left of them tells.
    private void Wait(bool[] ready, Deadline deadline)
    {
        SocketRecord[] sockets = [.. _sockets];
        bool isFiltered = _what == WaitFor.Read && Array.Exists(sockets, IsFiltered);
        do
        {
            if (isFiltered)
            {
                Refresh(sockets);
            }

            if (!Transport.Wait(sockets, _what, ready, deadline) || !isFiltered)
            {
                return;
            }

            Refresh(sockets);
            for (int index = 0; index < ready.Length; index++)
            {
                ready[index] &= !IsFiltered(sockets[index]) || sockets[index].IsClosed || sockets[index].HasTaken;
            }
        }
        while (!Array.Exists(ready, isReady => isReady) && !deadline.IsPast);
    }

    private static bool IsFiltered(SocketRecord socket) => socket.Channel is { IsFiltered: true };

    private void Refresh(SocketRecord[] sockets)
    {
        foreach (SocketRecord socket in sockets)
        {
            if (IsFiltered(socket) && !socket.IsClosed)
            {
                Guard(() => socket.Channel!.Refresh(Transport));
            }
        }
    }
}
