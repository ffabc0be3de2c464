using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Text;
using PSSockets.Addressing;
using PSSockets.Errors;
using PSSockets.Interop;
using PSSockets.Sockets;

namespace PSSockets.Datagrams;

/// <summary>
/// Receives datagrams on Linux. One call takes what is queued and never waits for more; what nobody has asked for yet
/// stays with the socket (<see cref="TakenDatagrams"/>).
/// </summary>
/// <param name="stop">Ends every wait.</param>
/// <param name="waiter">Waits.</param>
/// <param name="calls">The system calls.</param>
internal sealed class LinuxDatagramReceiver(StopSignal stop, PollWaiter waiter, IDatagramCalls calls) : IDisposable
{
    private const string Call = "recvfrom";

    // Who asked for no number may stop at any time. So until a burst is this many times as long as what is taken ahead
    // of it, all but the datagram that is given stay in the kernel, where every reader of the socket finds them.
    private const int BurstForEachAhead = 4;

    private readonly Dictionary<Socket, Source> _sources = [];
    private ReceiveSlab? _slab;
    private Source? _lastSource;
    private DatagramOrigin? _lastOrigin;
    private PeerAddress? _lastPeer;
    private byte[] _lastLocalBytes = [];
    private IPAddress? _lastLocalAddress;

    /// <inheritdoc cref="ISocketEngine.Receive(Socket, ReceiveOptions, Deadline, int)" />
    public Datagram? Receive(Socket socket, ReceiveOptions options, Deadline deadline, int most)
    {
        Source source = SourceOf(socket);
        PollEvents seen = PollEvents.None;
        try
        {
            while (true)
            {
                stop.ThrowIfSet();
                if (source.Taken.TryTake(options, out Datagram? datagram) || TryTake(source, options, most, out datagram, out int errno))
                {
                    return datagram;
                }

                if (errno == Errno.EAGAIN)
                {
                    // After shutdown(2) poll says readable for ever, and there is nothing.
                    if ((seen & (PollEvents.HangUp | PollEvents.PeerClosed)) != 0)
                    {
                        throw SystemCall.Failure(Call, SocketNames.Local(socket), SocketError.Shutdown, socket, "the receiving direction was shut down");
                    }

                    source.Burst = 0;
                    seen = waiter.Wait(source.Handle, PollEvents.Read | PollEvents.PeerClosed, deadline);
                    if (seen == PollEvents.None)
                    {
                        return null;
                    }
                }
                else if (errno != Errno.EINTR)
                {
                    throw SystemCall.Failure(Call, SocketNames.Remote(socket) ?? SocketNames.Local(socket), errno, socket);
                }
            }
        }
        catch (ObjectDisposedException)
        {
            throw SystemCall.Closed(Call, socket);
        }
    }

    /// <inheritdoc />
    public void Dispose()
    {
        _slab?.Dispose();
        _slab = null;
        foreach (Source source in _sources.Values)
        {
            if (source.IsTimed)
            {
                SocketOptions.TrySetTimestamps(source.Socket, on: false);
            }
        }

        _sources.Clear();
        _lastSource = null;
    }

    // As long as this receiver reads from a socket the kernel tells the time; who had that on before keeps it.
    private Source SourceOf(Socket socket)
    {
        if (_lastSource is null || !ReferenceEquals(_lastSource.Socket, socket))
        {
            if (!_sources.TryGetValue(socket, out _lastSource))
            {
                _lastSource = new Source(socket, SocketOptions.TrySetTimestamps(socket, on: true));
                _sources.Add(socket, _lastSource);
            }
        }

        return _lastSource;
    }

    private bool TryTake(Source source, ReceiveOptions options, int most, [MaybeNullWhen(false)] out Datagram datagram, out int errno)
    {
        lock (source.Taken.Gate)
        {
            // Another reader of the socket may have taken some meanwhile.
            errno = 0;
            if (!source.Taken.TryTake(options, out datagram))
            {
                datagram = Take(source, options, most, out errno);
            }

            return datagram is not null;
        }
    }

    private Datagram? Take(Source source, ReceiveOptions options, int most, out int errno)
    {
        if (_slab is null || _slab.Size < options.MaximumSize)
        {
            _slab?.Dispose();
            _slab = ReceiveSlab.Rent(options.MaximumSize);
        }

        int flags = DatagramCalls.DontWait | DatagramCalls.Truncate | (options.Peek ? DatagramCalls.Peek : 0);
        int asked = options.Peek ? 1 : Math.Min(source.MostAtOnce(options.TakesAhead), Math.Min(most, _slab.Capacity));
        int count = _slab.Receive(calls, source.Handle, asked, flags);
        errno = count < 0 ? Marshal.GetLastPInvokeError() : 0;
        if (count <= 0)
        {
            return null;
        }

        source.Burst = count < asked ? 0 : source.Burst + count;
        if (_slab.Length(0) == 0 && source.IsConnection && _slab.Control(0).IsEmpty && HasPeerClosed(source.Handle))
        {
            return Datagram.End;
        }

        Datagram first = Compose(source, options, 0);
        for (int index = 1; index < count; index++)
        {
            source.Taken.Add(Compose(source, options, index));
        }

        return first.Fit(options.MaximumSize, options.Encoding);
    }

