using System.Buffers.Binary;
using System.Globalization;
using System.Numerics;
using PSSockets.Errors;

namespace PSSockets.Messages;

/// <summary>Host order and network order: byteorder(3). Network order is big-endian, the most significant byte first.</summary>
internal static class NetworkOrder
{
    /// <summary>The widths there are, in bits.</summary>
    public static IReadOnlyList<int> Widths { get; } = [8, 16, 32, 64];

    /// <summary>The bits of a value of any integer type, in host order.</summary>
    /// <param name="value">An integer: any of .NET's, or digits.</param>
    /// <param name="width">The width in bits; null lets the value's type decide, and is then replaced by its width.</param>
    /// <exception cref="SocketInputException"><c>ValueOutOfRange</c>, <c>WidthRequired</c>, or <c>InvalidArgument</c> where it is no integer.</exception>
    public static ulong ToBits(object? value, ref int? width)
    {
        (Int128 number, int? natural) = Read(value);
        width ??= natural ?? throw new SocketInputException(
            ErrorIds.WidthRequired,
            $"'{value}' is a {value?.GetType().Name}, which has no width of its own",
            "Say how many bits it has with -Width 8, 16, 32 or 64.",
            value);
        Int128 most = (Int128.One << width.Value) - 1;
        Int128 least = -(Int128.One << (width.Value - 1));
        if (number < least || number > most)
        {
            throw new SocketInputException(
                ErrorIds.ValueOutOfRange,
                $"{value} does not fit {width} bits, which hold {least} to {most}",
                "Use a larger -Width, or a smaller value.",
                value);
        }

        return (ulong)(number & most);
    }

    /// <summary>The integer whose memory, on this machine, holds the bits in network order: htons(3), htonl(3). Its own inverse.</summary>
    public static ulong Swap(ulong bits, int width) => BitConverter.IsLittleEndian
        ? BinaryPrimitives.ReverseEndianness(bits) >> (64 - width)
        : bits;

    /// <summary>The bits as an integer of that width.</summary>
    public static object ToInteger(ulong bits, int width, bool isSigned) => (width, isSigned) switch
    {
        (8, false) => (byte)bits,
        (8, true) => (sbyte)bits,
        (16, false) => (ushort)bits,
        (16, true) => (short)bits,
        (32, false) => (uint)bits,
        (32, true) => (int)bits,
        (_, false) => bits,
        (_, true) => (long)bits,
    };

    /// <summary>Writes the bits most significant byte first.</summary>
    public static void Write(ulong bits, int width, Span<byte> destination)
    {
        Span<byte> whole = stackalloc byte[sizeof(ulong)];
        BinaryPrimitives.WriteUInt64BigEndian(whole, bits);
        whole[^(width / 8)..].CopyTo(destination);
    }

    /// <summary>Reads integers that stand one after the other in network order.</summary>
    /// <exception cref="SocketInputException"><c>InvalidMessage</c>: the length is no multiple of the width.</exception>
    public static IEnumerable<object> ReadAll(byte[] bytes, int width, bool isSigned)
    {
        int size = width / 8;
        return bytes.Length % size == 0
            ? Read()
            : throw new SocketInputException(
                ErrorIds.InvalidMessage,
                $"{bytes.Length} bytes are no whole number of {width}-bit integers",
                $"Pass a multiple of {size} bytes, or another -Width.",
                bytes);

        IEnumerable<object> Read()
        {
            for (int offset = 0; offset < bytes.Length; offset += size)
            {
                ulong bits = 0;
                for (int index = offset; index < offset + size; index++)
                {
                    bits = (bits << 8) | bytes[index];
                }

                yield return ToInteger(bits, width, isSigned);
            }
        }
    }

    private static (Int128 Number, int? Width) Read(object? value) => value switch
    {
        byte number => (number, 8),
        sbyte number => (number, 8),
        short number => (number, 16),
        ushort number => (number, 16),
        int number => (number, 32),
        uint number => (number, 32),
        long number => (number, 64),
        ulong number => (number, 64),
        Enum name => Read(Convert.ChangeType(name, Enum.GetUnderlyingType(name.GetType()), CultureInfo.InvariantCulture)),
        decimal number when decimal.Truncate(number) == number => (Bounded((BigInteger)number), null),
        double number when double.IsInteger(number) => (Bounded((BigInteger)number), null),
        BigInteger number => (Bounded(number), null),
        string digits when BigInteger.TryParse(digits, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out BigInteger number) => (Bounded(number), null),
        _ => throw new SocketInputException(
            ErrorIds.InvalidArgument,
            value is null ? "null is no integer" : $"'{value}' ({value.GetType().Name}) is no integer",
            "Pass whole numbers, such as 55555 or 0xD903.",
            value),
    };

    // Whatever is beyond 64 bits is out of range of every width; this keeps it so within 128.
    private static Int128 Bounded(BigInteger number) => (Int128)BigInteger.Max(-(BigInteger.One << 100), BigInteger.Min(BigInteger.One << 100, number));
}
