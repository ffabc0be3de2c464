using System.Text;
using PSSockets.Errors;

namespace PSSockets.Certificates;

/// <summary>Files of certificates and what belongs to them.</summary>
internal static class CertificateFile
{
    /// <summary>What is in a file.</summary>
    /// <exception cref="SocketInputException"><c>FileNotUsable</c>; <c>CertificateNotUsable</c>: nothing is.</exception>
    public static byte[] Read(string path)
    {
        try
        {
            return File.ReadAllBytes(path) is { Length: > 0 } bytes ? bytes
                : throw new SocketInputException(ErrorIds.CertificateNotUsable, $"the file '{path}' is empty", "Check the path.", path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new SocketInputException(ErrorIds.FileNotUsable, exception.Message, "Check the path and its permissions.", path);
        }
    }

    /// <summary>The text of a PEM file; null where it is another kind.</summary>
    public static string? TextOf(byte[] bytes)
    {
        // A byte order mark would hide the first line, and UTF-16 all of them: Windows PowerShell writes both.
        using StreamReader reader = new(new MemoryStream(bytes), Encoding.Latin1, detectEncodingFromByteOrderMarks: true);
        string text = reader.ReadToEnd();
        return text.Contains("-----BEGIN ", StringComparison.Ordinal) ? text : null;
    }
}
