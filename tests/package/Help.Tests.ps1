# What Get-Help shows of a cmdlet, beside the text of its page: defaults, links, and the address that -Online opens.

BeforeDiscovery {
    $cmdlets = foreach ($name in (Import-PowerShellDataFile -Path "$PSScriptRoot/../../PSSockets.psd1").CmdletsToExport) {
        @{ Name = $name }
    }
}

BeforeAll {
    . $PSScriptRoot/../helpers/Common.ps1
    $root = (Resolve-Path -LiteralPath "$PSScriptRoot/../..").ProviderPath
    $pages = "$root/docs/en-US"
    $address = "$((Import-PowerShellDataFile -Path $ModulePath).PrivateData.PSData.ProjectUri)/blob/main/docs/en-US"

    # Values of the code that stand for something else, and the words for them.
    $words = @{
        'SwitchParameter True'     = , 'True'
        'SwitchParameter False'    = 'False', 'True without -AddressFamily, else False', 'True for :PORT and *:PORT, else False'
        'Double 0'                 = 'wait for ever', 'as long as the system tries', 'look up once'
        'Int32 0'                  = '0', 'None', "the width of the integer's type", 'as many as the option has', 'no prefix', '65536, or 1073741824 for a frame'
        'Int64 0'                  = '0', 'None'
        "Int32 $([int]::MaxValue)" = , 'as many as the system allows'
        'String Dgram'             = , 'Datagram'
        'String Unspecified'       = , "the family's own for the type"
        'UTF8Encoding utf-8'       = , 'utf8'
    }

    # How a page may write the default that the code has. Where the code has none, the page says None, or in words what
    # happens; words that would fit a value of the code do not answer it.
    function Assert-DefaultValue {
        param([object] $Value, [string] $Written)

        if ("$Value" -eq '') {
            $Written | Should -Match "^(None|0|[A-Za-z][\w']*( [\w',]+)+)$" -Because 'the code has no default'
            return
        }
        $key = "$($Value.GetType().Name) $($Value -is [System.Text.Encoding] ? $Value.WebName : $Value)"
        $Written | Should -BeIn ($words[$key] ?? "$Value") -Because "the code has $key"
    }
}

Describe '<Name>' -ForEach $cmdlets {
    BeforeAll {
        $command = Get-Command -Name $Name -Module PSSockets
        $help = Get-Help -Name $Name -Full
        $page = (Get-Content -LiteralPath "$pages/$Name.md" -Raw).ReplaceLineEndings("`n")
        $written = @{}
        foreach ($match in [regex]::Matches($page, '(?ms)^### -(?<name>\w+)\n(?:(?!^###? ).)*?^DefaultValue: (?<value>[^\n]*)$')) {
            $written[$match.Groups['name'].Value] = $match.Groups['value'].Value
        }
    }

    It 'has a page that gives each parameter the default of the code' {
        $instance = [System.Activator]::CreateInstance($command.ImplementingType)
        $count = 0
        foreach ($parameter in $command.Parameters.Values | Where-Object Name -NotIn ([System.Management.Automation.Cmdlet]::CommonParameters)) {
            $written.ContainsKey($parameter.Name) | Should -BeTrue -Because "-$($parameter.Name) has a default or None"
            $property = $command.ImplementingType.GetProperty($parameter.Name)
            if ($property) {
                Assert-DefaultValue -Value $property.GetValue($instance) -Written $written[$parameter.Name]
            }
            else {
                # PowerShell's own.
                $parameter.Name | Should -BeIn 'WhatIf', 'Confirm'
                $written[$parameter.Name] | Should -Be 'False'
            }
            $count++
        }
        $count | Should -Be @($written.GetEnumerator()).Count # not .Count, which may be a parameter
    }

    It 'shows the defaults in the table of each parameter' {
        foreach ($parameter in $help.parameters.parameter | Where-Object name) {
            $parameter.defaultValue | Should -BeExactly $written["$($parameter.name)"] -Because "-$($parameter.name) has it"
        }
        @($help.parameters.parameter | Where-Object name).Count | Should -Be @($written.GetEnumerator()).Count
    }

    It 'has one address, in the code, in the page, and as the first link of the help' {
        $command.HelpUri | Should -BeExactly "$address/$Name.md"
        [regex]::Match($page, '(?m)^HelpUri: (.*)$').Groups[1].Value | Should -BeExactly $command.HelpUri
        $links = @($help.relatedLinks.navigationLink)
        $links[0].linkText | Should -Be 'Online Version'
        ($links | Where-Object uri | Select-Object -First 1).uri | Should -BeExactly $command.HelpUri
    }

    It 'names other pages as Get-Help knows them' {
        $links = @($help.relatedLinks.navigationLink | Select-Object -Skip 1)
        $links.Count | Should -BeGreaterThan 2
        foreach ($link in $links) {
            if ($link.uri) {
                $link.uri | Should -Match '^https://'
                $link.uri | Should -Not -BeLike '*.md'
            }
            else {
                Get-Help -Name $link.linkText | Should -Not -BeNullOrEmpty -Because "$($link.linkText) is help that there is"
            }
        }
    }
}

Describe 'Get-Help -Online' {
    It 'opens the page' {
        if (-not $IsLinux) {
            Set-ItResult -Skipped -Because 'another system opens addresses in a way that no test can look into'
            return
        }
        # What opens an address on Linux, found by the path.
        $opened = "$TestDrive/opened.txt"
        Set-Content -LiteralPath "$TestDrive/xdg-open" -Value "#!/bin/sh`nprintf '%s\n' `"`$1`" > '$opened.part' && mv '$opened.part' '$opened'"
        chmod +x "$TestDrive/xdg-open"
        $path = $env:PATH
        try {
            $env:PATH = "$TestDrive$([System.IO.Path]::PathSeparator)$path"
            Get-Help New-Socket -Online
        }
        finally {
            $env:PATH = $path
        }
        Wait-Until -TimeoutSeconds 30 -Because 'the address is opened' { Test-Path -LiteralPath $opened }
        Get-Content -LiteralPath $opened | Should -BeExactly "$address/New-Socket.md"
    }
}
