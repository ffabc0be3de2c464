using PSSockets.Errors;

namespace PSSockets.Messages;

/// <summary>
/// Fields written as text: <c>Version:4</c>, <c>Source:32:ipv4</c>, <c>Name:[Length]:utf8</c>, <c>Rest:*</c>. After width and type may stand names
/// of values, <c>{Request=1,Reply=2}</c>, a constant, <c>=2</c>, and a condition, <c>?Kind&gt;1</c>.
/// </summary>
internal static class FieldList
{
    private const int MostDepth = 16;

    /// <summary>The types by the names they have in a field list.</summary>
    public static IReadOnlyDictionary<string, FieldType> Types { get; } =
        Enum.GetValues<FieldType>().ToDictionary(NameOf, type => type, StringComparer.OrdinalIgnoreCase);

    /// <summary>The name of a type as it stands in a field list.</summary>
    public static string NameOf(FieldType type) => type.ToString().ToLowerInvariant();

    /// <summary>Whether this can be the name of a field: letters, digits and underscores.</summary>
    public static bool IsName(string text) => text.Length > 0 && text.All(IsNameLetter);

    /// <summary>Reads one entry.</summary>
    /// <param name="entry">The entry.</param>
    /// <param name="formats">Formats that the entry may name; what it consists of is added to them.</param>
    /// <exception cref="SocketInputException"><c>InvalidField</c>.</exception>
    public static FieldDefinition Read(string? entry, FormatNames formats)
    {
        if (entry is not null && entry.AsSpan().Trim().IndexOfAny(' ', ',', '\n') > 0 && EntriesOf(entry, formats) is { Count: > 1 } several)
        {
            throw Invalid(
                entry,
                $"holds {several.Count} fields in one text",
                $"Pass each as a text of its own, -Field {string.Join(", ", several.Select(field => $"'{field}'"))}; or all of them as a text without -Field: New-MessageFormat 'Kind:8 Size:8'.");
        }

        return Read(entry, formats, 0);
    }

    /// <summary>The error of a line that was meant as entries: its first part that is not one.</summary>
    /// <returns>Null where every part is an entry.</returns>
    public static SocketInputException? SlipIn(string line, FormatNames formats)
    {
        int place = 0;
        while (place < line.Length)
        {
            if (char.IsWhiteSpace(line[place]) || line[place] is ',' or '\'')
            {
                place++;
                continue;
            }

            int end = EntryEnd(line, place, formats);
            if (end < 0 || (line[end - 1] == ':' && end < line.Length))
            {
                return SlipAt(line, place, formats);
            }

            formats.Expect(line[place..end]);
            place = end;
        }

        return null;
    }

    private static SocketInputException? SlipAt(string line, int place, FormatNames formats)
    {
        const string Signs = " \t\r\n\f\v,'";
        int end = End(line, place, Signs);
        if (end < 0)
        {
            return Invalid(line[place..].Trim(), "has a bracket or a quotation mark that is not closed, or one too many", "Close what is opened: [Length], {Request=1,Reply=2}, (Kind:8 Value:8), \"a b\".");
        }

        string word = line[place..end];
        int next = end;
        while (next < line.Length && char.IsWhiteSpace(line[next]))
        {
            next++;
        }

        string after = next == end ? "" : line[next..(End(line, next, Signs) is >= 0 and var last ? last : line.Length)];
        bool isWidth = after.Length > 0 && (char.IsAsciiDigit(after[0]) || after[0] is '[' or '*' or '(' or '|');
        if (IsName(word) && isWidth)
        {
            return Invalid($"{word} {after}", "has a space in the place of its colon", $"Write {word}:{after}.");
        }

        if (IsName(word) && after.StartsWith(':'))
        {
            return Invalid($"{word} {after}", "has a space before its colon", $"Write {word}:{after[1..]} without spaces.");
        }

        if (word[^1] == ':' && IsName(word[..^1]) && after.Length > 0)
        {
            return Invalid($"{word} {after}", "has a space after its colon", $"Write {word}{after}.");
        }

        try
        {
            _ = Read(word, formats, 0);
            return null;
        }
        catch (SocketInputException exception)
        {
            return exception;
        }
    }

