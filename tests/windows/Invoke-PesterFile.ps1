<#
.SYNOPSIS
The Pester process of tools/Invoke-WindowsTest.ps1: runs Pester files and writes the counts.

.DESCRIPTION
Known.psd1 names the tests that cannot pass here, each with the reason. They run, and count as skipped. One that
passes after all is a failure, so that the list stays true.

The counts of each file are written when it is over. When the process ends early, another one goes on with the file in
which that was; a file that was begun twice and never ended has failed.
#>
param(
    [Parameter(Mandatory)] [string] $Pester,
    [Parameter(Mandatory)] [string] $ListPath,
    [Parameter(Mandatory)] [string] $ResultPath
)

$env:NO_COLOR = '1'
Import-Module -Name $Pester -ErrorAction Stop
$pesterRun = @{ Files = @(Get-Content -LiteralPath $ListPath); ResultPath = $ResultPath }
Remove-Variable -Name Pester, ListPath, ResultPath

$pesterRun.Known = Import-PowerShellDataFile -LiteralPath "$PSScriptRoot/Known.psd1"

function Get-KnownReason {
    param([string] $Path)

    $pesterRun.Known.Keys | Where-Object { $pesterRun.Known[$_] | Where-Object { $Path -like $_ } } | Select-Object -First 1
}

function Add-TestResult {
    param([object] $Test)

    $counts = $pesterRun.Counts
    $path = $Test.ExpandedPath
    $reason = Get-KnownReason $path
    if ($Test.Result -eq 'Skipped') {
        $counts.Skipped++
        $counts.SkippedTests += @{ Name = $path; Reason = "$($Test.ErrorRecord)" -replace '^is skipped(, because )?' }
    }
    elseif ($reason -and $Test.Result -eq 'Failed') {
        $counts.Skipped++
        $counts.SkippedTests += @{ Name = $path; Reason = $reason }
    }
    elseif ($reason) {
        $counts.Failed++
        "Failed: ${path}: $($Test.Result), so Known.psd1 must not say '$reason'"
    }
    elseif ($Test.Result -eq 'Passed') {
        $counts.Passed++
    }
    else {
        $counts.Failed++
        "Failed: ${path}: $($Test.Result) $($Test.ErrorRecord -join "`n")"
    }
}

foreach ($pesterFile in $pesterRun.Files) {
    $pesterRun.Counts = @{ Passed = 0; Failed = 0; Skipped = 0; SkippedTests = @(); Problems = @() }
    $pesterRun.Mark = "$($pesterRun.ResultPath).$(Split-Path -Path $pesterFile -Leaf)"
    if (Test-Path -LiteralPath "$($pesterRun.Mark).counts") {
        continue
    }
    if (Test-Path -LiteralPath "$($pesterRun.Mark).begun-2") {
        $pesterRun.Counts.Failed++
        $pesterRun.Counts.Problems += "${pesterFile}: the process ended here twice"
    }
    else {
        $null = New-Item -Path "$($pesterRun.Mark).begun-$((Test-Path -LiteralPath "$($pesterRun.Mark).begun-1") ? 2 : 1)"
        $configuration = New-PesterConfiguration
        $configuration.Run.Path = $pesterFile
        $configuration.Run.PassThru = $true
        $configuration.Output.Verbosity = 'None'
        $result = Invoke-Pester -Configuration $configuration
        foreach ($test in $result.Tests) {
            Add-TestResult $test
        }
        foreach ($block in @($result.FailedBlocks) + @($result.FailedContainers)) {
            $pesterRun.Counts.Failed++
            "Failed: $($block.ExpandedPath)$($block.Item): $($block.ErrorRecord -join "`n")"
        }
        if ($result.TotalCount -eq 0) {
            $pesterRun.Counts.Problems += "${pesterFile}: no test ran"
        }
        "$(Split-Path -Path $pesterFile -Leaf): $($result.PassedCount) passed, $($result.Duration.TotalSeconds.ToString('0.0')) s"
    }
    $pesterRun.Counts | ConvertTo-Json -Depth 4 | Set-Content -LiteralPath "$($pesterRun.Mark).counts"
}
$pesterRun.Sum = @{ Passed = 0; Failed = 0; Skipped = 0; SkippedTests = @(); Problems = @() }
foreach ($pesterFile in $pesterRun.Files) {
    $pesterRun.Part = Get-Content -LiteralPath "$($pesterRun.ResultPath).$(Split-Path -Path $pesterFile -Leaf).counts" -Raw | ConvertFrom-Json -AsHashtable
    'Passed', 'Failed', 'Skipped', 'SkippedTests', 'Problems' | ForEach-Object { $pesterRun.Sum[$_] += $pesterRun.Part[$_] }
}
$pesterRun.Sum | ConvertTo-Json -Depth 4 | Set-Content -LiteralPath $pesterRun.ResultPath
