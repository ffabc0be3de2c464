using System.Management.Automation;
using System.Net;
using System.Net.Sockets;
using PSSockets.Addresses;
using PSSockets.Errors;
using PSSockets.Parameters;

namespace PSSockets.Commands;

/// <summary>Makes an address: inet_pton(3), <c>struct sockaddr_in</c>, <c>sockaddr_in6</c>, <c>sockaddr_un</c>.</summary>
[Cmdlet(VerbsCommon.New, "SocketAddress", DefaultParameterSetName = AddressSet, HelpUri = HelpAddress.Root + "New-SocketAddress.md")]
[OutputType(typeof(IPEndPoint), ParameterSetName = [AddressSet])]
[OutputType(typeof(DnsEndPoint), ParameterSetName = [HostSet])]
[OutputType(typeof(UnixDomainSocketEndPoint), ParameterSetName = [PathSet, AbstractSet])]
[OutputType(typeof(EndPoint), ParameterSetName = [TextSet])]
public sealed class NewSocketAddressCommand : GuardedCommand
{
    private const string AddressSet = "IPAddress";
    private const string HostSet = "HostName";
    private const string PathSet = "Path";
    private const string AbstractSet = "AbstractName";
    private const string TextSet = "EndPoint";

    /// <summary>The IPv4 or IPv6 address, as inet_pton(3) reads it.</summary>
    [Parameter(Mandatory = true, Position = 0, ParameterSetName = AddressSet)]
    public string IPAddress { get; set; } = string.Empty;

    /// <summary>The name of a host, looked up when the address is used.</summary>
    [Parameter(Mandatory = true, ParameterSetName = HostSet)]
    public string HostName { get; set; } = string.Empty;

    /// <summary>The port: a number from 0 to 65535, or the name of a service.</summary>
    [Parameter(Mandatory = true, Position = 1, ParameterSetName = AddressSet)]
    [Parameter(Mandatory = true, Position = 1, ParameterSetName = HostSet)]
    [ArgumentCompleter(typeof(ServiceCompleter))]
    public string Port { get; set; } = string.Empty;

    /// <summary>The interface of a link-local IPv6 address, by number or name (<c>sin6_scope_id</c>).</summary>
    [Parameter(Position = 2, ParameterSetName = AddressSet)]
    [ArgumentCompleter(typeof(InterfaceCompleter))]
    public string ScopeId { get; set; } = string.Empty;

    /// <summary>The path of a UNIX socket.</summary>
    [Parameter(Mandatory = true, ParameterSetName = PathSet)]
    public string Path { get; set; } = string.Empty;

    /// <summary>The name of a UNIX socket in Linux's abstract name space.</summary>
    [Parameter(Mandatory = true, ParameterSetName = AbstractSet)]
    public string AbstractName { get; set; } = string.Empty;

    /// <summary>Any end point as text.</summary>
    [Parameter(Mandatory = true, ValueFromPipeline = true, ParameterSetName = TextSet)]
    [AllowEmptyString]
    public string[] EndPoint { get; set; } = [];

    /// <inheritdoc />
    protected override void ProcessInput()
    {
        switch (ParameterSetName)
        {
            case AddressSet:
                WriteObject(FromAddress());
                break;
            case HostSet:
                WriteObject(FromHostName());
                break;
            case PathSet:
                WriteObject(EndPointParser.FromPath(Path, Path, ResolvePath));
                break;
            case AbstractSet:
                WriteObject(EndPointParser.FromAbstractName(AbstractName, AbstractName));
                break;
            default:
                foreach (string text in EndPoint)
                {
                    Guard(() => WriteObject(Plain(EndPointParser.Parse(text, ResolvePath))));
                }

                break;
        }
    }

    // As an object, a port on any address is the wildcard address of IPv6, which every cmdlet also takes for IPv4.
    private static EndPoint Plain(EndPoint endPoint) =>
        endPoint is WildcardEndPoint any ? new IPEndPoint(any.Address, any.Port) : endPoint;

    private string ResolvePath(string path) => UserPath.Resolve(SessionState, path);

    private EndPoint FromHostName()
    {
        int port = EndPointParser.ParsePort(Port, $"{HostName}:{Port}");
        return EndPointParser.LooksLikeAddress(HostName)
            ? new IPEndPoint(EndPointParser.ParseAddress(HostName), port)
            : new DnsEndPoint(EndPointParser.ParseHostName(HostName, HostName), port);
    }

    private IPEndPoint FromAddress()
    {
        System.Net.IPAddress address = EndPointParser.ParseAddress(IPAddress);
        if (ScopeId.Length > 0)
        {
            if (address.AddressFamily != AddressFamily.InterNetworkV6)
            {
                throw new SocketInputException(ErrorIds.InvalidEndPoint, $"{address} is an IPv4 address, and only IPv6 addresses have a scope", "Leave -ScopeId out.", IPAddress);
            }

            address.ScopeId = EndPointParser.ParseScope(ScopeId, $"{IPAddress}%{ScopeId}");
        }

        return new IPEndPoint(address, EndPointParser.ParsePort(Port, $"{IPAddress}:{Port}"));
    }
}
