using System.Net;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using PSSockets.Native;

namespace PSSockets.Sockets;

/// <summary>
/// All that the module knows of one socket, whoever made it. The record lives as long as the socket, and is found by it
/// in the only table there is.
/// </summary>
internal sealed class SocketRecord
{
    private static readonly ConditionalWeakTable<Socket, SocketRecord> s_records = [];
    private static int s_lastId;

    private readonly object _gate = new();
    private int _id;
    private EventDescriptor? _waiter;
    private List<EventDescriptor>? _moreWaiters;
    private List<CancellationTokenSource>? _calls;
    private volatile bool _isClosing;
    private List<Socket>? _connections;

    private SocketRecord(Socket socket) => Socket = socket;

    /// <summary>The socket.</summary>
    public Socket Socket { get; }

    /// <summary>The descriptor. .NET may put another in its place, so it is asked for each time.</summary>
    public SafeSocketHandle Handle => SocketInternals.HandleOf(Socket);

    /// <summary>The number by which a user names the socket; every socket gets one when it is first asked for.</summary>
    public int Id
    {
        get
        {
            if (_id == 0)
            {
                int next = Interlocked.Increment(ref s_lastId);
                _ = Interlocked.CompareExchange(ref _id, next, 0);
            }

            return _id;
        }
    }

    /// <summary>The session (runspace) that made or accepted the socket; null where it was made elsewhere.</summary>
    public Guid? Owner { get; set; }

    /// <summary>The name that the socket was connected by; null where that was an address.</summary>
    public string? HostName { get; set; }

    /// <summary>The peer that was last seen. After a reset the system knows it no more.</summary>
    public EndPoint? Peer { get; set; }

    /// <summary>The peer of a connection, whether or not the system still knows it; null where there was none.</summary>
    public EndPoint? FormerPeer => !IsClosed && Socket.SocketType is (SocketType.Stream or SocketType.Seqpacket) ? Peer : null;

    /// <summary>The file that the socket made when it was bound; null where it made none.</summary>
    public BoundFile? BoundFile { get; set; }

    /// <summary>Whether the socket is closed, or about to be.</summary>
    public bool IsClosed => _isClosing || Handle.IsClosed;

    /// <summary>Held while bytes or connections are looked at and taken, so that several readers get each once.</summary>
    public object ReadGate { get; } = new();

    /// <summary>Held while a message is sent to a stream, so that those of several senders do not get mixed.</summary>
    public SemaphoreSlim WriteGate { get; } = new(1, 1);

    /// <summary>The datagrams that were taken from the system and that nobody has got yet.</summary>
    public TakenDatagrams Taken { get; } = new();

    /// <summary>What the bytes of a stream pass through; null as long as nothing has read or written.</summary>
    public IByteChannel? Channel { get; set; }

    /// <summary>What is known of the TLS session; null on a plain socket.</summary>
    public TlsInfo? Tls { get; set; }

    /// <summary>Whether a message was sent only in part, so that what follows would be taken for its rest.</summary>
    public bool IsBroken { get; set; }

    /// <summary>Whether the system has been asked for what it knows of each datagram, where the socket carries datagrams.</summary>
    public bool IsPrepared { get; set; }

    /// <summary>Whether the socket's owner has the system's time stamps on; null where that is not known yet.</summary>
    public bool? OwnerHasTimestamps { get; set; }

    /// <summary>How many readers want the system's time stamps.</summary>
    public int TimestampUsers { get; set; }

    /// <summary>Whether the system cannot cut a message into datagrams (UDP_SEGMENT).</summary>
    public bool CannotSegment { get; set; }

    /// <summary>Whether the socket is bound to no address of its own; null where that was not asked yet.</summary>
    public bool? LeavesFromAnyAddress { get; set; }

    /// <summary>Whether an IPv6 socket is known to reach IPv4 too; where it is not known, the system is asked.</summary>
    public bool IsDual { get; set; }

    /// <summary>Whether the address may be bound by others too: asked for with -ReuseAddress, on Windows.</summary>
    public bool SharesAddress { get; set; }

    /// <summary>Whether a connect has failed, after which .NET uses another descriptor for the next.</summary>
    public bool HasFailedConnect { get; set; }

    /// <summary>Listens to the calls made on this socket, whoever makes them; null where nobody does.</summary>
    public ITransportTap? Tap { get; set; }

