using PSSockets.Native;
using PSSockets.Sockets;

namespace PSSockets.UnitTests;

/// <summary>Counts the calls that move datagrams, of which any can be made to fail or to do less than it could.</summary>
internal sealed class DatagramTap : ITransportTap
{
    /// <summary>How many calls received.</summary>
    public int Receives { get; private set; }

    /// <summary>How many messages each call that sends several was given.</summary>
    public List<int> Batches { get; } = [];

    /// <summary>How many messages were given that the kernel is to cut.</summary>
    public int Cut { get; private set; }

    /// <summary>How many datagrams were sent by a call of their own.</summary>
    public int Singles { get; private set; }

    /// <summary>How often it was asked whether the kernel can cut.</summary>
    public int Questions { get; private set; }

    /// <summary>What a message that the kernel is to cut fails with, from the next on: each errno once.</summary>
    public Queue<int> CutErrors { get; } = new();

    /// <summary>What any call fails with: each errno once.</summary>
    public Queue<int> Errors { get; } = new();

    /// <summary>Whether the kernel says that it cannot cut.</summary>
    public bool CannotCut { get; init; }

    /// <summary>The most messages that one call sends.</summary>
    public int MostAtOnce { get; init; } = int.MaxValue;

    public int Before(string call, SocketRecord? socket, ReadOnlySpan<int> messages, ref int count)
    {
        switch (call)
        {
            case "recvfrom":
                Receives++;
                break;
            case "getsockopt":
                Questions++;
                return CannotCut ? Errno.ENOPROTOOPT : 0;
            case not ("sendto" or "send" or "sendmsg"):
                return 0;
            case var _ when messages.IsEmpty:
                Singles++;
                break;
            default:
                Batches.Add(messages.Length);
                break;
        }

        if (Errors.TryDequeue(out int errno))
        {
            return errno;
        }

        // Those before one that fails are sent, and the next call meets the failure.
        int good = CutErrors.Count == 0 ? -1 : messages.IndexOfAnyExcept(1);
        Cut += messages.Length - messages.Count(1);
        count = Math.Min(good > 0 ? good : count, MostAtOnce);
        return good == 0 ? CutErrors.Dequeue() : 0;
    }

    public void After(in SystemCall call)
    {
    }
}
