using System.Net.Sockets;
using PSSockets.Native;

namespace PSSockets.Errors;

/// <summary>Makes a call of .NET's Socket, and turns its exceptions into the module's own.</summary>
internal static class DotNetCall
{
    // What .NET calls AddressNotAvailable on a UNIX path is ENOENT: EADDRNOTAVAIL does not exist there.
    private static readonly SocketErrorInfo NoSuchPath = ErrnoTable.FromName("ENOENT")!;

    // And what it calls AccessDenied is EPERM where a socket is made, EACCES elsewhere.
    private static readonly SocketErrorInfo NotPermitted = ErrnoTable.FromName("EPERM")!;

    /// <summary>Makes the call.</summary>
    /// <exception cref="SocketCallException">The call failed.</exception>
    /// <exception cref="SocketInputException"><c>SocketClosed</c>, or <c>NotSupported</c>.</exception>
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
            throw socket is not null && SocketInternals.HandleOf(socket).IsClosed
                ? CallFailure.Closed(call, socket)
                : Failure(call, address, exception, socket ?? address);
        }
        catch (ObjectDisposedException) when (socket is not null)
        {
            throw CallFailure.Closed(call, socket);
        }
        catch (PlatformNotSupportedException exception)
        {
            throw CallFailure.NotSupported(call, ErrnoTable.WithoutStop(exception.Message), socket ?? address);
        }
    }

    /// <summary>The failure that .NET reported with <paramref name="exception"/>.</summary>
    public static SocketCallException Failure(string call, object? address, SocketException exception, object? target)
    {
        SocketErrorInfo error = exception.SocketErrorCode switch
        {
            // Windows has numbers of its own for what these two mean.
            SocketError.AddressNotAvailable when address is UnixDomainSocketEndPoint && !SystemNumbers.HasWinsock => NoSuchPath,
            SocketError.AccessDenied when call == "socket" && !SystemNumbers.HasWinsock => NotPermitted,
            SocketError code => ErrnoTable.FromSocketError(code),
        };
        return CallFailure.Of(call, address, error, target);
    }
}
