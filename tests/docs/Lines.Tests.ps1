# What people paste at a prompt of 80 columns is not wider than 74: the prompt takes the rest.

BeforeDiscovery {
    $root = (Resolve-Path -LiteralPath "$PSScriptRoot/../..").ProviderPath
    $pages = @(Get-Item -Path "$root/*.md") + @(Get-ChildItem -Path "$root/docs", "$root/examples", "$root/benchmarks" -Filter '*.md' -Recurse) |
        ForEach-Object { @{ Name = [System.IO.Path]::GetRelativePath($root, $_.FullName); File = $_.FullName } }
    $scripts = Get-ChildItem -Path "$root/examples", "$root/docs/recipes" -Filter '*.ps1' |
        ForEach-Object { @{ Name = [System.IO.Path]::GetRelativePath($root, $_.FullName); File = $_.FullName } }
}

BeforeAll {
    $limit = 74

    # The lines of code of a page, but not what is printed, what only a compiler reads, and what no one types: C, syntax.
    function Get-CodeLine {
        param([string] $Path)

        $language = $null
        $number = 0
        foreach ($line in Get-Content -LiteralPath $Path) {
            $number++
            if ($line -match '^\s*```+\s*(?<language>.*)$') {
                $language = $null -eq $language ? $Matches.language : $null
            }
            elseif ($language -and $language -notmatch '^(output|c)\b') {
                [pscustomobject]@{ Number = $number; Text = $line }
            }
        }
    }
}

Describe 'Lines of code' {
    It 'of <Name> can be pasted' -ForEach $pages {
        Get-CodeLine $File | Where-Object { $_.Text.Length -gt $limit } | ForEach-Object { "line $($_.Number): $($_.Text)" } | Should -BeNullOrEmpty
    }

    It 'are found at all' {
        @(Get-CodeLine "$PSScriptRoot/../../README.md").Count | Should -BeGreaterThan 30
        @(Get-CodeLine "$PSScriptRoot/../../docs/en-US/Receive-SocketData.md").Count | Should -BeGreaterThan 80
    }

    It 'in the help of <Name> can be pasted' -ForEach $scripts {
        $examples = @((Get-Help -Name $File).examples.example)
        $examples.Count | Should -BeGreaterThan 0
        foreach ($example in $examples) {
            "$($example.code)" -split '\r?\n' | Where-Object Length -GT $limit | Should -BeNullOrEmpty
        }
    }
}
