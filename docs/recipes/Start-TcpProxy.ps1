#Requires -Version 7.4

<#
.SYNOPSIS
    A TCP proxy: takes connections, connects on to a server for each, and copies both ways.
.DESCRIPTION
    Useful to look at a protocol, to move a port, or to reach over TCP what listens at a UNIX socket, and the other way
    round: both addresses may be either.

    It is one pipeline. The first part accepts clients; the second connects on for each; the third joins the two sockets
    with Join-Socket, in a runspace for each client.

    A half-close is passed on: when one side has sent everything, the other is told so, and may still answer. A broken
    connection is passed on as a broken one, so that nobody takes half of something for all of it.

    With -Log each piece that passes is an object: who sent it, when, its bytes and its text. Kept with Export-Clixml, it is
    what Start-ReplayServer.ps1 plays.

    When -ThrottleLimit clients are served, the next one waits. Ctrl+C ends the proxy.
.PARAMETER RemoteEndPoint
    The server to connect to: address and port, or the path of a UNIX socket.
.PARAMETER LocalEndPoint
    Where to wait for clients.
.PARAMETER Log
    Writes each piece that passes.
.PARAMETER ThrottleLimit
    How many clients are served at a time.
.PARAMETER TimeoutSeconds
    How long to wait for the server to take a connection.
.EXAMPLE
    ./Start-TcpProxy.ps1 127.0.0.1:80 -LocalEndPoint 127.0.0.1:8080
.EXAMPLE
    ./Start-TcpProxy.ps1 /run/app.sock '[::1]:8080' -Log | Format-Table
.OUTPUTS
    A line when it waits, and two for each client: how many bytes it has sent, and how many it has received. With -Log also
    each piece: Timestamp, Client, Sender, Length, Text, Data.
#>
[CmdletBinding()]
param(
    [Parameter(Mandatory, Position = 0)] [string] $RemoteEndPoint,
    [Parameter(Position = 1)] [string] $LocalEndPoint = '127.0.0.1:8080',
    [switch] $Log,
    [ValidateRange(1, 500)] [int] $ThrottleLimit = 50,
    [ValidateRange(0.001, 3600)] [double] $TimeoutSeconds = 5
)

$ErrorActionPreference = 'Stop'
if (-not (Get-Command New-Socket -ErrorAction Ignore)) {
    Import-Module $PSScriptRoot/../../output/PSSockets
}
$module = "$((Get-Module PSSockets).ModuleBase)/PSSockets.psd1"

$open = [hashtable]::Synchronized(@{})
$listener = Start-SocketListener -LocalEndPoint $LocalEndPoint
try {
    "waiting on $($listener.LocalEndPoint)"
    & {
        while ($true) {
            Receive-SocketConnection $listener -Continuous -TimeoutSeconds 0.5

            # What runspaces write goes on when the pipeline brings them something: this, when it is quiet.
            $null
        }
    } | ForEach-Object {
        $client = $_
        if (-not $client) {
            return $null
        }
        try {
            $server = Connect-Socket $RemoteEndPoint -TimeoutSeconds $TimeoutSeconds
            $open[$client] = $open[$server] = $true
            @{ Client = $client; Server = $server; Name = "$($client.RemoteEndPoint ?? 'a client')" }
        }
        catch {
            Write-Warning "$_"
            Close-Socket $client
        }
    } | ForEach-Object -ThrottleLimit $ThrottleLimit -Parallel {
        if (-not $_) {
            return
        }
        if (-not (Get-Module PSSockets)) {
            Import-Module $using:module
        }
        $open, $log = $using:open, $using:Log
        $client, $server, $name = $_.Client, $_.Server, $_.Name
        $bytes = @{ client = 0L; server = 0L }
        try {
            Join-Socket $client $server -PassThru -ErrorAction Stop | ForEach-Object {
                $sender = $_.Socket -eq $client ? 'client' : 'server'
                $bytes[$sender] += $_.Length
                if ($log) {
                    [pscustomobject] @{ Timestamp = $_.Timestamp; Client = $name; Sender = $sender; Length = $_.Length; Text = $_.Text; Data = $_.Data }
                }
            }
            "$name has sent $($bytes.client) bytes"
            "$name has received $($bytes.server) bytes"
        }
        catch {
            # Neither side is to see an orderly end: without lingering, closing is a reset.
            Write-Warning "${name}: $_"
            Set-SocketOption $client, $server Linger 0 -ErrorAction Ignore
        }
        finally {
            Close-Socket $client, $server
            $open.Remove($client)
            $open.Remove($server)
        }
    }
}
finally {
    # Also those that wait for a place, when Ctrl+C ends it.
    Close-Socket $listener
    $open.Clone().Keys | Close-Socket
}
