using System.Management.Automation;
using System.Text;
using PSSockets.Parameters;

namespace PSSockets.Commands;

/// <summary>From the bytes of a message, in network order, to an object with a property for each field.</summary>
[Cmdlet(VerbsData.ConvertFrom, "BinaryMessage", HelpUri = HelpAddress.Root + "ConvertFrom-BinaryMessage.md")]
[OutputType(typeof(BinaryMessage))]
public sealed class ConvertFromBinaryMessageCommand : GuardedCommand
{
    private readonly PayloadInput _input = new(new UTF8Encoding(false));

    /// <summary>The format.</summary>
    [Parameter(Mandatory = true, Position = 0)]
    [MessageFormatTransformation]
    [ArgumentCompleter(typeof(MessageFormatCompleter))]
    public MessageFormat Format { get; set; } = null!;

    /// <summary>Messages: <c>byte[]</c>, Datagrams, SocketData.</summary>
    [Parameter(Mandatory = true, Position = 1, ValueFromPipeline = true)]
    [AllowNull]
    [AllowEmptyString]
    [AllowEmptyCollection]
    public object? InputObject { get; set; }

    /// <summary>Decodes messages that follow each other in the bytes, such as options and attributes, until the bytes end.</summary>
    [Parameter]
    public SwitchParameter Repeat { get; set; }

    /// <inheritdoc />
    protected override void BeginProcessing() => Views.MessageAdapter.Register(InvokeCommand);

    /// <inheritdoc />
    protected override void ProcessInput()
    {
        if (_input.TryTakeOne(InputObject, out PayloadInput.Payload payload))
        {
            Write(payload.Data, PayloadInput.Unwrap(InputObject)!);
        }
        else
        {
            _input.AddAll(InputObject, Guard, Write);
        }
    }

    /// <inheritdoc />
    protected override void ProcessEnd() => _input.Flush(Write);

    private void Write(PayloadInput.Payload payload) => Write(payload.Data, payload.Source ?? (object)payload.Data);

    private void Write(byte[] bytes, object source)
    {
        if (!Repeat)
        {
            WriteObject(Format.Decode(bytes, source), enumerateCollection: false);
            return;
        }

        foreach (BinaryMessage message in Format.DecodeAll(bytes, source))
        {
            WriteObject(message, enumerateCollection: false);
        }
    }
}
