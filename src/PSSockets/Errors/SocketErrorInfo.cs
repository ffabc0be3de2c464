using System.Net.Sockets;

namespace PSSockets;

/// <summary>One error of the socket API: what <c>errno</c>, .NET and a reader of <c>man 3 errno</c> call it, and what to do about it.</summary>
public sealed class SocketErrorInfo
{
    internal SocketErrorInfo(int number, string name, SocketError socketError, string message, string recommendedAction)
    {
        Number = number;
        Name = name;
        SocketError = socketError;
        Message = message;
        RecommendedAction = recommendedAction;
    }

    /// <summary>The value of <c>errno</c> on this operating system (on Linux a negative <c>EAI_</c> number for name look-ups); where it has no such error, that of the system that has it.</summary>
    public int Number { get; }

    /// <summary>The C name, such as <c>EADDRINUSE</c>.</summary>
    public string Name { get; }

    /// <summary>The name of Windows Sockets, such as <c>WSAEADDRINUSE</c>; empty where it has none.</summary>
    public string WindowsName { get; internal init; } = string.Empty;

    /// <summary>The number on Linux; null where Linux has no such error.</summary>
    public int? LinuxNumber { get; internal init; }

    /// <summary>The number on macOS; null where macOS has no such error.</summary>
    public int? MacNumber { get; internal init; }

    /// <summary>The number on Windows; null where Windows has no such error.</summary>
    public int? WindowsNumber { get; internal init; }

    /// <summary>The .NET name, with which the error identifier begins.</summary>
    public SocketError SocketError { get; }

    /// <summary>The operating system's text: strerror(3), gai_strerror(3).</summary>
    public string Message { get; }

    /// <summary>What usually helps.</summary>
    public string RecommendedAction { get; }

    /// <summary>The way this error stands in messages: <c>EADDRINUSE (98) Address already in use</c>.</summary>
    public override string ToString() => $"{Name} ({Number}) {Message}";
}
