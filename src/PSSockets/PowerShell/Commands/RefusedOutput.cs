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
/// only pass on, to whom nothing was done when the next refused it. In a process that has run for a while the compiler
/// has made one method of several, so what is not on the stack says nothing: the commands are those of the pipeline, and
/// the stack tells only how far the object went, and where it stopped.
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
    private bool _hasFailed;

    /// <summary>Begins to watch the stops that are thrown on this thread.</summary>
    public RefusedOutput() => AppDomain.CurrentDomain.FirstChanceException += Note;

    /// <summary>Forgets what it saw: another object is on its way.</summary>
    public void Reset()
    {
        _place = null;
        _hasFailed = false;
    }

    /// <summary>Whether the stop was thrown before the object reached anybody.</summary>
    /// <param name="runtime">The runtime of the cmdlet that wrote it.</param>
    /// <param name="writer">The method that wrote it: the stack is looked at down to there.</param>
    public bool IsRefused(ICommandRuntime runtime, string writer)
    {
        List<MethodBase> path = [];
        foreach (StackFrame frame in _place?.GetFrames() ?? [])
        {
            MethodBase? method = frame.GetMethod();
            Type? type = method?.DeclaringType;
            if (type == typeof(GuardedCommand) && method!.Name == writer)
            {
                return IsRefused(path, runtime);
            }

            if (method is null || type is null)
            {
                // A script that was compiled.
                return false;
            }

            // Above the throw stand this and what raises the event.
            if (path.Count > 0 || (type != typeof(RefusedOutput) && type.Assembly != typeof(object).Assembly))
            {
                path.Add(method);
            }
        }

        return false;
    }

    /// <inheritdoc />
    public void Dispose() => AppDomain.CurrentDomain.FirstChanceException -= Note;

    // The methods on the stack, from the throw down to the cmdlet; none where the compiler made one method of it all.
    private bool IsRefused(List<MethodBase> path, ICommandRuntime runtime)
    {
        if (!path.TrueForAll(method => Machinery.Contains(TypeOf(method)) || PassingOn.Contains(TypeOf(method)) || TypeOf(method) == Each))
        {
            return false;
        }

        if (!path.Exists(IsOfProcessor))
        {
            // The cmdlet's own runtime said no.
            return true;
        }

        // What a command throws itself, as Select-Object -First does when it has enough, comes as a stop from what entered it: it has got the object.
        if (_hasFailed && IsOfProcessor(path[0]))
        {
            return false;
        }

        // The object went through so many commands, all of which passed it on, to the one that stopped.
        int others = Math.Max(0, path.Count(method => IsOfProcessor(method) && method.Name == "ProcessRecord") - 1);
        for (int before = 0; before < others; before++)
        {
            if (!IsPassingOn(CommandAfter(runtime, before)))
            {
                return false;
            }
        }

        if (QueueAfter(runtime, others) is { Count: > 0 })
        {
            // It stopped before it took the object.
            return true;
        }

        Cmdlet? command = CommandAfter(runtime, others);
        bool looksForAnother = path.Take(2).Any(method => IsOfProcessor(method) && method.Name == "Read");
        return !looksForAnother && (IsPassingOn(command) || (path[0].DeclaringType == typeof(ScriptBlock) && IsOneScript(command)));
    }

    private static string TypeOf(MethodBase method) => method.DeclaringType?.FullName ?? string.Empty;

    // What enters commands.
    private static bool IsOfProcessor(MethodBase method) =>
        TypeOf(method).EndsWith("CommandProcessor", StringComparison.Ordinal) || TypeOf(method).EndsWith("CommandProcessorBase", StringComparison.Ordinal);

    private static bool IsPassingOn(Cmdlet? command) => PassingOn.Contains(command?.GetType().FullName ?? string.Empty);

    // ForEach-Object with one script, which had not begun.
    private static bool IsOneScript(Cmdlet? command) => command is PSCmdlet { MyInvocation.BoundParameters: { } given } && command.GetType().FullName == Each
        && given.TryGetValue("Process", out object? process) && process is ScriptBlock[] { Length: 1 }
        && !given.ContainsKey("RemainingScripts");

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
        if (_place is null && Environment.CurrentManagedThreadId == _thread)
        {
            _hasFailed |= raised.Exception is not PipelineStoppedException;
            _place = raised.Exception is PipelineStoppedException ? new StackTrace() : null;
        }
    }
}
