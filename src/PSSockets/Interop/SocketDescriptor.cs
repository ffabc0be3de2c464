using System.Net.Sockets;
using System.Runtime.CompilerServices;

namespace PSSockets.Interop;

/// <summary>
/// The descriptor behind a socket, for system calls that .NET does not make.
/// </summary>
internal static class SocketDescriptor
{
    private static bool s_fieldIsGone;

    /// <summary>The descriptor; calls made with it count as uses, so it stays open until they return.</summary>
    /// <remarks>
    /// <see cref="Socket.SafeHandle"/> would do, but reading it marks the socket as shared with unknown code, and from
    /// then on .NET refuses to connect it again after a failed connect. So its field is read instead, and the property
    /// only where a later runtime no longer has that field.
    /// </remarks>
    public static SafeSocketHandle Of(Socket socket)
    {
        if (!s_fieldIsGone)
        {
            try
            {
                return HandleField(socket);
            }
            catch (MissingFieldException)
            {
                s_fieldIsGone = true;
            }
        }

        return socket.SafeHandle;
    }

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_handle")]
    private static extern ref SafeSocketHandle HandleField(Socket socket);
}
