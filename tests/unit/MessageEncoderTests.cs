using System.Net;
using System.Net.NetworkInformation;
using System.Numerics;
using PSSockets.Messages;

namespace PSSockets.UnitTests;

public sealed class MessageEncoderTests
{
    public static TheoryData<string, object?, string> Values() => new()
    {
        { "A:8", 255, "FF" },
        { "A:8", "0x1f", "1F" },
        { "A:8", " 31 ", "1F" },
        { "A:8", true, "01" },
        { "A:8", 7.0, "07" },
        { "A:8", 7m, "07" },
        { "A:8", DayOfWeek.Friday, "05" },
        { "A:8", null, "00" },
        { "A:64", ulong.MaxValue, "FFFFFFFFFFFFFFFF" },
        { "A:72:uint", new BigInteger(258), "000000000000000102" },
        { "A:72:uint", 258, "000000000000000102" },
        { "A:72", 258, "000000000000000102" },
        { "A:72:uint", "0x0102", "000000000000000102" },
        { "A:72", new byte[] { 1, 2, 3, 4, 5, 6, 7, 8, 9 }, "010203040506070809" },
        { "A:72", null, "000000000000000000" },
        { "A:8:int", -128, "80" },
        { "A:16:int", -2, "FFFE" },
        { "A:64:int", long.MinValue, "8000000000000000" },
        { "A:8:bool", true, "01" },
        { "A:8:bool", 1, "01" },
        { "A:8:bool", false, "00" },
        { "A:16:bytes", new byte[] { 1, 2 }, "0102" },
        { "A:16:bytes", new object[] { 1, "0x2" }, "0102" },
        { "A:16:bytes", "hi", "6869" },
        { "A:32:bytes", IPAddress.Loopback, "7F000001" },
        { "A:8:bytes", 9, "09" },
        { "A:*", "é", "C3A9" },
        { "A:*", null, "" },
        { "A:*", new List<int> { 1, 255 }, "01FF" },
        { "A:32:ipv4", "192.0.2.1", "C0000201" },
        { "A:32:ipv4", IPAddress.Loopback, "7F000001" },
        { "A:32:ipv4", new byte[] { 1, 2, 3, 4 }, "01020304" },
        { "A:32:ipv4", null, "00000000" },
        { "A:128:ipv6", "2001:db8::1", "20010DB8000000000000000000000001" },
        { "A:48:mac", "00:00:5E:00:53:01", "00005E005301" },
        { "A:48:mac", new PhysicalAddress([1, 2, 3, 4, 5, 6]), "010203040506" },
        { "A:32:ascii", "ab", "61620000" },
        { "A:32:utf8", "é", "C3A90000" },
        { "A:*:ascii", 'x', "78" },
        { "A:16:hex", "0aFf", "0AFF" },
        { "A:16:hex", "0x0aff", "0AFF" },
        { "A:*:hex", "0a:ff-01 02", "0AFF0102" },
    };

    [Theory]
    [MemberData(nameof(Values))]
    public void EncodesEveryType(string field, object? value, string bytes) => Assert.Equal(bytes, Encode([field], ("A", value)));

    [Fact]
    public void EncodesTheFigure()
    {
        string[] fields = ["FirstField:16", "A:1", "B:1", "C:1", "D:1", "E:1", "F:1", "G:1", "H:1", "SecondField:24", "FirstByte:8", "SecondByte:8"];
        Assert.Equal("123420ABCDEF01FF", Encode(fields, ("FirstField", 0x1234), ("C", 1), ("SecondField", 0xABCDEF), ("FirstByte", 1), ("SecondByte", 255)));
    }

