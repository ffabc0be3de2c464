using System.Net;
using System.Net.Sockets;
using System.Text;
using PSSockets.Errors;
using PSSockets.Waiting;

namespace PSSockets.Sockets;

/// <summary>
/// Every system call of a socket, for one operating system. A wait ends when the stop signal is set
/// (<see cref="OperationCanceledException"/>) or the deadline passes, and leaves the socket usable. A transport belongs
/// to one cmdlet and is used by one thread. Each call fails with <see cref="SocketCallException"/>, or
/// <see cref="SocketInputException"/> (<c>SocketClosed</c>, <c>NotSupported</c>).
/// </summary>
internal interface ISocketTransport : IDisposable
{
    /// <summary>Ends every wait.</summary>
    StopSignal Stop { get; }

    /// <summary>How often a call has found nothing to do: it counts up, so that who has seen a failure can tell whether the system was well in between.</summary>
    long Waits { get; }

    /// <summary>Makes a socket: socket(2).</summary>
    Socket Open(AddressFamily family, SocketType type, ProtocolType protocol);

    /// <summary>Makes two connected UNIX sockets: socketpair(2).</summary>
    (Socket First, Socket Second) OpenPair(SocketType type);

    /// <summary>Gives the socket its address: bind(2). An address in use is refused unless the socket has SO_REUSEADDR or SO_REUSEPORT.</summary>
    void Bind(SocketRecord socket, EndPoint endPoint);

    /// <summary>Lets the socket wait for connections: listen(2).</summary>
    void Listen(SocketRecord socket, int backlog);

    /// <summary>Ends one direction of a connection or both: shutdown(2).</summary>
    void Shutdown(SocketRecord socket, SocketShutdown direction);

    /// <summary>Makes a datagram socket forget its peer, on the port it had: connect(2) with AF_UNSPEC.</summary>
    void Dissolve(SocketRecord socket);

    /// <summary>Closes the socket: close(2). Others who wait for it learn so first. Closing twice is not an error.</summary>
    void Close(SocketRecord socket);

    /// <summary>The socket's own address as the system has it: getsockname(2). Null where it has none and on a closed socket; it never fails.</summary>
    EndPoint? LocalName(SocketRecord socket);

    /// <summary>The peer's address: getpeername(2). Null where it has none, or the peer has no name; it never fails.</summary>
    EndPoint? PeerName(SocketRecord socket);

    /// <summary>Whether the socket has a peer.</summary>
    bool IsConnected(SocketRecord socket);

    /// <summary>The bytes of an option: getsockopt(2).</summary>
    /// <param name="socket">The socket.</param>
    /// <param name="text">The option's name, for messages.</param>
    /// <param name="level">SOL_SOCKET, IPPROTO_TCP and the like, as the operating system numbers them.</param>
    /// <param name="option">The option, as the operating system numbers it.</param>
    /// <param name="length">The most bytes to ask for; 0 for whatever the option has.</param>
    byte[] GetOption(SocketRecord socket, OptionText text, int level, int option, int length = 0);

    /// <summary>Sets the bytes of an option: setsockopt(2).</summary>
    /// <inheritdoc cref="GetOption" path="/param" />
    void SetOption(SocketRecord socket, OptionText text, int level, int option, ReadOnlySpan<byte> value);

    /// <summary>Lets an IPv6 socket talk to IPv4 too (IPV6_V6ONLY off).</summary>
    void SetDualMode(SocketRecord socket);

    /// <summary>Allows sending to broadcast addresses (SO_BROADCAST).</summary>
    void SetBroadcast(SocketRecord socket);

    /// <summary>SO_REUSEADDR alone: a port in TIME_WAIT can be bound again, but two listeners can never share one. (Datagram sockets on Linux can, when all have it: socket(7).)</summary>
    void SetReuseAddress(SocketRecord socket);

    /// <summary>SO_REUSEPORT: several sockets share one port, and each gets a part of what comes.</summary>
    void SetReusePort(SocketRecord socket);

    /// <summary>Asks for the local address and the interface of every datagram, before the first can come. Streams are left alone.</summary>
    void EnableReceiveInformation(SocketRecord socket);

    /// <summary>Whether the path is the file of a UNIX socket that nobody has bound any more.</summary>
    bool IsStaleFile(string path);

    /// <summary>Whether a path can be the file of a UNIX socket; false only where it is known to be something else.</summary>
    bool MayBeSocket(string path);

    /// <summary>Receives one datagram of so many that will be asked for: the call may take as many from the system, and keeps the others with the socket. Null when the deadline passed, <see cref="Datagram.End"/> when the peer of a SeqPacket socket has closed.</summary>
    Datagram? Receive(SocketRecord socket, ReceiveOptions options, Deadline deadline, int most = 1);

    /// <summary>Whether a datagram can be told which address to leave from.</summary>
    bool CanNameSource { get; }

