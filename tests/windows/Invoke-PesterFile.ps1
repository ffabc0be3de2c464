<#
.SYNOPSIS
A Pester process of tools/Invoke-WindowsTest.ps1: runs Pester files and notes in a journal how each test ended.

.DESCRIPTION
Known.psd1 names the tests that cannot pass here, each with the reason. They run, and count as skipped. One that
passes after all is a failure, so that the list stays true. Those of UNIX sockets, which are not there, must get the error
NotSupported of the module; else they have failed. What fails is noted for the next process, which runs it once more.

The journal is -ResultPath with .journal added. It has each test of a file when the file has been read, again when it
begins, and when it has ended. When the process ends early, another one goes on from there: what has ended is skipped, and
a test that was begun twice has failed. So has a file that was begun twice in succession without coming to a test.
#>
param(
    [Parameter(Mandatory)] [string] $Pester,
    [Parameter(Mandatory)] [string] $ListPath,
    [Parameter(Mandatory)] [string] $ResultPath
)

$env:NO_COLOR = '1'
Import-Module -Name $Pester -ErrorAction Stop
# Tests see the variables of whoever runs them. So there is but one, of a name that no test has.
$pesterRun = @{
    Files        = @(Get-Content -LiteralPath $ListPath)
    ResultPath   = $ResultPath
    Journal      = "$ResultPath.journal"
    Ends         = @{} # the outcome of each test that has ended, and of each file
    Begun        = @{} # how often each test was begun
    Idle         = @{} # how often each file was begun since one of its tests was
    Again        = @{} # what has failed once, in whatever process
    Noted        = @{} # what has failed the first time in this one
    Known        = @{} # the outcome and the reason of each name
    KnownLike    = @{}
    Errors       = @() # those of the test that has ended
    Names        = [System.Collections.Generic.Dictionary[object, string]]::new()
}
Remove-Variable -Name Pester, ListPath, ResultPath

$pesterRun.List = Import-PowerShellDataFile -LiteralPath "$PSScriptRoot/Known.psd1"
foreach ($pesterName in $pesterRun.List.NotSupported) {
    $pesterRun[($pesterName -match '[*?[]' ? 'KnownLike' : 'Known')][$pesterName] = @{ Outcome = 'NotSupported'; Text = 'NotSupported' }
}
foreach ($pesterOutcome in 'Wine', 'NotForWindows') {
    foreach ($pesterReason in $pesterRun.List[$pesterOutcome].Keys) {
        foreach ($pesterName in $pesterRun.List[$pesterOutcome][$pesterReason]) {
            $pesterRun[($pesterName -match '[*?[]' ? 'KnownLike' : 'Known')][$pesterName] = @{
                Outcome = $pesterOutcome -eq 'Wine' ? 'Skipped' : 'NotForWindows'
                Text    = $pesterReason
            }
        }
    }
}
Remove-Variable -Name pesterOutcome, pesterReason, pesterName -ErrorAction Ignore

function Get-KnownReason {
    param([string] $Path)

    if ($pesterRun.Known.Contains($Path)) {
        return $pesterRun.Known[$Path]
    }
    foreach ($pattern in $pesterRun.KnownLike.Keys) {
        if ($Path -like $pattern) {
            return $pesterRun.KnownLike[$pattern]
        }
    }
}

function Add-JournalEntry {
    param([string] $Name, [string] $Outcome, [string] $Reason, [string] $Title)

    $entry = [ordered]@{ Name = $Name; Outcome = $Outcome; Reason = $Reason }
    if ($Title) {
        $entry.Title = $Title
    }
    [System.IO.File]::AppendAllText($pesterRun.Journal, (ConvertTo-Json -InputObject $entry -Compress) + "`n")
    Add-JournalState $entry
}

function Add-JournalState {
    param([System.Collections.IDictionary] $Entry)

    $file = ($Entry.Name -split '\|')[0]
    if ($Entry.Outcome -eq 'Again') {
        $pesterRun.Again[$Entry.Name] = $true
        $pesterRun.Ends.Remove($Entry.Name)
    }
    elseif ($Entry.Outcome) {
        $pesterRun.Ends[$Entry.Name] = $Entry.Outcome
    }
    if ($Entry.Reason -eq 'file') {
        $pesterRun.Idle[$file]++
    }
    elseif ($Entry.Reason -eq 'begun') {
        $pesterRun.Begun[$Entry.Name]++
        $pesterRun.Idle[$file] = 0
    }
}

