using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using PSSockets.Certificates;

namespace PSSockets.Channels;

/// <summary>What a TLS session is to be like.</summary>
internal sealed record TlsOptions
{
    /// <summary>Whether this side is the server.</summary>
    public bool IsServer { get; init; }

    /// <summary>The name that the peer's certificate must carry, and that a client asks for.</summary>
    public string TargetHost { get; init; } = string.Empty;

    /// <summary>This side's certificate; null for none.</summary>
    public OwnCertificate? Certificate { get; init; }

    /// <summary>Whether the peer's certificate may be as it likes.</summary>
    public bool SkipCertificateCheck { get; init; }

    /// <summary>The versions; None for those that the system has on.</summary>
    public SslProtocols Protocols { get; init; }

    /// <summary>The roots that are trusted; empty for those of the system.</summary>
    public IReadOnlyList<X509Certificate2> Trusted { get; init; } = [];

    /// <summary>The lists in which certificates are looked up; empty where none is.</summary>
    public IReadOnlyList<RevocationList> RevocationLists { get; init; } = [];

    /// <summary>Whether a client must have a certificate.</summary>
    public bool RequireClientCertificate { get; init; }

    /// <summary>The protocols to agree on (ALPN), the best first.</summary>
    public IReadOnlyList<string> ApplicationProtocols { get; init; } = [];

    /// <summary>How .NET's client takes them.</summary>
    public SslClientAuthenticationOptions ForClient(RemoteCertificateValidationCallback check) => new()
    {
        TargetHost = TargetHost,
        ClientCertificateContext = Certificate?.Context,
        EnabledSslProtocols = Protocols,
        ApplicationProtocols = Protocol(),
        AllowRenegotiation = false,
        CertificateChainPolicy = Policy(),
        RemoteCertificateValidationCallback = check,
    };

    /// <summary>How .NET's server takes them.</summary>
    public SslServerAuthenticationOptions ForServer(RemoteCertificateValidationCallback check) => new()
    {
        ServerCertificateContext = Certificate?.Context,
        ClientCertificateRequired = RequireClientCertificate,
        EnabledSslProtocols = Protocols,
        ApplicationProtocols = Protocol(),
        AllowRenegotiation = false,
        CertificateChainPolicy = Policy(),
        RemoteCertificateValidationCallback = check,
    };

    private List<SslApplicationProtocol>? Protocol() =>
        ApplicationProtocols.Count == 0 ? null : [.. ApplicationProtocols.Select(name => new SslApplicationProtocol(name))];

    // Nothing is fetched from the network: no stop or time-out would end that.
    private X509ChainPolicy Policy()
    {
        X509ChainPolicy policy = new() { RevocationMode = X509RevocationMode.NoCheck, DisableCertificateDownloads = true };
        if (Trusted.Count > 0)
        {
            policy.TrustMode = X509ChainTrustMode.CustomRootTrust;
            policy.CustomTrustStore.AddRange(Trusted.ToArray());
        }

        return policy;
    }
}
