using System.Net;
using System.Net.Sockets;
using System.Text;
using PSSockets.Addresses;

namespace PSSockets.Sockets;

/// <summary>What datagrams that follow each other have in common, and share.</summary>
/// <param name="Socket">The socket they came through, or were sent through.</param>
/// <param name="Encoding">How their text is read.</param>
/// <param name="Peer">Who sent them; null where that is not known as the kernel wrote it.</param>
/// <param name="LocalAddress">The address they were sent to.</param>
/// <param name="InterfaceIndex">The interface they came through.</param>
internal sealed record DatagramOrigin(Socket Socket, Encoding Encoding, PeerAddress? Peer, IPAddress? LocalAddress, int InterfaceIndex)
{
    /// <summary>Whether they were sent from here.</summary>
    public bool IsSent { get; init; }

    /// <summary>The address that they were sent from.</summary>
    public EndPoint? SentFrom { get; init; }
}