    /// <summary>Sends datagrams in their order, and reports each that could not be sent; the others go on.</summary>
    /// <exception cref="SendStoppedException">The pipeline is to stop; it tells how many were sent before.</exception>
    void Send(SocketRecord socket, ReadOnlySpan<OutgoingDatagram> datagrams, bool dontRoute, Deadline deadline, Action<OutgoingDatagram, SocketCallException> failed);

    /// <summary>Starts to connect; what comes back may be finished already.</summary>
    IPendingConnect StartConnect(SocketRecord socket, EndPoint remoteEndPoint);

    /// <summary>Ends the wait for connects, or for several sockets, that is under way, or else the next one, as if its deadline had passed. Any thread may call it.</summary>
    void Wake();

    /// <summary>Waits until one of the connects is over; its index, or -1 when the deadline passed.</summary>
    int WaitConnect(IReadOnlyList<IPendingConnect> connects, Deadline deadline);

    /// <summary>Accepts one connection; null when the deadline passed.</summary>
    Socket? Accept(SocketRecord listener, Deadline deadline);

    /// <summary>Receives what there is of a stream: the number of bytes, 0 when the peer has closed, null when the deadline passed.</summary>
    int? ReceiveBytes(SocketRecord socket, Memory<byte> buffer, SocketFlags flags, Deadline deadline);

    /// <summary>Sends as much as there is room for: the number of bytes, null when the deadline passed.</summary>
    int? SendBytes(SocketRecord socket, ReadOnlyMemory<byte> data, SocketFlags flags, Deadline deadline);

    /// <summary>
    /// Takes bytes of a stream that a peek has shown, and drops them. It never waits, and is done though the pipeline is to
    /// stop, since somebody has got those bytes already.
    /// </summary>
    void Discard(SocketRecord socket, int count);

    /// <summary>Waits until one of the sockets is ready, and marks those that are; a closed one is. False when the deadline passed.</summary>
    bool Wait(IReadOnlyList<SocketRecord> sockets, WaitFor what, bool[] ready, Deadline deadline);

    /// <summary>Waits until the system has something for the socket, whatever was taken from it before; also ends when something is put back. False when the deadline passed.</summary>
    bool Wait(SocketRecord socket, WaitFor what, Deadline deadline);

    /// <summary>Waits until one of the sockets is ready for what is wanted of it, or the input may be read, and marks which; a closed socket is ready. False when the deadline passed.</summary>
    /// <param name="sockets">The sockets; one of which nothing is wanted is passed over.</param>
    /// <param name="input">What is read from beside them; null where there is nothing.</param>
    /// <param name="deadline">The end of the wait.</param>
    bool Wait(IReadOnlyList<SocketInterest> sockets, InputInterest? input, Deadline deadline);
}

/// <summary>How messages speak of an option.</summary>
/// <param name="Name">Its name, in errors.</param>
/// <param name="Argument">The arguments of the call.</param>
/// <param name="Read">Reads the value that the call gave; null where its length says enough.</param>
internal readonly record struct OptionText(string Name, string Argument, Func<byte[], object?>? Read = null)
{
    /// <summary>An option without more to say.</summary>
    public static implicit operator OptionText(string name) => new(name, name);
}

/// <summary>A connect under way.</summary>
internal interface IPendingConnect
{
    /// <summary>The socket that is to be connected.</summary>
    Socket Socket { get; }

    /// <summary>The peer that it is to have.</summary>
    EndPoint RemoteEndPoint { get; }

    /// <summary>Whether nothing is to be waited for any more.</summary>
    bool IsOver { get; }

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
internal sealed record ReceiveOptions(int MaximumSize, bool Peek, Encoding Encoding)
{
    /// <summary>Whether all that are asked for will be wanted, so that they may be taken from the system together from the first on.</summary>
    public bool TakesAhead { get; init; }
}

/// <summary>A datagram to be sent.</summary>
/// <param name="Data">Its payload.</param>
/// <param name="Destination">The destination as the kernel reads it; null for the socket's own peer.</param>
/// <param name="EndPoint">The destination as an end point, for messages; null for the socket's own peer.</param>
/// <param name="Source">Where it is to leave from; null leaves that to the system.</param>
internal readonly record struct OutgoingDatagram(byte[] Data, SocketAddress? Destination, EndPoint? EndPoint, DatagramSource? Source = null)
{
    /// <summary>The call that sends it: only sendmsg(2) takes more than the data and an address.</summary>
    public string Call => Source is not null ? "sendmsg" : Destination is null ? "send" : "sendto";

    /// <summary>What stands among the arguments of that call, for a datagram that goes to this address.</summary>
    public object? Argument(object? address) => Source is null ? address : address is null ? Source : $"{EndPointText.Describe(address)}, {Source}";
}

/// <summary>The pipeline is to stop while datagrams are sent.</summary>
/// <param name="done">How many were sent, or reported as failed, before.</param>
/// <param name="stop">The stop.</param>
internal sealed class SendStoppedException(int done, OperationCanceledException stop) : OperationCanceledException(stop.Message, stop, stop.CancellationToken)
{
    /// <summary>How many were sent, or reported as failed, before.</summary>
    public int Done => done;
}
