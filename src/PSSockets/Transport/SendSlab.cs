using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using PSSockets.Native;
using PSSockets.Sockets;

namespace PSSockets.Transport;

/// <summary>
/// Datagrams side by side, as one sendmmsg(2) takes them. Neighbours of one size that go to one peer from one address
/// are one message, which the kernel cuts again (UDP_SEGMENT): that costs it a third of what the same datagrams cost one by one.
/// </summary>
internal sealed unsafe class SendSlab : IDisposable
{
    /// <summary>A datagram that is longer than this is better sent from where it is.</summary>
    public const int LongestDatagram = 1 << 14;

    private const int MaximumMessages = 64;
    private const int DataSize = 1 << 17;

    // UDP_MAX_SEGMENTS; later kernels take 128.
    private const int MaximumSegments = 64;

    // All of them together are one IP packet until the kernel cuts them: 65,535 bytes with the headers of IPv6 and UDP.
    private const int MaximumSegmented = 65487;

    // Where a message leaves from, and then the size of its datagrams.
    private static readonly int s_controlSize = ControlMessages.LongestSource + ControlMessages.SegmentSizeLength;

    private readonly int[] _counts = new int[MaximumMessages];
    private readonly DatagramCalls.BatchHeader* _headers;
    private readonly DatagramCalls.Vector* _vectors;
    private readonly byte* _names;
    private readonly byte* _controls;
    private readonly byte* _data;
    private void* _memory;
    private SocketAddress? _destination;
    private DatagramSource? _source;
    private int _used;
    private int _segmentSize;
    private bool _isComplete;

    public SendSlab()
    {
        int each = sizeof(DatagramCalls.BatchHeader) + sizeof(DatagramCalls.Vector) + SocketCalls.AddressBufferSize + s_controlSize;
        _memory = NativeMemory.Alloc((nuint)((each * MaximumMessages) + DataSize));
        _headers = (DatagramCalls.BatchHeader*)_memory;
        _vectors = (DatagramCalls.Vector*)(_headers + MaximumMessages);
        _names = (byte*)(_vectors + MaximumMessages);
        _controls = _names + (SocketCalls.AddressBufferSize * MaximumMessages);
        _data = _controls + (s_controlSize * MaximumMessages);
    }

    ~SendSlab() => Free();

    /// <summary>How many messages it holds.</summary>
    public int MessageCount { get; private set; }

    /// <summary>How many datagrams each message is.</summary>
    public ReadOnlySpan<int> Counts => _counts.AsSpan(0, MessageCount);

    /// <summary>How many datagrams the first so many messages are.</summary>
    public int CountOf(int messages)
    {
        int count = 0;
        foreach (int datagrams in Counts[..messages])
        {
            count += datagrams;
        }

        return count;
    }

    /// <summary>Empties it.</summary>
    public void Clear()
    {
        MessageCount = 0;
        _used = 0;
        _destination = null;
        _source = null;
    }

    /// <summary>Takes one more datagram; false when there is no room.</summary>
    /// <param name="datagram">The datagram.</param>
    /// <param name="joins">Whether it may become one message with its neighbours.</param>
    public bool TryAdd(in OutgoingDatagram datagram, bool joins)
    {
        ReadOnlySpan<byte> data = datagram.Data;
        if (data.Length > Math.Min(DataSize - _used, LongestDatagram))
        {
            return false;
        }

        if (!(joins && TryJoin(data.Length, datagram)) && !TryBegin(data.Length, datagram))
        {
            return false;
        }

        data.CopyTo(new Span<byte>(_data + _used, data.Length));
        _used += data.Length;
        return true;
    }

    /// <summary>Sends the first so many messages; how many were sent, or -1 and errno.</summary>
    public int Send(SafeSocketHandle socket, int count, int flags) => DatagramCalls.SendBatch(socket, _headers, count, flags);

    /// <inheritdoc />
    public void Dispose()
    {
        Free();
        GC.SuppressFinalize(this);
    }

    // Segments are of one size; only the last may be shorter.
    private bool TryJoin(int length, in OutgoingDatagram datagram)
    {
        int last = MessageCount - 1;
        if (last < 0 || _isComplete || length == 0 || length > _segmentSize || _counts[last] == MaximumSegments
            || !ReferenceEquals(datagram.Destination, _destination) || !ReferenceEquals(datagram.Source, _source) || (int)_vectors[last].Length + length > MaximumSegmented)
        {
            return false;
        }

        if (_counts[last]++ == 1)
        {
            ref DatagramCalls.Header header = ref _headers[last].Header;
            ControlMessages.WriteSegmentSize(Control(last)[(int)header.ControlLength..], _segmentSize);
            header.Control = _controls + (s_controlSize * last);
            header.ControlLength += (nuint)ControlMessages.SegmentSizeLength;
        }

        _vectors[last].Length += (nuint)length;
        _isComplete = length < _segmentSize;
        return true;
    }

    private bool TryBegin(int length, in OutgoingDatagram datagram)
    {
        SocketAddress? destination = datagram.Destination;
        if (MessageCount == MaximumMessages)
        {
            return false;
        }

        int index = MessageCount++;
        byte* name = null;
        if (destination is not null)
        {
            // Neighbours share the name of their peer.
            bool isSame = index > 0 && ReferenceEquals(destination, _destination);
            name = isSame ? _headers[index - 1].Header.Name : _names + (SocketCalls.AddressBufferSize * index);
            if (!isSame)
            {
                destination.Buffer.Span[..destination.Size].CopyTo(new Span<byte>(name, SocketCalls.AddressBufferSize));
            }
        }

        _vectors[index] = new DatagramCalls.Vector { Base = _data + _used, Length = (nuint)length };
        _headers[index] = new DatagramCalls.BatchHeader
        {
            Header = new DatagramCalls.Header
            {
                Name = name,
                NameLength = (uint)(destination?.Size ?? 0),
                Vectors = _vectors + index,
                VectorCount = 1,
            },
        };
        if (datagram.Source is { } source)
        {
            _headers[index].Header.Control = _controls + (s_controlSize * index);
            _headers[index].Header.ControlLength = (nuint)ControlMessages.WriteSource(Control(index), source.Address, source.InterfaceIndex);
        }

        _counts[index] = 1;
        _destination = destination;
        _source = datagram.Source;
        _segmentSize = length;
        _isComplete = false;
        return true;
    }

    private Span<byte> Control(int index) => new(_controls + (s_controlSize * index), s_controlSize);

    private void Free()
    {
        NativeMemory.Free(_memory);
        _memory = null;
    }
}
