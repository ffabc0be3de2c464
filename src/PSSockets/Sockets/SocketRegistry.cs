using System.Collections.Concurrent;
using System.Net.Sockets;
using System.Runtime.CompilerServices;

namespace PSSockets.Sockets;

/// <summary>The numbers of sockets, and the list of the open ones that the module made or accepted.</summary>
internal static class SocketRegistry
{
    private static readonly ConditionalWeakTable<Socket, object> s_ids = [];
    private static readonly ConcurrentDictionary<int, Socket> s_sockets = new();
    private static int s_lastId;
    private static int s_sweepAt = 64;

    /// <summary>The number by which a user names a socket; every socket has one, whoever made it.</summary>
    public static int IdOf(Socket socket) => (int)s_ids.GetValue(socket, static _ => Interlocked.Increment(ref s_lastId));

    /// <summary>Puts a socket on the list, and returns it.</summary>
    public static Socket Add(Socket socket)
    {
        // Sockets that were closed without Close-Socket leave the list whenever it has doubled.
        if (s_sockets.Count >= s_sweepAt)
        {
            Sweep();
            s_sweepAt = Math.Max(64, 2 * s_sockets.Count);
        }

        s_sockets[IdOf(socket)] = socket;
        return socket;
    }

    /// <summary>Takes a socket off the list.</summary>
    public static void Remove(Socket socket) => s_sockets.TryRemove(IdOf(socket), out _);

    /// <summary>The open sockets, oldest first.</summary>
    public static IReadOnlyList<Socket> Open()
    {
        Sweep();
        return [.. s_sockets.OrderBy(entry => entry.Key).Select(entry => entry.Value)];
    }

    private static void Sweep()
    {
        foreach ((int id, Socket socket) in s_sockets)
        {
            if (SocketNames.IsClosed(socket))
            {
                s_sockets.TryRemove(id, out _);
            }
        }
    }
}
