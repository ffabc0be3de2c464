using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using PSSockets.Sockets;

namespace PSSockets.Datagrams;

/// <summary>
/// The datagrams of a socket that were taken from the kernel with others and that nobody has got yet. They stay with the
/// socket, so a cmdlet that ends in the midst of a batch loses none: whoever receives next gets them first.
/// </summary>
internal sealed class TakenDatagrams
{
    private static readonly ConditionalWeakTable<Socket, TakenDatagrams> s_all = [];

    private readonly ConcurrentQueue<Datagram> _datagrams = new();

    /// <summary>Held while datagrams are taken from the kernel, so that several readers of one socket keep their order.</summary>
    public object Gate { get; } = new();

    /// <summary>Those of a socket.</summary>
    public static TakenDatagrams Of(Socket socket) => s_all.GetValue(socket, static _ => new TakenDatagrams());

    /// <summary>Whether a socket has any.</summary>
    public static bool Any(Socket socket) => s_all.TryGetValue(socket, out TakenDatagrams? taken) && !taken._datagrams.IsEmpty;

    /// <summary>Puts one behind the others.</summary>
    public void Add(Datagram datagram) => _datagrams.Enqueue(datagram);

    /// <summary>Takes the first as the options want it, or peeks at it.</summary>
    public bool TryTake(ReceiveOptions options, [MaybeNullWhen(false)] out Datagram datagram)
    {
        if (options.Peek)
        {
            bool isThere = _datagrams.TryPeek(out datagram);
            datagram = datagram?.Copy(options.MaximumSize, options.Encoding);
            return isThere;
        }

        if (!_datagrams.TryDequeue(out datagram))
        {
            return false;
        }

        datagram = datagram.Fit(options.MaximumSize, options.Encoding);
        return true;
    }
}
