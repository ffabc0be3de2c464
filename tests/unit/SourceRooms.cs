using System.Globalization;

namespace PSSockets.UnitTests;

/// <summary>The rooms of the module's source, and which of them may use which.</summary>
/// <remarks>The room of a file is its folder. A file uses its own room and those on lower floors; rooms on the same floor do not use each other.</remarks>
internal sealed class SourceRooms
{
    // From the bottom to the top.
    private static readonly string[][] s_floors =
    [
        ["Native"],
        ["Errors"],
        ["Waiting"],
        ["Addresses", "Certificates"],
        ["Sockets"],
        ["Transport"],
        ["Channels"],
        ["Datagrams", "Streams", "Options", "Messages"],
        ["Sessions"],
        ["PowerShell"],
        ["PowerShell/Views"],
        ["PowerShell/Parameters"],
        ["PowerShell/Commands"],
    ];

    // Words after which a type's name stands, also where the file has a member of that name.
    private static readonly HashSet<string> s_beforeTypes = ["new", "is", "as", "case", "typeof", "nameof", "where", "using", "static"];
    private static readonly HashSet<string> s_kinds = ["class", "struct", "interface", "enum", "record", "delegate"];
    private static readonly HashSet<string> s_notTypes = [.. s_beforeTypes, "return", "throw", "await", "in", "out", "ref", "else", "when", "and", "or", "not", "yield", "default", "switch"];

    private readonly Dictionary<string, List<SourceToken>> _files = [];
    private readonly Dictionary<string, string> _roomOfType = [];

    /// <summary>Reads the files: their paths below src/PSSockets, and their texts.</summary>
    public SourceRooms(IEnumerable<(string Path, string Text)> files)
    {
        foreach ((string path, string text) in files)
        {
            List<SourceToken> tokens = SourceToken.Read(text);
            _files.Add(path, tokens);
            if (tokens is [.., var last] && last is not ({ Text: "}", Depth: 0 } or { Text: ";", Depth: 0 }))
            {
                Problems.Add($"{path}: is not read to its end, since its braces do not match");
            }
        }

        foreach ((string path, List<SourceToken> tokens) in _files)
        {
            foreach (string type in TypesOf(tokens))
            {
                if (!_roomOfType.TryAdd(type, RoomOf(path)) && _roomOfType[type] != RoomOf(path))
                {
                    Problems.Add($"{path}: {type} is a type of {_roomOfType[type]} too, and a name must tell its room");
                }
            }
        }
    }

    /// <summary>What cannot be judged: files in no room, types of the same name in two.</summary>
    public List<string> Problems { get; } = [];

    /// <summary>The types that are declared, each with its room.</summary>
    public IReadOnlyDictionary<string, string> Types => _roomOfType;

    /// <summary>All files, by their paths, with what they are made of.</summary>
    public IReadOnlyDictionary<string, List<SourceToken>> Files => _files;

    /// <summary>The room of a file.</summary>
    public static string RoomOf(string path) => path.LastIndexOf('/') is int end and >= 0 ? path[..end] : "";

    /// <summary>Every use of a type of a room that the file may not use.</summary>
    public List<string> UpwardEdges()
    {
        List<string> edges = [.. Problems];
        foreach ((string path, List<SourceToken> tokens) in _files)
        {
            int floor = FloorOf(RoomOf(path));
            if (floor < 0)
            {
                edges.Add($"{path}: {(RoomOf(path) is { Length: > 0 } room ? room : "the root folder")} is not a room");
                continue;
            }

            HashSet<string> members = MembersOf(tokens);
            HashSet<string> seen = [];
            for (int index = 0; index < tokens.Count; index++)
            {
                string name = tokens[index].Text;
                if (tokens[index].Kind == SourceTokenKind.Word && _roomOfType.TryGetValue(name, out string? used)
                    && used != RoomOf(path) && FloorOf(used) >= floor && IsType(tokens, index, members) && seen.Add(name))
                {
                    edges.Add(string.Create(CultureInfo.InvariantCulture, $"{path}:{tokens[index].Line}: {RoomOf(path)} uses {name} of {used}"));
                }
            }
        }

        return edges;
    }

