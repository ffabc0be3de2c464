using System.Net;

namespace PSSockets.Addresses;

/// <summary>A host by its name, and a port, whose text is what a user typed and can type again.</summary>
internal sealed class HostEndPoint(string host, int port) : DnsEndPoint(host, port)
{
    /// <inheritdoc />
    public override string ToString() => $"{Host}:{Port}";
}
