using System.Text;
using PSSockets.Errors;
using PSSockets.Sockets;

namespace PSSockets.Channels;

/// <summary>Makes the errors of TLS sessions, in words that say what to do.</summary>
internal static class TlsFailure
{
    private const int MostShown = 40;
    private const string NotTls = "Check the port: the program there may speak without TLS, or begin with a command such as STARTTLS.";
    private const string AskPeer = "Look at what the peer has logged. What only looks whether the port is open, such as a health check, closes so too.";

    /// <summary>The error of a handshake that did not succeed.</summary>
    public static SocketInputException OfHandshake(SocketRecord record, CipherStream wire, Exception exception, bool isServer, string where)
    {
        string call = $"TLS handshake{where}";
        if (wire.Head is [var type, ..] head && !IsRecord(head))
        {
            string peer = isServer ? "the client" : "the peer";
            string shown = $"'{PrintableText.From(Encoding.Latin1.GetString(head).TrimEnd(), MostShown)}'";
            string what = LooksLikeHttp(head) ? "sent an HTTP request, and does not speak TLS" : "does not speak TLS";
            return Failed($"{call}: {peer} {what}: it sent {shown}", isServer ? "Let the client speak TLS, as with https:// in place of http://." : NotTls, record);
        }

        if (!isServer && IsClientHello(wire.Head))
        {
            return OfTwoClients(ErrorIds.HandshakeFailed, call, record);
        }

        if (TlsAlert.Of(wire, exception) is TlsAlert alert)
        {
            return Failed($"{call}: the peer refused: {alert}", alert.Remedy, record);
        }

        if (exception is SocketCallException failedCall)
        {
            return Failed($"{call}: {failedCall.Message}", isServer || wire.Head.Length > 0 ? AskPeer : NotTls, record);
        }

        if (wire.HasEnded)
        {
            string what = wire.Head.Length == 0 ? "before it had said anything" : "in the middle of the handshake";
            string remedy = wire.Head.Length > 0 ? "The peer may have refused this side's certificate or name: look at what it has logged."
                : isServer ? AskPeer : NotTls;
            return Failed($"{call}: the peer closed the connection {what}", remedy, record);
        }

        string reason = Innermost(exception);
        return IsWeak(reason)
            ? new SocketInputException(ErrorIds.CertificateRejected, $"{call}: the peer's certificate is too weak: {reason}", "The peer needs a certificate with a longer key or a newer signature.", record.Socket)
            : Failed($"{call}: {reason}", HasNoProtocol(reason) ? TlsAlert.NoProtocolRemedy : "Compare the versions and cipher suites of both sides: see -SslProtocol.", record);
    }

    /// <summary>The error where both sides want to be the client.</summary>
    public static SocketInputException OfTwoClients(string errorId, string call, SocketRecord record) => new(
        errorId, $"{call}: the peer begins the handshake too: both sides are clients", "One side is the server: give it -AsServer and -Certificate.", record.Socket);

    /// <summary>Whether the bytes begin as a TLS client's first message does: RFC 8446, section 4.</summary>
    public static bool IsClientHello(ReadOnlySpan<byte> bytes) => bytes is [22, 3, _, _, _, 1, ..];

    /// <summary>The error of a session that fails after its handshake.</summary>
    public static SocketInputException OfStream(string call, SocketRecord record, Exception exception, bool hasReceived)
    {
        if (TlsAlert.Of(exception) is TlsAlert alert)
        {
            // In TLS 1.3 a client's handshake is over before the server has looked at its certificate.
            return new SocketInputException(
                hasReceived ? ErrorIds.StreamBroken : ErrorIds.HandshakeFailed, $"{call}: the peer ended the TLS session: {alert}", alert.Remedy, record.Socket);
        }

        string reason = Innermost(exception);
        return WantsRenegotiation(reason)
            ? new SocketInputException(
                ErrorIds.StreamBroken,
                $"{call}: the peer wants to renegotiate the TLS session, which is refused",
                "A server that asks for a certificate only later does so: let it ask at once, or let both sides speak TLS 1.3 (-SslProtocol Tls13), which needs no renegotiation.",
                record.Socket)
            : new SocketInputException(ErrorIds.StreamBroken, $"{call}: the TLS session has failed: {reason}", "Close the socket and connect again.", record.Socket);
    }

    /// <summary>
    /// Whether an exception is how .NET tells that a TLS session has failed. It has no type of its own for that, and a peer
    /// can bring about others than those that are documented, such as IndexOutOfRangeException by an empty record.
    /// </summary>
    public static bool IsOfSession(Exception exception) => exception is not (OperationCanceledException or SocketCallException or SocketInputException);

    private static SocketInputException Failed(string message, string remedy, SocketRecord record) =>
        new(ErrorIds.HandshakeFailed, message, remedy, record.Socket);

    private static string Innermost(Exception exception)
    {
        while (exception.InnerException is not null)
        {
            exception = exception.InnerException;
        }

        // .NET trips over records with nothing in them.
        return exception is IndexOutOfRangeException ? "the peer sent what TLS does not allow" : exception.Message.TrimEnd('.', ' ');
    }

    // OpenSSL: "ee key too small", "ca md too weak".
    private static bool IsWeak(string reason) => reason.Contains("key too small", StringComparison.Ordinal)
        || reason.Contains("md too weak", StringComparison.Ordinal) || reason.Contains("key too weak", StringComparison.Ordinal);

    // OpenSSL: "no application protocol".
    private static bool HasNoProtocol(string reason) => reason.Contains("application protocol", StringComparison.Ordinal);

    // .NET: "The remote party requested renegotiation when AllowRenegotiation was set to false."
    private static bool WantsRenegotiation(string reason) => reason.Contains("requested renegotiation", StringComparison.Ordinal);

    // change_cipher_spec to heartbeat, and version 3.
    private static bool IsRecord(byte[] head) => head[0] is >= 20 and <= 24 && (head.Length < 2 || head[1] == 3);

    private static bool LooksLikeHttp(byte[] head)
    {
        string text = Encoding.Latin1.GetString(head);
        return Array.Exists(["GET ", "POST ", "HEAD ", "PUT ", "OPTIONS ", "CONNECT ", "DELETE ", "PATCH "], verb => text.StartsWith(verb, StringComparison.Ordinal));
    }
}
