using System.Globalization;
using System.Net;
using System.Net.NetworkInformation;
using PSSockets.Messages;

namespace PSSockets.UnitTests;

public sealed class MessageDecoderTests
{
    public static TheoryData<string, string, object> Values() => new()
    {
        { "A:8", "FF", (byte)255 },
        { "A:16", "FFFE", (ushort)0xFFFE },
        { "A:24", "FFFEFD", 0xFFFEFDU },
        { "A:32", "FFFEFDFC", 0xFFFEFDFCU },
        { "A:40", "FF00000001", 0xFF00000001UL },
        { "A:64", "FFFFFFFFFFFFFFFF", ulong.MaxValue },
        { "A:72", "010203040506070809", new byte[] { 1, 2, 3, 4, 5, 6, 7, 8, 9 } },
        { "A:8:int", "80", (sbyte)-128 },
        { "A:16:int", "FFFE", (short)-2 },
        { "A:24:int", "800000", -8388608 },
        { "A:32:int", "FFFFFFFF", -1 },
        { "A:40:int", "FFFFFFFFFF", -1L },
        { "A:64:int", "8000000000000000", long.MinValue },
        { "A:8:bool", "00", false },
        { "A:8:bool", "40", true },
        { "A:16:bytes", "0102", new byte[] { 1, 2 } },
        { "A:*", "010203", new byte[] { 1, 2, 3 } },
        { "A:*", "", Array.Empty<byte>() },
        { "A:32:ipv4", "C0000201", IPAddress.Parse("192.0.2.1") },
        { "A:128:ipv6", "20010DB8000000000000000000000001", IPAddress.Parse("2001:db8::1") },
        { "A:48:mac", "00005E005301", PhysicalAddress.Parse("00-00-5E-00-53-01") },
        { "A:32:ascii", "61620000", "ab" },
        { "A:32:ascii", "00006100", "\0\0a" },
        { "A:*:ascii", "610000", "a\0\0" },
        { "A:32:utf8", "C3A90000", "é" },
        { "A:*:utf8", "C3A9", "é" },
        { "A:16:hex", "0AFF", "0AFF" },
        { "A:*:hex", "0AFF01", "0AFF01" },
    };

    [Theory]
    [MemberData(nameof(Values))]
    public void DecodesEveryType(string field, string bytes, object value)
    {
        MessageFormat format = new(field);
        object decoded = Assert.Single(format.DecodeValues(Convert.FromHexString(bytes)))!;
        Assert.Equal(value, decoded);
        Assert.IsType(value.GetType(), decoded, exactMatch: true);
        Assert.Equal(value.GetType(), MessageDecoder.ValueType(format.Fields[0]));
    }

    [Fact]
    public void EveryWidthOfAnIntegerHasTheSmallestTypeThatHoldsIt()
    {
        for (int width = 1; width <= 64; width++)
        {
            foreach (string type in (string[])["uint", "int", "bool"])
            {
                MessageFormat format = new($"Pad:{64 - (width % 8)}", $"A:{width}:{type}", "End:8");
                object?[] values = format.DecodeValues(Enumerable.Repeat((byte)0xFF, format.Length!.Value).ToArray());
                Type expected = type == "bool" ? typeof(bool)
                    : type == "int" ? (width <= 8 ? typeof(sbyte) : width <= 16 ? typeof(short) : width <= 32 ? typeof(int) : typeof(long))
                    : width <= 8 ? typeof(byte) : width <= 16 ? typeof(ushort) : width <= 32 ? typeof(uint) : typeof(ulong);
                Assert.Equal(expected, values[1]!.GetType());
                Assert.Equal(expected, MessageDecoder.ValueType(format.Fields[1]));
                Assert.Equal(type == "int" ? "-1" : type == "bool" ? "True" : Convert.ToString(ulong.MaxValue >> (64 - width), CultureInfo.InvariantCulture), Convert.ToString(values[1], CultureInfo.InvariantCulture));

                // The property of the decoded object has that type.
                if (width % 8 == 1)
                {
                    BinaryMessage message = format.Decode(new byte[format.Length.Value], "source");
                    Assert.Equal(expected, message.ValueAt(1)!.GetType());
                }
            }
        }
    }

