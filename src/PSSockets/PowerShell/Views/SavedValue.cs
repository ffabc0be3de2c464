using System.Management.Automation;

namespace PSSockets.Views;

/// <summary>Values of objects that came back from a file, a job or another session: the objects in them are text there.</summary>
internal static class SavedValue
{
    /// <summary>The value itself, or of an object that was saved, its text.</summary>
    public static object? Unwrap(object? value) => value is not PSObject wrapped ? value : wrapped.BaseObject is PSCustomObject ? wrapped.ToString() : wrapped.BaseObject;

    /// <summary>A value of an enumeration; null where it is not one.</summary>
    public static T? Of<T>(object? value)
        where T : struct, Enum => Unwrap(value) switch
        {
            T known => known,
            object other when Enum.TryParse(other.ToString(), out T parsed) => parsed,
            _ => null,
        };
}
