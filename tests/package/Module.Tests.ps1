BeforeDiscovery {
    $manifest = Import-PowerShellDataFile -Path $PSScriptRoot/../../PSSockets.psd1
    $cmdlets = foreach ($name in $manifest.CmdletsToExport) {
        @{ Name = $name; Page = "$PSScriptRoot/../../docs/en-US/$name.md" }
    }

    # A block of code, and where it is shown what it prints.
    $pattern = '(?sm)^```powershell\r?\n(?<code>.*?)^```(?:\r?\n\r?\n```output\r?\n(?<output>.*?)^```)?'

    # The examples of the help pages: the powershell blocks between EXAMPLES and the next chapter.
    $examples = foreach ($cmdlet in $cmdlets | Where-Object { Test-Path $_.Page }) {
        $chapter = (Get-Content -Path $cmdlet.Page -Raw) -replace '(?s)^.*?\n## EXAMPLES\r?\n' -replace '(?s)\n## .*$'
        foreach ($match in [regex]::Matches($chapter, '(?sm)^### (?<title>[^\n]+)\n(?<text>.*?)(?=^### |\z)')) {
            foreach ($block in [regex]::Matches($match.Groups['text'].Value, $pattern)) {
                @{ Name = $cmdlet.Name; Title = $match.Groups['title'].Value.Trim(); Code = $block.Groups['code'].Value; Output = $block.Groups['output'].Value }
            }
        }
    }

    # All pages of the repository, but not copies in what is built.
    $root = (Resolve-Path -Path "$PSScriptRoot/../..").ProviderPath
    $markdown = @(Get-Item -Path "$root/*.md") + @(Get-ChildItem -Path "$root/docs", "$root/benchmarks", "$root/examples" -Filter '*.md' -Recurse) |
        ForEach-Object { @{ Name = [System.IO.Path]::GetRelativePath($root, $_.FullName); File = $_.FullName } }
    $topics = Get-ChildItem -Path "$root/docs/en-US" -Filter 'about_*.md' | ForEach-Object { @{ Name = $_.BaseName } }

    $number = 0
    $readme = foreach ($block in [regex]::Matches((Get-Content -Path $PSScriptRoot/../../README.md -Raw), $pattern)) {
        $number++
        @{ Number = $number; Code = $block.Groups['code'].Value; Output = $block.Groups['output'].Value }
    }
}

BeforeAll {
    . $PSScriptRoot/../helpers/Common.ps1
    $root = "$PSScriptRoot/../.."
    $staged = Split-Path -Path $ModulePath
    $manifest = Import-PowerShellDataFile -Path $root/PSSockets.psd1
    $assembly = (Get-Command -Name New-Socket -Module PSSockets).ImplementingType.Assembly
}

