using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using FsCheck;
using FsCheck.Fluent;
using PSSockets.Addresses;
using PSSockets.Native;

namespace PSSockets.UnitTests;

public sealed class SocketAddressBytesTests
{
    private const string UnixFamily = "0100";

    private static readonly string Family6 = SystemNumbers.IPv6Family.ToString("X2", CultureInfo.InvariantCulture) + "00";

    [Fact]
    public void IPv4IsSockaddrIn()
    {
        Check(new IPEndPoint(IPAddress.Parse("192.0.2.1"), 55555), "0200" + "D903" + "C0000201" + "0000000000000000");
    }

    [Fact]
    public void IPv6IsSockaddrIn6()
    {
        Check(
            new IPEndPoint(IPAddress.Parse("2001:db8::1"), 53),
            Family6 + "0035" + "00000000" + "20010DB8000000000000000000000001" + "00000000");
    }

    [Fact]
    public void TheScopeIsInHostOrder()
    {
        Check(
            new IPEndPoint(IPAddress.Parse("fe80::1%7"), 53),
            Family6 + "0035" + "00000000" + "FE800000000000000000000000000001" + "07000000");
    }

    [Fact]
    [Trait("Wine", "Wine 8 has no AF_UNIX")]
    public void AUnixPathEndsWithAZeroByte()
    {
        byte[] bytes = SocketAddressBytes.From(new UnixDomainSocketEndPoint("/run/x.sock"));
        Assert.StartsWith(UnixFamily + Convert.ToHexString("/run/x.sock\0"u8), Convert.ToHexString(bytes), StringComparison.Ordinal);
        Assert.Equal("/run/x.sock", SocketAddressBytes.ToEndPoint(bytes)?.ToString());
    }

    [Fact]
    [Trait("Windows", "only Linux has abstract names")]
    public void AnAbstractNameBeginsWithAZeroByteAndHasNoOtherEnd()
    {
        UnixDomainSocketEndPoint name = new("\0name");
        byte[] bytes = SocketAddressBytes.From(name);
        Assert.Equal(UnixFamily + Convert.ToHexString("\0name"u8), Convert.ToHexString(bytes));
        Assert.Equal(name, SocketAddressBytes.ToEndPoint(bytes));
    }

    [Fact]
    [Trait("Wine", "Wine 8 has no AF_UNIX")]
    public void TheLongestUnixNamesComeBack()
    {
        UnixDomainSocketEndPoint path = new("/" + new string('p', 106));
        UnixDomainSocketEndPoint name = new("\0" + new string('n', 107));
        Assert.Equal(path, SocketAddressBytes.ToEndPoint(SocketAddressBytes.From(path)));
        Assert.Equal(name, SocketAddressBytes.ToEndPoint(SocketAddressBytes.From(name)));
    }

    [Fact]
    public void AnUnnamedUnixSocketHasNoEndPoint()
    {
        Assert.Null(SocketAddressBytes.ToEndPoint(Convert.FromHexString(UnixFamily)));
    }

    [Fact]
    public void ZerosAreNoNameWhereThereAreNoAbstractNames()
    {
        // What macOS gives for a peer without a name.
        byte[] zeros = [.. Convert.FromHexString(UnixFamily), .. new byte[14]];
        Assert.Null(SocketAddressBytes.ToEndPoint(zeros, hasAbstractNames: false));
        if (SystemNumbers.HasAbstractNames)
        {
            Assert.Equal(new UnixDomainSocketEndPoint(new string('\0', 14)), SocketAddressBytes.ToEndPoint(zeros, hasAbstractNames: true));
        }
    }

