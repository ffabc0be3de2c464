using System.Net.Sockets;
using PSSockets.Errors;

namespace PSSockets;

/// <summary>A socket call that failed: which call, on which address, with which errno.</summary>
public sealed class SocketCallException : SocketException
{
    internal SocketCallException(string call, string? address, SocketErrorInfo error, object? target, string? detail = null)
        : base((int)error.SocketError, PrintableText.Lines(Describe(call, address, error, detail)))
    {
        Call = call;
        Address = address;
        Error = error;
        Target = target;
        Detail = detail;
    }

    /// <summary>The system call, by its C name.</summary>
    public string Call { get; }

    /// <summary>The address it was made for, as text; null where there is none.</summary>
    public string? Address { get; }

    /// <summary>The message, and where it was thrown; without .NET's number, which is not the errno.</summary>
    public override string ToString() => StackTrace is null ? $"{GetType()}: {Message}" : $"{GetType()}: {Message}{Environment.NewLine}{StackTrace}";

    /// <summary>The errno, its names, text and remedy.</summary>
    public SocketErrorInfo Error { get; }

    internal object? Target { get; }

    internal string? Detail { get; }

    private static string Describe(string call, string? address, SocketErrorInfo error, string? detail)
    {
        string where = string.IsNullOrEmpty(address) ? call : $"{call} {address}";
        return detail is null ? $"{where}: {error}" : $"{where}: {error}: {detail}";
    }
}
