using System.Collections;
using System.Globalization;
using System.Numerics;
using PSSockets.Errors;

namespace PSSockets.Messages;

/// <summary>From the values of fields to bytes.</summary>
internal sealed class MessageEncoder
{
    private readonly MessageFormat _format;
    private readonly MessageField[] _fields;

    public MessageEncoder(MessageFormat format)
    {
        _format = format;
        _fields = format.FieldArray;
    }

    /// <summary>Encodes one message.</summary>
    /// <param name="given">Names and values; what is missing, or null, is 0 or empty, and lengths are filled in.</param>
    /// <param name="fieldsOf">Names and values of what a field holds that is a message itself; null for hashtables and decoded messages alone.</param>
    /// <exception cref="SocketInputException"><c>FieldNotFound</c>, <c>InvalidFieldValue</c>, <c>ValueOutOfRange</c> or <c>LengthMismatch</c>.</exception>
    public byte[] Encode(IEnumerable<KeyValuePair<string, object?>> given, Func<object?, IEnumerable<KeyValuePair<string, object?>>>? fieldsOf = null)
    {
        Message message = new(this, Arrange(given), fieldsOf ?? FieldsOf);
        return message.Encode();
    }

    /// <summary>The bytes of a value whose field is not a number.</summary>
    internal static byte[] BytesOf(MessageField field, object? value)
    {
        // Numbers of more than 64 bits are bytes; what is written as a number stands at their end.
        byte[] bytes = field.Kind == FieldType.UInt && FieldInteger.ReadBig(value) is { } number ? BigEndian(field, value!, number) : FieldBytes.From(field, value);
        if (field.Length is FieldLength.Until { Terminator: var terminator } && Array.IndexOf(bytes, terminator) >= 0)
        {
            throw new SocketInputException(
                ErrorIds.InvalidFieldValue, $"'{field.Name}' holds a byte {terminator}, which marks its end", "Leave the mark out of the data; the field after it holds it.", value);
        }

        int addressBytes = field.Kind switch { FieldType.IPv4 => 4, FieldType.IPv6 => 16, FieldType.Mac => 6, _ => bytes.Length };
        if (field.Width is null && bytes.Length > 0 && bytes.Length != addressBytes)
        {
            throw FieldBytes.Unusable(field, value, $"{addressBytes} bytes");
        }

        if (field.Width is not { } width)
        {
            return bytes;
        }

        int length = (width + 7) / 8;
        bool isPadded = bytes.Length == 0 || (field.Kind is FieldType.Ascii or FieldType.Utf8 && bytes.Length < length);
        if (isPadded)
        {
            Array.Resize(ref bytes, length);
        }

        return bytes.Length == length && (width % 8 == 0 || bytes[0] >> (width % 8) == 0)
            ? bytes
            : throw new SocketInputException(
                ErrorIds.ValueOutOfRange,
                $"'{field.Name}' has {width} bits, which are {length} bytes, and the value has {(bytes.Length == length ? "more bits" : $"{bytes.Length} bytes")}",
                "Pass as many bytes as the field has.",
                value);
    }

    private static IEnumerable<KeyValuePair<string, object?>> FieldsOf(object? value) => value switch
    {
        BinaryMessage message => message.Format.FieldArray.Select((field, position) => new KeyValuePair<string, object?>(field.Name, message.Values[position])),
        IDictionary fields => fields.Keys.Cast<object>().Select(key => new KeyValuePair<string, object?>(Convert.ToString(key, CultureInfo.InvariantCulture) ?? "", fields[key])),
        _ => throw new SocketInputException(ErrorIds.InvalidFieldValue, $"{InputText.Describe(value)} has no fields to encode", "Pass a hashtable such as @{ Id = 1 }.", value),
    };

    private object?[] Arrange(IEnumerable<KeyValuePair<string, object?>> given)
    {
        object?[] values = new object?[_fields.Length];
        bool[] isGiven = new bool[_fields.Length];
        foreach ((string name, object? value) in given)
        {
            int position = _format.PositionOf(name);
            if (position < 0)
            {
                throw new SocketInputException(
                    ErrorIds.FieldNotFound,
                    $"The format{(_format.Name.Length > 0 ? $" {_format.Name}" : "")} has no field '{name}'",
                    $"Its fields are {string.Join(", ", _fields.Select(field => field.Name))}.",
                    name);
            }

            if (isGiven[position])
            {
                throw new SocketInputException(ErrorIds.InvalidFieldValue, $"'{_fields[position].Name}' is given twice", "Names of fields are the same in upper and lower case.", name);
            }

            isGiven[position] = true;
            values[position] = value;
        }

