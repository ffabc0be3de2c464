<#
.SYNOPSIS
Runs the unit tests and Pester files on the Windows build of .NET: under Wine, or on Windows as they are.

.DESCRIPTION
Both run at once, in processes of their own. The counts are in -Directory: unit.json and Pester.json. What the processes
print is printed when all are over.

Under Wine the runtime crashes or stalls now and then, or does not start. Each process notes in its journal which test it
begins and how it ended. When a process ends early, or its journal does not grow for -StallSeconds, another one goes on
with what has not run. A test during which that happens twice has failed. A test that fails is run once more, in another
process, and only then has failed; that is printed. After -TimeoutSeconds, and when three processes in succession note
nothing, no other one is started, and each test and each file that did not run has failed.

Tests of what Windows does not have are counted by themselves, as not for Windows.

Where Wine itself cannot be used on this machine, or the Windows build of .NET does not start under it, the file
cannot-run.txt in -Directory says why, and nothing runs.

What .NET needs of Wine 8:

- The prefix is made once, and with a display: without one wineboot leaves out what .NET loads. Xvfb is enough, and only
  while the prefix is made.
- The prefix is Windows 10 (winecfg -v win10): .NET crashes in the version that Wine takes by itself.
- mscoree is not disabled (no WINEDLLOVERRIDES=mscoree=d, which is often recommended for prefixes without Mono).
- DOTNET_gcServer=0, DOTNET_TieredPGO=0, DOTNET_EnableWriteXorExecute=0: else the runtime stalls or crashes at the start.
- DOTNET_TieredCompilation=0, DOTNET_gcConcurrent=0, DOTNET_GCgen0size=10000000 (hexadecimal): the runtime then seldom
  suspends its threads, which in Wine fails now and then where a thread has just ended ("SuspendThread failed").
- winedbg is disabled, so that a crash ends the process and does not wait for a debugger.

.PARAMETER HostPath
The program that tests/windows makes.

.PARAMETER Assembly
The unit tests, for the version of .NET that the program brings.

.PARAMETER Pester
The manifest of Pester.

.PARAMETER Path
The Pester files.

.PARAMETER Directory
Where the counts go.

.PARAMETER Prefix
Where the prefix of Wine is, or is made.

.PARAMETER TimeoutSeconds
How long all of it may take.

.PARAMETER StallSeconds
How long a process may note nothing. The unit tests have a limit of their own for each test, which is shorter.

.PARAMETER PesterProcess
Among how many processes the Pester files are divided.
#>
[CmdletBinding()]
param(
    [Parameter(Mandatory)] [string] $HostPath,
    [Parameter(Mandatory)] [string] $Assembly,
    [Parameter(Mandatory)] [string] $Pester,
    [Parameter(Mandatory)] [string[]] $Path,
    [Parameter(Mandatory)] [string] $Directory,
    [Parameter(Mandatory)] [string] $Prefix,
    [double] $TimeoutSeconds = 600,
    [double] $StallSeconds = 100,
    [int] $PesterProcess = 1
)

$ErrorActionPreference = 'Stop'

$settings = @{
    WINEPREFIX                   = $Prefix
    WINEDEBUG                    = '-all'
    WINEDLLOVERRIDES             = 'winedbg.exe=d'
    DOTNET_gcServer              = '0'
    DOTNET_TieredPGO             = '0'
    DOTNET_EnableWriteXorExecute = '0'
    DOTNET_TieredCompilation     = '0'
    DOTNET_gcConcurrent          = '0'
    DOTNET_GCgen0size            = '10000000'
}

