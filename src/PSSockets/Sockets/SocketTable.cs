using System.Collections.Concurrent;
using System.Net.Sockets;

namespace PSSockets.Sockets;

/// <summary>The list of the open sockets that the module made or accepted.</summary>
internal static class SocketTable
{
    private static readonly ConcurrentDictionary<int, SocketRecord> s_open = new();
    private static int s_sweepAt = 64;

    /// <summary>Puts a socket on the list, and returns it.</summary>
    /// <param name="socket">The socket.</param>
    /// <param name="owner">The session that made it.</param>
    public static Socket Add(Socket socket, Guid? owner = null)
    {
        // Sockets that were closed without Close-Socket leave the list whenever it has doubled.
        if (s_open.Count >= s_sweepAt)
        {
            Sweep();
            s_sweepAt = Math.Max(64, 2 * s_open.Count);
        }

        SocketRecord record = socket;
        record.Owner ??= owner;
        s_open[record.Id] = record;
        return socket;
    }

    /// <summary>Takes a socket off the list.</summary>
    public static void Remove(SocketRecord record) => s_open.TryRemove(record.Id, out _);

    /// <summary>The open sockets, oldest first; with an owner only that session's.</summary>
    public static IReadOnlyList<SocketRecord> Open(Guid? owner = null)
    {
        Sweep();
        // ToArray is a snapshot; a query over the dictionary itself meets its changes.
        KeyValuePair<int, SocketRecord>[] snapshot = s_open.ToArray();
        return [.. snapshot.Select(entry => entry.Value).Where(record => owner is null || record.Owner == owner).OrderBy(record => record.Id)];
    }

    private static void Sweep()
    {
        foreach ((int id, SocketRecord record) in s_open)
        {
            if (record.IsClosed)
            {
                s_open.TryRemove(id, out _);
            }
        }
    }
}