Describe 'The module' {
    It 'has a valid manifest' {
        (Test-ModuleManifest -Path $ModulePath -ErrorAction Stop).Name | Should -Be 'PSSockets'
    }

    It 'says what it runs on' {
        $manifest.CompatiblePSEditions | Should -Be 'Core'
        $manifest.PowerShellVersion | Should -Be '7.4'
        $manifest.RootModule | Should -Be 'PSSockets.dll'
        $assembly.GetCustomAttributes([System.Runtime.Versioning.TargetFrameworkAttribute], $false).FrameworkName |
            Should -Be '.NETCoreApp,Version=v8.0'
    }

    It 'has tags and links' {
        $data = $manifest.PrivateData.PSData
        $data.Tags.Count | Should -BeGreaterThan 3
        foreach ($link in $data.ProjectUri, $data.LicenseUri, $data.ReleaseNotes) {
            ([uri]$link).Scheme | Should -Be 'https'
        }
    }

    It 'has one version, which the assembly and the changelog repeat' {
        $assembly.GetName().Version.ToString(3) | Should -Be $manifest.ModuleVersion
        (Get-Content -Path $root/CHANGELOG.md -Raw) | Should -Match ([regex]::Escape("## [$($manifest.ModuleVersion)]"))
        $pattern = '(?i)version.{0,5}' + [regex]::Escape($manifest.ModuleVersion)
        Get-ChildItem -Path $root/Directory.Build.props, $root/src/PSSockets/PSSockets.csproj | Select-String -Pattern $pattern | Should -BeNullOrEmpty
    }

    It 'exports exactly the cmdlets that there are' {
        $there = $assembly.GetTypes() | ForEach-Object {
            $attribute = $_.GetCustomAttributes([System.Management.Automation.CmdletAttribute], $false)
            if ($attribute) { "$($attribute.VerbName)-$($attribute.NounName)" }
        } | Sort-Object
        ($manifest.CmdletsToExport | Sort-Object) | Should -Be $there
        ((Get-Module -Name PSSockets).ExportedCommands.Keys | Sort-Object) | Should -Be $there
    }

    It 'is one assembly that needs only PowerShell and .NET' {
        Get-ChildItem -Path $staged -Filter '*.dll' -Recurse | ForEach-Object Name | Should -Be 'PSSockets.dll'
        Get-ChildItem -Path $staged -Filter '*.psm1' -Recurse | Should -BeNullOrEmpty
        $assembly.GetReferencedAssemblies().Name | Where-Object { $_ -notlike 'System.*' -and $_ -notin 'netstandard', 'Microsoft.Win32.Primitives' } | Should -BeNullOrEmpty
    }

    It 'ships its licence and its help' {
        "$staged/LICENSE" | Should -Exist
        "$staged/en-US/PSSockets.dll-Help.xml" | Should -Exist
        Get-ChildItem -Path $staged/en-US -Filter 'about_*.help.txt' | Should -Not -BeNullOrEmpty
    }

    It 'holds no path of the machine that built it' {
        $text = [System.Text.Encoding]::Latin1.GetString([System.IO.File]::ReadAllBytes("$staged/PSSockets.dll"))
        $text.Contains((Resolve-Path -Path $root/src).ProviderPath) | Should -BeFalse
    }

    It 'ships the help that the pages give' {
        if (-not (Get-Module -ListAvailable -Name Microsoft.PowerShell.PlatyPS)) {
            Set-ItResult -Skipped -Because 'Microsoft.PowerShell.PlatyPS is not installed, which makes help of pages'
            return
        }
        $made = Join-Path $TestDrive 'help'
        $messages = & $root/build.ps1 -Task Docs -DocsDestination $made *>&1
        "$made/PSSockets.dll-Help.xml" | Should -Exist -Because "$messages"
        (Get-Content -Path $made/socket-options.md -Raw) | Should -Be (Get-Content -Path $root/docs/socket-options.md -Raw)

        # All else goes into the help, and nothing else is there: a page per topic, and the help of all cmdlets.
        $files = Get-ChildItem -Path $made -Exclude 'socket-options.md' | ForEach-Object Name | Sort-Object
        $topics = Get-ChildItem -Path $root/docs/en-US -Filter 'about_*.md' | ForEach-Object { "$($_.BaseName).help.txt" }
        $files | Should -Be (@($topics) + 'PSSockets.dll-Help.xml' | Sort-Object)
        (Get-ChildItem -Path $root/docs/en-US -Exclude '*.md' | ForEach-Object Name | Sort-Object) | Should -Be $files
        (Get-ChildItem -Path $staged/en-US | ForEach-Object Name | Sort-Object) | Should -Be $files
        foreach ($file in $files) {
            (Get-Content -Path $made/$file -Raw) | Should -BeExactly (Get-Content -Path $root/docs/en-US/$file -Raw) -Because "$file follows from its pages"
            (Get-Content -Path $staged/en-US/$file -Raw) | Should -BeExactly (Get-Content -Path $root/docs/en-US/$file -Raw) -Because "$file is staged"
        }
    }
}

