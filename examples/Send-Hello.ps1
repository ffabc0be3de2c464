#Requires -Version 7.4

<#
.SYNOPSIS
    Sends hello to a peer: socket, sendto, close.
.EXAMPLE
    ./Send-Hello.ps1 -RemoteEndPoint 127.0.0.1:55555
#>
[CmdletBinding()]
param(
    [string] $RemoteEndPoint = '[::1]:55555',
    [string] $Message = 'Hello, World!'
)

$ErrorActionPreference = 'Stop'
if (-not (Get-Command New-Socket -ErrorAction Ignore)) {
    Import-Module $PSScriptRoot/../output/PSSockets
}

$socket = New-Socket
Send-Datagram $socket $Message $RemoteEndPoint
Close-Socket $socket
