using System.Collections;
using System.Globalization;
using System.Management.Automation;
using PSSockets.Errors;

namespace PSSockets.Parameters;

/// <summary>The names and values in what a user passes as a message: a hashtable, or an object with properties.</summary>
internal static class MessageFields
{
    /// <summary>The names and values, without PowerShell's wrappers.</summary>
    /// <exception cref="SocketInputException"><c>InvalidMessage</c>: it has no fields.</exception>
    public static IEnumerable<KeyValuePair<string, object?>> Of(object? input) => input switch
    {
        BinaryMessage message => message.Format.FieldArray.Select((field, position) => new KeyValuePair<string, object?>(field.Name, message.Values[position])),
        IDictionary fields => fields.Keys.Cast<object>().Select(key => new KeyValuePair<string, object?>(
            Convert.ToString(MessageInput.Unwrap(key), CultureInfo.InvariantCulture) ?? "", Plain(fields[key]))),
        null or string or byte[] or ValueType or Datagram or SocketData => throw new SocketInputException(
            ErrorIds.InvalidMessage,
            $"{(input is null ? "null" : $"'{input}' ({input.GetType().Name})")} has no fields to encode",
            "Pass a hashtable such as @{ Id = 1 }, or an object whose properties are the fields; bytes are decoded with ConvertFrom-BinaryMessage.",
            input),
        _ => PSObject.AsPSObject(input).Properties.Where(property => property.IsGettable).Select(property => new KeyValuePair<string, object?>(property.Name, Plain(property.Value))),
    };

    private static object? Plain(object? value) => MessageInput.Unwrap(value) switch
    {
        byte[] bytes => bytes,
        IList items => items.Cast<object?>().Select(MessageInput.Unwrap).ToArray(),
        var plain => plain,
    };
}
