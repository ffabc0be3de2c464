using PSSockets.Errors;

namespace PSSockets.Messages;

/// <summary>The lines of a diagram, and errors that show where in them something is.</summary>
internal sealed class DiagramText
{
    private const int TabWidth = 8;

    public DiagramText(string text)
    {
        Lines = [.. text.ReplaceLineEndings("\n").Split('\n').Select(Expand)];
    }

    /// <summary>The lines, with tabs as the spaces they stand for and without spaces at their ends.</summary>
    public IReadOnlyList<string> Lines { get; }

    /// <summary>The error that a place in the text cannot be read.</summary>
    /// <param name="line">The line, counted from 0.</param>
    /// <param name="column">The column, counted from 0.</param>
    /// <param name="problem">What is wrong there.</param>
    /// <param name="remedy">What usually helps.</param>
    public SocketInputException Error(int line, int column, string problem, string remedy)
    {
        string text = Lines.Count > line ? Lines[line] : "";
        return new SocketInputException(
            ErrorIds.InvalidDiagram,
            $"line {line + 1}, column {column + 1}: {problem}\n{PrintableText.From(text)}\n{new string(' ', Math.Max(0, column))}^",
            remedy,
            text);
    }

    private static string Expand(string line)
    {
        if (!line.Contains('\t', StringComparison.Ordinal))
        {
            return line.TrimEnd();
        }

        System.Text.StringBuilder expanded = new();
        foreach (char letter in line)
        {
            expanded.Append(letter == '\t' ? new string(' ', TabWidth - (expanded.Length % TabWidth)) : letter);
        }

        return expanded.ToString().TrimEnd();
    }
}
