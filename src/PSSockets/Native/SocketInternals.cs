using System.Net;
using System.Net.Sockets;
using System.Reflection;
using System.Runtime.CompilerServices;

namespace PSSockets.Native;

/// <summary>
/// What .NET's Socket knows of its descriptor and of what was done with it. A call that is made past .NET (a bind
/// without SO_REUSEADDR, a connect that can be stopped) has to be told to it. Each field is there on .NET 8, 9 and 10;
/// where a later runtime lacks one, the .NET call is made instead.
/// </summary>
internal static class SocketInternals
{
    private static bool s_fieldIsGone;
    private static bool s_propertyIsGone;
    private static bool s_stateIsGone = !(HasField("_rightEndPoint", typeof(EndPoint)) && HasField("_remoteEndPoint", typeof(EndPoint))
        && HasField("_localEndPoint", typeof(EndPoint)) && HasField("_isListening", typeof(bool))
        && typeof(Socket).GetMethod("SetToConnected", BindingFlags.Instance | BindingFlags.NonPublic, []) is not null
        && typeof(UnixDomainSocketEndPoint).GetMethod("CreateBoundEndPoint", BindingFlags.Instance | BindingFlags.NonPublic, []) is not null);

    /// <summary>Whether .NET can be told of a bind, connect or listen that it did not make.</summary>
    public static bool CanTell => !s_stateIsGone;

    /// <summary>The descriptor; calls made with it count as uses, so it stays open until they return.</summary>
    /// <remarks>
    /// <see cref="Socket.SafeHandle"/> would do, but reading it marks the socket as shared with unknown code, and from
    /// then on .NET refuses to connect it again after a failed connect. So its field is read instead, and the property
    /// only where a later runtime no longer has that field.
    /// </remarks>
    public static SafeSocketHandle HandleOf(Socket socket)
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

    /// <summary>Tells .NET that the socket is bound; needs <see cref="CanTell"/>.</summary>
    public static void SetBound(Socket socket, EndPoint endPoint)
    {
        RightEndPoint(socket) = endPoint;
        LocalEndPoint(socket) = null;
    }

    /// <summary>The end point of a UNIX socket that is bound to it, with the file that .NET removes when the socket closes; needs <see cref="CanTell"/>.</summary>
    public static EndPoint WithFile(UnixDomainSocketEndPoint endPoint) => CreateBoundEndPoint(endPoint);

    /// <summary>Tells .NET that the socket is connected, also where it was to another peer before; needs <see cref="CanTell"/>.</summary>
    public static void SetConnected(Socket socket, EndPoint remoteEndPoint)
    {
        RightEndPoint(socket) ??= remoteEndPoint;
        RemoteEndPoint(socket) = null;
        LocalEndPoint(socket) = null;
        SetToConnected(socket);
    }

    /// <summary>Makes .NET ask the system again for the name of the peer, where it can be told to.</summary>
    public static void ForgetPeerName(Socket socket)
    {
        if (CanTell)
        {
            RemoteEndPoint(socket) = null;
        }
    }

    /// <summary>Tells .NET that the socket listens; needs <see cref="CanTell"/>.</summary>
    public static void SetListening(Socket socket) => IsListening(socket) = true;

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
            SafeSocketHandle handle = HandleOf(socket);
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

    /// <summary>Lets .NET know that a connect failed, so that it puts a new descriptor in the place of the old one.</summary>
    public static void NoteFailedConnect(Socket socket)
    {
        if (!s_propertyIsGone)
        {
            SetLastConnectFailed(HandleOf(socket), true);
        }
    }

    /// <summary>Makes .NET forget a connect that did not block and is given up.</summary>
    public static void EndConnecting(Socket socket)
    {
        if (CanSwap)
        {
            IsConnecting(socket) = false;
        }
    }

    /// <summary>Exchanges the descriptors of two sockets; needs <see cref="CanSwap"/>.</summary>
    public static void Swap(Socket one, Socket other) => (HandleField(one), HandleField(other)) = (HandleField(other), HandleField(one));

    /// <summary>Makes .NET forget the path that a UNIX socket was bound to, which it would remove with whatever is there when the socket closes.</summary>
    public static void ForgetPath(Socket socket)
    {
        if (CanTell)
        {
            RightEndPoint(socket) = null;
        }
    }

    /// <summary>Whether descriptors can be exchanged.</summary>
    public static bool CanSwap { get; } = HasField("_handle", typeof(SafeSocketHandle)) && HasField("_nonBlockingConnectInProgress", typeof(bool));

    private static bool HasField(string name, Type type) =>
        typeof(Socket).GetField(name, BindingFlags.Instance | BindingFlags.NonPublic)?.FieldType == type;

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_rightEndPoint")]
    private static extern ref EndPoint? RightEndPoint(Socket socket);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_remoteEndPoint")]
    private static extern ref EndPoint? RemoteEndPoint(Socket socket);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_localEndPoint")]
    private static extern ref EndPoint? LocalEndPoint(Socket socket);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_nonBlockingConnectInProgress")]
    private static extern ref bool IsConnecting(Socket socket);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_isListening")]
    private static extern ref bool IsListening(Socket socket);

    [UnsafeAccessor(UnsafeAccessorKind.Method, Name = "CreateBoundEndPoint")]
    private static extern UnixDomainSocketEndPoint CreateBoundEndPoint(UnixDomainSocketEndPoint endPoint);

    [UnsafeAccessor(UnsafeAccessorKind.Method, Name = "SetToConnected")]
    private static extern void SetToConnected(Socket socket);

    [UnsafeAccessor(UnsafeAccessorKind.Method, Name = "get_LastConnectFailed")]
    private static extern bool LastConnectFailed(SafeSocketHandle handle);

    [UnsafeAccessor(UnsafeAccessorKind.Method, Name = "set_LastConnectFailed")]
    private static extern void SetLastConnectFailed(SafeSocketHandle handle, bool value);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_handle")]
    private static extern ref SafeSocketHandle HandleField(Socket socket);
}
