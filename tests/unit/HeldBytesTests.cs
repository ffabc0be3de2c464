using PSSockets.Channels;

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
