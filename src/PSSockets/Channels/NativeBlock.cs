using System.Buffers;
using System.Runtime.InteropServices;

namespace PSSockets.Channels;

/// <summary>Memory outside the garbage collector's heap, which the system makes longer or shorter mostly without a copy: realloc(3). Who has it frees it.</summary>
internal sealed unsafe class NativeBlock : MemoryManager<byte>
{
    private byte* _bytes;

    public NativeBlock(int length)
    {
        _bytes = (byte*)NativeMemory.Alloc((nuint)length);
        Length = length;
    }

    public int Length { get; private set; }

    /// <summary>Makes it longer or shorter. Memory that was got before is no longer valid.</summary>
    public void Resize(int length)
    {
        _bytes = (byte*)NativeMemory.Realloc(_bytes, (nuint)length);
        Length = length;
    }

    /// <inheritdoc />
    public override Span<byte> GetSpan() => new(_bytes, Length);

    /// <inheritdoc />
    public override MemoryHandle Pin(int elementIndex = 0) => new(_bytes + elementIndex);

    /// <inheritdoc />
    public override void Unpin()
    {
        // It never moves by itself.
    }

    /// <inheritdoc />
    protected override void Dispose(bool disposing)
    {
        NativeMemory.Free(_bytes);
        _bytes = null;
        Length = 0;
    }
}
