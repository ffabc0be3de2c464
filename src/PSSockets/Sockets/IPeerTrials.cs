using System.Net;
using System.Net.Sockets;
using PSSockets.Waiting;

namespace PSSockets.Sockets;

/// <summary>A way to find out whether a peer is there.</summary>
internal interface IPeerTrials
{
    /// <summary>Begins with one address.</summary>
    /// <exception cref="SocketCallException">It failed at once.</exception>
    IPendingConnect Begin(Socket socket, EndPoint candidate);

    /// <summary>Waits until one of them is over, somebody calls <see cref="ISocketTransport.Wake"/>, or the deadline passes.</summary>
    void Wait(IReadOnlyList<IPendingConnect> pending, Deadline deadline);
}
