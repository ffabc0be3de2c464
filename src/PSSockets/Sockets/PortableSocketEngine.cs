using System.Buffers;
using System.Net;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using PSSockets.Addressing;
using PSSockets.Errors;
using PSSockets.Interop;

namespace PSSockets.Sockets;

/// <summary>
/// Any operating system: .NET's asynchronous calls with a token that the stop signal or the deadline cancels. A call
/// that was cancelled too late has its result used all the same, so nothing is lost.
/// </summary>
internal sealed class PortableSocketEngine(StopSignal stop) : ISocketEngine
{
    // No datagram is longer than this but over UNIX sockets, so its real length is known after it was cut.
    private const int LargestDatagram = 65536;

    private static readonly TimeSpan AttemptTime = TimeSpan.FromMilliseconds(50);

    private static readonly ConditionalWeakTable<Socket, object> s_hasFailed = [];

    private static readonly EndPoint AnyIPv4 = new IPEndPoint(IPAddress.Any, 0);
    private static readonly EndPoint AnyIPv6 = new IPEndPoint(IPAddress.IPv6Any, 0);

    private byte[] _buffer = [];
    private Socket? _wake;
    private CancellationTokenRegistration _wakeRegistration;

    /// <inheritdoc />
    public Datagram? Receive(Socket socket, ReceiveOptions options, Deadline deadline)
    {
        Reserve(Math.Max(options.MaximumSize, LargestDatagram));
        SocketFlags flags = options.Peek ? SocketFlags.Peek : SocketFlags.None;
        return Await("recvfrom", socket, SelectMode.SelectRead, () => SocketNames.Remote(socket) ?? SocketNames.Local(socket), deadline, async token =>
        {
            if (socket.AddressFamily == AddressFamily.Unix)
            {
                SocketAddress address = new(AddressFamily.Unix, UnixPath.MaximumLength + sizeof(ushort));
                int count = await socket.ReceiveFromAsync(_buffer.AsMemory(), flags, address, token).ConfigureAwait(false);
                if (count == 0 && socket.SocketType == SocketType.Seqpacket)
                {
                    return Datagram.End;
                }

                byte[] name = address.Size <= sizeof(ushort) ? [] : address.Buffer.Span[..address.Size].ToArray();
                return Compose(count, new PeerAddress(name).ToEndPoint(), null, 0);
            }

            SocketReceiveMessageFromResult result = await socket.ReceiveMessageFromAsync(
                _buffer.AsMemory(), flags, socket.AddressFamily == AddressFamily.InterNetwork ? AnyIPv4 : AnyIPv6, token).ConfigureAwait(false);
            return Compose(result.ReceivedBytes, result.RemoteEndPoint, result.PacketInformation.Address, result.PacketInformation.Interface);
        });

        Datagram Compose(int length, EndPoint? peer, IPAddress? localAddress, int interfaceIndex) => new(
            _buffer.AsSpan(0, Math.Min(length, options.MaximumSize)).ToArray(),
            length,
            socket,
            options.Encoding,
            peer,
            localAddress,
            interfaceIndex,
            DateTime.UtcNow.Ticks);
    }

    /// <inheritdoc />
    public void Send(Socket socket, ReadOnlySpan<OutgoingDatagram> datagrams, bool dontRoute, Deadline deadline, Action<OutgoingDatagram, SocketCallException> failed)
    {
        SocketFlags flags = dontRoute ? SocketFlags.DontRoute : SocketFlags.None;
        foreach (OutgoingDatagram datagram in datagrams)
        {
            string call = datagram.Destination is null ? "send" : "sendto";
            try
            {
                if (datagram.Destination is null && !SocketNames.IsClosed(socket) && !SocketNames.IsConnected(socket))
                {
                    throw SystemCall.Failure(call, null, SocketError.DestinationAddressRequired, socket);
                }

                int? sent = Await<int?>(call, socket, SelectMode.SelectWrite, () => datagram.EndPoint ?? SocketNames.Remote(socket), deadline, async token => datagram.Destination is null
                    ? await socket.SendAsync(datagram.Data, flags, token).ConfigureAwait(false)
                    : await socket.SendToAsync(datagram.Data, flags, datagram.Destination, token).ConfigureAwait(false));
                if (sent is null)
                {
                    throw SystemCall.Failure(call, datagram.EndPoint ?? SocketNames.Remote(socket), SocketError.TimedOut, socket, "the receiver's queue stayed full");
                }
            }
            catch (SocketCallException exception)
            {
                failed(datagram, exception);
            }
        }
    }

