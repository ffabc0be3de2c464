using System.Globalization;
using PSSockets.Errors;

namespace PSSockets.Messages;

/// <summary>
/// A calculation with fields, for lengths (<c>Total-IHL*4</c>) and conditions (<c>Kind&gt;1&amp;&amp;Kind&lt;255</c>): C's operators and ranks, whole
/// numbers, true is 1. A quotient is rounded up, since part of a byte takes a byte.
/// </summary>
internal sealed class FieldExpression
{
    // The operators of two operands, from the weakest; a longer one before one that it begins with.
    private static readonly string[][] s_ranks = [["||"], ["&&"], ["==", "!=", "<>", "<=", ">=", "=", "<", ">"], ["&"], ["+", "-"], ["*", "/"]];

    private const int MostDepth = 50;
    private const int MostLetters = 500;

    private readonly string _text;
    private readonly Node _root;
    private readonly List<string> _names = [];
    private Dictionary<string, Int128> _values = [];
    private int _place;
    private int _depth;

    private FieldExpression(string text)
    {
        _text = text;
        _root = Parse(0);
        SkipSpaces();
        if (_place < text.Length)
        {
            throw new FormatException();
        }
    }

    private FieldExpression(string text, string field, Node root)
    {
        _text = text;
        _root = root;
        _names.Add(field);
    }

    private delegate Int128 Node(Func<string, Int128> valueOf);

    /// <summary>The names in it, each once, in the order of their first place.</summary>
    public IReadOnlyList<string> Names => _names;

    /// <summary>Those of them that are fields.</summary>
    public IEnumerable<string> Fields => _values.Count == 0 ? _names : _names.Where(name => !_values.ContainsKey(name));

    /// <summary>Reads an expression; null where it is none.</summary>
    public static FieldExpression? TryParse(string text)
    {
        try
        {
            return text.Length is 0 or > MostLetters ? null : new FieldExpression(text);
        }
        catch (FormatException)
        {
            return null;
        }
    }

    /// <summary>One field in units, and a difference. Its name may be one that no other calculation can have, such as <c>1</c>.</summary>
    public static FieldExpression Linear(string field, int unit, int shift, string text) => new(text, field, valueOf => Bounded((Small(valueOf(field)) * unit) + shift));

    /// <summary>Its value.</summary>
    /// <exception cref="SocketInputException"><c>InvalidMessage</c>: a division by 0.</exception>
    public Int128 Evaluate(Func<string, Int128> valueOf) => _values.Count == 0 ? _root(valueOf) : _root(name => _values.TryGetValue(name, out Int128 value) ? value : valueOf(name));

    /// <summary>Says which of the names stand for a number: names of values, whatever fields are called so later.</summary>
    public void Bind(Dictionary<string, Int128> values) => _values = values;

    /// <summary>As it was written, without spaces.</summary>
    public override string ToString() => string.Concat(_text.Where(letter => !char.IsWhiteSpace(letter)));

    private Node Parse(int rank)
    {
        if (rank == s_ranks.Length)
        {
            return ParseOperand();
        }

        Node left = Parse(rank + 1);
        while (Operator(rank) is { } sign)
        {
            (Node first, Node second) = (left, Parse(rank + 1));
            left = sign switch
            {
                "||" => valueOf => Truth(first(valueOf) != 0 || second(valueOf) != 0),
                "&&" => valueOf => Truth(first(valueOf) != 0 && second(valueOf) != 0),
                "=" or "==" => valueOf => Truth(first(valueOf) == second(valueOf)),
                "!=" or "<>" => valueOf => Truth(first(valueOf) != second(valueOf)),
                "<=" => valueOf => Truth(first(valueOf) <= second(valueOf)),
                ">=" => valueOf => Truth(first(valueOf) >= second(valueOf)),
                "<" => valueOf => Truth(first(valueOf) < second(valueOf)),
                ">" => valueOf => Truth(first(valueOf) > second(valueOf)),
                "&" => valueOf => first(valueOf) & second(valueOf),
                "+" => valueOf => Bounded(first(valueOf) + second(valueOf)),
                "-" => valueOf => Bounded(first(valueOf) - second(valueOf)),
                "*" => valueOf => Bounded(Small(first(valueOf)) * Small(second(valueOf))),
                _ => valueOf => Quotient(first(valueOf), second(valueOf)),
            };
        }

        return left;
    }

    private Node ParseOperand()
    {
        if (++_depth > MostDepth)
        {
            throw new FormatException();
        }

        SkipSpaces();
        int from = _place;
        char sign = _place < _text.Length ? _text[_place] : '\0';
        Node operand;
        if (sign == '(')
        {
            _place++;
            operand = Parse(0);
            SkipSpaces();
            if (_place >= _text.Length || _text[_place++] != ')')
            {
                throw new FormatException();
            }
        }
        else if (sign is '-' or '!')
        {
            _place++;
            Node inner = ParseOperand();
            operand = sign == '-' ? valueOf => -inner(valueOf) : valueOf => Truth(inner(valueOf) == 0);
        }
        else
        {
            while (_place < _text.Length && (char.IsLetterOrDigit(_text[_place]) || _text[_place] == '_'))
            {
                _place++;
            }

            string word = _text[from.._place];
            if (word.Length == 0)
            {
                throw new FormatException();
            }

            if (char.IsAsciiDigit(word[0]))
            {
                Int128 number = word.StartsWith("0x", StringComparison.OrdinalIgnoreCase)
                    ? long.Parse(word.AsSpan(2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture)
                    : ParseNumber(word);
                operand = _ => number;
            }
            else
            {
                if (!_names.Contains(word, StringComparer.OrdinalIgnoreCase))
                {
                    _names.Add(word);
                }

                operand = valueOf => valueOf(word);
            }
        }

        _depth--;
        return operand;
    }

    private static Int128 ParseNumber(string word) =>
        long.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out long number) ? number : throw new FormatException();

    private string? Operator(int rank)
    {
        SkipSpaces();
        foreach (string sign in s_ranks[rank])
        {
            // "&" is not half of "&&".
            if (string.CompareOrdinal(_text, _place, sign, 0, sign.Length) == 0 && !(sign == "&" && string.CompareOrdinal(_text, _place, "&&", 0, 2) == 0))
            {
                _place += sign.Length;
                return sign;
            }
        }

        return null;
    }

    private void SkipSpaces()
    {
        while (_place < _text.Length && char.IsWhiteSpace(_text[_place]))
        {
            _place++;
        }
    }

    private static Int128 Truth(bool isTrue) => isTrue ? 1 : 0;

    // No field has more than 64 bits, so that nothing sensible is cut here, and nothing overflows.
    private static Int128 Bounded(Int128 value) => Int128.Clamp(value, -(Int128.One << 100), Int128.One << 100);

    private static Int128 Small(Int128 value) => Int128.Clamp(value, -(Int128.One << 63), Int128.One << 63);

    private static Int128 Quotient(Int128 dividend, Int128 divisor)
    {
        if (divisor == 0)
        {
            throw new SocketInputException(ErrorIds.InvalidMessage, "A length divides by 0", "The message is damaged, or has another format.");
        }

        (Int128 quotient, Int128 rest) = Int128.DivRem(dividend, divisor);
        return rest != 0 && (rest > 0) == (divisor > 0) ? quotient + 1 : quotient;
    }
}
