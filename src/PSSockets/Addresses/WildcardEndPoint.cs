using System.Net;

namespace PSSockets.Addresses;

/// <summary>The end point <c>:8080</c>: a port on any address of any family, where <c>[::]:8080</c> is one on any IPv6 address.</summary>
internal sealed class WildcardEndPoint(int port) : IPEndPoint(IPAddress.IPv6Any, port);
