using System.Net.Security;
using System.Net.Sockets;
using PSSockets.Errors;
using PSSockets.Sockets;
using PSSockets.Waiting;

namespace PSSockets.Channels;

/// <summary>
/// The bytes of a TLS session. The session (<see cref="SslStream"/>) works on a <see cref="CipherStream"/> that has no
/// socket: here encrypted bytes are taken from the system and supplied, and what the session writes is sent, each within
/// the stop signal and the deadline of the cmdlet that calls. A read of the session that waits belongs to the stream and
/// not to a cmdlet: when a cmdlet is stopped, the next goes on with the same read.
/// </summary>
/// <param name="record">The stream.</param>
internal sealed class TlsSource(SocketRecord record) : IByteSource
{
    // What is encrypted before it is sent, and the room for what is decrypted: two records at least.
    private const int LargestPiece = 128 * 1024;
    private const int PlainSize = 48 * 1024;
    private const int LargestRecord = 16 * 1024;

    // How long a close waits for room for its last message, and for the peer to read it where there may be tickets.
    private static readonly TimeSpan LeavePatience = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan TicketPatience = TimeSpan.FromSeconds(0.5);

    private SslStream? _session;
    private byte[] _plain = [];
    private int _start;
    private int _count;
    private Task<int>? _read;
    private End _end;
    private Exception? _failure;
    private bool _isEndShown;
    private bool _isWarned;
    private bool _hasReceived; // since the handshake, or since this side has answered within the session
    private bool _hasEndedWrite;
    private bool _mayHaveTickets;
    private int _leaves;
    private volatile bool _hasLeft;
    private bool _hasGate;
    private Deadline? _patience;

    private enum End
    {
        None,
        Orderly,
        Cut,
        CutWithinRecord,
    }

    /// <summary>The encrypted side.</summary>
    public CipherStream Wire { get; } = new();

    /// <inheritdoc />
    /// <remarks>What was taken from the system may turn out to be nothing to read, as a ticket is: an attempt finds out.</remarks>
    public bool IsReadable => _count > 0 || Wire.HasMore || _end != End.None || _failure is not null;

    /// <inheritdoc />
    public bool IsFiltered => _session is not null;

    /// <inheritdoc />
    public bool IsProtected => true;

    /// <summary>The handshake is over, and bytes can pass.</summary>
    public void Establish(SslStream session, bool mayHaveTickets)
    {
        Wire.Remembers = false;
        _mayHaveTickets = mayHaveTickets;
        _session = session;
    }

    /// <summary>Nothing can pass any more, and each attempt fails so.</summary>
    public void Fail(Exception failure) => _failure = failure;

    /// <summary>Whether the task is over; where it is not, the session waits for bytes.</summary>
    public static bool IsOver(Task task, CipherStream wire)
    {
        // The session goes on within Supply; only where it does not there is something to wait for.
        if (!task.IsCompleted && !wire.IsWanting)
        {
            SpinWait.SpinUntil(() => task.IsCompleted || wire.IsWanting);
        }

        return task.IsCompleted;
    }

    /// <inheritdoc />
    public int? Receive(ISocketTransport transport, Memory<byte> buffer)
    {
        if (_count == 0)
        {
            Advance(transport);
        }

        if (_count == 0)
        {
            return Show(buffer);
        }

        int count = Take(buffer);
        // What has come together is taken together.
        while (count < buffer.Length && TryDecrypt())
        {
            count += Take(buffer[count..]);
        }

        WakeOthers();
        return count;
    }

    /// <inheritdoc />
    public int? Peek(ISocketTransport transport, Memory<byte> buffer)
    {
        if (_count < buffer.Length)
        {
            Advance(transport);
        }

        return Show(buffer);
    }

    /// <inheritdoc />
    public void Discard(ISocketTransport transport, int count)
    {
        _start += count;
        _count -= count;
        WakeOthers();
    }

    /// <inheritdoc />
    public void Refresh(ISocketTransport transport)
    {
        if (_count == 0)
        {
            Advance(transport);
        }
    }

