using System.Management.Automation;
using System.Net;
using PSSockets.Addresses;

namespace PSSockets.Parameters;

/// <summary>Lets an <see cref="EndPoint"/> parameter take text, with UNIX paths relative to PowerShell's current location.</summary>
internal sealed class EndPointTransformationAttribute : ArgumentTransformationAttribute
{
    /// <inheritdoc />
    public override object? Transform(EngineIntrinsics engineIntrinsics, object inputData)
    {
        object? value = inputData is PSObject wrapped ? wrapped.BaseObject : inputData;
        if (value is not string text)
        {
            return inputData;
        }

        try
        {
            return EndPointParser.Parse(text, path => UserPath.Resolve(engineIntrinsics.SessionState, path));
        }
        catch (SocketInputException exception)
        {
            return new UnusableEndPoint(exception);
        }
    }
}
