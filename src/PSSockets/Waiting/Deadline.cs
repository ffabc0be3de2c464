using System.Diagnostics;

namespace PSSockets.Waiting;

/// <summary>The moment at which a wait is over.</summary>
internal readonly struct Deadline
{
    private readonly long _timestamp;
    private readonly bool _isFinite;

    private Deadline(long timestamp)
    {
        _timestamp = timestamp;
        _isFinite = true;
    }

    /// <summary>No end.</summary>
    public static Deadline Never => default;

    /// <summary>No wait at all: one attempt.</summary>
    public static Deadline Now => new(0);

    /// <summary>Whether it has passed.</summary>
    public bool IsPast => _isFinite && Stopwatch.GetTimestamp() >= _timestamp;

    /// <summary>Whether it will ever come.</summary>
    public bool IsFinite => _isFinite;

    /// <summary>What is left, in milliseconds rounded up, for poll(2); -1 for ever.</summary>
    public int Milliseconds => _isFinite ? (int)Math.Min(Math.Ceiling(Remaining.TotalMilliseconds), int.MaxValue) : -1;

    /// <summary>What is left; zero when it has passed, <see cref="Timeout.InfiniteTimeSpan"/> for ever.</summary>
    public TimeSpan Remaining
    {
        get
        {
            if (!_isFinite)
            {
                return Timeout.InfiniteTimeSpan;
            }

            long left = _timestamp - Stopwatch.GetTimestamp();
            return left <= 0 ? TimeSpan.Zero : TimeSpan.FromSeconds((double)left / Stopwatch.Frequency);
        }
    }

    /// <summary>So many seconds from now; null is never.</summary>
    public static Deadline After(double? seconds) =>
        seconds is double value ? new Deadline(Stopwatch.GetTimestamp() + (long)(value * Stopwatch.Frequency)) : Never;

    /// <summary>Whichever of the two comes first.</summary>
    public static Deadline Earlier(Deadline one, Deadline other)
    {
        if (!one._isFinite)
        {
            return other;
        }

        return !other._isFinite || one._timestamp <= other._timestamp ? one : other;
    }
}
