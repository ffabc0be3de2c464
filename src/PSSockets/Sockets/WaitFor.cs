namespace PSSockets;

/// <summary>What a socket can be waited for: poll(2).</summary>
public enum WaitFor
{
    /// <summary>Something can be read or accepted, or the peer has closed (POLLIN).</summary>
    Read,

    /// <summary>There is room to send, or a connect is over (POLLOUT).</summary>
    Write,

    /// <summary>The connection failed, or out-of-band data has come (POLLERR, POLLHUP, POLLPRI).</summary>
    Error,
}
