using System.Management.Automation;
using System.Management.Automation.Language;

namespace PSSockets.Parameters;

/// <summary>The word before the cursor, and what takes its place.</summary>
internal static class CompletionWord
{
    /// <summary>What was typed, without the quotes around it.</summary>
    public static string Typed(string word) => word.Trim('\'', '"');

    /// <summary>A name to choose; in the quotes that were typed, or in quotes where the name needs them.</summary>
    /// <param name="word">The word before the cursor, with its quotes.</param>
    /// <param name="name">The name.</param>
    /// <param name="meaning">The tooltip.</param>
    public static CompletionResult Candidate(string word, string name, string meaning)
    {
        string text = word.StartsWith('"') ? $"\"{name.Replace("`", "``", StringComparison.Ordinal).Replace("$", "`$", StringComparison.Ordinal).Replace("\"", "`\"", StringComparison.Ordinal)}\""
            : word.StartsWith('\'') || NeedsQuotes(name) ? $"'{CodeGeneration.EscapeSingleQuotedStringContent(name)}'"
            : name;
        return new CompletionResult(text, name, CompletionResultType.ParameterValue, meaning);
    }

    private static bool NeedsQuotes(string name) =>
        name.StartsWith('-') || !name.All(letter => char.IsLetterOrDigit(letter) || letter is '_' or '-' or '.' or ':' or '/' or '+' or '%');
}
