using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using PSSockets.Errors;

namespace PSSockets.Certificates;

/// <summary>A certificate of this side, with its private key and what stands between it and its root.</summary>
internal sealed class OwnCertificate
{
    private OwnCertificate(X509Certificate2 certificate, X509Certificate2Collection others)
    {
        Certificate = certificate;
        Context = SslStreamCertificateContext.Create(certificate, others, offline: true);
    }

    /// <summary>The certificate.</summary>
    public X509Certificate2 Certificate { get; }

    /// <summary>How .NET takes it.</summary>
    public SslStreamCertificateContext Context { get; }

    /// <summary>A certificate that the user has.</summary>
    /// <exception cref="SocketInputException"><c>CertificateNotUsable</c>: it has no private key.</exception>
    public static OwnCertificate Of(X509Certificate2 certificate, X509Certificate2Collection? others = null)
    {
        if (!certificate.HasPrivateKey)
        {
            throw NotUsable(certificate.Subject, "it has no private key", "Give the certificate with its private key: a PFX file, or the key's PEM file with -CertificateKey.");
        }

        return new OwnCertificate(OperatingSystem.IsWindows() ? Imported(certificate) : certificate, others ?? []);
    }

    /// <summary>A certificate of a file: PFX, or PEM with its key in the same file or another.</summary>
    /// <param name="path">The file.</param>
    /// <param name="keyPath">The file of the key; null where it is in the same.</param>
    /// <param name="password">The password of the PFX file or the key; null for none.</param>
    /// <exception cref="SocketInputException"><c>FileNotUsable</c>, <c>CertificateNotUsable</c>.</exception>
    public static OwnCertificate Load(string path, string? keyPath, string? password)
    {
        byte[] bytes = CertificateFile.Read(path);
        string? text = CertificateFile.TextOf(bytes);
        try
        {
            if (text is null && keyPath is not null)
            {
                text = X509Certificate2.GetCertContentType(bytes) == X509ContentType.Cert
                    ? new X509Certificate2(bytes).ExportCertificatePem()
                    : throw NotUsable(path, "it is neither a PEM file nor a certificate in DER", "Leave -CertificateKey out where it is a PFX file, which has its key in itself.");
            }

            return text is null ? LoadPfx(path, bytes, password) : LoadPem(path, text, keyPath ?? path, keyPath is null ? text : ReadKey(keyPath), password);
        }
        catch (CryptographicException exception)
        {
            throw NotUsable(path, exception.Message, password is null ? "Give the password with -CertificatePassword, if it has one, and check the file." : "Check the password and the file.");
        }
    }

    /// <summary>All certificates of a file, PEM or DER, without their keys.</summary>
    /// <exception cref="SocketInputException"><c>FileNotUsable</c>, <c>CertificateNotUsable</c>.</exception>
    public static X509Certificate2Collection LoadAll(string path)
    {
        byte[] bytes = CertificateFile.Read(path);
        X509Certificate2Collection all = [];
        try
        {
            if (CertificateFile.TextOf(bytes) is string text)
            {
                all.ImportFromPem(text);
            }
            else
            {
                all.Import(bytes);
            }
        }
        catch (CryptographicException exception)
        {
            throw NotUsable(path, exception.Message, "Give a file with certificates, in PEM or DER.");
        }

        return all.Count > 0 ? all : throw NotUsable(path, "there is no certificate in it", "Give a file with certificates, in PEM or DER.");
    }

    /// <summary>The certificate with a thumbprint in the certificate stores of the user and the machine.</summary>
    /// <exception cref="SocketInputException"><c>CertificateNotUsable</c>: there is none, or it has no private key.</exception>
    public static OwnCertificate Find(string thumbprint)
    {
        X509Certificate2? keyless = null;
        foreach (StoreLocation location in new[] { StoreLocation.CurrentUser, StoreLocation.LocalMachine })
        {
            try
            {
                using X509Store store = new(StoreName.My, location, OpenFlags.ReadOnly | OpenFlags.OpenExistingOnly);
                foreach (X509Certificate2 found in store.Certificates.Find(X509FindType.FindByThumbprint, thumbprint, validOnly: false))
                {
                    if (found.HasPrivateKey)
                    {
                        return Of(found);
                    }

                    // The user may have it without the key, and the machine with it.
                    keyless = found;
                }
            }
            catch (CryptographicException)
            {
                // There is no such store here.
            }
        }

        return keyless is not null ? Of(keyless)
            : throw NotUsable(thumbprint, "no certificate of the user or the machine has this thumbprint", "Get-ChildItem Cert:\\CurrentUser\\My lists them on Windows.");
    }

