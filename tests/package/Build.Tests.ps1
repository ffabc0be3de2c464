BeforeAll {
    . $PSScriptRoot/../helpers/Common.ps1
    $root = (Resolve-Path -LiteralPath "$PSScriptRoot/../..").ProviderPath
    $build = "$root/build.ps1"
    $manifest = Import-PowerShellDataFile -Path $ModulePath
}

Describe 'build.ps1' {
    It 'refuses an unknown task, and lists the tasks that there are, before it runs one' {
        { & $build -Task Clean, Release } |
            Should -Throw "There is no task 'Release'. The tasks are Build, Test, TestWindows, Torture, Docs, Analyze, Demo, Benchmark, Package, Publish, Clean."
        $ModulePath | Should -Exist
    }

    It 'takes tasks as another shell passes them' {
        { & $build -Task 'Clean,' 'Release' } | Should -Throw "There is no task 'Release'.*"
        $ModulePath | Should -Exist
    }

    It 'completes and explains each task' {
        $line = "& '$build' -Task "
        $tasks = [System.Management.Automation.CommandCompletion]::CompleteInput($line, $line.Length, @{}).CompletionMatches.CompletionText
        $tasks | Should -Be 'Build', 'Test', 'TestWindows', 'Torture', 'Docs', 'Analyze', 'Demo', 'Benchmark', 'Package', 'Publish', 'Clean'
        $text = (Get-Help -Name $build).Description | Out-String
        foreach ($task in $tasks) {
            $text | Should -MatchExactly "(?m)^ *$task +[a-z]"
        }
    }
}

