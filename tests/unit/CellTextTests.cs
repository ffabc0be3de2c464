using PSSockets.Messages;

namespace PSSockets.UnitTests;

public sealed class CellTextTests
{
    [Theory]
    [InlineData("Source Port", "SourcePort")]
    [InlineData("source port", "SourcePort")]
    [InlineData("Version #", "Version")]
    [InlineData("Identifier (VNI)", "IdentifierVNI")]
    [InlineData("V=2", "V2")]
    [InlineData("X-Port", "XPort")]
    [InlineData("QDCOUNT", "QDCOUNT")]
    [InlineData("msg_len", "MsgLen")]
    [InlineData("Initiator's SPI", "InitiatorsSPI")]
    [InlineData("[Options]", "Options")]
    [InlineData("0 0", "00")]
    [InlineData("Key Identifier (optional) (32)", "KeyIdentifier")]
    [InlineData("Length (opt)", "Length")]
    [InlineData("Token (if any, TKL bytes) ...", "Token")]
    [InlineData("Masking-key, if MASK set to 1", "MaskingKey")]
    [InlineData("Name (max 256 bytes)", "Name")]
    [InlineData("Length (16 bits)", "Length")]
    [InlineData("Length (16/64)", "Length")]
    [InlineData("Data ...", "Data")]
    [InlineData("Data…", "Data")]
    [InlineData("Data", "Data")]
    [InlineData("\"data_field\"", "data_field")]
    [InlineData("\"no name\"", "NoName")]
    [InlineData("\"\"", "Unnamed")]
    [InlineData("---", "Unnamed")]
    [InlineData("", "")]
    [InlineData("...", "")]
    [InlineData("(16 bits)", "")]
    [InlineData("Data (cont.)", "")]
    [InlineData("été", "Été")]
    public void MakesNames(string text, string name) => Assert.Equal(name, CellText.Read(text).Name);

    [Theory]
    [InlineData("A (16)", 16, 0)]
    [InlineData("A (16 bits)", 16, 1)]
    [InlineData("A (16-bit)", 16, 1)]
    [InlineData("A (1 bit)", 1, 1)]
    [InlineData("A (4 bytes)", 4, 8)]
    [InlineData("A (4 OCTETS)", 4, 8)]
    [InlineData("A (1 octet)", 1, 8)]
    [InlineData("A (2) (8 bits)", 8, 1)]
    public void ReadsWidths(string text, long size, int unit)
    {
        CellText read = CellText.Read(text);
        Assert.Equal(size, read.Size);
        Assert.Equal(unit, read.Unit);
        Assert.Equal("A", read.Name);
    }

    [Theory]
    [InlineData("A")]
    [InlineData("A 16")]
    [InlineData("A (VNI)")]
    [InlineData("A (max 256 bytes)")]
    [InlineData("A (16/64)")]
    [InlineData("A (99999999999999999999 bits)")]
    public void ReadsNoWidths(string text) => Assert.Null(CellText.Read(text).Size);

    [Theory]
    [InlineData("A ...", true)]
    [InlineData("A..", true)]
    [InlineData("A . . .", true)]
    [InlineData("A…", true)]
    [InlineData("A (variable)", true)]
    [InlineData("A (Variable length)", true)]
    [InlineData("A (variable-length)", true)]
    [InlineData("A (*)", true)]
    [InlineData("A (0..)", true)]
    [InlineData("A (0...)", true)]
    [InlineData("A (0..*)", true)]
    [InlineData("A (32 bits or 64 bits)", true)]
    [InlineData("...", true)]
    [InlineData(".", true)]
    [InlineData("A.", false)]
    [InlineData("A", false)]
    [InlineData("Variable", false)]
    [InlineData("", false)]
    public void KnowsWhatVaries(string text, bool isVariable) => Assert.Equal(isVariable, CellText.Read(text).IsVariable);

    [Theory]
    [InlineData("(cont.)", true)]
    [InlineData("(cont'd)", true)]
    [InlineData("(Continued)", true)]
    [InlineData("A (cont)", true)]
    [InlineData("A continued", true)]
    [InlineData("A cont.", true)]
    [InlineData("Discontinued", false)]
    [InlineData("Cont", false)]
    [InlineData("Content", false)]
    [InlineData("Continued fraction", false)]
    public void KnowsWhatIsContinued(string text, bool isContinued)
    {
        Assert.Equal(isContinued, CellText.Read(text).IsContinued);
        Assert.Equal(isContinued, CellText.Read(text).Name.Length == 0);
    }

    [Theory]
    [InlineData("", true)]
    [InlineData("   ", true)]
    [InlineData("...", true)]
    [InlineData("(variable)", true)]
    [InlineData("A", false)]
    [InlineData("(cont.)", false)]
    [InlineData("-", false)]
    public void KnowsWhatIsEmpty(string text, bool isEmpty) => Assert.Equal(isEmpty, CellText.Read(text).IsEmpty);

    [Theory]
    [InlineData("U R G", "URG")]
    [InlineData(" A ", "A")]
    [InlineData("", "")]
    public void JoinsLetters(string lines, string joined) => Assert.Equal(joined, CellText.Join(lines.Split(' ')));

    [Fact]
    public void JoinsLines()
    {
        Assert.Equal("Data Offset", CellText.Join([" Data ", "", "Offset"]));
        Assert.Equal("Length", CellText.Join(["Len-", "gth"]));
        Assert.Equal("A - B", CellText.Join(["A -", "B"]));
        Assert.Equal("a_b", CellText.Join(["a_-", "b"]));
        Assert.Equal("FIN", CellText.Join(["F", "I", "N", " "]));
        Assert.Equal("-", CellText.Join(["-"]));
        Assert.Equal("", CellText.Join([]));
    }
}
