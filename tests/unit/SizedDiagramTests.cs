using PSSockets.Messages;

namespace PSSockets.UnitTests;

public sealed class SizedDiagramTests
{
    [Fact]
    public void ReadsSizesAboveTheCells()
    {
        Assert.Equal("Op:16, Name:*0, 0:8", Fields(" 2 bytes   string   1 byte\n ------------------------\n| Op |  Name  |  0  |\n ------------------------"));
        Assert.Equal("Flags:4, Id:12, Data:*", Fields("\n 4 bits 12 bits  n bytes\n\n -----\n| Flags | Id | Data |\n -----\n"));
        Assert.Equal("A:8, A2:8", Fields(" 1 octet 1 octet\n -----\n|A|A|\n -----"));
        Assert.Equal("SourcePort:16, Rest:*", Fields(" 2 bytes variable\n -----\n| Source | Rest |\n|  Port  |      |\n -----"));
    }

    [Fact]
    public void ReadsSizesBelowTheNames()
    {
        Assert.Equal("VER:8, NMETHODS:8, METHODS:*", Fields("+----+----------+----------+\n|VER | NMETHODS | METHODS  |\n+----+----------+----------+\n| 1  |    1     | 1 to 255 |\n+----+----------+----------+"));
        Assert.Equal("A:16, RSV:8, B:*, C:16", Fields("  +----+-------+----------+---+\n  | A  |  RSV  |    B     | C |\n  +----+-------+----------+---+\n  | 2  | X'00' | Variable | 2 |\n  +----+-------+----------+---+"));
    }

    [Fact]
    public void EntriesBelowRefineIt()
    {
        Assert.Equal("Op:16, Name:*0:utf8, 0:8", Fields(" 2 bytes   string   1 byte\n -----\n| Op |  Name  |  0  |\n -----\nName::utf8"));
    }

    [Fact]
    public void SaysWhereSizesAreMissing()
    {
        SocketInputException exception = Assert.Throws<SocketInputException>(() => Fields("\n 2 bytes\n -----\n| Op | Name |\n -----"));
        Assert.Equal("InvalidDiagram", exception.ErrorId);
        Assert.Equal("line 2, column 1: 1 sizes stand above 2 cells\n 2 bytes\n^", exception.Message);
    }

    [Theory]
    [InlineData(" 0 bytes\n -----\n| A |\n -----", "The field 'A' must have 1 to 524288 bits; longer ones are * or [Field]")]
    [InlineData(" 4294967295 bytes\n -----\n| A |\n -----", null)]
    [InlineData(" 2147483647 bytes\n -----\n| A |\n -----", "The field 'A' must have 1 to 524288 bits; longer ones are * or [Field]")]
    [InlineData(" 4 bits\n -----\n| A |\n -----", "The field 'A' ends within a byte: the fields are 4 bits together, and a message is a whole number of bytes; 4 more are needed")]
    public void RefusesSizesThatNoFieldHas(string picture, string? message)
    {
        if (message is null)
        {
            Assert.Equal("A:*", Fields(picture));
            return;
        }

        SocketInputException exception = Assert.Throws<SocketInputException>(() => Fields(picture));
        Assert.Equal("InvalidField", exception.ErrorId);
        Assert.Equal(message, exception.Message);
    }

    private static string Fields(string picture) => string.Join(", ", MessageFormatReader.Read([picture], []).FieldList);
}
