namespace PSSockets.Errors;

/// <summary>What a user passed, as error messages name it.</summary>
internal static class InputText
{
    /// <summary>Whether text has no half of a surrogate pair, which no encoding can say: it would become another character, and name something else.</summary>
    public static bool IsWhole(string text)
    {
        for (int index = 0; index < text.Length; index++)
        {
            if (char.IsSurrogatePair(text, index))
            {
                index++;
            }
            else if (char.IsSurrogate(text[index]))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>The value and its type; only the type where the value has no text of its own.</summary>
    public static string Describe(object? value)
    {
        string? text = value is IFormattable number ? number.ToString(null, System.Globalization.CultureInfo.InvariantCulture) : value?.ToString();
        return value is null ? "null" : text == value.GetType().ToString() ? $"a {value.GetType().Name}" : $"'{PrintableText.From(text ?? string.Empty)}' ({value.GetType().Name})";
    }
}