        return values;
    }

    private static byte[] BigEndian(MessageField field, object value, BigInteger number)
    {
        int length = (field.Width!.Value + 7) / 8;
        if (number.Sign < 0 || number.GetByteCount(isUnsigned: true) > length)
        {
            throw new SocketInputException(
                ErrorIds.ValueOutOfRange, $"'{field.Name}' ({field.Width} bits) cannot hold {value}", "Pass a value that is not negative and fits.", value);
        }

        byte[] bytes = number.ToByteArray(isUnsigned: true, isBigEndian: true);
        byte[] whole = new byte[length];
        bytes.CopyTo(whole, length - bytes.Length);
        return whole;
    }

    /// <summary>One message while it is encoded.</summary>
    private sealed class Message(MessageEncoder encoder, object?[] values, Func<object?, IEnumerable<KeyValuePair<string, object?>>> fieldsOf)
    {
        private readonly MessageFormat _format = encoder._format;
        private readonly MessageField[] _fields = encoder._fields;

        // The number that a field has; null where it is not known yet. Data, and how many elements it is.
        private readonly Int128?[] _numbers = new Int128?[encoder._fields.Length];
        private readonly byte[]?[] _data = new byte[]?[encoder._fields.Length];
        private readonly int[] _counts = new int[encoder._fields.Length];
        private readonly bool[] _isMissing = new bool[encoder._fields.Length];

        public byte[] Encode()
        {
            for (int position = 0; position < _fields.Length; position++)
            {
                Take(position);
            }

            FillInLengths();
            FindMissing();
            CheckLengths();
            for (int position = 0; position < _fields.Length; position++)
            {
                MessageField field = _fields[position];
                if (field.Length is FieldLength.Nested && !_isMissing[position] && _data[position] is null)
                {
                    _data[position] = Element(position, new Hashtable());
                }
                else if (field.Length is FieldLength.UntilElement until && !_isMissing[position] && _data[position]!.Length == 0)
                {
                    List<byte[]> last = [];
                    EndWithLast(position, until.IsLast, last);
                    _data[position] = last[0];
                }
                else if (field.Length is FieldLength.Coded coded && !_isMissing[position])
                {
                    _data[position] = CodedInteger.Write(coded.Coding, FieldValues.BitsOf(field, (UInt128)Number(position) <= ulong.MaxValue ? (ulong)Number(position) : values[position]));
                }
            }

            return Write();
        }

        private static bool IsEmpty(object? value) => value is null or ICollection { Count: 0 } or "";

        private byte[] Write()
        {
            long bits = 0;
            long[] widths = new long[_fields.Length];
            for (int position = 0; position < _fields.Length; position++)
            {
                MessageField field = _fields[position];
                if (_isMissing[position])
                {
                    continue;
                }

                if (field.Length is FieldLength.Padding padding)
                {
                    _data[position] = Padding(position, padding, bits);
                }

                if (field.Length is FieldLength.Nested or FieldLength.Counted or FieldLength.UntilElement or FieldLength.Coded or FieldLength.Padding && bits % 8 != 0)
                {
                    throw new SocketInputException(ErrorIds.InvalidFieldValue, $"'{field.Name}' would begin within a byte, at bit {bits}", "Let the fields before it fill whole bytes.");
                }

                widths[position] = field.Width ?? (long)_data[position]!.Length * 8;
                bits += widths[position];
            }

            if (bits / 8 > Array.MaxLength)
            {
                throw new SocketInputException(ErrorIds.ValueOutOfRange, $"The message would have {bits / 8} bytes", "Send long data in several messages.");
            }

            if (bits % 8 != 0)
            {
                throw new SocketInputException(ErrorIds.InvalidFieldValue, $"The message would end within a byte, after {bits} bits", "Correct the widths of the fields that are there only at times.");
            }

            byte[] message = new byte[bits / 8];
            long offset = 0;
            for (int position = 0; position < _fields.Length; position++)
            {
                if (_isMissing[position])
                {
                    continue;
                }

                if (_data[position] is { } data)
                {
                    BitString.WriteBytes(message, offset, widths[position], data);
                }
                else
                {
                    BitString.Write(message, offset, (int)widths[position], FieldValues.BitsOf(_fields[position], values[position]));
                }

                offset += widths[position];
            }

            return message;
        }

