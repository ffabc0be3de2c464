BeforeAll {
    . $PSScriptRoot/../../helpers/Recipes.ps1
    $directory = New-RecipeDirectory
}

AfterAll {
    Remove-Item -LiteralPath $directory -Recurse
}

Describe 'Get-DnsRecord.ps1' {
    BeforeEach {
        $started = [System.Collections.Generic.List[psobject]]::new()
        $workers = [System.Collections.Generic.List[psobject]]::new()
        $worker = $null
    }

    AfterEach {
        Stop-Recipe
    }

    Context 'and dnsmasq' {
        BeforeAll {
            $server = $null
            if (Test-Program dnsmasq) {
                Set-Content -LiteralPath "$directory/hosts" -Value @(
                    '192.0.2.7 printer.example'
                    '2001:db8::7 printer.example'
                    '192.0.2.9 xn--bcher-kva.example'
                    1..60 | ForEach-Object { "192.0.2.$(100 + $_) many.example" }
                )
                $server = Start-TestServer -Program dnsmasq -IsReady { & "$recipes/Get-DnsRecord.ps1" printer.example -Server "127.0.0.1:$($args[0])" -TimeoutSeconds 1 } -Arguments {
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

        It 'asks three times, and gives up' {
            $socket = New-Socket IPv4 Datagram | Register-SocketAddress '127.0.0.1:0' -PassThru
            { & "$recipes/Get-DnsRecord.ps1" a.example -Server "$($socket.LocalEndPoint)" -TimeoutSeconds 0.3 } | Should -Throw
            $questions = @(Receive-Datagram $socket -Continuous -TimeoutSeconds 0)
            $questions.Count | Should -Be 3
            $questions | ForEach-Object { [Convert]::ToHexString($_.Data) } | Sort-Object -Unique | Should -HaveCount 1
        }

        It 'tells what the server says: <Said>' -ForEach @(
            @{ Code = 3; Said = 'there is no such name' }
            @{ Code = 5; Said = '*refuse*' }
            @{ Code = 15; Said = 'error 15' }
        ) {
            $socket = New-Socket IPv4 Datagram | Register-SocketAddress '127.0.0.1:0' -PassThru
            $worker = Start-Worker { param($path, $address) & $path a.example -Server $address } -ArgumentList "$recipes/Get-DnsRecord.ps1", "$($socket.LocalEndPoint)"
            $workers.Add($worker)
            $question = Receive-Datagram $socket -TimeoutSeconds 10
            $answer = [byte[]] $question.Data.Clone()
            $answer[2], $answer[3] = 0x80, $Code
            Send-Datagram $socket $answer $question.RemoteEndPoint
            (Wait-Worker $worker).Errors | Should -BeLike "*has no answer for a.example: $Said."
        }

        It 'is not led in circles by a name that goes on <Name>' -ForEach @(
            @{ Name = 'where it began'; Labels = [byte[]]@() }
            @{ Name = 'at labels that lead to it again'; Labels = [byte[]](1, 97) }
        ) {
            $socket = New-Socket IPv4 Datagram | Register-SocketAddress '127.0.0.1:0' -PassThru
            $worker = Start-Worker { param($path, $address) & $path a.example -Server $address } -ArgumentList "$recipes/Get-DnsRecord.ps1", "$($socket.LocalEndPoint)"
            $workers.Add($worker)
            $question = Receive-Datagram $socket -TimeoutSeconds 10
            $answer = [byte[]] ($question.Data + $Labels + [byte[]] (0xC0, $question.Length, 0, 1, 0, 1, 0, 0, 0, 9, 0, 4, 192, 0, 2, 1))
            $answer[2], $answer[7] = 0x80, 1
            Send-Datagram $socket $answer $question.RemoteEndPoint
            (Wait-Worker $worker).Errors | Should -BeLike '*sent a damaged answer*'
        }
    }
}
