using System.Buffers;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using PSSockets.Errors;
using PSSockets.Native;
using PSSockets.Sockets;
using PSSockets.Waiting;

namespace PSSockets.Transport;

/// <summary>Linux: waits of our own (<see cref="AttemptLoop"/>), and many datagrams with one call.</summary>
/// <param name="stop">Ends every wait.</param>
/// <param name="tap">Is told of every call; null where nobody listens.</param>
internal sealed unsafe class LinuxTransport(StopSignal stop, ITransportTap? tap = null) : UnixTransport(stop, tap)
{
    private const int FirstRetryMilliseconds = 1;
    private const string TimestampName = "SO_TIMESTAMPNS";

    private static readonly (int Level, int Option) OnlyIPv6 = (41, 26);
    private static readonly (int Level, int Option) Broadcast = (1, 6);

    private readonly AttemptLoop _loop = new(stop);
    private LinuxDatagramReceiver? _receiver;
    private LinuxDatagramSender? _sender;

    /// <inheritdoc />
    public override long Waits => _loop.Waits;

    /// <inheritdoc />
    protected override bool EndsSendingFirst => false;

    /// <inheritdoc />
    protected override bool HasDescriptorFlags => true;

    /// <inheritdoc />
    public override void EnableReceiveInformation(SocketRecord socket)
    {
        bool isNew = !socket.IsPrepared;
        base.EnableReceiveInformation(socket);
        // Once on, the kernel notes the time of every IP datagram also after it is off; while it is on, .NET's own
        // receive has no room for the local address after it. UNIX datagrams have no such address.
        if (isNew && CarriesMessages(socket) && SetTimestamps(socket, on: true))
        {
            if (socket.Socket.AddressFamily != AddressFamily.Unix)
            {
                SetTimestamps(socket, on: false);
            }
            else
            {
                socket.OwnerHasTimestamps = true;
            }
        }
    }

    /// <inheritdoc />
    /// <remarks>Not .NET's, which has one name for several errnos.</remarks>
    public override void SetDualMode(SocketRecord socket)
    {
        Switch(socket, "IPV6_V6ONLY", OnlyIPv6, 0, isAuxiliary: true);
        socket.IsDual = true;
    }

    /// <inheritdoc />
    /// <inheritdoc cref="SetDualMode" path="/remarks" />
    public override void SetBroadcast(SocketRecord socket) => Switch(socket, "SO_BROADCAST", Broadcast, 1, isAuxiliary: false);

    /// <summary>Lets the kernel tell the time of each datagram as long as anybody wants it.</summary>
    public void AddTimestampUser(SocketRecord socket)
    {
        lock (socket.Taken.Gate)
        {
            if (socket.TimestampUsers++ == 0 && !OwnerHasTimestamps(socket))
            {
                SetTimestamps(socket, on: true);
            }
        }
    }

    /// <summary>Ends what <see cref="AddTimestampUser"/> began; who had the time stamps on before keeps them.</summary>
    public void RemoveTimestampUser(SocketRecord socket)
    {
        lock (socket.Taken.Gate)
        {
            if (--socket.TimestampUsers == 0 && socket.OwnerHasTimestamps == false && !socket.IsClosed)
            {
                SetTimestamps(socket, on: false);
            }
        }
    }

    /// <summary>The number that an option is, which the module asks for of itself; null where the system does not tell.</summary>
    public int? Ask(SocketRecord socket, string name, (int Level, int Option) option)
    {
        const string Name = "getsockopt";
        Span<byte> value = stackalloc byte[sizeof(int)];
        try
        {
            if (Refusal(Name, socket) != 0 || OptionCalls.Get(socket.Handle, option.Level, option.Option, value) < 0)
            {
                return null;
            }

            int number = MemoryMarshal.Read<int>(value);
            if (IsTapped(socket))
            {
                Tell(socket, new SystemCall(Name, socket.Socket, name, number) { IsAuxiliary = true });
            }

            return number;
        }
        catch (ObjectDisposedException)
        {
            // Closed meanwhile: the call that follows says so.
            return null;
        }
    }

    /// <summary>Tells of datagrams that were received.</summary>
    public void TellOf(SocketRecord socket, Datagram received)
    {
        if (IsTapped(socket))
        {
            TellReceived(socket, received);
        }
    }

