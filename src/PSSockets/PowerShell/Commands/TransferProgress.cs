using System.Diagnostics;
using System.Management.Automation;
using PSSockets.Errors;

namespace PSSockets.Commands;

/// <summary>The progress bar of bytes that are sent or received: bytes, rate, time left. It goes away when disposed.</summary>
/// <param name="activity">What is done, as the bar's title.</param>
/// <param name="total">The length of the file; null where it is not known.</param>
/// <param name="write">Shows the bar.</param>
internal sealed class TransferProgress(string activity, long? total, Action<ProgressRecord> write) : IDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(200);

    private readonly string _activity = PrintableText.From(activity);
    private readonly Stopwatch _clock = Stopwatch.StartNew();
    private TimeSpan _next = Interval;
    private bool _isShown;

    /// <summary>How long it has taken so far.</summary>
    public TimeSpan Elapsed => _clock.Elapsed;

    /// <summary>Shows how far it is, a few times each second.</summary>
    public void Report(long bytes) => Report(bytes, null);

    /// <summary>Shows how far it is, a few times each second, in these words and the rate.</summary>
    public void Report(long bytes, Func<string>? done)
    {
        if (_clock.Elapsed < _next)
        {
            return;
        }

        _next = _clock.Elapsed + Interval;
        _isShown = true;
        write(Describe(bytes, done?.Invoke()));
    }

    /// <inheritdoc />
    public void Dispose()
    {
        if (_isShown)
        {
            write(new ProgressRecord(0, _activity, "done") { RecordType = ProgressRecordType.Completed });
        }
    }

    private ProgressRecord Describe(long bytes, string? words)
    {
        double rate = bytes / _clock.Elapsed.TotalSeconds;
        string done = words ?? (total is > 0 and long length ? $"{Size(bytes)} of {Size(length)}" : Size(bytes));
        ProgressRecord record = new(0, _activity, $"{done}, {Size((long)rate)}/s");
        if (total is > 0)
        {
            record.PercentComplete = (int)Math.Min(100, 100 * bytes / total.Value);
            record.SecondsRemaining = (int)Math.Min(int.MaxValue, (total.Value - bytes) / Math.Max(rate, 1));
        }

        return record;
    }

    /// <summary>A number of bytes, in a unit that suits it.</summary>
    public static string Size(long bytes) => bytes switch
    {
        < 10L << 10 => $"{bytes} B",
        < 10L << 20 => $"{bytes >> 10} KiB",
        < 10L << 30 => $"{bytes >> 20} MiB",
        _ => $"{bytes >> 30} GiB",
    };
}
