using System.Net.Sockets;
using System.Runtime.InteropServices;
using PSSockets.Errors;

namespace PSSockets.Interop;

/// <summary>Options by number: getsockopt(2), setsockopt(2). Unlike .NET's raw options they keep the errno, and do not mark the socket as one that cannot connect again.</summary>
internal static unsafe partial class OptionCalls
{
    private const int LongestValue = 4096;

    /// <summary>The bytes of an option.</summary>
    /// <param name="socket">The socket.</param>
    /// <param name="name">The option's name, for messages.</param>
    /// <param name="level">SOL_SOCKET, IPPROTO_TCP and the like, as the operating system numbers them.</param>
    /// <param name="option">The option, as the operating system numbers it.</param>
    /// <param name="length">The most bytes to ask for; 0 for whatever the option has.</param>
    /// <exception cref="SocketCallException">The system refuses.</exception>
    /// <exception cref="SocketInputException"><c>SocketClosed</c>.</exception>
    public static byte[] Get(Socket socket, string name, int level, int option, int length = 0)
    {
        const string Call = "getsockopt";
        byte[] value = new byte[length > 0 ? length : LongestValue];
        return SystemCall.Invoke(Call, socket, name, () =>
        {
            if (OperatingSystem.IsWindows())
            {
                return value[..socket.GetRawSocketOption(level, option, value)];
            }

            uint size = (uint)value.Length;
            fixed (byte* first = value)
            {
                return Get(SocketDescriptor.Of(socket), level, option, first, &size) == 0
                    ? value[..(int)size]
                    : throw SystemCall.Failure(Call, name, Marshal.GetLastPInvokeError(), socket);
            }
        });
    }

    /// <summary>Sets the bytes of an option.</summary>
    /// <inheritdoc cref="Get(Socket, string, int, int, int)" />
    public static void Set(Socket socket, string name, int level, int option, byte[] value)
    {
        const string Call = "setsockopt";
        SystemCall.Invoke(Call, socket, name, () =>
        {
            if (OperatingSystem.IsWindows())
            {
                socket.SetRawSocketOption(level, option, value);
                return;
            }

            fixed (byte* first = value)
            {
                if (Set(SocketDescriptor.Of(socket), level, option, first, (uint)value.Length) != 0)
                {
                    throw SystemCall.Failure(Call, name, Marshal.GetLastPInvokeError(), socket);
                }
            }
        });
    }

    [LibraryImport("libc", EntryPoint = "getsockopt", SetLastError = true)]
    private static partial int Get(SafeSocketHandle socket, int level, int option, byte* value, uint* length);

    [LibraryImport("libc", EntryPoint = "setsockopt", SetLastError = true)]
    private static partial int Set(SafeSocketHandle socket, int level, int option, byte* value, uint length);
}
