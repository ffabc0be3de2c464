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

    [ThreadStatic]
    private static RefusedOutput? s_innermost;

    private readonly Cmdlet _writer;
    private RefusedOutput? _outer;
    private bool _isStopped;

    /// <summary>Begins to watch the stops of what a cmdlet writes.</summary>
    public RefusedOutput(Cmdlet writer)
    {
        _writer = writer;
        AppDomain.CurrentDomain.FirstChanceException += Note;
    }

    /// <summary>Whether the stop was thrown before the object reached anybody.</summary>
    public bool IsRefused { get; private set; }

    /// <summary>Forgets what it saw: another object is on its way.</summary>
    public void Begin()
    {
        _isStopped = false;
        IsRefused = false;
        _outer = s_innermost;
        s_innermost = this;
    }

    /// <summary>The object has arrived, or has not.</summary>
    public void End() => s_innermost = _outer;

    /// <inheritdoc />
    public void Dispose() => AppDomain.CurrentDomain.FirstChanceException -= Note;

    private static bool IsRefusedAt(StackTrace place, ICommandRuntime runtime)
    {
        List<MethodBase> path = [];
        foreach (StackFrame frame in place.GetFrames())
        {
            MethodBase? method = frame.GetMethod();
            Type? type = method?.DeclaringType;
            if (type == typeof(GuardedCommand) && method!.Name == nameof(GuardedCommand.Deliver))
            {
                return IsRefusedAt(path, runtime);
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

    // The methods on the stack, from the throw down to the cmdlet; none where the compiler made one method of it all.
    private static bool IsRefusedAt(List<MethodBase> path, ICommandRuntime runtime)
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

        // What enters a command throws when the command is done: it looks for another, or tells of what the command threw.
        Cmdlet? command = CommandAfter(runtime, others);
        bool isDone = path.Take(2).Any(method => IsOfProcessor(method) && method.Name == "Read") || IsOfProcessor(path[0]);
        return !isDone && (IsPassingOn(command) || (path[0].DeclaringType == typeof(ScriptBlock) && IsOneScript(command)));
    }

    private static string TypeOf(MethodBase method) => method.DeclaringType?.FullName ?? string.Empty;

    // What enters commands.
    private static bool IsOfProcessor(MethodBase method) =>
        TypeOf(method).EndsWith("CommandProcessor", StringComparison.Ordinal) || TypeOf(method).EndsWith("CommandProcessorBase", StringComparison.Ordinal);

    private static bool IsPassingOn(Cmdlet? command)
    {
        string type = command?.GetType().FullName ?? string.Empty;
        if (command is not PSCmdlet { MyInvocation.BoundParameters: { } given } || (type != Each && !PassingOn.Contains(type)))
        {
            return false;
        }

        if (!given.TryGetValue("ExpandProperty", out object? name) && !given.TryGetValue("MemberName", out name))
        {
            return type != Each;
        }

        // One property of it goes on. An array would go on in parts, some of which may have arrived, and a method does something to it.
        return !given.ContainsKey("ArgumentList") && command.GetType().GetProperty("InputObject")?.GetValue(command) is PSObject input
            && input.Properties[name as string ?? string.Empty] is PSPropertyInfo property and (PSProperty or PSNoteProperty) && !property.TypeNameOfValue.EndsWith(']');
    }

    // ForEach-Object with one script for each object, which had not begun. Of several that are not named the first is for the beginning, and the last of more than two for the end.
    private static bool IsOneScript(Cmdlet? command) =>
        command?.GetType().FullName == Each && Read(command, "_start") is int start && Read(command, "_end") is int end && end - start == 1;

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

    private static object? Read(object? owner, string member)
    {
        for (Type? type = owner?.GetType(); type is not null; type = type.BaseType)
        {
            if (type.GetProperty(member, Hidden | BindingFlags.DeclaredOnly) is PropertyInfo property)
            {
                return property.GetValue(owner);
            }

            if (type.GetField(member, Hidden | BindingFlags.DeclaredOnly) is FieldInfo field)
            {
                return field.GetValue(owner);
            }
        }

        return null;
    }

    // PowerShell throws the same where a command fails or wants no more (Select-Object -First), also in the script of a filter that goes on.
    private void Note(object? sender, FirstChanceExceptionEventArgs raised)
    {
        if (s_innermost == this && !_isStopped && raised.Exception is PipelineStoppedException)
        {
            // A script may hear of the stop a moment before the pipeline of this cmdlet does.
            IsRefused = IsRefusedAt(new StackTrace(), _writer.CommandRuntime);
            _isStopped = IsRefused || _writer.Stopping;
        }
    }
}