    /// <summary>Tells of datagrams that were sent.</summary>
    public void TellOf(SocketRecord socket, ReadOnlySpan<OutgoingDatagram> sent)
    {
        if (IsTapped(socket))
        {
            foreach (OutgoingDatagram datagram in sent)
            {
                TellSent(socket, datagram);
            }
        }
    }

    /// <summary>Tells of a call that failed.</summary>
    public void TellOf(SocketRecord socket, SocketCallException failure) => TellFailure(failure, socket, failure.Address);

    /// <summary>Tells of a datagram that could not be sent.</summary>
    public void TellOf(SocketRecord socket, OutgoingDatagram datagram, SocketCallException failure) => TellFailure(failure, socket, datagram.Argument(failure.Address));

    /// <inheritdoc />
    public override Datagram? Receive(SocketRecord socket, ReceiveOptions options, Deadline deadline, int most = 1) =>
        (_receiver ??= new LinuxDatagramReceiver(this, _loop)).Receive(socket, options, deadline, most);

    /// <inheritdoc />
    public override void Send(SocketRecord socket, ReadOnlySpan<OutgoingDatagram> datagrams, bool dontRoute, Deadline deadline, Action<OutgoingDatagram, SocketCallException> failed) =>
        (_sender ??= new LinuxDatagramSender(this, _loop)).Send(socket, datagrams, dontRoute, deadline, failed);

    /// <inheritdoc />
    public override IPendingConnect StartConnect(SocketRecord socket, EndPoint remoteEndPoint)
    {
        PendingConnect connect = new(this, socket, remoteEndPoint);
        connect.Start();
        return connect;
    }

    /// <inheritdoc />
    protected override void EndWait() => Stop.Wake();

    /// <inheritdoc />
    public override int WaitConnect(IReadOnlyList<IPendingConnect> connects, Deadline deadline)
    {
        int retry = FirstRetryMilliseconds;
        bool hasLooked = false;
        Poll.Entry[] entries = new Poll.Entry[connects.Count + 1];
        SocketRecord?[] sockets = new SocketRecord?[connects.Count];
        while (true)
        {
            bool mustRetry = false;
            for (int index = 0; index < connects.Count; index++)
            {
                PendingConnect connect = (PendingConnect)connects[index];
                if (connect.IsOver || (connect.MustTryAgain && connect.TryAgain()))
                {
                    return index;
                }

                sockets[index] = connect.MustTryAgain ? null : connect.Record;
                entries[index].Requested = PollEvents.Write;
                mustRetry |= connect.MustTryAgain;
            }

            // Who does not want to wait looks once.
            if (deadline.IsPast && hasLooked)
            {
                return -1;
            }

            hasLooked = true;
            // Made before it is asked whether somebody has called, so that a later call is heard.
            _ = Stop.Descriptor;
            if (TakeWake())
            {
                return -1;
            }

            Deadline pause = mustRetry ? Deadline.Earlier(deadline, Deadline.After(retry / 1000.0)) : deadline;
            retry = Math.Min(2 * retry, 16);
            try
            {
                _ = _loop.Waiter.Wait(sockets, entries, pause);
            }
            catch (ObjectDisposedException)
            {
                // One was closed before the wait began: its completion says so.
                return FirstClosed(connects);
            }

            for (int index = 0; index < connects.Count; index++)
            {
                ((PendingConnect)connects[index]).IsOver |= sockets[index] is not null && entries[index].Returned != PollEvents.None;
            }
        }
    }

    /// <inheritdoc />
    public override Socket? Accept(SocketRecord listener, Deadline deadline)
    {
        Socket? connection = listener.TakeConnection();
        if (connection is null)
        {
            AcceptAttempt attempt = new(this, listener);
            connection = _loop.TryComplete(listener, ref attempt, deadline) ? new Socket(attempt.Accepted!) : null;
        }

        if (connection is not null)
        {
            SocketRecord record = connection;
            record.OwnerHasTimestamps ??= false;
            TellAccepted(connection);
        }

        return connection;
    }

