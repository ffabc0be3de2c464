using System.Diagnostics;
using System.Text;
using PSSockets.Messages;

namespace PSSockets.UnitTests;

/// <summary>What strangers send and what people paste by mistake: never anything but an error of the module's own, soon, and without much memory.</summary>
public sealed class MessageFuzzTests
{
    private static readonly TimeSpan s_longest = TimeSpan.FromSeconds(1);
    private static readonly string[] s_readErrors = ["InvalidDiagram", "InvalidField", "InvalidArgument"];
    private static readonly string[] s_decodeErrors = ["InvalidMessage", "LengthRequired"];

    [Fact]
    public void DecodersTakeAnyBytes()
    {
        const int Formats = 500;
        const int Messages = 200;
        Random random = new(4);
        byte[] buffer = new byte[300];
        TimeSpan slowest = TimeSpan.Zero;
        for (int seed = 0; seed < Formats; seed++)
        {
            RandomMessage message = new(seed);
            for (int index = 0; index < Messages; index++)
            {
                byte[] bytes = index % 2 == 0 ? buffer[..random.Next(buffer.Length)] : [.. message.Bytes[..random.Next(message.Bytes.Length + 1)], .. buffer[..random.Next(3)]];
                if (index % 2 == 0)
                {
                    random.NextBytes(bytes);
                }
                else if (bytes.Length > 0)
                {
                    bytes[random.Next(bytes.Length)] ^= (byte)(1 << random.Next(8));
                }

                string what = $"format {seed}: {string.Join(' ', message.Format.FieldList)}; message {index}: {Convert.ToHexString(bytes)}";
                long started = Stopwatch.GetTimestamp();
                long before = GC.GetAllocatedBytesForCurrentThread();
                object?[]? values = Decode(message.Format, bytes, what);
                long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
                slowest = Longer(slowest, Stopwatch.GetElapsedTime(started));

                // Each element of a list is an object.
                int most = message.Format.Fields.Any(field => field.Type == "message") ? 1000 : 20;
                Assert.True(allocated < 20_000 + (message.Format.Fields.Count * 2000) + (bytes.Length * most), $"{what} took {allocated} bytes");
                if (values is not null)
                {
                    // What was understood can be sent, and is then understood in the same way.
                    byte[] encoded = message.Format.Encoder.Encode(message.Format.Fields.Select((field, position) => KeyValuePair.Create(field.Name, values[position])));
                    object?[]? again = Decode(message.Format, encoded, what);
                    Assert.True(again is not null && values.Zip(again).All(pair => RandomMessage.AreSame(pair.First, pair.Second)), what);
                }
            }
        }

        Assert.True(slowest < s_longest, $"{slowest}");
    }

    [Fact]
    public void TheReaderTakesAnyText()
    {
        string[] pictures = [.. StandardPictures.All.Values.Select(picture => picture.Picture)];
        Random random = new(5);
        for (int index = 0; index < 20_000; index++)
        {
            string text = Mutated(pictures[index % pictures.Length], random, pictures);
            Read(text, $"text {index}:{Environment.NewLine}{text}");
        }
    }

    [Theory]
    [MemberData(nameof(Adversarial))]
    public void TheReaderIsNotSlowedDown(string name)
    {
        Read(s_adversarial[name](), name);
    }

    public static TheoryData<string> Adversarial() => [.. s_adversarial.Keys];

