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

# Tests see the variables of whoever runs them, also $ErrorActionPreference. So there is but one, of a name that no test has.
Import-Module -Name $Pester -ErrorAction Stop
$pesterWorker = @{ Directory = $Directory; Mark = $Mark; TimeoutSeconds = $TimeoutSeconds }
Remove-Variable -Name Pester, Directory, Mark, TimeoutSeconds

# The number of the next file, or nothing when all are taken.
function Get-NextPesterFile {
    foreach ($entry in Get-ChildItem -LiteralPath "$($pesterWorker.Directory)/queue" | Sort-Object -Property Name) {
        try {
            [System.IO.File]::Move($entry.FullName, "$($pesterWorker.Directory)/taken/$($entry.Name)")
            return $entry.Name
        }
        catch [System.IO.IOException] {
            Write-Debug "$($entry.Name) was taken by another"
        }
    }
}

# A test that never ends holds the thread of the tests, so another one ends the process. The result's Set() calls it off.
function Start-PesterTimeLimit {
    [Diagnostics.CodeAnalysis.SuppressMessageAttribute('PSUseShouldProcessForStateChangingFunctions', '', Justification = 'Starts a clock.')]
    param()

    $ended = [System.Threading.ManualResetEventSlim]::new()
    $null = [powershell]::Create().AddScript({
            param([System.Threading.ManualResetEventSlim] $Ended, [double] $Seconds)
            if (-not $Ended.Wait([timespan]::FromSeconds($Seconds))) {
                [System.Environment]::Exit(124)
            }
        }).AddArgument($ended).AddArgument($pesterWorker.TimeoutSeconds).BeginInvoke()
    $ended
}

function ConvertTo-PesterSum {
    param([psobject] $Run)

    # What is neither passed nor skipped has failed: that covers tests which did not run or were inconclusive.
    # A failed BeforeAll, AfterAll or file may hold no test, so each is a failure of its own.
    $failed = $Run.TotalCount - $Run.PassedCount - $Run.SkippedCount + $Run.FailedBlocksCount + $Run.FailedContainersCount
    $problems = @($failed ? "$failed failed" : @())
    if ($failed -eq 0 -and $Run.TotalCount -eq 0) {
        $failed = 1
        $problems = @('it holds no test')
    }
    $skipped = @(
        $Run.Tests | Where-Object Result -EQ 'Skipped' | ForEach-Object {
            @{ Name = $_.ExpandedPath; Reason = "$($_.ErrorRecord)" -replace '^is skipped(, because )?' }
        }
    )
    # -Skip gives none: Set-ItResult does.
    foreach ($test in $skipped | Where-Object { -not $_.Reason }) {
        $failed++
        $problems += "skipped without a reason: $($test.Name)"
    }
    @{
        Passed       = $Run.PassedCount
        Failed       = $failed
        Skipped      = $Run.SkippedCount
        Seconds      = $Run.Duration.TotalSeconds
        Problems     = $problems
        SkippedTests = $skipped
    }
}

while ($pesterWorker.Number = Get-NextPesterFile) {
    [System.Console]::Out.WriteLine("`n$($pesterWorker.Mark) begin $($pesterWorker.Number)")
    $pesterWorker.TimeLimit = Start-PesterTimeLimit
    $pesterWorker.Configuration = New-PesterConfiguration -Hashtable @{
        Run    = @{ Path = Get-Content -LiteralPath "$($pesterWorker.Directory)/taken/$($pesterWorker.Number)"; PassThru = $true }
        Output = @{ Verbosity = 'Normal'; RenderMode = 'Plaintext' }
    }
    $pesterWorker.Run = Invoke-Pester -Configuration $pesterWorker.Configuration
    ConvertTo-PesterSum $pesterWorker.Run | ConvertTo-Json -Depth 4 | Set-Content -LiteralPath "$($pesterWorker.Directory)/results/$($pesterWorker.Number)"
    $pesterWorker.TimeLimit.Set()
    [System.Console]::Out.WriteLine("`n$($pesterWorker.Mark) end $($pesterWorker.Number)")
}
