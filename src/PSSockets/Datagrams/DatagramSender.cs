using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Text;
using PSSockets.Addresses;
using PSSockets.Errors;
using PSSockets.Sockets;
using PSSockets.Waiting;

namespace PSSockets.Datagrams;

/// <summary>Sends datagrams, one by one or many with one call: sendto(2), sendmmsg(2).</summary>
/// <param name="transport">The system.</param>
/// <param name="socket">The socket to send through; null sends each received datagram's answer through the socket it came from, and other data through a socket that is made for it.</param>
/// <param name="remoteEndPoint">Where to; null for the peer of the socket, or the sender of a received datagram.</param>
/// <param name="encoding">How the text of what was sent is read.</param>
internal sealed class DatagramSender(ISocketTransport transport, Socket? socket, EndPoint? remoteEndPoint, Encoding encoding) : IDisposable
{
    private readonly List<OutgoingDatagram> _waiting = [];
    private readonly List<(OutgoingDatagram Datagram, SocketCallException Failure)> _failures = [];
    private Action<OutgoingDatagram, SocketCallException>? _noteFailure;
    private Socket? _through;
    private EndPoint? _resolved;
    private SocketAddress? _destination;
    private byte[] _lastSender = [];
    private EndPoint? _lastSenderEndPoint;
    private SocketAddress? _lastSenderDestination;
    private bool _hasPeer;
    private DatagramSource? _source;
    private IPAddress? _lastLocalAddress;
    private int _lastInterfaceIndex;
    private DatagramSource? _lastAnswersFrom;
    private Deadline _deadline;
    private (byte[] Data, Datagram? Source)? _interrupted;
    private DatagramSource? _refused;
    private (bool IsOwn, bool IsBroadcast) _refusedAddress;
    private readonly Dictionary<AddressFamily, Socket> _made = [];
    private IReadOnlyList<EndPoint>? _candidates;
    private Deadline _nextLookUp;

    /// <summary>Whether destinations are looked at without routing (MSG_DONTROUTE).</summary>
    public bool DontRoute { get; init; }

    /// <summary>The address that all leave from, also answers; the wildcard address leaves it to the system. Null lets an answer leave from the address that was asked.</summary>
    public IPAddress? LocalAddress { get; init; }

    /// <summary>The longest wait for room in the queue, and altogether.</summary>
    public TimeLimit Limit { get; init; } = (double?)null;

    /// <summary>Is told of each datagram that was sent, when set.</summary>
    public Action<Datagram>? Sent { get; init; }

    /// <summary>Is told of each datagram that could not be sent.</summary>
    public required Action<SocketCallException> Failed { get; init; }

    /// <summary>After how many seconds the destination's name is looked up again; null never does.</summary>
    public double? ResolveSeconds { get; init; }

    /// <summary>Is told where the name could not be looked up again, so that what is sent goes on to the address that was found before, and where the destination does not say through which interface it is reached.</summary>
    public Action<string>? Warned { get; init; }

    /// <summary>How many wait to be sent.</summary>
    public int WaitingCount => _waiting.Count;

    /// <summary>Takes a message.</summary>
    /// <param name="data">Its bytes.</param>
    /// <param name="source">The datagram it came as, which knows its socket and sender; null where it is plain data.</param>
    /// <exception cref="SocketInputException">There is no socket to send through, or it is closed or no datagram socket.</exception>
    /// <exception cref="SocketCallException">There is no destination, or it cannot be used with this socket.</exception>
    public void Add(byte[] data, Datagram? source)
    {
        if (_nextLookUp.IsPast)
        {
            FlushBefore(data, source);
            LookUpAgain();
        }

        Socket through = socket ?? source?.Socket ?? Made(data);
        if (!ReferenceEquals(through, _through))
        {
            FlushBefore(data, source);
            Use(through);
        }

        if (remoteEndPoint is not null)
        {
            _waiting.Add(new OutgoingDatagram(data, _destination, _resolved, _source));
        }
        else if (source is null || _hasPeer)
        {
            _waiting.Add(new OutgoingDatagram(data, null, null, _source));
        }
        else
        {
            Answer(data, source);
        }
    }

