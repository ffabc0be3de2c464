<#
.SYNOPSIS
Takes one Pester file after the other from a queue, and runs it: a process of Invoke-PesterQueue.ps1.

.DESCRIPTION
Each line that is told to the starter begins with -Mark: "begin" before a file runs and "end" after it. Between them
stands what Pester and the tests print. The result of a file is in DIRECTORY/results, under its number.

.PARAMETER Pester
The module, by its path.

.PARAMETER Directory
Holds the queue: a file for each Pester file, named by its number, whose text is the path. Who moves it has taken it.

.PARAMETER Mark
What a line begins with that is none of a test's.

.PARAMETER TimeoutSeconds
How long one file may take. After that this process ends with exit code 124.
#>
param(
    [Parameter(Mandatory)] [string] $Pester,
    [Parameter(Mandatory)] [string] $Directory,
    [Parameter(Mandatory)] [string] $Mark,
    [double] $TimeoutSeconds = 600
)

$ErrorActionPreference = 'Stop'
Import-Module -Name $Pester

# The number of the next file, or nothing when all are taken.
function Get-NextNumber {
    foreach ($entry in Get-ChildItem -LiteralPath "$Directory/queue" | Sort-Object -Property Name) {
        try {
            [System.IO.File]::Move($entry.FullName, "$Directory/taken/$($entry.Name)")
            return $entry.Name
        }
        catch [System.IO.IOException] {
            Write-Debug "$($entry.Name) was taken by another"
        }
    }
}

# A test that never ends holds the thread of the tests, so another one ends the process. The result's Set() calls it off.
function Start-TimeLimit {
    [Diagnostics.CodeAnalysis.SuppressMessageAttribute('PSUseShouldProcessForStateChangingFunctions', '', Justification = 'Starts a clock.')]
    param()

    $ended = [System.Threading.ManualResetEventSlim]::new()
    $null = [powershell]::Create().AddScript({
            param([System.Threading.ManualResetEventSlim] $Ended, [double] $Seconds)
            if (-not $Ended.Wait([timespan]::FromSeconds($Seconds))) {
                [System.Environment]::Exit(124)
            }
        }).AddArgument($ended).AddArgument($TimeoutSeconds).BeginInvoke()
    $ended
}

while ($number = Get-NextNumber) {
    [System.Console]::Out.WriteLine("`n$Mark begin $number")
    $ended = Start-TimeLimit
    $configuration = New-PesterConfiguration
    $configuration.Run.Path = Get-Content -LiteralPath "$Directory/taken/$number"
    $configuration.Run.PassThru = $true
    $configuration.Output.Verbosity = 'Normal'
    $configuration.Output.RenderMode = 'Plaintext'
    $result = Invoke-Pester -Configuration $configuration

    # What is neither passed nor skipped has failed: that covers tests which did not run or were inconclusive.
    # A failed BeforeAll, AfterAll or file may hold no test, so each is a failure of its own.
    $failed = $result.TotalCount - $result.PassedCount - $result.SkippedCount + $result.FailedBlocksCount + $result.FailedContainersCount
    $problem = $failed ? "$failed failed" : $null
    if ($failed -eq 0 -and $result.TotalCount -eq 0) {
        $failed = 1
        $problem = 'it holds no test'
    }
    @{
        Passed       = $result.PassedCount
        Failed       = $failed
        Skipped      = $result.SkippedCount
        Seconds      = $result.Duration.TotalSeconds
        Problems     = @($problem | Where-Object { $_ })
        SkippedTests = @(
            $result.Tests | Where-Object Result -EQ 'Skipped' | ForEach-Object {
                @{ Name = $_.ExpandedPath; Reason = "$($_.ErrorRecord)" -replace '^is skipped(, because )?' }
            }
        )
    } | ConvertTo-Json -Depth 4 | Set-Content -LiteralPath "$Directory/results/$number"
    $ended.Set()
    [System.Console]::Out.WriteLine("`n$Mark end $number")
}