    private static readonly Dictionary<string, Func<string>> s_adversarial = new()
    {
        ["one line of bars"] = () => new string('|', 1_000_000),
        ["one line of plus signs"] = () => new string('+', 1_000_000),
        ["one line of dashes"] = () => new string('-', 1_000_000),
        ["one line of dashes between bars"] = () => $"{Ruling(8)}\n|{new string('-', 1_000_000)}|\n{Ruling(8)}",
        ["one line of letters"] = () => new string('a', 1_000_000),
        ["one line of spaces"] = () => $"|{new string(' ', 1_000_000)}|",
        ["one line of tabs"] = () => $"|{new string('\t', 1_000_000)}|",
        ["one line of colons"] = () => new string(':', 1_000_000),
        ["one ruling"] = () => Ruling(500_000),
        ["one row of 50,000 cells"] = () => Rows(50_000, 1, "|A"),
        ["two rows of 25,000 cells"] = () => Rows(25_000, 2, "|A"),
        ["two rows of 25,000 empty cells"] = () => $"{Ruling(25_000)}\n|A{Repeat("| ", 24_999)}|\n+{new string(' ', 49_999)}+\n{Repeat("| ", 25_000)}|\n{Ruling(25_000)}",
        ["two rows of cells that are open to each other"] = () => $"{Ruling(25_000)}\n{Repeat("|A", 25_000)}|\n+{new string(' ', 49_999)}+\n{Repeat("|B", 25_000)}|\n{Ruling(25_000)}",
        ["a row of cells open to one wide cell"] = () => $"{Ruling(100_000)}\n{Repeat("|A", 100_000)}|\n+{new string(' ', 199_999)}+\n|{new string(' ', 199_999)}|\n{Ruling(100_000)}",
        ["cells of continued fields"] = () => Rows(80_000, 1, "|      A        | (cont.)       ", 16),
        ["widths that join the cells before"] = () => Rows(80_000, 1, "|   A   |   B   |  C (3 bytes)  ", 16),
        ["widths that join the cells behind"] = () => Rows(80_000, 1, "|  C (3 bytes)  |   A   |   B   ", 16),
        ["a width of all cells"] = () => $"{Ruling(80_008)}\n|{Repeat("A|", 80_000)}A (80008)      |\n{Ruling(80_008)}",
        ["20,000 rows"] = () => Rows(32, 20_000, "|      A                        ", 16),
        ["20,000 rulings"] = () => Repeat($"{Ruling(32)}\n", 20_000),
        ["20,000 broken rulings"] = () => $"{Ruling(32)}\n|{new string(' ', 30)}A{new string(' ', 32)}|\n{Repeat($"+{new string(' ', 63)}+\n", 20_000)}|{new string(' ', 63)}|\n{Ruling(32)}",
        ["20,000 rows that are one field"] = () => $"{Ruling(16)}\n|{new string(' ', 15)}A{new string(' ', 15)}|\n{Repeat($"+{new string(' ', 31)}+\n|{new string(' ', 31)}|\n", 20_000)}{Ruling(16)}",
        ["20,000 rows of empty cells"] = () => $"{Ruling(16)}\n|A{new string(' ', 30)}|\n{Repeat($"{Ruling(16)}\n|{new string(' ', 31)}|\n", 20_000)}{Ruling(16)}",
        ["20,000 lines in one box"] = () => $"{Ruling(16)}\n{Repeat($"|{new string(' ', 31)}|\n", 20_000)}{Ruling(16)}",
        ["20,000 lines of text in one box"] = () => $"{Ruling(16)}\n{Repeat($"|  some text{new string(' ', 20)}|\n", 20_000)}{Ruling(16)}",
        ["20,000 lines of changing cells"] = () => $"{Ruling(16)}\n{Repeat($"|A{new string(' ', 14)}|B{new string(' ', 14)}|\n|{new string(' ', 31)}|\n", 10_000)}{Ruling(16)}",
        ["20,000 lines of text below a picture"] = () => $"{Ruling(16)}\n|{new string('A', 31)}|\n{Repeat("this is only a text of many letters\n", 20_000)}",
        ["20,000 lines of text above a picture"] = () => $"{Repeat("this is only a text of 10 letters\n", 20_000)}{Ruling(16)}\n|{new string('A', 31)}|\n{Ruling(16)}",
        ["20,000 empty lines"] = () => $"{Ruling(16)}\n{Repeat($"|{new string('A', 31)}|\n\n\n\n{Ruling(16)}\n\n\n\n", 2_500)}",
        ["20,000 entries below a picture"] = () => $"{Ruling(16)}\n|{new string('A', 31)}|\n{Ruling(16)}\n{Repeat($"A{new string('a', 30)}:16:bytes\n", 20_000)}",
        ["20,000 entries for as many fields"] = () => Rows(32, 10_000, "|      A                        ", 16) + "\n" + string.Join('\n', Enumerable.Range(2, 19_000).Select(number => $"A{number}::hex")),
        ["20,000 fields"] = () => string.Join('\n', Enumerable.Range(0, 20_000).Select(number => $"Field{number}:16")),
        ["20,000 sizes above cells"] = () => $" {Repeat("1 byte ", 20_000)}\n --------\n{Repeat("| AB ", 20_000)}|\n --------",
        ["20,000 sizes below names"] = () => $"+----+\n{Repeat("| AB ", 20_000)}|\n+----+\n{Repeat("| 1 ", 20_000)}|\n+----+",
        ["deep brackets"] = () => Cell(new string('(', 200_000)),
        ["deep brackets that close"] = () => Cell(new string('(', 100_000) + new string(')', 100_000)),
        ["many brackets"] = () => Cell(Repeat("(a)", 100_000)),
        ["digits in brackets"] = () => Cell($"({new string('1', 200_000)})"),
        ["digits and bits in brackets"] = () => Cell($"({Repeat("1 bits or ", 30_000)}x)"),
        ["words in brackets"] = () => Cell($"({Repeat("variable ", 30_000)}x)"),
        ["bytes in brackets"] = () => Cell($"({Repeat("bytes-", 30_000)}x)"),
        ["spaces in a cell"] = () => Cell($"a{new string(' ', 200_000)}b"),
        ["spaces in brackets"] = () => Cell($"(max{new string(' ', 200_000)}b"),
        ["dots in a cell"] = () => Cell($"{new string('.', 200_000)}b"),
        ["spaced dots in a cell"] = () => Cell($"{Repeat(". ", 100_000)}b"),
        ["commas in a cell"] = () => Cell($"{Repeat(",  ", 70_000)}b"),
        ["conditions in a cell"] = () => Cell($"{Repeat(", if ", 40_000)}"),
        ["continued in a cell"] = () => Cell($"{Repeat("continued ", 20_000)}b"),
        ["a dash and a hyphen at each end"] = () => $"{Ruling(16)}\n{Repeat($"|{new string('a', 30)}-|\n", 20_000)}{Ruling(16)}",
        ["digits above dashes"] = () => $"{new string('1', 1_000_000)}\n------\n| A |\n------",
        ["digits and spaces above dashes"] = () => $"{Repeat("1   ", 250_000)}\n------\n| A |\n------",
        ["letters and spaces above dashes"] = () => $"a{new string(' ', 1_000_000)}x\n------\n| A |\n------",
        ["dashes that are no line"] = () => $"{new string('-', 1_000_000)}x\n{new string(' ', 1_000_000)}x",
        ["dashes behind plus signs"] = () => Repeat("+---------- ", 80_000),
        ["slashes behind plus signs"] = () => Repeat("+--////////", 80_000),
        ["bit numbers"] = () => $"{string.Join(' ', Enumerable.Range(0, 100_000))}\n+----+----+\n| A  | B  |\n+----+----+",
        ["a bit number that overflows"] = () => "0 2147483647\n+----+----+\n| A  | B  |\n+----+----+",
        ["bit numbers that overflow"] = () => $"{new string('9', 1000)} {new string('9', 1000)} 7\n+----+----+\n| A  | B  |\n+----+----+",
        ["a bit number as large as the ruling"] = () => $"0 999999\n+{new string('-', 1_000_000)}+\n|{new string(' ', 500_000)}|{new string('A', 499_999)}|\n+{new string('-', 1_000_000)}+",
        ["a width that overflows"] = () => Cell("A (99999999999999999999 bits)"),
        ["a width that overflows in bytes"] = () => Cell("A (1152921504606846977 bytes)"),
        ["the largest width"] = () => Cell("A (2147483647 bytes)"),
        ["a tall box of the largest width"] = () => $"{Ruling(16)}\n|A (2147483647 octets){new string(' ', 10)}|\n|{new string(' ', 31)}|\n{Ruling(16)}",
        ["a size that overflows"] = () => " 99999999999 bytes  2147483647 bytes\n ------\n| A | B |\n ------",
        ["a field that is too wide"] = () => "X:2147483647",
        ["a field whose width overflows"] = () => "X:99999999999999999999",
        ["a length that overflows"] = () => "A:64 B:[A*2147483647-2147483648]",
        ["a unit that overflows"] = () => "A:64 B:[A*99999999999+1]",
        ["entries of letters"] = () => $"{new string('a', 1_000_000)}:",
        ["entries that do not close"] = () => Repeat("a:[a", 250_000),
        ["entries of signs"] = () => $"a:[{Repeat("+-*", 300_000)}",
        ["entries of colons"] = () => Repeat("a:", 500_000),
        ["entries of commas"] = () => Repeat("a,", 500_000),
    };

