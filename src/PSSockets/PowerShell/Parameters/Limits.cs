namespace PSSockets.Parameters;

/// <summary>The bounds of parameters.</summary>
internal static class Limits
{
    /// <summary>The longest time to wait, in seconds: what poll(2) counts in milliseconds.</summary>
    public const double LongestTimeout = int.MaxValue / 1000;

    /// <summary>The most bytes to receive at once: 1 GiB.</summary>
    public const int LargestReceive = 1 << 30;

    /// <summary>The most bytes before the length of a message.</summary>
    public const int LargestLengthOffset = ushort.MaxValue;
}
