namespace PSSockets.Messages;

/// <summary>A field as it was written, before the fields of a format are looked at together.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Length">How long it is; null where an entry leaves that to the diagram.</param>
/// <param name="Type">What its bits mean; null where that follows from the length.</param>
internal sealed record FieldDefinition(string Name, FieldLength? Length, FieldType? Type)
{
    /// <summary>The formats of what it consists of; null where it is a value.</summary>
    public FieldContent? Content { get; init; }

    /// <summary>The names of its values; null without any.</summary>
    public FieldNames? Names { get; init; }

    /// <summary>The one value that it may have, as it was written; null where it may have any.</summary>
    public string? Constant { get; init; }

    /// <summary>When it is there; null where it always is.</summary>
    public FieldExpression? Condition { get; init; }

    /// <summary>What an entry of a field list sets, and this for the rest.</summary>
    public FieldDefinition RefinedBy(FieldDefinition entry) => this with
    {
        Length = entry.Length ?? Length,
        Type = entry.Type ?? (entry.Content is null ? Type : null),
        Content = entry.Content ?? Content,
        Names = entry.Names ?? Names,
        Constant = entry.Constant ?? Constant,
        Condition = entry.Condition ?? Condition,
    };
}
