# The other side of TLS streams, by .NET alone, and certificates that are not as they should be: dot-sourced after Common.ps1.

[Diagnostics.CodeAnalysis.SuppressMessageAttribute('PSUseShouldProcessForStateChangingFunctions', '', Scope = 'Function', Target = '*', Justification = 'Helpers of tests: nobody runs them with -WhatIf.')]
param()

# Two ends of a TCP connection: ours and the other, of which the module knows nothing.
function New-TcpPair {
    $listener = [System.Net.Sockets.TcpListener]::new([ipaddress]::Loopback, 0)
    $listener.Start()
    $ours = Connect-Socket $listener.LocalEndpoint -TimeoutSeconds 5
    $other = $listener.AcceptSocket()
    $listener.Stop()
    $other.NoDelay = $true
    $ours, $other
}

# A server by .NET's SslStream, whose handshake has begun: Stream and Handshake (a Task).
function Start-RawTlsServer {
    param(
        [Parameter(Mandatory, Position = 0)] $Socket,
        [Parameter(Mandatory, Position = 1)] $Certificate,
        [hashtable] $Option = @{}
    )

    $settings = [System.Net.Security.SslServerAuthenticationOptions] @{ ServerCertificate = $Certificate; AllowRenegotiation = $false }
    foreach ($key in $Option.Keys) {
        $settings.$key = $Option.$key
    }
    $stream = [System.Net.Security.SslStream]::new([System.Net.Sockets.NetworkStream]::new($Socket, $false))
    @{ Stream = $stream; Handshake = $stream.AuthenticateAsServerAsync($settings, [System.Threading.CancellationToken]::None) }
}

# A client by .NET's SslStream.
function Start-RawTlsClient {
    param(
        [Parameter(Mandatory, Position = 0)] $Socket,
        [Parameter(Mandatory, Position = 1)] $Trusted,
        [string] $TargetHost = 'localhost',
        [hashtable] $Option = @{}
    )

    $policy = [System.Security.Cryptography.X509Certificates.X509ChainPolicy] @{ TrustMode = 'CustomRootTrust'; RevocationMode = 'NoCheck' }
    $null = $policy.CustomTrustStore.Add($Trusted)
    $settings = [System.Net.Security.SslClientAuthenticationOptions] @{ TargetHost = $TargetHost; CertificateChainPolicy = $policy }
    foreach ($key in $Option.Keys) {
        $settings.$key = $Option.$key
    }
    $stream = [System.Net.Security.SslStream]::new([System.Net.Sockets.NetworkStream]::new($Socket, $false))
    @{ Stream = $stream; Handshake = $stream.AuthenticateAsClientAsync($settings, [System.Threading.CancellationToken]::None) }
}

# A protected stream: our socket, and the other side by .NET.
function New-TlsPair {
    param(
        [Parameter(Mandatory, Position = 0)] $Certificate,
        [switch] $AsServer,
        [hashtable] $Option = @{},
        [hashtable] $Parameter = @{}
    )

    $ours, $other = New-TcpPair
    if ($AsServer) {
        $raw = Start-RawTlsClient $other $Certificate -Option $Option
        Protect-Socket $ours -AsServer -Certificate $Certificate -TimeoutSeconds 10 -ErrorAction Stop @Parameter
    }
    else {
        $raw = Start-RawTlsServer $other $Certificate -Option $Option
        Protect-Socket $ours localhost -TrustedCertificate $Certificate -TimeoutSeconds 10 -ErrorAction Stop @Parameter
    }
    $null = $raw.Handshake.Wait(10000)
    @{ Socket = $ours; Other = $other; Stream = $raw.Stream }
}

# A certificate with what New-SocketCertificate does not make: dates, a purpose, another kind of key.
function New-OddCertificate {
    param(
        [double] $FromDays = -1,
        [double] $ToDays = 1,
        [string] $Purpose = '1.3.6.1.5.5.7.3.1',
        [int] $RsaBits,
        $Issuer
    )

    $key = $RsaBits ? [System.Security.Cryptography.RSA]::Create($RsaBits) : [System.Security.Cryptography.ECDsa]::Create([System.Security.Cryptography.ECCurve]::CreateFromFriendlyName('nistP256'))
    $request = $RsaBits ? [System.Security.Cryptography.X509Certificates.CertificateRequest]::new('CN=localhost', $key, 'SHA256', [System.Security.Cryptography.RSASignaturePadding]::Pkcs1) :
        [System.Security.Cryptography.X509Certificates.CertificateRequest]::new('CN=localhost', $key, [System.Security.Cryptography.HashAlgorithmName]::SHA256)
    $names = [System.Security.Cryptography.X509Certificates.SubjectAlternativeNameBuilder]::new()
    $names.AddDnsName('localhost')
    $request.CertificateExtensions.Add($names.Build())
    $purposes = [System.Security.Cryptography.OidCollection]::new()
    $null = $purposes.Add([System.Security.Cryptography.Oid]::new($Purpose))
    $request.CertificateExtensions.Add([System.Security.Cryptography.X509Certificates.X509EnhancedKeyUsageExtension]::new($purposes, $false))
    $from, $to = [datetimeoffset]::Now.AddDays($FromDays), [datetimeoffset]::Now.AddDays($ToDays)
    if ($Issuer) {
        $extensions = [System.Security.Cryptography.X509Certificates.ECDsaCertificateExtensions]
        return $extensions::CopyWithPrivateKey($request.Create($Issuer, $from, $to, [byte[]](1, 2, 3)), $key)
    }
    $request.CreateSelfSigned($from, $to)
}
