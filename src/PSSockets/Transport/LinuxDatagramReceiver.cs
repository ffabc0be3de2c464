using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Text;
using PSSockets.Addresses;
using PSSockets.Errors;
using PSSockets.Native;
using PSSockets.Sockets;
using PSSockets.Waiting;

namespace PSSockets.Transport;

/// <summary>
/// Receives datagrams on Linux. One call takes what is queued and never waits for more; what nobody has asked for yet
/// stays with the socket (<see cref="TakenDatagrams"/>).
/// </summary>
/// <param name="transport">The transport that this is part of.</param>
/// <param name="loop">Waits.</param>
internal sealed class LinuxDatagramReceiver(LinuxTransport transport, AttemptLoop loop) : IDisposable
{
    private const string Call = "recvfrom";

    // Who asked for no number may stop at any time. So until a burst is this many times as long as what is taken ahead
    // of it, all but the datagram that is given stay in the kernel, where every reader of the socket finds them.
    private const int BurstForEachAhead = 4;

    private readonly Dictionary<SocketRecord, Source> _sources = [];
    private ReceiveSlab? _slab;
    private Source? _lastSource;
    private DatagramOrigin? _lastOrigin;
    private PeerAddress? _lastPeer;
    private byte[] _lastLocalBytes = [];
    private IPAddress? _lastLocalAddress;

    /// <inheritdoc cref="ISocketTransport.Receive" />
    public Datagram? Receive(SocketRecord socket, ReceiveOptions options, Deadline deadline, int most)
    {
        if (socket.IsClosed)
        {
            throw CallFailure.Closed(Call, socket.Socket);
        }

        // What was taken already needs no call, and so no attempt.
        transport.Stop.ThrowIfSet();
        if (socket.Taken.TryTake(options, out Datagram? datagram))
        {
            return datagram;
        }

        Attempt attempt = new(this, SourceOf(socket), options, most);
        return loop.TryComplete(socket, ref attempt, deadline) ? attempt.Datagram : null;
    }

    /// <inheritdoc />
    public void Dispose()
    {
        _slab?.Dispose();
        _slab = null;
        foreach (SocketRecord socket in _sources.Keys)
        {
            transport.RemoveTimestampUser(socket);
        }

        _sources.Clear();
        _lastSource = null;
    }

    // As long as this receiver reads from a socket the kernel tells the time.
    private Source SourceOf(SocketRecord socket)
    {
        if (_lastSource?.Record != socket)
        {
            if (!_sources.TryGetValue(socket, out _lastSource))
            {
                _lastSource = new Source(socket);
                _sources.Add(socket, _lastSource);
                transport.AddTimestampUser(socket);
            }
        }

        return _lastSource;
    }

