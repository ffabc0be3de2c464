BeforeAll {
    . $PSScriptRoot/../helpers/Common.ps1
    . $PSScriptRoot/../helpers/ExampleRunner.ps1
    . $PSScriptRoot/../helpers/Servers.ps1
    $formats = @{}
    foreach ($file in Get-ChildItem -Path "$examples/formats/*.txt") {
        $formats[$file.BaseName] = Get-Content -LiteralPath $file.FullName | New-MessageFormat -Name $file.BaseName
    }

    # Sends a datagram over IPv4 and gives the answer; nothing when none comes, or nobody is there. To who
    # answers goes the reply, if there is one.
    function Send-Question {
        param([int] $Port, [byte[]] $Question, [byte[]] $Reply, [double] $TimeoutSeconds = 0.5)

        $socket = New-Socket IPv4 Datagram
        try {
            Send-Datagram $socket $Question "127.0.0.1:$Port"
            $answer = Receive-Datagram $socket -TimeoutSeconds $TimeoutSeconds -ErrorAction Ignore
            if ($answer -and $Reply) {
                Send-Datagram $socket $Reply $answer.RemoteEndPoint
            }
            $answer
        }
        finally {
            Close-Socket $socket
        }
    }

    function Get-Hash {
        param([byte[]] $Bytes)

        [Convert]::ToHexString([System.Security.Cryptography.SHA256]::HashData($Bytes))
    }
}

