namespace PSSockets.Messages;

/// <summary>A field as it was written, before the fields of a format are looked at together.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Length">How long it is; null where an entry leaves that to the diagram.</param>
/// <param name="Type">What its bits mean; null where that follows from the length.</param>
internal sealed record FieldDefinition(string Name, FieldLength? Length, FieldType? Type);
