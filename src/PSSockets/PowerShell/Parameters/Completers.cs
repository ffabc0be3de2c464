using System.Collections;
using System.Globalization;
using System.Management.Automation;
using System.Management.Automation.Language;
using PSSockets.Addresses;
using PSSockets.Errors;
using PSSockets.Sockets;

namespace PSSockets.Parameters;

/// <summary>Completes a value from a list of names with tooltips.</summary>
internal abstract class NameCompleter(Func<string, IEnumerable<(string Name, string Meaning)>> names) : IArgumentCompleter
{
    /// <inheritdoc />
    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters)
    {
        string typed = CompletionWord.Typed(wordToComplete);
        return from candidate in names(typed)
               where candidate.Name.StartsWith(typed, StringComparison.OrdinalIgnoreCase)
               select CompletionWord.Candidate(wordToComplete, candidate.Name, candidate.Meaning);
    }
}

/// <summary>Completes address families.</summary>
internal sealed class AddressFamilyCompleter() : NameCompleter(SocketNameTables.Families.Completions);

/// <summary>Completes socket types.</summary>
internal sealed class SocketTypeCompleter() : NameCompleter(SocketNameTables.Types.Completions);

/// <summary>Completes the types of sockets that find out who is there.</summary>
internal sealed class TestTypeCompleter() : NameCompleter(_ =>
[
    ("Stream", "Stream, tcp: connects, which tells for certain whether a program listens"),
    ("Datagram", "Datagram, udp: sends a message and waits for an answer"),
]);

/// <summary>Completes protocols.</summary>
internal sealed class ProtocolTypeCompleter() : NameCompleter(SocketNameTables.Protocols.Completions);

/// <summary>Completes the schemes of proxies.</summary>
internal sealed class ProxyCompleter() : NameCompleter(_ =>
[
    ("socks5h://", "SOCKS5 proxy, which looks the name up: RFC 1928; HOST:PORT follows"),
    ("socks5://", "SOCKS5 proxy, which gets an address: RFC 1928; HOST:PORT follows"),
    ("socks4a://", "SOCKS4A proxy, which looks the name up; HOST:PORT follows"),
    ("socks4://", "SOCKS4 proxy, which gets an IPv4 address; HOST:PORT follows"),
    ("http://", "HTTP proxy with CONNECT: RFC 9110 section 9.3.6; HOST:PORT follows"),
]);

/// <summary>Completes the directions of a connection.</summary>
internal sealed class DirectionCompleter() : NameCompleter(SocketNameTables.Directions.Completions);

/// <summary>Completes what a socket can be waited for.</summary>
internal sealed class WaitForCompleter() : NameCompleter(SocketNameTables.Waits.Completions);

/// <summary>Completes the states of open sockets.</summary>
internal sealed class SocketStateCompleter() : NameCompleter(SocketNameTables.States.Completions);

/// <summary>Completes the widths of integers, in bits.</summary>
internal sealed class IntegerWidthCompleter() : NameCompleter(_ =>
[
    ("8", "8 bits, 1 byte: 0 to 255"),
    ("16", "16 bits, 2 bytes: htons(3), ntohs(3), a port"),
    ("32", "32 bits, 4 bytes: htonl(3), ntohl(3), an IPv4 address"),
    ("64", "64 bits, 8 bytes: a time stamp of NTP"),
]);

/// <summary>Completes the widths of a diagram's rows, in bits.</summary>
internal sealed class RowWidthCompleter() : NameCompleter(_ =>
[
    ("8", "8 bits a row: one byte"),
    ("16", "16 bits a row: two bytes, as the standards draw DNS"),
    ("32", "32 bits a row: four bytes, as the standards draw IP, UDP and TCP"),
    ("64", "64 bits a row: eight bytes, wider than 80 columns"),
]);

/// <summary>Completes the sizes of a length prefix, in bytes.</summary>
internal sealed class LengthPrefixCompleter() : NameCompleter(_ =>
[
    ("1", "1 byte: messages of up to 255 bytes"),
    ("2", "2 bytes: messages of up to 65,535 bytes, as DNS over TCP has them"),
    ("3", "3 bytes: messages of up to 16 MiB, as MySQL has them, with -LittleEndian"),
    ("4", "4 bytes: messages of up to 4 GiB, the usual size"),
    ("5", "5 bytes: for protocols that say so"),
    ("6", "6 bytes: for protocols that say so"),
    ("7", "7 bytes: for protocols that say so"),
    ("8", "8 bytes: for protocols that say so"),
]);

/// <summary>Completes the ends of lines.</summary>
internal sealed class NewLineCompleter() : NameCompleter(_ =>
[
    ("LF", "LF: a line feed, as Unix programs end lines"),
    ("CRLF", "CRLF: carriage return and line feed, as HTTP, SMTP and Redis end lines"),
]);

