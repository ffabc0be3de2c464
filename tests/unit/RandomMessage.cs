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
        "Data", "Payload", "Options", "Data2", "OptionValue", "NUMBERS1234567890123456789012345678901234567890", "A1B2C3D4E5F6G7", "Name_", "_name", "a_b", "İ", "Ǆ",
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
            else if (_random.Next(2) == 0)
            {
                AddStructured();
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
    public List<object?> Expected { get; } = [];

    /// <summary>The message, by the reference in this file.</summary>
    public byte[] Bytes { get; }

    public override string ToString() => $"{string.Join(' ', Format.FieldList)} {Convert.ToHexString(Bytes)}";

    /// <summary>Whether two values are the same and of the same type.</summary>
    public static bool AreSame(object? expected, object? actual) => expected?.GetType() == actual?.GetType()
        && expected switch
        {
            byte[] bytes => bytes.AsSpan().SequenceEqual((byte[])actual!),
            BinaryMessage[] messages => messages.Length == ((BinaryMessage[])actual!).Length && messages.Zip((BinaryMessage[])actual).All(pair => AreSame(pair.First, pair.Second)),
            BinaryMessage message => message.Values.Zip(((BinaryMessage)actual!).Values).All(pair => AreSame(pair.First, pair.Second)),
            _ => Equals(expected, actual),
        };

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
        switch (_random.Next(20))
        {
            case 16:
                AddLittleEndian();
                break;
            case 17:
                AddReal();
                break;
            case 18:
                AddNamed();
                break;
            case 19:
                AddConstant();
                break;
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

    private void AddLittleEndian()
    {
        byte[] bytes = RandomBytes(1 + _random.Next(8));
        BigInteger value = new(bytes, isUnsigned: _random.Next(2) == 0);
        bool isSigned = value.Sign < 0 || _random.Next(2) == 0;
        if (isSigned)
        {
            value = new BigInteger(bytes);
        }

        int width = bytes.Length * 8;
        AddValue($"{width}:{(isSigned ? "intle" : "uintle")}", Binary(bytes), isSigned ? Signed(value, width) : Unsigned(value, width), value);
    }

    private void AddReal()
    {
        bool isLittle = _random.Next(2) == 0;
        double number = Math.Round((_random.NextDouble() - 0.5) * 1000, _random.Next(3));
        byte[] bytes;
        object value;
        if (_random.Next(2) == 0)
        {
            value = (float)number;
            bytes = BitConverter.GetBytes((float)number);
        }
        else
        {
            value = number;
            bytes = BitConverter.GetBytes(number);
        }

        if (!isLittle)
        {
            Array.Reverse(bytes);
        }

        AddValue($"{bytes.Length * 8}:{(value is float ? "float" : "double")}{(isLittle ? "le" : "")}", Binary(bytes), value, value);
    }

    private void AddNamed()
    {
        int width = 3 + _random.Next(14);
        int value = _random.Next(8);
        if (_random.Next(2) == 0)
        {
            object given = _random.Next(2) == 0 ? "first, THIRD" : new object[] { "First", 4 };
            AddValue($"{width}:flags{{First=1,Second=2,Third=4}}", Binary(5, width), "First, Third", given);
            return;
        }

        object expected = value switch { 1 => "Request", 2 => "Reply", _ => Unsigned(value, width) };
        AddValue($"{width}{{Request=1,Reply=2}}", Binary(value, width), expected, value == 1 && _random.Next(2) == 0 ? 1 : expected);
    }

    private void AddConstant()
    {
        int width = 4 + _random.Next(20);
        switch (_random.Next(3))
        {
            case 0:
                AddValue($"{width}=11", Binary(11, width), Unsigned(11, width), 11, isMissing: _random.Next(2) == 0);
                break;
            case 1:
                AddValue("24:ascii=\"a b\"", Binary("a b"u8.ToArray()), "a b", "a b", isMissing: _random.Next(2) == 0);
                break;
            default:
                AddValue("16:hex=C0DE", Binary([0xC0, 0xDE]), "C0DE", "c0de", isMissing: _random.Next(2) == 0);
                break;
        }
    }

    // What begins where a byte does.
    private void AddStructured()
    {
        if (_isOpen)
        {
            AddFixed();
            return;
        }

        if (_fixedBits % 8 != 0)
        {
            AddNumber("uint", 8 - (_fixedBits % 8));
        }

        switch (_random.Next(9))
        {
            case 7:
                AddEndedElements();
                break;
            case 0:
                ulong value = _random.Next(3) == 0 ? (ulong)_random.Next(64) : (ulong)_random.NextInt64(1L << 28);
                string coding = _random.Next(2) == 0 ? "quic" : "mqtt";
                AddValue(coding, Binary(Coded(coding, value)), value, value);
                break;
            case 1:
                AddPadding();
                break;
            case 2:
                AddConditional();
                break;
            case 3:
                AddComputed();
                break;
            case 4:
                AddElements();
                break;
            case 5:
                RandomMessage nested = Nested();
                AddValue($"({string.Join(' ', nested.Format.FieldList)})", Binary(nested.Bytes), nested.Format.Decode(nested.Bytes, nested.Bytes), Table(nested), isMissing: false);
                break;
            case 6:
                AddChoice();
                break;
            default:
                int count = _random.Next(6);
                string name = Identifier();
                byte[] data = RandomBytes(count);
                Add(name, "quic", Binary(Coded("quic", (ulong)count)), (ulong)count, count, _random.Next(2) == 0);
                AddValue($"[{name}]", Binary(data), data, data, isMissing: false);
                break;
        }
    }

    private void AddPadding()
    {
        int multiple = 1 + _random.Next(8);
        int missing = (multiple - (_bits.Length / 8 % multiple)) % multiple;
        byte[] padding = _random.Next(2) == 0 ? new byte[missing] : RandomBytes(missing);
        AddValue($"|{multiple}", Binary(padding), padding, padding, isMissing: !padding.AsSpan().ContainsAnyExcept((byte)0) && missing > 0);
    }

    private void AddConditional()
    {
        string kind = Identifier();
        int value = _random.Next(4);
        string condition = _random.Next(4) switch { 0 => $"{kind}>1", 1 => $"{kind}=2||{kind}=3", 2 => $"!({kind}<2)", _ => $"{kind}&2" };
        Add(kind, "8", Binary(value, 8), (byte)value, value, isGiven: true);
        int count = 1 + _random.Next(3);
        byte[] data = RandomBytes(count);
        string name = Identifier();
        bool isThere = value > 1;
        _entries.Add($"{name}:{count * 8}:hex?{condition}");
        _bits.Append(isThere ? Binary(data) : "");
        Expected.Add(isThere ? Convert.ToHexString(data) : null);
        if (isThere)
        {
            Given.Add(new(name, data));
        }
    }

    private void AddComputed()
    {
        string first = Identifier();
        string second = Identifier();
        int count = _random.Next(8);
        byte[] data = RandomBytes(count);
        if (_random.Next(2) == 0)
        {
            int factor = _random.Next(5);
            Add(first, "16", Binary(count + (factor * 4), 16), (ushort)(count + (factor * 4)), count + (factor * 4), _random.Next(2) == 0);
            Add(second, "8", Binary(factor, 8), (byte)factor, factor, isGiven: true);
            AddValue($"[{first}-{second}*4]", Binary(data), data, data, isMissing: false);
            return;
        }

        Add(first, "8", Binary(count * 8, 8), (byte)(count * 8), count * 8, _random.Next(2) == 0);
        AddValue($"[{first}/8]", Binary(data), data, data, isMissing: false);
    }

    private void AddElements()
    {
        RandomMessage first = Nested();
        int count = _random.Next(4);
        string fields = string.Join(' ', first.Format.FieldList);
        BinaryMessage[] decoded = [.. Enumerable.Repeat(first.Format.Decode(first.Bytes, first.Bytes), count)];
        object given = Enumerable.Repeat<object?>(Table(first), count).ToArray();
        string bits = string.Concat(Enumerable.Repeat(Binary(first.Bytes), count));
        string name = Identifier();
        bool isCounted = _random.Next(2) == 0;
        int length = isCounted ? count : count * first.Bytes.Length;
        Add(name, "16", Binary(length, 16), (ushort)length, length, _random.Next(2) == 0);
        AddValue(isCounted ? $"[{name}]*({fields})" : $"[{name}]:({fields})", bits, decoded, given, isMissing: false);
    }

    // Elements up to one that says so, and nothing that counts them.
    private void AddEndedElements()
    {
        RandomMessage nested = Nested();
        string mark = Identifier();
        int last = _random.Next(1, 4);
        string condition = _random.Next(3) switch { 0 => $"{mark}={last}", 1 => $"{mark}>={last}", _ => $"{mark}*2={last * 2}&&1" };
        int count = 1 + _random.Next(4);
        MessageFormat element = new([$"{mark}:8", .. nested.Format.FieldList]);
        int[] marks = [.. Enumerable.Range(0, count).Select(place => place == count - 1 ? last : _random.Next(last))];
        byte[][] bytes = [.. marks.Select(value => (byte[])[(byte)value, .. nested.Bytes])];
        object given = marks.Select(value => (object?)new Dictionary<string, object?>(Table(nested)) { [mark] = value }).ToArray();
        AddValue($"*[{condition}]:({string.Join(' ', element.FieldList)})", string.Concat(bytes.Select(Binary)), bytes.Select(part => element.Decode(part, part)).ToArray(), given, isMissing: false);
    }

    private void AddChoice()
    {
        RandomMessage nested = Nested();
        string kind = Identifier();
        int value = _random.Next(3);
        Add(kind, "8", Binary(value, 8), (byte)value, value, isGiven: true);
        string chosen = string.Join(' ', nested.Format.FieldList);
        string cases = value == 0 ? $"1=(A:8),*=({chosen})" : $"{value}=({chosen}),*=(Rest:*)";
        AddValue($"{kind}{{{cases}}}", Binary(nested.Bytes), nested.Format.Decode(nested.Bytes, nested.Bytes), Table(nested), isMissing: false);
    }

    // A message that tells its own length.
    private RandomMessage Nested() => new(_random.Next(), isFixed: true);

    private static Dictionary<string, object?> Table(RandomMessage message) => message.Given.ToDictionary(pair => pair.Key, pair => pair.Value);

    // By the standards' own words, and not as the code does it.
    private static byte[] Coded(string coding, ulong value)
    {
        if (coding == "quic")
        {
            int length = value <= 63 ? 1 : value <= 16383 ? 2 : value <= 1073741823 ? 4 : 8;
            byte[] bytes = new byte[length];
            for (int place = length - 1; place >= 0; place--)
            {
                bytes[place] = (byte)(value % 256);
                value /= 256;
            }

            bytes[0] += (byte)(64 * (length == 1 ? 0 : length == 2 ? 1 : length == 4 ? 2 : 3));
            return bytes;
        }

        List<byte> parts = [];
        do
        {
            ulong part = value % 128;
            value /= 128;
            parts.Add((byte)(value > 0 ? part + 128 : part));
        }
        while (value > 0);
        return [.. parts];
    }

    private string Identifier()
    {
        string name;
        do
        {
            name = $"N{_random.Next(100000)}";
        }
        while (!_names.Add(name));

        return name;
    }

    private void Add(string name, string entry, string bits, object? expected, object given, bool isGiven)
    {
        _entries.Add($"{name}:{entry}");
        _bits.Append(bits);
        _fixedBits += WidthIn(entry);
        Expected.Add(expected);
        if (isGiven)
        {
            Given.Add(new(name, given));
        }
    }

    private static int WidthIn(string entry) => int.TryParse(string.Concat(entry.TakeWhile(char.IsAsciiDigit)), out int width) ? width : 0;

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

    private void AddValue(string entry, string bits, object? expected, object given, bool? isMissing = null)
    {
        string name = Name();
        _entries.Add($"{name}:{entry}");
        _bits.Append(bits);
        _fixedBits += WidthIn(entry);
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
