using System.Collections.ObjectModel;
using System.Globalization;
using System.Management.Automation;
using System.Management.Automation.Runspaces;
using PSSockets.Messages;

namespace PSSockets.Views;

/// <summary>
/// Shows PowerShell the fields of a decoded message as its properties. There is nothing in it for scripts. The first message that an engine
/// decodes makes it known there, so that importing the module takes no time for it.
/// </summary>
public sealed class MessageAdapter : PSPropertyAdapter
{
    private static readonly BinaryMessage s_probe = new(new MessageFormat("Known:8"), [0], null);

    /// <summary>Makes the members that type data gives to messages known to scripts that read them by the dynamic binder.</summary>
    static MessageAdapter()
    {
        BinaryMessage.Shown = Shown;
        BinaryMessage.MembersOfOthers = static (message, name) => PSObject.AsPSObject(message).Properties[name] is { } property ? [property.Value] : null;
    }

    /// <summary>Makes the adapter known to an engine that has not met it.</summary>
    internal static void Register(CommandInvocationIntrinsics engine)
    {
        if (PSObject.AsPSObject(s_probe).Properties["Known"] is null)
        {
            engine.InvokeScript(
                "param($name, $adapter) Microsoft.PowerShell.Utility\\Update-TypeData -TypeName $name -TypeAdapter $adapter -Force", useNewScope: true, PipelineResultTypes.None, input: null, typeof(BinaryMessage).FullName, typeof(MessageAdapter));
        }
    }

    /// <inheritdoc />
    public override Collection<PSAdaptedProperty> GetProperties(object baseObject) =>
        baseObject is BinaryMessage message ? [.. message.Format.FieldArray.Select((field, position) => new PSAdaptedProperty(field.Name, position))] : [];

    /// <inheritdoc />
    public override PSAdaptedProperty? GetProperty(object baseObject, string propertyName) =>
        baseObject is BinaryMessage message && message.Format.PositionOf(propertyName) is var position and >= 0
            ? new PSAdaptedProperty(message.Format.FieldArray[position].Name, position)
            : null;

    /// <inheritdoc />
    public override bool IsSettable(PSAdaptedProperty adaptedProperty) => true;

    /// <inheritdoc />
    public override bool IsGettable(PSAdaptedProperty adaptedProperty) => true;

    /// <inheritdoc />
    public override object? GetPropertyValue(PSAdaptedProperty adaptedProperty) => Shown(MessageOf(adaptedProperty).ValueAt((int)adaptedProperty.Tag));

    /// <inheritdoc />
    public override void SetPropertyValue(PSAdaptedProperty adaptedProperty, object value)
    {
        try
        {
            object? converted = LanguagePrimitives.ConvertTo(value, TypeOf(adaptedProperty), CultureInfo.InvariantCulture);
            MessageOf(adaptedProperty).SetValueAt((int)adaptedProperty.Tag, converted);
        }
        catch (PSInvalidCastException exception)
        {
            throw new UnusableValueException($"Exception setting \"{adaptedProperty.Name}\": \"{exception.Message}\"", exception);
        }
    }

    /// <inheritdoc />
    public override string GetPropertyTypeName(PSAdaptedProperty adaptedProperty) => TypeOf(adaptedProperty).FullName!;

    /// <inheritdoc />
    public override Collection<string> GetTypeNameHierarchy(object baseObject) =>
        [MessageView.TypeName((baseObject as BinaryMessage)?.Format.Name ?? ""), typeof(BinaryMessage).FullName!, typeof(object).FullName!];

    // In their wrappers messages show their fields to everything that looks at objects, such as ConvertTo-Json.
    private static object? Shown(object? value) => value switch
    {
        BinaryMessage message => PSObject.AsPSObject(message),
        BinaryMessage[] messages => Array.ConvertAll(messages, PSObject.AsPSObject),
        _ => value,
    };

    private static BinaryMessage MessageOf(PSAdaptedProperty property) => (BinaryMessage)property.BaseObject;

    private static Type TypeOf(PSAdaptedProperty property) => MessageDecoder.ValueType(MessageOf(property).Format.FieldArray[(int)property.Tag]);

    /// <summary>What a property that cannot be set throws, with the identifier that such errors have.</summary>
    private sealed class UnusableValueException(string message, Exception inner) : SetValueException(message, inner)
    {
        private ErrorRecord? _record;

        /// <inheritdoc />
        public override ErrorRecord ErrorRecord => _record ??= new(new ParentContainsErrorRecordException(this), "ExceptionWhenSetting", ErrorCategory.InvalidArgument, null);
    }
}
