#Requires -Version 7.4

<#
.SYNOPSIS
    Gets a page over HTTPS, and tells what the server said.
.DESCRIPTION
    One request of HTTP/1.0, which is answered in one piece that ends when the server closes. The server's certificate is
    checked for the host of the address. A page that was cut, since the server did not say that it has ended, is an error.
.PARAMETER Uri
    The address of the page.
.PARAMETER TrustedCertificate
    Files with the roots that are trusted instead of the system's.
.PARAMETER Proxy
    The proxy through which to connect, such as http://proxy.example.org:3128.
.PARAMETER TimeoutSeconds
    How long to wait for each step.
.EXAMPLE
    ./Get-HttpsPage.ps1 https://localhost/
.EXAMPLE
    $trust = @{ TrustedCertificate = './root.pem' }
    (./Get-HttpsPage.ps1 https://localhost/ @trust).Body
.OUTPUTS
    An object: Status, Header (the lines), Body (text).
#>
[CmdletBinding()]
param(
    [Parameter(Mandatory, Position = 0)] [ValidateScript({ $_.Scheme -eq 'https' }, ErrorMessage = "'{0}' does not begin with https://.")] [uri] $Uri,
    [string[]] $TrustedCertificate,
    [string] $Proxy,
    [ValidateRange(0.001, 3600)] [double] $TimeoutSeconds = 10
)

$ErrorActionPreference = 'Stop'
if (-not (Get-Command New-Socket -ErrorAction Ignore)) {
    Import-Module $PSScriptRoot/../../output/PSSockets
}

$timeout = @{ TimeoutSeconds = $TimeoutSeconds }
$trust = $TrustedCertificate ? @{ TrustedCertificate = $TrustedCertificate } : @{}
$way = $Proxy ? @{ Proxy = $Proxy } : @{}
$socket = Connect-Socket $Uri.DnsSafeHost $Uri.Port @way @timeout
try {
    Protect-Socket $socket -ApplicationProtocol http/1.1 @trust @timeout
    $request = "GET $($Uri.PathAndQuery) HTTP/1.0", "Host: $($Uri.Authority)", ''
    Send-SocketData $socket $request -NewLineText CRLF @timeout

    $status = Receive-SocketData $socket -Line @timeout
    $header = @(while ($line = Receive-SocketData $socket -Line @timeout) { $line })
    $body = Receive-SocketData $socket -ToEnd -AsText -WarningAction Stop @timeout
    [pscustomobject] @{ Status = $status; Header = $header; Body = $body }
}
finally {
    Close-Socket $socket
}
