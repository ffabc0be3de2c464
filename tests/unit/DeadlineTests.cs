using System.Diagnostics;
using PSSockets.Waiting;

namespace PSSockets.UnitTests;

public sealed class DeadlineTests
{
    [Fact]
    public void NeverNeverComes()
    {
        Assert.False(Deadline.Never.IsFinite);
        Assert.False(Deadline.Never.IsPast);
        Assert.Equal(-1, Deadline.Never.Milliseconds);
        Assert.Equal(Timeout.InfiniteTimeSpan, Deadline.Never.Remaining);
        Assert.Equal(-1, Deadline.After(null).Milliseconds);
        Assert.Equal(-1, default(Deadline).Milliseconds);
    }

    [Fact]
    public void NowIsPast()
    {
        Assert.True(Deadline.Now.IsFinite);
        Assert.True(Deadline.Now.IsPast);
        Assert.Equal(0, Deadline.Now.Milliseconds);
        Assert.Equal(TimeSpan.Zero, Deadline.Now.Remaining);
        Assert.True(Deadline.After(0).IsPast);
    }

    [Fact]
    public void CountsDown()
    {
        Deadline deadline = Deadline.After(100);
        Assert.True(deadline.IsFinite);
        Assert.False(deadline.IsPast);
        Assert.InRange(deadline.Remaining.TotalSeconds, 50, 100);
        Assert.InRange(deadline.Milliseconds, 50_000, 100_000);
        TimeSpan first = deadline.Remaining;
        Assert.True(SpinWait.SpinUntil(() => deadline.Remaining < first, TestSockets.Patience));
    }

    [Fact]
    public void PassesAtItsTime()
    {
        long start = Stopwatch.GetTimestamp();
        Deadline deadline = Deadline.After(0.05);
        Assert.True(SpinWait.SpinUntil(() => deadline.IsPast, TestSockets.Patience));
        Assert.InRange(TestSockets.SecondsSince(start), 0.05, TestSockets.Late);
        Assert.Equal(0, deadline.Milliseconds);
    }

    [Fact]
    public void MillisecondsAreRoundedUp()
    {
        // Rounded down, poll(2) would wake before the time and spin.
        for (Deadline deadline = Deadline.After(0.003); !deadline.IsPast;)
        {
            int milliseconds = deadline.Milliseconds;
            Assert.True(milliseconds >= 1 || deadline.Remaining < TimeSpan.FromMicroseconds(1));
        }
    }

    [Fact]
    public void TheLongestFitsPoll()
    {
        Assert.Equal(int.MaxValue, Deadline.After(1e9).Milliseconds);
    }

    [Fact]
    public void EarlierIsTheEarlier()
    {
        Deadline soon = Deadline.After(50);
        Deadline late = Deadline.After(500);
        Assert.Equal(soon, Deadline.Earlier(soon, late));
        Assert.Equal(soon, Deadline.Earlier(late, soon));
        Assert.Equal(soon, Deadline.Earlier(Deadline.Never, soon));
        Assert.Equal(soon, Deadline.Earlier(soon, Deadline.Never));
        Assert.False(Deadline.Earlier(Deadline.Never, Deadline.Never).IsFinite);
        Assert.True(Deadline.Earlier(Deadline.Now, soon).IsPast);
    }
}
