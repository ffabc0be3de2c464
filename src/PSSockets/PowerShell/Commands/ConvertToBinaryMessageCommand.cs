using System.Management.Automation;
using PSSockets.Parameters;

namespace PSSockets.Commands;

/// <summary>From the values of fields to the bytes of a message, in network order.</summary>
[Cmdlet(VerbsData.ConvertTo, "BinaryMessage", HelpUri = HelpAddress.Root + "ConvertTo-BinaryMessage.md")]
[OutputType(typeof(byte[]))]
public sealed class ConvertToBinaryMessageCommand : GuardedCommand
{
    /// <summary>The format.</summary>
    [Parameter(Mandatory = true, Position = 0)]
    [MessageFormatTransformation]
    [ArgumentCompleter(typeof(MessageFormatCompleter))]
    public MessageFormat Format { get; set; } = null!;

    /// <summary>Hashtables or objects with the fields; what is missing is 0 or empty, and lengths are filled in.</summary>
    [Parameter(Mandatory = true, Position = 1, ValueFromPipeline = true)]
    [AllowNull]
    [AllowEmptyCollection]
    public object? InputObject { get; set; }

    /// <inheritdoc />
    protected override void ProcessInput()
    {
        if (PayloadInput.Unwrap(InputObject) is byte[])
        {
            Write(InputObject);
            return;
        }

        foreach (object? item in PayloadInput.Items(InputObject))
        {
            Guard(() => Write(item));
        }
    }

    private void Write(object? item) => WriteObject(Format.Encoder.Encode(MessageFields.Of(PayloadInput.Unwrap(item)), MessageFields.Of), enumerateCollection: false);
}