    [Fact]
    public void EveryIPv4EndPointComesBack()
    {
        Prop.ForAll(Addresses(4), Ports, (address, port) => ComesBack(new IPEndPoint(new IPAddress(address), port))).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void EveryIPv6EndPointComesBack()
    {
        Prop.ForAll(Addresses(16), Ports, (address, port) => ComesBack(new IPEndPoint(new IPAddress(address), port))).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void EveryLinkLocalEndPointComesBackWithItsScope()
    {
        Prop.ForAll(Addresses(8), Ports, ArbMap.Default.ArbFor<uint>(), (address, port, scope) =>
            ComesBack(new IPEndPoint(new IPAddress([0xFE, 0x80, 0, 0, 0, 0, 0, 0, .. address], scope), port))).QuickCheckThrowOnFailure();
    }

    [Fact]
    [Trait("Wine", "Wine 8 has no AF_UNIX")]
    public void EveryLengthOfPathComesBack()
    {
        for (int length = 1; length <= 107; length++)
        {
            Assert.True(ComesBack(new UnixDomainSocketEndPoint(new string('x', length))), $"{length}");
        }
    }

    [Fact]
    public void LongerBuffersAreRead()
    {
        // recvfrom(2) may be given a whole sockaddr_storage.
        IPEndPoint endPoint = new(IPAddress.Loopback, 53);
        Assert.Equal(endPoint, SocketAddressBytes.ToEndPoint([.. SocketAddressBytes.From(endPoint), .. new byte[112]]));
    }

    [Theory]
    [InlineData("", "at least the 2 bytes of its family")]
    [InlineData("02", "at least the 2 bytes of its family")]
    [InlineData("0200", "struct sockaddr_in has 16 bytes")]
    [InlineData("0200D903C000020100000000000000", "struct sockaddr_in has 16 bytes")]
    [InlineData("0A00", "struct sockaddr_in6 has 28 bytes")]
    [InlineData("0A0000350000000020010DB8000000000000000000000001000000", "struct sockaddr_in6 has 28 bytes")]
    [InlineData("0A000035000000002001000000000000", "struct sockaddr_in6 has 28 bytes")]
    [InlineData("00000000000000000000000000000000", "name no family")]
    [InlineData("10000000000000000000000000000000", "name no family")]
    [InlineData("FFFF0000000000000000000000000000", "name no family")]
    public void RefusesOtherBytes(string hex, string reason)
    {
        Refuses(Convert.FromHexString(hex.StartsWith("0A00", StringComparison.Ordinal) ? Family6 + hex[4..] : hex), reason);
    }

    [Fact]
    [Trait("Wine", "Not run: Wine 8 has no AF_UNIX, and the runtime ends here")]
    public void RefusesAUnixPathThatIsTooLong()
    {
        byte[] bytes = [1, 0, .. Encoding.ASCII.GetBytes(new string('x', 109))];
        Refuses(bytes, "a UNIX path has at most 108 bytes");
        Assert.NotNull(SocketAddressBytes.ToEndPoint(bytes.AsSpan()[..^1]));
    }

    [Fact]
    public void NoBytesMakeAnotherErrorThanInvalidEndPoint()
    {
        Prop.ForAll<byte[]>(bytes =>
        {
            try
            {
                _ = SocketAddressBytes.ToEndPoint(bytes);
                return true;
            }
            catch (SocketInputException exception)
            {
                return exception.ErrorId == "InvalidEndPoint";
            }
        }).QuickCheckThrowOnFailure();
    }

    private static Arbitrary<int> Ports => Gen.Choose(0, 65535).ToArbitrary();

    private static Arbitrary<byte[]> Addresses(int length) => ArbMap.Default.GeneratorFor<byte>().ArrayOf(length).ToArbitrary();

    private static bool ComesBack(EndPoint endPoint) => endPoint.Equals(SocketAddressBytes.ToEndPoint(SocketAddressBytes.From(endPoint)));

    private static void Check(EndPoint endPoint, string hex)
    {
        Assert.Equal(hex, Convert.ToHexString(SocketAddressBytes.From(endPoint)));
        Assert.Equal(endPoint, SocketAddressBytes.ToEndPoint(Convert.FromHexString(hex)));
    }

    private static void Refuses(byte[] bytes, string reason)
    {
        SocketInputException exception = Assert.Throws<SocketInputException>(() => SocketAddressBytes.ToEndPoint(bytes));
        Assert.Equal("InvalidEndPoint", exception.ErrorId);
        Assert.StartsWith($"{bytes.Length} bytes are not a socket address: ", exception.Message, StringComparison.Ordinal);
        Assert.Contains(reason, exception.Message, StringComparison.Ordinal);
    }
}
