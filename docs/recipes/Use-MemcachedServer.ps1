#Requires -Version 7.4

<#
.SYNOPSIS
    Stores values in a memcached server, gets them back, and shows its statistics.
.DESCRIPTION
    memcached keeps values in memory, and forgets the oldest when it is full. Its protocol is lines of text; a value
    stands after the line that tells its length, so it may hold any bytes.

    A key that the server has not gives no output. What it will not store is an error.
.PARAMETER Get
    The keys whose values to get, all with one request.
.PARAMETER Set
    The key under which to store the value: up to 250 characters of ASCII, without spaces.
.PARAMETER Value
    Text, which is sent in UTF-8, or a byte array.
.PARAMETER ExpirySeconds
    After how long the server forgets the value, up to 30 days; 0 is never.
.PARAMETER Statistics
    Shows the numbers that the server keeps about itself.
.PARAMETER AsByteArray
    Gives values as byte arrays, not as text.
.PARAMETER Server
    Address and port of the server.
.PARAMETER TimeoutSeconds
    How long to wait for each part of an answer.
.EXAMPLE
    ./Use-MemcachedServer.ps1 -Set greeting -Value 'Hello, World!'
.EXAMPLE
    ./Use-MemcachedServer.ps1 -Get greeting, visits
.EXAMPLE
    ./Use-MemcachedServer.ps1 -Statistics |
        Select-Object curr_items, get_hits, get_misses
#>
[CmdletBinding(DefaultParameterSetName = 'Get')]
param(
    [Parameter(Mandatory, ParameterSetName = 'Get', Position = 0)] [ValidatePattern('^[!-~]{1,250}$')] [string[]] $Get,
    [Parameter(Mandatory, ParameterSetName = 'Set')] [ValidatePattern('^[!-~]{1,250}$')] [string] $Set,
    [Parameter(Mandatory, ParameterSetName = 'Set')] [object] $Value,
    [Parameter(ParameterSetName = 'Set')] [ValidateRange(0, 2592000)] [int] $ExpirySeconds = 0,
    [Parameter(Mandatory, ParameterSetName = 'Statistics')] [switch] $Statistics,
    [Parameter(ParameterSetName = 'Get')] [switch] $AsByteArray,
    [string] $Server = '127.0.0.1:11211',
    [ValidateRange(0.001, 3600)] [double] $TimeoutSeconds = 10
)

$ErrorActionPreference = 'Stop'
if (-not (Get-Command New-Socket -ErrorAction Ignore)) {
    Import-Module $PSScriptRoot/../../output/PSSockets
}
$timeout = @{ TimeoutSeconds = $TimeoutSeconds }
$crlf = "`r`n"

$socket = Connect-Socket $Server @timeout
try {
    switch ($PSCmdlet.ParameterSetName) {
        'Set' {
            # set KEY FLAGS SECONDS LENGTH
            $bytes = $Value -is [byte[]] ? $Value : [System.Text.Encoding]::UTF8.GetBytes("$Value")
            Send-SocketData $socket "set $Set 0 $ExpirySeconds $($bytes.Length)$crlf", $bytes, $crlf @timeout
            $answer = Receive-SocketData $socket -Line @timeout
            if ($answer -ne 'STORED') {
                throw "$Server did not store ${Set}: $answer"
            }
        }
        'Get' {
            # VALUE KEY FLAGS LENGTH before each value, and END after the last.
            Send-SocketData $socket "get $Get$crlf" @timeout
            while (($line = Receive-SocketData $socket -Line @timeout) -match '^VALUE (?<Key>\S+) \d+ (?<Length>\d+)') {
                $key = $Matches.Key
                $frame = Receive-SocketData $socket -Length ([int] $Matches.Length + $crlf.Length) -AsByteArray @timeout
                $bytes = [byte[]]::new($Matches.Length)
                [array]::Copy($frame, $bytes, $bytes.Length)
                [pscustomobject]@{
                    Key   = $key
                    Value = $AsByteArray ? $bytes : [System.Text.Encoding]::UTF8.GetString($bytes)
                }
            }
            if ($line -ne 'END') {
                throw "$Server did not give the values: $line"
            }
        }
        'Statistics' {
            # STAT NAME VALUE, and END after the last.
            $values = [ordered]@{}
            Send-SocketData $socket "stats$crlf" @timeout
            while (($line = Receive-SocketData $socket -Line @timeout) -match '^STAT (?<Name>\S+) (?<Value>.*)$') {
                $values[$Matches.Name] = $Matches.Value
            }
            if ($line -ne 'END') {
                throw "$Server did not give its statistics: $line"
            }
            [pscustomobject] $values
        }
    }
}
finally {
    Close-Socket $socket
}
