using System.Collections;
using System.Globalization;
using System.Text.RegularExpressions;

namespace PSSockets.Messages;

/// <summary>The names of a field's values, <c>{Request=1,Reply=2}</c>, or of its bits.</summary>
internal sealed partial class FieldNames
{
    private readonly List<(string Name, Int128 Value)> _entries = [];

    private FieldNames()
    {
    }

    /// <summary>The names with their values.</summary>
    public IReadOnlyList<(string Name, Int128 Value)> Entries => _entries;

    /// <summary>Reads what stands between the brackets; null where it is not a list of names. A name without a number has the next one.</summary>
    /// <param name="text">The names.</param>
    /// <param name="twice">A name that comes twice, or null.</param>
    public static FieldNames? TryParse(string text, out string? twice)
    {
        twice = null;
        FieldNames names = new();
        HashSet<string> met = new(StringComparer.OrdinalIgnoreCase);
        Int128 next = 0;
        foreach (string part in text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            Match match = EntryPattern().Match(part);
            if (!match.Success)
            {
                return null;
            }

            if (!met.Add(match.Groups["name"].Value))
            {
                twice = match.Groups["name"].Value;
                return null;
            }

            if (match.Groups["value"].Success)
            {
                if (FieldInteger.Read(match.Groups["value"].Value) is not { } value)
                {
                    return null;
                }

                next = value;
            }

            names._entries.Add((match.Groups["name"].Value, next));
            next++;
        }

        return names._entries.Count == 0 ? null : names;
    }

    /// <summary>The name of a value, the first of several; null where it has none.</summary>
    public string? NameOf(Int128 value)
    {
        foreach ((string name, Int128 named) in _entries)
        {
            if (named == value)
            {
                return name;
            }
        }

        return null;
    }

    /// <summary>The names of the bits that are set, with what no name stands for as a hexadecimal number: <c>SYN, ACK, 0x40</c>.</summary>
    public string FlagsOf(Int128 value)
    {
        List<string> set = [];
        foreach ((string name, Int128 bits) in _entries)
        {
            if (bits != 0 && (value & bits) == bits)
            {
                set.Add(name);
                value &= ~bits;
            }
        }

        if (value != 0)
        {
            set.Add($"0x{value.ToString("X", CultureInfo.InvariantCulture)}");
        }

        return string.Join(", ", set);
    }

    /// <summary>The number of a name; the value itself where it is not a name.</summary>
    public object? ValueOf(object? value) => value is string name && Find(name.Trim()) is { } found ? found : value;

    /// <summary>The bits of names, in a list or with commas between them; null where one of them is unknown.</summary>
    public Int128? BitsOf(object? value)
    {
        IEnumerable<object?> parts = value switch
        {
            string text => text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries),
            IEnumerable list => list.Cast<object?>(),
            _ => [value],
        };
        Int128 bits = 0;
        foreach (object? part in parts)
        {
            if (FieldInteger.Read(ValueOf(part)) is not { } number)
            {
                return null;
            }

            bits |= number;
        }

        return bits;
    }

    /// <summary>As a field list has it.</summary>
    public override string ToString() => $"{{{string.Join(',', _entries.Select(entry => string.Create(CultureInfo.InvariantCulture, $"{entry.Name}={entry.Value}")))}}}";

    private Int128? Find(string name)
    {
        foreach ((string known, Int128 value) in _entries)
        {
            if (known.Equals(name, StringComparison.OrdinalIgnoreCase))
            {
                return value;
            }
        }

        return null;
    }

    [GeneratedRegex(@"^(?<name>[\p{L}_][\w.-]*)(?:\s*=\s*(?<value>-?[0-9]+|0[xX][0-9A-Fa-f]+))?$", RegexOptions.CultureInvariant)]
    private static partial Regex EntryPattern();
}