    /// <inheritdoc />
    public override int? ReceiveBytes(SocketRecord socket, Memory<byte> buffer, SocketFlags flags, Deadline deadline)
    {
        bool isUrgent = (flags & SocketFlags.OutOfBand) != 0;
        bool isPeek = (flags & SocketFlags.Peek) != 0;
        int bits = StreamCalls.DontWait | (isPeek ? StreamCalls.Peek : 0) | (isUrgent ? StreamCalls.OutOfBand : 0);
        int? count = Move(socket, buffer.Span, bits, isUrgent ? PollEvents.Priority | PollEvents.PeerClosed : PollEvents.Read, deadline);
        if (count == 0 && buffer.Length > 0 && socket.IsClosed)
        {
            // Not the peer has ended it: .NET shuts a socket down before it closes it.
            throw CallFailure.Closed("recv", socket.Socket);
        }

        TellBytes("recv", socket, buffer.Span, count, isPeek);
        return count;
    }

    /// <inheritdoc />
    public override int? SendBytes(SocketRecord socket, ReadOnlyMemory<byte> data, SocketFlags flags, Deadline deadline)
    {
        int bits = StreamCalls.DontWait | StreamCalls.NoSignal | ((flags & SocketFlags.OutOfBand) != 0 ? StreamCalls.OutOfBand : 0);
        int? count = Move(socket, data.Span, bits, PollEvents.Write, deadline);
        TellBytes("send", socket, data.Span, count, isAuxiliary: false);
        return count;
    }

