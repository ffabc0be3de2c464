using System.Diagnostics.CodeAnalysis;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using PSSockets.Sockets;

namespace PSSockets.Datagrams;

/// <summary>
/// The datagrams of a socket that were taken from the kernel with others and that nobody has got yet. They stay with the
/// socket, so a cmdlet that ends in the midst of a batch loses none: whoever receives next gets them first. Who uses it
/// holds its lock.
/// </summary>
internal sealed class TakenDatagrams
{
    private static readonly ConditionalWeakTable<Socket, TakenDatagrams> s_all = [];

    private readonly Queue<Datagram> _datagrams = new();

    /// <summary>How many there are.</summary>
    public int Count => _datagrams.Count;

    /// <summary>Those of a socket.</summary>
    public static TakenDatagrams Of(Socket socket) => s_all.GetValue(socket, static _ => new TakenDatagrams());

    /// <summary>Whether a socket has any.</summary>
    public static bool Any(Socket socket)
    {
        if (!s_all.TryGetValue(socket, out TakenDatagrams? taken))
        {
            return false;
        }

        lock (taken)
        {
            return taken.Count > 0;
        }
    }

    /// <summary>Puts one behind the others.</summary>
    public void Add(Datagram datagram) => _datagrams.Enqueue(datagram);

    /// <summary>Takes the first as the options want it, or peeks at it.</summary>
    public bool TryTake(ReceiveOptions options, [MaybeNullWhen(false)] out Datagram datagram)
    {
        if (!_datagrams.TryPeek(out datagram))
        {
            return false;
        }

        if (options.Peek)
        {
            datagram = datagram.Copy(options.MaximumSize, options.Encoding);
        }
        else
        {
            datagram = _datagrams.Dequeue().Fit(options.MaximumSize, options.Encoding);
        }

        return true;
    }
}
