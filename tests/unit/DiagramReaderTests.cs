using PSSockets.Messages;

namespace PSSockets.UnitTests;

public sealed class DiagramReaderTests
{
    private const string Figure = """
         0                   1                   2                   3
         0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
        +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
        |      First field  (16 bits)   |A|B|C|D|E|F|G|H|    Second     |
        +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
        |      field (24 bits)          |  First Byte   |  Second Byte  |
        +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
        """;

    private const string FigureFields = "FirstField:16, A:1, B:1, C:1, D:1, E:1, F:1, G:1, H:1, SecondField:24, FirstByte:8, SecondByte:8";

    public static TheoryData<string> Standards() => [.. StandardPictures.All.Keys];

    [Theory]
    [MemberData(nameof(Standards))]
    public void ReadsTheStandards(string name)
    {
        (string picture, string fields) = StandardPictures.All[name];
        Assert.Equal(fields, Fields(picture));
    }

    [Fact]
    public void ReadsTheFigure() => Assert.Equal(FigureFields, Fields(Figure));

    [Fact]
    public void LineEndingsDoNotMatter()
    {
        Assert.Equal(FigureFields, Fields(Figure.ReplaceLineEndings("\n")));
        Assert.Equal(FigureFields, Fields(Figure.ReplaceLineEndings("\r\n")));
        Assert.Equal(FigureFields, Fields(Figure.ReplaceLineEndings("\r\n") + "\r\n\r\n"));
        Assert.Equal(FigureFields, Fields(Figure.ReplaceLineEndings("\n\n")));
    }

    [Theory]
    [InlineData("  ", "")]
    [InlineData("\t", "")]
    [InlineData(" \t ", "   \t ")]
    [InlineData("                                                     ", " ")]
    [InlineData("", "                                             ")]
    public void IndentationAndSpacesAtTheEndDoNotMatter(string before, string after)
    {
        Assert.Equal(FigureFields, Fields(string.Join('\n', Figure.ReplaceLineEndings("\n").Split('\n').Select(line => before + line + after))));
    }

    [Theory]
    [InlineData(8)]
    [InlineData(16)]
    [InlineData(32)]
    [InlineData(64)]
    public void ARowHasAsManyBitsAsItsRuling(int bits)
    {
        string ruling = string.Concat(Enumerable.Repeat("+-", bits)) + "+";
        string picture = $"{ruling}\n|{"Name".PadRight((bits * 2) - 1)}|\n{ruling}";
        Assert.Equal($"Name:{bits}", Fields(picture));
    }

    [Fact]
    public void TheRulingTellsTheColumnsOfABit()
    {
        Assert.Equal("A:4, B:4", Fields("+-+-+-+-+-+-+-+-+\n|   A   |   B   |\n+-+-+-+-+-+-+-+-+"));
        Assert.Equal("A:4, B:4", Fields("+--+--+--+--+--+--+--+--+\n|     A     |     B     |\n+--+--+--+--+--+--+--+--+"));
        Assert.Equal("A:4, B:4", Fields("+=+=+=+=+=+=+=+=+\n|   A   |   B   |\n+=+=+=+=+=+=+=+=+"));
    }

    [Fact]
    public void WhereItMarksOnlyCellsTheNumbersTell()
    {
        Assert.Equal("A:4, B:4", Fields(" 0 1 2 3 4 5 6 7\n+-------+-------+\n|   A   |   B   |\n+-------+-------+"));
        Assert.Equal("A:4, B:4", Fields("  0  1  2  3  4  5  6  7\n+-----------+-----------+\n|     A     |     B     |\n+-----------+-----------+"));
        Assert.Equal("A:4, B:4", Fields("  7   6   5   4   3   2   1   0\n+---------------+---------------+\n|       A       |       B       |\n+---------------+---------------+"));
        Assert.Equal("A:8, B:8", Fields("0      7 8     15\n+-------+-------+\n|   A   |   B   |\n+-------+-------+"));
    }

    [Fact]
    public void WithoutNumbersABitHasTwoColumns()
    {
        Assert.Equal("A:4, B:4, C:8", Fields("+-------+-------+\n|   A   |   B   |\n+-------+-------+\n|       C       |\n+---------------+"));
        Assert.Equal("A:1, B:7", Fields("+-+-------------+\n|A|      B      |\n+-+-------------+"));
    }

