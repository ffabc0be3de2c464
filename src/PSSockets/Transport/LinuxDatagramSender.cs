using System.Net.Sockets;
using System.Runtime.InteropServices;
using PSSockets.Errors;
using PSSockets.Native;
using PSSockets.Sockets;
using PSSockets.Waiting;

namespace PSSockets.Transport;

/// <summary>Sends datagrams on Linux: one from where it is, many with as few calls as the kernel allows.</summary>
/// <param name="transport">The transport that this is part of.</param>
/// <param name="loop">Waits.</param>
internal sealed unsafe class LinuxDatagramSender(LinuxTransport transport, AttemptLoop loop) : IDisposable
{
    private SendSlab? _slab;
    private SocketRecord? _asked;
    private bool _cuts;
    private bool _mayNotCut;

    /// <inheritdoc cref="ISocketTransport.Send" />
    public void Send(SocketRecord socket, ReadOnlySpan<OutgoingDatagram> datagrams, bool dontRoute, Deadline deadline, Action<OutgoingDatagram, SocketCallException> failed)
    {
        int total = datagrams.Length;
        try
        {
            Send(socket, ref datagrams, dontRoute, deadline, failed);
        }
        catch (OperationCanceledException exception)
        {
            throw new SendStoppedException(total - datagrams.Length, exception);
        }
    }

    // Those that are done go from the span.
    private void Send(SocketRecord socket, ref ReadOnlySpan<OutgoingDatagram> datagrams, bool dontRoute, Deadline deadline, Action<OutgoingDatagram, SocketCallException> failed)
    {
        int flags = DatagramCalls.DontWait | DatagramCalls.NoSignal | (dontRoute ? DatagramCalls.DontRoute : 0);
        int uncut = 0;
        while (datagrams.Length > 0)
        {
            OutgoingDatagram first = datagrams[0];
            bool isSingle = datagrams.Length == 1 || first.Data.Length > SendSlab.LongestDatagram;
            Attempt attempt = new(this, socket, first, isSingle, flags);
            int sent;
            try
            {
                if (!isSingle)
                {
                    Load(socket, uncut > 0 ? datagrams[..uncut] : datagrams, joins: uncut == 0);
                }

                sent = loop.TryComplete(socket, ref attempt, deadline) ? attempt.Sent : throw attempt.Failure(Errno.EAGAIN);
                if (sent > 0 && _mayNotCut)
                {
                    // What failed as one message goes one by one: it was not the address to leave from.
                    NoteCannotCut(socket);
                }

                transport.TellOf(socket, datagrams[..sent]);
            }
            catch (ObjectDisposedException)
            {
                throw CallFailure.Closed(first.Call, socket.Socket);
            }
            catch (SocketCallException failure)
            {
                _mayNotCut = false;
                transport.TellOf(socket, first, failure);
                failed(first, failure);
                sent = 1;
            }

            datagrams = datagrams[sent..];
            // They were loaded as single ones, of which the first tells.
            _mayNotCut = attempt.Uncut > 0 && attempt.IsCutInDoubt;
            uncut = attempt.Uncut > 0 ? attempt.Uncut : Math.Max(0, uncut - sent);
        }
    }

    /// <inheritdoc />
    public void Dispose()
    {
        _slab?.Dispose();
        _slab = null;
    }

    private SocketCallException Failure(SocketRecord socket, OutgoingDatagram datagram, int errno)
    {
        object? address = datagram.EndPoint ?? transport.RemoteEndPoint(socket);
        // A UNIX datagram socket that lacks a peer says ENOTCONN where UDP says EDESTADDRREQ: one meaning, one error.
        return errno switch
        {
            Errno.EAGAIN => CallFailure.Of(datagram.Call, address, SocketError.TimedOut, socket.Socket, "the receiver's queue stayed full"),
            Errno.ENOTCONN when datagram.Destination is null => CallFailure.Of(datagram.Call, address, Errno.EDESTADDRREQ, socket.Socket),
            _ => CallFailure.Of(datagram.Call, address, errno, socket.Socket),
        };
    }

    private int SendOne(SafeSocketHandle handle, OutgoingDatagram datagram, int flags)
    {
        ReadOnlySpan<byte> address = datagram.Destination is null ? default : datagram.Destination.Buffer.Span[..datagram.Destination.Size];
        fixed (byte* data = datagram.Data, name = address)
        {
            return (datagram.Source is null
                ? DatagramCalls.SendTo(handle, data, (nuint)datagram.Data.Length, flags, name, (uint)address.Length)
                : SendFrom(handle, datagram.Source, data, datagram.Data.Length, flags, name, address.Length)) < 0 ? -1 : 1;
        }
    }

