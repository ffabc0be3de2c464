using System.Net.Sockets;
using System.Runtime.InteropServices;
using PSSockets.Addressing;
using PSSockets.Errors;

namespace PSSockets.Interop;

/// <summary>From names to addresses and back, as the system does it: getaddrinfo(3), getnameinfo(3).</summary>
internal static unsafe partial class AddressLookup
{
    private const int PassiveFlag = 0x1;
    private const int CanonicalNameFlag = 0x2;
    private const int NumericHostFlag = 0x4;
    private const int LongestHost = 1025;
    private const int LongestService = 32;
    private const int EaiSystem = -11;

    private static readonly (AddressFamily Family, int Number)[] Families =
    [
        (AddressFamily.Unspecified, 0),
        (AddressFamily.InterNetwork, 2),
        (AddressFamily.InterNetworkV6, OperatingSystem.IsLinux() ? 10 : OperatingSystem.IsWindows() ? 23 : 30),
    ];

    /// <summary>Every address of a host and service: getaddrinfo(3). It blocks.</summary>
    /// <exception cref="SocketCallException">The host or the service is not known.</exception>
    public static IReadOnlyList<ResolvedAddress> Find(
        string? host, string? service, AddressFamily family, SocketType type, bool isPassive, bool isNumericHost)
    {
        Information hints = new()
        {
            Flags = (isPassive ? PassiveFlag : 0) | (isNumericHost ? NumericHostFlag : 0) | (host is null ? 0 : CanonicalNameFlag),
            Family = NumberOf(family),
            Type = type == SocketType.Unknown ? 0 : (int)type,
        };
        Information* first = null;
        int error = OperatingSystem.IsWindows() ? WindowsFind(host, service, &hints, &first) : UnixFind(host, service, &hints, &first);
        if (error != 0)
        {
            throw Failure("getaddrinfo", $"{host}{(service is null ? string.Empty : ":" + service)}", error);
        }

        try
        {
            List<ResolvedAddress> found = [];
            string? canonicalName = null;
            for (Information* next = first; next is not null; next = next->Next)
            {
                // Linux puts the address before the name, the others after it.
                byte* address = OperatingSystem.IsLinux() ? next->First : next->Second;
                byte* name = OperatingSystem.IsLinux() ? next->Second : next->First;
                canonicalName ??= Marshal.PtrToStringUTF8((nint)name);
                if (SocketAddressBytes.ToEndPoint(new ReadOnlySpan<byte>(address, (int)(uint)next->AddressLength)) is { } endPoint)
                {
                    found.Add(new ResolvedAddress(endPoint, (SocketType)next->Type, (ProtocolType)next->Protocol, canonicalName));
                }
            }

            return found;
        }
        finally
        {
            if (OperatingSystem.IsWindows())
            {
                WindowsFree(first);
            }
            else
            {
                UnixFree(first);
            }
        }
    }

    /// <summary>The names of an address: getnameinfo(3). It blocks.</summary>
    /// <exception cref="SocketCallException">There is no name, and one is required.</exception>
    public static ResolvedName NameOf(System.Net.EndPoint endPoint, bool isNumericHost, bool isNumericService, bool isNameRequired, bool isDatagram)
    {
        bool isLinux = OperatingSystem.IsLinux();
        int flags = (isNumericHost ? (isLinux ? 1 : 2) : 0)
            | (isNumericService ? (isLinux ? 2 : 8) : 0)
            | (isNameRequired ? (isLinux ? 8 : 4) : 0)
            | (isDatagram ? 16 : 0);
        byte[] address = SocketAddressBytes.From(endPoint);
        byte* host = stackalloc byte[LongestHost];
        byte* service = stackalloc byte[LongestService];
        int error;
        fixed (byte* name = address)
        {
            error = OperatingSystem.IsWindows()
                ? WindowsName(name, (uint)address.Length, host, LongestHost, service, LongestService, flags)
                : UnixName(name, (uint)address.Length, host, LongestHost, service, LongestService, flags);
        }

        return error == 0
            ? new ResolvedName(Marshal.PtrToStringUTF8((nint)host)!, Marshal.PtrToStringUTF8((nint)service)!, endPoint)
            : throw Failure("getnameinfo", endPoint, error);
    }

    private static int NumberOf(AddressFamily family)
    {
        foreach ((AddressFamily candidate, int number) in Families)
        {
            if (candidate == family)
            {
                return number;
            }
        }

        return (int)family;
    }

    private static SocketCallException Failure(string call, object address, int error)
    {
        SocketErrorInfo info = OperatingSystem.IsLinux() && error == EaiSystem
            ? ErrnoTable.FromNumber(Marshal.GetLastPInvokeError())
            : ErrnoTable.FromResolver(error);
        return new SocketCallException(call, address.ToString(), info, address);
    }

    /// <summary><c>struct addrinfo</c>: behind the length come address and name on Linux, name and address elsewhere.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct Information
    {
        public int Flags;
        public int Family;
        public int Type;
        public int Protocol;
        // socklen_t, or size_t on Windows: padding makes them alike, the byte order their values.
        public nuint AddressLength;
        public byte* First;
        public byte* Second;
        public Information* Next;
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
