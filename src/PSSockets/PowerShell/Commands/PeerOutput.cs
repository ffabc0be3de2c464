using System.Diagnostics;
using PSSockets.Sockets;
using PSSockets.Waiting;

namespace PSSockets.Commands;

/// <summary>Writes peers as soon as they are known, while more are asked for from the pipeline.</summary>
/// <param name="search">Looks for them.</param>
/// <param name="write">Writes one.</param>
internal sealed class PeerOutput(IPeerSearch search, Action<PeerTarget> write) : IDisposable
{
    // Often enough for who watches, and seldom enough for a long list.
    private static readonly TimeSpan LookPause = TimeSpan.FromMilliseconds(20);

    private long _lookedAt;

    /// <summary>Asks for one more, and waits until there may be another.</summary>
    public void Add(PeerTarget target)
    {
        search.Add(target);
        while (search.IsFull && WriteNext(Deadline.Never))
        {
        }
    }

    /// <summary>Writes those that are known by now; looks for them every few milliseconds at most.</summary>
    public void WriteKnown()
    {
        if (Stopwatch.GetElapsedTime(_lookedAt) >= LookPause)
        {
            Write(Deadline.Now);
            _lookedAt = Stopwatch.GetTimestamp();
        }
    }

    /// <summary>Waits for all, and writes each as soon as it is known.</summary>
    public void WriteAll() => Write(Deadline.Never);

    /// <inheritdoc />
    public void Dispose() => search.Dispose();

    private void Write(Deadline deadline)
    {
        while (WriteNext(deadline))
        {
        }
    }

    // False when nothing more is known by then.
    private bool WriteNext(Deadline deadline)
    {
        if (search.Next(deadline) is not PeerTarget target)
        {
            return false;
        }

        write(target);
        return true;
    }
}
