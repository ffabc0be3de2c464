using System.Numerics;
using FsCheck;
using FsCheck.Fluent;
using PSSockets.Messages;

namespace PSSockets.UnitTests;

public sealed class NetworkOrderTests
{
    [Fact]
    public void ThereAreFourWidths()
    {
        Assert.Equal([8, 16, 32, 64], NetworkOrder.Widths);
    }

    [Theory]
    [InlineData(8, 0x35UL, 0x35UL)]
    [InlineData(16, 55555UL, 985UL)]
    [InlineData(16, 1UL, 256UL)]
    [InlineData(16, 0xFFFFUL, 0xFFFFUL)]
    [InlineData(32, 1UL, 16777216UL)]
    [InlineData(32, 0x12345678UL, 0x78563412UL)]
    [InlineData(32, 0x7F000001UL, 16777343UL)]
    [InlineData(64, 1UL, 0x0100000000000000UL)]
    [InlineData(64, 0x0123456789ABCDEFUL, 0xEFCDAB8967452301UL)]
    public void SwapsAsHtonsAndHtonlDo(int width, ulong host, ulong network)
    {
        // The values are those of a little-endian machine; on a big-endian one both orders are the same.
        Assert.Equal(BitConverter.IsLittleEndian ? network : host, NetworkOrder.Swap(host, width));
        Assert.Equal(host, NetworkOrder.Swap(NetworkOrder.Swap(host, width), width));
    }

    [Theory]
    [InlineData(8, 0x35UL, "35")]
    [InlineData(16, 55555UL, "D903")]
    [InlineData(32, 55555UL, "0000D903")]
    [InlineData(64, 55555UL, "000000000000D903")]
    [InlineData(64, ulong.MaxValue, "FFFFFFFFFFFFFFFF")]
    public void WritesTheMostSignificantByteFirst(int width, ulong bits, string expected)
    {
        Assert.Equal(expected, Convert.ToHexString(Written(bits, width)));
    }

    [Fact]
    public void WritesNothingAfterTheValue()
    {
        byte[] bytes = new byte[8];
        Array.Fill(bytes, (byte)0xAA);
        NetworkOrder.Write(0x1234, 16, bytes);
        Assert.Equal("1234AAAAAAAAAAAA", Convert.ToHexString(bytes));
    }

    [Fact]
    public void EveryByteComesBack() => RoundTrips<byte>(8, isSigned: false);

    [Fact]
    public void EverySignedByteComesBack() => RoundTrips<sbyte>(8, isSigned: true);

    [Fact]
    public void EveryUInt16ComesBack() => RoundTrips<ushort>(16, isSigned: false);

    [Fact]
    public void EveryInt16ComesBack() => RoundTrips<short>(16, isSigned: true);

    [Fact]
    public void EveryUInt32ComesBack() => RoundTrips<uint>(32, isSigned: false);

    [Fact]
    public void EveryInt32ComesBack() => RoundTrips<int>(32, isSigned: true);

    [Fact]
    public void EveryUInt64ComesBack() => RoundTrips<ulong>(64, isSigned: false);

    [Fact]
    public void EveryInt64ComesBack() => RoundTrips<long>(64, isSigned: true);

    [Fact]
    public void ReadsWhatWasWrittenOneAfterTheOther()
    {
        Prop.ForAll<uint[]>(values =>
        {
            byte[] bytes = [.. values.SelectMany(value => Written(value, 32))];
            return NetworkOrder.ReadAll(bytes, 32, isSigned: false).Cast<uint>().SequenceEqual(values);
        }).QuickCheckThrowOnFailure();
    }

    [Theory]
    [InlineData((byte)1, 8)]
    [InlineData((sbyte)1, 8)]
    [InlineData((short)1, 16)]
    [InlineData((ushort)1, 16)]
    [InlineData(1, 32)]
    [InlineData(1U, 32)]
    [InlineData(1L, 64)]
    [InlineData(1UL, 64)]
    [InlineData(DayOfWeek.Monday, 32)]
    public void TheTypeDecidesTheWidth(object value, int expected)
    {
        int? width = null;
        Assert.Equal(1UL, NetworkOrder.ToBits(value, ref width));
        Assert.Equal(expected, width);
    }

    [Fact]
    public void TheGivenWidthWins()
    {
        Assert.Equal(55555UL, Bits(55555, 16));
        Assert.Equal(0xFFFFUL, Bits(-1, 16));
        Assert.Equal(0xFFFFFFFFFFFFFFFFUL, Bits((sbyte)-1, 64));
        Assert.Equal(200UL, Bits(200L, 8));
        Assert.Equal(55555UL, Bits("55555", 16));
        Assert.Equal(55555UL, Bits(55555m, 16));
        Assert.Equal(55555UL, Bits(55555.0, 16));
        Assert.Equal(ulong.MaxValue, Bits(new BigInteger(ulong.MaxValue), 64));
    }

