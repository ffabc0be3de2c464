using System.Net.Sockets;
using PSSockets.Addressing;

namespace PSSockets.Errors;

/// <summary>Makes a .NET socket call whose failures carry the C name of the call, its address and its errno.</summary>
internal static class SystemCall
{
    // What .NET calls AddressNotAvailable on a UNIX path is ENOENT: EADDRNOTAVAIL does not exist there.
    private static readonly SocketErrorInfo NoSuchPath = ErrnoTable.FromName("ENOENT")!;

    // And what it calls AccessDenied is EPERM where a socket is made, EACCES elsewhere.
    private static readonly SocketErrorInfo NotPermitted = ErrnoTable.FromName("EPERM")!;

    /// <summary>Calls, and turns .NET's exceptions into the module's own.</summary>
    /// <exception cref="SocketCallException">The call failed.</exception>
    /// <exception cref="SocketInputException">The socket is closed.</exception>
    public static void Invoke(string call, Socket? socket, object? address, Action action) =>
        Invoke(call, socket, address, () =>
        {
            action();
            return true;
        });

    /// <inheritdoc cref="Invoke(string, Socket?, object?, Action)" />
    public static T Invoke<T>(string call, Socket? socket, object? address, Func<T> function)
    {
        try
        {
            return function();
        }
        catch (SocketException exception) when (exception is not SocketCallException)
        {
            throw socket is not null && Sockets.SocketNames.IsClosed(socket)
                ? Closed(call, socket)
                : Failure(call, address, exception, socket ?? address);
        }
        catch (ObjectDisposedException) when (socket is not null)
        {
            throw Closed(call, socket);
        }
        catch (PlatformNotSupportedException exception)
        {
            throw NotSupported(call, exception.Message, socket ?? address);
        }
    }

    /// <summary>The failure that .NET reported with <paramref name="exception"/>.</summary>
    public static SocketCallException Failure(string call, object? address, SocketException exception, object? target)
    {
        SocketErrorInfo error = exception.SocketErrorCode switch
        {
            SocketError.AddressNotAvailable when address is UnixDomainSocketEndPoint => NoSuchPath,
            SocketError.AccessDenied when call == "socket" => NotPermitted,
            SocketError code => ErrnoTable.FromSocketError(code),
        };
        return new SocketCallException(call, EndPointText.Describe(address), error, target);
    }

    /// <summary>The failure that a system call left in errno.</summary>
    public static SocketCallException Failure(string call, object? address, int errno, object? target) =>
        new(call, EndPointText.Describe(address), ErrnoTable.FromNumber(errno), target);

    /// <summary>The failure that .NET names <paramref name="error"/>, with what was waited for.</summary>
    public static SocketCallException Failure(string call, object? address, SocketError error, object? target, string? detail = null) =>
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
