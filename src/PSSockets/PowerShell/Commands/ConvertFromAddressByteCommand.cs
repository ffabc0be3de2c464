using System.Management.Automation;
using System.Net;
using System.Text;
using PSSockets.Addresses;
using PSSockets.Errors;
using PSSockets.Parameters;

namespace PSSockets.Commands;

/// <summary>From bytes to an address: inet_ntop(3), or a whole <c>struct sockaddr</c>.</summary>
[Cmdlet(VerbsData.ConvertFrom, "AddressByte", HelpUri = HelpAddress.Root + "ConvertFrom-AddressByte.md")]
[OutputType(typeof(IPAddress), typeof(EndPoint))]
public sealed class ConvertFromAddressByteCommand : GuardedCommand
{
    private const int IPv4Length = 4;
    private const int IPv6Length = 16;

    private readonly PayloadInput _input = new(Encoding.UTF8);

    /// <summary>The bytes: 4 or 16 of an address, or with -SocketAddress the whole socket address.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true)]
    [AllowEmptyCollection]
    public object InputObject { get; set; } = null!;

    /// <summary>The bytes are a whole socket address: family, port, address, scope.</summary>
    [Parameter]
    public SwitchParameter SocketAddress { get; set; }

    /// <inheritdoc />
    protected override void ProcessInput()
    {
        foreach (object? item in PayloadInput.Items(InputObject))
        {
            _input.Add(item, Guard, message => Write(item is string text ? throw NoBytes(text) : message));
        }

        if (PayloadInput.IsList(InputObject))
        {
            _input.Flush(Write);
        }
    }

    /// <inheritdoc />
    protected override void ProcessEnd() => _input.Flush(Write);

    private static SocketInputException NoBytes(string text) => new(
        ErrorIds.InvalidEndPoint, $"'{text}' is text, not the bytes of an address", "Pass a byte[]; text is read by New-SocketAddress.", text);

    private void Write(PayloadInput.Payload payload)
    {
        byte[] bytes = payload.Data;
        if (SocketAddress)
        {
            WriteObject(SocketAddressBytes.ToEndPoint(bytes));
            return;
        }

        WriteObject(bytes.Length is IPv4Length or IPv6Length
            ? new IPAddress(bytes)
            : throw new SocketInputException(
                ErrorIds.InvalidEndPoint,
                $"{bytes.Length} bytes are not an address: IPv4 has {IPv4Length}, IPv6 {IPv6Length}",
                "Use -SocketAddress when the bytes are a whole socket address.",
                bytes));
    }
}
