using System.Globalization;
using System.Management.Automation;
using System.Net;
using PSSockets.Addresses;

namespace PSSockets.Parameters;

/// <summary>Lets an <see cref="EndPoint"/> parameter take text, or a port alone, with UNIX paths relative to PowerShell's current location.</summary>
internal sealed class EndPointTransformationAttribute : ArgumentTransformationAttribute
{
    /// <summary>Whether the end point is for a socket of our own.</summary>
    public bool IsLocal { get; init; }

    /// <summary>What was given as text; null where it is something else.</summary>
    public static string? TextOf(object? value) => value switch
    {
        string text => text,
        // An address alone is named in the error, or has its port beside it.
        IPAddress address => address.ToString(),
        sbyte or byte or short or ushort or int or uint or long or ulong => ((IFormattable)value).ToString(null, CultureInfo.InvariantCulture),
        _ => null,
    };

    /// <summary>The text of an end point that came back from a file, a job or another session; null where it is something else.</summary>
    public static string? TextOfSaved(object? value) =>
        value is PSObject { BaseObject: PSCustomObject } saved && saved.TypeNames.Contains($"Deserialized.{typeof(EndPoint)}") ? saved.ToString() : null;

    /// <inheritdoc />
    public override object? Transform(EngineIntrinsics engineIntrinsics, object inputData)
    {
        object? value = PayloadInput.Unwrap(inputData);
        if ((TextOf(value) ?? TextOfSaved(inputData)) is not string text)
        {
            return inputData;
        }

        try
        {
            return EndPointParser.Parse(text, path => UserPath.Resolve(engineIntrinsics.SessionState, path), IsLocal);
        }
        catch (SocketInputException exception)
        {
            return new UnusableEndPoint(exception);
        }
    }
}
