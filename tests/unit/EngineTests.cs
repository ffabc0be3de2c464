using PSSockets.Sockets;
using PSSockets.Waiting;

namespace PSSockets.UnitTests;

/// <summary>What tests of a transport have that run on every one of them; each one's class runs all of it.</summary>
public abstract class EngineTests : IDisposable
{
    private const double StopLimitSeconds = 0.1;
    private const int Attempts = 10;

    private protected EngineTests(EngineKind kind)
    {
        Kind = kind;
        Engine = TestSockets.Engine(kind, Stop);
    }

    private protected EngineKind Kind { get; }

    private protected StopSignal Stop { get; } = new();

    private protected ISocketTransport Engine { get; }

    private protected TestDirectory Files { get; } = new();

    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Ends what the test began.</summary>
    protected virtual void Dispose(bool disposing)
    {
        if (disposing)
        {
            Stop.Set();
            Engine.Dispose();
            Stop.Dispose();
            Files.Dispose();
        }
    }

    // The signal comes while the thread waits; the best of a few attempts, since the machine may be busy elsewhere.
    private protected void StopsAtOnce(Action<ISocketTransport> wait)
    {
        double best = double.MaxValue;
        for (int attempt = 0; attempt < Attempts && best > StopLimitSeconds; attempt++)
        {
            using StopSignal stop = new();
            using ISocketTransport engine = TestSockets.Engine(Kind, stop);
            Background background = Background.Run(() => wait(engine));
            best = Math.Min(best, background.StopWith(stop));
        }

        Assert.InRange(best, 0, StopLimitSeconds);
    }
}
