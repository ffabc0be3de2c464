using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using PSSockets.Addresses;
using PSSockets.Errors;
using PSSockets.Native;
using PSSockets.Sockets;
using PSSockets.Waiting;

namespace PSSockets.Transport;

/// <summary>
/// Every Unix: calls that do not wait are those of the C library, so that they do what their man pages say and fail with
/// the errno that the system gave. Waits are .NET's.
/// </summary>
/// <param name="stop">Ends every wait.</param>
/// <param name="tap">Is told of every call; null where nobody listens.</param>
internal class UnixTransport(StopSignal stop, ITransportTap? tap = null) : ManagedTransport(stop, tap)
{
    /// <summary>Whether flags such as SOCK_CLOEXEC can be given to a call that makes a descriptor.</summary>
    protected virtual bool HasDescriptorFlags => false;

    /// <inheritdoc />
    public override (Socket First, Socket Second) OpenPair(SocketType type)
    {
        const string Name = "socketpair";
        CheckKind(Name, AddressFamily.Unix, type);
        Refuse(Name, null, SocketFactory.Describe(AddressFamily.Unix, type));
        (SafeSocketHandle First, SafeSocketHandle Second) handles = SocketCalls.MakePair((int)type, HasDescriptorFlags)
            ?? throw CallFailure.Of(Name, SocketFactory.Describe(AddressFamily.Unix, type), Marshal.GetLastPInvokeError(), null);
        Socket first = new(handles.First);
        Tell(first, new SystemCall(Name, first, EndPointText.TypeOf(type), 0));
        return (first, new Socket(handles.Second));
    }

    /// <inheritdoc />
    /// <remarks>Not .NET's Bind: it sets SO_REUSEADDR on every TCP socket, so two sockets could silently share a port until one listens.</remarks>
    public override void Bind(SocketRecord socket, EndPoint endPoint)
    {
        if (!SocketInternals.CanTell)
        {
            base.Bind(socket, endPoint);
            return;
        }

        Call("bind", socket, endPoint, () => Check("bind", endPoint, socket, SocketCalls.Bind(socket.Handle, endPoint.Serialize())), () => this.LocalEndPoint(socket));
        if (endPoint is UnixDomainSocketEndPoint path)
        {
            if (UnixPath.HasNoName(path))
            {
                // The kernel has chosen one, which .NET would not know.
                path = (UnixDomainSocketEndPoint?)this.LocalEndPoint(socket) ?? path;
            }

            SocketInternals.SetBound(socket.Socket, SocketInternals.WithFile(path));
            if (UnixPath.IsFile(path))
            {
                string full = Path.GetFullPath(path.ToString());
                socket.BoundFile = new BoundFile(full, IdentityOf(full));
            }
        }
        else
        {
            SocketInternals.SetBound(socket.Socket, endPoint);
        }
    }

    /// <inheritdoc />
    public override void Listen(SocketRecord socket, int backlog)
    {
        if (!SocketInternals.CanTell)
        {
            base.Listen(socket, backlog);
            return;
        }

        Call(
            "listen",
            socket,
            address: null,
            () =>
            {
                if (SocketCalls.Listen(socket.Handle, backlog) < 0)
                {
                    int errno = Marshal.GetLastPInvokeError();
                    throw CallFailure.Of("listen", this.LocalEndPoint(socket), errno, socket.Socket);
                }
            },
            () => this.LocalEndPoint(socket));
        SocketInternals.SetListening(socket.Socket);
    }

    /// <inheritdoc />
    public override void SetReuseAddress(SocketRecord socket) => Switch(socket, "SO_REUSEADDR", (SystemNumbers.Reuse.Level, SystemNumbers.Reuse.ReuseAddress), 1, isAuxiliary: false);

    /// <inheritdoc />
    public override void SetReusePort(SocketRecord socket) => Switch(socket, "SO_REUSEPORT", (SystemNumbers.Reuse.Level, SystemNumbers.Reuse.ReusePort), 1, isAuxiliary: false);

    /// <inheritdoc />
    public override bool IsStaleFile(string path) => File.Exists(path) && IsSocketFile(path) && !HasOwner(path);

    /// <inheritdoc />
    public override bool MayBeSocket(string path) => !Path.Exists(path) || new FileInfo(path).LinkTarget is not null || IsSocketFile(path);

    /// <summary>Whether a path itself, not what a link points to, is a UNIX socket.</summary>
    protected virtual bool IsSocketFile(string path) => FileCalls.IsSocketOnBsd(path);

    /// <summary>What tells the file at a path from one that comes to it later; null where the system does not tell.</summary>
    protected virtual (ulong Number, long Seconds, uint Nanoseconds)? IdentityOf(string path) => null;

    /// <inheritdoc />
    protected override bool StillStands(BoundFile file) => IsSocketFile(file.Path) && IdentityOf(file.Path) == file.Identity;

    /// <inheritdoc />
    protected override void CheckKind(string call, AddressFamily family, SocketType type)
    {
    }

