using System.Collections;
using System.Management.Automation;
using System.Net;
using PSSockets.Addresses;

namespace PSSockets.Parameters;

/// <summary>
/// Lets a parameter of many <see cref="EndPoint"/>s take text with several ports: <c>host:8000-8010</c>, <c>host:22,80</c>.
/// PowerShell makes a list of the last one where it has no quotes: a port alone belongs to the host before it.
/// </summary>
internal sealed class EndPointsTransformationAttribute : ArgumentTransformationAttribute
{
    /// <inheritdoc />
    public override object? Transform(EngineIntrinsics engineIntrinsics, object inputData)
    {
        object? value = PayloadInput.Unwrap(inputData);
        List<EndPoint> endPoints = [];
        string? host = null;
        foreach (object? item in value is IList list ? list.Cast<object?>() : [value])
        {
            object? one = PayloadInput.Unwrap(item);
            if (one is EndPoint endPoint)
            {
                endPoints.Add(endPoint);
                host = (endPoint as DnsEndPoint)?.Host;
                continue;
            }

            if ((EndPointTransformationAttribute.TextOf(one) ?? EndPointTransformationAttribute.TextOfSaved(item)) is not string text)
            {
                return inputData;
            }

            bool isPort = host is not null && text.Length > 0 && text.All(static letter => char.IsAsciiDigit(letter) || letter is '-' or ',');
            Add(endPoints, isPort ? $"{host}:{text}" : text, path => UserPath.Resolve(engineIntrinsics.SessionState, path));
            host = isPort ? host : text.LastIndexOf(':') is int colon and > 0 && !text.Contains('/') ? text[..colon] : null;
        }

        return endPoints.ToArray();
    }

    private static void Add(List<EndPoint> endPoints, string text, Func<string, string> resolvePath)
    {
        try
        {
            endPoints.AddRange(EndPointRange.Read(text, resolvePath));
        }
        catch (SocketInputException exception)
        {
            endPoints.Add(new UnusableEndPoint(exception));
        }
    }
}
