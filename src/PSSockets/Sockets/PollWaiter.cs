using System.Net.Sockets;
using System.Runtime.InteropServices;
using PSSockets.Errors;
using PSSockets.Interop;

namespace PSSockets.Sockets;

/// <summary>Waits on Linux for descriptors and the stop signal together: poll(2).</summary>
/// <param name="stop">Ends every wait.</param>
internal sealed unsafe class PollWaiter(StopSignal stop)
{
    /// <summary>Waits for one socket; what is ready, or None when the deadline passed.</summary>
    /// <exception cref="OperationCanceledException">The pipeline is to stop.</exception>
    public PollEvents Wait(SafeSocketHandle handle, PollEvents events, Deadline deadline)
    {
        Span<Poll.Entry> entries = stackalloc Poll.Entry[2];
        entries.Clear();
        entries[0].Requested = events;
        return Wait([handle], entries, deadline) ? entries[0].Returned : PollEvents.None;
    }

    /// <summary>Waits for the handles, whose entries follow in the same order, and for the stop signal, whose entry is the last. A null handle is passed over.</summary>
    /// <exception cref="OperationCanceledException">The pipeline is to stop.</exception>
    public bool Wait(ReadOnlySpan<SafeSocketHandle?> handles, Span<Poll.Entry> entries, Deadline deadline)
    {
        EventDescriptor stopped = stop.Descriptor;
        int held = 0;
        try
        {
            for (; held < handles.Length; held++)
            {
                if (handles[held] is SafeSocketHandle handle)
                {
                    bool isHeld = false;
                    handle.DangerousAddRef(ref isHeld);
                    entries[held].Descriptor = (int)handle.DangerousGetHandle();
                }
                else
                {
                    entries[held].Descriptor = -1;
                }
            }

            entries[held].Descriptor = (int)stopped.DangerousGetHandle();
            entries[held].Requested = PollEvents.Read;
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
                    return true;
                }

                int errno = ready < 0 ? Marshal.GetLastPInvokeError() : 0;
                if (errno is not (0 or Errno.EINTR))
                {
                    throw SystemCall.Failure("poll", null, errno, null);
                }

                if (deadline.IsPast)
                {
                    return false;
                }
            }
        }
        finally
        {
            while (held-- > 0)
            {
                handles[held]?.DangerousRelease();
            }
        }
    }
}
