#Requires -Version 7.4

<#
.SYNOPSIS
    Sends an HTTP request to a server that listens on a UNIX socket.
.DESCRIPTION
    Container engines, databases and service managers offer HTTP to the programs of their own machine, on a UNIX socket
    in the file system: who may open that file may ask. What goes over the connection is the same as over TCP.

    Invoke-WebRequest has -UnixSocket for this, too. This script shows what it does, and reaches abstract names (@name)
    as well. Of an answer in chunks it reads each after its length, and of any other the length that the header says.
.PARAMETER SocketPath
    The path of the socket, or on Linux its abstract name.
.PARAMETER Path
    What to ask for, such as /version or /containers/json?all=1.
.PARAMETER Method
    What to do with it.
.PARAMETER Header
    More fields of the header.
.PARAMETER Body
    Text, which is sent in UTF-8, or a byte array.
.PARAMETER TimeoutSeconds
    How long to wait for each part of the answer.
.EXAMPLE
    ./Invoke-UnixHttpRequest.ps1 /run/docker.sock /version |
        ForEach-Object Content | ConvertFrom-Json
.EXAMPLE
    $type = @{ 'Content-Type' = 'application/json' }
    $lamp = @{ Method = 'POST'; Body = '{ "name": "lamp" }' }
    ./Invoke-UnixHttpRequest.ps1 ./app.sock /items -Header $type @lamp
#>
[CmdletBinding()]
param(
    [Parameter(Mandatory, Position = 0)] [string] $SocketPath,
    [Parameter(Position = 1)] [ValidatePattern('^/[!-~]*$')] [string] $Path = '/',
    [ValidatePattern('^[A-Z]+$')] [string] $Method = 'GET',
    [System.Collections.IDictionary] $Header = @{},
    [object] $Body,
    [ValidateRange(0.001, 3600)] [double] $TimeoutSeconds = 30
)

$ErrorActionPreference = 'Stop'
if (-not (Get-Command New-Socket -ErrorAction Ignore)) {
    Import-Module $PSScriptRoot/../../output/PSSockets
}

$endPoint = $SocketPath.StartsWith('@') ? (New-SocketAddress -AbstractName $SocketPath.Substring(1)) : (New-SocketAddress -Path $SocketPath)
$timeout = @{ TimeoutSeconds = $TimeoutSeconds }
$content = $null -eq $Body ? [byte[]]::new(0) : $Body -is [byte[]] ? $Body : [System.Text.Encoding]::UTF8.GetBytes("$Body")
$lines = @(
    "$Method $Path HTTP/1.1"
    'Host: localhost' # which HTTP/1.1 demands, although nobody looks it up
    'Connection: close'
    if ($null -ne $Body) { "Content-Length: $($content.Length)" }
    foreach ($name in $Header.Keys) { "${name}: $($Header[$name] -replace '[\r\n]+', ' ')" }
    ''
    ''
)

$socket = Connect-Socket $endPoint @timeout
try {
    Send-SocketData $socket ($lines -join "`r`n"), $content @timeout

    # The header, line by line up to the empty one. Before the answer there may be others, with numbers below 200.
    do {
        $status = Receive-SocketData $socket -Line @timeout
        if ($status -notmatch '^HTTP/1\.[01] (?<Code>\d{3}) ?(?<Reason>.*)$') {
            throw "$SocketPath does not answer in HTTP/1.1: $status"
        }
        $code, $reason = [int] $Matches.Code, $Matches.Reason
        $fields = @{}
        while ($line = Receive-SocketData $socket -Line @timeout) {
            $name, $value = $line -split ':', 2
            $fields[$name] = $fields.Contains($name) ? "$($fields[$name]), $($value.Trim())" : "$value".Trim()
        }
    } while ($code -lt 200)

    $stream = [System.IO.MemoryStream]::new()
    if ($Method -eq 'HEAD' -or $code -in 204, 304) {
        Write-Verbose 'this answer has no body'
    }
    elseif ($fields['Transfer-Encoding'] -match 'chunked$') {
        # Each chunk stands after its length, a line in hexadecimal, and the last one is empty.
        while ($length = [Convert]::ToInt32(((Receive-SocketData $socket -Line @timeout) -replace ';.*').Trim(), 16)) {
            $stream.Write((Receive-SocketData $socket -Length $length -AsByteArray @timeout))
            $null = Receive-SocketData $socket -Line @timeout
        }
    }
    elseif ($fields.Contains('Content-Length')) {
        if ([long] $fields['Content-Length']) {
            $stream.Write((Receive-SocketData $socket -Length $fields['Content-Length'] -AsByteArray @timeout))
        }
    }
    else {
        $stream.Write((Receive-SocketData $socket -ToEnd -AsByteArray @timeout))
    }
}
finally {
    Close-Socket $socket
}

[pscustomobject]@{
    StatusCode        = $code
    StatusDescription = $reason
    Header            = $fields
    Content           = [System.Text.Encoding]::UTF8.GetString($stream.ToArray())
    RawContent        = $stream.ToArray()
}
