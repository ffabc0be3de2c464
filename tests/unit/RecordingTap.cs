using PSSockets.Errors;
using PSSockets.Sockets;

namespace PSSockets.UnitTests;

/// <summary>Notes every system call, and makes those fail that a test wants to.</summary>
internal sealed class RecordingTap : ITransportTap
{
    /// <summary>The names of the calls that were made, in order.</summary>
    public List<string> Calls { get; } = [];

    /// <summary>The calls that were made with their arguments, in order.</summary>
    public List<string> Lines { get; } = [];

    /// <summary>What the next calls of a name fail with: each errno once.</summary>
    public Dictionary<string, Queue<int>> Failures { get; } = [];

    /// <summary>How many calls were made to fail.</summary>
    public int Failed { get; private set; }

    public int Before(string call, SocketRecord? socket)
    {
        if (!Failures.TryGetValue(call, out Queue<int>? errors) || !errors.TryDequeue(out int errno))
        {
            return 0;
        }

        Failed++;
        return errno;
    }

    public void After(in SystemCall call)
    {
        Calls.Add(call.Name);
        Lines.Add($"{call.Name} {EndPointText.Describe(call.Argument)} = {(call.Error is null ? call.Result : call.Error.Name)}");
    }
}
