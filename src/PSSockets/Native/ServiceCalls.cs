using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace PSSockets.Native;

/// <summary>The system's services database: getservbyname(3).</summary>
internal static unsafe partial class ServiceCalls
{
    // The C library answers from one static record, so only one call may be under way.
    private static readonly object s_gate = new();

    /// <summary>The port of a service of any protocol, in host order; null where the database has no such name.</summary>
    public static int? FindPort(string service)
    {
        lock (s_gate)
        {
            byte* record = OperatingSystem.IsWindows() ? WindowsByName(service, null) : UnixByName(service, null);
            if (record is null)
            {
                return null;
            }

            // struct servent: name, aliases, port, protocol; 64-bit Windows has protocol before port.
            int offset = OperatingSystem.IsWindows() && nint.Size == 8 ? 3 * nint.Size : 2 * nint.Size;
            return BinaryPrimitives.ReadUInt16BigEndian(new ReadOnlySpan<byte>(record + offset, 2));
        }
    }

    [LibraryImport("libc", EntryPoint = "getservbyname", StringMarshalling = StringMarshalling.Utf8)]
    private static partial byte* UnixByName(string name, string? protocol);

    [LibraryImport("ws2_32", EntryPoint = "getservbyname", StringMarshalling = StringMarshalling.Utf8)]
    private static partial byte* WindowsByName(string name, string? protocol);
}
