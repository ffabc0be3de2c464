#Requires -Version 7.4

<#
.SYNOPSIS
    Makes a socket for IPv6 and sends a message to [::1]:55555, step by step: socket, inet_pton, htons, sendto, close.
.EXAMPLE
    ./Send-IPv6Message.ps1 -Port 55555
#>
[CmdletBinding()]
param(
    [int] $Port = 55555,
    [string] $Message = 'Hello over IPv6'
)

$ErrorActionPreference = 'Stop'
if (-not (Get-Command New-Socket -ErrorAction Ignore)) {
    Import-Module $PSScriptRoot/../output/PSSockets
}

# sockfd = socket(AF_INET6, SOCK_DGRAM, 0)
$socket = New-Socket -AddressFamily AF_INET6 -SocketType SOCK_DGRAM

# inet_pton(AF_INET6, "::1", &peer.sin6_addr); peer.sin6_port = htons(55555)
$peer = New-SocketAddress -IPAddress '::1' -Port $Port

# sendto(sockfd, message, length, 0, &peer, sizeof peer)
$sent = Send-Datagram -Socket $socket -InputObject $Message -RemoteEndPoint $peer -PassThru
"sent $($sent.Length) bytes to $($sent.RemoteEndPoint)"

# close(sockfd)
Close-Socket $socket
