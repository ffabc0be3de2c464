using System.Net;
using System.Net.Sockets;
using PSSockets.Waiting;

namespace PSSockets.Sockets;

/// <summary>Finds a peer by connecting to it: connect(2).</summary>
/// <param name="transport">The system.</param>
internal sealed class ConnectTrials(ISocketTransport transport) : IPeerTrials
{
    /// <inheritdoc />
    public IPendingConnect Begin(Socket socket, EndPoint candidate) => transport.StartConnect(socket, candidate);

    /// <inheritdoc />
    public void Wait(IReadOnlyList<IPendingConnect> pending, Deadline deadline) => transport.WaitConnect(pending, deadline);
}
