using PSSockets.Messages;

namespace PSSockets.UnitTests;

public sealed class MessageFormatTests
{
    [Fact]
    public void TellsOffsetsWidthsAndTypes()
    {
        MessageFormat format = new("Version:4", "IHL:4", "Length:16", "Source:32:ipv4", "Name:[Length]:utf8", "Rest:*");
        Assert.Equal(["Version", "IHL", "Length", "Source", "Name", "Rest"], format.Fields.Select(field => field.Name));
        Assert.Equal([0, 4, 8, 24, 56, null], format.Fields.Select(field => field.Offset));
        Assert.Equal([4, 4, 16, 32, null, (int?)null], format.Fields.Select(field => field.Width));
        Assert.Equal(["uint", "uint", "uint", "ipv4", "utf8", "bytes"], format.Fields.Select(field => field.Type));
        Assert.Null(format.Length);
        Assert.Equal("", format.Name);
        Assert.Equal("Version:4, IHL:4, Length:16, Source:32:ipv4, Name:[Length]:utf8, Rest:*", format.ToString());
        Assert.Equal(7, new MessageFormat("A:4", "B:52").Length);
        Assert.Equal("Dns", MessageFormatReader.Read([], ["A:8"], "Dns").ToString());
    }

    [Theory]
    [InlineData("A:8", "uint")]
    [InlineData("A:64", "uint")]
    [InlineData("A:72", "uint")]
    [InlineData("A:*", "bytes")]
    [InlineData("A:*0", "bytes")]
    public void TheTypeFollowsFromTheWidth(string entry, string type) => Assert.Equal(type, new MessageFormat(entry).Fields[0].Type);

    [Fact]
    public void OddWideFieldsAreIntegers() => Assert.Equal("uint", new MessageFormat("A:65", "B:7").Fields[0].Type);

    [Theory]
    [InlineData("A:8 a:8", "The field 'a' has the name of an earlier field")]
    [InlineData("A:0", "The field 'A' must have 1 to 524288 bits; longer ones are * or [Field]")]
    [InlineData("A:524289", "The field 'A' must have 1 to 524288 bits; longer ones are * or [Field]")]
    [InlineData("A:2147483647", "The field 'A' must have 1 to 524288 bits; longer ones are * or [Field]")]
    [InlineData("A:7", "The field 'A' ends within a byte: the fields are 7 bits together, and a message is a whole number of bytes; 1 more are needed")]
    [InlineData("A:* B:12", "The field 'B' ends within a byte: the fields are 12 bits together, and a message is a whole number of bytes; 4 more are needed")]
    [InlineData("A:72:int", "The field 'A' may have 64 bits at most")]
    [InlineData("A:72:bool", "The field 'A' may have 64 bits at most")]
    [InlineData("A:12:bytes B:4", "The field 'A' needs a whole number of bytes")]
    [InlineData("A:12:ascii B:4", "The field 'A' needs a whole number of bytes")]
    [InlineData("A:12:utf8 B:4", "The field 'A' needs a whole number of bytes")]
    [InlineData("A:6:hex B:2", "The field 'A' needs 4 bits for each digit")]
    [InlineData("A:24:ipv4", "The field 'A' must have 32 bits")]
    [InlineData("A:32:ipv6", "The field 'A' must have 128 bits")]
    [InlineData("A:32:mac", "The field 'A' must have 48 bits")]
    [InlineData("A:*:uint", "The field 'A' needs a width in bits, because its type is a number")]
    [InlineData("A:*0:int", "The field 'A' needs a width in bits, because its type is a number")]
    [InlineData("L:8 A:[L]:bool", "The field 'A' needs a width in bits, because its type is a number")]
    [InlineData("A:[L]", "The field 'A' takes its length from 'L', which is not an unsigned integer field before it")]
    [InlineData("A:[L] L:8", "The field 'A' takes its length from 'L', which is not an unsigned integer field before it")]
    [InlineData("L:8:int A:[L]", "The field 'A' takes its length from 'L', which is not an unsigned integer field before it")]
    [InlineData("L:72 A:[L]", "The field 'A' takes its length from 'L', which is not an unsigned integer field before it")]
    [InlineData("A:[A]", "The field 'A' takes its length from 'A', which is not an unsigned integer field before it")]
    [InlineData("A::hex", "The field 'A' says no width")]
    public void RefusesWhatCannotBe(string fields, string message)
    {
        SocketInputException exception = Assert.Throws<SocketInputException>(() => new MessageFormat(fields.Split(' ')));
        Assert.Equal("InvalidField", exception.ErrorId);
        Assert.Equal(message, exception.Message);
        Assert.NotEmpty(exception.RecommendedAction);
    }

    [Fact]
    public void AFormatHasAField() => Assert.Equal("InvalidField", Assert.Throws<SocketInputException>(() => new MessageFormat()).ErrorId);

