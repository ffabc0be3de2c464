using System.Buffers;
using System.Net;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using PSSockets.Addressing;
using PSSockets.Errors;
using PSSockets.Interop;

namespace PSSockets.Sockets;

/// <summary>
/// Linux: each call is tried without waiting first (MSG_DONTWAIT), and only when there is nothing to do poll(2) waits for
/// the socket and the stop signal's eventfd together. The socket's blocking mode is never changed for a wait.
/// </summary>
internal sealed unsafe partial class LinuxSocketEngine(StopSignal stop) : ISocketEngine
{
    // UNIX sockets give no event when somebody else's full queue has room again: that is tried again after so many
    // milliseconds, twice as many each time.
    private const int FirstRetryMilliseconds = 1;
    private const int LastRetryMilliseconds = 16;

    private static readonly ConditionalWeakTable<Socket, object> s_acceptGates = [];

    private readonly byte[] _address = new byte[SocketCalls.AddressBufferSize];
    private readonly byte[] _control = new byte[ControlMessages.BufferSize];
    private readonly HashSet<Socket> _timed = [];
    private byte[] _buffer = [];
    private Socket? _lastSocket;
    private PeerAddress? _lastPeer;
    private IPAddress? _lastLocalAddress;

    /// <inheritdoc />
    public Datagram? Receive(Socket socket, ReceiveOptions options, Deadline deadline)
    {
        const string Call = "recvfrom";
        SafeSocketHandle handle = SocketDescriptor.Of(socket);
        Reserve(options.MaximumSize);
        StartTimestamps(socket);
        int flags = DatagramCalls.DontWait | DatagramCalls.Truncate | (options.Peek ? DatagramCalls.Peek : 0);
        PollEvents seen = PollEvents.None;
        try
        {
            while (true)
            {
                stop.ThrowIfSet();
                DatagramCalls.Header header = default;
                nint length;
                fixed (byte* data = _buffer, name = _address, control = _control)
                {
                    DatagramCalls.Vector vector = new() { Base = data, Length = (nuint)options.MaximumSize };
                    header.Name = name;
                    header.NameLength = (uint)_address.Length;
                    header.Vectors = &vector;
                    header.VectorCount = 1;
                    header.Control = control;
                    header.ControlLength = (nuint)_control.Length;
                    length = DatagramCalls.Receive(handle, &header, flags);
                }

                if (length == 0 && header.ControlLength == 0 && socket.SocketType == SocketType.Seqpacket && HasPeerClosed(handle))
                {
                    return Datagram.End;
                }

                if (length >= 0)
                {
                    return Compose(socket, options, (int)length, (int)header.NameLength, (int)header.ControlLength);
                }

                int errno = Marshal.GetLastPInvokeError();
                if (errno == Errno.EAGAIN)
                {
                    // After shutdown(2) poll says readable for ever, and there is nothing.
                    if ((seen & (PollEvents.HangUp | PollEvents.PeerClosed)) != 0)
                    {
                        throw SystemCall.Failure(Call, SocketNames.Local(socket), SocketError.Shutdown, socket, "the receiving direction was shut down");
                    }

                    seen = Wait(handle, PollEvents.Read | PollEvents.PeerClosed, deadline);
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
    public void Send(Socket socket, ReadOnlySpan<OutgoingDatagram> datagrams, bool dontRoute, Deadline deadline, Action<OutgoingDatagram, SocketCallException> failed)
    {
        SafeSocketHandle handle = SocketDescriptor.Of(socket);
        int flags = DatagramCalls.DontWait | DatagramCalls.NoSignal | (dontRoute ? DatagramCalls.DontRoute : 0);
        int retry = FirstRetryMilliseconds;
        try
        {
            while (datagrams.Length > 0)
            {
                stop.ThrowIfSet();
                int sent = datagrams.Length == 1 ? SendOne(handle, datagrams[0], flags) : SendBatch(handle, datagrams, flags);
                if (sent > 0)
                {
                    datagrams = datagrams[sent..];
                    retry = FirstRetryMilliseconds;
                    continue;
                }

                int errno = Marshal.GetLastPInvokeError();
                if (errno == Errno.EINTR)
                {
                    continue;
                }

                if (errno == Errno.EAGAIN && WaitForRoom(socket, handle, datagrams[0], deadline, ref retry))
                {
                    continue;
                }

                failed(datagrams[0], SendFailure(socket, datagrams[0], errno));
                datagrams = datagrams[1..];
            }
        }
        catch (ObjectDisposedException)
        {
            throw SystemCall.Closed(CallFor(datagrams.Length > 0 ? datagrams[0] : default), socket);
        }
    }

    /// <inheritdoc />
    public IPendingConnect StartConnect(Socket socket, EndPoint remoteEndPoint)
    {
        PendingConnect connect = remoteEndPoint is UnixDomainSocketEndPoint path && socket.SocketType != SocketType.Dgram
            ? new UnixConnect(socket, path)
            : new InternetConnect(socket, remoteEndPoint);
        connect.Start();
        return connect;
    }

    /// <inheritdoc />
    public int WaitConnect(IReadOnlyList<IPendingConnect> connects, Deadline deadline)
    {
        int retry = FirstRetryMilliseconds;
        Poll.Entry[] entries = new Poll.Entry[connects.Count + 1];
        SafeSocketHandle?[] handles = new SafeSocketHandle?[connects.Count];
        while (true)
        {
            bool mustRetry = false;
            for (int index = 0; index < connects.Count; index++)
            {
                PendingConnect connect = (PendingConnect)connects[index];
                if (connect.TryAgain())
                {
                    return index;
                }

                handles[index] = connect.PollHandle;
                entries[index].Requested = PollEvents.Write;
                mustRetry |= handles[index] is null;
            }

            if (deadline.IsPast)
            {
                return -1;
            }

            Deadline pause = mustRetry ? Deadline.Earlier(deadline, Deadline.After(retry / 1000.0)) : deadline;
            retry = Math.Min(2 * retry, LastRetryMilliseconds);
            _ = Wait(handles, entries, pause);
            for (int index = 0; index < connects.Count; index++)
            {
                ((PendingConnect)connects[index]).IsOver |= handles[index] is not null && entries[index].Returned != PollEvents.None;
            }
        }
    }

    /// <inheritdoc />
    public Socket? Accept(Socket listener, Deadline deadline)
    {
        SafeSocketHandle handle = SocketDescriptor.Of(listener);
        try
        {
            while (true)
            {
                // Others of this process may accept from the same listener: only who finds a connection while nobody
                // else can take it makes the call, which then does not wait.
                lock (s_acceptGates.GetOrCreateValue(listener))
                {
                    if (Wait(handle, PollEvents.Read, Deadline.Now) != PollEvents.None)
                    {
                        return SystemCall.Invoke("accept", listener, SocketNames.Local(listener), listener.Accept);
                    }
                }

                if (Wait(handle, PollEvents.Read, deadline) == PollEvents.None)
                {
                    return null;
                }
            }
        }
        catch (ObjectDisposedException)
        {
            throw SystemCall.Closed("accept", listener);
        }
    }

    /// <inheritdoc />
    public bool Wait(IReadOnlyList<Socket> sockets, WaitFor what, bool[] ready, Deadline deadline)
    {
        Poll.Entry[] entries = new Poll.Entry[sockets.Count + 1];
        SafeSocketHandle?[] handles = new SafeSocketHandle?[sockets.Count];
        bool any = false;
        for (int index = 0; index < sockets.Count; index++)
        {
            handles[index] = SocketDescriptor.Of(sockets[index]);
            entries[index].Requested = what switch
            {
                WaitFor.Read => PollEvents.Read | PollEvents.PeerClosed,
                WaitFor.Write => PollEvents.Write,
                // Failures are always told of; out-of-band data is what select(2) calls exceptional.
                _ => PollEvents.Priority,
            };
            ready[index] = handles[index]!.IsClosed;
            any |= ready[index];
        }

        if (any)
        {
            return true;
        }

        try
        {
            if (!Wait(handles, entries, deadline))
            {
                return false;
            }
        }
        catch (ObjectDisposedException)
        {
            // One was closed before the wait began: it is ready in that it says so.
        }

        for (int index = 0; index < sockets.Count; index++)
        {
            ready[index] = entries[index].Returned != PollEvents.None || handles[index]!.IsClosed;
        }

        return true;
    }

    /// <inheritdoc />
    public void Dispose()
    {
        ReturnBuffer();
        foreach (Socket socket in _timed)
        {
            SocketOptions.TrySetTimestamps(socket, on: false);
        }

        _timed.Clear();
    }

    private static string CallFor(OutgoingDatagram datagram) => datagram.Destination is null ? "send" : "sendto";

    private static SocketCallException SendFailure(Socket socket, OutgoingDatagram datagram, int errno)
    {
        object? address = datagram.EndPoint ?? SocketNames.Remote(socket);
        // A UNIX datagram socket that lacks a peer says ENOTCONN where UDP says EDESTADDRREQ: one meaning, one error.
        return errno switch
        {
            Errno.EAGAIN => SystemCall.Failure(CallFor(datagram), address, SocketError.TimedOut, socket, "the receiver's queue stayed full"),
            Errno.ENOTCONN when datagram.Destination is null => SystemCall.Failure(CallFor(datagram), address, Errno.EDESTADDRREQ, socket),
            _ => SystemCall.Failure(CallFor(datagram), address, errno, socket),
        };
    }

    private static int SendOne(SafeSocketHandle handle, OutgoingDatagram datagram, int flags)
    {
        ReadOnlySpan<byte> address = datagram.Destination is null ? default : datagram.Destination.Buffer.Span[..datagram.Destination.Size];
        fixed (byte* data = datagram.Data, name = address)
        {
            return DatagramCalls.Send(handle, data, (nuint)datagram.Data.Length, flags, name, (uint)address.Length) < 0 ? -1 : 1;
        }
    }

    private static int SendBatch(SafeSocketHandle handle, ReadOnlySpan<OutgoingDatagram> datagrams, int flags)
    {
        int count = Math.Min(datagrams.Length, DatagramCalls.MaximumBatch);
        GCHandle[] pins = ArrayPool<GCHandle>.Shared.Rent(count);
        int pinned = 0;
        int errno;
        int sent;
        void* memory = NativeMemory.Alloc((nuint)count, (nuint)(sizeof(DatagramCalls.BatchHeader) + sizeof(DatagramCalls.Vector) + SocketCalls.AddressBufferSize));
        try
        {
            DatagramCalls.BatchHeader* headers = (DatagramCalls.BatchHeader*)memory;
            DatagramCalls.Vector* vectors = (DatagramCalls.Vector*)(headers + count);
            byte* names = (byte*)(vectors + count);
            SocketAddress? lastDestination = null;
            byte* lastName = null;
            for (; pinned < count; pinned++)
            {
                OutgoingDatagram datagram = datagrams[pinned];
                pins[pinned] = GCHandle.Alloc(datagram.Data, GCHandleType.Pinned);
                vectors[pinned] = new DatagramCalls.Vector
                {
                    Base = (byte*)pins[pinned].AddrOfPinnedObject(),
                    Length = (nuint)datagram.Data.Length,
                };
                if (!ReferenceEquals(datagram.Destination, lastDestination))
                {
                    lastDestination = datagram.Destination;
                    lastName = lastDestination is null ? null : names + (pinned * SocketCalls.AddressBufferSize);
                    lastDestination?.Buffer.Span[..lastDestination.Size].CopyTo(new Span<byte>(lastName, SocketCalls.AddressBufferSize));
                }

                headers[pinned] = new DatagramCalls.BatchHeader
                {
                    Header = new DatagramCalls.Header
                    {
                        Name = lastName,
                        NameLength = (uint)(lastDestination?.Size ?? 0),
                        Vectors = vectors + pinned,
                        VectorCount = 1,
                    },
                };
            }

            sent = DatagramCalls.SendBatch(handle, headers, (uint)count, flags);
            errno = Marshal.GetLastPInvokeError();
        }
        finally
        {
            for (int index = 0; index < pinned; index++)
            {
                pins[index].Free();
            }

            NativeMemory.Free(memory);
            ArrayPool<GCHandle>.Shared.Return(pins);
        }

        Marshal.SetLastPInvokeError(errno);
        return sent;
    }

    private bool WaitForRoom(Socket socket, SafeSocketHandle handle, OutgoingDatagram datagram, Deadline deadline, ref int retry)
    {
        if (deadline.IsPast)
        {
            return false;
        }

        // Without a peer of its own, poll looks at a UNIX socket's own queue, not at the destination's.
        if (socket.AddressFamily != AddressFamily.Unix || datagram.Destination is null)
        {
            return Wait(handle, PollEvents.Write, deadline) != PollEvents.None;
        }

        _ = Wait([], new Poll.Entry[1], Deadline.Earlier(deadline, Deadline.After(retry / 1000.0)));
        retry = Math.Min(2 * retry, LastRetryMilliseconds);
        return true;
    }

    // A SeqPacket socket gives 0 bytes both for an empty message and at the end, but only a message has a time stamp.
    private bool HasPeerClosed(SafeSocketHandle handle) =>
        (Wait(handle, PollEvents.Read | PollEvents.PeerClosed, Deadline.Now) & (PollEvents.HangUp | PollEvents.PeerClosed)) != 0;

    private void Reserve(int size)
    {
        // At least one byte, since the kernel wants an address even for an empty buffer.
        if (_buffer.Length < size || _buffer.Length == 0)
        {
            ReturnBuffer();
            _buffer = ArrayPool<byte>.Shared.Rent(Math.Max(size, 1));
        }
    }

    private void ReturnBuffer()
    {
        if (_buffer.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(_buffer);
            _buffer = [];
        }
    }

    // As long as this engine receives from a socket; who had them on before keeps them.
    private void StartTimestamps(Socket socket)
    {
        if (!ReferenceEquals(socket, _lastSocket))
        {
            _lastSocket = socket;
            if (!_timed.Contains(socket) && SocketOptions.TrySetTimestamps(socket, on: true))
            {
                _timed.Add(socket);
            }
        }
    }

    private Datagram Compose(Socket socket, ReceiveOptions options, int length, int nameLength, int controlLength)
    {
        ControlMessages.Read(_control.AsSpan(0, controlLength), out ReadOnlySpan<byte> localAddress, out int interfaceIndex, out long unixNanoseconds);
        return new Datagram(
            _buffer.AsSpan(0, Math.Min(length, options.MaximumSize)).ToArray(),
            length,
            socket,
            options.Encoding,
            PeerOf(_address.AsSpan(0, nameLength)),
            LocalAddressOf(localAddress),
            interfaceIndex,
            unixNanoseconds == 0 ? DateTime.UtcNow.Ticks : DateTime.UnixEpoch.Ticks + (unixNanoseconds / TimeSpan.NanosecondsPerTick));
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

        Span<byte> last = stackalloc byte[16];
        if (_lastLocalAddress is null || !_lastLocalAddress.TryWriteBytes(last, out int written) || !last[..written].SequenceEqual(address))
        {
            _lastLocalAddress = new IPAddress(address);
        }

        return _lastLocalAddress;
    }

    private PollEvents Wait(SafeSocketHandle handle, PollEvents events, Deadline deadline)
    {
        Span<Poll.Entry> entries = stackalloc Poll.Entry[2];
        entries.Clear();
        entries[0].Requested = events;
        return Wait([handle], entries, deadline) ? entries[0].Returned : PollEvents.None;
    }

    /// <summary>Waits for the handles, whose entries follow in the same order, and for the stop signal, whose entry is the last. A null handle is passed over.</summary>
    private bool Wait(ReadOnlySpan<SafeSocketHandle?> handles, Span<Poll.Entry> entries, Deadline deadline)
    {
        EventDescriptor stopped = stop.Descriptor;
        int held = 0;
        try
        {
            for (; held < handles.Length; held++)
            {
                if (handles[held] is SafeSocketHandle handle)
                {
                    bool isHeld = false;
                    handle.DangerousAddRef(ref isHeld);
                    entries[held].Descriptor = (int)handle.DangerousGetHandle();
                }
                else
                {
                    entries[held].Descriptor = -1;
                }
            }

            entries[held].Descriptor = (int)stopped.DangerousGetHandle();
            entries[held].Requested = PollEvents.Read;
            while (true)
            {
                int ready;
                fixed (Poll.Entry* first = entries)
                {
                    ready = Poll.Wait(first, (nuint)entries.Length, deadline.Milliseconds);
                }

                stop.ThrowIfSet();
                if (ready > 0)
                {
                    return true;
                }

                int errno = ready < 0 ? Marshal.GetLastPInvokeError() : 0;
                if (errno is not (0 or Errno.EINTR))
                {
                    throw SystemCall.Failure("poll", null, errno, null);
                }

                if (deadline.IsPast)
                {
                    return false;
                }
            }
        }
        finally
        {
            while (held-- > 0)
            {
                handles[held]?.DangerousRelease();
            }
        }
    }

    /// <summary>A connect under way on Linux.</summary>
    private abstract class PendingConnect(Socket socket, EndPoint remoteEndPoint) : IPendingConnect
    {
        protected const string Call = "connect";

        public Socket Socket => socket;

        public EndPoint RemoteEndPoint => remoteEndPoint;

        /// <summary>Whether nothing is to be waited for any more.</summary>
        public bool IsOver { get; set; }

        /// <summary>What poll(2) tells the end of; null where only another attempt can tell.</summary>
        public abstract SafeSocketHandle? PollHandle { get; }

        public abstract void Start();

        /// <summary>Makes another attempt where that is the way to wait; whether the connect is over.</summary>
        public abstract bool TryAgain();

        public abstract void Complete();

        public abstract void Abandon();

        protected SocketCallException Failure(int errno) => SystemCall.Failure(Call, RemoteEndPoint, errno, Socket);
    }

    /// <summary>
    /// IPv4, IPv6, and every datagram socket: the kernel connects, and .NET is told only of success, by a second connect
    /// which the kernel answers at once. So .NET never sees a failed connect, after which it would not try again.
    /// </summary>
    private sealed class InternetConnect(Socket socket, EndPoint remoteEndPoint) : PendingConnect(socket, remoteEndPoint)
    {
        private readonly EndPoint? _local = SocketNames.Local(socket);

        public override SafeSocketHandle PollHandle => SocketDescriptor.Of(Socket);

        public override void Start()
        {
            SafeSocketHandle handle = SocketDescriptor.Of(Socket);
            try
            {
                if (SocketDescriptor.ForgetFailedConnect(Socket))
                {
                    Abandon();
                }

                if (SocketCalls.StartConnect(handle, RemoteEndPoint.Serialize()) == 0)
                {
                    IsOver = true;
                    return;
                }
            }
            catch (ObjectDisposedException)
            {
                throw SystemCall.Closed(Call, Socket);
            }

            int errno = Marshal.GetLastPInvokeError();
            if (errno is not (Errno.EINPROGRESS or Errno.EINTR))
            {
                throw Failure(errno);
            }
        }

        public override bool TryAgain() => IsOver;

        public override void Complete()
        {
            SystemCall.Invoke(Call, Socket, RemoteEndPoint, () =>
            {
                // Of a datagram socket it is about an earlier peer, and has no meaning for the new one.
                int error = (int)Socket.GetSocketOption(SocketOptionLevel.Socket, SocketOptionName.Error)!;
                if (error != 0 && Socket.SocketType != SocketType.Dgram)
                {
                    Abandon();
                    throw SystemCall.Failure(Call, RemoteEndPoint, (SocketError)error, Socket);
                }

                Socket.Connect(RemoteEndPoint);
            });
        }

        public override void Abandon()
        {
            if (!SocketNames.IsClosed(Socket))
            {
                _ = SocketCalls.Dissolve(SocketDescriptor.Of(Socket));
                _ = SocketBinder.TryRestorePort(Socket, _local);
            }
        }
    }

    /// <summary>
    /// A UNIX stream: the kernel connects at once, or not at all while the listener's queue is full (EAGAIN), and gives
    /// no event when it has room again.
    /// </summary>
    private sealed class UnixConnect(Socket socket, UnixDomainSocketEndPoint remoteEndPoint) : PendingConnect(socket, remoteEndPoint)
    {
        private SocketCallException? _failure;

        public override SafeSocketHandle? PollHandle => null;

        public override void Start()
        {
            if (TryAgain() && _failure is not null)
            {
                throw _failure;
            }
        }

        public override bool TryAgain()
        {
            if (IsOver)
            {
                return true;
            }

            try
            {
                Attempt();
                IsOver = true;
            }
            catch (SocketException exception) when (exception.SocketErrorCode == SocketError.WouldBlock)
            {
            }
            catch (SocketException exception)
            {
                // .NET has no name for some errnos of paths: the same call, made again, tells them.
                bool isNameless = exception.SocketErrorCode == SocketError.SocketError
                    && SocketCalls.StartConnect(SocketDescriptor.Of(Socket), RemoteEndPoint.Serialize()) != 0;
                _failure = isNameless ? Failure(Marshal.GetLastPInvokeError()) : SystemCall.Failure(Call, RemoteEndPoint, exception, Socket);
                IsOver = true;
            }
            catch (ObjectDisposedException)
            {
                throw SystemCall.Closed(Call, Socket);
            }

            return IsOver;
        }

        public override void Complete()
        {
            if (_failure is not null)
            {
                throw _failure;
            }
        }

        public override void Abandon()
        {
        }

        private void Attempt()
        {
            // A new descriptor, which .NET would make within Connect after a failure, would block.
            SocketDescriptor.ForgetFailedConnect(Socket);
            SafeSocketHandle handle = SocketDescriptor.Of(Socket);
            bool wasBlocking = SocketCalls.IsBlocking(handle);
            SocketCalls.SetBlocking(handle, blocking: false);
            try
            {
                Socket.Connect(RemoteEndPoint);
            }
            finally
            {
                if (wasBlocking && !handle.IsClosed)
                {
                    SocketCalls.SetBlocking(handle, blocking: true);
                }
            }
        }
    }
}
