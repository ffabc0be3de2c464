using System.Net;
using System.Net.Sockets;

namespace PSSockets.Sockets;

/// <summary>
/// Every call that can block, for one operating system. A wait ends when the stop signal is set
/// (<see cref="OperationCanceledException"/>) or the deadline passes, and leaves the socket usable.
/// An engine belongs to one cmdlet and is used by one thread.
/// </summary>
internal interface ISocketEngine : IDisposable
{
    /// <summary>Receives one datagram; null when the deadline passed, <see cref="Datagram.End"/> when the peer of a SeqPacket socket has closed.</summary>
    /// <exception cref="SocketCallException">The call failed.</exception>
    /// <exception cref="SocketInputException"><c>SocketClosed</c>.</exception>
    Datagram? Receive(Socket socket, ReceiveOptions options, Deadline deadline);

    /// <summary>Receives one datagram of so many that will be asked for: the call may take as many from the kernel, and keeps the others for the next calls.</summary>
    /// <inheritdoc cref="Receive(Socket, ReceiveOptions, Deadline)" />
    Datagram? Receive(Socket socket, ReceiveOptions options, Deadline deadline, int most) => Receive(socket, options, deadline);

    /// <summary>Whether datagrams of this socket were taken from the kernel with others and wait for the next call.</summary>
    bool HasTaken(Socket socket) => false;

    /// <summary>Sends datagrams in their order, and reports each that could not be sent; the others go on.</summary>
    /// <exception cref="SocketInputException"><c>SocketClosed</c>.</exception>
    void Send(Socket socket, ReadOnlySpan<OutgoingDatagram> datagrams, bool dontRoute, Deadline deadline, Action<OutgoingDatagram, SocketCallException> failed);

    /// <summary>Starts to connect; what comes back may be finished already.</summary>
    /// <exception cref="SocketCallException">The connect failed at once.</exception>
    IPendingConnect StartConnect(Socket socket, EndPoint remoteEndPoint);

    /// <summary>Waits until one of the connects is over; its index, or -1 when the deadline passed.</summary>
    int WaitConnect(IReadOnlyList<IPendingConnect> connects, Deadline deadline);

    /// <summary>Accepts one connection; null when the deadline passed.</summary>
    /// <exception cref="SocketCallException">The call failed.</exception>
    /// <exception cref="SocketInputException"><c>SocketClosed</c>.</exception>
    Socket? Accept(Socket listener, Deadline deadline);

    /// <summary>Receives what there is of a stream: the number of bytes, 0 when the peer has closed, null when the deadline passed.</summary>
    /// <inheritdoc cref="Accept" path="/exception" />
    int? ReceiveBytes(Socket socket, Memory<byte> buffer, SocketFlags flags, Deadline deadline);

    /// <summary>Sends as much as there is room for: the number of bytes, null when the deadline passed.</summary>
    /// <inheritdoc cref="Accept" path="/exception" />
    int? SendBytes(Socket socket, ReadOnlyMemory<byte> data, SocketFlags flags, Deadline deadline);

    /// <summary>
    /// Takes bytes of a stream that a peek has shown, and drops them. It never waits, and is done though the pipeline is to
    /// stop, since somebody has got those bytes already.
    /// </summary>
    /// <inheritdoc cref="Accept" path="/exception" />
    void Discard(Socket socket, int count);

    /// <summary>Waits until one of the sockets is ready, and marks those that are; a closed one is. False when the deadline passed.</summary>
    bool Wait(IReadOnlyList<Socket> sockets, WaitFor what, bool[] ready, Deadline deadline);
}

/// <summary>A connect under way.</summary>
internal interface IPendingConnect
{
    /// <summary>The socket that is to be connected.</summary>
    Socket Socket { get; }

    /// <summary>The peer that it is to have.</summary>
    EndPoint RemoteEndPoint { get; }

    /// <summary>Ends a connect that is over.</summary>
    /// <exception cref="SocketCallException">It failed; the socket can try again.</exception>
    void Complete();

    /// <summary>Gives up a connect that is not over; the socket can try again.</summary>
    void Abandon();
}

/// <summary>How datagrams are received.</summary>
/// <param name="MaximumSize">The most bytes that are kept of one datagram.</param>
/// <param name="Peek">Whether the datagram stays in the socket.</param>
/// <param name="Encoding">How its text is read.</param>
internal sealed record ReceiveOptions(int MaximumSize, bool Peek, System.Text.Encoding Encoding)
{
    /// <summary>Whether all that are asked for will be wanted, so that they may be taken from the kernel together from the first on.</summary>
    public bool TakesAhead { get; init; }
}

/// <summary>A datagram to be sent.</summary>
/// <param name="Data">Its payload.</param>
/// <param name="Destination">The destination as the kernel reads it; null for the socket's own peer.</param>
/// <param name="EndPoint">The destination as an end point, for messages; null for the socket's own peer.</param>
internal readonly record struct OutgoingDatagram(byte[] Data, SocketAddress? Destination, EndPoint? EndPoint);
