namespace PSSockets;

/// <summary>What was found at an end point.</summary>
public enum SocketTestStatus
{
    /// <summary>A program listens there: the connection stood.</summary>
    Open,

    /// <summary>A datagram came back.</summary>
    Replied,

    /// <summary>The host is there and says that no program uses that port.</summary>
    Refused,

    /// <summary>Nothing came back to a connect in time: the host is not there, or something on the way drops what is sent.</summary>
    TimedOut,

    /// <summary>Nothing came back to a datagram in time: it may have arrived or not.</summary>
    NoReply,

    /// <summary>The system or the network says that there is no way there.</summary>
    Unreachable,

    /// <summary>There is no such name, or no such path.</summary>
    NotFound,

    /// <summary>The time of the whole call was over before its turn came.</summary>
    NotTried,
}