Describe '<Name>' -ForEach $cmdlets {
    BeforeAll {
        $command = Get-Command -Name $Name -Module PSSockets
        $help = Get-Help -Name $Name -Full
        $own = $command.Parameters.Values | Where-Object {
            $_.Name -notin [System.Management.Automation.Cmdlet]::CommonParameters -and $_.Name -notin [System.Management.Automation.Cmdlet]::OptionalCommonParameters
        }
    }

    It 'has an approved verb' {
        $command.Verb | Should -BeIn (Get-Verb).Verb
    }

    It 'has a limit for the whole call where it has one for each wait' {
        $command.Parameters.ContainsKey('TotalTimeoutSeconds') | Should -Be $command.Parameters.ContainsKey('TimeoutSeconds')
    }

    It 'has a singular noun' {
        $command.Noun | Should -Not -Match '(?<!s)s$'
    }

    It 'says what it writes' {
        $command.OutputType | Should -Not -BeNullOrEmpty
    }

    It 'has a file of tests' {
        "$PSScriptRoot/../cmdlets/$Name.Tests.ps1" | Should -Exist
    }

    It 'has a help page without placeholders' {
        $Page | Should -Exist
        Get-Content -Path $Page -Raw | Should -Not -Match '\{\{'
    }

    It 'has a help page that says what it is in plain words, and which C call' {
        $text = (Get-Content -Path $Page -Raw).ReplaceLineEndings("`n")
        $synopsis = [regex]::Match($text, '(?s)\n## SYNOPSIS\n\n(.+?)\n\n## ').Groups[1].Value
        $synopsis | Should -Match '^[A-Z][a-z]+s [^\n]{15,110}\.$'
        # Messages do not concern the system, and TLS has a standard: there is no call for them.
        if ($command.Noun -notlike '*Message*') {
            $synopsis | Should -Match ': \w+\([23]\)|\w+\([23]\) with |: RFC \d+'
        }
    }

    It 'has a help page with at least three examples, each with a title, code and what it means' {
        $text = (Get-Content -Path $Page -Raw).ReplaceLineEndings("`n")
        $chapter = $text -replace '(?s)^.*?\n## EXAMPLES\n' -replace '(?s)\n## .*$'
        $examples = @($chapter -split '(?m)^### ' | Select-Object -Skip 1)
        $examples.Count | Should -BeGreaterOrEqual 3
        for ($i = 0; $i -lt $examples.Count; $i++) {
            $examples[$i] | Should -Match "^Example $($i + 1): [A-Z]"
            $examples[$i] | Should -Match '(?m)^```powershell$' -Because "example $($i + 1) has code that is run"
            ($examples[$i] -replace '^.*\n' -replace '(?sm)^```.*?^```$').Trim().Length | Should -BeGreaterThan 20 -Because "example $($i + 1) is explained"
        }
    }

    It 'has a help page with inputs, outputs and notes' {
        $text = (Get-Content -Path $Page -Raw).ReplaceLineEndings("`n")
        foreach ($chapter in 'INPUTS', 'OUTPUTS', 'NOTES') {
            $match = [regex]::Match($text, "(?s)\n## $chapter\n(.+?)\n## ")
            $match.Groups[1].Value.Trim().Length | Should -BeGreaterThan 20 -Because "$chapter is there"
        }
        # What it writes stands in the code too.
        $documented = [regex]::Matches([regex]::Match($text, '(?s)\n## OUTPUTS\n(.+?)\n## ').Groups[1].Value, '(?m)^### (\S+)') | ForEach-Object { $_.Groups[1].Value }
        foreach ($type in $command.OutputType | Where-Object { $_.Type -and $_.Type -ne [void] }) {
            $type.Name | Should -BeIn $documented
        }
    }

    It 'has a help page that tells its errors, and on which systems it works' {
        $notes = [regex]::Match((Get-Content -Path $Page -Raw).ReplaceLineEndings("`n"), '(?s)\n## NOTES\n(.+?)\n## ').Groups[1].Value
        $notes | Should -Match '`FullyQualifiedErrorId`|has no errors of its own'
        $notes | Should -Match '\bLinux\b|\bevery (system|platform)\b'
    }

    It 'has a help page with links to a topic, and to a man page or a standard' {
        $text = (Get-Content -Path $Page -Raw).ReplaceLineEndings("`n")
        $links = [regex]::Matches([regex]::Match($text, '(?s)\n## RELATED LINKS\n(.+)$').Groups[1].Value, '(?m)^- \[[^\]]+\]\((.+)\)$') | ForEach-Object { $_.Groups[1].Value }
        $links | Where-Object { $_ -match '^about_PSSockets\w*\.md$' } | Should -Not -BeNullOrEmpty
        $links | Where-Object { $_ -match '^https://(man7\.org/linux/man-pages/man[2357]/\w+\.[2357]\.html|www\.rfc-editor\.org/rfc/rfc\d+(#[\w.-]+)?)$' } | Should -Not -BeNullOrEmpty
        $links | Where-Object { $_ -eq "$Name.md" } | Should -BeNullOrEmpty -Because 'a page needs no link to itself'
        # Man pages and standards have one address each, and the name of the link says which it is.
        $links | Where-Object { $_ -match '^http:|man7\.org|rfc-editor' -and $_ -notmatch '^https://(man7\.org/linux/man-pages/man[2357]/\w+\.[2357]\.html|www\.rfc-editor\.org/rfc/rfc\d+(#[\w.-]+)?)$' } | Should -BeNullOrEmpty
        foreach ($match in [regex]::Matches($text, '\[(?<name>[^\]]+)\]\(https://(?:man7\.org/\S+/(?<page>\w+)\.(?<section>\d)\.html|www\.rfc-editor\.org/rfc/rfc(?<rfc>\d+)\S*)\)')) {
            $wanted = $match.Groups['rfc'].Success ? "^RFC $($match.Groups['rfc'].Value)\b" : "\b$($match.Groups['page'].Value)(\($($match.Groups['section'].Value)\))?"
            $match.Groups['name'].Value | Should -Match $wanted
        }
    }

    It 'has a help page with the parameters of the code' {
        $documented = Select-String -Path $Page -Pattern '^### -(\S+)' | ForEach-Object { $_.Matches[0].Groups[1].Value }
        ($documented | Sort-Object) | Should -Be ($command.Parameters.Keys | Where-Object {
                $_ -notin [System.Management.Automation.Cmdlet]::CommonParameters
            } | Sort-Object)
    }

    It 'is explained by Get-Help' {
        $help.Synopsis.Trim() | Should -Match '^[A-Z].*\.$'
        ($help.Description | Out-String).Trim().Length | Should -BeGreaterThan 80
        $help.Examples.Example.Count | Should -BeGreaterOrEqual 3
        foreach ($parameter in $own) {
            $text = ($help.Parameters.Parameter | Where-Object Name -EQ $parameter.Name).Description | Out-String
            $text.Trim().Length | Should -BeGreaterThan 10 -Because "-$($parameter.Name) is described"
        }
    }
}

