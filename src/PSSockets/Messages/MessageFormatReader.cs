using System.Text.RegularExpressions;
using PSSockets.Errors;

namespace PSSockets.Messages;

/// <summary>Makes formats of what users write: a diagram, a field list, or a diagram whose fields a list refines.</summary>
internal static partial class MessageFormatReader
{
    /// <summary>Makes a format.</summary>
    /// <param name="diagram">The diagram, or its lines; where they are fields instead, they are read as those.</param>
    /// <param name="fields">Entries of a field list.</param>
    /// <param name="name">The name of the format.</param>
    /// <param name="formats">Formats that fields may name as what they consist of.</param>
    /// <exception cref="SocketInputException"><c>InvalidDiagram</c>, <c>InvalidField</c> or <c>InvalidArgument</c>.</exception>
    public static MessageFormat Read(IReadOnlyList<string> diagram, IReadOnlyList<string> fields, string name = "", IReadOnlyList<MessageFormat>? formats = null)
    {
        FormatNames names = new(formats ?? []);
        string picture = string.Join('\n', diagram).ReplaceLineEndings("\n");
        if (string.IsNullOrWhiteSpace(picture) && fields.Count == 0)
        {
            throw new SocketInputException(
                ErrorIds.InvalidArgument, "There is neither a diagram nor a field", "Pass the picture of the message with -Diagram, or its fields with -Field 'Version:4', 'Length:4'.");
        }

        IReadOnlyList<FieldDefinition> read = string.IsNullOrWhiteSpace(picture) ? []
            : ReadList(picture.Split('\n'), names) ?? NotationReader.TryRead(picture) ?? DiagramReader.Read(picture, names);
        FieldDefinition[] entries = [.. fields.Select(entry => FieldList.Read(entry, names))];
        return new MessageFormat(name, read.Count == 0 ? entries : DiagramEntries.Refine(read, entries));
    }

    // A text without any ruling or bar whose lines are entries, but for remarks above the first; null where it is something else.
    private static IReadOnlyList<FieldDefinition>? ReadList(string[] lines, FormatNames formats)
    {
        bool isPicture = Array.Exists(lines, line => line.Contains("+-", StringComparison.Ordinal) || (line.Contains('|', StringComparison.Ordinal) && FieldList.EntriesOf(line, formats).Count == 0));
        string[] written = isPicture ? [] : [.. lines.Where(line => !string.IsNullOrWhiteSpace(line))];
        string[][] entries = [.. written.Select(line => FieldList.EntriesOf(line, formats).ToArray()).SkipWhile(line => line.Length == 0)];
        if (entries.Length > 0 && Array.TrueForAll(entries, line => line.Length > 0))
        {
            return [.. entries.SelectMany(line => line).Select(entry => FieldList.Read(entry, formats))];
        }

        // A line that begins as an entry does, among lines that are entries or alone: the error is that of the field, and not that it is not a picture.
        bool isAlone = written.Length == 1;
        foreach (string line in isAlone || entries.Length > 0 ? written.SkipWhile(line => !isAlone && FieldList.EntriesOf(line, formats).Count == 0) : [])
        {
            if (isAlone && PathPattern().IsMatch(line))
            {
                throw new SocketInputException(
                    ErrorIds.InvalidArgument, $"'{line.Trim()}' is the path of a file, and neither a picture nor a list of fields", "Pass what the file holds: New-MessageFormat (Get-Content -Raw -LiteralPath 'format.txt').", line);
            }

            if (FieldList.EntriesOf(line, formats).Count == 0 && EntryPattern().IsMatch(line) && FieldList.SlipIn(line, formats) is { } slip)
            {
                throw slip;
            }
        }

        return null;
    }

    // A name with a colon, or with a width after it.
    [GeneratedRegex(@"^\s*'?[\w]+(?:\s*:(?!\s*[\p{L}]+ )|\s+(?:[0-9]+|\[[^\]]*\]?|\*[0-9]*)(?:[\s:,']|$))", RegexOptions.CultureInvariant)]
    private static partial Regex EntryPattern();

    [GeneratedRegex(@"^\s*(?:(?:~|\.{1,2})?[/\\]\S*|[A-Za-z]:[/\\][^?*]*|[\w.-]+(?:[/\\][\w.-]+)*\.(?:txt|md|rst|adoc|fields?|format))\s*$", RegexOptions.CultureInvariant)]
    private static partial Regex PathPattern();
}
