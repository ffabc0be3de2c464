# Commands of other programs beside ours: docs/guide/coming-from.md, and the two windows of the README. A block has the
# part it plays after its language ("powershell server", "sh client"), and each line of sh is a command of its own.
# Every server of a chapter is run with every client, with a relay between them where there is one, if one of them is
# ours; then what each of them prints is compared with the output that stands after its block. All other blocks of the
# guide run in Guide.Tests.ps1, and those of the README in Module.Tests.ps1; their output in the README is compared here.

BeforeDiscovery {
    $roles = 'server', 'relay', 'client' # in the order in which they are started

    # The ways to play a part that stand in a text, each with what it prints.
    function Get-Player {
        param([string] $Text, [string] $Role)

        $pattern = '(?sm)^```(?<language>powershell|sh|python) ' + $Role + '\n(?<code>(?:(?!^```).)*?)^```$(?:\n\n```output\n(?<output>.*?)^```$)?'
        foreach ($match in [regex]::Matches($Text, $pattern)) {
            $language = $match.Groups['language'].Value
            $codes = $language -eq 'sh' ? $match.Groups['code'].Value.Trim().Split("`n") : @($match.Groups['code'].Value)
            foreach ($code in $codes) {
                @{
                    Role     = $Role
                    Language = $language
                    Name     = $language -eq 'sh' ? $code : $language
                    Code     = $code
                    Output   = $match.Groups['output'].Success ? $match.Groups['output'].Value : $null
                }
            }
        }
    }

    $plays = foreach ($page in 'docs/guide/coming-from.md', 'README.md') {
        $text = (Get-Content -LiteralPath "$PSScriptRoot/../../$page" -Raw).ReplaceLineEndings("`n")

        # A play begins with the first server after a client; its chapter gives it the name.
        $starts = @()
        $last = 'client'
        foreach ($match in [regex]::Matches($text, '(?m)^```\w+ (?<role>server|relay|client)$')) {
            if ($last -eq 'client' -and $match.Groups['role'].Value -ne 'client') {
                $starts += $match.Index
            }
            $last = $match.Groups['role'].Value
        }
        for ($i = 0; $i -lt $starts.Count; $i++) {
            $end = $i + 1 -lt $starts.Count ? $starts[$i + 1] : $text.Length
            $part = $text.Substring($starts[$i], $end - $starts[$i])
            $chapter = [regex]::Matches($text.Substring(0, $starts[$i]), '(?m)^##+ (.+)$')[-1].Groups[1].Value
            $casts = @(, @())
            foreach ($role in $roles) {
                $players = @(Get-Player -Text $part -Role $role)
                if ($players) {
                    $casts = @(foreach ($cast in $casts) {
                            foreach ($player in $players) {
                                , @($cast + $player)
                            }
                        })
                }
            }
            @{
                Page    = $page
                Chapter = $chapter
                Casts   = @($casts | Where-Object { $_.Language -contains 'powershell' } | ForEach-Object { @{ Cast = $_; Names = $_.Name -join ' <> ' } })
            }
        }
    }

    # $text is the README.
    $outputs = foreach ($match in [regex]::Matches($text, '(?sm)^```powershell\n(?<code>(?:(?!^```).)*?)^```\n\n```output\n(?<output>.*?)^```')) {
        @{ Line = $text.Substring(0, $match.Index).Split("`n").Count; Code = $match.Groups['code'].Value; Output = $match.Groups['output'].Value }
    }

    $tables = foreach ($line in Get-Content -LiteralPath "$PSScriptRoot/../../docs/guide/coming-from.md" | Where-Object { $_ -match '^\| `' }) {
        $cells = $line.Trim('|') -split '(?<!\\)\|'
        @{ Their = $cells[0].Trim(); Ours = $cells[1].Trim().Replace('\|', '|') }
    }
}

