using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Text;
using PSSockets.Errors;
using PSSockets.Sockets;
using PSSockets.Waiting;

namespace PSSockets.Datagrams;

/// <summary>Sends datagrams, one by one or many with one call: sendto(2), sendmmsg(2).</summary>
/// <param name="transport">The system.</param>
/// <param name="socket">The socket to send through; null sends each received datagram's answer through the socket it came from.</param>
/// <param name="remoteEndPoint">Where to; null for the peer of the socket, or the sender of a received datagram.</param>
/// <param name="encoding">How the text of what was sent is read.</param>
internal sealed class DatagramSender(ISocketTransport transport, Socket? socket, EndPoint? remoteEndPoint, Encoding encoding)
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

    /// <summary>Whether destinations are looked at without routing (MSG_DONTROUTE).</summary>
    public bool DontRoute { get; init; }

    /// <summary>The longest wait for room in the queue; null is for ever.</summary>
    public double? TimeoutSeconds { get; init; }

    /// <summary>Is told of each datagram that was sent, when set.</summary>
    public Action<Datagram>? Sent { get; init; }

    /// <summary>Is told of each datagram that could not be sent.</summary>
    public required Action<SocketCallException> Failed { get; init; }

    /// <summary>How many wait to be sent.</summary>
    public int WaitingCount => _waiting.Count;

    /// <summary>Takes a message.</summary>
    /// <param name="data">Its bytes.</param>
    /// <param name="source">The datagram it came as, which knows its socket and sender; null where it is plain data.</param>
    /// <exception cref="SocketInputException">There is no socket to send through, or it is closed or no datagram socket.</exception>
    /// <exception cref="SocketCallException">There is no destination, or it cannot be used with this socket.</exception>
    public void Add(byte[] data, Datagram? source)
    {
        Socket through = socket ?? source?.Socket ?? throw new SocketInputException(
            ErrorIds.InvalidArgument, "sendto: there is no socket to send through", "Give -Socket; only received datagrams bring their own.", data);
        if (!ReferenceEquals(through, _through))
        {
            Flush();
            Use(through);
        }

        if (remoteEndPoint is not null)
        {
            _waiting.Add(new OutgoingDatagram(data, _destination, _resolved));
        }
        else if (source is null || _hasPeer)
        {
            _waiting.Add(new OutgoingDatagram(data, null, null));
        }
        else
        {
            Answer(data, source);
        }
    }

    /// <summary>Sends all that wait, in their order.</summary>
    /// <exception cref="SocketInputException"><c>SocketClosed</c>.</exception>
    public void Flush() => Flush(Deadline.After(TimeoutSeconds));

    /// <summary>Sends all that wait, in their order, some of many that have one deadline together.</summary>
    /// <exception cref="SocketInputException"><c>SocketClosed</c>.</exception>
    public void Flush(Deadline deadline)
    {
        if (_waiting.Count == 0)
        {
            return;
        }

        Socket through = _through!;
        try
        {
            transport.Send(through, CollectionsMarshal.AsSpan(_waiting), DontRoute, deadline, _noteFailure ??= NoteFailure);
            if (Sent is not null || _failures.Count > 0)
            {
                Report(through);
            }
        }
        finally
        {
            _waiting.Clear();
            _failures.Clear();
        }
    }

    private void NoteFailure(OutgoingDatagram datagram, SocketCallException failure) => _failures.Add((datagram, failure));

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
        datagram.Data, datagram.Data.Length, through, encoding, datagram.EndPoint ?? transport.RemoteEndPoint(through), null, 0, DateTime.UtcNow.Ticks);

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
            _resolved = UsableAddress.FirstFor(through, remoteEndPoint, Call, transport.Stop);
            _destination = _resolved.Serialize();
        }

        _through = through;
    }

    private void Answer(byte[] data, Datagram source)
    {
        // Answers to one peer come in runs, so the last one's address is kept.
        if (_lastSenderDestination is null || source.PeerBytes.IsEmpty || !source.PeerBytes.SequenceEqual(_lastSender))
        {
            EndPoint sender = source.RemoteEndPoint
                ?? throw CallFailure.Of("sendto", null, SocketError.DestinationAddressRequired, source, "the sender of this datagram has no name to answer to");
            _lastSenderEndPoint = UsableAddress.FirstFor(_through!, sender, "sendto", transport.Stop);
            _lastSenderDestination = _lastSenderEndPoint.Serialize();
            _lastSender = source.PeerBytes.ToArray();
        }

        _waiting.Add(new OutgoingDatagram(data, _lastSenderDestination, _lastSenderEndPoint));
    }
}