Describe 'Topic <Name>' -ForEach $topics {
    It 'is found by Get-Help, with a synopsis' {
        $found = @(Get-Help -Name 'about_PSSockets*' | Where-Object Name -EQ $Name)
        $found.Count | Should -Be 1
        $found[0].Synopsis | Should -Match '^[A-Z].{20,}\.$'
        # What Get-Help lists fits into one line of 80 columns.
        $found[0].Synopsis.Length | Should -BeLessOrEqual 76
    }

    It 'is shown by its name' {
        $text = Get-Help -Name $Name | Out-String
        $text | Should -Match "(?s)^TOPIC\r?\n\s+$Name\r?\n.*SEE ALSO"
    }
}

Describe 'Page <Name>' -ForEach $markdown {
    BeforeAll {
        # A page's text without its code, and the anchors that its headings have.
        function Get-PageText {
            param([string] $Path)

            (Get-Content -LiteralPath $Path -Raw).ReplaceLineEndings("`n") -replace '(?sm)^[ ]*```.*?^[ ]*```$'
        }

        function Get-Anchor {
            param([string] $Path)

            [regex]::Matches((Get-PageText $Path), '(?m)^#+ (.+)$') |
                ForEach-Object { $_.Groups[1].Value.Trim().ToLowerInvariant() -replace '[^\w\- ]' -replace ' ', '-' }
        }

        $text = Get-PageText $File
    }

    It 'has no link within the repository that leads nowhere' {
        $prose = $text -replace '`[^`\n]*`', 'x'
        foreach ($match in [regex]::Matches($prose, '\]\((?!https?:)(?<path>[^)#\s]*)(?:#(?<anchor>[^)\s]+))?\)')) {
            $target = $match.Groups['path'].Value ? (Join-Path (Split-Path -Path $File) $match.Groups['path'].Value) : $File
            Test-Path -LiteralPath $target | Should -BeTrue -Because "the page has a link to $($match.Groups['path'].Value)"
            if ($match.Groups['anchor'].Success) {
                $match.Groups['anchor'].Value | Should -BeIn (Get-Anchor $target) -Because 'the link names a heading'
            }
        }
    }

    It 'has no placeholder' {
        $text | Should -Not -Match '\{\{|\}\}|\b(TODO|TBD|FIXME|XXX|lorem ipsum)\b'
    }
}

