using System.Globalization;
using System.Net;
using System.Net.NetworkInformation;
using System.Numerics;
using System.Text;

namespace PSSockets.UnitTests;

/// <summary>
/// A format and a message of it, made by chance from a seed. What the message is as bytes is worked out here as a text of 0 and 1,
/// with nothing of what is tested.
/// </summary>
internal sealed class RandomMessage
{
    private static readonly string[] s_awkwardNames =
    [
        "A", "b", "x", "firstField", "Source_Port", "_", "__a", "0", "1", "00", "0x11", "3COM", "16", "Continued", "continued", "Cont", "Contd", "FooContinued",
        "Variable", "Unnamed", "R", "R2", "R3", "R22", "AB", "ABC", "aB", "If", "Optional", "Bits", "Bytes16", "Max", "Été", "straße", "ΔT", "名前", "e\u0301a", "I", "Ii",
        "AVeryLongNameThatNoCellOfAnyRowCanHoldOnOneLineAndThatMustBeBrokenSomewhereInTheMiddle",
        "anotherverylongnamewithoutanycapitalatallthatmustbebrokensomewherewithahyphen_and_underscores__",
        "NUMBERS1234567890123456789012345678901234567890", "A1B2C3D4E5F6G7", "Name_", "_name", "a_b", "İ", "Ǆ",
    ];

    private static readonly string[] s_texts =
    [
        "", "x", "www", "example.org", "a|b", "+-+-+-+-+", "--+--+", "===", "=+=+", "...", "(64 bits)", "(variable)", "\"", "\"\"", "/", ": x :", "a\r\nb", "\t", "|",
        "+", "X:16", "'X:16:bytes'", "~", "a  b   c", "!",
    ];

    private readonly Random _random;
    private readonly List<string> _entries = [];
    private readonly HashSet<string> _names = new(StringComparer.OrdinalIgnoreCase);
    private readonly StringBuilder _bits = new();
    private readonly Dictionary<string, (int Start, int Width)> _lengths = [];
    private int _fixedBits;
    private bool _isOpen;

    public RandomMessage(int seed, bool isFixed = false)
    {
        _random = new Random(seed);
        int count = 1 + _random.Next(_random.Next(4) == 0 ? 24 : 8);
        for (int field = 0; field < count; field++)
        {
            if (isFixed || _random.Next(6) != 0)
            {
                AddFixed();
            }
            else
            {
                AddVariable();
            }
        }

        if (_fixedBits % 8 != 0)
        {
            AddNumber("uint", 8 - (_fixedBits % 8));
        }

        // A field for the rest may also be followed by fields of fixed width.
        if (!isFixed && !_isOpen && _random.Next(2) == 0)
        {
            AddBytes("*", _random.Next(20), null);
            if (_random.Next(2) == 0)
            {
                int width = 1 + _random.Next(15);
                AddNumber("uint", width);
                AddNumber("int", 16 - width);
            }
        }

        Format = new MessageFormat([.. _entries]);
        string bits = _bits.ToString();
        Bytes = [.. Enumerable.Range(0, bits.Length / 8).Select(place => Convert.ToByte(bits.Substring(place * 8, 8), 2))];
    }

    /// <summary>The format.</summary>
    public MessageFormat Format { get; }

    /// <summary>What is passed to the encoder; fields may be missing.</summary>
    public List<KeyValuePair<string, object?>> Given { get; } = [];

    /// <summary>What the decoder has to give.</summary>
    public List<object> Expected { get; } = [];

    /// <summary>The message, by the reference in this file.</summary>
    public byte[] Bytes { get; }

    public override string ToString() => $"{string.Join(' ', Format.FieldList)} {Convert.ToHexString(Bytes)}";

    /// <summary>Whether two values are the same and of the same type.</summary>
    public static bool AreSame(object expected, object actual) => expected.GetType() == actual.GetType()
        && (expected is byte[] bytes ? bytes.AsSpan().SequenceEqual((byte[])actual) : expected.Equals(actual));

    private static string Binary(BigInteger value, int width)
    {
        StringBuilder bits = new();
        for (int bit = width - 1; bit >= 0; bit--)
        {
            bits.Append(((value >> bit) & 1).IsZero ? '0' : '1');
        }

        return bits.ToString();
    }

    private static string Binary(IEnumerable<byte> bytes) => string.Concat(bytes.Select(part => Binary(part, 8)));

    private static object Unsigned(BigInteger value, int width) => width switch
    {
        <= 8 => (object)(byte)value,
        <= 16 => (ushort)value,
        <= 32 => (uint)value,
        _ => (ulong)value,
    };

    private static object Signed(BigInteger value, int width) => width switch
    {
        <= 8 => (object)(sbyte)value,
        <= 16 => (short)value,
        <= 32 => (int)value,
        _ => (long)value,
    };

