using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;
using PSSockets.Messages;

namespace PSSockets.Parameters;

/// <summary>Completes the type of a field-list entry: <c>Source:32:ip</c>.</summary>
internal sealed class FieldCompleter : IArgumentCompleter
{
    /// <inheritdoc />
    public IEnumerable<CompletionResult> CompleteArgument(string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters)
    {
        string word = CompletionWord.Typed(wordToComplete);
        int colon = word.LastIndexOf(':');
        if (colon < 0)
        {
            return [];
        }

        // After the first colon stands the width, which may be a word.
        if (word.IndexOf(':', StringComparison.Ordinal) == colon)
        {
            return from coding in Enum.GetValues<IntegerCoding>()
                   let width = coding.ToString().ToLowerInvariant()
                   where width.StartsWith(word[(colon + 1)..], StringComparison.OrdinalIgnoreCase) && word.Length > colon + 1
                   select new CompletionResult($"'{word[..(colon + 1)]}{width}'", width, CompletionResultType.ParameterValue, $"{word[..(colon + 1)]}{width}: an integer of variable length, as {coding.ToString().ToUpperInvariant()} writes it");
        }

        string entry = word[..(colon + 1)];
        return from type in FieldList.Types
               where type.Key.StartsWith(word[(colon + 1)..], StringComparison.OrdinalIgnoreCase)
               select new CompletionResult($"'{entry}{type.Key}'", type.Key, CompletionResultType.ParameterValue, $"{entry}{type.Key}: {Meaning(type.Value)}");
    }

    private static string Meaning(FieldType type) => type switch
    {
        FieldType.UInt => "an unsigned integer; where it is wider than 64 bits the bytes of one",
        FieldType.Int => "a signed integer in two's complement, up to 64 bits",
        FieldType.Bool => "false where every bit is 0",
        FieldType.Bytes => "bytes",
        FieldType.IPv4 => "an IPv4 address, 32 bits",
        FieldType.IPv6 => "an IPv6 address, 128 bits",
        FieldType.Mac => "a hardware address, 48 bits",
        FieldType.Ascii => "text of ASCII characters",
        FieldType.Utf8 => "text in UTF-8",
        FieldType.UIntLE => "an unsigned integer, least significant byte first",
        FieldType.IntLE => "a signed integer, least significant byte first",
        FieldType.Float => "a floating-point number of 32 bits",
        FieldType.Double => "a floating-point number of 64 bits",
        FieldType.FloatLE => "a floating-point number of 32 bits, least significant byte first",
        FieldType.DoubleLE => "a floating-point number of 64 bits, least significant byte first",
        FieldType.Flags => "bits with names: Flags:8:flags{SYN=2,ACK=16}",
        FieldType.UnixTime => "a time in seconds since 1970",
        FieldType.UnixMs => "a time in milliseconds since 1970",
        FieldType.Ntp => "a time of NTP, 64 bits",
        _ => "hexadecimal digits, four bits each",
    };
}
