using PSSockets.Messages;

namespace PSSockets.UnitTests;

public sealed class FieldListTests
{
    [Fact]
    public void ThereAreTheseTypes()
    {
        Assert.Equal(
            [
                "ascii", "bool", "bytes", "double", "doublele", "flags", "float", "floatle", "hex", "int", "intle", "ipv4", "ipv6", "mac", "ntp", "uint", "uintle", "unixms",
                "unixtime", "utf8",
            ],
            FieldList.Types.Keys.Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("Version:4")]
    [InlineData("Source:32:ipv4")]
    [InlineData("Name:[Length]:utf8")]
    [InlineData("Name:[Length*4]")]
    [InlineData("Name:[Length-8]")]
    [InlineData("Name:[Length*4-20]:hex")]
    [InlineData("Name:[Length*4+20]")]
    [InlineData("Rest:*")]
    [InlineData("Name:*0")]
    [InlineData("Name:*255:ascii")]
    [InlineData("_a1:524288")]
    [InlineData("1:1:bool")]
    [InlineData("Été:8")]
    [InlineData("Name:[Total-IHL*4]")]
    [InlineData("Name:[Prefix/8]")]
    [InlineData("Pad:|4")]
    [InlineData("Length:quic")]
    [InlineData("Length:mqtt")]
    [InlineData("Size:32:uintle")]
    public void ReadsAndShowsTheSame(string entry)
    {
        FieldDefinition field = FieldList.Read(entry, new FormatNames([]));
        Assert.Equal(entry, $"{field.Name}:{field.Length}{(field.Type is { } type ? $":{FieldList.NameOf(type)}" : "")}");
    }

    [Theory]
    [InlineData(" Name : 16 ", "Name", "16", null)]
    [InlineData("Name:016", "Name", "16", null)]
    [InlineData("Name:[ Length * 4 - 20 ]", "Name", "[Length*4-20]", null)]
    [InlineData("Name:[Length*1+0]", "Name", "[Length]", null)]
    [InlineData("Name::UTF8", "Name", null, "Utf8")]
    [InlineData("Name:*: Bytes", "Name", "*", "Bytes")]
    [InlineData("Name:8:", "Name", "8", null)]
    [InlineData("Name:*000", "Name", "*0", null)]
    public void TakesLooseForms(string entry, string name, string? length, string? type)
    {
        FieldDefinition field = FieldList.Read(entry, new FormatNames([]));
        Assert.Equal(name, field.Name);
        Assert.Equal(length, field.Length?.ToString());
        Assert.Equal(type, field.Type?.ToString());
    }

    [Theory]
    [InlineData(null, "The field '' has no name")]
    [InlineData("", "The field '' has no name")]
    [InlineData(":8", "The field ':8' has no name")]
    [InlineData("Name", "The field 'Name' says no width")]
    [InlineData("Name:", "The field 'Name:' says neither width nor type")]
    [InlineData("Name::", "The field 'Name::' says neither width nor type")]
    [InlineData("My Name:8", "The field 'My Name:8' has the name 'My Name', and a name is made of letters, digits and _")]
    [InlineData("Na-me:8", "The field 'Na-me:8' has the name 'Na-me', and a name is made of letters, digits and _")]
    [InlineData("Name:x", "The field 'Name:x' has the width 'x', which is not a number of bits, [Field] or *")]
    [InlineData("Name:-1", "The field 'Name:-1' has the width '-1', which is not a number of bits, [Field] or *")]
    [InlineData("Name:1.5", "The field 'Name:1.5' has the width '1.5', which is not a number of bits, [Field] or *")]
    [InlineData("Name:2147483648", "The field 'Name:2147483648' has the width '2147483648', which is not a number of bits, [Field] or *")]
    [InlineData("Name:*256", "The field 'Name:*256' has the width '*256', which is not a number of bits, [Field] or *")]
    [InlineData("Name:**", "The field 'Name:**' has the width '**', which is not a number of bits, [Field] or *")]
    [InlineData("Name:[]", "The field 'Name:[]' has the width '[]', which is not a number of bits, [Field] or *")]
    [InlineData("Name:[A", "The field 'Name:[A' has the width '[A', which is not a number of bits, [Field] or *")]
    [InlineData("Name:[A*0]", "The field 'Name:[A*0]' has the width '[A*0]', which is not a number of bits, [Field] or *")]
    [InlineData("Name:[A/]", "The field 'Name:[A/]' has the width '[A/]', which is not a number of bits, [Field] or *")]
    [InlineData("Name:|0", "The field 'Name:|0' has the width '|0', which is not a number of bits, [Field] or *")]
    [InlineData("Name:8{}", "The field 'Name:8{}' has the names '{}', which are not of the form {Request=1,Reply=2}")]
    [InlineData("Name:8{A=1,a=2}", "The field 'Name:8{A=1,a=2}' has the name 'a' twice for its values")]
    [InlineData("A:8 B:[A]", "The field 'A:8 B:[A]' holds 2 fields in one text")]
    [InlineData("A:8,B:8", "The field 'A:8,B:8' holds 2 fields in one text")]
    [InlineData("Name:8=", "The field 'Name:8=' has no value after the '='")]
    [InlineData("Name:8?", "The field 'Name:8?' has the condition '', which is not a calculation with fields, such as Kind>1")]
    [InlineData("Name:8?A>", "The field 'Name:8?A>' has the condition 'A>', which is not a calculation with fields, such as Kind>1")]
    [InlineData("Name:[A]*x", "The field 'Name:[A]*x' counts 'x', which is not a format")]
    [InlineData("Name:[A*2147483648]", "The field 'Name:[A*2147483648]' has the width '[A*2147483648]', which is not a number of bits, [Field] or *")]
    [InlineData("Name:[A-2147483649]", "The field 'Name:[A-2147483649]' has the width '[A-2147483649]', which is not a number of bits, [Field] or *")]
    [InlineData("Name:8:real", "The field 'Name:8:real' has the type 'real'; there are uint, int, bool, bytes, ipv4, ipv6, mac, ascii, utf8, hex, uintle, intle, float, double, floatle, doublele, flags, unixtime, unixms, ntp")]
    [InlineData("Name:8:uint:x", "The field 'Name:8:uint:x' has the type 'uint:x'; there are uint, int, bool, bytes, ipv4, ipv6, mac, ascii, utf8, hex, uintle, intle, float, double, floatle, doublele, flags, unixtime, unixms, ntp")]
    public void RefusesWhatIsNoField(string? entry, string message)
    {
        SocketInputException exception = Assert.Throws<SocketInputException>(() => FieldList.Read(entry, new FormatNames([])));
        Assert.Equal("InvalidField", exception.ErrorId);
        Assert.Equal(message, exception.Message);
        Assert.Equal(entry, exception.Target);
        Assert.Contains("name:width", exception.RecommendedAction, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Id:16", "Id:16")]
    [InlineData("Id:16 Rest:*", "Id:16;Rest:*")]
    [InlineData("'Id:16', 'Rest:*:hex'", "Id:16;Rest:*:hex")]
    [InlineData("\tId:16\tN:[Id*2-4]:utf8\r", "Id:16;N:[Id*2-4]:utf8")]
    [InlineData("Id::bool", "Id::bool")]
    [InlineData("Type:8{Request=1, Reply=2}=Reply?Id>1 Pad:|4", "Type:8{Request=1, Reply=2}=Reply?Id>1;Pad:|4")]
    [InlineData("Count:8, Items:[Count]*(Kind:8 Value:16), N:quic", "Count:8;Items:[Count]*(Kind:8 Value:16);N:quic")]
    [InlineData("Body:[Len]:Kind{1=(A:8),*=(Rest:*)}", "Body:[Len]:Kind{1=(A:8),*=(Rest:*)}")]
    [InlineData("Labels:*[Length=0]:(Length:8 Text:[Length]) Id:16", "Labels:*[Length=0]:(Length:8 Text:[Length]);Id:16")]
    [InlineData("Head:(Id:8) Other:Head", "Head:(Id:8);Other:Head")]
    [InlineData("Head:(Id:8 Inner:Other)", "Head:(Id:8 Inner:Other)")]
    [InlineData("Note:Head", "")]
    [InlineData("Id:[Len", "")]
    [InlineData("Id:8)", "")]
    [InlineData("and Id:16", "")]
    [InlineData("Id:16.", "")]
    [InlineData("http://x", "")]
    [InlineData("", "")]
    public void FindsTheEntriesOfALine(string line, string entries) => Assert.Equal(entries, string.Join(';', FieldList.EntriesOf(line, new FormatNames([]))));

    [Theory]
    [InlineData("Id:16\nName:*")]
    [InlineData("Id:16\r\nName:*\r\n")]
    [InlineData("\n\n  Id:16 Name:*  \n")]
    [InlineData("'Id:16',\t'Name:*'")]
    public void ATextOfEntriesIsAFormat(string text) => Assert.Equal(["Id:16", "Name:*"], MessageFormatReader.Read([text], []).FieldList);

    [Theory]
    [InlineData("A:8{x=1,y", "The field 'A:8{x=1,y' has a bracket or a quotation mark that is not closed, or one too many")]
    [InlineData("A:8 B:[A", "The field 'B:[A' has a bracket or a quotation mark that is not closed, or one too many")]
    [InlineData("A 8", "The field 'A 8' has a space in the place of its colon")]
    [InlineData("A:8 B 16", "The field 'B 16' has a space in the place of its colon")]
    [InlineData("A:8\nB [A]", "The field 'B [A]' has a space in the place of its colon")]
    [InlineData("Length: 8", "The field 'Length: 8' has a space after its colon")]
    [InlineData("Length :8", "The field 'Length :8' has a space before its colon")]
    [InlineData("A:8 B", "The field 'B' says no width")]
    [InlineData("A:ipv4", "The field 'A:ipv4' has the width 'ipv4', which is not a number of bits, [Field] or *")]
    public void ASlipInATextOfEntriesIsAnErrorOfTheField(string text, string message)
    {
        SocketInputException exception = Assert.Throws<SocketInputException>(() => MessageFormatReader.Read([text], []));
        Assert.Equal(("InvalidField", message), (exception.ErrorId, exception.Message));
    }

    [Theory]
    [InlineData("formats/icmp.txt")]
    [InlineData("./icmp.format")]
    [InlineData("/srv/formats/icmp")]
    [InlineData("C:\\formats\\icmp.txt")]
    [InlineData("~/icmp.txt")]
    public void APathIsNotAPicture(string path)
    {
        SocketInputException exception = Assert.Throws<SocketInputException>(() => MessageFormatReader.Read([path], []));
        Assert.Equal(("InvalidArgument", $"'{path}' is the path of a file, and neither a picture nor a list of fields"), (exception.ErrorId, exception.Message));
        Assert.Contains("Get-Content", exception.RecommendedAction, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("A:8{x=300}", "The field 'A' has the name 'x' for 300, and 8 bits hold 0 to 255")]
    [InlineData("A:8{x=255,y}", "The field 'A' has the name 'y' for 256, and 8 bits hold 0 to 255")]
    [InlineData("A:8:int{x=200}", "The field 'A' has the name 'x' for 200, and 8 bits hold -128 to 127")]
    [InlineData("A:8:flags{x=256}", "The field 'A' has the name 'x' for 256, and 8 bits hold 0 to 255")]
    [InlineData("A:1{x=2} B:7", "The field 'A' has the name 'x' for 2, and 1 bit holds 0 to 1")]
    public void NamesAreOfValuesThatTheFieldHolds(string text, string message)
    {
        SocketInputException exception = Assert.Throws<SocketInputException>(() => MessageFormatReader.Read([text], []));
        Assert.Equal(("InvalidField", message), (exception.ErrorId, exception.Message));
    }

    [Fact]
    public void SeveralNamesOfAValueAreDecodedToTheFirst()
    {
        MessageFormat format = MessageFormatReader.Read(["A:8{P=1,Q=1} B:8:int{Low=-1}"], []);
        Assert.Equal("@{A=P; B=Low}", format.Decode([1, 255], "").ToString());
        Assert.Equal([1, 255], format.Encoder.Encode([new("A", "Q"), new("B", "Low")]));
    }

    [Fact]
    public void TheListRefinesTheDiagram()
    {
        const string Picture = "+-+-+-+-+-+-+-+-+\n|      Len      |\n+-+-+-+-+-+-+-+-+\n|   Name ...    |\n+-+-+-+-+-+-+-+-+";
        Assert.Equal(["Len:8", "Name:[Len]:utf8"], MessageFormatReader.Read([Picture], ["name:[Len]:utf8"]).FieldList);
        Assert.Equal(["Len:8:bool", "Name:*:hex"], MessageFormatReader.Read(Picture.Split('\n'), ["Name::hex", "LEN::bool"]).FieldList);
        Assert.Equal(["Name:*"], MessageFormatReader.Read([Picture], ["Len:0"]).FieldList);
        Assert.Equal(["Len:8"], MessageFormatReader.Read([Picture], ["Name:0", "Len:8"]).FieldList);
        Assert.Equal("InvalidField", Assert.Throws<SocketInputException>(() => MessageFormatReader.Read([Picture], ["Name:0", "Name:8"])).ErrorId);
        SocketInputException exception = Assert.Throws<SocketInputException>(() => MessageFormatReader.Read([Picture], ["Nome::hex"]));
        Assert.Equal("InvalidField", exception.ErrorId);
        Assert.Equal("The diagram has no field 'Nome'; it has Len, Name", exception.Message);
        Assert.Equal("Nome", exception.Target);
    }

    [Fact]
    public void NothingIsNoFormat()
    {
        Assert.Equal("InvalidArgument", Assert.Throws<SocketInputException>(() => MessageFormatReader.Read([], [])).ErrorId);
        Assert.Equal("InvalidArgument", Assert.Throws<SocketInputException>(() => MessageFormatReader.Read([" ", "\n\t"], [])).ErrorId);
    }
}