    private bool TryTake(Source source, ReceiveOptions options, int most, [MaybeNullWhen(false)] out Datagram datagram, out int errno)
    {
        lock (source.Record.Taken.Gate)
        {
            // Another reader of the socket may have taken some meanwhile.
            errno = 0;
            if (!source.Record.Taken.TryTake(options, out datagram))
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
        int count = -1;
        errno = transport.Refusal(Call, source.Record);
        if (errno == 0)
        {
            count = _slab.Receive(source.Record.Handle, asked, flags);
            errno = count < 0 ? Marshal.GetLastPInvokeError() : 0;
        }

        if (count <= 0)
        {
            return null;
        }

        if (count == 1 && _slab.Length(0) == 0 && source.Record.IsClosed)
        {
            // Not an empty datagram: .NET shuts a socket down before it closes it.
            throw CallFailure.Closed(Call, source.Record.Socket);
        }

        source.Burst = count < asked ? 0 : source.Burst + count;
        if (_slab.Length(0) == 0 && source.IsConnection && _slab.Control(0).IsEmpty && HasPeerClosed(source.Record))
        {
            return Datagram.End;
        }

        Datagram first = Compose(source, options, 0);
        transport.TellOf(source.Record, first);
        for (int index = 1; index < count; index++)
        {
            source.Record.Taken.Add(Compose(source, options, index));
        }

        return first.Fit(options.MaximumSize, options.Encoding);
    }

    // A SeqPacket socket gives 0 bytes both for an empty message and at the end, but only a message has a time stamp.
    private bool HasPeerClosed(SocketRecord socket) =>
        (loop.Waiter.Wait(socket, PollEvents.Read | PollEvents.PeerClosed, Deadline.Now) & (PollEvents.HangUp | PollEvents.PeerClosed)) != 0;

    // The first; where the kernel put several together (UDP_GRO), the others go after those that wait.
    private Datagram Compose(Source source, ReceiveOptions options, int index)
    {
        ControlMessages.Read(
            _slab!.Control(index), out ReadOnlySpan<byte> localAddress, out int interfaceIndex, out long unixNanoseconds, out int segmentSize);
        ReadOnlySpan<byte> data = _slab.Data(index);
        int length = _slab.Length(index);
        DatagramOrigin origin = OriginOf(source.Record.Socket, options.Encoding, PeerOf(_slab.Name(index)), LocalAddressOf(localAddress), interfaceIndex);
        long utcTicks = unixNanoseconds == 0 ? DateTime.UtcNow.Ticks : DateTime.UnixEpoch.Ticks + (unixNanoseconds / TimeSpan.NanosecondsPerTick);
        if (segmentSize <= 0 || segmentSize >= length)
        {
            return source.Record.Taken.Place(Make(data, length));
        }

        Datagram first = source.Record.Taken.Place(Make(data[..Math.Min(segmentSize, data.Length)], segmentSize));
        for (int start = segmentSize; start < length && !options.Peek; start += segmentSize)
        {
            int begin = Math.Min(start, data.Length);
            int end = Math.Min(start + segmentSize, data.Length);
            source.Record.Taken.Add(Make(data[begin..end], Math.Min(segmentSize, length - start)));
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
    private sealed class Source(SocketRecord record)
    {
        public SocketRecord Record => record;

        /// <summary>Whether it may end: a connection, whose messages each may be the last.</summary>
        public bool IsConnection { get; } = record.Socket.SocketType == SocketType.Seqpacket;

        /// <summary>How many have come one after the other without a wait.</summary>
        public int Burst { get; set; }

        /// <summary>The most that may be taken with one call.</summary>
        public int MostAtOnce(bool takesAhead) =>
            IsConnection ? 1 : takesAhead ? ReceiveSlab.MaximumCount : Math.Max(1, Burst / BurstForEachAhead);
    }

    private struct Attempt(LinuxDatagramReceiver receiver, Source source, ReceiveOptions options, int most) : IAttempt
    {
        private PollEvents _seen = PollEvents.None;
        private Datagram? _datagram;

        public readonly Datagram? Datagram => _datagram;

        public readonly string Call => LinuxDatagramReceiver.Call;

        public readonly PollEvents Events => PollEvents.Read | PollEvents.PeerClosed;

        public int Try()
        {
            if (receiver.TryTake(source, options, most, out _datagram, out int errno))
            {
                return 0;
            }

            if (errno == Errno.EAGAIN)
            {
                source.Burst = 0;
                // After shutdown(2) poll says readable for ever, and there is nothing.
                if ((_seen & (PollEvents.HangUp | PollEvents.PeerClosed)) != 0)
                {
                    return Errno.ESHUTDOWN;
                }
            }

            return errno;
        }

        public void Saw(PollEvents seen) => _seen = seen;

        public readonly Exception Failure(int errno) => receiver.Failure(source.Record, errno);
    }

    private SocketCallException Failure(SocketRecord socket, int errno)
    {
        SocketCallException failure = errno == Errno.ESHUTDOWN
            ? CallFailure.Of(Call, transport.LocalEndPoint(socket), SocketError.Shutdown, socket.Socket, "the receiving direction was shut down")
            : CallFailure.Of(Call, transport.AddressForErrors(socket), errno, socket.Socket);
        transport.TellOf(socket, failure);
        return failure;
    }
}
