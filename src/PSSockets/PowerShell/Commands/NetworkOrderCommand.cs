using System.Management.Automation;
using PSSockets.Messages;
using PSSockets.Parameters;

namespace PSSockets.Commands;

/// <summary>A cmdlet between host order and network order.</summary>
public abstract class NetworkOrderCommand : GuardedCommand
{
    /// <summary>The width in bits; without it the type of each integer decides.</summary>
    [Parameter(Position = 1)]
    [ValidateOneOf("8", "16", "32", "64")]
    [ArgumentCompleter(typeof(IntegerWidthCompleter))]
    public int Width { get; set; }

    private protected int? Asked => Width == 0 ? null : Width;

    private protected void Swap(object? integer, bool isSigned)
    {
        int? width = Asked;
        if (NetworkOrder.TryToBits(integer, ref width, out ulong bits))
        {
            Write(bits, width!.Value, isSigned);
        }
        else
        {
            SwapUnusual(integer, isSigned);
        }
    }

    private void SwapUnusual(object? integer, bool isSigned) => Guard(() =>
    {
        int? width = Asked;
        ulong bits = NetworkOrder.ToBits(PayloadInput.Unwrap(integer), ref width);
        Write(bits, width!.Value, isSigned);
    });

    private void Write(ulong bits, int width, bool isSigned) => WriteObject(NetworkOrder.ToInteger(NetworkOrder.Swap(bits, width), width, isSigned));
}