    /// <inheritdoc />
    public int? Write(ISocketTransport transport, ReadOnlyMemory<byte> data, SocketFlags flags, Deadline deadline)
    {
        if ((flags & SocketFlags.OutOfBand) != 0)
        {
            throw NoUrgentData("send", record);
        }

        SslStream session = _session ?? throw NotUsable("send");
        if (_hasEndedWrite)
        {
            throw CallFailure.Of("send", transport.AddressForErrors(record), SocketError.Shutdown, record.Socket);
        }

        // Nothing has been begun before there is room, so that a stop or the deadline breaks nothing.
        if (!Flush(transport, deadline) || !transport.Wait(record, WaitFor.Write, deadline))
        {
            return null;
        }

        ReadOnlyMemory<byte> piece = data[..Math.Min(data.Length, LargestPiece)];
        bool isWhole = false;
        try
        {
            Encrypt(session, piece);
            isWhole = Flush(transport, deadline);
        }
        finally
        {
            record.IsBroken |= !isWhole;
        }

        return isWhole ? piece.Length : null;
    }

    /// <inheritdoc />
    public bool HasUnsent => Wire.HasUnsent;

    /// <inheritdoc />
    public int? TryWrite(ISocketTransport transport, ReadOnlyMemory<byte> data)
    {
        SslStream session = _session ?? throw NotUsable("send");
        if (!Flush(transport, Deadline.Now))
        {
            return null;
        }

        if (data.IsEmpty)
        {
            return 0;
        }

        if (_hasEndedWrite)
        {
            throw CallFailure.Of("send", transport.AddressForErrors(record), SocketError.Shutdown, record.Socket);
        }

        if (!transport.Wait(record, WaitFor.Write, Deadline.Now))
        {
            return null;
        }

        ReadOnlyMemory<byte> piece = data[..Math.Min(data.Length, LargestPiece)];
        bool isTaken = false;
        try
        {
            Encrypt(session, piece);
            isTaken = true;
            // What there is no room for goes before the next.
            Flush(transport, Deadline.Now);
        }
        catch (OperationCanceledException) when (isTaken)
        {
            // Likewise: whoever writes next, or closes, sends it.
        }
        catch
        {
            record.IsBroken = true;
            throw;
        }

        return piece.Length;
    }

    /// <inheritdoc />
    public bool EndWrite(ISocketTransport transport, Deadline deadline)
    {
        if (_session is null)
        {
            return true;
        }

        if (!record.WriteGate.Wait(0) && !record.WriteGate.Wait(deadline.Milliseconds, transport.Stop.Token))
        {
            return false;
        }

        try
        {
            SendCloseNotify(transport, deadline);
            return !Wire.HasUnsent;
        }
        finally
        {
            record.WriteGate.Release();
        }
    }

    /// <inheritdoc />
    public bool Leave(ISocketTransport transport)
    {
        if (_session is null || Interlocked.Exchange(ref _leaves, 1) != 0)
        {
            return false;
        }

        _hasGate = record.WriteGate.Wait(0);
        try
        {
            // Who is in the middle of a message leaves it cut, and the peer must not take it for whole.
            if (_hasGate && !record.IsBroken)
            {
                SendCloseNotify(transport, Deadline.After(LeavePatience.TotalSeconds));
                transport.Shutdown(record, SocketShutdown.Send);
                bool mayCome = _mayHaveTickets && !_hasReceived;
                _patience = mayCome ? Deadline.After(TicketPatience.TotalSeconds) : Deadline.Now;
                return mayCome;
            }
        }
        catch (Exception exception) when (exception is SocketCallException or SocketInputException or OperationCanceledException)
        {
            // The peer has gone, or the user does not want to wait: the close goes on.
        }
        finally
        {
            _hasLeft = true;
        }

        return false;
    }

