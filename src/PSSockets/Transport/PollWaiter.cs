using System.Net.Sockets;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using PSSockets.Errors;
using PSSockets.Native;
using PSSockets.Sockets;
using PSSockets.Waiting;

namespace PSSockets.Transport;

/// <summary>Waits on Linux for sockets and the stop signal together: poll(2).</summary>
/// <param name="stop">Ends every wait.</param>
internal sealed unsafe class PollWaiter(StopSignal stop)
{
    /// <summary>Waits for one socket; what is ready, or None when the deadline passed.</summary>
    /// <exception cref="OperationCanceledException">The pipeline is to stop.</exception>
    /// <exception cref="ObjectDisposedException">The socket is closed.</exception>
    public PollEvents Wait(SocketRecord socket, PollEvents events, Deadline deadline)
    {
        Span<Poll.Entry> entries = stackalloc Poll.Entry[2];
        entries.Clear();
        entries[0].Requested = events;
        // Woken without an event: something was put back, and the next attempt finds it.
        return !Wait([socket], entries, deadline) ? PollEvents.None
            : entries[0].Returned == PollEvents.None ? PollEvents.Read : entries[0].Returned;
    }

    /// <summary>Waits for the sockets, whose entries follow in the same order, and for the stop signal, whose entry is the last; entries between are the caller's own. A null socket is passed over. True without an event when something was put back.</summary>
    /// <exception cref="OperationCanceledException">The pipeline is to stop.</exception>
    /// <exception cref="ObjectDisposedException">A socket is closed.</exception>
    public bool Wait(ReadOnlySpan<SocketRecord?> sockets, Span<Poll.Entry> entries, Deadline deadline)
    {
        EventDescriptor stopped = stop.Descriptor;
        // .NET may change the handle of a socket, and the one that was held is the one to let go.
        SafeSocketHandle?[]? many = sockets.Length > 1 ? new SafeSocketHandle?[sockets.Length] : null;
        SafeSocketHandle? single = null;
        int held = 0;
        try
        {
            for (; held < sockets.Length; held++)
            {
                entries[held].Descriptor = -1;
                if (sockets[held] is SocketRecord socket)
                {
                    SafeSocketHandle handle = Hold(socket, stopped);
                    entries[held].Descriptor = (int)handle.DangerousGetHandle();
                    // Another reader may have decrypted these before it could know of this wait.
                    if ((entries[held].Requested & PollEvents.Read) != 0 && socket.Channel is { HasDecrypted: true })
                    {
                        stopped.TrySignal();
                    }

                    if (many is null)
                    {
                        single = handle;
                    }
                    else
                    {
                        many[held] = handle;
                    }
                }
            }

            entries[^1].Descriptor = (int)stopped.DangerousGetHandle();
            entries[^1].Requested = PollEvents.Read;
            return Wait(entries, stopped, deadline);
        }
        finally
        {
            while (held-- > 0)
            {
                if ((many is null ? single : many[held]) is SafeSocketHandle handle)
                {
                    handle.DangerousRelease();
                    sockets[held]!.LeaveWait(stopped);
                }
            }
        }
    }

    /// <summary>Waits for a file; false when the deadline passed.</summary>
    /// <exception cref="OperationCanceledException">The pipeline is to stop.</exception>
    public bool Wait(SafeFileHandle file, PollEvents events, Deadline deadline)
    {
        EventDescriptor stopped = stop.Descriptor;
        Span<Poll.Entry> entries = stackalloc Poll.Entry[2];
        entries.Clear();
        entries[0].Descriptor = (int)file.DangerousGetHandle();
        entries[0].Requested = events;
        entries[1].Descriptor = (int)stopped.DangerousGetHandle();
        entries[1].Requested = PollEvents.Read;
        return Wait(entries, stopped, deadline);
    }

    private static SafeSocketHandle Hold(SocketRecord socket, EventDescriptor stopped)
    {
        SafeSocketHandle handle = socket.Handle;
        ObjectDisposedException.ThrowIf(!socket.TryEnterWait(stopped), socket.Socket);
        bool isHeld = false;
        try
        {
            handle.DangerousAddRef(ref isHeld);
            return handle;
        }
        finally
        {
            if (!isHeld)
            {
                socket.LeaveWait(stopped);
            }
        }
    }

    private bool Wait(Span<Poll.Entry> entries, EventDescriptor stopped, Deadline deadline)
    {
        while (true)
        {
            int ready;
            fixed (Poll.Entry* first = entries)
            {
                ready = Poll.Wait(first, (nuint)entries.Length, deadline.Milliseconds);
            }

            stop.ThrowIfSet();
            if (ready > 0)
            {
                if (entries[^1].Returned != PollEvents.None)
                {
                    stopped.Drain();
                    // It may have been for the stop that came right now.
                    stop.ThrowIfSet();
                }

                return true;
            }

            int errno = ready < 0 ? Marshal.GetLastPInvokeError() : 0;
            if (errno is not (0 or Errno.EINTR))
            {
                throw CallFailure.Of("poll", null, errno, null);
            }

            if (deadline.IsPast)
            {
                return false;
            }
        }
    }
}
