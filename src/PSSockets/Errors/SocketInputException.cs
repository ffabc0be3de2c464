namespace PSSockets;

/// <summary>Something that was handed to a cmdlet cannot be used, and no system call was made for it.</summary>
public sealed class SocketInputException : ArgumentException
{
    internal SocketInputException(string errorId, string message, string recommendedAction, object? target = null)
        : base(message)
    {
        ErrorId = errorId;
        RecommendedAction = recommendedAction;
        Target = target;
    }

    /// <summary>What the error identifier begins with: one of <see cref="Errors.ErrorIds"/>.</summary>
    public string ErrorId { get; }

    /// <summary>What usually helps.</summary>
    public string RecommendedAction { get; }

    internal object? Target { get; }
}
