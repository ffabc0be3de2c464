#Requires -Version 7.4

<#
.SYNOPSIS
    The textbook's hello: one PowerShell process receives over [::1], another one sends.
#>
[CmdletBinding()]
param()

$ErrorActionPreference = 'Stop'
if (-not (Get-Command New-Socket -ErrorAction Ignore)) {
    Import-Module $PSScriptRoot/../output/PSSockets
}

# PowerShell is its own program, or a tool that the dotnet command runs.
$process = Get-Process -Id $PID
$pwsh = $process.Path
$start = @(if ($process.ProcessName -eq 'dotnet') { Join-Path $PSHOME 'pwsh.dll' })

$receiver = New-Socket IPv6 Datagram | Register-SocketAddress -LocalEndPoint '[::1]:0' -PassThru
try {
    "waiting on $($receiver.LocalEndPoint)"
    & $pwsh @start -NoProfile -File $PSScriptRoot/Send-Hello.ps1 -RemoteEndPoint $receiver.LocalEndPoint
    Receive-Datagram $receiver -TimeoutSeconds 10
}
finally {
    Close-Socket $receiver
}
