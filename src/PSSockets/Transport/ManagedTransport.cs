using System.Buffers;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using PSSockets.Addresses;
using PSSockets.Errors;
using PSSockets.Native;
using PSSockets.Sockets;
using PSSockets.Waiting;

namespace PSSockets.Transport;

/// <summary>
/// Any operating system: .NET's own calls, and for waits its asynchronous ones with a token that the stop signal or the
/// deadline cancels. A call that was cancelled too late has its result used all the same, so nothing is lost.
/// </summary>
/// <param name="stop">Ends every wait.</param>
/// <param name="tap">Is told of every call; null where nobody listens.</param>
internal class ManagedTransport(StopSignal stop, ITransportTap? tap = null) : ISocketTransport
{
    /// <summary>The most bytes of an option that are asked for where its length is not known.</summary>
    protected const int LongestOption = 4096;

    // No datagram is longer than this but over UNIX sockets, so its real length is known after it was cut.
    private const int LargestDatagram = 65536;

    // SOL_SOCKET and SO_LINGER: its two fields are of 16 bits on Windows, of 32 bits in what is read and written here.
    private static readonly (int Level, int Option) WindowsLinger = (0xFFFF, 0x80);

    // SIO_UDP_CONNRESET and SIO_UDP_NETRESET, mswsock.h: _WSAIOW(IOC_VENDOR, 12) and 15.
    private static readonly (string Name, int Code)[] s_unreachable = [("SIO_UDP_CONNRESET", unchecked((int)0x9800000C)), ("SIO_UDP_NETRESET", unchecked((int)0x9800000F))];

    // SIO_TCP_INITIAL_RTO, mstcpip.h: _WSAIOW(IOC_VENDOR, 17), with struct TCP_INITIAL_RTO_PARAMETERS: the time in 16 bits
    // (TCP_INITIAL_RTO_UNSPECIFIED_RTT), the count in 8 (TCP_INITIAL_RTO_NO_SYN_RETRANSMISSIONS).
    private const int InitialTimeout = unchecked((int)0x98000011);

    private static readonly byte[] s_noRetransmission = [0xFF, 0xFF, 0xFE, 0];

    // For what poll says is ready, and a pool of threads that is busy with other things. It is only waited for in full where
    // another reader was faster.
    private static readonly TimeSpan AttemptTime = TimeSpan.FromMilliseconds(250);

    private static readonly TimeSpan SelectTurn = TimeSpan.FromMilliseconds(200);

    /// <summary>How often an input is looked at that cannot be waited for: a key that is pressed shows at once to whoever presses it.</summary>
    protected static readonly TimeSpan InputTurn = TimeSpan.FromMilliseconds(20);

    // How long a close waits for those who wait for the socket to notice.
    private static readonly TimeSpan ClosePatience = TimeSpan.FromSeconds(1);

    private static readonly EndPoint AnyIPv4 = new IPEndPoint(IPAddress.Any, 0);
    private static readonly EndPoint AnyIPv6 = new IPEndPoint(IPAddress.IPv6Any, 0);

    // What a new descriptor takes over from the old one.
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

    private byte[] _buffer = [];
    private long _waits;
    private readonly object _wakeGate = new();
    private Socket? _wake;
    private volatile bool _isWoken;
    private CancellationTokenRegistration _wakeRegistration;

    /// <inheritdoc />
    public StopSignal Stop => stop;

    /// <inheritdoc />
    public virtual long Waits => _waits;

    /// <summary>Whether anybody is told of calls on this socket.</summary>
    protected bool IsTapped(SocketRecord? socket) => tap is not null || socket?.Tap is not null;

    /// <inheritdoc />
    public Socket Open(AddressFamily family, SocketType type, ProtocolType protocol)
    {
        CheckKind("socket", family, type);
        string arguments = $"{EndPointText.FamilyOf(family)}, {EndPointText.TypeOf(type)}, {EndPointText.ProtocolOf(protocol)}";
        try
        {
            Refuse("socket", null, SocketFactory.Describe(family, type));
            Socket socket = DotNetCall.Invoke("socket", null, SocketFactory.Describe(family, type), () => NewSocket(family, type, protocol));
            Tell(null, new SystemCall("socket", null, arguments, IsTapped(null) ? SocketInternals.HandleOf(socket).DangerousGetHandle() : null));
            ReportUnreachable(socket, isOn: false);
            return socket;
        }
        catch (SocketCallException exception)
        {
            TellFailure(exception, null, arguments);
            throw;
        }
    }

    /// <inheritdoc />
    public virtual (Socket First, Socket Second) OpenPair(SocketType type) =>
        throw CallFailure.NotSupported("socketpair", "Windows has no socket pairs", null);

    /// <inheritdoc />
    public virtual void Bind(SocketRecord socket, EndPoint endPoint)
    {
        if (endPoint is UnixDomainSocketEndPoint unix && UnixPath.HasNoName(unix))
        {
            throw CallFailure.NotSupported("@", "here .NET binds only to a name that it knows", endPoint);
        }

        if (!socket.IsClosed && !socket.Socket.IsBound)
        {
            BindAlone(socket);
            ReportUnreachable(socket, isOn: false);
        }

        Call("bind", socket, endPoint, () => socket.Socket.Bind(endPoint), LocalNameWhenTapped(socket));
    }

    /// <inheritdoc />
    public virtual void Listen(SocketRecord socket, int backlog) =>
        Call("listen", socket, this.LocalEndPoint(socket), () => socket.Socket.Listen(backlog), LocalNameWhenTapped(socket));

    /// <inheritdoc />
    public void Shutdown(SocketRecord socket, SocketShutdown direction)
    {
        object? peer = this.RemoteEndPoint(socket);
        if (SystemNumbers.HasWinsock && CarriesMessages(socket) && !socket.IsClosed && !IsConnected(socket))
        {
            // Windows has nothing against it.
            throw CallFailure.Of("shutdown", this.AddressForErrors(socket), SocketError.NotConnected, socket.Socket);
        }

        string how = direction == SocketShutdown.Both ? "SHUT_RDWR" : direction == SocketShutdown.Send ? "SHUT_WR" : "SHUT_RD";
        Call("shutdown", socket, peer, () => ShutDown(socket, direction), () => peer is null ? how : $"{peer}, {how}");
        socket.HasReceivingEnded |= direction != SocketShutdown.Send && socket.Socket.SocketType == SocketType.Stream;
    }

