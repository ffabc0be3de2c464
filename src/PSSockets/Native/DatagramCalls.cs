using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace PSSockets.Native;

/// <summary>Moving datagrams on Linux: recvmmsg(2), sendto(2), sendmsg(2), sendmmsg(2); UDP_SEGMENT is in udp(7).</summary>
internal static unsafe partial class DatagramCalls
{
    public const int Peek = 0x2;
    public const int DontRoute = 0x4;
    public const int Truncate = 0x20;
    public const int DontWait = 0x40;
    public const int NoSignal = 0x4000;

    /// <summary>IPPROTO_UDP, which is also the level of UDP's options and control messages.</summary>
    public const int UdpLevel = 17;

    /// <summary>UDP_SEGMENT: what is sent is cut into datagrams of so many bytes.</summary>
    public const int UdpSegment = 103;

    /// <summary>UDP_GRO: what is received is several datagrams of so many bytes.</summary>
    public const int UdpReceiveSegments = 104;

    /// <summary>A piece of memory: <c>struct iovec</c>.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct Vector
    {
        public byte* Base;
        public nuint Length;
    }

    /// <summary>A message: <c>struct msghdr</c>.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct Header
    {
        public byte* Name;
        public uint NameLength;
        public Vector* Vectors;
        public nuint VectorCount;
        public byte* Control;
        public nuint ControlLength;
        public int Flags;
    }

    /// <summary>One message of many: <c>struct mmsghdr</c>.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct BatchHeader
    {
        public Header Header;
        public uint Length;
    }

    /// <summary>Receives at most so many messages; how many, or -1 and errno: recvmmsg(2).</summary>
    [LibraryImport("libc", EntryPoint = "recvmmsg", SetLastError = true)]
    public static partial int ReceiveBatch(SafeSocketHandle socket, BatchHeader* headers, int count, int flags, void* timeout);

    /// <summary>Sends messages in their order until one fails; how many were sent, or -1 and errno: sendmmsg(2).</summary>
    [LibraryImport("libc", EntryPoint = "sendmmsg", SetLastError = true)]
    public static partial int SendBatch(SafeSocketHandle socket, BatchHeader* headers, int count, int flags);

    /// <summary>Sends one message; -1 and errno where it failed: sendto(2).</summary>
    [LibraryImport("libc", EntryPoint = "sendto", SetLastError = true)]
    public static partial nint SendTo(SafeSocketHandle socket, byte* data, nuint length, int flags, byte* address, uint addressLength);

    /// <summary>Sends one message with what is said beside its data; -1 and errno where it failed: sendmsg(2).</summary>
    [LibraryImport("libc", EntryPoint = "sendmsg", SetLastError = true)]
    public static partial nint SendMessage(SafeSocketHandle socket, Header* header, int flags);
}
