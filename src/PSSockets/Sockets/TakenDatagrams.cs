using System.Diagnostics.CodeAnalysis;

namespace PSSockets.Sockets;

/// <summary>
/// The datagrams of a socket that were taken from the system and that nobody has got: they came with others in one call,
/// or were on their way to somebody who was stopped. Whoever receives next gets them first, in their order. All but
/// <see cref="IsEmpty"/> and <see cref="PutBack"/> are called by who holds the <see cref="Gate"/>: it costs as much as
/// the rest, once for each datagram.
/// </summary>
internal sealed class TakenDatagrams
{
    private readonly Queue<Datagram> _waiting = new();
    private readonly List<Datagram> _returned = [];
    private uint _last;
    private volatile int _count;

    /// <summary>Held while datagrams are taken from the system, so that several readers of one socket keep their order.</summary>
    public object Gate => _waiting;

    /// <summary>Whether there are none.</summary>
    public bool IsEmpty => _count == 0;

    /// <summary>Gives a datagram that has just been taken its place.</summary>
    public Datagram Place(Datagram datagram)
    {
        datagram.Place = ++_last;
        return datagram;
    }

    /// <summary>Puts a datagram that has just been taken after the others.</summary>
    public void Add(Datagram datagram)
    {
        _waiting.Enqueue(Place(datagram));
        _count++;
    }

    /// <summary>Puts back a datagram that did not reach anybody, where it was.</summary>
    public void PutBack(Datagram datagram)
    {
        lock (Gate)
        {
            int index = _returned.FindIndex(other => IsBefore(datagram, other));
            _returned.Insert(index < 0 ? _returned.Count : index, datagram);
            _count++;
        }
    }

    /// <summary>Takes the first as the options want it, or peeks at it.</summary>
    public bool TryTake(ReceiveOptions options, [MaybeNullWhen(false)] out Datagram datagram)
    {
        datagram = null;
        if (_count == 0)
        {
            return false;
        }

        bool isReturned = _returned.Count > 0 && (!_waiting.TryPeek(out Datagram? next) || IsBefore(_returned[0], next));
        datagram = isReturned ? _returned[0] : _waiting.Peek();
        if (options.Peek)
        {
            datagram = datagram.Copy(options.MaximumSize, options.Encoding);
            return true;
        }

        if (isReturned)
        {
            _returned.RemoveAt(0);
        }
        else
        {
            _waiting.Dequeue();
        }

        _count--;
        datagram = datagram.Fit(options.MaximumSize, options.Encoding);
        return true;
    }

    private static bool IsBefore(Datagram one, Datagram other) => (int)(one.Place - other.Place) < 0;
}