    [Fact]
    public void FieldsNeedNotEndOnByteBoundaries()
    {
        Assert.Equal("B558", Encode(["A:3", "B:9:int", "C:4"], ("A", 5), ("B", -0xAB), ("C", 8)));
        Assert.Equal("B0C4", Encode(["A:4", "B:8:hex", "C:4"], ("A", 11), ("B", "0C"), ("C", 4)));
        Assert.Equal("1616263F", Encode(["A:4", "Text:24:ascii", "C:4"], ("A", 1), ("Text", "abc"), ("C", 15)));
        Assert.Equal("80C8F5FFFF80", Encode(["A:1", "B:32:hex", "Tail:15:int"], ("A", 1), ("B", "0191EBFF"), ("Tail", -128)));
    }

    [Theory]
    [InlineData("A:4 B:4", "A", 16, "ValueOutOfRange", "'A' (4 bits) cannot hold 16: it takes 0 to 15")]
    [InlineData("A:1 B:7", "A", 2, "ValueOutOfRange", "'A' (1 bit) cannot hold 2: it takes 0 to 1")]
    [InlineData("A:8", "A", -1, "ValueOutOfRange", "'A' (8 bits) cannot hold -1: it takes 0 to 255")]
    [InlineData("A:8:int", "A", 128, "ValueOutOfRange", "'A' (8 bits) cannot hold 128: it takes -128 to 127")]
    [InlineData("A:8:int", "A", -129, "ValueOutOfRange", "'A' (8 bits) cannot hold -129: it takes -128 to 127")]
    [InlineData("A:8:bool", "A", 2, "ValueOutOfRange", "'A' (8 bits) cannot hold 2: it takes 0 to 1")]
    [InlineData("A:64", "A", "18446744073709551616", "ValueOutOfRange", "'A' (64 bits) cannot hold 18446744073709551616: it takes 0 to 18446744073709551615")]
    [InlineData("A:64", "A", 1e300, "ValueOutOfRange", "'A' (64 bits) cannot hold 1E+300: it takes 0 to 18446744073709551615")]
    [InlineData("A:72:uint", "A", "4722366482869645213696", "ValueOutOfRange", "'A' (72 bits) cannot hold 4722366482869645213696")]
    [InlineData("A:72:uint", "A", -1, "ValueOutOfRange", "'A' (72 bits) cannot hold -1")]
    [InlineData("A:16:bytes", "A", "abc", "ValueOutOfRange", "'A' has 16 bits, which are 2 bytes, and the value has 3 bytes")]
    [InlineData("A:16:ascii", "A", "abc", "ValueOutOfRange", "'A' has 16 bits, which are 2 bytes, and the value has 3 bytes")]
    [InlineData("A:16:hex", "A", "abc", "ValueOutOfRange", "'A' has 16 bits, which are 4 hexadecimal digits, and 'abc' has 3")]
    [InlineData("A:8", "A", "x", "InvalidFieldValue", "'A' (uint) cannot hold 'x' (String)")]
    [InlineData("A:8", "A", 1.5, "InvalidFieldValue", "'A' (uint) cannot hold '1.5' (Double)")]
    [InlineData("A:8", "A", "0x", "InvalidFieldValue", "'A' (uint) cannot hold '0x' (String)")]
    [InlineData("A:8", "A", "0x-1", "InvalidFieldValue", "'A' (uint) cannot hold '0x-1' (String)")]
    [InlineData("A:8:bool", "A", "yes", "InvalidFieldValue", "'A' (bool) cannot hold 'yes' (String)")]
    [InlineData("A:32:ipv4", "A", "::1", "InvalidFieldValue", "'A' (ipv4) cannot hold '::1' (String)")]
    [InlineData("A:32:ipv4", "A", "10.1", "InvalidFieldValue", "'A' (ipv4) cannot hold '10.1' (String)")]
    [InlineData("A:32:ipv4", "A", 1, "InvalidFieldValue", "'A' (ipv4) cannot hold '1' (Int32)")]
    [InlineData("A:128:ipv6", "A", "1.2.3.4", "InvalidFieldValue", "'A' (ipv6) cannot hold '1.2.3.4' (String)")]
    [InlineData("A:48:mac", "A", "00:00", "InvalidFieldValue", "'A' (mac) cannot hold '00:00' (String)")]
    [InlineData("A:*:ascii", "A", "é", "InvalidFieldValue", "'A' (ascii) cannot hold 'é' (String)")]
    [InlineData("A:*:ascii", "A", 1, "InvalidFieldValue", "'A' (ascii) cannot hold '1' (Int32)")]
    [InlineData("A:*:hex", "A", "abc", "InvalidFieldValue", "'A' (hex) cannot hold 'abc' (String)")]
    [InlineData("A:*:hex", "A", "xy", "InvalidFieldValue", "'A' (hex) cannot hold 'xy' (String)")]
    [InlineData("A:*", "A", 256, "ValueOutOfRange", "'A' takes bytes, and 256 is none")]
    [InlineData("A:*0 B:8", "A", "a\0b", "InvalidFieldValue", "'A' holds a byte 0, which marks its end")]
    [InlineData("A:8", "Aa", 1, "FieldNotFound", "The format has no field 'Aa'")]
    public void NamesFieldWidthAndValue(string fields, string name, object value, string error, string message)
    {
        SocketInputException exception = Refused(fields, (name, value));
        Assert.Equal(error, exception.ErrorId);
        Assert.Equal(message, exception.Message);
        Assert.NotEmpty(exception.RecommendedAction);
    }