    [Theory]
    [InlineData("A:64 B:[A*2147483647-2147483648]", "FFFFFFFFFFFFFFFF", "InvalidMessage")]
    [InlineData("A:64 B:[A*2147483647+2147483647]", "7FFFFFFFFFFFFFFF", "InvalidMessage")]
    [InlineData("A:64 B:[A*2147483647-2147483648]", "0000000000000000", "InvalidMessage")]
    [InlineData("A:64 R:* B:[A] C:[A] D:[A]", "FFFFFFFFFFFFFFFF0011", "InvalidMessage")]
    [InlineData("R:* S:*", "00", "LengthRequired")]
    [InlineData("R:* A:8 S:[A]", "00", "LengthRequired")]
    [InlineData("R:* S:*0", "00", "LengthRequired")]
    public void LengthsThatNoMessageHasAreRefused(string fields, string bytes, string error)
    {
        MessageFormat format = MessageFormatReader.Read([fields], []);
        SocketInputException exception = Assert.Throws<SocketInputException>(() => format.DecodeValues(Convert.FromHexString(bytes)));
        Assert.Equal(error, exception.ErrorId);
    }

    [Fact]
    public void ManyHugeLengthsDoNotWrapAround()
    {
        MessageFormat format = new([.. Enumerable.Range(0, 64).Select(number => $"A{number}:64"), "R:*", .. Enumerable.Range(0, 64).Select(number => $"B{number}:[A{number}]")]);
        byte[] bytes = new byte[(64 * 8) + 3];
        Array.Fill(bytes, (byte)0xFF);
        Assert.Equal("InvalidMessage", Assert.Throws<SocketInputException>(() => format.DecodeValues(bytes)).ErrorId);
    }

