using System.Management.Automation;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using PSSockets.Errors;
using PSSockets.Sockets;
using PSSockets.Transport;
using PSSockets.Waiting;

namespace PSSockets.Commands;

/// <summary>What every cmdlet of the module does the same way: stop, errors, and system calls with -Verbose.</summary>
public abstract class GuardedCommand : PSCmdlet, IDisposable
{
    // PowerShell counts its own from 1.
    private static long s_lastProgressSource = 1L << 40;

    private readonly long _progressSource = Interlocked.Increment(ref s_lastProgressSource);
    private bool? _isVerbose;
    private Action? _processInput;
    private ISocketTransport? _transport;
    private CallLog? _log;
    private RefusedOutput? _refused;

    /// <summary>Set when the pipeline is to stop; there from the start.</summary>
    internal StopSignal Stop { get; } = new();

    /// <summary>Every system call of this cmdlet goes through it.</summary>
    internal ISocketTransport Transport => _transport ??= NewTransport();

    /// <summary>Whether system calls are to be shown.</summary>
    internal bool IsVerbose => _isVerbose ??= IsAsked("Verbose", "VerbosePreference") || IsAsked("Debug", "DebugPreference");

    private CallLog? Log => IsVerbose ? _log ??= new CallLog(IsWantedCall) : null;

    /// <summary>A transport for another thread of this cmdlet.</summary>
    internal ISocketTransport NewTransport() => SocketTransport.Create(Stop, Log);

    /// <summary>Ends every wait of this cmdlet.</summary>
    protected sealed override void StopProcessing() => Stop.Set();

    /// <summary>Handles one input, with its errors.</summary>
    protected sealed override void ProcessRecord() => Guard(_processInput ??= ProcessInput);

    /// <summary>Handles what remains after the last input, with its errors.</summary>
    protected sealed override void EndProcessing() => Guard(ProcessEnd);

    /// <summary>Handles one input.</summary>
    protected virtual void ProcessInput()
    {
    }

    /// <summary>Handles what remains after the last input.</summary>
    protected virtual void ProcessEnd()
    {
    }

    /// <summary>Whether a call that the module makes of itself is what this cmdlet is for.</summary>
    internal virtual bool IsWantedCall(string call) => false;

    /// <summary>Does one thing; where it fails the error is written, and the next goes on.</summary>
    internal void Guard(Action action)
    {
        try
        {
            action();
            Speak();
        }
        catch (SocketCallException exception)
        {
            WriteFailure(exception);
        }
        catch (SocketInputException exception)
        {
            WriteFailure(exception);
        }
        catch (OperationCanceledException) when (Stop.IsSet)
        {
            throw new PipelineStoppedException();
        }
    }

    /// <summary>Writes an object, after the calls that made it.</summary>
    internal new void WriteObject(object? output) => WriteObject(output, enumerateCollection: false);

    /// <inheritdoc cref="WriteObject(object?)" />
    internal new void WriteObject(object? output, bool enumerateCollection)
    {
        Speak();
        base.WriteObject(output, enumerateCollection);
    }

    /// <summary>Writes what was taken from a socket; where the pipeline stops before it has arrived, it is put back.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)] // it is looked for on the stack
    internal void Deliver<T>(object output, T taken, Action<T> putBack)
    {
        bool isSaid = false;
        _refused ??= new RefusedOutput(this);
        _refused.Begin();
        try
        {
            Speak();
            isSaid = true;
            base.WriteObject(output, enumerateCollection: false);
        }
        catch (Exception exception)
        {
            if (!isSaid || (exception is PipelineStoppedException && _refused.IsRefused))
            {
                putBack(taken);
            }

            throw;
        }
        finally
        {
            _refused.End();
        }
    }

    /// <summary>Writes a socket that this cmdlet has made. One that reaches nobody, since the pipeline stops, would stay open for ever: it is closed.</summary>
    internal void WriteNew(Socket socket) => Deliver(SocketTable.Add(socket, Session.Id), (Transport, socket), static made => made.Transport.Close(made.socket));

    /// <summary>Waits for a call that cannot be stopped itself; when the pipeline stops, only the wait ends.</summary>
    internal T Await<T>(Func<T> call) => Task.Run(call).WaitAsync(Stop.Token).GetAwaiter().GetResult();

    /// <summary>The value of a parameter that was given, or null.</summary>
    internal double? Given(double value, [CallerArgumentExpression(nameof(value))] string parameter = "") => MyInvocation.BoundParameters.ContainsKey(parameter) ? value : null;

    /// <summary>Writes the error of a failed call or of unusable input, after the calls that led to it.</summary>
    internal void WriteFailure(Exception exception)
    {
        Speak();
        WriteError(exception is SocketInputException input ? ErrorRecords.From(input) : ErrorRecords.From((SocketCallException)exception));
    }

    /// <summary>Warns where a stream has ended without saying so: it may have been cut.</summary>
    internal void WarnOfCut(SocketRecord record)
    {
        if (record.Channel?.TakeWarning() is string warning)
        {
            WriteWarning(warning);
        }
    }

    /// <summary>Shows a progress bar; one that is completed goes away, also when the pipeline stops.</summary>
    internal void ShowProgress(ProgressRecord record)
    {
        try
        {
            CommandRuntime.WriteProgress(_progressSource, record);
        }
        catch (PipelineStoppedException) when (record.RecordType == ProgressRecordType.Completed)
        {
            // A cmdlet that is stopped can write no more, but its bar is still the host's.
            Host.UI.WriteProgress(_progressSource, record);
        }
    }

    /// <summary>Shows a call that has no socket with -Verbose.</summary>
    internal void NoteCall(Func<string> call) => Log?.Add(PrintableText.From(call()));

    /// <inheritdoc />
    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Gives up what the cmdlet holds.</summary>
    protected virtual void Dispose(bool disposing)
    {
        if (disposing)
        {
            _transport?.Dispose();
            _refused?.Dispose();
            Stop.Dispose();
        }
    }

    private bool IsAsked(string parameter, string preference) => MyInvocation.BoundParameters.TryGetValue(parameter, out object? asked)
        ? ((SwitchParameter)asked).IsPresent
        : GetVariableValue(preference) is { } value && !"SilentlyContinue".Equals(value.ToString(), StringComparison.OrdinalIgnoreCase);

    // -Verbose shows the calls, -Debug also those that the module makes of itself.
    private void Speak()
    {
        while (_log is not null && _log.TryTake(out (string Line, bool IsAuxiliary) call))
        {
            if (call.IsAuxiliary)
            {
                WriteDebug(call.Line);
            }
            else
            {
                WriteVerbose(call.Line);
            }
        }
    }
}
