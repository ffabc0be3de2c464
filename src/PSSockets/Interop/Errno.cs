namespace PSSockets.Interop;

/// <summary>The errno values of Linux that the engine acts upon: errno(3).</summary>
internal static class Errno
{
    public const int EINTR = 4;
    public const int EIO = 5;
    public const int EAGAIN = 11;
    public const int EINVAL = 22;
    public const int EDESTADDRREQ = 89;
    public const int EMSGSIZE = 90;
    public const int ENOPROTOOPT = 92;
    public const int EOPNOTSUPP = 95;
    public const int ENOBUFS = 105;
    public const int ENOTCONN = 107;
    public const int EINPROGRESS = 115;
}
