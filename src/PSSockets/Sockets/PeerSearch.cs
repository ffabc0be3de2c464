using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using PSSockets.Addresses;
using PSSockets.Errors;
using PSSockets.Waiting;

namespace PSSockets.Sockets;

/// <summary>
/// Looks for many peers at the same time, from one thread and with one wait: names are looked up beside each other, the
/// addresses of each name are tried as RFC 8305 (Happy Eyeballs) says, and each target is there as soon as it is known.
/// </summary>
/// <param name="transport">The system.</param>
/// <param name="trials">How a peer is found.</param>
/// <param name="create">Makes the socket for an address.</param>
/// <param name="most">The most targets that are under way, and the most sockets that are open for them.</param>
/// <param name="limit">The time of each target whose deadline is not given, and of all together.</param>
internal sealed class PeerSearch(ISocketTransport transport, IPeerTrials trials, Func<EndPoint, Socket> create, int most = int.MaxValue, TimeLimit limit = default) : IPeerSearch
{
    /// <summary>How long one attempt is alone before the next begins beside it: RFC 8305 section 5, Connection Attempt Delay.</summary>
    private const double AttemptDelaySeconds = 0.25;

    // A name that many targets have is looked up once, and again after a while, since it may move.
    private static readonly TimeSpan LookUpLife = TimeSpan.FromSeconds(1);

    // So many begin before it is looked who has answered: else the last ones' beginnings would count as the first ones' latency.
    private const int MostBeginnings = 16;

    // How long nothing else may give a descriptor back.
    private static readonly TimeSpan StarvedPause = TimeSpan.FromMilliseconds(50);
    private const int MostStarvedPauses = 20;

    private readonly Queue<PeerTarget> _queued = [];
    private readonly List<Active> _active = [];
    private readonly Queue<PeerTarget> _known = [];
    private readonly List<Trial> _trials = [];
    private readonly Dictionary<(string Host, AddressFamily Family), (Task<IReadOnlyList<IPAddress>> Addresses, long Since)> _lookUps = [];
    private readonly AttemptGate _gate = new(limit);
    private int _room = int.MaxValue;
    private int _starvedPauses;
    private SocketCallException? _starved;

    /// <inheritdoc />
    public bool IsFull => _queued.Count + _active.Count >= most;

    /// <inheritdoc />
    public void Add(PeerTarget target) => _queued.Enqueue(target);

    /// <summary>The next target of which all is known; null when the deadline passed or none is left.</summary>
    /// <exception cref="OperationCanceledException">The pipeline is to stop.</exception>
    /// <exception cref="SocketCallException"><c>TooManyOpenSockets</c>: there is no descriptor left for any of them.</exception>
    public PeerTarget? Next(Deadline deadline)
    {
        while (true)
        {
            transport.Stop.ThrowIfSet();
            if (_known.TryDequeue(out PeerTarget? known))
            {
                return known;
            }

            Skip();
            Begin();
            foreach (Active active in _active)
            {
                Advance(active);
            }

            _active.RemoveAll(static active => active.IsKnown);
            if (_known.Count > 0)
            {
                continue;
            }

            if (_active.Count == 0)
            {
                if (_queued.Count == 0)
                {
                    return null;
                }

                PauseForDescriptor();
                continue;
            }

            if (_trials.Count == 0 && _room == 0)
            {
                PauseForDescriptor();
            }
            else
            {
                trials.Wait(_trials.ConvertAll(static trial => trial.Pending), CanBegin ? Deadline.Now : Earliest(deadline));
            }

            Sweep();
            Expire();
            _active.RemoveAll(static active => active.IsKnown);
            if (_known.Count == 0 && deadline.IsPast && !CanBegin)
            {
                return null;
            }
        }
    }

    /// <summary>Gives up all targets that are under way, and closes what nobody has got.</summary>
    public void Dispose()
    {
        foreach (Trial trial in _trials)
        {
            trial.Pending.Socket.Dispose();
        }

        _trials.Clear();
        while (_known.TryDequeue(out PeerTarget? target))
        {
            target.Socket?.Dispose();
        }
    }

    private bool HasRoom => _trials.Count < Math.Min(most, _room);

