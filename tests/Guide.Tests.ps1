# Pages that are read from top to bottom: the guides in docs/guide, and the topics about_*.md, which stand in the
# help. A block of code is followed by what it prints, where that is shown.

BeforeDiscovery {
    # The blocks of a page in a language, each with what is shown as its output.
    function Get-Block {
        param([System.IO.FileInfo] $Page, [string] $Language)

        $text = (Get-Content -LiteralPath $Page.FullName -Raw).ReplaceLineEndings("`n")
        $pattern = '(?sm)^```' + $Language + '\n(?<code>.*?)^```$(?:\n\n```output\n(?<output>.*?)^```$)?'
        foreach ($match in [regex]::Matches($text, $pattern)) {
            @{
                Line   = $text.Substring(0, $match.Index).Split("`n").Count
                Code   = $match.Groups['code'].Value
                Output = $match.Groups['output'].Success ? $match.Groups['output'].Value : $null
            }
        }
    }

    $directory = "$PSScriptRoot/../docs"
    $guides = foreach ($page in Get-ChildItem -Path "$directory/guide" -Filter '*.md') {
        @{ Name = $page.Name; Blocks = @(Get-Block -Page $page -Language 'powershell') }
    }
    $programs = foreach ($page in Get-ChildItem -Path "$directory/guide" -Filter '*.md') {
        Get-Block -Page $page -Language 'c' | ForEach-Object { @{ Name = $page.Name; Block = $_ } }
    }
    $topics = Get-ChildItem -Path "$directory/en-US" -Filter 'about_*.md' | ForEach-Object {
        @{ Name = $_.BaseName; Page = $_.FullName }
    }
    $topicBlocks = foreach ($page in Get-ChildItem -Path "$directory/en-US" -Filter 'about_*.md') {
        Get-Block -Page $page -Language 'powershell' | ForEach-Object { @{ Name = $page.BaseName; Block = $_ } }
    }
}

BeforeAll {
    . $PSScriptRoot/Common.ps1
    $staged = Split-Path -Path $ModulePath

    # Runs blocks one after the other in one new runspace, line by line as somebody types them, and gives for each
    # what it printed on a terminal of 80 columns.
    function Invoke-Page {
        param([hashtable[]] $Block, [string] $Directory)

        $worker = Start-Worker -ArgumentList @($Block.Code), $Directory {
            $ErrorActionPreference = 'Stop'
            Set-Location -LiteralPath $args[1]
            foreach ($code in $args[0]) {
                $problems = $null
                $statements = [System.Management.Automation.Language.Parser]::ParseInput($code, [ref]$null, [ref]$problems).EndBlock.Statements
                if ($problems) {
                    throw "$problems`n$code"
                }
                $printed = foreach ($statement in $statements) {
                    . ([scriptblock]::Create($statement.Extent.Text)) | Out-String -Width 80
                }
                -join $printed
            }
        }
        $result = Wait-Worker $worker -TimeoutSeconds 60
        $result.Errors | Should -BeNullOrEmpty
        $result.Output.Count | Should -Be @($Block).Count
        $result.Output
    }

    # Without colours, empty lines and the numbers of ports, which are others each time.
    function ConvertTo-Comparable {
        param([string] $Text)

        $Text -replace '\e\[[\d;]*m' -replace '(?<=\]:)\d{4,5}', 'PORT' -split '\r?\n' | ForEach-Object TrimEnd | Where-Object { $_ }
    }
}

Describe 'Guide' {
    It '<Name>: its blocks run one after the other, and print what it shows' -ForEach $guides {
        $printed = @(Invoke-Page -Block $Blocks -Directory $TestDrive)
        for ($i = 0; $i -lt $Blocks.Count; $i++) {
            if ($null -ne $Blocks[$i].Output) {
                ConvertTo-Comparable $printed[$i] | Should -BeExactly (ConvertTo-Comparable $Blocks[$i].Output) -Because "that is the output of the block at line $($Blocks[$i].Line)"
            }
        }
    }

    It '<Name>: the C program at line <Block.Line> prints what it shows' -ForEach $programs {
        if (-not (Test-Program cc)) {
            Set-ItResult -Skipped -Because 'there is no C compiler (cc)'
            return
        }
        ConvertTo-Comparable (& (Build-CProgram -Source $Block.Code -Name "guide-$($Block.Line)" -Directory $TestDrive) | Out-String) |
            Should -BeExactly (ConvertTo-Comparable $Block.Output)
    }

    AfterEach {
        Get-Socket | Close-Socket
    }
}

Describe 'Topic <Name>' -ForEach $topics {
    It 'is shown by Get-Help' {
        (Get-Help -Name $Name | Out-String).ReplaceLineEndings("`n").TrimEnd() |
            Should -BeExactly (Get-Content -LiteralPath "$staged/en-US/$Name.help.txt" -Raw).TrimEnd()
    }

    It 'has a synopsis' {
        (Get-Help -Name 'about_*' | Where-Object Name -EQ $Name).Synopsis | Should -Match '^[A-Z].{20,}\.$'
    }

    It 'fits into 80 columns' {
        Get-Content -LiteralPath "$staged/en-US/$Name.help.txt" | Where-Object Length -GT 80 | Should -BeNullOrEmpty
    }

    It 'has no marks of Markdown in its text' {
        $text = Get-Content -LiteralPath "$staged/en-US/$Name.help.txt" -Raw
        $text | Should -Not -Match '(?m)^\s*```'
        $text | Should -Not -Match '\]\((\S+\.md|https?:)'
        $text | Should -Not -Match '\{\{'
    }
}

Describe 'Code in a topic' {
    It '<Name>: the block at line <Block.Line> runs by itself, and prints what it shows' -ForEach $topicBlocks {
        $printed = Invoke-Page -Block $Block -Directory $TestDrive
        if ($null -ne $Block.Output) {
            ConvertTo-Comparable $printed | Should -BeExactly (ConvertTo-Comparable $Block.Output)
        }
    }

    AfterEach {
        Get-Socket | Close-Socket
    }
}
