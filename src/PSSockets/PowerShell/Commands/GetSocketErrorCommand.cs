using System.Globalization;
using System.Management.Automation;
using PSSockets.Errors;
using PSSockets.Parameters;

namespace PSSockets.Commands;

/// <summary>Explains errors: perror(3), strerror(3), errno(3).</summary>
[Cmdlet(VerbsCommon.Get, "SocketError", DefaultParameterSetName = CodeSet, HelpUri = HelpAddress.Root + "Get-SocketError.md")]
[OutputType(typeof(SocketErrorInfo))]
public sealed class GetSocketErrorCommand : GuardedCommand
{
    private const string CodeSet = "Code";
    private const string RecordSet = "ErrorRecord";

    /// <summary>Numbers and names of any system (errno, C, Windows Sockets) or .NET names; without any, every error of this system.</summary>
    [Parameter(Position = 0, ValueFromPipeline = true, ParameterSetName = CodeSet)]
    [ValidateNotNull]
    [ArgumentCompleter(typeof(SocketErrorCompleter))]
    public string[] Code { get; set; } = [];

    /// <summary>Error records, such as <c>$Error[0]</c>.</summary>
    [Parameter(Mandatory = true, ValueFromPipeline = true, ParameterSetName = RecordSet)]
    public ErrorRecord[] ErrorRecord { get; set; } = [];

    /// <inheritdoc />
    protected override void ProcessInput()
    {
        if (ParameterSetName == RecordSet)
        {
            foreach (ErrorRecord record in ErrorRecord)
            {
                Guard(() => WriteObject(Explain(record)));
            }
        }
        else if (Code.Length == 0)
        {
            WriteObject(ErrnoTable.All, enumerateCollection: true);
        }
        else
        {
            foreach (string code in Code)
            {
                Guard(() => WriteObject(Find(code)));
            }
        }
    }

    private static SocketErrorInfo Find(string code)
    {
        if (int.TryParse(code, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int number))
        {
            return ErrnoTable.FindNumber(number) ?? throw NotFound(code);
        }

        return ErrnoTable.FromName(code) ?? throw NotFound(code);
    }

    private static SocketErrorInfo Explain(ErrorRecord record)
    {
        for (Exception? exception = record.Exception; exception is not null; exception = exception.InnerException)
        {
            if (exception is SocketCallException call)
            {
                return call.Error;
            }

            if (exception is System.Net.Sockets.SocketException plain)
            {
                return ErrnoTable.FromSocketError(plain.SocketErrorCode);
            }
        }

        throw new SocketInputException(
            ErrorIds.SocketErrorNotFound, $"'{record.FullyQualifiedErrorId}' is not the error of a socket call", "Pass the record of a failed socket call, such as $Error[0].", record);
    }

    private static SocketInputException NotFound(string code) => new(
        ErrorIds.SocketErrorNotFound, $"no socket error has the number or name '{code}'", "Get-SocketError without arguments lists them all.", code);
}
