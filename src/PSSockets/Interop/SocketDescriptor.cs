using System.Net;
using System.Net.Sockets;
using System.Runtime.CompilerServices;

namespace PSSockets.Interop;

/// <summary>
/// The descriptor behind a socket, for system calls that .NET does not make.
/// </summary>
internal static class SocketDescriptor
{
    private static bool s_fieldIsGone;
    private static bool s_propertyIsGone;

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

    /// <summary>Makes .NET forget that a connect failed; whether one had.</summary>
    /// <remarks>
    /// After a failed connect .NET puts a new descriptor in the place of the old one, within the next connect. Linux can
    /// connect the old one again, and a connect that was made on it must not be made a second time on another.
    /// </remarks>
    public static bool ForgetFailedConnect(Socket socket)
    {
        if (s_propertyIsGone)
        {
            return false;
        }

        try
        {
            SafeSocketHandle handle = Of(socket);
            bool hasFailed = LastConnectFailed(handle);
            if (hasFailed)
            {
                SetLastConnectFailed(handle, false);
            }

            return hasFailed;
        }
        catch (MissingMethodException)
        {
            s_propertyIsGone = true;
            return false;
        }
    }

    /// <summary>Makes .NET forget the path that a UNIX socket was bound to, which it would remove with whatever is there when the socket closes.</summary>
    public static void ForgetPath(Socket socket)
    {
        try
        {
            LocalEndPointField(socket) = null;
        }
        catch (MissingFieldException)
        {
            // A later runtime: the path goes with the socket, as it does with every socket of .NET.
        }
    }

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_rightEndPoint")]
    private static extern ref EndPoint? LocalEndPointField(Socket socket);

    [UnsafeAccessor(UnsafeAccessorKind.Method, Name = "get_LastConnectFailed")]
    private static extern bool LastConnectFailed(SafeSocketHandle handle);

    [UnsafeAccessor(UnsafeAccessorKind.Method, Name = "set_LastConnectFailed")]
    private static extern void SetLastConnectFailed(SafeSocketHandle handle, bool value);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_handle")]
    private static extern ref SafeSocketHandle HandleField(Socket socket);
}