    /// <inheritdoc />
    public IPendingConnect StartConnect(Socket socket, EndPoint remoteEndPoint) => new PendingConnect(socket, remoteEndPoint);

    /// <inheritdoc />
    public int WaitConnect(IReadOnlyList<IPendingConnect> connects, Deadline deadline)
    {
        Socket wake = Wake();
        while (true)
        {
            stop.ThrowIfSet();
            bool isPast = deadline.IsPast;
            for (int index = 0; index < connects.Count; index++)
            {
                if (((PendingConnect)connects[index]).IsOver)
                {
                    return index;
                }
            }

            if (isPast)
            {
                return -1;
            }

            List<Socket> woken = [wake];
            List<Socket> connected = [.. connects.Select(connect => connect.Socket)];
            List<Socket> failed = [.. connected]; // Windows tells of these apart
            try
            {
                Socket.Select(woken, connected, failed, Microseconds(deadline));
            }
            catch (Exception exception) when (exception is SocketException or ObjectDisposedException && connects.Any(connect => SocketNames.IsClosed(connect.Socket)))
            {
                // One was closed meanwhile: the next round finds it.
            }
        }
    }

    /// <inheritdoc />
    public Socket? Accept(Socket listener, Deadline deadline) =>
        Await<Socket?>("accept", listener, SelectMode.SelectRead, () => SocketNames.Local(listener), deadline, async token => await listener.AcceptAsync(token).ConfigureAwait(false));

    /// <inheritdoc />
    public int? ReceiveBytes(Socket socket, Memory<byte> buffer, SocketFlags flags, Deadline deadline) =>
        (flags & SocketFlags.OutOfBand) != 0
            ? ReceiveUrgent(socket, buffer, flags, deadline)
            : Await<int?>("recv", socket, SelectMode.SelectRead, () => SocketNames.Remote(socket) ?? SocketNames.Local(socket), deadline, async token => await socket.ReceiveAsync(buffer, flags, token).ConfigureAwait(false));

    /// <inheritdoc />
    public int? SendBytes(Socket socket, ReadOnlyMemory<byte> data, SocketFlags flags, Deadline deadline)
    {
        const string Call = "send";
        bool[] ready = new bool[1];
        while (true)
        {
            stop.ThrowIfSet();
            // The asynchronous call sends all or does not say how much.
            (int count, SocketError error) = SystemCall.Invoke(Call, socket, SocketNames.Remote(socket), () => SendNow(socket, data.Span, flags));
            if (count > 0 || error == SocketError.Success)
            {
                return count;
            }

            if (error != SocketError.WouldBlock)
            {
                throw SystemCall.Failure(Call, SocketNames.Remote(socket) ?? SocketNames.Local(socket), error, socket);
            }

            if (!Wait([socket], WaitFor.Write, ready, deadline))
            {
                return null;
            }
        }
    }

