using System.Collections;
using System.Management.Automation;
using PSSockets.Messages;

namespace PSSockets.Parameters;

/// <summary>Lets a format be written where one is wanted: as a diagram, or as the fields <c>'Id:16', 'Rest:*'</c>.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class MessageFormatTransformationAttribute : ArgumentTransformationAttribute
{
    /// <inheritdoc />
    public override object? Transform(EngineIntrinsics engineIntrinsics, object? inputData)
    {
        object? value = MessageInput.Unwrap(inputData);
        object?[]? items = value switch
        {
            string or MessageField => [value],
            IDictionary => null,
            IEnumerable list => [.. list.Cast<object?>().Select(MessageInput.Unwrap)],
            _ => null,
        };
        return items is { Length: > 0 } && Array.TrueForAll(items, item => item is string or MessageField)
            ? MessageFormatReader.Read([.. items.Select(item => item!.ToString()!)], [])
            : inputData;
    }
}
