using System.Collections;
using System.Management.Automation;
using PSSockets.Errors;
using PSSockets.Messages;

namespace PSSockets.Parameters;

/// <summary>Lets a format be written where one is wanted: as a diagram, or as the fields <c>'Id:16', 'Rest:*'</c>.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class MessageFormatTransformationAttribute : ArgumentTransformationAttribute
{
    /// <summary>Whether a decoded message, or several, may stand in its place; nothing else may then.</summary>
    public bool TakesMessages { get; set; }

    /// <inheritdoc />
    public override object? Transform(EngineIntrinsics engineIntrinsics, object? inputData)
    {
        object? value = PayloadInput.Unwrap(inputData);
        object?[]? items = value switch
        {
            string or MessageField => [value],
            IDictionary => null,
            IEnumerable list => [.. list.Cast<object?>().Select(PayloadInput.Unwrap)],
            _ => null,
        };
        if (TakesMessages && value is not (null or MessageFormat or BinaryMessage) && !(items is { Length: > 0 } && Array.TrueForAll(items, item => item is string or MessageField)))
        {
            return items is { Length: > 0 } && Array.TrueForAll(items, item => item is BinaryMessage)
                ? Array.ConvertAll(items, item => (BinaryMessage)item!)
                : throw new ArgumentTransformationMetadataException($"Cannot convert {InputText.Describe(value)} to a message format. Pass a format, a picture, fields such as 'Id:16', or a decoded message.");
        }

        return items is { Length: > 0 } && Array.TrueForAll(items, item => item is string or MessageField)
            ? MessageFormatReader.Read([.. items.Select(item => item!.ToString()!)], [])
            : TakesMessages ? value : inputData;
    }
}
