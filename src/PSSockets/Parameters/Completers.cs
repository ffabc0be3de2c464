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

/// <summary>Completes the names of services from the system's database.</summary>
internal sealed class ServiceCompleter() : NameCompleter(_ => ServiceList.All());

/// <summary>Completes the names of network interfaces.</summary>
internal sealed class InterfaceCompleter() : NameCompleter(_ => Addressing.NetworkInterfaces.All());

/// <summary>Completes the names of socket options.</summary>
internal sealed class SocketOptionCompleter() : NameCompleter(Options.SocketOptionTable.Completions);

/// <summary>Completes a socket by its number: <c>(Get-Socket -Id 3)</c>.</summary>
internal sealed class SocketCompleter : IArgumentCompleter
{
    /// <inheritdoc />
    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters)
    {
        foreach (System.Net.Sockets.Socket socket in Sockets.SocketRegistry.Open())
        {
            string id = Sockets.SocketRegistry.IdOf(socket).ToString(System.Globalization.CultureInfo.InvariantCulture);
            if (id.StartsWith(wordToComplete, StringComparison.Ordinal))
            {
                string line = Views.SocketView.Describe(socket);
                yield return new CompletionResult($"(Get-Socket -Id {id})", $"{id} {line}", CompletionResultType.ParameterValue, line);
            }
        }
    }
}
