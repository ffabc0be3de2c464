using PSSockets.Waiting;

namespace PSSockets.Sockets;

/// <summary>Looks for many peers at the same time.</summary>
internal interface IPeerSearch : IDisposable
{
    /// <summary>Whether as many targets are under way as may be.</summary>
    bool IsFull { get; }

    /// <summary>Puts a target in the queue.</summary>
    void Add(PeerTarget target);

    /// <summary>The next target of which all is known; null when the deadline passed or none is left.</summary>
    /// <exception cref="OperationCanceledException">The pipeline is to stop.</exception>
    PeerTarget? Next(Deadline deadline);
}
