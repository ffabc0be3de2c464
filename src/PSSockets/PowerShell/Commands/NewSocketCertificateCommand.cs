using System.Management.Automation;
using System.Net;
using System.Security.Cryptography.X509Certificates;
using PSSockets.Certificates;
using PSSockets.Errors;
using PSSockets.Parameters;

namespace PSSockets.Commands;

/// <summary>Makes a certificate with its private key, for tests and private services.</summary>
[Cmdlet(VerbsCommon.New, "SocketCertificate", SupportsShouldProcess = true, HelpUri = HelpAddress.Root + "New-SocketCertificate.md")]
[OutputType(typeof(X509Certificate2))]
public sealed class NewSocketCertificateCommand : GuardedCommand
{
    private const double LongestLife = 36525;

    /// <summary>The host names that it is for; the first is its subject.</summary>
    [Parameter(Position = 0)]
    [ValidateNotNullOrEmpty]
    public string[] DnsName { get; set; } = [];

    /// <summary>The addresses that it is for.</summary>
    [Parameter(Position = 1)]
    [ValidateNotNullOrEmpty]
    public IPAddress[] IPAddress { get; set; } = [];

    /// <summary>How many days it is valid.</summary>
    [Parameter(Position = 2)]
    [ValidateRange(0.0, LongestLife)]
    public double Days { get; set; } = 30;

    /// <summary>Who issues it, with its private key; without one it issues itself.</summary>
    [Parameter(Position = 3)]
    [ValidateNotNull]
    public X509Certificate2? Issuer { get; set; }

    /// <summary>Makes one that can issue others.</summary>
    [Parameter]
    public SwitchParameter CertificateAuthority { get; set; }

    /// <summary>The file that the certificate and its private key are written to, as PEM.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? OutFile { get; set; }

    /// <summary>Replaces a file that is there.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <inheritdoc />
    protected override void ProcessInput()
    {
        bool isNamed = DnsName.Length > 0 || IPAddress.Length > 0;
        string[] names = isNamed ? DnsName : CertificateAuthority ? ["PSSockets authority"] : ["localhost"];
        IPAddress[] addresses = isNamed || CertificateAuthority ? IPAddress : [System.Net.IPAddress.Loopback, System.Net.IPAddress.IPv6Loopback];
        string? path = OutFile is null ? null : UserPath.ResolveFile(SessionState, OutFile);
        if (path is not null && !ShouldProcess(path, "Write the certificate and its private key"))
        {
            return;
        }

        X509Certificate2 certificate = Make(names, addresses);
        if (path is not null)
        {
            OwnCertificate.Save(path, CertificateMaker.ToPem(certificate), Force);
        }

        WriteObject(certificate);
    }

    private X509Certificate2 Make(string[] names, IPAddress[] addresses)
    {
        try
        {
            return CertificateMaker.Make(names, addresses, Days, Issuer, CertificateAuthority);
        }
        catch (ArgumentException exception) when (exception is not SocketInputException)
        {
            throw new SocketInputException(ErrorIds.InvalidArgument, $"the names are not usable: {exception.Message}", "Give host names such as example.org or *.example.org.", DnsName);
        }
    }
}