    /// <summary>The entries of a line that holds nothing else; none where it holds anything else.</summary>
    /// <param name="line">The line.</param>
    /// <param name="formats">Formats that may stand as a width; null where any word may.</param>
    public static IReadOnlyList<string> EntriesOf(string line, FormatNames? formats)
    {
        List<string> entries = [];
        int place = 0;
        while (line.Contains(':', StringComparison.Ordinal))
        {
            while (place < line.Length && (char.IsWhiteSpace(line[place]) || line[place] is ',' or '\''))
            {
                place++;
            }

            if (place == line.Length)
            {
                return entries;
            }

            int end = EntryEnd(line, place, formats);
            if (end < 0)
            {
                return [];
            }

            entries.Add(line[place..end]);
            formats?.Expect(line[place..end]);
            place = end;
        }

        return [];
    }

    // Where an entry ends, or -1 where none begins.
    private static int EntryEnd(string line, int from, FormatNames? formats)
    {
        int place = from;
        while (place < line.Length && IsNameLetter(line[place]))
        {
            place++;
        }

        if (place == from || place == line.Length || line[place] != ':')
        {
            return -1;
        }

        int width = place + 1;
        int end = End(line, width, " \t\r\n\f\v,'");
        return end >= 0 && IsEntry(line.AsSpan(width, end - width), formats) ? end : -1;
    }

    // Width, type and the rest, by their first letters only: what is wrong in them is an error, and no remark.
    private static bool IsEntry(ReadOnlySpan<char> rest, FormatNames? formats)
    {
        int width = rest.Length switch
        {
            0 => 0,
            _ when char.IsAsciiDigit(rest[0]) => Run(rest, 0, char.IsAsciiDigit),
            _ when rest.StartsWith("*[") => Group(rest, 1),
            _ when rest[0] is '*' or '|' => Run(rest, 1, char.IsAsciiDigit),
            _ when rest[0] is '[' or '(' => Group(rest, 0),
            _ when char.IsLetter(rest[0]) => Run(rest, 0, IsNameLetter) is var word && word < rest.Length && rest[word] == '{' ? Group(rest, word)
                : Enum.TryParse(rest[..word], ignoreCase: true, out IntegerCoding _) || formats is null || formats.IsExpected(rest[..word].ToString()) ? word
                : -1,
            _ => 0,
        };
        if (width < 0 || (width == rest.Length && width == 0))
        {
            return width == 0;
        }

        if (rest[0] == '[' && width < rest.Length && rest[width] == '*')
        {
            int content = width + 1;
            width = content == rest.Length ? -1
                : rest[content] == '(' ? Group(rest, content)
                : Run(rest, content, IsNameLetter) is var word && word > content ? (word < rest.Length && rest[word] == '{' ? Group(rest, word) : word)
                : -1;
            if (width < 0)
            {
                return false;
            }
        }

        if (width < rest.Length && rest[width] == ':')
        {
            int type = width + 1;
            width = type < rest.Length && rest[type] == '(' ? Group(rest, type) : Run(rest, type, IsNameLetter);
            if (width <= type)
            {
                return width == type && type == rest.Length;
            }
        }

        if (width < rest.Length && rest[width] == '{')
        {
            width = Group(rest, width);
        }

        return width == rest.Length || (width > 0 && rest[width] is '=' or '?') || (width == 0 && rest[0] is '=' or '?' or '{');
    }

    private static int Run(ReadOnlySpan<char> text, int from, Func<char, bool> belongs)
    {
        while (from < text.Length && belongs(text[from]))
        {
            from++;
        }

        return from;
    }

    // The place after a group in brackets, or -1.
    private static int Group(ReadOnlySpan<char> text, int from)
    {
        int depth = 0;
        for (int place = from; place < text.Length; place++)
        {
            depth += text[place] is '(' or '[' or '{' ? 1 : text[place] is ')' or ']' or '}' ? -1 : 0;
            if (depth == 0)
            {
                return place + 1;
            }
        }

        return -1;
    }

    private static bool IsNameLetter(char letter) => char.IsLetterOrDigit(letter) || char.GetUnicodeCategory(letter) is
        System.Globalization.UnicodeCategory.NonSpacingMark or System.Globalization.UnicodeCategory.SpacingCombiningMark or System.Globalization.UnicodeCategory.ConnectorPunctuation;

