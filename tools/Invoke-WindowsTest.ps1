<#
.SYNOPSIS
Runs the unit tests and Pester files on the Windows build of .NET: under Wine, or on Windows as they are.

.DESCRIPTION
Both run at once, each in a process of its own, which leaves its counts in -Directory: unit.json and Pester.json. What
they print is printed when both are over. A process that does not end in time is ended, and leaves no counts.

Under Wine the runtime crashes now and then. Each process notes how far it came, so another one goes on from there; a
test during which a process ended twice has failed.

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
How long both may take.

.PARAMETER MaximumProcess
How many processes, one after the other, each of the two may need.
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

    [int] $MaximumProcess = 8
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

function New-WinePrefix {
    [Diagnostics.CodeAnalysis.SuppressMessageAttribute('PSUseShouldProcessForStateChangingFunctions', '', Justification = 'Makes only what Clean removes.')]
    param()

    $ready = "$Prefix/is-windows-10"
    if (Test-Path -LiteralPath $ready) {
        return
    }
    Remove-Item -LiteralPath $Prefix -Recurse -Force -ErrorAction Ignore
    $null = New-Item -ItemType Directory -Path $Prefix -Force
    $start = [System.Diagnostics.ProcessStartInfo]::new('Xvfb')
    '-displayfd', '1', '-screen', '0', '640x480x16', '-nolisten', 'tcp' | ForEach-Object { $start.ArgumentList.Add($_) }
    $start.RedirectStandardOutput = $true
    $start.RedirectStandardError = $true
    $display = [System.Diagnostics.Process]::Start($start)
    try {
        # It tells its number when it can be used.
        $number = $display.StandardOutput.ReadLine()
        if (-not $number) {
            throw "Xvfb does not start: $($display.StandardError.ReadToEnd())"
        }
        foreach ($arguments in @('wineboot', '--init'), @('winecfg', '-v', 'win10')) {
            $step = Start-Process -FilePath wine -ArgumentList $arguments -Environment ($settings + @{ DISPLAY = ":$number" }) -PassThru -RedirectStandardOutput "$Directory/wine.out" -RedirectStandardError "$Directory/wine.err"
            if (-not $step.WaitForExit(120000) -or $step.ExitCode -ne 0) {
                throw "wine $arguments failed: $(Get-Content -LiteralPath "$Directory/wine.err" -Raw)"
            }
        }
        $null = New-Item -ItemType File -Path $ready
    }
    finally {
        $display.Kill()
        $display.Dispose()
    }
}

function Start-Host {
    [Diagnostics.CodeAnalysis.SuppressMessageAttribute('PSUseShouldProcessForStateChangingFunctions', '', Justification = 'Starts only what this script ends.')]
    param([string] $Name, [string[]] $ArgumentList)

    $program = @{ FilePath = $HostPath; ArgumentList = $ArgumentList }
    if (-not $IsWindows) {
        $program = @{ FilePath = 'wine'; ArgumentList = @(ConvertTo-WindowsPath $HostPath) + $ArgumentList; Environment = $settings }
    }
    Start-Process @program -PassThru -RedirectStandardOutput "$Directory/$Name.out" -RedirectStandardError "$Directory/$Name.err"
}

if (-not $IsWindows) {
    foreach ($name in 'wine', 'Xvfb') {
        if (-not (Get-Command -Name $name -CommandType Application -ErrorAction Ignore)) {
            throw "$name is not installed. The packages of Debian are wine, wine64 and xvfb."
        }
    }
    New-WinePrefix
}

Set-Content -LiteralPath "$Directory/pester-files.txt" -Value ($Path | ForEach-Object { ConvertTo-WindowsPath $_ })
$arguments = [ordered]@{
    unit   = 'unit', (ConvertTo-WindowsPath $Assembly), (ConvertTo-WindowsPath "$Directory/unit.json")
    Pester = 'script', (ConvertTo-WindowsPath "$PSScriptRoot/../tests/windows/Invoke-PesterFile.ps1"), (ConvertTo-WindowsPath $Pester),
    (ConvertTo-WindowsPath "$Directory/pester-files.txt"), (ConvertTo-WindowsPath "$Directory/Pester.json")
}
$clock = [System.Diagnostics.Stopwatch]::StartNew()
$processes = @{}
$begun = @{}
foreach ($name in $arguments.Keys) {
    $processes[$name] = Start-Host -Name "$name-1" -ArgumentList $arguments[$name]
    $begun[$name] = 1
}
while ($processes.Count -gt 0 -and $clock.Elapsed.TotalSeconds -lt $TimeoutSeconds) {
    foreach ($name in @($processes.Keys)) {
        if (-not $processes[$name].WaitForExit(200)) {
            continue
        }
        if (-not (Test-Path -LiteralPath "$Directory/$name.json") -and $begun[$name] -lt $MaximumProcess) {
            $begun[$name]++
            $processes[$name] = Start-Host -Name "$name-$($begun[$name])" -ArgumentList $arguments[$name]
        }
        else {
            $processes.Remove($name)
        }
    }
}
foreach ($name in $arguments.Keys) {
    foreach ($number in 1..$begun[$name]) {
        if ($number -gt 1) {
            "${name}: process $number goes on where the last one ended"
        }
        Get-Content -LiteralPath "$Directory/$name-$number.out"
    }
    if ($processes.Contains($name)) {
        $processes[$name].Kill($true)
        Remove-Item -LiteralPath "$Directory/$name.json" -ErrorAction Ignore
        "${name}: not over after $TimeoutSeconds s"
    }
    elseif (-not (Test-Path -LiteralPath "$Directory/$name.json")) {
        "${name}: $($begun[$name]) processes ended early, and left no counts"
        Get-Content -LiteralPath "$Directory/$name-$($begun[$name]).err" -TotalCount 50
    }
}
