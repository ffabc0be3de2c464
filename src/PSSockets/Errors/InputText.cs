namespace PSSockets.Errors;

/// <summary>What a user passed, as error messages name it.</summary>
internal static class InputText
{
    /// <summary>The value and its type; only the type where the value has no text of its own.</summary>
    public static string Describe(object? value)
    {
        string? text = value is IFormattable number ? number.ToString(null, System.Globalization.CultureInfo.InvariantCulture) : value?.ToString();
        return value is null ? "null" : text == value.GetType().ToString() ? $"a {value.GetType().Name}" : $"'{text}' ({value.GetType().Name})";
    }
}
