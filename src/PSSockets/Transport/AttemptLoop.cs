using PSSockets.Errors;
using PSSockets.Native;
using PSSockets.Sockets;
using PSSockets.Waiting;

namespace PSSockets.Transport;

/// <summary>A system call that is tried without waiting.</summary>
internal interface IAttempt
{
    /// <summary>Its C name.</summary>
    string Call { get; }

    /// <summary>What poll(2) is to wait for when there is nothing to do; None where no event tells, and only another attempt does.</summary>
    PollEvents Events { get; }

    /// <summary>Makes the call: 0 when it is done, else its errno.</summary>
    int Try();

    /// <summary>Is told what a wait has brought.</summary>
    void Saw(PollEvents events);

    /// <summary>The error of an errno that nothing here can help.</summary>
    Exception Failure(int errno);
}

/// <summary>
/// Where waiting is decided on Linux: each call is tried without waiting first; after EAGAIN poll(2) waits for the socket
/// and the stop signal together, until the deadline; after EINTR it is tried again. The socket's blocking mode is never
/// changed for a wait.
/// </summary>
/// <param name="stop">Ends every wait.</param>
internal sealed class AttemptLoop(StopSignal stop)
{
    // UNIX sockets give no event when somebody else's full queue has room again: that is tried again after so many
    // milliseconds, twice as many each time.
    private const int FirstRetryMilliseconds = 1;
    private const int LastRetryMilliseconds = 16;

    /// <summary>Waits for sockets.</summary>
    public PollWaiter Waiter { get; } = new(stop);

    /// <summary>How many calls had nothing to do.</summary>
    public long Waits { get; private set; }

    /// <summary>Tries until the call is done; false when the deadline passed.</summary>
    /// <exception cref="OperationCanceledException">The pipeline is to stop.</exception>
    public bool TryComplete<T>(SocketRecord socket, ref T attempt, Deadline deadline)
        where T : IAttempt
    {
        int retry = FirstRetryMilliseconds;
        try
        {
            while (true)
            {
                stop.ThrowIfSet();
                int errno = attempt.Try();
                if (errno == 0)
                {
                    return true;
                }

                if (socket.IsClosed)
                {
                    throw CallFailure.Closed(attempt.Call, socket.Socket);
                }

                if (errno == Errno.EAGAIN)
                {
                    Waits++;
                    if (deadline.IsPast || !Wait(socket, ref attempt, deadline, ref retry))
                    {
                        return false;
                    }
                }
                else if (errno != Errno.EINTR)
                {
                    throw attempt.Failure(errno);
                }
            }
        }
        catch (ObjectDisposedException)
        {
            throw CallFailure.Closed(attempt.Call, socket.Socket);
        }
    }

    /// <summary>Waits a little, longer each time, where no event tells that another attempt is worth while.</summary>
    public void Pause(Deadline deadline, ref int milliseconds)
    {
        _ = Waiter.Wait([], new Poll.Entry[1], Deadline.Earlier(deadline, Deadline.After(milliseconds / 1000.0)));
        milliseconds = Math.Min(2 * milliseconds, LastRetryMilliseconds);
    }

    private bool Wait<T>(SocketRecord socket, ref T attempt, Deadline deadline, ref int retry)
        where T : IAttempt
    {
        if (attempt.Events == PollEvents.None)
        {
            Pause(deadline, ref retry);
            return true;
        }

        PollEvents seen = Waiter.Wait(socket, attempt.Events, deadline);
        attempt.Saw(seen);
        return seen != PollEvents.None;
    }
}