Describe 'Code that users are shown' {
    BeforeAll {
        # Runs a block as a script does, on a terminal of 80 columns.
        function Invoke-Block {
            param([string] $Code, [string] $Directory)

            Wait-Worker -TimeoutSeconds 30 (Start-Worker -ArgumentList $Code, $Directory {
                    $ErrorActionPreference = 'Stop'
                    Set-Location -LiteralPath $args[1]
                    . ([scriptblock]::Create($args[0])) 4>&1 |
                        ForEach-Object { $_ -is [System.Management.Automation.VerboseRecord] ? "VERBOSE: $_" : $_ } |
                        Out-String -Width 80
                })
        }

        # Without colours and white space, since lines break elsewhere on each terminal, and without what is another
        # each time: ports, numbers of sockets, descriptors and processes, times.
        function ConvertTo-Comparable {
            param([string] $Text)

            $Text = $Text -replace '\e\[[\d;]*m' -replace '(?<=\]:|\d\.\d+:|port )\d{4,5}', 'PORT' -replace '(?m)^ *…?\d+(?= (IPv4|IPv6|Unix) )', 'ID'
            $Text = $Text -replace '(?m)^(Id +: )\d+', '$1ID' -replace '(?<=VERBOSE: socket\w*\(.*\) = )\d+', 'FD' -replace '(?<=-example-)\d+', 'PID'
            $Text -replace '\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{7}', 'TIME' -replace '(?<=; )[\d,]+(?= of [\d,]+ bytes had been sent)', 'SENT' -replace '\s'
        }

        function Assert-Block {
            param([string] $Code, [string] $Output, [string] $Directory)

            $result = Invoke-Block -Code $Code -Directory $Directory
            $result.Errors | Should -BeNullOrEmpty
            if ($Output) {
                ConvertTo-Comparable "$($result.Output)" | Should -BeExactly (ConvertTo-Comparable $Output) -Because "that is its output:`n$($result.Output)"
            }
        }
    }

    It 'example of <Name>: <Title>' -ForEach $examples {
        Assert-Block -Code $Code -Output $Output -Directory $TestDrive
    }

    It 'block <Number> of the README' -ForEach $readme {
        # The module is imported here already, and from where it was built.
        Assert-Block -Code ($Code -replace '(?m)^Import-Module .*$') -Output $Output -Directory $TestDrive
    }

    AfterEach {
        Get-Socket | Close-Socket
    }
}
