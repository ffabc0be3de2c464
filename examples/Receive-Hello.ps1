#Requires -Version 7.4

<#
.SYNOPSIS
    Binds a socket and receives one message: socket, bind, recvfrom, close.
.EXAMPLE
    ./Receive-Hello.ps1 -LocalEndPoint '[::1]:55555'
#>
[CmdletBinding()]
param(
    [string] $LocalEndPoint = '[::1]:55555'
)

$ErrorActionPreference = 'Stop'
if (-not (Get-Command New-Socket -ErrorAction Ignore)) {
    Import-Module $PSScriptRoot/../output/PSSockets
}

$socket = New-Socket
Register-SocketAddress $socket $LocalEndPoint
"waiting on $($socket.LocalEndPoint)"
Receive-Datagram $socket -AsText
Close-Socket $socket
