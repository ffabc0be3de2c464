using System.Collections;
using System.Management.Automation;
using PSSockets.Messages;
using PSSockets.Parameters;

namespace PSSockets.Commands;

/// <summary>From host order to network order: htons(3), htonl(3), and 8 and 64 bits.</summary>
[Cmdlet(VerbsData.ConvertTo, "NetworkOrder", HelpUri = HelpAddress.Root + "ConvertTo-NetworkOrder.md")]
[OutputType(typeof(byte), typeof(ushort), typeof(uint), typeof(ulong), typeof(byte[]))]
public sealed class ConvertToNetworkOrderCommand : NetworkOrderCommand
{
    /// <summary>Integers of any type.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true)]
    [AllowNull]
    [AllowEmptyCollection]
    [AllowEmptyString]
    public object? InputObject { get; set; }

    /// <summary>Gives bytes, the most significant first: one array for all integers of an argument.</summary>
    [Parameter]
    public SwitchParameter AsByteArray { get; set; }

    /// <inheritdoc />
    protected override void ProcessInput()
    {
        // Also a byte[] is a list of integers here, like any other array of them.
        object? input = PayloadInput.Unwrap(InputObject);
        bool isPlain = input is Array array && NetworkOrder.WidthOf(array) is int natural && (Width == 0 || Width == natural);
        if (AsByteArray)
        {
            byte[] bytes = isPlain ? NetworkOrder.ToBytes((Array)input!) : NetworkOrder.ToBytes(Integers(input), Asked, PayloadInput.Unwrap);
            WriteObject(bytes, enumerateCollection: false);
        }
        else if (isPlain)
        {
            foreach (object integer in NetworkOrder.Objects(NetworkOrder.SwapAll((Array)input!)))
            {
                WriteObject(integer);
            }
        }
        else
        {
            foreach (object? integer in Integers(input))
            {
                Swap(integer, isSigned: false);
            }
        }
    }

    private static object?[] Integers(object? input)
    {
        switch (input)
        {
            case object?[] several:
                return several;
            case Array { Rank: 1 } array:
                object?[] boxed = new object?[array.Length];
                array.CopyTo(boxed, 0);
                return boxed;
            case IList list:
                return [.. list.Cast<object?>()];
            default:
                return [input];
        }
    }
}
