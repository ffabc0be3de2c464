using System.Management.Automation;

namespace PSSockets.Views;

/// <summary>The time of a Datagram or SocketData as it is written down: its text is the same in every culture and can be read again, in files of CSV too.</summary>
public static class TimestampView
{
    private const string TypeName = "PSSockets.Timestamp";

    /// <summary>The time, whose text is <see cref="Text"/>.</summary>
    public static object? Of(PSObject instance)
    {
        ArgumentNullException.ThrowIfNull(instance);
        DateTimeOffset? time = instance.BaseObject switch
        {
            Datagram datagram => datagram.Timestamp,
            SocketData data => data.Timestamp,
            _ => null,
        };
        if (time is null)
        {
            return null;
        }

        PSObject shown = new(time.Value);
        shown.TypeNames.Insert(0, TypeName);
        return shown;
    }

    /// <summary>The time as ISO 8601 writes it: <c>2026-11-27T14:52:00.9354381+00:00</c>.</summary>
    public static string Text(PSObject instance)
    {
        ArgumentNullException.ThrowIfNull(instance);
        return FormattableString.Invariant($"{instance.BaseObject:O}");
    }
}
