using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Runtime.ExceptionServices;
using PSSockets.Sockets;
using PSSockets.Waiting;

namespace PSSockets.Channels;

/// <summary>Connects to many targets through a proxy at the same time. What is said to a proxy is said in turns, so each target has a thread.</summary>
/// <param name="proxy">The proxy.</param>
/// <param name="open">Makes the transport of a thread; it is called by the thread that asks for the targets.</param>
/// <param name="create">Makes the socket for an address of the proxy.</param>
/// <param name="stop">Ends all of them.</param>
/// <param name="most">The most targets that are under way.</param>
/// <param name="limit">The time of each target, and of all together.</param>
internal sealed class ProxySearch(
    Proxy proxy, Func<ISocketTransport> open, Func<ISocketTransport, EndPoint, Socket> create, StopSignal stop, int most, TimeLimit limit) : IPeerSearch
{
    private readonly Queue<PeerTarget> _queued = [];
    private readonly ConcurrentQueue<PeerTarget> _known = [];
    private readonly List<Task> _tasks = [];
    private readonly SemaphoreSlim _news = new(0);
    private readonly AttemptGate _gate = new(limit);
    private int _active;

    /// <inheritdoc />
    public bool IsFull => _queued.Count + _active >= most;

    /// <inheritdoc />
    public void Add(PeerTarget target) => _queued.Enqueue(target);

    /// <inheritdoc />
    public PeerTarget? Next(Deadline deadline)
    {
        while (true)
        {
            stop.ThrowIfSet();
            while (_active < most && _queued.TryDequeue(out PeerTarget? queued))
            {
                if (_gate.IsShut)
                {
                    queued.Failure = Connector.Skipped(queued.Asked, queued.Asked, limit);
                    return queued;
                }

                _gate.Pass();
                Start(queued);
            }

            if (_known.TryDequeue(out PeerTarget? known))
            {
                _active--;
                if (known.Failure is not (null or SocketCallException or SocketInputException))
                {
                    ExceptionDispatchInfo.Throw(known.Failure);
                }

                return known;
            }

            if (_active == 0 || (!_news.Wait(deadline.Milliseconds, stop.Token) && deadline.IsPast))
            {
                return null;
            }
        }
    }

    /// <summary>Gives up all targets that are under way, and closes what nobody has got.</summary>
    public void Dispose()
    {
        if (_active > 0)
        {
            stop.Set();
            Task.WaitAll([.. _tasks]);
        }

        while (_known.TryDequeue(out PeerTarget? target))
        {
            target.Socket?.Dispose();
        }

        _news.Dispose();
    }

    private void Start(PeerTarget target)
    {
        ISocketTransport transport = open();
        Deadline deadline = target.Deadline ?? limit.Next();
        _active++;
        _tasks.RemoveAll(static task => task.IsCompleted);
        _tasks.Add(Task.Factory.StartNew(() => Connect(transport, target, deadline), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default));
    }

    private void Connect(ISocketTransport transport, PeerTarget target, Deadline deadline)
    {
        try
        {
            using (transport)
            {
                target.Socket = new ProxyConnector(transport, proxy, candidate => create(transport, candidate), limit).Connect(target.Asked, deadline);
            }
        }
        catch (Exception exception)
        {
            // Whoever asks for the next target hears of it.
            target.Failure = exception;
        }

        _known.Enqueue(target);
        _news.Release();
    }
}
