using System.ComponentModel;
using System.Text.RegularExpressions;

namespace PSSockets.Channels;

/// <summary>What a peer says when it ends a TLS session: RFC 8446, section 6.</summary>
/// <param name="Number">Its number.</param>
/// <param name="Name">Its name in the standards.</param>
/// <param name="Remedy">What usually helps.</param>
internal sealed partial record TlsAlert(int Number, string Name, string Remedy)
{
    /// <summary>What helps where the two sides speak no protocol in common.</summary>
    public const string NoProtocolRemedy = "The two sides have no protocol in common: give others with -ApplicationProtocol.";

    private const int AlertRecord = 21;
    private const int RecordHeader = 5;
    private const string Own = "Give a certificate that the peer trusts with -Certificate.";
    private const string Settings = "Give other versions with -SslProtocol, or change the peer's settings.";

    private static readonly TlsAlert[] s_all =
    [
        new(10, "unexpected_message", Settings),
        new(20, "bad_record_mac", "Something between the two sides may have changed the bytes: connect again."),
        new(22, "record_overflow", Settings),
        new(40, "handshake_failure", "The two sides have no version, cipher suite or kind of certificate in common, or the peer wants a certificate: see -SslProtocol and -Certificate."),
        new(42, "bad_certificate", Own),
        new(43, "unsupported_certificate", Own),
        new(44, "certificate_revoked", Own),
        new(45, "certificate_expired", Own),
        new(46, "certificate_unknown", Own),
        new(47, "illegal_parameter", Settings),
        new(48, "unknown_ca", "The peer does not know who has issued this side's certificate: let it trust the root, or give another -Certificate."),
        new(49, "access_denied", Own),
        new(50, "decode_error", Settings),
        new(51, "decrypt_error", Settings),
        new(70, "protocol_version", "The two sides have no version in common: give another with -SslProtocol, or let the peer have a newer one."),
        new(71, "insufficient_security", Settings),
        new(80, "internal_error", "Look at what the peer has logged."),
        new(86, "inappropriate_fallback", Settings),
        new(90, "user_canceled", "Look at what the peer has logged."),
        new(109, "missing_extension", Settings),
        new(110, "unsupported_extension", Settings),
        new(112, "unrecognized_name", "The peer has no such name: give the right one with -TargetHost."),
        new(116, "certificate_required", "The peer wants a certificate: give one with -Certificate."),
        new(120, "no_application_protocol", NoProtocolRemedy),
    ];

    /// <summary>The alert that was the last thing to come, or that an error tells of; null where neither is.</summary>
    public static TlsAlert? Of(CipherStream wire, Exception exception) => Of(wire.Tail) ?? Of(exception);

    /// <summary>The alert that an error tells of.</summary>
    public static TlsAlert? Of(Exception exception)
    {
        for (Exception? inner = exception; inner is not null; inner = inner.InnerException)
        {
            // OpenSSL: "tlsv13 alert certificate required".
            if (AlertText().Match(inner.Message) is { Success: true } match)
            {
                string name = match.Groups[1].Value.Trim().Replace(' ', '_');
                name = name is "unknown_certificate" or "certificate_unknown" ? "certificate_unknown" : name is "unknown_ca_certificate" ? "unknown_ca" : name;
                return Array.Find(s_all, alert => alert.Name == name) ?? new TlsAlert(0, name, Settings);
            }

            if (inner is Win32Exception windows && OfWindows(windows.NativeErrorCode) is int number)
            {
                return Array.Find(s_all, alert => alert.Number == number);
            }
        }

        return null;
    }

    /// <inheritdoc />
    public override string ToString() => Number == 0 ? Name : $"{Name} ({Number})";

    // A record of its own that is not encrypted.
    private static TlsAlert? Of(byte[] bytes) => bytes is [AlertRecord, 3, _, 0, 2, _, var number]
        ? Array.Find(s_all, alert => alert.Number == number) ?? new TlsAlert(number, "alert", Settings)
        : bytes.Length > RecordHeader + 2 ? Of(bytes[^(RecordHeader + 2)..]) : null;

    // What Schannel makes of the alerts that it gets.
    private static int? OfWindows(int code) => unchecked((uint)code) switch
    {
        0x80090326 => 10, // SEC_E_ILLEGAL_MESSAGE
        0x80090331 => 40, // SEC_E_ALGORITHM_MISMATCH
        0x80090325 => 48, // SEC_E_UNTRUSTED_ROOT
        0x80090327 => 46, // SEC_E_CERT_UNKNOWN
        0x80090328 => 45, // SEC_E_CERT_EXPIRED
        0x80090367 => 120, // SEC_E_APPLICATION_PROTOCOL_MISMATCH
        _ => null,
    };

    [GeneratedRegex(@"\balert ([a-z_ ]+)$", RegexOptions.Multiline)]
    private static partial Regex AlertText();
}
