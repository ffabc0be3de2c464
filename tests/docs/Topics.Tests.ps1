# The topics about_PSSockets*.md say all that they promise to say: every error, every cmdlet, every form of end point.
# Guide.Tests.ps1 runs their blocks of code and compares what they print.

BeforeDiscovery {
    $errorIds = Select-String -Path "$PSScriptRoot/../../src/PSSockets/Errors/ErrorIds.cs" -Pattern 'public const string (\w+)' |
        ForEach-Object { @{ Id = $_.Matches[0].Groups[1].Value } }

    # The forms that the topic lists at its beginning.
    $chapter = (Get-Content -LiteralPath "$PSScriptRoot/../../docs/en-US/about_PSSockets_EndPoints.md" -Raw) -replace '(?s)\n```.*$'
    $forms = foreach ($line in [regex]::Matches($chapter, '(?m)^- (?<forms>`[^`]+`(?:(?:,| or) `[^`]+`)*): ')) {
        [regex]::Matches($line.Groups['forms'].Value, '`([^`]+)`') | ForEach-Object { @{ Form = $_.Groups[1].Value } }
    }
}

BeforeAll {
    . $PSScriptRoot/../helpers/Common.ps1
    $pages = "$PSScriptRoot/../../docs/en-US"
    $errorIds = Select-String -Path "$PSScriptRoot/../../src/PSSockets/Errors/ErrorIds.cs" -Pattern 'public const string (\w+)' |
        ForEach-Object { $_.Matches[0].Groups[1].Value }

    # The entries of the topic: - `Id` (C names; category): meaning. Remedy.
    $topic = (Get-Content -LiteralPath "$pages/about_PSSockets_Errors.md" -Raw).ReplaceLineEndings("`n")
    $pattern = '(?m)^- `(?<id>\w+)` \((?:(?<names>[A-Z_,\s]+); )?(?<category>\w+)\): (?<text>.+(?:\n  .+)*)'
    $entries = [regex]::Matches(($topic -replace ';\n  ', '; '), $pattern) | ForEach-Object {
        [pscustomobject]@{
            Id       = $_.Groups['id'].Value
            Names    = @($_.Groups['names'].Value -split '[,\s]+' | Where-Object { $_ })
            Category = $_.Groups['category'].Value
            Text     = $_.Groups['text'].Value -replace '\s+', ' '
        }
    }

    # What the module itself makes of an identifier of its own, or of a SocketError.
    function Get-Category {
        param([object] $Value)

        $type = (Get-Command -Name New-Socket -Module PSSockets).ImplementingType.Assembly.GetType('PSSockets.Commands.ErrorRecords')
        $method = $type.GetMethod('CategoryOf', [System.Reflection.BindingFlags]'NonPublic, Static', [type[]]@($Value.GetType()))
        [string]$method.Invoke($null, [object[]]@($Value.psobject.BaseObject))
    }
}

