using System.Net;
using System.Net.Sockets;
using PSSockets.Waiting;

namespace PSSockets.Sockets;

/// <summary>A peer that is looked for: what was asked for, and what came of it.</summary>
/// <param name="asked">What the user named.</param>
internal sealed class PeerTarget(EndPoint asked)
{
    /// <summary>What the user named.</summary>
    public EndPoint Asked => asked;

    /// <summary>The addresses, best first; null as long as they are not known.</summary>
    public IReadOnlyList<EndPoint>? Candidates { get; set; }

    /// <summary>The end of the look-up and all attempts together; null lets it begin when the search begins with this target.</summary>
    public Deadline? Deadline { get; init; }

    /// <summary>The socket that has found the peer; it belongs to who gets the target.</summary>
    public Socket? Socket { get; internal set; }

    /// <summary>The address that answered; where none did, the one that was tried last.</summary>
    public EndPoint? Peer { get; internal set; }

    /// <summary>How long the answer took, or the refusal; null where there was neither.</summary>
    public TimeSpan? Latency { get; internal set; }

    /// <summary>Why there is no socket; null where there is one.</summary>
    public Exception? Failure { get; internal set; }

    /// <summary>Whether the time of the whole call was over before it began.</summary>
    public bool IsSkipped { get; internal set; }

    /// <summary>What failed at each address, in the order of time.</summary>
    public List<(EndPoint Candidate, SocketCallException Failure, TimeSpan? Latency)> Failures { get; } = [];
}
