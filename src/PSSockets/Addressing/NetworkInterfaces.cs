using System.Net.NetworkInformation;

namespace PSSockets.Addressing;

/// <summary>The network interfaces of this machine.</summary>
internal static class NetworkInterfaces
{
    /// <summary>The number of an interface: if_nametoindex(3). Null where there is none of that name.</summary>
    public static int? FindIndex(string name)
    {
        foreach (NetworkInterface candidate in NetworkInterface.GetAllNetworkInterfaces())
        {
            if (candidate.Name == name)
            {
                IPInterfaceProperties properties = candidate.GetIPProperties();
                return candidate.Supports(NetworkInterfaceComponent.IPv6)
                    ? properties.GetIPv6Properties().Index
                    : properties.GetIPv4Properties().Index;
            }
        }

        return null;
    }
}
