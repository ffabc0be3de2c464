# What all recipes have, and their index. Each is run in the file of its name.

BeforeDiscovery {
    $recipeFiles = Get-ChildItem -Path "$PSScriptRoot/../../../docs/recipes" -Filter '*.ps1'
    $markdown = Get-Content -LiteralPath "$PSScriptRoot/../../../docs/recipes/README.md" -Raw
    $number = 0
    $blocks = @(
        foreach ($block in [regex]::Matches($markdown, '(?ms)^```powershell\n(.*?)^```$')) {
            @{ Number = ++$number; Code = $block.Groups[1].Value }
        }
    )
}

BeforeAll {
    . $PSScriptRoot/../../helpers/Recipes.ps1
}

Describe 'Every recipe' {
    BeforeAll {
        $index = Get-Content -LiteralPath "$recipes/README.md" -Raw
        $tests = Get-Content -Path "$PSScriptRoot/*-*.Tests.ps1" -Raw | Out-String
    }

    It '<_.Name> is run by a test' -ForEach $recipeFiles {
        $tests -match "\b$($_.BaseName)\b" | Should -BeTrue -Because 'a file beside this one names it'
    }

    It '<_.Name> stands in the index' -ForEach $recipeFiles {
        $index.Contains("[``$($_.BaseName)``](./$($_.Name))") | Should -BeTrue
    }

    It '<_.Name> has a synopsis, a description, examples, and a word on each parameter' -ForEach $recipeFiles {
        $help = Get-Help $_.FullName -Full
        $help.Synopsis | Should -Match '^[A-Z].*\.$'
        $help.description.Text | Should -Not -BeNullOrEmpty
        @($help.examples.example).Count | Should -BeGreaterThan 1
        foreach ($parameter in $help.parameters.parameter) {
            $parameter.description.Text | Should -Not -BeNullOrEmpty -Because "-$($parameter.name) is described"
        }
        foreach ($example in $help.examples.example) {
            $problems = $null
            $ast = [System.Management.Automation.Language.Parser]::ParseInput("$($example.code)", [ref] $null, [ref] $problems)
            $problems | Should -BeNullOrEmpty
            $calls = $ast.FindAll({ $args[0] -is [System.Management.Automation.Language.CommandAst] }, $true)
            $ownCalls = @($calls | Where-Object { $_.GetCommandName() -like './*.ps1' })
            $ownCalls | Should -Not -BeNullOrEmpty
            "$($example.introduction.Text)$($example.code)" | Should -BeLike "*./$($_.Name)*"
            foreach ($call in $ownCalls) {
                $parameters = (Get-Command -Name (Join-Path $recipes $call.GetCommandName())).Parameters
                foreach ($element in $call.CommandElements | Where-Object { $_ -is [System.Management.Automation.Language.CommandParameterAst] }) {
                    $parameters.Keys | Should -Contain $element.ParameterName
                }
            }
        }
    }

    It 'is there when the index links to it' {
        $links = [regex]::Matches($index, '\]\((?!https?:)([^)#]+)\)') | ForEach-Object { $_.Groups[1].Value }
        $links.Count | Should -BeGreaterOrEqual 10
        $links | Where-Object { -not (Test-Path -LiteralPath (Join-Path $recipes $_)) } | Should -BeNullOrEmpty
    }
}

Describe 'The index of the recipes' {
    It 'holds block <_.Number>, which runs' -ForEach $blocks {
        $worker = Start-Worker { param($directory, $code) Set-Location $directory; . ([scriptblock]::Create($code)) } -ArgumentList $recipes, $_.Code
        $result = Wait-Worker $worker -TimeoutSeconds 60
        $result.Errors | Should -BeNullOrEmpty
        $result.Output | Should -Not -BeNullOrEmpty
        Get-Socket | Close-Socket
    }
}
