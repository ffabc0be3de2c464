using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace PSSockets.Messages;

/// <summary>
/// What the text in a cell says: the field's name, and remarks on its size. <c>Identifier (VNI)</c> is the name IdentifierVNI,
/// <c>(24 bits)</c> a width, <c>...</c> and <c>(variable)</c> a length that varies, <c>(cont.)</c> the field before.
/// </summary>
internal sealed partial class CellText
{
    private CellText()
    {
    }

    /// <summary>The name, each word with a capital; empty where there is none.</summary>
    public string Name { get; private init; } = "";

    /// <summary>Whether nothing is written here, or nothing but dots: the cell belongs to the field before it.</summary>
    public bool IsEmpty { get; private init; }

    /// <summary>Whether it says that the field before goes on.</summary>
    public bool IsContinued { get; private init; }

    /// <summary>Whether it says that the length varies.</summary>
    public bool IsVariable { get; private init; }

    /// <summary>The number in brackets that says the width; null without one.</summary>
    public long? Size { get; private init; }

    /// <summary>The bits that <see cref="Size"/> counts by: 1, 8, or 0 where no unit is written.</summary>
    public int Unit { get; private init; }

    /// <summary>Joins the lines that stand in a cell: letters below each other, a word cut with a hyphen, or words.</summary>
    public static string Join(IEnumerable<string> lines)
    {
        string[] texts = [.. lines.Select(line => line.Trim()).Where(line => line.Length > 0)];
        if (texts.Length > 1 && texts.All(text => text.Length == 1))
        {
            return string.Concat(texts);
        }

        StringBuilder joined = new();
        foreach (string text in texts)
        {
            if (joined.Length > 1 && joined[^1] == '-' && (IsWord(joined[^2]) || joined[^2] == '_'))
            {
                joined.Length--;
            }
            else if (joined.Length > 0)
            {
                joined.Append(' ');
            }

            joined.Append(text);
        }

        return joined.ToString();
    }

    /// <summary>Reads what one cell, or several that are one field, say together.</summary>
    public static CellText Read(string text)
    {
        string trimmed = text.Trim();
        if (trimmed.Length > 2 && trimmed[0] == '"' && trimmed[^1] == '"' && FieldList.IsName(trimmed[1..^1]))
        {
            return new CellText { Name = trimmed[1..^1] };
        }

        bool isVariable = false;
        bool isContinued = false;
        long? size = null;
        int unit = 0;
        string rest = BracketPattern().Replace(trimmed, bracket =>
        {
            string remark = bracket.Groups[1].Value.Trim();
            if (ContinuedPattern().IsMatch(remark))
            {
                isContinued = true;
            }
            else if (VariablePattern().IsMatch(remark))
            {
                isVariable = true;
            }
            else if (SizePattern().Match(remark) is { Success: true } match)
            {
                if (long.TryParse(match.Groups["number"].Value, NumberStyles.None, CultureInfo.InvariantCulture, out long number))
                {
                    size = number;
                    unit = match.Groups["unit"].Value is not { Length: > 0 } name ? 0 : name.StartsWith("bit", StringComparison.OrdinalIgnoreCase) ? 1 : 8;
                }
            }
            else if (!RemarkPattern().IsMatch(remark))
            {
                return $" {remark} ";
            }

            return " ";
        });

        rest = ConditionPattern().Replace(rest, " ").Trim();
        string undotted = Undotted(rest).Trim();
        isVariable |= undotted.Length < rest.Length;
        isContinued |= ContinuedEndPattern().IsMatch(undotted);
        string name = isContinued ? "" : ToName(undotted);
        return new CellText
        {
            Name = name.Length > 0 || isContinued || undotted.Length == 0 ? name : "Unnamed",
            IsEmpty = undotted.Length == 0 && !isContinued,
            IsContinued = isContinued,
            IsVariable = isVariable,
            Size = size,
            Unit = unit,
        };
    }

    // Two dots or more at the end, also with spaces between them, or nothing but one.
    private static string Undotted(string text)
    {
        string rest = text.TrimEnd('.', ' ', '\t');
        int dots = text.AsSpan(rest.Length).Count('.');
        return dots > 1 || rest.Length == 0 ? rest : text[^1] == '…' ? text[..^1] : text;
    }

    private static string ToName(string text)
    {
        StringBuilder name = new();
        bool begins = true;
        foreach (char letter in text)
        {
            if (IsWord(letter))
            {
                name.Append(begins ? char.ToUpperInvariant(letter) : letter);
                begins = false;
            }
            else if (letter is not ('\'' or '’'))
            {
                begins = true;
            }
        }

        return name.ToString();
    }

    private static bool IsWord(char letter) => char.IsLetterOrDigit(letter);

    [GeneratedRegex(@"\(([^()]*)\)")]
    private static partial Regex BracketPattern();

    [GeneratedRegex(@"^cont(?:\.|'d\.?|inued|inues)?$", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex ContinuedPattern();

    [GeneratedRegex(@"(?:^|\s)(?:continued|cont\.|cont'd)$", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex ContinuedEndPattern();

    [GeneratedRegex(@"^(?:variable\b.*|.*\bvariable|\*|[0-9]+\.{2,}[0-9*]*|\.{2,}|.*[0-9] bits or [0-9]+ bits)$", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex VariablePattern();

    [GeneratedRegex(@"^(?:(?<number>[0-9]+)[ -]?(?<unit>bits?|bytes?|octets?)?|.*\b(?:bits?|bytes?|octets?)\b.*|[0-9][0-9/\-, ]*|max\.?\s.*)$", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex SizePattern();

    [GeneratedRegex(@"^(?:if\b.*|opt(?:\.|ional)?)$", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex RemarkPattern();

    [GeneratedRegex(@",\s*if\s.*$", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex ConditionPattern();
}