    /// <summary>Sends all that wait, in their order.</summary>
    /// <exception cref="SocketInputException"><c>SocketClosed</c>.</exception>
    public void Flush() => Flush(Limit.Next());

    /// <summary>Sends all that wait, in their order, some of many that have one deadline together.</summary>
    /// <exception cref="SocketInputException"><c>SocketClosed</c>.</exception>
    /// <exception cref="OperationCanceledException">The pipeline is to stop. What was not sent still waits: <see cref="SendRest"/>.</exception>
    public void Flush(Deadline deadline)
    {
        if (_waiting.Count == 0)
        {
            return;
        }

        Socket through = _through!;
        int rest = 0;
        _deadline = deadline;
        try
        {
            transport.Send(through, CollectionsMarshal.AsSpan(_waiting), DontRoute, deadline, _noteFailure ??= NoteFailure);
            if (Sent is not null || _failures.Count > 0)
            {
                Report(through);
            }
        }
        catch (SendStoppedException exception)
        {
            rest = _waiting.Count - exception.Done;
            throw;
        }
        finally
        {
            _waiting.RemoveRange(0, _waiting.Count - rest);
            _failures.Clear();
        }
    }

    /// <summary>Sends what still waits after a stop, as far as there is room for it: nothing waits, and nobody is told.</summary>
    /// <param name="other">The system, with a stop signal of its own that is not set yet.</param>
    public void SendRest(ISocketTransport other)
    {
        // Where the engine gives each attempt some time, a full queue must not take that for each datagram.
        Deadline patience = Deadline.After(0.1);
        try
        {
            Send();
            _waiting.Clear();
            if (_interrupted is var (data, source))
            {
                // It was to go through another socket, once these were sent.
                _interrupted = null;
                Add(data, source);
                Send();
            }
        }
        catch (Exception exception) when (exception is SocketInputException or SocketCallException or OperationCanceledException)
        {
            // A socket was closed meanwhile, or a name cannot be looked up any more.
        }
        finally
        {
            _waiting.Clear();
        }

        void GiveUpWhenFull(OutgoingDatagram datagram, SocketCallException failure)
        {
            if (patience.IsPast)
            {
                other.Stop.Set();
            }
        }

        void Send()
        {
            if (_waiting.Count > 0)
            {
                other.Send(_through!, CollectionsMarshal.AsSpan(_waiting), DontRoute, Deadline.Now, GiveUpWhenFull);
            }
        }
    }

    /// <summary>Closes the sockets that were made.</summary>
    public void Dispose()
    {
        foreach (Socket made in _made.Values)
        {
            transport.Close(made);
        }

        _made.Clear();
    }

    private void FlushBefore(byte[] data, Datagram? source)
    {
        try
        {
            Flush();
        }
        catch (OperationCanceledException)
        {
            _interrupted = (data, source);
            throw;
        }
    }

    // The addresses of the destination. Its name is looked up once, or again after a while.
    private IReadOnlyList<EndPoint> Candidates()
    {
        if (_candidates is null)
        {
            _candidates = EndPointResolver.All(remoteEndPoint!, transport.Stop);
            _nextLookUp = remoteEndPoint is DnsEndPoint ? Deadline.After(ResolveSeconds) : Deadline.Never;
        }

        return _candidates;
    }

    private void LookUpAgain()
    {
        IReadOnlyList<EndPoint>? before = _candidates;
        _candidates = null;
        try
        {
            if (!Candidates().SequenceEqual(before!))
            {
                _through = null;
            }
        }
        catch (SocketCallException exception)
        {
            _candidates = before;
            _nextLookUp = Deadline.After(ResolveSeconds);
            Warned?.Invoke($"{exception.Message}; goes on to {_resolved}");
        }
    }

