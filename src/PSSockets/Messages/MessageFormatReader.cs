using PSSockets.Errors;

namespace PSSockets.Messages;

/// <summary>Makes formats of what users write: a diagram, a field list, or a diagram whose fields a list refines.</summary>
internal static class MessageFormatReader
{
    /// <summary>Makes a format.</summary>
    /// <param name="diagram">The diagram, or its lines; where they are fields instead, they are read as those.</param>
    /// <param name="fields">Entries of a field list.</param>
    /// <param name="name">The name of the format.</param>
    /// <exception cref="SocketInputException"><c>InvalidDiagram</c>, <c>InvalidField</c> or <c>InvalidArgument</c>.</exception>
    public static MessageFormat Read(IReadOnlyList<string> diagram, IReadOnlyList<string> fields, string name = "")
    {
        string picture = string.Join('\n', diagram).ReplaceLineEndings("\n");
        if (string.IsNullOrWhiteSpace(picture) && fields.Count == 0)
        {
            throw new SocketInputException(
                ErrorIds.InvalidArgument, "There is neither a diagram nor a field", "Pass the picture of the message with -Diagram, or its fields with -Field 'Version:4', 'Length:4'.");
        }

        FieldDefinition[] entries = [.. fields.Select(FieldList.Read)];
        if (string.IsNullOrWhiteSpace(picture))
        {
            return new MessageFormat(name, entries);
        }

        IReadOnlyList<FieldDefinition> read = ReadList(picture.Split('\n')) ?? DiagramReader.Read(picture);
        return new MessageFormat(name, DiagramReader.Refine(read, entries));
    }

    // A text without any ruling or bar whose lines are entries, but for remarks above the first; null where it is something else.
    private static IReadOnlyList<FieldDefinition>? ReadList(string[] lines)
    {
        string[][] entries = [.. lines.SkipWhile(line => FieldList.EntriesOf(line).Count == 0).Where(line => !string.IsNullOrWhiteSpace(line)).Select(line => FieldList.EntriesOf(line).ToArray())];
        return entries.Length > 0 && Array.TrueForAll(entries, line => line.Length > 0) && !Array.Exists(lines, line => line.Contains('|', StringComparison.Ordinal) || line.Contains("+-", StringComparison.Ordinal))
            ? [.. entries.SelectMany(line => line).Select(FieldList.Read)]
            : null;
    }
}
