using System.Net;
using System.Runtime.InteropServices;
using PSSockets.Native;

namespace PSSockets.UnitTests;

public sealed class ControlMessagesTests
{
    private static readonly byte[] IPv4 = Message(0, 8, [7, 0, 0, 0, 127, 0, 0, 9, 127, 0, 0, 1]);
    private static readonly byte[] IPv6 = Message(41, 50, [.. Address6, 5, 0, 0, 0]);
    private static readonly byte[] Time = Message(1, 35, [.. BitConverter.GetBytes((nint)1_700_000_000), .. BitConverter.GetBytes((nint)123_456_789)]);
    private static readonly byte[] Other = Message(1, 2, [1, 2, 3]);

    private static byte[] Address6 => [0x20, 0x01, 0x0D, 0xB8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1];

    [Fact]
    public void NothingSaysNothing()
    {
        Check([], "", 0, 0);
    }

    [Fact]
    public void ReadsPacketInformationOfIPv4()
    {
        // The third field, the header's destination, is the one that was sent to.
        Check(IPv4, "7F000001", 7, 0);
    }

    [Fact]
    public void ReadsPacketInformationOfIPv6()
    {
        Check(IPv6, "20010DB8000000000000000000000001", 5, 0);
    }

    [Fact]
    public void ReadsTheTime()
    {
        Check(Time, "", 0, 1_700_000_000_123_456_789);
    }

    [Fact]
    public void ReadsSeveralInAnyOrderAndPassesOthersOver()
    {
        Check([.. Time, .. Other, .. IPv4], "7F000001", 7, 1_700_000_000_123_456_789);
        Check([.. Other, .. IPv6, .. Time], "20010DB8000000000000000000000001", 5, 1_700_000_000_123_456_789);
    }

    [Fact]
    public void IPv6GoesBeforeIPv4()
    {
        Check([.. IPv4, .. IPv6], "20010DB8000000000000000000000001", 5, 0);
        Check([.. IPv6, .. IPv4], "20010DB8000000000000000000000001", 5, 0);
    }

    [Theory]
    // As Linux has it, and Windows.
    [InlineData("127.0.0.2", 0, "1C000000000000000000000008000000000000007F0000020000000000000000", "180000000000000000000000130000007F00000200000000")]
    [InlineData("169.254.1.2", 3, "1C00000000000000000000000800000003000000A9FE01020000000000000000", "18000000000000000000000013000000A9FE010203000000")]
    [InlineData("0.0.0.0", 3, "1C0000000000000000000000080000000300000000000000" + "0000000000000000", "180000000000000000000000130000000000000003000000")]
    [InlineData("2001:db8::1", 5, "2400000000000000290000003200000020010DB80000000000000000000000010500000000000000", "2400000000000000290000001300000020010DB80000000000000000000000010500000000000000")]
    public void WritesWhereToSendFrom(string address, int interfaceIndex, string expected, string onWindows)
    {
        Span<byte> control = stackalloc byte[ControlMessages.LongestSource];
        control.Fill(0xFF);
        int length = ControlMessages.WriteSource(control, IPAddress.Parse(address), interfaceIndex);
        Assert.Equal(OperatingSystem.IsWindows() ? onWindows : expected, Convert.ToHexString(control[..length]));
    }

    [Fact]
    public void TheLastNeedsNoPadding()
    {
        Check([.. Time, .. IPv4.AsSpan(0, 28)], "7F000001", 7, 1_700_000_000_123_456_789);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(15)]
    [InlineData(1000)]
    [InlineData(-1)]
    public void AnImpossibleLengthEndsTheReading(int length)
    {
        byte[] broken = [.. Other];
        MemoryMarshal.Write(broken, (nint)length);
        Check([.. Time, .. broken, .. IPv4], "", 0, 1_700_000_000_123_456_789);
    }

    [Fact]
    public void ReadsTheSizeOfSegments()
    {
        ControlMessages.Read([.. Time, .. Message(17, 104, BitConverter.GetBytes(1400)), .. IPv6], out _, out int index, out _, out int size);
        Assert.Equal(5, index);
        Assert.Equal(1400, size);
        ControlMessages.Read([.. Time, .. IPv6], out _, out _, out _, out size);
        Assert.Equal(0, size);
    }

    [Fact]
    public void WritesTheSizeOfSegments()
    {
        byte[] control = new byte[ControlMessages.SegmentSizeLength];
        ControlMessages.WriteSegmentSize(control, 1400);
        Assert.Equal(Message(17, 103, BitConverter.GetBytes((ushort)1400)), control);
    }

    [Fact]
    public void EveryCutIsRead()
    {
        byte[] all = [.. Time, .. IPv4];
        for (int length = 0; length < all.Length; length++)
        {
            ControlMessages.Read(all.AsSpan(0, length), out ReadOnlySpan<byte> address, out _, out long time);
            Assert.Equal(length < Time.Length ? 0 : 1_700_000_000_123_456_789, time);
            Assert.Equal(length < Time.Length + 28, address.IsEmpty);
        }
    }

    private static byte[] Message(int level, int type, byte[] data)
    {
        int length = nint.Size + 8 + data.Length;
        byte[] message = new byte[(length + nint.Size - 1) / nint.Size * nint.Size];
        MemoryMarshal.Write(message, (nint)length);
        MemoryMarshal.Write(message.AsSpan(nint.Size), level);
        MemoryMarshal.Write(message.AsSpan(nint.Size + 4), type);
        data.CopyTo(message, nint.Size + 8);
        return message;
    }

    private static void Check(byte[] control, string address, int interfaceIndex, long unixNanoseconds)
    {
        ControlMessages.Read(control, out ReadOnlySpan<byte> readAddress, out int readIndex, out long readTime);
        Assert.Equal(address, Convert.ToHexString(readAddress));
        Assert.Equal(interfaceIndex, readIndex);
        Assert.Equal(unixNanoseconds, readTime);
    }
}
