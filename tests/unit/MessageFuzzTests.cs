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
        int formats = TestSockets.Cases(500);
        const int Messages = 200;
        Random random = new(4);
        byte[] buffer = new byte[300];
        TimeSpan slowest = TimeSpan.Zero;
        for (int seed = 0; seed < formats; seed++)
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
                TimeSpan elapsed = Stopwatch.GetElapsedTime(started);
                if (elapsed > s_longest)
                {
                    // Either the message takes so long, or the machine was busy with something else.
                    double secondsBefore = TestSockets.ThreadSeconds();
                    Decode(message.Format, bytes, what);
                    elapsed = TimeSpan.FromSeconds(TestSockets.ThreadSeconds() - secondsBefore);
                }

                slowest = Longer(slowest, elapsed);

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
        int texts = TestSockets.Cases(20_000);
        for (int index = 0; index < texts; index++)
        {
            string text = Mutated(pictures[index % pictures.Length], random, pictures);
            Read(text, $"text {index}:{Environment.NewLine}{text}");
        }
    }

    [Theory]
    [MemberData(nameof(Adversarial))]
    public void TheReaderIsNotSlowedDown(string name)
    {
        string small = s_adversarial[name](1);
        string large = s_adversarial[name](10);
        GrowsAsItsInput(name, small == large ? () => { } : () => Read(small, name), () => Read(large, name));
    }

    public static TheoryData<string> Adversarial() => [.. s_adversarial.Keys];

    // In the sizes that their names say for n = 10, and in a tenth of them for n = 1.
    private static readonly Dictionary<string, Func<int, string>> s_adversarial = new()
    {
        ["one line of bars"] = n => new string('|', 100_000 * n),
        ["one line of plus signs"] = n => new string('+', 100_000 * n),
        ["one line of dashes"] = n => new string('-', 100_000 * n),
        ["one line of dashes between bars"] = n => $"{Ruling(8)}\n|{new string('-', 100_000 * n)}|\n{Ruling(8)}",
        ["one line of letters"] = n => new string('a', 100_000 * n),
        ["one line of spaces"] = n => $"|{new string(' ', 100_000 * n)}|",
        ["one line of tabs"] = n => $"|{new string('\t', 100_000 * n)}|",
        ["one line of colons"] = n => new string(':', 100_000 * n),
        ["one ruling"] = n => Ruling(50_000 * n),
        ["one row of 50,000 cells"] = n => Rows(5_000 * n, 1, "|A"),
        ["two rows of 25,000 cells"] = n => Rows(2_500 * n, 2, "|A"),
        ["two rows of 25,000 empty cells"] = n => $"{Ruling(2_500 * n)}\n|A{Repeat("| ", (2_500 * n) - 1)}|\n+{new string(' ', (5_000 * n) - 1)}+\n{Repeat("| ", 2_500 * n)}|\n{Ruling(2_500 * n)}",
        ["two rows of cells that are open to each other"] = n => $"{Ruling(2_500 * n)}\n{Repeat("|A", 2_500 * n)}|\n+{new string(' ', (5_000 * n) - 1)}+\n{Repeat("|B", 2_500 * n)}|\n{Ruling(2_500 * n)}",
        ["a row of cells open to one wide cell"] = n => $"{Ruling(10_000 * n)}\n{Repeat("|A", 10_000 * n)}|\n+{new string(' ', (20_000 * n) - 1)}+\n|{new string(' ', (20_000 * n) - 1)}|\n{Ruling(10_000 * n)}",
        ["cells of continued fields"] = n => Rows(8_000 * n, 1, "|      A        | (cont.)       ", 16),
        ["widths that join the cells before"] = n => Rows(8_000 * n, 1, "|   A   |   B   |  C (3 bytes)  ", 16),
        ["widths that join the cells after them"] = n => Rows(8_000 * n, 1, "|  C (3 bytes)  |   A   |   B   ", 16),
        ["a width of all cells"] = n => $"{Ruling((8_000 * n) + 8)}\n|{Repeat("A|", 8_000 * n)}A ({(8_000 * n) + 8})      |\n{Ruling((8_000 * n) + 8)}",
        ["20,000 rows"] = n => Rows(32, 2_000 * n, "|      A                        ", 16),
        ["20,000 rulings"] = n => Repeat($"{Ruling(32)}\n", 2_000 * n),
        ["20,000 broken rulings"] = n => $"{Ruling(32)}\n|{new string(' ', 30)}A{new string(' ', 32)}|\n{Repeat($"+{new string(' ', 63)}+\n", 2_000 * n)}|{new string(' ', 63)}|\n{Ruling(32)}",
        ["20,000 rows that are one field"] = n => $"{Ruling(16)}\n|{new string(' ', 15)}A{new string(' ', 15)}|\n{Repeat($"+{new string(' ', 31)}+\n|{new string(' ', 31)}|\n", 2_000 * n)}{Ruling(16)}",
        ["5,000 rows with a length right of each"] = n => $"{Ruling(16)}\n{Repeat($"|{new string(' ', 14)}A{new string(' ', 16)}|  Size bytes\n{Ruling(16)}\n", 500 * n)}",
        ["20,000 rows of which each other is of dots"] = n => $"{Ruling(16)}\n{Repeat($"|{new string(' ', 14)}A{new string(' ', 16)}|\n{Ruling(16)}\n|{new string(' ', 13)}...{new string(' ', 15)}|\n{Ruling(16)}\n", 1_000 * n)}",
        ["20,000 rows without sides"] = n => $"{Ruling(16)}\n|{new string(' ', 14)}A\n{Repeat($"{Ruling(16)}\n{new string(' ', 14)}A\n", 2_000 * n)}{Ruling(16)}\n{new string(' ', 14)}A{new string(' ', 17)}|\n{Ruling(16)}",
        ["20,000 rows of empty cells"] = n => $"{Ruling(16)}\n|A{new string(' ', 30)}|\n{Repeat($"{Ruling(16)}\n|{new string(' ', 31)}|\n", 2_000 * n)}{Ruling(16)}",
        ["20,000 lines in one box"] = n => $"{Ruling(16)}\n{Repeat($"|{new string(' ', 31)}|\n", 2_000 * n)}{Ruling(16)}",
        ["20,000 lines of text in one box"] = n => $"{Ruling(16)}\n{Repeat($"|  some text{new string(' ', 20)}|\n", 2_000 * n)}{Ruling(16)}",
        ["20,000 lines of changing cells"] = n => $"{Ruling(16)}\n{Repeat($"|A{new string(' ', 14)}|B{new string(' ', 14)}|\n|{new string(' ', 31)}|\n", 1_000 * n)}{Ruling(16)}",
        ["20,000 lines of text below a picture"] = n => $"{Ruling(16)}\n|{new string('A', 31)}|\n{Repeat("this is only a text of many letters\n", 2_000 * n)}",
        ["20,000 lines of text above a picture"] = n => $"{Repeat("this is only a text of 10 letters\n", 2_000 * n)}{Ruling(16)}\n|{new string('A', 31)}|\n{Ruling(16)}",
        ["20,000 empty lines"] = n => $"{Ruling(16)}\n{Repeat($"|{new string('A', 31)}|\n\n\n\n{Ruling(16)}\n\n\n\n", 250 * n)}",
        ["20,000 entries below a picture"] = n => $"{Ruling(16)}\n|{new string('A', 31)}|\n{Ruling(16)}\n{Repeat($"A{new string('a', 30)}:16:bytes\n", 2_000 * n)}",
        ["20,000 entries for as many fields"] = n => Rows(32, 1_000 * n, "|      A                        ", 16) + "\n" + string.Join('\n', Enumerable.Range(2, 1_900 * n).Select(number => $"A{number}::hex")),
        ["20,000 fields"] = n => string.Join('\n', Enumerable.Range(0, 2_000 * n).Select(number => $"Field{number}:16")),
        ["20,000 sizes above cells"] = n => $" {Repeat("1 byte ", 2_000 * n)}\n --------\n{Repeat("| AB ", 2_000 * n)}|\n --------",
        ["20,000 sizes below names"] = n => $"+----+\n{Repeat("| AB ", 2_000 * n)}|\n+----+\n{Repeat("| 1 ", 2_000 * n)}|\n+----+",
        ["deep brackets"] = n => Cell(new string('(', 20_000 * n)),
        ["deep brackets that close"] = n => Cell(new string('(', 10_000 * n) + new string(')', 10_000 * n)),
        ["many brackets"] = n => Cell(Repeat("(a)", 10_000 * n)),
        ["digits in brackets"] = n => Cell($"({new string('1', 20_000 * n)})"),
        ["digits and bits in brackets"] = n => Cell($"({Repeat("1 bits or ", 3_000 * n)}x)"),
        ["words in brackets"] = n => Cell($"({Repeat("variable ", 3_000 * n)}x)"),
        ["bytes in brackets"] = n => Cell($"({Repeat("bytes-", 3_000 * n)}x)"),
        ["spaces in a cell"] = n => Cell($"a{new string(' ', 20_000 * n)}b"),
        ["spaces in brackets"] = n => Cell($"(max{new string(' ', 20_000 * n)}b"),
        ["dots in a cell"] = n => Cell($"{new string('.', 20_000 * n)}b"),
        ["spaced dots in a cell"] = n => Cell($"{Repeat(". ", 10_000 * n)}b"),
        ["commas in a cell"] = n => Cell($"{Repeat(",  ", 7_000 * n)}b"),
        ["conditions in a cell"] = n => Cell($"{Repeat(", if ", 4_000 * n)}"),
        ["continued in a cell"] = n => Cell($"{Repeat("continued ", 2_000 * n)}b"),
        ["a dash and a hyphen at each end"] = n => $"{Ruling(16)}\n{Repeat($"|{new string('a', 30)}-|\n", 2_000 * n)}{Ruling(16)}",
        ["digits above dashes"] = n => $"{new string('1', 100_000 * n)}\n------\n| A |\n------",
        ["digits and spaces above dashes"] = n => $"{Repeat("1   ", 25_000 * n)}\n------\n| A |\n------",
        ["letters and spaces above dashes"] = n => $"a{new string(' ', 100_000 * n)}x\n------\n| A |\n------",
        ["dashes that are not a line"] = n => $"{new string('-', 100_000 * n)}x\n{new string(' ', 100_000 * n)}x",
        ["dashes after plus signs"] = n => Repeat("+---------- ", 8_000 * n),
        ["slashes after plus signs"] = n => Repeat("+--////////", 8_000 * n),
        ["bit numbers"] = n => $"{string.Join(' ', Enumerable.Range(0, 10_000 * n))}\n+----+----+\n| A  | B  |\n+----+----+",
        ["a bit number that overflows"] = _ => "0 2147483647\n+----+----+\n| A  | B  |\n+----+----+",
        ["bit numbers that overflow"] = _ => $"{new string('9', 1000)} {new string('9', 1000)} 7\n+----+----+\n| A  | B  |\n+----+----+",
        ["a bit number as large as the ruling"] = n => $"0 {(100_000 * n) - 1}\n+{new string('-', 100_000 * n)}+\n|{new string(' ', 50_000 * n)}|{new string('A', (50_000 * n) - 1)}|\n+{new string('-', 100_000 * n)}+",
        ["a width that overflows"] = _ => Cell("A (99999999999999999999 bits)"),
        ["a width that overflows in bytes"] = _ => Cell("A (1152921504606846977 bytes)"),
        ["the largest width"] = _ => Cell("A (2147483647 bytes)"),
        ["a tall box of the largest width"] = _ => $"{Ruling(16)}\n|A (2147483647 octets){new string(' ', 10)}|\n|{new string(' ', 31)}|\n{Ruling(16)}",
        ["a size that overflows"] = _ => " 99999999999 bytes  2147483647 bytes\n ------\n| A | B |\n ------",
        ["a field that is too wide"] = _ => "X:2147483647",
        ["a field whose width overflows"] = _ => "X:99999999999999999999",
        ["a length that overflows"] = _ => "A:64 B:[A*2147483647-2147483648]",
        ["a unit that overflows"] = _ => "A:64 B:[A*99999999999+1]",
        ["entries of letters"] = n => $"{new string('a', 100_000 * n)}:",
        ["entries that do not close"] = n => Repeat("a:[a", 25_000 * n),
        ["entries of signs"] = n => $"a:[{Repeat("+-*", 30_000 * n)}",
        ["entries of colons"] = n => Repeat("a:", 50_000 * n),
        ["entries of commas"] = n => Repeat("a,", 50_000 * n),
        ["formats in formats"] = n => $"A:{Repeat("(A:", 10_000 * n)}8{Repeat(")", 10_000 * n)}",
        ["brackets in a calculation"] = n => $"A:8 B:[{Repeat("(", 10_000 * n)}A{Repeat(")", 10_000 * n)}]",
        ["signs in a condition"] = n => $"A:8 B:8?{Repeat("!", 20_000 * n)}A",
        ["names of values"] = n => $"A:16{{{string.Join(',', Enumerable.Range(0, 200 * n).Select(number => $"N{number}={number}"))}}}",
        ["letters before a bracket"] = n => $"{Repeat("a", 50_000 * n)}(8)",
        ["words before brackets"] = n => $"{Repeat("a b (", 20_000 * n)}8)",
        ["fields of RFC 9000"] = n => Repeat("Name (8), ", 2_000 * n),
        ["cuts in a ruling"] = n => $"{Repeat("+---...---", 2_000 * n)}+\n|{Repeat("    A    |", 2_000 * n)}\n{Repeat("+---...---", 2_000 * n)}+",
        ["bars in a ruling"] = n => $"{Repeat("+-|-", 20_000 * n)}+\n|A{new string(' ', (80_000 * n) - 2)}|\n{Repeat("+-|-", 20_000 * n)}+",
        ["wide letters"] = n => $"{Ruling(8)}\n|{Repeat("名", 20_000 * n)}|\n{Ruling(8)}",
        ["accents"] = n => $"{Ruling(8)}\n|{Repeat("e\u0301", 20_000 * n)}|\n{Ruling(8)}",
        ["lines of comments"] = n => Repeat($"// {Ruling(8)}\n// |       A       |\n", 500 * n),
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
        GrowsAsItsInput("the widest field", () => DrawAndRead(FieldLength.MaximumBits / 80 * 8), () => DrawAndRead(FieldLength.MaximumBits));

        static void DrawAndRead(int bits)
        {
            MessageFormat format = new("A:8", $"Widest:{bits}:bytes", "B:8");
            Assert.Equal(format.FieldList, MessageFormatReader.Read([DiagramWriter.Write(format, rowBits: 16)], []).FieldList);
        }
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

    // Ten times the input takes about ten times as long, where its square would make it a hundred times: in processor time,
    // which does not depend on what else the machine does. What takes next to nothing is not compared.
    private static void GrowsAsItsInput(string what, Action small, Action large)
    {
        const double Least = 0.02;
        const double LongestGrowth = 30;
        small(); // compiles what is measured
        double growth = double.MaxValue;
        double seconds = 0;
        for (int attempt = 0; attempt < 5 && growth > LongestGrowth; attempt++)
        {
            double least = Math.Max(ProcessorSeconds(small), Least);
            seconds = ProcessorSeconds(large);
            growth = Math.Min(growth, seconds / least);
        }

        Assert.True(growth <= LongestGrowth, $"ten times the input took {growth:f0} times as long, at last {seconds:f2} s: {what}");
    }

    private static double ProcessorSeconds(Action action)
    {
        double before = TestSockets.ThreadSeconds();
        action();
        return TestSockets.ThreadSeconds() - before;
    }

    private static void Read(string text, string what)
    {
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

        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
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
