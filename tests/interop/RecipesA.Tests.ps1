# The recipes that talk to servers, each against the real program. RecipesB.Tests.ps1 has the others.

BeforeDiscovery {
    $recipeFiles = Get-ChildItem -Path "$PSScriptRoot/../../docs/recipes" -Filter '*.ps1'
    $markdown = Get-Content -LiteralPath "$PSScriptRoot/../../docs/recipes/README.md" -Raw
    $blocks = @(
        foreach ($block in [regex]::Matches($markdown, '(?ms)^```powershell\n(.*?)^```$')) {
            @{ Number = ++$number; Code = $block.Groups[1].Value }
        }
    )
}

BeforeAll {
    . $PSScriptRoot/../helpers/Common.ps1
    if ($IsLinux) {
        $oldPath = $env:PATH
        $env:PATH += ':/usr/sbin:/sbin' # where servers are
    }
    $noColor = $env:NO_COLOR
    $env:NO_COLOR = '1' # for the processes that are started
    $user = [Environment]::UserName
    $recipes = (Resolve-Path -LiteralPath "$PSScriptRoot/../../docs/recipes").ProviderPath
    $directory = (New-Item -ItemType Directory -Path (New-TestPath -Extension d)).FullName

    # A port that is free for datagrams and for connections, over both families. Nothing holds it when it is
    # given: the server that is told to take it may come too late, and then says so.
    function Get-FreePort {
        $held = $null
        while (-not $held) {
            $udp = New-Socket IPv6 Datagram -DualMode | Register-SocketAddress '[::]:0' -PassThru
            $held = New-Socket IPv6 Stream -DualMode | Register-SocketAddress "[::]:$($udp.LocalEndPoint.Port)" -PassThru -ErrorAction Ignore
            $port = $udp.LocalEndPoint.Port
            $udp, $held | Where-Object { $_ } | Close-Socket
        }
        $port
    }

    # Starts a server, and waits until it answers a request; another port when somebody was faster.
    function Invoke-Server {
        param(
            [Parameter(Mandatory)] [string] $Program,
            [Parameter(Mandatory)] [scriptblock] $Arguments,
            [Parameter(Mandatory)] [scriptblock] $Request
        )

        foreach ($try in 1..3) {
            $port = Get-FreePort
            $server = Start-Peer $Program -ArgumentList (& $Arguments $port)
            $isThere = @{ Answer = $false }
            Wait-Until -TimeoutSeconds 20 -Because "$Program answers" {
                try {
                    $isThere.Answer = [bool] (& $Request $port)
                }
                catch {
                    $isThere.Answer = $false
                }
                $isThere.Answer -or $server.Process.HasExited
            }
            if ($isThere.Answer) {
                return @{ Peer = $server; Port = $port; Address = "127.0.0.1:$port" }
            }
            $words = "$($server.Output) $($server.ErrorOutput)"
            Stop-Peer $server
        }
        throw "$Program does not start: $words"
    }

    # Runs a recipe in a process of its own, as it stands, and gives the lines that it writes.
    function Invoke-RecipeProcess {
        param(
            [Parameter(Mandatory, Position = 0)] [string] $Name,
            [Parameter(Position = 1)] [string[]] $ArgumentList = @()
        )

        $peer = Open-RecipeProcess $Name $ArgumentList
        Wait-Peer $peer -TimeoutSeconds 60 | Should -Be 0 -Because $peer.ErrorOutput
        $peer.ErrorOutput | Should -BeExactly ''
        $peer.Output.Trim() -split '\r?\n'
    }

    function Open-RecipeProcess {
        param(
            [Parameter(Mandatory, Position = 0)] [string] $Name,
            [Parameter(Position = 1)] [string[]] $ArgumentList = @()
        )

        $peer = Start-Peer $pwsh -ArgumentList @($pwshStart; '-File', "$recipes/$Name"; $ArgumentList)
        $started.Add($peer)
        $peer
    }

    # Starts a recipe that waits for others in a runspace of its own; the worker has the Address at which it waits.
    function Open-RecipeServer {
        param(
            [Parameter(Mandatory, Position = 0)] [string] $Name,
            [Parameter(Position = 1)] [hashtable] $Parameter = @{}
        )

        $worker = Start-Worker { param($path, $parameters) & $path @parameters } -ArgumentList "$recipes/$Name", $Parameter
        $workers.Add($worker)
        Wait-Until -TimeoutSeconds 30 -Because "$Name says where it waits" {
            if ($worker.AsyncResult.IsCompleted) {
                throw "$Name has ended: $($worker.PowerShell.Streams.Error) $($worker.PowerShell.InvocationStateInfo.Reason)"
            }
            $worker.PowerShell.Streams.Information.Count -gt 0
        }
        $line = "$($worker.PowerShell.Streams.Information[0])"
        $line | Should -Match '^waiting on (127\.0\.0\.1|\[::1\]):\d+$'
        $worker | Add-Member -NotePropertyName Address -NotePropertyValue $line.Substring('waiting on '.Length) -PassThru
    }

    # Runs the examples of a recipe's help, one after the other, at another address than the one they name.
    function Invoke-RecipeHelpExample {
        param(
            [Parameter(Mandatory, Position = 0)] [string] $Name,
            [Parameter(Position = 1)] [string] $Option = '',
            [Parameter(Position = 2)] [hashtable] $Replace = @{}
        )

        Push-Location $directory
        try {
            foreach ($example in (Get-Help "$recipes/$Name").examples.example) {
                $code = $example.code
                foreach ($pattern in $Replace.Keys) {
                    $code = $code -replace $pattern, $Replace[$pattern]
                }
                $code = $code.Replace("./$Name", "& '$recipes/$Name' $Option")
                & ([scriptblock]::Create($code))
            }
        }
        finally {
            Pop-Location
        }
    }
}

AfterAll {
    Remove-Item -LiteralPath $directory -Recurse
    $env:NO_COLOR = $noColor
    if ($IsLinux) {
        $env:PATH = $oldPath
    }
}