    // A socket for this call alone, one for each family.
    private Socket Made(byte[] data)
    {
        if (remoteEndPoint is null)
        {
            throw new SocketInputException(
                ErrorIds.InvalidArgument, "sendto: there is no socket to send through", "Give -RemoteEndPoint, or -Socket; only received datagrams bring their own.", data);
        }

        IReadOnlyList<EndPoint> candidates = Candidates();
        AddressFamily? wanted = LocalAddress is null ? null : DatagramSource.OwnFamily(LocalAddress).AddressFamily;
        AddressFamily family = FamilyOf(candidates.FirstOrDefault(candidate => FamilyOf(candidate) == wanted) ?? candidates[0]);
        if (!_made.TryGetValue(family, out Socket? made))
        {
            made = SocketFactory.Create(transport, family, SocketType.Dgram);
            _made.Add(family, made);
            if (family == AddressFamily.InterNetwork)
            {
                // Who names a broadcast address means it.
                transport.SetBroadcast(made);
            }
        }

        return made;
    }

    private static AddressFamily FamilyOf(EndPoint endPoint) =>
        endPoint is IPEndPoint { Address: IPAddress address } ? DatagramSource.OwnFamily(address).AddressFamily : endPoint.AddressFamily;

    private void NoteFailure(OutgoingDatagram datagram, SocketCallException failure)
    {
        // Linux says the last of them of an IPv4 address that it does not have.
        if (datagram.Source is { IsAnyAddress: false } source
            && failure.SocketErrorCode is SocketError.InvalidArgument or SocketError.AddressNotAvailable or SocketError.NetworkUnreachable)
        {
            if (!ReferenceEquals(source, _refused))
            {
                _refused = source;
                _refusedAddress = NetworkInterfaces.Find(source.Address);
            }

            // What was sent to a network's broadcast address is answered from an address of that interface.
            if (_refusedAddress.IsBroadcast && LocalAddress is null)
            {
                source.ForgetAddress();
                transport.Send(_through!, [datagram], DontRoute, _deadline, _noteFailure!);
                return;
            }

            if (!_refusedAddress.IsOwn)
            {
                failure = new SocketCallException(
                    failure.Call, failure.Address, failure.Error, failure.Target, $"it was to leave {source}, which must be an address of this machine");
            }
        }

        _failures.Add((datagram, failure));
    }

    private void Report(Socket through)
    {
        int next = 0;
        foreach (OutgoingDatagram datagram in _waiting)
        {
            if (next < _failures.Count && _failures[next].Datagram == datagram)
            {
                SocketCallException failure = _failures[next++].Failure;
                Failed(new SocketCallException(failure.Call, failure.Address, failure.Error, Describe(through, datagram), failure.Detail));
            }
            else
            {
                Sent?.Invoke(Describe(through, datagram));
            }
        }
    }

    private Datagram Describe(Socket through, OutgoingDatagram datagram) => new(
        datagram.Data,
        datagram.Data.Length,
        new DatagramOrigin(through, encoding, null, datagram.Source is { IsAnyAddress: false } source ? source.Address : null, datagram.Source?.InterfaceIndex ?? 0)
        {
            IsSent = true,
            SentFrom = transport.LocalEndPoint(through),
        },
        DateTime.UtcNow.Ticks,
        datagram.EndPoint ?? transport.RemoteEndPoint(through));

    // connect(2) refuses such an address, but sendto(2) takes any interface that has a route.
    private void WarnOfInterface(Socket through)
    {
        if (_resolved is IPEndPoint { Address: { IsIPv6LinkLocal: true, ScopeId: 0 } } linkLocal && transport.LocalEndPoint(through) is not IPEndPoint { Address.ScopeId: > 0 })
        {
            Warned?.Invoke($"sendto {linkLocal}: every network has link-local addresses, and the system chooses the interface. Name it, as in [{linkLocal.Address}%eth0]:{linkLocal.Port}.");
        }
    }

