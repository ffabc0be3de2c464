using System.Net;

namespace PSSockets.Parameters;

/// <summary>
/// Stands for text that is not an end point until the cmdlet runs, so that the user sees the cmdlet's own error
/// (<c>InvalidEndPoint</c>) rather than the parameter binder's.
/// </summary>
internal sealed class UnusableEndPoint(SocketInputException reason) : EndPoint
{
    /// <summary>The end point, if it is one.</summary>
    /// <exception cref="SocketInputException">It stands for something that is none.</exception>
    public static EndPoint Check(EndPoint endPoint) =>
        endPoint is UnusableEndPoint unusable ? throw unusable.Reason : endPoint;

    /// <summary>What was written.</summary>
    public string Text => Reason.Target?.ToString() ?? string.Empty;

    private SocketInputException Reason { get; } = reason;

    /// <inheritdoc />
    public override string ToString() => Text;
}
