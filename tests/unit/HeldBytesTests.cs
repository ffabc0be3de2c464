using System.Text;
using PSSockets.Channels;
using PSSockets.Sockets;
using PSSockets.Waiting;

namespace PSSockets.UnitTests;

public sealed class HeldBytesTests
{
    private const int Many = 3 * 1024 * 1024;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void AreThoseThatCameWhateverIsTakenOfThem(int seed)
    {
        Random random = new(seed);
        HeldBytes held = new();
        List<byte> expected = [];
        for (int round = 0; round < 400; round++)
        {
            int size = random.Next(4) switch { 0 => 0, 1 => random.Next(1, 300), 2 => random.Next(1, 70_000), _ => random.Next(1, Many) };
            int likely = random.Next(3) == 0 ? expected.Count + size + random.Next(Many) : 0;
            Memory<byte> room = held.Room(size, likely);
            Assert.Equal(size, room.Length);
            random.NextBytes(room.Span);
            int shown = random.Next(size + 1);
            expected.AddRange(room.Span[..shown]);
            held.Add(shown);
            Assert.Equal(expected.Count, held.Count);
            Assert.True(held.Span().SequenceEqual(expected.ToArray()));

            // What has come after them may be taken with them.
            byte[] seen = held.Span(size - shown).ToArray();
            int dropped = random.Next(3) switch { 0 => seen.Length, 1 => random.Next(seen.Length + 1), _ => random.Next(Math.Min(seen.Length, 100) + 1) };
            int start = random.Next(Math.Min(dropped, 5) + 1);
            int length = random.Next(2) == 0 ? dropped - start : random.Next(dropped - start + 1);
            if (random.Next(2) == 0)
            {
                held.Drop(dropped);
            }
            else
            {
                Assert.True(held.Take(start, length, dropped).AsSpan().SequenceEqual(seen.AsSpan(start, length)));
            }

            expected.RemoveRange(0, Math.Min(dropped, expected.Count));
            Assert.True(held.Span().SequenceEqual(expected.ToArray()));
            if (expected.Count > 4 * Many)
            {
                held.Set([1, 2, 3]);
                expected = [1, 2, 3];
            }
        }
    }

    [Theory]
    [InlineData(100)]
    [InlineData(Many)]
    public void AreHandedOverAsTheyAreWhereTheirNumberWasKnown(int count)
    {
        HeldBytes held = new();
        Memory<byte> room = held.Room(count, count);
        room.Span.Fill(7);
        held.Add(count);
        byte[] taken = held.Take(0, count, count);
        Assert.True(room.Span == taken.AsSpan());
        Assert.Equal(0, held.Count);
    }

    [Fact]
    public void WhatComesBeforeThemIsCopiedOnce()
    {
        HeldBytes held = new();
        byte[] single = [1, 2];
        held.SetBefore([single]);
        Assert.Same(single, held.Take(0, 2, 2));
        held.Room(2, 0).Span.Fill(9);
        held.Add(2);
        held.SetBefore([[1], [2, 3], [4]]);
        Assert.Equal([1, 2, 3, 4, 9, 9], held.Take(0, 6, 6));

        byte[] many = new byte[Many];
        held.Room(Many, 0).Span.Fill(7);
        held.Add(Many);
        long before = GC.GetAllocatedBytesForCurrentThread();
        held.SetBefore([many]);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, (2 * Many) + 10_000);
        Assert.Equal(7, held.Take(0, 2 * Many, 2 * Many)[Many]);
    }

    [Theory]
    [InlineData("x")]
    [InlineData("aä€𝄞")]
    [InlineData("𝄞𝄞𝄞a")]
    [InlineData("€")]
    public void ALongTextIsMadeOfThemPieceByPiece(string unit)
    {
        // Longer than two pieces, with the characters across their borders at each place.
        for (int before = 0; before < 4; before++)
        {
            string text = string.Concat(Enumerable.Repeat(unit, (2 * HeldBytes.LongText / Encoding.UTF8.GetByteCount(unit)) + 3));
            byte[] bytes = [.. new byte[before], .. Encoding.UTF8.GetBytes(text), .. "\nrest"u8];
            HeldBytes held = Hold(bytes);
            Assert.Equal(text, held.TakeText(before, bytes.Length - before - 5, bytes.Length - 4));
            Assert.True(held.Span().SequenceEqual("rest"u8));
        }
    }

    [Fact]
    public void ATextIsNotMadeOfFewNorOfWhatIsNotUtf8NorBeforeMany()
    {
        byte[] bytes = new byte[HeldBytes.LongText + 10];
        HeldBytes held = Hold(bytes);
        Assert.Null(held.TakeText(0, HeldBytes.LongText - 1, HeldBytes.LongText));
        bytes[^1] = 0xFF;
        held = Hold(bytes);
        Assert.Null(held.TakeText(0, bytes.Length, bytes.Length));
        held = Hold(new byte[(2 * HeldBytes.LongText) + 1]);
        Assert.Null(held.TakeText(0, HeldBytes.LongText, HeldBytes.LongText));
        Assert.Equal((2 * HeldBytes.LongText) + 1, held.Count);
    }

    private static HeldBytes Hold(byte[] bytes)
    {
        HeldBytes held = new();
        bytes.CopyTo(held.Room(bytes.Length, 0));
        held.Add(bytes.Length);
        return held;
    }

    [Theory]
    [ClassData(typeof(Engines))]
    public void AreGivenUpWithTheSocketUnlessSomebodyReads(EngineKind kind)
    {
        using StopSignal stop = new();
        using ISocketTransport engine = TestSockets.Engine(kind, stop);
        for (int readers = 0; readers < 2; readers++)
        {
            using StreamPair pair = new();
            SocketRecord record = pair.Receiver;
            ByteChannel channel = ByteChannel.Of(record);
            pair.Arrive(new byte[1000]);
            Assert.Equal(1000, channel.Fill(engine, 2 * Many, 0));
            if (readers > 0)
            {
                channel.BeginRead();
            }

            engine.Close(record);
            Assert.Equal(readers * 1000, channel.Held);
            if (readers > 0)
            {
                channel.EndRead();
                Assert.Equal(0, channel.Held);
            }
        }
    }

    [Fact]
    public void ASmallPieceOfManyCostsNoCopyOfTheRest()
    {
        HeldBytes held = new();
        held.Room(Many, 0).Span.Clear();
        held.Add(Many);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int taken = 0; taken < 1000; taken++)
        {
            Assert.Equal(100, held.Take(0, 100, 101).Length);
        }

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1000 * 1000);
        Assert.Equal(Many - 101_000, held.Count);
    }
}