function Read-Journal {
    if (-not [System.IO.File]::Exists($pesterRun.Journal)) {
        return
    }
    $text = [System.IO.File]::ReadAllText($pesterRun.Journal)
    # Of a string EndsWith asks for the culture, which takes minutes under Wine.
    if ($text -and -not $text.EndsWith([char]"`n")) {
        [System.IO.File]::AppendAllText($pesterRun.Journal, "`n")
    }
    # All at once, which is fast; line by line where a process has ended while it wrote.
    $lines = $text -split "`n" -ne ''
    try {
        foreach ($entry in ConvertFrom-Json -InputObject "[$($lines -join ',')]" -AsHashtable) {
            if ($entry.Reason -ne 'planned') {
                Add-JournalState $entry
            }
        }
        return
    }
    catch [System.ArgumentException] {
        $pesterRun.Ends.Clear(), $pesterRun.Begun.Clear(), $pesterRun.Idle.Clear(), $pesterRun.Again.Clear()
    }
    foreach ($line in $lines) {
        try {
            Add-JournalState (ConvertFrom-Json -InputObject $line -AsHashtable)
        }
        catch {
            [System.Console]::Out.WriteLine("Not read in the journal: $line") # a process ended while it wrote
        }
    }
}

# A test's name in the journal. Before it runs its name may still have places for values, so that several are alike.
function Add-PlannedTest {
    param([object] $Block, [hashtable] $Count)

    foreach ($test in $Block.Tests) {
        $name = "$($pesterRun.File)|$($test.Path -join '.')"
        $Count[$name]++
        $name = $Count[$name] -gt 1 ? "$name #$($Count[$name])" : $name
        $pesterRun.Names[$test] = $name
        if (-not $pesterRun.Ends.Contains($name) -and $pesterRun.Begun[$name] -ge 2) {
            [System.Console]::Out.WriteLine("Failed: ${name}: the process ended here twice")
            Add-JournalEntry -Name $name -Outcome Failed
        }
        foreach ($list in 'NotRun', 'NotRunOnWindows') {
            $left = $pesterRun.List[$list].Keys | Where-Object { ($test.Path -join '.') -like $_ }
            if ($left -and -not $pesterRun.Ends.Contains($name)) {
                Add-JournalEntry -Name $name -Outcome ($list -eq 'NotRun' ? 'Skipped' : 'NotForWindows') -Title ($test.Path -join '.') -Reason $pesterRun.List[$list][$left]
            }
        }
        if ($pesterRun.Ends.Contains($name)) {
            $test.Skip = $true # in an earlier process, or it must not run
        }
        elseif (-not $pesterRun.Begun.Contains($name)) {
            Add-JournalEntry -Name $name -Reason planned
        }
    }
    foreach ($child in $Block.Blocks) {
        Add-PlannedTest -Block $child -Count $Count
    }
}

