using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using PSSockets.Views;

namespace PSSockets.UnitTests;

public sealed class DatagramViewTests
{
    [Fact]
    public void TheLengthOfAWholeDatagram()
    {
        Assert.Equal("5", DatagramView.Length(5, false));
        Assert.Equal("0", DatagramView.Length(0, false));
    }

    [Fact]
    public void TheLengthOfACutDatagram()
    {
        Assert.Equal("5…", DatagramView.Length(5, true));
        Assert.Equal("0…", DatagramView.Length(0, true));
    }

    [Fact]
    public void TheLengthHasNoSeparatorsOfACulture()
    {
        CultureInfo before = CultureInfo.CurrentCulture;
        try
        {
            CultureInfo.CurrentCulture = CultureInfo.GetCultureInfo("de-DE");
            Assert.Equal("65506…", DatagramView.Length(65506, true));
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }

    [Theory]
    [InlineData("", 4, "")]
    [InlineData("00", 4, "00")]
    [InlineData("000AFF", 4, "00 0a ff")]
    [InlineData("01020304", 4, "01 02 03 04")]
    [InlineData("0102030405", 4, "01 02 03 04…")]
    [InlineData("01", 0, "…")]
    public void TheFirstBytesAsHexadecimal(string data, int bytes, string expected)
    {
        Assert.Equal(expected, DatagramView.Hex(Make(Convert.FromHexString(data)).Data, bytes));
    }

    [Theory]
    [InlineData("", 5, "")]
    [InlineData("hello", 5, "hello")]
    [InlineData("hello!", 5, "hello…")]
    [InlineData("a\r\nb\tc\0d", 20, "a..b.c.d")]
    [InlineData("\u001B[31m", 20, ".[31m")]
    [InlineData("\u202Eabc\u2028\u2029", 20, ".abc..")]
    [InlineData("grün €", 20, "grün €")]
    [InlineData("😀😀", 20, "😀😀")]
    [InlineData("\uE000", 20, ".")]
    public void TheBeginningAsText(string text, int characters, string expected)
    {
        Assert.Equal(expected, DatagramView.Text(Make(Encoding.UTF8.GetBytes(text)).Text, characters));
    }

    [Fact]
    public void BytesThatAreNoTextAreDots()
    {
        Assert.Equal("a.b", DatagramView.Text(Make([0x61, 0xFF, 0x62]).Text, 20));
    }

    [Fact]
    public void APairIsNeverCut()
    {
        Assert.Equal("ab😀…", DatagramView.Text(Make("ab😀cd"u8).Text, 3));
    }

    private static Datagram Make(ReadOnlySpan<byte> data, int? length = null)
    {
        using Socket socket = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        EndPoint? nobody = null;
        return new Datagram(data.ToArray(), length ?? data.Length, socket, new UTF8Encoding(false), nobody, null, 0, 0);
    }
}
