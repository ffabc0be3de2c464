namespace PSSockets.Commands;

/// <summary>Where the help pages are that <c>Get-Help -Online</c> opens.</summary>
internal static class HelpAddress
{
    /// <summary>The address of the directory docs/en-US. A page is this and its file name.</summary>
    internal const string Root = "https://github.com/pssockets/pssockets/blob/main/docs/en-US/";
}