    [Fact]
    public void TheWidestFieldsAreDrawnAndReadSoon()
    {
        MessageFormat format = new("A:8", $"Widest:{FieldLength.MaximumBits}:bytes", "B:8");
        long started = Stopwatch.GetTimestamp();
        MessageFormat read = MessageFormatReader.Read([DiagramWriter.Write(format, rowBits: 16)], []);
        Assert.Equal(format.FieldList, read.FieldList);
        Assert.True(Stopwatch.GetElapsedTime(started) < 2 * s_longest);
    }

    private static object?[]? Decode(MessageFormat format, byte[] bytes, string what)
    {
        try
        {
            return format.DecodeValues(bytes);
        }
        catch (SocketInputException exception) when (s_decodeErrors.Contains(exception.ErrorId))
        {
            return null;
        }
        catch (Exception exception)
        {
            throw new InvalidOperationException(what, exception);
        }
    }

    private static void Read(string text, string what)
    {
        long started = Stopwatch.GetTimestamp();
        long before = GC.GetAllocatedBytesForCurrentThread();
        string outcome = "a format";
        try
        {
            MessageFormat format = MessageFormatReader.Read([text], []);
            Assert.NotEmpty(format.Fields);
        }
        catch (SocketInputException exception) when (s_readErrors.Contains(exception.ErrorId))
        {
            outcome = exception.ErrorId;
        }
        catch (Exception exception)
        {
            throw new InvalidOperationException(what, exception);
        }

        TimeSpan elapsed = Stopwatch.GetElapsedTime(started);
        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.True(elapsed < s_longest, $"{elapsed} for {outcome}: {what}");
        Assert.True(allocated < 1_000_000 + (text.Length * 1000L), $"{allocated} bytes for {outcome}: {what}");
    }

