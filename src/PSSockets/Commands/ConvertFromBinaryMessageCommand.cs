using System.Management.Automation;
using System.Text;
using PSSockets.Parameters;

namespace PSSockets.Commands;

/// <summary>From the bytes of a message, in network order, to an object with a property for each field.</summary>
[Cmdlet(VerbsData.ConvertFrom, "BinaryMessage")]
[OutputType(typeof(BinaryMessage))]
public sealed class ConvertFromBinaryMessageCommand : GuardedCommand
{
    private readonly MessageInput _input = new(new UTF8Encoding(false));
    private bool _hasSingleBytes;

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
    protected override void ProcessInput()
    {
        object? input = MessageInput.Unwrap(InputObject);
        byte[]? bytes = _hasSingleBytes ? null : input switch
        {
            Datagram datagram => datagram.Data,
            byte[] given => given,
            SocketData data => data.Data,
            _ => null,
        };
        if (bytes is not null)
        {
            Write(bytes, input!);
            return;
        }

        _hasSingleBytes |= input is byte;
        _input.AddAll(input, Guard, Write);
    }

    /// <inheritdoc />
    protected override void ProcessEnd() => _input.Flush(Write);

    private void Write(MessageInput.Message message) => Write(message.Data, message.Source ?? (object)message.Data);

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