    private void AddFixed()
    {
        switch (_random.Next(16))
        {
            case < 5:
                AddNumber("uint", 1 + _random.Next(64));
                break;
            case 5 or 6:
                AddNumber("uint", 1 + _random.Next(4));
                break;
            case 7:
                AddNumber("int", 1 + _random.Next(64));
                break;
            case 8:
                AddNumber("bool", _random.Next(3) == 0 ? 1 + _random.Next(64) : 1);
                break;
            case 9:
                AddBytes("", 1 + _random.Next(20), null);
                break;
            case 10:
                AddWide(65 + _random.Next(140));
                break;
            case 11:
                AddText("", 1 + _random.Next(20), null);
                break;
            case 12:
                AddHex(4 * (1 + _random.Next(40)));
                break;
            case 13:
                byte[] four = RandomBytes(4);
                AddValue("32:ipv4", Binary(four), new IPAddress(four), _random.Next(2) == 0 ? new IPAddress(four).ToString() : new IPAddress(four));
                break;
            case 14:
                byte[] sixteen = RandomBytes(16);
                AddValue("128:ipv6", Binary(sixteen), new IPAddress(sixteen), _random.Next(2) == 0 ? new IPAddress(sixteen).ToString() : sixteen);
                break;
            default:
                byte[] six = RandomBytes(6);
                AddValue("48:mac", Binary(six), new PhysicalAddress(six), _random.Next(2) == 0 ? new PhysicalAddress(six).ToString() : new PhysicalAddress(six));
                break;
        }
    }

    private void AddNumber(string type, int width)
    {
        bool isMissing = _random.Next(12) == 0;
        BigInteger bits = isMissing ? 0 : new BigInteger((ulong)_random.NextInt64(long.MinValue, long.MaxValue)) & ((BigInteger.One << width) - 1);
        bits = isMissing ? bits : _random.Next(8) switch { 0 => 0, 1 => (BigInteger.One << width) - 1, 2 => BigInteger.One << (width - 1), _ => bits };
        string entry = type == "uint" ? $"{width}" : $"{width}:{type}";
        object expected;
        switch (type)
        {
            case "bool":
                bits = bits.IsZero ? 0 : 1;
                expected = !bits.IsZero;
                break;
            case "int":
                expected = Signed((bits >> (width - 1)).IsOne ? bits - (BigInteger.One << width) : bits, width);
                break;
            default:
                expected = Unsigned(bits, width);
                break;
        }

        object given = type == "bool" ? expected : _random.Next(6) switch
        {
            0 => Convert.ToString(expected, CultureInfo.InvariantCulture)!,
            1 => BigInteger.Parse(Convert.ToString(expected, CultureInfo.InvariantCulture)!, CultureInfo.InvariantCulture),
            2 => Convert.ToDecimal(expected, CultureInfo.InvariantCulture),
            3 when type == "uint" => $"0x{bits:x}",
            _ => expected,
        };
        AddValue(entry, Binary(bits, width), expected, given, isMissing);
    }

    private void AddWide(int width)
    {
        byte[] bytes = RandomBytes((width + 7) / 8);
        bytes[0] &= (byte)(0xFF >> ((8 - (width % 8)) % 8));
        AddValue(width % 8 == 0 ? $"{width}:uint" : $"{width}", Binary(bytes)[^width..], bytes, _random.Next(2) == 0 ? new BigInteger(bytes, isUnsigned: true, isBigEndian: true) : bytes);
    }

    private void AddHex(int width)
    {
        string digits = string.Concat(Enumerable.Range(0, width / 4).Select(_ => "0123456789ABCDEF"[_random.Next(16)]));
        object given = _random.Next(3) switch { 0 => digits.ToLowerInvariant(), 1 => $"0x{digits}", _ => digits };
        AddValue($"{width}:hex", string.Concat(digits.Select(digit => Binary(Convert.ToByte(digit.ToString(), 16), 4))), digits, given);
    }

    // A fixed length in bytes, or the length of data after a length that varies.
    private void AddBytes(string length, int count, byte? terminator)
    {
        switch (_random.Next(4))
        {
            case 0 when count > 0 || length.Length > 0:
                AddText(length, count, terminator);
                break;
            case 1 when length.Length > 0:
                byte[] data = Data(count, terminator);
                AddValue($"{length}:hex", Binary(data), Convert.ToHexString(data), Convert.ToHexString(data), isMissing: false);
                break;
            default:
                byte[] bytes = Data(count, terminator);
                string entry = length.Length > 0 ? length : $"{count * 8}:bytes";
                AddValue(entry, Binary(bytes), bytes, _random.Next(3) == 0 ? bytes.Select(part => (object)(int)part).ToArray() : bytes, isMissing: length.Length > 0 ? false : null);
                break;
        }
    }

