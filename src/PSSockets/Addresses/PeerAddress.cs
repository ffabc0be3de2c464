using System.Net;

namespace PSSockets.Addresses;

/// <summary>A peer as the kernel wrote it; datagrams of one peer that follow each other share it.</summary>
internal sealed class PeerAddress(byte[] bytes)
{
    /// <summary>The address in the layout of this operating system.</summary>
    public ReadOnlySpan<byte> Bytes => bytes;

    /// <summary>A new end point; null for a UNIX peer without a name.</summary>
    public EndPoint? ToEndPoint() => bytes.Length == 0 ? null : SocketAddressBytes.ToEndPoint(bytes);
}
