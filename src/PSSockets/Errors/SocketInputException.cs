using PSSockets.Errors;

namespace PSSockets;

/// <summary>An error of the module's own: something that was handed to a cmdlet, or came from a peer, cannot be used.</summary>
public sealed class SocketInputException : ArgumentException
{
    internal SocketInputException(string errorId, string message, string recommendedAction, object? target = null)
        : base(PrintableText.Lines(message))
    {
        ErrorId = errorId;
        RecommendedAction = recommendedAction;
        Target = target;
    }

    /// <summary>What the error identifier begins with: one of <see cref="ErrorIds"/>.</summary>
    public string ErrorId { get; }

    /// <summary>What usually helps.</summary>
    public string RecommendedAction { get; }

    /// <summary>Where in the bytes it is, for messages that follow each other; null where that is not known.</summary>
    public int? Offset { get; internal init; }

    internal object? Target { get; }
}
