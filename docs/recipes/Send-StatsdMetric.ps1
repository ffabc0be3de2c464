#Requires -Version 7.4

<#
.SYNOPSIS
    Sends counters, gauges, timers and sets to a statsd server over UDP.
.DESCRIPTION
    A program tells what it does, many times a second, and waits for nothing: each value is one line of text, such as
    "logins:1|c", and several lines are one datagram. The server adds them up.

    Values that come through the pipeline are put together into datagrams of at most 1,432 bytes, which fit into a
    packet of a local network. Nobody confirms them.
.PARAMETER Name
    The name, such as web.requests. It holds no colon, bar, at sign or white space.
.PARAMETER Value
    For a counter how much to add, for a gauge the value, for a timer the milliseconds, for a set one member.
.PARAMETER Type
    Counter (the server adds), Gauge (it keeps the last), Timer (it tells mean and extremes) or Set (it counts the
    members that are different).
.PARAMETER Relative
    The value of a gauge is added to what the server has. Without this, a gauge that becomes negative is set to 0 first,
    since statsd takes a sign for a difference.
.PARAMETER SampleRate
    Which part of all values is sent, such as 0.1 for every tenth: the server multiplies. Whoever calls decides which.
.PARAMETER Server
    Address and port of the statsd server.
.EXAMPLE
    ./Send-StatsdMetric.ps1 logins
.EXAMPLE
    $time = Measure-Command { Get-ChildItem }
    ./Send-StatsdMetric.ps1 backup.duration $time.TotalMilliseconds Timer
.EXAMPLE
    Import-Csv ./metrics.csv | ./Send-StatsdMetric.ps1 -Type Gauge
#>
[CmdletBinding()]
param(
    [Parameter(Mandatory, Position = 0, ValueFromPipelineByPropertyName)] [ValidatePattern('^[^:|@\s]+$')] [string] $Name,
    [Parameter(Position = 1, ValueFromPipelineByPropertyName)] [ValidatePattern('^[^:|\n]+$')] [string] $Value = '1',
    [Parameter(Position = 2, ValueFromPipelineByPropertyName)] [ValidateSet('Counter', 'Gauge', 'Timer', 'Set')] [string] $Type = 'Counter',
    [switch] $Relative,
    [ValidateRange(0.000001, 1)] [double] $SampleRate = 1,
    [string] $Server = '127.0.0.1:8125'
)

begin {
    $socket = $null

    $ErrorActionPreference = 'Stop'
    if (-not (Get-Command New-Socket -ErrorAction Ignore)) {
        Import-Module $PSScriptRoot/../../output/PSSockets
    }
    $codes = @{ Counter = 'c'; Gauge = 'g'; Timer = 'ms'; Set = 's' }
    $maximumLength = 1432
    $datagrams = [System.Collections.Generic.List[string]]::new()
    $datagram = ''
    $address = New-SocketAddress -EndPoint $Server
    $socket = New-Socket $address.AddressFamily Datagram
}

process {
    # A number is written as other programs write it, not with the comma of some languages.
    if ($Type -ne 'Set') {
        $Value = ([double] $Value).ToString('0.##########', [cultureinfo]::InvariantCulture)
    }
    $line = "${Name}:$Value|$($codes[$Type])"
    if ($Type -eq 'Gauge' -and $Relative -and $Value -notlike '-*') {
        $line = "${Name}:+$Value|g"
    }
    elseif ($Type -eq 'Gauge' -and -not $Relative -and $Value -like '-*') {
        $line = "${Name}:0|g`n$line"
    }
    elseif ($SampleRate -lt 1) {
        $line += '|@' + $SampleRate.ToString('0.######', [cultureinfo]::InvariantCulture)
    }

    $longer = $datagram ? "$datagram`n$line" : $line
    if ($datagram -and [System.Text.Encoding]::UTF8.GetByteCount($longer) -gt $maximumLength) {
        $datagrams.Add($datagram)
        $longer = $line
    }
    $datagram = $longer
}

end {
    if ($datagram) {
        $datagrams.Add($datagram)
        Send-Datagram $socket $datagrams $address
    }
}

# Also after an error and after Ctrl+C.
clean {
    if ($socket) {
        Close-Socket $socket
    }
}
