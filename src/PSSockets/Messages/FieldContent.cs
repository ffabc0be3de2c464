using System.Globalization;

namespace PSSockets.Messages;

/// <summary>What a field consists of that is a message itself: a format, or a choice of formats by the value of another field.</summary>
internal sealed class FieldContent
{
    private readonly List<(Int128? Value, string? Name, MessageFormat Format)> _cases;

    /// <summary>One format, whatever other fields say.</summary>
    public FieldContent(MessageFormat format)
    {
        _cases = [(null, null, format)];
    }

    /// <summary>A choice.</summary>
    /// <param name="selector">The field whose value chooses.</param>
    /// <param name="cases">Values, or names of values, with their formats; a value of null is any other.</param>
    public FieldContent(string selector, IEnumerable<(Int128? Value, string? Name, MessageFormat Format)> cases)
    {
        Selector = selector;
        _cases = [.. cases];
    }

    /// <summary>The field whose value chooses; null without a choice.</summary>
    public string? Selector { get; }

    /// <summary>The cases.</summary>
    public IReadOnlyList<(Int128? Value, string? Name, MessageFormat Format)> Cases => _cases;

    /// <summary>The format for a value of the selector; null where none is for it.</summary>
    public MessageFormat? FormatFor(Int128 value, FieldNames? names)
    {
        MessageFormat? other = null;
        foreach ((Int128? wanted, string? name, MessageFormat format) in _cases)
        {
            if (wanted == value || (name is not null && FieldInteger.Read(names?.ValueOf(name)) == value))
            {
                return format;
            }

            other = wanted is null && name is null ? format : other;
        }

        return other;
    }

    /// <summary>As a field list has it: <c>(A:8 B:8)</c>, or <c>Kind{1=(A:8),*=(Rest:*)}</c>.</summary>
    /// <param name="written">What the fields written so far consist of, by their names: a format that is among them is written as that name. Null writes all in full.</param>
    public string ToText(Dictionary<string, MessageFormat>? written)
    {
        string Text(MessageFormat format) => written?.FirstOrDefault(field => ReferenceEquals(field.Value, format)).Key
            ?? $"({string.Join(' ', format.FieldArray.Select(field => field.ToText(written)))})";
        return Selector is null
            ? Text(_cases[0].Format)
            : $"{Selector}{{{string.Join(',', _cases.Select(entry => $"{entry.Name ?? entry.Value?.ToString(CultureInfo.InvariantCulture) ?? "*"}={Text(entry.Format)}"))}}}";
    }
}
