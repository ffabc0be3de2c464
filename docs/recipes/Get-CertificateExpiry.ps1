#Requires -Version 7.4

<#
.SYNOPSIS
    Tells until when the certificates of servers are valid, and what is wrong with them.
.DESCRIPTION
    All servers are connected at the same time. The check of their certificates is skipped, because bad certificates are
    what this script looks for; it sends nothing secret.

    Some protocols begin with plain text and change to TLS when the client asks: -StartTls names the protocol. What the
    server says before is read to its end, since plain bytes that are left over are an error of Protect-Socket.

    A server that cannot be reached, or does not come to speak TLS, is an error that names it and the reason, and the others
    go on: -ErrorVariable collects these. Of a certificate that is not valid, property Errors says why.
.PARAMETER Server
    Hosts and ports, such as example.org:443.
.PARAMETER StartTls
    How to change to TLS: Smtp (RFC 3207) or PostgreSql (its SSLRequest). Without it the server speaks TLS at once.
.PARAMETER TrustedCertificate
    Files with the roots that are trusted instead of the system's.
.PARAMETER TimeoutSeconds
    How long to wait for each step.
.EXAMPLE
    ./Get-CertificateExpiry.ps1 localhost:443 | Format-List
.EXAMPLE
    'localhost:25', 'localhost:587' |
        ./Get-CertificateExpiry.ps1 -StartTls Smtp | Sort-Object Expires
.OUTPUTS
    For each server that speaks TLS an object: Server, Expires, Days, Subject, Issuer, Errors.
#>
[CmdletBinding()]
param(
    [Parameter(Mandatory, Position = 0, ValueFromPipeline)] [string[]] $Server,
    [ValidateSet('None', 'Smtp', 'PostgreSql')] [string] $StartTls = 'None',
    [string[]] $TrustedCertificate,
    [ValidateRange(0.001, 3600)] [double] $TimeoutSeconds = 5
)

begin {
    if (-not (Get-Command New-Socket -ErrorAction Ignore)) {
        Import-Module $PSScriptRoot/../../output/PSSockets
    }
    $timeout = @{ TimeoutSeconds = $TimeoutSeconds; ErrorAction = 'Stop' }
    $trust = $TrustedCertificate ? @{ TrustedCertificate = $TrustedCertificate } : @{}
    $servers = [System.Collections.Generic.List[string]]::new()

    # A reply of SMTP: its last line has a space after the code.
    function Receive-SmtpReply {
        param([System.Net.Sockets.Socket] $Socket, [string] $Code)

        do {
            $line = Receive-SocketData $Socket -Line @timeout
        } while ($line -like '???-*')
        if ($line -notlike "$Code*") {
            throw "the server answered: $($line ?? 'nothing')"
        }
    }

    function Start-Tls {
        [Diagnostics.CodeAnalysis.SuppressMessageAttribute('PSUseShouldProcessForStateChangingFunctions', '', Justification = 'It changes a connection that is about to be closed.')]
        param([System.Net.Sockets.Socket] $Socket)

        switch ($StartTls) {
            'Smtp' {
                Receive-SmtpReply $Socket 220
                Send-SocketData $Socket "EHLO $(Get-SocketHostName)" -NewLineText CRLF @timeout
                Receive-SmtpReply $Socket 250
                Send-SocketData $Socket 'STARTTLS' -NewLineText CRLF @timeout
                Receive-SmtpReply $Socket 220
            }
            'PostgreSql' {
                # A length of 8 bytes, and the number that asks for TLS. The answer is one letter.
                Send-SocketData $Socket (ConvertTo-NetworkOrder 8, 80877103 -AsByteArray) @timeout
                $answer = Receive-SocketData $Socket -Length 1 -AsText @timeout
                if ($answer -cne 'S') {
                    throw "the server has no TLS, and answered: $answer"
                }
            }
        }
    }
}

process {
    $servers.AddRange($Server)
}

end {
    $servers | Connect-Socket -TimeoutSeconds $TimeoutSeconds | ForEach-Object {
        $socket = $_
        $name = "$($socket.RemoteEndPoint)"
        try {
            Start-Tls $socket
            Protect-Socket $socket -SkipCertificateCheck @trust @timeout
            $tls = $socket.Tls
            [pscustomobject] @{
                Server  = "$($tls.TargetHost):$($socket.RemoteEndPoint.Port)"
                Expires = $tls.RemoteCertificate.NotAfter
                Days    = [int] [System.Math]::Floor(($tls.RemoteCertificate.NotAfter - [datetime]::Now).TotalDays)
                Subject = $tls.RemoteCertificate.Subject
                Issuer  = $tls.RemoteCertificate.Issuer
                Errors  = $tls.CertificateErrors
            }
        }
        catch {
            Write-Error "${name}: $_"
        }
        finally {
            Close-Socket $socket
        }
    }
}
