using System.Management.Automation;
using System.Management.Automation.Runspaces;
using Microsoft.PowerShell;

namespace PSSockets.WindowsHost;

/// <summary>Runs a script in a runspace without a console: the one that pwsh makes ends at once under Wine.</summary>
internal static class ScriptRunner
{
    /// <summary>Runs the script and prints what it writes; the exit code.</summary>
    public static int Run(string path, string[] values)
    {
        Environment.SetEnvironmentVariable("PSModulePath", Path.Combine(AppContext.BaseDirectory, "Modules"));
        InitialSessionState state = InitialSessionState.CreateDefault();
        state.ExecutionPolicy = ExecutionPolicy.Bypass;
        using Runspace runspace = RunspaceFactory.CreateRunspace(state);
        runspace.Open();
        using PowerShell shell = PowerShell.Create(runspace);
        shell.Streams.Information.DataAdded += (_, added) => Print(shell.Streams.Information[added.Index]);
        shell.Streams.Warning.DataAdded += (_, added) => Console.WriteLine($"WARNING: {shell.Streams.Warning[added.Index]}");
        shell.Streams.Error.DataAdded += (_, added) => Console.WriteLine(shell.Streams.Error[added.Index]);
        PSDataCollection<PSObject> output = [];
        output.DataAdded += (_, added) => Console.WriteLine(output[added.Index]);
        try
        {
            shell.AddCommand(path);
            foreach (string value in values)
            {
                shell.AddArgument(value);
            }

            shell.Invoke(null, output);
            return 0;
        }
        catch (RuntimeException exception)
        {
            Console.WriteLine($"{exception.ErrorRecord}\n{exception.ErrorRecord.ScriptStackTrace}");
            return 1;
        }
    }

    private static void Print(InformationRecord record)
    {
        if (record.MessageData is HostInformationMessage { NoNewLine: true } part)
        {
            Console.Write(part.Message);
        }
        else
        {
            Console.WriteLine(record.MessageData);
        }
    }
}