    private nint SendFrom(SafeSocketHandle handle, DatagramSource source, byte* data, int length, int flags, byte* name, int nameLength)
    {
        byte* control = stackalloc byte[ControlMessages.LongestSource];
        _ = ControlMessages.WriteSource(new Span<byte>(control, ControlMessages.LongestSource), source.Address, source.InterfaceIndex);
        DatagramCalls.Vector vector = new() { Base = data, Length = (nuint)length };
        DatagramCalls.Header header = new()
        {
            Name = name,
            NameLength = (uint)nameLength,
            Vectors = &vector,
            VectorCount = 1,
            Control = control,
            // cmsg_len, without padding: for what is longer than that the kernel would allocate memory.
            ControlLength = *(nuint*)control,
        };
        return DatagramCalls.SendMessage(handle, &header, flags);
    }

    // Puts as many side by side as one call takes.
    private void Load(SocketRecord socket, ReadOnlySpan<OutgoingDatagram> datagrams, bool joins)
    {
        _slab ??= new SendSlab();
        _slab.Clear();
        joins = joins && Cuts(socket);
        foreach (ref readonly OutgoingDatagram datagram in datagrams)
        {
            if (!_slab.TryAdd(datagram, joins))
            {
                break;
            }
        }
    }

    // How many datagrams were sent, or -1 and errno.
    private int SendLoaded(SafeSocketHandle handle, int count, int flags)
    {
        int messages = _slab!.Send(handle, count, flags);
        return messages < 0 ? -1 : _slab.CountOf(messages);
    }

    // Old kernels pass the control message over and would send all as one datagram: they do not have the option either.
    private bool Cuts(SocketRecord socket)
    {
        if (!ReferenceEquals(socket, _asked))
        {
            _cuts = socket.Socket.SocketType == SocketType.Dgram
                && socket.Socket.AddressFamily != AddressFamily.Unix
                && !socket.CannotSegment
                && transport.Ask(socket, "UDP_SEGMENT", (DatagramCalls.UdpLevel, DatagramCalls.UdpSegment)) == 0;
            _asked = socket;
        }

        return _cuts;
    }

    private void NoteCannotCut(SocketRecord socket)
    {
        socket.CannotSegment = true;
        _cuts = false;
        _mayNotCut = false;
    }

    /// <summary>Whether a message of several datagrams, which failed, is to be sent again as single ones.</summary>
    private bool TryUncut(SocketRecord socket, DatagramSource? source, int errno, int together, ref int uncut)
    {
        switch (errno)
        {
            // That may also mean the address that they are to leave from: if so, the first says it again by itself.
            case Errno.EINVAL when source is not null:
                uncut = together;
                return true;

            // The device or the route cannot do it (IPsec, no checksums, a segment longer than the path takes).
            case Errno.EINVAL or Errno.EIO or Errno.ENOPROTOOPT or Errno.EOPNOTSUPP:
                NoteCannotCut(socket);
                return true;

            // Too long, or too much memory at once, as one: not so one by one, or else each says so itself.
            case Errno.EMSGSIZE or Errno.ENOBUFS:
                uncut = together;
                return true;

            default:
                return false;
        }
    }

    // One sendto(2), or one sendmmsg(2) of what was loaded.
    private struct Attempt(LinuxDatagramSender sender, SocketRecord socket, OutgoingDatagram first, bool isSingle, int flags) : IAttempt
    {
        private int _uncut;

        /// <summary>How many were sent.</summary>
        public int Sent { get; private set; }

        /// <summary>How many, from the first on, are to be sent each by itself; 0 where nothing hinders them to go together.</summary>
        public readonly int Uncut => _uncut;

        /// <summary>Whether it is not known yet if the system cannot cut, or cannot send from that address.</summary>
        public bool IsCutInDoubt { get; private set; }

        public readonly string Call => first.Call;

        // Without a peer of its own, poll looks at a UNIX socket's own queue, not at the destination's.
        public readonly PollEvents Events =>
            socket.Socket.AddressFamily != AddressFamily.Unix || first.Destination is null ? PollEvents.Write : PollEvents.None;

        public int Try()
        {
            ReadOnlySpan<int> messages = isSingle ? default : sender._slab!.Counts;
            int count = isSingle ? 1 : messages.Length;
            int errno = sender.Refusal(Call, socket, messages, ref count);
            if (errno == 0)
            {
                SafeSocketHandle handle = socket.Handle;
                Sent = isSingle ? sender.SendOne(handle, first, flags) : sender.SendLoaded(handle, count, flags);
                if (Sent > 0)
                {
                    return 0;
                }

                errno = Marshal.GetLastPInvokeError();
            }

            if (!isSingle && messages[0] > 1 && sender.TryUncut(socket, first.Source, errno, messages[0], ref _uncut))
            {
                IsCutInDoubt = errno == Errno.EINVAL && first.Source is not null;
                // None of them was sent; they are loaded again.
                Sent = 0;
                return 0;
            }

            return errno;
        }

        public readonly void Saw(PollEvents events)
        {
        }

        public readonly Exception Failure(int errno) => sender.Failure(socket, first, errno);
    }

    private int Refusal(string call, SocketRecord socket, ReadOnlySpan<int> messages, ref int count) => transport.Refusal(call, socket, messages, ref count);
}