        private byte[] Padding(int position, FieldLength.Padding padding, long bits)
        {
            int wanted = (int)((padding.Multiple - ((bits + 7) / 8 % padding.Multiple)) % padding.Multiple);
            byte[] given = values[position] is null ? new byte[wanted] : BytesOf(_fields[position], values[position]);
            return given.Length == wanted || (given.Length == 0 && position == _fields.Length - 1)
                ? given
                : throw new SocketInputException(
                    ErrorIds.LengthMismatch, $"'{_fields[position].Name}' must be {FieldText.Bytes(wanted)} here, and has {given.Length}", "Leave it out, and it is filled in.", values[position]);
        }

        // What is known of a field by itself: its number, or its data.
        private void Take(int position)
        {
            MessageField field = _fields[position];
            if (_format.Constants[position] is { } constant)
            {
                object? was = values[position];
                if (field.IsNumber)
                {
                    Int128 wanted = field.Width is { } width ? FieldValues.NumberOf(field, BitString.Read(constant, 0, 64), width) : FieldInteger.Read(field.Constant)!.Value;
                    if (was is not null && FieldValues.BitsOf(field, was) != FieldValues.BitsOf(field, field.Constant))
                    {
                        throw NotConstant(field, was);
                    }

                    values[position] = field.Constant;
                    _numbers[position] = wanted;
                    return;
                }

                if (!IsEmpty(was) && !BytesOf(field, was).AsSpan().SequenceEqual(constant))
                {
                    throw NotConstant(field, was);
                }

                _data[position] = constant;
                _counts[position] = constant.Length;
                return;
            }

            if (field.Content is not null)
            {
                TakeElements(position);
            }
            else if (field.IsNumber)
            {
                if (values[position] is { } value)
                {
                    ulong bits = FieldValues.BitsOf(field, value);
                    _numbers[position] = FieldValues.NumberOf(field, bits, field.Width ?? 64);
                }
            }
            else if (field.Length is not FieldLength.Padding)
            {
                _data[position] = BytesOf(field, values[position]);
                _counts[position] = _data[position]!.Length;
            }
        }

        private void TakeElements(int position)
        {
            MessageField field = _fields[position];
            object? value = values[position];
            if (field.Length is FieldLength.Nested)
            {
                if (value is not null)
                {
                    _data[position] = Element(position, value);
                }

                return;
            }

            IEnumerable<object?> elements = value switch
            {
                null => [],
                IDictionary or BinaryMessage => [value],
                IEnumerable list => list.Cast<object?>(),
                _ => [value],
            };
            List<byte[]> encoded = [.. elements.Select((element, index) => Element(position, element, index + 1))];
            // An empty one may be missing: that is known once all numbers are.
            if (field.Length is FieldLength.UntilElement until && encoded.Count > 0)
            {
                EndWithLast(position, until.IsLast, encoded);
            }

            _data[position] = [.. encoded.SelectMany(bytes => bytes)];
            _counts[position] = field.Length is FieldLength.Counted ? encoded.Count : _data[position]!.Length;
            if (field.Width is { } width && _data[position]!.Length != width / 8)
            {
                throw new SocketInputException(
                    ErrorIds.ValueOutOfRange, $"'{field.Name}' has {width} bits, which are {width / 8} bytes, and its elements have {_data[position]!.Length}", "Pass elements that fill the field.", value);
            }
        }

        // Where the last of the elements is missing, it is one of zeros, if such a one can be the last.
        private void EndWithLast(int position, FieldExpression isLast, List<byte[]> encoded)
        {
            int last = encoded.FindIndex(element => IsLast(position, isLast, element));
            if (last < 0 && Element(position, new Hashtable()) is var zeros && IsLast(position, isLast, zeros))
            {
                last = encoded.Count;
                encoded.Add(zeros);
            }

            if (last != encoded.Count - 1 || last < 0)
            {
                throw new SocketInputException(
                    ErrorIds.InvalidFieldValue,
                    last < 0 ? $"'{_fields[position].Name}' has no last element, where {isLast}" : $"'{_fields[position].Name}' is over with element {last + 1}, where {isLast}, and more follow",
                    "Pass elements of which the last one is so, and no other.",
                    values[position]);
            }
        }

