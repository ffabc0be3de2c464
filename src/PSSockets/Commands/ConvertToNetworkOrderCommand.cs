using System.Management.Automation;
using PSSockets.Messages;
using PSSockets.Parameters;

namespace PSSockets.Commands;

/// <summary>From host order to network order: htons(3), htonl(3), and 8 and 64 bits.</summary>
[Cmdlet(VerbsData.ConvertTo, "NetworkOrder")]
[OutputType(typeof(byte), typeof(ushort), typeof(uint), typeof(ulong), typeof(byte[]))]
public sealed class ConvertToNetworkOrderCommand : GuardedCommand
{
    /// <summary>Integers of any type.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true)]
    [AllowNull]
    [AllowEmptyCollection]
    [AllowEmptyString]
    public object? InputObject { get; set; }

    /// <summary>The width in bits; without it the type of each integer decides.</summary>
    [Parameter(Position = 1)]
    [ValidateSet("8", "16", "32", "64")]
    public int Width { get; set; }

    /// <summary>Gives bytes, the most significant first: one array for all integers of an argument.</summary>
    [Parameter]
    public SwitchParameter AsByteArray { get; set; }

    /// <inheritdoc />
    protected override void ProcessInput()
    {
        if (AsByteArray)
        {
            WriteObject(Bytes(), enumerateCollection: false);
            return;
        }

        foreach (object? item in Integers())
        {
            Guard(() =>
            {
                int? width = Asked;
                ulong bits = NetworkOrder.ToBits(item, ref width);
                WriteObject(NetworkOrder.ToInteger(NetworkOrder.Swap(bits, width!.Value), width.Value, isSigned: false));
            });
        }
    }

    private int? Asked => Width == 0 ? null : Width;

    // Here a byte[] is a list of 8-bit integers, like any other array of integers.
    private IEnumerable<object?> Integers() =>
        MessageInput.Unwrap(InputObject) is byte[] bytes ? bytes.Cast<object?>() : MessageInput.Items(InputObject);

    private byte[] Bytes()
    {
        using MemoryStream stream = new();
        Span<byte> buffer = stackalloc byte[sizeof(ulong)];
        foreach (object? item in Integers())
        {
            int? width = Asked;
            ulong bits = NetworkOrder.ToBits(item, ref width);
            NetworkOrder.Write(bits, width!.Value, buffer);
            stream.Write(buffer[..(width.Value / 8)]);
        }

        return stream.ToArray();
    }
}