BeforeAll {
    . $PSScriptRoot/../helpers/Common.ps1
    . $PSScriptRoot/../helpers/Servers.ps1

    # Where programs are that scripts call by another name: nc is the one of OpenBSD.
    $netcat = (Get-Command -Name nc.openbsd, nc -CommandType Application -ErrorAction Ignore)[0]
    if ($netcat -and "$(& $netcat.Source -h 2>&1)" -notlike 'OpenBSD*') {
        $netcat = $null
    }

    # The ports of the page are 55555 and those after it.
    function ConvertTo-Own {
        param([string] $Text, [int] $Port)

        [regex]::Replace($Text, '\b5555[5-9]\b', { $Port + [int]$args[0].Value - 55555 })
    }

    # Whether somebody has what a server needs: its port, its path or name, and its group.
    function Test-Started {
        param([string] $Code, [string] $Directory)

        if ($Code -match '(?<name>talk-\d+)|x\.sock') {
            $name = $Matches['name'] ? "@$($Matches['name'])" : 'x.sock' # in the directory or of the program's own
            return [bool](Get-Content -LiteralPath '/proc/net/unix' | Where-Object {
                    $_.EndsWith($name) -and ($name[0] -eq '@' -or $_.EndsWith(" $Directory/$name") -or $_ -match ' (\./)?x\.sock$')
                })
        }
        if ($Code -match '239\.255\.10\.20' -and -not (Select-String -LiteralPath '/proc/net/igmp' -Pattern '140AFFEF' -Quiet)) {
            return $false
        }
        $port = '{0:X4}' -f [int]([regex]::Match($Code, '(?<=[: (]|, )\d{5}\b').Value)
        $isThere = Get-Content -Path '/proc/net/tcp', '/proc/net/tcp6' | Where-Object { $_ -match "^\s*\d+: \w+:$port \w+:0000 0A" }
        $isThere = $isThere ? $isThere : (Get-Content -Path '/proc/net/udp', '/proc/net/udp6' | Where-Object { $_ -match "^\s*\d+: \w+:$port " })
        [bool]$isThere
    }

    # Our blocks run in a runspace of this process, all else in a process of its own.
    function Invoke-Player {
        param([hashtable] $Player, [string] $Code, [string] $Directory)

        switch ($Player.Language) {
            'powershell' {
                Start-Worker -ArgumentList $Code, $Directory {
                    $ErrorActionPreference = 'Stop'
                    Set-Location -LiteralPath $args[1]
                    . ([scriptblock]::Create($args[0]))
                }
            }
            'python' {
                Start-Peer python3 -ArgumentList '-u', '-c', $Code
            }
            'sh' {
                # Without a pipe the shell becomes the program. Its input stays open, as that of a terminal.
                $command = ($Code -match '\||^for ' ? '' : 'exec ') + ($Code -replace '\bnc\b', $netcat.Source)
                Start-Peer sh -ArgumentList '-c', 'cd "$1" && eval "$2"', 'sh', $Directory, $command
            }
        }
    }

    # Without colours, empty lines and the numbers of ports, which are others each time.
    function ConvertTo-Comparable {
        param([string] $Text)

        $Text -replace '\e\[[\d;]*m' -replace '(?<=[\]\d]:)\d{4,5}', 'PORT' -split '\r?\n' | ForEach-Object TrimEnd | Where-Object { $_ }
    }

    # What a player has printed so far, on a terminal of 80 columns.
    function Get-Printed {
        param([psobject] $Running)

        if ($Running.PSObject.Properties['Process']) {
            return $Running.Output
        }
        Get-Current $Running.Output | Out-String -Width 80
    }

    # What is in a collection now: to enumerate it would wait until the runspace is done.
    function Get-Current {
        param([System.Collections.IList] $Collection)

        for ($i = 0; $i -lt $Collection.Count; $i++) {
            $Collection[$i]
        }
    }

    function Get-Problem {
        param([psobject] $Running)

        if ($Running.PSObject.Properties['Process']) {
            return $Running.ErrorOutput
        }
        "$(Get-Current $Running.PowerShell.Streams.Error) $($Running.PowerShell.InvocationStateInfo.Reason)".Trim()
    }
}

Describe '<Page>: <Chapter>' -ForEach $plays {
    BeforeEach {
        if (-not $IsLinux) {
            Set-ItResult -Skipped -Because 'the programs of the page are those of Linux'
        }
    }

    It '<Names>' -ForEach $Casts {
        foreach ($program in 'nc', 'ncat', 'socat', 'python3') {
            $isUsed = $Cast | Where-Object { $_.Language -eq 'sh' ? $_.Code -match "\b$program\b" : $_.Language -eq 'python' -and $program -eq 'python3' }
            if ($isUsed -and -not ($program -eq 'nc' ? $netcat : (Test-Program $program))) {
                Set-ItResult -Skipped -Because ($program -eq 'nc' ? 'the netcat of OpenBSD is not installed' : "$program is not installed")
                return
            }
        }

        $directory = (New-Item -ItemType Directory -Path (New-TestPath -Extension 'dir')).FullName
        $running = [System.Collections.Generic.List[psobject]]::new()
        try {
            $photo = [byte[]]::new(300000) # more than the buffers between two sockets at rest
            [System.Random]::new(7).NextBytes($photo)
            [System.IO.File]::WriteAllBytes("$directory/photo.jpg", $photo)

            $port = Get-FreePort -Count 10
            foreach ($player in $Cast) {
                $code = ConvertTo-Own -Text $player.Code -Port $port
                $running.Add((Invoke-Player -Player $player -Code $code -Directory $directory))
                if ($player.Role -ne 'client') {
                    Wait-Until -Because "the $($player.Role) has begun" {
                        $problem = $player.Language -eq 'powershell' ? (Get-Problem $running[-1]) : ''
                        if ($problem) {
                            throw $problem
                        }
                        Test-Started -Code $code -Directory $directory
                    }
                }
            }

            for ($i = 0; $i -lt $Cast.Count; $i++) {
                $expected = $null -eq $Cast[$i].Output ? @() : @(ConvertTo-Comparable (ConvertTo-Own -Text $Cast[$i].Output -Port $port))
                try {
                    Wait-Until { (@(ConvertTo-Comparable (Get-Printed $running[$i])) -join "`n") -ceq ($expected -join "`n") -or $null -eq $Cast[$i].Output }
                }
                catch {
                    ConvertTo-Comparable (Get-Printed $running[$i]) | Should -BeExactly $expected -Because "$($Cast[$i].Role): $(Get-Problem $running[$i])"
                }
            }
            if ($Cast.Code -match 'copy\.jpg') {
                Wait-Until -Because 'the whole file arrives' {
                    (Test-Path -LiteralPath "$directory/copy.jpg") -and
                    (Get-FileHash -LiteralPath "$directory/copy.jpg").Hash -eq (Get-FileHash -LiteralPath "$directory/photo.jpg").Hash
                }
            }

            # The client is done by itself, and nobody had an error.
            $client = $running[-1]
            Wait-Until -Because 'the client ends' { $client.PSObject.Properties['Process'] ? $client.Process.HasExited : $client.AsyncResult.IsCompleted }
            for ($i = 0; $i -lt $Cast.Count; $i++) {
                if ($Cast[$i].Language -eq 'powershell') {
                    Get-Problem $running[$i] | Should -BeNullOrEmpty
                }
            }
        }
        finally {
            foreach ($one in $running) {
                if ($one.PSObject.Properties['Process']) {
                    $one.Process.Kill($true) # with what the shell has started
                    Stop-Peer $one
                }
                else {
                    $null = Stop-Worker $one -AllowEnded
                }
            }
            Get-Socket | Close-Socket
            Remove-Item -LiteralPath $directory -Recurse -Force
        }
    }
}

