using System.Text.RegularExpressions;
using PSSockets.Errors;

namespace PSSockets.Messages;

/// <summary>Fields written as text: <c>Version:4</c>, <c>Source:32:ipv4</c>, <c>Name:[Length]:utf8</c>, <c>Rest:*</c>.</summary>
internal static partial class FieldList
{
    /// <summary>The types by the names they have in a field list.</summary>
    public static IReadOnlyDictionary<string, FieldType> Types { get; } =
        Enum.GetValues<FieldType>().ToDictionary(NameOf, type => type, StringComparer.OrdinalIgnoreCase);

    /// <summary>The name of a type as it stands in a field list.</summary>
    public static string NameOf(FieldType type) => type.ToString().ToLowerInvariant();

    /// <summary>Whether this can be the name of a field: letters, digits and underscores.</summary>
    public static bool IsName(string text) => NamePattern().IsMatch(text);

    /// <summary>Reads one entry.</summary>
    /// <exception cref="SocketInputException"><c>InvalidField</c>.</exception>
    public static FieldDefinition Read(string? entry)
    {
        string[] parts = (entry ?? "").Split(':', 3, StringSplitOptions.TrimEntries);
        if (!IsName(parts[0]))
        {
            throw Invalid(entry, parts[0].Length == 0 ? "has no name" : $"has the name '{parts[0]}', and a name is made of letters, digits and _");
        }

        if (parts.Length == 1)
        {
            throw Invalid(entry, "says no width");
        }

        FieldLength? length = parts[1].Length == 0 ? null
            : FieldLength.Parse(parts[1]) ?? throw Invalid(entry, $"has the width '{parts[1]}', which is no number of bits, no [Field] and no *");
        FieldType? type = parts.Length < 3 || parts[2].Length == 0 ? null
            : Types.TryGetValue(parts[2], out FieldType known) ? known
            : throw Invalid(entry, $"has the type '{parts[2]}'; there are {string.Join(", ", Types.Keys)}");
        return length is null && type is null
            ? throw Invalid(entry, "says neither width nor type")
            : new FieldDefinition(parts[0], length, type);
    }

    /// <summary>The entries of a line that holds nothing else; none where it holds anything else.</summary>
    public static IReadOnlyList<string> EntriesOf(string line)
    {
        string[] entries = [.. EntryPattern().Matches(line).Select(match => match.Value)];
        return entries.Length > 0 && string.Concat(entries) == string.Concat(line.Where(letter => !char.IsWhiteSpace(letter) && letter is not (',' or '\''))) ? entries : [];
    }

    private static SocketInputException Invalid(string? entry, string why) => new(
        ErrorIds.InvalidField,
        $"The field '{entry}' {why}",
        "Write name:width or name:width:type, such as 'Version:4', 'Source:32:ipv4', 'Name:[Length]:utf8' or 'Rest:*'; the width is in bits.",
        entry);

    [GeneratedRegex(@"^\w+\z", RegexOptions.CultureInvariant)]
    private static partial Regex NamePattern();

    [GeneratedRegex(@"(?<![\w:])\w+:(?:[0-9]+|\*[0-9]*|\[[\w*+-]+\])?(?::[A-Za-z0-9]+)?(?=[\s,']|$)", RegexOptions.CultureInvariant)]
    private static partial Regex EntryPattern();
}
