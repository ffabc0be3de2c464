#Requires -Version 7.4

<#
.SYNOPSIS
    Makes a service known in the local network: joins a multicast group and answers those who ask, as SSDP does.
.DESCRIPTION
    The script announces the service to the group (ssdp:alive), answers every question that means it, and takes its leave
    (ssdp:byebye) when Ctrl+C ends it. Find-MulticastService.ps1 asks. The messages are those of SSDP (UPnP Device
    Architecture 1.1, section 1): a line, and header lines as in HTTP, one datagram each.

    An answer goes out at once. In a large network services wait for a random part of the MX seconds that the question
    allows.

    Without -Interface the service is known on this machine only. Several programs may share the group's port.
.PARAMETER ServiceType
    What the service is. A question for it, or for ssdp:all, is answered.
.PARAMETER Location
    Where the service can be reached, which is what the others want to know.
.PARAMETER Name
    The name of this one service. Without it, a random one.
.PARAMETER Group
    The group and its port.
.PARAMETER Interface
    The network to be known in: one of the addresses of this machine there, or the name or number of the interface.
.EXAMPLE
    ./Publish-MulticastService.ps1 urn:x:clock:1 http://127.0.0.1:8080/
.EXAMPLE
    ./Publish-MulticastService.ps1 clock http://192.0.2.7 -Interface eth0
.OUTPUTS
    A line when it waits, and one for each answer.
#>
[CmdletBinding()]
param(
    [Parameter(Mandatory, Position = 0)] [string] $ServiceType,
    [Parameter(Mandatory, Position = 1)] [string] $Location,
    [string] $Name = "uuid:$([guid]::NewGuid())::$ServiceType",
    [string] $Group = '239.255.255.250:1900',
    [string] $Interface = '127.0.0.1'
)

$ErrorActionPreference = 'Stop'
if (-not (Get-Command New-Socket -ErrorAction Ignore)) {
    Import-Module $PSScriptRoot/../../output/PSSockets
}

$address = New-SocketAddress -EndPoint $Group
$alive = "NOTIFY * HTTP/1.1`r`nHOST: $Group`r`nCACHE-CONTROL: max-age=1800`r`nLOCATION: $Location`r`n" +
    "NT: $ServiceType`r`nNTS: ssdp:alive`r`nUSN: $Name`r`n`r`n"
$leave = "NOTIFY * HTTP/1.1`r`nHOST: $Group`r`nNT: $ServiceType`r`nNTS: ssdp:byebye`r`nUSN: $Name`r`n`r`n"
$answer = "HTTP/1.1 200 OK`r`nCACHE-CONTROL: max-age=1800`r`nEXT:`r`nLOCATION: $Location`r`n" +
    "ST: $ServiceType`r`nUSN: $Name`r`n`r`n"

# The socket that listens has the group's port, which others may have too. Answers come from a port of their own.
$listener = New-Socket IPv4 Datagram -ReuseAddress
$sender = New-Socket IPv4 Datagram
try {
    Register-SocketAddress $listener "0.0.0.0:$($address.Port)"
    Add-SocketMulticastGroup $listener $address.Address -Interface $Interface
    Set-SocketOption $sender MulticastInterface $Interface
    Send-Datagram $sender $alive $address
    "waiting on $Group"

    Receive-Datagram $listener -Continuous | ForEach-Object {
        # The port also hears what is sent to another group, or to this machine alone.
        $isQuestion = "$($_.LocalAddress)" -eq "$($address.Address)" -and
            $_.Text -match '^M-SEARCH \* HTTP/1\.1\r?\n' -and $_.Text -match '(?m)^MAN:\s*"ssdp:discover"\s*$' -and
            $_.Text -match '(?m)^ST:\s*(.*?)\s*$'
        if ($isQuestion -and $Matches[1] -in 'ssdp:all', $ServiceType) {
            Send-Datagram $sender $answer $_.RemoteEndPoint -ErrorAction Continue
            "answered $($_.RemoteEndPoint)"
        }
    }
}
finally {
    Send-Datagram $sender $leave $address -ErrorAction Ignore
    Close-Socket $listener, $sender
}