    [Fact]
    public void RefusesHalfACharacter()
    {
        Assert.Equal("InvalidFieldValue", Refused("A:*:utf8", ("A", "\uD800")).ErrorId);
    }

    [Fact]
    public void RefusesBytesThatAreTooWide()
    {
        SocketInputException exception = Refused("A:65 B:7", ("A", new byte[] { 2, 0, 0, 0, 0, 0, 0, 0, 0 }));
        Assert.Equal("ValueOutOfRange", exception.ErrorId);
        Assert.Equal("'A' has 65 bits, which are 9 bytes, and the value has more bits", exception.Message);
    }

    [Fact]
    public void UnknownFieldsNameTheFormat()
    {
        MessageFormat format = MessageFormatReader.Read([], ["A:8", "B:8"], "Ping");
        SocketInputException exception = Assert.Throws<SocketInputException>(() => format.Encoder.Encode([new("C", 1)]));
        Assert.Equal("FieldNotFound", exception.ErrorId);
        Assert.Equal("The format Ping has no field 'C'", exception.Message);
        Assert.Equal("Its fields are A, B.", exception.RecommendedAction);
        Assert.Equal("C", exception.Target);
    }

    [Fact]
    public void AFieldIsGivenOnce()
    {
        SocketInputException exception = Refused("Abc:8", ("Abc", 1), ("ABC", 1));
        Assert.Equal("InvalidFieldValue", exception.ErrorId);
        Assert.Equal("'Abc' is given twice", exception.Message);
    }

    [Fact]
    public void LengthsAreFilledIn()
    {
        Assert.Equal("03616263", Encode(["L:8", "D:[L]"], ("D", "abc")));
        Assert.Equal("03616263", Encode(["L:8", "D:[L]"], ("D", "abc"), ("L", null)));
        Assert.Equal("03616263", Encode(["L:8", "D:[L]"], ("D", "abc"), ("L", 3)));
        Assert.Equal("00", Encode(["L:8", "D:[L]"]));
        Assert.Equal("0201020304", Encode(["L:8", "D:[L*2]"], ("D", new byte[] { 1, 2, 3, 4 })));
        Assert.Equal("0601020304", Encode(["L:8", "D:[L-2]"], ("D", new byte[] { 1, 2, 3, 4 })));
        Assert.Equal("0201020304", Encode(["L:8", "D:[L+2]"], ("D", new byte[] { 1, 2, 3, 4 })));
        Assert.Equal("0601020304", Encode(["L:8", "D:[L*4-20]"], ("D", new byte[] { 1, 2, 3, 4 })));
        Assert.Equal("4601020304", Encode(["V:4", "L:4", "D:[L*4-20]"], ("V", 4), ("D", new byte[] { 1, 2, 3, 4 })));
        Assert.Equal("020109080708", Encode(["L:8", "M:8", "D:[L]", "E:[M]", "F:*"], ("D", new byte[] { 9, 8 }), ("E", new byte[] { 7 }), ("F", new byte[] { 8 })));
    }