    /// <summary>Whether the receiving direction of a stream was shut down; select of Windows does not tell of the end that is there then.</summary>
    public bool HasReceivingEnded { get; set; }

    /// <summary>Whether something was taken from the system and waits for the next reader.</summary>
    public bool HasTaken => !Taken.IsEmpty || Channel is { IsReadable: true } || _connections is { Count: > 0 };

    /// <summary>The record of a socket.</summary>
    public static SocketRecord Of(Socket socket) => s_records.GetValue(socket, static key => new SocketRecord(key));

    /// <summary>The record of a socket.</summary>
    public static implicit operator SocketRecord(Socket socket) => Of(socket);

    /// <summary>Notes to whom the socket was connected.</summary>
    /// <param name="asked">Whom the user named.</param>
    /// <param name="peer">Who answered.</param>
    public void NotePeer(EndPoint asked, EndPoint peer)
    {
        HostName = (asked as DnsEndPoint)?.Host;
        Peer = peer;
    }

    /// <summary>A connection that was accepted and that nobody has got; null where there is none.</summary>
    public Socket? TakeConnection()
    {
        lock (_gate)
        {
            if (_connections is not { Count: > 0 })
            {
                return null;
            }

            Socket first = _connections[0];
            _connections.RemoveAt(0);
            return first;
        }
    }

    /// <summary>Puts back a connection that was accepted and did not reach anybody.</summary>
    public void PutBack(Socket connection)
    {
        lock (_gate)
        {
            (_connections ??= []).Insert(0, connection);
        }

        WakeWaiters();
    }

    /// <summary>Notes who waits for the socket, so that it can be woken; false where the socket is closed.</summary>
    public bool TryEnterWait(EventDescriptor waiter)
    {
        if (Interlocked.CompareExchange(ref _waiter, waiter, null) is not null)
        {
            lock (_gate)
            {
                (_moreWaiters ??= []).Add(waiter);
            }
        }

        if (!IsClosed)
        {
            return true;
        }

        LeaveWait(waiter);
        return false;
    }

    /// <summary>Notes that a wait is over.</summary>
    public void LeaveWait(EventDescriptor waiter)
    {
        if (Interlocked.CompareExchange(ref _waiter, null, waiter) != waiter)
        {
            lock (_gate)
            {
                _moreWaiters?.Remove(waiter);
            }
        }
    }

    /// <summary>Notes a call of .NET that waits, so that it can be cancelled; false where the socket is closed.</summary>
    public bool TryEnterWait(CancellationTokenSource call)
    {
        lock (_gate)
        {
            (_calls ??= []).Add(call);
        }

        if (!IsClosed)
        {
            return true;
        }

        LeaveWait(call);
        return false;
    }

    /// <summary>Notes that such a call is over.</summary>
    public void LeaveWait(CancellationTokenSource call)
    {
        lock (_gate)
        {
            _calls?.Remove(call);
        }
    }

    /// <summary>Lets those who wait look again: something was put back, or the socket is about to be closed.</summary>
    public void WakeWaiters()
    {
        CancellationTokenSource[] calls;
        lock (_gate)
        {
            _waiter?.TrySignal();
            _moreWaiters?.ForEach(static waiter => waiter.TrySignal());
            calls = _calls is { Count: > 0 } ? [.. _calls] : [];
        }

        foreach (CancellationTokenSource call in calls)
        {
            try
            {
                call.Cancel();
            }
            catch (ObjectDisposedException)
            {
                // It is over.
            }
        }
    }

    /// <summary>
    /// Makes the socket count as closed, and lets those who wait for it go first, so long as they take no longer than this;
    /// whether there were any.
    /// </summary>
    public bool BeginClose(TimeSpan patience)
    {
        _isClosing = true;
        if (!HasWaiters)
        {
            return false;
        }

        WakeWaiters();
        SpinWait.SpinUntil(() => !HasWaiters, patience);
        return true;
    }

    private bool HasWaiters
    {
        get
        {
            lock (_gate)
            {
                return _waiter is not null || _moreWaiters is { Count: > 0 } || _calls is { Count: > 0 };
            }
        }
    }
}

/// <summary>The file of a UNIX socket: its path goes when the socket closes, unless another file stands there by then.</summary>
/// <param name="Path">The full path.</param>
/// <param name="Identity">What tells the file from another at the same path; null where the system does not tell.</param>
internal sealed record BoundFile(string Path, (ulong Number, long Seconds, uint Nanoseconds)? Identity);
