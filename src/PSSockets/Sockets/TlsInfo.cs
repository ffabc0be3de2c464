using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;

namespace PSSockets;

/// <summary>What is known of the TLS session of a socket: its property <c>Tls</c>.</summary>
public sealed class TlsInfo
{
    internal TlsInfo()
    {
    }

    /// <summary>The version: <c>Tls12</c>, <c>Tls13</c>.</summary>
    public SslProtocols Protocol { get; internal init; }

    /// <summary>The cipher suite, by its name in the standards.</summary>
    public string CipherSuite { get; internal init; } = string.Empty;

    /// <summary>The name that the peer's certificate was checked for, and that a client asked for; null on a server.</summary>
    public string? TargetHost { get; internal init; }

    /// <summary>The protocol that both sides agreed on (ALPN), such as <c>http/1.1</c>; null where they did not.</summary>
    public string? ApplicationProtocol { get; internal init; }

    /// <summary>The peer's certificate; null where it sent none.</summary>
    public X509Certificate2? RemoteCertificate { get; internal init; }

    /// <summary>This side's certificate; null where it sent none.</summary>
    public X509Certificate2? LocalCertificate { get; internal init; }

    /// <summary>Whether this side is the server.</summary>
    public bool IsServer { get; internal init; }

    /// <summary>What is wrong with the peer's certificate; empty where nothing is. Only -SkipCertificateCheck lets a session begin all the same.</summary>
    public string[] CertificateErrors { get; internal init; } = [];

    /// <summary>One line: <c>Tls13, TLS_AES_256_GCM_SHA384</c>.</summary>
    public override string ToString() => $"{Protocol}, {CipherSuite}";
}
