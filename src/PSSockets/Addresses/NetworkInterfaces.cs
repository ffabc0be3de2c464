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
                return IndexOf(candidate) is int index and not 0 ? index : null;
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

    /// <summary>Every address of this machine, with the interface that has it.</summary>
    public static IEnumerable<(string Address, string Meaning)> Addresses() =>
        from candidate in NetworkInterface.GetAllNetworkInterfaces()
        from address in candidate.GetIPProperties().UnicastAddresses
        select (address.Address.ToString(), $"{address.Address}: {candidate.Name}, {candidate.NetworkInterfaceType}, {candidate.OperationalStatus}");

    /// <summary>Whether something can be sent from the address, and whether it is the broadcast address of a network of this machine: the highest one that the network has.</summary>
    public static (bool IsOwn, bool IsBroadcast) Find(IPAddress address)
    {
        byte[] asked = address.GetAddressBytes();
        bool isOwn = address.AddressFamily == AddressFamily.InterNetwork && IPAddress.IsLoopback(address);
        bool isBroadcast = false;
        try
        {
            foreach (UnicastIPAddressInformation own in NetworkInterface.GetAllNetworkInterfaces().SelectMany(candidate => candidate.GetIPProperties().UnicastAddresses))
            {
                // Without the scope of link-local ones.
                isOwn |= own.Address.GetAddressBytes().AsSpan().SequenceEqual(asked);
                isBroadcast |= asked.Length == 4 && own.Address.AddressFamily == AddressFamily.InterNetwork
                    && own.PrefixLength is > 0 and < 31 && Highest(own).Equals(address);
            }
        }
        catch (NetworkInformationException)
        {
            // The system does not tell.
        }

        return (isOwn && !isBroadcast, isBroadcast);
    }

    private static IPAddress Highest(UnicastIPAddressInformation own)
    {
        byte[] bytes = own.Address.GetAddressBytes();
        for (int bit = own.PrefixLength; bit < 32; bit++)
        {
            bytes[bit / 8] |= (byte)(0x80 >> (bit % 8));
        }

        return new IPAddress(bytes);
    }

    // On Windows an interface may have only one of the protocols, or neither, and then no number: 0.
    private static int IndexOf(NetworkInterface candidate)
    {
        IPInterfaceProperties properties = candidate.GetIPProperties();
        int index = candidate.Supports(NetworkInterfaceComponent.IPv6) ? properties.GetIPv6Properties().Index : 0;
        try
        {
            return index == 0 ? properties.GetIPv4Properties().Index : index;
        }
        catch (NetworkInformationException)
        {
            return 0;
        }
    }
}
