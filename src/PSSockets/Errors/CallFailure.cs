using System.Net.Sockets;

namespace PSSockets.Errors;

/// <summary>Makes the exceptions of calls that failed: with the C name of the call, its address and its errno.</summary>
internal static class CallFailure
{
    /// <summary>The failure that a system call left in errno.</summary>
    public static SocketCallException Of(string call, object? address, int errno, object? target) =>
        new(call, EndPointText.Describe(address), ErrnoTable.FromNumber(errno), target);

    /// <summary>The failure that .NET names <paramref name="error"/>, with what was waited for.</summary>
    public static SocketCallException Of(string call, object? address, SocketError error, object? target, string? detail = null) =>
        new(call, EndPointText.Describe(address), ErrnoTable.FromSocketError(error), target, detail);

    /// <summary>The error of a call on a closed socket.</summary>
    public static SocketInputException Closed(string call, Socket socket)
    {
        SocketErrorInfo badDescriptor = ErrnoTable.FromName("EBADF")!;
        return new SocketInputException(ErrorIds.SocketClosed, $"{call}: {badDescriptor}: the socket is closed", badDescriptor.RecommendedAction, socket);
    }

    /// <summary>The error of something that this operating system lacks.</summary>
    public static SocketInputException NotSupported(string call, string what, object? target) =>
        new(ErrorIds.NotSupported, $"{call}: {what}", "Use another kind of socket or address on this operating system.", target);
}
