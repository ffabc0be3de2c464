using System.Management.Automation;
using System.Net.Sockets;
using PSSockets.Errors;
using PSSockets.Options;
using PSSockets.Parameters;

namespace PSSockets.Commands;

/// <summary>Sets an option of sockets: setsockopt(2).</summary>
[Cmdlet(VerbsCommon.Set, "SocketOption", DefaultParameterSetName = NameSet, HelpUri = HelpAddress.Root + "Set-SocketOption.md")]
[OutputType(typeof(Socket))]
public sealed class SetSocketOptionCommand : SocketCommand
{
    private const string NameSet = "Name";
    private const string RawSet = "Raw";

    /// <summary>The friendly or C name of the option.</summary>
    [Parameter(Mandatory = true, Position = 1, ParameterSetName = NameSet)]
    [ArgumentCompleter(typeof(SocketOptionCompleter))]
    public string Name { get; set; } = string.Empty;

    /// <summary>The value: <c>$true</c>, a number, seconds, a name; for a raw option a <c>byte[]</c> or an int.</summary>
    [Parameter(Mandatory = true, Position = 2)]
    [AllowNull]
    [AllowEmptyString]
    [AllowEmptyCollection]
    [ArgumentCompleter(typeof(OptionValueCompleter))]
    public object? Value { get; set; }

    /// <summary>The level, by number.</summary>
    [Parameter(Mandatory = true, ParameterSetName = RawSet)]
    [ArgumentCompleter(typeof(OptionLevelCompleter))]
    public int Level { get; set; }

    /// <summary>The option, by number.</summary>
    [Parameter(Mandatory = true, ParameterSetName = RawSet)]
    [ArgumentCompleter(typeof(OptionNumberCompleter))]
    public int Option { get; set; }

    /// <summary>Writes the socket.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    /// <inheritdoc />
    protected override void ProcessSocket(Socket socket)
    {
        object? value = PayloadInput.Unwrap(Value);
        if (ParameterSetName == RawSet)
        {
            Transport.SetOption(socket, $"{Level}, {Option}", Level, Option, RawBytes(value));
        }
        else
        {
            SocketOptionValues.Set(Transport, socket, SocketOptionTable.Find(Name, socket), value);
        }

        if (PassThru)
        {
            WriteObject(socket);
        }
    }

    private static byte[] RawBytes(object? value) => value switch
    {
        byte[] bytes => bytes,
        int number => BitConverter.GetBytes(number),
        bool isOn => BitConverter.GetBytes(isOn ? 1 : 0),
        _ => throw new SocketInputException(
            ErrorIds.InvalidOptionValue, $"'{value}' is not a value of a raw option: it takes a byte[] or an [int]", "Give a byte[] or an [int].", value),
    };
}
