using System.Management.Automation;
using System.Net;
using System.Net.Sockets;
using System.Text;
using PSSockets.Addresses;
using PSSockets.Channels;
using PSSockets.Errors;
using PSSockets.Native;
using PSSockets.Parameters;
using PSSockets.Sessions;
using PSSockets.Sockets;
using PSSockets.Waiting;

namespace PSSockets.Commands;

/// <summary>A live session with a peer: what is typed goes out, what comes is shown: send(2), recv(2), poll(2).</summary>
[Cmdlet(VerbsCommon.Enter, "Socket", DefaultParameterSetName = SocketSet, HelpUri = HelpAddress.Root + "Enter-Socket.md")]
[OutputType(typeof(string))]
public sealed class EnterSocketCommand : WaitingCommand
{
    private const string EndPointSet = "EndPoint";
    private const string SocketSet = "Socket";

    private PayloadInput? _input;
    private OpenSession? _session;
    private bool _hasFailed;

    /// <summary>The socket, connected; it stays open. Without it, and without -RemoteEndPoint, it comes from the pipeline.</summary>
    [Parameter(Position = 0, ParameterSetName = SocketSet)]
    [LiveSocket]
    [ArgumentCompleter(typeof(SocketCompleter))]
    public Socket? Socket { get; set; }

    /// <summary>The peer to connect to, over a stream that is closed in the end.</summary>
    [Parameter(Mandatory = true, Position = 0, ParameterSetName = EndPointSet)]
    [EndPointTransformation]
    public EndPoint RemoteEndPoint { get; set; } = null!;

    /// <summary>What is sent instead of what is typed: text, <c>byte[]</c>, Datagrams, SocketData.</summary>
    [Parameter(ValueFromPipeline = true, ParameterSetName = EndPointSet)]
    [Parameter(ValueFromPipeline = true, ParameterSetName = SocketSet)]
    [AllowNull]
    [AllowEmptyString]
    [AllowEmptyCollection]
    public object? InputObject { get; set; }

    /// <summary>Ends each line that is typed, or piped as text, with LF or CRLF; without it a typed line ends with LF, and text from the pipeline is sent as it is.</summary>
    [Parameter]
    [ValidateOneOf("LF", "CRLF")]
    [ArgumentCompleter(typeof(NewLineCompleter))]
    public string? NewLineText { get; set; }

    /// <summary>How text becomes bytes, and bytes text.</summary>
    [Parameter]
    [EncodingTransformation]
    [ArgumentCompleter(typeof(EncodingCompleter))]
    public Encoding Encoding { get; set; } = new UTF8Encoding(false);

    /// <summary>Shows bytes as hexadecimal digits.</summary>
    [Parameter]
    public SwitchParameter Hex { get; set; }

    /// <summary>Lets control characters of the peer reach the terminal.</summary>
    [Parameter]
    public SwitchParameter Raw { get; set; }

    /// <summary>Refuses every option of telnet that the peer offers or asks for, and shows nothing of that.</summary>
    [Parameter]
    public SwitchParameter Telnet { get; set; }

    private bool TakesMessages =>
        (MyInvocation.ExpectingInput || MyInvocation.BoundParameters.ContainsKey(nameof(InputObject))) && (ParameterSetName == EndPointSet || Socket is not null);

    private string NewLine => "CRLF".Equals(NewLineText ?? (Telnet ? "CRLF" : "LF"), StringComparison.OrdinalIgnoreCase) ? "\r\n" : "\n";

    /// <inheritdoc />
    protected override void ProcessInput()
    {
        if (!TakesMessages)
        {
            Run(Socket ?? PayloadInput.Unwrap(InputObject) as Socket);
        }
        else if (!_hasFailed)
        {
            _input ??= new PayloadInput(Encoding);
            _input.AddAll(InputObject, Guard, Pass);
        }
    }

    /// <inheritdoc />
    protected override void ProcessEnd()
    {
        if (!TakesMessages || _hasFailed)
        {
            return;
        }

        _input?.Flush(Pass);
        _session ??= Open(Socket, WriteText);
        _session.Live.Finish();
        _session.Live.End();
        WarnOfCut(_session.Record);
    }

