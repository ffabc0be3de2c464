using System.Net.Sockets;
using System.Runtime.InteropServices;
using PSSockets.Native;

namespace PSSockets.Transport;

/// <summary>Room for many datagrams, their senders and what the kernel says beside: what one recvmmsg(2) fills.</summary>
internal sealed unsafe class ReceiveSlab : IDisposable
{
    /// <summary>The most datagrams that one call takes.</summary>
    public const int MaximumCount = 64;

    /// <summary>The size of a slot unless a larger one is asked for: no IP datagram is longer.</summary>
    public const int UsualSize = 65536;

    private const int Alignment = 64;

    // Each cmdlet needs one for as long as it runs, and fresh memory costs more than the calls it serves.
    private static ReceiveSlab? s_spare;

    private readonly int _stride;
    private readonly byte* _names;
    private readonly byte* _controls;
    private readonly byte* _data;
    private readonly DatagramCalls.BatchHeader* _headers;
    private void* _memory;

    private ReceiveSlab(int size)
    {
        Size = size;
        Capacity = (int)Math.Clamp((long)MaximumCount * UsualSize / size, 1, MaximumCount);
        // Slots a multiple of 4 KiB apart would share a few lines of the processor's cache: each begins a line later.
        _stride = (size + (2 * Alignment) - 1) / Alignment * Alignment;
        int headers = (sizeof(DatagramCalls.BatchHeader) + sizeof(DatagramCalls.Vector)) * Capacity;
        int others = (SocketCalls.AddressBufferSize + ControlMessages.BufferSize) * Capacity;
        _memory = NativeMemory.AlignedAlloc((nuint)(headers + others + Alignment + ((long)_stride * Capacity)), Alignment);
        _headers = (DatagramCalls.BatchHeader*)_memory;
        DatagramCalls.Vector* vectors = (DatagramCalls.Vector*)(_headers + Capacity);
        _names = (byte*)(vectors + Capacity);
        _controls = _names + (SocketCalls.AddressBufferSize * Capacity);
        _data = _controls + (ControlMessages.BufferSize * Capacity);
        for (int index = 0; index < Capacity; index++)
        {
            vectors[index] = new DatagramCalls.Vector { Base = _data + ((long)_stride * index), Length = (nuint)size };
            _headers[index] = new DatagramCalls.BatchHeader
            {
                Header = new DatagramCalls.Header
                {
                    Name = _names + (SocketCalls.AddressBufferSize * index),
                    Vectors = vectors + index,
                    VectorCount = 1,
                    Control = _controls + (ControlMessages.BufferSize * index),
                },
            };
        }
    }

    ~ReceiveSlab() => Free();

    /// <summary>The most bytes of each datagram.</summary>
    public int Size { get; }

    /// <summary>The most datagrams that it holds.</summary>
    public int Capacity { get; }

    /// <summary>A slab whose slots hold at least so many bytes each.</summary>
    public static ReceiveSlab Rent(int size) =>
        size > UsualSize ? new ReceiveSlab(size) : Interlocked.Exchange(ref s_spare, null) ?? new ReceiveSlab(UsualSize);

    /// <summary>Receives at most so many datagrams; how many, or -1 and errno.</summary>
    public int Receive(SafeSocketHandle socket, int count, int flags)
    {
        for (int index = 0; index < count; index++)
        {
            ref DatagramCalls.Header header = ref _headers[index].Header;
            header.NameLength = SocketCalls.AddressBufferSize;
            header.ControlLength = ControlMessages.BufferSize;
        }

        return DatagramCalls.ReceiveBatch(socket, _headers, count, flags, null);
    }

    /// <summary>The real length of a received datagram, which with MSG_TRUNC may be more than was kept.</summary>
    public int Length(int index) => (int)_headers[index].Length;

    /// <summary>What was kept of a received datagram.</summary>
    public ReadOnlySpan<byte> Data(int index) => new(_data + ((long)_stride * index), Math.Min(Length(index), Size));

    /// <summary>Its sender; empty where it has no name.</summary>
    public ReadOnlySpan<byte> Name(int index) =>
        new(_headers[index].Header.Name, (int)Math.Min(_headers[index].Header.NameLength, SocketCalls.AddressBufferSize));

    /// <summary>Its control messages.</summary>
    public ReadOnlySpan<byte> Control(int index) => new(_headers[index].Header.Control, (int)_headers[index].Header.ControlLength);

    /// <summary>Gives it back.</summary>
    public void Dispose()
    {
        if (Size > UsualSize || Interlocked.CompareExchange(ref s_spare, this, null) is not null)
        {
            Free();
            GC.SuppressFinalize(this);
        }
    }

    private void Free()
    {
        NativeMemory.AlignedFree(_memory);
        _memory = null;
    }
}
