using System.Management.Automation;
using System.Text;
using PSSockets.Errors;
using PSSockets.Messages;
using PSSockets.Parameters;

namespace PSSockets.Commands;

/// <summary>Draws a format, or a message with its values, as Internet standards draw them.</summary>
[Cmdlet(VerbsCommon.Format, "MessageDiagram", HelpUri = HelpAddress.Root + "Format-MessageDiagram.md")]
[OutputType(typeof(string))]
public sealed class FormatMessageDiagramCommand : GuardedCommand
{
    private readonly PayloadInput _bytes = new(new UTF8Encoding(false));

    private MessageFormat? _format;

    /// <summary>The format; a piped format is drawn itself. A decoded message in its place is drawn with the format that it has.</summary>
    [Parameter(Position = 0)]
    [MessageFormatTransformation(TakesMessages = true)]
    [ArgumentCompleter(typeof(MessageFormatCompleter))]
    public object? Format { get; set; }

    /// <summary>Messages: bytes, Datagrams, SocketData, decoded messages, or hashtables and objects with the fields.</summary>
    [Parameter(Position = 1, ValueFromPipeline = true)]
    [AllowNull]
    [AllowEmptyString]
    [AllowEmptyCollection]
    public object? InputObject { get; set; }

    /// <summary>How many bits a row has.</summary>
    [Parameter]
    [ValidateOneOf("8", "16", "32", "64")]
    [ArgumentCompleter(typeof(RowWidthCompleter))]
    public int RowWidth { get; set; } = 32;

    /// <inheritdoc />
    protected override void BeginProcessing() => _format = Format as MessageFormat;

    /// <inheritdoc />
    protected override void ProcessInput()
    {
        if (!MyInvocation.ExpectingInput && !MyInvocation.BoundParameters.ContainsKey(nameof(InputObject)))
        {
            return;
        }

        object? input = PayloadInput.Unwrap(InputObject);
        IEnumerable<object?> items = input is byte[] ? [input] : PayloadInput.Items(input);
        foreach (object? item in items)
        {
            if (item is not byte)
            {
                Guard(() => _bytes.Flush(DrawBytes));
            }

            Guard(() => Draw(item));
        }
    }

    /// <inheritdoc />
    protected override void ProcessEnd()
    {
        _bytes.Flush(DrawBytes);
        if (!MyInvocation.ExpectingInput && !MyInvocation.BoundParameters.ContainsKey(nameof(InputObject)))
        {
            if (Format is BinaryMessage or BinaryMessage[])
            {
                foreach (BinaryMessage message in Format as BinaryMessage[] ?? [(BinaryMessage)Format])
                {
                    Draw(message);
                }

                return;
            }

            WriteObject(DiagramWriter.Write(Wanted(null), null, RowWidth));
        }
    }

    private void Draw(object? item)
    {
        switch (item)
        {
            case MessageFormat format when _format is null:
                WriteObject(DiagramWriter.Write(format, null, RowWidth));
                break;
            case byte or byte[] or Datagram or SocketData or string:
                _bytes.Add(item, Guard, DrawBytes);
                break;
            default:
                MessageFormat wanted = item is BinaryMessage message && _format is null ? message.Format : Wanted(item);
                byte[] bytes = wanted.Encoder.Encode(MessageFields.Of(item), MessageFields.Of);
                WriteObject(DiagramWriter.Write(wanted, wanted.DecodeValues(bytes), RowWidth));
                break;
        }
    }

    private void DrawBytes(PayloadInput.Payload payload)
    {
        object source = payload.Source ?? (object)payload.Data;
        MessageFormat format = Wanted(source);
        WriteObject(DiagramWriter.Write(format, format.Decode(payload.Data, source).Values, RowWidth));
    }

    private MessageFormat Wanted(object? item) => _format ?? throw new SocketInputException(
        ErrorIds.InvalidArgument, "No format says what to draw", "Pass the format with -Format, or pipe a format or a decoded message.", item);
}
