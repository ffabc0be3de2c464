namespace PSSockets.Sockets;

/// <summary>A socket, what is waited for at it, and what a wait has found.</summary>
/// <param name="socket">The socket.</param>
internal sealed class SocketInterest(SocketRecord socket)
{
    /// <summary>The socket.</summary>
    public SocketRecord Socket => socket;

    /// <summary>Whether bytes, a message or the end are waited for.</summary>
    public bool WantsRead { get; set; }

    /// <summary>Whether room to send is waited for.</summary>
    public bool WantsWrite { get; set; }

    /// <summary>Whether a read, if one is wanted, need not wait: it may also fail.</summary>
    public bool CanRead { get; set; }

    /// <summary>Whether a write, if one is wanted, need not wait: it may also fail.</summary>
    public bool CanWrite { get; set; }

    /// <summary>Whether anything is waited for.</summary>
    public bool IsWanted => WantsRead || WantsWrite;
}

/// <summary>Something beside the sockets that is read from, such as a terminal.</summary>
/// <param name="descriptor">Its descriptor; null where the system can wait for none, and only looking tells.</param>
internal sealed class InputInterest(int? descriptor)
{
    /// <summary>Its descriptor; null where the system can wait for none, and only looking tells.</summary>
    public int? Descriptor => descriptor;

    /// <summary>Whether it is worth while to look whether there is something to read.</summary>
    public bool MayRead { get; set; }
}
