using System.Text.RegularExpressions;
using PSSockets.Errors;

namespace PSSockets.Messages;

/// <summary>Entries of a field list that correct the fields of a picture, and the numbers of names that it has several times.</summary>
internal static partial class DiagramEntries
{
    /// <summary>Finds the entries below a picture. What only looks like one is a slip, and would else be a remark that nobody reads.</summary>
    /// <param name="text">The text of the picture.</param>
    /// <param name="fields">Its fields.</param>
    /// <param name="last">Its last line.</param>
    /// <param name="formats">The formats that entries may name.</param>
    /// <exception cref="SocketInputException"><c>InvalidDiagram</c>.</exception>
    public static List<string> Below(DiagramText text, IReadOnlyList<FieldDefinition> fields, int last, FormatNames formats)
    {
        List<string> entries = [];
        HashSet<string> names = new(fields.Select(field => field.Name), StringComparer.OrdinalIgnoreCase);
        for (int line = last + 1; line < text.Lines.Count; line++)
        {
            string written = text.Written(text.Lines[line]);
            IReadOnlyList<string> found = In(written, formats);
            entries.AddRange(found);
            if (found.Count == 0 && SlipPattern().Match(written) is { Success: true } slip && names.Contains(slip.Groups["name"].Value))
            {
                throw text.Error(
                    line,
                    slip.Groups["name"].Index,
                    $"this line begins with the field '{slip.Groups["name"].Value}' and is not an entry of a field list",
                    $"Write entries without spaces, such as '{slip.Groups["name"].Value}:[Length]' or '{slip.Groups["name"].Value}::utf8', and nothing else in the line; write a remark without a colon.");
            }
        }

        return entries;
    }

    /// <summary>The entries in a line; a word and a colon alone, as <c>References:</c>, is a heading.</summary>
    public static IReadOnlyList<string> In(string line, FormatNames formats) => HeadingPattern().IsMatch(line) ? [] : FieldList.EntriesOf(line, formats);

    /// <summary>Sets types and lengths of fields that there are; a width of 0 leaves the field out.</summary>
    /// <exception cref="SocketInputException"><c>InvalidField</c>: there is no field of that name.</exception>
    public static IReadOnlyList<FieldDefinition> Refine(IReadOnlyList<FieldDefinition> fields, IReadOnlyList<FieldDefinition> entries)
    {
        List<FieldDefinition?> refined = [.. fields];
        Dictionary<string, int> positions = new(StringComparer.OrdinalIgnoreCase);
        for (int position = 0; position < fields.Count; position++)
        {
            positions.TryAdd(fields[position].Name, position);
        }

        foreach (FieldDefinition entry in entries)
        {
            if (!positions.TryGetValue(entry.Name, out int place))
            {
                throw new SocketInputException(
                    ErrorIds.InvalidField,
                    $"The diagram has no field '{entry.Name}'; it has {string.Join(", ", refined.OfType<FieldDefinition>().Select(field => field.Name))}",
                    "Name a field as New-MessageFormat shows it, without spaces and punctuation.",
                    entry.Name);
            }

            if (entry.Length is FieldLength.Fixed { Bits: 0 })
            {
                refined[place] = null;
                positions.Remove(entry.Name);
                continue;
            }

            refined[place] = refined[place]!.RefinedBy(entry);
        }

        return [.. refined.OfType<FieldDefinition>()];
    }

    /// <summary>Numbers the names that are there already: R, R2, R3.</summary>
    public static IReadOnlyList<FieldDefinition> Number(IReadOnlyList<FieldDefinition> fields)
    {
        HashSet<string> taken = new(fields.Select(field => field.Name), StringComparer.OrdinalIgnoreCase);
        HashSet<string> met = new(StringComparer.OrdinalIgnoreCase);
        Dictionary<string, int> last = new(StringComparer.OrdinalIgnoreCase);
        List<FieldDefinition> numbered = [];
        foreach (FieldDefinition field in fields)
        {
            string name = field.Name;
            if (!met.Add(name))
            {
                int number = last.GetValueOrDefault(field.Name, 1);
                do
                {
                    number++;
                    name = $"{field.Name}{number}";
                }
                while (!taken.Add(name));

                last[field.Name] = number;
            }

            numbered.Add(field with { Name = name });
        }

        return numbered;
    }

    [GeneratedRegex(@"^\s*'?(?<name>\w+)\s*:(?:\S|\s+(?:[\[*{(|=?:]|[0-9]+\s*(?:[:{=?].*)?$))", RegexOptions.CultureInvariant)]
    private static partial Regex SlipPattern();

    [GeneratedRegex(@"^\s*\w+:\s*$", RegexOptions.CultureInvariant)]
    private static partial Regex HeadingPattern();
}
