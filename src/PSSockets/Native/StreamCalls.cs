using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace PSSockets.Native;

/// <summary>Moving bytes on Linux: recv(2), send(2).</summary>
internal static unsafe partial class StreamCalls
{
    public const int OutOfBand = 0x1;
    public const int Peek = 0x2;

    /// <summary>Of TCP, bytes are dropped and not copied: tcp(7).</summary>
    public const int Truncate = 0x20;

    public const int DontWait = 0x40;
    public const int NoSignal = 0x4000;

    [LibraryImport("libc", EntryPoint = "recv", SetLastError = true)]
    public static partial nint Receive(SafeSocketHandle socket, byte* buffer, nuint length, int flags);

    [LibraryImport("libc", EntryPoint = "send", SetLastError = true)]
    public static partial nint Send(SafeSocketHandle socket, byte* data, nuint length, int flags);
}
