# The programs that the module is compared with: finding, compiling, starting and ending them. Measure-PSSockets.ps1
# dot-sources this file. What is compiled goes to output/benchmarks.

[Diagnostics.CodeAnalysis.SuppressMessageAttribute('PSUseShouldProcessForStateChangingFunctions', '', Scope = 'Function', Target = '*', Justification = 'Helpers of the benchmark: nobody runs them with -WhatIf.')]
param()

$compiledDirectory = "$PSScriptRoot/../output/benchmarks"

# What was started and has not been stopped: the measuring script ends it, whatever happens.
$startedPrograms = [System.Collections.Generic.List[object]]::new()

<#
.SYNOPSIS
Gives those of the names that are not there: a program that is not on the path, or 'Linux' elsewhere.
#>
function Get-MissingNeed {
    param([string[]] $Name)

    foreach ($item in $Name) {
        $isThere = $item -eq 'Linux' ? $IsLinux : [bool](Get-Command -Name $item -CommandType Application -ErrorAction Ignore)
        if (-not $isThere) {
            $item
        }
    }
}

# Whether a file has to be made: it is not there, or older than one of its sources.
function Test-Outdated {
    param([string] $Path, [System.IO.FileInfo[]] $Source)

    $file = [System.IO.FileInfo]::new($Path)
    -not $file.Exists -or ($Source.LastWriteTimeUtc | Measure-Object -Maximum).Maximum -gt $file.LastWriteTimeUtc
}

<#
.SYNOPSIS
Gives the path of a program in C, which is compiled first when its source is newer.
#>
function Resolve-CProgram {
    param([Parameter(Mandatory, Position = 0)] [string] $Name)

    $path = "$compiledDirectory/c/$Name"
    $sources = Get-Item -LiteralPath "$PSScriptRoot/c/$Name.c", "$PSScriptRoot/c/common.h"
    if (Test-Outdated -Path $path -Source $sources) {
        $null = New-Item -ItemType Directory -Path "$compiledDirectory/c" -Force
        $messages = cc -std=gnu11 -O2 -Wall -Wextra -Werror -o $path $sources[0].FullName 2>&1
        if ($LASTEXITCODE -ne 0) {
            throw "cc could not compile ${Name}.c: $messages"
        }
    }
    $path
}

<#
.SYNOPSIS
Loads the loops in C# into this process, and compiles them first when their source is newer.
#>
function Import-CSharpLoop {
    if ('PSSockets.Benchmarks.DatagramLoops' -as [type]) {
        return
    }
    $project = "$PSScriptRoot/PSSockets.Benchmarks"
    $path = "$compiledDirectory/csharp/bin/PSSockets.Benchmarks/release/PSSockets.Benchmarks.dll"
    if (Test-Outdated -Path $path -Source (Get-ChildItem -LiteralPath $project -File)) {
        $messages = dotnet build $project --configuration Release --artifacts-path "$compiledDirectory/csharp" --nologo --verbosity quiet 2>&1
        if ($LASTEXITCODE -ne 0) {
            throw "dotnet could not build PSSockets.Benchmarks: $messages"
        }
        (Get-Item -LiteralPath $path).LastWriteTimeUtc = [datetime]::UtcNow # dotnet leaves one alone that would not change
    }
    Add-Type -Path $path
}

<#
.SYNOPSIS
Starts a program whose output can be read by Read-ProgramLine.
#>
function Start-Program {
    param(
        [Parameter(Mandatory, Position = 0)] [string] $Path,
        [Parameter(Position = 1)] [string[]] $ArgumentList = @(),
        [hashtable] $Environment = @{}
    )

    $start = [System.Diagnostics.ProcessStartInfo]::new($Path, $ArgumentList)
    $start.RedirectStandardOutput = $start.RedirectStandardError = $true
    foreach ($name in $Environment.Keys) {
        $start.Environment[$name] = $Environment[$name]
    }
    $program = [System.Diagnostics.Process]::Start($start)
    $startedPrograms.Add($program)
    $program
}

<#
.SYNOPSIS
Gives the next line that a program writes, split at its spaces. An error when none comes in time.
#>
function Read-ProgramLine {
    param(
        [Parameter(Mandatory, Position = 0)] [System.Diagnostics.Process] $Program,
        [double] $TimeoutSeconds = 70
    )

    $name = Split-Path -Path $Program.StartInfo.FileName -Leaf
    $reading = $Program.StandardOutput.ReadLineAsync()
    if (-not $reading.Wait([timespan]::FromSeconds($TimeoutSeconds))) {
        throw "$name wrote nothing within $TimeoutSeconds s."
    }
    if ($null -eq $reading.Result) {
        $problem = $Program.StandardError.ReadToEndAsync()
        throw "$name ended early: $($problem.Wait(5000) ? $problem.Result.Trim() : '')"
    }
    $reading.Result -split ' '
}

<#
.SYNOPSIS
Ends programs: those that were started, or one of them.
#>
function Stop-Program {
    param([Parameter(Position = 0)] [System.Diagnostics.Process[]] $Program = $startedPrograms.ToArray())

    foreach ($item in $Program) {
        $null = $startedPrograms.Remove($item)
        if (-not $item.HasExited) {
            $item.Kill()
            $null = $item.WaitForExit(10000)
        }
        $item.Dispose()
    }
}

<#
.SYNOPSIS
Runs a program and gives the one line it writes, split at its spaces.
#>
function Invoke-Program {
    param(
        [Parameter(Mandatory, Position = 0)] [string] $Path,
        [Parameter(Position = 1)] [string[]] $ArgumentList = @(),
        [hashtable] $Environment = @{}
    )

    $program = Start-Program $Path $ArgumentList -Environment $Environment
    try {
        Read-ProgramLine $program
    }
    finally {
        Stop-Program $program
    }
}

# Runs a script in a fresh process of the PowerShell that runs this one, and gives the number it writes.
function Invoke-FreshPwsh {
    param(
        [Parameter(Mandatory, Position = 0)] [string] $Script,
        [Parameter(Position = 1)] [string[]] $ArgumentList = @(),
        [hashtable] $Environment = @{}
    )

    $program = [System.Environment]::ProcessPath
    $start = @(if ((Split-Path -Path $program -LeafBase) -eq 'dotnet') { "$PSHOME/pwsh.dll" })
    $start += '-NoProfile', '-NonInteractive', '-File', $Script
    [double]::Parse((Invoke-Program $program ($start + $ArgumentList) -Environment $Environment), [cultureinfo]::InvariantCulture)
}
