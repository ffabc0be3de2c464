namespace PSSockets.Errors;

/// <summary>Bytes as hexadecimal digits: <c>68 65 6c</c>.</summary>
internal static class HexText
{
    private const string Digits = "0123456789abcdef";

    /// <summary>All of them.</summary>
    public static string Of(byte[] data) => data.Length == 0 ? string.Empty : string.Create((data.Length * 3) - 1, data, static (text, bytes) =>
    {
        text.Fill(' ');
        for (int index = 0; index < bytes.Length; index++)
        {
            text[index * 3] = Digits[bytes[index] >> 4];
            text[(index * 3) + 1] = Digits[bytes[index] & 15];
        }
    });

    /// <summary>The first of them, with <c>…</c> where there are more.</summary>
    public static string Of(byte[] data, int bytes) =>
        data.Length > bytes ? $"{Of(data[..bytes])}…" : Of(data);
}
