BeforeDiscovery {
    $manifest = Import-PowerShellDataFile -Path $PSScriptRoot/../PSSockets.psd1
    $cmdlets = foreach ($name in $manifest.CmdletsToExport) {
        @{ Name = $name; Page = "$PSScriptRoot/../docs/en-US/$name.md" }
    }

    # The examples of the help pages: the powershell blocks between EXAMPLES and the next chapter.
    $examples = foreach ($cmdlet in $cmdlets | Where-Object { Test-Path $_.Page }) {
        $chapter = (Get-Content -Path $cmdlet.Page -Raw) -replace '(?s)^.*?\n## EXAMPLES\r?\n' -replace '(?s)\n## .*$'
        foreach ($match in [regex]::Matches($chapter, '(?sm)^### (?<title>[^\n]+)\n(?<text>.*?)(?=^### |\z)')) {
            foreach ($block in [regex]::Matches($match.Groups['text'].Value, '(?sm)^```powershell\r?\n(?<code>.*?)^```')) {
                @{ Name = $cmdlet.Name; Title = $match.Groups['title'].Value.Trim(); Code = $block.Groups['code'].Value }
            }
        }
    }

    $number = 0
    $readme = foreach ($block in [regex]::Matches((Get-Content -Path $PSScriptRoot/../README.md -Raw), '(?sm)^```powershell\r?\n(?<code>.*?)^```')) {
        $number++
        @{ Number = $number; Code = $block.Groups['code'].Value }
    }
}

BeforeAll {
    . $PSScriptRoot/Common.ps1
    $root = "$PSScriptRoot/.."
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
        $assembly.GetReferencedAssemblies().Name | Where-Object { $_ -notlike 'System.*' -and $_ -ne 'netstandard' } | Should -BeNullOrEmpty
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

    It 'has a singular noun' {
        $command.Noun | Should -Not -Match '(?<!s)s$'
    }

    It 'says what it writes' {
        $command.OutputType | Should -Not -BeNullOrEmpty
    }

    It 'has a file of tests' {
        "$PSScriptRoot/$Name.Tests.ps1" | Should -Exist
    }

    It 'has a help page without placeholders' {
        $Page | Should -Exist
        Get-Content -Path $Page -Raw | Should -Not -Match '\{\{'
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

Describe 'Code that users are shown' {
    BeforeAll {
        function Invoke-Block {
            param([string] $Code, [string] $Directory)

            $worker = Start-Worker ([scriptblock]::Create("`$ErrorActionPreference = 'Stop'; Set-Location -LiteralPath '$Directory'`n$Code"))
            Wait-Worker $worker -TimeoutSeconds 30
        }
    }

    It 'example of <Name>: <Title>' -ForEach $examples {
        (Invoke-Block $Code $TestDrive).Errors | Should -BeNullOrEmpty
    }

    It 'block <Number> of the README' -ForEach $readme {
        # The module is imported here already, and from where it was built.
        (Invoke-Block ($Code -replace '(?m)^Import-Module .*$') $TestDrive).Errors | Should -BeNullOrEmpty
    }

    AfterEach {
        Get-Socket | Close-Socket
    }
}
