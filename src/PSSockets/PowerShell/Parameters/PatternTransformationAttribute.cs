using System.Management.Automation;
using System.Text.RegularExpressions;

namespace PSSockets.Parameters;

/// <summary>Makes a regular expression of text as the operator <c>-match</c> does: capitals and small letters alike. One that tries too many ways gives up.</summary>
internal sealed class PatternTransformationAttribute : ArgumentTransformationAttribute
{
    private static readonly TimeSpan s_longestTry = TimeSpan.FromSeconds(2);

    /// <inheritdoc />
    public override object Transform(EngineIntrinsics engineIntrinsics, object inputData)
    {
        object? value = PayloadInput.Unwrap(inputData);
        try
        {
            return value switch
            {
                string { Length: > 0 } text => new Regex(text, RegexOptions.IgnoreCase, s_longestTry),
                Regex known when known.MatchTimeout == Regex.InfiniteMatchTimeout => new Regex(known.ToString(), known.Options, s_longestTry),
                string => throw new ArgumentTransformationMetadataException("An empty pattern matches before anything has come. Give the text to wait for."),
                _ => inputData,
            };
        }
        catch (RegexParseException exception)
        {
            throw new ArgumentTransformationMetadataException($"'{value}' is not a regular expression: {exception.Message}", exception);
        }
    }
}
