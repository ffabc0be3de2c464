using System.Globalization;
using System.Text.RegularExpressions;

namespace PSSockets.Messages;

/// <summary>What a remark says of the size of its cell, also beside other words: <c>8 bytes, LE</c>, <c>optional, 8 octets</c>, <c>12B</c>, <c>2 x 4 bytes</c>, <c>4 words</c>.</summary>
internal static partial class CellSizes
{
    /// <summary>The units that a size may have, for patterns that are the same in upper and lower case.</summary>
    public const string Units = "bits?|bytes?|octets?|octs?|char(?:acter)?s?|(?-i:[KkM]i?B|B|b)|[dq]?words?|(?:double|quad)[ -]?words?";

    private const string Numbers = "0x[0-9a-f]{1,4}|[0-9]{1,6}|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen";

    private static readonly string[] s_numbers = ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen"];

    // A dash or slash between spaces, and not one within "n/2 bytes", parts two remarks.
    private static readonly string[] s_separators = [",", ";", "|", " / ", " - "];

    /// <summary>Reads a remark; null where it says no size, or more than one of which none counts.</summary>
    public static SaidSize? Of(string remark)
    {
        SaidSize? said = null;
        foreach (string clause in remark.Split(s_separators, StringSplitOptions.TrimEntries))
        {
            if (ClausePattern().Match(clause) is not { Success: true } match || OtherWordsPattern().IsMatch(match.Groups["rest"].Value)
                || NumberOf(match.Groups["number"].Value) is not { } number || (match.Groups["second"].Success && NumberOf(match.Groups["second"].Value) is null))
            {
                continue;
            }

            string unit = match.Groups["unit"].Value;
            if (unit is "b" or "B" && IsValue(match.Groups["number"].Value, unit))
            {
                continue;
            }

            long? second = match.Groups["second"].Success ? NumberOf(match.Groups["second"].Value) : null;
            long count = second is null ? number : match.Groups["sign"].Value == "+" ? number + second.Value : number * second.Value;
            bool isPart = PartPattern().IsMatch(clause);
            bool isOptional = OptionalPattern().IsMatch(remark);
            SaidSize size = BitsOf(unit) is { } bits
                ? new SaidSize(bits > 8 ? count * bits / 8 : count, Math.Min(bits, 8), isPart, isOptional, "")
                : new SaidSize(count, 0, isPart, isOptional, unit);
            if (said is null || said.Value.Words.Length > 0)
            {
                said = size;
            }
            else if (size.Words.Length == 0 && said.Value.Number * said.Value.Unit != size.Number * size.Unit)
            {
                return null;
            }
        }

        return said;
    }

    /// <summary>
    /// Whether a remark has several sizes of which one counts, <c>TCP - 4 octets / IPv6 - 16 octets</c>, or one that is a bound or counted elsewhere beside
    /// other words, <c>UTF-8, up to 255 bytes</c>, <c>optional, n bytes</c>.
    /// </summary>
    public static bool Varies(string remark) => AlternativesPattern().IsMatch(remark) || (remark.AsSpan().ContainsAny(',', ';') && Array.Exists(remark.Split(s_separators, StringSplitOptions.TrimEntries), VaryingPattern().IsMatch));

    /// <summary>The bits of a unit; null where it is a word, which has as many as a machine gives it.</summary>
    public static int? BitsOf(string unit) => unit is "b" || unit.StartsWith("bit", StringComparison.OrdinalIgnoreCase) ? 1
        : unit.EndsWith("word", StringComparison.OrdinalIgnoreCase) || unit.EndsWith("words", StringComparison.OrdinalIgnoreCase) ? null
        : unit.Length is 2 or 3 && unit[^1] == 'B' ? (unit[0] == 'M' ? 8 * 1024 * 1024 : 8 * 1024)
        : 8;

    /// <summary>Whether so many words, of one of the sizes that they have, are so many bits.</summary>
    public static bool MayBeWords(long number, string unit, long bits)
    {
        int[] widths = unit.StartsWith("d", StringComparison.OrdinalIgnoreCase) ? [32] : unit.StartsWith("q", StringComparison.OrdinalIgnoreCase) ? [64] : [16, 32, 64];
        return Array.Exists(widths, width => width * number == bits);
    }

    // "0x0b", "0B" and "10b" are values.
    private static bool IsValue(string number, string unit) => number[0] == '0' || (unit == "b" && number.Length > 1 && !number.AsSpan().ContainsAnyExcept('0', '1'));

    /// <summary>The number that digits or a word say; null where it is neither.</summary>
    public static long? NumberOf(string text) => text.StartsWith("0x", StringComparison.OrdinalIgnoreCase) ? long.Parse(text.AsSpan(2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture)
        : long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out long number) ? number
        : Array.IndexOf(s_numbers, text.ToLowerInvariant()) is var place and >= 0 ? place + 1
        : null;

    // Words before a size that leave it the size of the cell.
    [GeneratedRegex($@"^(?:(?:an?|is|in total|total(?: of)?|exactly|always|fixed|only|the|first|last|upper|lower|high|low|(?:un)?signed|big|little|(?:big|little)?[ -]?endian|le|be|ipv[46]|optional|opt\.?|ascii|utf-8|size|length|len|width)[ :]\s*)*(?:= ?)?(?<number>{Numbers})(?: ?(?<sign>[*x×+]) ?(?<second>{Numbers}))?[ -]?(?<unit>{Units})(?!\w)(?<rest>.*)$", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex ClausePattern();

    // Words after it that make it the size of something else, or a bound.
    [GeneratedRegex(@"^[-+*]|\b(?:al(?:ig)?n|algn|align\w*|bound\w*|d?words?|units?|blocks?|multiples?|padded|min\w*|max\w*|or|to|more|per|up|increments?|chunks?|segments?|lines?|cache|granularity|resolution|minus|plus)\b|[0-9] ?(?:bits?|bytes?|octets?)\b", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex OtherWordsPattern();

    [GeneratedRegex(@"\beach\b|^(?:the )?(?:first|last|upper|lower|high|low)\b", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex PartPattern();

    [GeneratedRegex(@"\b(?:opt|optional|if|when)\b", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex OptionalPattern();

    [GeneratedRegex(@"^(?:(?:up to|at most|at least) [0-9]{1,6} ?(?:bytes|octets)|[0-9]{1,6} ?(?:-|–|to|or) ?[0-9]{1,6} ?(?:bytes|octets)|(?:[a-z]|[0-9]{0,4} ?[*x×]? ?n|\w*(?:len|length|size|count))(?: ?[-+*/x] ?\w+)? (?:bytes|octets))$", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex VaryingPattern();

    [GeneratedRegex(@"^(?:\w+ ?[-:=–] ?[0-9]+ ?(?:bits?|bytes?|octets?)\s*(?:[,;/|]|\bor\b)?\s*){2,}$", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex AlternativesPattern();
}

/// <summary>A size that a remark says.</summary>
/// <param name="Number">How many.</param>
/// <param name="Unit">The bits that it counts by, 1 or 8; 0 where it counts words.</param>
/// <param name="IsPart">Whether it is the size of a part, the first or the last, or of each of several.</param>
/// <param name="IsOptional">Whether the field may be missing.</param>
/// <param name="Words">The word for words, <c>DWORDs</c>; empty for other units.</param>
internal readonly record struct SaidSize(long Number, int Unit, bool IsPart, bool IsOptional, string Words);
