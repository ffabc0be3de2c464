using System.Text;
using PSSockets.Messages;

namespace PSSockets;

/// <summary>A decoded message: one property for each field, in order. Each format has a type of its own, which is derived from this one.</summary>
public abstract class BinaryMessage
{
    private readonly byte[]? _bytes;
    private object[]? _values;

    /// <summary>Takes a message: its bytes, which have been found to fit the format, or its values.</summary>
    /// <param name="format">The format.</param>
    /// <param name="bytes">The bytes, which belong to this object; numbers are read from them when they are asked for. Null where there are values.</param>
    /// <param name="values">A value for each field, in order; null where there are bytes.</param>
    protected BinaryMessage(MessageFormat format, byte[]? bytes, object[]? values)
    {
        Format = format;
        _bytes = bytes;
        _values = values;
    }

    /// <summary>The format that it was decoded by.</summary>
    internal MessageFormat Format { get; }

    /// <summary>The values in the order of the fields.</summary>
    internal object[] Values => _values ??= Format.DecodeValues(_bytes);

    /// <summary>Names and values, on one line.</summary>
    public override string ToString()
    {
        StringBuilder text = new("@{");
        for (int position = 0; position < Values.Length; position++)
        {
            text.Append(position == 0 ? "" : "; ").Append(Format.FieldArray[position].Name).Append('=').Append(FieldText.Of(Values[position]));
        }

        return text.Append('}').ToString();
    }

    /// <summary>The value of a field that is a number, for the property of a derived type.</summary>
    protected object GetNumber(int position) => _values is null ? Format.DecodeNumber(_bytes, position) : _values[position];

    /// <summary>The value of any field, for the property of a derived type: the same object each time.</summary>
    protected object GetValue(int position) => Values[position];

    /// <summary>Sets the value of a field, for the property of a derived type.</summary>
    protected void SetValue(int position, object value) => Values[position] = value;
}
