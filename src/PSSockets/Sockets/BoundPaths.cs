using System.Net.Sockets;
using System.Runtime.CompilerServices;
using PSSockets.Interop;

namespace PSSockets.Sockets;

/// <summary>Which file each UNIX socket made when it was bound. Its path goes when it closes, unless something else stands there by then.</summary>
internal static class BoundPaths
{
    private static readonly ConditionalWeakTable<Socket, Made> s_made = [];

    /// <summary>Notes the file that a socket has just made.</summary>
    public static void Note(Socket socket, string path)
    {
        if (path.Length > 0 && path[0] != '\0')
        {
            string full = Path.GetFullPath(path);
            s_made.AddOrUpdate(socket, new Made(full, FileProbe.Identity(full)));
        }
    }

    /// <summary>Makes .NET leave the path alone where the file that the socket made is gone and another has taken its place.</summary>
    public static void Release(Socket socket)
    {
        if (s_made.TryGetValue(socket, out Made? made) && (!FileProbe.IsSocket(made.Path) || FileProbe.Identity(made.Path) != made.Identity))
        {
            SocketDescriptor.ForgetPath(socket);
        }
    }

    private sealed record Made(string Path, (ulong Number, long Seconds, uint Nanoseconds)? Identity);
}
