using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace PSSockets.Certificates;

/// <summary>Which of its issuer's certificates a revocation list is about: RFC 5280, section 5.2.5.</summary>
internal sealed class RevocationScope
{
    private const string IssuingDistributionPoint = "2.5.29.28";
    private const string DistributionPoints = "2.5.29.31";

    // The numbers of the fields of IssuingDistributionPoint.
    private const int Place = 0;
    private const int OnlyUsers = 1;
    private const int OnlyAuthorities = 2;

    private readonly List<ReadOnlyMemory<byte>> _places = [];
    private bool _isForUsers = true;
    private bool _isForAuthorities = true;

    private RevocationScope()
    {
    }

    /// <summary>All of them.</summary>
    public static RevocationScope All { get; } = new();

    /// <summary>Reads the extensions of a list or of an entry of it.</summary>
    /// <exception cref="CryptographicException">One is critical and not known here: nobody may rely on the list then.</exception>
    public static RevocationScope Read(AsnReader reader)
    {
        RevocationScope scope = new();
        AsnReader extensions = reader.ReadSequence();
        while (extensions.HasData)
        {
            AsnReader extension = extensions.ReadSequence();
            string name = extension.ReadObjectIdentifier();
            bool isCritical = extension.PeekTag().HasSameClassAndValue(Asn1Tag.Boolean) && extension.ReadBoolean();
            if (name == IssuingDistributionPoint)
            {
                scope.ReadPoint(new AsnReader(extension.ReadOctetString(), AsnEncodingRules.DER).ReadSequence());
            }
            else if (isCritical)
            {
                throw NotKnown(name);
            }
        }

        return scope;
    }

    /// <summary>Whether the list is about this certificate.</summary>
    public bool Includes(X509Certificate2 certificate)
    {
        bool isAuthority = certificate.Extensions.OfType<X509BasicConstraintsExtension>().FirstOrDefault() is { CertificateAuthority: true };
        if (isAuthority ? !_isForAuthorities : !_isForUsers)
        {
            return false;
        }

        // The certificate tells at which place the list with it is.
        byte[] own = certificate.Extensions[DistributionPoints]?.RawData ?? [];
        return _places.Count == 0 || _places.Exists(place => own.AsSpan().IndexOf(place.Span) >= 0);
    }

    private void ReadPoint(AsnReader point)
    {
        while (point.HasData)
        {
            Asn1Tag tag = point.PeekTag();
            switch (tag.TagValue)
            {
                case Place:
                    ReadPlaces(point.ReadSequence(tag));
                    break;
                case OnlyUsers:
                    _isForAuthorities = !point.ReadBoolean(tag);
                    break;
                case OnlyAuthorities:
                    _isForUsers = !point.ReadBoolean(tag);
                    break;
                default:
                    // Some reasons, the certificates of others, or attributes.
                    throw NotKnown(IssuingDistributionPoint);
            }
        }
    }

    private void ReadPlaces(AsnReader name)
    {
        // Its full names; the other choice is relative to the issuer's.
        AsnReader names = name.ReadSequence(new Asn1Tag(TagClass.ContextSpecific, 0));
        while (names.HasData)
        {
            _places.Add(names.ReadEncodedValue());
        }
    }

    private static CryptographicException NotKnown(string name) => new($"it has an extension that is not known here ({name}), and is not to be relied on then");
}
