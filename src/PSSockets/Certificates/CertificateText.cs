using System.Globalization;
using System.Security.Cryptography.X509Certificates;

namespace PSSockets.Certificates;

/// <summary>What a certificate says, in words.</summary>
internal static class CertificateText
{
    /// <summary>Subject, issuer, dates and names.</summary>
    public static string Describe(X509Certificate2 certificate)
    {
        string issuer = certificate.Subject == certificate.Issuer ? "self-signed" : $"issued by '{certificate.Issuer}'";
        string names = Names(certificate) is { Length: > 0 } known ? $", for {known}" : string.Empty;
        return $"'{certificate.Subject}', {issuer}, valid from {Date(certificate.NotBefore)} to {Date(certificate.NotAfter)}{names}";
    }

    /// <summary>The host names and addresses that the certificate is for; empty where it has none.</summary>
    public static string Names(X509Certificate2 certificate)
    {
        X509Extension? extension = certificate.Extensions["2.5.29.17"];
        if (extension is null)
        {
            return string.Empty;
        }

        try
        {
            X509SubjectAlternativeNameExtension names = extension as X509SubjectAlternativeNameExtension ?? new(extension.RawData, extension.Critical);
            return string.Join(", ", names.EnumerateDnsNames().Concat(names.EnumerateIPAddresses().Select(address => address.ToString())));
        }
        catch (System.Security.Cryptography.CryptographicException)
        {
            return string.Empty;
        }
    }

    /// <summary>A day, of universal time.</summary>
    public static string Date(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}
