using System.Net.Sockets;
using PSSockets.Addresses;

namespace PSSockets.UnitTests;

public sealed class UnixPathTests
{
    [Fact]
    [Trait("Wine", "Wine 8 has no AF_UNIX")]
    public void TellsFilesFromAbstractNames()
    {
        UnixDomainSocketEndPoint file = UnixPath.FromPath("/run/x.sock");
        UnixDomainSocketEndPoint name = UnixPath.FromAbstractName("x");
        Assert.True(UnixPath.IsFile(file));
        Assert.False(UnixPath.IsFile(name));
    }

    [Fact]
    [Trait("Wine", "Wine 8 has no AF_UNIX")]
    public void AFileWhosePathBeginsWithAtIsAFile()
    {
        // The parser makes paths full, but a .NET end point need not be.
        UnixDomainSocketEndPoint file = new("@x");
        Assert.True(UnixPath.IsFile(file));
    }

    [Fact]
    public void TheBoundsAreThoseOfSunPath()
    {
        if (!Socket.OSSupportsUnixDomainSockets)
        {
            Assert.Equal("NotSupported", Assert.Throws<SocketInputException>(() => UnixPath.FromPath(new string('x', 107))).ErrorId);
            Assert.Equal("NotSupported", Assert.Throws<SocketInputException>(() => UnixPath.FromAbstractName(new string('x', 107))).ErrorId);
            return;
        }

        Assert.Equal(107, UnixPath.FromPath(new string('x', 107)).ToString().Length);
        Assert.Throws<ArgumentException>(() => UnixPath.FromPath(new string('x', 108)));
        Assert.Equal(108, UnixPath.FromAbstractName(new string('x', 107)).ToString().Length);
        Assert.Throws<ArgumentException>(() => UnixPath.FromAbstractName(new string('x', 108)));
    }

    [Fact]
    public void RefusesEmptyNames()
    {
        Assert.Equal("the path is empty", Assert.Throws<ArgumentException>(() => UnixPath.FromPath(string.Empty)).Message);
        Assert.Equal("the abstract name is empty: only a socket that is bound can have the system choose one", Assert.Throws<ArgumentException>(() => UnixPath.FromAbstractName(string.Empty)).Message);
    }
}
