using PSSockets.Errors;

namespace PSSockets.Messages;

/// <summary>Makes formats of what users write: a diagram, a field list, or a diagram whose fields a list refines.</summary>
internal static class MessageFormatReader
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
        return new MessageFormat(name, read.Count == 0 ? entries : DiagramReader.Refine(read, entries));
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
        foreach (string line in written.Length == 1 || entries.Length > 0 ? written : [])
        {
            string[] words = line.Split([' ', '\t', ',', '\''], StringSplitOptions.RemoveEmptyEntries);
            if (FieldList.EntriesOf(line, formats).Count == 0 && words.Length > 0 && Array.TrueForAll(words, word => word.IndexOf(':', StringComparison.Ordinal) is > 0 and var colon && FieldList.IsName(word[..colon])))
            {
                _ = Array.ConvertAll(words, word => FieldList.Read(word, formats));
            }
        }

        return null;
    }
}
