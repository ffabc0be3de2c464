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
        { "A:4 Text:*0 End:8 B:4", "1616" + "2007", 4 },
        { "Count:8 Items:[Count]*(A:16 B:8)", "02" + "010203040506", 1 },
        { "Labels:*[Length=0]:(Length:8 Text:[Length]) Type:16", "0161" + "00" + "0001", 3 },
        { "Labels:*[Kind=3||Length=0]:(Kind:2 Length:6?Kind=0 Offset:14?Kind=3 Text:[Length])", "0161" + "C00C", 4 },
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
            long? told = format.Measure().LengthOf(stream.AsSpan(0, count));
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
            while (format.Measure().LengthOf(buffer.ToArray()) is { } length && length <= buffer.Count)
            {
                received.Add([.. buffer.Take((int)length)]);
                buffer.RemoveRange(0, (int)length);
            }
        }

        Assert.Equal(sent, received);
        Assert.Equal([1, 2, 3], buffer);
    }

    [Theory]
    [InlineData("Id:8 Text:*0 End:8", "0161626364", "010000", "00", 6)]
    [InlineData("Id:4 Text:*0 End:8 More:4", "10161626364", "10000", "007", 7)]
    [InlineData("Count:8 Items:[Count]*(Length:8 Value:[Length])", "03016102", "0F0F0F", "626300", 7)]
    [InlineData("Labels:*[Length=0]:(Length:8 Text:[Length])", "0161026263", "000000", "00", 6)]
    [InlineData("Head:(Labels:*[Length=0]:(Length:8 Text:[Length])) Tail:*0 End:8", "01610061", "0F0F0F00", "00", 5)]
    public void NoByteIsLookedAtTwice(string fields, string before, string changed, string after, int length)
    {
        static byte[] Bytes(string digits) => Convert.FromHexString(digits.Length % 2 == 0 ? digits : $"{digits}0");
        MessageMeasure measure = MessageFormatReader.Read([fields], []).Measure();
        Assert.Null(measure.LengthOf(Bytes(before)));

        // What has been looked at may be anything now, and tells nothing new.
        byte[] whole = [.. Bytes(before + after)];
        Bytes(changed).AsSpan().CopyTo(whole);
        Assert.Equal(length, measure.LengthOf(whole, goesOn: true));
        Assert.Equal(length, measure.LengthOf(Bytes(before + after)));
    }

    [Fact]
    public void AMeasureThatGoesOnSaysWhatAFreshOneSays()
    {
        Random random = new(3);
        for (int seed = 0; seed < 2000; seed++)
        {
            RandomMessage message = new(seed);
            MessageMeasure measure = message.Format.Measure();
            for (int count = 0; count < message.Bytes.Length; count += 1 + random.Next(6))
            {
                string fresh = Told(message.Format.Measure(), message.Bytes.AsSpan(0, count), false);
                Assert.Equal($"{seed} {fresh}", $"{seed} {Told(measure, message.Bytes.AsSpan(0, count), count > 0)}");
            }
        }
    }

    private static string Told(MessageMeasure measure, ReadOnlySpan<byte> bytes, bool goesOn)
    {
        try
        {
            return $"{measure.LengthOf(bytes, goesOn)}";
        }
        catch (SocketInputException exception)
        {
            return exception.ErrorId;
        }
    }

    [Fact]
    public void TheRestHasNoEndInAStream()
    {
        Assert.Equal("LengthRequired", Assert.Throws<SocketInputException>(() => new MessageFormat("A:8", "Rest:*").Measure().LengthOf([1, 2])).ErrorId);
    }

    [Fact]
    public void ALengthThatIsNotPossibleIsRefused()
    {
        Assert.Equal("InvalidMessage", Assert.Throws<SocketInputException>(() => new MessageFormat("L:8", "V:[L-4]").Measure().LengthOf([1, 2])).ErrorId);
        Assert.Equal("InvalidMessage", Assert.Throws<SocketInputException>(() => new MessageFormat("L:mqtt", "V:[L]").Measure().LengthOf([0xFF, 0xFF, 0xFF, 0xFF])).ErrorId);
    }

    [Fact]
    public void ManyLengthsThatThePeerInventsDoNotOverflow()
    {
        string[] fields = [.. Enumerable.Range(0, 70).Select(number => $"V{number}:[L]")];
        byte[] bytes = [.. Enumerable.Repeat((byte)0xFF, 8), .. new byte[50]];
        Assert.Equal(MessageDecoder.MostBytes, new MessageFormat(["L:64", .. fields]).Measure().LengthOf(bytes));
        SocketInputException exception = Assert.Throws<SocketInputException>(() => new MessageFormat(["L:64", "Rest:*", .. fields]).DecodeValues(bytes));
        Assert.Equal("InvalidMessage", exception.ErrorId);
        Assert.Contains("The message ends within 'V0'", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void TheLengthMayBeFarLargerThanWhatIsThere()
    {
        Assert.Equal(8L + uint.MaxValue, new MessageFormat("A:32", "L:32", "V:[L]").Measure().LengthOf([0, 0, 0, 0, 0xFF, 0xFF, 0xFF, 0xFF]));
    }
}
