using System.Management.Automation;
using System.Net.Sockets;
using PSSockets.Errors;
using PSSockets.Sockets;

namespace PSSockets.Commands;

/// <summary>What every cmdlet of the module does the same way: stop, errors, and system calls with -Verbose.</summary>
public abstract class GuardedCommand : PSCmdlet, IDisposable
{
    // PowerShell counts its own from 1.
    private static long s_lastProgressSource = 1L << 40;

    private readonly long _progressSource = Interlocked.Increment(ref s_lastProgressSource);
    private bool? _isVerbose;
    private Action? _processInput;

    /// <summary>Set when the pipeline is to stop; there from the start.</summary>
    internal StopSignal Stop { get; } = new();

    /// <summary>Whether system calls are to be shown.</summary>
    internal bool IsVerbose => _isVerbose ??= MyInvocation.BoundParameters.TryGetValue("Verbose", out object? asked)
        ? ((SwitchParameter)asked).IsPresent
        : GetVariableValue("VerbosePreference") is { } preference && !"SilentlyContinue".Equals(preference.ToString(), StringComparison.OrdinalIgnoreCase);

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

    /// <summary>Does one thing; where it fails the error is written, and the next goes on.</summary>
    internal void Guard(Action action)
    {
        try
        {
            action();
        }
        catch (SocketCallException exception)
        {
            WriteFailure(exception);
        }
        catch (SocketInputException exception)
        {
            WriteError(ErrorRecords.From(exception));
        }
        catch (OperationCanceledException) when (Stop.IsSet)
        {
            throw new PipelineStoppedException();
        }
    }

    /// <summary>Waits for a call that cannot be stopped itself; when the pipeline stops, only the wait ends.</summary>
    internal T Await<T>(Func<T> call) => Task.Run(call).WaitAsync(Stop.Token).GetAwaiter().GetResult();

    /// <summary>The value of a parameter that was given, or null.</summary>
    internal double? Given(double value, string parameter) => MyInvocation.BoundParameters.ContainsKey(parameter) ? value : null;

    /// <summary>Writes the error of a failed call or of unusable input.</summary>
    internal void WriteFailure(Exception exception)
    {
        if (exception is SocketInputException input)
        {
            WriteError(ErrorRecords.From(input));
        }
        else
        {
            WriteFailure((SocketCallException)exception);
        }
    }

    /// <summary>Writes the error of a failed call, and the call itself with -Verbose.</summary>
    internal void WriteFailure(SocketCallException exception)
    {
        if (IsVerbose)
        {
            string result = $"-1 {exception.Error.Name} ({exception.Error.Message})";
            if (exception.Target is Socket socket)
            {
                WriteCall(exception.Call, socket, exception.Address, result);
            }
            else
            {
                WriteVerbose($"{exception.Call}({exception.Address}) = {result}");
            }
        }

        WriteError(ErrorRecords.From(exception));
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

    /// <summary>Shows a system call with -Verbose: <c>bind(AF_INET6, [::1]:55555) = 0</c>.</summary>
    internal void WriteCall(Func<string> call)
    {
        if (IsVerbose)
        {
            WriteVerbose(call());
        }
    }

    /// <summary>Shows a system call on a socket with -Verbose.</summary>
    internal void WriteCall(string call, Socket socket, object? argument, object result)
    {
        if (IsVerbose)
        {
            string family = Addressing.EndPointText.FamilyOf(socket.AddressFamily);
            string? text = Addressing.EndPointText.Describe(argument);
            WriteVerbose(text is null ? $"{call}({family}) = {result}" : $"{call}({family}, {text}) = {result}");
        }
    }

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
            Stop.Dispose();
        }
    }
}
