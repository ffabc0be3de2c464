using System.Net;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using PSSockets.Datagrams;
using PSSockets.Errors;
using PSSockets.Interop;

namespace PSSockets.Sockets;

/// <summary>
/// Linux: each call is tried without waiting first (MSG_DONTWAIT), and only when there is nothing to do poll(2) waits for
/// the socket and the stop signal's eventfd together. The socket's blocking mode is never changed for a wait.
/// </summary>
/// <param name="stop">Ends every wait.</param>
/// <param name="calls">The system calls that move datagrams; null for those of the system.</param>
internal sealed unsafe partial class LinuxSocketEngine(StopSignal stop, IDatagramCalls? calls = null) : ISocketEngine
{
    // UNIX sockets give no event when somebody else's full queue has room again: that is tried again after so many
    // milliseconds, twice as many each time.
    private const int FirstRetryMilliseconds = 1;
    private const int LastRetryMilliseconds = 16;

    private static readonly ConditionalWeakTable<Socket, object> s_acceptGates = [];

    private readonly PollWaiter _waiter = new(stop);
    private LinuxDatagramReceiver? _receiver;
    private LinuxDatagramSender? _sender;

    /// <inheritdoc />
    public Datagram? Receive(Socket socket, ReceiveOptions options, Deadline deadline) => Receive(socket, options, deadline, 1);

    /// <inheritdoc />
    public Datagram? Receive(Socket socket, ReceiveOptions options, Deadline deadline, int most) =>
        (_receiver ??= new LinuxDatagramReceiver(stop, _waiter, calls ?? DatagramCalls.System)).Receive(socket, options, deadline, most);

    /// <inheritdoc />
    public bool HasTaken(Socket socket) => TakenDatagrams.Any(socket);

    /// <inheritdoc />
    public void Send(Socket socket, ReadOnlySpan<OutgoingDatagram> datagrams, bool dontRoute, Deadline deadline, Action<OutgoingDatagram, SocketCallException> failed) =>
        (_sender ??= new LinuxDatagramSender(stop, _waiter, calls ?? DatagramCalls.System)).Send(socket, datagrams, dontRoute, deadline, failed);

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
        bool hasTaken = false;
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
            bool isClosed = handles[index]!.IsClosed;
            ready[index] = isClosed || (what == WaitFor.Read && HasTaken(sockets[index]));
            any |= isClosed;
            hasTaken |= ready[index];
        }

        if (any)
        {
            return true;
        }

        try
        {
            // Those whose datagrams were taken already are ready now, and so may others be.
            if (!Wait(handles, entries, hasTaken ? Deadline.Now : deadline))
            {
                return hasTaken;
            }
        }
        catch (ObjectDisposedException)
        {
            // One was closed before the wait began: it is ready in that it says so.
        }

        for (int index = 0; index < sockets.Count; index++)
        {
            ready[index] |= entries[index].Returned != PollEvents.None || handles[index]!.IsClosed;
        }

        return true;
    }

    /// <inheritdoc />
    public void Dispose()
    {
        _receiver?.Dispose();
        _sender?.Dispose();
    }

    private PollEvents Wait(SafeSocketHandle handle, PollEvents events, Deadline deadline) => _waiter.Wait(handle, events, deadline);

    private bool Wait(ReadOnlySpan<SafeSocketHandle?> handles, Span<Poll.Entry> entries, Deadline deadline) => _waiter.Wait(handles, entries, deadline);

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
