#Requires -Version 7.4

<#
.SYNOPSIS
    Receives a file that Send-File.ps1 sends, and answers with its SHA-256.
.EXAMPLE
    ./Receive-File.ps1 -OutFile ./photo.jpg -LocalEndPoint '[::1]:55555'
#>
[CmdletBinding()]
param(
    [Parameter(Mandatory)] [string] $OutFile,
    [string] $LocalEndPoint = '[::1]:55555'
)

$ErrorActionPreference = 'Stop'
if (-not (Get-Command New-Socket -ErrorAction Ignore)) {
    Import-Module $PSScriptRoot/../output/PSSockets
}

$listener = Start-SocketListener -LocalEndPoint $LocalEndPoint
try {
    "waiting on $($listener.LocalEndPoint)"
    $socket = Receive-SocketConnection $listener
}
finally {
    Close-Socket $listener
}

try {
    $received = Receive-SocketData $socket -OutFile $OutFile -PassThru
    $hash = (Get-FileHash -LiteralPath $received.Path -Algorithm SHA256).Hash
    Send-SocketData $socket $hash -NewLine
    "received $($received.Length) bytes from $($received.RemoteEndPoint), SHA-256 $hash"
}
finally {
    Close-Socket $socket
}
