using System.Globalization;
using System.Numerics;
using PSSockets.Messages;

namespace PSSockets.UnitTests;

public sealed class FieldIntegerTests
{
    public static TheoryData<object?, string?> Values() => new()
    {
        { (byte)1, "1" },
        { (sbyte)-1, "-1" },
        { (short)-300, "-300" },
        { (ushort)300, "300" },
        { -70000, "-70000" },
        { 70000U, "70000" },
        { long.MinValue, "-9223372036854775808" },
        { ulong.MaxValue, "18446744073709551615" },
        { true, "1" },
        { false, "0" },
        { DayOfWeek.Saturday, "6" },
        { 3m, "3" },
        { 3.0, "3" },
        { 3f, "3" },
        { "42", "42" },
        { " -42 ", "-42" },
        { "0xFF", "255" },
        { "0Xff", "255" },
        { "0x80", "128" },
        { new BigInteger(7), "7" },
        { BigInteger.Pow(10, 40), "1267650600228229401496703205376" },
        { -BigInteger.Pow(10, 40), "-1267650600228229401496703205376" },
        { null, null },
        { "", null },
        { "0x", null },
        { "0xG", null },
        { "0x 1", null },
        { "1,000", null },
        { "1.5", null },
        { 1.5, null },
        { 1.5m, null },
        { double.NaN, null },
        { double.PositiveInfinity, null },
        { 'x', null },
        { new object(), null },
    };

    [Theory]
    [MemberData(nameof(Values))]
    public void ReadsIntegersOfEveryKind(object? value, string? number) => Assert.Equal(number, FieldInteger.Read(value)?.ToString(CultureInfo.InvariantCulture));

    [Fact]
    public void ReadsBigOnesWhole() => Assert.Equal(BigInteger.Pow(10, 40), FieldInteger.ReadBig(BigInteger.Pow(10, 40).ToString(CultureInfo.InvariantCulture)));
}
