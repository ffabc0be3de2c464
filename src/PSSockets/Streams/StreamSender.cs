using System.Buffers;
using System.Net.Sockets;
using PSSockets.Errors;
using PSSockets.Sockets;
using PSSockets.Waiting;

namespace PSSockets.Streams;

/// <summary>Sends bytes and files to a stream, always all of them: send(2).</summary>
/// <param name="transport">The system.</param>
/// <param name="record">The stream.</param>
/// <param name="channel">Where its bytes go.</param>
/// <param name="limit">The longest wait for room in the send buffer, and altogether.</param>
internal sealed class StreamSender(ISocketTransport transport, SocketRecord record, IByteChannel channel, TimeLimit limit)
{
    // A short file needs no large buffer. A long one goes in pieces that fill a send buffer and are still in the
    // processor's cache when they are sent.
    private const int FirstPiece = 256 * 1024;
    private const int LargestPiece = 2 * 1024 * 1024;

    /// <summary>Sends all bytes as one message, which no other sender's bytes come into.</summary>
    /// <exception cref="SocketCallException">The call failed; the message says how many bytes had been sent.</exception>
    /// <exception cref="SocketInputException"><c>StreamBroken</c>: an earlier message was sent only in part.</exception>
    public void Send(ReadOnlyMemory<byte> data, SocketFlags flags)
    {
        Enter();
        try
        {
            Send(data, flags, 0, data.Length);
        }
        finally
        {
            Leave();
        }
    }

    /// <summary>Sends as many of the bytes as there is room for now, with none only those that were taken before and wait; null where there is no room, or another sender's message is on its way.</summary>
    /// <inheritdoc cref="Send(ReadOnlyMemory{byte}, SocketFlags)" path="/exception" />
    public int? TrySend(ReadOnlyMemory<byte> data)
    {
        if (!record.WriteGate.Wait(0))
        {
            return null;
        }

        try
        {
            ThrowIfBroken();
            return channel.TryWrite(transport, data);
        }
        finally
        {
            record.WriteGate.Release();
        }
    }

    /// <summary>Says that nothing more will be sent, and does not wait; false where there is no room for that now.</summary>
    public bool TryEnd()
    {
        if (!channel.EndWrite(transport, Deadline.Now))
        {
            return false;
        }

        try
        {
            transport.Shutdown(record, SocketShutdown.Send);
        }
        catch (SocketCallException exception) when (exception.SocketErrorCode == SocketError.NotConnected)
        {
            // It has gone, and what is read from it says so.
        }

        return true;
    }

    /// <summary>Sends a file to its end; the number of bytes.</summary>
    /// <remarks>
    /// Not by sendfile(2) or splice(2): neither can be told not to wait for room but by O_NONBLOCK, a mode that the socket
    /// shares with everybody who has it, so neither ends when the pipeline stops. A read and a send are no slower.
    /// </remarks>
    public long SendFile(TransferFile file, Action<long> progress)
    {
        Enter();
        try
        {
            return Copy(file, progress);
        }
        finally
        {
            Leave();
        }
    }

    // Waits until no other sender's message is on its way.
    private void Enter()
    {
        Deadline deadline = limit.Next();
        if (!record.WriteGate.Wait(0) && !record.WriteGate.Wait(deadline.Milliseconds, transport.Stop.Token))
        {
            throw Late("another sender's message was still on its way");
        }

        try
        {
            ThrowIfBroken();
        }
        catch
        {
            record.WriteGate.Release();
            throw;
        }
    }

    // Whoever read meanwhile may have had something to answer, and could not send it.
    private void Leave()
    {
        record.WriteGate.Release();
        while (channel.HasUnsent && !record.IsBroken && record.WriteGate.Wait(0))
        {
            try
            {
                if (channel.TryWrite(transport, default) is null)
                {
                    return;
                }
            }
            catch (Exception exception) when (exception is SocketCallException or SocketInputException or OperationCanceledException)
            {
                // The message was sent, and that is what counts here: the next one tells.
                return;
            }
            finally
            {
                record.WriteGate.Release();
            }
        }
    }

    private void ThrowIfBroken()
    {
        if (record.IsBroken)
        {
            throw new SocketInputException(
                ErrorIds.StreamBroken, "send: an earlier message was sent only in part, and what follows would be taken for its rest", "Close the socket and connect again.", record.Socket);
        }
    }

    private void Send(ReadOnlyMemory<byte> data, SocketFlags flags, long before, long total)
    {
        int sent = 0;
        bool isWhole = false;
        try
        {
            while (sent < data.Length)
            {
                sent += channel.Write(transport, data[sent..], flags, limit.Next())
                    ?? throw Late(limit.IsOver ? $"the peer had not taken everything {limit.For}" : $"the peer took nothing {limit.For}");
            }

            isWhole = true;
        }
        catch (SocketCallException exception) when (before + sent > 0)
        {
            string detail = FormattableString.Invariant($"{before + sent:N0} of {total:N0} bytes had been sent");
            throw new SocketCallException(exception.Call, exception.Address, exception.Error, record.Socket, exception.Detail is null ? detail : $"{exception.Detail}; {detail}");
        }
        finally
        {
            // Also where the pipeline was stopped in between.
            record.IsBroken |= !isWhole && before + sent > 0;
        }
    }

    private long Copy(TransferFile file, Action<long> progress)
    {
        byte[] buffer = ArrayPool<byte>.Shared.Rent(FirstPiece);
        long total = 0;
        bool isWhole = false;
        try
        {
            int count;
            while ((count = Read(file, buffer, total)) > 0)
            {
                Send(buffer.AsMemory(0, count), SocketFlags.None, total, file.Length ?? total + count);
                total += count;
                progress(total);
                if (count == buffer.Length && count < LargestPiece)
                {
                    byte[] larger = ArrayPool<byte>.Shared.Rent(LargestPiece);
                    ArrayPool<byte>.Shared.Return(buffer);
                    buffer = larger;
                }
            }

            isWhole = true;
            return total;
        }
        finally
        {
            record.IsBroken |= !isWhole && total > 0;
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static int Read(TransferFile file, Memory<byte> buffer, long total)
    {
        try
        {
            return file.Read(buffer);
        }
        catch (SocketCallException exception) when (total > 0)
        {
            throw new SocketCallException(
                exception.Call, exception.Address, exception.Error, exception.Target, FormattableString.Invariant($"{exception.Detail}; {total:N0} bytes had been sent"));
        }
    }

    private SocketCallException Late(string detail) =>
        CallFailure.Of("send", transport.RemoteEndPoint(record), SocketError.TimedOut, record.Socket, detail);
}
