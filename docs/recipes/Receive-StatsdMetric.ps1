#Requires -Version 7.4

<#
.SYNOPSIS
    A statsd server: receives counters, gauges, timers and sets over UDP, and writes what they add up to.
.DESCRIPTION
    After each interval it writes one object for each name: the sum of a counter and how much that is per second, the
    last value of a gauge, the number, mean, extremes and 90th percentile of a timer, the number of different members of
    a set. Then counters, timers and sets begin anew; gauges stay. An interval without any values writes nothing but
    gauges.

    It runs until Ctrl+C, or for -Count intervals. Where it waits, it says first. A line that it cannot read is a
    warning.
.PARAMETER LocalEndPoint
    Address and port where it waits. Port 0 is a free one.
.PARAMETER IntervalSeconds
    How long to add up.
.PARAMETER Count
    How many intervals.
.EXAMPLE
    ./Receive-StatsdMetric.ps1 127.0.0.1:8125 | Format-Table
.EXAMPLE
    ./Receive-StatsdMetric.ps1 -IntervalSeconds 60 -Count 1 |
        Where-Object Type -EQ Timer | Sort-Object -Property Percentile90
#>
[CmdletBinding()]
param(
    [Parameter(Position = 0)] [string] $LocalEndPoint = '127.0.0.1:8125',
    [ValidateRange(0.01, 86400)] [double] $IntervalSeconds = 10,
    [ValidateRange(1, 2147483647)] [int] $Count
)

$ErrorActionPreference = 'Stop'
if (-not (Get-Command New-Socket -ErrorAction Ignore)) {
    Import-Module $PSScriptRoot/../../output/PSSockets
}

$pattern = '^(?<Name>[^:|@\s]+):(?:(?<Value>[+-]?[\d.]+(?:e[+-]?\d+)?)\|(?<Type>c|g|ms|h)|(?<Value>[^|]+)\|(?<Type>s))(?:\|@(?<Rate>[\d.]+))?(?:\|#.*)?$'
$types = @{ c = 'Counter'; g = 'Gauge'; ms = 'Timer'; h = 'Timer'; s = 'Set' }
$metrics = [ordered]@{}

# Adds a line to what there is.
function Add-Metric {
    param([string] $Line)

    if ($Line -notmatch $pattern) {
        Write-Warning "not a metric: $Line"
        return
    }
    $type = $types[$Matches.Type]
    $key = "$type $($Matches.Name)"
    if (-not $metrics.Contains($key)) {
        $metrics[$key] = @{
            Name    = $Matches.Name
            Type    = $type
            Sum     = 0.0 # of a counter; what a gauge says
            Weight  = 0.0 # how many values a timer stands for
            Values  = [System.Collections.Generic.List[double]]::new()
            Members = [System.Collections.Generic.HashSet[string]]::new()
        }
    }
    $metric = $metrics[$key]

    # Of values that are sent at a rate of 0.1 each stands for ten.
    $rate = $Matches.Rate -as [double]
    $weight = $rate -gt 0 -and $rate -le 1 ? 1 / $rate : 1
    switch ($type) {
        'Counter' { $metric.Sum += [double] $Matches.Value * $weight }
        'Gauge' { $metric.Sum = [double] $Matches.Value + ($Matches.Value -match '^[+-]' ? $metric.Sum : 0) }
        'Timer' {
            $metric.Values.Add($Matches.Value)
            $metric.Weight += $weight
        }
        'Set' { $null = $metric.Members.Add($Matches.Value) }
    }
}

# Writes what there is, and begins anew. Every object has all properties, so that they fit into one table.
function Clear-Metric {
    foreach ($key in @($metrics.Keys)) {
        $metric = $metrics[$key]
        $values = $metric.Values
        $values.Sort()
        $isCounter, $isTimer = ($metric.Type -eq 'Counter'), ($metric.Type -eq 'Timer')
        [pscustomobject]@{
            Name         = $metric.Name
            Type         = $metric.Type
            Value        = $isTimer ? ($values | Measure-Object -Average).Average : $metric.Type -eq 'Set' ? $metric.Members.Count : $metric.Sum
            PerSecond    = $isCounter ? $metric.Sum / $IntervalSeconds : $null
            Count        = $isTimer ? $metric.Weight : $null
            Minimum      = $isTimer ? $values[0] : $null
            Maximum      = $isTimer ? $values[-1] : $null
            Percentile90 = $isTimer ? $values[[math]::Ceiling($values.Count * 0.9) - 1] : $null
        }
        if ($metric.Type -ne 'Gauge') {
            $metrics.Remove($key)
        }
    }
}

$address = New-SocketAddress -EndPoint $LocalEndPoint
$socket = New-Socket $address.AddressFamily Datagram
try {
    Register-SocketAddress $socket $address
    Write-Information "waiting on $($socket.LocalEndPoint)" -InformationAction Continue
    for ($interval = 0; -not $Count -or $interval -lt $Count; $interval++) {
        $clock = [System.Diagnostics.Stopwatch]::StartNew()
        while (($left = $IntervalSeconds - $clock.Elapsed.TotalSeconds) -gt 0) {
            if (Wait-Socket $socket -TimeoutSeconds $left) {
                # All that has come until now.
                Receive-Datagram $socket -Continuous -TimeoutSeconds 0 -AsText | ForEach-Object {
                    $_ -split '\n' | Where-Object { $_ } | ForEach-Object { Add-Metric $_ }
                }
            }
        }
        Clear-Metric
    }
}
finally {
    Close-Socket $socket
}