# The root of this file system is a drive to Wine.
function ConvertTo-WindowsPath {
    param([string] $Path)

    $IsWindows ? $Path : 'Z:' + $Path.Replace('/', '\')
}

# Why Wine cannot be used here; nothing when it can.
function Get-WineFault {
    foreach ($name in 'wine', 'Xvfb') {
        if (-not (Get-Command -Name $name -CommandType Application -ErrorAction Ignore)) {
            return "$name is not installed (Debian's packages: wine, wine64, xvfb)"
        }
    }
    try {
        $version = Invoke-Wine -ArgumentList '--version' -TimeoutSeconds 30
        # Of another version it is another one.
        $ready = "$Prefix/made-by-$("$version".Trim())"
        if (-not (Test-Path -LiteralPath $ready)) {
            try {
                New-WinePrefix
            }
            catch {
                "Wine's prefix is made once more: $_" | Out-Host
                New-WinePrefix
            }
            $null = New-Item -ItemType File -Path $ready
        }
        try {
            $null = Invoke-Wine -ArgumentList (ConvertTo-WindowsPath $HostPath), 'probe' -TimeoutSeconds 60
        }
        catch {
            "The Windows build of .NET is started once more: $_" | Out-Host
            $null = Invoke-Wine -ArgumentList (ConvertTo-WindowsPath $HostPath), 'probe' -TimeoutSeconds 60
        }
    }
    catch {
        "$_"
    }
}

function Invoke-Wine {
    param([string[]] $ArgumentList, [double] $TimeoutSeconds, [hashtable] $Environment = @{})

    $step = Start-Process -FilePath wine -ArgumentList $ArgumentList -Environment ($settings + $Environment) -PassThru -RedirectStandardOutput "$Directory/wine.out" -RedirectStandardError "$Directory/wine.err"
    if (-not $step.WaitForExit([timespan]::FromSeconds($TimeoutSeconds))) {
        $step.Kill($true)
        throw "wine $ArgumentList does not end"
    }
    if ($step.ExitCode -ne 0) {
        # What it said arrives a moment later than its end, unless Wine's server has inherited the pipe.
        $null = $step.WaitForExitAsync().Wait(3000)
        throw "wine $ArgumentList ended with exit code $($step.ExitCode): $((Get-Content -LiteralPath "$Directory/wine.err") -join ' ')"
    }
    Get-Content -LiteralPath "$Directory/wine.out" -Raw
}

function New-WinePrefix {
    [Diagnostics.CodeAnalysis.SuppressMessageAttribute('PSUseShouldProcessForStateChangingFunctions', '', Justification = 'Makes only what Clean removes.')]
    param()

    Remove-Item -LiteralPath $Prefix -Recurse -Force -ErrorAction Ignore
    $null = New-Item -ItemType Directory -Path $Prefix -Force
    $start = [System.Diagnostics.ProcessStartInfo]::new('Xvfb')
    '-displayfd', '1', '-screen', '0', '640x480x16', '-nolisten', 'tcp' | ForEach-Object { $start.ArgumentList.Add($_) }
    $start.RedirectStandardOutput = $true
    $start.RedirectStandardError = $true
    $display = [System.Diagnostics.Process]::Start($start)
    try {
        # It tells its number when it can be used.
        $number = $display.StandardOutput.ReadLineAsync()
        if (-not $number.Wait(30000) -or -not $number.Result) {
            throw 'Xvfb does not start'
        }
        $null = Invoke-Wine -ArgumentList 'wineboot', '--init' -TimeoutSeconds 120 -Environment @{ DISPLAY = ":$($number.Result)" }
        $null = Invoke-Wine -ArgumentList 'winecfg', '-v', 'win10' -TimeoutSeconds 60 -Environment @{ DISPLAY = ":$($number.Result)" }
    }
    finally {
        Stop-WineServer
        $display.Kill()
        $display.Dispose()
    }
}

# Ends what still runs in the prefix, and nothing else.
function Stop-WineServer {
    [Diagnostics.CodeAnalysis.SuppressMessageAttribute('PSUseShouldProcessForStateChangingFunctions', '', Justification = 'Ends only what this script started.')]
    param()

    if (Get-Command -Name wineserver -CommandType Application -ErrorAction Ignore) {
        $server = Start-Process -FilePath wineserver -ArgumentList '-k' -Environment $settings -PassThru -RedirectStandardError "$Directory/wineserver.err"
        $null = $server.WaitForExit(10000)
    }
}

# A process that goes on with what the journal of this name does not tell the end of.
function Start-Host {
    [Diagnostics.CodeAnalysis.SuppressMessageAttribute('PSUseShouldProcessForStateChangingFunctions', '', Justification = 'Starts only what this script ends.')]
    param([hashtable] $Run)

    $Run.Count++
    $Run.Length = Get-JournalLength $Run.Name
    $Run.LengthAtStart = $Run.Length
    $Run.Clock = [System.Diagnostics.Stopwatch]::StartNew()
    $program = @{ FilePath = $HostPath; ArgumentList = $Run.Arguments }
    if (-not $IsWindows) {
        $program = @{ FilePath = 'wine'; ArgumentList = @(ConvertTo-WindowsPath $HostPath) + $Run.Arguments; Environment = $settings }
    }
    $Run.Process = Start-Process @program -PassThru -RedirectStandardOutput "$Directory/$($Run.Name)-$($Run.Count).out" -RedirectStandardError "$Directory/$($Run.Name)-$($Run.Count).err"
}

function Get-JournalLength {
    param([string] $Name)

    $journal = [System.IO.FileInfo]::new("$Directory/$Name.journal")
    $journal.Exists ? $journal.Length : 0
}

# Whether it is over. One that ended early or stalls is followed by another.
function Test-HostOver {
    param([hashtable] $Run)

    $length = Get-JournalLength $Run.Name
    if ($length -gt $Run.Length) {
        $Run.Length = $length
        $Run.Clock.Restart()
    }
    $isOver = Test-Path -LiteralPath "$Directory/$($Run.Name).over"
    if ($isOver -and -not $Run.Process.WaitForExit(3000)) {
        # It has noted all, and does not come to its end.
        $Run.Process.Kill($true)
        $Run.Process.WaitForExit()
    }
    if (-not $Run.Process.WaitForExit(100)) {
        if ($Run.Clock.Elapsed.TotalSeconds -lt $StallSeconds) {
            return $false
        }
        $Run.Process.Kill($true)
        $Run.Notes += "$($Run.Name): process $($Run.Count) noted nothing for $StallSeconds s and was ended"
    }
    elseif ($isOver -or (Test-Path -LiteralPath "$Directory/$($Run.Name).over")) {
        # Those that failed the first time; after the second none is left.
        $again = @((Get-JournalEnd $Run.Name).Values | Where-Object Outcome -EQ 'Again')
        $Run.Rounds++
        if (-not $again -or $Run.Rounds -gt 3) {
            return $true
        }
        $Run.Notes += $again | ForEach-Object { "$($Run.Name): run once more, since it failed: $($_.Title ?? $_.Name): $($_.Reason)" }
        Remove-Item -LiteralPath "$Directory/$($Run.Name).over"
        Start-Host $Run
        return $false
    }
    else {
        $Run.Notes += "$($Run.Name): process $($Run.Count) ended early, with exit code $($Run.Process.ExitCode)"
    }
    $Run.Fruitless = $length -gt $Run.LengthAtStart ? 0 : $Run.Fruitless + 1
    if ($Run.Fruitless -eq 3) {
        $Run.Problems += 'three processes in succession noted nothing'
        return $true
    }
    Start-Host $Run
    $false
}

# What a journal says last of each test.
function Get-JournalEnd {
    param([string] $Name)

    $ends = [ordered]@{}
    $lines = (Test-Path -LiteralPath "$Directory/$Name.journal") ? [System.IO.File]::ReadAllLines("$Directory/$Name.journal") : @()
    foreach ($line in $lines) {
        try {
            $entry = ConvertFrom-Json -InputObject $line -AsHashtable
        }
        catch {
            continue # a process ended while it wrote
        }
        if ($entry.Outcome -or -not $ends.Contains($entry.Name)) {
            $ends[$entry.Name] = $entry
        }
    }
    $ends
}

# The counts of a journal. Who planned a test and did not come to its end has failed it.
function Get-JournalSum {
    param([hashtable] $Run)

    $ends = Get-JournalEnd $Run.Name
    $sum = @{ Passed = 0; Failed = 0; Skipped = 0; NotForWindows = 0; SkippedTests = @(); Foreign = @(); Problems = @($Run.Problems) }
    foreach ($file in $Run.Files | Where-Object { $_ -and -not $ends.Contains($_) }) {
        $sum.Failed++
        $sum.Problems += "not run: $file"
    }
    foreach ($entry in $ends.Values) {
        switch ($entry.Outcome) {
            'Passed' { $sum.Passed++ }
            'Skipped' {
                $sum.Skipped++
                $sum.SkippedTests += @{ Name = $entry.Title ?? $entry.Name; Reason = $entry.Reason }
            }
            # What a name stands for that is not a test: a file, or a theory whose rows are there.
            'Over' { }
            'NotForWindows' {
                $sum.NotForWindows++
                $sum.Foreign += $entry.Reason
            }
            { $_ -in 'Failed', 'Again' } {
                $sum.Failed++
                $sum.Problems += "failed: $($entry.Title ?? $entry.Name)"
            }
            default {
                $sum.Failed++
                $sum.Problems += "did not run to its end: $($entry.Name)"
            }
        }
    }
    if ($ends.Count -eq 0) {
        $sum.Failed++
        $sum.Problems += 'no process started a test'
    }
    $sum
}

if (-not $IsWindows -and ($fault = Get-WineFault)) {
    Set-Content -LiteralPath "$Directory/cannot-run.txt" -Value $fault
    return
}

$runs = @(
    @{ Name = 'unit'; Arguments = 'unit', (ConvertTo-WindowsPath $Assembly), (ConvertTo-WindowsPath "$Directory/unit") }
    foreach ($number in 1..$PesterProcess) {
        $share = 0..($Path.Count - 1) | Where-Object { $_ % $PesterProcess -eq $number - 1 } | ForEach-Object { ConvertTo-WindowsPath $Path[$_] }
        Set-Content -LiteralPath "$Directory/Pester$number.files" -Value $share
        @{
            Name      = "Pester$number"
            Files     = @($share | ForEach-Object { ($_ -split '[\\/]')[-1] })
            Arguments = 'script', (ConvertTo-WindowsPath "$PSScriptRoot/../tests/windows/Invoke-PesterFile.ps1"), (ConvertTo-WindowsPath $Pester),
            (ConvertTo-WindowsPath "$Directory/Pester$number.files"), (ConvertTo-WindowsPath "$Directory/Pester$number")
        }
    }
)
$clock = [System.Diagnostics.Stopwatch]::StartNew()
try {
    foreach ($run in $runs) {
        $run.Count = $run.Fruitless = $run.Rounds = 0
        $run.Notes = $run.Problems = @()
        Start-Host $run
    }
    $running = $runs
    while ($running -and $clock.Elapsed.TotalSeconds -lt $TimeoutSeconds) {
        $running = @($running | Where-Object { -not (Test-HostOver $_) })
    }
    foreach ($run in $running) {
        $run.Process.Kill($true)
        $run.Problems += "not over after $TimeoutSeconds s"
    }
}
finally {
    if (-not $IsWindows) {
        Stop-WineServer
    }
}

foreach ($run in $runs) {
    foreach ($number in 1..$run.Count) {
        Get-Content -LiteralPath "$Directory/$($run.Name)-$number.out"
    }
    $run.Notes
    if ($run.Problems) {
        Get-Content -LiteralPath "$Directory/$($run.Name)-$($run.Count).err" -TotalCount 50
    }
}
foreach ($kind in 'unit', 'Pester') {
    $sum = @{ Passed = 0; Failed = 0; Skipped = 0; NotForWindows = 0; SkippedTests = @(); Foreign = @(); Problems = @() }
    foreach ($run in $runs | Where-Object Name -Like "$kind*") {
        $part = Get-JournalSum $run
        @($sum.Keys) | ForEach-Object { $sum[$_] += $part[$_] }
    }
    $sum.Foreign | Group-Object | Sort-Object -Property @{ Expression = 'Count'; Descending = $true }, Name | ForEach-Object { "$kind, not for Windows: $($_.Count): $($_.Name)" }
    $null = $sum.Remove('Foreign')
    $sum | ConvertTo-Json -Depth 4 | Set-Content -LiteralPath "$Directory/$kind.json"
}
'{0:0} s' -f $clock.Elapsed.TotalSeconds
