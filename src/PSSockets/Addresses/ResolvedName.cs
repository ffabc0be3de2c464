using System.Net;

namespace PSSockets;

/// <summary>The names of an address: getnameinfo(3).</summary>
public sealed class ResolvedName
{
    internal ResolvedName(string hostName, string service, EndPoint endPoint)
    {
        HostName = hostName;
        Service = service;
        EndPoint = endPoint;
    }

    /// <summary>The name of the host, or its address as digits where it has none.</summary>
    public string HostName { get; }

    /// <summary>The name of the service, or the port as digits where it has none.</summary>
    public string Service { get; }

    /// <summary>The address that was asked about.</summary>
    public EndPoint EndPoint { get; }
}
