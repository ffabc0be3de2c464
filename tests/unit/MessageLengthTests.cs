using PSSockets.Messages;

namespace PSSockets.UnitTests;

/// <summary>How many bytes the next message of a stream has, told from as few of them as possible.</summary>
public sealed class MessageLengthTests
{
    public static TheoryData<string, string, int> Messages() => new()
    {
        // Format, message, and how many bytes tell its length.
        { "Marker:128 Length:16 Type:8 Body:[Length-19]", "ffffffffffffffffffffffffffffffff001304", 18 },
        { "Marker:128 Length:16 Type:8 Body:[Length-19]", "ffffffffffffffffffffffffffffffff001d0104fde800b4c000020100", 18 },
        { "Version:8 Type:8 Session:16 Length:32 Body:[Length-8]", "01040000000000140118180cc000020000000000", 8 },
        { "Version:8 Length:24 Flags:8 Code:24 Rest:[Length-8]", "01000014800001010000000011223344aabbccdd", 4 },
        { "Type:8 Version:16 Length:16 Fragment:[Length]", "15030300020100", 5 },
        { "Transaction:16 Protocol:16=0 Length:16 Unit:8 Function:8 Data:[Length-2]", "000100000006110300 6b0003", 6 },
        { "Type:4 Flags:4 Length:mqtt Body:[Length]", "30818001" + "00", 4 },
        { "Count:8 Items:[Count]*(Length:8 Value:[Length])", "02" + "0161" + "026263", 4 },
        { "Kind:8 Length:8?Kind>1 Value:[Length-2]?Kind>1", "01", 1 },
        { "Kind:8 Length:8?Kind>1 Value:[Length-2]?Kind>1", "02040506", 2 },
        { "Kind:8 Body:Kind{1=(A:8),2=(L:8 V:[L])}", "02" + "03010203", 2 },
        { "Length:8 Value:[Length] Pad:|4", "0401020304000000", 1 },
        { "Text:*0 End:8", "616200", 3 },
    };

    [Theory]
    [MemberData(nameof(Messages))]
    public void IsToldAsSoonAsItCanBe(string fields, string message, int needed)
    {
        MessageFormat format = MessageFormatReader.Read([fields], []);
        byte[] bytes = Convert.FromHexString(message.Replace(" ", "", StringComparison.Ordinal));
        int length = message.StartsWith("3081", StringComparison.Ordinal) ? 4 + 16385 : bytes.Length;
        byte[] stream = [.. bytes, .. new byte[length - bytes.Length], .. bytes, 0xFF];
        for (int count = 0; count <= stream.Length; count += count < 100 ? 1 : 997)
        {
            long? told = format.LengthOfFirst(stream.AsSpan(0, count));
            Assert.Equal(count < needed ? null : length, told);
        }
    }

    [Fact]
    public void MessagesOfAStreamAreFoundWhereverItIsCut()
    {
        MessageFormat format = new("Version:8", "Type:8", "Session:16", "Length:32", "Body:[Length-8]");
        Random random = new(1);
        byte[][] sent = [.. Enumerable.Range(0, 200).Select(number => format.Encoder.Encode([new("Type", number % 11), new("Body", new byte[random.Next(60)])]))];
        byte[] stream = [.. sent.SelectMany(bytes => bytes), 1, 2, 3];
        List<byte> buffer = [];
        List<byte[]> received = [];
        for (int place = 0; place < stream.Length;)
        {
            int piece = Math.Min(1 + random.Next(40), stream.Length - place);
            buffer.AddRange(stream.AsSpan(place, piece));
            place += piece;
            while (format.LengthOfFirst(buffer.ToArray()) is { } length && length <= buffer.Count)
            {
                received.Add([.. buffer.Take((int)length)]);
                buffer.RemoveRange(0, (int)length);
            }
        }

        Assert.Equal(sent, received);
        Assert.Equal([1, 2, 3], buffer);
    }

    [Fact]
    public void TheRestHasNoEndInAStream()
    {
        Assert.Equal("LengthRequired", Assert.Throws<SocketInputException>(() => new MessageFormat("A:8", "Rest:*").LengthOfFirst([1, 2])).ErrorId);
    }

    [Fact]
    public void ALengthThatIsNotPossibleIsRefused()
    {
        Assert.Equal("InvalidMessage", Assert.Throws<SocketInputException>(() => new MessageFormat("L:8", "V:[L-4]").LengthOfFirst([1, 2])).ErrorId);
        Assert.Equal("InvalidMessage", Assert.Throws<SocketInputException>(() => new MessageFormat("L:mqtt", "V:[L]").LengthOfFirst([0xFF, 0xFF, 0xFF, 0xFF])).ErrorId);
    }

    [Fact]
    public void TheLengthMayBeFarLargerThanWhatIsThere()
    {
        Assert.Equal(8L + uint.MaxValue, new MessageFormat("A:32", "L:32", "V:[L]").LengthOfFirst([0, 0, 0, 0, 0xFF, 0xFF, 0xFF, 0xFF]));
    }
}