    [Fact]
    public void LengthFieldsAreFoundInUpperAndLowerCase()
    {
        MessageFormat format = new("Length:8", "Data:[LENGTH]");
        Assert.Equal(1, format.PositionOf("data"));
        Assert.Equal(-1, format.PositionOf("dato"));
        Assert.Equal([1, 7], format.Encoder.Encode([new("Data", new byte[] { 7 })]));
    }

    [Theory]
    [InlineData("A")]
    [InlineData("DNS query")]
    [InlineData("a.b+c[d],e\\f&*")]
    [InlineData("\0")]
    public void AnyNameMakesAType(string name)
    {
        BinaryMessage message = MessageFormatReader.Read([], ["A:8"], name).Decode([7], "source");
        Assert.StartsWith("PSSockets.Message.", TypeNameOf(message), StringComparison.Ordinal);
        Assert.DoesNotContain('\0', TypeNameOf(message));
        Assert.Equal((byte)7, message.ValueAt(0));
        Assert.Equal("@{A=7}", message.ToString());
    }

    private static string TypeNameOf(BinaryMessage message) => Views.MessageView.TypeName(message.Format.Name);

    [Fact]
    public void ALongNameMakesATypeToo()
    {
        BinaryMessage message = MessageFormatReader.Read([], ["A:8"], new string('x', 5000)).Decode([7], "source");
        Assert.StartsWith("PSSockets.Message.xxx", TypeNameOf(message), StringComparison.Ordinal);
    }

    [Fact]
    public void ErrorsOfDecodingTellWhatWasDecoded()
    {
        byte[] source = [1, 2];
        SocketInputException exception = Assert.Throws<SocketInputException>(() => new MessageFormat("A:8").Decode(source, source));
        Assert.Equal("InvalidMessage", exception.ErrorId);
        Assert.Same(source, exception.Target);
    }

    [Fact]
    public void PropertiesCanBeSet()
    {
        BinaryMessage message = new MessageFormat("A:8", "B:16:int", "C:*:utf8").Decode([7, 0xFF, 0xFE, 0x41], "source");
        Assert.Equal((short)-2, message.ValueAt(1));
        message.SetValueAt(1, (short)5);
        message.SetValueAt(2, "z");
        Assert.Equal("@{A=7; B=5; C=z}", message.ToString());
    }

    [Fact]
    public void RefusesMoreThanAMessageCanHold()
    {
        string[] fields = [.. Enumerable.Range(0, 32768).Select(number => $"A{number}:{FieldLength.MaximumBits}")];

        SocketInputException error = Assert.Throws<SocketInputException>(() => new MessageFormat(fields));

        Assert.Equal("InvalidField", error.ErrorId);
        Assert.Contains("'A32767'", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Flags:8:flags{Ext=1,Tag=2} Ext:16?Flags&Ext", "010005", "Ext, 5")]
    [InlineData("Flags:8:flags{Ext=1,Tag=2} Ext:16?Flags&Ext", "00", ", ")]
    [InlineData("Flags:8:flags{Ext=1,Tag=2} Ext:8?Flags&Ext Tag:8?Flags&Tag", "0305", null)]
    [InlineData("Type:8{A=1,B=2} X:8?Type=A Kind:8{A=2}", "010902", "A, 9, A")]
    [InlineData("Type:8{A=1,B=2} X:8?Type=A Kind:8{A=2}", "0202", "B, , A")]
    [InlineData("Type:8{A=1} Kind:8{A=2} X:8?Type=A Y:8?Kind=A", "0102AABB", "A, A, 170, 187")]
    public void ANameOfAValueStaysOneWhateverLaterFieldsAreCalled(string list, string bytes, string? values)
    {
        MessageFormat format = MessageFormatReader.Read([list], []);
        byte[] message = Convert.FromHexString(bytes);
        if (values is null)
        {
            Assert.Equal("InvalidMessage", Assert.Throws<SocketInputException>(() => format.DecodeValues(message)).ErrorId);
            return;
        }

        object?[] decoded = format.DecodeValues(message);
        Assert.Equal(values, string.Join(", ", decoded));
        Assert.Equal(message, format.Encoder.Encode(format.Fields.Select((field, position) => new KeyValuePair<string, object?>(field.Name, decoded[position]))));
        Assert.Equal(format.FieldList, MessageFormatReader.Read([string.Join(' ', format.FieldList)], []).FieldList);
    }

    [Theory]
    [InlineData("Port:16 Type:8{Name=1,Port=2} Rest:8?Type=Port", "'Port', which is a field before it and a value's name too: write the number 2")]
    [InlineData("Type:8{A=1} Kind:8{A=2} Other:8 X:8?Other=A", "'A', which is not an integer field before it, nor a value's name that only one field has")]
    [InlineData("A:8?A=1", "'A', which is not an integer field before it")]
    public void ANameThatMayMeanTwoThingsIsRefused(string list, string text)
    {
        SocketInputException exception = Assert.Throws<SocketInputException>(() => MessageFormatReader.Read([list], []));
        Assert.Contains(text, exception.Message, StringComparison.Ordinal);
    }
}
