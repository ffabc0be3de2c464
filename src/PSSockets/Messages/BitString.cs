using System.Buffers.Binary;

namespace PSSockets.Messages;

/// <summary>Bits counted from the most significant of the first byte, as standards number them.</summary>
internal static class BitString
{
    /// <summary>Reads up to 64 bits as an unsigned integer.</summary>
    public static ulong Read(ReadOnlySpan<byte> bytes, long offset, int width)
    {
        int first = (int)(offset >> 3);
        int shift = (int)(offset & 7);
        if (shift == 0)
        {
            switch (width)
            {
                case 8:
                    return bytes[first];
                case 16:
                    return BinaryPrimitives.ReadUInt16BigEndian(bytes[first..]);
                case 32:
                    return BinaryPrimitives.ReadUInt32BigEndian(bytes[first..]);
                case 64:
                    return BinaryPrimitives.ReadUInt64BigEndian(bytes[first..]);
            }
        }

        int end = shift + width;
        if (end <= 8)
        {
            return (ulong)(bytes[first] >> (8 - end)) & Mask(width);
        }

        UInt128 bits = 0;
        int count = (end + 7) >> 3;
        for (int index = first; index < first + count; index++)
        {
            bits = (bits << 8) | bytes[index];
        }

        return (ulong)(bits >> ((count << 3) - end)) & Mask(width);
    }

    /// <summary>Writes up to 64 bits over bits that are 0.</summary>
    public static void Write(Span<byte> bytes, long offset, int width, ulong value)
    {
        int first = (int)(offset >> 3);
        int end = (int)(offset & 7) + width;
        int count = (end + 7) >> 3;
        UInt128 bits = (UInt128)(value & Mask(width)) << ((count << 3) - end);
        for (int index = first + count - 1; index >= first; index--)
        {
            bytes[index] |= (byte)bits;
            bits >>= 8;
        }
    }

    /// <summary>Reads bits of any number into bytes; where they are not a whole number of bytes, the first has zeros on top.</summary>
    public static byte[] ReadBytes(ReadOnlySpan<byte> bytes, long offset, long width)
    {
        if (((offset | width) & 7) == 0)
        {
            return bytes.Slice((int)(offset >> 3), (int)(width >> 3)).ToArray();
        }

        byte[] result = new byte[(width + 7) >> 3];
        for (int index = result.Length - 1; index >= 0; index--)
        {
            int some = (int)Math.Min(8, width);
            width -= some;
            result[index] = (byte)Read(bytes, offset + width, some);
        }

        return result;
    }

    /// <summary>Writes the lowest bits of some bytes over bits that are 0.</summary>
    public static void WriteBytes(Span<byte> bytes, long offset, long width, ReadOnlySpan<byte> value)
    {
        if (((offset | width) & 7) == 0)
        {
            value.CopyTo(bytes[(int)(offset >> 3)..]);
            return;
        }

        for (int index = value.Length - 1; index >= 0 && width > 0; index--)
        {
            int some = (int)Math.Min(8, width);
            width -= some;
            Write(bytes, offset + width, some, value[index]);
        }
    }

    /// <summary>The lowest bits, all ones.</summary>
    public static ulong Mask(int width) => width >= 64 ? ulong.MaxValue : (1UL << width) - 1;
}
