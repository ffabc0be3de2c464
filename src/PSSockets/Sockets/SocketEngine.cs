namespace PSSockets.Sockets;

/// <summary>Chooses the engine of this operating system.</summary>
internal static class SocketEngine
{
    /// <summary>A new engine whose waits end with <paramref name="stop"/>.</summary>
    public static ISocketEngine Create(StopSignal stop) =>
        OperatingSystem.IsLinux() ? new LinuxSocketEngine(stop) : new PortableSocketEngine(stop);
}
