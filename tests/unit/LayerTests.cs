namespace PSSockets.UnitTests;

/// <summary>Reads the module's source: its rooms only look down, and some things are said in one room alone.</summary>
public sealed class LayerTests
{
    private static readonly SourceRooms s_module = SourceRooms.OfModule();

    [Fact]
    public void NoFileUsesARoomAboveItsOwn() => Assert.Empty(s_module.UpwardEdges());

    [Fact]
    public void TheTypesOfEveryRoomAreFound()
    {
        Assert.True(s_module.Types.Count > 150, $"only {s_module.Types.Count} types");
        foreach ((string type, string room) in new Dictionary<string, string>
        {
            ["SocketCalls"] = "Native",
            ["SocketCallException"] = "Errors",
            ["Deadline"] = "Waiting",
            ["ResolvedAddress"] = "Addresses",
            ["Datagram"] = "Sockets",
            ["SocketData"] = "Sockets",
            ["SystemCall"] = "Sockets",
            ["IAttempt"] = "Transport",
            ["ByteChannel"] = "Channels",
            ["Frame"] = "Streams",
            ["MessageFormat"] = "Messages",
            ["SocketOptionKind"] = "Options",
            ["EndPointView"] = "PowerShell/Views",
            ["SocketCompleter"] = "PowerShell/Parameters",
            ["NewSocketCommand"] = "PowerShell/Commands",
        })
        {
            Assert.Equal(room, s_module.Types.GetValueOrDefault(type));
        }
    }

    // The rooms of these: Low is Sockets, High is Streams, Beside is Options.
    [Theory]
    [InlineData("Sockets", "High _high = new();")]
    [InlineData("Sockets", "High High { get; } = null!;")]
    [InlineData("Sockets", "public High? High => null;")]
    [InlineData("Sockets", "void Do() => High.Do();")]
    [InlineData("Sockets", "void Do() => PSSockets.Streams.High.Do();")]
    [InlineData("Sockets", "void Do(List<High> all) { }")]
    [InlineData("Sockets", "void Do(int High) => _ = new High();")]
    [InlineData("Sockets", "bool Do(object High) => High is High;")]
    [InlineData("Sockets", "string Do() => $\"what {High.Name,5} is\";")]
    [InlineData("Sockets", "string Do() => $\"{1.5:0.###} s\"; High? _high;")]
    [InlineData("Sockets", "\n#if DEBUG\n\n#endif\nHigh? _high;")]
    [InlineData("Sockets", "string Do() => $@\"\"\"what\"\" {High.Name}\";")]
    [InlineData("Sockets", "string Do() => $$\"\"\"{ \"a\": {{High.Name}} }\"\"\";")]
    [InlineData("Sockets", "char Quote => '\"'; High? _high; char Other => '\"';")]
    [InlineData("Sockets", "[High] void Do() { }")]
    [InlineData("Sockets", "Root _root;")]
    [InlineData("Sockets", "HighDelegate _do;")]
    [InlineData("Sockets", "HighRecord _do;")]
    [InlineData("Options", "High _high;")]
    [InlineData("Streams", "Beside _beside;")]
    [InlineData("PowerShell/Views", "DoCommand _do;")]
    [InlineData("PowerShell/Parameters", "DoCommand _do;")]
    [InlineData("PowerShell", "DoCommand _do;")]
    [InlineData("Elsewhere", "")]
    [InlineData("", "")]
    [InlineData("Sockets", "} internal class Beside {")]
    [InlineData("Sockets", "void Do() {")]
    public void AnUpwardEdgeIsFound(string room, string code) =>
        Assert.Contains(Rooms(room, code).UpwardEdges(), edge => edge.StartsWith($"{room}/Made.cs".TrimStart('/'), StringComparison.Ordinal));