    [Fact]
    public void NamesAreWordsWithCapitals()
    {
        string Named(string name)
        {
            string cell = name.PadRight(63);
            return Fields($"+{new string('-', 63)}+\n|{cell}|\n+{new string('-', 63)}+");
        }

        Assert.Equal("SourcePort:32", Named("Source Port"));
        Assert.Equal("Version:32", Named("  Version #  "));
        Assert.Equal("IdentifierVNI:32", Named("Identifier (VNI)"));
        Assert.Equal("XPort:32", Named("X-Port"));
        Assert.Equal("HTTPStatusCode:32", Named("HTTP status-code"));
        Assert.Equal("RemainingLength:32", Named("Remaining_Length"));
        Assert.Equal("InitiatorsSPI:32", Named("Initiator's SPI"));
        Assert.Equal("Code:32", Named("Code (max 256 bytes)"));
        Assert.Equal("Type0x11:32", Named("Type = 0x11"));
    }

    [Fact]
    public void NamesMayBeWrittenDownwards()
    {
        Assert.Equal(
            "URG:1, ACK:1, FIN:1, X:5",
            Fields("+-+-+-+-+-+-+-+-+\n|U|A|F|         |\n|R|C|I|    X    |\n|G|K|N|         |\n+-+-+-+-+-+-+-+-+"));
    }

    [Fact]
    public void NamesMayGoOverLines()
    {
        Assert.Equal(
            "DataOffset:4, Length:4, ProtocolNumber:8",
            Fields("+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+\n| Data  | Len-  |   Protocol    |\n| Offset| gth   |    Number     |\n+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+"));
    }

    [Fact]
    public void RepeatedNamesAreNumberedFromTwo()
    {
        Assert.Equal("R:1, R2:1, R3:1, R4:1, A:4", Fields("+-+-+-+-+-+-+-+-+\n|R|R|R|R|   A   |\n+-+-+-+-+-+-+-+-+"));
        Assert.Equal("R:1, R3:1, R4:1, A:3, R2:2", Fields("+-+-+-+-+-+-+-+-+\n|R|R|R|  A  | R2|\n+-+-+-+-+-+-+-+-+"));
        Assert.Equal("R2:2, R:1, R3:1, A:4", Fields("+-+-+-+-+-+-+-+-+\n| R2|R|R|   A   |\n+-+-+-+-+-+-+-+-+"));
        Assert.Equal("Ab:2, AB2:2, Z:4", Fields("+-+-+-+-+-+-+-+-+\n|Ab |AB |   Z   |\n+-+-+-+-+-+-+-+-+"));
    }

    [Fact]
    public void CellsAreOneFieldWhereNoRulingPartsThem()
    {
        const string R = "+-+-+-+-+-+-+-+-+";
        const string O = "+               +";
        Assert.Equal("Address:16", Fields($"{R}\n|    Address    |\n{O}\n|               |\n{R}"));
        Assert.Equal("Address:16", Fields($"{R}\n|               |\n+    Address    +\n|               |\n{R}"));
        Assert.Equal("Address:24", Fields($"{R}\n|               |\n+    Address    +\n|               |\n{O}\n|               |\n{R}"));
        Assert.Equal("LongName:16", Fields($"{R}\n|     Long      |\n{O}\n|     Name      |\n{R}"));
        Assert.Equal("Timestamp:16, B:8", Fields($"{R}\n|               |\n+ Timestamp (16)+\n|               |\n{R}\n|       B       |\n{R}"));
    }

    [Fact]
    public void AFieldMayGoOverTheEndOfARow()
    {
        // Joined by a gap in the ruling, by a remark, by an empty cell.
        Assert.Equal("A:4, B:8, C:4", Fields("+-+-+-+-+-+-+-+-+\n|   A   |   B   |\n+-+-+-+-+-+-+-+-+\n|(cont.)|   C   |\n+-+-+-+-+-+-+-+-+"));
        Assert.Equal("A:4, B:8, C:4", Fields("+-+-+-+-+-+-+-+-+\n|   A   |   B   |\n+-+-+-+-+-+-+-+-+\n|       |   C   |\n+-+-+-+-+-+-+-+-+"));
        Assert.Equal("A:2, B:12, C:2", Fields("+-+-+-+-+-+-+-+-+\n| A |     B     |\n+-+-+       +-+-+\n|           | C |\n+-+-+-+-+-+-+-+-+"));
    }

