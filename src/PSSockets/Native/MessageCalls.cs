using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace PSSockets.Native;

/// <summary>
/// Sends a message with what is said beside its data, for which .NET has no call: sendmsg(2), on Windows WSASendMsg. The
/// call fails with -1 and errno.
/// </summary>
internal static unsafe partial class MessageCalls
{
    // MSG_DONTROUTE is the same everywhere.
    private const int DontRoute = 0x4;

    /// <summary>Sends one message; how many bytes.</summary>
    /// <param name="socket">The socket; whether the call waits is as the socket has it.</param>
    /// <param name="data">The payload.</param>
    /// <param name="address">Where to, as the system reads it; empty for the socket's peer.</param>
    /// <param name="control">Control messages in the layout of this system.</param>
    /// <param name="dontRoute">Whether the destination is looked at without routing.</param>
    public static int Send(SafeSocketHandle socket, ReadOnlySpan<byte> data, ReadOnlySpan<byte> address, ReadOnlySpan<byte> control, bool dontRoute)
    {
        int flags = dontRoute ? DontRoute : 0;
        fixed (byte* payload = data, name = address, beside = control)
        {
            if (SystemNumbers.HasWinsock)
            {
                WindowsVector vector = new() { Length = (uint)data.Length, Base = payload };
                WindowsHeader header = new()
                {
                    Name = name,
                    NameLength = address.Length,
                    Vectors = &vector,
                    VectorCount = 1,
                    Control = new WindowsVector { Length = (uint)control.Length, Base = beside },
                };
                uint sent;
                return SendOnWindows(socket, &header, (uint)flags, &sent, null, null) == 0 ? (int)sent : -1;
            }

            DatagramCalls.Vector one = new() { Base = payload, Length = (nuint)data.Length };
            if (SystemNumbers.MessageLengthsAreLong)
            {
                DatagramCalls.Header header = new()
                {
                    Name = name,
                    NameLength = (uint)address.Length,
                    Vectors = &one,
                    VectorCount = 1,
                    Control = beside,
                    ControlLength = (nuint)control.Length,
                };
                return (int)Send(socket, &header, flags);
            }

            BsdHeader bsd = new()
            {
                Name = name,
                NameLength = (uint)address.Length,
                Vectors = &one,
                VectorCount = 1,
                Control = beside,
                ControlLength = (uint)control.Length,
            };
            return (int)Send(socket, &bsd, flags);
        }
    }

    // struct msghdr of macOS and its kin, where lengths have 32 bits.
    [StructLayout(LayoutKind.Sequential)]
    private struct BsdHeader
    {
        public byte* Name;
        public uint NameLength;
        public DatagramCalls.Vector* Vectors;
        public int VectorCount;
        public byte* Control;
        public uint ControlLength;
        public int Flags;
    }

    // WSABUF.
    [StructLayout(LayoutKind.Sequential)]
    private struct WindowsVector
    {
        public uint Length;
        public byte* Base;
    }

    // WSAMSG.
    [StructLayout(LayoutKind.Sequential)]
    private struct WindowsHeader
    {
        public byte* Name;
        public int NameLength;
        public WindowsVector* Vectors;
        public uint VectorCount;
        public WindowsVector Control;
        public uint Flags;
    }

    [LibraryImport("libc", EntryPoint = "sendmsg", SetLastError = true)]
    private static partial nint Send(SafeSocketHandle socket, void* header, int flags);

    [LibraryImport("ws2_32", EntryPoint = "WSASendMsg", SetLastError = true)]
    private static partial int SendOnWindows(SafeSocketHandle socket, WindowsHeader* header, uint flags, uint* sent, void* overlapped, void* completion);
}
