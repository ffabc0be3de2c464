using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace PSSockets.Messages;

/// <summary>
/// Reads the notation of RFC 9000, section 1.3: <c>Length (24), Type (8), Payload (..)</c>, also in curly brackets after a name. <c>(i)</c> is
/// an integer of variable length, <c>= 2</c> a constant, and <c>X (0..160)</c> after <c>X Length</c> has as many bytes as that says.
/// </summary>
internal static partial class NotationReader
{
    /// <summary>Reads such a text.</summary>
    /// <returns>The fields; null where it is something else.</returns>
    /// <exception cref="SocketInputException"><c>InvalidDiagram</c>, with line and column.</exception>
    public static IReadOnlyList<FieldDefinition>? TryRead(string diagram)
    {
        if (!diagram.Contains('(', StringComparison.Ordinal) || diagram.Contains("+-", StringComparison.Ordinal) || diagram.Contains('|', StringComparison.Ordinal) || !FieldPattern().IsMatch(diagram))
        {
            return null;
        }

        // Fences around it and comments in it are not part of it, nor is the text before and after what stands in curly brackets.
        string plain = OtherLinesPattern().Replace(diagram, fence => new string(' ', fence.Length));
        Match[] blocks = [.. BlockPattern().Matches(plain).Where(block => BeginsWithField(block.Groups["fields"].Value))];
        if (blocks.Length == 0 && (plain.Contains('}', StringComparison.Ordinal) || FieldPattern().Match(plain).Index != plain.Length - plain.AsSpan().TrimStart().Length) && !OpenBlockPattern().IsMatch(plain))
        {
            return null;
        }

        DiagramText text = new(diagram);
        if (blocks.Length == 0 && OpenBlockPattern().Match(plain) is { Success: true } open)
        {
            throw ErrorAt(text, diagram, open.Index, "this bracket is not closed", "Paste the whole notation, to the last '}'.");
        }

        if (blocks.Length > 1)
        {
            int line = plain.LastIndexOf('\n', blocks[1].Index) + 1;
            throw ErrorAt(text, diagram, line + (plain.Length - line - plain.AsSpan(line).TrimStart().Length), "a second notation follows", "Pass one notation at a time: each is a format of its own.");
        }

        int from = blocks.Length == 0 ? 0 : blocks[0].Groups["fields"].Index;
        int to = blocks.Length == 0 ? plain.TrimEnd().Length : from + blocks[0].Groups["fields"].Length;
        List<FieldDefinition> fields = [];
        while (from < to)
        {
            if (char.IsWhiteSpace(plain[from]) || plain[from] == ',')
            {
                from++;
                continue;
            }

            Match match = FieldPattern().Match(plain, from);
            if (!match.Success || match.Index != from || match.Index + match.Length > to)
            {
                throw ErrorAt(text, diagram, from, "here should be a field such as 'Length (24)'", "Write fields with their bits in brackets and commas between them: Length (24), Type (8), Payload (..).");
            }

            from += match.Length;
            fields.Add(Field(text, diagram, match, fields));
            int rest = from;
            while (rest < to && char.IsWhiteSpace(plain[rest]))
            {
                rest++;
            }

            if (rest < to && plain[rest] != ',')
            {
                throw ErrorAt(text, diagram, rest, "a field ends here, and no comma follows", "Put a comma between two fields.");
            }
        }

        return DiagramEntries.Number(fields);
    }

    private static bool BeginsWithField(string text) => FieldPattern().Match(text) is { Success: true } first && text.AsSpan(0, first.Index).IsWhiteSpace();

    private static FieldDefinition Field(DiagramText text, string diagram, Match match, List<FieldDefinition> before)
    {
        string name = Name(match.Groups["name"].Value);
        string size = match.Groups["size"].Value.Trim();
        if (match.Groups["optional"].Success || match.Groups["repeated"].Success)
        {
            throw ErrorAt(
                text,
                diagram,
                match.Index,
                match.Groups["optional"].Success ? $"'{name}' may be missing, and the notation does not say when" : $"'{name}' comes several times, and the notation does not say how often",
                $"Write the fields as a list, such as '{name}:8?Kind=1' or '{name}:[Count]*(Value:8)'.");
        }

        FieldLength? length = null;
        if (int.TryParse(size, NumberStyles.None, CultureInfo.InvariantCulture, out int bits))
        {
            length = new FieldLength.Fixed(bits);
        }
        else if (size == "i")
        {
            length = new FieldLength.Coded(IntegerCoding.Quic);
        }
        else if (size.Contains("..", StringComparison.Ordinal))
        {
            FieldDefinition? count = before.LastOrDefault(field => field.Name.Equals($"{name}Length", StringComparison.OrdinalIgnoreCase));
            length = count is null ? new FieldLength.Rest() : new FieldLength.Stated(count.Name, 1, 0);
        }

        string constant = match.Groups["constant"].Value;
        return length is null
            ? throw ErrorAt(text, diagram, match.Groups["size"].Index, $"the size '{size}' is neither a number of bits nor 'i' nor a range", "Write the number of bits, (i) for an integer of variable length, or (..) for the rest.")
            : new FieldDefinition(name, length, null) { Constant = constant.Length == 0 || constant.Contains("..", StringComparison.Ordinal) ? null : constant };
    }

    private static string Name(string words)
    {
        StringBuilder name = new();
        bool begins = true;
        foreach (char letter in words)
        {
            if (char.IsLetterOrDigit(letter))
            {
                name.Append(begins ? char.ToUpperInvariant(letter) : letter);
            }

            begins = !char.IsLetterOrDigit(letter) && letter != '\'';
        }

        return name.ToString();
    }

    private static SocketInputException ErrorAt(DiagramText text, string diagram, int place, string problem, string remedy)
    {
        int line = diagram.AsSpan(0, place).Count('\n');
        int start = place == 0 ? 0 : diagram.LastIndexOf('\n', place - 1) + 1;
        return text.Error(line, place - start, problem, remedy);
    }

    // Without those of a title in Markdown, "{: #name }".
    [GeneratedRegex(@"\{(?!:)(?<fields>[^{}]*)\}", RegexOptions.CultureInvariant)]
    private static partial Regex BlockPattern();

    [GeneratedRegex(@"\{(?!:)\s*\[?\p{L}[\w \t'/-]{0,100}\((?:[0-9]+|i|[0-9]*\.\.[0-9]*)\)[^{}]*$", RegexOptions.CultureInvariant)]
    private static partial Regex OpenBlockPattern();

    [GeneratedRegex(@"^[ \t]*(?:~{3,}|`{3,}|//)[^\n]*", RegexOptions.Multiline | RegexOptions.CultureInvariant)]
    private static partial Regex OtherLinesPattern();

    [GeneratedRegex(@"(?<optional>\[)?(?<!\w)(?<name>\p{L}[\w \t'/-]{0,100})\((?<size>[0-9]+|i|[0-9]*\.\.[0-9]*)\)(?:[ \t]*=[ \t]*(?<constant>(?:0x[0-9A-Fa-f]+|[0-9]+)(?:\.\.(?:0x[0-9A-Fa-f]+|[0-9]+))?))?(?(optional)\])(?<repeated>[ \t]*\.\.\.)?", RegexOptions.CultureInvariant)]
    private static partial Regex FieldPattern();
}
