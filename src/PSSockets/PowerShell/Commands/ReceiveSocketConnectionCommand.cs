using System.Management.Automation;
using System.Net.Sockets;
using PSSockets.Errors;
using PSSockets.Sockets;

namespace PSSockets.Commands;

/// <summary>Accepts connections: accept(2).</summary>
[Cmdlet(VerbsCommunications.Receive, "SocketConnection", HelpUri = HelpAddress.Root + "Receive-SocketConnection.md")]
[OutputType(typeof(Socket))]
public sealed class ReceiveSocketConnectionCommand : ReceiveCommand
{
    private const string Call = "accept";

    /// <inheritdoc />
    protected override void ProcessEnd()
    {
        SocketLoop<Socket> loop = new(Transport, Call, Transport.Accept, Limit)
        {
            Check = Check,
            Missing = "no connection came",
        };
        foreach (SocketLoop<Socket>.Result result in loop.Take(Sockets, Most))
        {
            if (result.Value is Socket connection)
            {
                Transport.EnableReceiveInformation(connection);
                SocketTable.Add(connection, Session.Id);
                // Who it is, the system forgets with the connection.
                _ = Transport.RemoteEndPoint(connection);
                Deliver(connection, (result.Source, connection), static taken =>
                {
                    SocketTable.Remove(taken.connection);
                    taken.Source.PutBack(taken.connection);
                });
            }
            else
            {
                WriteFailure(result.Failure!);
            }
        }
    }

    private SocketInputException? Check(SocketRecord socket) => Transport.State(socket) switch
    {
        SocketState.Listening => null,
        SocketState.Closed => CallFailure.Closed(Call, socket.Socket),
        _ => new SocketInputException(
            ErrorIds.InvalidArgument, $"{Call}: the socket does not listen", "Let it listen first, with Start-SocketListener.", socket.Socket),
    };
}
