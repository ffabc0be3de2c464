using System.Buffers.Binary;
using System.Globalization;

namespace PSSockets.Messages;

/// <summary>From the bits of a field that is a number to its value, and back.</summary>
internal static class FieldValues
{
    private const long TicksOfNtpEpoch = 599_266_080_000_000_000; // 1900-01-01
    private static readonly object s_true = true;
    private static readonly object s_false = false;
    private static readonly object[] s_bytes = [.. Enumerable.Range(0, 256).Select(number => (object)(byte)number)];

    /// <summary>Whether a constant can only be written in quotation marks.</summary>
    public static bool NeedsQuotes(string constant) => constant.Length == 0 || constant.Any(letter => char.IsWhiteSpace(letter) || letter is ',' or '\'' or '?' or '(' or ')' or '[' or ']' or '{' or '}' or ':');

    /// <summary>The value that some bits stand for.</summary>
    public static object Of(MessageField field, ulong bits, int width)
    {
        switch (field.Kind)
        {
            case FieldType.Bool:
                return bits != 0 ? s_true : s_false;
            case FieldType.UInt:
                return Unsigned(bits, width);
            case FieldType.Int:
                return Signed(bits, width);
            case FieldType.UIntLE:
                return Unsigned(Reversed(bits, width), width);
            case FieldType.IntLE:
                return Signed(Reversed(bits, width), width);
            case FieldType.Float:
                return BitConverter.UInt32BitsToSingle((uint)bits);
            case FieldType.FloatLE:
                return BitConverter.UInt32BitsToSingle((uint)Reversed(bits, width));
            case FieldType.Double:
                return BitConverter.UInt64BitsToDouble(bits);
            case FieldType.DoubleLE:
                return BitConverter.UInt64BitsToDouble(Reversed(bits, width));
            case FieldType.UnixTime:
                return Time(field, DateTime.UnixEpoch.Ticks, (Int128)(long)bits * TimeSpan.TicksPerSecond, bits);
            case FieldType.UnixMs:
                return Time(field, DateTime.UnixEpoch.Ticks, (Int128)(long)bits * TimeSpan.TicksPerMillisecond, bits);
            case FieldType.Ntp:
                return Time(field, TicksOfNtpEpoch, (((Int128)bits * TimeSpan.TicksPerSecond) + (Int128.One << 31)) >> 32, bits);
            default:
                return Unsigned(bits, width);
        }
    }

    /// <summary>The number in some bits, for calculations, names and constants.</summary>
    public static Int128 NumberOf(MessageField field, ulong bits, int width) => field.Kind switch
    {
        FieldType.Int => (long)(bits << (64 - width)) >> (64 - width),
        FieldType.UIntLE => Reversed(bits, width),
        FieldType.IntLE => (long)(Reversed(bits, width) << (64 - width)) >> (64 - width),
        _ => bits,
    };

    /// <summary>The bits of a value.</summary>
    /// <exception cref="SocketInputException"><c>InvalidFieldValue</c> or <c>ValueOutOfRange</c>.</exception>
    public static ulong BitsOf(MessageField field, object? value)
    {
        if (value is null)
        {
            return 0;
        }

        int width = field.Width ?? 64;
        switch (field.Kind)
        {
            case FieldType.Float or FieldType.FloatLE:
                ulong single = BitConverter.SingleToUInt32Bits((float)Real(field, value));
                return field.Kind == FieldType.Float ? single : Reversed(single, 32);
            case FieldType.Double or FieldType.DoubleLE:
                ulong real = BitConverter.DoubleToUInt64Bits(Real(field, value));
                return field.Kind == FieldType.Double ? real : Reversed(real, 64);
            case FieldType.UnixTime or FieldType.UnixMs or FieldType.Ntp when Moment(value) is { } moment:
                Int128 ticks = moment.UtcTicks - (field.Kind == FieldType.Ntp ? TicksOfNtpEpoch : DateTime.UnixEpoch.Ticks);
                Int128 time = field.Kind switch
                {
                    FieldType.UnixTime => ticks / TimeSpan.TicksPerSecond,
                    FieldType.UnixMs => ticks / TimeSpan.TicksPerMillisecond,
                    _ => ((ticks << 32) + (TimeSpan.TicksPerSecond / 2)) / TimeSpan.TicksPerSecond,
                };
                return InRange(field, time, value, width);
        }

        if (field.Kind == FieldType.Flags && field.Names is { } flags)
        {
            return InRange(field, flags.BitsOf(value) ?? throw FieldBytes.Unusable(field, value, $"names of {flags}, or a whole number"), value, width);
        }

        object? named = field.Names is { } names ? names.ValueOf(value) : value;
        bool? truth = field.Kind == FieldType.Bool && named is string text && bool.TryParse(text, out bool parsed) ? parsed : null;
        Int128 number = FieldInteger.Read(truth ?? named)
            ?? throw FieldBytes.Unusable(field, value, field.Names is not null ? $"a name of {field.Names}, or a whole number" : field.Kind == FieldType.Bool ? "$true or $false" : "a whole number");
        ulong bits = InRange(field, number, value, width);
        return field.Kind is FieldType.UIntLE or FieldType.IntLE ? Reversed(bits & BitString.Mask(width), width) : bits;
    }

