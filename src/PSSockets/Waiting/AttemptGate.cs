namespace PSSockets.Waiting;

/// <summary>Lets one attempt after the other begin until the time of the whole call is over; the first may begin at any time.</summary>
/// <param name="limit">The time.</param>
internal sealed class AttemptGate(TimeLimit limit)
{
    private bool _hasPassed;

    /// <summary>Whether nothing may begin any more.</summary>
    public bool IsShut => _hasPassed && limit.IsOver;

    /// <summary>Notes that an attempt begins.</summary>
    public void Pass() => _hasPassed = true;
}