    /// <inheritdoc />
    public void Close(ISocketTransport transport)
    {
        Leave(transport);
        if (!_hasLeft || _session is not SslStream session)
        {
            // Somebody else who closes it is in the middle of that.
            return;
        }

        try
        {
            if (_patience is Deadline deadline)
            {
                _patience = null;
                Drain(transport, deadline);
            }
        }
        catch (Exception exception) when (exception is SocketCallException or SocketInputException or OperationCanceledException)
        {
            // As above.
        }

        if (_hasGate)
        {
            lock (record.ReadGate)
            {
                _session = null;
                _failure ??= CallFailure.Closed("recv", record.Socket);
                Wire.Abort();
                _ = _read?.Exception;
                session.Dispose();
            }
        }
    }

    /// <inheritdoc />
    public string? TakeWarning()
    {
        // Whoever reads what came before the end has not met it, and an end that this side has made is not the peer's.
        if (_isWarned || !_isEndShown || record.HasReceivingEnded || _end is not (End.Cut or End.CutWithinRecord))
        {
            return null;
        }

        _isWarned = true;
        string where = _end == End.CutWithinRecord ? " within a record" : string.Empty;
        // In TLS 1.3 a server looks at the client's certificate after the client's handshake is over, and not all say that it is refused.
        string more = _mayHaveTickets && !_hasReceived ? ", or the server refuses this side's certificate, or wants one (-Certificate)" : string.Empty;
        return $"{record.Peer?.ToString() ?? "the peer"} ended the connection{where} without the message that ends a TLS stream (close_notify): what came may have been cut{more}";
    }

    /// <summary>Sends what the session has written; false when the deadline passed with some of it not sent.</summary>
    public bool Flush(ISocketTransport transport, Deadline deadline)
    {
        double? patience = deadline.IsFinite ? deadline.Remaining.TotalSeconds : null;
        while (Wire.Unsent() is { IsEmpty: false } unsent)
        {
            if (transport.SendBytes(record, unsent, SocketFlags.None, deadline) is not int count)
            {
                return false;
            }

            Wire.NoteSent(count);
            // The time is that of one wait for room.
            deadline = patience > 0 ? Deadline.After(patience) : deadline;
        }

        return true;
    }

    /// <summary>The error of urgent data, which TLS has none of.</summary>
    public static SocketInputException NoUrgentData(string call, SocketRecord record) => new(
        ErrorIds.NotSupported, $"{call}: TLS has no out-of-band data", "Send it in the stream, or use another connection for it.", record.Socket);

    // The system does not tell others that wait of what is left.
    private void WakeOthers()
    {
        if (_count > 0 || Wire.HasMore)
        {
            record.WakeWaiters();
        }
    }

    // The bytes at the front.
    private int? Show(Memory<byte> buffer)
    {
        if (_count > 0)
        {
            return Copy(buffer);
        }

        if (_failure is not null)
        {
            throw _failure is SocketInputException ? NotUsable("recv") : _failure;
        }

        _isEndShown |= _end != End.None;
        return _end == End.None ? null : 0;
    }

    private int Copy(Memory<byte> buffer)
    {
        int count = Math.Min(_count, buffer.Length);
        _plain.AsSpan(_start, count).CopyTo(buffer.Span);
        return count;
    }

    private int Take(Memory<byte> buffer)
    {
        int count = Copy(buffer);
        _start += count;
        _count -= count;
        return count;
    }

    // Decrypts what has come. Nothing here waits; the session's read goes on with the next call.
    private void Advance(ISocketTransport transport)
    {
        if (_end != End.None || _failure is not null)
        {
            return;
        }

        if (_session is not SslStream session)
        {
            throw NotUsable("recv");
        }

        if (_read is null && !TryStartRead(session))
        {
            return;
        }

        bool hadUnsent = Wire.HasUnsent;
        try
        {
            while (!IsOver(_read!, Wire))
            {
                if (transport.ReceiveBytes(record, Wire.Room, SocketFlags.None, Deadline.Now) is not int count)
                {
                    // What has come may have been nothing for the reader, and a question that the peer waits to be answered.
                    Answer(transport, isNew: !hadUnsent);
                    return;
                }

                Wire.Supply(count);
            }
        }
        catch (SocketCallException exception) when (_count > 0)
        {
            // After what came before it.
            _failure = exception;
            return;
        }
        finally
        {
            Wire.Leave();
        }

        Finish();
        _ = TryDecrypt();
        Answer(transport, isNew: !hadUnsent);
    }

