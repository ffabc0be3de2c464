using System.Text;
using PSSockets.Errors;

namespace PSSockets.Channels;

/// <summary>Makes text of bytes that were received.</summary>
internal static class ReceivedText
{
    /// <summary>The most characters that .NET lets a string have.</summary>
    public const int MostCharacters = 0x3FFFFFDF;

    /// <summary>The text of bytes.</summary>
    /// <param name="encoding">How it is read.</param>
    /// <param name="bytes">The bytes.</param>
    /// <param name="received">What was received, for the error.</param>
    /// <exception cref="SocketInputException"><c>InvalidMessage</c>: the encoding has no such text, or it is too long for a string; the error holds what was received.</exception>
    public static string Of(Encoding encoding, ReadOnlySpan<byte> bytes, Func<object> received)
    {
        try
        {
            // To count costs as much as to read, so few are not counted.
            return bytes.Length <= MostCharacters || encoding.GetCharCount(bytes) <= MostCharacters
                ? encoding.GetString(bytes)
                : throw new SocketInputException(
                    ErrorIds.InvalidMessage,
                    FormattableString.Invariant($"{bytes.Length:N0} bytes are more text than a string can hold"),
                    "Read bytes, or less at a time; what was received is in the error's TargetObject.",
                    received());
        }
        catch (DecoderFallbackException exception)
        {
            throw new SocketInputException(
                ErrorIds.InvalidMessage, $"the bytes are not text in {encoding.WebName}: {exception.Message}", "Give the right -Encoding, or read bytes; what was received is in the error's TargetObject.", received());
        }
    }
}
