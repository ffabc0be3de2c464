#Requires -Version 7.4

<#
.SYNOPSIS
    An echo server in one pipeline: whatever comes goes back to whoever sent it.
.DESCRIPTION
    Each received datagram knows its socket and its sender, so Send-Datagram needs neither. Ctrl+C ends it.
.EXAMPLE
    ./Start-EchoServer.ps1 -LocalEndPoint '[::1]:55555'
#>
[CmdletBinding()]
param(
    [string] $LocalEndPoint = '[::1]:55555'
)

$ErrorActionPreference = 'Stop'
if (-not (Get-Command New-Socket -ErrorAction Ignore)) {
    Import-Module $PSScriptRoot/../output/PSSockets
}

$address = New-SocketAddress -EndPoint $LocalEndPoint
$socket = New-Socket $address.AddressFamily | Register-SocketAddress $address -PassThru
try {
    "waiting on $($socket.LocalEndPoint)"
    Receive-Datagram $socket -Continuous | Send-Datagram
}
finally {
    Close-Socket $socket
}
