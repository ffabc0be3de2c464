using System.Numerics;
using PSSockets.Messages;

namespace PSSockets.UnitTests;

/// <summary>What holds for every format and every message: each case is made from its number, so that a failing one can be made again.</summary>
public sealed class MessagePropertyTests
{
    private static readonly int s_cases = TestSockets.Cases(10_000);

    [Fact]
    public void EncodesAsTheReferenceDoes()
    {
        for (int seed = 0; seed < s_cases; seed++)
        {
            RandomMessage message = new(seed);
            byte[] encoded = message.Format.Encoder.Encode(message.Given);
            Assert.True(message.Bytes.AsSpan().SequenceEqual(encoded), $"case {seed}: {message} was encoded as {Convert.ToHexString(encoded)}");
        }
    }

    [Fact]
    public void DecodesWhatWasEncoded()
    {
        for (int seed = 0; seed < s_cases; seed++)
        {
            RandomMessage message = new(seed);
            object?[] values = message.Format.DecodeValues(message.Bytes);
            Assert.Equal(message.Format.Fields.Count, values.Length);
            for (int position = 0; position < values.Length; position++)
            {
                Assert.True(
                    RandomMessage.AreSame(message.Expected[position], values[position]),
                    $"case {seed}: {message}: {message.Format.Fields[position]} is {message.Expected[position]} and was decoded as {values[position]} ({values[position]?.GetType().Name})");
            }
        }
    }

    [Fact]
    public void EncodesWhatWasDecoded()
    {
        for (int seed = 0; seed < s_cases; seed++)
        {
            RandomMessage message = new(seed);
            object?[] values = message.Format.DecodeValues(message.Bytes);
            byte[] encoded = message.Format.Encoder.Encode(message.Format.Fields.Select((field, position) => KeyValuePair.Create(field.Name, values[position])));
            Assert.True(message.Bytes.AsSpan().SequenceEqual(encoded), $"case {seed}: {message} was encoded as {Convert.ToHexString(encoded)}");
        }
    }

    [Fact]
    public void TheFieldListMakesTheSameFormat()
    {
        for (int seed = 0; seed < s_cases; seed++)
        {
            MessageFormat format = new RandomMessage(seed).Format;
            AssertSame(format, new MessageFormat([.. format.FieldList]), $"case {seed}");
            AssertSame(format, MessageFormatReader.Read([], [.. format.Fields.Select(field => field.ToString())]), $"case {seed}");
            AssertSame(format, MessageFormatReader.Read([string.Join(' ', format.FieldList)], []), $"case {seed}");
        }
    }

    [Theory]
    [InlineData(8, false)]
    [InlineData(8, true)]
    [InlineData(16, false)]
    [InlineData(16, true)]
    [InlineData(32, false)]
    [InlineData(32, true)]
    [InlineData(64, false)]
    [InlineData(64, true)]
    public void WhatIsDrawnIsReadAsTheSameFormat(int rowBits, bool withValues)
    {
        for (int seed = 0; seed < s_cases; seed += 4)
        {
            // Half of them have fields of fixed width only.
            RandomMessage message = new(seed + BitOperations.Log2((uint)rowBits) - 3, isFixed: seed % 8 == 0);
            string drawing = DiagramWriter.Write(message.Format, withValues ? message.Expected : null, rowBits);
            string what = $"case {seed}: {message}{Environment.NewLine}{drawing}";
            MessageFormat read;
            try
            {
                read = MessageFormatReader.Read([drawing], []);
            }
            catch (SocketInputException exception)
            {
                throw new InvalidOperationException(what, exception);
            }

            AssertSame(message.Format, read, what);
        }
    }

    [Fact]
    public void DecodedObjectsHoldTheValues()
    {
        for (int seed = 0; seed < s_cases; seed++)
        {
            RandomMessage message = new(seed);
            BinaryMessage decoded = message.Format.Decode(message.Bytes, message.Bytes);
            for (int position = 0; position < message.Expected.Count; position++)
            {
                Assert.True(RandomMessage.AreSame(message.Expected[position], decoded.ValueAt(position)), $"case {seed}: {message.Format.Fields[position]}");
            }
        }
    }

    private static void AssertSame(MessageFormat expected, MessageFormat actual, string what)
    {
        Assert.True(expected.Fields.Count == actual.Fields.Count, $"{what}{Environment.NewLine}was read as {string.Join(' ', actual.FieldList)}");
        foreach ((MessageField first, MessageField second) in expected.Fields.Zip(actual.Fields))
        {
            Assert.True(
                first.Name == second.Name && first.Offset == second.Offset && first.Width == second.Width && first.Type == second.Type && first.ToString() == second.ToString(),
                $"{what}{Environment.NewLine}has {first} and was read with {second}");
        }
    }
}
