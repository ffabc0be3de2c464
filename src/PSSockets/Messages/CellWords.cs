using System.Globalization;
using System.Text.RegularExpressions;

namespace PSSockets.Messages;

/// <summary>Notations of programs and data sheets that say a size in a cell: <c>mode[15:12]</c>, <c>payload[length]</c>, <c>name (NUL-terminated)</c>.</summary>
internal static partial class CellWords
{
    // What is longer is not one of these.
    private const int MostLetters = 80;

    /// <summary>The bits that a cell says it has, <c>[15:12]</c>, <c>&lt;7:4&gt;</c>, <c>7:4 Kind</c>, <c>bits 24-31</c> or <c>byte 2</c>; null without them.</summary>
    /// <remarks>Where the first is the lower one, as in <c>[0:3]</c>, they may be bytes, unless the word bit stands before them.</remarks>
    public static (long First, long Last, bool MayBeBytes)? BitsOf(string text)
    {
        if (text.Length <= MostLetters && NumberedBytePattern().IsMatch(text))
        {
            return (7, 0, false);
        }

        if (text.Length > MostLetters || BitsPattern().Match(text) is not { Success: true } match
            || !long.TryParse(match.Groups["first"].Value, NumberStyles.None, CultureInfo.InvariantCulture, out long first)
            || !long.TryParse(match.Groups["last"].Value, NumberStyles.None, CultureInfo.InvariantCulture, out long last))
        {
            return null;
        }

        // Where the first is the lower one, [0-7] and [0..15] are most often values or lengths.
        return match.Groups["range"].Success && first <= last ? null : (first, last, first < last && !match.Groups["word"].Success);
    }

    /// <summary>The name before an array of as many elements as a length says, <c>payload[length]</c> or <c>payload[]</c>; null where the cell is none.</summary>
    public static string? CountedArray(string text) => text.Length <= MostLetters && CountedArrayPattern().Match(text) is { Success: true } match ? match.Groups["name"].Value : null;

    /// <summary>The number of elements, or the index, of <c>uuid[16]</c>; null without one.</summary>
    public static int? Elements(string text) => text.Length <= MostLetters && ElementsPattern().Match(text) is { Success: true } match
        ? int.Parse(match.Groups["number"].Value, CultureInfo.InvariantCulture)
        : null;

    /// <summary>Whether a cell says that it ends with a zero byte, and so is of any length.</summary>
    public static bool IsTerminated(string text) => text.Length <= MostLetters && TerminatedPattern().IsMatch(text);

    /// <summary>The bits that the address may have that a cell is called after; empty where it is called otherwise.</summary>
    public static int[] AddressWidths(string text) => text.Length > MostLetters || AddressPattern().Match(text) is not { Success: true } match ? []
        : match.Groups["six"].Success ? [128]
        : match.Groups["four"].Success ? [32]
        : match.Groups["any"].Success ? [32, 128]
        : [48];

    /// <summary>The bits that a type in brackets at the end may have; empty without one.</summary>
    public static int[] TypeWidths(string text) => text.Length > MostLetters || TypePattern().Match(text) is not { Success: true } match ? []
        : match.Groups["type"].Value.ToLowerInvariant() switch
        {
            "byte" or "char" or "octet" => [8],
            "short" => [16],
            "int" => [16, 32],
            "word" => [16, 32, 64],
            "long" => [32, 64],
            "dword" or "float" => [32],
            _ => [64],
        };

    /// <summary>Whether dots stand for the bits that follow those of the cell before, as in <c>... (56-63)</c>.</summary>
    public static bool AreMoreBits(string text) => text.Length <= MostLetters && MoreBitsPattern().IsMatch(text);

    [GeneratedRegex(@"^(?:(?:src|dst|source|dest(?:ination)?|target|sender|local|remote|peer|group|multicast|host|router|server|client|gateway|next[ -]hop|interface)'?s?[ -])*(?:(?<six>ipv6)|(?<four>ipv4)|(?<any>ip)|mac|ethernet)[ -](?:addr(?:ess)?|(?:src|dst|source|dest(?:ination)?|group|multicast)[ -]addr(?:ess)?)$", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex AddressPattern();

    [GeneratedRegex(@"\((?:(?:un)?signed )?(?<type>byte|char|octet|short|int|word|long|dword|float|qword|double)(?: int)?\)$", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex TypePattern();

    [GeneratedRegex(@"\((?:bits? )?[0-9]{1,4} ?[-–] ?[0-9]{1,4}\)$", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex MoreBitsPattern();

    [GeneratedRegex(@"[\[<(](?:(?<word>bits?) )?(?<first>[0-9]{1,4}) ?: ?(?<last>[0-9]{1,4})[\])>]|[\[<](?<first>[0-9]{1,4})(?<range>-|\.\.)(?<last>[0-9]{1,4})[\]>]|^(?<first>[0-9]{1,4}):(?<last>[0-9]{1,4}) +(?=\p{L})|\b(?<word>bits?) (?<first>[0-9]{1,4}) ?(?:-|–|:|\.\.|to) ?(?<last>[0-9]{1,4})\b", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex BitsPattern();

    [GeneratedRegex(@"^(?:byte|octet)[ #-]?[0-9]{1,3}$", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex NumberedBytePattern();

    [GeneratedRegex(@"^(?<name>.*\w)\[(?:\w*(?:len|length|size|count|bytes|octets)(?: ?[*/] ?[0-9]{1,3})?)?\]$", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex CountedArrayPattern();

    [GeneratedRegex(@"^[\p{L}_][\w -]*\[(?<number>[0-9]{1,5})\]$")]
    private static partial Regex ElementsPattern();

    [GeneratedRegex(@"(?<!\b(?:not|non)[ -])\b(?:(?:nul|null|zero|0)[- ]?terminated|c[- ]string|asciiz)\b", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex TerminatedPattern();
}
