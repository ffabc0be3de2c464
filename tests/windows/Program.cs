namespace PSSockets.WindowsHost;

/// <summary>What runs on Windows: the unit tests of an assembly, or a PowerShell script.</summary>
internal static class Program
{
    private static int Main(string[] arguments) => arguments switch
    {
        ["probe"] => 0,
        ["unit", string assembly, string results, .. string[] filter] => new UnitTestRunner(results).Run(assembly, filter.FirstOrDefault() ?? string.Empty),
        ["script", string path, .. string[] values] => ScriptRunner.Run(path, values),
        _ => throw new ArgumentException("probe, unit <assembly> <results> [<regular expression>], or script <path> <arguments>"),
    };
}
