using System.Buffers;
using System.Net.Sockets;
using System.Text;
using PSSockets.Sockets;
using PSSockets.Streams;
using PSSockets.Waiting;

namespace PSSockets.Sessions;

/// <summary>The other side of a session. Nothing here waits.</summary>
/// <param name="record">The socket.</param>
internal abstract class SessionPeer(SocketRecord record)
{
    /// <summary>The messages that wait for room, and how many bytes of the first were sent.</summary>
    protected Queue<byte[]> Waiting { get; } = [];

    /// <summary>The socket.</summary>
    public SocketRecord Record => record;

    /// <summary>What is waited for at it.</summary>
    public SocketInterest Interest { get; } = new(record);

    /// <summary>Whether it has said that it will send no more.</summary>
    public bool HasEnded { get; protected set; }

    /// <summary>Whether it sends messages, each of which is shown by itself.</summary>
    public abstract bool SendsMessages { get; }

    /// <summary>Whether something waits for room.</summary>
    public virtual bool HasToSend => Waiting.Count > 0;

    /// <summary>Sends a message when there is room for it.</summary>
    public void Queue(byte[] message) => Waiting.Enqueue(message);

    /// <summary>Takes what has come; null where there is nothing now, or it has ended.</summary>
    public abstract byte[]? Receive();

    /// <summary>Puts back what was taken last and did not reach anybody.</summary>
    public abstract void PutBack(byte[] bytes);

    /// <summary>Sends what there is room for; whether it sent anything.</summary>
    public abstract bool SendSome();

    /// <summary>Says that no more will be sent, once everything was; whether that is done.</summary>
    public abstract bool TryEnd();

    /// <summary>Gives up what was not sent.</summary>
    public abstract void Abandon();
}

/// <summary>The other side of a stream.</summary>
/// <param name="transport">The system.</param>
/// <param name="record">The stream.</param>
/// <param name="channel">Where its bytes come from and go to.</param>
internal sealed class StreamPeer(ISocketTransport transport, SocketRecord record, IByteChannel channel) : SessionPeer(record)
{
    private const int PieceSize = 64 * 1024;

    private readonly StreamSender _sender = new(transport, record, channel, null);
    private int _sent;
    private long _ticket;
    private bool _isOver;

    /// <inheritdoc />
    public override bool SendsMessages => false;

    /// <inheritdoc />
    public override bool HasToSend => base.HasToSend || channel.HasUnsent;

    /// <inheritdoc />
    public override byte[]? Receive()
    {
        byte[] buffer = ArrayPool<byte>.Shared.Rent(PieceSize);
        try
        {
            lock (Record.ReadGate)
            {
                int? count = channel.Receive(transport, buffer);
                _ticket = channel.Ticket;
                HasEnded |= count == 0;
                return count > 0 ? buffer.AsSpan(0, count.Value).ToArray() : null;
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <inheritdoc />
    public override void PutBack(byte[] bytes)
    {
        lock (Record.ReadGate)
        {
            channel.PutBack(_ticket, bytes);
        }
    }

    /// <inheritdoc />
    public override bool SendSome()
    {
        bool hasSent = false;
        while (HasToSend)
        {
            ReadOnlyMemory<byte> rest = Waiting.TryPeek(out byte[]? first) ? first.AsMemory(_sent) : default;
            if (_sender.TrySend(rest) is not int sent)
            {
                return hasSent;
            }

            hasSent = true;
            _sent += sent;
            if (first is not null && _sent == first.Length)
            {
                Waiting.Dequeue();
                _sent = 0;
            }
        }

        return hasSent;
    }

    /// <inheritdoc />
    public override bool TryEnd()
    {
        _isOver = _isOver || (!HasToSend && _sender.TryEnd());
        return _isOver;
    }

    /// <inheritdoc />
    public override void Abandon()
    {
        // What follows would be taken for the rest.
        Record.IsBroken |= _sent > 0;
        Waiting.Clear();
    }
}

/// <summary>The other side of a connected socket that carries messages.</summary>
/// <param name="transport">The system.</param>
/// <param name="record">The socket.</param>
/// <param name="failed">Is told of a message that could not be sent, or what the network says of an earlier one.</param>
internal sealed class MessagePeer(ISocketTransport transport, SocketRecord record, Action<SocketCallException> failed) : SessionPeer(record)
{
    private static readonly ReceiveOptions s_options = new(65535, Peek: false, Encoding.UTF8);

    private Datagram? _last;

    /// <inheritdoc />
    public override bool SendsMessages => true;

    /// <inheritdoc />
    public override byte[]? Receive()
    {
        try
        {
            _last = transport.Receive(Record, s_options, Deadline.Now);
            HasEnded |= _last == Datagram.End;
            return HasEnded ? null : _last?.Data;
        }
        catch (SocketCallException exception) when (exception.SocketErrorCode is SocketError.ConnectionRefused or SocketError.HostUnreachable or SocketError.NetworkUnreachable or SocketError.MessageSize)
        {
            failed(exception);
            return null;
        }
    }

    /// <inheritdoc />
    public override void PutBack(byte[] bytes)
    {
        if (_last is not null)
        {
            Record.Taken.PutBack(_last);
        }
    }

    /// <inheritdoc />
    public override bool SendSome()
    {
        bool hasSent = false;
        while (Waiting.TryPeek(out byte[]? message))
        {
            bool hasRoom = true;
            transport.Send(Record, [new OutgoingDatagram(message, null, null)], dontRoute: false, Deadline.Now, (_, failure) =>
            {
                hasRoom = failure.SocketErrorCode != SocketError.TimedOut;
                if (hasRoom)
                {
                    failed(failure);
                }
            });
            if (!hasRoom)
            {
                return hasSent;
            }

            Waiting.Dequeue();
            hasSent = true;
        }

        return hasSent;
    }

    /// <inheritdoc />
    public override bool TryEnd() => !HasToSend;

    /// <inheritdoc />
    public override void Abandon() => Waiting.Clear();
}
