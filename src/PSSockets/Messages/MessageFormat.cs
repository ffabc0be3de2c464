using PSSockets.Errors;
using PSSockets.Messages;

namespace PSSockets;

/// <summary>The fields of a binary message, in the order they are sent: network order, the most significant bit first.</summary>
public sealed class MessageFormat
{
    // A field may consist of an earlier one, and that of one before it: more than these no message needs, and no stack bears.
    private const int MostDepth = 100;
    private const int MostFields = 100_000;

    private readonly MessageField[] _fields;
    private readonly MessageDecoder _decoder;
    private readonly bool _isAnyValue;
    private static long s_made;
    private readonly Dictionary<string, int> _positions = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Makes a format from a field list, as New-MessageFormat -Field does.</summary>
    /// <exception cref="SocketInputException"><c>InvalidField</c>.</exception>
    public MessageFormat(params string[] fields)
        : this("", ReadAll(fields))
    {
    }

    internal MessageFormat(string name, IReadOnlyList<FieldDefinition> definitions)
    {
        Name = name;
        _fields = new MessageField[definitions.Count];
        long? offset = 0;
        long fixedBits = 0;
        bool hasConditions = false;
        for (int position = 0; position < _fields.Length; position++)
        {
            MessageField field = Make(definitions[position], offset);
            if (!_positions.TryAdd(field.Name, position))
            {
                throw Invalid(field, "has the name of an earlier field", "Give each field a name of its own; upper and lower case are the same.");
            }

            _fields[position] = field;
            CountContent(field);
            IsPlain &= field.IsPlain && field.Length is FieldLength.Fixed or FieldLength.Rest or FieldLength.Until or FieldLength.Stated;
            hasConditions |= field.Condition is not null;
            fixedBits += field.Width ?? 0;
            offset = field.Condition is null ? offset + field.Width : null;
        }

        if (_fields.Length == 0)
        {
            throw new SocketInputException(ErrorIds.InvalidField, "A format needs at least one field", "Name its fields, such as 'Version:4', 'Length:4'.");
        }

        // Where fields may be missing, each message has to be a whole number of bytes.
        if (fixedBits % 8 != 0 && !hasConditions)
        {
            throw Invalid(
                _fields[^1], $"ends within a byte: the fields are {fixedBits} bits together, and a message is a whole number of bytes; {8 - (fixedBits % 8)} more are needed");
        }

        if (fixedBits / 8 > Array.MaxLength)
        {
            throw Invalid(_fields[^1], $"ends at byte {fixedBits / 8}, and no message can be so long");
        }

        FixedBits = fixedBits;
        IsFixed = offset is not null;
        _isAnyValue = IsFixed && IsPlain && !Array.Exists(_fields, field => field.Kind is FieldType.Ascii or FieldType.Utf8);
        SetConstants();
        Encoder = new MessageEncoder(this);
        _decoder = new MessageDecoder(this);
    }

    /// <summary>The name, which is part of the type name of decoded messages; empty where none was given.</summary>
    public string Name { get; }

    /// <summary>The fields in the order they are sent.</summary>
    public IReadOnlyList<MessageField> Fields => _fields;

    /// <summary>The length of a message in bytes; null where it varies.</summary>
    public int? Length => IsFixed ? (int)(FixedBits / 8) : null;

    /// <summary>The field list that makes the same format: what New-MessageFormat -Field takes.</summary>
    public IReadOnlyList<string> FieldList => [.. _fields.Select(field => field.ToString())];

    /// <summary>The field list in which a format that an earlier field consists of is written as the name of that field.</summary>
    internal IReadOnlyList<string> ShortFieldList
    {
        get
        {
            Dictionary<string, MessageFormat> written = new(StringComparer.OrdinalIgnoreCase);
            return [.. _fields.Select(field => field.ToText(written))];
        }
    }

    /// <summary>All bits of the fields that have a fixed width.</summary>
    internal long FixedBits { get; }

    /// <summary>How many formats are within each other, with this one.</summary>
    internal int Depth { get; private set; } = 1;

    /// <summary>How many fields there are, with those that fields consist of.</summary>
    internal long AllFields { get; private set; }

    /// <summary>Whether every field has a fixed width.</summary>
    internal bool IsFixed { get; }

    /// <summary>Whether every field is always there and is a value of its bits, so that the short ways are open.</summary>
    internal bool IsPlain { get; private set; } = true;

    /// <summary>The bytes of the constants, at the end of their last byte; null where a field has none.</summary>
    internal byte[]?[] Constants { get; private set; } = [];

