using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace PSSockets.Native;

/// <summary>Moving datagrams on Linux: recvmmsg(2), sendto(2), sendmsg(2), sendmmsg(2), UDP_SEGMENT in udp(7).</summary>
internal sealed unsafe partial class DatagramCalls : IDatagramCalls
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

    private DatagramCalls()
    {
    }

    /// <summary>The calls of this system.</summary>
    public static DatagramCalls System { get; } = new();

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

    /// <inheritdoc />
    int IDatagramCalls.Receive(SafeSocketHandle socket, BatchHeader* headers, int count, int flags) =>
        ReceiveBatch(socket, headers, (uint)count, flags, null);

    /// <inheritdoc />
    int IDatagramCalls.Send(SafeSocketHandle socket, BatchHeader* headers, int count, int flags) =>
        SendBatch(socket, headers, (uint)count, flags);

    /// <inheritdoc />
    nint IDatagramCalls.Send(SafeSocketHandle socket, byte* data, nuint length, int flags, byte* address, uint addressLength) =>
        SendTo(socket, data, length, flags, address, addressLength);

    /// <inheritdoc />
    nint IDatagramCalls.Send(SafeSocketHandle socket, Header* header, int flags) => SendMessage(socket, header, flags);

    /// <inheritdoc />
    int IDatagramCalls.SegmentSize(SafeSocketHandle socket)
    {
        int value = 0;
        uint size = sizeof(int);
        return GetOption(socket, UdpLevel, UdpSegment, &value, &size) == 0 ? value : -1;
    }

    [LibraryImport("libc", EntryPoint = "recvmmsg", SetLastError = true)]
    private static partial int ReceiveBatch(SafeSocketHandle socket, BatchHeader* headers, uint count, int flags, void* timeout);

    [LibraryImport("libc", EntryPoint = "sendmmsg", SetLastError = true)]
    private static partial int SendBatch(SafeSocketHandle socket, BatchHeader* headers, uint count, int flags);

    [LibraryImport("libc", EntryPoint = "sendto", SetLastError = true)]
    private static partial nint SendTo(SafeSocketHandle socket, byte* data, nuint length, int flags, byte* address, uint addressLength);

    [LibraryImport("libc", EntryPoint = "sendmsg", SetLastError = true)]
    private static partial nint SendMessage(SafeSocketHandle socket, Header* header, int flags);

    [LibraryImport("libc", EntryPoint = "getsockopt", SetLastError = true)]
    private static partial int GetOption(SafeSocketHandle socket, int level, int option, int* value, uint* length);
}
