# Pages that are read from top to bottom: the guides in docs/guide, and the topics about_*.md, which stand in the
# help. A block of code is followed by what it prints, where that is shown. A C program with a name (```c client.c)
# is compiled before the page's PowerShell blocks run, in the directory where they run, so that they can start it.
# Code that is not run stands after a comment <!-- not run: the reason -->.

BeforeDiscovery {
    # The blocks of a page in a language, each with its file name, if any, and what is shown as its output.
    function Get-Block {
        param([System.IO.FileInfo] $Page, [string] $Language)

        $text = (Get-Content -LiteralPath $Page.FullName -Raw).ReplaceLineEndings("`n")
        $pattern = '(?sm)(?<!^<!-- not run: [^\n]+-->\n)^```' + $Language + '(?: (?<file>\S+\.c))?\n(?<code>.*?)^```$(?:\n\n```output\n(?<output>.*?)^```$)?'
        foreach ($match in [regex]::Matches($text, $pattern)) {
            @{
                Line   = $text.Substring(0, $match.Index).Split("`n").Count
                File   = $match.Groups['file'].Value
                Code   = $match.Groups['code'].Value
                Output = $match.Groups['output'].Success ? $match.Groups['output'].Value : $null
            }
        }
    }

    $directory = "$PSScriptRoot/../../docs"
    $guides = foreach ($page in Get-ChildItem -Path "$directory/guide" -Filter '*.md') {
        @{
            Name     = $page.Name
            Path     = $page.FullName
            Blocks   = @(Get-Block -Page $page -Language 'powershell')
            Programs = @(Get-Block -Page $page -Language 'c')
        }
    }
    $guidesWithCode = $guides | Where-Object { $_.Blocks }
    $programs = foreach ($guide in $guides) {
        $guide.Programs | Where-Object { $null -ne $_.Output } | ForEach-Object { @{ Name = $guide.Name; Block = $_ } }
    }
    $topics = Get-ChildItem -Path "$directory/en-US" -Filter 'about_*.md' | ForEach-Object {
        @{ Name = $_.BaseName; Page = $_.FullName }
    }
    $topicBlocks = foreach ($page in Get-ChildItem -Path "$directory/en-US" -Filter 'about_*.md') {
        Get-Block -Page $page -Language 'powershell' | ForEach-Object { @{ Name = $page.BaseName; Block = $_ } }
    }
}

BeforeAll {
    . $PSScriptRoot/../helpers/Common.ps1
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
                    . ([scriptblock]::Create($statement.Extent.Text)) 4>&1 |
                        ForEach-Object { $_ -is [System.Management.Automation.VerboseRecord] ? "VERBOSE: $_" : $_ } |
                        Out-String -Width 80
                }
                -join $printed
            }
        }
        $result = Wait-Worker $worker -TimeoutSeconds 60
        $result.Errors | Should -BeNullOrEmpty
        $result.Output.Count | Should -Be @($Block).Count
        $result.Output
    }

    # Without colours, empty lines and the numbers of ports, sockets and descriptors, which are others each time.
    function ConvertTo-Comparable {
        param([string] $Text)

        $Text -replace '\e\[[\d;]*m' -replace '(?<=\]:|\d\.\d+:|port )\d{4,5}', 'PORT' -replace '(?m)^ *…?\d+(?= (IPv4|IPv6|Unix) )', 'ID' -replace '(?<=VERBOSE: socket\(.*\) = )\d+', 'FD' -split '\r?\n' |
            ForEach-Object TrimEnd | Where-Object { $_ }
    }

    # The text of a page without its blocks of code.
    function Get-Prose {
        param([string] $Path)

        (Get-Content -LiteralPath $Path -Raw).ReplaceLineEndings("`n") -replace '(?sm)^```.*?^```$'
    }

    function Get-LinkTarget {
        param([string] $Path)

        [regex]::Matches((Get-Prose $Path), '\]\((?<target>[^)\s]+)\)') | ForEach-Object { $_.Groups['target'].Value }
    }

    # The names under which a page's headings can be linked to.
    function Get-HeadingAnchor {
        param([string] $Path)

        [regex]::Matches((Get-Prose $Path), '(?m)^#+ (?<text>.+)$') | ForEach-Object {
            $_.Groups['text'].Value.Trim().ToLowerInvariant() -replace '[^\w\- ]' -replace ' ', '-'
        }
    }
}

Describe 'Guide' {
    BeforeEach {
        $place = Join-Path $TestDrive ([System.IO.Path]::GetRandomFileName())
        $null = New-Item -ItemType Directory -Path $place
    }

    It '<Name>: its blocks run one after the other, and print what it shows' -ForEach $guidesWithCode {
        $named = @($Programs | Where-Object File)
        if ($named -and -not (Test-Program cc)) {
            Set-ItResult -Skipped -Because 'there is no C compiler (cc), and the page starts C programs'
            return
        }
        foreach ($program in $named) {
            $null = Build-CProgram -Source $program.Code -Name ([System.IO.Path]::GetFileNameWithoutExtension($program.File)) -Directory $place
        }
        $printed = @(Invoke-Page -Block $Blocks -Directory $place)
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
        $program = Build-CProgram -Source $Block.Code -Name "guide-$($Block.Line)" -Directory $place
        Push-Location -LiteralPath $place
        try {
            # Through one pipe, so that what it says on standard error keeps its place.
            ConvertTo-Comparable (sh -c 'exec "$0" 2>&1' $program | Out-String) | Should -BeExactly (ConvertTo-Comparable $Block.Output)
        }
        finally {
            Pop-Location
        }
    }

    It '<Name>: all its code is run, or says why not' -ForEach $guides {
        # A program in C prints something, or has a name by which the page's own blocks start it.
        foreach ($program in $Programs) {
            if ($null -eq $program.Output) {
                $program.File | Should -Not -BeNullOrEmpty -Because "the program at line $($program.Line) has no output"
                ($Blocks.Code -join "`n") | Should -Match ('\./' + [System.IO.Path]::GetFileNameWithoutExtension($program.File) + '\b')
            }
        }
        # What has a part to play (```sh server) is run by ComingFrom.Tests.ps1.
        $before = ''
        $inside = $false
        foreach ($line in Get-Content -LiteralPath $Path) {
            if ($line -match '^\s*```(?<kind>.*)$') {
                $inside = -not $inside
                if ($inside -and $Matches['kind'] -cnotmatch '^(powershell|output|text|c|c \S+\.c|\w+ (server|relay|client))$') {
                    $before | Should -Match '^\s*<!-- not run: \S.+ -->$' -Because "a block of '$($Matches['kind'])' is not run"
                }
            }
            $before = $line
        }
    }

    It '<Name>: its links lead somewhere' -ForEach $guides {
        foreach ($target in Get-LinkTarget $Path | Where-Object { $_ -notmatch '^https?:' }) {
            $file, $heading = $target -split '#', 2
            $page = $file ? (Join-Path (Split-Path -Path $Path) $file) : $Path
            $page | Should -Exist
            if ($heading) {
                $heading | Should -BeIn (Get-HeadingAnchor $page) -Because "$Name has a link to $target"
            }
        }
    }

    It '<Name>: the index leads to it' -ForEach ($guides | Where-Object { $_.Name -ne 'README.md' }) {
        $Name | Should -BeIn @(Get-LinkTarget (Join-Path (Split-Path -Path $Path) 'README.md'))
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