    private void AddText(string length, int count, byte? terminator)
    {
        bool isUtf8 = _random.Next(2) == 0;
        StringBuilder text = new();
        while (_random.Next(4) != 0 || length.Length > 0)
        {
            string part = _random.Next(3) == 0 ? s_texts[_random.Next(s_texts.Length)] : isUtf8 && _random.Next(2) == 0
                ? new Rune(_random.Next(4) switch { 0 => 0xA0, 1 => _random.Next(0x80, 0xD800), 2 => _random.Next(0x1F300, 0x1F600), _ => 0x3000 }).ToString()
                : ((char)_random.Next(1, 127)).ToString();
            if (Encoding.UTF8.GetByteCount(text + part) > count)
            {
                break;
            }

            text.Append(part);
        }

        // Where the length varies, it must be met.
        while (length.Length > 0 && Encoding.UTF8.GetByteCount(text.ToString()) < count)
        {
            text.Append('x');
        }

        string value = terminator is null ? text.ToString() : new string('x', count).Replace('x', terminator == 'x' ? 'y' : 'x');
        byte[] bytes = Encoding.UTF8.GetBytes(value);
        byte[] padded = [.. bytes, .. new byte[count - bytes.Length]];
        AddValue($"{(length.Length > 0 ? length : $"{count * 8}")}:{(isUtf8 ? "utf8" : "ascii")}", Binary(padded), value, value, isMissing: length.Length > 0 ? false : null);
    }

    private void AddVariable()
    {
        if (_isOpen)
        {
            AddFixed();
            return;
        }

        switch (_random.Next(6))
        {
            case 0:
                // A mark ends it, which the next field holds.
                byte terminator = _random.Next(2) == 0 ? (byte)0 : (byte)_random.Next(256);
                AddBytes($"*{terminator}", _random.Next(12), terminator);
                AddValue("8", Binary(terminator, 8), terminator, terminator, isMissing: false);
                break;
            case 1:
                _isOpen = true;
                AddBytes("*", _random.Next(30), null);
                break;
            default:
                AddStated();
                break;
        }
    }

    private void AddStated()
    {
        int unit = _random.Next(3) == 0 ? 1 + _random.Next(8) : 1;
        int shift = _random.Next(3) == 0 ? _random.Next(-20, 21) : 0;
        int units = _random.Next(10);
        while ((units * unit) + shift < 0)
        {
            units++;
        }

        int width = 5 + _random.Next(60);
        string name = Name();
        bool isGiven = _random.Next(3) == 0;
        _entries.Add($"{name}:{width}");
        _bits.Append(Binary(units, width));
        _fixedBits += width;
        Expected.Add(Unsigned(units, width));
        if (isGiven)
        {
            Given.Add(new(name, units));
        }

        if (_random.Next(2) == 0)
        {
            AddFixed();
        }

        AddBytes($"[{name}{(unit == 1 ? "" : $"*{unit}")}{(shift == 0 ? "" : shift.ToString("+0;-0", CultureInfo.InvariantCulture))}]", (units * unit) + shift, null);
    }

    private void AddValue(string entry, string bits, object expected, object given, bool? isMissing = null)
    {
        string name = Name();
        _entries.Add($"{name}:{entry}");
        _bits.Append(bits);
        _fixedBits += int.TryParse(entry.Split(':')[0], out int width) ? width : 0;
        Expected.Add(expected);
        if (isMissing != true)
        {
            Given.Insert(_random.Next(Given.Count + 1), new(_random.Next(4) == 0 ? name.ToUpperInvariant() is var upper && _names.Contains(upper) ? upper : name : name, given));
        }
    }

    private byte[] RandomBytes(int count)
    {
        byte[] bytes = new byte[count];
        _random.NextBytes(bytes);
        return bytes;
    }

    private byte[] Data(int count, byte? terminator)
    {
        byte[] bytes = RandomBytes(count);
        return [.. bytes.Select(part => part == terminator ? (byte)(part ^ 0x55) : part)];
    }

    private string Name()
    {
        string name = _random.Next(3) == 0 ? s_awkwardNames[_random.Next(s_awkwardNames.Length)] : Letters();
        while (!_names.Add(name))
        {
            name = _random.Next(2) == 0 ? $"{name}{_random.Next(2, 5)}" : Letters();
        }

        return name;
    }

    private string Letters()
    {
        int length = 1 + _random.Next(_random.Next(4) == 0 ? 60 : 14);
        const string Letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_";
        return string.Concat(Enumerable.Range(0, length).Select(_ => Letters[_random.Next(Letters.Length)]));
    }
}
