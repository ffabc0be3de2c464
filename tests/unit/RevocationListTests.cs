using System.Formats.Asn1;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using PSSockets.Certificates;

namespace PSSockets.UnitTests;

/// <summary>Lists of revoked certificates, as .NET's own builder makes them.</summary>
[Trait("Wine", "Not run: Wine 8 makes no keys (NCryptCreatePersistedKey), and the runtime ends here")]
public sealed class RevocationListTests : IDisposable
{
    private static readonly X509Certificate2 s_root = CertificateMaker.Make(["root"], [], 30, null, isAuthority: true);
    private static readonly X509Certificate2 s_revoked = CertificateMaker.Make(["revoked"], [IPAddress.Loopback], 30, s_root, isAuthority: false);
    private static readonly X509Certificate2 s_valid = CertificateMaker.Make(["valid"], [IPAddress.Loopback], 30, s_root, isAuthority: false);
    private static readonly X509Certificate2 s_authority = CertificateMaker.Make(["authority"], [], 30, s_root, isAuthority: true);
    private static readonly DateTimeOffset s_day = new(2026, 1, 2, 0, 0, 0, TimeSpan.Zero);

    private readonly string _path = Path.GetTempFileName();

    public void Dispose() => File.Delete(_path);

    [Fact]
    public void ARevokedCertificateIsFound()
    {
        RevocationList list = Assert.Single(Load(Build()));

        Assert.True(list.Covers(s_revoked));
        Assert.True(list.IsSignedBy(s_root));
        Assert.Null(list.WhyNotCurrent);
        Assert.Equal(s_day, list.RevocationDate(s_revoked));
        Assert.Null(list.RevocationDate(s_valid));
    }

    [Fact]
    public void AnEmptyListHasNobody()
    {
        RevocationList list = Assert.Single(Load(new CertificateRevocationListBuilder().Build(s_root, 1, DateTimeOffset.UtcNow.AddDays(1), HashAlgorithmName.SHA256)));

        Assert.True(list.Covers(s_revoked));
        Assert.Null(list.RevocationDate(s_revoked));
    }

    [Fact]
    public void EveryListOfAPemFileIsRead()
    {
        string pem = PemEncoding.WriteString("X509 CRL", Build());

        Assert.Equal(2, Load(System.Text.Encoding.ASCII.GetBytes($"a remark\n{pem}\n{s_root.ExportCertificatePem()}\n{pem}")).Count);
    }

    [Theory]
    [InlineData(-1, "ended on")]
    [InlineData(1, null)]
    public void ItIsCurrentUntilTheNextIsDue(double days, string? expected)
    {
        byte[] bytes = new CertificateRevocationListBuilder().Build(
            s_root, 1, DateTimeOffset.UtcNow.AddDays(days), HashAlgorithmName.SHA256, null, DateTimeOffset.UtcNow.AddDays(-2));

        Assert.StartsWith(expected ?? string.Empty, Load(bytes)[0].WhyNotCurrent ?? string.Empty, StringComparison.Ordinal);
        Assert.Equal(expected is null, Load(bytes)[0].WhyNotCurrent is null);
    }

    [Fact]
    public void ItIsNotCurrentBeforeItBegins()
    {
        byte[] bytes = new CertificateRevocationListBuilder().Build(
            s_root, 1, DateTimeOffset.UtcNow.AddDays(9), HashAlgorithmName.SHA256, null, DateTimeOffset.UtcNow.AddDays(2));

        Assert.StartsWith("begins on", Load(bytes)[0].WhyNotCurrent, StringComparison.Ordinal);
    }

    [Fact]
    public void AnothersSignatureIsNotTheIssuers()
    {
        X509Certificate2 namesake = CertificateMaker.Make(["root"], [], 30, null, isAuthority: true);

        RevocationList list = Load(Build())[0];

        Assert.True(list.Covers(s_revoked));
        Assert.False(list.IsSignedBy(namesake));
    }

    [Fact]
    public void AChangedListIsNotSigned()
    {
        byte[] bytes = Build();
        int place = bytes.AsSpan().IndexOf(s_revoked.SerialNumberBytes.Span);
        bytes[place + 1] ^= 1;

        Assert.False(Load(bytes)[0].IsSignedBy(s_root));
    }

