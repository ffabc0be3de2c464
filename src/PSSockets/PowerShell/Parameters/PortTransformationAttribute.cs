using System.Collections;
using System.Management.Automation;

namespace PSSockets.Parameters;

/// <summary>Lets a port be a number; text needs no conversion, so that PowerShell finds the parameter by its position. Several are a list with commas.</summary>
internal sealed class PortTransformationAttribute : ArgumentTransformationAttribute
{
    /// <inheritdoc />
    public override object? Transform(EngineIntrinsics engineIntrinsics, object inputData)
    {
        object? value = PayloadInput.Unwrap(inputData);
        if (value is not IList list)
        {
            return EndPointTransformationAttribute.TextOf(value) ?? inputData;
        }

        string?[] texts = [.. list.Cast<object?>().Select(item => EndPointTransformationAttribute.TextOf(PayloadInput.Unwrap(item)))];
        return texts.Length > 0 && Array.TrueForAll(texts, static text => text is not null) ? string.Join(',', texts) : inputData;
    }
}
