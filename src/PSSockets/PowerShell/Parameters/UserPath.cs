using System.Management.Automation;
using PSSockets.Errors;

namespace PSSockets.Parameters;

/// <summary>Paths as a user writes them: relative to PowerShell's location, with its drives and its home.</summary>
internal static class UserPath
{
    /// <summary>The full path in the file system.</summary>
    /// <exception cref="ArgumentException">The path leads elsewhere, as to <c>Env:</c>, or nowhere.</exception>
    public static string Resolve(SessionState session, string path)
    {
        if (path.Contains('\0'))
        {
            throw new ArgumentException("a path has no zero byte");
        }

        if (!InputText.IsWhole(path))
        {
            throw new ArgumentException("it holds half a character (a surrogate without the other), which no path has");
        }

        try
        {
            string resolved = session.Path.GetUnresolvedProviderPathFromPSPath(path, out ProviderInfo provider, out _);
            return provider.Name == "FileSystem" ? resolved : throw new ArgumentException($"the path leads to PowerShell's {provider.Name} provider, not to a file");
        }
        catch (SessionStateException exception)
        {
            throw new ArgumentException(exception.Message, exception);
        }
    }

    /// <summary>The full path of a file to read or write.</summary>
    /// <exception cref="SocketInputException"><c>FileNotUsable</c>: it leads elsewhere, or nowhere.</exception>
    public static string ResolveFile(SessionState session, string path)
    {
        try
        {
            return Resolve(session, path);
        }
        catch (ArgumentException exception)
        {
            throw new SocketInputException(ErrorIds.FileNotUsable, $"{path}: {exception.Message}", "Give the path of a file.", path);
        }
    }
}
