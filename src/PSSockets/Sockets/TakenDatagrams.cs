using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;

namespace PSSockets.Sockets;

/// <summary>
/// The datagrams of a socket that were taken from the system and that nobody has got: they came with others in one call,
/// or were on their way to somebody who was stopped. Whoever receives next gets them first, in their order. What comes
/// is given its place by who holds the <see cref="Gate"/>; anybody may take, which needs the gate only where something was
/// put back: it would cost as much as the rest, once for each datagram.
/// </summary>
internal sealed class TakenDatagrams
{
    private readonly ConcurrentQueue<Datagram> _waiting = new();
    private readonly List<Datagram> _returned = [];
    private volatile bool _hasReturned;
    private uint _last;

    /// <summary>Held while datagrams are taken from the system, so that several readers of one socket keep their order.</summary>
    public object Gate => _waiting;

    /// <summary>Whether there are none.</summary>
    public bool IsEmpty => !_hasReturned && _waiting.IsEmpty;

    /// <summary>Gives a datagram that has just been taken its place.</summary>
    public Datagram Place(Datagram datagram)
    {
        datagram.Place = ++_last;
        return datagram;
    }

    /// <summary>Puts a datagram that has just been taken after the others.</summary>
    public void Add(Datagram datagram) => _waiting.Enqueue(Place(datagram));

    /// <summary>Puts back a datagram that did not reach anybody, where it was.</summary>
    public void PutBack(Datagram datagram)
    {
        lock (Gate)
        {
            int index = _returned.FindIndex(other => IsBefore(datagram, other));
            _returned.Insert(index < 0 ? _returned.Count : index, datagram);
            _hasReturned = true;
        }
    }

    /// <summary>Takes the first as the options want it, or peeks at it.</summary>
    public bool TryTake(ReceiveOptions options, [MaybeNullWhen(false)] out Datagram datagram)
    {
        if (options.Peek ? !TryPeek(out datagram) : !TryTakeWhole(out datagram))
        {
            return false;
        }

        datagram = options.Peek ? datagram.Copy(options.MaximumSize, options.Encoding) : datagram.Fit(options.MaximumSize, options.Encoding);
        return true;
    }

    private bool TryPeek([MaybeNullWhen(false)] out Datagram datagram)
    {
        lock (Gate)
        {
            return TryPeekReturned(out datagram) || _waiting.TryPeek(out datagram);
        }
    }

    private bool TryTakeWhole([MaybeNullWhen(false)] out Datagram datagram)
    {
        if (!_hasReturned)
        {
            return _waiting.TryDequeue(out datagram);
        }

        lock (Gate)
        {
            if (!TryPeekReturned(out datagram))
            {
                return _waiting.TryDequeue(out datagram);
            }

            _returned.RemoveAt(0);
            _hasReturned = _returned.Count > 0;
            return true;
        }
    }

    // The first that was put back, unless one that waits is before it.
    private bool TryPeekReturned([MaybeNullWhen(false)] out Datagram datagram)
    {
        datagram = _returned.Count > 0 && (!_waiting.TryPeek(out Datagram? next) || IsBefore(_returned[0], next)) ? _returned[0] : null;
        return datagram is not null;
    }

    private static bool IsBefore(Datagram one, Datagram other) => (int)(one.Place - other.Place) < 0;
}