    /// <summary>The module's own files.</summary>
    public static SourceRooms OfModule()
    {
        string root = SourceFolder();
        return new SourceRooms(
            from file in Directory.EnumerateFiles(root, "*.cs", SearchOption.AllDirectories)
            let path = Path.GetRelativePath(root, file).Replace('\\', '/')
            where !path.StartsWith("obj/", StringComparison.Ordinal) && !path.StartsWith("bin/", StringComparison.Ordinal)
            orderby path
            select (path, File.ReadAllText(file)));
    }

    private static string SourceFolder()
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "PSSockets.slnx")))
            {
                return Path.Combine(folder.FullName, "src", "PSSockets");
            }
        }

        throw new DirectoryNotFoundException($"{AppContext.BaseDirectory} is not below the folder that holds PSSockets.slnx.");
    }

    private static int FloorOf(string room) => Array.FindIndex(s_floors, floor => floor.Contains(room));

    // Those that are declared outside every brace, since namespaces here have none.
    private static IEnumerable<string> TypesOf(List<SourceToken> tokens)
    {
        int brackets = 0;
        for (int index = 0; index + 1 < tokens.Count; index++)
        {
            (SourceTokenKind kind, string text, _, int depth) = tokens[index];
            brackets += text is "(" or "[" && kind == SourceTokenKind.Sign ? 1 : text is ")" or "]" && kind == SourceTokenKind.Sign ? -1 : 0;
            if (depth > 0 || brackets > 0 || kind != SourceTokenKind.Word || !s_kinds.Contains(text))
            {
                continue;
            }

            if (text == "delegate")
            {
                int open = tokens.FindIndex(index, token => token.Text == "(");
                yield return tokens[open - 1].Text;
            }
            else if (tokens[index + 1] is { Kind: SourceTokenKind.Word, Text: not ("struct" or "class") } name && tokens[index - 1].Text != ":" && tokens[index - 1].Text != ",")
            {
                yield return name.Text;
            }
        }
    }

    // Names that the file gives to properties, fields, methods, parameters and variables.
    private static HashSet<string> MembersOf(List<SourceToken> tokens)
    {
        HashSet<string> members = [];
        for (int index = 1; index + 1 < tokens.Count; index++)
        {
            SourceToken before = tokens[index - 1];
            bool followsType = before.Kind == SourceTokenKind.Word ? !s_notTypes.Contains(before.Text) && !s_kinds.Contains(before.Text) : before.Text is ">" or "?" or "]";
            if (tokens[index].Kind == SourceTokenKind.Word && followsType && tokens[index + 1].Text is "{" or "=" or ";" or "," or ")" or "(")
            {
                members.Add(tokens[index].Text);
            }
        }

        return members;
    }

    private static bool IsType(List<SourceToken> tokens, int index, HashSet<string> members)
    {
        SourceToken? before = index > 0 ? tokens[index - 1] : null;
        SourceToken? after = index + 1 < tokens.Count ? tokens[index + 1] : null;
        if (before is { Text: "." })
        {
            // A member of something, unless it is named by its namespace.
            return index > 1 && (tokens[index - 2].Text == "PSSockets" || s_floors.Any(floor => floor.Any(room => room.EndsWith(tokens[index - 2].Text, StringComparison.Ordinal))));
        }

        bool isCertain = before is { Kind: SourceTokenKind.Word } word && s_beforeTypes.Contains(word.Text);
        if (isCertain)
        {
            return true;
        }

        // What gets a name: an argument, a property of a pattern. What stands alone before the colon of a condition is not a type.
        if (after is { Text: ":" } && before is { Text: "(" or "," or "{" or "?" })
        {
            return false;
        }

        return !members.Contains(tokens[index].Text) || after is { Kind: SourceTokenKind.Word } || (after is { Text: "?" or ">" or "[" } && before is not { Text: "=" });
    }
}