        private bool IsLast(int position, FieldExpression isLast, byte[] element)
        {
            BinaryMessage first = ContentOf(position, null).DecodeFirst(element, out int length);
            return length == element.Length ? first.Holds(isLast) : throw new SocketInputException(
                ErrorIds.InvalidFieldValue,
                $"An element of '{_fields[position].Name}' is given as {FieldText.Bytes(element.Length)}, of which only the first {length} are one",
                "Pass each element by itself.",
                element);
        }

        // What a field consists of, by the number of the field that chooses.
        private MessageFormat ContentOf(int position, object? value)
        {
            FieldContent content = _fields[position].Content!;
            if (content.Selector is not { } selector)
            {
                return content.Cases[0].Format;
            }

            int place = _format.PositionOf(selector);
            Int128 chosen = _numbers[place] ?? (value is BinaryMessage message ? CaseOf(content, place, message) : null) ?? 0;
            return content.FormatFor(chosen, _fields[place].Names) ?? throw new SocketInputException(
                ErrorIds.InvalidFieldValue, $"'{_fields[position].Name}' has no format for '{_fields[place].Name}' {chosen}", "Add a case for it, or one for every other value: *=(Rest:*).", value);
        }

        private byte[] Element(int position, object? value, int number = 0)
        {
            MessageFormat format = ContentOf(position, value);
            if (value is byte[] bytes)
            {
                return bytes;
            }

            try
            {
                return format.Encoder.Encode(fieldsOf(value), fieldsOf);
            }
            catch (SocketInputException exception)
            {
                throw new SocketInputException(exception.ErrorId, $"In '{_fields[position].Name}'{(number > 0 ? $", element {number}" : "")}: {exception.Message}", exception.RecommendedAction, exception.Target);
            }
        }

        // A decoded message tells the case that it was decoded by.
        private Int128? CaseOf(FieldContent content, int place, BinaryMessage message)
        {
            foreach ((Int128? number, string? name, MessageFormat format) in content.Cases)
            {
                if (ReferenceEquals(format, message.Format) && (number ?? FieldInteger.Read(_fields[place].Names?.ValueOf(name))) is { } found)
                {
                    values[place] = found;
                    return _numbers[place] = found;
                }
            }

            return null;
        }

        private Int128 Number(int position) => _isMissing[position] ? 0 : _numbers[position] ?? 0;

        private Int128 Number(string name) => _format.PositionOf(name) is var place and >= 0 ? Number(place) : _format.NamedValue(name) ?? 0;

        // A length that was not given follows from the data.
        private void FillInLengths()
        {
            bool isLast = false;
            while (true)
            {
                bool hasMore = false;
                bool isSolved = false;
                for (int position = 0; position < _fields.Length; position++)
                {
                    if (_fields[position].Calculation is not { } calculation || !IsThere(position))
                    {
                        continue;
                    }

                    int[] unknown = [.. calculation.Fields.Select(_format.PositionOf).Where(place => place >= 0 && _numbers[place] is null && IsThere(place))];
                    if (unknown.Length == 1 || (unknown.Length > 1 && isLast))
                    {
                        // Of several that nothing tells, the first is the length, and the others are 0.
                        Solve(position, calculation, unknown[0]);
                        isSolved = true;
                        isLast = false;
                    }

                    hasMore |= unknown.Length > 1;
                }

                if (!isSolved && (!hasMore || isLast))
                {
                    return;
                }

                isLast = !isSolved;
            }
        }

        private bool IsThere(int position) => _fields[position].Condition is not { } condition || condition.Evaluate(Number) != 0 || !IsEmpty(values[position]);