    // The place of the first of some signs outside brackets and quotation marks, or the end; -1 where a bracket is not closed.
    private static int End(string text, int from, string signs)
    {
        int depth = 0;
        char quote = '\0';
        for (int place = from; place < text.Length; place++)
        {
            char letter = text[place];
            if (quote != '\0')
            {
                quote = letter == quote ? '\0' : quote;
            }
            else if (letter == '"')
            {
                quote = letter;
            }
            else if (depth == 0 && signs.Contains(letter, StringComparison.Ordinal))
            {
                return place;
            }
            else
            {
                depth += letter is '(' or '[' or '{' ? 1 : letter is ')' or ']' or '}' ? -1 : 0;
                if (depth < 0)
                {
                    return -1;
                }
            }
        }

        return depth == 0 && quote == '\0' ? text.Length : -1;
    }

    private static FieldDefinition Read(string? entry, FormatNames formats, int depth)
    {
        string text = entry ?? "";
        int colon = text.IndexOf(':', StringComparison.Ordinal);
        string name = (colon < 0 ? text : text[..colon]).Trim();
        if (!IsName(name))
        {
            throw Invalid(entry, name.Length == 0 ? "has no name" : $"has the name '{name}', and a name is made of letters, digits and _");
        }

        if (colon < 0)
        {
            throw Invalid(entry, "says no width", $"Write its width in bits after a colon, such as '{name}:8'; '{name}:[Length]' has as many bytes as an earlier field says, and '{name}:*' all that are left.");
        }

        string rest = text[(colon + 1)..];
        FieldExpression? condition = null;
        if (Cut(ref rest, '?') is { } when)
        {
            condition = FieldExpression.TryParse(when.Trim()) ?? throw Invalid(entry, $"has the condition '{when.Trim()}', which is not a calculation with fields, such as Kind>1", "Write fields that stand before it, numbers, + - * / & and comparisons, such as ?Kind>1&&Kind<255.");
        }

        string? constant = Cut(ref rest, '=')?.Trim();
        if (constant is { Length: > 1 } && constant[0] == '"' && constant[^1] == '"')
        {
            constant = constant[1..^1];
        }
        else if (constant?.Length == 0)
        {
            throw Invalid(entry, "has no value after the '='");
        }

        int second = End(rest, 0, ":");
        string width = (second < 0 || second == rest.Length ? rest : rest[..second]).Trim();
        string type = second < 0 || second == rest.Length ? "" : rest[(second + 1)..].Trim();
        FieldNames? names = null;
        if (type.Length > 0)
        {
            names = TakeNames(entry, ref type, isType: true);
        }

        names ??= TakeNames(entry, ref width, isType: false);
        FieldContent? content = null;
        FieldLength? length = null;
        if (width.Length > 0 && Counted(width) is var (count, of) && count is not null)
        {
            content = ContentOf(of!, formats, depth) ?? throw Invalid(entry, $"counts '{of}', which is not a format");
            length = new FieldLength.Counted(count);
        }
        else if (width.Length > 0)
        {
            length = FieldLength.Parse(width);
            if (length is null && (content = ContentOf(width, formats, depth)) is not null)
            {
                length = new FieldLength.Nested();
            }

            if (length is null)
            {
                throw Invalid(
                    entry,
                    $"has the width '{width}', which is not a number of bits, [Field] or *",
                    Types.ContainsKey(width) ? $"Write the width before the type, such as '{name}:32:{width}'."
                    : IsName(width) && !char.IsAsciiDigit(width[0]) ? $"Write the width in bits; '{name}:[{width}]' has as many bytes as the field '{width}' says. Pass a format of the name '{width}' with -Include."
                    : null);
            }
        }

        FieldType? kind = null;
        if (type.Length > 0)
        {
            kind = Types.TryGetValue(type, out FieldType known) ? known : null;
            content ??= kind is null ? ContentOf(type, formats, depth) : null;
            if (kind is null && content is null)
            {
                throw Invalid(entry, $"has the type '{type}'; there are {string.Join(", ", Types.Keys)}", "Write one of these types after the width, or the name of a format that is passed with -Include.");
            }
        }

        if (length is null && kind is null && names is null && constant is null && condition is null && content is null)
        {
            throw Invalid(entry, "says neither width nor type");
        }

        FieldDefinition field = new(name, length, kind) { Content = content, Names = names, Constant = constant, Condition = condition };
        formats.Add(field);
        return field;
    }