    /// <summary>The fields as an array, for loops that count.</summary>
    internal MessageField[] FieldArray => _fields;

    /// <summary>What tells this format from all others, without holding it.</summary>
    internal long Number { get; } = Interlocked.Increment(ref s_made);

    /// <summary>What encodes messages.</summary>
    internal MessageEncoder Encoder { get; }

    /// <summary>The name, or the field list where it has none.</summary>
    public override string ToString() => Name.Length > 0 ? Name : string.Join(", ", FieldList);

    /// <summary>The position of a field, or -1.</summary>
    internal int PositionOf(string name) => _positions.TryGetValue(name, out int position) ? position : -1;

    /// <summary>Decodes one message into values, one for each field; null where a field is not there.</summary>
    internal object?[] DecodeValues(ReadOnlySpan<byte> bytes) => _decoder.Decode(bytes);

    /// <summary>Whether a field is a number of up to 64 bits, or true or false, at a place that is known.</summary>
    internal bool IsNumberAt(int position) => _fields[position] is { IsNumber: true, Width: not null, Offset: not null };

    /// <summary>Decodes one number of a message that has been found to fit a format of fixed length.</summary>
    internal object DecodeNumber(ReadOnlySpan<byte> bytes, int position) => MessageDecoder.Number(_fields[position], bytes, _fields[position].Offset!.Value);

    /// <summary>Decodes one message into an object.</summary>
    /// <param name="bytes">The message.</param>
    /// <param name="source">What it came as, for errors.</param>
    /// <exception cref="SocketInputException"><c>InvalidMessage</c> or <c>LengthRequired</c>.</exception>
    internal BinaryMessage Decode(byte[] bytes, object source)
    {
        // With a length that fits, such a message has a value for every field, whatever its bits are: they need not be made now.
        if (_isAnyValue && bytes.Length == FixedBits / 8)
        {
            return new BinaryMessage(this, (byte[])bytes.Clone(), null);
        }

        try
        {
            return new BinaryMessage(this, null, _decoder.Decode(bytes));
        }
        catch (SocketInputException exception) when (exception.Target is null)
        {
            throw new SocketInputException(exception.ErrorId, exception.Message, exception.RecommendedAction, source);
        }
    }

    /// <summary>Decodes messages that follow each other until the bytes end.</summary>
    /// <param name="bytes">The messages.</param>
    /// <param name="source">What they came as, for errors.</param>
    /// <exception cref="SocketInputException"><c>InvalidMessage</c> or <c>LengthRequired</c>.</exception>
    /// <remarks>Where one cannot be decoded, the error's target is what is left, with the offset where that begins.</remarks>
    internal IEnumerable<BinaryMessage> DecodeAll(byte[] bytes, object source)
    {
        int offset = 0;
        while (offset < bytes.Length)
        {
            yield return DecodeNext(bytes, ref offset, source);
        }
    }

    /// <summary>Decodes the message that some bytes begin with, as an element of a field.</summary>
    internal BinaryMessage DecodeFirst(ReadOnlySpan<byte> bytes, out int length)
    {
        object?[] values = _decoder.DecodeFirst(bytes, out length);
        return new BinaryMessage(this, null, values);
    }

    /// <summary>Begins to find out how long a message is whose bytes are still coming.</summary>
    internal MessageMeasure Measure(bool readsAll = false) => new(this, _decoder, readsAll);

    private static FieldDefinition[] ReadAll(string[] fields)
    {
        FormatNames formats = new([]);
        return Array.ConvertAll(fields, field => Messages.FieldList.Read(field, formats));
    }

    private BinaryMessage DecodeNext(byte[] bytes, ref int offset, object source)
    {
        try
        {
            object?[] values = _decoder.DecodeFirst(bytes.AsSpan(offset), out int length);
            if (length == 0)
            {
                throw new SocketInputException(
                    ErrorIds.InvalidMessage, $"A message of no bytes comes again and again: {FieldText.Bytes(bytes.Length - offset)} left over", "Give the format a field of fixed width.");
            }

            offset += length;
            return new BinaryMessage(this, null, values);
        }
        catch (SocketInputException exception) when (exception.Target is null)
        {
            object rest = offset == 0 ? source : bytes[offset..];
            throw new SocketInputException(exception.ErrorId, $"At byte {offset}: {exception.Message}", exception.RecommendedAction, rest) { Offset = offset };
        }
    }

