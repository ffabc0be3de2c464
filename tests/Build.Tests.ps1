BeforeAll {
    . $PSScriptRoot/Common.ps1
    $root = (Resolve-Path -LiteralPath "$PSScriptRoot/..").ProviderPath
    $build = "$root/build.ps1"
    $staged = Split-Path -Path $ModulePath
    $manifest = Import-PowerShellDataFile -Path $ModulePath

    # Relative path and hash of each file.
    function Get-FileHashList {
        param([Parameter(Mandatory, Position = 0)] [string] $Directory)

        foreach ($file in Get-ChildItem -LiteralPath $Directory -File -Recurse -Force | Sort-Object -Property FullName) {
            $name = [System.IO.Path]::GetRelativePath($Directory, $file.FullName).Replace('\', '/')
            "$name $((Get-FileHash -LiteralPath $file.FullName).Hash)"
        }
    }
}

Describe 'build.ps1' {
    It 'refuses an unknown task, and lists the tasks that there are, before it runs one' {
        { & $build -Task Clean, Publish } |
            Should -Throw "There is no task 'Publish'. The tasks are Build, Test, Docs, Analyze, Demo, Benchmark, Package, Clean."
        $ModulePath | Should -Exist
    }

    It 'takes tasks as another shell passes them' {
        { & $build -Task 'Clean,' 'Publish' } | Should -Throw "There is no task 'Publish'.*"
        $ModulePath | Should -Exist
    }

    It 'completes and explains each task' {
        $line = "& '$build' -Task "
        $tasks = [System.Management.Automation.CommandCompletion]::CompleteInput($line, $line.Length, @{}).CompletionMatches.CompletionText
        $tasks | Should -Be 'Build', 'Test', 'Docs', 'Analyze', 'Demo', 'Benchmark', 'Package', 'Clean'
        $text = (Get-Help -Name $build).Description | Out-String
        foreach ($task in $tasks) {
            $text | Should -MatchExactly "(?m)^ *$task +[a-z]"
        }
    }
}

Describe 'Package' {
    BeforeAll {
        $before = Get-FileHashList $staged
        $messages = & $build -Task Package -NoBuild *>&1 | Out-String
        $package = "$root/output/PSSockets.$($manifest.ModuleVersion).nupkg"
        $package | Should -Exist -Because $messages

        $unpacked = Join-Path $TestDrive 'package'
        [System.IO.Compression.ZipFile]::ExtractToDirectory($package, $unpacked)
        $metadata = ([xml](Get-Content -LiteralPath "$unpacked/PSSockets.nuspec" -Raw)).package.metadata
    }

    It 'makes one package, and leaves the staged module alone' {
        $messages | Should -BeLike "*PSSockets.$($manifest.ModuleVersion).nupkg*"
        (Get-ChildItem -Path "$root/output/*.nupkg").Name | Should -Be "PSSockets.$($manifest.ModuleVersion).nupkg"
        Get-FileHashList $staged | Should -Be $before
    }

    It 'packs exactly the staged module' {
        # The rest is what makes a directory a NuGet package.
        Get-FileHashList $unpacked | Where-Object { $_ -notmatch '^(PSSockets\.nuspec|_rels/|package/|\[Content_Types\]\.xml)' } |
            Should -Be $before
    }

    It 'says of the package what the manifest says' {
        $metadata.id | Should -BeExactly 'PSSockets'
        $metadata.version | Should -Be $manifest.ModuleVersion
        $metadata.authors | Should -Be $manifest.Author
        $metadata.description | Should -Be $manifest.Description
        $metadata.licenseUrl | Should -Be $manifest.PrivateData.PSData.LicenseUri
        $metadata.projectUrl | Should -Be $manifest.PrivateData.PSData.ProjectUri
        $metadata.releaseNotes | Should -Be $manifest.PrivateData.PSData.ReleaseNotes
    }

    It 'has the tags by which the Gallery finds modules and cmdlets' {
        $expected = @(
            $manifest.PrivateData.PSData.Tags
            'PSModule', 'PSEdition_Core', 'PSIncludes_Cmdlet'
            $manifest.CmdletsToExport | ForEach-Object { "PSCmdlet_$_", "PSCommand_$_" }
        ) | Sort-Object -Unique
        ($metadata.tags -split ' ' | Sort-Object) | Should -Be $expected
    }
}

Describe 'Benchmark' {
    BeforeAll {
        # PowerShell is its own program, or a tool that the dotnet command runs.
        $pwsh = [System.Environment]::ProcessPath
        $pwshStart = @(if ((Split-Path -Path $pwsh -LeafBase) -eq 'dotnet') { "$PSHOME/pwsh.dll" })

        # Times that are known: the first pair, which must not count, would change each of the numbers.
        Set-Content -LiteralPath "$TestDrive/Rows.ps1" -Value {
            foreach ($better in 'Higher', 'Lower') {
                @{
                    Name    = "row-$better"
                    Better  = $better
                    Target  = 1.01
                    Setup   = { @{ Times = [System.Collections.Generic.Queue[double]](100, 1, 2, 3, 4, 5); Order = '' } }
                    Cleanup = { param($context) Add-Content -LiteralPath "$PSScriptRoot/order.txt" -Value $context.Order }
                    Ours    = @{ Text = '1 | to | 5'; Measure = { param($context) $context.Order += 'o'; $context.Times.Dequeue() } }
                    Theirs  = @{ Text = 'always 2'; Measure = { param($context) $context.Order += 't'; 2 } }
                }
            }
        }
        $result = & $pwsh @pwshStart -NoProfile -NonInteractive -File "$root/benchmarks/Measure-PSSockets.ps1" -RowPath "$TestDrive/Rows.ps1" -SavePath "$TestDrive/RESULTS.md" -Strict
        $exitCode = $LASTEXITCODE
    }

    It 'prints the rows that -Filter matches, with their ratios, and saves nothing unasked' {
        $before = Get-ChildItem -Path "$root/benchmarks" | Select-Object -Property Name, LastWriteTimeUtc | Out-String
        $table = & $build -Task Benchmark -NoBuild -Filter 'network-*' *>&1 | Out-String
        $LASTEXITCODE | Should -Be 0 -Because $table
        $table | Should -Match '(?m)^network-order .* \d+\.\d\d +\d+\.\d\d to \d+\.\d\d +higher'
        $table | Should -Not -Match '(?m)^send-'
        Get-ChildItem -Path "$root/benchmarks" | Select-Object -Property Name, LastWriteTimeUtc | Out-String | Should -Be $before
    }

    It 'saves all rows or none' {
        { & $build -Task Benchmark -NoBuild -Filter 'network-*' -Save } | Should -Throw '*leave out -Filter or -Save*'
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

    It 'saves Markdown that says on what machine, without paths of it' {
        $text = Get-Content -LiteralPath "$TestDrive/RESULTS.md" -Raw
        $text | Should -Match '(?m)^\| row-Higher \| `1 \\\| to \\\| 5 / always 2` \| 3\.00 s \| 2\.00 s \| 0\.67 \|'
        $text | Should -Match "$([System.Environment]::ProcessorCount) cores"
        $text | Should -Match ([regex]::Escape("PowerShell $($PSVersionTable.PSVersion)"))
        $text | Should -Not -Match ([regex]::Escape($root))
    }
}
