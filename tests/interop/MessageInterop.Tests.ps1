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

        It 'answers it over TCP, after its length' {
            $connection = Connect-Socket "127.0.0.1:$($server.Port)" -TimeoutSeconds 10
            Send-SocketData $connection $question -LengthPrefix 2
            $answer = Receive-SocketData $connection -LengthPrefix 2 -TimeoutSeconds 10
            $header = $answer | ConvertFrom-BinaryMessage (New-MessageFormat -Field ($formats['dns-header'].FieldList + 'Rest:*'))
            "$($header.ID) $($header.QR) $($header.ANCOUNT)" | Should -Be "$(0x1234) 1 1"
            $record = ConvertFrom-BinaryMessage $formats['dns-record'] ([byte[]] $header.Rest[-16..-1])
            ConvertFrom-AddressByte $record.RDATA | Should -Be ([ipaddress] '192.0.2.7')
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
                foreach ($length in 0, 511) {
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
            if ($obstacle) {
                Set-ItResult -Skipped -Because $obstacle
            }
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
    }
}
