using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace PSSockets.Interop;

/// <summary>Moving datagrams on Linux: recvmsg(2), sendto(2), sendmmsg(2).</summary>
internal static unsafe partial class DatagramCalls
{
    public const int Peek = 0x2;
    public const int DontRoute = 0x4;
    public const int Truncate = 0x20;
    public const int DontWait = 0x40;
    public const int NoSignal = 0x4000;

    /// <summary>The largest batch that one sendmmsg(2) takes (UIO_MAXIOV).</summary>
    public const int MaximumBatch = 1024;

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

    [LibraryImport("libc", EntryPoint = "recvmsg", SetLastError = true)]
    public static partial nint Receive(SafeSocketHandle socket, Header* header, int flags);

    [LibraryImport("libc", EntryPoint = "sendto", SetLastError = true)]
    public static partial nint Send(SafeSocketHandle socket, byte* data, nuint length, int flags, byte* address, uint addressLength);

    [LibraryImport("libc", EntryPoint = "sendmmsg", SetLastError = true)]
    public static partial int SendBatch(SafeSocketHandle socket, BatchHeader* headers, uint count, int flags);
}