    private MessageField Make(FieldDefinition definition, long? offset)
    {
        FieldLength length = definition.Length ?? throw Invalid(definition.Name, definition.Name, "says no width");
        FieldType type = definition.Type ?? MessageField.DefaultType(length);
        MessageField field = new(definition, length, type, offset);
        switch (length)
        {
            case FieldLength.Fixed { Bits: < 1 or > FieldLength.MaximumBits }:
                throw Invalid(field, $"must have 1 to {FieldLength.MaximumBits} bits; longer ones are * or [Field]");
            case FieldLength.Fixed { Bits: var bits } when field.Content is null && Misfit(field.Kind, bits) is { } misfit:
                throw Invalid(field, misfit);
            case FieldLength.Fixed { Bits: var bits } when field.Content is not null && bits % 8 != 0:
                throw Invalid(field, "needs a whole number of bytes");
            case FieldLength.Coded when type != FieldType.UInt || field.Content is not null:
                throw Invalid(field, $"is an integer, and no {field.Type}");
            case not (FieldLength.Fixed or FieldLength.Coded) when type is not (FieldType.Bytes or FieldType.IPv4 or FieldType.IPv6 or FieldType.Mac or FieldType.Ascii or FieldType.Utf8 or FieldType.Hex):
                throw Invalid(field, "needs a width in bits, because its type is a number");
            case FieldLength.Stated { Field: var name } when PositionOf(name) is var position:
                if (position < 0 || _fields[position] is not { IsNumber: true, Kind: FieldType.UInt or FieldType.UIntLE })
                {
                    throw Invalid(field, $"takes its length from '{name}', which is not an unsigned integer field before it", Before());
                }

                break;
        }

        if (length is FieldLength.UntilElement { IsLast: var isLast })
        {
            CheckLast(field, isLast);
        }

        CheckCalculation(field, length.Calculation, "takes its length from");
        CheckCalculation(field, field.Condition, "depends on");
        if (field.Content?.Selector is { } selector && (PositionOf(selector) < 0 || !_fields[PositionOf(selector)].IsNumber))
        {
            throw Invalid(field, $"chooses by '{selector}', which is not an integer field before it", Before());
        }

        if (field.Names is not null && (!field.IsNumber || type is not (FieldType.UInt or FieldType.Int or FieldType.UIntLE or FieldType.IntLE or FieldType.Flags)))
        {
            throw Invalid(field, "has names for its values, and is not an integer of up to 64 bits");
        }

        foreach ((string name, Int128 value) in field.Names?.Entries ?? [])
        {
            if (FieldValues.Problem(field, value) is { } problem)
            {
                throw Invalid(field, $"has the name '{name}' for {value}, and {problem}", "Correct the number, or make the field wider; a name without a number has the one after that of the name before it.");
            }
        }

        return field;
    }

    // What a calculation may name here.
    private string Before() => _fields.TakeWhile(field => field is not null).Where(field => field.IsNumber).Select(field => field.Name).ToArray() is { Length: > 0 } names
        ? $"Name an integer field that stands before it: {string.Join(", ", names)}."
        : "Put an integer field before it, such as 'Length:16', and name that.";

    private void CountContent(MessageField field)
    {
        AllFields++;
        foreach ((_, _, MessageFormat format) in field.Content?.Cases ?? [])
        {
            Depth = Math.Max(Depth, format.Depth + 1);
            AllFields += format.AllFields;
        }

        if (Depth > MostDepth)
        {
            throw Invalid(field, $"is nested deeper than {MostDepth} formats");
        }

        if (AllFields > MostFields)
        {
            throw Invalid(field, $"makes the format one of more than {MostFields} fields, with those that fields consist of");
        }
    }

    // Names in a calculation are integer fields before it, or names of the values of one.
    private void CheckCalculation(MessageField field, FieldExpression? calculation, string what)
    {
        if (calculation is null)
        {
            return;
        }

        Dictionary<string, Int128> values = new(StringComparer.OrdinalIgnoreCase);
        foreach (string name in calculation.Names)
        {
            Int128? named = NamedValue(name, calculation.Names);
            if (!IsInteger(name) && (named is null || PositionOf(name) >= 0))
            {
                throw Invalid(field, $"{what} '{name}', which is not an integer field before it, nor a value's name that only one field has", Before());
            }

            if (named is not null && PositionOf(name) >= 0)
            {
                throw Invalid(field, $"{what} '{name}', which is a field before it and a value's name too: write the number {named}");
            }

            if (PositionOf(name) < 0)
            {
                values[name] = (named ?? NamedValue(name))!.Value;
            }
        }

        calculation.Bind(values);
    }