    private static string Mutated(string picture, Random random, string[] pictures)
    {
        StringBuilder text = new(picture);
        int changes = 1 + random.Next(random.Next(3) == 0 ? 30 : 4);
        for (int change = 0; change < changes && text.Length > 0; change++)
        {
            int place = random.Next(text.Length);
            switch (random.Next(9))
            {
                case 0:
                    text.Remove(place, Math.Min(random.Next(1, 6), text.Length - place));
                    break;
                case 1:
                    text.Insert(place, Letters(random));
                    break;
                case 2 or 3:
                    text[place] = Letters(random)[0];
                    break;
                case 4:
                    text.Insert(place, text.ToString(place, Math.Min(random.Next(1, 80), text.Length - place)));
                    break;
                case 5 or 6:
                    List<string> lines = [.. text.ToString().Split('\n')];
                    int line = random.Next(lines.Count);
                    switch (random.Next(4))
                    {
                        case 0:
                            lines.RemoveAt(line);
                            break;
                        case 1:
                            lines.Insert(line, lines[random.Next(lines.Count)]);
                            break;
                        case 2:
                            lines[line] = new string(' ', random.Next(4)) + lines[line];
                            break;
                        default:
                            string[] others = pictures[random.Next(pictures.Length)].Split('\n');
                            lines.Insert(line, others[random.Next(others.Length)]);
                            break;
                    }

                    text = new StringBuilder(string.Join('\n', lines));
                    break;
                case 7 when random.Next(4) == 0:
                    text.Length = place;
                    break;
                default:
                    text.Insert(place, s_snippets[random.Next(s_snippets.Length)]);
                    break;
            }
        }

        return text.ToString();
    }

    private static readonly string[] s_snippets =
    [
        "(16 bits)", "(4)", "(64)", "(999999 bytes)", "(variable)", "(cont.)", "(continued)", "...", "+-+", "+--+", "|", "||", "/", ":", "~", "\\", "!", "\t", "\r\n", "\n", "\n\n",
        "A:16", "\nData:*\n", "\nLength:[Length]", "=", "\"", "\"A\"", "----------", "0 1 2 3", "\0", "\uFEFF", "\u2028", "-\n", "- ",
    ];

    private static string Letters(Random random) => random.Next(4) switch
    {
        0 => "|+-= /:~.!\\()0179"[random.Next(17)].ToString(),
        1 => ((char)random.Next(32, 127)).ToString(),
        2 => ((char)random.Next(0x10000)).ToString(),
        _ => new Rune(random.Next(0xE000, 0x110000)).ToString(),
    };

    private static TimeSpan Longer(TimeSpan first, TimeSpan second) => first > second ? first : second;

    private static string Ruling(int bits) => $"{Repeat("+-", bits)}+";

    private static string Repeat(string text, int count) => new StringBuilder().Insert(0, text, count).ToString();

    private static string Cell(string text) => $"+{new string('-', text.Length)}+{new string('-', text.Length)}+\n|{text}|{new string('x', text.Length)}|\n+{new string('-', text.Length)}+{new string('-', text.Length)}+";

    // Rows of so many bits, whose cells are so many bits wide together.
    private static string Rows(int bits, int rows, string cells, int bitsOfCells = 1) => $"{Repeat($"{Ruling(bits)}\n{Repeat(cells, bits / bitsOfCells)}|\n", rows)}{Ruling(bits)}";
}
