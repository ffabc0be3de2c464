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
    // What is longer is not a remark on a size.
    private const int MostRemarkLetters = 80;

    private static readonly string[] s_numbers = ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen"];

    private CellText()
    {
    }

    /// <summary>The name, each word with a capital; empty where there is none.</summary>
    public string Name { get; private init; } = "";

    /// <summary>Whether nothing is written here, or nothing but dots: the cell belongs to the field before it.</summary>
    public bool IsEmpty { get; private init; }

    /// <summary>Whether the name says what is in it, such as Payload or Options, which is of any length more often than not.</summary>
    public bool IsContent => ContentPattern().IsMatch(Name);

    /// <summary>Whether it says that the field before goes on.</summary>
    public bool IsContinued { get; private init; }

    /// <summary>Whether it says that the length varies.</summary>
    public bool IsVariable { get; private init; }

    /// <summary>Whether the text ends in dots, which say that it varies, goes on in the next cell, or was shortened.</summary>
    public bool EndsInDots { get; private init; }

    /// <summary>Whether the dots at the end follow a letter, with no space between.</summary>
    public bool HasGluedDots { get; private init; }

    /// <summary>Whether dots within the name follow a letter, with no space between.</summary>
    public bool IsShortened { get; private init; }

    /// <summary>Whether the text begins with dots: the cell goes on with the field before.</summary>
    public bool BeginsWithDots { get; private init; }

    /// <summary>Whether words say that the length varies, and not dots alone.</summary>
    public bool SaysVariable { get; private init; }

    /// <summary>The number in brackets that says the width; null without one.</summary>
    public long? Size { get; private init; }

    /// <summary>Whether the name ends in (s) or (es), and there may be several.</summary>
    public bool IsPlural { get; private init; }

    /// <summary>The bits of the address that the name ends with, <c>Source IPv6 address</c>; null without one.</summary>
    public int[] AddressWidths { get; private init; } = [];

    /// <summary>The bits that a type in brackets may have, <c>(short)</c>, <c>(DWORD)</c>; empty without one.</summary>
    public int[] TypeWidths { get; private init; } = [];

    /// <summary>The ends of a range in brackets, <c>[15..0]</c>, which may be of bits, of values or of lengths; null without one.</summary>
    public (long First, long Last)? Range { get; private init; }

    /// <summary>The bits that dots and a remark, <c>... (64 bits)</c>, say of the field that goes on in them; null without.</summary>
    public long? Total { get; private init; }

    /// <summary>Whether there is nothing but a remark in brackets.</summary>
    public bool IsOnlyRemark { get; private init; }

    /// <summary>Whether a remark says that it may be longer: <c>(6+)</c>, the first bits of an integer that goes on (RFC 7541).</summary>
    public bool MayBeLonger { get; private init; }

    /// <summary>The bits that the name itself speaks of, as in <c>64 bits of Original Data</c>; null without such words.</summary>
    public long? Spoken { get; private init; }

    /// <summary>Whether the name adds those bits to something else: <c>Header + 64 bits of Data</c>.</summary>
    public bool IsSum { get; private init; }

    /// <summary>Whether those bits are all that the name has: <c>16 bit Port</c>, <c>uint16 Port</c>.</summary>
    public bool IsWhole { get; private init; }

    /// <summary>The bits that <see cref="Size"/> counts by: 1, 8, or 0 where no unit is written.</summary>
    public int Unit { get; private init; }

    /// <summary>The bits that a second size in brackets says, which is another than the first; null without one.</summary>
    public long? OtherBits { get; private init; }

    /// <summary>The first and the last of the bits that it says it has, <c>[15:12]</c>; null without them.</summary>
    public (long First, long Last, bool MayBeBytes)? SaidBits { get; private init; }

    /// <summary>Whether the remark with the size says that the field may be missing: <c>(optional, 96 bytes)</c>.</summary>
    public bool IsOptional { get; private init; }

    /// <summary>The size in words, or of a part, that a remark says, which can only be compared with what is drawn; null without one.</summary>
    public SaidSize? ComparedSize { get; private init; }

    /// <summary>Whether it only varies because a remark says what is the least, without a unit: <c>(min. 1)</c>, which may be a value.</summary>
    public bool IsBound { get; private init; }

    /// <summary>Whether a star in brackets stands glued to the name, which may be the mark of a footnote: <c>Type(*)</c>.</summary>
    public bool HasStar { get; private init; }

    /// <summary>The number at the end, <c>uuid[16]</c>, which is an index or a number of elements; null without one.</summary>
    public int? Elements { get; private init; }

    /// <summary>Joins the lines that stand in a cell: letters below each other, a word cut with a hyphen, or words.</summary>
    public static string Join(IEnumerable<string> lines)
    {
        if (lines is IReadOnlyList<string> { Count: 1 } single)
        {
            return single[0].Trim();
        }

        string[] texts = [.. lines.Select(line => line.Trim()).Where(line => line.Length > 0)];
        if (texts.Length > 1 && texts.All(IsLetter))
        {
            return string.Concat(texts);
        }

        StringBuilder joined = new();
        foreach (string text in texts)
        {
            if (joined.Length > 1 && joined[^1] == '-' && (IsWord(joined[^2]) || joined[^2] == '_' || IsMark(joined[^2])))
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
        if (trimmed is [var letter] && char.IsAsciiLetter(letter))
        {
            // Flags, of which a picture may have very many.
            return new CellText { Name = trimmed.ToUpperInvariant() };
        }

        // "1,024 bytes" and "1 024 bytes".
        if (trimmed.Length <= MostRemarkLetters)
        {
            trimmed = ThousandsPattern().Replace(trimmed, "");
        }

        if (OpenBracketPattern().IsMatch(trimmed))
        {
            // "N2 (1-2 bytes": the bracket that is missing had no room.
            trimmed += ')';
        }

        if (trimmed.Length > 2 && trimmed[0] == '"' && trimmed[^1] == '"' && FieldList.IsName(trimmed[1..^1]))
        {
            return new CellText { Name = trimmed[1..^1] };
        }

        // "... (see Length)": the field before goes on, and this is a remark on it; "... (56-63)" are more of its bits.
        if (DotsRemarkPattern().Match(trimmed) is { Success: true } dots)
        {
            return new CellText { IsContinued = true, IsVariable = !CellWords.AreMoreBits(trimmed), Total = Read($"A ({dots.Groups["remark"].Value})") is { Size: { } bits, Unit: > 0 and var each } ? bits * each : null };
        }

        bool isVariable = false;
        bool isContinued = false;
        bool mayBeLonger = false;
        long? size = null;
        int unit = 0;
        (long, long)? range = null;
        SaidSize? compared = null;
        bool isBound = false;
        bool isOptional = false;
        long? otherBits = null;
        if (trimmed.Length <= MostRemarkLetters && VectorPattern().IsMatch(trimmed))
        {
            isVariable = true;
            trimmed = trimmed[..trimmed.LastIndexOf('<')];
        }

        string rest = BracketPattern().Replace(trimmed, Remark);
        string Remark(Match bracket)
        {
            bool isRound = bracket.Value[0] == '(';
            string remark = bracket.Value[1..^1].Trim();
            if (remark.Length > MostRemarkLetters)
            {
                return $" {remark} ";
            }

            if (ContinuedPattern().IsMatch(remark))
            {
                isContinued = true;
            }
            else if (LongerPattern().IsMatch(remark))
            {
                mayBeLonger = true;
            }
            else if ((bracket.Value[0] == '{' && ValueRangePattern().IsMatch(remark)) || BoundPattern().IsMatch(remark))
            {
                // "Delay {20..8000}", "Id (> 255)": what the number may be, not how long it is.
                return " ";
            }
            else if (ValueRangePattern().Match(remark) is { Success: true } ends && NumberOf(ends.Groups["first"].Value) is { } first && NumberOf(ends.Groups["last"].Value) is { } last)
            {
                range = (first, last);
                isVariable = true;
            }
            else if (VariablePattern().IsMatch(remark) || CellSizes.Varies(remark) || (CellSizes.Of(remark) is null && CountedPattern().IsMatch(remark.Replace("(", "", StringComparison.Ordinal).Replace(")", "", StringComparison.Ordinal))))
            {
                isBound |= LeastPattern().IsMatch(remark);
                isVariable = true;
            }
            else if (CellSizes.Of(remark) is { } said)
            {
                isOptional |= said.IsOptional;
                if (said.Unit == 0 || said.IsPart)
                {
                    compared = said;
                }
                else if (size is null || unit == 0)
                {
                    (size, unit) = (said.Number, said.Unit);
                }
                else if (size * unit != said.Number * said.Unit)
                {
                    otherBits = said.Number * said.Unit;
                }
            }
            else if (SizePattern().Match(remark) is { Success: true } match && (isRound || match.Groups["unit"].Length > 0))
            {
                if (NumberOf(match.Groups["number"].Value) is { } number)
                {
                    size = number;
                    unit = match.Groups["unit"].Value is not { Length: > 0 } name ? 0 : CellSizes.BitsOf(name) ?? 0;
                }
            }
            else if (!isRound || !RemarkPattern().IsMatch(remark))
            {
                // What is in brackets within it may be a remark.
                return $" {BracketPattern().Replace(remark, Remark)} ";
            }

            return " ";
        }

        // "IPv4 (4 octets) or IPv6 address (16 octets)".
        isVariable |= otherBits is not null && rest.Contains(" or ", StringComparison.OrdinalIgnoreCase);
        isVariable |= size is null && CellWords.IsTerminated(trimmed);
        if (CellWords.CountedArray(trimmed) is { } counted)
        {
            isVariable = true;
            rest = counted;
        }

        rest = ConditionPattern().Replace(rest, " ").Trim();
        if (VariableEndPattern().Match(rest, Math.Max(0, rest.Length - MostRemarkLetters)) is { Success: true } end)
        {
            isVariable = true;
            rest = rest[..end.Index];
        }

        // A size after a comma or colon stays in the name, and must agree with the drawing too.
        if (size is null && SizeEndPattern().Match(rest, Math.Max(0, rest.Length - MostRemarkLetters)) is { Success: true } said && NumberOf(said.Groups["number"].Value) is { } written)
        {
            size = written;
            unit = CellSizes.BitsOf(said.Groups["unit"].Value) ?? 0;
        }

        Match inner = InnerDots(rest);
        bool isShortened = inner.Success && inner.Index > 0 && IsWord(rest[inner.Index - 1]);
        isVariable |= VariableNamePattern().IsMatch(rest) || (inner.Success && !isShortened);
        string undotted = Undotted(rest).Trim();
        bool endsInDots = undotted.Length < rest.Length;
        bool saysVariable = isVariable;
        bool beginsWithDots = undotted.Length > 0 && BeginningDotsPattern().IsMatch(undotted);
        isVariable |= endsInDots || beginsWithDots || isShortened;
        isContinued |= ContinuedEndPattern().IsMatch(undotted);
        string name = isContinued ? "" : ToName(undotted);
        Match spoken = SpokenPattern().Match(undotted, 0, Math.Min(undotted.Length, MostRemarkLetters));
        Match whole = undotted.Length <= MostRemarkLetters ? WholePattern().Match(undotted) : Match.Empty;
        mayBeLonger |= undotted.Length <= MostRemarkLetters && TwoSizesPattern().IsMatch(undotted);
        spoken = whole.Success ? whole : spoken;
        long? spokenBits = spoken.Success && NumberOf(spoken.Groups["number"].Value) is { } count and < int.MaxValue
            ? count * (spoken.Groups["unit"].Value is var unitWord && unitWord.Length == 0 ? 1 : CellSizes.BitsOf(unitWord) ?? 1)
            : null;
        return new CellText
        {
            Name = name.Length > 0 || isContinued || undotted.Length == 0 ? name : "Unnamed",
            IsEmpty = undotted.Length == 0 && !isContinued,
            IsContinued = isContinued,
            IsVariable = isVariable,
            SaysVariable = saysVariable,
            EndsInDots = endsInDots && undotted.Length > 0,
            HasGluedDots = endsInDots && undotted.Length > 0 && rest.Length > undotted.Length && rest[undotted.Length] is '.' or '…',
            IsShortened = isShortened,
            BeginsWithDots = beginsWithDots,
            Size = size,
            Unit = unit,
            OtherBits = otherBits,
            Range = range,
            ComparedSize = compared,
            IsBound = isBound,
            IsOptional = isOptional,
            MayBeLonger = mayBeLonger,
            Spoken = spokenBits,
            IsSum = spoken.Groups["sum"].Success,
            IsWhole = whole.Success,
            IsPlural = PluralPattern().IsMatch(trimmed),
            AddressWidths = CellWords.AddressWidths(trimmed),
            TypeWidths = CellWords.TypeWidths(trimmed),
            IsOnlyRemark = OnlyRemarkPattern().IsMatch(trimmed),
            SaidBits = CellWords.BitsOf(trimmed),
            Elements = CellWords.Elements(trimmed),
            HasStar = trimmed.Length > 3 && trimmed.EndsWith("(*)", StringComparison.Ordinal) && IsWord(trimmed[^4]),
        };
    }

    /// <summary>Whether a line of a cell only says that the length varies: <c>variable length, padded to 32 bits</c>.</summary>
    public static bool IsLengthRemark(string line) => LengthRemarkPattern().IsMatch(line);

    /// <summary>The name that texts have but for the number at their ends, the last of which is a letter: <c>Address [1]</c>, <c>Address [N]</c>; null where they are not such a list.</summary>
    public static string? ListOf(IReadOnlyList<string> texts)
    {
        Match[] indexed = texts.Count is 1 or > MostRemarkLetters || texts.Any(text => text.Length > MostRemarkLetters) ? [] : [.. texts.Select(text => IndexPattern().Match(text))];
        return indexed.Length > 1 && Array.TrueForAll(indexed, match => match.Success && match.Groups["name"].Value == indexed[0].Groups["name"].Value) && char.IsLetter(indexed[^1].Groups["index"].Value[0])
            ? indexed[0].Groups["name"].Value
            : null;
    }

    /// <summary>Whether two names differ in nothing but a number, which in the second may be a letter: <c>Frame1Data</c>, <c>FrameNData</c>.</summary>
    public static bool AreOfOneList(string first, string last)
    {
        int begin = first.AsSpan().CommonPrefixLength(last);
        int end = 0;
        while (end < Math.Min(first.Length, last.Length) - begin && first[^(end + 1)] == last[^(end + 1)])
        {
            end++;
        }

        string number = first[begin..^end];
        string other = last[begin..^end];
        return (number.Length > 0 && number.All(char.IsAsciiDigit) && other.Length > 0 && (other.All(char.IsAsciiDigit) || other.Length == 1))
            || (OrdinalPattern().Match(number) is { Success: true, Groups: var ordinal } && ordinal["number"].Success && OrdinalPattern().IsMatch(other));
    }

    // Dots between words: "Item 1 ... Item 9".
    private static Match InnerDots(string text)
    {
        int word = 0;
        while (word < text.Length && !IsWord(text[word]))
        {
            word++;
        }

        return DotsPattern().Match(text, word) is { Success: true } dots && text.AsSpan(dots.Index).ContainsAnyExcept(" .…\t") ? dots : Match.Empty;
    }

    private static long? NumberOf(string text) => long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out long number) ? number
        : Array.IndexOf(s_numbers, text.ToLowerInvariant()) is var place and >= 0 ? place + 1
        : null;

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
        foreach (char letter in Composed(text))
        {
            if (IsWord(letter) || (!begins && IsMark(letter)))
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

    // Letters and their accents are one sign each where there is one. What is not a text for the system stays as it is: half a pair of surrogates everywhere,
    // and on Windows what no standard has assigned.
    private static string Composed(string text)
    {
        if (DisplayWidth.IsPlain(text) || text.Any(char.IsSurrogate))
        {
            return text;
        }

        try
        {
            return text.Normalize(NormalizationForm.FormC);
        }
        catch (Exception exception) when (exception is ArgumentException or InvalidOperationException)
        {
            return text;
        }
    }

    private static bool IsMark(char letter) => char.GetUnicodeCategory(letter) is UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark;

    // One letter, perhaps with accents.
    private static bool IsLetter(string text) => text.Length == 1 || (!DisplayWidth.IsPlain(text) && DisplayWidth.Elements(text).Take(2).Count() == 1);

    private static bool IsWord(char letter) => char.IsLetterOrDigit(letter);

    [GeneratedRegex(@"(?:(?:Data|Payloads?|Body|Contents?|Options?|Fragment|Parameters|Units?|Packets?|Messages?|Frames?|Datagrams?|Certificates?)[0-9]{0,3}|^(?:Value|Text|Message|Parameter)|(?:Attribute|Chunk|Field|Option|Parameter|TLV)Value)$", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex ContentPattern();

    // Square and curly brackets are remarks only where they say a size.
    [GeneratedRegex(@"\(((?:[^()]|\([^()]{0,80}\))*)\)|\[([^\[\]]*)\]|\{([^{}]*)\}|<([^<>]*)>")]
    private static partial Regex BracketPattern();

    [GeneratedRegex(@"^(?:[<>]=?|[≤≥]) ?[0-9]+$")]
    private static partial Regex BoundPattern();

    [GeneratedRegex(@"\([^()]*$")]
    private static partial Regex OpenBracketPattern();

    [GeneratedRegex(@"^(?:at least|min(?:imum|\.)?) [0-9]+$", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex LeastPattern();

    [GeneratedRegex(@"^cont(?:\.|'?d\.?|inued|inues)?$", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex ContinuedPattern();

    [GeneratedRegex(@"(?:^|[\s,;])(?:continued|continuing|cont\.|cont'?d)$", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex ContinuedEndPattern();

    [GeneratedRegex(@"^(?:var(?:iable|ying)?\b.*|(?:the )?(?:rest|remainder|remaining)\b.*|(?:up to|at most) [0-9].*|.*\bvar(?:iable|ying|\.)|\*|(?:\p{L}\w* ?= ?)?[0-9]+\.{2,}[0-9*nNmMkK]*(?:[-+*/]\w+)?|\.{2,}|(?:the )?length (?:is|of|depends|varies)\b.*|(?:at least|min(?:imum|\.)?) [0-9].*|(?:an? )?multiples? of .*|as (?:needed|required|necessary)|[0-9]+ ?… ?[0-9]+.*|~ ?[0-9]+ ?(?:bits|bytes|octets)|.*[ -]specific (?:length|size)|repeat(?:ed|s)?\b.*\b(?:times|each|per)\b.*|(?!.*\b(?:number|count) of\b)[\w ]+ times|(?:zero|one) or more\b.*|.*[0-9] ?(?:bits?|bytes?|octets?|B) (?:or|to) [0-9]+ ?(?:bits?|bytes?|octets?|B\b).*|[0-9]+(?: ?[/,] ?[0-9]+)+,? ?(?:or [0-9]+ ?)?(?:bits?|bytes?|octets?)|[0-9]+ ?[*x×] ?\p{L}\w*(?: (?:bits|bytes|octets))?|[0-9]+(?![kmg] )\p{L} (?:bits|bytes|octets)|[0-9]+ (?:(?:bits?|bytes?|octets?) )?(?:for|if|in|when|with) .*(?:[,;/]|\bor) ?[0-9]+ .*\b(?:for|if|in|when|with)\b.*)$", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex VariablePattern();

    // "16 bit Port", "2-byte Port", "Port 16 bits", "u16 Port", "Port uint16", "Port: u16", "CRC-32"; not "32-bit words".
    [GeneratedRegex(@"^(?<number>[0-9]{1,4})(?:[ -](?<unit>bits?|bytes?|octets?)|(?<unit>(?-i:[Bb]))):? (?!words?\b|units?\b|align|bound|blocks?\b|or\b|of\b)(?=\p{L})|(?<=\p{L} )(?<number>[0-9]{1,4})(?:[ -]?(?<unit>bits?|bytes?|octets?)|(?<unit>(?-i:B)))$|^(?:u|u?int|float)(?<number>8|16|24|32|40|48|56|64|128|256)(?:_t)? +(?=\p{L})|(?<=\w ?[ :_] ?)(?:(?:__)?[bl]e|u|u?int|float)(?<number>8|16|24|32|40|48|56|64|128|256)(?:_t)?(?: [bl]e)?$|(?<=\w(?: ?: ?|  ))[isf](?<number>8|16|24|32|40|48|56|64|128|256)$|\b(?:crc|adler)[ -]?(?<number>8|16|32|64)$", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex WholePattern();

    [GeneratedRegex(@"^[0-9]{1,4} or [0-9]{1,4}[ -](?:bits?|bytes?|octets?)\b", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex TwoSizesPattern();

    [GeneratedRegex(@"^[^\p{L}\p{N}]*variable[ -](?:length|size)\b", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex LengthRemarkPattern();

    // "(6+)", "(4+ bytes)", "(8 or more octets)".
    [GeneratedRegex($@"^(?:[nmkxNMKX](?= bits$)|[0-9]+ ?\+|(?:>=?|≥) ?[0-9]+(?= ?[bo])|[0-9]+ or (?:more|longer|larger)|[0-9]+ (?:{CellSizes.Units}) or (?:more|longer|larger))(?: ?(?:{CellSizes.Units}))?$", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex LongerPattern();

    [GeneratedRegex(@"(?<sum>\+ ?)?(?<![\p{L}\p{N}])(?<number>[0-9]+)[ -]?(?<unit>bits|bytes|octets) of (?=\p{L})", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex SpokenPattern();

    // "(s)", "TLVs", "[TLV extensions]", "list of ports", "Entry * n": whatever there is of them.
    [GeneratedRegex(@"\p{L}\((?:s|es)\)$|^[(\[][^()\[\]]*(?:TLVs|\w (?:options|extensions|attributes|parameters))[)\]]$|^\[(?!options\])\p{L}+(?<![su]s|is|[0-9]s)s\]$|^\[\p{L}+ (?:blocks|entries|records|items|elements|fields)\]$|^(?!.*\b(?:number|count|length|size|total)\b).*\bTLVs$|^(?:zero|one) or more\b|^lists? of\b|\((?:repeated|multiple)\)$|\b(?:options?|extensions?|data|parameters|attributes) \(if any\)$|^remaining (?:bytes|octets|data|bits)$|\buntil (?:the )?end of\b|^pad(?:ding)?\b.*\bboundary\b|^[nN] ?[x×*] \p{L}|(?<=\w )[*x×] ?n$|(?<=\w)[*×]n$|\b[01] ?(?:\.\.|-|to) ?[nN]$|^(?:the )?(?:rest|remainder) of\b", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex PluralPattern();

    [GeneratedRegex(@"(?<=\([0-9]{1,3})[, ](?=[0-9]{3} ?(?:bits|bytes|octets)\b)", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex ThousandsPattern();

    // "opaque data<0..2^16-1>" of TLS.
    [GeneratedRegex(@"\w ?<[0-9]+\.\.[0-9^-]+>$")]
    private static partial Regex VectorPattern();

    // "Length bytes", "n octets", "N * 4 bytes": as many as something else says. "in bytes" and "number of octets" only name the unit of a count.
    [GeneratedRegex(@"^(?!.*\b(?:in|of|as|per)\b)(?!(?:number|no|count|units?|max|min|up|at|the|a|an|or|and|multiples?|low|high|upper|lower|first|second|third|last|next|most|least|leading|trailing|network|host|raw|[0-9]|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen)\b)[\p{L}_][\w ]*(?:\s*[-+*/x]\s*[\w ]+)*\s(?:bytes|octets)$|^[0-9]+\s*(?:to|-|–|or|\.\.)\s*(?:[0-9]+|n|m)\s*(?:bytes?|octets?|(?-i:B))$|^(?:<=?|≤) ?[0-9]+ ?(?:bytes?|octets?|(?-i:B))$", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex CountedPattern();

    [GeneratedRegex(@"^(?:(?:(?:zero-)?padded to )?(?<number>[0-9]+|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen)[ -]?(?<unit>bits?|bytes?|octets?)|(?<number>[0-9]{1,6}) ?(?<unit>(?-i:B))|(?<number>[0-9]+)|.*\b(?:bits?|bytes?|octets?)\b.*|[0-9][0-9/\-, ]*|max\.?\s.*)$", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex SizePattern();

    [GeneratedRegex(@"^(?<first>[0-9]+) ?\.{2,} ?(?<last>[0-9]+)$")]
    private static partial Regex ValueRangePattern();

    [GeneratedRegex(@"^(?:if\b.*|opt(?:\.|ional)?|(?:nul|null|zero|0)[- ]?terminated\b.*|c[- ]string|asciiz)$", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex RemarkPattern();

    [GeneratedRegex(@",\s*if\s.*$", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex ConditionPattern();

    [GeneratedRegex(@"(?<=\w)\s*[,:;–-]\s*variable(?:[ -](?:length|size|width))?$", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex VariableEndPattern();

    [GeneratedRegex(@"(?<=\w)(?:\s*[,:;]\s*|\s+[-–]\s+|(?<!(?:len|length|size|mtu|mss|offset|window|limit|count)\s*)=\s*)(?<number>[0-9]+)(?:[ -]?(?<unit>bits?|bytes?|octets?)|(?<unit>(?-i:[Bb])))$", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex SizeEndPattern();

    [GeneratedRegex(@"\bvariable[ -](?:length|size|width)\b|\bas much\b.*\bas possible\b|^variable (?:\w+ ){0,3}(?:data|options?|part|payload|contents?|fields|parameters|information|metadata|headers?|attributes?|tlvs?|objects?)\b", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex VariableNamePattern();

    [GeneratedRegex(@"\.{3}|…|\. \. \.")]
    private static partial Regex DotsPattern();

    [GeneratedRegex(@"^\s*(?<name>\S.*?)\s*(?:\[(?<index>[0-9]+|[A-Za-z])\]|\((?<index>[0-9]+|[A-Za-z])\)|#(?<index>[0-9]+|[A-Za-z]))\s*$")]
    private static partial Regex IndexPattern();

    // "1st", "nth".
    [GeneratedRegex("^(?:(?<number>[0-9]{1,3})(?:st|nd|rd|th)?|[a-z](?:th)?)$", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex OrdinalPattern();

    [GeneratedRegex(@"^(?:\.\s*\.|…)")]
    private static partial Regex BeginningDotsPattern();

    [GeneratedRegex(@"^(?:\.(?:\s*\.)+|…)\s*\((?<remark>[^()]*)\)$")]
    private static partial Regex DotsRemarkPattern();

    [GeneratedRegex(@"^(?:\([^()]*\)|\[[^\[\]]*\])\s*(?:\.{2,}|…)?$")]
    private static partial Regex OnlyRemarkPattern();
}