Describe 'Every recipe' {
    BeforeAll {
        $index = Get-Content -LiteralPath "$recipes/README.md" -Raw
        $tests = Get-Content -Path "$PSScriptRoot/Recipes*.Tests.ps1" -Raw | Out-String
    }

    It '<_.Name> is run by a test' -ForEach $recipeFiles {
        $tests -match "\b$($_.BaseName)\b" | Should -BeTrue -Because 'tests/Recipes*.Tests.ps1 name it'
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

Describe 'Recipes that talk to servers' {
    BeforeEach {
        $started = [System.Collections.Generic.List[psobject]]::new()
        $workers = [System.Collections.Generic.List[psobject]]::new()
    }

    AfterEach {
        $started | ForEach-Object { Stop-Peer $_ }
        foreach ($worker in $workers) {
            if ($worker.PowerShell.Runspace.RunspaceStateInfo.State -eq 'Opened') {
                $null = Stop-Worker $worker -AllowEnded
            }
        }
        Get-Socket | Close-Socket
    }

    Context 'Get-DnsRecord.ps1 and dnsmasq' {
        BeforeAll {
            $server = $null
            if (Test-Program dnsmasq) {
                Set-Content -LiteralPath "$directory/hosts" -Value @(
                    '192.0.2.7 printer.example'
                    '2001:db8::7 printer.example'
                    '192.0.2.9 xn--bcher-kva.example'
                    1..60 | ForEach-Object { "192.0.2.$(100 + $_) many.example" }
                )
                $server = Invoke-Server -Program dnsmasq -Request { & "$recipes/Get-DnsRecord.ps1" printer.example -Server "127.0.0.1:$($args[0])" -TimeoutSeconds 1 } -Arguments {
                    '--no-daemon', '--conf-file=/dev/null', '--no-resolv', '--no-hosts', "--addn-hosts=$directory/hosts", '--local=/example/', "--port=$($args[0])"
                    '--listen-address=127.0.0.1', '--listen-address=::1', '--bind-interfaces', "--user=$user", '--pid-file='
                    '--cname=alias.example,printer.example', '--mx-host=example,mail.example,10', '--mx-host=example,printer.example,20'
                    '--txt-record=example,v=1,two words', '--srv-host=_ipp._tcp.example,printer.example,631,5,7'
                    '--ptr-record=7.2.0.192.in-addr.arpa,printer.example'
                }
            }
        }

        BeforeEach {
            if (-not $server) {
                Set-ItResult -Skipped -Because 'dnsmasq is not installed'
            }
        }

        AfterAll {
            Stop-Peer $server.Peer
        }

        It 'gives <Type> of <Name>: <Expected>' -ForEach @(
            @{ Name = 'printer.example'; Type = 'A'; Expected = 'printer.example A 192.0.2.7' }
            @{ Name = 'printer.example.'; Type = 'AAAA'; Expected = 'printer.example AAAA 2001:db8::7' }
            @{ Name = 'alias.example'; Type = 'CNAME'; Expected = 'alias.example CNAME printer.example' }
            @{ Name = 'alias.example'; Type = 'A'; Expected = 'alias.example CNAME printer.example', 'printer.example A 192.0.2.7' }
            @{ Name = 'example'; Type = 'MX'; Expected = 'example MX 10 mail.example', 'example MX 20 printer.example' }
            @{ Name = 'example'; Type = 'TXT'; Expected = , 'example TXT v=1two words' }
            @{ Name = '_ipp._tcp.example'; Type = 'SRV'; Expected = , '_ipp._tcp.example SRV 5 7 printer.example:631' }
            @{ Name = '7.2.0.192.in-addr.arpa'; Type = 'PTR'; Expected = , '7.2.0.192.in-addr.arpa PTR printer.example' }
            @{ Name = 'Bücher.example'; Type = 'A'; Expected = , 'xn--bcher-kva.example A 192.0.2.9' }
            @{ Name = 'printer.example'; Type = 'TXT'; Expected = @() }
        ) {
            $found = & "$recipes/Get-DnsRecord.ps1" $Name $Type -Server $server.Address -ErrorAction SilentlyContinue
            @($found | ForEach-Object { "$($_.Name) $($_.Type) $($_.Value)" } | Sort-Object) | Should -Be @($Expected | Sort-Object)
        }

        It 'runs in a process of its own, over IPv6' {
            $lines = Invoke-RecipeProcess 'Get-DnsRecord.ps1' 'printer.example', '-Server', "[::1]:$($server.Port)"
            $lines[-1] | Should -Match '^printer\.example +A +0 +192\.0\.2\.7 *$'
        }

        It 'asks again over TCP when the answer does not fit into a datagram' {
            $messages = @(& "$recipes/Get-DnsRecord.ps1" many.example -Server $server.Address -Verbose 4>&1)
            $messages | Where-Object { $_ -is [System.Management.Automation.VerboseRecord] -and $_ -like '*over TCP*' } | Should -HaveCount 1
            $messages.Value | Where-Object { $_ } | ForEach-Object ToString | Sort-Object | Should -Be (1..60 | ForEach-Object { "192.0.2.$(100 + $_)" } | Sort-Object)
        }

        It 'says that there is no such name' {
            { & "$recipes/Get-DnsRecord.ps1" nobody.example -Server $server.Address } | Should -Throw '*no answer for nobody.example: there is no such name.'
        }

        It 'runs the examples of its help' {
            $found = Invoke-RecipeHelpExample 'Get-DnsRecord.ps1' "-Server $($server.Address)" @{ ' -Server \S+' = ''; "'printer.example', 'example'" = "'printer.example', 'alias.example'" }
            "$($found | ForEach-Object { $_.Value } | Sort-Object)" | Should -Be '10 mail.example 192.0.2.7 20 printer.example 2001:db8::7 2001:db8::7 printer.example'
        }

        It 'repeats a question that is lost, and takes no answer to another' {
            $socket = New-Socket IPv4 Datagram | Register-SocketAddress '127.0.0.1:0' -PassThru
            $worker = Start-Worker { param($path, $address) & $path a.example -Server $address -TimeoutSeconds 3 } -ArgumentList "$recipes/Get-DnsRecord.ps1", "$($socket.LocalEndPoint)"
            $workers.Add($worker)
            $lost = Receive-Datagram $socket -TimeoutSeconds 10
            $question = Receive-Datagram $socket -TimeoutSeconds 10
            [Convert]::ToHexString($question.Data) | Should -Be ([Convert]::ToHexString($lost.Data))

            # The question, marked as an answer with one record, whose name is written out.
            $answer = [byte[]] ($question.Data + [byte[]] (1, 98, 0, 0, 1, 0, 1, 0, 0, 0, 9, 0, 4, 192, 0, 2, 1))
            $answer[2], $answer[7] = 0x80, 1
            $other = [byte[]] $answer.Clone()
            $other[0] = $other[0] -bxor 1
            $other[-1] = 2
            Send-Datagram $socket $other, $answer $question.RemoteEndPoint
            $result = Wait-Worker $worker
            $result.Errors | Should -BeNullOrEmpty
            "$($result.Output.Name) $($result.Output.TimeToLive) $($result.Output.Value)" | Should -Be 'b 9 192.0.2.1'
        }

        It 'is not led in circles by a name that goes on where it began' {
            $socket = New-Socket IPv4 Datagram | Register-SocketAddress '127.0.0.1:0' -PassThru
            $worker = Start-Worker { param($path, $address) & $path a.example -Server $address } -ArgumentList "$recipes/Get-DnsRecord.ps1", "$($socket.LocalEndPoint)"
            $workers.Add($worker)
            $question = Receive-Datagram $socket -TimeoutSeconds 10
            $answer = [byte[]] ($question.Data + [byte[]] (0xC0, $question.Length, 0, 1, 0, 1, 0, 0, 0, 9, 0, 4, 192, 0, 2, 1))
            $answer[2], $answer[7] = 0x80, 1
            Send-Datagram $socket $answer $question.RemoteEndPoint
            (Wait-Worker $worker).Errors | Should -BeLike '*sent a damaged answer*'
        }
    }

    Context 'Get-NetworkTime.ps1 and chronyd' {
        BeforeAll {
            $server = $null
            if (Test-Program chronyd) {
                $server = Invoke-Server -Program chronyd -Request { & "$recipes/Get-NetworkTime.ps1" "127.0.0.1:$($args[0])" -TimeoutSeconds 1 } -Arguments {
                    Set-Content -LiteralPath "$directory/chrony.conf" -Value @(
                        "port $($args[0])"
                        'bindaddress 127.0.0.1'
                        'allow 127.0.0.1'
                        'local stratum 8'
                        'cmdport 0'
                        'bindcmdaddress /'
                        "pidfile $directory/chronyd.pid"
                        "driftfile $directory/drift"
                    )
                    '-d', '-x', '-U', '-u', $user, '-f', "$directory/chrony.conf"
                }
            }
        }

        BeforeEach {
            if (-not $server) {
                Set-ItResult -Skipped -Because 'chronyd is not installed'
            }
        }

        AfterAll {
            Stop-Peer $server.Peer
        }

        It 'learns the time, which is the one here' {
            $time = & "$recipes/Get-NetworkTime.ps1" $server.Address
            $time.Server | Should -Be $server.Address
            $time.Stratum | Should -Be 8
            [math]::Abs(([datetimeoffset]::UtcNow - $time.Time).TotalSeconds) | Should -BeLessThan 5
            [math]::Abs($time.Offset.TotalSeconds) | Should -BeLessThan 1
            $time.Delay.TotalSeconds | Should -BeGreaterThan 0
            $time.Delay.TotalSeconds | Should -BeLessThan 1
        }

        It 'runs in a process of its own' {
            (Invoke-RecipeProcess 'Get-NetworkTime.ps1' $server.Address) -match '^Stratum : 8$' | Should -HaveCount 1
        }

        It 'runs the examples of its help' {
            (Invoke-RecipeHelpExample 'Get-NetworkTime.ps1' '' @{ '(127\.0\.0\.1|\[::1\]):123' = $server.Address }).Stratum | Should -Be 8, 8, 8
        }

        It 'tells why a server refuses, and knows the years after 2036' {
            $socket = New-Socket IPv4 Datagram | Register-SocketAddress '127.0.0.1:0' -PassThru
            foreach ($refuses in $true, $false) {
                $worker = Start-Worker { param($path, $address) & $path $address } -ArgumentList "$recipes/Get-NetworkTime.ps1", "$($socket.LocalEndPoint)"
                $workers.Add($worker)
                $question = Receive-Datagram $socket -TimeoutSeconds 10
                $question.Length | Should -Be 48
                $question.Data[0] | Should -Be 0x23
                $answer = [byte[]]::new(48)
                [array]::Copy($question.Data, 40, $answer, 24, 8)
                $answer[0] = 0x24
                $answer[35] = $answer[43] = 60 # a minute after 2036-02-07T06:28:16Z
                if ($refuses) {
                    [System.Text.Encoding]::ASCII.GetBytes('RATE').CopyTo($answer, 12)
                }
                else {
                    $answer[1] = 1
                }
                Send-Datagram $socket $answer $question.RemoteEndPoint
                $result = Wait-Worker $worker
                if ($refuses) {
                    $result.Errors | Should -BeLike '*gives no time: RATE'
                }
                else {
                    $result.Output.Time | Should -Be ([datetimeoffset] '2036-02-07T06:29:16Z')
                }
            }
        }
    }

    Context 'Send-WakePacket.ps1' {
        BeforeAll {
            # What the standard says, byte by byte.
            function Get-WakePacket {
                param([byte[]] $Address, [byte[]] $Password = @())

                [Convert]::ToHexString([byte[]] ((@(255) * 6) + ($Address * 16) + $Password))
            }
        }

        It 'sends what wakes a computer, byte by byte, by broadcast' -Skip:(-not $IsLinux) {
            $receiver = New-Socket IPv4 Datagram | Register-SocketAddress '127.255.255.255:0' -PassThru
            $sent = & "$recipes/Send-WakePacket.ps1" 00-00-5E-00-53-01, 00:00:5e:00:53:02 -RemoteEndPoint $receiver.LocalEndPoint -PassThru
            $sent | ForEach-Object Length | Should -Be 102, 102
            $received = Receive-Datagram $receiver -Count 2 -TimeoutSeconds 10
            $received | ForEach-Object { [Convert]::ToHexString($_.Data) } | Should -Be (Get-WakePacket 0, 0, 0x5E, 0, 0x53, 1), (Get-WakePacket 0, 0, 0x5E, 0, 0x53, 2)

            & "$recipes/Send-WakePacket.ps1" 00005E005301 -RemoteEndPoint $receiver.LocalEndPoint -Password 1, 2, 3, 4, 5, 6
            [Convert]::ToHexString((Receive-Datagram $receiver -TimeoutSeconds 10).Data) | Should -Be (Get-WakePacket 0, 0, 0x5E, 0, 0x53, 1 1, 2, 3, 4, 5, 6)
        }

        It 'is heard by socat, from a process of its own' -Skip:(-not $IsLinux) {
            if (-not (Test-Program socat)) {
                Set-ItResult -Skipped -Because 'socat is not installed'
                return
            }
            $held = New-Socket IPv4 Datagram | Register-SocketAddress '127.255.255.255:0' -PassThru
            $address = "$($held.LocalEndPoint)"
            Close-Socket $held
            $peer = Start-Peer socat -ArgumentList '-u', "UDP4-RECV:$($address -replace '.*:'),bind=127.255.255.255", '-'
            $started.Add($peer)
            $port = '{0:X4}' -f [int] ($address -replace '.*:')
            Wait-Until -Because 'socat opens its port' { [bool] (Select-String -LiteralPath /proc/net/udp -Pattern "FFFFFF7F:$port ") }
            Invoke-RecipeProcess 'Send-WakePacket.ps1' '00-00-5E-00-53-01', '-RemoteEndPoint', $address | Should -BeExactly ''
            Wait-Until { $peer.OutputByte.Length -eq 102 }
            [Convert]::ToHexString($peer.OutputByte) | Should -Be (Get-WakePacket 0, 0, 0x5E, 0, 0x53, 1)
        }

        It 'runs the examples of its help' -Skip:(-not $IsLinux) {
            $receiver = New-Socket IPv4 Datagram | Register-SocketAddress '127.255.255.255:0' -PassThru
            Set-Content -LiteralPath "$directory/computers.txt" -Value '00-00-5E-00-53-03', '00-00-5E-00-53-04'
            Invoke-RecipeHelpExample 'Send-WakePacket.ps1' "-RemoteEndPoint $($receiver.LocalEndPoint)" @{ ' -RemoteEndPoint \S+' = '' }
            Receive-Datagram $receiver -Count 3 -TimeoutSeconds 10 | ForEach-Object { $_.Data[-1] } | Should -Be 1, 3, 4
        }

        It 'sends nothing to what is no hardware address' {
            { & "$recipes/Send-WakePacket.ps1" 00-00-5E-00-53 } | Should -Throw '*has 6 bytes*'
        }
    }

    Context 'Send-SyslogMessage.ps1 and rsyslogd' {
        BeforeAll {
            $server = $null
            if (Test-Program rsyslogd) {
                $log = "$directory/rsyslog.log"
                $server = Invoke-Server -Program rsyslogd -Request {
                    & "$recipes/Send-SyslogMessage.ps1" 'are you there?' -Server "127.0.0.1:$($args[0])"
                    Test-Path -LiteralPath $log
                } -Arguments {
                    Set-Content -LiteralPath "$directory/rsyslog.conf" -Value @"
global(workDirectory="$directory")
module(load="imudp")
template(name="json" type="list" option.jsonf="on") {
    property(outname="Priority" name="pri" format="jsonf")
    property(outname="Time" name="timestamp" dateFormat="rfc3339" format="jsonf")
    property(outname="HostName" name="hostname" format="jsonf")
    property(outname="AppName" name="app-name" format="jsonf")
    property(outname="ProcessId" name="procid" format="jsonf")
    property(outname="MessageId" name="msgid" format="jsonf")
    property(outname="Data" name="structured-data" format="jsonf")
    property(outname="Message" name="msg" format="jsonf")
}
ruleset(name="all") { action(type="omfile" file="$log" template="json") }
input(type="imudp" address="127.0.0.1" port="$($args[0])" ruleset="all")
"@
                    '-n', '-f', "$directory/rsyslog.conf", '-i', "$directory/rsyslogd.pid"
                }

                # The messages that hold this text, as rsyslogd has understood them.
                function Wait-LoggedMessage {
                    param([Parameter(Mandatory, Position = 0)] [string] $Text, [Parameter(Position = 1)] [int] $Count = 1)

                    $found = @{}
                    Wait-Until -Because "rsyslogd logs $Text" {
                        $found.Lines = @(Get-Content -LiteralPath $log | ForEach-Object { $_ | ConvertFrom-Json -DateKind String } | Where-Object { "$($_.AppName) $($_.Message)".Contains($Text) })
                        $found.Lines.Count -ge $Count
                    }
                    $found.Lines
                }
            }
        }

        BeforeEach {
            if (-not $server) {
                Set-ItResult -Skipped -Because 'rsyslogd is not installed'
            }
        }

        AfterAll {
            Stop-Peer $server.Peer
        }

        It 'is understood, field by field' {
            $before = [datetimeoffset]::Now.AddSeconds(-1)
            & "$recipes/Send-SyslogMessage.ps1" 'Grüße, all fields' -Server $server.Address -Facility local7 -Severity Error -AppName app -MessageId M7 -HostName here -ProcessId 42 -StructuredData ([ordered]@{
                    'a@32473' = [ordered]@{ path = 'C:\x "y" ]'; number = 7 }
                    'b@32473' = @{}
                })
            $logged = Wait-LoggedMessage 'all fields'
            $logged.Priority | Should -Be (23 * 8 + 3)
            "$($logged.HostName) $($logged.AppName) $($logged.ProcessId) $($logged.MessageId)" | Should -BeExactly 'here app 42 M7'
            $logged.Data | Should -BeExactly '[a@32473 path="C:\\x \"y\" \]" number="7"][b@32473]'
            $logged.Message | Should -BeExactly 'Grüße, all fields'
            [datetimeoffset] $logged.Time | Should -BeGreaterThan $before
            [datetimeoffset] $logged.Time | Should -BeLessThan ([datetimeoffset]::Now.AddSeconds(1))
        }

        It 'runs in a process of its own' {
            Invoke-RecipeProcess 'Send-SyslogMessage.ps1' 'from a process', '-Server', $server.Address | Should -BeExactly ''
            $logged = Wait-LoggedMessage 'from a process'
            "$($logged.Priority) $($logged.HostName) $($logged.AppName) $($logged.MessageId) $($logged.Data)" | Should -BeExactly "13 $(Get-SocketHostName) pwsh - -"
        }

        It 'runs the examples of its help' {
            Set-Content -LiteralPath "$directory/backup.log" -Value 'began', 'ended'
            Invoke-RecipeHelpExample 'Send-SyslogMessage.ps1' "-Server $($server.Address)" @{ ' -Server \S+' = '' }
            (Wait-LoggedMessage 'backup' 4).Message | Should -Be 'the backup is done', 'the disk is full', 'began', 'ended'
        }

        It 'closes its socket when the pipeline ends early' {
            $before = @(Get-Socket).Count
            { 'a', 'b' | ForEach-Object { if ($_ -eq 'b') { throw 'enough' }; $_ } | & "$recipes/Send-SyslogMessage.ps1" -Server $server.Address } | Should -Throw 'enough'
            @(Get-Socket).Count | Should -Be $before
        }
    }

    Context 'Receive-SyslogMessage.ps1' {
        It 'understands logger, in the form of <Form>' -ForEach @(
            @{ Form = 'RFC 5424'; Options = @('--rfc5424', '--id=77', '--msgid', 'M1', '--sd-id', 'x@32473', '--sd-param', 'a="b c"') }
            @{ Form = 'RFC 3164'; Options = @('--rfc3164') }
        ) {
            if (-not (Test-Program logger)) {
                Set-ItResult -Skipped -Because 'logger is not installed'
                return
            }
            $receiver = Open-RecipeServer 'Receive-SyslogMessage.ps1' @{ LocalEndPoint = '127.0.0.1:0'; Count = 1 }
            $peer = Start-Peer logger -ArgumentList @('--server', '127.0.0.1', '--port', ($receiver.Address -replace '.*:'), '--udp', '-p', 'local0.err', '-t', 'app'; $Options; 'Grüße €')
            $started.Add($peer)
            Wait-Peer $peer | Should -Be 0 -Because $peer.ErrorOutput
            $result = Wait-Worker $receiver
            $result.Errors | Should -BeNullOrEmpty
            $message = $result.Output
            "$($message.Facility) $($message.Severity)" | Should -Be 'Local0 Error'
            [math]::Abs(([datetimeoffset]::Now - $message.Timestamp).TotalSeconds) | Should -BeLessThan 30
            if ($Form -eq 'RFC 5424') {
                "$($message.AppName) $($message.ProcessId) $($message.MessageId)" | Should -BeExactly 'app 77 M1'
                $message.StructuredData['x@32473'].a | Should -BeExactly 'b c'
                $message.Message | Should -BeExactly 'Grüße €'
            }
            else {
                $message.Message | Should -BeLike '* app: Grüße €'
                $message.AppName | Should -BeNullOrEmpty
                $message.HostName | Should -Be '127.0.0.1'
            }
        }

        It 'reads what Send-SyslogMessage.ps1 sends, and keeps what it cannot read' {
            $receiver = Open-RecipeServer 'Receive-SyslogMessage.ps1' @{ LocalEndPoint = '[::1]:0'; Count = 7 }
            $values = [ordered]@{ path = 'C:\x "y" ]['; empty = '' }
            & "$recipes/Send-SyslogMessage.ps1" "two`nlines" -Server $receiver.Address -Severity Emergency -Facility Kernel -StructuredData ([ordered]@{ 'a@32473' = $values; b = @{} })
            '' | & "$recipes/Send-SyslogMessage.ps1" -Server $receiver.Address
            $lines = 'no priority', '<192>1 - - - - - - x', "<34>1 2003-99-99T00:00:00Z h a - - - `u{FEFF}BOM", '<0>old', '<165>1 - - - - - [a b="c"d="e"] x'
            Send-Datagram (New-Socket) $lines $receiver.Address
            $result = Wait-Worker $receiver
            $result.Errors | Should -BeNullOrEmpty
            $messages = $result.Output
            $messages[0].StructuredData['a@32473'].path | Should -BeExactly $values.path
            $messages[0].StructuredData['a@32473'].empty | Should -BeExactly ''
            $messages[0].StructuredData['b'].Count | Should -Be 0
            $messages.Message | Should -BeExactly "two`nlines", '', 'no priority', '<192>1 - - - - - - x', 'BOM', 'old', '1 - - - - - [a b="c"d="e"] x'
            "$($messages.Severity)" | Should -BeExactly 'Emergency Notice Notice Notice Critical Emergency Notice'
            @($messages | Where-Object Severity -LE Critical).Count | Should -Be 3
        }

        It 'says in a process of its own where it waits, and ends after -Count' {
            $peer = Open-RecipeProcess 'Receive-SyslogMessage.ps1' '127.0.0.1:0', '-Count', '1'
            Wait-Until -TimeoutSeconds 30 -Because "it waits: $($peer.ErrorOutput)" { $peer.Output -match '(?m)^waiting on (127\.0\.0\.1:\d+)\r?\n' }
            $null = $peer.Output -match 'waiting on (\S+)'
            & "$recipes/Send-SyslogMessage.ps1" 'to a process' -Server $Matches[1]
            Wait-Peer $peer -TimeoutSeconds 30 | Should -Be 0 -Because $peer.ErrorOutput
            $peer.Output | Should -Match 'Message +: to a process'
        }

        It 'runs the examples of its help until it is stopped, and closes its socket then' {
            Push-Location $directory
            try {
                foreach ($example in (Get-Help "$recipes/Receive-SyslogMessage.ps1").examples.example) {
                    $code = $example.code -replace '127\.0\.0\.1:\d+', '127.0.0.1:0' -replace '\./Receive-SyslogMessage', "$recipes/Receive-SyslogMessage"
                    $worker = Start-Worker ([scriptblock]::Create($code))
                    $workers.Add($worker)
                    Wait-Until -TimeoutSeconds 30 { $worker.PowerShell.Streams.Information.Count -gt 0 }
                    $address = "$($worker.PowerShell.Streams.Information[0])" -replace '^waiting on '
                    & "$recipes/Send-SyslogMessage.ps1" 'an example' -Server $address -Severity Error
                    Wait-Until { $worker.Output.Count -gt 0 }
                    Stop-Worker $worker | Should -BeLessThan 1000
                    Get-Socket | Where-Object { "$($_.LocalEndPoint)" -eq $address } | Should -BeNullOrEmpty
                }
            }
            finally {
                Pop-Location
            }
        }
    }

    Context 'Send-StatsdMetric.ps1 and collectd' {
        BeforeAll {
            $server = $null
            if (Test-Program collectd) {
                $statsSocket = New-TestPath

                # Asks collectd, over its UNIX socket, for a value.
                function Get-CollectedValue {
                    param([Parameter(Mandatory, Position = 0)] [string] $Name)

                    $socket = Connect-Socket $statsSocket -TimeoutSeconds 10
                    try {
                        Send-SocketData $socket "GETVAL here/statsd/$Name" -NewLine
                        $status = Receive-SocketData $socket -Line -TimeoutSeconds 10
                        if ($status -match '^(\d+) Values? found') {
                            [double] ((Receive-SocketData $socket -Line -TimeoutSeconds 10) -replace '.*=')
                        }
                    }
                    finally {
                        Close-Socket $socket
                    }
                }

                $server = Invoke-Server -Program collectd -Request {
                    & "$recipes/Send-StatsdMetric.ps1" there 1 Gauge -Server "127.0.0.1:$($args[0])"
                    Get-CollectedValue gauge-there
                } -Arguments {
                    Set-Content -LiteralPath "$directory/collectd.conf" -Value @"
Hostname "here"
FQDNLookup false
BaseDir "$directory"
PIDFile "$directory/collectd.pid"
TypesDB "/usr/share/collectd/types.db"
Interval 0.2
LoadPlugin statsd
LoadPlugin unixsock
<Plugin statsd>
    Host "127.0.0.1"
    Port "$($args[0])"
    TimerCount true
    TimerSum true
    TimerUpper true
    CounterSum true
</Plugin>
<Plugin unixsock>
    SocketFile "$statsSocket"
</Plugin>
"@
                    '-f', '-C', "$directory/collectd.conf"
                }
            }
        }

        BeforeEach {
            if (-not $server) {
                Set-ItResult -Skipped -Because 'collectd is not installed'
            }
        }

        AfterAll {
            Stop-Peer $server.Peer
            if ($server) {
                Remove-Item -LiteralPath $statsSocket -ErrorAction Ignore
            }
        }

        It 'is understood: a gauge, its differences, and one below 0' {
            & "$recipes/Send-StatsdMetric.ps1" temperature 21.5 Gauge -Server $server.Address
            Wait-Until { (Get-CollectedValue gauge-temperature) -eq 21.5 }
            & "$recipes/Send-StatsdMetric.ps1" temperature 2 Gauge -Relative -Server $server.Address
            Wait-Until { (Get-CollectedValue gauge-temperature) -eq 23.5 }
            & "$recipes/Send-StatsdMetric.ps1" temperature -3.5 Gauge -Relative -Server $server.Address
            Wait-Until { (Get-CollectedValue gauge-temperature) -eq 20 }
            & "$recipes/Send-StatsdMetric.ps1" temperature -7 Gauge -Server $server.Address
            Wait-Until { (Get-CollectedValue gauge-temperature) -eq -7 }
        }

        It 'is understood: counters, timers and sets, many in a datagram' {
            # What collectd counts in an interval it gives until the next has passed.
            $seen = @{}
            $metrics = @(
                1..300 | ForEach-Object { [pscustomobject]@{ Name = 'hits'; Value = 1; Type = 'Counter' } }
                [pscustomobject]@{ Name = 'duration'; Value = 250; Type = 'Timer' }
                'ann', 'bob', 'ann' | ForEach-Object { [pscustomobject]@{ Name = 'users'; Value = $_; Type = 'Set' } }
            )
            Wait-Until -Because "collectd has understood: $($seen | Out-String)" {
                $metrics | & "$recipes/Send-StatsdMetric.ps1" -Server $server.Address
                foreach ($name in 'count-hits', 'latency-duration-upper', 'objects-users') {
                    $value = Get-CollectedValue $name
                    if ($value -gt 0) {
                        $seen[$name] = $value
                    }
                }
                $seen['count-hits'] -ge 300 -and $seen['latency-duration-upper'] -gt 0.24 -and $seen['objects-users'] -eq 2
            }
            $seen['latency-duration-upper'] | Should -BeLessThan 0.26
            $seen['count-hits'] % 300 | Should -Be 0
        }

        It 'runs in a process of its own' {
            Invoke-RecipeProcess 'Send-StatsdMetric.ps1' 'process', '4', 'Gauge', '-Server', $server.Address | Should -BeExactly ''
            Wait-Until { (Get-CollectedValue gauge-process) -eq 4 }
        }
    }

    Context 'Send-StatsdMetric.ps1' {
        It 'writes the lines of the protocol, and fills datagrams with them' {
            $receiver = New-Socket IPv4 Datagram | Register-SocketAddress '127.0.0.1:0' -PassThru
            $to = @{ Server = $receiver.LocalEndPoint }
            & "$recipes/Send-StatsdMetric.ps1" a @to
            & "$recipes/Send-StatsdMetric.ps1" a.b 0.25 Timer -SampleRate 0.1 @to
            & "$recipes/Send-StatsdMetric.ps1" g -1.5 Gauge @to
            & "$recipes/Send-StatsdMetric.ps1" g 1.5 Gauge -Relative @to
            & "$recipes/Send-StatsdMetric.ps1" s Ännchen Set @to
            Receive-Datagram $receiver -Count 5 -AsText -TimeoutSeconds 10 | Should -BeExactly 'a:1|c', 'a.b:0.25|ms|@0.1', "g:0|g`ng:-1.5|g", 'g:+1.5|g', 's:Ännchen|s'

            1..500 | ForEach-Object { [pscustomobject]@{ Name = "name.$_" } } | & "$recipes/Send-StatsdMetric.ps1" @to
            $texts = @(Receive-Datagram $receiver -Continuous -TimeoutSeconds 0.1 -AsText)
            $texts.Count | Should -Be 5
            ($texts | Measure-Object -Property Length -Maximum).Maximum | Should -BeLessOrEqual 1432
            ($texts -join "`n") -split "`n" | Should -BeExactly (1..500 | ForEach-Object { "name.$($_):1|c" })
        }

        It 'runs the examples of its help' {
            $receiver = New-Socket IPv4 Datagram | Register-SocketAddress '127.0.0.1:0' -PassThru
            [pscustomobject]@{ Name = 'one'; Value = 1 }, [pscustomobject]@{ Name = 'two'; Value = 2.5 } | Export-Csv -LiteralPath "$directory/metrics.csv"
            Invoke-RecipeHelpExample 'Send-StatsdMetric.ps1' "-Server $($receiver.LocalEndPoint)" @{ ' -Server \S+' = '' }
            $texts = Receive-Datagram $receiver -Count 3 -AsText -TimeoutSeconds 10
            $texts[0] | Should -BeExactly 'logins:1|c'
            $texts[1] | Should -Match '^backup\.duration:[\d.]+\|ms$'
            $texts[2] | Should -BeExactly "one:1|g`ntwo:2.5|g"
        }
    }

    Context 'Receive-StatsdMetric.ps1' {
        BeforeAll {
            # What a worker has written of a type. To go through its output itself would wait for its end.
            function Get-Written {
                param([psobject] $Worker, [string] $Type)

                for ($number = 0; $number -lt $Worker.Output.Count; $number++) {
                    $Worker.Output[$number] | Where-Object Type -EQ $Type
                }
            }
        }

        It 'adds up what the client of Python sends' {
            if (-not (Test-Path /usr/bin/python3) -or -not (Test-Path /usr/lib/python3/dist-packages/statsd)) {
                Set-ItResult -Skipped -Because 'python3-statsd is not installed'
                return
            }
            Set-Content -LiteralPath "$directory/client.py" -Value @'
import sys, statsd
client = statsd.StatsClient('127.0.0.1', int(sys.argv[1]))
client.incr('hits')
client.incr('hits', 5)
client.decr('hits', 2)
client.gauge('level', 40)
client.gauge('level', -15, delta=True)
client.gauge('depth', -3)
with client.pipeline() as pipe:
    for milliseconds in range(1, 11):
        pipe.timing('wait', milliseconds)
client.set('users', 'ann')
client.set('users', 'bob')
client.set('users', 'ann')
'@
            $receiver = Open-RecipeServer 'Receive-StatsdMetric.ps1' @{ LocalEndPoint = '127.0.0.1:0'; IntervalSeconds = 2; Count = 1 }
            $peer = Start-Peer /usr/bin/python3 -ArgumentList "$directory/client.py", ($receiver.Address -replace '.*:')
            $started.Add($peer)
            Wait-Peer $peer | Should -Be 0 -Because $peer.ErrorOutput
            $result = Wait-Worker $receiver
            $result.Errors | Should -BeNullOrEmpty
            $result.Warnings | Should -BeNullOrEmpty
            $found = @{}
            $result.Output | ForEach-Object { $found["$($_.Type) $($_.Name)"] = $_ }
            $found.Keys | Sort-Object | Should -Be 'Counter hits', 'Gauge depth', 'Gauge level', 'Set users', 'Timer wait'
            "$($found['Counter hits'].Value) $($found['Counter hits'].PerSecond)" | Should -Be '4 2'
            $found['Gauge level'].Value | Should -Be 25
            $found['Gauge depth'].Value | Should -Be -3
            $found['Set users'].Value | Should -Be 2
            $wait = $found['Timer wait']
            "$($wait.Value) $($wait.Count) $($wait.Minimum) $($wait.Maximum) $($wait.Percentile90)" | Should -Be '5.5 10 1 10 9'
        }

        It 'takes what Send-StatsdMetric.ps1 sends, interval after interval; gauges stay, and what is no metric is a warning' {
            $receiver = Open-RecipeServer 'Receive-StatsdMetric.ps1' @{ LocalEndPoint = '127.0.0.1:0'; IntervalSeconds = 1 }
            $to = @{ Server = $receiver.Address }
            & "$recipes/Send-StatsdMetric.ps1" hits 3 -SampleRate 0.1 @to
            & "$recipes/Send-StatsdMetric.ps1" level 8 Gauge @to
            Send-Datagram (New-Socket) "nonsense`nhits:x|c`nhits:1|c|#tag:value" $receiver.Address
            Wait-Until { (Get-Written $receiver Counter | ForEach-Object Value | Measure-Object -Sum).Sum -eq 31 }
            Wait-Until { @(Get-Written $receiver Gauge).Count -ge 2 }
            (Get-Written $receiver Gauge).Value | Select-Object -Unique | Should -Be 8
            & "$recipes/Send-StatsdMetric.ps1" level -1 Gauge -Relative @to
            Wait-Until { @(Get-Written $receiver Gauge)[-1].Value -eq 7 }
            $receiver.PowerShell.Streams.Warning.Message | Should -Be 'not a metric: nonsense', 'not a metric: hits:x|c'
            Stop-Worker $receiver | Should -BeLessThan 1000
            Get-Socket | Where-Object { "$($_.LocalEndPoint)" -eq $receiver.Address } | Should -BeNullOrEmpty
        }

        It 'says in a process of its own where it waits, and shows what it was told' {
            $peer = Open-RecipeProcess 'Receive-StatsdMetric.ps1' '127.0.0.1:0', '-IntervalSeconds', '1'
            Wait-Until -TimeoutSeconds 30 -Because "it waits: $($peer.ErrorOutput)" { $peer.Output -match '(?m)^waiting on (127\.0\.0\.1:\d+)\r?\n' }
            $null = $peer.Output -match 'waiting on (\S+)'
            & "$recipes/Send-StatsdMetric.ps1" hits -Server $Matches[1]
            Wait-Until -Because "it shows what it was told: $($peer.Output)" { $peer.Output -match 'Name +: hits\r?\nType +: Counter\r?\nValue +: 1\r?\nPerSecond +: 1\r?\n' }
        }

        It 'runs the examples of its help' {
            foreach ($example in (Get-Help "$recipes/Receive-StatsdMetric.ps1").examples.example) {
                $code = $example.code -replace '127\.0\.0\.1:\d+', '127.0.0.1:0' -replace '-IntervalSeconds \d+', '-IntervalSeconds 2' -replace '\./Receive-StatsdMetric.ps1', "`$0 -LocalEndPoint 127.0.0.1:0" `
                    -replace '(-LocalEndPoint 127\.0\.0\.1:0) 127\.0\.0\.1:0', '$1' -replace '\./Receive', "$recipes/Receive"
                $worker = Start-Worker ([scriptblock]::Create($code))
                $workers.Add($worker)
                Wait-Until -TimeoutSeconds 30 { $worker.PowerShell.Streams.Information.Count -gt 0 }
                $address = "$($worker.PowerShell.Streams.Information[0])" -replace '^waiting on '
                & "$recipes/Send-StatsdMetric.ps1" wait 12 Timer -Server $address
                Wait-Until { $worker.Output.Count -gt 0 }
            }
        }
    }

    Context 'Invoke-UnixHttpRequest.ps1 and nginx' {
        BeforeAll {
            $nginx = $null
            if (Test-Program nginx) {
                $root = (New-Item -ItemType Directory -Path "$directory/nginx").FullName
                $unixPath = "$root/nginx.sock"
                Set-Content -LiteralPath "$root/page.html" -Value '<p>Grüß Gott</p>' -NoNewline
                Set-Content -LiteralPath "$root/empty.html" -Value '' -NoNewline
                Set-Content -LiteralPath "$root/long.shtml" -Value ('Grüße ' * 20000) -NoNewline
                Set-Content -LiteralPath "$root/nginx.conf" -Value @"
daemon off;
master_process off;
pid $root/nginx.pid;
error_log stderr;
events { }
http {
    access_log off;
    default_type text/html;
    client_body_temp_path $root/body;
    proxy_temp_path $root/proxy;
    fastcgi_temp_path $root/fastcgi;
    uwsgi_temp_path $root/uwsgi;
    scgi_temp_path $root/scgi;
    server {
        listen unix:$unixPath;
        root $root;
        location ~ \.shtml$ { ssi on; ssi_types *; }
        location /version { default_type application/json; return 200 '{ "Version": "1.2" }'; }
        location /items {
            proxy_pass http://unix:${unixPath}:/taken;
            proxy_set_header Content-Type `$content_type;
            add_header X-Body `$request_body;
            add_header X-Body `$request_method;
        }
        location /taken { return 201 "`$content_type `$content_length"; }
        location /nothing { return 204; }
    }
}
"@
                $nginx = Start-Peer nginx -ArgumentList '-p', $root, '-e', 'stderr', '-c', "$root/nginx.conf"
                Wait-Until -Because "nginx listens: $($nginx.ErrorOutput)" {
                    $probe = Connect-Socket $unixPath -ErrorAction Ignore
                    if ($probe) {
                        Close-Socket $probe
                    }
                    $probe -or $nginx.Process.HasExited
                }
                $nginx.Process.HasExited | Should -BeFalse -Because $nginx.ErrorOutput
            }
        }

        BeforeEach {
            if (-not $nginx) {
                Set-ItResult -Skipped -Because 'nginx is not installed'
            }
        }

        AfterAll {
            Stop-Peer $nginx
        }

        It 'gets a page' {
            $answer = & "$recipes/Invoke-UnixHttpRequest.ps1" $unixPath /page.html
            "$($answer.StatusCode) $($answer.StatusDescription) $($answer.Header['Content-Type'])" | Should -BeExactly '200 OK text/html'
            $answer.Content | Should -BeExactly '<p>Grüß Gott</p>'
            $answer.RawContent.Length | Should -Be 18
        }

        It 'gets a page in chunks' {
            $answer = & "$recipes/Invoke-UnixHttpRequest.ps1" $unixPath /long.shtml
            $answer.Header['Transfer-Encoding'] | Should -Be 'chunked'
            $answer.Content | Should -BeExactly ('Grüße ' * 20000)
        }

        It 'gets <Status> and no body from <Method> <Path>' -ForEach @(
            @{ Method = 'GET'; Path = '/empty.html'; Status = 200 }
            @{ Method = 'GET'; Path = '/nothing'; Status = 204 }
            @{ Method = 'HEAD'; Path = '/page.html'; Status = 200 }
        ) {
            $answer = & "$recipes/Invoke-UnixHttpRequest.ps1" $unixPath $Path -Method $Method
            $answer.StatusCode | Should -Be $Status
            $answer.Content | Should -BeExactly ''
        }

        It 'is told that there is no such page' {
            $answer = & "$recipes/Invoke-UnixHttpRequest.ps1" $unixPath /none
            "$($answer.StatusCode) $($answer.StatusDescription)" | Should -BeExactly '404 Not Found'
        }

        It 'runs in a process of its own' {
            (Invoke-RecipeProcess 'Invoke-UnixHttpRequest.ps1' $unixPath, '/page.html') -match '^Content +: <p>Grüß Gott</p>$' | Should -HaveCount 1
        }

        It 'runs the examples of its help' {
            $results = @(Invoke-RecipeHelpExample 'Invoke-UnixHttpRequest.ps1' '' @{ '/run/docker\.sock|\./app\.sock' = $unixPath })
            $results[0].Version | Should -Be '1.2'
            "$($results[1].StatusCode) $($results[1].Content)" | Should -Be '201 application/json 18'
            $results[1].Header['X-Body'] | Should -Be '{ "name": "lamp" }, POST'
        }

        It 'reads to the end where nothing tells the length, at an abstract name' -Skip:(-not $IsLinux) {
            $name = "@pss-$([guid]::NewGuid())"
            $listener = Start-SocketListener -LocalEndPoint $name
            $worker = Start-Worker { param($path, $name) & $path $name / } -ArgumentList "$recipes/Invoke-UnixHttpRequest.ps1", $name
            $workers.Add($worker)
            $connection = Receive-SocketConnection $listener -TimeoutSeconds 10
            Receive-SocketData $connection -Delimiter "`r`n`r`n" -AsText -TimeoutSeconds 10 | Should -BeExactly "GET / HTTP/1.1`r`nHost: localhost`r`nConnection: close"
            Send-SocketData $connection "HTTP/1.1 100 Continue`r`n`r`nHTTP/1.0 200 OK`r`n`r`nall that comes"
            Close-Socket $connection
            $result = Wait-Worker $worker
            $result.Errors | Should -BeNullOrEmpty
            $result.Output.Content | Should -BeExactly 'all that comes'
        }
    }

    Context 'Invoke-RedisCommand.ps1 and redis-server' {
        BeforeAll {
            $server = $null
            if (Test-Program redis-server) {
                $unixPath = New-TestPath
                $server = Invoke-Server -Program redis-server -Request { & "$recipes/Invoke-RedisCommand.ps1" PING -Server "127.0.0.1:$($args[0])" } -Arguments {
                    '--bind', '127.0.0.1', '--port', $args[0], '--unixsocket', $unixPath, '--save', '', '--appendonly', 'no', '--dir', $directory, '--daemonize', 'no'
                }
                $to = @{ Server = $server.Address }
            }
        }

        BeforeEach {
            if (-not $server) {
                Set-ItResult -Skipped -Because 'redis-server is not installed'
            }
        }

        AfterAll {
            Stop-Peer $server.Peer
        }

        It 'sets, gets and counts' {
            & "$recipes/Invoke-RedisCommand.ps1" PING @to | Should -BeExactly 'PONG'
            & "$recipes/Invoke-RedisCommand.ps1" SET greeting 'Grüße, alle' @to | Should -BeExactly 'OK'
            & "$recipes/Invoke-RedisCommand.ps1" GET greeting @to | Should -BeExactly 'Grüße, alle'
            & "$recipes/Invoke-RedisCommand.ps1" GET none @to | Should -BeNull
            $count = & "$recipes/Invoke-RedisCommand.ps1" INCRBY counter 41 @to
            $count | Should -Be 41
            $count | Should -BeOfType long
            & "$recipes/Invoke-RedisCommand.ps1" SET empty '' @to | Should -BeExactly 'OK'
            & "$recipes/Invoke-RedisCommand.ps1" GET empty @to | Should -BeExactly ''
        }

        It 'keeps any bytes, also over the UNIX socket' {
            $bytes = [byte[]] (0..255 + 13, 10)
            & "$recipes/Invoke-RedisCommand.ps1" -Command SET, bytes, $bytes -Server $unixPath | Should -BeExactly 'OK'
            $value = & "$recipes/Invoke-RedisCommand.ps1" GET bytes -AsByteArray -Server $unixPath
            Should -ActualValue $value -BeOfType byte[]
            [Convert]::ToHexString($value) | Should -Be ([Convert]::ToHexString($bytes))
        }

        It 'sends all commands of the pipeline before it reads, and goes on after an error' {
            $failures = $null
            $replies = @(
                , ('DEL', 'list', 'n')
                , ('RPUSH', 'list', 'a', 'b', 'c')
                , ('LRANGE', 'list', '0', '-1')
                , ('INCR', 'list')
                , ('LRANGE', 'none', '0', '-1')
                'PING'
            ) | & "$recipes/Invoke-RedisCommand.ps1" @to -ErrorVariable failures 2>$null
            $replies[1] | Should -Be 3
            "$($replies[2])" | Should -BeExactly 'a b c'
            $replies[3].Count | Should -Be 0
            $replies[4] | Should -BeExactly 'PONG'
            $failures | Should -BeLike '*WRONGTYPE*'

            $numbers = 1..2000 | ForEach-Object { , ('INCR', 'n') } | & "$recipes/Invoke-RedisCommand.ps1" @to
            "$numbers" | Should -Be "$(1..2000)"
        }

        It 'gives a password' {
            & "$recipes/Invoke-RedisCommand.ps1" ACL SETUSER ann on '>secret' '~*' '+@all' @to | Should -BeExactly 'OK'
            $right, $wrong = 'secret', 'wrong' | ForEach-Object {
                $password = [securestring]::new()
                $_.ToCharArray() | ForEach-Object { $password.AppendChar($_) }
                [pscredential]::new('ann', $password)
            }
            & "$recipes/Invoke-RedisCommand.ps1" ACL WHOAMI -Credential $right @to | Should -BeExactly 'ann'
            $failures = $null
            & "$recipes/Invoke-RedisCommand.ps1" ACL WHOAMI -Credential $wrong @to -ErrorVariable failures 2>$null | Should -BeNullOrEmpty
            $failures | Should -BeLike '*WRONGPASS*'
        }

        It 'runs in a process of its own' {
            Invoke-RecipeProcess 'Invoke-RedisCommand.ps1' 'ECHO', 'a process', '-Server', $server.Address | Should -BeExactly 'a process'
        }

        It 'runs the examples of its help' {
            $null = & "$recipes/Invoke-RedisCommand.ps1" DEL visits @to
            Invoke-RecipeHelpExample 'Invoke-RedisCommand.ps1' "-Server $($server.Address)" @{ ' -Server \S+' = '' } | Should -Be 'OK', 'Hello, World!', 1000
        }
    }

    Context 'Use-MemcachedServer.ps1 and memcached' {
        BeforeAll {
            $server = $null
            if (Test-Program memcached) {
                $server = Invoke-Server -Program memcached -Request { & "$recipes/Use-MemcachedServer.ps1" -Statistics -Server "127.0.0.1:$($args[0])" } -Arguments {
                    '-l', '127.0.0.1', '-p', $args[0], '-U', '0', '-t', '1', '-u', $user
                }
                $to = @{ Server = $server.Address }
            }
        }

        BeforeEach {
            if (-not $server) {
                Set-ItResult -Skipped -Because 'memcached is not installed'
            }
        }

        AfterAll {
            Stop-Peer $server.Peer
        }

        It 'stores text and bytes, and gets them back' {
            $bytes = [byte[]] (0..255 + 13, 10)
            & "$recipes/Use-MemcachedServer.ps1" -Set text -Value 'Grüße' @to | Should -BeNullOrEmpty
            & "$recipes/Use-MemcachedServer.ps1" -Set bytes -Value $bytes -ExpirySeconds 60 @to
            & "$recipes/Use-MemcachedServer.ps1" -Set empty -Value '' @to
            $found = & "$recipes/Use-MemcachedServer.ps1" text, none, empty @to
            $found.Key | Should -BeExactly 'text', 'empty'
            $found.Value | Should -BeExactly 'Grüße', ''
            [Convert]::ToHexString((& "$recipes/Use-MemcachedServer.ps1" -Get bytes -AsByteArray @to).Value) | Should -Be ([Convert]::ToHexString($bytes))
        }

        It 'says that a value is too large' {
            { & "$recipes/Use-MemcachedServer.ps1" -Set large -Value ([byte[]]::new(2MB)) @to } | Should -Throw '*did not store large: SERVER_ERROR object too large*'
        }

        It 'shows statistics' {
            $statistics = & "$recipes/Use-MemcachedServer.ps1" -Statistics @to
            $statistics.pid | Should -Be $server.Peer.Process.Id
            $statistics.version | Should -Match '^\d+\.\d+'
        }

        It 'runs in a process of its own' {
            (Invoke-RecipeProcess 'Use-MemcachedServer.ps1' '-Statistics', '-Server', $server.Address) -match "^pid +: $($server.Peer.Process.Id)$" | Should -HaveCount 1
        }

        It 'runs the examples of its help' {
            $results = @(Invoke-RecipeHelpExample 'Use-MemcachedServer.ps1' "-Server $($server.Address)" @{ ' -Server \S+' = '' })
            $results[0].Value | Should -BeExactly 'Hello, World!'
            [int] $results[1].curr_items | Should -BeGreaterThan 0
        }
    }
}