/// <summary>Completes the versions of TLS.</summary>
internal sealed class SslProtocolCompleter() : NameCompleter(_ =>
[
    ("Default", "Default: the versions that the system has on"),
    ("Tls13", "TLS 1.3, RFC 8446"),
    ("Tls12", "TLS 1.2, RFC 5246"),
    ("Tls11", "TLS 1.1: insecure, and off on most systems"),
    ("Tls", "TLS 1.0: insecure, and off on most systems"),
]);

/// <summary>Completes the names of errors, with their text; what is typed may be a number or .NET's name too.</summary>
internal sealed class SocketErrorCompleter() : NameCompleter(typed =>
    from error in ErrnoTable.All
    from name in typed.Length == 0 ? [error.Name] : new[] { error.Name, $"{error.SocketError}", error.Number.ToString(CultureInfo.InvariantCulture) }.Distinct()
    group error by name into named
    select (named.Key, string.Join("; ", named.Select(error => $"{error} ({error.SocketError})"))));

/// <summary>Completes encodings.</summary>
internal sealed class EncodingCompleter() : NameCompleter(_ => EncodingTransformationAttribute.Names);

/// <summary>Completes the numbers of the open sockets.</summary>
internal sealed class SocketIdCompleter() : NameCompleter(_ => SocketTable.Open(Session.Id).Select(record =>
    (record.Id.ToString(CultureInfo.InvariantCulture), Views.SocketView.Describe(record))));

/// <summary>Completes the names of services from the system's database.</summary>
internal sealed class ServiceCompleter() : NameCompleter(_ => ServiceList.All());

/// <summary>Completes the names of network interfaces.</summary>
internal sealed class InterfaceCompleter() : NameCompleter(_ => Addresses.NetworkInterfaces.All());

/// <summary>Completes the addresses of this machine.</summary>
internal sealed class LocalAddressCompleter() : NameCompleter(_ => Addresses.NetworkInterfaces.Addresses());

/// <summary>Completes the multicast groups that everybody knows.</summary>
internal sealed class MulticastGroupCompleter() : NameCompleter(_ => Addresses.WellKnownGroups.All);

/// <summary>Completes the names of socket options.</summary>
internal sealed class SocketOptionCompleter() : NameCompleter(Options.SocketOptionTable.Completions);

/// <summary>Completes the numbers of the levels of socket options.</summary>
internal sealed class OptionLevelCompleter : IArgumentCompleter
{
    /// <inheritdoc />
    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters) =>
        from level in Options.SocketOptionTable.Levels
        where level.Number.StartsWith(wordToComplete, StringComparison.Ordinal)
        select new CompletionResult(level.Number, $"{level.Number} {level.Name}", CompletionResultType.ParameterValue, $"{level.Name}: options of {level.ManPage}");
}

/// <summary>Completes the numbers of the options of the level that was given.</summary>
internal sealed class OptionNumberCompleter : IArgumentCompleter
{
    /// <inheritdoc />
    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters) =>
        from option in Options.SocketOptionTable.All
        where int.TryParse($"{fakeBoundParameters["Level"]}", NumberStyles.None, CultureInfo.InvariantCulture, out int level) && level == option.Level
        let number = option.Number.ToString(CultureInfo.InvariantCulture)
        where number.StartsWith(wordToComplete, StringComparison.Ordinal)
        select new CompletionResult(number, $"{number} {option.CName}", CompletionResultType.ParameterValue, $"{option.CName}: {option.Meaning}");
}

/// <summary>Completes the value of the option that was named, where it has only so many.</summary>
internal sealed class OptionValueCompleter : IArgumentCompleter
{
    /// <inheritdoc />
    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters)
    {
        string typed = CompletionWord.Typed(wordToComplete);
        return from choice in Options.SocketOptionChoices.Of($"{fakeBoundParameters["Name"]}")
               where choice.Value.StartsWith(typed, StringComparison.OrdinalIgnoreCase)
               select choice.Value.StartsWith('$')
                   ? new CompletionResult(choice.Value, choice.Value, CompletionResultType.ParameterValue, choice.Meaning)
                   : CompletionWord.Candidate(wordToComplete, choice.Value, choice.Meaning);
    }
}

