using System.Globalization;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using PSSockets.Certificates;
using PSSockets.Errors;
using PSSockets.Sockets;

namespace PSSockets.Channels;

/// <summary>Looks at the peer's certificate during the handshake, and remembers what is wrong with it.</summary>
/// <param name="options">What the session is to be like.</param>
internal sealed class CertificateCheck(TlsOptions options)
{
    private const int ShortestKey = 2048;

    // MD5 and SHA-1.
    private static readonly string?[] s_weakSignatures = ["1.2.840.113549.1.1.4", "1.2.840.113549.1.1.5", "1.2.840.10045.4.1"];

    private readonly List<(string Problem, string Remedy)> _problems = [];
    private string _certificate = string.Empty;

    /// <summary>What is wrong; empty where nothing is.</summary>
    public string[] Errors => [.. _problems.Select(problem => PrintableText.From(problem.Problem)).Distinct()];

    /// <summary>Whether the certificate was refused.</summary>
    public bool IsRejected { get; private set; }

    /// <summary>Is called within the handshake: whether it may go on.</summary>
    public bool Accept(object sender, X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors)
    {
        _problems.Clear();
        X509Certificate2? remote = certificate as X509Certificate2;
        if ((errors & SslPolicyErrors.RemoteCertificateNotAvailable) != 0 && (!options.IsServer || options.RequireClientCertificate))
        {
            _problems.Add(options.IsServer
                ? ("the client sent no certificate", "The client must give one; with Protect-Socket that is -Certificate.")
                : ("the server sent no certificate", "A server without a certificate cannot be told from another."));
        }

        if ((errors & SslPolicyErrors.RemoteCertificateNameMismatch) != 0 && remote is not null && !options.IsServer)
        {
            string names = CertificateText.Names(remote) is { Length: > 0 } known ? $"only for {known}" : "for no host at all";
            _problems.Add(($"it is not for '{options.TargetHost}', {names}", "Connect by a name that the certificate has, or give that with -TargetHost."));
        }

        if ((errors & SslPolicyErrors.RemoteCertificateChainErrors) != 0 && remote is not null)
        {
            AddChainProblems(chain, remote);
        }

        if (remote is not null)
        {
            AddWeaknesses(chain, remote);
            AddRevocations([.. chain?.ChainElements.Select(element => element.Certificate) ?? []]);
        }

        // The session may have thrown the certificate away when the text is needed.
        _certificate = _problems.Count > 0 && remote is not null ? CertificateText.Describe(remote) : string.Empty;
        IsRejected = _problems.Count > 0 && !options.SkipCertificateCheck;
        return !IsRejected;
    }

    /// <summary>The error that says what was wrong with which certificate.</summary>
    public SocketInputException Rejection(SocketRecord record, string where)
    {
        string what = string.Join("; ", Errors);
        string asked = options.IsServer || options.TargetHost.Length == 0 ? string.Empty : $" for '{options.TargetHost}'";
        return new SocketInputException(
            ErrorIds.CertificateRejected,
            _certificate.Length == 0 ? $"TLS handshake{where}: {what}" : $"TLS handshake{where}: the certificate{asked} is rejected: {what} ({PrintableText.From(_certificate)})",
            string.Join(" ", _problems.Select(problem => problem.Remedy).Distinct()),
            record.Socket);
    }

    private void AddChainProblems(X509Chain? chain, X509Certificate2 leaf)
    {
        int before = _problems.Count;
        foreach (X509ChainElement element in chain?.ChainElements ?? Enumerable.Empty<X509ChainElement>())
        {
            bool isLeaf = element.Certificate.RawDataMemory.Span.SequenceEqual(leaf.RawDataMemory.Span);
            string whose = isLeaf ? "it" : $"its issuer '{element.Certificate.Subject}'";
            foreach (X509ChainStatus status in element.ChainElementStatus)
            {
                // What is issued for another purpose makes .NET say the same of its issuers, which have none of their own.
                if (status.Status != X509ChainStatusFlags.NoError
                    && (isLeaf || status.Status != X509ChainStatusFlags.NotValidForUsage || element.Certificate.Extensions.OfType<X509EnhancedKeyUsageExtension>().Any()))
                {
                    _problems.Add(Explain(status, element.Certificate, whose, isLeaf));
                }
            }
        }

        // Some problems belong to the chain alone.
        if (_problems.Count == before)
        {
            foreach (X509ChainStatus status in chain?.ChainStatus ?? [])
            {
                _problems.Add(Explain(status, leaf, "it", isLeaf: true));
            }
        }

        if (_problems.Count == before)
        {
            _problems.Add(("it cannot be checked", "Give the root that is to be trusted with -TrustedCertificate."));
        }
    }

