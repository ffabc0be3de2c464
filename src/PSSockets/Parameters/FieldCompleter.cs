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
        string word = wordToComplete.Trim('\'', '"');
        int colon = word.LastIndexOf(':');
        if (colon < 0 || word.IndexOf(':', StringComparison.Ordinal) == colon)
        {
            yield break;
        }

        foreach (string type in FieldList.Types.Keys.Where(type => type.StartsWith(word[(colon + 1)..], StringComparison.OrdinalIgnoreCase)))
        {
            yield return new CompletionResult($"'{word[..(colon + 1)]}{type}'", type, CompletionResultType.ParameterValue, $"{word[..(colon + 1)]}{type}");
        }
    }
}
