using System.Net;
using System.Net.Sockets;
using System.Text;
using PSSockets.Sockets;
using PSSockets.Waiting;

namespace PSSockets.Datagrams;

/// <summary>Finds a peer by what comes back after a datagram: an answer, or the network's word that nobody is there (ICMP).</summary>
/// <param name="transport">The system.</param>
/// <param name="message">What is sent.</param>
internal sealed class AnswerTrials(ISocketTransport transport, byte[] message) : IPeerTrials
{
    // Only that something comes is of interest.
    private static readonly ReceiveOptions s_options = new(1, Peek: false, Encoding.UTF8);

    /// <inheritdoc />
    public IPendingConnect Begin(Socket socket, EndPoint candidate)
    {
        // A datagram socket has its peer at once, and only one that has a peer is told of a refusal.
        IPendingConnect connect = transport.StartConnect(socket, candidate);
        transport.WaitConnect([connect], Deadline.Now);
        connect.Complete();
        SocketCallException? failure = null;
        transport.Send(socket, [new OutgoingDatagram(message, null, null)], dontRoute: false, Deadline.Now, (_, exception) => failure = exception);
        return failure is null ? new Answer(socket, candidate) : throw failure;
    }

    /// <inheritdoc />
    public void Wait(IReadOnlyList<IPendingConnect> pending, Deadline deadline)
    {
        bool[] ready = new bool[pending.Count];
        if (!transport.Wait([.. pending.Select(static answer => SocketRecord.Of(answer.Socket))], WaitFor.Read, ready, deadline))
        {
            return;
        }

        for (int index = 0; index < ready.Length; index++)
        {
            if (ready[index])
            {
                ((Answer)pending[index]).Take(transport);
            }
        }
    }

    private sealed class Answer(Socket socket, EndPoint candidate) : IPendingConnect
    {
        private SocketCallException? _failure;

        public Socket Socket => socket;

        public EndPoint RemoteEndPoint => candidate;

        public bool IsOver { get; private set; }

        // What the system announced may be gone: a datagram with a wrong checksum.
        public void Take(ISocketTransport transport)
        {
            try
            {
                IsOver = transport.Receive(socket, s_options, Deadline.Now) is not null;
            }
            catch (SocketCallException failure)
            {
                _failure = failure;
                IsOver = true;
            }
        }

        public void Complete()
        {
            if (_failure is not null)
            {
                throw _failure;
            }
        }

        public void Abandon()
        {
        }
    }
}
