<#
.SYNOPSIS
Measures the rows of Rows.ps1: the module and what it is compared with, in one run.

.DESCRIPTION
build.ps1 -Task Benchmark builds the module and runs this in a fresh process, which is how to run it.

Each row is measured in pairs, ours and theirs; the order changes from pair to pair, so that a machine that gets
slower or faster favours neither. A first pair only warms up. The table has, for each row, the median times of one
operation, the median of the pairs' ratios, and the least and the greatest of them. A ratio is ours to theirs: of the
rates where higher is better, of the times where lower is better. A row with a target has a verdict.

.PARAMETER Filter
Only the rows whose name matches this wildcard.

.PARAMETER PairCount
How many pairs to measure after the first.

.PARAMETER SavePath
A file to which the table is written too, as Markdown, with what machine it was.

.PARAMETER Strict
Ends with exit code 1 when a row misses its target.

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
Import-Module -Name "$PSScriptRoot/../output/PSSockets/PSSockets.psd1"

function Measure-Row {
    param([hashtable] $Row, [int] $PairCount)

    $context = if ($Row.Setup) { & $Row.Setup }
    try {
        $pairs = foreach ($number in 0..$PairCount) {
            $seconds = @{}
            $sides = 'Ours', 'Theirs'
            if ($number % 2) {
                [array]::Reverse($sides)
            }
            foreach ($side in $sides) {
                [System.GC]::Collect()
                $seconds[$side] = [double](& $Row[$side].Measure $context)
                if ($seconds[$side] -le 0) {
                    throw "$($Row.Name): $($Row[$side].Text) gave $($seconds[$side]) for its time."
                }
            }
            $ratio = $Row.Better -eq 'Higher' ? $seconds.Theirs / $seconds.Ours : $seconds.Ours / $seconds.Theirs
            [pscustomobject]@{ Ours = $seconds.Ours; Theirs = $seconds.Theirs; Ratio = $ratio }
        }
    }
    finally {
        if ($Row.Cleanup) {
            & $Row.Cleanup $context
        }
    }

    $pairs = $pairs | Select-Object -Skip 1
    $spread = $pairs.Ratio | Measure-Object -Minimum -Maximum
    $ratio = Get-Median $pairs.Ratio
    $verdict = if ($Row.Target) {
        ($Row.Better -eq 'Higher' ? $ratio -ge $Row.Target : $ratio -le $Row.Target) ? 'reached' : 'missed'
    }
    [pscustomobject]@{
        Row             = $Row.Name
        'Ours / theirs' = "$($Row.Ours.Text) / $($Row.Theirs.Text)"
        Ours            = Format-Duration (Get-Median $pairs.Ours)
        Theirs          = Format-Duration (Get-Median $pairs.Theirs)
        Ratio           = Format-Number $ratio
        Spread          = "$(Format-Number $spread.Minimum) to $(Format-Number $spread.Maximum)"
        Better          = $Row.Better.ToLowerInvariant()
        Target          = $Row.Target ? ($Row.Better -eq 'Higher' ? '>= ' : '<= ') + (Format-Number $Row.Target) : ''
        Verdict         = "$verdict"
    }
}

function Get-Median {
    param([double[]] $Number)

    $sorted = $Number | Sort-Object
    $middle = [System.Math]::DivRem($Number.Count, 2)
    $middle.Item2 ? $sorted[$middle.Item1] : ($sorted[$middle.Item1 - 1] + $sorted[$middle.Item1]) / 2
}

function Format-Number {
    param([double] $Number)

    $format = $Number -lt 10 ? '0.00' : $Number -lt 100 ? '0.0' : '0'
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
    param([object[]] $Result)

    $columns = @($Result[0].PSObject.Properties.Name)
    '# Results'
    ''
    'Written by `build.ps1 -Task Benchmark -Save`. Times are medians for one operation. The ratio is ours to theirs, of'
    'the rates where higher is better and of the times where lower is better: the median over the pairs of measurements,'
    'and as spread the least and the greatest.'
    ''
    "- $([datetime]::UtcNow.ToString('yyyy-MM-dd', [cultureinfo]::InvariantCulture))"
    "- $([System.Runtime.InteropServices.RuntimeInformation]::OSDescription) ($([System.Environment]::OSVersion.VersionString)), $([System.Runtime.InteropServices.RuntimeInformation]::OSArchitecture), $([System.Environment]::ProcessorCount) cores"
    "- $([System.Runtime.InteropServices.RuntimeInformation]::FrameworkDescription), PowerShell $($PSVersionTable.PSVersion)"
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

$all = @(. $RowPath)
$rows = @($all | Where-Object { $_.Name -like $Filter })
if (-not $rows) {
    throw "No row is named '$Filter'. The rows are $($all.Name -join ', ')."
}

$results = foreach ($row in $rows) {
    Measure-Row -Row $row -PairCount $PairCount
}
# Neither colours nor the width of a terminal: the table is for files too.
$PSStyle.OutputRendering = 'PlainText'
($results | Format-Table -Property * -AutoSize | Out-String -Width 300).Trim()
if ($SavePath) {
    ConvertTo-Markdown $results | Set-Content -LiteralPath $SavePath -Encoding utf8NoBOM
}
$missed = @($results | Where-Object Verdict -EQ 'missed')
if ($Strict -and $missed) {
    "Missed: $($missed.Row -join ', ')"
    exit 1
}