    // A SeqPacket socket gives 0 bytes both for an empty message and at the end, but only a message has a time stamp.
    private bool HasPeerClosed(SafeSocketHandle handle) =>
        (waiter.Wait(handle, PollEvents.Read | PollEvents.PeerClosed, Deadline.Now) & (PollEvents.HangUp | PollEvents.PeerClosed)) != 0;

    // The first; where the kernel put several together (UDP_GRO), the others go behind those that wait.
    private Datagram Compose(Source source, ReceiveOptions options, int index)
    {
        ControlMessages.Read(
            _slab!.Control(index), out ReadOnlySpan<byte> localAddress, out int interfaceIndex, out long unixNanoseconds, out int segmentSize);
        ReadOnlySpan<byte> data = _slab.Data(index);
        int length = _slab.Length(index);
        DatagramOrigin origin = OriginOf(source.Socket, options.Encoding, PeerOf(_slab.Name(index)), LocalAddressOf(localAddress), interfaceIndex);
        long utcTicks = unixNanoseconds == 0 ? DateTime.UtcNow.Ticks : DateTime.UnixEpoch.Ticks + (unixNanoseconds / TimeSpan.NanosecondsPerTick);
        if (segmentSize <= 0 || segmentSize >= length)
        {
            return Make(data, length);
        }

        Datagram first = Make(data[..Math.Min(segmentSize, data.Length)], segmentSize);
        for (int start = segmentSize; start < length && !options.Peek; start += segmentSize)
        {
            int begin = Math.Min(start, data.Length);
            int end = Math.Min(start + segmentSize, data.Length);
            source.Taken.Add(Make(data[begin..end], Math.Min(segmentSize, length - start)));
        }

        return first;

        Datagram Make(ReadOnlySpan<byte> payload, int realLength) =>
            new(payload.ToArray(), realLength, origin, utcTicks);
    }

    private DatagramOrigin OriginOf(Socket socket, Encoding encoding, PeerAddress? peer, IPAddress? localAddress, int interfaceIndex)
    {
        if (_lastOrigin is null
            || !ReferenceEquals(_lastOrigin.Peer, peer)
            || !ReferenceEquals(_lastOrigin.LocalAddress, localAddress)
            || !ReferenceEquals(_lastOrigin.Socket, socket)
            || !ReferenceEquals(_lastOrigin.Encoding, encoding)
            || _lastOrigin.InterfaceIndex != interfaceIndex)
        {
            _lastOrigin = new DatagramOrigin(socket, encoding, peer, localAddress, interfaceIndex);
        }

        return _lastOrigin;
    }

    // Datagrams of one peer come in runs, so the last one's name is kept.
    private PeerAddress? PeerOf(ReadOnlySpan<byte> name)
    {
        // A UNIX sender without a name leaves the family alone, a connected one not even that.
        if (name.Length <= sizeof(ushort))
        {
            return null;
        }

        if (_lastPeer is null || !_lastPeer.Bytes.SequenceEqual(name))
        {
            _lastPeer = new PeerAddress(name.ToArray());
        }

        return _lastPeer;
    }

    private IPAddress? LocalAddressOf(ReadOnlySpan<byte> address)
    {
        if (address.IsEmpty)
        {
            return null;
        }

        if (_lastLocalAddress is null || !address.SequenceEqual(_lastLocalBytes))
        {
            _lastLocalBytes = address.ToArray();
            _lastLocalAddress = new IPAddress(address);
        }

        return _lastLocalAddress;
    }

    /// <summary>A socket that is received from.</summary>
    private sealed class Source(Socket socket, bool isTimed)
    {
        public Socket Socket => socket;

        public SafeSocketHandle Handle { get; } = SocketDescriptor.Of(socket);

        public TakenDatagrams Taken { get; } = TakenDatagrams.Of(socket);

        /// <summary>Whether its time stamps were switched on for this.</summary>
        public bool IsTimed => isTimed;

        /// <summary>Whether it may end: a connection, whose messages each may be the last.</summary>
        public bool IsConnection { get; } = socket.SocketType == SocketType.Seqpacket;

        /// <summary>How many have come one after the other without a wait.</summary>
        public int Burst { get; set; }

        /// <summary>The most that may be taken with one call.</summary>
        public int MostAtOnce(bool takesAhead) =>
            IsConnection ? 1 : takesAhead ? ReceiveSlab.MaximumCount : Math.Max(1, Burst / BurstForEachAhead);
    }
}
