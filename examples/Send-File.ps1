#Requires -Version 7.4

<#
.SYNOPSIS
    Sends a file of any size, says that this was all (half-close), and waits for the receiver's word that it is whole.
.EXAMPLE
    ./Send-File.ps1 -Path ./photo.jpg -RemoteEndPoint '[::1]:55555'
#>
[CmdletBinding()]
param(
    [Parameter(Mandatory)] [string] $Path,
    [string] $RemoteEndPoint = '[::1]:55555'
)

$ErrorActionPreference = 'Stop'
if (-not (Get-Command New-Socket -ErrorAction Ignore)) {
    Import-Module $PSScriptRoot/../output/PSSockets
}

$hash = (Get-FileHash -LiteralPath $Path -Algorithm SHA256).Hash
$socket = Connect-Socket $RemoteEndPoint
try {
    $sent = Send-SocketData $socket -Path $Path -PassThru
    Disconnect-Socket $socket -Direction Send
    if ((Receive-SocketData $socket -Line) -ne $hash) {
        throw "$RemoteEndPoint did not receive the file as it was sent."
    }
    "sent $($sent.Length) bytes to $($sent.RemoteEndPoint), SHA-256 $hash"
}
finally {
    Close-Socket $socket
}