    [Theory]
    [InlineData("(cont.)")]
    [InlineData("(cont'd)")]
    [InlineData("(continued)")]
    [InlineData("A (cont.)")]
    [InlineData("A continued")]
    [InlineData("")]
    public void WhatIsContinuedBelongsToTheFieldBefore(string text)
    {
        const string R = "+-+-+-+-+-+-+-+-+";
        Assert.Equal("A:16, B:8", Fields($"{R}\n|       A       |\n{R}\n|{text,-15}|\n{R}\n|       B       |\n{R}"));
    }

    [Fact]
    public void AWidthJoinsTheCellsBeforeOrAfter()
    {
        const string R = "+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+";
        Assert.Equal("X:8, SecondField:24", Fields($"{R}\n|       X       |    Second     |\n{R}\n|        field (24 bits)        |\n{R}"));
        Assert.Equal("X:8, AddressLow:24", Fields($"{R}\n|       X       | Address (24)  |\n{R}\n|             low               |\n{R}"));
        Refused(
            $"{R}\n|       A       |  B (2 bytes)  |\n{R}\n|               C               |\n{R}",
            "InvalidDiagram",
            "line 2, column 17: 'B' says 2 octets and is drawn 8 bits wide beside 'A'\n|       A       |  B (2 bytes)  |\n                ^");
        Assert.Equal("A:8, B:8, C:16", Fields($"{R}\n|   A (8 bits)  |  B (1 byte)   |\n{R}\n|     C (2 octets)              |\n{R}"));
    }

    [Fact]
    public void BareNumbersCountBytesWhereThatIsWhatIsDrawn()
    {
        const string R = "+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+";
        Assert.Equal("Op:8, Hops:8, Secs:16", Fields($"{R}\n|    op (1)     |   hops (1)    |\n{R}\n|            secs (2)           |\n{R}"));
        Assert.Equal("Op:8, Hops:8, Secs:16", Fields($"{R}\n|    op (8)     |   hops (8)    |\n{R}\n|            secs (16)          |\n{R}"));
    }

    [Theory]
    [InlineData("|  Data ...     |")]
    [InlineData("|  Data (variable)  ")]
    [InlineData("/     Data      /")]
    [InlineData(":     Data      :")]
    [InlineData("\\     Data      \\")]
    [InlineData("~     Data      ~")]
    [InlineData("/     Data      \\")]
    [InlineData("|  Data ...")]
    [InlineData("|  Data (0...)  |")]
    [InlineData("|  Data (*)     |")]
    [InlineData("|  Data . . .   |")]
    public void WhatVariesIsTheRest(string row)
    {
        const string R = "+-+-+-+-+-+-+-+-+";
        Assert.Equal("Type:8, Data:*", Fields($"{R}\n|     Type      |\n{R}\n{row}\n{R}"));
        Assert.Equal("Type:8, Data:*", Fields($"{R}\n|     Type      |\n{R}\n{row}\n+-+-+-+-"));
        Assert.Equal("Type:8, Data:*, End:8", Fields($"{R}\n|     Type      |\n{R}\n{row}\n{R}\n|      End      |\n{R}"));
    }

    [Fact]
    public void AVariableBoxMayHaveManyLines()
    {
        const string R = "+-+-+-+-+-+-+-+-+";
        Assert.Equal("Data:*", Fields($"{R}\n|               |\n~     Data      ~\n|               |\n{R}"));
        Assert.Equal("Data:*", Fields($"{R}\n|     Data      |\n|      ...      |\n{R}"));
        Assert.Equal("Data:*", Fields($"{R}\n:               :\n:     Data      :\n:               :\n{R}"));
    }

    [Fact]
    public void TextOutsideTheBarsIsARemark()
    {
        Assert.Equal(
            "A:4, B:4, C:8",
            Fields("The header:\n\n        +-+-+-+-+-+-+-+-+  <- first\nbyte 1  |   A   |   B   |  bits 0-7\n        +-+-+-+-+-+-+-+-+\nbyte 2  |       C       |  (8 bits)\n        +-+-+-+-+-+-+-+-+\n\nFigure 1: A header."));
    }