    // What a name stands for among the values of fields that are in the same calculation.
    private Int128? NamedValue(string name, IReadOnlyList<string> among)
    {
        foreach (string other in among)
        {
            if (!string.Equals(other, name, StringComparison.OrdinalIgnoreCase) && PositionOf(other) is var position and >= 0 && _fields[position].Names?.ValueOf(name) is Int128 value)
            {
                return value;
            }
        }

        return null;
    }

    // What tells the last element are integer fields of the elements.
    private static void CheckLast(MessageField field, FieldExpression isLast)
    {
        if (field.Content is not { } content)
        {
            throw Invalid(field, $"says with '{field.Length}' which element is its last, and not what its elements are, such as {field.Length}:(Kind:8 Value:8)");
        }

        foreach ((_, _, MessageFormat format) in content.Cases)
        {
            if (isLast.Names.FirstOrDefault(name => !format.IsInteger(name)) is { } unknown)
            {
                throw Invalid(field, $"ends by '{unknown}', which is not an integer field of its elements");
            }
        }
    }

    // Whether a calculation may have this name.
    private bool IsInteger(string name) => PositionOf(name) is var position and >= 0
        ? _fields[position] is { IsNumber: true, Kind: FieldType.UInt or FieldType.UIntLE or FieldType.Bool or FieldType.Flags or FieldType.Int or FieldType.IntLE }
        : NamedValue(name) is not null;

    /// <summary>The number that a name of a value stands for, where only one field has that name.</summary>
    internal Int128? NamedValue(string name)
    {
        Int128? found = null;
        foreach (MessageField? field in _fields)
        {
            if (field?.Names is { } names && names.ValueOf(name) is Int128 value)
            {
                if (found is not null && found != value)
                {
                    return null;
                }

                found = value;
            }
        }

        return found;
    }

    private void SetConstants()
    {
        Constants = new byte[]?[_fields.Length];
        for (int position = 0; position < _fields.Length; position++)
        {
            if (_fields[position] is not { Constant: { } constant } field)
            {
                continue;
            }

            if (field.Content is not null || field.Length is FieldLength.Padding)
            {
                throw Invalid(field, "cannot have a constant");
            }

            try
            {
                Constants[position] = field.IsNumber && field.Length is FieldLength.Fixed
                    ? System.Buffers.Binary.BinaryPrimitives.ReverseEndianness(FieldValues.BitsOf(field, constant)) is var bits ? BitConverter.GetBytes(bits) : null
                    : field.IsNumber ? CodedInteger.Write(((FieldLength.Coded)field.Length).Coding, FieldValues.BitsOf(field, constant))
                    : MessageEncoder.BytesOf(field, field.Kind == FieldType.Bytes && constant.StartsWith("0x", StringComparison.OrdinalIgnoreCase) ? Convert.FromHexString(constant.AsSpan(2)) : constant);
            }
            catch (Exception exception) when (exception is SocketInputException or FormatException)
            {
                throw Invalid(field, $"has the constant '{constant}', which it cannot hold: {exception.Message}");
            }
        }
    }

    private static string? Misfit(FieldType type, int bits) => type switch
    {
        FieldType.Int or FieldType.Bool or FieldType.Flags when bits > 64 => "may have 64 bits at most",
        FieldType.UIntLE or FieldType.IntLE when bits > 64 || bits % 8 != 0 => "needs a whole number of bytes, 8 at most",
        FieldType.Float or FieldType.FloatLE when bits != 32 => "must have 32 bits; 64 bits are a double",
        FieldType.Double or FieldType.DoubleLE when bits != 64 => "must have 64 bits; 32 bits are a float",
        FieldType.UnixTime when bits is not (32 or 64) => "must have 32 or 64 bits",
        FieldType.UnixMs or FieldType.Ntp when bits != 64 => "must have 64 bits",
        FieldType.Bytes or FieldType.Ascii or FieldType.Utf8 when bits % 8 != 0 => "needs a whole number of bytes",
        FieldType.Hex when bits % 4 != 0 => "needs 4 bits for each digit",
        FieldType.IPv4 when bits != 32 => "must have 32 bits",
        FieldType.IPv6 when bits != 128 => "must have 128 bits",
        FieldType.Mac when bits != 48 => "must have 48 bits",
        _ => null,
    };

    private static SocketInputException Invalid(MessageField field, string why, string? remedy = null) => Invalid(field.Name, field.ToString(), why, remedy);

    private static SocketInputException Invalid(string name, string target, string why, string? remedy = null) => new(
        ErrorIds.InvalidField, $"The field '{name}' {why}", remedy ?? "Correct the width or type of the field; widths are in bits, and network protocols count whole bytes.", target);
}
