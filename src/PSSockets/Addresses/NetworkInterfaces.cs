using System.Globalization;
using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using PSSockets.Errors;

namespace PSSockets.Addresses;

/// <summary>The network interfaces of this machine.</summary>
internal static class NetworkInterfaces
{
    /// <summary>Every interface's name, with what it is.</summary>
    public static IEnumerable<(string Name, string Meaning)> All() =>
        from candidate in NetworkInterface.GetAllNetworkInterfaces()
        let addresses = candidate.GetIPProperties().UnicastAddresses.Select(address => address.Address.ToString())
        select (candidate.Name, $"{candidate.Name}: {string.Join(", ", addresses.Prepend($"{candidate.OperationalStatus}").Prepend($"{candidate.NetworkInterfaceType}"))}");

    /// <summary>The number of an interface, given by name, number or one of its addresses.</summary>
    /// <exception cref="SocketInputException"><c>InterfaceNotFound</c>.</exception>
    public static int Find(string text)
    {
        // 0 leaves the choice to the system.
        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int index)
            && (index == 0 || NetworkInterface.GetAllNetworkInterfaces().Any(candidate => IndexOf(candidate) == index)))
        {
            return index;
        }

        int? found = IPAddress.TryParse(text, out IPAddress? address)
            ? NetworkInterface.GetAllNetworkInterfaces()
                .Where(candidate => candidate.GetIPProperties().UnicastAddresses.Any(own => own.Address.Equals(address)))
                .Select(IndexOf)
                .Cast<int?>()
                .FirstOrDefault()
            : FindIndex(text);
        return found ?? throw new SocketInputException(
            ErrorIds.InterfaceNotFound, $"no network interface has the name, number or address '{text}'", "Name an interface that this machine has; Tab completes them.", text);
    }

    /// <summary>The number of an interface: if_nametoindex(3). Null where there is none of that name.</summary>
    public static int? FindIndex(string name)
    {
        foreach (NetworkInterface candidate in NetworkInterface.GetAllNetworkInterfaces())
        {
            if (candidate.Name == name)
            {
                return IndexOf(candidate);
            }
        }

        return null;
    }

    /// <summary>An IPv4 address of an interface; the wildcard address where it has none.</summary>
    public static IPAddress IPv4AddressOf(int index) =>
        NetworkInterface.GetAllNetworkInterfaces()
            .Where(candidate => IndexOf(candidate) == index)
            .SelectMany(candidate => candidate.GetIPProperties().UnicastAddresses)
            .Select(address => address.Address)
            .FirstOrDefault(address => address.AddressFamily == AddressFamily.InterNetwork) ?? IPAddress.Any;

    private static int IndexOf(NetworkInterface candidate)
    {
        IPInterfaceProperties properties = candidate.GetIPProperties();
        return candidate.Supports(NetworkInterfaceComponent.IPv6)
            ? properties.GetIPv6Properties().Index
            : properties.GetIPv4Properties().Index;
    }
}
