BeforeAll {
    . $PSScriptRoot/../helpers/Common.ps1
    $root = (Resolve-Path -LiteralPath "$PSScriptRoot/../..").ProviderPath
    $build = "$root/build.ps1"
    $manifest = Import-PowerShellDataFile -Path $ModulePath
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
