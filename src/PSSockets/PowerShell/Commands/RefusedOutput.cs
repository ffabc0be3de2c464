using System.Diagnostics;
using System.Management.Automation;
using System.Reflection;
using System.Runtime.ExceptionServices;

namespace PSSockets.Commands;

/// <summary>
/// Tells whether an object that was written when the pipeline stopped has reached anybody. PowerShell asks for a stop at
/// several places between one command's WriteObject and another's own code, and only the place where it throws first
/// tells them apart: what the writer sees may be another exception, thrown on the way.
/// </summary>
/// <remarks>
/// A command's own code has run when anything but PowerShell's machinery stands on the stack, and whoever's code has run
/// has got the object. Two kinds count as machinery: scripts of ForEach-Object that have not begun, and commands that
/// only pass on, to whom nothing was done when the next refused it.
/// </remarks>
internal sealed class RefusedOutput : IDisposable
{
    private const BindingFlags Hidden = BindingFlags.Instance | BindingFlags.NonPublic;
    private const string Each = "Microsoft.PowerShell.Commands.ForEachObjectCommand";

    private static readonly HashSet<string> Machinery =
    [
        "System.Management.Automation.MshCommandRuntime",
        "System.Management.Automation.Cmdlet",
        "System.Management.Automation.Internal.InternalCommand",
        "System.Management.Automation.Internal.Pipe",
        "System.Management.Automation.CommandProcessor",
        "System.Management.Automation.CommandProcessorBase",
        "System.Management.Automation.ScriptCommandProcessorBase",
        "System.Management.Automation.DlrScriptCommandProcessor",
        "System.Management.Automation.ScriptBlock",
    ];

    private static readonly HashSet<string> PassingOn =
    [
        "Microsoft.PowerShell.Commands.WhereObjectCommand",
        "Microsoft.PowerShell.Commands.SelectObjectCommand",
    ];

    private readonly int _thread = Environment.CurrentManagedThreadId;
    private StackTrace? _place;

    /// <summary>Begins to watch the stops that are thrown on this thread.</summary>
    public RefusedOutput() => AppDomain.CurrentDomain.FirstChanceException += Note;

    /// <summary>Forgets what it saw: another object is on its way.</summary>
    public void Reset() => _place = null;

    /// <summary>Whether the stop was thrown before the object reached anybody.</summary>
    /// <param name="runtime">The runtime of the cmdlet that wrote it.</param>
    /// <param name="writer">The method that wrote it: the stack is looked at down to there.</param>
    public bool IsRefused(ICommandRuntime runtime, string writer)
    {
        List<string> path = [];
        foreach (StackFrame frame in _place?.GetFrames() ?? [])
        {
            MethodBase? method = frame.GetMethod();
            Type? type = method?.DeclaringType;
            if (type == typeof(GuardedCommand) && method!.Name == writer)
            {
                return IsRefused(path, runtime);
            }

            // Above the throw stand this and what raises the event.
            if (path.Count > 0 || (type != typeof(RefusedOutput) && type?.Assembly != typeof(object).Assembly))
            {
                path.Add(type?.FullName ?? string.Empty);
            }
        }

        return false;
    }

    /// <inheritdoc />
    public void Dispose() => AppDomain.CurrentDomain.FirstChanceException -= Note;

    // The types on the stack, from the throw down to the cmdlet; none where the compiler made one method of it all.
    private static bool IsRefused(List<string> path, ICommandRuntime runtime)
    {
        if (!path.TrueForAll(type => Machinery.Contains(type) || PassingOn.Contains(type) || type == Each))
        {
            return false;
        }

        // The command that stands nearest to the throw, unless what enters commands stands nearer.
        string? nearest = path.Find(type => !Machinery.Contains(type) || IsEntrance(type));
        return nearest is null // the cmdlet's own runtime said no
            || (IsEntrance(nearest) ? QueueAfter(runtime, CountPassingOn(path)) is { Count: > 0 } // stopped before it took the object, not when it looked for another
            : PassingOn.Contains(nearest) || (path[0] == typeof(ScriptBlock).FullName && HasOneScript(runtime, path)));
    }

    private static bool IsEntrance(string type) =>
        type.EndsWith("CommandProcessor", StringComparison.Ordinal) || type.EndsWith("CommandProcessorBase", StringComparison.Ordinal);

    private static int CountPassingOn(List<string> path) =>
        path.Where((type, index) => PassingOn.Contains(type) && (index == 0 || path[index - 1] != type)).Count();

    private static bool HasOneScript(ICommandRuntime runtime, List<string> path)
    {
        Cmdlet? each = CommandAfter(runtime, CountPassingOn(path));
        return each is PSCmdlet { MyInvocation.BoundParameters: { } given }
            && given.TryGetValue("Process", out object? process) && process is ScriptBlock[] { Length: 1 }
            && !given.ContainsKey("RemainingScripts");
    }

    // The command after so many others.
    private static Cmdlet? CommandAfter(ICommandRuntime runtime, int others)
    {
        Cmdlet? next = null;
        for (ICommandRuntime? before = runtime; others >= 0 && before is not null; others--)
        {
            object? processor = Read(PipeOf(before), "DownstreamCmdlet");
            next = Read(processor, "Command") as Cmdlet;
            before = next?.CommandRuntime;
        }

        return others < 0 ? next : null;
    }

    // What waits for the command after so many others.
    private static System.Collections.ICollection? QueueAfter(ICommandRuntime runtime, int others)
    {
        ICommandRuntime? before = others == 0 ? runtime : CommandAfter(runtime, others - 1)?.CommandRuntime;
        return before is null ? null : Read(PipeOf(before), "ObjectQueue") as System.Collections.ICollection;
    }

    private static object? PipeOf(ICommandRuntime runtime) => Read(runtime, "OutputPipe");

    private static object? Read(object? owner, string property)
    {
        for (Type? type = owner?.GetType(); type is not null; type = type.BaseType)
        {
            if (type.GetProperty(property, Hidden | BindingFlags.DeclaredOnly) is PropertyInfo found)
            {
                return found.GetValue(owner);
            }
        }

        return null;
    }

    private void Note(object? sender, FirstChanceExceptionEventArgs raised)
    {
        if (raised.Exception is PipelineStoppedException && Environment.CurrentManagedThreadId == _thread)
        {
            _place ??= new StackTrace();
        }
    }
}