function Add-TestResult {
    param([object] $Test)

    $name = $pesterRun.Names[$Test]
    if ($pesterRun.Ends.Contains($name) -or $pesterRun.Noted.Contains($name)) {
        return
    }
    $title = $Test.ExpandedPath
    $result = $Test.Inconclusive ? 'Inconclusive' : $Test.Skipped ? 'Skipped' : $Test.Passed ? 'Passed' : 'Failed'
    $reason = Get-KnownReason $title
    if ($result -eq 'Skipped') {
        $because = "$($Test.ErrorRecord)" -replace '^is skipped(, because )?'
        Add-JournalEntry -Name $name -Outcome ($because -in $pesterRun.List.NotForWindowsBecause ? 'NotForWindows' : 'Skipped') -Title $title -Reason $because
        return
    }
    if ($reason.Outcome -eq 'NotSupported' -and $result -eq 'Failed' -and
        ($pesterRun.Errors | Where-Object { $_.FullyQualifiedErrorId -like 'NotSupported,*' -and "$_" -like '*UNIX sockets*' })) {
        Add-JournalEntry -Name $name -Outcome Skipped -Title $title -Reason 'there are no UNIX sockets here: it got the error NotSupported, as it must'
        return
    }
    if ($reason -and $reason.Outcome -ne 'NotSupported' -and $result -eq 'Failed') {
        Add-JournalEntry -Name $name -Outcome $reason.Outcome -Title $title -Reason $reason.Text
        return
    }
    if (-not $reason -and $result -eq 'Passed') {
        Add-JournalEntry -Name $name -Outcome Passed -Title $title
        return
    }
    $problem = $reason ? "$result, so Known.psd1 must not say '$($reason.Text)'" : "$result $($Test.ErrorRecord -join "`n")"
    $isFirst = -not $pesterRun.Again.Contains($name)
    if ($isFirst) {
        $pesterRun.HasAgain = $true
        $pesterRun.Noted[$name] = $true
    }
    Add-JournalEntry -Name $name -Outcome ($isFirst ? 'Again' : 'Failed') -Title $title -Reason $problem
    [System.Console]::Out.WriteLine("Failed$($isFirst ? ' the first time' : ''): ${title}: $problem")
}

# Pester has no other way to tell of a test while the run goes on; editors use this one.
& (Get-Module -Name Pester) {
    param([scriptblock] $Planned, [scriptblock] $Begun, [scriptblock] $Ended)
    $script:additionalPlugins = New-PluginObject -Name Journal -ContainerDiscoveryEnd $Planned -EachTestSetupStart $Begun -EachTestTeardownEnd $Ended
} {
    param($Context)
    Add-PlannedTest -Block $Context.Block -Count @{}
} {
    param($Context)
    $global:Error.Clear()
    if (-not $Context.Test.Skip) {
        Add-JournalEntry -Name $pesterRun.Names[$Context.Test] -Reason begun
    }
} {
    param($Context)
    $pesterRun.Errors = @($global:Error | Where-Object { $_ -is [System.Management.Automation.ErrorRecord] })
    Add-TestResult $Context.Test
}

Read-Journal
foreach ($pesterFile in $pesterRun.Files) {
    $pesterRun.File = Split-Path -Path $pesterFile -Leaf
    if ($pesterRun.Ends.Contains($pesterRun.File)) {
        continue
    }
    if ($pesterRun.Idle[$pesterRun.File] -ge 2) {
        # The tests that it has not come to are planned and never ended.
        [System.Console]::Out.WriteLine("Failed: $($pesterRun.File): the process ended twice outside of its tests")
        Add-JournalEntry -Name $pesterRun.File -Outcome Failed
        continue
    }
    Add-JournalEntry -Name $pesterRun.File -Reason file
    $pesterRun.HasAgain = $false
    $configuration = New-PesterConfiguration
    $configuration.Run.Path = $pesterFile
    $configuration.Run.PassThru = $true
    $configuration.Output.Verbosity = 'None'
    $result = Invoke-Pester -Configuration $configuration
    foreach ($test in $result.Tests) {
        Add-TestResult $test
    }
    $outcome = 'Over'
    if ($pesterRun.HasAgain) {
        $outcome = 'Again'
    }
    foreach ($block in @($result.FailedBlocks) + @($result.FailedContainers)) {
        $outcome = $pesterRun.Again.Contains($pesterRun.File) ? 'Failed' : 'Again'
        [System.Console]::Out.WriteLine("Failed: $($block.ExpandedPath)$($block.Item): $($block.ErrorRecord -join "`n")")
    }
    if ($result.TotalCount -eq 0) {
        $outcome = 'Failed'
        [System.Console]::Out.WriteLine("Failed: $($pesterRun.File): no test ran")
    }
    Add-JournalEntry -Name $pesterRun.File -Outcome $outcome
    [System.Console]::Out.WriteLine("$($pesterRun.File): $($result.PassedCount) passed, $($result.Duration.TotalSeconds.ToString('0.0')) s")
}
[System.IO.File]::WriteAllText("$($pesterRun.ResultPath).over", '')
