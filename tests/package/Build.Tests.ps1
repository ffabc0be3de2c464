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

Describe 'Benchmark' {
    BeforeAll {
        # Runs rows of a test, and gives what was printed; the exit code is in $LASTEXITCODE.
        function Measure-TestRow {
            param([Parameter(Mandatory, Position = 0)] [scriptblock] $Row, [switch] $Strict, [string] $Filter = '*')

            Set-Content -LiteralPath "$TestDrive/Rows.ps1" -Value $Row
            Remove-Item -LiteralPath "$TestDrive/RESULTS.md" -ErrorAction Ignore
            $arguments = @("-RowPath:$TestDrive/Rows.ps1", "-SavePath:$TestDrive/RESULTS.md", "-Filter:$Filter"; if ($Strict) { '-Strict' })
            & $pwsh @pwshStart -NonInteractive -File "$root/benchmarks/Measure-PSSockets.ps1" @arguments 2>$null
        }

        function Get-TestMarkdown {
            Get-Content -LiteralPath "$TestDrive/RESULTS.md" -Raw
        }

        function Get-BenchmarkFile {
            Get-ChildItem -Path "$root/benchmarks" -Recurse | Select-Object -Property FullName, LastWriteTimeUtc | Out-String
        }
    }

    Context 'the rows that there are' {
        BeforeAll {
            . $root/benchmarks/Programs.ps1
            $rows = . $root/benchmarks/Rows.ps1
        }

        It 'prints the rows that -Filter matches, with their ratios, and saves nothing' {
            $before = Get-BenchmarkFile
            $table = & $build -Task Benchmark -NoBuild -Filter 'wait-man[y]' *>&1 | Out-String
            $LASTEXITCODE | Should -Be 0 -Because $table
            $table | Should -Match '(?m)^wait-many .* 100 .* \d+\.\d+ +\d+\.\d+ to \d+\.\d+ +higher'
            $table | Should -Match '(?m)^wait-many .* 1,000 .* \d+\.\d+ +\d+\.\d+ to \d+\.\d+ +\d+\.\d+ +higher'
            $table | Should -Not -Match '(?m)^send-'
            Get-BenchmarkFile | Should -Be $before
        }

        It 'have names of their own, a text for each side, and sizes in proportion' {
            $rows.Name | Should -Be ($rows.Name | Select-Object -Unique)
            foreach ($row in $rows) {
                $row.Better | Should -BeIn 'Higher', 'Lower' -Because $row.Name
                foreach ($side in @($row.Ours; if ($row.Theirs) { $row.Theirs })) {
                    $side.Text | Should -Not -BeNullOrEmpty -Because $row.Name
                    $side.Measure | Should -BeOfType ([scriptblock]) -Because $row.Name
                }
                if ($row.Size) {
                    [System.Math]::Round($row.Size[1] / $row.Size[0], 1) | Should -Be 10 -Because $row.Name
                }
            }
        }

        It 'are described' {
            $text = Get-Content -LiteralPath "$root/benchmarks/README.md" -Raw
            # Names that differ in their last part stand together there: `stop-*`, and `send-file-c`, `-socat`.
            foreach ($name in $rows.Name) {
                $text | Should -Match "``($name|$($name -replace '-.*', '-\*')|-$($name -replace '.*-'))``" -Because $name
            }
        }

        It 'compile and run programs in C, which end with an error when they are called wrongly' {
            if (Get-MissingNeed 'Linux', 'cc') {
                Set-ItResult -Skipped -Because 'it needs Linux and a C compiler'
            }
            foreach ($source in Get-ChildItem -Path "$root/benchmarks/c" -Filter '*.c') {
                $messages = & (Resolve-CProgram $source.BaseName) 1 2 3 4 5 6 2>&1 | Out-String
                $LASTEXITCODE | Should -Be 2 -Because $source.Name
                $messages | Should -BeLike "usage: $($source.BaseName)*"
            }
        }
    }

    Context 'times that are known' {
        BeforeAll {
            # The first pair, which must not count, would change each of the numbers.
            $result = Measure-TestRow -Strict {
                foreach ($better in 'Higher', 'Lower') {
                    @{
                        Name    = "row-$better"
                        Better  = $better
                        Target  = 1.01
                        WarmUp  = 1
                        Setup   = { @{ Times = [System.Collections.Generic.Queue[double]](100, 1, 2, 3, 4, 5); Order = '' } }
                        Cleanup = { param($context) Add-Content -LiteralPath "$PSScriptRoot/order.txt" -Value $context.Order }
                        Ours    = @{ Text = '1 | to | 5'; Measure = { param($context) $context.Order += 'o'; $context.Times.Dequeue() } }
                        Theirs  = @{ Text = 'always 2'; Measure = { param($context) $context.Order += 't'; 2 } }
                    }
                }
            }
            $exitCode = $LASTEXITCODE
        }

        It 'measures in pairs, each side first in turn' {
            Get-Content -LiteralPath "$TestDrive/order.txt" | Should -Be 'ottoottootto', 'ottoottootto'
        }

        It 'gives medians, ratio, spread and verdict' {
            $result[2] | Should -Match '^row-Higher +1 \| to \| 5 / always 2 +3\.00 s +2\.00 s +0\.67 +0\.40 to 2\.00 +higher +>= 1\.01 +missed$'
            $result[3] | Should -Match '^row-Lower +1 \| to \| 5 / always 2 +3\.00 s +2\.00 s +1\.50 +0\.50 to 2\.50 +lower +<= 1\.01 +missed$'
        }

        It 'fails for a missed target with -Strict' {
            $exitCode | Should -Be 1
            $result[-1] | Should -Be 'Missed: row-Higher, row-Lower'
        }

        It 'saves Markdown that says when and on what machine, without paths of it' {
            $text = Get-TestMarkdown
            $text | Should -Match '(?m)^\| row-Higher \| `1 \\\| to \\\| 5 / always 2` \|  \| 3\.00 s \| 2\.00 s \| 0\.67 \|'
            $text | Should -Match '(?m)^- \d{4}-\d\d-\d\d$'
            $text | Should -Match "$([System.Environment]::ProcessorCount) cores"
            $text | Should -Match ([regex]::Escape("kernel $($IsLinux ? (uname -r) : [System.Environment]::OSVersion.Version)"))
            $text | Should -Match ([regex]::Escape("$([System.Runtime.InteropServices.RuntimeInformation]::FrameworkDescription), PowerShell $($PSVersionTable.PSVersion), PSSockets $($manifest.ModuleVersion)"))
            $text | Should -Not -Match ([regex]::Escape($root))
        }
    }

    It 'measures n and 10 n, and says how the cost of one item grows; more than three times has missed' {
        $result = Measure-TestRow -Strict {
            foreach ($power in 1, 2) {
                @{
                    Name   = "power-$power"
                    Better = 'Higher'
                    Size   = 200, 2000
                    Setup  = [scriptblock]::Create("param(`$n) [System.Math]::Pow(`$n, $power - 1)")
                    Ours   = @{ Text = 'ours'; Measure = { param($context) $context } }
                    Theirs = @{ Text = 'theirs'; Measure = { 1 } }
                }
            }
        }
        $LASTEXITCODE | Should -Be 1
        $result[2] | Should -Match '^power-1 +ours / theirs +200 +1\.00 s +1\.00 s +1\.00 +1\.00 to 1\.00 +higher *$'
        $result[3] | Should -Match '^power-1 +ours / theirs +2,000 +1\.00 s +1\.00 s +1\.00 +1\.00 to 1\.00 +1\.00 +higher *$'
        $result[5] | Should -Match '^power-2 .* 2,000 .* 10\.0 +higher +missed$'
        $result[-1] | Should -Be 'Missed: power-2'
    }

    It 'has a measure for a target where nothing is compared, and shares are compared as they are' {
        $result = Measure-TestRow -Strict {
            @{ Name = 'amount'; Better = 'Lower'; Target = 10; Unit = 'MB'; Ours = @{ Text = 'ours'; Measure = { 0 } } }
            @{ Name = 'time'; Better = 'Lower'; Target = 0.02; Ours = @{ Text = 'ours'; Measure = { 0.0123 } } }
            @{ Name = 'share'; Better = 'Higher'; Target = 0.8; Unit = '%'; Ours = @{ Text = 'ours'; Measure = { 90 } }; Theirs = @{ Text = 'theirs'; Measure = { 100 } } }
        }
        $LASTEXITCODE | Should -Be 0
        $result[2] | Should -Match '^amount +ours +0\.00 MB +0\.00 MB to 0\.00 MB +lower +<= 10\.0 MB +reached$'
        $result[3] | Should -Match '^time +ours +12\.3 ms +12\.3 ms to 12\.3 ms +lower +<= 20\.0 ms +reached$'
        $result[4] | Should -Match '^share +ours / theirs +90\.0 % +100 % +0\.90 +0\.90 to 0\.90 +higher +>= 0\.80 +reached$'
    }

    It 'names the programs that are missing, and leaves out the rows that need them' {
        $result = Measure-TestRow -Strict {
            @{ Name = 'without'; Better = 'Lower'; Needs = 'no-such-program', 'nor-this'; Ours = @{ Text = 'ours'; Measure = { throw 'measured' } } }
            @{ Name = 'unless'; Better = 'Lower'; Unless = { 'room' }; Ours = @{ Text = 'ours'; Measure = { throw 'measured' } } }
            @{ Name = 'with'; Better = 'Lower'; Ours = @{ Text = 'ours'; Measure = { 1 } } }
        }
        $LASTEXITCODE | Should -Be 0
        $lines = 'Left out: without, because of what is missing: no-such-program, nor-this', 'Left out: unless, because of what is missing: room'
        $result[-2, -1] | Should -Be $lines
        $result -match '^with ' | Should -HaveCount 1
        foreach ($line in $lines) {
            Get-TestMarkdown | Should -BeLike "*$line*"
        }
    }

    It 'names a row that fails, takes down what it has set up, and measures the others' {
        $rows = {
            @{
                Name    = 'broken'
                Better  = 'Lower'
                Setup   = { Start-Program sleep 61.5 }
                Cleanup = { param($context) Set-Content -LiteralPath "$PSScriptRoot/broken.txt" -Value $context.Id }
                Ours    = @{ Text = 'ours'; Measure = { throw 'it does not work' } }
            }
            @{ Name = 'whole'; Better = 'Lower'; Ours = @{ Text = 'ours'; Measure = { 1 } } }
        }
        $result = Measure-TestRow $rows
        $LASTEXITCODE | Should -Be 0
        $result[-1] | Should -Be 'Failed: broken: it does not work'
        $result -match '^whole ' | Should -HaveCount 1
        Get-Process -Id (Get-Content -LiteralPath "$TestDrive/broken.txt") -ErrorAction Ignore | Should -BeNullOrEmpty
        $result = Measure-TestRow $rows -Strict
        $LASTEXITCODE | Should -Be 1
        $result[-1] | Should -Be 'Missed: broken'
    }

    It 'measures what takes long only when a filter asks for it' {
        $rows = {
            @{ Name = 'long-row'; Better = 'Lower'; OnRequest = $true; Pairs = 1; Ours = @{ Text = 'ours'; Measure = { 1 } } }
            @{ Name = 'row'; Better = 'Lower'; Ours = @{ Text = 'ours'; Measure = { 1 } } }
        }
        Measure-TestRow $rows | Out-String | Should -Not -Match 'long-row'
        Measure-TestRow $rows -Filter 'long-*' | Out-String | Should -Match '(?m)^long-row'
    }
}
