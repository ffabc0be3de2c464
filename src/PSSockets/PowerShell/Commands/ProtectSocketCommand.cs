using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Management.Automation;
using System.Net;
using System.Net.Sockets;
using System.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using PSSockets.Certificates;
using PSSockets.Channels;
using PSSockets.Errors;
using PSSockets.Parameters;
using PSSockets.Sockets;
using PSSockets.Streams;
using PSSockets.Waiting;

namespace PSSockets.Commands;

/// <summary>Makes connected streams speak TLS from here on: RFC 8446, RFC 5246.</summary>
[Cmdlet(VerbsSecurity.Protect, "Socket", HelpUri = HelpAddress.Root + "Protect-Socket.md")]
[OutputType(typeof(Socket))]
public sealed class ProtectSocketCommand : WaitingSocketCommand
{
    private const int LongestProtocol = 255;

    private AttemptGate _gate = null!;
    private OwnCertificate? _certificate;
    private List<RevocationList>? _revocationLists;

    /// <summary>The name that the peer's certificate must carry; without it the name or address that the socket was connected to.</summary>
    [Parameter(Position = 1)]
    [ValidateNotNullOrEmpty]
    public string? TargetHost { get; set; }

    /// <summary>Takes the part of the server; the peer begins.</summary>
    [Parameter]
    public SwitchParameter AsServer { get; set; }

    /// <summary>This side's certificate with its private key: an <c>X509Certificate2</c>, or the path of a PEM or PFX file.</summary>
    [Parameter]
    [ValidateNotNull]
    public object? Certificate { get; set; }

    /// <summary>The PEM file of the certificate's private key, where that is in a file of its own.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? CertificateKey { get; set; }

    /// <summary>The password of the PFX file or of the private key.</summary>
    [Parameter]
    [ValidateNotNull]
    public SecureString? CertificatePassword { get; set; }

    /// <summary>This side's certificate, by its thumbprint in a certificate store.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? CertificateThumbprint { get; set; }

    /// <summary>These roots are trusted instead of the system's: certificates, or paths of files with certificates.</summary>
    [Parameter]
    [CertificatesTransformation]
    [ValidateNotNullOrEmpty]
    public X509Certificate2[] TrustedCertificate { get; set; } = [];

    /// <summary>Files with the lists of revoked certificates in which the peer's is looked up: PEM or DER.</summary>
    [Parameter]
    [Alias("CrlFile")]
    [ValidateNotNullOrEmpty]
    public string[] CertificateRevocationList { get; set; } = [];

    /// <summary>Takes any certificate of the peer; property Tls then says what is wrong with it.</summary>
    [Parameter]
    public SwitchParameter SkipCertificateCheck { get; set; }

    /// <summary>A server lets only clients with a certificate in.</summary>
    [Parameter]
    public SwitchParameter RequireClientCertificate { get; set; }

    /// <summary>The versions; without it those that the system has on.</summary>
    [Parameter]
    [ValidateOneOf("Default", "Tls", "Tls11", "Tls12", "Tls13")]
    [ArgumentCompleter(typeof(SslProtocolCompleter))]
    public string[] SslProtocol { get; set; } = ["Default"];

    /// <summary>The protocols to agree on (ALPN), the best first.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string[] ApplicationProtocol { get; set; } = [];

    /// <summary>Writes each socket that is protected.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    /// <inheritdoc />
    protected override void BeginProcessing()
    {
        base.BeginProcessing();
        _gate = new AttemptGate(Limit);
    }

    /// <inheritdoc />
    protected override void ProcessSocket(Socket socket)
    {
        StreamSocket.Check("TLS handshake", socket, "datagrams as they are: TLS needs a stream");
        _certificate ??= ReadCertificate();
        _revocationLists ??= [.. CertificateRevocationList.SelectMany(path => RevocationList.Load(UserPath.ResolveFile(SessionState, path)))];
        if (AsServer && _certificate is null)
        {
            throw Wrong("a TLS server needs a certificate", "Give one with -Certificate; New-SocketCertificate makes one for tests.", socket);
        }

        if (Array.Find(ApplicationProtocol, static name => Encoding.UTF8.GetByteCount(name) > LongestProtocol) is string protocol)
        {
            throw Wrong(
                $"the name of an application protocol has {Encoding.UTF8.GetByteCount(protocol)} bytes, and TLS carries {LongestProtocol}", "Names are such as http/1.1, h2, mqtt.", protocol);
        }

        if (RequireClientCertificate && !AsServer)
        {
            throw Wrong("-RequireClientCertificate is for -AsServer", "A client always asks for the server's certificate.", socket);
        }

        TlsOptions options = new()
        {
            IsServer = AsServer,
            TargetHost = AsServer ? string.Empty : HostOf(socket),
            Certificate = _certificate,
            SkipCertificateCheck = SkipCertificateCheck,
            Protocols = Protocols(),
            Trusted = TrustedCertificate,
            RevocationLists = _revocationLists,
            RequireClientCertificate = RequireClientCertificate,
            ApplicationProtocols = ApplicationProtocol,
        };
        if (_gate.IsShut)
        {
            throw CallFailure.Of("TLS handshake", Transport.AddressForErrors(socket), SocketError.TimedOut, socket, $"it was not tried {Limit.WithinTotal}");
        }

        _gate.Pass();
        TlsInfo session = new TlsHandshake(Transport, socket, options).Run(Limit);
        NoteCall(() => $"TLS handshake = {session}");
        if (session.CertificateErrors.Length > 0)
        {
            NoteCall(() => $"the certificate check is skipped, and nobody knows who the peer is: {string.Join("; ", session.CertificateErrors)}");
        }

        if (PassThru)
        {
            WriteObject(socket);
        }
    }

