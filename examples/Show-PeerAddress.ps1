#Requires -Version 7.4

<#
.SYNOPSIS
    Receives one message and prints its sender's address, byte by byte as the kernel holds it: struct sockaddr.
.EXAMPLE
    ./Show-PeerAddress.ps1 -LocalEndPoint 127.0.0.1:55555
#>
[CmdletBinding()]
param(
    [string] $LocalEndPoint = '[::1]:55555'
)

$ErrorActionPreference = 'Stop'
if (-not (Get-Command New-Socket -ErrorAction Ignore)) {
    Import-Module $PSScriptRoot/../output/PSSockets
}

# The family of the address decides the family of the socket.
$address = New-SocketAddress -EndPoint $LocalEndPoint
$socket = New-Socket $address.AddressFamily | Register-SocketAddress $address -PassThru
"waiting on $($socket.LocalEndPoint)"
$datagram = Receive-Datagram $socket
"$($datagram.RemoteEndPoint) says: $($datagram.Text)"
$bytes = ConvertTo-AddressByte $datagram.RemoteEndPoint -SocketAddress
($bytes | ForEach-Object { '{0:x2}' -f $_ }) -join ' '
Close-Socket $socket
