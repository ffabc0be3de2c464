<#
.SYNOPSIS
Lets each cmdlet that waits wait, and writes what processor time that takes, for the row idle of the benchmark.

.DESCRIPTION
Runs in a fresh process, with DOTNET_TieredCompilation=0 in its environment: otherwise the runtime compiles for a long
time what the start has called, and that would be measured. It writes the percent of one processor that the whole
process has used in two seconds.
#>
#Requires -Version 7.4
[CmdletBinding()]
param()

$ErrorActionPreference = 'Stop'
Import-Module -Name "$PSScriptRoot/../output/PSSockets/PSSockets.psd1"
. $PSScriptRoot/Workers.ps1

# In seconds. Before .NET 9 it has the clock's ticks of 10 ms.
function Get-ProcessorTime {
    $usage = [System.Environment].GetProperty('CpuUsage')
    $time = $usage ? $usage.GetValue($null).TotalTime : [System.Diagnostics.Process]::GetCurrentProcess().TotalProcessorTime
    $time.TotalSeconds
}

$waits = foreach ($wait in (Get-IdleWait).Values) {
    $sockets = & $wait.Open
    @{ Sockets = $sockets; Worker = Start-Worker $wait.Script $sockets }
}
$null = Get-ProcessorTime # which compiles it
[System.Threading.Thread]::Sleep(1000) # until what started has come to rest
$before = Get-ProcessorTime
$clock = [System.Diagnostics.Stopwatch]::StartNew()
[System.Threading.Thread]::Sleep(2000)
$percent = 100 * ((Get-ProcessorTime) - $before) / $clock.Elapsed.TotalSeconds
foreach ($wait in $waits) {
    Stop-Worker $wait.Worker
}
Get-Socket | Close-Socket
$percent.ToString([cultureinfo]::InvariantCulture)