    private OwnCertificate? ReadCertificate()
    {
        string? password = CertificatePassword is null ? null : new NetworkCredential(string.Empty, CertificatePassword).Password;
        if ((CertificateKey is not null || password is not null) && PayloadInput.Unwrap(Certificate) is not (string or FileInfo))
        {
            string parameter = CertificateKey is null ? nameof(CertificatePassword) : nameof(CertificateKey);
            throw Wrong($"-{parameter} belongs to a file of -Certificate", "Give the path of the certificate's file with -Certificate.", parameter);
        }

        if (CertificateThumbprint is not null)
        {
            return Certificate is null
                ? OwnCertificate.Find(CertificateThumbprint)
                : throw Wrong("-Certificate and -CertificateThumbprint exclude each other", "Give one of them.", CertificateThumbprint);
        }

        return PayloadInput.Unwrap(Certificate) switch
        {
            null => null,
            X509Certificate2 certificate => OwnCertificate.Of(certificate),
            string path => OwnCertificate.Load(
                UserPath.ResolveFile(SessionState, path), CertificateKey is null ? null : UserPath.ResolveFile(SessionState, CertificateKey), password),
            FileInfo file => OwnCertificate.Load(file.FullName, CertificateKey is null ? null : UserPath.ResolveFile(SessionState, CertificateKey), password),
            var other => throw Wrong($"{InputText.Describe(other)} is not a certificate", "Give an X509Certificate2, or the path of a PEM or PFX file.", other),
        };
    }

    private string HostOf(Socket socket)
    {
        SocketRecord record = socket;
        string? host = TargetHost ?? record.HostName ?? (Transport.RemoteEndPoint(record) as IPEndPoint)?.Address switch
        {
            { IsIPv4MappedToIPv6: true } address => address.MapToIPv4().ToString(),
            // Without the interface, which no certificate has.
            { } address => new IPAddress(address.GetAddressBytes()).ToString(),
            _ => null,
        };
        if (host is null && !SkipCertificateCheck && Transport.IsConnected(record))
        {
            throw Wrong("the peer has no name that its certificate could carry", "Give the name with -TargetHost.", socket);
        }

        host = host?.TrimEnd('.') ?? string.Empty;
        return TargetHost is null || IsHostName(host) ? host
            : throw Wrong($"'{PrintableText.From(TargetHost)}' is not a host name", "Give the name alone that the certificate must carry, as in example.org: without a port, and no URL.", TargetHost);
    }

    // As .NET has it: each part of a name has at most 63 characters. Of an address in brackets it takes a port too.
    private static bool IsHostName(string host)
    {
        try
        {
            return IPAddress.TryParse(host, out _)
                ? !host.StartsWith('[') || host.EndsWith(']')
                : host.All(IsOfName) && new IdnMapping().GetAscii(host).Length > 0;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }

    private static bool IsOfName(char letter) =>
        char.IsAscii(letter) ? char.IsAsciiLetterOrDigit(letter) || letter is '-' or '_' or '.' : !char.IsWhiteSpace(letter);

    // The names are .NET's, but for Default, which means something else there.
    [SuppressMessage("Security", "CA5397", Justification = "The user names the versions.")]
    private SslProtocols Protocols()
    {
        SslProtocols all = SslProtocols.None;
        foreach (string name in SslProtocol)
        {
            if (!name.Equals("Default", StringComparison.OrdinalIgnoreCase))
            {
                all |= Enum.Parse<SslProtocols>(name, ignoreCase: true);
            }
        }

        return all;
    }

    private static SocketInputException Wrong(string problem, string remedy, object target) => new(ErrorIds.InvalidArgument, problem, remedy, target);
}