    [Theory]
    [InlineData("Streams", "Low _low; High _high;")]
    [InlineData("PowerShell/Commands", "High _high; Beside _beside; Root _root;")]
    [InlineData("Sockets", "// High.Do()")]
    [InlineData("Sockets", "/* High.Do() */")]
    [InlineData("Sockets", "/// <see cref=\"High\" />")]
    [InlineData("Sockets", "string Do() => \"High\";")]
    [InlineData("Sockets", "string Do() => $\"High {1} {{High}}\";")]
    [InlineData("Sockets", "string Do() => \"\\\\\" + \"High\" + \"\\\"High\";")]
    [InlineData("Sockets", "string Do() => @\"\\\" + @\"High\"\"High\";")]
    [InlineData("Sockets", "string Do() => \"\"\"\n    High \"High\"\n    \"\"\";")]
    [InlineData("Sockets", "string Do() => $$\"\"\"{High}\"\"\";")]
    [InlineData("Sockets", "int High { get; } int Do() => High + High.CompareTo(High);")]
    [InlineData("Sockets", "int Do(Low low) => low.High;")]
    [InlineData("Sockets", "bool Do(Low low) => low is { High: 1 };")]
    [InlineData("Sockets", "void Do(Low low) => low.Do(1, High: 2);")]
    public void WhatIsNoUseIsNotTaken(string room, string code) => Assert.Empty(Rooms(room, code).UpwardEdges());

    [Fact]
    public void OnlyNativeDeclaresForeignCodeAndReadsPrivateMembersByName() =>
        Assert.All(FilesThatSay("DllImport", "LibraryImport", "UnsafeAccessor"), path => Assert.StartsWith("Native/", path, StringComparison.Ordinal));

    [Fact]
    public void OnlyPowerShellKnowsPowerShell() =>
        // But for the attribute by which a property is hidden.
        Assert.All(FilesThatSay("Automation").Except(["Sockets/IMessageDetails.cs"]), path => Assert.StartsWith("PowerShell/", path, StringComparison.Ordinal));

    [Fact]
    public void ThePlatformIsAskedForInFewFiles()
    {
        List<string> files = FilesThatSay("OperatingSystem", "RuntimeInformation", "OSPlatform");
        Assert.InRange(files.Count, 1, 5);
    }

    [Fact]
    public void TheStateOfASocketIsInOneTable()
    {
        SourceToken[] tables = [.. s_module.Files.Values.SelectMany(tokens => tokens).Where(token => token is { Kind: SourceTokenKind.Word, Text: "ConditionalWeakTable" })];
        Assert.Single(tables);
        Assert.Equal(["Sockets/SocketRecord.cs"], FilesThatSay("ConditionalWeakTable"));
    }

    [Fact]
    public void NativeThrowsNothingAndHasNoTexts()
    {
        List<string> found = [];
        foreach ((string path, List<SourceToken> tokens) in s_module.Files.Where(file => SourceRooms.RoomOf(file.Key) == "Native"))
        {
            found.AddRange(from token in tokens
                where token is { Kind: SourceTokenKind.Word, Text: "throw" or "ThrowIf" or "ThrowIfNull" } || (token.Kind == SourceTokenKind.Literal && token.Text.Contains(' '))
                select $"{path}:{token}");
        }

        Assert.Empty(found);
    }

    [Fact]
    public void NothingTakesThePlaceOfNative() =>
        // The one seam is ITransportTap.
        Assert.All(FilesThatSay("interface"), path => Assert.False(path.StartsWith("Native/", StringComparison.Ordinal), path));

    private static SourceRooms Rooms(string room, string code) => new(
    [
        ("Sockets/Low.cs", "namespace PSSockets.Sockets; internal class Low { }"),
        ("Streams/High.cs", "namespace PSSockets.Streams; internal sealed class High { } internal delegate Task<int> HighDelegate(int a); internal readonly record struct HighRecord(int A);"),
        ("Streams/Root.cs", "namespace PSSockets; public sealed class Root { }"),
        ("Options/Beside.cs", "namespace PSSockets.Options; [System.Flags] internal enum Beside { None }"),
        ("PowerShell/Commands/DoCommand.cs", "namespace PSSockets.Commands; public abstract class DoCommand { }"),
        ($"{room}/Made.cs".TrimStart('/'), $"namespace PSSockets; internal class Made {{ {code}\n }}"),
    ]);

    private static List<string> FilesThatSay(params string[] words) =>
    [
        .. from file in s_module.Files
            where file.Value.Any(token => token.Kind == SourceTokenKind.Word && words.Contains(token.Text))
            select file.Key,
    ];
}
