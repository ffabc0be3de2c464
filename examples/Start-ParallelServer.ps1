#Requires -Version 7.4

<#
.SYNOPSIS
    A server for many clients at once: accepted connections go down the pipeline to ForEach-Object -Parallel.
.DESCRIPTION
    It answers each line with the number of the line and its text in capitals, until the client is done. When all places
    are taken, the next client waits until one becomes free. Ctrl+C ends it.
.EXAMPLE
    ./Start-ParallelServer.ps1 -LocalEndPoint '[::1]:55555'
#>
[CmdletBinding()]
param(
    [string] $LocalEndPoint = '[::1]:55555',
    [int] $ThrottleLimit = 50
)

$ErrorActionPreference = 'Stop'
if (-not (Get-Command New-Socket -ErrorAction Ignore)) {
    Import-Module $PSScriptRoot/../output/PSSockets
}
$module = "$((Get-Module PSSockets).ModuleBase)/PSSockets.psd1"

$listener = Start-SocketListener -LocalEndPoint $LocalEndPoint
try {
    "waiting on $($listener.LocalEndPoint)"
    Receive-SocketConnection $listener -Continuous | ForEach-Object -ThrottleLimit $ThrottleLimit -Parallel {
        # Each place is a runspace of its own, which begins without the module and with the default preferences.
        $ErrorActionPreference = 'Stop'
        Import-Module $using:module
        $client = $_
        $number = 0
        try {
            Receive-SocketData $client -Line -Continuous | ForEach-Object {
                $number++
                Send-SocketData $client "$number $($_.ToUpperInvariant())" -NewLine
            }
        }
        catch {
            # One client's error must not end the others.
            Write-Warning "$_"
        }
        finally {
            Close-Socket $client
        }
    }
}
finally {
    Close-Socket $listener
}
