using System.Net.Sockets;

namespace PSSockets.Sockets;

/// <summary>
/// Listens at the seam through which every system call of a socket passes: <c>-Verbose</c> shows the calls, tests make
/// them fail. It is called by the thread that makes the call, and must not make calls itself.
/// </summary>
/// <remarks>
/// Several datagrams that go with one call are asked about once, and told one by one. Waits (poll(2)), and what belongs to
/// a call that is told, are not told: SO_ERROR after a connect, the bind that gives a port back, dropping what was peeked at.
/// </remarks>
internal interface ITransportTap
{
    /// <summary>Is asked before a call is made: an errno makes the call fail with it, unmade; 0 lets it be made.</summary>
    int Before(string call, SocketRecord? socket) => 0;

    /// <summary>The same before a call that moves several messages: sendmmsg(2).</summary>
    /// <param name="call">Its name, which is that of the call for one.</param>
    /// <param name="socket">The socket it is made on.</param>
    /// <param name="messages">How many datagrams each message is; empty where the call moves one.</param>
    /// <param name="count">How many messages the call moves; fewer, but one at least, make it one that did not move all.</param>
    int Before(string call, SocketRecord? socket, ReadOnlySpan<int> messages, ref int count) => Before(call, socket);

    /// <summary>Is told of a call that was made.</summary>
    void After(in SystemCall call);
}

/// <summary>A system call that was made.</summary>
/// <param name="name">Its C name.</param>
/// <param name="socket">The socket it was made on; null where there is none yet.</param>
/// <param name="argument">What it was made with: an end point or text; null where that says nothing.</param>
/// <param name="result">What it returned, where it did not fail.</param>
internal readonly ref struct SystemCall(string name, Socket? socket, object? argument, object? result)
{
    /// <summary>Its C name.</summary>
    public string Name => name;

    /// <summary>The socket it was made on; null where there is none yet.</summary>
    public Socket? Socket => socket;

    /// <summary>What it was made with: an end point or text; null where that says nothing.</summary>
    public object? Argument => argument;

    /// <summary>What it returned, where it did not fail.</summary>
    public object? Result => result;

    /// <summary>Why it failed; null where it did not.</summary>
    public SocketErrorInfo? Error { get; init; }

    /// <summary>Whether the module made it of itself, beside what it was asked for.</summary>
    public bool IsAuxiliary { get; init; }

    /// <summary>The bytes that were received or sent.</summary>
    public ReadOnlySpan<byte> Data { get; init; }
}
