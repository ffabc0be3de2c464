<#
.SYNOPSIS
Receives datagrams and writes what memory that took, for the rows memory-* of the benchmark.

.DESCRIPTION
Runs in a fresh process. It receives as many datagrams as asked for from a program that sends more than enough, after
some that only warm up. Then it writes by how many MiB the process grew while they streamed through a pipeline; or,
with -Collect, how many bytes the heap of the process has for each of those in a variable.

.PARAMETER Flood
The path of the compiled program flood.

.PARAMETER Count
How many datagrams.

.PARAMETER Collect
Keeps them in a variable.
#>
#Requires -Version 7.4
[CmdletBinding()]
param(
    [Parameter(Mandatory, Position = 0)]
    [string] $Flood,

    [Parameter(Mandatory, Position = 1)]
    [int] $Count,

    [switch] $Collect
)

$ErrorActionPreference = 'Stop'
Import-Module -Name "$PSScriptRoot/../output/PSSockets/PSSockets.psd1"

$receiver = New-Socket | Register-SocketAddress '[::1]:0' -PassThru
$receiver.ReceiveBufferSize = 4MB
$sender = [System.Diagnostics.Process]::Start($Flood, [string[]]($receiver.LocalEndPoint.Port, 500000, 60))
try {
    $warmUp = 50000
    $collections = [System.GC]::CollectionCount(0)
    $length = 0
    if ($Collect) {
        $x = Receive-Datagram $receiver -Count $warmUp -TimeoutSeconds 5
        $x = $null
        $before = [System.GC]::GetTotalMemory($true)
        $x = Receive-Datagram $receiver -Count $Count -TimeoutSeconds 5
        $result = ([System.GC]::GetTotalMemory($true) - $before) / $x.Count
    }
    else {
        # Until there was a collection the heap grows by what .NET lets be made before one: a share of the processor's cache.
        do {
            Receive-Datagram $receiver -Count $warmUp -TimeoutSeconds 5 | & { process { $script:length += $_.Length } }
        } while ([System.GC]::CollectionCount(0) - $collections -lt 3)
        $before = [System.Environment]::WorkingSet
        Receive-Datagram $receiver -Count $Count -TimeoutSeconds 5 | & { process { $script:length += $_.Length } }
        $result = ([System.Environment]::WorkingSet - $before) / 1MB
    }
}
finally {
    $sender.Kill()
    $sender.Dispose()
}
$result.ToString([cultureinfo]::InvariantCulture)
