namespace PSSockets.Options;

/// <summary>What else options are called: by .NET (<c>SocketOptionName</c>, properties of <c>Socket</c>), without the prefix of C, and by people.</summary>
internal static class SocketOptionNames
{
    private static readonly Dictionary<string, string> s_others = new(StringComparer.OrdinalIgnoreCase)
    {
        ["TcpKeepAliveTime"] = "KeepAliveTime",
        ["TcpKeepAliveInterval"] = "KeepAliveInterval",
        ["TcpKeepAliveRetryCount"] = "KeepAliveRetryCount",
        ["DontFragment"] = "MtuDiscovery",
        ["MtuDiscover"] = "MtuDiscovery",
        ["PathMtuDiscovery"] = "MtuDiscovery",
        ["Ttl"] = "TimeToLive",
        ["IpTimeToLive"] = "TimeToLive",
        ["HopLimit"] = "TimeToLive",
        ["Dscp"] = "TypeOfService",
        ["TrafficClass"] = "TypeOfService",
        ["MulticastTtl"] = "MulticastTimeToLive",
        ["SendBuffer"] = "SendBufferSize",
        ["ReceiveBuffer"] = "ReceiveBufferSize",
        ["ReceiveLowWaterMark"] = "ReceiveLowWater",
        ["LingerState"] = "Linger",
        ["LingerTime"] = "Linger",
        ["EnableBroadcast"] = "Broadcast",
        ["FastOpen"] = "FastOpenQueue",
        ["TcpNoDelay"] = "NoDelay",
        ["Type"] = "SocketType",
        ["Error"] = "PendingError",
    };

    /// <summary>Whether an option of these names is meant.</summary>
    public static bool Mean(string name, string cName, string asked) =>
        Same(name, asked) || Same(cName, asked) || Same(cName[(cName.IndexOf('_') + 1)..], asked) || (s_others.TryGetValue(asked, out string? other) && Same(name, other));

    /// <summary>The name that is most like what was asked for; null where none is like it.</summary>
    public static string? Nearest(string asked, IEnumerable<string> names)
    {
        string wanted = asked.ToUpperInvariant();
        if (wanted.Length < 3)
        {
            return null;
        }

        int allowed = Math.Max(2, wanted.Length / 3);
        return names.Concat(s_others.Keys)
            .Select(name => (Name: name, Distance: name.Contains(wanted, StringComparison.OrdinalIgnoreCase) ? 1 : Distance(wanted, name.ToUpperInvariant())))
            .Where(candidate => candidate.Distance <= allowed)
            .OrderBy(candidate => candidate.Distance)
            .Select(candidate => s_others.GetValueOrDefault(candidate.Name, candidate.Name))
            .FirstOrDefault();
    }

    private static bool Same(string one, string other) => one.Equals(other, StringComparison.OrdinalIgnoreCase);

    // Levenshtein's: how many letters are to be changed, left out or put in.
    private static int Distance(string one, string other)
    {
        int[] row = [.. Enumerable.Range(0, other.Length + 1)];
        for (int line = 1; line <= one.Length; line++)
        {
            int diagonal = row[0];
            row[0] = line;
            for (int column = 1; column <= other.Length; column++)
            {
                int before = row[column];
                row[column] = Math.Min(Math.Min(row[column] + 1, row[column - 1] + 1), diagonal + (one[line - 1] == other[column - 1] ? 0 : 1));
                diagonal = before;
            }
        }

        return row[^1];
    }
}
