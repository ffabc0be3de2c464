using System.Net;
using System.Net.Sockets;
using System.Text;
using PSSockets.Errors;
using PSSockets.Native;

namespace PSSockets.Addresses;

/// <summary>Names of UNIX sockets: unix(7).</summary>
internal static class UnixPath
{
    /// <summary>The length of <c>sun_path</c>, which also holds the zero byte after a path.</summary>
    public static int MaximumLength => SystemNumbers.LongestUnixName;

    /// <summary>What is said where the system has no UNIX sockets.</summary>
    public const string NoneHere = "this Windows has no UNIX sockets: they came with Windows 10 1803 and Windows Server 2019";

    /// <summary>Whether the end point is a file in the file system, rather than an abstract name or no name.</summary>
    public static bool IsFile(UnixDomainSocketEndPoint endPoint)
    {
        // As text, the abstract name x and the file @x are alike.
        SocketAddress address = endPoint.Serialize();
        return address.Size > sizeof(ushort) && address[sizeof(ushort)] != 0;
    }

    /// <summary>Whether the end point has no name: that of a socket that is not bound, or to be bound to any.</summary>
    public static bool HasNoName(UnixDomainSocketEndPoint endPoint) => endPoint.Serialize().Size <= sizeof(ushort);

    /// <summary>The end point of a path.</summary>
    /// <exception cref="ArgumentException">The path is empty or too long.</exception>
    public static UnixDomainSocketEndPoint FromPath(string path)
    {
        if (path.Length == 0)
        {
            throw new ArgumentException("the path is empty");
        }

        if (path.Contains('\0'))
        {
            throw new ArgumentException("a path has no zero byte");
        }

        CheckWhole(path);
        int length = Encoding.UTF8.GetByteCount(path);
        if (length >= MaximumLength)
        {
            throw new ArgumentException($"the path has {length} bytes, and a UNIX socket's path at most {MaximumLength - 1}: {path}");
        }

        return Socket.OSSupportsUnixDomainSockets ? new UnixDomainSocketEndPoint(path) : throw CallFailure.NotSupported("AF_UNIX", NoneHere, path);
    }

    /// <summary>The end point of a name that is not text: a path, or an abstract name with its zero byte.</summary>
    /// <exception cref="ArgumentException">The name is too long.</exception>
    public static UnixDomainSocketEndPoint FromBytes(ReadOnlySpan<byte> name)
    {
        if (name.Length > MaximumLength - (name is [0, ..] ? 0 : 1))
        {
            throw new ArgumentException($"the name has {name.Length} bytes, which is too long for a UNIX socket");
        }

        SocketAddress address = new(AddressFamily.Unix, sizeof(ushort) + name.Length);
        name.CopyTo(address.Buffer.Span[sizeof(ushort)..]);
        return (UnixDomainSocketEndPoint)EndPointOf(address);
    }

    /// <summary>The end point that lets the kernel choose an abstract name: autobind of unix(7).</summary>
    public static UnixDomainSocketEndPoint AnyAbstractName() => FromBytes([]);

    /// <summary>The end point of a name in Linux's abstract name space, given without its leading zero byte.</summary>
    /// <exception cref="ArgumentException">The name is empty or too long.</exception>
    public static UnixDomainSocketEndPoint FromAbstractName(string name)
    {
        if (name.Length == 0)
        {
            throw new ArgumentException("the abstract name is empty: only a socket that is bound can have the system choose one");
        }

        CheckWhole(name);
        int length = Encoding.UTF8.GetByteCount(name);
        if (length >= MaximumLength)
        {
            throw new ArgumentException($"the abstract name has {length} bytes, and may have at most {MaximumLength - 1}");
        }

        return Socket.OSSupportsUnixDomainSockets ? new UnixDomainSocketEndPoint("\0" + name) : throw CallFailure.NotSupported("AF_UNIX", NoneHere, name);
    }

    /// <summary>The end point of the kernel's bytes.</summary>
    public static EndPoint EndPointOf(SocketAddress address) => Template.Instance.Create(address);

    private static void CheckWhole(string name)
    {
        if (!InputText.IsWhole(name))
        {
            throw new ArgumentException("it holds half a character (a surrogate without the other), which would name another socket");
        }
    }

    // Made on first use: UnixDomainSocketEndPoint cannot be made on a system without UNIX sockets.
    private static class Template
    {
        public static readonly EndPoint Instance = new UnixDomainSocketEndPoint("/");
    }
}