        private void Solve(int position, FieldExpression calculation, int unknown)
        {
            MessageField length = _fields[unknown];
            Int128 wanted = _counts[position];
            Int128 At(Int128 value) => calculation.Evaluate(name => _format.PositionOf(name) == unknown ? value : Number(name));
            Int128 most = length.Length is FieldLength.Coded coded ? CodedInteger.Largest(coded.Coding) : (Int128.One << Math.Min(length.Width!.Value, 64)) - 1;
            Int128 first = At(0);
            Int128 step = At(1) - first;
            Int128? found = step != 0 && At(2) - At(1) == step && (wanted - first) % step == 0 && (wanted - first) / step is var straight && straight >= 0 && At(straight) == wanted ? straight : null;
            if (found is null && step >= 0)
            {
                // The largest that does not say more: of 17 to 24 bits, which are 3 bytes, 24.
                (Int128 low, Int128 high) = (0, most);
                while (low < high)
                {
                    Int128 middle = low + ((high - low + 1) / 2);
                    (low, high) = At(middle) <= wanted ? (middle, high) : (low, middle - 1);
                }

                found = At(low) == wanted ? low : null;
            }

            // A field that only decides whether something counts, as QoS in 2*(QoS>0), stays 0 where that fits.
            found ??= first == wanted ? 0 : null;
            MessageField field = _fields[position];
            if (found is null)
            {
                throw new SocketInputException(
                    ErrorIds.LengthMismatch,
                    field.Length is FieldLength.Stated stated
                        ? $"'{field.Name}' has {FieldText.Bytes(wanted)}, which '{stated}' cannot say: that is counted in units of {stated.Unit} bytes{(stated.Shift == 0 ? "" : $", with {-(long)stated.Shift:+0;-0} bytes counted in")}"
                        : $"'{field.Name}' has {Count(field, wanted)}, which '{field.Length}' cannot say",
                    "Fill the data up to a whole unit.",
                    field.Length is FieldLength.Counted ? values[position] : _data[position]);
            }

            _numbers[unknown] = found;
            values[unknown] = found <= long.MaxValue ? (long)found.Value : (object)(BigInteger)found.Value;
            FieldValues.BitsOf(length, values[unknown]);
        }

        private void FindMissing()
        {
            for (int position = 0; position < _fields.Length; position++)
            {
                if (_fields[position].Condition is not { } condition || condition.Evaluate(Number) != 0)
                {
                    continue;
                }

                _isMissing[position] = true;
                if (!IsEmpty(values[position]) && _fields[position].Constant is null)
                {
                    throw new SocketInputException(
                        ErrorIds.InvalidFieldValue,
                        $"'{_fields[position].Name}' is given, and is there only where {condition}",
                        "Leave it out, or set the fields that its condition names.",
                        values[position]);
                }
            }
        }

        // A length that was given must agree with the data.
        private void CheckLengths()
        {
            for (int position = 0; position < _fields.Length; position++)
            {
                MessageField field = _fields[position];
                if (_isMissing[position] || field.Calculation is not { } calculation || calculation.Evaluate(Number) is var said && said == _counts[position])
                {
                    continue;
                }

                int count = _counts[position];
                if (field.Length is FieldLength.Stated stated)
                {
                    int place = _format.PositionOf(stated.Field);
                    throw new SocketInputException(
                        ErrorIds.LengthMismatch,
                        $"'{_fields[place].Name}' is {values[place] ?? 0}, which says that '{field.Name}' ({stated}) has {FieldText.Bytes(said)}, and it has {count}",
                        $"Leave '{_fields[place].Name}' out, and it is filled in{(Units(stated, count) is { } right ? $", or set it to {right}" : "")}.",
                        values[place]);
                }

                throw new SocketInputException(
                    ErrorIds.LengthMismatch,
                    $"{string.Join(", ", calculation.Fields.Where(name => _format.PositionOf(name) >= 0).Select(name => $"'{name}' is {Number(name)}"))}, which says that '{field.Name}' ({field.Length}) has {Count(field, said)}, and it has {count}",
                    $"Leave '{calculation.Fields.First()}' out, and it is filled in.",
                    values[position]);
            }
        }

        private static string Count(MessageField field, Int128 count) => field.Length is FieldLength.Counted ? $"{count} {(count == 1 ? "element" : "elements")}" : FieldText.Bytes(count);

        private static SocketInputException NotConstant(MessageField field, object? value) => new(
            ErrorIds.InvalidFieldValue, $"'{field.Name}' is always {field.Constant} in this format, and not {FieldText.Of(value)}", $"Leave '{field.Name}' out.", value);

        // What a length field says of so many bytes; null where it cannot say that.
        private static long? Units(FieldLength.Stated stated, int count) =>
            (long)count - stated.Shift is >= 0 and var units && units % stated.Unit == 0 ? units / stated.Unit : null;
    }
}
