using System.Formats.Asn1;
using System.Numerics;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using PSSockets.Errors;

namespace PSSockets.Certificates;

/// <summary>
/// Which certificates an issuer has revoked: a CRL, RFC 5280, section 5. .NET reads such lists only from the network or
/// its own cache, and its CertificateRevocationListBuilder neither checks them nor tells what is in them.
/// </summary>
internal sealed class RevocationList
{
    private const string Remedy = "Give a file with revocation lists (CRL), in PEM or DER.";

    // Signatures that are still safe.
    private static readonly Dictionary<string, (HashAlgorithmName Hash, bool IsRsa)> s_signatures = new()
    {
        ["1.2.840.113549.1.1.11"] = (HashAlgorithmName.SHA256, true),
        ["1.2.840.113549.1.1.12"] = (HashAlgorithmName.SHA384, true),
        ["1.2.840.113549.1.1.13"] = (HashAlgorithmName.SHA512, true),
        ["1.2.840.10045.4.3.2"] = (HashAlgorithmName.SHA256, false),
        ["1.2.840.10045.4.3.3"] = (HashAlgorithmName.SHA384, false),
        ["1.2.840.10045.4.3.4"] = (HashAlgorithmName.SHA512, false),
    };

    private readonly Dictionary<BigInteger, DateTimeOffset> _revoked = [];
    private readonly ReadOnlyMemory<byte> _signed;
    private readonly ReadOnlyMemory<byte> _issuer;
    private readonly string _algorithm;
    private readonly byte[] _signature;
    private readonly DateTimeOffset _begin;
    private readonly DateTimeOffset? _end;
    private readonly RevocationScope _scope = RevocationScope.All;

    // CertificateList: what is signed, how, and the signature.
    private RevocationList(byte[] bytes)
    {
        AsnReader list = new AsnReader(bytes, AsnEncodingRules.DER).ReadSequence();
        _signed = list.ReadEncodedValue();
        ReadOnlyMemory<byte> algorithm = list.ReadEncodedValue();
        _algorithm = new AsnReader(algorithm, AsnEncodingRules.DER).ReadSequence().ReadObjectIdentifier();
        _signature = list.ReadBitString(out _);

        AsnReader body = new AsnReader(_signed, AsnEncodingRules.DER).ReadSequence();
        if (body.PeekTag().HasSameClassAndValue(Asn1Tag.Integer))
        {
            body.ReadInteger();
        }

        if (!body.ReadEncodedValue().Span.SequenceEqual(algorithm.Span))
        {
            throw new CryptographicException("it names two kinds of signature");
        }

        _issuer = body.ReadEncodedValue();
        _begin = ReadTime(body);
        _end = body.HasData && IsTime(body.PeekTag()) ? ReadTime(body) : null;
        if (body.HasData && body.PeekTag().HasSameClassAndValue(Asn1Tag.Sequence))
        {
            ReadEntries(body.ReadSequence());
        }

        if (body.HasData)
        {
            _scope = RevocationScope.Read(body.ReadSequence(new Asn1Tag(TagClass.ContextSpecific, 0)));
        }
    }

    /// <summary>When it ended to be current, or begins to; null where it is current.</summary>
    public string? WhyNotCurrent
    {
        get
        {
            DateTimeOffset now = DateTimeOffset.UtcNow;
            return _begin > now ? $"begins on {CertificateText.Date(_begin)} only"
                : _end < now ? $"ended on {CertificateText.Date(_end.Value)}"
                : null;
        }
    }

    /// <summary>All lists of a file, PEM or DER.</summary>
    /// <exception cref="SocketInputException"><c>FileNotUsable</c>, <c>CertificateNotUsable</c>.</exception>
    public static List<RevocationList> Load(string path)
    {
        byte[] bytes = CertificateFile.Read(path);
        try
        {
            List<RevocationList> lists = CertificateFile.TextOf(bytes) is string text ? ReadPem(text) : [new RevocationList(bytes)];
            return lists.Count > 0 ? lists : throw NotUsable(path, "there is no revocation list in it");
        }
        catch (Exception exception) when (exception is AsnContentException or CryptographicException or FormatException)
        {
            throw NotUsable(path, exception.Message);
        }
    }

    /// <summary>Whether the list says which certificates of an issuer's name are revoked, this one among them.</summary>
    public bool Covers(X509Certificate2 certificate) =>
        _issuer.Span.SequenceEqual(certificate.IssuerName.RawData) && _scope.Includes(certificate);

    /// <summary>Whether this issuer has signed it, and may.</summary>
    public bool IsSignedBy(X509Certificate2 issuer)
    {
        if (!s_signatures.TryGetValue(_algorithm, out (HashAlgorithmName Hash, bool IsRsa) kind)
            || issuer.Extensions.OfType<X509KeyUsageExtension>().FirstOrDefault() is { } usage && !usage.KeyUsages.HasFlag(X509KeyUsageFlags.CrlSign))
        {
            return false;
        }

        if (kind.IsRsa)
        {
            using RSA? rsa = issuer.GetRSAPublicKey();
            return rsa?.VerifyData(_signed.Span, _signature, kind.Hash, RSASignaturePadding.Pkcs1) ?? false;
        }

        using ECDsa? ecdsa = issuer.GetECDsaPublicKey();
        return ecdsa?.VerifyData(_signed.Span, _signature, kind.Hash, DSASignatureFormat.Rfc3279DerSequence) ?? false;
    }

    /// <summary>When a certificate of this issuer was revoked; null where it was not.</summary>
    public DateTimeOffset? RevocationDate(X509Certificate2 certificate) =>
        _revoked.TryGetValue(new BigInteger(certificate.SerialNumberBytes.Span, isUnsigned: false, isBigEndian: true), out DateTimeOffset date) ? date : null;

    private void ReadEntries(AsnReader entries)
    {
        while (entries.HasData)
        {
            AsnReader entry = entries.ReadSequence();
            _revoked[entry.ReadInteger()] = ReadTime(entry);
            if (entry.HasData)
            {
                _ = RevocationScope.Read(entry);
            }
        }
    }

    private static List<RevocationList> ReadPem(string text)
    {
        List<RevocationList> lists = [];
        ReadOnlySpan<char> rest = text;
        while (PemEncoding.TryFind(rest, out PemFields fields))
        {
            if (rest[fields.Label] is "X509 CRL")
            {
                lists.Add(new RevocationList(Convert.FromBase64String(rest[fields.Base64Data].ToString())));
            }

            rest = rest[fields.Location.End..];
        }

        return lists;
    }

    private static bool IsTime(Asn1Tag tag) => tag.HasSameClassAndValue(Asn1Tag.UtcTime) || tag.HasSameClassAndValue(Asn1Tag.GeneralizedTime);

    private static DateTimeOffset ReadTime(AsnReader reader) =>
        reader.PeekTag().HasSameClassAndValue(Asn1Tag.UtcTime) ? reader.ReadUtcTime() : reader.ReadGeneralizedTime();

    private static SocketInputException NotUsable(string path, string reason) =>
        new(ErrorIds.CertificateNotUsable, $"revocation list {path}: {reason}", Remedy, path);
}