    /// <inheritdoc />
    public override void Discard(SocketRecord socket, int count)
    {
        byte[] buffer = ArrayPool<byte>.Shared.Rent(count);
        try
        {
            fixed (byte* data = buffer)
            {
                while (count > 0)
                {
                    nint taken = StreamCalls.Receive(socket.Handle, data, (nuint)count, StreamCalls.DontWait | StreamCalls.Truncate);
                    int errno = taken < 0 ? Marshal.GetLastPInvokeError() : 0;
                    if (taken == 0 || errno == Errno.EAGAIN)
                    {
                        // A reader that is not of this module was first.
                        return;
                    }

                    if (errno is not (0 or Errno.EINTR))
                    {
                        throw CallFailure.Of("recv", this.AddressForErrors(socket), errno, socket.Socket);
                    }

                    count -= (int)Math.Max(taken, 0);
                }
            }
        }
        catch (ObjectDisposedException)
        {
            throw CallFailure.Closed("recv", socket.Socket);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <inheritdoc />
    public override bool Wait(SocketRecord socket, WaitFor what, Deadline deadline)
    {
        try
        {
            return _loop.Waiter.Wait(socket, EventsOf(what), deadline) != PollEvents.None;
        }
        catch (ObjectDisposedException)
        {
            // The next call on it says so.
            return true;
        }
    }

    /// <inheritdoc />
    public override bool Wait(IReadOnlyList<SocketRecord> sockets, WaitFor what, bool[] ready, Deadline deadline)
    {
        Poll.Entry[] entries = new Poll.Entry[sockets.Count + 1];
        PollEvents events = EventsOf(what);
        bool any = false;
        bool hasTaken = false;
        for (int index = 0; index < sockets.Count; index++)
        {
            SocketRecord socket = sockets[index];
            entries[index].Requested = events;
            bool isClosed = socket.IsClosed;
            ready[index] = isClosed || (what == WaitFor.Read && socket.HasTaken);
            any |= isClosed;
            hasTaken |= ready[index];
        }

        if (any)
        {
            return true;
        }

        SocketRecord[] asked = sockets as SocketRecord[] ?? [.. sockets];
        _ = Stop.Descriptor;
        do
        {
            if (TakeWake())
            {
                return hasTaken;
            }

            try
            {
                // Those whose datagrams were taken already are ready now, and so may others be.
                if (!_loop.Waiter.Wait(asked, entries, hasTaken ? Deadline.Now : deadline))
                {
                    return hasTaken;
                }
            }
            catch (ObjectDisposedException)
            {
                // One was closed before the wait began: it is ready in that it says so.
            }

            for (int index = 0; index < ready.Length; index++)
            {
                ready[index] |= entries[index].Returned != PollEvents.None || asked[index].IsClosed || (what == WaitFor.Read && asked[index].HasTaken);
                any |= ready[index];
            }
        }
        while (!any); // woken for something that another reader was faster to take
        return true;
    }

    /// <inheritdoc />
    public override bool Wait(IReadOnlyList<SocketInterest> sockets, InputInterest? input, Deadline deadline)
    {
        int own = input?.Descriptor is null ? 0 : 1;
        Poll.Entry[] entries = new Poll.Entry[sockets.Count + own + 1];
        SocketRecord?[] asked = new SocketRecord?[sockets.Count];
        bool isReady = false;
        for (int index = 0; index < asked.Length; index++)
        {
            SocketInterest interest = sockets[index];
            // A hang-up is always told of, and would end every wait where it says nothing new.
            asked[index] = interest.IsWanted ? interest.Socket : null;
            entries[index].Requested = (interest.WantsRead ? EventsOf(WaitFor.Read) : PollEvents.None) | (interest.WantsWrite ? EventsOf(WaitFor.Write) : PollEvents.None);
            interest.CanRead = interest.WantsRead && (interest.Socket.IsClosed || interest.Socket.HasTaken);
            interest.CanWrite = interest.WantsWrite && interest.Socket.IsClosed;
            isReady |= interest.CanRead || interest.CanWrite;
        }

        if (own > 0)
        {
            entries[^2].Descriptor = input!.Descriptor!.Value;
            entries[^2].Requested = PollEvents.Read;
            input.MayRead = false;
        }
        else if (input is not null)
        {
            input.MayRead = true;
        }

        Deadline turn = input is { Descriptor: null } ? Deadline.Earlier(deadline, Deadline.After(InputTurn.TotalSeconds)) : deadline;

        do
        {
            try
            {
                // Those of which something was taken already are ready now, and so may others be.
                if (!_loop.Waiter.Wait(asked, entries, isReady ? Deadline.Now : turn))
                {
                    return isReady || !deadline.IsPast;
                }
            }
            catch (ObjectDisposedException)
            {
                // One was closed before the wait began: it is ready in that it says so.
            }

            for (int index = 0; index < asked.Length; index++)
            {
                SocketInterest interest = sockets[index];
                PollEvents seen = entries[index].Returned;
                interest.CanRead |= interest.WantsRead && ((seen & ~PollEvents.Write) != 0 || interest.Socket.IsClosed || interest.Socket.HasTaken);
                interest.CanWrite |= interest.WantsWrite && ((seen & ~(PollEvents.Read | PollEvents.PeerClosed)) != 0 || interest.Socket.IsClosed);
                isReady |= interest.CanRead || interest.CanWrite;
            }

            if (own > 0 && entries[^2].Returned != PollEvents.None)
            {
                input!.MayRead = isReady = true;
            }
        }
        while (!isReady); // woken for something that another reader was faster to take
        return true;
    }

    /// <inheritdoc />
    protected override bool IsSocketFile(string path) => FileCalls.IsSocketOnLinux(path);

    /// <inheritdoc />
    protected override (ulong Number, long Seconds, uint Nanoseconds)? IdentityOf(string path) => FileCalls.IdentityOnLinux(path);

    /// <inheritdoc />
    protected override void Dispose(bool disposing)
    {
        _receiver?.Dispose();
        _sender?.Dispose();
        base.Dispose(disposing);
    }

    private static PollEvents EventsOf(WaitFor what) => what switch
    {
        WaitFor.Read => PollEvents.Read | PollEvents.PeerClosed,
        WaitFor.Write => PollEvents.Write,
        // Failures are always told of; out-of-band data is what select(2) calls exceptional.
        _ => PollEvents.Priority,
    };

    private static int FirstClosed(IReadOnlyList<IPendingConnect> connects)
    {
        for (int index = 0; index < connects.Count; index++)
        {
            if (((PendingConnect)connects[index]).Record.IsClosed)
            {
                return index;
            }
        }

        return -1;
    }

    private int? Move(SocketRecord socket, ReadOnlySpan<byte> buffer, int flags, PollEvents events, Deadline deadline)
    {
        fixed (byte* data = buffer)
        {
            BytesAttempt attempt = new(this, socket, data, buffer.Length, flags, events);
            return _loop.TryComplete(socket, ref attempt, deadline) ? attempt.Count : null;
        }
    }

    private bool OwnerHasTimestamps(SocketRecord socket) =>
        socket.OwnerHasTimestamps ??= Ask(socket, TimestampName, ControlMessages.TimestampOption) is not (null or 0);

    // Where the system refuses, datagrams come without its time.
    private bool SetTimestamps(SocketRecord socket, bool on)
    {
        if (Refusal("setsockopt", socket) != 0)
        {
            return false;
        }

        (int level, int option) = ControlMessages.TimestampOption;
        int value = on ? 1 : 0;
        try
        {
            bool isDone = OptionCalls.Set(socket.Handle, level, option, MemoryMarshal.AsBytes(new ReadOnlySpan<int>(in value))) == 0;
            if (isDone && IsTapped(socket))
            {
                Tell(socket, new SystemCall("setsockopt", socket.Socket, $"{TimestampName}, {value}", 0) { IsAuxiliary = true });
            }

            return isDone;
        }
        catch (ObjectDisposedException)
        {
            // Closed meanwhile: the call that follows says so.
            return false;
        }
    }

    // One recv(2) or send(2).
    private struct BytesAttempt(LinuxTransport transport, SocketRecord socket, byte* data, int length, int flags, PollEvents events) : IAttempt
    {
        private readonly bool _isSend = (events & PollEvents.Write) != 0;
        private readonly bool _isUrgent = (events & PollEvents.Priority) != 0;
        private PollEvents _seen = PollEvents.None;

        public int Count { get; private set; }

        public readonly string Call => _isSend ? "send" : "recv";

        public readonly PollEvents Events => events;

        public int Try()
        {
            if (transport.Refusal(Call, socket) is int refusal and not 0)
            {
                return refusal;
            }

            nint count = _isSend
                ? StreamCalls.Send(socket.Handle, data, (nuint)length, flags)
                : StreamCalls.Receive(socket.Handle, data, (nuint)length, flags);
            Count = (int)count;
            if (count >= 0)
            {
                return 0;
            }

            int errno = Marshal.GetLastPInvokeError();
            if (!_isUrgent || errno is not (Errno.EAGAIN or Errno.EINVAL))
            {
                return errno;
            }

            // Out-of-band data that has not come yet is EINVAL: recv(2). When it has come, that says it is left in the stream.
            return _seen == PollEvents.None ? Errno.EAGAIN : (_seen & PollEvents.Priority) != 0 ? errno : AfterUrgentData();
        }

        public void Saw(PollEvents seen) => _seen = seen;

        public readonly Exception Failure(int errno) =>
            transport.Fail(socket, CallFailure.Of(Call, transport.AddressForErrors(socket), errno, socket.Socket));

        // The peer has closed, so no urgent data will come: 0 bytes after an orderly close, else its failure.
        private int AfterUrgentData()
        {
            Count = 0;
            return PendingError(socket);
        }
    }

    private static int PendingError(SocketRecord socket)
    {
        const int PendingErrorOption = 4;
        Span<byte> value = stackalloc byte[sizeof(int)];
        return OptionCalls.Get(socket.Handle, SystemNumbers.Reuse.Level, PendingErrorOption, value) < 0 ? Marshal.GetLastPInvokeError() : MemoryMarshal.Read<int>(value);
    }

    private SocketCallException Fail(SocketRecord socket, SocketCallException exception)
    {
        TellFailure(exception, socket, exception.Address);
        return exception;
    }

    // One accept(2). Others of this process may accept from the same listener: only who finds a connection while nobody
    // else of the module can take it makes the call, which then does not wait.
    private struct AcceptAttempt(LinuxTransport transport, SocketRecord listener) : IAttempt
    {
        public SafeSocketHandle? Accepted { get; private set; }

        public readonly string Call => "accept";

        public readonly PollEvents Events => PollEvents.Read;

        public int Try()
        {
            if (transport.Refusal(Call, listener) is int refusal and not 0)
            {
                return Passing(refusal);
            }

            lock (listener.ReadGate)
            {
                if (transport._loop.Waiter.Wait(listener, PollEvents.Read, Deadline.Now) == PollEvents.None)
                {
                    return Errno.EAGAIN;
                }

                Accepted = SocketCalls.Accept(listener.Handle);
                return Accepted is not null ? 0 : Passing(Marshal.GetLastPInvokeError());
            }
        }

        public readonly void Saw(PollEvents events)
        {
        }

        public readonly Exception Failure(int errno) =>
            transport.Fail(listener, CallFailure.Of(Call, transport.LocalEndPoint(listener), errno, listener.Socket));

        // Errors of the network that wait on a new connection; the next may be well: accept(2).
        private static int Passing(int errno) => errno is Errno.ENETDOWN or Errno.EPROTO or Errno.ENOPROTOOPT or Errno.EHOSTDOWN
            or Errno.ENONET or Errno.EHOSTUNREACH or Errno.EOPNOTSUPP or Errno.ENETUNREACH or Errno.ECONNABORTED ? Errno.EINTR : errno;
    }

    /// <summary>
    /// A connect under way. The kernel connects, and .NET is told only of success, so it never sees a failed connect,
    /// after which it would not try again. A UNIX stream connects at once or, while the listener's queue is full
    /// (EAGAIN), not at all, and no event tells when there is room again.
    /// </summary>
    private sealed class PendingConnect(LinuxTransport transport, SocketRecord record, EndPoint remoteEndPoint) : IPendingConnect
    {
        private const string Call = "connect";

        private readonly EndPoint? _local = record.Socket.IsBound ? transport.LocalEndPoint(record) : null;
        private bool _wasUnderWay;
        private readonly bool _isUnixStream = remoteEndPoint is UnixDomainSocketEndPoint && record.Socket.SocketType != SocketType.Dgram;
        private SocketCallException? _failure;

        public SocketRecord Record => record;

        public Socket Socket => record.Socket;

        public EndPoint RemoteEndPoint => remoteEndPoint;

        /// <summary>Whether nothing is to be waited for any more.</summary>
        public bool IsOver { get; set; }

        /// <summary>Whether only another attempt tells the end.</summary>
        public bool MustTryAgain => _isUnixStream;

        public void Start()
        {
            try
            {
                if (SocketInternals.ForgetFailedConnect(Socket))
                {
                    Abandon();
                }
            }
            catch (ObjectDisposedException)
            {
                throw CallFailure.Closed(Call, Socket);
            }

            if (TryAgain() && _failure is not null)
            {
                throw _failure;
            }
        }

        /// <summary>Makes an attempt; whether the connect is over.</summary>
        public bool TryAgain()
        {
            int errno;
            try
            {
                errno = transport.Refusal(Call, record);
                // The kernel would say so only at the third connect of a socket that did not wait for its first.
                errno = errno == 0 && Socket.SocketType == SocketType.Stream && Socket.Connected && transport.IsConnected(record) ? Errno.EISCONN : errno;
                errno = errno != 0 ? errno : SocketCalls.StartConnect(record.Handle, remoteEndPoint.Serialize()) == 0 ? 0 : Marshal.GetLastPInvokeError();
            }
            catch (ObjectDisposedException)
            {
                throw CallFailure.Closed(Call, Socket);
            }

            bool isUnderWay = _isUnixStream ? errno is Errno.EAGAIN or Errno.EINTR : errno is Errno.EINPROGRESS or Errno.EINTR;
            _wasUnderWay |= isUnderWay;
            _failure = errno == 0 || isUnderWay ? null : transport.Fail(record, CallFailure.Of(Call, remoteEndPoint, errno, Socket));
            return IsOver = !isUnderWay;
        }

        public void Complete()
        {
            if (_failure is not null)
            {
                throw _failure;
            }

            try
            {
                // Of a datagram socket it is about an earlier peer, and has no meaning for the new one.
                int errno = _wasUnderWay || Socket.SocketType == SocketType.Dgram ? PendingError(record) : 0;
                if (errno != 0 && Socket.SocketType != SocketType.Dgram)
                {
                    Abandon();
                    throw transport.Fail(record, CallFailure.Of(Call, remoteEndPoint, errno, Socket));
                }

                if (SocketInternals.CanTell)
                {
                    SocketInternals.SetConnected(Socket, remoteEndPoint);
                }
                else
                {
                    // The kernel answers a second connect at once.
                    DotNetCall.Invoke(Call, Socket, remoteEndPoint, () => Socket.Connect(remoteEndPoint));
                }
            }
            catch (ObjectDisposedException)
            {
                throw CallFailure.Closed(Call, Socket);
            }

            if (record.IsClosed)
            {
                throw CallFailure.Closed(Call, Socket);
            }

            transport.Tell(record, new SystemCall(Call, Socket, remoteEndPoint, 0));
        }

        public void Abandon()
        {
            if (!record.IsClosed && !_isUnixStream)
            {
                _ = SocketCalls.Dissolve(record.Handle);
                _ = transport.TryRestorePort(record, _local);
            }
        }
    }
}
