using System.Buffers.Binary;
using System.Globalization;
using System.Runtime.InteropServices;
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
    /// <exception cref="SocketInputException"><c>ValueOutOfRange</c>, <c>WidthRequired</c>, or <c>InvalidArgument</c> where it is not an integer.</exception>
    public static ulong ToBits(object? value, ref int? width)
    {
        if (TryToBits(value, ref width, out ulong bits))
        {
            return bits;
        }

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

    /// <summary>The same for the types that are integers of a width; false where only <see cref="ToBits"/> can tell what it is, or what is wrong with it.</summary>
    public static bool TryToBits(object? value, ref int? width, out ulong bits)
    {
        switch (value)
        {
            case int number:
                return TryToBits(number, 32, ref width, out bits);
            case uint number:
                return TryToBits(number, 32, ref width, out bits);
            case byte number:
                return TryToBits(number, 8, ref width, out bits);
            case sbyte number:
                return TryToBits(number, 8, ref width, out bits);
            case short number:
                return TryToBits(number, 16, ref width, out bits);
            case ushort number:
                return TryToBits(number, 16, ref width, out bits);
            case long number:
                return TryToBits(number, 64, ref width, out bits);
            case ulong number when width is null or 64 || number <= long.MaxValue:
                return TryToBits((long)number, 64, ref width, out bits);
            default:
                bits = 0;
                return false;
        }
    }

    private static bool TryToBits(long number, int natural, ref int? width, out ulong bits)
    {
        int wanted = width ?? natural;
        bits = (ulong)number & (ulong.MaxValue >> (64 - wanted));
        if (wanted < 64 && (number < -(1L << (wanted - 1)) || number >= 1L << wanted))
        {
            return false;
        }

        width = wanted;
        return true;
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

    /// <summary>The width of an array's integers; null where it holds anything else, or integers as objects.</summary>
    public static int? WidthOf(Array array) => Type.GetTypeCode(array.GetType().GetElementType()) switch
    {
        TypeCode.Byte or TypeCode.SByte => 8,
        TypeCode.UInt16 or TypeCode.Int16 => 16,
        TypeCode.UInt32 or TypeCode.Int32 => 32,
        TypeCode.UInt64 or TypeCode.Int64 => 64,
        _ => null,
    };

    /// <summary>The integers of an array that <see cref="WidthOf"/> knows, as <see cref="Swap"/> gives each, in an unsigned array.</summary>
    public static Array SwapAll(Array integers)
    {
        int width = WidthOf(integers)!.Value;
        Array swapped = NewArray(integers.Length, width, isSigned: false);
        CopyBigEndian(Memory(integers), Memory(swapped), width);
        return swapped;
    }

    /// <summary>The integers of an array that <see cref="WidthOf"/> knows, one after the other, each most significant byte first.</summary>
    public static byte[] ToBytes(Array integers)
    {
        ReadOnlySpan<byte> memory = Memory(integers);
        byte[] bytes = GC.AllocateUninitializedArray<byte>(memory.Length);
        CopyBigEndian(memory, bytes, WidthOf(integers)!.Value);
        return bytes;
    }

    /// <summary>Integers of any types, one after the other, each most significant byte first.</summary>
    /// <param name="integers">The integers.</param>
    /// <param name="width">The width in bits; null lets each one's type decide.</param>
    /// <param name="unwrap">Gives the integer itself where it is wrapped.</param>
    /// <inheritdoc cref="ToBits" path="/exception" />
    public static byte[] ToBytes(ReadOnlySpan<object?> integers, int? width, Func<object?, object?> unwrap)
    {
        byte[] bytes = new byte[integers.Length * ((width ?? 32) / 8)];
        int count = 0;
        foreach (object? integer in integers)
        {
            // What PowerShell makes of digits, so nearly everything.
            if (integer is int number && width is null or 32 && bytes.Length - count >= sizeof(int))
            {
                BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(count), number);
                count += sizeof(int);
                continue;
            }

            int? wanted = width;
            ulong bits = ToBits(unwrap(integer), ref wanted);
            int size = wanted!.Value / 8;
            if (bytes.Length - count < size)
            {
                Array.Resize(ref bytes, (2 * bytes.Length) + size);
            }

            Write(bits, wanted.Value, bytes.AsSpan(count));
            count += size;
        }

        return bytes.Length == count ? bytes : bytes[..count];
    }

    /// <summary>The integers that stand one after the other in network order, as an array of that width.</summary>
    /// <exception cref="SocketInputException"><c>InvalidMessage</c>: the length is not a multiple of the width.</exception>
    public static Array ToIntegers(byte[] bytes, int width, bool isSigned)
    {
        int size = width / 8;
        if (bytes.Length % size != 0)
        {
            throw new SocketInputException(
                ErrorIds.InvalidMessage,
                $"{bytes.Length} bytes are not a whole number of {width}-bit integers",
                $"Pass a multiple of {size} bytes, or another -Width.",
                bytes);
        }

        Array integers = NewArray(bytes.Length / size, width, isSigned);
        CopyBigEndian(bytes, Memory(integers), width);
        return integers;
    }

    /// <summary>The same as objects.</summary>
    /// <inheritdoc cref="ToIntegers" path="/exception" />
    public static IEnumerable<object> ReadAll(byte[] bytes, int width, bool isSigned) => Objects(ToIntegers(bytes, width, isSigned));

    /// <summary>The integers of an array that <see cref="WidthOf"/> knows, one by one.</summary>
    public static IEnumerable<object> Objects(Array integers)
    {
        // Not by pattern: the runtime takes an int[] for a uint[] too.
        return Type.GetTypeCode(integers.GetType().GetElementType()) switch
        {
            TypeCode.Byte => Each((byte[])integers),
            TypeCode.SByte => Each((sbyte[])integers),
            TypeCode.UInt16 => Each((ushort[])integers),
            TypeCode.Int16 => Each((short[])integers),
            TypeCode.UInt32 => Each((uint[])integers),
            TypeCode.Int32 => Each((int[])integers),
            TypeCode.UInt64 => Each((ulong[])integers),
            _ => Each((long[])integers),
        };

        static IEnumerable<object> Each<T>(T[] several)
            where T : struct
        {
            foreach (T integer in several)
            {
                yield return integer;
            }
        }
    }

    private static Array NewArray(int count, int width, bool isSigned) => (width, isSigned) switch
    {
        (8, false) => new byte[count],
        (8, true) => new sbyte[count],
        (16, false) => new ushort[count],
        (16, true) => new short[count],
        (32, false) => new uint[count],
        (32, true) => new int[count],
        (_, false) => new ulong[count],
        (_, true) => new long[count],
    };

    private static Span<byte> Memory(Array array) => MemoryMarshal.CreateSpan(ref MemoryMarshal.GetArrayDataReference(array), Buffer.ByteLength(array));

    // From this machine's order, or to it, which is the same.
    private static void CopyBigEndian(ReadOnlySpan<byte> source, Span<byte> destination, int width)
    {
        switch (width)
        {
            case 16 when BitConverter.IsLittleEndian:
                BinaryPrimitives.ReverseEndianness(MemoryMarshal.Cast<byte, ushort>(source), MemoryMarshal.Cast<byte, ushort>(destination));
                break;
            case 32 when BitConverter.IsLittleEndian:
                BinaryPrimitives.ReverseEndianness(MemoryMarshal.Cast<byte, uint>(source), MemoryMarshal.Cast<byte, uint>(destination));
                break;
            case 64 when BitConverter.IsLittleEndian:
                BinaryPrimitives.ReverseEndianness(MemoryMarshal.Cast<byte, ulong>(source), MemoryMarshal.Cast<byte, ulong>(destination));
                break;
            default:
                source.CopyTo(destination);
                break;
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
        not bool when FieldInteger.Read(value) is Int128 number => (number, null),
        _ => throw new SocketInputException(
            ErrorIds.InvalidArgument,
            $"{InputText.Describe(value)} is not an integer",
            "Pass whole numbers, such as 55555 or 0xD903.",
            value),
    };
}
