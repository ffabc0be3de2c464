using PSSockets.Addresses;

namespace PSSockets.Options;

/// <summary>The values of those options that have only so many, for completion.</summary>
internal static class SocketOptionChoices
{
    private const string CongestionControls = "/proc/sys/net/ipv4/tcp_available_congestion_control";

    /// <summary>The values of an option, by its friendly or C name, as they are written in PowerShell, with their meaning.</summary>
    public static IEnumerable<(string Value, string Meaning)> Of(string name) =>
        SocketOptionTable.FindAny(name) is { IsReadOnly: false } option ? Of(option) : [];

    private static IEnumerable<(string Value, string Meaning)> Of(SocketOptionInfo option) => option switch
    {
        { Kind: SocketOptionKind.Switch } => [("$true", $"{option.Name} on: {option.Meaning}"), ("$false", $"{option.Name} off. On: {option.Meaning}")],
        { Kind: SocketOptionKind.Linger } => [("off", "a close returns at once, and the system sends what is left"), ("0", "a close resets the connection, and what is left is lost")],
        { Kind: SocketOptionKind.Interface } or { Name: "BindToDevice" } => NetworkInterfaces.All(),
        { Name: "CongestionControl" } => CongestionAlgorithms(),
        { Name: "MtuDiscovery" } =>
        [
            ("0", "IP_PMTUDISC_DONT: what is too large is cut into fragments on its way"),
            ("1", "IP_PMTUDISC_WANT: as the route says"),
            ("2", "IP_PMTUDISC_DO: never fragments; a larger datagram is the error EMSGSIZE"),
            ("3", "IP_PMTUDISC_PROBE: never fragments, and the path's MTU is not looked at"),
            ("4", "IP_PMTUDISC_INTERFACE: the interface's MTU alone counts, and no ICMP message changes it"),
            ("5", "IP_PMTUDISC_OMIT: like 4, and larger datagrams are sent in fragments"),
        ],
        { Name: "TypeOfService" } =>
        [
            ("0", "the default: best effort (RFC 2474)"),
            ("4", "LE, lower effort: gives way to everything else (RFC 8622)"),
            ("32", "CS1: low priority (RFC 4594)"),
            ("40", "AF11: high throughput (RFC 2597)"),
            ("72", "AF21: low latency (RFC 2597)"),
            ("104", "AF31: streaming (RFC 2597)"),
            ("136", "AF41: video conferences (RFC 2597)"),
            ("184", "EF, expedited forwarding: telephony (RFC 3246)"),
            ("192", "CS6: the network's own control (RFC 4594)"),
        ],
        { Name: "Priority" } =>
        [
            ("0", "TC_PRIO_BESTEFFORT: the usual queue"),
            ("1", "TC_PRIO_FILLER: what can wait longest"),
            ("2", "TC_PRIO_BULK: long transfers"),
            ("4", "TC_PRIO_INTERACTIVE_BULK: long transfers that somebody waits for"),
            ("6", "TC_PRIO_INTERACTIVE: what somebody waits for"),
        ],
        _ => [],
    };

    private static IEnumerable<(string Value, string Meaning)> CongestionAlgorithms() =>
        !File.Exists(CongestionControls)
            ? []
            : File.ReadAllText(CongestionControls).Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
                .Select(name => (name, $"{name}: a congestion control algorithm that this kernel has"));
}