    private static string? Cut(ref string text, char sign)
    {
        int place = End(text, 0, sign.ToString());
        if (place < 0 || place == text.Length)
        {
            return null;
        }

        string after = text[(place + 1)..];
        text = text[..place];
        return after;
    }

    // The names of values at the end: what stands before the bracket is a width or a type, and not the field of a choice.
    private static FieldNames? TakeNames(string? entry, ref string text, bool isType)
    {
        int bracket = text.IndexOf('{', StringComparison.Ordinal);
        if (bracket < 0 || text[^1] != '}' || text[0] is '(' or '[')
        {
            return null;
        }

        string before = text[..bracket].Trim();
        if (isType ? !Types.ContainsKey(before) : before.Length > 0 && FieldLength.Parse(before) is null)
        {
            return null;
        }

        FieldNames names = FieldNames.TryParse(text[(bracket + 1)..^1], out string? twice)
            ?? throw Invalid(
                entry,
                twice is not null ? $"has the name '{twice}' twice for its values" : $"has the names '{text[bracket..]}', which are not of the form {{Request=1,Reply=2}}",
                twice is not null ? "Give each value a name of its own; several names may stand for one value." : "Write names with numbers after them, {Request=1,Reply=2}; a name without a number has the next one.");
        text = before;
        return names;
    }

    private static (FieldExpression? Count, string? Of) Counted(string width)
    {
        int close = width[0] == '[' ? Group(width, 0) : -1;
        return close > 0 && close + 1 < width.Length && width[close] == '*' && FieldExpression.TryParse(width[1..(close - 1)]) is { } count ? (count, width[(close + 1)..].Trim()) : (null, null);
    }

    // A format in brackets, one by its name, or a choice.
    private static FieldContent? ContentOf(string text, FormatNames formats, int depth)
    {
        if (FormatOf(text, formats, depth) is { } format)
        {
            return new FieldContent(format);
        }

        int bracket = text.IndexOf('{', StringComparison.Ordinal);
        if (bracket <= 0 || text[^1] != '}' || !IsName(text[..bracket].Trim()))
        {
            return null;
        }

        List<(Int128?, string?, MessageFormat)> cases = [];
        string list = text[(bracket + 1)..^1];
        int from = 0;
        while (from < list.Length)
        {
            int end = End(list, from, ",");
            int equals = end < 0 ? -1 : list.IndexOf('=', from, end - from);
            if (equals < 0 || FormatOf(list[(equals + 1)..end].Trim(), formats, depth) is not { } chosen)
            {
                return null;
            }

            string value = list[from..equals].Trim();
            cases.Add(value == "*" ? (null, null, chosen) : FieldInteger.Read(value) is { } number ? (number, null, chosen) : (null, value, chosen));
            from = end + 1;
        }

        return cases.Count == 0 ? null : new FieldContent(text[..bracket].Trim(), cases);
    }

    private static MessageFormat? FormatOf(string text, FormatNames formats, int depth)
    {
        if (text.Length > 1 && text[0] == '(' && Group(text, 0) == text.Length)
        {
            if (depth == MostDepth)
            {
                throw Invalid(text, $"is nested deeper than {MostDepth} formats");
            }

            IReadOnlyList<string> entries = EntriesOf(text[1..^1], null);
            return entries.Count == 0
                ? throw Invalid(text, "has brackets that hold no fields, such as (Kind:8 Value:*)")
                : new MessageFormat("", [.. entries.Select(entry => Read(entry, formats, depth + 1))]);
        }

        return formats.Find(text);
    }

    private static SocketInputException Invalid(string? entry, string why, string? remedy = null) => new(
        ErrorIds.InvalidField,
        $"The field '{entry}' {why}",
        remedy is null
            ? "Write name:width or name:width:type, such as 'Version:4', 'Source:32:ipv4', 'Name:[Length]:utf8' or 'Rest:*'; the width is in bits. Get-Help about_PSSockets_Messages has all forms."
            : $"{remedy} An entry is name:width or name:width:type; Get-Help about_PSSockets_Messages has all forms.",
        entry);
}
