using System.Management.Automation;
using System.Net.Sockets;
using PSSockets.Errors;
using PSSockets.Options;
using PSSockets.Parameters;
using PSSockets.Sockets;

namespace PSSockets.Commands;

/// <summary>Reads options of sockets: getsockopt(2).</summary>
[Cmdlet(VerbsCommon.Get, "SocketOption", DefaultParameterSetName = NameSet, HelpUri = HelpAddress.Root + "Get-SocketOption.md")]
[OutputType(typeof(object), ParameterSetName = [NameSet])]
[OutputType(typeof(byte[]), ParameterSetName = [RawSet])]
[OutputType(typeof(SocketOptionInfo), ParameterSetName = [ListSet])]
public sealed class GetSocketOptionCommand : SocketCommand
{
    private const string NameSet = "Name";
    private const string RawSet = "Raw";
    private const string ListSet = "List";

    /// <summary>The sockets.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ParameterSetName = NameSet)]
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ParameterSetName = RawSet)]
    [LiveSocket]
    [ArgumentCompleter(typeof(SocketCompleter))]
    public override Socket[] Socket { get; set; } = [];

    /// <summary>The friendly or C names of options; without any, all options of the socket with their names.</summary>
    [Parameter(Position = 1, ParameterSetName = NameSet)]
    [ArgumentCompleter(typeof(SocketOptionCompleter))]
    [ValidateNotNull]
    public string[] Name { get; set; } = [];

    /// <summary>The level, by number.</summary>
    [Parameter(Mandatory = true, ParameterSetName = RawSet)]
    [ArgumentCompleter(typeof(OptionLevelCompleter))]
    public int Level { get; set; }

    /// <summary>The option, by number.</summary>
    [Parameter(Mandatory = true, ParameterSetName = RawSet)]
    [ArgumentCompleter(typeof(OptionNumberCompleter))]
    public int Option { get; set; }

    /// <summary>The most bytes to read; without it what the option has.</summary>
    [Parameter(ParameterSetName = RawSet)]
    [ValidateRange(1, 65536)]
    public int Length { get; set; }

    /// <summary>Lists every option that this operating system has.</summary>
    [Parameter(Mandatory = true, ParameterSetName = ListSet)]
    public SwitchParameter ListAvailable { get; set; }

    /// <inheritdoc />
    protected override void ProcessInput()
    {
        if (ParameterSetName == ListSet)
        {
            WriteObject(SocketOptionTable.All, enumerateCollection: true);
        }
        else
        {
            base.ProcessInput();
        }
    }

    /// <inheritdoc />
    protected override void ProcessSocket(Socket socket)
    {
        if (ParameterSetName == RawSet)
        {
            WriteObject(Transport.GetOption(socket, $"{Level}, {Option}", Level, Option, Length), enumerateCollection: false);
            return;
        }

        foreach (string name in Name)
        {
            Guard(() => WriteObject(SocketOptionValues.Get(Transport, socket, SocketOptionTable.Find(name, socket))));
        }

        if (Name.Length == 0)
        {
            WriteAll(socket);
        }
    }

    private void WriteAll(Socket socket)
    {
        if (SocketRecord.Of(socket).IsClosed)
        {
            throw CallFailure.Closed("getsockopt", socket);
        }

        foreach (SocketOptionInfo option in SocketOptionTable.For(socket))
        {
            try
            {
                WriteObject(new SocketOptionSetting(option, SocketOptionValues.Get(Transport, socket, option), socket));
            }
            catch (SocketCallException)
            {
                // Not every socket has every option of its level, such as the MTU of one without a peer.
            }
        }
    }
}
