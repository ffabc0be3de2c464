using System.Net.Sockets;
using PSSockets.Errors;

namespace PSSockets.UnitTests;

public sealed class ErrnoTableTests
{
    [Theory]
    [InlineData(1, "EPERM", SocketError.AccessDenied)]
    [InlineData(2, "ENOENT", SocketError.AddressNotAvailable)]
    [InlineData(4, "EINTR", SocketError.Interrupted)]
    [InlineData(9, "EBADF", SocketError.OperationAborted)]
    [InlineData(11, "EAGAIN", SocketError.WouldBlock)]
    [InlineData(13, "EACCES", SocketError.AccessDenied)]
    [InlineData(22, "EINVAL", SocketError.InvalidArgument)]
    [InlineData(24, "EMFILE", SocketError.TooManyOpenSockets)]
    [InlineData(32, "EPIPE", SocketError.Shutdown)]
    [InlineData(88, "ENOTSOCK", SocketError.NotSocket)]
    [InlineData(89, "EDESTADDRREQ", SocketError.DestinationAddressRequired)]
    [InlineData(90, "EMSGSIZE", SocketError.MessageSize)]
    [InlineData(91, "EPROTOTYPE", SocketError.ProtocolType)]
    [InlineData(92, "ENOPROTOOPT", SocketError.ProtocolOption)]
    [InlineData(93, "EPROTONOSUPPORT", SocketError.ProtocolNotSupported)]
    [InlineData(94, "ESOCKTNOSUPPORT", SocketError.SocketNotSupported)]
    [InlineData(95, "EOPNOTSUPP", SocketError.OperationNotSupported)]
    [InlineData(97, "EAFNOSUPPORT", SocketError.AddressFamilyNotSupported)]
    [InlineData(98, "EADDRINUSE", SocketError.AddressAlreadyInUse)]
    [InlineData(99, "EADDRNOTAVAIL", SocketError.AddressNotAvailable)]
    [InlineData(100, "ENETDOWN", SocketError.NetworkDown)]
    [InlineData(101, "ENETUNREACH", SocketError.NetworkUnreachable)]
    [InlineData(103, "ECONNABORTED", SocketError.ConnectionAborted)]
    [InlineData(104, "ECONNRESET", SocketError.ConnectionReset)]
    [InlineData(105, "ENOBUFS", SocketError.NoBufferSpaceAvailable)]
    [InlineData(106, "EISCONN", SocketError.IsConnected)]
    [InlineData(107, "ENOTCONN", SocketError.NotConnected)]
    [InlineData(108, "ESHUTDOWN", SocketError.Shutdown)]
    [InlineData(110, "ETIMEDOUT", SocketError.TimedOut)]
    [InlineData(111, "ECONNREFUSED", SocketError.ConnectionRefused)]
    [InlineData(112, "EHOSTDOWN", SocketError.HostDown)]
    [InlineData(113, "EHOSTUNREACH", SocketError.HostUnreachable)]
    [InlineData(114, "EALREADY", SocketError.AlreadyInProgress)]
    [InlineData(115, "EINPROGRESS", SocketError.InProgress)]
    [InlineData(-2, "EAI_NONAME", SocketError.HostNotFound)]
    [InlineData(-3, "EAI_AGAIN", SocketError.TryAgain)]
    [Trait("Windows", "the errno numbers of Linux")]
    public void KnowsNumberNameAndSocketError(int number, string name, SocketError error)
    {
        SocketErrorInfo byNumber = ErrnoTable.FromNumber(number);
        Assert.Equal((number, name, error), (byNumber.Number, byNumber.Name, byNumber.SocketError));
        Assert.Same(byNumber, ErrnoTable.FromName(name));
        Assert.Same(byNumber, ErrnoTable.FromName(name.ToUpperInvariant()));
        Assert.True(ErrnoTable.Knows(number));
    }

    [Theory]
    [InlineData(SocketError.AddressAlreadyInUse, "EADDRINUSE")]
    [InlineData(SocketError.AddressNotAvailable, "EADDRNOTAVAIL")]
    [InlineData(SocketError.AccessDenied, "EACCES")]
    [InlineData(SocketError.ConnectionRefused, "ECONNREFUSED")]
    [InlineData(SocketError.ConnectionReset, "ECONNRESET")]
    [InlineData(SocketError.DestinationAddressRequired, "EDESTADDRREQ")]
    [InlineData(SocketError.HostNotFound, "EAI_NONAME")]
    [InlineData(SocketError.MessageSize, "EMSGSIZE")]
    [InlineData(SocketError.NoBufferSpaceAvailable, "ENOBUFS")]
    [InlineData(SocketError.NotConnected, "ENOTCONN")]
    [InlineData(SocketError.Shutdown, "EPIPE")]
    [InlineData(SocketError.TimedOut, "ETIMEDOUT")]
    [InlineData(SocketError.TooManyOpenSockets, "EMFILE")]
    [InlineData(SocketError.WouldBlock, "EAGAIN")]
    public void KnowsWhatDotNetMeans(SocketError error, string name)
    {
        Assert.Equal(name, ErrnoTable.FromSocketError(error).Name);
        Assert.Equal(name, ErrnoTable.FromName(error.ToString())?.Name);
    }

    [Theory]
    [InlineData("eaddrinuse", 98)]
    [InlineData("AddressAlreadyInUse", 98)]
    [InlineData("ADDRESSALREADYINUSE", 98)]
    [InlineData("eConnRefused", 111)]
    [Trait("Windows", "the errno numbers of Linux")]
    public void NamesAreReadInEitherCase(string name, int number)
    {
        Assert.Equal(number, ErrnoTable.FromName(name)?.Number);
    }

    [Theory]
    [InlineData("")]
    [InlineData("98")]
    [InlineData("-1")]
    [InlineData("ENOSUCH")]
    [InlineData("TimedOut, NotConnected")]
    public void OtherNamesAreUnknown(string name)
    {
        Assert.Null(ErrnoTable.FromName(name));
    }

    [Fact]
    [Trait("Windows", "the errno numbers of Linux")]
    public void AnUnknownNumberHasTheSystemsText()
    {
        // ETIME, which no socket call gives.
        SocketErrorInfo info = ErrnoTable.FromNumber(62);
        Assert.False(ErrnoTable.Knows(62));
        Assert.Equal((62, "errno 62", SocketError.SocketError), (info.Number, info.Name, info.SocketError));
        Assert.Equal("Timer expired", info.Message);
    }

    [Fact]
    [Trait("Windows", "the errno numbers of Linux")]
    public void StandsInMessagesWithNameNumberAndText()
    {
        Assert.Equal("EADDRINUSE (98) Address already in use", ErrnoTable.FromNumber(98).ToString());
        Assert.Equal("ECONNREFUSED (111) Connection refused", ErrnoTable.FromNumber(111).ToString());
        Assert.Equal("EAI_NONAME (-2) Name or service not known", ErrnoTable.FromNumber(-2).ToString());
    }

    [Fact]
    [Trait("Windows", "Known on Windows: EPERM, ENFILE, ENOMEM, ENOENT and others share the number of another error")]
    public void EveryRowIsComplete()
    {
        Assert.All(ErrnoTable.All, info =>
        {
            Assert.NotEmpty(info.Message);
            Assert.EndsWith(".", info.RecommendedAction, StringComparison.Ordinal);
            Assert.Equal(info.Name, ErrnoTable.FromNumber(info.Number).Name);
        });
        Assert.Equal(ErrnoTable.All.Count, ErrnoTable.All.Select(info => info.Name).Distinct().Count());
    }
}
