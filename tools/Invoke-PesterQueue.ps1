<#
.SYNOPSIS
Runs Pester files side by side, in as many processes as there are cores.

.DESCRIPTION
Each process takes the next file as soon as it has run one. What a file prints comes in one piece: one line when all
its tests have passed or were skipped. The result of each file is a file of JSON in DIRECTORY/results: File, Passed,
Failed, Skipped, SkippedTests (Name, Reason), Problems, Seconds. There is one for every file of -Path, whatever happens:
also for one that cannot be read, that ends its process or never ends, and for those that no process came to.

.PARAMETER Path
The files, by their full names, in the order in which they are begun.

.PARAMETER Pester
The module, by its path.

.PARAMETER Directory
An empty directory.

.PARAMETER Pwsh
The PowerShell that runs them: a program, and the arguments that come before all others. Without it, the one that runs this.

.PARAMETER WorkerCount
How many processes there are.

.PARAMETER TimeoutSeconds
How long one file may take.
#>
param(
    [Parameter(Mandatory)] [string[]] $Path,
    [Parameter(Mandatory)] [string] $Pester,
    [Parameter(Mandatory)] [string] $Directory,
    [string[]] $Pwsh,
    [int] $WorkerCount = [System.Environment]::ProcessorCount,
    [double] $TimeoutSeconds = 600
)

$ErrorActionPreference = 'Stop'
foreach ($name in 'queue', 'taken', 'results') {
    $null = New-Item -ItemType Directory -Path "$Directory/$name"
}
# By these names, because as an argument a path with a wildcard would be expanded.
$files = [ordered]@{}
foreach ($file in $Path) {
    $number = '{0:d4}' -f $files.Count
    $files[$number] = [System.IO.Path]::GetRelativePath((Split-Path -Path $PSScriptRoot), $file)
    Set-Content -LiteralPath "$Directory/queue/$number" -Value $file
}

$program = @($Pwsh)
if (-not $Pwsh) {
    $program = @([System.Environment]::ProcessPath)
    if ((Split-Path -Path $program[0] -LeafBase) -eq 'dotnet') {
        $program += "$PSHOME/pwsh.dll"
    }
}
$arguments = @('-NoProfile', '-NonInteractive', '-File', "$PSScriptRoot/Invoke-PesterWorker.ps1")
$worker = @{
    Command   = @($program; $arguments)
    Arguments = @('-Pester', $Pester, '-Directory', $Directory, '-TimeoutSeconds', $TimeoutSeconds.ToString([cultureinfo]::InvariantCulture))
    Directory = $Directory
    Files     = $files
}

1..[System.Math]::Min($WorkerCount, $files.Count) | ForEach-Object -ThrottleLimit $WorkerCount -Parallel {
    $worker = $using:worker
    # Lines of Pester's that say nothing about a single file.
    $notSaid = '^\s*$|^(Starting discovery in|Discovery found|Running tests|Tests completed in|Tests Passed: )'

    # All that a file has printed, or one line where nothing is wrong.
    function Format-FileOutput {
        param([string] $File, [System.Collections.Generic.List[string]] $Line, [hashtable] $Result)

        if ($Result.Failed -eq 0 -and -not $Result.Problems) {
            $extra = $Line -notmatch $notSaid -notmatch '^\[\+\] '
            $skipped = $Result.Skipped ? ", $($Result.Skipped) skipped" : ''
            return ("[+] {0} {1:n1} s, {2} passed{3}" -f $File, $Result.Seconds, $Result.Passed, $skipped), $extra
        }
        "[-] $File"
        $Line -notmatch $notSaid
        $Result.Problems | ForEach-Object { "    $($File): $_" }
    }

    $mark = "#$([guid]::NewGuid().ToString('N'))"
    while (Get-ChildItem -LiteralPath "$($worker.Directory)/queue") {
        $program, $start = $worker.Command
        $lines = [System.Collections.Generic.List[string]]::new()
        $number = ''
        & $program @start @($worker.Arguments) -Mark $mark 2>&1 | ForEach-Object {
            switch -Regex ("$_") {
                "^$mark begin (\d+)$" {
                    $number = $Matches[1]
                    $lines.Clear()
                }
                "^$mark end (\d+)$" {
                    $result = Get-Content -LiteralPath "$($worker.Directory)/results/$number" -Raw | ConvertFrom-Json -AsHashtable
                    Format-FileOutput -File $worker.Files[$number] -Line $lines -Result $result
                    $number = ''
                    $lines.Clear()
                }
                default { $lines.Add($_) }
            }
        }
        if ($number) {
            $reason = $LASTEXITCODE -eq 124 ? 'it did not end in time' : "its process ended with exit code $LASTEXITCODE"
            $result = @{ Passed = 0; Failed = 1; Skipped = 0; Seconds = 0; SkippedTests = @(); Problems = @($reason) }
            $result | ConvertTo-Json | Set-Content -LiteralPath "$($worker.Directory)/results/$number"
            Format-FileOutput -File $worker.Files[$number] -Line $lines -Result $result
        }
        elseif ($LASTEXITCODE -ne 0) {
            # It failed before or between files. Another one would, too.
            "[-] a process for tests ended with exit code $LASTEXITCODE"
            $lines
            break
        }
    }
}

foreach ($number in $files.Keys) {
    $resultPath = "$Directory/results/$number"
    $result = @{ Passed = 0; Failed = 1; Skipped = 0; Seconds = 0; SkippedTests = @(); Problems = @('it did not run') }
    if (Test-Path -LiteralPath $resultPath) {
        $result = Get-Content -LiteralPath $resultPath -Raw | ConvertFrom-Json -AsHashtable
    }
    $result.File = $files[$number]
    $result | ConvertTo-Json -Depth 4 | Set-Content -LiteralPath $resultPath
}
