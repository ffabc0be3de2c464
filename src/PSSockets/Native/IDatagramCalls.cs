using System.Net.Sockets;

namespace PSSockets.Native;

/// <summary>The system calls that move datagrams. Each fails with -1 and errno, which tests can make any of them do.</summary>
internal unsafe interface IDatagramCalls
{
    /// <summary>Receives at most so many messages; how many: recvmmsg(2).</summary>
    int Receive(SafeSocketHandle socket, DatagramCalls.BatchHeader* headers, int count, int flags);

    /// <summary>Sends messages in their order until one fails; how many were sent: sendmmsg(2).</summary>
    int Send(SafeSocketHandle socket, DatagramCalls.BatchHeader* headers, int count, int flags);

    /// <summary>Sends one message: sendto(2).</summary>
    nint Send(SafeSocketHandle socket, byte* data, nuint length, int flags, byte* address, uint addressLength);

    /// <summary>Sends one message with what is said beside its data: sendmsg(2).</summary>
    nint Send(SafeSocketHandle socket, DatagramCalls.Header* header, int flags);

    /// <summary>The size that the socket's owner has what is sent cut into (UDP_SEGMENT): 0 where it is sent as it is, -1 where the system cannot cut.</summary>
    int SegmentSize(SafeSocketHandle socket);
}