    [Theory]
    [InlineData(8, -128, 255)]
    [InlineData(16, -32768, 65535)]
    [InlineData(32, -2147483648L, 4294967295L)]
    public void AWidthHoldsSignedAndUnsigned(int width, long least, long most)
    {
        ulong highest = 1UL << (width - 1);
        Assert.Equal(highest, Bits(least, width));
        Assert.Equal((ulong)most, Bits(most, width));
        OutOfRange(least - 1, width);
        OutOfRange(most + 1, width);
    }

    [Fact]
    public void SixtyFourBitsHoldSignedAndUnsigned()
    {
        Assert.Equal(1UL << 63, Bits(long.MinValue, 64));
        Assert.Equal(ulong.MaxValue, Bits(ulong.MaxValue, 64));
        OutOfRange(new BigInteger(ulong.MaxValue) + 1, 64);
        OutOfRange(new BigInteger(long.MinValue) - 1, 64);
        OutOfRange(decimal.MaxValue, 64);
        OutOfRange(double.MaxValue, 64);
        OutOfRange(double.MinValue, 64);
        OutOfRange("999999999999999999999999999999999999999999999999", 64);
    }

    [Fact]
    public void OutOfRangeSaysTheBounds()
    {
        int? width = 16;
        SocketInputException exception = Assert.Throws<SocketInputException>(() => NetworkOrder.ToBits(65536, ref width));
        Assert.Equal("65536 does not fit 16 bits, which hold -32768 to 65535", exception.Message);
        Assert.Equal(65536, exception.Target);
    }

