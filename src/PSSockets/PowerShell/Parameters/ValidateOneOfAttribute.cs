using System.Globalization;
using System.Management.Automation;
using PSSockets.Errors;

namespace PSSockets.Parameters;

/// <summary>Takes one of a few values, upper and lower case alike.</summary>
/// <remarks>ValidateSet would do, but PowerShell completes its values itself, and says of none what it means.</remarks>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class ValidateOneOfAttribute(params string[] values) : ValidateEnumeratedArgumentsAttribute
{
    /// <inheritdoc />
    protected override void ValidateElement(object element)
    {
        string? text = Convert.ToString(element, CultureInfo.InvariantCulture);
        if (!values.Contains(text, StringComparer.OrdinalIgnoreCase))
        {
            throw new ValidationMetadataException($"'{PrintableText.From(text ?? string.Empty)}' is none of {string.Join(", ", values)}.");
        }
    }
}