Describe 'README.md' {
    It 'the block at line <Line> prints what it shows' -ForEach $outputs {
        $result = Wait-Worker -TimeoutSeconds 30 -Worker (Start-Worker -ArgumentList $Code {
                $ErrorActionPreference = 'Stop'
                . ([scriptblock]::Create($args[0]))
            })
        $result.Errors | Should -BeNullOrEmpty
        ConvertTo-Comparable ($result.Output | Out-String -Width 80) | Should -BeExactly (ConvertTo-Comparable $Output)
    }

    AfterEach {
        Get-Socket | Close-Socket
    }
}

Describe 'What the tables name' {
    It 'there is: <Ours>, for <Their>' -ForEach $tables {
        foreach ($span in [regex]::Matches($Ours, '(?<!`)(`+)(?!`)(?<code>.+?)(?<!`)\1(?!`)')) {
            $problems = $null
            $ast = [System.Management.Automation.Language.Parser]::ParseInput($span.Groups['code'].Value, [ref]$null, [ref]$problems)
            foreach ($command in $ast.FindAll({ $args[0] -is [System.Management.Automation.Language.CommandAst] }, $true)) {
                $name = $command.GetCommandName()
                if ($name -notmatch '^[A-Z][a-z]+-[A-Z]\w+$') {
                    continue # the name of a property, an address, a parameter
                }
                $problems | Should -BeNullOrEmpty
                $found = Get-Command -Name $name -ErrorAction Stop
                foreach ($parameter in $command.CommandElements | Where-Object { $_ -is [System.Management.Automation.Language.CommandParameterAst] }) {
                    $found.Parameters.Keys | Should -Contain $parameter.ParameterName
                }
            }
        }
    }

    It 'covers every option of nc' {
        if (-not $netcat) {
            Set-ItResult -Skipped -Because 'the netcat of OpenBSD is not installed'
            return
        }
        $options = & $netcat.Source -h 2>&1 | ForEach-Object { [regex]::Match("$_", '^\s+(-\w)\s').Groups[1].Value } | Where-Object { $_ } | Sort-Object -CaseSensitive
        $page = Get-Content -LiteralPath "$PSScriptRoot/../../docs/guide/coming-from.md" | Where-Object { $_ -match '^\| `-\w`' }
        $named = $page | ForEach-Object { [regex]::Matches(($_ -split '\|')[1], '`(-\w)`').ForEach({ $_.Groups[1].Value }) }
        $options | Where-Object { $_ -cnotin $named } | Should -BeNullOrEmpty
    }

    It 'covers every function and every method of the Python module socket' {
        if (-not (Test-Program python3)) {
            Set-ItResult -Skipped -Because 'python3 is not installed'
            return
        }
        $there = python3 -c @'
import socket
for name in dir(socket):
    if name[0].islower() and callable(getattr(socket, name)):
        print('socket.' + name)
for name in dir(socket.socket):
    if name[0].islower():
        print('s.' + name)
'@
        $text = Get-Content -LiteralPath "$PSScriptRoot/../../docs/guide/coming-from.md" -Raw
        $there | Where-Object { -not $text.Contains("``$_``") } | Should -BeNullOrEmpty
    }
}
