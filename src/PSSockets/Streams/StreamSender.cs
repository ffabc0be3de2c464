using System.Buffers;
using System.Buffers.Binary;
using System.Net.Sockets;
using PSSockets.Errors;
using PSSockets.Sockets;

namespace PSSockets.Streams;

/// <summary>Sends bytes and files to a stream, always all of them: send(2).</summary>
/// <param name="engine">The engine.</param>
/// <param name="socket">The stream.</param>
/// <param name="timeoutSeconds">The longest wait for room in the send buffer; null is for ever.</param>
internal sealed class StreamSender(ISocketEngine engine, Socket socket, double? timeoutSeconds)
{
    // A short file needs no large buffer. A long one goes in pieces that fill a send buffer and are still in the
    // processor's cache when they are sent.
    private const int FirstPiece = 256 * 1024;
    private const int LargestPiece = 2 * 1024 * 1024;

    /// <summary>Whether a message was sent only in part, so that what follows would be taken for its rest.</summary>
    public bool IsBroken { get; private set; }

    /// <summary>Sends all bytes.</summary>
    /// <exception cref="SocketCallException">The call failed; the message says how many bytes had been sent.</exception>
    public void Send(ReadOnlyMemory<byte> data, SocketFlags flags) => Send(data, flags, 0, data.Length);

    private void Send(ReadOnlyMemory<byte> data, SocketFlags flags, long before, long total)
    {
        int sent = 0;
        while (sent < data.Length)
        {
            try
            {
                sent += engine.SendBytes(socket, data[sent..], flags, Deadline.After(timeoutSeconds))
                    ?? throw SystemCall.Failure("send", SocketNames.Remote(socket), SocketError.TimedOut, socket, FormattableString.Invariant($"the peer took nothing for {timeoutSeconds:0.###} s"));
            }
            catch (SocketCallException exception) when (before + sent > 0)
            {
                IsBroken = true;
                string detail = FormattableString.Invariant($"{before + sent:N0} of {total:N0} bytes had been sent");
                throw new SocketCallException(exception.Call, exception.Address, exception.Error, socket, exception.Detail is null ? detail : $"{exception.Detail}; {detail}");
            }
        }
    }

    /// <summary>Sends a file to its end; the number of bytes.</summary>
    /// <remarks>
    /// Not by sendfile(2) or splice(2): neither can be told not to wait for room but by O_NONBLOCK, a mode that the socket
    /// shares with everybody who has it, so neither ends when the pipeline stops. A read and a send are no slower.
    /// </remarks>
    public long SendFile(Stream file, Action<long> progress)
    {
        byte[] buffer = ArrayPool<byte>.Shared.Rent(FirstPiece);
        try
        {
            long total = 0;
            int count;
            while ((count = file.Read(buffer, 0, buffer.Length)) > 0)
            {
                Send(buffer.AsMemory(0, count), SocketFlags.None, total, file.CanSeek ? file.Length : total + count);
                total += count;
                progress(total);
                if (count == buffer.Length && count < LargestPiece)
                {
                    byte[] larger = ArrayPool<byte>.Shared.Rent(LargestPiece);
                    ArrayPool<byte>.Shared.Return(buffer);
                    buffer = larger;
                }
            }

            return total;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>The message behind its length, an unsigned integer of 1, 2, 4 or 8 bytes in network order.</summary>
    /// <exception cref="SocketInputException"><c>ValueOutOfRange</c>: the length does not fit the prefix.</exception>
    public static byte[] Prefix(byte[] message, int width)
    {
        if (width < sizeof(int) && message.Length >= 1 << (8 * width))
        {
            throw new SocketInputException(
                ErrorIds.ValueOutOfRange, $"a message of {message.Length:N0} bytes has no length prefix of {width}", "Use a wider -LengthPrefix, or shorter messages.", message);
        }

        Span<byte> length = stackalloc byte[sizeof(ulong)];
        BinaryPrimitives.WriteUInt64BigEndian(length, (ulong)message.Length);
        return [.. length[^width..], .. message];
    }
}