    /// <inheritdoc />
    public void Discard(Socket socket, int count) => SystemCall.Invoke("recv", socket, SocketNames.Remote(socket), () =>
    {
        // What is there is taken at once; for more the call would wait.
        count = Math.Min(count, socket.Available);
        byte[] buffer = ArrayPool<byte>.Shared.Rent(count);
        try
        {
            while (count > 0)
            {
                count -= socket.Receive(buffer, 0, count, SocketFlags.None);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    });

    /// <inheritdoc />
    public bool Wait(IReadOnlyList<Socket> sockets, WaitFor what, bool[] ready, Deadline deadline)
    {
        Socket wake = Wake();
        while (true)
        {
            stop.ThrowIfSet();
            List<Socket> readable = [wake];
            List<Socket> others = [];
            List<Socket> asked = what == WaitFor.Read ? readable : others;
            bool any = false;
            for (int index = 0; index < sockets.Count; index++)
            {
                ready[index] = SocketNames.IsClosed(sockets[index]);
                any |= ready[index];
                asked.Add(sockets[index]);
            }

            if (any)
            {
                return true;
            }

            try
            {
                Socket.Select(readable, what == WaitFor.Write ? others : null, what == WaitFor.Error ? others : null, Microseconds(deadline));
            }
            catch (ObjectDisposedException)
            {
                // One was closed meanwhile: the next round finds it.
                continue;
            }

            stop.ThrowIfSet();
            HashSet<Socket> found = [.. asked];
            for (int index = 0; index < sockets.Count; index++)
            {
                ready[index] = found.Contains(sockets[index]);
                any |= ready[index];
            }

            if (any || deadline.IsPast)
            {
                return any;
            }
        }
    }

    /// <inheritdoc />
    public void Dispose()
    {
        _wakeRegistration.Dispose();
        _wake?.Dispose();
        if (_buffer.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(_buffer);
            _buffer = [];
        }
    }

    // For select; -1 for ever.
    private static int Microseconds(Deadline deadline) => deadline.IsFinite ? Math.Min(deadline.Milliseconds, int.MaxValue / 1000) * 1000 : -1;

    private static (int Count, SocketError Error) SendNow(Socket socket, ReadOnlySpan<byte> data, SocketFlags flags)
    {
        bool isBlocking = socket.Blocking;
        socket.Blocking = false;
        try
        {
            int count = socket.Send(data, flags, out SocketError error);
            return (count, error);
        }
        finally
        {
            if (!SocketNames.IsClosed(socket))
            {
                socket.Blocking = isBlocking;
            }
        }
    }

    // No call waits for urgent data, nor does select tell when the peer has closed and none will come.
    private int? ReceiveUrgent(Socket socket, Memory<byte> buffer, SocketFlags flags, Deadline deadline)
    {
        const string Call = "recv";
        bool[] ready = new bool[1];
        bool hasCome = false;
        while (true)
        {
            stop.ThrowIfSet();
            SocketError error = SocketError.Success;
            int count = SystemCall.Invoke(Call, socket, SocketNames.Remote(socket), () => socket.Receive(buffer.Span, flags, out error));
            if (error == SocketError.Success)
            {
                return count;
            }

            if (error is not (SocketError.InvalidArgument or SocketError.WouldBlock) || hasCome)
            {
                throw SystemCall.Failure(Call, SocketNames.Remote(socket) ?? SocketNames.Local(socket), error, socket);
            }

            if (SystemCall.Invoke(Call, socket, null, () => socket.Poll(0, SelectMode.SelectRead) && socket.Available == 0))
            {
                return ReceiveBytes(socket, buffer, flags & ~SocketFlags.OutOfBand, Deadline.Now);
            }

            hasCome = Wait([socket], WaitFor.Error, ready, Deadline.Earlier(deadline, Deadline.After(AttemptTime.TotalSeconds)));
            if (!hasCome && deadline.IsPast)
            {
                return null;
            }
        }
    }

    private void Reserve(int size)
    {
        if (_buffer.Length < size)
        {
            if (_buffer.Length > 0)
            {
                ArrayPool<byte>.Shared.Return(_buffer);
            }

            _buffer = ArrayPool<byte>.Shared.Rent(size);
        }
    }

    // A socket that becomes readable when the pipeline is to stop, so that a select of other sockets ends.
    private Socket Wake()
    {
        if (_wake is null)
        {
            Socket wake = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
            wake.Bind(new IPEndPoint(IPAddress.Loopback, 0));
            wake.Connect(wake.LocalEndPoint!);
            _wake = wake;
            _wakeRegistration = stop.Token.Register(() => wake.Send(new byte[1]));
        }

        return _wake;
    }

    /// <summary>The result of a call; the default when the deadline passed.</summary>
    private T? Await<T>(string call, Socket socket, SelectMode mode, Func<object?> address, Deadline deadline, Func<CancellationToken, ValueTask<T>> function)
    {
        try
        {
            while (true)
            {
                stop.ThrowIfSet();
                bool isAttempt = deadline.IsPast;
                if (isAttempt && !socket.Poll(0, mode))
                {
                    return default;
                }

                using CancellationTokenSource? timer = deadline.IsFinite ? CancellationTokenSource.CreateLinkedTokenSource(stop.Token) : null;
                try
                {
                    ValueTask<T> task = function(timer?.Token ?? stop.Token);
                    if (task.IsCompletedSuccessfully)
                    {
                        return task.Result;
                    }

                    // What is ready is given the time to be taken.
                    timer?.CancelAfter(isAttempt ? AttemptTime : deadline.Remaining);
                    return task.AsTask().GetAwaiter().GetResult();
                }
                catch (OperationCanceledException) when (!stop.IsSet)
                {
                    // A timer may be a little early.
                    if (deadline.IsPast)
                    {
                        return default;
                    }
                }
            }
        }
        catch (SocketException exception) when (exception is not SocketCallException)
        {
            throw exception.SocketErrorCode == SocketError.OperationAborted && SocketNames.IsClosed(socket)
                ? SystemCall.Closed(call, socket)
                : SystemCall.Failure(call, address(), exception, socket);
        }
        catch (ObjectDisposedException) when (SocketNames.IsClosed(socket))
        {
            throw SystemCall.Closed(call, socket);
        }
    }

    /// <summary>
    /// A connect that does not block. .NET's own way to give one up, the token of ConnectAsync, closes the socket before
    /// .NET 10, and on Windows leaves it unusable.
    /// </summary>
    private sealed class PendingConnect : IPendingConnect
    {
        private const string Call = "connect";

        private static readonly (SocketOptionLevel Level, SocketOptionName Name)[] s_kept =
        [
            (SocketOptionLevel.IPv6, SocketOptionName.IPv6Only),
            (SocketOptionLevel.IPv6, SocketOptionName.HopLimit),
            (SocketOptionLevel.IP, SocketOptionName.IpTimeToLive),
            (SocketOptionLevel.IP, SocketOptionName.TypeOfService),
            (SocketOptionLevel.Tcp, SocketOptionName.NoDelay),
            (SocketOptionLevel.Socket, SocketOptionName.KeepAlive),
            (SocketOptionLevel.Socket, SocketOptionName.ReuseAddress),
            (SocketOptionLevel.Socket, SocketOptionName.ExclusiveAddressUse),
            (SocketOptionLevel.Socket, SocketOptionName.OutOfBandInline),
            (SocketOptionLevel.Socket, SocketOptionName.SendBuffer),
            (SocketOptionLevel.Socket, SocketOptionName.ReceiveBuffer),
        ];

        private readonly EndPoint? _local;
        private readonly bool _isBlocking;
        private readonly bool _isAtOnce;

        public PendingConnect(Socket socket, EndPoint remoteEndPoint)
        {
            Socket = socket;
            RemoteEndPoint = remoteEndPoint;
            if (s_hasFailed.TryGetValue(socket, out _) && SocketBinder.IsBound(socket))
            {
                throw SystemCall.NotSupported(Call, "a bound socket cannot try again after a failed connect", socket);
            }

            _local = SocketNames.Local(socket);
            _isBlocking = SystemCall.Invoke(Call, socket, remoteEndPoint, () => socket.Blocking);
            try
            {
                _isAtOnce = SystemCall.Invoke(Call, socket, remoteEndPoint, Start);
            }
            catch
            {
                GiveBack(isConnected: SocketNames.IsConnected(socket));
                throw;
            }
        }

        public Socket Socket { get; }

        public EndPoint RemoteEndPoint { get; }

        public bool IsOver
        {
            get
            {
                try
                {
                    return _isAtOnce || SocketNames.IsClosed(Socket) || Socket.Poll(0, SelectMode.SelectWrite) || Socket.Poll(0, SelectMode.SelectError);
                }
                catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
                {
                    return true;
                }
            }
        }

        public void Complete()
        {
            SocketError error = SocketError.Success;
            bool isConnected = _isAtOnce;
            try
            {
                if (!isConnected)
                {
                    error = SystemCall.Invoke(Call, Socket, RemoteEndPoint, () => (SocketError)(int)Socket.GetSocketOption(SocketOptionLevel.Socket, SocketOptionName.Error)!);
                    // So .NET learns of it too.
                    isConnected = error == SocketError.Success && SystemCall.Invoke(Call, Socket, RemoteEndPoint, () => Socket.Connected);
                }
            }
            finally
            {
                GiveBack(isConnected);
            }

            if (!isConnected)
            {
                throw SystemCall.Failure(Call, RemoteEndPoint, error == SocketError.Success ? SocketError.ConnectionReset : error, Socket);
            }
        }

        public void Abandon() => GiveBack(isConnected: false);

        private bool Start()
        {
            // Linux connects the same descriptor again, with its port.
            if (OperatingSystem.IsLinux() && SocketDescriptor.ForgetFailedConnect(Socket))
            {
                Dissolve();
            }

            Socket.Blocking = false;
            try
            {
                Socket.Connect(RemoteEndPoint);
                return true;
            }
            catch (SocketException exception) when (exception.SocketErrorCode is SocketError.WouldBlock or SocketError.InProgress
                && (RemoteEndPoint is not UnixDomainSocketEndPoint || OperatingSystem.IsWindows()))
            {
                // A UNIX path is connected at once or, where the listener's queue is full, not at all.
                return false;
            }
        }

        private void GiveBack(bool isConnected)
        {
            if (SocketNames.IsClosed(Socket))
            {
                return;
            }

            Socket.Blocking = _isBlocking;
            if (isConnected)
            {
                return;
            }

            if (OperatingSystem.IsLinux())
            {
                Dissolve();
            }

            try
            {
                // Else .NET would still look whether it succeeds, and take a socket without an error for a connected one.
                IsConnecting(Socket) = false;
                if (OperatingSystem.IsWindows())
                {
                    Renew();
                }
                else if (!OperatingSystem.IsLinux())
                {
                    // BSD cannot connect the descriptor again: .NET, when it knows of the failure, puts a new one in
                    // its place, which is not bound.
                    s_hasFailed.TryAdd(Socket, RemoteEndPoint);
                    SetLastConnectFailed(SocketDescriptor.Of(Socket), true);
                }
            }
            catch (MissingMemberException)
            {
                // A later runtime, which must be tried first.
            }
        }

        private void Dissolve()
        {
            if (RemoteEndPoint is IPEndPoint)
            {
                _ = SocketCalls.Dissolve(SocketDescriptor.Of(Socket));
                _ = SocketBinder.TryRestorePort(Socket, _local);
            }
        }

        // Windows ends a connect only with its descriptor: the socket gets a new one, with its options and its port.
        private void Renew()
        {
            if (Socket.SocketType != SocketType.Stream)
            {
                return;
            }

            using (Socket other = new(Socket.AddressFamily, Socket.SocketType, Socket.ProtocolType))
            {
                foreach ((SocketOptionLevel level, SocketOptionName name) in s_kept)
                {
                    try
                    {
                        other.SetSocketOption(level, name, (int)Socket.GetSocketOption(level, name)!);
                    }
                    catch (SocketException)
                    {
                        // Not an option of this family.
                    }
                }

                other.LingerState = Socket.LingerState!;
                other.Blocking = _isBlocking;
                (Handle(Socket), Handle(other)) = (Handle(other), Handle(Socket));
            }

            if (_local is not null)
            {
                Socket.Bind(_local);
            }
        }

        [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_handle")]
        private static extern ref SafeSocketHandle Handle(Socket socket);

        [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_nonBlockingConnectInProgress")]
        private static extern ref bool IsConnecting(Socket socket);

        [UnsafeAccessor(UnsafeAccessorKind.Method, Name = "set_LastConnectFailed")]
        private static extern void SetLastConnectFailed(SafeSocketHandle handle, bool value);
    }
}
