namespace PSSockets.Native;

/// <summary>The ports that the system gives to clients by itself (ephemeral ports): ip(7), RFC 6335 section 6.</summary>
internal static class ClientPorts
{
    private const string RangeFile = "/proc/sys/net/ipv4/ip_local_port_range";

    /// <summary>The first and the last of them. Where they cannot be asked for, those that RFC 6335 sets aside, which macOS and Windows use.</summary>
    public static (int First, int Last) Range()
    {
        try
        {
            string[] range = File.ReadAllText(RangeFile).Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
            if (range.Length == 2 && int.TryParse(range[0], out int first) && int.TryParse(range[1], out int last))
            {
                return (first, last);
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // Another system, or one that hides it.
        }

        return (49152, 65535);
    }
}
