#Requires -Version 7.4

<#
.SYNOPSIS
    Finds services in the local network by asking a multicast group, as SSDP does.
.DESCRIPTION
    Nobody has to know an address: the question goes to a group, every service in the group hears it, and those that are
    meant answer to whoever asked. The messages are those of SSDP (UPnP Device Architecture 1.1, section 1.3): a line, and
    header lines as in HTTP, one datagram each. Publish-MulticastService.ps1 is the other side.

    The question is sent twice, because a datagram may get lost; who answers twice is written once.

    Without -Interface the question stays on this machine. A warning says that nobody has answered.
.PARAMETER ServiceType
    What to look for. ssdp:all finds everything.
.PARAMETER Group
    The group and its port.
.PARAMETER Interface
    The network to ask in: one of the addresses of this machine there, or the name or number of the interface.
.PARAMETER TimeoutSeconds
    How long to wait for answers.
.EXAMPLE
    ./Find-MulticastService.ps1
.EXAMPLE
    ./Find-MulticastService.ps1 urn:x:service:clock:1 -Interface eth0
.OUTPUTS
    An object for each service: ServiceType, Name, Location, and the RemoteEndPoint that answered.
#>
[CmdletBinding()]
param(
    [Parameter(Position = 0)] [string] $ServiceType = 'ssdp:all',
    [string] $Group = '239.255.255.250:1900',
    [string] $Interface = '127.0.0.1',
    [ValidateRange(0.1, 60)] [double] $TimeoutSeconds = 2
)

$ErrorActionPreference = 'Stop'
if (-not (Get-Command New-Socket -ErrorAction Ignore)) {
    Import-Module $PSScriptRoot/../../output/PSSockets
}

# MX is how many seconds a service may take to answer, so that not all of a large network do at once.
$question = @(
    'M-SEARCH * HTTP/1.1'
    "HOST: $Group"
    'MAN: "ssdp:discover"'
    "MX: $([Math]::Max(1, [Math]::Floor($TimeoutSeconds)))"
    "ST: $ServiceType"
    ''
    ''
) -join "`r`n"

$socket = New-Socket IPv4 Datagram
try {
    Set-SocketOption $socket MulticastInterface $Interface
    Send-Datagram $socket $question, $question $Group

    # Who asks does not join the group: the answers come to the port from which the question went.
    $seen = @{}
    $clock = [System.Diagnostics.Stopwatch]::StartNew()
    while (($left = $TimeoutSeconds - $clock.Elapsed.TotalSeconds) -gt 0 -and (Wait-Socket $socket -TimeoutSeconds $left)) {
        $answer = Receive-Datagram $socket
        $status, $lines = $answer.Text -split '\r?\n'
        if ($status -notmatch '^HTTP/1\.\d 200') {
            continue
        }
        $header = @{}
        foreach ($line in $lines) {
            if ($line -match '^([^:\s]+)\s*:\s*(.*?)\s*$') {
                $header[$Matches[1]] = $Matches[2]
            }
        }
        $key = "$($answer.RemoteEndPoint) $($header['USN']) $($header['ST'])"
        if (-not $seen[$key]) {
            $seen[$key] = $true
            [pscustomobject]@{
                ServiceType    = $header['ST']
                Name           = $header['USN']
                Location       = $header['LOCATION']
                RemoteEndPoint = $answer.RemoteEndPoint
            }
        }
    }
    if ($seen.Count -eq 0) {
        $where = $Interface -like '127.*' ? ', and only this machine was asked (-Interface names another network)' : ''
        Write-Warning "Nobody in $Group has answered within $TimeoutSeconds s$where."
    }
}
finally {
    Close-Socket $socket
}