    /// <inheritdoc />
    public void Dissolve(SocketRecord socket)
    {
        const string Name = "connect";
        if (socket.IsClosed)
        {
            throw CallFailure.Closed(Name, socket.Socket);
        }

        if (!IsConnected(socket))
        {
            throw CallFailure.Of(Name, "AF_UNSPEC", SocketError.NotConnected, socket.Socket);
        }

        Call(Name, socket, "AF_UNSPEC", () => ForgetPeer(socket));
        ReportUnreachable(socket, isOn: false);
        socket.Peer = null;
    }

    /// <inheritdoc />
    public void Close(SocketRecord socket)
    {
        SocketTable.Remove(socket);
        if (socket.IsClosed)
        {
            return;
        }

        socket.Channel?.Close(this);
        EndPoint? address = IsTapped(socket) ? this.LocalEndPoint(socket) : null;
        if (socket.BoundFile is { } file && !StillStands(file))
        {
            SocketInternals.ForgetPath(socket.Socket);
        }

        // Who waits for the socket goes first: while somebody uses the descriptor, .NET closes a connection by a reset,
        // which takes what was sent and has not arrived with it.
        if (socket.BeginClose(ClosePatience) || EndsSendingFirst)
        {
            EndSending(socket.Socket);
        }

        while (socket.TakeConnection() is Socket connection)
        {
            Close(connection);
        }

        socket.Socket.Dispose();
        socket.Channel?.GiveUp();
        Tell(socket, new SystemCall("close", socket.Socket, address, 0));
    }

    /// <summary>Whether a call that somebody is in and does not wait takes long enough here for a close to meet it.</summary>
    protected virtual bool EndsSendingFirst => true;

    // Those who waited may be about to leave their calls still. After a shutdown .NET closes in order all the same.
    private static void EndSending(Socket socket)
    {
        try
        {
            if (socket.SocketType == SocketType.Stream && socket.LingerState is not { Enabled: true, LingerTime: 0 })
            {
                socket.Shutdown(SocketShutdown.Send);
            }
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            // There is no connection.
        }
    }

    // The system is asked: .NET keeps names that may have changed, and takes a connection for ended after a shutdown.
    /// <inheritdoc />
    public EndPoint? LocalName(SocketRecord socket) => Name(socket, "getsockname", SocketCalls.LocalName);

    /// <inheritdoc />
    public EndPoint? PeerName(SocketRecord socket) => Name(socket, "getpeername", SocketCalls.PeerName);

    /// <inheritdoc />
    public bool IsConnected(SocketRecord socket)
    {
        Span<byte> buffer = stackalloc byte[SocketCalls.AddressBufferSize];
        try
        {
            return !socket.IsClosed && SocketCalls.PeerName(socket.Handle, buffer) >= 0;
        }
        catch (ObjectDisposedException)
        {
            return false;
        }
    }

    /// <inheritdoc />
    public byte[] GetOption(SocketRecord socket, OptionText text, int level, int option, int length = 0)
    {
        const string Name = "getsockopt";
        try
        {
            Refuse(Name, socket, text.Name);
            byte[] value = DotNetCall.Invoke(Name, socket.Socket, text.Name, () => ReadOption(socket, text.Name, level, option, length));
            if (IsTapped(socket))
            {
                Tell(socket, new SystemCall(Name, socket.Socket, text.Argument, text.Read is null ? $"{value.Length} bytes" : text.Read(value) ?? "null"));
            }

            return value;
        }
        catch (SocketCallException exception)
        {
            TellFailure(exception, socket, text.Argument);
            throw;
        }
    }

    /// <inheritdoc />
    public void SetOption(SocketRecord socket, OptionText text, int level, int option, ReadOnlySpan<byte> value)
    {
        byte[] bytes = value.ToArray();
        // It may be IPV6_V6ONLY.
        socket.IsDual = false;
        Call("setsockopt", socket, text.Name, () => WriteOption(socket, text.Name, level, option, bytes), () => text.Argument);
        if ((level, option) == ControlMessages.TimestampOption)
        {
            socket.OwnerHasTimestamps = bytes.AsSpan().IndexOfAnyExcept((byte)0) >= 0;
        }
    }

    /// <inheritdoc />
    public virtual void SetDualMode(SocketRecord socket)
    {
        Set(socket, "IPV6_V6ONLY", () => socket.Socket.DualMode = true, isAuxiliary: true);
        socket.IsDual = true;
    }

    /// <inheritdoc />
    public virtual void SetBroadcast(SocketRecord socket) => Set(socket, "SO_BROADCAST", () => socket.Socket.EnableBroadcast = true);

