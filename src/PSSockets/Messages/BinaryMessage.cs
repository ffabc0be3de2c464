using System.Dynamic;
using System.Linq.Expressions;
using System.Text;
using PSSockets.Messages;

namespace PSSockets;

/// <summary>
/// A decoded message, with a value for each field, in order. PowerShell sees the fields as properties: scripts read them through the dynamic
/// binder, and everything that lists properties (tables, ConvertTo-Json, Export-Csv) through a type adapter.
/// So no format needs a type of its own, which could never be freed.
/// </summary>
public sealed class BinaryMessage : IDynamicMetaObjectProvider
{
    private readonly byte[]? _bytes;
    private object?[]? _values;

    /// <summary>Takes a message: its bytes, which have been found to fit the format, or its values.</summary>
    /// <param name="format">The format.</param>
    /// <param name="bytes">The bytes, which belong to this object; numbers are read from them when they are asked for. Null where there are values.</param>
    /// <param name="values">A value for each field, in order; null where there are bytes.</param>
    internal BinaryMessage(MessageFormat format, byte[]? bytes, object?[]? values)
    {
        Format = format;
        _bytes = bytes;
        _values = values;
    }

    /// <summary>The value of a member that is not a field, alone in an array; null where there is none. PowerShell's layer sets it.</summary>
    internal static Func<BinaryMessage, string, object?[]?>? MembersOfOthers { get; set; }

    /// <summary>Shows PowerShell what a field has that is a message, or several. PowerShell's layer sets it.</summary>
    internal static Func<object?, object?>? Shown { get; set; }

    /// <summary>The format that it was decoded by.</summary>
    internal MessageFormat Format { get; }

    /// <summary>The values in the order of the fields.</summary>
    internal object?[] Values => _values ??= Format.DecodeValues(_bytes);

    /// <summary>Names and values, on one line, without fields that are not there.</summary>
    public override string ToString()
    {
        StringBuilder text = new("@{");
        for (int position = 0; position < Values.Length; position++)
        {
            if (Values[position] is null && Format.FieldArray[position].Condition is not null)
            {
                continue;
            }

            text.Append(text.Length == 2 ? "" : "; ").Append(Format.FieldArray[position].Name).Append('=').Append(FieldText.Of(Values[position]));
        }

        return text.Append('}').ToString();
    }

    /// <inheritdoc />
    DynamicMetaObject IDynamicMetaObjectProvider.GetMetaObject(Expression parameter) => new FieldAccess(parameter, this);

    /// <summary>The value of a field: a number is read from the bytes where no other value was asked for.</summary>
    internal object? ValueAt(int position) => _values is null && Format.IsNumberAt(position) ? Format.DecodeNumber(_bytes, position) : Values[position];

    /// <summary>Whether a calculation with its fields is not 0.</summary>
    internal bool Holds(FieldExpression condition) => condition.Evaluate(NumberOf) != 0;

    /// <summary>Sets the value of a field.</summary>
    internal void SetValueAt(int position, object? value) => Values[position] = value;

    // A field that is not there is 0.
    private Int128 NumberOf(string name)
    {
        int position = Format.PositionOf(name);
        if (position < 0)
        {
            return Format.NamedValue(name) ?? 0;
        }

        MessageField field = Format.FieldArray[position];
        return FieldValues.NumberOf(field, FieldValues.BitsOf(field, ValueAt(position)), field.Width ?? 64);
    }

    /// <summary>How scripts read a field: by its name, which is found once for each format and place in a script.</summary>
    private sealed class FieldAccess(Expression expression, BinaryMessage message) : DynamicMetaObject(expression, BindingRestrictions.Empty, message)
    {
        /// <inheritdoc />
        public override DynamicMetaObject BindGetMember(GetMemberBinder binder)
        {
            Place place = new(binder.Name);
            Expression self = Expression.Convert(Expression, typeof(BinaryMessage));
            Expression isField = Expression.Call(Expression.Constant(place), nameof(Place.IsField), null, self);
            BindingRestrictions isMessage = BindingRestrictions.GetTypeRestriction(Expression, typeof(BinaryMessage));
            if (place.IsField(message))
            {
                Expression field = Expression.Convert(Expression.Call(Expression.Constant(place), nameof(Place.Get), null, self), binder.ReturnType);
                return new DynamicMetaObject(field, isMessage.Merge(BindingRestrictions.GetExpressionRestriction(isField)));
            }

            // Everything else, such as members of type data, is PowerShell's.
            DynamicMetaObject other = binder.FallbackGetMember(this);
            ParameterExpression member = Expression.Variable(typeof(object?[]));
            Expression value = Expression.Block(
                [member],
                Expression.Assign(member, Expression.Call(Expression.Constant(place), nameof(Place.GetOther), null, self)),
                Expression.Condition(
                    Expression.Equal(member, Expression.Constant(null)), Expression.Convert(other.Expression, binder.ReturnType), Expression.Convert(Expression.ArrayIndex(member, Expression.Constant(0)), binder.ReturnType)));
            return new DynamicMetaObject(
                value, isMessage.Merge(BindingRestrictions.GetExpressionRestriction(Expression.Not(isField))).Merge(other.Restrictions));
        }

        /// <inheritdoc />
        public override IEnumerable<string> GetDynamicMemberNames() => message.Format.FieldArray.Select(field => field.Name);
    }

    /// <summary>A place in a script where a name is read, with the position that it had last. It holds no format, so that formats can be freed.</summary>
    private sealed class Place(string name)
    {
        private Found _last = new(0, -1);

        public bool IsField(BinaryMessage message) => Find(message) >= 0;

        public object? Get(BinaryMessage message) => message.ValueAt(Find(message)) is var value && value is BinaryMessage or BinaryMessage[] && Shown is { } shown ? shown(value) : value;

        public object?[]? GetOther(BinaryMessage message) => MembersOfOthers?.Invoke(message, name);

        private int Find(BinaryMessage message)
        {
            Found last = _last;
            if (last.Format != message.Format.Number)
            {
                _last = last = new Found(message.Format.Number, message.Format.PositionOf(name));
            }

            return last.Position;
        }

        private sealed record Found(long Format, int Position);
    }
}
