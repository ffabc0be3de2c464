using System.Management.Automation;
using System.Net;
using System.Net.Sockets;
using System.Text;
using PSSockets.Addresses;
using PSSockets.Datagrams;
using PSSockets.Errors;
using PSSockets.Parameters;
using PSSockets.Sockets;

namespace PSSockets.Commands;

/// <summary>Finds out who is there: connects to many end points at the same time, or sends each a datagram, and closes again.</summary>
[Cmdlet(VerbsDiagnostic.Test, "Socket", HelpUri = HelpAddress.Root + "Test-Socket.md")]
[OutputType(typeof(SocketTest), typeof(bool))]
public sealed class TestSocketCommand : WaitingCommand
{
    private PeerOutput? _peers;
    private SocketType _type;

    /// <summary>The end points; several ports are <c>host:22,80</c> or <c>host:8000-8010</c>.</summary>
    [Parameter(Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Alias("EndPoint")]
    [EndPointsTransformation]
    [ArgumentCompleter(typeof(EndPointCompleter))]
    public EndPoint[]? RemoteEndPoint { get; set; }

    /// <summary>The port where the end point is a host alone, or several ports.</summary>
    [Parameter(Position = 1, ValueFromPipelineByPropertyName = true)]
    [PortTransformation]
    [ArgumentCompleter(typeof(ServiceCompleter))]
    public string? Port { get; set; }

    /// <summary>The name or the address of a host.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [Alias("ComputerName", "DnsHostName", "IPAddress")]
    public string? HostName { get; set; }

    /// <summary>Whether to connect a stream, or to send a datagram.</summary>
    [Parameter(Position = 2)]
    [ArgumentCompleter(typeof(TestTypeCompleter))]
    public string SocketType { get; set; } = "Stream";

    /// <summary>What a datagram is to hold.</summary>
    [Parameter]
    [ValidateNotNull]
    public object? InputObject { get; set; }

    /// <summary>The longest time for each end point, in seconds.</summary>
    [Parameter]
    [ValidateRange(0.0, Limits.LongestTimeout)]
    public override double TimeoutSeconds { get; set; } = 1;

    /// <summary>The most end points that are tried at the same time, and the most sockets that are open for them.</summary>
    [Parameter]
    [ValidateRange(1, int.MaxValue)]
    public int ThrottleLimit { get; set; } = 256;

    /// <summary>How text becomes bytes.</summary>
    [Parameter]
    [EncodingTransformation]
    [ArgumentCompleter(typeof(EncodingCompleter))]
    public Encoding Encoding { get; set; } = new UTF8Encoding(false);

    /// <summary>Writes only whether somebody answered.</summary>
    [Parameter]
    public SwitchParameter Quiet { get; set; }

    private bool IsDatagram => _type == System.Net.Sockets.SocketType.Dgram;

    // It has a default.
    private protected override double? Patience => TimeoutSeconds;

    /// <inheritdoc />
    protected override void ProcessInput()
    {
        // After whole end points the second word may be the type.
        if (_peers is null && Port is not null && SocketNameTables.Types.Knows(Port))
        {
            SocketType = Port;
            Port = null;
        }

        _peers ??= new PeerOutput(NewSearch(), Write);
        EndPoint?[] given = RemoteEndPoint is { Length: > 0 } known ? [.. known] : [null];
        foreach (EndPoint? endPoint in given)
        {
            Guard(() => AddAll(endPoint));
        }

        _peers.WriteKnown();
    }

    /// <inheritdoc />
    protected override void ProcessEnd() => _peers?.WriteAll();

    /// <inheritdoc />
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _peers?.Dispose();
        }

        base.Dispose(disposing);
    }

    private PeerSearch NewSearch()
    {
        _type = SocketNameTables.Types.Parse(SocketType);
        if (_type is not (System.Net.Sockets.SocketType.Stream or System.Net.Sockets.SocketType.Dgram))
        {
            throw new SocketInputException(ErrorIds.InvalidArgument, $"sockets of type {SocketType} are not tested", "Use Stream (tcp) or Datagram (udp).", SocketType);
        }

        if (InputObject is not null && !IsDatagram)
        {
            throw new SocketInputException(ErrorIds.InvalidArgument, "a connect carries no message", "Leave -InputObject out, or give -SocketType Datagram.", InputObject);
        }

        IPeerTrials trials = IsDatagram ? new AnswerTrials(Transport, Message()) : new ConnectTrials(Transport);
        return new PeerSearch(Transport, trials, candidate => SocketFactory.Create(Transport, candidate.AddressFamily, _type), ThrottleLimit, Limit);
    }

    private byte[] Message()
    {
        List<byte[]> messages = [];
        if (InputObject is not null)
        {
            PayloadInput input = new(Encoding);
            input.AddAll(InputObject, static action => action(), message => messages.Add(message.Data));
            input.Flush(message => messages.Add(message.Data));
        }

        return messages switch
        {
            [] => [],
            [byte[] only] => only,
            _ => throw new SocketInputException(ErrorIds.InvalidMessage, $"these are {messages.Count} messages, and each end point gets one", "Give one text or byte[].", InputObject),
        };
    }

    private void AddAll(EndPoint? endPoint)
    {
        if (string.IsNullOrEmpty(Port))
        {
            foreach (EndPoint asked in endPoint is null && HostName is not null ? EndPointRange.Read(HostName, path => UserPath.Resolve(SessionState, path)) : [Find(endPoint, null)])
            {
                _peers!.Add(new PeerTarget(asked));
            }

            return;
        }

        foreach (string port in EndPointRange.Ports(Port, Port))
        {
            Guard(() => _peers!.Add(new PeerTarget(Find(endPoint, port))));
        }
    }

    private EndPoint Find(EndPoint? endPoint, string? port) => PeerArgument.Find(SessionState, endPoint, HostName, port);

    private void Write(PeerTarget target)
    {
        if (target.Socket is not null)
        {
            Transport.Close(target.Socket);
        }

        if (SocketTest.From(target, IsDatagram) is not SocketTest test)
        {
            WriteFailure(target.Failure!);
        }
        else if (Quiet)
        {
            WriteObject(test.IsPositive);
        }
        else
        {
            WriteObject(test);
        }
    }
}
