using System.Globalization;
using System.Management.Automation;
using System.Text;
using PSSockets.Errors;

namespace PSSockets.Parameters;

/// <summary>Lets an <see cref="Encoding"/> parameter take what the built-in cmdlets take: a name, a code page number, an <see cref="Encoding"/>.</summary>
internal sealed class EncodingTransformationAttribute : ArgumentTransformationAttribute
{
    // No encoding here writes a byte order mark: GetBytes never does, and a datagram has no beginning of file.
    private static readonly Dictionary<string, (Func<Encoding> Make, string Meaning)> s_encodings = new(StringComparer.OrdinalIgnoreCase)
    {
        ["utf8"] = (() => new UTF8Encoding(false), "UTF-8"),
        ["utf8NoBOM"] = (() => new UTF8Encoding(false), "UTF-8"),
        ["utf8BOM"] = (() => new UTF8Encoding(true), "UTF-8; messages carry no byte order mark"),
        ["ascii"] = (() => Encoding.ASCII, "7-bit ASCII"),
        ["ansi"] = (() => Encoding.GetEncoding(CultureInfo.CurrentCulture.TextInfo.ANSICodePage), "the culture's ANSI code page"),
        ["oem"] = (() => Encoding.GetEncoding(CultureInfo.CurrentCulture.TextInfo.OEMCodePage), "the culture's OEM code page"),
        ["latin1"] = (() => Encoding.Latin1, "ISO 8859-1"),
        ["unicode"] = (() => Encoding.Unicode, "UTF-16, low byte first"),
        ["bigendianunicode"] = (() => Encoding.BigEndianUnicode, "UTF-16, high byte first"),
        ["utf32"] = (() => Encoding.UTF32, "UTF-32, low byte first"),
        ["bigendianutf32"] = (() => new UTF32Encoding(true, false), "UTF-32, high byte first"),
    };

    /// <summary>The names with their meaning.</summary>
    public static IEnumerable<(string Name, string Meaning)> Names => s_encodings.Select(pair => (pair.Key, $"{pair.Key}: {pair.Value.Meaning}"));

    /// <inheritdoc />
    public override object Transform(EngineIntrinsics engineIntrinsics, object inputData)
    {
        object? value = inputData is PSObject wrapped ? wrapped.BaseObject : inputData;
        try
        {
            return value switch
            {
                string name when s_encodings.TryGetValue(name, out (Func<Encoding> Make, string Meaning) known) => known.Make(),
                string digits when int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out int number) => Encoding.GetEncoding(number),
                string name => Encoding.GetEncoding(name),
                int codePage => Encoding.GetEncoding(codePage),
                _ => inputData,
            };
        }
        catch (Exception exception) when (exception is ArgumentException or NotSupportedException)
        {
            throw new ArgumentTransformationMetadataException(
                $"'{PrintableText.From($"{value}")}' is not an encoding: give one of {string.Join(", ", s_encodings.Keys)}, a code page number, or an Encoding.", exception);
        }
    }
}