Describe 'Servers of other people that speak in messages' {
    BeforeAll {
        $directory = (New-Item -ItemType Directory -Path (New-TestPath -Extension d)).FullName
    }

    AfterAll {
        Remove-Item -LiteralPath $directory -Recurse
    }

    BeforeEach {
        $started = [System.Collections.Generic.List[psobject]]::new()
    }

    AfterEach {
        $started | ForEach-Object { Stop-Peer $_ }
        Get-Socket | Close-Socket
    }

    Context 'dnsmasq' {
        BeforeAll {
            $server = $null
            if (Test-Program dnsmasq) {
                Set-Content -LiteralPath "$directory/hosts" -Value @(
                    '192.0.2.7 printer.example'
                    '2001:db8::7 printer.example'
                    '192.0.2.8 four.example'
                    1..60 | ForEach-Object { "192.0.2.$(100 + $_) many.example" }
                )
                $query = New-MessageFormat -Field ($formats['dns-header'].FieldList + $formats['dns-question'].FieldList)
                $name = [System.Text.Encoding]::ASCII.GetBytes("`aprinter`aexample`0") # `a is byte 7, the length of each label
                $question = ConvertTo-BinaryMessage $query @{ ID = 0x1234; RD = 1; QDCOUNT = 1; QNAME = $name; QTYPE = 1; QCLASS = 1 }
                $server = Start-TestServer -Program dnsmasq -IsReady { Send-Question $args[0] $question } -Arguments {
                    '--no-daemon', '--conf-file=/dev/null', '--no-resolv', '--no-hosts', "--addn-hosts=$directory/hosts", '--local=/example/', "--port=$($args[0])"
                    '--listen-address=127.0.0.1', '--listen-address=::1', '--bind-interfaces', '--cname=alias.example,printer.example', "--user=$user", '--pid-file='
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

        It 'answers a question that is made of formats, over UDP' {
            $answer = Send-Question $server.Port $question -TimeoutSeconds 10
            $format = New-MessageFormat -Field ($query.FieldList -replace '^QNAME:.*', "QNAME:$($name.Length * 8):bytes") # where it ends, because more comes
            $both = New-MessageFormat -Field ($format.FieldList + $formats['dns-record'].FieldList)
            $message = $answer | ConvertFrom-BinaryMessage $both
            $message.ID | Should -Be 0x1234
            "$($message.QR) $($message.AA) $($message.RCODE) $($message.QDCOUNT) $($message.ANCOUNT)" | Should -Be '1 1 0 1 1'
            "$($message.NAME) $($message.TYPE) $($message.CLASS) $($message.RDLENGTH)" | Should -Be 'C00C 1 1 4'
            ConvertFrom-AddressByte $message.RDATA | Should -Be ([ipaddress] '192.0.2.7')
        }

        It 'answers it over TCP, behind its length' {
            $connection = Connect-Socket "127.0.0.1:$($server.Port)" -TimeoutSeconds 10
            Send-SocketData $connection $question -LengthPrefix 2
            $answer = Receive-SocketData $connection -LengthPrefix 2 -TimeoutSeconds 10
            $header = $answer | ConvertFrom-BinaryMessage (New-MessageFormat -Field ($formats['dns-header'].FieldList + 'Rest:*'))
            "$($header.ID) $($header.QR) $($header.ANCOUNT)" | Should -Be "$(0x1234) 1 1"
            $record = ConvertFrom-BinaryMessage $formats['dns-record'] ([byte[]] $header.Rest[-16..-1])
            ConvertFrom-AddressByte $record.RDATA | Should -Be ([ipaddress] '192.0.2.7')
        }

        It 'tells Get-DnsAddress.ps1 both addresses over <How>' -ForEach @(
            @{ How = 'UDP'; Address = '127.0.0.1'; Switches = @() }
            @{ How = 'UDP and IPv6'; Address = '[::1]'; Switches = @() }
            @{ How = 'TCP'; Address = '127.0.0.1'; Switches = @('-Tcp') }
            @{ How = 'TCP and IPv6'; Address = '[::1]'; Switches = @('-Tcp') }
        ) {
            $example = Invoke-Example 'Get-DnsAddress.ps1' @('-Name', 'printer.example', '-Server', "${Address}:$($server.Port)"; $Switches)
            $lines = @(Wait-Example $example | Where-Object { $_ })
            $lines | Should -HaveCount 4
            $lines[2] | Should -Match '^printer\.example +A +0 +192\.0\.2\.7 *$'
            $lines[3] | Should -Match '^printer\.example +AAAA +0 +2001:db8::7 *$'
        }

        It 'tells it the addresses behind an alias' {
            $example = Invoke-Example 'Get-DnsAddress.ps1' '-Name', 'alias.example', '-Server', "127.0.0.1:$($server.Port)"
            $lines = @(Wait-Example $example | Where-Object { $_ })
            $lines | Should -HaveCount 4
            $lines[2] | Should -Match '^printer\.example +A +0 +192\.0\.2\.7 *$'
            $lines[3] | Should -Match '^printer\.example +AAAA +0 +2001:db8::7 *$'
        }

        It 'has no IPv6 address of a name, which is no error' {
            $example = Invoke-Example 'Get-DnsAddress.ps1' '-Name', 'four.example', '-Server', "127.0.0.1:$($server.Port)"
            @(Wait-Example $example | Where-Object { $_ })[2..9] | Should -Match '^four\.example +A +0 +192\.0\.2\.8 *$'
        }

        It 'is asked over TCP when the answer does not fit into a datagram' {
            $example = Invoke-Example 'Get-DnsAddress.ps1' '-Name', 'many.example', '-Server', "127.0.0.1:$($server.Port)", '-Verbose'
            $lines = @(Wait-Example $example)
            $lines -match 'asking again over TCP' | Should -HaveCount 1
            $found = $lines | Where-Object { $_ -match '^many\.example +A +0 +(192\.0\.2\.\d+) *$' } | ForEach-Object { $Matches[1] }
            $found | Sort-Object | Should -Be (1..60 | ForEach-Object { "192.0.2.$(100 + $_)" } | Sort-Object)
        }

        It 'knows no such name, and says so' {
            $example = Invoke-Example 'Get-DnsAddress.ps1' '-Name', 'nobody.example', '-Server', "127.0.0.1:$($server.Port)"
            Get-PeerError $example | Should -BeLike '*has no A address of nobody.example: there is no such name.*'
        }
    }

    Context 'chronyd' {
        BeforeAll {
            $server = $null
            if (Test-Program chronyd) {
                $question = ConvertTo-BinaryMessage $formats['ntp'] @{ VN = 4; Mode = 3; TransmitTimestamp = 0x0123456789ABCDEF }
                $server = Start-TestServer -Program chronyd -IsReady { Send-Question $args[0] $question } -Arguments {
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

        It 'answers a request that is made of a format' {
            $datagram = Send-Question $server.Port $question -TimeoutSeconds 10
            $answer = $datagram | ConvertFrom-BinaryMessage $formats['ntp']
            "$($answer.VN) $($answer.Mode) $($answer.Stratum) $($answer.ReferenceID)" | Should -Be '4 4 8 7F7F0101'
            $answer.OriginTimestamp | Should -Be 0x0123456789ABCDEF
            $sent = [datetimeoffset]::new(1900, 1, 1, 0, 0, 0, [timespan]::Zero).AddSeconds($answer.TransmitTimestamp / [math]::Pow(2, 32))
            [math]::Abs(($sent - $datagram.Timestamp).TotalSeconds) | Should -BeLessThan 2
            $answer.ReceiveTimestamp | Should -BeLessOrEqual $answer.TransmitTimestamp
        }

        It 'tells Get-NtpTime.ps1 the time, which is the one here' {
            $before = [datetimeoffset]::Now.AddSeconds(-2)
            $lines = Wait-Example (Invoke-Example 'Get-NtpTime.ps1' '-Server', "127.0.0.1:$($server.Port)")
            $values = @{}
            $lines | Where-Object { $_ } | ForEach-Object {
                $name, $value = $_ -split ' *: ', 2
                $values[$name] = $value
            }
            $values.Stratum | Should -Be 8
            $values.Server | Should -Be "127.0.0.1:$($server.Port)"
            [datetimeoffset]::Parse($values.Time) | Should -BeGreaterThan $before
            [datetimeoffset]::Parse($values.Time) | Should -BeLessThan ([datetimeoffset]::Now.AddSeconds(2))
            [math]::Abs(([timespan] $values.Offset).TotalSeconds) | Should -BeLessThan 1
            ([timespan] $values.Delay).TotalSeconds | Should -BeGreaterThan 0
            ([timespan] $values.Delay).TotalSeconds | Should -BeLessThan 1
        }
    }

    Context 'in.tftpd' {
        BeforeAll {
            $server = $null
            # It looks its own address up, which the C library refuses for 127.0.0.1 where nothing but loopback has one.
            $elsewhere = [System.Net.NetworkInformation.NetworkInterface]::GetAllNetworkInterfaces() | Where-Object {
                $_.NetworkInterfaceType -ne 'Loopback' -and $_.GetIPProperties().UnicastAddresses.Address.AddressFamily -contains 'InterNetwork'
            }
            $obstacle = if (-not (Test-Program in.tftpd)) {
                'in.tftpd is not installed'
            }
            elseif ($user -ne 'root') {
                'in.tftpd starts as root only'
            }
            elseif (-not $elsewhere) {
                'in.tftpd needs an interface besides loopback'
            }
            if (-not $obstacle) {
                $files = (New-Item -ItemType Directory -Path "$directory/files").FullName
                $contents = @{}
                foreach ($length in 0, 511, 512, 513, 1024, 100000) {
                    $contents[$length] = [byte[]]::new($length)
                    [System.Random]::new($length).NextBytes($contents[$length])
                    [System.IO.File]::WriteAllBytes("$files/$length.bin", $contents[$length])
                }
                $question = ConvertTo-BinaryMessage $formats['tftp-request'] @{ Opcode = 1; Filename = '0.bin'; Mode = 'octet' }
                $end = ConvertTo-BinaryMessage $formats['tftp-ack'] @{ Opcode = 4; Block = 1 } # of a file of one block
                $server = Start-TestServer -Program in.tftpd -IsReady { Send-Question $args[0] $question $end } -Arguments {
                    '-L', '-4', '-s', '-a', "127.0.0.1:$($args[0])", '-p', '-u', $user, $files
                }
            }
        }

        BeforeEach {
            $destination = New-TestPath -Extension bin
            if ($obstacle) {
                Set-ItResult -Skipped -Because $obstacle
            }
        }

        AfterEach {
            Remove-Item -LiteralPath $destination -ErrorAction Ignore
        }

        AfterAll {
            Stop-Peer $server.Peer
        }

        It 'sends a block to who asks with a message that is made of a format' {
            $request = ConvertTo-BinaryMessage $formats['tftp-request'] @{ Opcode = 1; Filename = '511.bin'; Mode = 'octet' }
            $datagram = Send-Question $server.Port $request $end -TimeoutSeconds 10
            $datagram.RemoteEndPoint.Port | Should -Not -Be $server.Port
            $block = $datagram | ConvertFrom-BinaryMessage $formats['tftp-data']
            "$($block.Opcode) $($block.Block)" | Should -Be '3 1'
            Get-Hash $block.Data | Should -Be (Get-Hash $contents[511])
        }

        It 'sends a file of <_> bytes to Receive-TftpFile.ps1' -ForEach 0, 511, 512, 513, 1024, 100000 {
            $example = Invoke-Example 'Receive-TftpFile.ps1' '-Server', "127.0.0.1:$($server.Port)", '-Path', "$_.bin", '-Destination', $destination
            Wait-Example $example | Should -Match "^received $_ bytes from 127\.0\.0\.1:\d+$"
            $received = [System.IO.File]::ReadAllBytes($destination)
            $received.Length | Should -Be $_
            [System.Linq.Enumerable]::SequenceEqual($received, $contents[$_]) | Should -BeTrue
        }

        It 'replaces a file that was there' {
            [System.IO.File]::WriteAllBytes($destination, [byte[]]::new(5000))
            $example = Invoke-Example 'Receive-TftpFile.ps1' '-Server', "127.0.0.1:$($server.Port)", '-Path', '513.bin', '-Destination', $destination
            $null = Wait-Example $example
            Get-Hash ([System.IO.File]::ReadAllBytes($destination)) | Should -Be (Get-Hash $contents[513])
        }

        It 'has no such file, and says so' {
            $example = Invoke-Example 'Receive-TftpFile.ps1' '-Server', "127.0.0.1:$($server.Port)", '-Path', 'missing.bin', '-Destination', $destination
            Get-PeerError $example | Should -BeLike '*says: File not found (error 1)*'
            Test-Path -LiteralPath $destination | Should -BeFalse
        }
    }
}
