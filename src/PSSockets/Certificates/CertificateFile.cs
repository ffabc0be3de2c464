using System.Text;
using PSSockets.Errors;

namespace PSSockets.Certificates;

/// <summary>Files of certificates and what belongs to them.</summary>
internal static class CertificateFile
{
    /// <summary>What is in a file.</summary>
    /// <exception cref="SocketInputException"><c>FileNotUsable</c>.</exception>
    public static byte[] Read(string path)
    {
        try
        {
            return File.ReadAllBytes(path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new SocketInputException(ErrorIds.FileNotUsable, exception.Message, "Check the path and its permissions.", path);
        }
    }

    /// <summary>The text of a PEM file; null where it is another kind.</summary>
    public static string? TextOf(byte[] bytes)
    {
        string text = Encoding.Latin1.GetString(bytes);
        return text.Contains("-----BEGIN ", StringComparison.Ordinal) ? text : null;
    }
}