    /// <inheritdoc />
    protected override Socket NewSocket(AddressFamily family, SocketType type, ProtocolType protocol)
    {
        try
        {
            return base.NewSocket(family, type, protocol);
        }
        catch (SocketException)
        {
            // .NET has one name for several errnos, so the call is made once more; where the trouble is over by then,
            // nobody needs to hear of it.
            int number = family == AddressFamily.InterNetworkV6 ? SystemNumbers.IPv6Family : (int)family;
            bool isSameNumber = family is AddressFamily.InterNetwork or AddressFamily.InterNetworkV6 or AddressFamily.Unix;
            if (!isSameNumber)
            {
                throw;
            }

            SafeSocketHandle handle = SocketCalls.Open(number, (int)type, (int)protocol, HasDescriptorFlags);
            return handle.IsInvalid
                ? throw CallFailure.Of("socket", SocketFactory.Describe(family, type), Marshal.GetLastPInvokeError(), null)
                : Adopt(handle, family, type);
        }
    }

    /// <inheritdoc />
    protected override void ShutDown(SocketRecord socket, SocketShutdown direction) =>
        Check("shutdown", this.AddressForErrors(socket), socket, SocketCalls.Shutdown(socket.Handle, (int)direction));

    /// <inheritdoc />
    protected override void ForgetPeer(SocketRecord socket)
    {
        // .NET's own Disconnect would do, but afterwards it refuses to connect the socket again.
        EndPoint? local = LocalName(socket);
        bool isForgotten = SocketCalls.Dissolve(socket.Handle) == 0;
        int errno = isForgotten ? 0 : Marshal.GetLastPInvokeError();
        // BSD systems dissolve the association and say that they do not know the family.
        if (!isForgotten && IsConnected(socket))
        {
            throw CallFailure.Of("connect", "AF_UNSPEC", errno, socket.Socket);
        }

        if (!TryRestorePort(socket, local))
        {
            throw CallFailure.Of("bind", local, Marshal.GetLastPInvokeError(), socket.Socket);
        }
    }

    /// <inheritdoc />
    /// <remarks>A UNIX path is connected at once or, where the listener's queue is full, not at all.</remarks>
    protected override bool MustTryAgain(EndPoint remoteEndPoint) => remoteEndPoint is UnixDomainSocketEndPoint;

    /// <inheritdoc />
    /// <remarks>
    /// Linux connects the same descriptor again, with its port. BSD cannot: .NET, when it knows of the failure, puts a
    /// new one in its place, which is not bound.
    /// </remarks>
    protected override void Recover(SocketRecord socket, EndPoint? local)
    {
        if (SocketCalls.Dissolve(socket.Handle) == 0)
        {
            _ = TryRestorePort(socket, local);
        }
        else if (socket.Socket.SocketType == SocketType.Stream && !socket.IsClosed)
        {
            socket.HasFailedConnect = true;
            SocketInternals.NoteFailedConnect(socket.Socket);
        }
    }

    /// <summary>Binds a socket to the port that it had, where it lost that with its peer: the kernel takes a port back that it chose itself.</summary>
    /// <returns>Whether it has that port.</returns>
    protected bool TryRestorePort(SocketRecord socket, EndPoint? before)
    {
        if (before is not IPEndPoint { Port: not 0 and int port })
        {
            return true;
        }

        IPAddress address = (LocalName(socket) as IPEndPoint)?.Address
            ?? (socket.Socket.AddressFamily == AddressFamily.InterNetwork ? IPAddress.Any : IPAddress.IPv6Any);
        // EINVAL says that it is bound still; its name does not tell, since a TCP socket keeps that without the port.
        return SocketCalls.Bind(socket.Handle, new IPEndPoint(address, port).Serialize()) == 0
            || Marshal.GetLastPInvokeError() == Errno.EINVAL;
    }

    /// <inheritdoc />
    protected override byte[] ReadOption(SocketRecord socket, string name, int level, int option, int length)
    {
        byte[] value = new byte[length > 0 ? length : LongestOption];
        int size = OptionCalls.Get(socket.Handle, level, option, value);
        Check("getsockopt", name, socket, size);
        return value[..size];
    }

    /// <inheritdoc />
    protected override void WriteOption(SocketRecord socket, string name, int level, int option, byte[] value) =>
        Check("setsockopt", name, socket, OptionCalls.Set(socket.Handle, level, option, value));

    /// <summary>Sets an option that is a number.</summary>
    protected void Switch(SocketRecord socket, string name, (int Level, int Option) option, int value, bool isAuxiliary) =>
        Call("setsockopt", socket, name, () => WriteOption(socket, name, option.Level, option.Option, BitConverter.GetBytes(value)), isAuxiliary: isAuxiliary);

    // As .NET makes one: an IPv6 socket is for IPv6 alone.
    private static Socket Adopt(SafeSocketHandle handle, AddressFamily family, SocketType type)
    {
        Socket socket = new(handle);
        if (family == AddressFamily.InterNetworkV6 && type != SocketType.Raw)
        {
            socket.DualMode = false;
        }

        return socket;
    }

    private static void Check(string call, object? address, SocketRecord socket, int result)
    {
        if (result < 0)
        {
            throw CallFailure.Of(call, address, Marshal.GetLastPInvokeError(), socket.Socket);
        }
    }

    private static bool HasOwner(string path)
    {
        using Socket probe = new(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
        try
        {
            probe.Connect(new UnixDomainSocketEndPoint(path));
            return true;
        }
        catch (SocketException exception)
        {
            // Refused means nobody; a socket of another type answers EPROTOTYPE.
            return exception.SocketErrorCode != SocketError.ConnectionRefused;
        }
    }
}
