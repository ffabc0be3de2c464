using System.Management.Automation;
using System.Net;
using PSSockets.Addresses;
using PSSockets.Errors;
using PSSockets.Parameters;

namespace PSSockets.Commands;

/// <summary>The bytes of an address in network order: inet_pton(3), or the whole <c>struct sockaddr</c>.</summary>
[Cmdlet(VerbsData.ConvertTo, "AddressByte", HelpUri = HelpAddress.Root + "ConvertTo-AddressByte.md")]
[OutputType(typeof(byte[]))]
public sealed class ConvertToAddressByteCommand : GuardedCommand
{
    /// <summary>Addresses or end points: IPAddress, EndPoint, or text.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true)]
    [AllowEmptyString]
    public object[] InputObject { get; set; } = [];

    /// <summary>Gives the whole address as the kernel sees it: family, port, address, scope.</summary>
    [Parameter]
    public SwitchParameter SocketAddress { get; set; }

    /// <inheritdoc />
    protected override void ProcessInput()
    {
        foreach (object input in InputObject)
        {
            Guard(() => WriteObject(Convert(PayloadInput.Unwrap(input)), enumerateCollection: false));
        }
    }

    private byte[] Convert(object? input)
    {
        EndPoint endPoint = input switch
        {
            IPAddress address => new IPEndPoint(address, 0),
            EndPoint given => given,
            string text when EndPointParser.LooksLikeAddress(text) => new IPEndPoint(EndPointParser.ParseAddress(text), 0),
            string text => EndPointParser.Parse(text, path => UserPath.Resolve(SessionState, path)),
            _ => throw new SocketInputException(
                ErrorIds.InvalidEndPoint, $"'{input}' ({input?.GetType().Name ?? "null"}) is not an address", "Pass an IPAddress, an EndPoint or text.", input),
        };
        if (endPoint is DnsEndPoint name)
        {
            throw new SocketInputException(
                ErrorIds.InvalidEndPoint, $"'{name.Host}' is a name, and only addresses have bytes", "Look its addresses up first.", input);
        }

        return (SocketAddress.ToBool(), endPoint) switch
        {
            (true, _) => SocketAddressBytes.From(endPoint),
            (false, IPEndPoint address) => address.Address.GetAddressBytes(),
            _ => throw new SocketInputException(
                ErrorIds.InvalidEndPoint, $"{endPoint} is not an IPv4 or IPv6 address", "Use -SocketAddress for the whole address of a UNIX socket.", input),
        };
    }
}