    [Theory]
    [InlineData("A:8 B:16", "0102", "The message ends within 'B', which has bits 8 to 23: 2 bytes came, 16 bits")]
    [InlineData("A:8", "", "The message ends within 'A', which has bits 0 to 7: 0 bytes came, 0 bits")]
    [InlineData("L:8 D:[L]", "0301", "The message ends within 'D', which has bits 8 to 31: 2 bytes came, 16 bits")]
    [InlineData("A:8 R:* Z:16", "0102", "The message ends within 'Z', which has bits 8 to 23: 2 bytes came, 16 bits")]
    [InlineData("N:*0 Z:8", "6162", "The message ends within 'Z', which has bits 16 to 23: 2 bytes came, 16 bits")]
    [InlineData("A:8", "010203", "The message has 3 bytes, and the fields end with 'A' after 1: 2 bytes left over")]
    [InlineData("L:8 D:[L]", "010203", "The message has 3 bytes, and the fields end with 'D' after 2: 1 byte left over")]
    [InlineData("N:*0 Z:8", "610001", "The message has 3 bytes, and the fields end with 'Z' after 2: 1 byte left over")]
    [InlineData("L:8 D:[L*4-20]", "04", "'L' is 4, so that 'D' ([L*4-20]) would have -4 bytes")]
    [InlineData("A:*:ascii", "80", "'A' cannot be decoded: its bytes are not ASCII text")]
    [InlineData("A:16:utf8", "C3C3", "'A' cannot be decoded: its bytes are not UTF-8 text")]
    [InlineData("A:*:ipv4", "010203", "'A' cannot be decoded: 3 bytes make no ipv4 address")]
    [InlineData("A:*:ipv6", "010203", "'A' cannot be decoded: 3 bytes make no ipv6 address")]
    [InlineData("A:*:mac", "010203", "'A' cannot be decoded: 3 bytes make no mac address")]
    public void SaysWhichFieldCannotBeDecoded(string fields, string bytes, string message)
    {
        SocketInputException exception = Assert.Throws<SocketInputException>(() => Decode(fields, bytes));
        Assert.Equal("InvalidMessage", exception.ErrorId);
        Assert.Equal(message, exception.Message);
        Assert.NotEmpty(exception.RecommendedAction);
    }

    [Theory]
    [InlineData("A:* B:*", "Nothing says where 'A' ends and 'B' begins")]
    [InlineData("A:* B:8 C:*0", "Nothing says where 'A' ends and 'C' begins")]
    [InlineData("A:* L:8 C:[L]", "Nothing says where 'A' ends and 'C' begins")]
    public void SaysThatALengthIsRequired(string fields, string message)
    {
        SocketInputException exception = Assert.Throws<SocketInputException>(() => Decode(fields, "0102"));
        Assert.Equal("LengthRequired", exception.ErrorId);
        Assert.Equal(message, exception.Message);
    }

    [Fact]
    public void LengthsOfEveryKind()
    {
        Assert.Equal("2|0102|03", Decode("L:8 D:[L] R:*", "02010203"));
        Assert.Equal("0||03", Decode("L:8 D:[L] R:*", "0003"));
        Assert.Equal("4|6|01020304|05", Decode("V:4 L:4 D:[L*4-20] R:*", "460102030405"));
        Assert.Equal("1|0203|1029", Decode("A:8 R:* Z:16", "0102030405"));
        Assert.Equal("1||1029", Decode("A:8 R:* Z:16", "010405"));
        Assert.Equal("1|0203|0405", Decode("L:8 R:* D:[L*2]", "0102030405"));
        Assert.Equal("6162|0|63|0", Decode("N:*0 Z:8 M:*0 Y:8", "6162006300"));
        Assert.Equal("|0", Decode("N:*0 Z:8", "00"));
        Assert.Equal("6162", Decode("N:*0", "6162"));
        Assert.Equal("61|10|00", Decode("N:*10 Z:8 R:*", "610A00"));
        Assert.Equal("1|0203|4", Decode("A:4 R:* Z:4", "102034"));
        Assert.Equal("1|02|0|4", Decode("A:4 N:*0 Z:8 Y:4", "102004"));
    }

    [Fact]
    public void DecodesTheFigure()
    {
        const string Fields = "FirstField:16 A:1 B:1 C:1 D:1 E:1 F:1 G:1 H:1 SecondField:24 FirstByte:8 SecondByte:8";
        Assert.Equal("4660|0|0|1|0|0|0|0|0|11259375|1|255", Decode(Fields, "123420ABCDEF01FF"));
    }

    [Fact]
    public void ValuesAreCopies()
    {
        byte[] bytes = [1, 2];
        byte[] value = (byte[])new MessageFormat("A:*").DecodeValues(bytes)[0]!;
        bytes[0] = 9;
        Assert.Equal([1, 2], value);
    }

    private static string Decode(string fields, string bytes) => string.Join('|', new MessageFormat(fields.Split(' '))
        .DecodeValues(Convert.FromHexString(bytes)).Select(value => value is byte[] data ? Convert.ToHexString(data) : value?.ToString()));
}
