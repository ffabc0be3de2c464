using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Text;
using PSSockets.Errors;
using PSSockets.Native;

namespace PSSockets.Addresses;

/// <summary>From names to addresses and back, as the system does it: getaddrinfo(3), getnameinfo(3).</summary>
internal static unsafe class AddressLookup
{
    private const int PassiveFlag = 0x1;
    private const int CanonicalNameFlag = 0x2;
    private const int NumericHostFlag = 0x4;
    private const int DatagramFlag = 0x10;
    private const int LongestHost = 1025;
    private const int LongestService = 32;

    /// <summary>Every address of a host and service: getaddrinfo(3). It blocks.</summary>
    /// <exception cref="SocketCallException">The host or the service is not known.</exception>
    /// <exception cref="SocketInputException"><c>InvalidArgument</c>: a name that no host or service has.</exception>
    public static IReadOnlyList<ResolvedAddress> Find(
        string? host, string? service, AddressFamily family, SocketType type, bool isPassive, bool isNumericHost) =>
        Find(host, service, family, type, isPassive, isNumericHost, SystemNumbers.LeavesSocketTypeOpen);

    /// <inheritdoc cref="Find(string?, string?, AddressFamily, SocketType, bool, bool)" />
    /// <param name="host">The host.</param>
    /// <param name="service">The service.</param>
    /// <param name="family">The family.</param>
    /// <param name="type">The type of socket; <see cref="SocketType.Unknown"/> for each that there is.</param>
    /// <param name="isPassive">Whether it is for a bind.</param>
    /// <param name="isNumericHost">Whether the host is an address.</param>
    /// <param name="asksForEachType">Whether the system is asked for each type by itself: without one, Windows gives each address once, of no type.</param>
    internal static IReadOnlyList<ResolvedAddress> Find(
        string? host, string? service, AddressFamily family, SocketType type, bool isPassive, bool isNumericHost, bool asksForEachType)
    {
        Check("host", host);
        Check("service", service);
        if (type != SocketType.Unknown || !asksForEachType)
        {
            return Ask(host, service, family, type, isPassive, isNumericHost);
        }

        SocketCallException? failure = null;
        List<ResolvedAddress> found = [];
        foreach (SocketType each in new[] { SocketType.Stream, SocketType.Dgram })
        {
            try
            {
                found.AddRange(Ask(host, service, family, each, isPassive, isNumericHost));
            }
            catch (SocketCallException exception)
            {
                failure ??= exception;
            }
        }

        // A service that has a name is none of raw sockets.
        if (service is null || ushort.TryParse(service, NumberStyles.None, CultureInfo.InvariantCulture, out _))
        {
            found.AddRange(found.FindAll(address => address.SocketType == SocketType.Stream)
                .ConvertAll(address => new ResolvedAddress(address.EndPoint, SocketType.Raw, ProtocolType.Unspecified, address.CanonicalName)));
        }

        // Of the first address each type, then of the second.
        List<EndPoint> order = [.. found.Select(address => address.EndPoint).Distinct()];
        return found.Count > 0 ? [.. found.OrderBy(address => order.IndexOf(address.EndPoint))] : throw failure!;
    }

    private static List<ResolvedAddress> Ask(string? host, string? service, AddressFamily family, SocketType type, bool isPassive, bool isNumericHost)
    {
        AddressCalls.Information hints = new()
        {
            Flags = (isPassive ? PassiveFlag : 0) | (isNumericHost ? NumericHostFlag : 0) | (host is null ? 0 : CanonicalNameFlag),
            Family = family == AddressFamily.InterNetworkV6 ? SystemNumbers.IPv6Family : (int)family,
            Type = type == SocketType.Unknown ? 0 : (int)type,
        };
        AddressCalls.Information* first = null;
        int error = AddressCalls.Find(host, service, &hints, &first);
        if (error != 0)
        {
            throw Failure("getaddrinfo", $"{host}{(service is null ? string.Empty : ":" + service)}", error);
        }

        try
        {
            List<ResolvedAddress> found = [];
            string? canonicalName = null;
            for (AddressCalls.Information* next = first; next is not null; next = next->Next)
            {
                canonicalName ??= Marshal.PtrToStringUTF8((nint)next->CanonicalName);
                if (SocketAddressBytes.ToEndPoint(new ReadOnlySpan<byte>(next->Address, (int)(uint)next->AddressLength)) is { } endPoint)
                {
                    found.Add(new ResolvedAddress(endPoint, (SocketType)next->Type, ProtocolOf((SocketType)next->Type, (ProtocolType)next->Protocol), canonicalName));
                }
            }

            return found;
        }
        finally
        {
            AddressCalls.Free(first);
        }
    }

    /// <summary>The names of an address: getnameinfo(3). It blocks.</summary>
    /// <exception cref="SocketCallException">There is no name, and one is required.</exception>
    public static ResolvedName NameOf(EndPoint endPoint, bool isNumericHost, bool isNumericService, bool isNameRequired, bool isDatagram)
    {
        (int hostFlag, int serviceFlag, int requiredFlag) = SystemNumbers.NameFlags;
        int flags = (isNumericHost ? hostFlag : 0)
            | (isNumericService ? serviceFlag : 0)
            | (isNameRequired ? requiredFlag : 0)
            | (isDatagram ? DatagramFlag : 0);
        Span<byte> host = stackalloc byte[LongestHost];
        Span<byte> service = stackalloc byte[LongestService];
        int error = AddressCalls.Name(SocketAddressBytes.From(endPoint), host, service, flags);
        return error == 0 ? new ResolvedName(Text(host), Text(service), endPoint) : throw Failure("getnameinfo", endPoint, error);
    }

    // Windows leaves it out.
    private static ProtocolType ProtocolOf(SocketType type, ProtocolType known) => (known, type) switch
    {
        (ProtocolType.Unspecified, SocketType.Stream) => ProtocolType.Tcp,
        (ProtocolType.Unspecified, SocketType.Dgram) => ProtocolType.Udp,
        _ => known,
    };

    // The C library would read only what stands before a zero byte, and another name for half a character.
    private static void Check(string what, string? name)
    {
        if (name is not null && (name.Contains('\0') || !InputText.IsWhole(name)))
        {
            throw new SocketInputException(
                ErrorIds.InvalidArgument, $"getaddrinfo: the name of the {what} holds {(name.Contains('\0') ? "a zero byte" : "half a character")}: {name}", "Check the spelling of the name.", name);
        }
    }

    private static string Text(ReadOnlySpan<byte> zeroEnded) => Encoding.UTF8.GetString(zeroEnded[..zeroEnded.IndexOf((byte)0)]);

    private static SocketCallException Failure(string call, object address, int error)
    {
        SocketErrorInfo info = error == SystemNumbers.SystemFailure
            ? ErrnoTable.FromNumber(Marshal.GetLastPInvokeError())
            : ErrnoTable.FromResolver(error);
        return new SocketCallException(call, address.ToString(), info, address);
    }
}