/// <summary>Completes a socket by its number: <c>(Get-Socket -Id 3)</c>.</summary>
internal sealed class SocketCompleter : IArgumentCompleter
{
    /// <inheritdoc />
    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters)
    {
        List<CompletionResult> found =
        [
            .. from record in SocketTable.Open(Session.Id)
               let id = record.Id.ToString(CultureInfo.InvariantCulture)
               where id.StartsWith(wordToComplete, StringComparison.Ordinal)
               let line = Views.SocketView.Describe(record)
               select new CompletionResult($"(Get-Socket -Id {id})", $"{id} {line}", CompletionResultType.ParameterValue, line),
        ];
        // Where another parameter may stand at the same place, PowerShell shows a completer that has nothing as an empty
        // choice, unless it has no list at all.
        return found.Count > 0 ? found : null!;
    }
}

/// <summary>Completes a message format by the variable that holds it.</summary>
internal sealed class MessageFormatCompleter : IArgumentCompleter
{
    /// <inheritdoc />
    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters)
    {
        using PowerShell session = PowerShell.Create(RunspaceMode.CurrentRunspace);
        foreach (PSVariable variable in session.AddCommand("Microsoft.PowerShell.Utility\\Get-Variable").Invoke<PSVariable>())
        {
            object? value = PayloadInput.Unwrap(variable.Value);
            string expression = variable.Name.All(letter => char.IsLetterOrDigit(letter) || letter == '_')
                ? $"${variable.Name}"
                : $"${{{variable.Name.Replace("`", "``", StringComparison.Ordinal).Replace("{", "`{", StringComparison.Ordinal).Replace("}", "`}", StringComparison.Ordinal)}}}";
            if (value is MessageFormat format && expression.StartsWith(wordToComplete, StringComparison.OrdinalIgnoreCase))
            {
                string fields = string.Join(", ", format.Fields.Select(field => $"{field.Name}:{field.Length}"));
                yield return new CompletionResult(expression, expression, CompletionResultType.Variable, $"{(format.Name.Length == 0 ? nameof(MessageFormat) : format.Name)}: {fields}");
            }
        }
    }
}

/// <summary>Completes the end point of a peer: hosts of this machine, then their ports, with the names of services.</summary>
internal sealed class EndPointCompleter : IArgumentCompleter
{
    private static readonly (string Name, string Meaning)[] s_hosts =
    [
        ("localhost:", "localhost: this machine by its name; a port or service follows"),
        ("127.0.0.1:", "127.0.0.1: this machine over IPv4; a port or service follows"),
        ("[::1]:", "[::1]: this machine over IPv6; a port or service follows"),
    ];

    // Where the system has no list of services.
    private static readonly (string Name, string Meaning)[] s_ports =
    [
        ("22", "22: ssh"), ("25", "25: smtp"), ("53", "53: domain"), ("80", "80: http"), ("443", "443: https"), ("8080", "8080: http-alt"),
    ];

    /// <inheritdoc />
    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters)
    {
        string typed = CompletionWord.Typed(wordToComplete);
        // The path of a UNIX socket is completed as every path.
        if (typed.StartsWith('/') || typed.StartsWith('.') || typed.StartsWith('~') || typed.StartsWith('\\'))
        {
            List<CompletionResult> files = [.. CompletionCompleters.CompleteFilename(wordToComplete)];
            return files.Count > 0 ? files : [CompletionWord.Candidate(wordToComplete, typed, "the path of a UNIX socket")];
        }

        List<CompletionResult> found =
        [
            .. from candidate in Candidates(typed)
               where candidate.Name.StartsWith(typed, StringComparison.OrdinalIgnoreCase)
               select CompletionWord.Candidate(wordToComplete, candidate.Name, candidate.Meaning),
        ];
        // With nothing to offer the word stays, since PowerShell would go on to offer files.
        return found.Count > 0 ? found : [CompletionWord.Candidate(wordToComplete, typed, "HOST:PORT, [ADDRESS]:PORT, or the path of a UNIX socket")];
    }

    private static IEnumerable<(string Name, string Meaning)> Candidates(string typed)
    {
        int colon = typed.LastIndexOf(':');
        bool hasHost = colon > 0 && colon > typed.LastIndexOf(']') && (typed[0] == '[' || typed.IndexOf(':') == colon);
        if (!hasHost)
        {
            return
            [
                .. from record in SocketTable.Open(Session.Id)
                   let local = Views.SocketView.LocalEndPoint(PSObject.AsPSObject(record.Socket))
                   where local is not null && record.Socket.SocketType == System.Net.Sockets.SocketType.Stream && Views.SocketView.State(PSObject.AsPSObject(record.Socket)) is SocketState.Listening
                   select (EndPointText.Describe(local)!, $"a socket of this session listens there: {Views.SocketView.Describe(record)}"),
                .. s_hosts,
            ];
        }

        string host = typed[..(colon + 1)];
        (string Name, string Meaning)[] services = [.. ServiceList.All()];
        return from service in services.Length > 0 ? services : s_ports
               select (host + service.Name, service.Meaning);
    }
}