    // Decrypts what was taken from the system together, as long as there is room. Where its end is not whole, the session
    // goes on with the next bytes.
    private bool TryDecrypt()
    {
        while (Wire.HasMore && _end == End.None && _failure is null && TryStartRead(_session!) && IsOver(_read!, Wire))
        {
            Finish();
        }

        return _count > 0;
    }

    private bool TryStartRead(SslStream session)
    {
        if (_plain.Length == 0)
        {
            _plain = new byte[PlainSize];
        }

        if (_count == 0)
        {
            _start = 0;
        }
        else if (_plain.Length - _start - _count < LargestRecord)
        {
            if (_plain.Length - _count < LargestRecord)
            {
                return false;
            }

            _plain.AsSpan(_start, _count).CopyTo(_plain);
            _start = 0;
        }

        _read = session.ReadAsync(_plain.AsMemory(_start + _count)).AsTask();
        return true;
    }

    private void Finish()
    {
        Task<int> read = _read!;
        _read = null;
        try
        {
            int count = read.GetAwaiter().GetResult();
            _count += count;
            _hasReceived |= count > 0;
            _end = count > 0 ? End.None : Wire.HasEnded ? End.Cut : End.Orderly;
        }
        catch (Exception exception) when (TlsFailure.IsOfSession(exception))
        {
            if (Wire.HasEnded)
            {
                _end = End.CutWithinRecord;
                return;
            }

            _failure = TlsFailure.OfStream("recv", record, exception, _hasReceived);
        }
    }

    // An answer that the session owes the peer, such as a new key or a certificate. Whoever writes now sends it along.
    private void Answer(ISocketTransport transport, bool isNew)
    {
        if (Wire.HasUnsent && record.WriteGate.Wait(0))
        {
            try
            {
                Flush(transport, Deadline.Now);
                // Whether the peer takes a certificate is not known yet, and tickets may follow.
                _hasReceived &= !isNew;
            }
            catch (SocketCallException)
            {
                // The next message says so.
            }
            finally
            {
                record.WriteGate.Release();
            }
        }
    }

    private void Encrypt(SslStream session, ReadOnlyMemory<byte> piece)
    {
        try
        {
            session.WriteAsync(piece).AsTask().GetAwaiter().GetResult();
        }
        catch (Exception exception) when (TlsFailure.IsOfSession(exception))
        {
            throw TlsFailure.OfStream("send", record, exception, hasReceived: true);
        }
    }

    private void SendCloseNotify(ISocketTransport transport, Deadline deadline)
    {
        // Also what is left of the message, where it was sent before and there was no room for all of it.
        if (_session is not SslStream session || !Flush(transport, deadline) || _hasEndedWrite)
        {
            return;
        }

        try
        {
            lock (record.ReadGate)
            {
                session.ShutdownAsync().GetAwaiter().GetResult();
            }

            _hasEndedWrite = true;
        }
        catch (Exception exception) when (TlsFailure.IsOfSession(exception))
        {
            // The session has failed already.
            return;
        }

        Flush(transport, deadline);
    }

    // A close with unread bytes, or to which bytes come later, resets the connection, and the peer may lose what it has not
    // read yet. A TLS 1.3 server sends tickets after the handshake, which nobody has read where nothing else was.
    private void Drain(ISocketTransport transport, Deadline deadline)
    {
        const int MostRounds = 64;
        byte[] scratch = new byte[LargestRecord];
        for (int round = 0; round < MostRounds; round++)
        {
            if (transport.ReceiveBytes(record, scratch, SocketFlags.None, deadline) is null or 0)
            {
                return;
            }
        }
    }

    private SocketInputException NotUsable(string call)
    {
        if (record.IsClosed)
        {
            return CallFailure.Closed(call, record.Socket);
        }

        return _failure as SocketInputException
            ?? new SocketInputException(ErrorIds.StreamBroken, $"{call}: the TLS handshake is not over", "Wait until Protect-Socket has ended.", record.Socket);
    }
}