Describe 'about_PSSockets_Errors' {
    It 'explains <Id>, which is the module''s own' -ForEach $errorIds {
        $entry = $entries | Where-Object Id -CEQ $Id
        @($entry).Count | Should -Be 1
        $entry.Category | Should -Be (Get-Category $Id)
    }

    It 'explains every error of the operating system that the module knows, with its C names' {
        $known = Get-SocketError | Group-Object -Property SocketError
        $known.Count | Should -BeGreaterThan 30
        foreach ($group in $known) {
            $entry = @($entries | Where-Object Id -CEQ $group.Name)
            $entry.Count | Should -Be 1 -Because "$($group.Name) has one entry"
            ($entry[0].Names | Sort-Object) | Should -Be ($group.Group.Name | Sort-Object) -Because "those are the C names of $($group.Name)"
            $entry[0].Category | Should -Be (Get-Category ([System.Net.Sockets.SocketError]$group.Name)) -Because "that is the category of $($group.Name)"
        }
    }

    It 'explains nothing else' {
        $known = @($errorIds) + (Get-SocketError).SocketError.ForEach([string])
        $entries.Id | Where-Object { $_ -cnotin $known } | Should -BeNullOrEmpty
        $entries.Id.Count | Should -Be @($known | Sort-Object -Unique).Count
        $entries | Where-Object { $_.Id -cnotin (Get-SocketError).SocketError -and $_.Names } | Should -BeNullOrEmpty
    }

    It 'says of each what it means, and what to do' {
        foreach ($entry in $entries) {
            # A meaning, which ends somewhere, and at least one sentence more.
            $entry.Text | Should -Match '^\S.{20,}\. [A-Z`].{9,}\.$' -Because "$($entry.Id) has a meaning and a remedy"
        }
    }

    It 'has every error that a help page names' {
        foreach ($page in Get-ChildItem -Path $pages -Filter '*-*.md') {
            $notes = (Get-Content -LiteralPath $page.FullName -Raw) -replace '(?s)^.*\n## NOTES' -replace '(?s)\n## RELATED LINKS.*$'
            foreach ($line in [regex]::Matches($notes, '(?m)^- (?<ids>`[A-Z]\w+`[^:]*):')) {
                foreach ($id in [regex]::Matches($line.Groups['ids'].Value, '`([A-Z]\w+)`')) {
                    $id.Groups[1].Value | Should -BeIn $entries.Id -Because "$($page.Name) names it"
                }
            }
        }
    }
}

Describe 'about_PSSockets_EndPoints' {
    It 'lists <Form>, which is an end point' -ForEach $forms {
        if ($Form -like '*@*' -and -not $IsLinux) {
            Set-ItResult -Skipped -Because 'only Linux has abstract names'
            return
        }
        $loopback = [System.Net.NetworkInformation.NetworkInterface]::GetAllNetworkInterfaces() | Where-Object NetworkInterfaceType -EQ 'Loopback'
        New-SocketAddress -EndPoint ($Form -replace 'eth0', $loopback[0].Name) -ErrorAction Stop | Should -Not -BeNullOrEmpty
    }

    It 'lists all forms' {
        $text = Get-Content -LiteralPath "$pages/about_PSSockets_EndPoints.md" -Raw
        foreach ($form in '127.0.0.1:53', '[::1]:55555', '[fe80::1%eth0]:53', 'localhost:80', 'localhost:http', ':8080', '*:8080',
            '/run/x.sock', './x.sock', 'unix:x.sock', '@name', 'unix:@name') {
            $text | Should -Match ([regex]::Escape("``$form``"))
        }
    }
}

Describe 'about_PSSockets' {
    It 'names every cmdlet' {
        $text = Get-Content -LiteralPath "$pages/about_PSSockets.md" -Raw
        foreach ($name in (Get-Module -Name PSSockets).ExportedCmdlets.Keys) {
            $text | Should -Match "``$name``"
        }
    }

    It 'has a server and a client for two windows, which talk with each other' {
        # As they stand, but for the port: any free one.
        $text = (Get-Content -LiteralPath "$pages/about_PSSockets.md" -Raw).ReplaceLineEndings("`n")
        $server, $client = 1, 2 | ForEach-Object { [regex]::Match($text, "(?sm)^``````powershell window=$_\n(.*?)^``````$").Groups[1].Value }
        $output = [regex]::Match($text, '(?sm)^```powershell window=2\n.*?^```\n\n```output\n(.*?)^```$').Groups[1].Value
        $before = @(Get-Socket -All)
        $worker = Start-Worker ([scriptblock]::Create($server.Replace('[::1]:55555', '[::1]:0')))
        try {
            Wait-Until { Get-Socket -All -State Listening | Where-Object { $_ -notin $before } } -Because 'the server listens'
            $listener = Get-Socket -All -State Listening | Where-Object { $_ -notin $before }
            $code = $client.Replace('[::1]:55555', "[::1]:$($listener.LocalEndPoint.Port)")
            foreach ($round in 1, 2) {
                $result = Wait-Worker (Start-Worker ([scriptblock]::Create($code)))
                $result.Errors | Should -BeNullOrEmpty
                $result.Output | Should -BeExactly $output.Trim() -Because "that is the output, round $round"
            }
            Wait-WorkerBlocked $worker
            Assert-SoonStopped $worker
        }
        finally {
            if (-not $worker.AsyncResult.IsCompleted) {
                $null = Stop-Worker $worker -AllowEnded
            }
            Get-Socket -All | Close-Socket
        }
    }
}