    /// <summary>The type of the values of a field that is a number.</summary>
    public static Type TypeOf(MessageField field)
    {
        if (field.Names is not null)
        {
            return field.Kind == FieldType.Flags ? typeof(string) : typeof(object);
        }

        int width = field.Width ?? 64;
        return field.Kind switch
        {
            FieldType.Bool => typeof(bool),
            FieldType.Int or FieldType.IntLE => width switch { <= 8 => typeof(sbyte), <= 16 => typeof(short), <= 32 => typeof(int), _ => typeof(long) },
            FieldType.Float or FieldType.FloatLE => typeof(float),
            FieldType.Double or FieldType.DoubleLE => typeof(double),
            FieldType.UnixTime or FieldType.UnixMs or FieldType.Ntp => typeof(object),
            _ => width switch { <= 8 => typeof(byte), <= 16 => typeof(ushort), <= 32 => typeof(uint), _ => typeof(ulong) },
        };
    }

    /// <summary>Why a field cannot hold a number; null where it can.</summary>
    public static string? Problem(MessageField field, Int128 number)
    {
        (Int128 least, Int128 most) = Range(field, field.Width ?? 64);
        return number >= least && number <= most ? null : $"{Width(field)} {(field.Width is null or 1 ? "holds" : "hold")} {least} to {most}";
    }

    private static string Width(MessageField field) => field.Width is not { } width ? field.Length.ToString()! : width == 1 ? "1 bit" : $"{width} bits";

    private static (Int128 Least, Int128 Most) Range(MessageField field, int width) => field switch
    {
        { Length: FieldLength.Coded { Coding: var coding } } => (Int128.Zero, (Int128)CodedInteger.Largest(coding)),
        { Kind: FieldType.Bool } => (Int128.Zero, Int128.One),
        { Kind: FieldType.Int or FieldType.IntLE } => (-(Int128.One << (width - 1)), (Int128.One << (width - 1)) - 1),
        { Kind: FieldType.UnixTime or FieldType.UnixMs } when width == 64 => ((Int128)long.MinValue, long.MaxValue),
        _ => (Int128.Zero, (Int128.One << width) - 1),
    };

    private static ulong InRange(MessageField field, Int128 number, object value, int width)
    {
        (Int128 least, Int128 most) = Range(field, width);
        return number >= least && number <= most
            ? (ulong)(number & ulong.MaxValue)
            : throw new SocketInputException(
                Errors.ErrorIds.ValueOutOfRange,
                $"'{field.Name}' ({Width(field)}) cannot hold {value}: it takes {least} to {most}",
                "Pass a value that fits, or make the field wider.",
                value);
    }

    private static object Unsigned(ulong bits, int width) => width switch
    {
        <= 8 => s_bytes[bits],
        <= 16 => (ushort)bits,
        <= 32 => (uint)bits,
        _ => bits,
    };

    private static object Signed(ulong bits, int width)
    {
        long number = (long)(bits << (64 - width)) >> (64 - width);
        return width switch
        {
            <= 8 => (object)(sbyte)number,
            <= 16 => (short)number,
            <= 32 => (int)number,
            _ => number,
        };
    }

    private static ulong Reversed(ulong bits, int width) => BinaryPrimitives.ReverseEndianness(bits) >> (64 - width);

    // What no [datetime] can say stays a number.
    private static object Time(MessageField field, long epoch, Int128 ticks, ulong bits) => epoch + ticks is var time && time >= DateTime.MinValue.Ticks && time <= DateTime.MaxValue.Ticks
        ? new DateTime((long)time, DateTimeKind.Utc)
        : Unsigned(bits, field.Width ?? 64);

    private static DateTimeOffset? Moment(object value) => value switch
    {
        DateTimeOffset moment => moment,
        DateTime { Kind: DateTimeKind.Unspecified } time => new DateTimeOffset(DateTime.SpecifyKind(time, DateTimeKind.Local)),
        DateTime time => new DateTimeOffset(time),
        string text when FieldInteger.ReadBig(text) is null && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out DateTimeOffset parsed) => parsed,
        _ => null,
    };

    private static double Real(MessageField field, object value) => value switch
    {
        double number => number,
        float number => number,
        decimal number => (double)number,
        string text when double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double number) => number,
        _ when FieldInteger.ReadBig(value) is { } whole => (double)whole,
        _ => throw FieldBytes.Unusable(field, value, "a number"),
    };
}
