using System.Management.Automation;
using System.Management.Automation.Host;
using System.Net;
using System.Net.Sockets;
using PSSockets.Errors;
using PSSockets.Sockets;

namespace PSSockets.Views;

/// <summary>What tables show of an end point.</summary>
public static class EndPointView
{
    private const int UsualWidth = 80;

    /// <summary>A family as the cmdlets name it; <c>Any</c> for a name that has not been looked up.</summary>
    public static string Family(object? family) => SavedValue.Of<AddressFamily>(family) switch
    {
        null => string.Empty,
        AddressFamily.Unspecified => "Any",
        AddressFamily known => SocketNameTables.Families.FriendlyName(known),
    };

    /// <summary>The family of an end point, also of one that was saved.</summary>
    public static string FamilyOf(object? endPoint) => Known(endPoint) is EndPoint known ? Family(known.AddressFamily) : string.Empty;

    /// <summary>The end point as it can be typed again, safe for a terminal; empty where there is none. One that was saved is text.</summary>
    public static string Text(object? endPoint) =>
        EndPointText.Describe(Known(endPoint)) ?? string.Empty;

    /// <summary>The name of a UNIX socket as text in lists and in what is saved, where .NET loses the bytes that are not text.</summary>
    public static string UnixText(PSObject instance)
    {
        ArgumentNullException.ThrowIfNull(instance);
        return Text(instance);
    }

    /// <summary>The end point in a column: where it is too long, without its middle, so that the port or the file's name stays.</summary>
    /// <param name="endPoint">The end point.</param>
    /// <param name="width">The width of the column.</param>
    public static string Shortened(object? endPoint, int width) => WithoutMiddle(Text(endPoint), width);

    /// <summary>The end point in the last column, which is as wide as the terminal lets it be.</summary>
    /// <param name="endPoint">The end point.</param>
    /// <param name="width">The width of the column in a terminal of 80.</param>
    /// <param name="host">The host, who knows the width of the terminal.</param>
    public static string Last(object? endPoint, int width, PSHost? host) => Shortened(endPoint, width + Math.Max(0, TerminalWidth(host) - UsualWidth));

    /// <summary>Text that fits a column: where it is too long, without its middle.</summary>
    public static string WithoutMiddle(string text, int width)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (text.Length <= width)
        {
            return text;
        }

        int end = Math.Max(0, width - 1) * 2 / 3;
        return $"{text.AsSpan(0, width - 1 - end)}…{text.AsSpan(text.Length - end)}";
    }

    // What was saved is read again where it is an address.
    private static object? Known(object? endPoint) => SavedValue.Unwrap(endPoint) is string saved
        ? IPEndPoint.TryParse(saved, out IPEndPoint? parsed) ? parsed : saved
        : SavedValue.Unwrap(endPoint);

    private static int TerminalWidth(PSHost? host)
    {
        try
        {
            return host?.UI?.RawUI?.BufferSize.Width ?? UsualWidth;
        }
        // Each host says in its own way that it has no screen, and a table is shown all the same.
        catch (SystemException)
        {
            return UsualWidth;
        }
    }
}
