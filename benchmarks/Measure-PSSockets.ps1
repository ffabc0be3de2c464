<#
.SYNOPSIS
Measures the rows of Rows.ps1: the module and what it is compared with, in one run.

.DESCRIPTION
build.ps1 -Task Benchmark builds the module and runs this in a fresh process, which is how to run it.

Each row is measured in pairs, ours and theirs; the order changes from pair to pair, so that a machine that gets
slower or faster favours neither. The first pairs, of a second at least or five, only warm up. The table has, for each row and size, the median times of
one item, the median of the pairs' ratios, and the least and the greatest of them. A ratio is ours to theirs: of the
rates where higher is better, of the times where lower is better. A row where nothing is compared has its measure
instead of a ratio. Growth is the time of one item at the larger size to that at the smaller: 1 where the cost grows in
proportion to the work. A row with a target has a verdict; one whose growth is more than 3, and more than three times
that of what it is compared with, has missed.

What a row needs and the machine has not is named, and the row left out. A row that fails is named too, and the others
go on. While it runs, the error stream of the process tells the row that is measured.

.PARAMETER Filter
Only the rows whose name matches this wildcard. Those that take long are measured only with a filter: 'long-*'.

.PARAMETER PairCount
How many pairs to measure after those that warm up.

.PARAMETER SavePath
A file to which the table is written too, as Markdown, with what machine it was.

.PARAMETER Strict
Ends with exit code 1 when a row misses its target or fails.

.PARAMETER RowPath
The script that gives the rows; Rows.ps1 says what a row is.
#>
#Requires -Version 7.4
[CmdletBinding()]
param(
    [SupportsWildcards()]
    [ValidateNotNullOrEmpty()]
    [string] $Filter = '*',

    [ValidateRange(5, 1000)]
    [int] $PairCount = 5,

    [string] $SavePath,

    [switch] $Strict,

    [ValidateNotNullOrEmpty()]
    [string] $RowPath = "$PSScriptRoot/Rows.ps1"
)

$ErrorActionPreference = 'Stop'
$ProgressPreference = 'SilentlyContinue' # drawing is the terminal's time
Set-Variable -Name PSNativeCommandUseErrorActionPreference -Value $false # exit codes are looked at where they matter
$largestGrowth = 3.0 # of 1 for what is in proportion, and 10 for what is quadratic
Import-Module -Name "$PSScriptRoot/../output/PSSockets/PSSockets.psd1"
. $PSScriptRoot/Programs.ps1

#--- Measuring -------------------------------------------------------------------------------------

# Gives one result for each size of the row, the smallest first; -Failure gets why there is none for a size.
function Measure-Row {
    param([hashtable] $Row, [int] $PairCount, [System.Collections.Generic.List[string]] $Failure)

    # The larger size first, because it warms up what the smaller one would measure cold.
    $sizes = @($Row.Size ?? 0)
    $measured = @{}
    foreach ($size in $sizes | Sort-Object -Descending) {
        try {
            $measured[$size] = @(Measure-Pair -Row $Row -Size $size -PairCount ($Row.Pairs ?? $PairCount))
        }
        catch {
            $Failure.Add("Failed: $($Row.Name)$($size ? " with $(Format-Count $size) items" : ''): $_")
        }
        finally {
            Stop-Program
            Get-Socket | Close-Socket
        }
    }
    foreach ($size in $sizes | Where-Object { $measured[$_] }) {
        $growth = @{}
        if ($size -ne $sizes[0] -and $measured[$sizes[0]] -and -not $Row.Unit) {
            foreach ($side in 'Ours', 'Theirs' | Where-Object { $Row[$_] }) {
                $growth[$side] = (Get-Median $measured[$size].$side) / (Get-Median $measured[$sizes[0]].$side)
            }
        }
        ConvertTo-Result -Row $Row -Size $size -Pair $measured[$size] -Growth $growth
    }
}

function Measure-Pair {
    param([hashtable] $Row, [int] $Size, [int] $PairCount)

    $sides = @('Ours', 'Theirs' | Where-Object { $Row[$_] })
    $context = if ($Row.Setup) { & $Row.Setup $Size }
    try {
        # Warm when a second has passed, or after five pairs: what is short is measured often before it is warm. One that
        # is measured only once takes so long that it needs none of this.
        $warmUpCount = $Row.WarmUp ?? ($PairCount -eq 1 ? 0 : 5)
        $clock = [System.Diagnostics.Stopwatch]::StartNew()
        $measuredCount = 0
        for ($number = 0; $measuredCount -lt $PairCount; $number++) {
            $isWarm = $number -ge $warmUpCount -or ($number -and -not $Row.WarmUp -and $clock.Elapsed.TotalSeconds -ge 1)
            $values = @{}
            if ($number) {
                [array]::Reverse($sides)
            }
            foreach ($side in $sides) {
                [System.GC]::Collect()
                $values[$side] = [double](& $Row[$side].Measure $context)
                if (-not $Row.Unit -and $values[$side] -le 0) {
                    throw "$($Row[$side].Text) gave $($values[$side]) for its time."
                }
            }
            if ($isWarm) {
                $measuredCount++
                [pscustomobject]@{ Ours = $values.Ours; Theirs = $values.Theirs; Ratio = Get-Ratio -Row $Row -Value $values }
            }
        }
    }
    finally {
        if ($Row.Cleanup) {
            & $Row.Cleanup $context
        }
    }
}