    [Fact]
    public void AnIssuerWhoMayNotSignListsHasNone()
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        CertificateRequest request = new("CN=root", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign, critical: true));
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, critical: true));
        using X509Certificate2 issuer = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        byte[] bytes = new CertificateRevocationListBuilder().Build(
            issuer.SubjectName, X509SignatureGenerator.CreateForECDsa(key), 1, DateTimeOffset.UtcNow.AddDays(1), HashAlgorithmName.SHA256,
            X509AuthorityKeyIdentifierExtension.CreateFromIssuerNameAndSerialNumber(issuer.IssuerName, issuer.SerialNumberBytes.Span));

        Assert.False(Load(bytes)[0].IsSignedBy(issuer));
    }

    [Theory]
    [InlineData(nameof(HashAlgorithmName.SHA256))]
    [InlineData(nameof(HashAlgorithmName.SHA512))]
    public void SignaturesOfRsaAreChecked(string hash)
    {
        using RSA key = RSA.Create(2048);
        CertificateRequest request = new("CN=rsa", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, critical: true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, critical: false));
        using X509Certificate2 issuer = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        byte[] bytes = new CertificateRevocationListBuilder().Build(
            issuer, 1, DateTimeOffset.UtcNow.AddDays(1), new HashAlgorithmName(hash), RSASignaturePadding.Pkcs1);

        Assert.True(Load(bytes)[0].IsSignedBy(issuer));
    }

    [Theory]
    [InlineData("only", true)]
    [InlineData("other", false)]
    public void AListOfOnePlaceIsForCertificatesThatNameIt(string place, bool covers)
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        CertificateRequest request = new("CN=leaf", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(CertificateRevocationListBuilder.BuildCrlDistributionPointExtension([$"http://crl.example/{place}"]));
        using X509Certificate2 leaf = request.Create(s_root, DateTimeOffset.UtcNow.AddMinutes(-1), DateTimeOffset.UtcNow.AddDays(1), [7]);
        // IssuingDistributionPoint, critical: [0] { [0] { [6] "http://crl.example/only" } }, [1] TRUE (only users).
        byte[] name = System.Text.Encoding.ASCII.GetBytes("http://crl.example/only");
        byte[] names = [0xA0, (byte)(name.Length + 2), 0x86, (byte)name.Length, .. name];
        byte[] point = [0xA0, (byte)names.Length, .. names, 0x81, 1, 0xFF];

        RevocationList list = Load(Sign([0x30, (byte)point.Length, .. point], "551D1C"))[0];

        Assert.True(list.IsSignedBy(s_root));
        Assert.Equal(covers, list.Covers(leaf));
        Assert.False(list.Covers(s_authority));
    }

    [Theory]
    [InlineData("551D1C", new byte[] { 0x30, 3, 0x84, 1, 0xFF })] // indirect
    [InlineData("551D1B", new byte[] { 2, 1, 1 })] // only what has changed
    public void AListOfAnotherKindIsRefused(string extension, byte[] value)
    {
        SocketInputException failure = Assert.Throws<SocketInputException>(() => Load(Sign(value, extension)));

        Assert.Equal("CertificateNotUsable", failure.ErrorId);
        Assert.Contains("2.5.29.2", failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("no list")]
    [InlineData("-----BEGIN X509 CRL-----\nMAMCAQE=\n-----END X509 CRL-----")]
    [InlineData("-----BEGIN CERTIFICATE-----\nMAMCAQE=\n-----END CERTIFICATE-----")]
    public void WhatIsNoListIsRefused(string text)
    {
        SocketInputException failure = Assert.Throws<SocketInputException>(() => Load(System.Text.Encoding.ASCII.GetBytes(text)));

        Assert.Equal("CertificateNotUsable", failure.ErrorId);
    }

    [Fact]
    public void ACutListIsRefusedWhereverItIsCut()
    {
        byte[] bytes = Build();
        for (int length = 0; length < bytes.Length; length++)
        {
            Assert.Throws<SocketInputException>(() => Load(bytes[..length]));
        }
    }

    private static byte[] Build()
    {
        CertificateRevocationListBuilder builder = new();
        builder.AddEntry(s_revoked, s_day, X509RevocationReason.KeyCompromise);
        builder.AddEntry(new byte[] { 5 }, s_day);
        return builder.Build(s_root, 1, DateTimeOffset.UtcNow.AddDays(1), HashAlgorithmName.SHA256);
    }

    // A list with one critical extension of one's own, which .NET's builder cannot make.
    private static byte[] Sign(byte[] value, string extension)
    {
        AsnWriter body = new(AsnEncodingRules.DER);
        using (body.PushSequence())
        {
            body.WriteInteger(1);
            WriteAlgorithm(body);
            body.WriteEncodedValue(s_root.SubjectName.RawData);
            body.WriteUtcTime(DateTimeOffset.UtcNow.AddMinutes(-1));
            body.WriteUtcTime(DateTimeOffset.UtcNow.AddDays(1));
            using (body.PushSequence(new Asn1Tag(TagClass.ContextSpecific, 0)))
            using (body.PushSequence())
            using (body.PushSequence())
            {
                body.WriteEncodedValue([6, 3, .. Convert.FromHexString(extension)]);
                body.WriteBoolean(true);
                body.WriteOctetString(value);
            }
        }

        using ECDsa key = s_root.GetECDsaPrivateKey()!;
        AsnWriter list = new(AsnEncodingRules.DER);
        using (list.PushSequence())
        {
            list.WriteEncodedValue(body.Encode());
            WriteAlgorithm(list);
            list.WriteBitString(key.SignData(body.Encode(), HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence));
        }

        return list.Encode();
    }

    private static void WriteAlgorithm(AsnWriter writer)
    {
        using (writer.PushSequence())
        {
            writer.WriteObjectIdentifier("1.2.840.10045.4.3.2");
        }
    }

    private List<RevocationList> Load(byte[] bytes)
    {
        File.WriteAllBytes(_path, bytes);
        return RevocationList.Load(_path);
    }
}
