using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Runtime.CompilerServices;

namespace PSSockets.Benchmarks;

/// <summary>
/// The loops that a C# program has for datagrams, for the process that measures the module: the same runtime, as warm.
/// They are compiled with all optimizations at once, so that no measurement has a slow first part.
/// </summary>
public static class DatagramLoops
{
    /// <summary>Sends each message by <see cref="Socket.Send(ReadOnlySpan{byte})" /> on a connected socket.</summary>
    /// <returns>The seconds that one message took.</returns>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static double Send(Socket socket, object[] messages)
    {
        ArgumentNullException.ThrowIfNull(socket);
        ArgumentNullException.ThrowIfNull(messages);
        long start = Stopwatch.GetTimestamp();
        foreach (object message in messages)
        {
            socket.Send(((byte[])message).AsSpan());
        }

        return Stopwatch.GetElapsedTime(start).TotalSeconds / messages.Length;
    }

    /// <summary>Receives by <c>ReceiveFrom(Span, SocketFlags, SocketAddress)</c> into one buffer, and keeps nothing.</summary>
    /// <returns>The seconds that all of them took.</returns>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static double Receive(Socket socket, int count)
    {
        ArgumentNullException.ThrowIfNull(socket);
        long start = Stopwatch.GetTimestamp();
        byte[] buffer = new byte[65535];
        SocketAddress from = new(socket.AddressFamily);
        for (int index = 0; index < count; index++)
        {
            socket.ReceiveFrom(buffer.AsSpan(), SocketFlags.None, from);
        }

        return Stopwatch.GetElapsedTime(start).TotalSeconds;
    }
}