function Get-Ratio {
    param([hashtable] $Row, [hashtable] $Value)

    if (-not $Row.Theirs) {
        $Value.Ours
    }
    elseif ($Row.Better -eq 'Higher' -and -not $Row.Unit) {
        $Value.Theirs / $Value.Ours # times, and their rates are compared
    }
    else {
        $Value.Ours / $Value.Theirs
    }
}

function Get-Median {
    param([double[]] $Number)

    $sorted = $Number | Sort-Object
    $middle = [System.Math]::DivRem($Number.Count, 2)
    $middle.Item2 ? @($sorted)[$middle.Item1] : ($sorted[$middle.Item1 - 1] + $sorted[$middle.Item1]) / 2
}

#--- Results ---------------------------------------------------------------------------------------

function ConvertTo-Result {
    param([hashtable] $Row, [int] $Size, [object[]] $Pair, [hashtable] $Growth)

    $format = $Row.Theirs ? { Format-Number $args[0] } : { Format-Measure $args[0] $Row.Unit }
    $spread = $Pair.Ratio | Measure-Object -Minimum -Maximum
    $ratio = Get-Median $Pair.Ratio
    $isReached = $Row.Better -eq 'Higher' ? $ratio -ge $Row.Target : $ratio -le $Row.Target
    # What costs the other side more too, for instance because the processor slept in between, is not our fault.
    $isDisproportionate = $Growth.Ours -gt $largestGrowth * [System.Math]::Max(1.0, [double]$Growth.Theirs)
    $isMissed = ($Row.Target -and -not $isReached) -or $isDisproportionate
    [pscustomobject]@{
        Row             = $Row.Name
        'Ours / theirs' = ($Row.Ours.Text, $Row.Theirs.Text | Where-Object { $_ }) -join ' / '
        Items           = $Size ? (Format-Count $Size) : ''
        Ours            = Format-Measure (Get-Median $Pair.Ours) $Row.Unit
        Theirs          = $Row.Theirs ? (Format-Measure (Get-Median $Pair.Theirs) $Row.Unit) : ''
        Ratio           = $Row.Theirs ? (Format-Number $ratio) : ''
        Spread          = "$(& $format $spread.Minimum) to $(& $format $spread.Maximum)"
        Growth          = $Growth.Ours ? (Format-Number $Growth.Ours) : ''
        Better          = $Row.Better.ToLowerInvariant()
        Target          = $Row.Target ? ($Row.Better -eq 'Higher' ? '>= ' : '<= ') + (& $format $Row.Target) : ''
        Verdict         = $isMissed ? 'missed' : $Row.Target ? 'reached' : ''
    }
}

function Format-Count {
    param([int] $Number)

    $Number.ToString('#,0', [cultureinfo]::InvariantCulture)
}

function Format-Measure {
    param([double] $Number, [string] $Unit)

    $Unit ? "$(Format-Number $Number) $Unit" : (Format-Duration $Number)
}

function Format-Number {
    param([double] $Number)

    $magnitude = [System.Math]::Abs($Number)
    $format = $magnitude -ge 100 ? '0' : $magnitude -ge 10 ? '0.0' : $magnitude -ge 0.1 -or -not $magnitude ? '0.00' : '0.0000'
    $Number.ToString($format, [cultureinfo]::InvariantCulture)
}

function Format-Duration {
    param([double] $Second)

    foreach ($unit in @{ Name = 's'; Size = 1 }, @{ Name = 'ms'; Size = 1e-3 }, @{ Name = 'us'; Size = 1e-6 }, @{ Name = 'ns'; Size = 1e-9 }) {
        if ($Second -ge $unit.Size) {
            break
        }
    }
    "$(Format-Number ($Second / $unit.Size)) $($unit.Name)"
}