    private bool CanBegin => _queued.Count > 0 && _active.Count < Math.Min(most, _room);

    private void Skip()
    {
        while (_gate.IsShut && _queued.TryDequeue(out PeerTarget? target))
        {
            target.IsSkipped = true;
            target.Failure = Connector.Skipped(target.Asked, target.Asked, limit);
            _known.Enqueue(target);
        }
    }

    private void Begin()
    {
        for (int begun = 0; begun < MostBeginnings && CanBegin; begun++)
        {
            PeerTarget target = _queued.Dequeue();
            _gate.Pass();
            Active active = new(target, target.Deadline ?? limit.Next()) { Candidates = target.Candidates };
            if (active.Candidates is null)
            {
                if (target.Asked is DnsEndPoint name)
                {
                    active.LookUp = LookUp(name);
                }
                else
                {
                    active.Candidates = [target.Asked];
                }
            }

            _active.Add(active);
        }
    }

    private Task<IReadOnlyList<IPAddress>> LookUp(DnsEndPoint name)
    {
        (string, AddressFamily) key = (name.Host.ToUpperInvariant(), name.AddressFamily);
        if (_lookUps.TryGetValue(key, out (Task<IReadOnlyList<IPAddress>> Addresses, long Since) earlier)
            && (!earlier.Addresses.IsCompleted || Stopwatch.GetElapsedTime(earlier.Since) < LookUpLife))
        {
            return earlier.Addresses;
        }

        Task<IReadOnlyList<IPAddress>> addresses = EndPointResolver.Begin(name, transport.Stop);
        _ = addresses.ContinueWith(_ => transport.Wake(), CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        _lookUps[key] = (addresses, Stopwatch.GetTimestamp());
        return addresses;
    }

    // Takes the addresses of a name when they have come, and tries the next address when it is its turn.
    private void Advance(Active active)
    {
        if (active.Candidates is null)
        {
            if (!active.LookUp!.IsCompleted)
            {
                return;
            }

            try
            {
                active.Candidates = EndPointResolver.Finish((DnsEndPoint)active.Target.Asked, active.LookUp);
            }
            catch (SocketCallException failure)
            {
                Fail(active, failure);
                return;
            }
        }

        while (!active.IsKnown && active.Next < active.Candidates.Count && HasRoom && (active.Pending == 0 || active.NextAt.IsPast))
        {
            Start(active, active.Candidates[active.Next]);
        }

        if (!active.IsKnown && active.Pending == 0 && active.Next == active.Candidates.Count)
        {
            Fail(active, Connector.Summary(active.Target.Asked, [.. active.Target.Failures.Select(static failed => failed.Failure)], active.Target.Asked));
        }
    }

    private void Start(Active active, EndPoint candidate)
    {
        Socket? socket = null;
        long start = Stopwatch.GetTimestamp();
        try
        {
            socket = create(candidate);
            _room = int.MaxValue;
            _starvedPauses = 0;
            start = Stopwatch.GetTimestamp();
            _trials.Add(new Trial(active, trials.Begin(socket, candidate), start));
            socket = null;
            active.Next++;
            active.Pending++;
            active.NextAt = Deadline.After(AttemptDelaySeconds);
        }
        catch (SocketCallException failure) when (failure.SocketErrorCode == SocketError.TooManyOpenSockets)
        {
            // It is tried again when another has given its descriptor back; its time begins anew if it has not had one yet.
            _room = _trials.Count;
            _starved = failure;
            if (active.Pending == 0 && active.Target.Failures.Count == 0)
            {
                active.Target.Candidates = active.Candidates;
                active.IsKnown = true;
                _queued.Enqueue(active.Target);
            }
        }
        catch (SocketCallException failure)
        {
            active.Next++;
            Note(active, candidate, failure, Stopwatch.GetElapsedTime(start));
        }
        catch (SocketInputException failure)
        {
            Fail(active, failure);
        }
        finally
        {
            socket?.Dispose();
        }
    }

    // Those that are over have succeeded or failed.
    private void Sweep()
    {
        long now = Stopwatch.GetTimestamp();
        foreach (Trial trial in _trials.FindAll(static trial => trial.Pending.IsOver))
        {
            if (trial.Active.IsKnown || !_trials.Remove(trial))
            {
                continue;
            }

            Active active = trial.Active;
            active.Pending--;
            bool isConnected = false;
            try
            {
                trial.Pending.Complete();
                isConnected = true;
            }
            catch (SocketCallException failure)
            {
                Note(active, trial.Pending.RemoteEndPoint, failure, Stopwatch.GetElapsedTime(trial.Start, now));
                active.NextAt = Deadline.Now;
            }
            finally
            {
                if (!isConnected)
                {
                    trial.Pending.Socket.Dispose();
                }
            }

            if (isConnected)
            {
                active.Target.Socket = trial.Pending.Socket;
                active.Target.Peer = trial.Pending.RemoteEndPoint;
                SocketRecord.Of(trial.Pending.Socket).NotePeer(active.Target.Asked, trial.Pending.RemoteEndPoint);
                active.Target.Latency = Stopwatch.GetElapsedTime(trial.Start, now);
                End(active);
            }
        }
    }

    private void Expire()
    {
        foreach (Active active in _active)
        {
            if (active.IsKnown || !active.Deadline.IsPast)
            {
                continue;
            }

            EndPoint asked = active.Target.Asked;
            if (active.Candidates is null)
            {
                Fail(active, CallFailure.Of("getaddrinfo", asked, SocketError.TimedOut, asked, Connector.LateDetail(limit)));
                continue;
            }

            foreach (Trial trial in _trials.Where(trial => trial.Active == active))
            {
                Note(active, trial.Pending.RemoteEndPoint, Connector.Late(trial.Pending.RemoteEndPoint, asked, limit), null);
            }

            if (active.Target.Failures.Count == 0)
            {
                Note(active, asked, Connector.Late(asked, asked, limit), null);
            }

            Fail(active, Connector.Summary(asked, [.. active.Target.Failures.Select(static failed => failed.Failure)], asked));
        }
    }

    private void Note(Active active, EndPoint candidate, SocketCallException failure, TimeSpan? latency)
    {
        active.Target.Failures.Add((candidate, Connector.Explain(transport, candidate, failure), latency));
        active.Target.Peer = candidate;
    }

    private void Fail(Active active, Exception failure)
    {
        active.Target.Failure = failure;
        End(active);
    }

    // Its other attempts are not needed any more.
    private void End(Active active)
    {
        active.IsKnown = true;
        if (active.Pending > 0)
        {
            foreach (Trial trial in _trials.FindAll(trial => trial.Active == active))
            {
                trial.Pending.Socket.Dispose();
            }

            _trials.RemoveAll(trial => trial.Active == active);
        }

        _known.Enqueue(active.Target);
    }

    // Others hold all descriptors, and nothing tells when they give one back.
    private void PauseForDescriptor()
    {
        _room = 1;
        if (++_starvedPauses > MostStarvedPauses)
        {
            string detail = FormattableString.Invariant($"{_active.Count + _queued.Count:N0} end points were not tried");
            _active.Clear();
            _queued.Clear();
            throw new SocketCallException(_starved!.Call, _starved.Address, _starved.Error, null, detail);
        }

        transport.Stop.Pause(StarvedPause);
    }

    private Deadline Earliest(Deadline deadline)
    {
        bool hasRoom = HasRoom;
        foreach (Active active in _active)
        {
            deadline = Deadline.Earlier(deadline, active.Deadline);
            if (hasRoom && active.Candidates is { } candidates && active.Next < candidates.Count)
            {
                deadline = Deadline.Earlier(deadline, active.NextAt);
            }
        }

        return deadline;
    }

    private sealed record Trial(Active Active, IPendingConnect Pending, long Start);

    private sealed class Active(PeerTarget target, Deadline deadline)
    {
        public PeerTarget Target => target;

        public Deadline Deadline => deadline;

        public Task<IReadOnlyList<IPAddress>>? LookUp { get; set; }

        public IReadOnlyList<EndPoint>? Candidates { get; set; }

        public int Next { get; set; }

        public Deadline NextAt { get; set; } = Deadline.Now;

        public int Pending { get; set; }

        public bool IsKnown { get; set; }
    }
}
