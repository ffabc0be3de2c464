using System.Globalization;
using System.Management.Automation;
using System.Net;
using System.Net.Sockets;
using PSSockets.Addresses;
using PSSockets.Errors;
using PSSockets.Parameters;
using PSSockets.Sockets;

namespace PSSockets.Commands;

/// <summary>Looks up the addresses of a host and service: getaddrinfo(3).</summary>
[Cmdlet(VerbsDiagnostic.Resolve, "SocketAddress", HelpUri = HelpAddress.Root + "Resolve-SocketAddress.md")]
[OutputType(typeof(ResolvedAddress))]
public sealed class ResolveSocketAddressCommand : GuardedCommand
{
    /// <summary>Names or addresses of hosts; without one, this machine.</summary>
    [Parameter(Position = 0, ValueFromPipeline = true)]
    public string[] HostName { get; set; } = [];

    /// <summary>The name of a service, or a port.</summary>
    [Parameter(Position = 1)]
    [ArgumentCompleter(typeof(ServiceCompleter))]
    public string? Service { get; set; }

    /// <summary>Only addresses of this family.</summary>
    [Parameter(Position = 2)]
    [ArgumentCompleter(typeof(AddressFamilyCompleter))]
    public string? AddressFamily { get; set; }

    /// <summary>Only for sockets of this type.</summary>
    [Parameter(Position = 3)]
    [ArgumentCompleter(typeof(SocketTypeCompleter))]
    public string? SocketType { get; set; }

    /// <summary>Without a host, gives the address to bind a server to rather than the one to connect to (AI_PASSIVE).</summary>
    [Parameter]
    public SwitchParameter Passive { get; set; }

    /// <summary>Takes the host as digits only, and looks nothing up (AI_NUMERICHOST).</summary>
    [Parameter]
    public SwitchParameter NumericHost { get; set; }

    /// <inheritdoc />
    protected override void ProcessInput()
    {
        if (HostName.Length == 0)
        {
            if (Service is null)
            {
                throw new SocketInputException(
                    ErrorIds.InvalidArgument, "getaddrinfo: there is neither a host nor a service", "Give -HostName, -Service or both.");
            }

            Write(null, Service);
            return;
        }

        foreach (string host in HostName)
        {
            Guard(() => WriteNamed(host));
        }
    }

    // An end point has its service in it: localhost:80, https://example.org.
    private void WriteNamed(string host)
    {
        if (!host.Contains(':') || EndPointParser.LooksLikeAddress(host))
        {
            Write(host, Service);
            return;
        }

        (string name, int port) = EndPointParser.Parse(host, static path => path) switch
        {
            WildcardEndPoint any => (string.Empty, any.Port),
            DnsEndPoint dns => (dns.Host, dns.Port),
            IPEndPoint ip => ($"{ip.Address}", ip.Port),
            _ => throw new SocketInputException(ErrorIds.InvalidArgument, $"getaddrinfo: '{host}' is a UNIX path, which has no other address", "Give it to the cmdlet that is to use it, as it is.", host),
        };
        string service = port.ToString(CultureInfo.InvariantCulture);
        if (Service is not null)
        {
            throw new SocketInputException(
                ErrorIds.InvalidArgument, $"getaddrinfo: '{host}' holds a port, and the service is '{Service}'", $"Write Resolve-SocketAddress {name} {service}, or {name} {Service}.", host);
        }

        Write(name.Length == 0 ? null : name, service);
    }

    private void Write(string? host, string? service)
    {
        AddressFamily family = AddressFamily is null ? System.Net.Sockets.AddressFamily.Unspecified : SocketNameTables.Families.Parse(AddressFamily);
        SocketType type = SocketType is null ? System.Net.Sockets.SocketType.Unknown : SocketNameTables.Types.Parse(SocketType);
        if (service is not null && service.All(char.IsAsciiDigit))
        {
            // The system would take 70000 for 4464.
            EndPointParser.ParsePort(service, $"{host}:{service}");
        }

        IReadOnlyList<ResolvedAddress> found = Await(() => AddressLookup.Find(host, service, family, type, Passive, NumericHost));
        NoteCall(() => $"getaddrinfo({host}, {service}) = {found.Count} addresses");
        WriteObject(found, enumerateCollection: true);
    }
}