function ConvertTo-Markdown {
    param([object[]] $Result, [string[]] $Remark)

    '# Results'
    ''
    'Written by `build.ps1 -Task Benchmark`; the [README](README.md) says how each row is measured. Times are medians for'
    'one item. The ratio is ours to theirs, of the rates where higher is better and of the times where lower is better: the'
    'median over the pairs of measurements, and as spread the least and the greatest. Growth is the time of one item to that'
    'of one when there are fewer of them: 1 where the cost grows in proportion to the work.'
    ''
    "- $([datetime]::UtcNow.ToString('yyyy-MM-dd', [cultureinfo]::InvariantCulture))"
    Get-MachineLine | ForEach-Object { "- $_" }
    Get-VersionLine | ForEach-Object { "- $_" }
    if ($Result) {
        $columns = @($Result[0].PSObject.Properties.Name)
        ''
        "| $($columns -join ' | ') |"
        "|$('---|' * $columns.Count)"
        foreach ($item in $Result) {
            $cells = foreach ($column in $columns) {
                $cell = $item.$column.Replace('|', '\|')
                $column -eq 'Ours / theirs' ? "``$cell``" : $cell
            }
            "| $($cells -join ' | ') |"
        }
    }
    if ($Remark) {
        ''
        $Remark | ForEach-Object { "- $_" }
    }
}

function Get-MachineLine {
    $model = if (Test-Path -LiteralPath /proc/cpuinfo) {
        Get-Content -LiteralPath /proc/cpuinfo | Where-Object { $_ -match '^model name\s*:\s*(.+)$' } | Select-Object -First 1 | ForEach-Object { $Matches[1] }
    }
    "$($model ?? $env:PROCESSOR_IDENTIFIER ?? 'processor unknown'), $([System.Environment]::ProcessorCount) cores, $([System.Runtime.InteropServices.RuntimeInformation]::OSArchitecture)"
    $release = '/proc/sys/kernel/osrelease'
    $kernel = (Test-Path -LiteralPath $release) ? (Get-Content -LiteralPath $release) : [System.Environment]::OSVersion.Version
    "$([System.Runtime.InteropServices.RuntimeInformation]::OSDescription), kernel $kernel"
}

# The versions of what takes part, as each tells it.
function Get-VersionLine {
    "$([System.Runtime.InteropServices.RuntimeInformation]::FrameworkDescription), PowerShell $($PSVersionTable.PSVersion), PSSockets $((Get-Module -Name PSSockets).Version)"
    $programs = [ordered]@{
        cc      = { cc --version }
        dotnet  = { "dotnet SDK $(dotnet --version)" }
        python3 = { python3 --version }
        socat   = { (socat -V) -match '^socat version' -replace ' on .*' }
        ncat    = { ncat --version }
    }
    $versions = foreach ($name in $programs.Keys | Where-Object { -not (Get-MissingNeed $_) }) {
        & $programs[$name] 2>&1 | Where-Object { "$_".Trim() } | Select-Object -First 1
    }
    if ($versions) {
        $versions -join ', '
    }
}

#---------------------------------------------------------------------------------------------------

$all = @(. $RowPath)
$rows = @($all | Where-Object { $_.Name -like $Filter -and ($Filter -ne '*' -or -not $_.OnRequest) })
if (-not $rows) {
    throw "No row is named '$Filter'. The rows are $($all.Name -join ', ')."
}

$remarks = [System.Collections.Generic.List[string]]::new()
$failed = [System.Collections.Generic.List[string]]::new()
$results = @(
    foreach ($row in $rows) {
        $missing = @(Get-MissingNeed $row.Needs; if ($row.Unless) { & $row.Unless })
        if ($missing) {
            $remarks.Add("Left out: $($row.Name), because of what is missing: $($missing -join ', ')")
            continue
        }
        [System.Console]::Error.WriteLine("$($row.Name): $($row.Ours.Text)")
        $failures = [System.Collections.Generic.List[string]]::new()
        Measure-Row -Row $row -PairCount $PairCount -Failure $failures
        if ($failures.Count) {
            $remarks.AddRange($failures)
            $failed.Add($row.Name)
        }
    }
)

# Neither colours nor the width of a terminal: the table is for files too.
$PSStyle.OutputRendering = 'PlainText'
if ($results) {
    ($results | Format-Table -Property * -AutoSize | Out-String -Width 300).Trim()
}
if ($remarks) {
    $remarks
}
if ($SavePath) {
    ConvertTo-Markdown -Result $results -Remark $remarks | Set-Content -LiteralPath $SavePath -Encoding utf8NoBOM
}
$missed = @(@($results | Where-Object Verdict -EQ 'missed').Row + $failed | Where-Object { $_ } | Select-Object -Unique)
if ($Strict -and $missed) {
    "Missed: $($missed -join ', ')"
    exit 1
}
