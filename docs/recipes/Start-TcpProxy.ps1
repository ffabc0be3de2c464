#Requires -Version 7.4

<#
.SYNOPSIS
    A TCP proxy: takes connections, connects on to a server for each, and copies both ways.
.DESCRIPTION
    Useful to look at a protocol, to move a port, or to reach over TCP what listens at a UNIX socket, and the other way
    round: both addresses may be either.

    It is one pipeline. The first part accepts clients; the second connects on and writes two objects for each client, one
    for each direction; the third copies, in a runspace for each direction. One runspace for both would not do: while it
    waits for a server that is busy sending, it would not take what the server sends.

    A half-close is passed on: when one side has sent everything, the other is told so, and may still answer. A broken
    connection is passed on as a broken one, so that nobody takes half of something for all of it.

    When -ThrottleLimit clients are served, the next one waits. Ctrl+C ends the proxy.
.PARAMETER RemoteEndPoint
    The server to connect to: address and port, or the path of a UNIX socket.
.PARAMETER LocalEndPoint
    Where to wait for clients.
.PARAMETER ThrottleLimit
    How many clients are served at a time.
.PARAMETER TimeoutSeconds
    How long to wait for the server to take a connection.
.EXAMPLE
    ./Start-TcpProxy.ps1 127.0.0.1:80 -LocalEndPoint 127.0.0.1:8080
.EXAMPLE
    ./Start-TcpProxy.ps1 /run/app.sock -LocalEndPoint '[::1]:8080'
.OUTPUTS
    A line when it waits, and two for each client: how many bytes it has sent, and how many it has received.
#>
[CmdletBinding()]
param(
    [Parameter(Mandatory, Position = 0)] [string] $RemoteEndPoint,
    [Parameter(Position = 1)] [string] $LocalEndPoint = '127.0.0.1:8080',
    [ValidateRange(1, 500)] [int] $ThrottleLimit = 50,
    [ValidateRange(0.001, 3600)] [double] $TimeoutSeconds = 5
)

$ErrorActionPreference = 'Stop'
$module = "$PSScriptRoot/../../output/PSSockets"
Import-Module $module

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
            $name = "$($client.RemoteEndPoint ?? 'a client')"
            $shared = [hashtable]::Synchronized(@{ Directions = [System.Threading.CountdownEvent]::new(2); IsBroken = $false })
            @{ From = $client; To = $server; Text = "$name has sent"; Shared = $shared }
            @{ From = $server; To = $client; Text = "$name has received"; Shared = $shared }
        }
        catch {
            Write-Warning "$_"
            Close-Socket $client
        }
    } | ForEach-Object -ThrottleLimit (2 * $ThrottleLimit) -Parallel {
        if (-not $_) {
            return
        }
        if (-not (Get-Module PSSockets)) {
            Import-Module $using:module
        }
        $open = $using:open
        $from, $to, $text, $shared = $_.From, $_.To, $_.Text, $_.Shared
        try {
            # Until the end of what comes; then the other side learns that it was all.
            $copied = Receive-SocketData $from -Continuous -ErrorAction Stop |
                Send-SocketData $to -PassThru -ErrorAction Stop |
                Measure-Object -Property Length -Sum
            if (-not $shared.IsBroken) {
                Disconnect-Socket $to -Direction Send -ErrorAction Ignore
            }
            "$text $([long] $copied.Sum) bytes"
        }
        catch {
            # Neither side is to see an orderly end: without lingering, closing is a reset. And the other direction waits
            # no longer.
            $shared.IsBroken = $true
            Write-Warning "$text no more: $_"
            Set-SocketOption $from, $to Linger 0 -ErrorAction Ignore
            Disconnect-Socket $from, $to -Direction Receive -ErrorAction Ignore
        }
        finally {
            # Whoever is last closes both.
            if ($shared.Directions.Signal()) {
                Close-Socket $from, $to
                $open.Remove($from)
                $open.Remove($to)
            }
        }
    }
}
finally {
    # Also those that wait for a place, when Ctrl+C ends it.
    Close-Socket $listener
    $open.Clone().Keys | Close-Socket
}