Describe 'about_PSSockets_Recipes' {
    BeforeAll {
        $root = "$PSScriptRoot/../.."
        $text = Get-Content -LiteralPath "$pages/about_PSSockets_Recipes.md" -Raw
    }

    It 'names every recipe and every page of the guide, and none that is not there' {
        $recipes = (Get-ChildItem -Path "$root/docs/recipes" -Filter '*.ps1').Name
        $guide = (Get-ChildItem -Path "$root/docs/guide" -Filter '*.md').BaseName -ne 'README'
        $named = [regex]::Matches(($text -replace '(?s)^.*?\n## The guide'), '`([\w.-]+)`') | ForEach-Object { $_.Groups[1].Value }
        ($named | Sort-Object) | Should -Be (@($recipes) + $guide | Sort-Object)
    }

    It 'gives their addresses' {
        $project = (Import-PowerShellDataFile -Path $ModulePath).PrivateData.PSData.ProjectUri
        $addresses = [regex]::Matches($text, '(?m)^https://\S+$').Value
        $addresses.Count | Should -Be 4
        foreach ($address in $addresses) {
            $address | Should -Match "^$([regex]::Escape($project))/tree/main/(.+)$"
            "$root/$($address.Substring("$project/tree/main/".Length))" | Should -Exist
        }
    }
}

Describe 'Topics' {
    It 'have no code but what is run' {
        foreach ($page in Get-ChildItem -Path $pages -Filter 'about_*.md') {
            $inside = $false
            foreach ($line in Get-Content -LiteralPath $page.FullName) {
                if ($line -match '^```(?<language>.*)$') {
                    $inside = -not $inside
                    if ($inside) {
                        $Matches['language'] | Should -BeIn 'powershell', 'output', 'text', 'powershell window=1', 'powershell window=2' -Because "$($page.Name) has code that is run"
                    }
                }
            }
            $inside | Should -BeFalse
        }
    }

    It 'have links to each other' {
        $topics = (Get-ChildItem -Path $pages -Filter 'about_*.md').BaseName
        foreach ($topic in $topics | Where-Object { $_ -ne 'about_PSSockets' }) {
            Get-Content -LiteralPath "$pages/about_PSSockets.md" -Raw | Should -Match "\]\($topic\.md\)"
            Get-Content -LiteralPath "$pages/$topic.md" -Raw | Should -Match '\]\(about_PSSockets\.md\)'
        }
    }
}

Describe 'The text of <Name> that Get-Help shows' -ForEach (
    Get-ChildItem -Path "$PSScriptRoot/../../docs/en-US" -Filter 'about_*.md' | ForEach-Object { @{ Name = $_.BaseName; Source = $_.FullName } }
) {
    It 'has the backticks of code, and none that only mark it' {
        $page = (Get-Content -LiteralPath $Source -Raw).ReplaceLineEndings("`n")
        $blocks = [regex]::Matches($page, '(?ms)^```.*?\n(.*?)^```').ForEach({ $_.Groups[1].Value })
        # Code that has backticks itself stands between two of them or more.
        $spans = [regex]::Matches(($page -replace '(?ms)^```.*?^```'), '(?s)(``+)(.+?)\1(?!`)').ForEach({ $_.Groups[2].Value })
        $text = Get-Content -LiteralPath ($Source -replace '\.md$', '.help.txt') -Raw

        ($text -replace '[^`]').Length | Should -Be (-join ($blocks + $spans) -replace '[^`]').Length
    }
}
