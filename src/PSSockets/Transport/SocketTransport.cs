using PSSockets.Sockets;
using PSSockets.Waiting;

namespace PSSockets.Transport;

/// <summary>Chooses the transport of this operating system.</summary>
internal static class SocketTransport
{
    // Tests try what Windows has on every system: the switch must be set before the module is loaded.
    private static readonly bool s_isManaged = OperatingSystem.IsWindows() || (AppContext.TryGetSwitch("PSSockets.ManagedTransport", out bool isOn) && isOn);

    /// <summary>Answers questions about sockets; it is for calls that do not wait, and nobody listens to it.</summary>
    public static ISocketTransport Quiet { get; } = Create(new StopSignal());

    /// <summary>A new transport whose waits end with <paramref name="stop"/>, and whose calls <paramref name="tap"/> is told of.</summary>
    public static ISocketTransport Create(StopSignal stop, ITransportTap? tap = null) =>
        s_isManaged ? new ManagedTransport(stop, tap)
        : OperatingSystem.IsLinux() ? new LinuxTransport(stop, tap)
        : new UnixTransport(stop, tap);

    /// <summary>Closes every open socket on the list; with an owner only that session's.</summary>
    public static void CloseAll(Guid? owner = null)
    {
        IReadOnlyList<SocketRecord> sockets = SocketTable.Open(owner);
        foreach (SocketRecord socket in sockets)
        {
            // Those that wait for their peers wait at the same time.
            socket.Channel?.Leave(Quiet);
        }

        foreach (SocketRecord socket in sockets)
        {
            Quiet.Close(socket);
        }
    }
}