    /// <inheritdoc />
    /// <remarks>
    /// On a stream, SO_REUSEADDR of Windows lets a second program take the port away: what Unix means by it is there as long as
    /// the port is not bound exclusively. Datagram sockets share a port by it, as on Linux.
    /// </remarks>
    public virtual void SetReuseAddress(SocketRecord socket)
    {
        socket.SharesAddress = true;
        if (socket.Socket.SocketType != SocketType.Stream)
        {
            Set(socket, "SO_REUSEADDR", () => socket.Socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, true));
        }
    }

    /// <inheritdoc />
    public virtual void SetReusePort(SocketRecord socket) =>
        throw CallFailure.NotSupported("setsockopt SO_REUSEPORT", "Windows cannot share a port between sockets", socket.Socket);

    /// <inheritdoc />
    public virtual void EnableReceiveInformation(SocketRecord socket)
    {
        SocketOptionLevel? level = socket.Socket.AddressFamily switch
        {
            AddressFamily.InterNetwork => SocketOptionLevel.IP,
            AddressFamily.InterNetworkV6 => SocketOptionLevel.IPv6,
            _ => null,
        };
        if (level is SocketOptionLevel known && CarriesMessages(socket) && !socket.IsPrepared)
        {
            Set(socket, "IP_PKTINFO", () => socket.Socket.SetSocketOption(known, SocketOptionName.PacketInformation, true), isAuxiliary: true);
        }

        socket.IsPrepared = true;
    }

    /// <inheritdoc />
    public virtual bool IsStaleFile(string path) =>
        throw CallFailure.NotSupported("bind", "replacing a stale socket file is not possible on Windows: remove the file", path);

    /// <inheritdoc />
    public virtual bool MayBeSocket(string path) => true;

    /// <inheritdoc />
    public virtual Datagram? Receive(SocketRecord socket, ReceiveOptions options, Deadline deadline, int most = 1)
    {
        if (TakeAgain() is Datagram taken)
        {
            return taken;
        }

        Reserve(Math.Max(options.MaximumSize, LargestDatagram));
        Socket through = socket.Socket;
        SocketFlags flags = options.Peek ? SocketFlags.Peek : SocketFlags.None;
        Datagram? putBack = null;
        Datagram? datagram = Await<Datagram>("recvfrom", socket, SelectMode.SelectRead, () => this.AddressForErrors(socket), deadline, async token =>
        {
            if (through.AddressFamily == AddressFamily.Unix)
            {
                SocketAddress address = new(AddressFamily.Unix, UnixPath.MaximumLength + sizeof(ushort));
                int count = await through.ReceiveFromAsync(_buffer.AsMemory(), flags, address, token).ConfigureAwait(false);
                if (count == 0 && through.SocketType == SocketType.Seqpacket)
                {
                    return Datagram.End;
                }

                byte[] name = address.Size <= sizeof(ushort) ? [] : address.Buffer.Span[..address.Size].ToArray();
                return Compose(count, new PeerAddress(name).ToEndPoint(), null, 0);
            }

            SocketReceiveMessageFromResult result = await through.ReceiveMessageFromAsync(
                _buffer.AsMemory(), flags, through.AddressFamily == AddressFamily.InterNetwork ? AnyIPv4 : AnyIPv6, token).ConfigureAwait(false);
            return Compose(result.ReceivedBytes, result.RemoteEndPoint, result.PacketInformation.Address, result.PacketInformation.Interface);
        },
        () => putBack = TakeAgain());
        if (datagram is null || datagram == Datagram.End || datagram == putBack)
        {
            return datagram;
        }

        if (IsTapped(socket))
        {
            TellReceived(socket, datagram);
        }

        lock (socket.Taken.Gate)
        {
            return socket.Taken.Place(datagram);
        }

        Datagram? TakeAgain() => socket.Taken.TryTake(options, out Datagram? again) ? again : null;

        Datagram Compose(int length, EndPoint? peer, IPAddress? localAddress, int interfaceIndex) => new(
            _buffer.AsSpan(0, Math.Min(length, options.MaximumSize)).ToArray(),
            length,
            through,
            options.Encoding,
            peer,
            localAddress,
            interfaceIndex,
            DateTime.UtcNow.Ticks);
    }

    /// <inheritdoc />
    public bool CanNameSource => SystemNumbers.HasPacketInformation;

    /// <inheritdoc />
    public virtual void Send(SocketRecord socket, ReadOnlySpan<OutgoingDatagram> datagrams, bool dontRoute, Deadline deadline, Action<OutgoingDatagram, SocketCallException> failed)
    {
        SocketFlags flags = dontRoute ? SocketFlags.DontRoute : SocketFlags.None;
        int done = 0;
        foreach (OutgoingDatagram datagram in datagrams)
        {
            string call = datagram.Call;
            try
            {
                if (datagram.Destination is null && !socket.IsClosed && !IsConnected(socket))
                {
                    throw CallFailure.Of(call, null, SocketError.DestinationAddressRequired, socket.Socket);
                }

                int? sent = datagram.Source is not null
                    ? SendFrom(socket, datagram, datagram.Source, dontRoute, deadline)
                    : Await<int?>(call, socket, SelectMode.SelectWrite, () => datagram.EndPoint ?? this.RemoteEndPoint(socket), deadline, async token => datagram.Destination is null
                    ? await socket.Socket.SendAsync(datagram.Data, flags, token).ConfigureAwait(false)
                    : datagram.EndPoint is { } endPoint && !socket.Socket.IsBound
                    // The first send binds the socket, of which .NET learns only from an EndPoint: without it nothing could be received.
                    ? await socket.Socket.SendToAsync(datagram.Data, flags, endPoint, token).ConfigureAwait(false)
                    : await socket.Socket.SendToAsync(datagram.Data, flags, datagram.Destination, token).ConfigureAwait(false));
                if (sent is null)
                {
                    throw CallFailure.Of(call, datagram.EndPoint ?? this.RemoteEndPoint(socket), SocketError.TimedOut, socket.Socket, "the receiver's queue stayed full");
                }

                TellSent(socket, datagram);
            }
            catch (SocketCallException exception)
            {
                TellFailure(exception, socket, datagram.Argument(exception.Address));
                failed(datagram, exception);
            }
            catch (OperationCanceledException exception)
            {
                throw new SendStoppedException(done, exception);
            }

            done++;
        }
    }

    /// <inheritdoc />
    public virtual IPendingConnect StartConnect(SocketRecord socket, EndPoint remoteEndPoint) => new PendingConnect(this, socket, remoteEndPoint);

    /// <inheritdoc />
    public void Wake()
    {
        _isWoken = true;
        EndWait();
    }

    /// <summary>Ends the wait that is under way, or else the next.</summary>
    protected virtual void EndWait()
    {
        lock (_wakeGate)
        {
            try
            {
                _wake?.Send(new byte[1]);
            }
            catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
            {
                // Nobody waits any more.
            }
        }
    }

    /// <summary>Whether somebody has called; it is true once.</summary>
    protected bool TakeWake()
    {
        bool isWoken = _isWoken;
        if (isWoken)
        {
            _isWoken = false;
        }

        return isWoken;
    }

    /// <inheritdoc />
    public virtual int WaitConnect(IReadOnlyList<IPendingConnect> connects, Deadline deadline)
    {
        Socket wake = WakeSocket();
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

            if (isPast || TakeWake())
            {
                return -1;
            }

            List<Socket> connected = [.. connects.Select(connect => connect.Socket)];
            List<Socket> failed = [.. connected]; // Windows tells of these apart
            Select([wake], connected, failed, deadline, connected);
            Silence(wake);
        }
    }

    /// <inheritdoc />
    public virtual Socket? Accept(SocketRecord listener, Deadline deadline)
    {
        Socket? connection = listener.TakeConnection() ?? Await<Socket?>(
            "accept",
            listener,
            SelectMode.SelectRead,
            () => this.LocalEndPoint(listener),
            deadline,
            async token => await listener.Socket.AcceptAsync(token).ConfigureAwait(false),
            listener.TakeConnection);
        if (connection is not null)
        {
            // .NET gives it the listener's mode.
            connection.Blocking = true;
            TellAccepted(connection);
        }

        return connection;
    }

    /// <inheritdoc />
    public virtual int? ReceiveBytes(SocketRecord socket, Memory<byte> buffer, SocketFlags flags, Deadline deadline)
    {
        int? count;
        try
        {
            count = (flags & SocketFlags.OutOfBand) != 0
                ? ReceiveUrgent(socket, buffer, flags, deadline)
                : Await<int?>("recv", socket, SelectMode.SelectRead, () => this.AddressForErrors(socket), deadline, async token => await socket.Socket.ReceiveAsync(buffer, flags, token).ConfigureAwait(false));
        }
        catch (SocketCallException exception) when (exception.SocketErrorCode == SocketError.Shutdown && socket.Socket.SocketType == SocketType.Stream)
        {
            // Windows says so where nothing more is to be received; elsewhere that is the end of the stream.
            count = 0;
        }

        count ??= socket.HasReceivingEnded ? 0 : null;
        TellBytes("recv", socket, buffer.Span, count, (flags & SocketFlags.Peek) != 0);
        return count;
    }

    /// <inheritdoc />
    public virtual int? SendBytes(SocketRecord socket, ReadOnlyMemory<byte> data, SocketFlags flags, Deadline deadline)
    {
        const string Name = "send";
        while (true)
        {
            stop.ThrowIfSet();
            Refuse(Name, socket, null);
            // The asynchronous call sends all or does not say how much.
            (int count, SocketError error) = DotNetCall.Invoke(Name, socket.Socket, this.RemoteEndPoint(socket), () => SendNow(socket.Socket, data.Span, flags));
            if (count > 0 || error == SocketError.Success)
            {
                TellBytes(Name, socket, data.Span, count, isAuxiliary: false);
                return count;
            }

            if (error != SocketError.WouldBlock)
            {
                throw CallFailure.Of(Name, this.AddressForErrors(socket), error, socket.Socket);
            }

            if (!Wait(socket, WaitFor.Write, deadline))
            {
                return null;
            }
        }
    }

    /// <inheritdoc />
    public virtual void Discard(SocketRecord socket, int count) => DotNetCall.Invoke("recv", socket.Socket, this.RemoteEndPoint(socket), () =>
    {
        // What is there is taken at once; for more the call would wait.
        count = Math.Min(count, socket.Socket.Available);
        byte[] buffer = ArrayPool<byte>.Shared.Rent(count);
        try
        {
            while (count > 0)
            {
                count -= socket.Socket.Receive(buffer, 0, count, SocketFlags.None);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    });

    /// <inheritdoc />
    public virtual bool Wait(SocketRecord socket, WaitFor what, Deadline deadline) => Wait([socket], what, new bool[1], deadline, countsTaken: false);

    /// <inheritdoc />
    public virtual bool Wait(IReadOnlyList<SocketRecord> sockets, WaitFor what, bool[] ready, Deadline deadline) =>
        Wait(sockets, what, ready, deadline, countsTaken: true);

    /// <inheritdoc />
    /// <remarks>Select knows nothing but sockets, so an input beside them is worth a look every few milliseconds.</remarks>
    public virtual bool Wait(IReadOnlyList<SocketInterest> sockets, InputInterest? input, Deadline deadline)
    {
        Socket wake = WakeSocket();
        while (true)
        {
            stop.ThrowIfSet();
            List<Socket> readable = [wake];
            List<Socket> writable = [];
            bool isReady = false;
            foreach (SocketInterest interest in sockets)
            {
                interest.CanRead = interest.WantsRead && (interest.Socket.IsClosed || interest.Socket.HasTaken || interest.Socket.HasReceivingEnded);
                interest.CanWrite = interest.WantsWrite && interest.Socket.IsClosed;
                isReady |= interest.CanRead || interest.CanWrite;
                if (interest.WantsRead)
                {
                    readable.Add(interest.Socket.Socket);
                }

                if (interest.WantsWrite)
                {
                    writable.Add(interest.Socket.Socket);
                }
            }

            if (isReady)
            {
                return true;
            }

            Deadline turn = input is null ? deadline : Deadline.Earlier(deadline, Deadline.After(InputTurn.TotalSeconds));
            if (!Select(readable, writable.Count == 0 ? null : writable, null, turn, [.. readable, .. writable]))
            {
                continue;
            }

            stop.ThrowIfSet();
            foreach (SocketInterest interest in sockets)
            {
                interest.CanRead = interest.WantsRead && readable.Contains(interest.Socket.Socket);
                interest.CanWrite = interest.WantsWrite && writable.Contains(interest.Socket.Socket);
                isReady |= interest.CanRead || interest.CanWrite;
            }

            if (input is not null)
            {
                input.MayRead = true;
                return isReady || !deadline.IsPast;
            }

            if (isReady || deadline.IsPast)
            {
                return isReady;
            }
        }
    }

    private bool Wait(IReadOnlyList<SocketRecord> sockets, WaitFor what, bool[] ready, Deadline deadline, bool countsTaken)
    {
        Socket wake = WakeSocket();
        while (true)
        {
            stop.ThrowIfSet();
            List<Socket> readable = [wake];
            List<Socket> others = [];
            List<Socket> asked = what == WaitFor.Read ? readable : others;
            bool any = false;
            for (int index = 0; index < sockets.Count; index++)
            {
                ready[index] = sockets[index].IsClosed
                    || (what == WaitFor.Read && sockets[index].HasReceivingEnded)
                    || (what == WaitFor.Read && (countsTaken ? sockets[index].HasTaken : sockets[index].Channel is { HasDecrypted: true }));
                any |= ready[index];
                asked.Add(sockets[index].Socket);
            }

            if (any)
            {
                return true;
            }

            if (TakeWake())
            {
                return false;
            }

            if (!Select(readable, what == WaitFor.Write ? others : null, what == WaitFor.Error ? others : null, deadline, asked))
            {
                continue;
            }

            stop.ThrowIfSet();
            Silence(wake);
            HashSet<Socket> found = [.. asked];
            for (int index = 0; index < sockets.Count; index++)
            {
                ready[index] = found.Contains(sockets[index].Socket);
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
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Gives up what the transport holds.</summary>
    protected virtual void Dispose(bool disposing)
    {
        _wakeRegistration.Dispose();
        _wake?.Dispose();
        if (_buffer.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(_buffer);
            _buffer = [];
        }
    }

    //--- What differs between systems ------------------------------------------------------------------------------------

    /// <summary>Says what kind of socket this system lacks.</summary>
    protected virtual void CheckKind(string call, AddressFamily family, SocketType type)
    {
        if (type == SocketType.Seqpacket)
        {
            throw CallFailure.NotSupported(call, "Windows has no SeqPacket sockets", null);
        }

        if (family == AddressFamily.Unix && type != SocketType.Stream)
        {
            throw CallFailure.NotSupported(call, "Windows has UNIX sockets for streams alone, and none for datagrams", null);
        }

        if (family == AddressFamily.Unix && !HasUnixSockets)
        {
            throw CallFailure.NotSupported(call, UnixPath.NoneHere, null);
        }
    }

    /// <summary>Whether the system has UNIX sockets at all.</summary>
    protected virtual bool HasUnixSockets => Socket.OSSupportsUnixDomainSockets;

    /// <summary>
    /// Lets nobody else bind the address of a socket that is about to be bound, unless it is to be shared: SO_EXCLUSIVEADDRUSE.
    /// Without it another program can bind the same port of Windows, with SO_REUSEADDR, and take what comes.
    /// </summary>
    protected virtual void BindAlone(SocketRecord socket)
    {
        Socket own = socket.Socket;
        if (!SystemNumbers.HasWinsock || socket.SharesAddress || own.AddressFamily is not (AddressFamily.InterNetwork or AddressFamily.InterNetworkV6) || own.SocketType == SocketType.Raw)
        {
            return;
        }

        try
        {
            if (own.GetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress) is 0)
            {
                Set(socket, "SO_EXCLUSIVEADDRUSE", () => own.ExclusiveAddressUse = true, isAuxiliary: true);
            }
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            // The bind itself says what is wrong.
        }
    }

    /// <summary>
    /// Whether a datagram socket's receive fails with what ICMP says of datagrams that it sent before (SIO_UDP_CONNRESET,
    /// SIO_UDP_NETRESET of Windows). Without a peer it must not: a client that has gone would end the server's loop.
    /// </summary>
    protected virtual void ReportUnreachable(SocketRecord socket, bool isOn)
    {
        if (!SystemNumbers.HasWinsock || socket.Socket.SocketType != SocketType.Dgram || socket.Socket.AddressFamily == AddressFamily.Unix)
        {
            return;
        }

        foreach ((string name, int code) in s_unreachable)
        {
            try
            {
                socket.Socket.IOControl(code, BitConverter.GetBytes(isOn ? 1 : 0), null);
                if (IsTapped(socket))
                {
                    Tell(socket, new SystemCall("WSAIoctl", socket.Socket, $"{name}, {isOn}", 0) { IsAuxiliary = true });
                }
            }
            catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
            {
                // SIO_UDP_NETRESET came with a later Windows.
            }
        }
    }

    /// <summary>
    /// Lets a connect to this machine fail at the first refusal: Windows takes a reset for a lost segment and tries for two
    /// seconds. It can be told so from Windows 10 1709 on (SIO_TCP_INITIAL_RTO).
    /// </summary>
    protected virtual void FailAtOnce(SocketRecord socket, EndPoint remoteEndPoint)
    {
        if (!SystemNumbers.HasWinsock || socket.Socket.SocketType != SocketType.Stream || remoteEndPoint is not IPEndPoint { Address: IPAddress address }
            || !IPAddress.IsLoopback(address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address))
        {
            return;
        }

        try
        {
            socket.Socket.IOControl(InitialTimeout, s_noRetransmission, null);
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            // An earlier Windows, or Wine.
        }
    }

    /// <summary>Makes a socket.</summary>
    protected virtual Socket NewSocket(AddressFamily family, SocketType type, ProtocolType protocol) => new(family, type, protocol);

    /// <summary>Ends one direction or both.</summary>
    protected virtual void ShutDown(SocketRecord socket, SocketShutdown direction) => socket.Socket.Shutdown(direction);

    /// <summary>Makes a datagram socket forget its peer.</summary>
    protected virtual void ForgetPeer(SocketRecord socket) =>
        throw CallFailure.NotSupported("connect", "dissolving a datagram socket's association needs a new socket on Windows", socket.Socket);

    /// <summary>Whether the file that a socket made is still there.</summary>
    protected virtual bool StillStands(BoundFile file) => true;

    /// <summary>Reads an option.</summary>
    protected virtual byte[] ReadOption(SocketRecord socket, string name, int level, int option, int length)
    {
        if ((level, option) == WindowsLinger)
        {
            LingerOption linger = socket.Socket.LingerState!;
            return [.. BitConverter.GetBytes(linger.Enabled ? 1 : 0), .. BitConverter.GetBytes(linger.LingerTime)];
        }

        byte[] value = new byte[length > 0 ? length : LongestOption];
        return value[..socket.Socket.GetRawSocketOption(level, option, value)];
    }

    /// <summary>Sets an option.</summary>
    protected virtual void WriteOption(SocketRecord socket, string name, int level, int option, byte[] value)
    {
        if ((level, option) != WindowsLinger)
        {
            socket.Socket.SetRawSocketOption(level, option, value);
            return;
        }

        int seconds = BitConverter.ToInt32(value, sizeof(int));
        if (seconds > ushort.MaxValue)
        {
            throw CallFailure.Of("setsockopt", name, SocketError.InvalidArgument, socket.Socket, $"the most is {ushort.MaxValue} seconds");
        }

        socket.Socket.LingerState = new LingerOption(BitConverter.ToInt32(value) != 0, seconds);
    }

    /// <summary>Whether a connect that would have to wait has to be made again.</summary>
    protected virtual bool MustTryAgain(EndPoint remoteEndPoint) => false;

    /// <summary>Makes a socket whose connect failed, or was given up, one that can connect again, with the address that it was bound to.</summary>
    /// <remarks>Windows ends a connect only with its descriptor: the socket gets a new one, with its options and its port.</remarks>
    protected virtual void Recover(SocketRecord socket, EndPoint? local)
    {
        Socket own = socket.Socket;
        if (own.SocketType != SocketType.Stream || !SocketInternals.CanSwap)
        {
            return;
        }

        using (Socket other = new(own.AddressFamily, own.SocketType, own.ProtocolType))
        {
            foreach ((SocketOptionLevel level, SocketOptionName name) in s_kept)
            {
                try
                {
                    other.SetSocketOption(level, name, (int)own.GetSocketOption(level, name)!);
                }
                catch (SocketException)
                {
                    // Not an option of this family.
                }
            }

            other.LingerState = own.LingerState!;
            other.Blocking = own.Blocking;
            SocketInternals.Swap(own, other);
        }

        if (local is not null)
        {
            own.Bind(local);
        }
    }

    //--- The seam: who listens is asked before a call, and told after it -------------------------------------------------

    /// <summary>Fails as who listens wants the call to fail.</summary>
    protected void Refuse(string call, SocketRecord? socket, object? address)
    {
        if (Refusal(call, socket) is int errno and not 0)
        {
            throw CallFailure.Of(call, address, errno, socket?.Socket ?? address);
        }
    }

    /// <summary>The errno with which who listens wants the call to fail; 0 lets it be made.</summary>
    protected internal int Refusal(string call, SocketRecord? socket)
    {
        int count = 1;
        return Refusal(call, socket, default, ref count);
    }

    /// <inheritdoc cref="ITransportTap.Before(string, SocketRecord?, ReadOnlySpan{int}, ref int)" />
    protected internal int Refusal(string call, SocketRecord? socket, ReadOnlySpan<int> messages, ref int count)
    {
        int errno = tap?.Before(call, socket, messages, ref count) ?? 0;
        return errno == 0 && socket?.Tap is { } own ? own.Before(call, socket, messages, ref count) : errno;
    }

    /// <summary>Tells of a call.</summary>
    protected void Tell(SocketRecord? socket, in SystemCall call)
    {
        tap?.After(call);
        socket?.Tap?.After(call);
    }

    /// <summary>Tells of a call that failed.</summary>
    protected void TellFailure(SocketCallException failure, SocketRecord? socket, object? argument, bool isAuxiliary = false)
    {
        if (IsTapped(socket))
        {
            Tell(socket, new SystemCall(failure.Call, socket?.Socket, argument, null) { Error = failure.Error, IsAuxiliary = isAuxiliary });
        }
    }

    /// <summary>Tells of bytes that were received or sent.</summary>
    protected void TellBytes(string call, SocketRecord socket, ReadOnlySpan<byte> data, int? count, bool isAuxiliary)
    {
        if (count is int moved && IsTapped(socket))
        {
            Tell(socket, new SystemCall(call, socket.Socket, this.RemoteEndPoint(socket) ?? socket.Peer, moved) { Data = data[..Math.Min(moved, data.Length)], IsAuxiliary = isAuxiliary });
        }
    }

    /// <summary>Tells of a datagram that was received.</summary>
    protected void TellReceived(SocketRecord socket, Datagram datagram) =>
        Tell(socket, new SystemCall("recvfrom", socket.Socket, datagram.RemoteEndPoint, datagram.Length) { Data = datagram.Data });

    /// <summary>Tells of a datagram that was sent.</summary>
    protected void TellSent(SocketRecord socket, OutgoingDatagram datagram)
    {
        if (IsTapped(socket))
        {
            Tell(socket, new SystemCall(datagram.Call, socket.Socket, datagram.Argument(datagram.EndPoint ?? this.RemoteEndPoint(socket)), datagram.Data.Length) { Data = datagram.Data });
        }
    }

    /// <summary>Tells of a connection that was accepted.</summary>
    protected void TellAccepted(Socket connection)
    {
        SocketRecord record = connection;
        EndPoint? peer = this.RemoteEndPoint(record);
        if (IsTapped(record))
        {
            Tell(record, new SystemCall("accept", connection, peer, record.Handle.DangerousGetHandle()));
        }
    }

    /// <summary>Makes a call that does not wait, and tells of it.</summary>
    /// <param name="name">Its C name.</param>
    /// <param name="socket">The socket.</param>
    /// <param name="address">The address that an error names.</param>
    /// <param name="call">Makes it.</param>
    /// <param name="argument">What is told as its argument after it was made, where that is not the address.</param>
    /// <param name="isAuxiliary">Whether the module makes it of itself.</param>
    protected void Call(string name, SocketRecord socket, object? address, Action call, Func<object?>? argument = null, bool isAuxiliary = false)
    {
        try
        {
            Refuse(name, socket, address);
            DotNetCall.Invoke(name, socket.Socket, address, call);
            if (IsTapped(socket))
            {
                Tell(socket, new SystemCall(name, socket.Socket, argument is null ? address : argument(), 0) { IsAuxiliary = isAuxiliary });
            }
        }
        catch (SocketCallException exception)
        {
            TellFailure(exception, socket, address, isAuxiliary);
            throw socket.IsClosed ? CallFailure.Closed(name, socket.Socket) : exception;
        }
    }

    /// <summary>Whether messages, not a stream of bytes, come through the socket.</summary>
    protected static bool CarriesMessages(SocketRecord socket) => socket.Socket.SocketType is SocketType.Dgram or SocketType.Seqpacket;

    private void Set(SocketRecord socket, string name, Action set, bool isAuxiliary = false) =>
        Call("setsockopt", socket, name, set, isAuxiliary: isAuxiliary);

    private Func<object?> LocalNameWhenTapped(SocketRecord socket) => () => this.LocalEndPoint(socket);

    private delegate int NameCall(SafeSocketHandle socket, Span<byte> buffer);

    private EndPoint? Name(SocketRecord socket, string call, NameCall name)
    {
        if (socket.IsClosed || Refusal(call, socket) != 0)
        {
            return null;
        }

        Span<byte> buffer = stackalloc byte[SocketCalls.AddressBufferSize];
        try
        {
            int length = name(socket.Handle, buffer);
            EndPoint? endPoint = length <= 0 ? null : SocketAddressBytes.ToEndPoint(buffer[..length]);
            TellName(call, socket, endPoint);
            return endPoint;
        }
        catch (Exception exception) when (exception is ObjectDisposedException or SocketInputException)
        {
            // Closed meanwhile, or an address of a family that nothing here knows.
            return null;
        }
    }

    /// <summary>Tells of a name that was asked for.</summary>
    protected void TellName(string call, SocketRecord socket, object? answer)
    {
        if (answer is not null && IsTapped(socket))
        {
            Tell(socket, new SystemCall(call, socket.Socket, null, EndPointText.Describe(answer)) { IsAuxiliary = true });
        }
    }

    // False where one was closed meanwhile, which the next round finds.
    private static bool Select(List<Socket> readable, List<Socket>? writable, List<Socket>? failed, Deadline deadline, List<Socket> asked)
    {
        Socket[] all = [.. asked];
        try
        {
            // In turns: a select that begins while a socket is closed is not always ended by that.
            Socket.Select(readable, writable, failed, (int)Math.Min(deadline.IsFinite ? deadline.Milliseconds : int.MaxValue, SelectTurn.TotalMilliseconds) * 1000);
            return true;
        }
        catch (Exception exception) when (exception is ObjectDisposedException || (exception is SocketException && Array.Exists(all, static socket => SocketRecord.Of(socket).IsClosed)))
        {
            return false;
        }
    }

    private static (int Count, SocketError Error) SendNow(Socket socket, ReadOnlySpan<byte> data, SocketFlags flags)
    {
        using NotBlocking now = new(socket);
        int count = socket.Send(data, flags, out SocketError error);
        return (count, error);
    }

    private static (int Count, SocketError Error) ReceiveNow(Socket socket, Span<byte> buffer, SocketFlags flags)
    {
        using NotBlocking now = new(socket);
        int count = socket.Receive(buffer, flags, out SocketError error);
        return (count, error);
    }

    // .NET's calls say nothing beside the data. How many bytes, or null when the deadline passed.
    private int? SendFrom(SocketRecord socket, OutgoingDatagram datagram, DatagramSource source, bool dontRoute, Deadline deadline)
    {
        Socket through = socket.Socket;
        object? address = datagram.EndPoint ?? this.RemoteEndPoint(socket);
        while (true)
        {
            stop.ThrowIfSet();
            Refuse(datagram.Call, socket, address);
            int errno = DotNetCall.Invoke(datagram.Call, through, address, () => SendFromNow(through, datagram, source, dontRoute));
            if (errno == 0)
            {
                return datagram.Data.Length;
            }

            SocketErrorInfo error = ErrnoTable.FromNumber(errno);
            if (error.SocketError is not (SocketError.WouldBlock or SocketError.Interrupted))
            {
                throw socket.IsClosed ? CallFailure.Closed(datagram.Call, through) : CallFailure.Of(datagram.Call, address, errno, through);
            }

            if (error.SocketError == SocketError.WouldBlock && (deadline.IsPast || !Wait(socket, WaitFor.Write, deadline)))
            {
                return null;
            }
        }
    }

    private static int SendFromNow(Socket socket, OutgoingDatagram datagram, DatagramSource source, bool dontRoute)
    {
        if (!socket.IsBound && socket.SocketType == SocketType.Dgram)
        {
            // The first send would bind it, of which .NET would not learn.
            socket.Bind(socket.AddressFamily == AddressFamily.InterNetwork ? AnyIPv4 : AnyIPv6);
        }

        Span<byte> control = stackalloc byte[ControlMessages.LongestSource];
        control = control[..ControlMessages.WriteSource(control, source.Address, source.InterfaceIndex)];
        ReadOnlySpan<byte> address = datagram.Destination is null ? default : datagram.Destination.Buffer.Span[..datagram.Destination.Size];
        using NotBlocking now = new(socket);
        return MessageCalls.Send(SocketInternals.HandleOf(socket), datagram.Data, address, control, dontRoute) < 0 ? Marshal.GetLastPInvokeError() : 0;
    }

    // As long as it is there the socket does not block.
    private readonly struct NotBlocking : IDisposable
    {
        private readonly Socket _socket;
        private readonly bool _wasBlocking;

        public NotBlocking(Socket socket)
        {
            _socket = socket;
            _wasBlocking = socket.Blocking;
            socket.Blocking = false;
        }

        public void Dispose()
        {
            if (!SocketInternals.HandleOf(_socket).IsClosed)
            {
                _socket.Blocking = _wasBlocking;
            }
        }
    }

    // No call waits for urgent data, nor does select tell when the peer has closed and none will come.
    private int? ReceiveUrgent(SocketRecord socket, Memory<byte> buffer, SocketFlags flags, Deadline deadline)
    {
        const string Name = "recv";
        bool hasCome = false;
        while (true)
        {
            stop.ThrowIfSet();
            // Where there is none yet a blocking call may wait for it, and neither a stop nor the deadline would end that.
            (int count, SocketError error) = DotNetCall.Invoke(Name, socket.Socket, this.RemoteEndPoint(socket), () => ReceiveNow(socket.Socket, buffer.Span, flags));
            if (error == SocketError.Success)
            {
                return count;
            }

            if (error is not (SocketError.InvalidArgument or SocketError.WouldBlock) || hasCome)
            {
                throw CallFailure.Of(Name, this.AddressForErrors(socket), error, socket.Socket);
            }

            if (DotNetCall.Invoke(Name, socket.Socket, null, () => socket.Socket.Poll(0, SelectMode.SelectRead) && socket.Socket.Available == 0))
            {
                return ReceiveBytes(socket, buffer, flags & ~SocketFlags.OutOfBand, Deadline.Now);
            }

            hasCome = Wait(socket, WaitFor.Error, Deadline.Earlier(deadline, Deadline.After(AttemptTime.TotalSeconds)));
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

    // A socket that becomes readable when the pipeline is to stop, or somebody calls, so that a select of other sockets ends.
    private Socket WakeSocket()
    {
        lock (_wakeGate)
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
    }

    private void Silence(Socket wake)
    {
        // A stop that comes now is seen without its byte.
        while (!stop.IsSet && wake.Available > 0)
        {
            wake.Receive(new byte[1]);
        }
    }

    /// <summary>The result of a call; the default when the deadline passed.</summary>
    private T? Await<T>(
        string call, SocketRecord record, SelectMode mode, Func<object?> address, Deadline deadline, Func<CancellationToken, ValueTask<T>> function, Func<T?>? kept = null)
    {
        Socket socket = record.Socket;
        try
        {
            while (true)
            {
                stop.ThrowIfSet();
                Refuse(call, record, null);
                bool isAttempt = deadline.IsPast;
                if (isAttempt && !socket.Poll(0, mode))
                {
                    _waits++;
                    return default;
                }

                // Ended by the stop, the deadline, the close of the socket, and what another reader puts back.
                using CancellationTokenSource timer = CancellationTokenSource.CreateLinkedTokenSource(stop.Token);
                if (!record.TryEnterWait(timer))
                {
                    throw CallFailure.Closed(call, socket);
                }

                try
                {
                    if (kept is not null && kept() is { } own)
                    {
                        return own;
                    }

                    ValueTask<T> task = function(timer.Token);
                    if (task.IsCompletedSuccessfully)
                    {
                        return task.Result;
                    }

                    _waits += task.IsCompleted ? 0 : 1;
                    // What is ready is given the time to be taken.
                    if (deadline.IsFinite)
                    {
                        timer.CancelAfter(isAttempt ? AttemptTime : deadline.Remaining);
                    }

                    return task.AsTask().GetAwaiter().GetResult();
                }
                // Some calls report the cancellation as an error of the socket.
                catch (Exception exception) when (exception is OperationCanceledException
                    || (exception is SocketException { SocketErrorCode: SocketError.OperationAborted } and not SocketCallException && !record.IsClosed))
                {
                    stop.ThrowIfSet();
                    if (record.IsClosed)
                    {
                        throw CallFailure.Closed(call, socket);
                    }

                    // A timer may be a little early.
                    if (deadline.IsPast)
                    {
                        return default;
                    }
                }
                finally
                {
                    record.LeaveWait(timer);
                }
            }
        }
        catch (SocketException exception) when (exception is not SocketCallException)
        {
            throw record.IsClosed ? CallFailure.Closed(call, socket) : DotNetCall.Failure(call, address(), exception, socket);
        }
        catch (ObjectDisposedException) when (record.IsClosed)
        {
            throw CallFailure.Closed(call, socket);
        }
    }

    /// <summary>
    /// A connect that does not block. .NET's own way to give one up, the token of ConnectAsync, closes the socket before
    /// .NET 10, and on Windows leaves it unusable.
    /// </summary>
    private sealed class PendingConnect : IPendingConnect
    {
        private const string Name = "connect";

        private readonly ManagedTransport _transport;
        private readonly SocketRecord _record;
        private readonly EndPoint? _local;
        private readonly bool _wasBlocking;
        private readonly bool _isAtOnce;

        public PendingConnect(ManagedTransport transport, SocketRecord record, EndPoint remoteEndPoint)
        {
            _transport = transport;
            _record = record;
            RemoteEndPoint = remoteEndPoint;
            if (record.HasFailedConnect && Socket.IsBound)
            {
                throw CallFailure.NotSupported(Name, "a bound socket cannot try again after a failed connect", Socket);
            }

            if (!record.IsClosed && Socket.SocketType == SocketType.Stream && (transport.IsConnected(record) || SocketQuestions.IsListening(Socket)))
            {
                // .NET would take the connection for broken, or throw what is not an error of a socket.
                SocketCallException failure = CallFailure.Of(Name, remoteEndPoint, SocketError.IsConnected, Socket);
                transport.TellFailure(failure, record, remoteEndPoint);
                throw failure;
            }

            _local = Socket.IsBound ? transport.LocalEndPoint(record) : null;
            _wasBlocking = DotNetCall.Invoke(Name, Socket, remoteEndPoint, () => Socket.Blocking);
            try
            {
                transport.Refuse(Name, record, remoteEndPoint);
                // Before it: .NET takes a connected socket for broken when a call on it fails.
                transport.FailAtOnce(record, remoteEndPoint);
                SetReports(isOn: true);
                _isAtOnce = DotNetCall.Invoke(Name, Socket, remoteEndPoint, Start);
            }
            catch (SocketCallException exception)
            {
                transport.TellFailure(exception, record, remoteEndPoint);
                GiveBack(isConnected: transport.IsConnected(record));
                throw;
            }
        }

        public Socket Socket => _record.Socket;

        public EndPoint RemoteEndPoint { get; }

        public bool IsOver
        {
            get
            {
                try
                {
                    return _isAtOnce || _record.IsClosed || Socket.Poll(0, SelectMode.SelectWrite) || Socket.Poll(0, SelectMode.SelectError);
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
                    error = DotNetCall.Invoke(Name, Socket, RemoteEndPoint, () => (SocketError)(int)Socket.GetSocketOption(SocketOptionLevel.Socket, SocketOptionName.Error)!);
                    // So .NET learns of it too.
                    isConnected = error == SocketError.Success && DotNetCall.Invoke(Name, Socket, RemoteEndPoint, () => Socket.Connected);
                }
            }
            finally
            {
                GiveBack(isConnected);
            }

            if (!isConnected)
            {
                SocketCallException failure = CallFailure.Of(Name, RemoteEndPoint, error == SocketError.Success ? SocketError.ConnectionReset : error, Socket);
                _transport.TellFailure(failure, _record, RemoteEndPoint);
                throw failure;
            }

            if (Socket.SocketType == SocketType.Dgram)
            {
                // It may have had another peer, of which .NET has kept the name.
                SocketInternals.ForgetPeerName(Socket);
            }

            _transport.Tell(_record, new SystemCall(Name, Socket, RemoteEndPoint, 0));
        }

        public void Abandon() => GiveBack(isConnected: false);

        private bool Start()
        {
            if (SocketInternals.ForgetFailedConnect(Socket))
            {
                _transport.Recover(_record, _local);
            }

            Socket.Blocking = false;
            try
            {
                return Connect();
            }
            catch (SocketException exception) when (exception.SocketErrorCode == SocketError.ConnectionAborted && SystemNumbers.HasWinsock)
            {
                // What is left of a connect of .NET's that failed before.
                _transport.Recover(_record, _local);
                Socket.Blocking = false;
                return Connect();
            }
        }

        // Whether it is connected at once.
        private bool Connect()
        {
            try
            {
                Socket.Connect(RemoteEndPoint);
                return true;
            }
            catch (SocketException exception) when (exception.SocketErrorCode is SocketError.InProgress
                || (exception.SocketErrorCode == SocketError.WouldBlock && !_transport.MustTryAgain(RemoteEndPoint)))
            {
                return false;
            }
        }

        // Of what ICMP says of datagrams: a socket with a peer is told, one without is not.
        private void SetReports(bool isOn)
        {
            if (Socket.SocketType == SocketType.Dgram && !_transport.IsConnected(_record))
            {
                _transport.ReportUnreachable(_record, isOn);
            }
        }

        private void GiveBack(bool isConnected)
        {
            if (_record.IsClosed)
            {
                return;
            }

            if (!isConnected)
            {
                SetReports(isOn: false);
            }

            Socket.Blocking = _wasBlocking;
            if (!isConnected)
            {
                // Else .NET would still look whether it succeeds, and take a socket without an error for a connected one.
                SocketInternals.EndConnecting(Socket);
                _transport.Recover(_record, _local);
            }
        }
    }
}
