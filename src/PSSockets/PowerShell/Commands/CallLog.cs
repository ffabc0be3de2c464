using System.Collections.Concurrent;
using PSSockets.Errors;
using PSSockets.Sockets;

namespace PSSockets.Commands;

/// <summary>Notes the system calls of a cmdlet as a reader of <c>man 2</c> knows them: <c>bind(AF_INET6, [::1]:55555) = 0</c>.</summary>
/// <param name="isWanted">Whether a call that the module makes of itself is what the user asked for here.</param>
internal sealed class CallLog(Func<string, bool> isWanted) : ITransportTap
{
    private readonly ConcurrentQueue<(string Line, bool IsAuxiliary)> _lines = new();

    /// <inheritdoc />
    public void After(in SystemCall call) => _lines.Enqueue((Describe(call), call.IsAuxiliary && !isWanted(call.Name)));

    /// <summary>Notes a call that has no socket.</summary>
    public void Add(string line) => _lines.Enqueue((line, false));

    /// <summary>Takes the next line.</summary>
    public bool TryTake(out (string Line, bool IsAuxiliary) line) => _lines.TryDequeue(out line);

    private static string Describe(in SystemCall call)
    {
        string?[] arguments = [call.Socket is null ? null : EndPointText.FamilyOf(call.Socket.AddressFamily), EndPointText.Describe(call.Argument)];
        string result = call.Error is null ? $"{call.Result}" : $"-1 {call.Error.Name} ({call.Error.Message})";
        return $"{call.Name}({string.Join(", ", arguments.Where(argument => argument is not null))}) = {result}";
    }
}
