using System.Management.Automation;
using PSSockets.Errors;
using PSSockets.Messages;
using PSSockets.Parameters;

namespace PSSockets.Commands;

/// <summary>Makes a message format from the ASCII picture of a standard, from a field list, or from both.</summary>
[Cmdlet(VerbsCommon.New, "MessageFormat", HelpUri = HelpAddress.Root + "New-MessageFormat.md")]
[OutputType(typeof(MessageFormat))]
public sealed class NewMessageFormatCommand : GuardedCommand
{
    private readonly List<string> _lines = [];

    /// <summary>The picture as it stands in the standard: one text, or its lines.</summary>
    [Parameter(Position = 0, ValueFromPipeline = true)]
    [AllowNull]
    [AllowEmptyString]
    [AllowEmptyCollection]
    public string[]? Diagram { get; set; }

    /// <summary>Fields, such as <c>Version:4</c>, <c>Source:32:ipv4</c>, <c>Name:[Length]:utf8</c>, <c>Rest:*</c>; with a diagram, types and lengths of its fields.</summary>
    [Parameter(Position = 1)]
    [AllowEmptyCollection]
    [ArgumentCompleter(typeof(FieldCompleter))]
    public string[] Field { get; set; } = [];

    /// <summary>The name, which becomes part of the type name of decoded messages.</summary>
    [Parameter(Position = 2)]
    public string Name { get; set; } = "";

    /// <summary>Formats that fields may name: <c>Items:[Count]*Item</c>, <c>Body:[Length]:Body</c>.</summary>
    [Parameter]
    [AllowEmptyCollection]
    [ArgumentCompleter(typeof(MessageFormatCompleter))]
    public MessageFormat[] Include { get; set; } = [];

    /// <inheritdoc />
    protected override void ProcessInput() => _lines.AddRange(Diagram ?? []);

    /// <inheritdoc />
    protected override void ProcessEnd()
    {
        try
        {
            WriteObject(MessageFormatReader.Read(_lines, Field, Name, Include));
        }
        catch (SocketInputException exception) when (exception.ErrorId == ErrorIds.InvalidDiagram && !string.IsNullOrEmpty(MyInvocation.ScriptName))
        {
            WriteError(ErrorRecords.OnOneLine(exception));
        }
    }
}
