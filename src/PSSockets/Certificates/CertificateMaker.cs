using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using PSSockets.Errors;

namespace PSSockets.Certificates;

/// <summary>Makes certificates for tests and private services.</summary>
internal static class CertificateMaker
{
    private const int SerialNumberSize = 16;
    private const string ServerPurpose = "1.3.6.1.5.5.7.3.1";
    private const string ClientPurpose = "1.3.6.1.5.5.7.3.2";

    // A peer's clock may be a little late.
    private static readonly TimeSpan s_early = TimeSpan.FromHours(1);

    /// <summary>Makes a certificate with a new key (ECDSA, P-256).</summary>
    /// <param name="names">The host names that it is for; the first is its subject.</param>
    /// <param name="addresses">The addresses that it is for.</param>
    /// <param name="days">How long it is valid.</param>
    /// <param name="issuer">Who issues it, with its private key; null for itself.</param>
    /// <param name="isAuthority">Whether it can issue others.</param>
    /// <exception cref="SocketInputException"><c>CertificateNotUsable</c>: the issuer cannot issue.</exception>
    public static X509Certificate2 Make(IReadOnlyList<string> names, IReadOnlyList<IPAddress> addresses, double days, X509Certificate2? issuer, bool isAuthority)
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        X500DistinguishedNameBuilder subject = new();
        subject.AddCommonName(names.Count > 0 ? names[0] : addresses[0].ToString());
        CertificateRequest request = new(subject.Build(), key, HashAlgorithmName.SHA256);
        AddExtensions(request, names, addresses, issuer, isAuthority);
        DateTimeOffset now = DateTimeOffset.UtcNow;
        DateTimeOffset begin = now - s_early;
        DateTimeOffset end = now.AddDays(days);
        if (issuer is null)
        {
            return request.CreateSelfSigned(begin, end);
        }

        CheckIssuer(issuer);
        DateTimeOffset first = issuer.NotBefore;
        DateTimeOffset last = issuer.NotAfter;
        using X509Certificate2 certificate = Sign(request, issuer, first > begin ? first : begin, last < end ? last : end);
        return certificate.CopyWithPrivateKey(key);
    }

    /// <summary>The certificate and its private key as PEM.</summary>
    public static string ToPem(X509Certificate2 certificate)
    {
        using ECDsa key = certificate.GetECDsaPrivateKey()!;
        return $"{certificate.ExportCertificatePem()}\n{key.ExportPkcs8PrivateKeyPem()}\n";
    }

    private static void AddExtensions(CertificateRequest request, IReadOnlyList<string> names, IReadOnlyList<IPAddress> addresses, X509Certificate2? issuer, bool isAuthority)
    {
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(isAuthority, hasPathLengthConstraint: false, 0, critical: true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(
            isAuthority ? X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign | X509KeyUsageFlags.DigitalSignature : X509KeyUsageFlags.DigitalSignature, critical: true));
        X509SubjectKeyIdentifierExtension identifier = new(request.PublicKey, critical: false);
        request.CertificateExtensions.Add(identifier);
        if (issuer?.Extensions.OfType<X509SubjectKeyIdentifierExtension>().FirstOrDefault() is X509SubjectKeyIdentifierExtension above)
        {
            request.CertificateExtensions.Add(X509AuthorityKeyIdentifierExtension.CreateFromSubjectKeyIdentifier(above));
        }

        if (isAuthority)
        {
            return;
        }

        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid(ServerPurpose), new Oid(ClientPurpose)], critical: false));
        SubjectAlternativeNameBuilder alternatives = new();
        foreach (string name in names)
        {
            alternatives.AddDnsName(name);
        }

        foreach (IPAddress address in addresses)
        {
            alternatives.AddIpAddress(address);
        }

        request.CertificateExtensions.Add(alternatives.Build());
    }

    private static void CheckIssuer(X509Certificate2 issuer)
    {
        string? problem = !issuer.HasPrivateKey ? "it has no private key to sign with"
            : issuer.Extensions.OfType<X509BasicConstraintsExtension>().FirstOrDefault() is not { CertificateAuthority: true } ? "it is not a certificate authority"
            : issuer.NotAfter < DateTime.Now ? "it has expired"
            : null;
        if (problem is not null)
        {
            throw new SocketInputException(
                ErrorIds.CertificateNotUsable, $"'{issuer.Subject}' cannot issue certificates: {problem}", "New-SocketCertificate -CertificateAuthority makes one that can.", issuer);
        }
    }

    // The issuer's key may be of another kind than the new one.
    private static X509Certificate2 Sign(CertificateRequest request, X509Certificate2 issuer, DateTimeOffset begin, DateTimeOffset end)
    {
        byte[] serial = RandomNumberGenerator.GetBytes(SerialNumberSize);
        serial[0] &= 0x7F;
        using RSA? rsa = issuer.GetRSAPrivateKey();
        using ECDsa? ecdsa = issuer.GetECDsaPrivateKey();
        X509SignatureGenerator generator = rsa is not null ? X509SignatureGenerator.CreateForRSA(rsa, RSASignaturePadding.Pkcs1)
            : ecdsa is not null ? X509SignatureGenerator.CreateForECDsa(ecdsa)
            : throw new SocketInputException(ErrorIds.CertificateNotUsable, $"'{issuer.Subject}' has neither an RSA nor an ECDSA key", "Make an issuer with New-SocketCertificate -CertificateAuthority.", issuer);
        return request.Create(issuer.SubjectName, generator, begin, end, serial);
    }
}
