#Requires -Version 7.4

<#
.SYNOPSIS
    A TLS server for many clients at a time, which sends back what it hears.
.DESCRIPTION
    It is one pipeline: the first part accepts clients, the second serves each in a runspace of its own, from the handshake
    to the end. A client whose handshake fails is a warning, and keeps nobody else waiting.

    Without -Certificate it makes one for localhost, and writes it to -CertificateFile, if that is given, for the clients to
    trust. With -TrustedCertificate only clients get in that have a certificate issued by one of these (mutual TLS).

    When -ThrottleLimit clients are served, the next one waits. Ctrl+C ends the server.
.PARAMETER LocalEndPoint
    Where to wait for clients.
.PARAMETER Certificate
    The PEM or PFX file of the server's certificate with its private key.
.PARAMETER CertificateFile
    Where to write the certificate that is made, without its key.
.PARAMETER TrustedCertificate
    Files with the roots that issue the clients' certificates.
.PARAMETER ThrottleLimit
    How many clients are served at a time.
.PARAMETER TimeoutSeconds
    How long a handshake may take.
.EXAMPLE
    ./Start-TlsEchoServer.ps1 127.0.0.1:8443 -CertificateFile ./server.pem
.EXAMPLE
    ./Start-TlsEchoServer.ps1 127.0.0.1:8443 -TrustedCertificate ./clients.pem
.OUTPUTS
    A line when it waits, and two for each client.
#>
[CmdletBinding()]
param(
    [Parameter(Position = 0)] [string] $LocalEndPoint = '127.0.0.1:8443',
    [string] $Certificate,
    [string] $CertificateFile,
    [string[]] $TrustedCertificate,
    [ValidateRange(1, 500)] [int] $ThrottleLimit = 50,
    [ValidateRange(0.001, 3600)] [double] $TimeoutSeconds = 10
)

$ErrorActionPreference = 'Stop'
if (-not (Get-Command New-Socket -ErrorAction Ignore)) {
    Import-Module $PSScriptRoot/../../output/PSSockets
}
$module = "$((Get-Module PSSockets).ModuleBase)/PSSockets.psd1"

$protect = @{ AsServer = $true; TimeoutSeconds = $TimeoutSeconds; Certificate = $Certificate ? $Certificate : (New-SocketCertificate) }
if ($CertificateFile) {
    Set-Content -LiteralPath $CertificateFile -Value $protect.Certificate.ExportCertificatePem()
}
if ($TrustedCertificate) {
    $protect += @{ RequireClientCertificate = $true; TrustedCertificate = $TrustedCertificate }
}

$open = [hashtable]::Synchronized(@{})
$listener = Start-SocketListener -LocalEndPoint $LocalEndPoint
try {
    "waiting on $($listener.LocalEndPoint)"
    & {
        while ($true) {
            Receive-SocketConnection $listener -Continuous -TimeoutSeconds 0.5

            # What runspaces write goes on when the pipeline brings them something: this, when it is quiet.
            $null
        }
    } | ForEach-Object {
        if ($_) {
            $open[$_] = $true
        }
        $_
    } | ForEach-Object -ThrottleLimit $ThrottleLimit -Parallel {
        if (-not $_) {
            return
        }
        if (-not (Get-Module PSSockets)) {
            Import-Module $using:module
        }
        $client, $protect, $open = $_, $using:protect, $using:open
        $name = "$($client.RemoteEndPoint)"
        try {
            Protect-Socket $client @protect -ErrorAction Stop
            "$name speaks $($client.Tls.Protocol) and is $($client.Tls.RemoteCertificate.Subject ?? 'anybody')"
            Receive-SocketData $client -Continuous -ErrorAction Stop | Send-SocketData $client -ErrorAction Stop
            "$name has ended"
        }
        catch {
            Write-Warning "${name}: $_"
        }
        finally {
            Close-Socket $client
            $open.Remove($client)
        }
    }
}
finally {
    Close-Socket $listener
    $open.Clone().Keys | Close-Socket
}
