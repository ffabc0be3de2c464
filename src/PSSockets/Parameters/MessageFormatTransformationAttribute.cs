using System.Management.Automation;
using PSSockets.Messages;

namespace PSSockets.Parameters;

/// <summary>Lets a format be written where one is wanted: as a diagram, or as the fields <c>'Id:16', 'Rest:*'</c>.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class MessageFormatTransformationAttribute : ArgumentTransformationAttribute
{
    /// <inheritdoc />
    public override object? Transform(EngineIntrinsics engineIntrinsics, object? inputData) => MessageInput.Unwrap(inputData) switch
    {
        string text => MessageFormatReader.Read([text], []),
        object[] items when Array.TrueForAll(items, item => MessageInput.Unwrap(item) is string) =>
            MessageFormatReader.Read([.. items.Select(item => (string)MessageInput.Unwrap(item)!)], []),
        string[] lines => MessageFormatReader.Read(lines, []),
        _ => inputData,
    };
}
