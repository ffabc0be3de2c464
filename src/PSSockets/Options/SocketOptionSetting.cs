using System.Net.Sockets;

namespace PSSockets;

/// <summary>An option of a socket with its value.</summary>
public sealed class SocketOptionSetting
{
    internal SocketOptionSetting(SocketOptionInfo option, object? value, Socket socket)
    {
        Option = option;
        Value = value;
        Socket = socket;
    }

    /// <summary>The friendly name.</summary>
    public string Name => Option.Name;

    /// <summary>The C name.</summary>
    public string CName => Option.CName;

    /// <summary>The value.</summary>
    public object? Value { get; }

    /// <summary>The unit of the value; empty where it has none.</summary>
    public string Unit => Option.Unit;

    /// <summary>The option.</summary>
    public SocketOptionInfo Option { get; }

    /// <summary>The socket.</summary>
    public Socket Socket { get; }
}
