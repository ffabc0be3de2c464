using System.Net.Sockets;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using PSSockets.Errors;
using PSSockets.Interop;
using PSSockets.Sockets;

namespace PSSockets.Datagrams;

/// <summary>Sends datagrams on Linux: one from where it is, many with as few calls as the kernel allows.</summary>
/// <param name="stop">Ends every wait.</param>
/// <param name="waiter">Waits.</param>
/// <param name="calls">The system calls.</param>
internal sealed unsafe class LinuxDatagramSender(StopSignal stop, PollWaiter waiter, IDatagramCalls calls) : IDisposable
{
    // UNIX sockets give no event when somebody else's full queue has room again: that is tried again after so many
    // milliseconds, twice as many each time.
    private const int FirstRetryMilliseconds = 1;
    private const int LastRetryMilliseconds = 16;

    // The sockets for which the kernel cannot cut, for good.
    private static readonly ConditionalWeakTable<Socket, object> s_uncut = [];

    private SendSlab? _slab;
    private Socket? _asked;
    private bool _cuts;

    /// <inheritdoc cref="ISocketEngine.Send" />
    public void Send(Socket socket, ReadOnlySpan<OutgoingDatagram> datagrams, bool dontRoute, Deadline deadline, Action<OutgoingDatagram, SocketCallException> failed)
    {
        SafeSocketHandle handle = SocketDescriptor.Of(socket);
        int flags = DatagramCalls.DontWait | DatagramCalls.NoSignal | (dontRoute ? DatagramCalls.DontRoute : 0);
        int retry = FirstRetryMilliseconds;
        int uncut = 0;
        try
        {
            while (datagrams.Length > 0)
            {
                stop.ThrowIfSet();
                int sent = 0;
                int together = 1;
                if (datagrams.Length == 1 || datagrams[0].Data.Length > SendSlab.LongestDatagram)
                {
                    sent = SendOne(handle, datagrams[0], flags);
                }
                else
                {
                    sent = SendMany(socket, handle, uncut > 0 ? datagrams[..uncut] : datagrams, uncut == 0, flags, out together);
                }

                if (sent > 0)
                {
                    datagrams = datagrams[sent..];
                    uncut = Math.Max(0, uncut - sent);
                    retry = FirstRetryMilliseconds;
                    continue;
                }

                int errno = Marshal.GetLastPInvokeError();
                if (errno == Errno.EINTR
                    || (together > 1 && TryUncut(socket, errno, together, ref uncut))
                    || (errno == Errno.EAGAIN && WaitForRoom(socket, handle, datagrams[0], deadline, ref retry)))
                {
                    continue;
                }

                failed(datagrams[0], Failure(socket, datagrams[0], errno));
                datagrams = datagrams[1..];
                uncut = Math.Max(0, uncut - 1);
            }
        }
        catch (ObjectDisposedException)
        {
            throw SystemCall.Closed(CallFor(datagrams.Length > 0 ? datagrams[0] : default), socket);
        }
    }

    /// <inheritdoc />
    public void Dispose()
    {
        _slab?.Dispose();
        _slab = null;
    }

    private static string CallFor(OutgoingDatagram datagram) => datagram.Destination is null ? "send" : "sendto";

    private static SocketCallException Failure(Socket socket, OutgoingDatagram datagram, int errno)
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

    private int SendOne(SafeSocketHandle handle, OutgoingDatagram datagram, int flags)
    {
        ReadOnlySpan<byte> address = datagram.Destination is null ? default : datagram.Destination.Buffer.Span[..datagram.Destination.Size];
        fixed (byte* data = datagram.Data, name = address)
        {
            return calls.Send(handle, data, (nuint)datagram.Data.Length, flags, name, (uint)address.Length) < 0 ? -1 : 1;
        }
    }

    // How many datagrams were sent; of how many the first message is, which is the one that fails.
    private int SendMany(Socket socket, SafeSocketHandle handle, ReadOnlySpan<OutgoingDatagram> datagrams, bool joins, int flags, out int together)
    {
        _slab ??= new SendSlab();
        _slab.Clear();
        joins = joins && Cuts(socket, handle);
        foreach (ref readonly OutgoingDatagram datagram in datagrams)
        {
            if (!_slab.TryAdd(datagram.Data, datagram.Destination, joins))
            {
                break;
            }
        }

        together = _slab.FirstCount;
        int messages = _slab.Send(calls, handle, flags);
        return messages < 0 ? -1 : _slab.CountOf(messages);
    }

    // Old kernels pass the control message over and would send all as one datagram: they do not have the option either.
    private bool Cuts(Socket socket, SafeSocketHandle handle)
    {
        if (!ReferenceEquals(socket, _asked))
        {
            _cuts = socket.SocketType == SocketType.Dgram
                && socket.AddressFamily != AddressFamily.Unix
                && !s_uncut.TryGetValue(socket, out _)
                && calls.SegmentSize(handle) == 0;
            _asked = socket;
        }

        return _cuts;
    }

    /// <summary>Whether a message of several datagrams, which failed, is to be sent again as single ones.</summary>
    private bool TryUncut(Socket socket, int errno, int together, ref int uncut)
    {
        switch (errno)
        {
            // The device or the route cannot do it (IPsec, no checksums, a segment longer than the path takes).
            case Errno.EINVAL or Errno.EIO or Errno.ENOPROTOOPT or Errno.EOPNOTSUPP:
                s_uncut.TryAdd(socket, s_uncut);
                _cuts = false;
                return true;

            // Too long, or too much memory at once, as one: not so one by one, or else each says so itself.
            case Errno.EMSGSIZE or Errno.ENOBUFS:
                uncut = together;
                return true;

            default:
                return false;
        }
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
            return waiter.Wait(handle, PollEvents.Write, deadline) != PollEvents.None;
        }

        _ = waiter.Wait([], new Poll.Entry[1], Deadline.Earlier(deadline, Deadline.After(retry / 1000.0)));
        retry = Math.Min(2 * retry, LastRetryMilliseconds);
        return true;
    }
}