    private void Use(Socket through)
    {
        const string Call = "sendto";
        _through = null;
        if (SocketRecord.Of(through).IsClosed)
        {
            throw CallFailure.Closed(Call, through);
        }

        if (through.SocketType == SocketType.Stream)
        {
            throw new SocketInputException(
                ErrorIds.InvalidArgument, $"{Call}: a stream socket carries no datagrams", "Use a Datagram socket, or Send-SocketData.", through);
        }

        _hasPeer = transport.IsConnected(through);
        _lastSender = [];
        _lastSenderDestination = null;
        if (remoteEndPoint is not null)
        {
            _resolved = UsableAddress.FirstOf(through, Candidates(), remoteEndPoint, Call);
            _destination = _resolved.Serialize();
            WarnOfInterface(through);
        }

        _lastLocalAddress = null;
        _source = LocalAddress is null ? null : NamedSource(through, LocalAddress);
        if (_source is not null)
        {
            CheckFamily(_source, _resolved ?? (_hasPeer ? transport.RemoteEndPoint(through) : null), through);
        }

        _through = through;
    }

    private DatagramSource? NamedSource(Socket through, IPAddress address)
    {
        const string Call = "sendmsg";
        if (through.AddressFamily == AddressFamily.Unix)
        {
            throw CallFailure.NotSupported(Call, "a UNIX socket sends from its path, not from an IP address", through);
        }

        DatagramSource? source = DatagramSource.Named(address);
        if (source is null)
        {
            return null;
        }

        if (!transport.CanNameSource)
        {
            throw CallFailure.NotSupported(Call, "this system does not take an address to send from", through);
        }

        if (source.Address.AddressFamily == through.AddressFamily
            || (through.AddressFamily == AddressFamily.InterNetworkV6 && DotNetCall.Invoke(Call, through, address, () => through.DualMode)))
        {
            return source;
        }

        string own = through.AddressFamily == AddressFamily.InterNetwork ? "an IPv4 socket" : "an IPv6 socket that is not dual-mode";
        throw CallFailure.Of(Call, null, SocketError.AddressFamilyNotSupported, through, $"{own} cannot send from {source.Address}");
    }

    // The system passes over an address of the other family, without a word.
    private static void CheckFamily(DatagramSource source, EndPoint? destination, object target)
    {
        if (destination is IPEndPoint { Address: IPAddress address } && DatagramSource.OwnFamily(address).AddressFamily != source.Address.AddressFamily)
        {
            throw CallFailure.Of("sendmsg", destination, SocketError.AddressFamilyNotSupported, target, $"what is sent there cannot leave from {source.Address}");
        }
    }

    // An answer leaves from the address that was asked, or else a peer that is connected to that never gets it. Another
    // socket than the one that was asked, and one that is bound to one address, have their own.
    private DatagramSource? AnswersFrom(Datagram source)
    {
        if (source.LocalAddress is not IPAddress localAddress || !ReferenceEquals(source.Socket, _through) || !transport.CanNameSource)
        {
            return null;
        }

        if (_lastLocalAddress is null || source.InterfaceIndex != _lastInterfaceIndex || !localAddress.Equals(_lastLocalAddress))
        {
            _lastAnswersFrom = DatagramSource.IsGroup(localAddress) || transport.LeavesFromAnyAddress(_through!)
                ? DatagramSource.ForAnswer(localAddress, source.InterfaceIndex)
                : null;
            _lastLocalAddress = localAddress;
            _lastInterfaceIndex = source.InterfaceIndex;
        }

        return _lastAnswersFrom;
    }

    private void Answer(byte[] data, Datagram source)
    {
        // Answers to one peer come in runs, so the last one's address is kept.
        if (_lastSenderDestination is null || source.PeerBytes.IsEmpty || !source.PeerBytes.SequenceEqual(_lastSender))
        {
            EndPoint sender = source.RemoteEndPoint
                ?? throw CallFailure.Of("sendto", null, SocketError.DestinationAddressRequired, source, "the sender of this datagram has no name to answer to");
            EndPoint usable = UsableAddress.FirstFor(_through!, sender, "sendto", transport.Stop);
            if (_source is not null)
            {
                CheckFamily(_source, usable, source);
            }

            _lastSenderEndPoint = usable;
            _lastSenderDestination = usable.Serialize();
            _lastSender = source.PeerBytes.ToArray();
        }

        _waiting.Add(new OutgoingDatagram(data, _lastSenderDestination, _lastSenderEndPoint, LocalAddress is null ? AnswersFrom(source) : _source));
    }
}