    [Theory]
    [InlineData("55555", "String")]
    [InlineData(55555.0, "Double")]
    public void AWidthIsRequiredWhereTheTypeHasNone(object value, string type)
    {
        int? width = null;
        SocketInputException exception = Assert.Throws<SocketInputException>(() => NetworkOrder.ToBits(value, ref width));
        Assert.Equal("WidthRequired", exception.ErrorId);
        Assert.Contains(type, exception.Message, StringComparison.Ordinal);
        Assert.Contains("-Width", exception.RecommendedAction, StringComparison.Ordinal);
        Assert.Null(width);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("abc")]
    [InlineData("1.5")]
    [InlineData("1,000")]
    [InlineData(1.5)]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    [InlineData(true)]
    [InlineData('1')]
    public void WhatIsNoIntegerIsRefused(object? value)
    {
        int? width = 32;
        SocketInputException exception = Assert.Throws<SocketInputException>(() => NetworkOrder.ToBits(value, ref width));
        Assert.Equal("InvalidArgument", exception.ErrorId);
        Assert.Contains("is not an integer", exception.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(16, 1)]
    [InlineData(16, 3)]
    [InlineData(32, 6)]
    [InlineData(64, 4)]
    [InlineData(64, 15)]
    public void ALengthThatIsNoMultipleIsRefused(int width, int length)
    {
        SocketInputException exception = Assert.Throws<SocketInputException>(() => NetworkOrder.ReadAll(new byte[length], width, isSigned: false));
        Assert.Equal("InvalidMessage", exception.ErrorId);
        Assert.Equal($"{length} bytes are not a whole number of {width}-bit integers", exception.Message);
    }

    [Fact]
    public void NoBytesAreNoIntegers()
    {
        Assert.Empty(NetworkOrder.ReadAll([], 64, isSigned: true));
    }

    [Theory]
    [InlineData(8, false, (byte)0xFF)]
    [InlineData(8, true, (sbyte)-1)]
    [InlineData(16, false, (ushort)0xFFFF)]
    [InlineData(16, true, (short)-1)]
    [InlineData(32, false, 0xFFFFFFFFU)]
    [InlineData(32, true, -1)]
    [InlineData(64, false, ulong.MaxValue)]
    [InlineData(64, true, -1L)]
    public void GivesTheTypeOfTheWidth(int width, bool isSigned, object expected)
    {
        object only = Assert.Single(NetworkOrder.ReadAll(Written(ulong.MaxValue, width), width, isSigned));
        Assert.Equal(expected, only);
        Assert.Equal(expected.GetType(), only.GetType());
    }

    public static TheoryData<Array, int> Arrays => new()
    {
        { new byte[] { 0, 1, 0xFF }, 8 },
        { new sbyte[] { 0, 1, -1, sbyte.MinValue }, 8 },
        { new ushort[] { 0, 1, 0xD903, 0xFFFF }, 16 },
        { new short[] { 0, 1, -2, short.MinValue }, 16 },
        { new uint[] { 0, 1, 0x12345678, uint.MaxValue }, 32 },
        { new int[] { 0, 1, -2, int.MinValue }, 32 },
        { new ulong[] { 0, 1, 0x0123456789ABCDEF, ulong.MaxValue }, 64 },
        { new long[] { 0, 1, -2, long.MinValue }, 64 },
        { new[] { DayOfWeek.Sunday, DayOfWeek.Saturday }, 32 },
        { new[,] { { 1, 2 }, { 3, 4 } }, 32 },
        { Array.Empty<int>(), 32 },
    };

    [Theory]
    [MemberData(nameof(Arrays))]
    public void AnArrayIsTheSameAsItsIntegers(Array integers, int width)
    {
        Assert.Equal(width, NetworkOrder.WidthOf(integers));
        object[] single = [.. integers.Cast<object>()];
        int? natural = width;
        ulong[] bits = [.. single.Select(integer => NetworkOrder.ToBits(integer, ref natural))];
        byte[] bytes = [.. bits.SelectMany(value => Written(value, width))];
        Assert.Equal(bytes, NetworkOrder.ToBytes(integers));
        Assert.Equal(bytes, NetworkOrder.ToBytes(single, null, item => item));
        Assert.Equal(
            bits.Select(value => NetworkOrder.ToInteger(NetworkOrder.Swap(value, width), width, isSigned: false)),
            NetworkOrder.Objects(NetworkOrder.SwapAll(integers)));
    }

    // The runtime would let some of these pass for arrays of integers.
    [Fact]
    public void OtherArraysHaveNoWidth()
    {
        foreach (Array array in new Array[] { new object[] { 1 }, new[] { 'a' }, new[] { true }, new[] { 1.0 }, new[] { 1m }, new nint[] { 1 }, new[] { "1" }, new Int128[] { 1 } })
        {
            Assert.Null(NetworkOrder.WidthOf(array));
        }
    }

    [Fact]
    public void BytesOfIntegersOfAllTypesStandOneAfterTheOther()
    {
        object[] integers = [(byte)1, 2, (ushort)3, -1, 4L, DayOfWeek.Friday, ulong.MaxValue, (sbyte)-2];
        Assert.Equal(
            "0100000002" + "0003" + "FFFFFFFF" + "0000000000000004" + "00000005" + "FFFFFFFFFFFFFFFF" + "FE",
            Convert.ToHexString(NetworkOrder.ToBytes(integers, null, item => item)));
        Assert.Equal("0001" + "0002" + "FFFF" + "0100", Convert.ToHexString(NetworkOrder.ToBytes([1, "2", -1L, 256m], 16, item => item)));
        Assert.Equal("0000000000000001" + "FFFFFFFFFFFFFFFF", Convert.ToHexString(NetworkOrder.ToBytes([1, -1], 64, item => item)));
        Assert.Empty(NetworkOrder.ToBytes([], null, item => item));
    }

    [Fact]
    public void WrappedIntegersAreUnwrapped()
    {
        Assert.Equal("0000000100000002", Convert.ToHexString(NetworkOrder.ToBytes([1, new Lazy<object>(2)], null, item => item is Lazy<object> lazy ? lazy.Value : item)));
    }

    [Fact]
    public void BytesOfABadIntegerAreItsError()
    {
        SocketInputException exception = Assert.Throws<SocketInputException>(() => NetworkOrder.ToBytes([1, 65536, 2], 16, item => item));
        Assert.Equal("ValueOutOfRange", exception.ErrorId);
        Assert.Equal(65536, exception.Target);
        Assert.Equal("WidthRequired", Assert.Throws<SocketInputException>(() => NetworkOrder.ToBytes([1, "2"], null, item => item)).ErrorId);
    }

    [Fact]
    public void TheQuickWayLeavesTheRestAlone()
    {
        foreach (object? value in new object?[] { null, "1", 1.0, 1m, BigInteger.One, DayOfWeek.Monday, true, 'a' })
        {
            int? width = null;
            Assert.False(NetworkOrder.TryToBits(value, ref width, out _));
            Assert.Null(width);
        }

        int? narrow = 16;
        Assert.False(NetworkOrder.TryToBits(65536, ref narrow, out _));
        Assert.False(NetworkOrder.TryToBits(ulong.MaxValue, ref narrow, out _));
        Assert.Equal(16, narrow);
    }

    private static void RoundTrips<T>(int width, bool isSigned)
        where T : struct, IBinaryInteger<T>
    {
        Prop.ForAll<T>(value =>
        {
            int? natural = null;
            ulong bits = NetworkOrder.ToBits(value, ref natural);
            byte[] bytes = Written(bits, width);
            byte[] expected = new byte[width / 8];
            value.WriteBigEndian(expected);
            ulong back = NetworkOrder.Swap(NetworkOrder.Swap(bits, width), width);
            return natural == width
                && bytes.SequenceEqual(expected)
                && value.Equals(NetworkOrder.ReadAll(bytes, width, isSigned).Single())
                && value.Equals(NetworkOrder.ToInteger(back, width, isSigned));
        }).QuickCheckThrowOnFailure();
    }

    private static byte[] Written(ulong bits, int width)
    {
        byte[] bytes = new byte[width / 8];
        NetworkOrder.Write(bits, width, bytes);
        return bytes;
    }

    private static ulong Bits(object value, int width)
    {
        int? asked = width;
        return NetworkOrder.ToBits(value, ref asked);
    }

    private static void OutOfRange(object value, int width)
    {
        SocketInputException exception = Assert.Throws<SocketInputException>(() => Bits(value, width));
        Assert.Equal("ValueOutOfRange", exception.ErrorId);
        Assert.Contains($"does not fit {width} bits", exception.Message, StringComparison.Ordinal);
    }
}
