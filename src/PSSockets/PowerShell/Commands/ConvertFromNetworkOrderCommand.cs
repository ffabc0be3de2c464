using System.Management.Automation;
using System.Text;
using PSSockets.Errors;
using PSSockets.Messages;
using PSSockets.Parameters;

namespace PSSockets.Commands;

/// <summary>From network order to host order: ntohs(3), ntohl(3), and 8 and 64 bits.</summary>
[Cmdlet(VerbsData.ConvertFrom, "NetworkOrder", HelpUri = HelpAddress.Root + "ConvertFrom-NetworkOrder.md")]
[OutputType(typeof(byte), typeof(ushort), typeof(uint), typeof(ulong), typeof(sbyte), typeof(short), typeof(int), typeof(long))]
public sealed class ConvertFromNetworkOrderCommand : NetworkOrderCommand
{
    private readonly PayloadInput _bytes = new(Encoding.UTF8);
    private Action? _flush;

    /// <summary>Integers in network order, or with -Width a <c>byte[]</c> or a Datagram that holds them.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true)]
    [AllowNull]
    [AllowEmptyCollection]
    [AllowEmptyString]
    public object? InputObject { get; set; }

    /// <summary>Gives signed integers.</summary>
    [Parameter]
    [System.Diagnostics.CodeAnalysis.SuppressMessage("Naming", "CA1720", Justification = "The specification names the parameter -Signed.")]
    public SwitchParameter Signed { get; set; }

    /// <inheritdoc />
    protected override void ProcessInput()
    {
        foreach (object? item in PayloadInput.Items(InputObject))
        {
            Convert(item);
        }

        if (PayloadInput.IsList(InputObject))
        {
            _bytes.Flush(Write);
        }
    }

    /// <inheritdoc />
    protected override void ProcessEnd() => _bytes.Flush(Write);

    private void Convert(object? item)
    {
        // A single byte is part of a message where a width says what the message holds, else an 8-bit integer.
        if (item is byte[] or Datagram or SocketData || (item is byte && Width != 0))
        {
            _bytes.Add(item, Guard, Write);
            return;
        }

        Guard(_flush ??= () => _bytes.Flush(Write));
        Swap(item, Signed);
    }

    private void Write(PayloadInput.Payload payload)
    {
        if (Width == 0)
        {
            throw new SocketInputException(
                ErrorIds.WidthRequired, $"{payload.Data.Length} bytes may hold integers of several widths", "Say how wide they are with -Width 8, 16, 32 or 64.", payload.Data);
        }

        foreach (object integer in NetworkOrder.ReadAll(payload.Data, Width, Signed))
        {
            WriteObject(integer);
        }
    }
}
