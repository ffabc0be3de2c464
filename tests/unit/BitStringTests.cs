using PSSockets.Messages;

namespace PSSockets.UnitTests;

public sealed class BitStringTests
{
    [Fact]
    public void ReadsAndWritesEveryWidthAtEveryPlace()
    {
        Random random = new(3);
        for (int offset = 0; offset < 24; offset++)
        {
            for (int width = 1; width <= 64; width++)
            {
                string value = string.Concat(Enumerable.Range(0, width).Select(_ => random.Next(2)));
                string bits = (new string('0', offset) + value).PadRight(96, '0');
                byte[] expected = [.. Enumerable.Range(0, 12).Select(place => Convert.ToByte(bits.Substring(place * 8, 8), 2))];
                ulong number = Convert.ToUInt64(value, 2);

                byte[] written = new byte[12];
                BitString.Write(written, offset, width, number);
                Assert.Equal(expected, written);
                Assert.Equal(number, BitString.Read(expected, offset, width));

                byte[] bytes = BitString.ReadBytes(expected, offset, width);
                Assert.Equal((width + 7) / 8, bytes.Length);
                byte[] again = new byte[12];
                BitString.WriteBytes(again, offset, width, bytes);
                Assert.Equal(expected, again);
            }
        }
    }

    [Fact]
    public void NothingBesideTheBitsCounts()
    {
        byte[] ones = [0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF];
        Assert.Equal(0x7UL, BitString.Read(ones, 2, 3));
        Assert.Equal(ulong.MaxValue, BitString.Read(ones, 7, 64));
        Assert.Equal([0x01, 0xFF], BitString.ReadBytes(ones, 3, 9));
        byte[] written = new byte[2];
        BitString.Write(written, 4, 4, 0xFFFF);
        Assert.Equal([0x0F, 0], written);
    }

    [Theory]
    [InlineData(0, 0UL)]
    [InlineData(1, 1UL)]
    [InlineData(63, ulong.MaxValue >> 1)]
    [InlineData(64, ulong.MaxValue)]
    public void Masks(int width, ulong mask) => Assert.Equal(mask, BitString.Mask(width));
}
