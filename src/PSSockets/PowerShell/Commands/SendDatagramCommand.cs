using System.Management.Automation;
using System.Net;
using System.Net.Sockets;
using System.Text;
using PSSockets.Datagrams;
using PSSockets.Errors;
using PSSockets.Parameters;
using PSSockets.Sockets;
using PSSockets.Transport;
using PSSockets.Waiting;

namespace PSSockets.Commands;

/// <summary>Sends datagrams: sendto(2), send(2), sendmsg(2), sendmmsg(2).</summary>
[Cmdlet(VerbsCommunications.Send, "Datagram", HelpUri = HelpAddress.Root + "Send-Datagram.md")]
[OutputType(typeof(Datagram))]
public sealed class SendDatagramCommand : WaitingCommand
{
    // An array of any length is sent in parts of so many, so that it costs no more memory.
    private const int PartSize = 1024;

    private DatagramSender _sender = null!;
    private PayloadInput _input = null!;

    /// <summary>The socket; a piped Datagram brings its own, and without one -RemoteEndPoint makes one for this call.</summary>
    [Parameter(Position = 0)]
    [LiveSocket]
    [ArgumentCompleter(typeof(SocketCompleter))]
    public Socket? Socket { get; set; }

    /// <summary>Messages: text, <c>byte[]</c>, Datagrams. An array is one datagram for each element, handed to the kernel together.</summary>
    [Parameter(Mandatory = true, Position = 1, ValueFromPipeline = true)]
    [AllowNull]
    [AllowEmptyString]
    [AllowEmptyCollection]
    public object? InputObject { get; set; }

    /// <summary>Where to; without it to the socket's peer, or to the sender of a piped Datagram.</summary>
    [Parameter(Position = 2)]
    [EndPointTransformation]
    public EndPoint? RemoteEndPoint { get; set; }

    /// <summary>How text becomes bytes.</summary>
    [Parameter]
    [EncodingTransformation]
    [ArgumentCompleter(typeof(EncodingCompleter))]
    public Encoding Encoding { get; set; } = new UTF8Encoding(false);

    /// <summary>The address of this machine to send from; without it a piped Datagram is answered from the address that it was sent to, and for others the system chooses.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(LocalAddressCompleter))]
    public IPAddress? LocalAddress { get; set; }

    /// <summary>After how many seconds the name in -RemoteEndPoint is looked up again; without it once for the call.</summary>
    [Parameter]
    [ValidateRange(0.0, Limits.LongestTimeout)]
    public double ResolveSeconds { get; set; }

    /// <summary>Sends only to hosts on a network of this machine, past the routing table (MSG_DONTROUTE).</summary>
    [Parameter]
    public SwitchParameter DontRoute { get; set; }

    /// <summary>How many datagrams from the pipeline may be waited for, to hand them to the kernel together.</summary>
    [Parameter]
    [ValidateRange(1, 65536)]
    public int BatchSize { get; set; } = 1;

    /// <summary>Writes each datagram that was sent.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    /// <inheritdoc />
    protected override void BeginProcessing()
    {
        _input = new PayloadInput(Encoding);
        base.BeginProcessing();
        _sender = new DatagramSender(Transport, Socket, RemoteEndPoint, Encoding)
        {
            DontRoute = DontRoute,
            LocalAddress = LocalAddress,
            Limit = Limit,
            ResolveSeconds = Given(ResolveSeconds),
            Warned = WriteWarning,
            Sent = PassThru ? WriteObject : null,
            Failed = WriteFailure,
        };
    }

    /// <inheritdoc />
    protected override void ProcessInput()
    {
        if (_input.TryTakeOne(InputObject, out PayloadInput.Payload payload))
        {
            Add(payload);
        }
        else if (PayloadInput.IsList(InputObject))
        {
            Deadline deadline = Limit.Next();
            _input.AddAll(InputObject, Guard, part => AddPart(part, deadline));
            _sender.Flush(deadline);
            return;
        }
        else
        {
            _input.AddAll(InputObject, Guard, Add);
        }

        if (_sender.WaitingCount >= BatchSize)
        {
            _sender.Flush();
        }
    }

    /// <inheritdoc />
    protected override void ProcessEnd()
    {
        _input.Flush(Add);
        _sender.Flush();
        _sender.Dispose();
    }

    /// <inheritdoc />
    protected override void Dispose(bool disposing)
    {
        // What waits for its batch to fill would have been sent at once without -BatchSize, so it is not lost where the
        // pipeline does not come to its end. The cmdlet's own stop signal may be set by then, and nothing can be written.
        if (disposing && BatchSize > 1 && _sender is { WaitingCount: > 0 })
        {
            using StopSignal never = new();
            using ISocketTransport transport = SocketTransport.Create(never);
            _sender.SendRest(transport);
        }

        if (disposing)
        {
            _sender?.Dispose();
        }

        base.Dispose(disposing);
    }

    private void Add(PayloadInput.Payload payload)
    {
        if (Limit.IsOver)
        {
            // Once, and not for each that is left.
            ThrowTerminatingError(ErrorRecords.From(CallFailure.Of("sendto", RemoteEndPoint, SocketError.TimedOut, payload.Data, $"not everything was sent {Limit.Within}")));
        }

        if (RemoteEndPoint is not null)
        {
            UnusableEndPoint.Check(RemoteEndPoint);
        }

        _sender.Add(payload.Data, payload.Source);
    }

    private void AddPart(PayloadInput.Payload payload, Deadline deadline)
    {
        Add(payload);
        if (_sender.WaitingCount >= PartSize)
        {
            _sender.Flush(deadline);
        }
    }
}