    /// <inheritdoc />
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _session?.Dispose();
        }

        base.Dispose(disposing);
    }

    // Text of its own is sent as it is typed elsewhere, with a line end where one is asked for.
    private void Pass(PayloadInput.Payload payload)
    {
        try
        {
            _session ??= Open(Socket, WriteText);
            bool isLine = NewLineText is not null && payload is { Source: null, Through: null, IsText: true };
            _session.Live.Pass(isLine ? [.. payload.Data, .. Encoding.GetBytes(NewLine)] : payload.Data);
        }
        catch (Exception exception) when (exception is SocketCallException or SocketInputException)
        {
            _hasFailed = true;
            throw;
        }
    }

    // Without anything piped: with who sits at the terminal, or from standard input.
    private void Run(Socket? given)
    {
        if (Host.Name is not ("ConsoleHost" or "Visual Studio Code Host"))
        {
            throw new SocketInputException(ErrorIds.NotSupported, "Enter-Socket: nobody can type here", "Pipe what is to be sent to Enter-Socket, or use Send-SocketData and Receive-SocketData.", Host.Name);
        }

        bool isAtTerminal = !Console.IsInputRedirected && !Console.IsOutputRedirected;
        using OpenSession session = _session = isAtTerminal ? OpenAtTerminal(given) : Open(given, WriteText);
        try
        {
            if (session.Terminal is null)
            {
                session.Live.Copy(new StandardInput());
            }
            else
            {
                session.Live.Talk(session.Terminal, session.Screen!, line => Encoding.GetBytes(line + NewLine));
            }

            session.Live.End();
        }
        finally
        {
            session.Screen?.BeginRow();
            _session = null;
        }

        WarnOfCut(session.Record);
    }

    private OpenSession OpenAtTerminal(Socket? given)
    {
        OpenSession? session = null;
        session = Open(given, text => session!.Screen!.Show(text));
        session.Terminal = SystemNumbers.HasUnixFiles ? UnixTerminal.TryOpen() : new ConsoleTerminal();
        session.Screen = session.Terminal is null ? null : new SessionScreen(session.Terminal);
        return session;
    }

    private OpenSession Open(Socket? given, Action<string> show)
    {
        if (Hex && Raw)
        {
            throw new SocketInputException(ErrorIds.InvalidArgument, "Enter-Socket: -Hex and -Raw exclude each other", "Give one of them.", Hex);
        }

        bool isOwn = ParameterSetName == EndPointSet;
        Socket socket = isOwn ? Connect() : given ?? throw new SocketInputException(
            ErrorIds.InvalidArgument, "Enter-Socket: there is nobody to talk with", "Give a connected socket, or -RemoteEndPoint.", null);
        try
        {
            if (Telnet && socket.SocketType == SocketType.Stream)
            {
                TelnetSource.Begin(socket);
            }

            SessionPeer peer = PeerOf(socket);
            return new OpenSession(Transport, socket, isOwn, new LiveSession(Transport, peer, OutputFor(peer, show), Limit));
        }
        catch when (isOwn)
        {
            Transport.Close(socket);
            throw;
        }
    }

    private Socket Connect()
    {
        EndPoint asked = UnusableEndPoint.Check(RemoteEndPoint);
        Deadline deadline = Limit.Next();
        return Connector.ConnectFirst(
            Transport, EndPointResolver.All(asked, Stop, deadline), candidate => SocketFactory.Create(Transport, candidate.AddressFamily, SocketType.Stream), asked, deadline, Limit);
    }

    private SessionPeer PeerOf(SocketRecord record)
    {
        if (record.IsClosed)
        {
            throw CallFailure.Closed("recv", record.Socket);
        }

        if (record.Socket.SocketType == SocketType.Stream)
        {
            return new StreamPeer(Transport, record, ByteChannel.Of(record));
        }

        return Transport.IsConnected(record)
            ? new MessagePeer(Transport, record, Report)
            : throw CallFailure.Of("send", null, SocketError.NotConnected, record.Socket, "a session needs a peer: Connect-Socket first");
    }

    private SessionOutput OutputFor(SessionPeer peer, Action<string> show)
    {
        bool isShown = OutputPipe.IsShown(CommandRuntime);
        if (Hex)
        {
            return new HexOutput(isShown
                ? (row, _) => show(row + "\n")
                : (row, bytes) => Deliver(row, (peer, bytes), static taken =>
                {
                    if (taken.bytes.Length > 0)
                    {
                        taken.peer.PutBack(taken.bytes);
                    }
                }));
        }

        return isShown
            ? new TextOutput(new ShownText(Encoding, Raw), show)
            : new LineOutput(Encoding, Raw, (line, bytes) => Deliver(line, (peer, bytes), static taken => taken.peer.PutBack(taken.bytes)));
    }

    private void WriteText(string text) => Host.UI.Write(text);

    private void Report(SocketCallException failure)
    {
        _session?.Screen?.BeginRow();
        WriteFailure(failure);
    }

    /// <summary>A session, and what belongs to it.</summary>
    private sealed class OpenSession(ISocketTransport transport, SocketRecord record, bool isOwn, LiveSession live) : IDisposable
    {
        public SocketRecord Record => record;

        public LiveSession Live => live;

        public ITerminal? Terminal { get; set; }

        public SessionScreen? Screen { get; set; }

        public void Dispose()
        {
            live.Dispose();
            Terminal?.Dispose();
            if (isOwn)
            {
                transport.Close(record);
            }
        }
    }
}