Describe 'Test' {
    BeforeAll {
        # Runs Pester files that hold these texts, and gives what was printed (Text) and the result of each by its name.
        function Invoke-TestQueue {
            param([Parameter(Mandatory)] [System.Collections.IDictionary] $Content, [string] $Pester = "$((Get-Module Pester).ModuleBase)/Pester.psd1", [double] $TimeoutSeconds = 300)

            $directory = New-Item -ItemType Directory -Path (Join-Path $TestDrive ([guid]::NewGuid()))
            $files = foreach ($name in $Content.Keys) {
                Set-Content -LiteralPath "$directory/$name.Tests.ps1" -Value $Content[$name]
                "$directory/$name.Tests.ps1"
            }
            $queue = New-Item -ItemType Directory -Path "$directory/queue"
            $result = @{ Text = & "$root/tools/Invoke-PesterQueue.ps1" -Path $files -Pester $Pester -Directory $queue -WorkerCount 2 -TimeoutSeconds $TimeoutSeconds | Out-String }
            foreach ($file in Get-ChildItem -Path "$queue/results") {
                $one = Get-Content -LiteralPath $file.FullName -Raw | ConvertFrom-Json
                $result[[System.IO.Path]::GetFileName($one.File) -replace '\.Tests\.ps1$'] = $one
            }
            $result
        }
    }

    It 'runs each file once, adds up, and fails for whatever does not pass' {
        $result = Invoke-TestQueue ([ordered]@{
                Passes       = "Describe 'a' { It 'b' { 1 | Should -Be 1 }; It 'c' -ForEach 1, 2 { `$_ | Should -BeGreaterThan 0 } }"
                IsSkipped    = "Describe 'a' { It 'b' { Set-ItResult -Skipped -Because 'the moon is new' } }"
                Fails        = "Describe 'a' { It 'b' { Write-Host 'just before'; 1 | Should -Be 2 }; It 'c' { 1 | Should -Be 1 } }"
                Undecided    = "Describe 'a' { It 'b' { Set-ItResult -Inconclusive } }"
                Undiscovered = "throw 'not a test'"
                Unreadable   = "Describe 'a' {"
                Unprepared   = "Describe 'a' { BeforeAll { throw 'not ready' }; It 'b' { 1 | Should -Be 1 } }"
                Uncleaned    = "Describe 'a' { AfterAll { throw 'not clean' }; It 'b' { 1 | Should -Be 1 } }"
                Empty        = "Describe 'a' { }"
                Exits        = "Describe 'a' { It 'b' { [System.Environment]::Exit(0) } }"
                Crashes      = "Describe 'a' { It 'b' { [System.Environment]::Exit(7) } }"
                SeesNothing  = "Describe 'a' { It 'b' { Write-Error 'not the end'; `"`$number`$directory`$result`$worker`$lines`$files`" | Should -BeExactly '' } }"
                IsLast       = "Describe 'a' { It 'b' { 1 | Should -Be 1 } }"
            })
        $result.Passes.Passed, $result.Passes.Failed | Should -Be 3, 0
        foreach ($name in 'SeesNothing', 'IsLast') {
            $result.$name.Passed, $result.$name.Failed | Should -Be 1, 0 -Because $name
        }
        $result.IsSkipped.Passed, $result.IsSkipped.Failed, $result.IsSkipped.Skipped | Should -Be 0, 0, 1
        $result.IsSkipped.SkippedTests.Reason | Should -Be 'the moon is new'
        $result.Fails.Passed, $result.Fails.Failed | Should -Be 1, 1
        foreach ($name in 'Passes', 'IsSkipped', 'SeesNothing', 'IsLast') {
            $result.$name.Problems | Should -BeNullOrEmpty
            $result.Text | Should -Match "(?m)^\[\+\] .*\b$name\.Tests\.ps1 \d"
        }
        foreach ($name in 'Fails', 'Undecided', 'Undiscovered', 'Unreadable', 'Unprepared', 'Uncleaned', 'Empty', 'Exits', 'Crashes') {
            $result.$name.Failed | Should -BeGreaterThan 0 -Because $name
            $result.$name.Problems | Should -HaveCount 1 -Because $name
            $result.Text | Should -Match "(?m)^\[-\] .*\b$name\.Tests\.ps1\r?$"
        }
        $result.Empty.Problems | Should -Be 'it holds no test'
        $result.Exits.Problems | Should -Be 'its process ended with exit code 0'
        $result.Crashes.Problems | Should -Be 'its process ended with exit code 7'
        # In one piece: the file's name, what it prints, which test fails and why.
        $result.Text | Should -Match '(?m)^\[-\] .*\bFails\.Tests\.ps1\r?\njust before\r?\n\[-\] a\.b .*\r?\n.*Expected 2, but got 1'
        $result.Text | Should -Not -Match '#[0-9a-f]{32}'
        $result.Count | Should -Be 14
    }

    It 'ends a file that never ends' {
        $result = Invoke-TestQueue -TimeoutSeconds 1 @{ Endless = "Describe 'a' { It 'b' { [System.Threading.Thread]::Sleep(-1) } }" }
        $result.Endless.Failed | Should -Be 1
        $result.Endless.Problems | Should -Be 'it did not end in time'
    }

    It 'fails when Pester is missing' {
        $result = Invoke-TestQueue -Pester "$TestDrive/no-such-module.psd1" @{ Passes = "Describe 'a' { It 'b' { 1 | Should -Be 1 } }" }
        $result.Text | Should -Match 'a process for tests ended with exit code 1'
        $result.Text | Should -Match 'no-such-module'
        $result.Passes.Failed | Should -Be 1
        $result.Passes.Problems | Should -Be 'it did not run'
    }

    It 'counts a test that is skipped without a reason as failed, and one with a reason as skipped' {
        $result = Invoke-TestQueue @{
            Silent = "Describe 'a' { It 'passes' { 1 | Should -Be 1 }; It 'is left out' -Skip { 1 | Should -Be 1 } }"
            Says   = "Describe 'a' { It 'passes' { 1 | Should -Be 1 }; It 'is left out' { Set-ItResult -Skipped -Because 'it is late' } }"
            Before = "Describe 'a' { BeforeEach { Set-ItResult -Skipped -Because 'it is early' }; It 'is left out' { 1 | Should -Be 2 } }"
        }
        $result.Silent.Passed, $result.Silent.Failed | Should -Be 1, 1
        $result.Silent.Problems | Should -Be 'skipped without a reason: a.is left out'
        $result.Says.Passed, $result.Says.Failed, $result.Says.Skipped | Should -Be 1, 0, 1
        $result.Says.SkippedTests.Reason | Should -Be 'it is late'
        $result.Before.Failed, $result.Before.Skipped | Should -Be 0, 1
        $result.Before.SkippedTests.Reason | Should -Be 'it is early'
    }

    It 'says in its last line that something failed when Pester is not among the packages' {
        $start = [System.Diagnostics.ProcessStartInfo]::new($pwsh, [string[]] @($pwshStart; '-NonInteractive', '-File', $build, '-Task', 'Test', '-NoBuild', '-Filter', 'Get-SocketHostName'))
        $start.Environment['NuGetPackageRoot'] = "$TestDrive/packages/"
        $start.RedirectStandardOutput = $true
        $process = [System.Diagnostics.Process]::Start($start)
        $lines = $process.StandardOutput.ReadToEnd().Trim() -split '\r?\n'
        $process.WaitForExit()
        $process.ExitCode | Should -Be 1
        $lines[-1] | Should -BeExactly '0 passed, 1 failed, 0 skipped'
        @($lines -match '^Pester: Pester [\d.]+ is not in the package folder') | Should -HaveCount 1
    }

    It 'has one sum for several tasks, in the last line' {
        $lines = & $pwsh @pwshStart -NonInteractive -File $build -Task 'Test,Test' -NoBuild -Filter 'no-such-[f]ile'
        $LASTEXITCODE | Should -Be 1
        $lines[-1] | Should -BeExactly '0 passed, 2 failed, 0 skipped'
        @($lines -match '^\d+ passed, \d+ failed, \d+ skipped$') | Should -HaveCount 1
    }
}

Describe 'Analyze' {
    It 'finds <Rule> without any module' -ForEach @(
        @{ Rule = 'what does not parse'; Code = 'foreach ($x in 1'; Expected = 'MissingEndParenthesisAfterForeach 1' }
        @{ Rule = 'an alias'; Code = "`$null`ngci ."; Expected = 'Alias 2' }
        @{ Rule = 'an alias that is a wildcard'; Code = '1 | ? { $_ }'; Expected = 'Alias 1' }
        @{ Rule = 'white space at the end of a line'; Code = "`$null`n`n`$true "; Expected = 'TrailingSpace 3' }
        @{ Rule = 'nothing wrong'; Code = 'Get-ChildItem -Path .'; Expected = '' }
    ) {
        . $root/tools/Analysis.ps1
        Set-Content -LiteralPath "$TestDrive/Script.ps1" -Value $Code
        $faults = @(Get-Item -LiteralPath "$TestDrive/Script.ps1" | Find-ScriptFault | ForEach-Object { "$($_.RuleName) $($_.Line)" })
        $faults | Select-Object -First 1 | Should -Be ($Expected ? $Expected : $null)
    }
}

Describe 'Publish' {
    It 'refuses a tag that is not the version of the manifest: <_>' -ForEach '', 'v9.9.9', 'main' {
        { & $build -Task Publish -Tag $_ } | Should -Throw "The tag is '$_', and the version of the manifest is $($manifest.ModuleVersion): *"
    }

    It 'refuses a version that the changelog calls unreleased, and takes one with a date' {
        . $root/tools/Package.ps1
        Set-Content -LiteralPath "$TestDrive/CHANGELOG.md" -Value '## [1.2.3] - Unreleased', '## [1.2.2] - 2026-01-31'
        { Assert-Release -Tag v1.2.3 -Version 1.2.3 -ChangeLog "$TestDrive/CHANGELOG.md" } | Should -Throw 'CHANGELOG.md has no date for version 1.2.3.*'
        Assert-Release -Tag v1.2.2 -Version 1.2.2 -ChangeLog "$TestDrive/CHANGELOG.md"
    }
}

Describe '.ci/run' {
    It 'takes from README the one line that runs all tests' {
        $text = Get-Content -LiteralPath "$root/.ci/run" -Raw
        $pattern = [regex]::Match($text, "(?m)^command=\$\(grep -E '(.+)' README\.md\) ").Groups[1].Value
        @(Get-Content -LiteralPath "$root/README.md") -match $pattern | Should -Be 'dotnet tool restore && dotnet pwsh ./build.ps1 -Task Test'
    }

    It 'is a script that bash can read' {
        if (-not (Test-Program bash)) {
            Set-ItResult -Skipped -Because 'bash is not installed'
        }
        bash -n "$root/.ci/run" 2>&1 | Should -BeNullOrEmpty
        $LASTEXITCODE | Should -Be 0
    }
}

Describe 'The workflow' {
    BeforeAll {
        $workflow = Get-Content -LiteralPath "$root/.github/workflows/ci.yml" -Raw
        $readme = Get-Content -LiteralPath "$root/README.md" -Raw
    }

    It 'runs the commands of README, each as it stands there in a block of its own' {
        foreach ($task in 'Demo', 'Test') {
            $command = "dotnet tool restore && dotnet pwsh ./build.ps1 -Task $task"
            $readme.ReplaceLineEndings("`n") | Should -Match ("(?m)^``````sh\n" + [regex]::Escape($command) + '\n```$')
            $workflow | Should -Match ('(?m)^        run: ' + [regex]::Escape($command) + '\r?$')
        }
    }

    It 'calls no task that there is not' {
        $tasks = [regex]::Matches($workflow, '-Task ((?:\w+, )*\w+)') | ForEach-Object { $_.Groups[1].Value -split ', ' } | Sort-Object -Unique
        $tasks | Should -Contain 'Publish'
        $line = "& '$build' -Task "
        $known = [System.Management.Automation.CommandCompletion]::CompleteInput($line, $line.Length, @{}).CompletionMatches.CompletionText
        $tasks | Where-Object { $_ -notin $known } | Should -BeNullOrEmpty
    }

    It 'tests every PowerShell that docs/compatibility.md names, on every system' {
        $named = [regex]::Matches((Get-Content -LiteralPath "$root/docs/compatibility.md" -Raw), '(?m)^\| (7\.\d+) \|') | ForEach-Object { $_.Groups[1].Value }
        $named.Count | Should -BeGreaterThan 2
        foreach ($version in $named) {
            $workflow | Should -Match ([regex]::Escape("'$version'"))
        }
        'ubuntu', 'macos', 'windows' | ForEach-Object { $workflow | Should -Match "$_-latest" }
    }
}