    [Theory]
    [InlineData("Figure 1: A header.")]
    [InlineData("The end. No more")]
    [InlineData("byte or/and bits")]
    [InlineData("        This is all!")]
    [InlineData("Beware! It's old!")]
    public void ProseBelowIsARemark(string prose)
    {
        const string Picture = "        +-+-+-+-+-+-+-+-+\n        |     Type      |\n        +-+-+-+-+-+-+-+-+\n        |    Data ...\n        +-+-+-+-+";
        Assert.Equal("Type:8, Data:*", Fields($"{Picture}\n{prose}"));
        Assert.Equal("Type:8, Data:*", Fields($"{Picture}\n\n{prose}\n"));
        Assert.Equal("Type:8, Data:*", Fields($"{prose}\n{Picture}"));
    }

    [Fact]
    public void ExclamationMarksMayBeBars()
    {
        const string Picture = "+-+-+-+-+-+-+-+-+\n!   A   !   B   !\n+-+-+-+-+-+-+-+-+";
        Assert.Equal("A:4, B:4", Fields(Picture));
    }

    [Fact]
    public void AQuotedNameIsTakenAsItIs()
    {
        Assert.Equal("first_Field:8", Fields("+-+-+-+-+-+-+-+-+\n| \"first_Field\" |\n+-+-+-+-+-+-+-+-+"));
    }

    [Fact]
    public void AValueIsNoPartOfTheName()
    {
        Assert.Equal("Name:8", Fields("+-+-+-+-+-+-+-+-+\n|     Name      |\n|     = 12      |\n+-+-+-+-+-+-+-+-+"));
        Assert.Equal("A:1, B:7", Fields("+-+-+-+-+-+-+-+-+\n|A|      B      |\n|=|     = 5     |\n|1|             |\n+-+-+-+-+-+-+-+-+"));
    }

    [Fact]
    public void EntriesBelowThePictureRefineIt()
    {
        const string Picture = "+-+-+-+-+-+-+-+-+\n|      Len      |\n+-+-+-+-+-+-+-+-+\n|   Name ...    |\n+-+-+-+-+-+-+-+-+\n";
        Assert.Equal("Len:8, Name:[Len]:utf8", Fields($"{Picture}\nName:[Len]:utf8"));
        Assert.Equal("Len:8:int, Name:*:ascii", Fields($"{Picture}\nlen::int 'Name:*:ascii'"));
        Assert.Equal("Len:8, Name:*", Fields($"{Picture}\nand Name:[Len]:utf8 is a remark"));
        Refused(
            $"{Picture}\nNome:[Len]",
            "InvalidField",
            "The diagram has no field 'Nome'; it has Len, Name");
    }