    [Theory]
    [InlineData("L:8 D:[L]", 2, "abc", "'L' is 2, which says that 'D' ([L]) has 2 bytes, and it has 3")]
    [InlineData("L:8 D:[L*4-20]", 4, "abcd", "'L' is 4, which says that 'D' ([L*4-20]) has -4 bytes, and it has 4")]
    [InlineData("L:8 D:[L*2]", null, "abc", "'D' has 3 bytes, which '[L*2]' cannot say: that is counted in units of 2 bytes")]
    [InlineData("L:8 D:[L*2-1]", null, "ab", "'D' has 2 bytes, which '[L*2-1]' cannot say: that is counted in units of 2 bytes, with +1 bytes counted in")]
    [InlineData("L:8 D:[L+2]", null, "a", "'D' has 1 byte, which '[L+2]' cannot say: that is counted in units of 1 bytes, with -2 bytes counted in")]
    public void LengthsThatContradictAreRefused(string fields, object? length, string data, string message)
    {
        SocketInputException exception = Refused(fields, ("L", length), ("D", data));
        Assert.Equal("LengthMismatch", exception.ErrorId);
        Assert.Equal(message, exception.Message);
    }

    [Fact]
    public void TwoFieldsOfOneLengthMustAgree()
    {
        Assert.Equal("0261626364", Encode(["L:8", "D:[L]", "E:[L]"], ("D", "ab"), ("E", "cd")));
        Assert.Equal("LengthMismatch", Refused("L:8 D:[L] E:[L]", ("D", "ab"), ("E", "c")).ErrorId);
    }

    [Fact]
    public void ALengthThatDoesNotFitNamesItsField()
    {
        SocketInputException exception = Refused("L:8 D:[L]", ("D", new byte[256]));
        Assert.Equal("ValueOutOfRange", exception.ErrorId);
        Assert.Equal("'L' (8 bits) cannot hold 256: it takes 0 to 255", exception.Message);
    }

    [Fact]
    public void LargeShiftsDoNotOverflow()
    {
        Assert.Equal("000000008000000161", Encode(["L:64", "D:[L-2147483648]"], ("D", "a")));
    }

    [Fact]
    public void AStarTakesWhatItIsGiven()
    {
        Assert.Equal("0102030405", Encode(["A:8", "R:*", "Z:16"], ("A", 1), ("R", new byte[] { 2, 3 }), ("Z", 0x0405)));
        Assert.Equal("6162000A", Encode(["N:*0:ascii", "Z:8", "B:8"], ("N", "ab"), ("B", 10)));
    }

    private static string Encode(string[] fields, params (string Name, object? Value)[] values) =>
        Convert.ToHexString(new MessageFormat(fields).Encoder.Encode(values.Select(value => KeyValuePair.Create(value.Name, value.Value))));

    private static SocketInputException Refused(string fields, params (string Name, object? Value)[] values) =>
        Assert.Throws<SocketInputException>(() => Encode(fields.Split(' '), values));

    [Fact]
    public void AFieldThatOnlyDecidesWhatCountsMayBeLeftOut()
    {
        MessageFormat format = new("QoS:8", "Length:8", "Data:[Length-2*(QoS>0)]");
        Assert.Equal([0, 3, 1, 2, 3], format.Encoder.Encode([new("Data", new byte[] { 1, 2, 3 })]));
        Assert.Equal([1, 5, 1, 2, 3], format.Encoder.Encode([new("QoS", 1), new("Data", new byte[] { 1, 2, 3 })]));
    }
}