    /// <summary>Writes a certificate with its private key, which is for its owner alone.</summary>
    /// <exception cref="SocketInputException"><c>FileNotUsable</c>: the file is there already, or cannot be written.</exception>
    public static void Save(string path, string pem, bool replaces)
    {
        FileStreamOptions options = new() { Mode = replaces ? FileMode.Create : FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        try
        {
            using FileStream file = new(path, options);
            file.Write(System.Text.Encoding.ASCII.GetBytes(pem));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            string remedy = File.Exists(path) && !replaces ? "Give another path, or -Force to replace the file." : "Check the path and its permissions.";
            throw new SocketInputException(ErrorIds.FileNotUsable, exception.Message, remedy, path);
        }
    }

    private static string ReadKey(string path) => CertificateFile.TextOf(CertificateFile.Read(path))
        ?? throw NotUsable(path, "it is not a PEM file", "Give the private key in PEM: 'openssl pkey -inform DER -in FILE -out key.pem' writes it.");

    private static OwnCertificate LoadPem(string path, string certificates, string keyPath, string keys, string? password)
    {
        X509Certificate2Collection all = [];
        all.ImportFromPem(certificates);
        if (all.Count == 0)
        {
            throw NotUsable(path, "there is no certificate in it", "Give the file of the certificate, in PEM or PFX.");
        }

        if (!keys.Contains("PRIVATE KEY-----", StringComparison.Ordinal))
        {
            throw NotUsable(keyPath, "there is no private key in it", "Give the file of the private key with -CertificateKey.");
        }

        if (keys.Contains("Proc-Type: 4,ENCRYPTED", StringComparison.Ordinal))
        {
            throw NotUsable(keyPath, "its private key is encrypted in an old way that .NET does not read", "Encrypt it in the newer way: 'openssl pkcs8 -topk8 -in FILE -out key.pem'.");
        }

        bool isEncrypted = keys.Contains("BEGIN ENCRYPTED PRIVATE KEY", StringComparison.Ordinal);
        if (isEncrypted && password is null)
        {
            throw NotUsable(keyPath, "its private key is encrypted", "Give the password with -CertificatePassword.");
        }

        // The key tells which certificate is this side's: some files begin with the root.
        string? problem = null;
        for (int index = 0; index < all.Count; index++)
        {
            X509Certificate2 own;
            try
            {
                string certificate = all[index].ExportCertificatePem();
                own = isEncrypted ? X509Certificate2.CreateFromEncryptedPem(certificate, keys, password) : X509Certificate2.CreateFromPem(certificate, keys);
            }
            catch (Exception exception) when (exception is CryptographicException or ArgumentException)
            {
                // Of the key of another certificate .NET says it by either.
                problem = exception.Message;
                continue;
            }

            all.RemoveAt(index);
            return Of(own, all);
        }

        throw isEncrypted
            ? NotUsable(keyPath, problem!, "Check the password, and that the key belongs to the certificate.")
            : NotUsable(keyPath, $"its private key does not belong to the certificate in {path}, or is damaged", "Give the key with which the certificate was asked for.");
    }

    private static OwnCertificate LoadPfx(string path, byte[] bytes, string? password)
    {
        X509Certificate2Collection all = [];
        all.Import(bytes, password, X509KeyStorageFlags.DefaultKeySet);
        // Where there are several keys, those of its issuers came along.
        X509Certificate2[] usable = [.. all.Where(certificate => certificate.HasPrivateKey)];
        X509Certificate2? own = Array.Find(usable, certificate => !HasIssued(certificate, all)) ?? usable.FirstOrDefault();
        if (own is null)
        {
            throw NotUsable(path, "there is no private key in it", "Give a PFX file, or PEM files with -CertificateKey.");
        }

        all.Remove(own);
        return Of(own, all);
    }

    private static bool HasIssued(X509Certificate2 issuer, X509Certificate2Collection all) =>
        all.Any(other => other != issuer && other.IssuerName.RawData.AsSpan().SequenceEqual(issuer.SubjectName.RawData));

    // Windows takes only keys that are in a key store; one that was made in memory goes there by way of PFX.
    private static X509Certificate2 Imported(X509Certificate2 certificate)
    {
        try
        {
            return new X509Certificate2(certificate.Export(X509ContentType.Pfx), (string?)null, X509KeyStorageFlags.DefaultKeySet);
        }
        catch (CryptographicException)
        {
            // A key that cannot be exported is in a store already.
            return certificate;
        }
    }

    private static SocketInputException NotUsable(string what, string reason, string remedy) =>
        new(ErrorIds.CertificateNotUsable, $"certificate {what}: {reason}", remedy, what);
}
