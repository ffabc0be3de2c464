using PSSockets.Messages;

namespace PSSockets.UnitTests;

public sealed class DiagramWriterTests
{
    [Fact]
    public void AFormatThatComesAgainStandsBelowAsTheNameOfItsField()
    {
        const string Names = "Name:(Labels:*[Length=0]:(Length:8 Text:[Length]))";
        MessageFormat format = MessageFormatReader.Read(["Kind:8", $"{Names} Other:Name Count:8", "Items:[Count]*(Kind:8 Owner:Name Body:Kind{1=(A:8),*=(Host:Name)}) More:[Count]*Items Inner:Labels"], []);
        string drawn = DiagramWriter.Write(format);
        Assert.Contains($"{Names} Other:Name", drawn, StringComparison.Ordinal);
        Assert.Contains("Items:[Count]*(Kind:8 Owner:Name Body:Kind{1=(A:8),*=(Host:Name)})", drawn, StringComparison.Ordinal);
        Assert.Contains("More:[Count]*Items", drawn, StringComparison.Ordinal);
        Assert.Equal(format.FieldList, MessageFormatReader.Read([drawn], []).FieldList);
    }

    [Fact]
    public void DrawsTheFigure()
    {
        MessageFormat format = new("FirstField:16", "A:1", "B:1", "C:1", "D:1", "E:1", "F:1", "G:1", "H:1", "SecondField:24", "FirstByte:8", "SecondByte:8");
        const string Expected = """
             0                   1                   2                   3
             0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
            +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
            |          FirstField           |A|B|C|D|E|F|G|H|  SecondField  |
            +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
            |            (cont.)            |   FirstByte   |  SecondByte   |
            +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
            """;
        string drawn = DiagramWriter.Write(format);
        Assert.Equal(format.FieldList, MessageFormatReader.Read([drawn], []).FieldList);
        Assert.Equal(Lines(Expected), Lines(drawn));
    }

    [Fact]
    public void DrawsValuesInTheBoxes()
    {
        const string Expected = """
             0                   1
             0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5
            +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
            |     Type      |A|     Low     |
            |      = 7      |=|     = 5     |
            |               |1|             |
            +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
            """;
        MessageFormat format = new("Type:8", "A:1", "Low:7");
        string drawn = DiagramWriter.Write(format, [(byte)7, (byte)1, (byte)5], 16);
        Assert.Equal(format.FieldList, MessageFormatReader.Read([drawn], []).FieldList);
        Assert.Equal(Lines(Expected), Lines(drawn));
    }

    [Fact]
    public void WhatAPictureCannotShowStandsBelowIt()
    {
        MessageFormat format = new("Length:8", "Source:32:ipv4", "Name:[Length]:utf8", "Zero:*0", "0:8", "Rest:*");
        string[] lines = Lines(DiagramWriter.Write(format));
        Assert.Equal("Source:32:ipv4 Name:[Length]:utf8", lines[^1]);
        Assert.Equal(format.FieldList, MessageFormatReader.Read([string.Join('\n', lines)], []).FieldList);
    }

    [Theory]
    [InlineData("|")]
    [InlineData("+-+-+-+-+-+-+-+")]
    [InlineData("+=+=+=+=+=+=+=+")]
    [InlineData("----+----+----")]
    [InlineData("... ... ...")]
    [InlineData("(64 bits)")]
    [InlineData("X:16")]
    [InlineData("a\nb\r\n\u2028c\u001b[2J")]
    [InlineData("/ / / / / /")]
    [InlineData(": : : :")]
    [InlineData("! ! ! !")]
    [InlineData("                                                                                                                        ")]
    [InlineData("\u00A0\u00A0\u00A0\u00A0\u00A0\u00A0\u00A0\u00A0\u00A0\u00A0\u00A0\u00A0\u00A0\u00A0\u00A0\u00A0\u00A0\u00A0\u00A0\u00A0\u00A0\u00A0\u00A0\u00A0\u00A0\u00A0\u00A0\u00A0\u00A0\u00A0\u00A0\u00A0\u00A0\u00A0\u00A0\u00A0\u00A0\u00A0\u00A0\u00A0")]
    [InlineData("\u3000\u3000\u3000\u3000\u3000\u3000\u3000\u3000\u3000\u3000\u3000\u3000\u3000\u3000\u3000\u3000\u3000\u3000\u3000\u3000\u3000\u3000\u3000\u3000\u3000\u3000\u3000\u3000\u3000\u3000\u3000\u3000\u3000\u3000\u3000\u3000\u3000\u3000")]
    public void NoValueCanBreakThePicture(string value)
    {
        foreach (int rowBits in (int[])[8, 16, 32, 64])
        {
            MessageFormat format = new("A:8", "Text:1024:utf8", "B:8", "Tail:*:utf8");
            string drawn = DiagramWriter.Write(format, [(byte)1, value, (byte)2, value], rowBits);
            Assert.Equal(format.FieldList, MessageFormatReader.Read([drawn], []).FieldList);
            Assert.DoesNotContain('\u001b', drawn);
        }
    }

    // "Abc" and "4B" below each other would say that it has four bytes.
    [Theory]
    [InlineData("Abc4B:2")]
    [InlineData("CRC32:2")]
    public void NoLineOfANameIsASize(string field)
    {
        MessageFormat format = new("Rest:30", field);
        Assert.Equal(format.FieldList, MessageFormatReader.Read([DiagramWriter.Write(format)], []).FieldList);
    }

    [Fact]
    public void NoLineIsWiderThanTheRuling()
    {
        string drawn = DiagramWriter.Write(new MessageFormat("A:8", "Text:*:utf8"), [(byte)1, new string('x', 5000)], 16);
        Assert.All(Lines(drawn)[1..^1], line => Assert.True(line.Length <= 33, line));
        Assert.Contains("...", drawn, StringComparison.Ordinal);
    }

    [Fact]
    public void NoCharacterIsCutInHalf()
    {
        string text = string.Concat(Enumerable.Repeat("\U0001F600", 60));
        foreach (string before in (string[])["", "x"])
        {
            string drawn = DiagramWriter.Write(new MessageFormat("Text:*:utf8"), [before + text], 16);
            Assert.All(Lines(drawn), line => Assert.Equal(line, System.Text.Encoding.UTF8.GetString(System.Text.Encoding.UTF8.GetBytes(line))));
        }
    }

    private static string[] Lines(string text) => text.ReplaceLineEndings("\n").Split('\n');
}
