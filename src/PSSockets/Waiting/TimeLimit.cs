namespace PSSockets.Waiting;

/// <summary>How long a call waits: for the next of what it waits for, and altogether.</summary>
internal readonly struct TimeLimit
{
    private readonly double? _idleSeconds;
    private readonly double? _totalSeconds;
    private readonly Deadline _end;

    private TimeLimit(double? idleSeconds, double? totalSeconds)
    {
        _idleSeconds = idleSeconds;
        _totalSeconds = totalSeconds;
        _end = Deadline.After(totalSeconds);
    }

    /// <summary>Whether the time of the whole call is over.</summary>
    public bool IsOver => _end.IsPast;

    /// <summary>The time that has passed without anything, for messages: <c>within 1.5 s</c>.</summary>
    public string Within => IsOver ? Altogether("within") : FormattableString.Invariant($"within {_idleSeconds:0.###} s");

    /// <summary>The same, for what went on for so long: <c>for 1.5 s</c>.</summary>
    public string For => IsOver ? Altogether("before the end of the") : FormattableString.Invariant($"for {_idleSeconds:0.###} s");

    /// <summary>The time of the whole call where that is what is over, for messages; null where it goes on.</summary>
    public string? WithinTotal => IsOver ? Altogether("within") : null;

    /// <summary>So many seconds for each wait; null is for ever.</summary>
    public static implicit operator TimeLimit(double? idleSeconds) => new(idleSeconds, null);

    /// <summary>So many seconds for each wait, and so many for all of them, which begin now; null is for ever.</summary>
    public static TimeLimit Of(double? idleSeconds, double? totalSeconds) => new(idleSeconds, totalSeconds);

    /// <summary>The end of a wait that begins now.</summary>
    public Deadline Next() => Deadline.Earlier(Deadline.After(_idleSeconds), _end);

    private string Altogether(string preposition) => FormattableString.Invariant($"{preposition} {_totalSeconds:0.###} s of the whole call");
}
