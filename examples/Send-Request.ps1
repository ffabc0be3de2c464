#Requires -Version 7.4

<#
.SYNOPSIS
    Connects, sends, and waits for the reply: socket, connect, send, recv, close.
.DESCRIPTION
    A connected datagram socket hears only its peer, and learns when nobody is there (ECONNREFUSED).
.EXAMPLE
    ./Send-Request.ps1 -RemoteEndPoint '[::1]:55555' -Message 'Hello?'
#>
[CmdletBinding()]
param(
    [string] $RemoteEndPoint = '[::1]:55555',
    [string] $Message = 'Hello, World!',
    [double] $TimeoutSeconds = 5
)

$ErrorActionPreference = 'Stop'
if (-not (Get-Command New-Socket -ErrorAction Ignore)) {
    Import-Module $PSScriptRoot/../output/PSSockets
}

$socket = New-Socket | Connect-Socket $RemoteEndPoint -PassThru
try {
    Send-Datagram $socket $Message
    Receive-Datagram $socket -TimeoutSeconds $TimeoutSeconds -AsText
}
finally {
    Close-Socket $socket
}
