using System.Globalization;
using System.Text;
using PSSockets.Errors;
using PSSockets.Messages;

namespace PSSockets.Views;

/// <summary>What the prompt shows of message formats and decoded messages.</summary>
public static class MessageView
{
    private const int UsualWidth = 80;
    private const int MostBytes = 64;
    private const int MostCharacters = 512;

    /// <summary>A format as the table of its fields, a decoded message as a list of names and values.</summary>
    public static string Text(object message) => message is MessageFormat format ? Fields(format)
        : message is BinaryMessage decoded ? Values(decoded)
        : $"{message}";

    /// <summary>The type name of messages of a format. What means something else in the name of a .NET type becomes an underscore.</summary>
    internal static string TypeName(string name)
    {
        StringBuilder typeName = new("PSSockets.Message");
        if (name.Length > 0)
        {
            typeName.Append('.');
            foreach (char letter in name)
            {
                typeName.Append(char.IsLetterOrDigit(letter) || letter is '-' or '_' ? letter : '_');
            }
        }

        return typeName.ToString();
    }

    // Offset and width in bits, name, type; for a variable width what tells it.
    private static string Fields(MessageFormat format)
    {
        int widths = Math.Max(5, format.FieldArray.Max(field => LengthOf(field).Length));
        // One name that is longer than a terminal is wide does not make every row too long.
        int names = Math.Clamp(format.FieldArray.Max(field => field.Name.Length), 4, Math.Max(4, UsualWidth - "Offset".Length - widths - "bytes".Length - 3));
        StringBuilder text = new();
        string length = format.Length is { } bytes ? FieldText.Bytes(bytes) : "variable length";
        text.Append(format.Name.Length == 0 ? "" : $"{format.Name}, ").Append(length).Append("\n\n");
        AddRow(text, "Offset", "Width".PadLeft(widths), "Name".PadRight(names), "Type");
        AddRow(text, "------", new string('-', widths), new string('-', names), "----");
        foreach (MessageField field in format.FieldArray)
        {
            AddRow(text, field.Offset?.ToString(CultureInfo.InvariantCulture) ?? "", LengthOf(field).PadLeft(widths), field.Name.PadRight(names), field.Type);
        }

        return text.ToString();
    }

    private static string LengthOf(MessageField field) => $"{field.Length}" is var length && length.Length > 24 ? $"{length[..23]}…" : length;

    // Bytes as hexadecimal digits, text without what a terminal would obey.
    private static string Values(BinaryMessage message)
    {
        MessageField[] fields = message.Format.FieldArray;
        int names = fields.Max(field => field.Name.Length);
        StringBuilder text = new();
        for (int position = 0; position < fields.Length; position++)
        {
            object? value = message.Values[position];
            string shown = value is byte[] { Length: > MostBytes } bytes ? $"{FieldText.Of(bytes[..MostBytes])}…" : PrintableText.From(FieldText.Of(value), MostCharacters);
            text.Append(fields[position].Name.PadRight(names)).Append(" : ").Append(shown).Append('\n');
        }

        return text.ToString();
    }

    private static void AddRow(StringBuilder text, string offset, string width, string name, string type) =>
        text.Append(offset.PadLeft(6)).Append(' ').Append(width).Append(' ').Append(name).Append(' ').Append(type).Append('\n');
}
