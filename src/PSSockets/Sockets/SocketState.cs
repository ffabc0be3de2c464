namespace PSSockets;

/// <summary>How far a socket has come.</summary>
public enum SocketState
{
    /// <summary>Made, without an address.</summary>
    New,

    /// <summary>Has an address of its own: bind(2).</summary>
    Bound,

    /// <summary>Waits for connections: listen(2).</summary>
    Listening,

    /// <summary>Has a peer: connect(2), accept(2), socketpair(2).</summary>
    Connected,

    /// <summary>Was connected: the connection was reset, or both sides have ended it.</summary>
    Disconnected,

    /// <summary>Closed: close(2).</summary>
    Closed,
}
