using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace PSSockets.Native;

/// <summary>Options by number: getsockopt(2), setsockopt(2). Unlike .NET's raw options they keep the errno, and do not mark the socket as one that cannot connect again.</summary>
internal static unsafe partial class OptionCalls
{
    /// <summary>Reads an option; how many bytes it has, or -1 and errno.</summary>
    public static int Get(SafeSocketHandle socket, int level, int option, Span<byte> value)
    {
        uint size = (uint)value.Length;
        fixed (byte* first = value)
        {
            return Get(socket, level, option, first, &size) == 0 ? (int)size : -1;
        }
    }

    /// <summary>Sets an option; 0, or -1 and errno.</summary>
    public static int Set(SafeSocketHandle socket, int level, int option, ReadOnlySpan<byte> value)
    {
        fixed (byte* first = value)
        {
            return Set(socket, level, option, first, (uint)value.Length);
        }
    }

    [LibraryImport("libc", EntryPoint = "getsockopt", SetLastError = true)]
    private static partial int Get(SafeSocketHandle socket, int level, int option, byte* value, uint* length);

    [LibraryImport("libc", EntryPoint = "setsockopt", SetLastError = true)]
    private static partial int Set(SafeSocketHandle socket, int level, int option, byte* value, uint length);
}
