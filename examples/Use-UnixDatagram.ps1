#Requires -Version 7.4

<#
.SYNOPSIS
    A question and its answer over UNIX datagram sockets with two named ends: each has a path, so each can answer.
.DESCRIPTION
    Windows has no UNIX datagram sockets: there it ends with the error NotSupported.
.EXAMPLE
    ./Use-UnixDatagram.ps1
#>
[CmdletBinding()]
param(
    [string] $Directory = [System.IO.Path]::GetTempPath()
)

$ErrorActionPreference = 'Stop'
if (-not (Get-Command New-Socket -ErrorAction Ignore)) {
    Import-Module $PSScriptRoot/../output/PSSockets
}

$serverPath = Join-Path $Directory "server-$PID.sock"
$clientPath = Join-Path $Directory "client-$PID.sock"
$server = New-Socket Unix Datagram | Register-SocketAddress $serverPath -PassThru
$client = New-Socket Unix Datagram | Register-SocketAddress $clientPath -PassThru

Send-Datagram $client 'What is your name?' $serverPath

$question = Receive-Datagram $server -TimeoutSeconds 5
"the server hears '$($question.Text)'"
Send-Datagram $server "I am the server at $serverPath" $question.RemoteEndPoint

$answer = Receive-Datagram $client -TimeoutSeconds 5
"the client hears '$($answer.Text)'"

# Closing a bound UNIX socket removes its path.
$server, $client | Close-Socket
