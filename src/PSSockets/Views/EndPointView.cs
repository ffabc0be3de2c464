using System.Net;
using System.Net.Sockets;
using PSSockets.Addressing;
using PSSockets.Parameters;

namespace PSSockets.Views;

/// <summary>What tables show of an end point.</summary>
public static class EndPointView
{
    /// <summary>The family as the cmdlets name it; <c>Any</c> for a name that has not been looked up.</summary>
    public static string Family(EndPoint endPoint)
    {
        ArgumentNullException.ThrowIfNull(endPoint);
        return endPoint.AddressFamily == AddressFamily.Unspecified ? "Any" : SocketNameTables.Families.FriendlyName(endPoint.AddressFamily);
    }

    /// <summary>The end point as it can be typed again, safe for a terminal; empty where there is none.</summary>
    public static string Text(EndPoint? endPoint) => EndPointText.Describe(endPoint) ?? string.Empty;
}