    // What .NET lets pass, and a stranger could have made by now.
    private void AddWeaknesses(X509Chain? chain, X509Certificate2 leaf)
    {
        const string Remedy = "Its owner must get one with a longer key and a newer signature.";
        string Whose(X509Certificate2 certificate) =>
            certificate.RawDataMemory.Span.SequenceEqual(leaf.RawDataMemory.Span) ? "it" : $"its issuer '{certificate.Subject}'";

        foreach (X509Certificate2 certificate in chain?.ChainElements.Select(element => element.Certificate) ?? [leaf])
        {
            using RSA? key = certificate.GetRSAPublicKey();
            if (key?.KeySize < ShortestKey)
            {
                _problems.Add(($"{Whose(certificate)} has a weak key, RSA of {key.KeySize} bits", Remedy));
            }

            // A root is trusted for what it is, and not for its signature.
            if (s_weakSignatures.Contains(certificate.SignatureAlgorithm.Value) && certificate.Subject != certificate.Issuer)
            {
                _problems.Add(($"{Whose(certificate)} has a weak signature, {certificate.SignatureAlgorithm.FriendlyName}", Remedy));
            }
        }
    }

    // Each certificate but the root, which nobody but itself could revoke. What no list tells of counts as wrong too: who
    // keeps a list away would have a revoked certificate taken otherwise.
    private void AddRevocations(X509Certificate2[] path)
    {
        for (int index = 0; options.RevocationLists.Count > 0 && index + 1 < path.Length; index++)
        {
            string whose = index == 0 ? "it" : $"its issuer '{path[index].Subject}'";
            if (FindRevocation(path[index], path[index + 1]) is (string problem, string remedy))
            {
                _problems.Add(($"{whose} {problem}", remedy));
            }
        }
    }

    private (string Problem, string Remedy)? FindRevocation(X509Certificate2 certificate, X509Certificate2 issuer)
    {
        const string Current = "Give the issuer's current revocation list with -CertificateRevocationList.";
        RevocationList[] named = [.. options.RevocationLists.Where(list => list.Covers(certificate))];
        RevocationList[] signed = Array.FindAll(named, list => list.IsSignedBy(issuer));
        foreach (RevocationList list in signed)
        {
            if (list.RevocationDate(certificate) is DateTimeOffset date)
            {
                return ($"was revoked on {CertificateText.Date(date)}", "Its owner must get another.");
            }
        }

        if (signed.Length == 0)
        {
            string reason = named.Length == 0 ? "is not given" : "is not signed by it, or in a way that is not safe";
            return ($"may have been revoked: the list of '{issuer.Subject}' {reason}", Current);
        }

        return Array.TrueForAll(signed, list => list.WhyNotCurrent is not null)
            ? ($"may have been revoked: the list of '{issuer.Subject}' {signed[0].WhyNotCurrent}", Current)
            : null;
    }

    private static (string Problem, string Remedy) Explain(X509ChainStatus status, X509Certificate2 certificate, string whose, bool isLeaf)
    {
        const string Trust = "Give the root that has issued it with -TrustedCertificate, if you know that it is the right one.";
        switch (status.Status)
        {
            case X509ChainStatusFlags.NotTimeValid:
                DateTime now = DateTime.Now;
                return now > certificate.NotAfter
                    ? ($"{whose} expired on {Date(certificate.NotAfter)}", "Its owner must renew it; where this machine's clock is wrong, set it.")
                    : ($"{whose} is not valid before {Date(certificate.NotBefore)}", "Where this machine's clock is wrong, set it.");
            case X509ChainStatusFlags.UntrustedRoot when isLeaf:
                return ("it is self-signed, and is not one of those that are trusted", "Give it with -TrustedCertificate, if you know that it is the right one.");
            case X509ChainStatusFlags.UntrustedRoot:
                return ($"{whose} is not trusted", Trust);
            case X509ChainStatusFlags.PartialChain:
                return (isLeaf ? $"the certificate of its issuer '{certificate.Issuer}' is not known"
                    : $"the certificate of '{certificate.Issuer}', which has issued '{certificate.Subject}', is not known",
                    $"{Trust} The peer must send whatever stands between the two, or it must be given there too.");
            case X509ChainStatusFlags.NotValidForUsage:
                return ($"{whose} is for another purpose than this", "A server needs a certificate for server authentication, a client one for client authentication.");
            case X509ChainStatusFlags.Revoked:
                return ($"{whose} was revoked", "Its owner must get another.");
            case X509ChainStatusFlags.NotSignatureValid:
                return ($"the signature of {(isLeaf ? "the certificate" : whose)} is wrong", Trust);
            case X509ChainStatusFlags.HasWeakSignature:
                return ($"{whose} has a weak signature", "Its owner must get a certificate with a newer signature.");
            default:
                return ($"{whose}: {status.StatusInformation.TrimEnd('.', ' ')} ({status.Status})", "Look at the certificate: -SkipCertificateCheck shows it in the property Tls.");
        }
    }

    private static string Date(DateTime time) => time.ToUniversalTime().ToString("yyyy-MM-dd HH:mm 'UTC'", CultureInfo.InvariantCulture);
}
