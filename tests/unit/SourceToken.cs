using System.Globalization;

namespace PSSockets.UnitTests;

/// <summary>What a piece of a source file is.</summary>
internal enum SourceTokenKind
{
    /// <summary>A name or a keyword.</summary>
    Word,

    /// <summary>The text of a string or character literal, without its quotes and holes.</summary>
    Literal,

    /// <summary>Any other character.</summary>
    Sign,
}

/// <summary>A piece of a C# file, other than comments and white space.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Text">The text.</param>
/// <param name="Line">Its line, from 1.</param>
/// <param name="Depth">How many braces are open before it.</param>
internal readonly record struct SourceToken(SourceTokenKind Kind, string Text, int Line, int Depth)
{
    /// <summary>Reads a file. What stands in the holes of an interpolated string is code.</summary>
    public static List<SourceToken> Read(string source)
    {
        Reader reader = new(source);
        reader.ReadCode(endsWithBrace: false);
        return reader.Tokens;
    }

    private sealed class Reader(string source)
    {
        private int _place;
        private int _line = 1;
        private int _depth;

        public List<SourceToken> Tokens { get; } = [];

        private char Next => _place < source.Length ? source[_place] : '\0';

        public void ReadCode(bool endsWithBrace)
        {
            int outside = _depth;
            while (_place < source.Length)
            {
                if (StartsWith("//") || (Next == '#' && !endsWithBrace))
                {
                    SkipTo("\n");
                }
                else if (StartsWith("/*"))
                {
                    SkipTo("*/");
                }
                else if (Next == '\'')
                {
                    ReadQuoted('\'', isVerbatim: false, marks: 0);
                }
                else if (IsStringStart(out int marks, out bool isVerbatim))
                {
                    ReadString(marks, isVerbatim);
                }
                else if (char.IsLetter(Next) || Next == '_')
                {
                    int start = _place;
                    while (char.IsLetterOrDigit(Next) || Next == '_')
                    {
                        _place++;
                    }

                    Add(SourceTokenKind.Word, source[start.._place], _line);
                }
                else if (endsWithBrace && Next == '}' && _depth == outside)
                {
                    return;
                }
                else
                {
                    _depth -= Next == '}' ? 1 : 0;
                    if (!char.IsWhiteSpace(Next))
                    {
                        Add(SourceTokenKind.Sign, Next.ToString(), _line);
                    }

                    _depth += Next == '{' ? 1 : 0;
                    Step();
                }
            }
        }

        private void ReadString(int marks, bool isVerbatim)
        {
            int quotes = 0;
            while (quotes < source.Length - _place && source[_place + quotes] == '"')
            {
                quotes++;
            }

            if (quotes < 3)
            {
                ReadQuoted('"', isVerbatim, marks);
                return;
            }

            _place += quotes;
            ReadText(new string('"', quotes), marks, escape: '\0', doubled: '\0');
        }

        private void ReadQuoted(char quote, bool isVerbatim, int marks)
        {
            _place++;
            ReadText(quote.ToString(), marks, isVerbatim ? '\0' : '\\', isVerbatim ? quote : '\0');
        }

        // A doubled quote, or a doubled brace of an interpolated string that is not raw, is a character of the text.
        private void ReadText(string end, int marks, char escape, char doubled)
        {
            int line = _line;
            System.Text.StringBuilder text = new();
            while (_place < source.Length)
            {
                if (Next == doubled && StartsWith(new string(doubled, 2)))
                {
                    text.Append(doubled);
                    _place += 2;
                }
                else if (StartsWith(end))
                {
                    _place += end.Length;
                    break;
                }
                else if (escape != '\0' && Next == escape)
                {
                    text.Append(source, _place, 2);
                    _place += 2;
                }
                else if (marks > 0 && end.Length < 3 && (StartsWith("{{") || StartsWith("}}")))
                {
                    text.Append(Next);
                    _place += 2;
                }
                else if (marks > 0 && StartsWith(new string('{', marks)))
                {
                    _place += marks;
                    ReadCode(endsWithBrace: true);
                    _place += marks;
                }
                else
                {
                    text.Append(Next);
                    Step();
                }
            }

            Add(SourceTokenKind.Literal, text.ToString(), line);
        }

        private bool IsStringStart(out int marks, out bool isVerbatim)
        {
            int place = _place;
            marks = 0;
            isVerbatim = false;
            while (place < source.Length && source[place] is '$' or '@')
            {
                marks += source[place] == '$' ? 1 : 0;
                isVerbatim |= source[place] == '@';
                place++;
            }

            if (place >= source.Length || source[place] != '"')
            {
                return false;
            }

            _place = place;
            return true;
        }

        private bool StartsWith(string text) => string.CompareOrdinal(source, _place, text, 0, text.Length) == 0;

        private void SkipTo(string end)
        {
            int found = source.IndexOf(end, _place, StringComparison.Ordinal);
            int target = found < 0 ? source.Length : found + end.Length;
            while (_place < target)
            {
                Step();
            }
        }

        private void Step() => _line += source[_place++] == '\n' ? 1 : 0;

        private void Add(SourceTokenKind kind, string text, int line) => Tokens.Add(new SourceToken(kind, text, line, _depth));
    }

    /// <inheritdoc />
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Line}: {Text}");
}
