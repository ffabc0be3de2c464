using System.Text.RegularExpressions;
using PSSockets.Messages;

namespace PSSockets.UnitTests;

/// <summary>
/// Pictures as people draw them, each a file in Pictures whose first line says what is wanted: <c>want: Kind:8 Size:8</c>, or
/// <c>want: error: line 2, column 17: ...</c> with words that the message has.
/// </summary>
public sealed partial class PictureTests
{
    public static TheoryData<string> Pictures() => [.. typeof(PictureTests).Assembly.GetManifestResourceNames().Where(name => name.StartsWith("Pictures/", StringComparison.Ordinal)).Order()];

    [Theory]
    [MemberData(nameof(Pictures))]
    public void IsReadAsItsAuthorMeantOrRefused(string name)
    {
        using StreamReader reader = new(typeof(PictureTests).Assembly.GetManifestResourceStream(name)!);
        string[] parts = reader.ReadToEnd().Split('\n', 2);
        string want = parts[0]["want: ".Length..].Trim();
        if (!want.StartsWith("error", StringComparison.Ordinal))
        {
            // What follows in brackets after two spaces or an entry is a remark.
            want = RemarkPattern().Replace(want, "");
            Assert.Equal(want, string.Join(' ', MessageFormatReader.Read([parts[1]], []).FieldList));
            return;
        }

        SocketInputException exception = Assert.Throws<SocketInputException>(() => MessageFormatReader.Read([parts[1]], []));
        Assert.Equal("InvalidDiagram", exception.ErrorId);
        Assert.Matches("^line [0-9]+, column [0-9]+: ", exception.Message);
        Assert.NotEmpty(exception.RecommendedAction);
        string[] lines = exception.Message.Split('\n');
        Assert.Equal(3, lines.Length);
        Assert.Matches("^ *\\^$", lines[2]);
        foreach (string word in want["error: ".Length..].Split(" / "))
        {
            Assert.Contains(word, lines[0], StringComparison.Ordinal);
        }
    }

    [GeneratedRegex(@"\s+\(.*\)$")]
    private static partial Regex RemarkPattern();
}
