using System.Buffers;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using PSSockets.Errors;
using PSSockets.Interop;

namespace PSSockets.Sockets;

/// <summary>The bytes of streams: recv(2), send(2).</summary>
internal sealed unsafe partial class LinuxSocketEngine
{
    /// <inheritdoc />
    public int? ReceiveBytes(Socket socket, Memory<byte> buffer, SocketFlags flags, Deadline deadline)
    {
        bool isUrgent = (flags & SocketFlags.OutOfBand) != 0;
        int bits = StreamCalls.DontWait | ((flags & SocketFlags.Peek) != 0 ? StreamCalls.Peek : 0) | (isUrgent ? StreamCalls.OutOfBand : 0);
        return Transfer("recv", socket, &StreamCalls.Receive, buffer.Span, bits, isUrgent ? PollEvents.Priority : PollEvents.Read, deadline);
    }

    /// <inheritdoc />
    public int? SendBytes(Socket socket, ReadOnlyMemory<byte> data, SocketFlags flags, Deadline deadline)
    {
        int bits = StreamCalls.DontWait | StreamCalls.NoSignal | ((flags & SocketFlags.OutOfBand) != 0 ? StreamCalls.OutOfBand : 0);
        return Transfer("send", socket, &StreamCalls.Send, data.Span, bits, PollEvents.Write, deadline);
    }

    /// <inheritdoc />
    public void Discard(Socket socket, int count)
    {
        const string Call = "recv";
        SafeSocketHandle handle = SocketDescriptor.Of(socket);
        byte[] buffer = ArrayPool<byte>.Shared.Rent(count);
        try
        {
            fixed (byte* data = buffer)
            {
                while (count > 0)
                {
                    nint taken = StreamCalls.Receive(handle, data, (nuint)count, StreamCalls.DontWait | StreamCalls.Truncate);
                    int errno = taken < 0 ? Marshal.GetLastPInvokeError() : 0;
                    if (taken == 0 || errno == Errno.EAGAIN)
                    {
                        // Another reader was first.
                        return;
                    }

                    if (errno is not (0 or Errno.EINTR))
                    {
                        throw SystemCall.Failure(Call, SocketNames.Remote(socket) ?? SocketNames.Local(socket), errno, socket);
                    }

                    count -= (int)Math.Max(taken, 0);
                }
            }
        }
        catch (ObjectDisposedException)
        {
            throw SystemCall.Closed(Call, socket);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private int? Transfer(
        string call,
        Socket socket,
        delegate*<SafeSocketHandle, byte*, nuint, int, nint> attempt,
        ReadOnlySpan<byte> buffer,
        int flags,
        PollEvents events,
        Deadline deadline)
    {
        SafeSocketHandle handle = SocketDescriptor.Of(socket);
        PollEvents seen = PollEvents.None;
        try
        {
            while (true)
            {
                stop.ThrowIfSet();
                nint count;
                fixed (byte* data = buffer)
                {
                    count = attempt(handle, data, (nuint)buffer.Length, flags);
                }

                if (count >= 0)
                {
                    return (int)count;
                }

                int errno = Marshal.GetLastPInvokeError();
                // Out-of-band data that has not come yet is EINVAL: recv(2). When it has come, that says it is left in the stream.
                if (errno == Errno.EAGAIN || (errno == Errno.EINVAL && events == PollEvents.Priority && seen == PollEvents.None))
                {
                    seen = Wait(handle, events == PollEvents.Priority ? events | PollEvents.PeerClosed : events, deadline);
                    if (seen == PollEvents.None)
                    {
                        return null;
                    }

                    if (events == PollEvents.Priority && (seen & PollEvents.Priority) == 0)
                    {
                        return AfterUrgentData(call, socket);
                    }
                }
                else if (errno != Errno.EINTR)
                {
                    throw SystemCall.Failure(call, SocketNames.Remote(socket) ?? SocketNames.Local(socket), errno, socket);
                }
            }
        }
        catch (ObjectDisposedException)
        {
            throw SystemCall.Closed(call, socket);
        }
    }

    // The peer has closed, so no urgent data will come: 0 after an orderly close, else its failure.
    private static int? AfterUrgentData(string call, Socket socket)
    {
        int error = (int)socket.GetSocketOption(SocketOptionLevel.Socket, SocketOptionName.Error)!;
        return error == 0 ? 0 : throw SystemCall.Failure(call, SocketNames.Remote(socket) ?? SocketNames.Local(socket), (SocketError)error, socket);
    }
}