    [Theory]
    [InlineData("no picture", 1, 1, "there is no ruling such as +-+-+-+-+ in the diagram")]
    [InlineData("\n\n| A |\n| B |", 3, 1, "there is no ruling such as +-+-+-+-+ in the diagram")]
    [InlineData("  +-+-+-+-+-+-+-+-+", 1, 3, "there is no row below this ruling")]
    [InlineData("+-+-+-+-+-+-+-+-+\n|     Type      |\n+-+-+-+-+-+-+-+-+\n  Code          \n|     Data      |\n+-+-+-+-+-+-+-+-+", 0, 0, null)]
    [InlineData("+-+-+-+-+-+-+-+-+\n|     Type      |\n      Code          \n|     Data      |\n+-+-+-+-+-+-+-+-+", 3, 1, "this line has no bar '|' at its side, and stands inside the picture")]
    [InlineData("  +-+-+-+-+-+-+-+-+\n  |  A |      B   |\n  +-+-+-+-+-+-+-+-+", 2, 8, "this bar stands between two bits")]
    [InlineData("+-+-+-+-+-+-+-+-+\n|   A   ||   B  |\n+-+-+-+-+-+-+-+-+", 2, 10, "this bar stands between two bits")]
    [InlineData("+-+-+-+-+-+-+-+-+\n     A  |   B   |\n+-+-+-+-+-+-+-+-+", 2, 1, "this row does not begin with a bar '|' below the left end of the ruling")]
    [InlineData("+-+-+-+-+-+-+-+-+\n|               |\n+-+-+-+-+-+-+-+-+\n|       A       |\n+-+-+-+-+-+-+-+-+", 2, 1, "the first cell has no name, and there is no field before it")]
    [InlineData("+-+-+-+-+-+-+-+-+\n|  (cont.)      |\n+-+-+-+-+-+-+-+-+", 2, 1, "the first cell has no name, and there is no field before it")]
    [InlineData("+-+-+-+-+-+\n|    A    |\n+-+-+-+-+-+", 2, 1, "this row ends at bit 5, and all fields are 5 bits together, which is not a whole number of bytes")]
    [InlineData("+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+\n|       A       |  B (24 bits)  |\n+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+", 2, 17, "'B' says 24 bits, the cell has 8, and with its neighbours it does not make 24")]
    [InlineData("+-+-+-+-+-+-+-+-+\n|   A   |   B   |\n+       +-+-+-+-+\n|       |   C   |\n+-+-+-+-+-+-+-+-+", 2, 9, "there is no ruling between the cells above and below, but this cell stands between them")]
    [InlineData("+-+-+-+-+-+-+-+-+\n| A (99999999 B)|\n+-+-+-+-+-+-+-+-+", 0, 0, null)]
    [InlineData("+-+-+-+-+-+-+-+-+\n|A (99999 bytes)|\n|               |\n+-+-+-+-+-+-+-+-+", 2, 1, "a field has 1 to 524288 bits, and this one would have 799992")]
    public void SaysWhereItCannotBeRead(string picture, int line, int column, string? problem)
    {
        if (problem is null)
        {
            Assert.NotEmpty(Fields(picture));
            return;
        }

        SocketInputException exception = Assert.Throws<SocketInputException>(() => Fields(picture));
        Assert.Equal("InvalidDiagram", exception.ErrorId);
        string[] said = exception.Message.Split('\n');
        Assert.Equal($"line {line}, column {column}: {problem}", said[0]);
        Assert.Equal(picture.Split('\n')[line - 1].TrimEnd(), said[1]);
        Assert.Equal($"{new string(' ', column - 1)}^", said[2]);
        Assert.Equal(3, said.Length);
        Assert.NotEmpty(exception.RecommendedAction);
    }

    [Fact]
    public void ErrorsShowTabsAsSpacesAndNothingThatATerminalObeys()
    {
        SocketInputException exception = Assert.Throws<SocketInputException>(() => Fields("\t+-+-+-+-+-+-+-+-+\n\t|\u001b[2J|A       |\n\t+-+-+-+-+-+-+-+-+"));
        string[] said = exception.Message.Split('\n');
        Assert.Equal("line 2, column 14: this bar stands between two bits", said[0]);
        Assert.Equal("        |.[2J|A       |", said[1]);
        Assert.Equal("             ^", said[2]);
    }

    [Theory]
    [InlineData("+-+-+-+-+-+-+-+-+\n +-+-+\n |  Data ...\n+-+-+-+-+-+-+-+-+", "Data:*")]
    [InlineData("+-+-+-+-+-+-+-+-+\n|       A       |\n+-+-+-+-+-+-+-+-+\n |  Data ...\n+-+-+-+-+", "A:8, Data:*")]
    public void ABarMayStandAColumnOff(string picture, string fields) => Assert.Equal(fields, Fields(picture));

    [Theory]
    [InlineData("+-+\n |\n")]
    [InlineData("+-+\n|")]
    [InlineData("+-+\n|A|\n+-+")]
    public void PicturesOfOneBitAreRefused(string picture)
    {
        Assert.Equal("InvalidDiagram", Assert.Throws<SocketInputException>(() => Fields(picture)).ErrorId);
    }

    private static void Refused(string picture, string error, string message)
    {
        SocketInputException exception = Assert.Throws<SocketInputException>(() => Fields(picture));
        Assert.Equal(error, exception.ErrorId);
        Assert.Equal(message, exception.Message);
    }

    private static string Fields(string picture) => string.Join(", ", MessageFormatReader.Read([picture], []).FieldList);
}
