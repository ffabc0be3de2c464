using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using PSSockets.Errors;
using PSSockets.Native;
using PSSockets.Transport;
using PSSockets.Waiting;

namespace PSSockets.Streams;

/// <summary>A FIFO or a device of Unix: it is opened with O_NONBLOCK, and poll(2) waits for it and the stop together.</summary>
/// <param name="path">The full path.</param>
/// <param name="file">The file.</param>
/// <param name="stop">Ends every wait.</param>
/// <param name="limit">How long each wait may take.</param>
internal sealed class PolledFile(string path, SafeFileHandle file, StopSignal stop, TimeLimit limit) : TransferFile(path)
{
    // No event tells that somebody has opened a FIFO for reading: that is tried again after so many milliseconds, twice
    // as many each time.
    private const int FirstRetryMilliseconds = 1;
    private const int LastRetryMilliseconds = 32;

    // Where poll(2) cannot wait for a stop it looks for one so often.
    private const double TurnSeconds = 0.05;

    /// <summary>Opens the file. A FIFO is written to from when somebody reads from it.</summary>
    public static PolledFile Open(string path, bool isWriter, StopSignal stop, TimeLimit limit)
    {
        Deadline deadline = limit.Next();
        int retry = FirstRetryMilliseconds;
        while (true)
        {
            stop.ThrowIfSet();
            SafeFileHandle file = FileCalls.OpenWithoutWaiting(path, isWriter);
            if (!file.IsInvalid)
            {
                return new PolledFile(path, file, stop, limit);
            }

            int errno = Marshal.GetLastPInvokeError();
            file.Dispose();
            if (errno == Errno.ENXIO && isWriter && FileCalls.KindOf(path) == FileKind.Fifo)
            {
                if (deadline.IsPast)
                {
                    throw Late("open", path, $"nobody opened it for reading {limit.Within}");
                }

                Deadline pause = Deadline.Earlier(deadline, Deadline.After(retry / 1000.0));
                stop.Pause(pause.Remaining);
                retry = Math.Min(2 * retry, LastRetryMilliseconds);
            }
            else if (errno != Errno.EINTR)
            {
                throw Failure("open", path, errno, "Check the path and its permissions.");
            }
        }
    }

    /// <inheritdoc />
    /// <remarks>Of a FIFO that nobody has opened for writing yet read(2) says that it is at its end, and poll(2) that there is nothing yet.</remarks>
    public override int Read(Memory<byte> buffer)
    {
        Deadline deadline = limit.Next();
        while (true)
        {
            if (!Wait(PollEvents.Read, deadline))
            {
                throw Late("read", Path, $"nothing came from it {limit.Within}");
            }

            int count = FileCalls.Read(file, buffer.Span);
            int errno = count < 0 ? Marshal.GetLastPInvokeError() : 0;
            if (errno == 0)
            {
                return count;
            }

            if (errno != SystemNumbers.TryAgain && errno != Errno.EINTR)
            {
                throw Failure("read", Path, errno, "Check the file.");
            }
        }
    }

    /// <inheritdoc />
    public override int Write(ReadOnlyMemory<byte> data)
    {
        Deadline deadline = limit.Next();
        while (true)
        {
            stop.ThrowIfSet();
            int count = FileCalls.Write(file, data.Span);
            int errno = count < 0 ? Marshal.GetLastPInvokeError() : 0;
            if (count > 0)
            {
                return count;
            }

            if (errno != 0 && errno != SystemNumbers.TryAgain && errno != Errno.EINTR)
            {
                throw Failure("write", Path, errno, errno == Errno.EPIPE
                    ? "Whoever read from it has closed it. What it has not got can still be received from the socket."
                    : "Check the file and the room on its disk.");
            }

            if (errno != Errno.EINTR && !Wait(PollEvents.Write, deadline))
            {
                throw Late("write", Path, $"nobody took anything from it {limit.For}");
            }
        }
    }

    /// <inheritdoc />
    protected override void Dispose(bool disposing) => file.Dispose();

    private bool Wait(PollEvents events, Deadline deadline) =>
        SystemNumbers.HasEventDescriptors ? new PollWaiter(stop).Wait(file, events, deadline) : WaitInTurns(events, deadline);

    private unsafe bool WaitInTurns(PollEvents events, Deadline deadline)
    {
        while (true)
        {
            stop.ThrowIfSet();
            Poll.Entry entry = new() { Descriptor = (int)file.DangerousGetHandle(), Requested = events };
            if (Poll.Wait(&entry, 1, Deadline.Earlier(deadline, Deadline.After(TurnSeconds)).Milliseconds) > 0)
            {
                return true;
            }

            if (deadline.IsPast)
            {
                return false;
            }
        }
    }

    private static SocketInputException Failure(string call, string path, int errno, string advice) =>
        NotUsable(path, $"{call} {path}: {ErrnoTable.FromNumber(errno)}", advice);
}
