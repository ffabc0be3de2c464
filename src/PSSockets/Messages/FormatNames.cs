using System.Text.RegularExpressions;

namespace PSSockets.Messages;

/// <summary>The formats that an entry of a field list may name: those that were given with it, and what the fields before it consist of.</summary>
/// <param name="given">The formats that were given.</param>
internal sealed partial class FormatNames(IReadOnlyList<MessageFormat> given)
{
    private readonly Dictionary<string, MessageFormat> _earlier = new(StringComparer.OrdinalIgnoreCase);
    private readonly HashSet<string> _expected = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>The format of that name; null where there is none.</summary>
    public MessageFormat? Find(string name) =>
        given.LastOrDefault(format => format.Name.Length > 0 && format.Name.Equals(name, StringComparison.OrdinalIgnoreCase)) ?? _earlier.GetValueOrDefault(name);

    /// <summary>Whether there is or will be a format of that name, when the entries before have been read.</summary>
    public bool IsExpected(string name) => _expected.Contains(name) || Find(name) is not null;

    /// <summary>Notes the names of an entry that has not been read yet, with those within it.</summary>
    public void Expect(string entry)
    {
        if (entry.Contains('(', StringComparison.Ordinal))
        {
            foreach (ValueMatch name in NamePattern().EnumerateMatches(entry))
            {
                _expected.Add(entry.Substring(name.Index, name.Length));
            }
        }
    }

    /// <summary>Lets later entries name what this field consists of.</summary>
    public void Add(FieldDefinition field)
    {
        if (field.Content is { Selector: null } content)
        {
            _earlier[field.Name] = content.Cases[0].Format;
        }
    }

    [GeneratedRegex(@"\w+(?=:)", RegexOptions.CultureInvariant)]
    private static partial Regex NamePattern();
}
