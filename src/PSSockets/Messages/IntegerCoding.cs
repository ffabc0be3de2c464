namespace PSSockets.Messages;

/// <summary>Integers that say themselves how many bytes they have; the names, in lower case, are widths of a field list.</summary>
internal enum IntegerCoding
{
    /// <summary>QUIC (RFC 9000, section 16): 1, 2, 4 or 8 bytes, the first two bits say how many; up to 62 bits.</summary>
    Quic,

    /// <summary>MQTT (section 1.5.5): 7 bits a byte, the lowest first; up to 4 bytes.</summary>
    Mqtt,

    /// <summary>LEB128, as of Protocol Buffers and WebAssembly: 7 bits a byte, the lowest first; up to 64 bits.</summary>
    Leb128,

    /// <summary>The lengths of BER and DER (X.690, section 8.1.3): one byte below 128, else the number of bytes and the bytes.</summary>
    Ber,
}

/// <summary>Reads and writes them.</summary>
internal static class CodedInteger
{
    /// <summary>The largest value.</summary>
    public static ulong Largest(IntegerCoding coding) => coding switch
    {
        IntegerCoding.Quic => (1UL << 62) - 1,
        IntegerCoding.Mqtt => (1UL << 28) - 1,
        _ => ulong.MaxValue,
    };

    /// <summary>Reads one.</summary>
    /// <returns>How many bytes it has; 0 where they are not all there, less where they are not such an integer.</returns>
    public static int TryRead(IntegerCoding coding, ReadOnlySpan<byte> bytes, out ulong value)
    {
        value = 0;
        if (bytes.Length == 0)
        {
            return 0;
        }

        int length;
        switch (coding)
        {
            case IntegerCoding.Quic:
                length = 1 << (bytes[0] >> 6);
                if (bytes.Length < length)
                {
                    return 0;
                }

                value = BitString.Read(bytes, 2, (length * 8) - 2);
                return length;
            case IntegerCoding.Ber:
                if (bytes[0] < 0x80)
                {
                    value = bytes[0];
                    return 1;
                }

                length = bytes[0] & 0x7F;
                if (length is 0 or > 8)
                {
                    return -1;
                }

                if (bytes.Length <= length)
                {
                    return 0;
                }

                value = BitString.Read(bytes, 8, length * 8);
                return length + 1;
            default:
                int most = coding == IntegerCoding.Mqtt ? 4 : 10;
                for (int place = 0; place < most; place++)
                {
                    if (place == bytes.Length)
                    {
                        return 0;
                    }

                    if (place == 9 && bytes[place] > 1)
                    {
                        return -1;
                    }

                    value |= (ulong)(bytes[place] & 0x7F) << (7 * place);
                    if (bytes[place] < 0x80)
                    {
                        return place + 1;
                    }
                }

                return -1;
        }
    }

    /// <summary>Writes one, in as few bytes as it takes.</summary>
    public static byte[] Write(IntegerCoding coding, ulong value)
    {
        byte[] bytes;
        switch (coding)
        {
            case IntegerCoding.Quic:
                int power = value < 1UL << 6 ? 0 : value < 1UL << 14 ? 1 : value < 1UL << 30 ? 2 : 3;
                bytes = new byte[1 << power];
                BitString.Write(bytes, 0, 2, (ulong)power);
                BitString.Write(bytes, 2, (bytes.Length * 8) - 2, value);
                return bytes;
            case IntegerCoding.Ber:
                int length = value < 0x80 ? 0 : (71 - System.Numerics.BitOperations.LeadingZeroCount(value)) / 8;
                bytes = new byte[length + 1];
                bytes[0] = length == 0 ? (byte)value : (byte)(0x80 | length);
                if (length > 0)
                {
                    BitString.Write(bytes, 8, length * 8, value);
                }

                return bytes;
            default:
                List<byte> parts = [];
                do
                {
                    parts.Add((byte)((value & 0x7F) | (value > 0x7F ? 0x80UL : 0)));
                    value >>= 7;
                }
                while (value > 0);

                return [.. parts];
        }
    }
}
