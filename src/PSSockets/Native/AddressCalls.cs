using System.Runtime.InteropServices;

namespace PSSockets.Native;

/// <summary>From names to addresses and back: getaddrinfo(3), getnameinfo(3). They block, and return 0 or an EAI_ number.</summary>
internal static unsafe partial class AddressCalls
{
    private static readonly bool s_isWindows = OperatingSystem.IsWindows();

    /// <summary><c>struct addrinfo</c>: after the length come address and name on Linux, name and address elsewhere.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct Information
    {
        public int Flags;
        public int Family;
        public int Type;
        public int Protocol;
        // socklen_t, or size_t on Windows: padding makes them alike, the byte order their values.
        public nuint AddressLength;
        private readonly byte* _first;
        private readonly byte* _second;
        public Information* Next;

        public readonly byte* Address => SystemNumbers.AddressComesFirst ? _first : _second;

        public readonly byte* CanonicalName => SystemNumbers.AddressComesFirst ? _second : _first;
    }

    public static int Find(string? host, string? service, Information* hints, Information** result) =>
        s_isWindows ? WindowsFind(host, service, hints, result) : UnixFind(host, service, hints, result);

    public static void Free(Information* result)
    {
        if (s_isWindows)
        {
            WindowsFree(result);
        }
        else
        {
            UnixFree(result);
        }
    }

    public static int Name(ReadOnlySpan<byte> address, Span<byte> host, Span<byte> service, int flags)
    {
        fixed (byte* name = address, hostName = host, serviceName = service)
        {
            return s_isWindows
                ? WindowsName(name, (uint)address.Length, hostName, (uint)host.Length, serviceName, (uint)service.Length, flags)
                : UnixName(name, (uint)address.Length, hostName, (uint)host.Length, serviceName, (uint)service.Length, flags);
        }
    }

    [LibraryImport("libc", EntryPoint = "getaddrinfo", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int UnixFind(string? host, string? service, Information* hints, Information** result);

    [LibraryImport("libc", EntryPoint = "freeaddrinfo")]
    private static partial void UnixFree(Information* result);

    [LibraryImport("libc", EntryPoint = "getnameinfo", SetLastError = true)]
    private static partial int UnixName(byte* address, uint addressLength, byte* host, uint hostLength, byte* service, uint serviceLength, int flags);

    [LibraryImport("ws2_32", EntryPoint = "getaddrinfo", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int WindowsFind(string? host, string? service, Information* hints, Information** result);

    [LibraryImport("ws2_32", EntryPoint = "freeaddrinfo")]
    private static partial void WindowsFree(Information* result);

    [LibraryImport("ws2_32", EntryPoint = "getnameinfo")]
    private static partial int WindowsName(byte* address, uint addressLength, byte* host, uint hostLength, byte* service, uint serviceLength, int flags);
}
