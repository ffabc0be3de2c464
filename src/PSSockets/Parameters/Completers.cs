using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;
using PSSockets.Errors;

namespace PSSockets.Parameters;

/// <summary>Completes a value from a list of names with tooltips.</summary>
internal abstract class NameCompleter(Func<string, IEnumerable<(string Name, string Meaning)>> names) : IArgumentCompleter
{
    /// <inheritdoc />
    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters)
    {
        string typed = wordToComplete.Trim('\'', '"');
        foreach ((string name, string meaning) in names(typed))
        {
            if (name.StartsWith(typed, StringComparison.OrdinalIgnoreCase))
            {
                yield return new CompletionResult(name, name, CompletionResultType.ParameterValue, meaning);
            }
        }
    }
}

/// <summary>Completes address families.</summary>
internal sealed class AddressFamilyCompleter() : NameCompleter(SocketNameTables.Families.Completions);

/// <summary>Completes socket types.</summary>
internal sealed class SocketTypeCompleter() : NameCompleter(SocketNameTables.Types.Completions);

/// <summary>Completes protocols.</summary>
internal sealed class ProtocolTypeCompleter() : NameCompleter(SocketNameTables.Protocols.Completions);

/// <summary>Completes the names of errors, with their text.</summary>
internal sealed class SocketErrorCompleter() : NameCompleter(_ =>
    ErrnoTable.All.Select(error => (error.Name, $"{error} ({error.SocketError})")));

/// <summary>Completes encodings.</summary>
internal sealed class EncodingCompleter() : NameCompleter(_ => EncodingTransformationAttribute.Names);

/// <summary>Completes the numbers of the open sockets.</summary>
internal sealed class SocketIdCompleter() : NameCompleter(_ => Sockets.SocketRegistry.Open().Select(socket =>
    (Sockets.SocketRegistry.IdOf(socket).ToString(System.Globalization.CultureInfo.InvariantCulture), Views.SocketView.Describe(socket))));
