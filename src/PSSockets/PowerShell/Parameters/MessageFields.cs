using System.Collections;
using System.Globalization;
using System.Management.Automation;
using PSSockets.Errors;

namespace PSSockets.Parameters;

/// <summary>The names and values in what a user passes as a message: a hashtable, or an object with properties.</summary>
internal static class MessageFields
{
    // What PowerShell adds to objects that come from a job or another machine.
    private static readonly HashSet<string> s_added = new(StringComparer.OrdinalIgnoreCase) { "PSComputerName", "RunspaceId", "PSShowComputerName", "PSSourceJobInstanceId" };

    /// <summary>The names and values, without PowerShell's wrappers.</summary>
    /// <exception cref="SocketInputException"><c>InvalidMessage</c>: it has no fields.</exception>
    public static IEnumerable<KeyValuePair<string, object?>> Of(object? input) => input switch
    {
        BinaryMessage message => message.Format.FieldArray.Select((field, position) => new KeyValuePair<string, object?>(field.Name, message.Values[position])),
        IDictionary fields => fields.Keys.Cast<object>().Select(key => new KeyValuePair<string, object?>(
            Convert.ToString(PayloadInput.Unwrap(key), CultureInfo.InvariantCulture) ?? "", Plain(fields[key]))),
        null or string or byte[] or ValueType or Datagram or SocketData => throw new SocketInputException(
            ErrorIds.InvalidMessage,
            $"{InputText.Describe(input)} has no fields to encode",
            "Pass a hashtable such as @{ Id = 1 }, or an object whose properties are the fields; bytes are decoded with ConvertFrom-BinaryMessage.",
            input),
        _ => PropertiesOf(PSObject.AsPSObject(input)),
    };

    private static IEnumerable<KeyValuePair<string, object?>> PropertiesOf(PSObject input)
    {
        foreach (PSPropertyInfo property in input.Properties)
        {
            if (!property.IsGettable || s_added.Contains(property.Name))
            {
                continue;
            }

            object? value;
            try
            {
                value = property.Value;
            }
            catch (GetValueException exception)
            {
                throw new SocketInputException(
                    ErrorIds.InvalidFieldValue, $"The property '{property.Name}' has no value: {exception.Message}", "Pass an object whose properties can be read.", input);
            }

            yield return new KeyValuePair<string, object?>(property.Name, Plain(value));
        }
    }

    private static object? Plain(object? value) => PayloadInput.Unwrap(value) switch
    {
        byte[] bytes => bytes,
        IList items => items.Cast<object?>().Select(PayloadInput.Unwrap).ToArray(),
        // What came back from a file or another process, such as a hardware address, is known by its text.
        PSObject { TypeNames: [var type, ..] } copy when type.StartsWith("Deserialized.", StringComparison.Ordinal) => copy.ToString(),
        var plain => plain,
    };
}
