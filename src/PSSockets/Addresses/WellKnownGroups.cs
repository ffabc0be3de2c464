namespace PSSockets.Addresses;

/// <summary>Multicast groups with a meaning of their own: the registries of IANA, RFC 4291.</summary>
internal static class WellKnownGroups
{
    /// <summary>The addresses, with what is said there.</summary>
    public static IReadOnlyList<(string Address, string Meaning)> All { get; } =
    [
        ("224.0.0.1", "IPv4, this network: all hosts"),
        ("224.0.0.2", "IPv4, this network: all routers"),
        ("224.0.0.251", "IPv4, this network: multicast DNS, port 5353"),
        ("224.0.0.252", "IPv4, this network: link-local name resolution (LLMNR), port 5355"),
        ("224.0.1.1", "IPv4: network time (NTP), port 123"),
        ("239.255.255.250", "IPv4, this site: service discovery (SSDP of UPnP), port 1900"),
        ("ff02::1", "IPv6, this network: all nodes"),
        ("ff02::2", "IPv6, this network: all routers"),
        ("ff02::c", "IPv6, this network: service discovery (SSDP of UPnP), port 1900"),
        ("ff02::fb", "IPv6, this network: multicast DNS, port 5353"),
        ("ff02::101", "IPv6, this network: network time (NTP), port 123"),
        ("ff02::1:3", "IPv6, this network: link-local name resolution (LLMNR), port 5355"),
    ];
}
