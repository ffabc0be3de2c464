using System.Text;
using PSSockets.Messages;

namespace PSSockets;

/// <summary>A decoded message: one property for each field, in order. Each format has a type of its own, which is derived from this one.</summary>
public abstract class BinaryMessage
{
    private readonly object[] _values;

    /// <summary>Takes the values of the fields, in order.</summary>
    protected BinaryMessage(object[] values)
    {
        _values = values;
    }

    /// <summary>The format that it was decoded by.</summary>
    internal MessageFormat Format { get; set; } = null!;

    /// <summary>The values in the order of the fields.</summary>
    internal IReadOnlyList<object> Values => _values;

    /// <summary>Names and values, on one line.</summary>
    public override string ToString()
    {
        StringBuilder text = new("@{");
        for (int position = 0; position < _values.Length; position++)
        {
            text.Append(position == 0 ? "" : "; ").Append(Format.FieldArray[position].Name).Append('=').Append(FieldText.Of(_values[position]));
        }

        return text.Append('}').ToString();
    }

    /// <summary>The value of a field, for the property of a derived type.</summary>
    protected object GetValue(int position) => _values[position];

    /// <summary>Sets the value of a field, for the property of a derived type.</summary>
    protected void SetValue(int position, object value) => _values[position] = value;
}
