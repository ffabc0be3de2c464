using System.ComponentModel;
using System.Security.Authentication;
using PSSockets.Channels;

namespace PSSockets.UnitTests;

public sealed class TlsAlertTests
{
    [Theory]
    [InlineData("error:0A00045C:SSL routines::tlsv13 alert certificate required", "certificate_required (116)")]
    [InlineData("error:0A000410:SSL routines::sslv3 alert handshake failure", "handshake_failure (40)")]
    [InlineData("error:0A000410:SSL routines::ssl/tls alert handshake failure", "handshake_failure (40)")]
    [InlineData("error:0A00042E:SSL routines::tlsv1 alert protocol version", "protocol_version (70)")]
    [InlineData("error:0A000418:SSL routines::tlsv1 alert unknown ca", "unknown_ca (48)")]
    [InlineData("error:0A000416:SSL routines::sslv3 alert certificate unknown", "certificate_unknown (46)")]
    [InlineData("error:0A000460:SSL routines::reason(1120) alert no application protocol", "no_application_protocol (120)")]
    public void OpenSslTellsOfAnAlert(string message, string expected) =>
        Assert.Equal(expected, TlsAlert.Of(new AuthenticationException("outer", new InvalidOperationException(message)))?.ToString());

    [Theory]
    [InlineData(unchecked((int)0x80090325), "unknown_ca (48)")]
    [InlineData(unchecked((int)0x80090331), "handshake_failure (40)")]
    [InlineData(5, null)]
    public void SchannelTellsOfAnAlert(int code, string? expected) =>
        Assert.Equal(expected, TlsAlert.Of(new AuthenticationException("outer", new Win32Exception(code)))?.ToString());

    [Fact]
    public void AnotherErrorIsNotAnAlert() => Assert.Null(TlsAlert.Of(new IOException("The alert was not heard.")));
}
