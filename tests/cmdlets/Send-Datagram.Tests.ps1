BeforeAll {
    . $PSScriptRoot/../helpers/Common.ps1
    . $PSScriptRoot/../helpers/Multicast.ps1

    # What has come to a socket: so many, waited for, and then whatever else is there.
    function Get-Arrived {
        param(
            [Parameter(Mandatory, Position = 0)] [System.Net.Sockets.Socket] $Socket,
            [Parameter(Position = 1)] [int] $Count
        )

        if ($Count -gt 0) {
            Receive-Datagram $Socket -Count $Count -TimeoutSeconds 5 -ErrorAction Stop
        }
        Receive-Datagram $Socket -Continuous -TimeoutSeconds 0
    }

    # Sends to a UNIX socket that nobody reads, until its queue is full; gives how many went in.
    function Send-UntilFull {
        param(
            [Parameter(Mandatory, Position = 0)] [System.Net.Sockets.Socket] $Socket,
            [Parameter(Mandatory, Position = 1)] [hashtable] $Destination
        )

        for ($sent = 0; $sent -lt 100000; $sent++) {
            Send-Datagram $Socket "filler $sent" @Destination -TimeoutSeconds 0 -ErrorVariable full -ErrorAction SilentlyContinue
            if ($full) {
                return $sent
            }
        }
        throw 'The queue never gets full.'
    }

    # How many cmdlets of this process have begun to wait: each has an eventfd, which wakes it when it is to stop.
    # Wait-WorkerBlocked does not do here: a sender that looks for room again and again is never still.
    function Get-WaitingCount {
        @([System.IO.Directory]::GetFileSystemEntries('/proc/self/fd') |
                Where-Object { [System.IO.FileInfo]::new($_).LinkTarget -eq 'anon_inode:[eventfd]' }).Count
    }
}

Describe 'Send-Datagram' {
    BeforeEach {
        $receiver = New-Socket IPv6 Datagram | Register-SocketAddress '[::1]:0' -PassThru
        $to = $receiver.LocalEndPoint
        $sender = New-Socket IPv6 Datagram
        $quiet = @{ ErrorVariable = 'failures'; ErrorAction = 'SilentlyContinue' }
        $worker = $null
    }

    AfterEach {
        if ($worker) {
            $null = Stop-Worker $worker -AllowEnded
        }
        Get-Socket | Close-Socket
    }

    Context 'What is one message' {
        It 'sends each piped text as a datagram' {
            'a', 'b' | Send-Datagram $sender -RemoteEndPoint $to
            (Get-Arrived $receiver 2).Text | Should -Be 'a', 'b'
        }

        It 'sends piped bytes that follow each other as one datagram' {
            [byte[]](1..200) | Send-Datagram $sender -RemoteEndPoint $to
            $arrived = @(Get-Arrived $receiver 1)
            $arrived.Count | Should -Be 1
            $arrived[0].Data | Should -Be ([byte[]](1..200))
        }

        It 'ends a run of piped bytes at the next text' {
            & { [byte]0x41; [byte]0x42; 'text'; [byte]0x43 } | Send-Datagram $sender -RemoteEndPoint $to
            (Get-Arrived $receiver 3).Text | Should -Be 'AB', 'text', 'C'
        }

        It 'sends a byte[] that is an argument as one datagram' {
            Send-Datagram $sender ([byte[]](1..200)) $to
            $arrived = @(Get-Arrived $receiver 1)
            $arrived.Count | Should -Be 1
            $arrived[0].Data | Should -Be ([byte[]](1..200))
        }

        It 'sends each element of an array that is an argument as a datagram' {
            $a, $b, $c = 'first', [byte[]](1, 2, 3), 'third'
            Send-Datagram $sender -InputObject $a, $b, $c -RemoteEndPoint $to
            $arrived = @(Get-Arrived $receiver 3)
            $arrived.Count | Should -Be 3
            $arrived[0].Text | Should -Be 'first'
            $arrived[1].Data | Should -Be ([byte[]](1, 2, 3))
            $arrived[2].Text | Should -Be 'third'
        }

        It 'sends each byte[] that is piped whole as a datagram' {
            [byte[]](1, 2), [byte[]](3, 4, 5) | Send-Datagram $sender -RemoteEndPoint $to
            $arrived = @(Get-Arrived $receiver 2)
            $arrived.Count | Should -Be 2
            $arrived[0].Data | Should -Be ([byte[]](1, 2))
            $arrived[1].Data | Should -Be ([byte[]](3, 4, 5))
        }

        It 'sends more datagrams at once than the kernel takes in one call, in their order' {
            $messages = 1..1500 | ForEach-Object { "$_" }
            $server = New-Socket Unix Datagram | Register-SocketAddress (New-TestPath) -PassThru
            $client = New-Socket Unix Datagram
            $worker = Start-Worker {
                param($Client, $Messages, $Path)
                Send-Datagram $Client $Messages $Path
            } -ArgumentList $client, $messages, "$($server.LocalEndPoint)"
            $arrived = Receive-Datagram $server -Count 1500 -TimeoutSeconds 10 -AsText
            $arrived -join ' ' | Should -BeExactly ($messages -join ' ')
            (Wait-Worker $worker).Errors | Should -BeNullOrEmpty
            $worker = $null
        }

        It 'sends <What> as one datagram of length 0' -ForEach @(
            @{ What = 'an empty text'; Send = { param($Socket, $To) Send-Datagram $Socket '' $To } }
            @{ What = 'an empty byte[]'; Send = { param($Socket, $To) Send-Datagram $Socket ([byte[]]::new(0)) $To } }
            @{ What = 'a piped empty text'; Send = { param($Socket, $To) '' | Send-Datagram $Socket -RemoteEndPoint $To } }
            @{ What = 'a piped empty byte[]'; Send = { param($Socket, $To) , [byte[]]::new(0) | Send-Datagram $Socket -RemoteEndPoint $To } }
        ) {
            & $Send $sender $to
            $arrived = @(Get-Arrived $receiver 1)
            $arrived.Count | Should -Be 1
            $arrived[0].Length | Should -Be 0
            $arrived[0].Data.Length | Should -Be 0
            $arrived[0].RemoteEndPoint.Port | Should -Be $sender.LocalEndPoint.Port
        }

        It 'writes nothing' {
            Send-Datagram $sender 'quiet' $to | Should -BeNullOrEmpty
            (Get-Arrived $receiver 1).Text | Should -Be 'quiet'
        }
    }

    Context 'What is not a message' {
        It 'refuses <What> and names <Remedy>' -ForEach @(
            @{ What = 'an integer'; Item = 5; Remedy = 'ConvertTo-NetworkOrder' }
            @{ What = 'a long integer'; Item = 5L; Remedy = 'ConvertTo-NetworkOrder' }
            @{ What = 'a hashtable'; Item = @{ Length = 5 }; Remedy = 'ConvertTo-BinaryMessage' }
            @{ What = 'an object of fields'; Item = [pscustomobject]@{ Length = 5 }; Remedy = 'ConvertTo-BinaryMessage' }
            @{ What = 'an IP address'; Item = [ipaddress]::Loopback; Remedy = 'ConvertTo-AddressByte' }
            @{ What = 'a date'; Item = [datetime]::UnixEpoch; Remedy = 'ConvertTo-Json' }
        ) {
            $Item | Send-Datagram $sender -RemoteEndPoint $to @quiet
            Assert-Failure $failures -Id InvalidMessage -Category InvalidArgument
            $failures[0].Exception.Message | Should -BeLike "*$Remedy*"
            $failures[0].ErrorDetails.RecommendedAction | Should -BeLike "*$Remedy*"
            Get-Arrived $receiver | Should -BeNullOrEmpty
        }

        It 'refuses null, <How>' -ForEach @(
            @{ How = 'piped'; Send = { param($Socket, $To, $Quiet) $null | Send-Datagram $Socket -RemoteEndPoint $To @Quiet } }
            @{ How = 'as an argument'; Send = { param($Socket, $To, $Quiet) Send-Datagram $Socket $null $To @Quiet } }
        ) {
            . $Send $sender $to $quiet
            Assert-Failure $failures -Id InvalidMessage -Category InvalidArgument
            $failures[0].Exception.Message | Should -BeLike 'null is not a message*'
            Get-Arrived $receiver | Should -BeNullOrEmpty
        }

        It 'sends the good items around a bad one, <How>' -ForEach @(
            @{ How = 'piped'; Send = { param($Socket, $To, $Quiet) 'a', 5, 'b' | Send-Datagram $Socket -RemoteEndPoint $To @Quiet } }
            @{ How = 'in an array'; Send = { param($Socket, $To, $Quiet) Send-Datagram $Socket ('a', 5, 'b') $To @Quiet } }
            @{ How = 'in a batch'; Send = { param($Socket, $To, $Quiet) 'a', 5, 'b' | Send-Datagram $Socket -RemoteEndPoint $To -BatchSize 9 @Quiet } }
        ) {
            . $Send $sender $to $quiet
            Assert-Failure $failures -Id InvalidMessage -Category InvalidArgument
            $failures[0].TargetObject | Should -Be 5
            (Get-Arrived $receiver 2).Text | Should -Be 'a', 'b'
        }
    }

    Context 'Parameters' {
        It 'takes the socket, the message and the end point by position' {
            Send-Datagram $sender 'hello' "[::1]:$($to.Port)"
            (Get-Arrived $receiver 1).Text | Should -Be 'hello'
        }

        It 'takes the encoding by its name' {
            Send-Datagram $sender 'é' $to -Encoding latin1
            (Get-Arrived $receiver 1).Data | Should -Be ([byte[]]0xE9)
        }

        It 'takes an end point as an IPEndPoint, as text with a host name, and from New-SocketAddress' {
            $port = $to.Port
            Send-Datagram $sender 'object' ([System.Net.IPEndPoint]::new([ipaddress]::IPv6Loopback, $port))
            Send-Datagram $sender 'address' (New-SocketAddress -IPAddress ::1 -Port $port)
            (Get-Arrived $receiver 2).Text | Should -Be 'object', 'address'

            $receiver4 = New-Socket IPv4 Datagram | Register-SocketAddress '127.0.0.1:0' -PassThru
            Send-Datagram (New-Socket IPv4 Datagram) 'name' "localhost:$($receiver4.LocalEndPoint.Port)"
            (Get-Arrived $receiver4 1).Text | Should -Be 'name'
        }

        It 'sends from a dual-mode socket to an IPv4 address' {
            $receiver4 = New-Socket IPv4 Datagram | Register-SocketAddress '127.0.0.1:0' -PassThru
            Send-Datagram (New-Socket) 'to IPv4' $receiver4.LocalEndPoint
            $arrived = Get-Arrived $receiver4 1
            $arrived.Text | Should -Be 'to IPv4'
            "$($arrived.RemoteEndPoint.Address)" | Should -Be '127.0.0.1'
        }

        It 'sends through a socket that .NET made' {
            $foreign = [System.Net.Sockets.Socket]::new('InterNetworkV6', 'Dgram', 'Udp')
            try {
                Send-Datagram $foreign 'foreign' $to
                (Get-Arrived $receiver 1).Text | Should -Be 'foreign'
            }
            finally {
                $foreign.Dispose()
            }
        }

        It 'sends past the routing table to loopback with -DontRoute' {
            Send-Datagram $sender 'direct' $to -DontRoute
            (Get-Arrived $receiver 1).Text | Should -Be 'direct'
        }

        It 'does not use a route beyond this machine''s networks with -DontRoute' {
            # In a network namespace of its own, which has such a route and no way out.
            if (-not (Test-Program unshare) -or -not (Test-Program ip)) {
                Set-ItResult -Skipped -Because 'unshare or ip is not installed, which make a route'
            }
            $command = "unshare --net sh -c 'ip link set lo up && ip route add 198.51.100.0/24 dev lo scope global && exec `"`$@`"' sh"
            $peer = Start-Peer sh -ArgumentList '-c', "$command true"
            try {
                if ((Wait-Peer $peer) -ne 0) {
                    Set-ItResult -Skipped -Because "this user may not make a network namespace: $($peer.ErrorOutput.Trim())"
                }
                Stop-Peer $peer
                $peer = $null

                # PowerShell is its own program, or a tool that the dotnet command runs.
                $pwsh = [Environment]::ProcessPath
                $start = [System.IO.Path]::GetFileNameWithoutExtension($pwsh) -eq 'dotnet' ? "'$pwsh' '$PSHOME/pwsh.dll'" : "'$pwsh'"
                $script = Join-Path $TestDrive 'route.ps1'
                Set-Content -LiteralPath $script -Value @"
                    Import-Module '$ModulePath'
                    `$socket = New-Socket IPv4 Datagram
                    (Send-Datagram `$socket 'routed' '198.51.100.9:9' -PassThru).Text
                    Send-Datagram `$socket 'direct' '198.51.100.9:9' -DontRoute -ErrorAction SilentlyContinue -ErrorVariable failures
                    `$failures | ForEach-Object { `$_.FullyQualifiedErrorId; `$_.CategoryInfo.Category }
"@
                $peer = Start-Peer sh -ArgumentList '-c', "$command $start -NoProfile -File '$script'"
                Wait-Peer $peer -TimeoutSeconds 30 | Should -Be 0 -Because $peer.ErrorOutput
                $lines = $peer.Output.Trim() -split '\r?\n'
                $lines.Count | Should -Be 3
                $lines[0] | Should -Be 'routed'
                $lines[1] | Should -BeLike 'NetworkUnreachable,*'
                $lines[2] | Should -Be 'ConnectionError'
            }
            finally {
                Stop-Peer $peer
            }
        }

        It 'refuses a -BatchSize of 0' {
            $failure = { 'a' | Send-Datagram $sender -RemoteEndPoint $to -BatchSize 0 } | Should -Throw -PassThru
            $failure.FullyQualifiedErrorId | Should -BeLike 'ParameterArgumentValidationError,*'
            $failure.CategoryInfo.Category | Should -Be 'InvalidData'
        }

        It 'names the datagram''s call, destination and length with -Verbose' {
            $verbose = Send-Datagram $sender 'hello' $to -Verbose 4>&1
            @($verbose).Count | Should -Be 1
            $verbose.Message | Should -BeExactly "sendto(AF_INET6, [::1]:$($to.Port)) = 5"
        }

        It 'names the failed call with -Verbose too' {
            $sender4 = New-Socket IPv4 Datagram
            $verbose = Send-Datagram $sender4 ([byte[]]::new(65508)) '127.0.0.1:9' -Verbose @quiet 4>&1
            $verbose.Message | Should -BeExactly 'sendto(AF_INET, 127.0.0.1:9) = -1 EMSGSIZE (Message too long)'
            Assert-Failure $failures -Id MessageSize -Category LimitsExceeded
        }
    }

    Context 'Encoding' {
        It 'encodes text as UTF-8 without a byte order mark and appends nothing' {
            Send-Datagram $sender 'né €' $to
            (Get-Arrived $receiver 1).Data | Should -Be ([byte[]](0x6E, 0xC3, 0xA9, 0x20, 0xE2, 0x82, 0xAC))
        }

        It 'encodes text as <Name>' -ForEach @(
            @{ Name = 'unicode'; Encoding = 'unicode'; Expected = 0xE9, 0x00, 0xAC, 0x20 }
            @{ Name = 'bigendianunicode'; Encoding = 'bigendianunicode'; Expected = 0x00, 0xE9, 0x20, 0xAC }
            @{ Name = 'ascii'; Encoding = 'ascii'; Expected = 0x3F, 0x3F }
            @{ Name = 'latin1'; Encoding = 'latin1'; Expected = 0xE9, 0x3F }
            @{ Name = 'code page 1252'; Encoding = 1252; Expected = 0xE9, 0x80 }
            @{ Name = 'utf8BOM, whose mark is not for messages'; Encoding = 'utf8BOM'; Expected = 0xC3, 0xA9, 0xE2, 0x82, 0xAC }
            @{ Name = 'an Encoding object'; Encoding = [System.Text.Encoding]::UTF32; Expected = 0xE9, 0, 0, 0, 0xAC, 0x20, 0, 0 }
        ) {
            Send-Datagram $sender 'é€' $to -Encoding $Encoding
            (Get-Arrived $receiver 1).Data | Should -Be ([byte[]]$Expected)
        }

        It 'leaves bytes as they are' {
            Send-Datagram $sender ([byte[]](0x00, 0xFF, 0x0A)) $to -Encoding unicode
            (Get-Arrived $receiver 1).Data | Should -Be ([byte[]](0x00, 0xFF, 0x0A))
        }

        It 'refuses an encoding that does not exist' {
            $failure = { Send-Datagram $sender 'x' $to -Encoding nonsense } | Should -Throw -PassThru
            $failure.FullyQualifiedErrorId | Should -BeLike 'ParameterArgumentTransformationError,*'
            $failure.CategoryInfo.Category | Should -Be 'InvalidData'
            $failure.Exception.Message | Should -BeLike '*nonsense*utf8*'
        }
    }

    Context 'Sizes' {
        It 'sends 65,507 bytes over IPv4, and refuses 65,508' {
            $receiver4 = New-Socket IPv4 Datagram | Register-SocketAddress '127.0.0.1:0' -PassThru
            $sender4 = New-Socket IPv4 Datagram
            Send-Datagram $sender4 ([byte[]]::new(65507)) $receiver4.LocalEndPoint
            Send-Datagram $sender4 ([byte[]]::new(65508)) $receiver4.LocalEndPoint @quiet
            (Get-Arrived $receiver4 1).Length | Should -Be 65507

            Assert-Failure $failures -Id MessageSize -Category LimitsExceeded
            $failures[0].Exception.Message | Should -BeLike (Format-SystemError "sendto 127.0.0.1:$($receiver4.LocalEndPoint.Port): EMSGSIZE (90) Message too long*")
            $failures[0].ErrorDetails.RecommendedAction | Should -BeLike '*65,507*'
            $failures[0].TargetObject | Should -BeOfType PSSockets.Datagram
            $failures[0].TargetObject.Data.Length | Should -Be 65508
            $failures[0].TargetObject.RemoteEndPoint | Should -Be $receiver4.LocalEndPoint
        }

        It 'sends 65,527 bytes over IPv6, and refuses 65,528' {
            Send-Datagram $sender ([byte[]]::new(65527)) $to
            Send-Datagram $sender ([byte[]]::new(65528)) $to @quiet
            (Get-Arrived $receiver 1).Length | Should -Be 65527
            Assert-Failure $failures -Id MessageSize -Category LimitsExceeded
        }
    }

    Context '-BatchSize' {
        It 'sends each datagram at once without it' {
            'first', 'second' | ForEach-Object {
                if ($_ -eq 'second') {
                    $early = Get-Arrived $receiver 1
                }
                $_
            } | Send-Datagram $sender -RemoteEndPoint $to
            $early.Text | Should -Be 'first'
            (Get-Arrived $receiver 1).Text | Should -Be 'second'
        }

        It 'waits until so many have come, and sends the rest at the end' {
            $early = @{}
            1..5 | ForEach-Object {
                $early[$_] = @(Get-Arrived $receiver ($_ -eq 4 ? 3 : 0)).Text -join ' '
                "m$_"
            } | Send-Datagram $sender -RemoteEndPoint $to -BatchSize 3
            $early[1], $early[2], $early[3] | Should -Be '', '', ''
            $early[4] | Should -Be 'm1 m2 m3'
            $early[5] | Should -Be ''
            (Get-Arrived $receiver 2).Text | Should -Be 'm4', 'm5'
        }

        It 'keeps the order' {
            $messages = 1..50 | ForEach-Object { "message $_" }
            $messages | Send-Datagram $sender -RemoteEndPoint $to -BatchSize 7
            (Get-Arrived $receiver 50).Text | Should -Be $messages
        }

        It 'sends what waits for one socket before it goes on with another' {
            $third = New-Socket IPv6 Datagram | Register-SocketAddress '[::1]:0' -PassThru
            $asking = New-Socket IPv6 Datagram | Register-SocketAddress '[::1]:0' -PassThru
            Send-Datagram $asking 'one', 'two' $to
            Send-Datagram $asking 'three' $third.LocalEndPoint
            Receive-Datagram $receiver, $receiver, $third -TimeoutSeconds 5 | Sort-Object Length | Send-Datagram -BatchSize 100
            $answers = @(Get-Arrived $asking 3)
            $answers.Count | Should -Be 3
            $answers | ForEach-Object { "$($_.Text) $($_.RemoteEndPoint.Port)" } |
                Should -Be "one $($to.Port)", "two $($to.Port)", "three $($third.LocalEndPoint.Port)"
        }
    }

    Context 'The address that a datagram leaves from' {
        BeforeAll {
            # A server on a wildcard address, and a client that hears only the address it asks.
            function Open-Server {
                param([string] $Bound)

                $dual = $Bound -eq 'dual'
                $server = $dual ? (New-Socket IPv6 Datagram -DualMode) : $Bound -eq '0.0.0.0' ? (New-Socket IPv4 Datagram) : (New-Socket IPv6 Datagram)
                $server | Register-SocketAddress ($Bound -eq '0.0.0.0' ? '0.0.0.0:0' : '[::]:0') -PassThru
            }

            function Open-Client {
                param([System.Net.Sockets.Socket] $Server, [string] $Asked)

                $address = [ipaddress]$Asked
                New-Socket ($address.AddressFamily -eq 'InterNetwork' ? 'IPv4' : 'IPv6') Datagram |
                    Connect-Socket ([System.Net.IPEndPoint]::new($address, $Server.LocalEndPoint.Port)) -PassThru
            }
        }

        It 'is the one that was asked, <Asked>, on a server bound to <Bound>' -ForEach @(
            @{ Bound = '0.0.0.0'; Asked = '127.0.0.2' }
            @{ Bound = '0.0.0.0'; Asked = '127.0.0.1' }
            @{ Bound = 'dual'; Asked = '127.0.0.2' }
            @{ Bound = 'dual'; Asked = '::1' }
            @{ Bound = '::'; Asked = '::1' }
        ) {
            $server = Open-Server $Bound
            $client = Open-Client $server $Asked

            # One, an array, batches, and those that go to the kernel as one message.
            Send-Datagram $client 'one'
            Receive-Datagram $server -TimeoutSeconds 5 | Send-Datagram
            (Get-Arrived $client 1).Text | Should -Be 'one'

            Send-Datagram $client 'a', 'bb', 'ccc'
            $questions = Receive-Datagram $server -Count 3 -TimeoutSeconds 5
            Send-Datagram $server $questions
            (Get-Arrived $client 3).Text | Should -Be 'a', 'bb', 'ccc'

            $questions | Send-Datagram -BatchSize 2
            (Get-Arrived $client 3).Text | Should -Be 'a', 'bb', 'ccc'

            $equal = , $questions[2] * 30
            $equal | Send-Datagram -BatchSize 100
            @(Get-Arrived $client 30).Count | Should -Be 30
        }

        It 'is the one that was asked, in an echo server that answers many clients' {
            $server = Open-Server 'dual'
            $worker = Start-Worker { param($server) Receive-Datagram $server -Continuous | Send-Datagram } -ArgumentList $server
            $clients = foreach ($last in 1..9) { Open-Client $server "127.0.0.$last" }
            $random = [random]::new(7)
            foreach ($round in 1..20) {
                $expected = @{}
                foreach ($client in $clients) {
                    $expected[$client] = @(1..$random.Next(1, 6) | ForEach-Object { "$round " + 'x' * $random.Next(0, 3000) })
                    Send-Datagram $client $expected[$client]
                }
                foreach ($client in $clients) {
                    (Get-Arrived $client $expected[$client].Count).Text | Should -Be $expected[$client]
                }
            }
            $errors = (Stop-Worker $worker).Errors
            $worker = $null
            $errors | Should -BeNullOrEmpty
        }

        It 'is the one that was asked, of several of IPv6 and of link-local ones' {
            # In a network namespace of its own, whose loopback interface has them.
            if (-not (Test-Program unshare) -or -not (Test-Program ip)) {
                Set-ItResult -Skipped -Because 'unshare or ip is not installed, which give an interface addresses'
            }
            $steps = @(
                'ip link set lo up'
                foreach ($address in '2001:db8::1/128', '2001:db8::2/128', 'fe80::a/64', 'fe80::b/64') {
                    "ip -6 address add $address dev lo nodad"
                }
            ) -join ' && '
            $command = "unshare --net sh -c '$steps && exec `"`$@`"' sh"
            $peer = Start-Peer sh -ArgumentList '-c', "$command true"
            try {
                if ((Wait-Peer $peer) -ne 0) {
                    Set-ItResult -Skipped -Because "this user may not make a network namespace with IPv6: $($peer.ErrorOutput.Trim())"
                }
                Stop-Peer $peer
                $peer = $null
                $script = Join-Path $TestDrive 'answer.ps1'
                Set-Content -LiteralPath $script -Value @"
                    Import-Module '$ModulePath'
                    `$server = New-Socket IPv6 | Register-SocketAddress '[::]:0' -PassThru
                    foreach (`$asked in '2001:db8::1', '2001:db8::2', 'fe80::a%lo', 'fe80::b%lo') {
                        `$client = New-Socket IPv6 | Connect-Socket "[`$asked]:`$(`$server.LocalEndPoint.Port)" -PassThru
                        Send-Datagram `$client 'one', 'two'
                        Receive-Datagram `$server -Count 2 -TimeoutSeconds 5 | Send-Datagram -BatchSize 2
                        "`$asked `$(Receive-Datagram `$client -Count 2 -TimeoutSeconds 5 -AsText)"
                    }
"@
                $start = [System.IO.Path]::GetFileNameWithoutExtension($pwsh) -eq 'dotnet' ? "'$pwsh' '$PSHOME/pwsh.dll'" : "'$pwsh'"
                $peer = Start-Peer sh -ArgumentList '-c', "$command $start -NoProfile -File '$script'"
                Wait-Peer $peer -TimeoutSeconds 60 | Should -Be 0 -Because $peer.ErrorOutput
                $peer.Output.Trim() -split '\r?\n' |
                    Should -Be '2001:db8::1 one two', '2001:db8::2 one two', 'fe80::a%lo one two', 'fe80::b%lo one two'
            }
            finally {
                Stop-Peer $peer
            }
        }

        It 'is shown with -Verbose as what the call is told beside the data' {
            $server = Open-Server '0.0.0.0'
            $client = Open-Client $server '127.0.0.2'
            Send-Datagram $client 'hello'
            $verbose = Receive-Datagram $server -TimeoutSeconds 5 | Send-Datagram -Verbose 4>&1
            $verbose.Message | Should -BeExactly "sendmsg(AF_INET, $($client.LocalEndPoint), from 127.0.0.2) = 5"
        }

        It 'is the socket''s own where that is bound to one address or connected' {
            $client = New-Socket IPv6 Datagram | Connect-Socket $to -PassThru
            Send-Datagram $client 'hello'
            $verbose = Receive-Datagram $receiver -TimeoutSeconds 5 | Send-Datagram -Verbose 4>&1
            $verbose.Message | Should -BeExactly "sendto(AF_INET6, $($client.LocalEndPoint)) = 5"
            (Get-Arrived $client 1).Text | Should -Be 'hello'
        }

        It 'is for the system to choose on another socket and for another destination' {
            $server = Open-Server '0.0.0.0'
            $other = Open-Server '0.0.0.0'
            $client = Open-Client $server '127.0.0.2'
            $target = New-Socket IPv4 Datagram | Register-SocketAddress '127.0.0.1:0' -PassThru
            Send-Datagram $client 'hello'
            $question = Receive-Datagram $server -TimeoutSeconds 5
            $verbose = $question | Send-Datagram -RemoteEndPoint $target.LocalEndPoint -Verbose 4>&1
            $verbose.Message | Should -BeExactly "sendto(AF_INET, $($target.LocalEndPoint)) = 5"
            (Get-Arrived $target 1).RemoteEndPoint.Address | Should -Be ([ipaddress]'127.0.0.1')
            $verbose = $question | Send-Datagram $other -Verbose 4>&1
            $verbose.Message | Should -BeExactly "sendto(AF_INET, $($client.LocalEndPoint)) = 5"
        }

        It 'is the one that -LocalAddress names' {
            $client = New-Socket IPv4 Datagram | Register-SocketAddress '127.0.0.1:0' -PassThru
            $own = Open-Server '0.0.0.0'
            $sent = Send-Datagram $own 'fresh' $client.LocalEndPoint -LocalAddress 127.0.0.3 -PassThru
            $sent.LocalAddress | Should -Be ([ipaddress]'127.0.0.3')
            $arrived = Get-Arrived $client 1
            "$($arrived.RemoteEndPoint)" | Should -Be "127.0.0.3:$($own.LocalEndPoint.Port)"

            # It goes before the address of a received datagram, and the wildcard address leaves it to the system.
            Send-Datagram $client 'question' "127.0.0.2:$($own.LocalEndPoint.Port)"
            $question = Receive-Datagram $own -TimeoutSeconds 5
            foreach ($address in '127.0.0.4', '0.0.0.0', '::') {
                $question | Send-Datagram -LocalAddress $address
            }
            Get-Arrived $client 3 | ForEach-Object { "$($_.RemoteEndPoint.Address)" } | Should -Be '127.0.0.4', '127.0.0.1', '127.0.0.1'

            # A socket that is connected, and one that had no address.
            Connect-Socket $own $client.LocalEndPoint
            Send-Datagram $own 'connected' -LocalAddress 127.0.0.5
            Send-Datagram (New-Socket IPv4 Datagram) 'new' $client.LocalEndPoint -LocalAddress 127.0.0.6
            Get-Arrived $client 2 | ForEach-Object { "$($_.RemoteEndPoint.Address)" } | Should -Be '127.0.0.5', '127.0.0.6'
        }

        It 'says so where this machine does not have the address' {
            $sent = Send-Datagram (Open-Server '0.0.0.0') 'one', 'two' '127.0.0.1:9' -LocalAddress 192.0.2.9 -PassThru @quiet
            $sent | Should -BeNullOrEmpty
            $failures.Count | Should -Be 2
            $failures.FullyQualifiedErrorId | Should -BeLike 'NetworkUnreachable,*'
            $failures.CategoryInfo.Category | Should -Be 'ConnectionError', 'ConnectionError'
            $failures[0].Exception.Message | Should -BeExactly (Format-SystemError 'sendmsg 127.0.0.1:9: ENETUNREACH (101) Network is unreachable: it was to leave from 192.0.2.9, which must be an address of this machine')
            $failures.TargetObject.Text | Should -Be 'one', 'two'
            Send-Datagram (New-Socket IPv6 Datagram) 'six' '[::1]:9' -LocalAddress 2001:db8::9 @quiet
            Assert-Failure $failures -Id InvalidArgument -Category InvalidArgument
            $failures[0].Exception.Message | Should -BeLike (Format-SystemError 'sendmsg `[::1`]:9: EINVAL (22)*2001:db8::9, which must be an address of this machine')
        }

        It 'cannot be <From> on a socket of the family <Family>' -ForEach @(
            @{ Family = 'IPv4'; From = '::1'; Id = 'AddressFamilyNotSupported'; Category = 'InvalidArgument' }
            @{ Family = 'IPv6'; From = '127.0.0.1'; Id = 'AddressFamilyNotSupported'; Category = 'InvalidArgument' }
            @{ Family = 'Unix'; From = '127.0.0.1'; Id = 'NotSupported'; Category = 'NotImplemented' }
        ) {
            $own = New-Socket $Family Datagram
            Send-Datagram $own 'x' ($Family -eq 'Unix' ? './none' : $Family -eq 'IPv4' ? '127.0.0.1:9' : '[::1]:9') -LocalAddress $From @quiet
            Assert-Failure $failures -Id $Id -Category $Category
            $failures[0].Exception.Message | Should -BeLike 'sendmsg*'
        }

        It 'is never a broadcast address' {
            $server = Open-Server '0.0.0.0'
            $client = New-Socket IPv4 Datagram -Broadcast | Register-SocketAddress '127.0.0.1:0' -PassThru
            Send-Datagram $client 'who is there?' "127.255.255.255:$($server.LocalEndPoint.Port)"
            $question = Receive-Datagram $server -TimeoutSeconds 5
            $question.LocalAddress | Should -Be ([ipaddress]'127.255.255.255')
            1..3 | ForEach-Object { $question } | Send-Datagram @quiet
            $failures | Should -BeNullOrEmpty
            Get-Arrived $client 3 | ForEach-Object { "$($_.RemoteEndPoint.Address)" } | Should -Be '127.0.0.1', '127.0.0.1', '127.0.0.1'
        }

        It 'completes the addresses of this machine' {
            $line = 'Send-Datagram -LocalAddress '
            $completions = (TabExpansion2 $line $line.Length).CompletionMatches
            $completions.ListItemText | Should -Contain '127.0.0.1'
        }
    }

    Context 'A batch when the pipeline stops' {
        It 'is sent, as far as it has come, when it is stopped from another runspace' {
            $server = New-Socket IPv6 Datagram | Register-SocketAddress '[::1]:0' -PassThru
            $worker = Start-Worker { param($server, $to) Receive-Datagram $server -Continuous | Send-Datagram $server -RemoteEndPoint $to -BatchSize 16 } -ArgumentList $server, $to
            Send-Datagram $sender (1..21 | ForEach-Object { "m$_" }) $server.LocalEndPoint
            (Get-Arrived $receiver 16).Text | Should -Be (1..16 | ForEach-Object { "m$_" })
            Wait-WorkerBlocked $worker
            $null = Stop-Worker $worker
            $worker = $null
            (Get-Arrived $receiver 5).Text | Should -Be (17..21 | ForEach-Object { "m$_" })
        }

        It 'is sent when Select-Object ends the pipeline' {
            $sent = 1..40 | ForEach-Object { "m$_" } | Send-Datagram $sender -RemoteEndPoint $to -BatchSize 16 -PassThru | Select-Object -First 3
            $sent.Text | Should -Be 'm1', 'm2', 'm3'
            (Get-Arrived $receiver 16).Text | Should -Be (1..16 | ForEach-Object { "m$_" })
        }

        It 'is sent when a command before it fails' {
            { 1..5 | ForEach-Object { if ($_ -eq 4) { throw 'enough' } "m$_" } | Send-Datagram $sender -RemoteEndPoint $to -BatchSize 16 } | Should -Throw 'enough'
            (Get-Arrived $receiver 3).Text | Should -Be 'm1', 'm2', 'm3'
        }
    }

    Context '-PassThru' {
        It 'writes what was sent' {
            $before = [DateTimeOffset]::Now
            $sent = @(Send-Datagram $sender 'é', ([byte[]](1, 2, 3)) $to -PassThru)
            $sent.Count | Should -Be 2
            $sent[0] | Should -BeOfType PSSockets.Datagram
            $sent[0].Text | Should -Be 'é'
            $sent[0].Data | Should -Be ([byte[]](0xC3, 0xA9))
            $sent[0].Length | Should -Be 2
            $sent[0].IsTruncated | Should -BeFalse
            $sent[0].RemoteEndPoint | Should -Be $to
            [object]::ReferenceEquals($sent[0].Socket, $sender) | Should -BeTrue
            $sent[0].Timestamp | Should -BeGreaterOrEqual $before
            $sent[0].Timestamp | Should -BeLessOrEqual ([DateTimeOffset]::Now)
            $sent[1].Data | Should -Be ([byte[]](1, 2, 3))
        }

        It 'writes the peer of a connected socket as RemoteEndPoint' {
            Connect-Socket $sender $to
            (Send-Datagram $sender 'x' -PassThru).RemoteEndPoint | Should -Be $to
        }

        It 'writes nothing for what could not be sent' {
            $receiver4 = New-Socket IPv4 Datagram | Register-SocketAddress '127.0.0.1:0' -PassThru
            $sent = Send-Datagram (New-Socket IPv4 Datagram) 'a', ([byte[]]::new(65508)), 'b' $receiver4.LocalEndPoint -PassThru @quiet
            $sent.Text | Should -Be 'a', 'b'
            Assert-Failure $failures -Id MessageSize -Category LimitsExceeded
        }
    }

    Context 'Destinations that cannot be' {
        It 'needs a destination on a <Family> socket that has no peer' -ForEach @(
            @{ Family = 'IPv4' }
            @{ Family = 'IPv6' }
            @{ Family = 'Unix' }
        ) {
            Send-Datagram (New-Socket $Family Datagram) 'x' @quiet
            Assert-Failure $failures -Id DestinationAddressRequired -Category InvalidArgument
            $failures[0].Exception.Message | Should -BeLike (Format-SystemError 'send*: EDESTADDRREQ (89)*')
        }

        It 'refuses <Text>, which is not an end point' -ForEach @(
            @{ Text = '::1]:55' }
            @{ Text = 'nonsense' }
            @{ Text = '127.0.0.256:53' }
            @{ Text = '127.0.0.1:65536' }
        ) {
            Send-Datagram $sender 'x' $Text @quiet
            Assert-Failure $failures -Id InvalidEndPoint -Category InvalidArgument
            $failures[0].Exception.Message | Should -BeLike "*'$Text'*"
        }

        It 'refuses <Destination> on a socket of the family <Family>' -ForEach @(
            @{ Family = 'IPv4'; Destination = '[::1]:9' }
            @{ Family = 'IPv6'; Destination = '127.0.0.1:9' }
            @{ Family = 'IPv6'; Destination = './none.sock' }
            @{ Family = 'Unix'; Destination = '127.0.0.1:9' }
        ) {
            $other = New-Socket $Family Datagram
            Send-Datagram $other 'x' $Destination @quiet
            Assert-Failure $failures -Id AddressFamilyNotSupported -Category InvalidArgument
            $failures[0].Exception.Message | Should -BeLike (Format-SystemError 'sendto *: EAFNOSUPPORT (97)*')
            [object]::ReferenceEquals($failures[0].TargetObject, $other) | Should -BeTrue
        }

        It 'does not find a host that does not exist' {
            Send-Datagram $sender 'x' 'no-such-host.invalid:9' @quiet
            Assert-Failure $failures -Id HostNotFound -Category ObjectNotFound
            $failures[0].Exception.Message | Should -BeLike 'getaddrinfo no-such-host.invalid:9: EAI_NONAME *'
        }

        It 'refuses a broadcast address without Broadcast, and sends there with it' {
            $hearing = New-Socket IPv4 Datagram | Register-SocketAddress '127.255.255.255:0' -PassThru
            Send-Datagram (New-Socket IPv4 Datagram) 'x' $hearing.LocalEndPoint @quiet
            Assert-Failure $failures -Id AccessDenied -Category PermissionDenied
            $failures[0].Exception.Message | Should -BeLike (Format-SystemError 'sendto 127.255.255.255:*: EACCES (13)*')
            $failures[0].ErrorDetails.RecommendedAction | Should -BeLike '*Broadcast*'

            Send-Datagram (New-Socket IPv4 Datagram -Broadcast) 'to all' $hearing.LocalEndPoint
            (Get-Arrived $hearing 1).Text | Should -Be 'to all'
        }

        It 'refuses the broadcast address 255.255.255.255 without Broadcast' {
            Send-Datagram (New-Socket IPv4 Datagram) 'x' '255.255.255.255:9' @quiet
            Assert-Failure $failures -Id AccessDenied -Category PermissionDenied
        }

        It 'finds no UNIX socket where no file is' {
            Send-Datagram (New-Socket Unix Datagram) 'x' (New-TestPath) @quiet
            Assert-Failure $failures -Id AddressNotAvailable -Category ObjectNotFound
            $failures[0].Exception.Message | Should -BeLike (Format-SystemError 'sendto /*: ENOENT (2)*')
        }

        It 'needs a socket or a destination, unless received datagrams bring theirs' {
            Send-Datagram -InputObject 'x' @quiet
            Assert-Failure $failures -Id InvalidArgument -Category InvalidArgument
            $failures[0].Exception.Message | Should -BeLike '*no socket*'
        }
    }

    Context 'Without a socket' {
        It 'makes one for the call, and closes it' {
            $before = @(Get-Socket -All).Count
            $sent = @('one', 'two', 'three' | Send-Datagram -RemoteEndPoint $to -PassThru)
            $arrived = @(Get-Arrived $receiver 3)
            $arrived.Text | Should -Be 'one', 'two', 'three'
            @($arrived.RemoteEndPoint | Select-Object -Unique) | Should -HaveCount 1
            $sent[0].Socket.State | Should -Be 'Closed'
            @(Get-Socket -All).Count | Should -Be $before
        }

        It 'closes it when the pipeline is stopped' {
            $sent = 'one', 'two' | Send-Datagram -RemoteEndPoint $to -PassThru | Select-Object -First 1
            $sent.Socket.State | Should -Be 'Closed'
        }

        It 'sends <To>' -ForEach @(
            @{ To = 'over IPv4'; Bind = '127.0.0.1:0'; Family = 'IPv4' }
            @{ To = 'over IPv6'; Bind = '[::1]:0'; Family = 'IPv6' }
            @{ To = 'to an IPv4-mapped address'; Bind = '127.0.0.1:0'; Family = 'IPv4'; Mapped = $true }
        ) {
            $hearing = New-Socket $Family | Register-SocketAddress $Bind -PassThru
            $port = $hearing.LocalEndPoint.Port
            Send-Datagram -InputObject 'here' -RemoteEndPoint ($Mapped ? "[::ffff:127.0.0.1]:$port" : $hearing.LocalEndPoint)
            (Get-Arrived $hearing 1).Text | Should -Be 'here'
        }

        It 'sends to a UNIX path' {
            $path = New-TestPath -Extension sock
            $hearing = New-Socket Unix | Register-SocketAddress $path -PassThru
            'here' | Send-Datagram -RemoteEndPoint $path
            (Get-Arrived $hearing 1).Text | Should -Be 'here'
        }

        It 'may send to a broadcast address' {
            $lines = @('x' | Send-Datagram -RemoteEndPoint '127.255.255.255:9' -Verbose -ErrorVariable failures 4>&1 | ForEach-Object Message)
            $failures | Should -BeNullOrEmpty
            $lines | Should -Contain 'sendto(AF_INET, 127.255.255.255:9) = 1'
        }

        It 'sends from -LocalAddress, which says which family of a name is meant' {
            $hearing = New-Socket IPv4 | Register-SocketAddress '127.0.0.1:0' -PassThru
            'x' | Send-Datagram -RemoteEndPoint "localhost:$($hearing.LocalEndPoint.Port)" -LocalAddress 127.0.0.3
            "$((Get-Arrived $hearing 1).RemoteEndPoint.Address)" | Should -Be '127.0.0.3'
        }

        It 'reports a name that is not known for each message' {
            'x' | Send-Datagram -RemoteEndPoint 'no-such-host.invalid:9' @quiet
            $failures[0].FullyQualifiedErrorId | Should -Match '^(HostNotFound|TryAgain|NoData),'
        }

        It 'ends with one error after -TotalTimeoutSeconds' {
            $hearing = New-Socket IPv4 | Register-SocketAddress 127.0.0.1:0 -PassThru
            { [System.Linq.Enumerable]::Repeat('x', 1000000000) | Send-Datagram -RemoteEndPoint $hearing.LocalEndPoint -TotalTimeoutSeconds 0.2 } | Should -Throw -ErrorId 'TimedOut,*' -ExpectedMessage '*not everything was sent within 0.2 s of the whole call*'
        }

        It 'warns where a link-local address does not name its interface' {
            if (-not $IsLinux) {
                Set-ItResult -Skipped -Because 'it needs a network of its own, which Linux makes'
                return
            }
            $lines = @(Invoke-InNamespace @'
ip -6 address add fe80::9/64 dev lo nodad
'a', 'b' | Send-Datagram (New-Socket) -RemoteEndPoint '[fe80::1]:7' -WarningVariable warnings -WarningAction SilentlyContinue
"$($warnings.Count): $warnings"
Send-Datagram (New-Socket) 'x' '[fe80::1%lo]:7' -WarningVariable none
$bound = New-Socket | Register-SocketAddress '[fe80::9%lo]:0' -PassThru
Send-Datagram $bound 'x' '[fe80::1]:7' -WarningVariable none
"$($none.Count)"
'@)
            $lines[0] | Should -Be '1: sendto [fe80::1]:7: every network has link-local addresses, and the system chooses the interface. Name it, as in [fe80::1%eth0]:7.'
            $lines[1] | Should -Be '0'
        }

        It 'looks a name up again after -ResolveSeconds, and goes on' {
            $hearing = New-Socket | Register-SocketAddress ':0' -PassThru
            'a', 'b', 'c' | Send-Datagram -RemoteEndPoint "localhost:$($hearing.LocalEndPoint.Port)" -ResolveSeconds 0
            (Get-Arrived $hearing 3).Text | Should -Be 'a', 'b', 'c'
        }

        It 'does not take a number after the address for an encoding' {
            { Send-Datagram $sender 'hi' 127.0.0.1 7601 } | Should -Throw -ErrorId 'PositionalParameterNotFound,*'
        }
    }

    Context 'Sockets that cannot send' {
        It 'refuses a closed socket' {
            Close-Socket $sender
            Send-Datagram $sender 'x' $to @quiet
            Assert-Failure $failures -Id SocketClosed -Category InvalidOperation
            [object]::ReferenceEquals($failures[0].TargetObject, $sender) | Should -BeTrue
            $failures[0].Exception.Message | Should -BeLike (Format-SystemError 'sendto: EBADF (9)*')
        }

        It 'reports a socket that is closed between two datagrams once for each datagram after it' {
            'a', 'b', 'c' | ForEach-Object {
                if ($_ -eq 'b') {
                    Close-Socket $sender
                }
                $_
            } | Send-Datagram $sender -RemoteEndPoint $to @quiet
            (Get-Arrived $receiver 1).Text | Should -Be 'a'
            $failures.Count | Should -Be 2
            $failures[0].FullyQualifiedErrorId | Should -BeLike 'SocketClosed,*'
            $failures[0].CategoryInfo.Category | Should -Be 'InvalidOperation'
            $failures[1].FullyQualifiedErrorId | Should -BeLike 'SocketClosed,*'
        }

        It 'refuses a stream socket' {
            $stream = New-Socket IPv6 Stream
            Send-Datagram $stream 'x' $to @quiet
            Assert-Failure $failures -Id InvalidArgument -Category InvalidArgument
            [object]::ReferenceEquals($failures[0].TargetObject, $stream) | Should -BeTrue
            $failures[0].Exception.Message | Should -BeLike '*stream*'
        }
    }

    Context 'One bad item among many' {
        It 'sends 19 of 20 when the 7th is too long, <How>' -ForEach @(
            @{ How = 'piped'; Send = { param($Socket, $Messages, $To, $Quiet) $Messages | Send-Datagram $Socket -RemoteEndPoint $To @Quiet } }
            @{ How = 'in an array'; Send = { param($Socket, $Messages, $To, $Quiet) Send-Datagram $Socket $Messages $To @Quiet } }
            @{ How = 'in batches'; Send = { param($Socket, $Messages, $To, $Quiet) $Messages | Send-Datagram $Socket -RemoteEndPoint $To -BatchSize 5 @Quiet } }
            @{ How = 'in one batch'; Send = { param($Socket, $Messages, $To, $Quiet) $Messages | Send-Datagram $Socket -RemoteEndPoint $To -BatchSize 20 @Quiet } }
        ) {
            $receiver4 = New-Socket IPv4 Datagram | Register-SocketAddress '127.0.0.1:0' -PassThru
            $messages = 1..20 | ForEach-Object { $_ -eq 7 ? ('x' * 65508) : "message $_" }
            . $Send (New-Socket IPv4 Datagram) $messages $receiver4.LocalEndPoint $quiet
            Assert-Failure $failures -Id MessageSize -Category LimitsExceeded
            $failures[0].TargetObject.Length | Should -Be 65508
            (Get-Arrived $receiver4 19).Text | Should -Be ($messages | Where-Object Length -LT 100)
        }

        It 'answers the others when one sender has no name' {
            $path = New-TestPath
            $server = New-Socket Unix Datagram | Register-SocketAddress $path -PassThru
            $named = New-Socket Unix Datagram | Register-SocketAddress (New-TestPath) -PassThru
            Send-Datagram $named 'one' $path
            Send-Datagram (New-Socket Unix Datagram) 'nameless' $path
            Send-Datagram $named 'two' $path
            Receive-Datagram $server -Count 3 -TimeoutSeconds 5 | Send-Datagram @quiet
            Assert-Failure $failures -Id DestinationAddressRequired -Category InvalidArgument
            $failures[0].TargetObject.Text | Should -Be 'nameless'
            (Get-Arrived $named 2).Text | Should -Be 'one', 'two'
        }
    }

    Context 'A connected socket' {
        It 'sends to its peer' {
            Connect-Socket $sender $to
            Send-Datagram $sender 'to the peer'
            (Get-Arrived $receiver 1).Text | Should -Be 'to the peer'
        }

        It 'sends elsewhere with -RemoteEndPoint' {
            $other = New-Socket IPv6 Datagram | Register-SocketAddress '[::1]:0' -PassThru
            Connect-Socket $sender $other.LocalEndPoint
            Send-Datagram $sender 'elsewhere' $to
            (Get-Arrived $receiver 1).Text | Should -Be 'elsewhere'
            Get-Arrived $other | Should -BeNullOrEmpty
        }

        It 'learns at the next send that nobody is at the port, and reaches who comes there later' {
            Close-Socket $receiver
            Connect-Socket $sender $to
            $refused = @{}
            Wait-Until -Because 'the first datagram is refused' {
                Send-Datagram $sender 'is there anybody?' @quiet
                $refused.Failures = $failures
                $failures.Count -gt 0
            }
            $failures = $refused.Failures
            Assert-Failure $failures -Id ConnectionRefused -Category ConnectionError
            $failures[0].Exception.Message | Should -BeLike (Format-SystemError "send* ``[::1``]:$($to.Port): ECONNREFUSED (111)*")

            $late = New-Socket IPv6 Datagram | Register-SocketAddress $to -PassThru
            Send-Datagram $sender 'now'
            (Get-Arrived $late 1).Text | Should -Be 'now'
        }

        It 'learns at the next receive that nobody is at the port, and hears who comes there later' {
            Close-Socket $receiver
            Connect-Socket $sender $to
            Send-Datagram $sender 'is there anybody?'
            Receive-Datagram $sender -TimeoutSeconds 5 @quiet
            Assert-Failure $failures -Id ConnectionRefused -Category ConnectionError
            $failures[0].Exception.Message | Should -BeLike (Format-SystemError "recvfrom ``[::1``]:$($to.Port): ECONNREFUSED (111)*")
            [object]::ReferenceEquals($failures[0].TargetObject, $sender) | Should -BeTrue

            $late = New-Socket IPv6 Datagram | Register-SocketAddress $to -PassThru
            Send-Datagram $late 'here I am' $sender.LocalEndPoint
            (Get-Arrived $sender 1).Text | Should -Be 'here I am'
        }
    }

    Context 'A piped Datagram' {
        It 'answers its sender over <Family><Kind>' -ForEach @(
            @{ Family = 'IPv4'; Local = { '127.0.0.1:0' } }
            @{ Family = 'IPv6'; Local = { '[::1]:0' } }
            @{ Family = 'Unix'; Local = { New-TestPath }; Kind = ' with paths' }
            @{ Family = 'Unix'; Kind = ' with abstract names'; Local = { "@pssockets-$([guid]::NewGuid())" } }
        ) {
            $server = New-Socket $Family Datagram | Register-SocketAddress (& $Local) -PassThru
            $client = New-Socket $Family Datagram | Register-SocketAddress (& $Local) -PassThru
            Send-Datagram $client 'question' $server.LocalEndPoint
            Receive-Datagram $server -TimeoutSeconds 5 | Send-Datagram
            $answer = Get-Arrived $client 1
            $answer.Text | Should -Be 'question'
            "$($answer.RemoteEndPoint)" | Should -Be "$($server.LocalEndPoint)"
        }

        It 'answers as -InputObject too' {
            Send-Datagram $sender 'question' $to
            $question = Receive-Datagram $receiver -TimeoutSeconds 5
            Send-Datagram -InputObject $question
            (Get-Arrived $sender 1).Text | Should -Be 'question'
        }

        It 'answers an IPv4 sender of a dual-mode socket' {
            $server = New-Socket | Register-SocketAddress '127.0.0.1:0' -PassThru
            $client = New-Socket IPv4 Datagram
            Send-Datagram $client 'question' "127.0.0.1:$($server.LocalEndPoint.Port)"
            Receive-Datagram $server -TimeoutSeconds 5 | Send-Datagram
            (Get-Arrived $client 1).Text | Should -Be 'question'
        }

        It 'is forwarded with -Socket and -RemoteEndPoint' {
            $proxy = New-Socket IPv6 Datagram | Register-SocketAddress '[::1]:0' -PassThru
            $onward = New-Socket IPv6 Datagram
            Send-Datagram $sender 'forward me' $proxy.LocalEndPoint
            Receive-Datagram $proxy -TimeoutSeconds 5 | Send-Datagram -Socket $onward -RemoteEndPoint $to
            $arrived = Get-Arrived $receiver 1
            $arrived.Text | Should -Be 'forward me'
            $arrived.RemoteEndPoint.Port | Should -Be $onward.LocalEndPoint.Port
            Get-Arrived $sender | Should -BeNullOrEmpty
        }

        It 'is forwarded through its own socket with -RemoteEndPoint alone' {
            $proxy = New-Socket IPv6 Datagram | Register-SocketAddress '[::1]:0' -PassThru
            Send-Datagram $sender 'forward me' $proxy.LocalEndPoint
            Receive-Datagram $proxy -TimeoutSeconds 5 | Send-Datagram -RemoteEndPoint $to
            $arrived = Get-Arrived $receiver 1
            $arrived.Text | Should -Be 'forward me'
            $arrived.RemoteEndPoint | Should -Be $proxy.LocalEndPoint
        }

        It 'is forwarded to the peer of a connected -Socket' {
            $proxy = New-Socket IPv6 Datagram | Register-SocketAddress '[::1]:0' -PassThru
            $onward = New-Socket IPv6 Datagram | Connect-Socket $to -PassThru
            Send-Datagram $sender 'forward me' $proxy.LocalEndPoint
            Receive-Datagram $proxy -TimeoutSeconds 5 | Send-Datagram -Socket $onward
            (Get-Arrived $receiver 1).RemoteEndPoint | Should -Be $onward.LocalEndPoint
        }

        It 'keeps its bytes whatever the encoding' {
            Send-Datagram $sender ([byte[]](0xFF, 0xFE, 0x00)) $to
            Receive-Datagram $receiver -TimeoutSeconds 5 | Send-Datagram -Encoding ascii
            (Get-Arrived $sender 1).Data | Should -Be ([byte[]](0xFF, 0xFE, 0x00))
        }

        It 'cannot answer a UNIX sender without a name' {
            $server = New-Socket Unix Datagram | Register-SocketAddress (New-TestPath) -PassThru
            Send-Datagram (New-Socket Unix Datagram) 'nameless' $server.LocalEndPoint
            $question = Receive-Datagram $server -TimeoutSeconds 5
            $question | Send-Datagram @quiet
            Assert-Failure $failures -Id DestinationAddressRequired -Category InvalidArgument
            [object]::ReferenceEquals($failures[0].TargetObject, $question) | Should -BeTrue
            $failures[0].Exception.Message | Should -BeLike '*no name*'
        }
    }

    # A UNIX socket whose queue is full makes the sender wait, which UDP never does.
    Context 'A full queue: <Name>' -ForEach @(
        @{
            Name        = 'with an address'
            Open        = { param($Server) @{ Socket = New-Socket Unix Datagram; Destination = @{ RemoteEndPoint = $Server.LocalEndPoint } } }
        }
        @{
            Name        = 'connected'
            Open        = { param($Server) @{ Socket = New-Socket Unix Datagram | Connect-Socket $Server.LocalEndPoint -PassThru; Destination = @{} } }
        }
    ) {
        BeforeEach {
            $server = New-Socket Unix Datagram | Register-SocketAddress (New-TestPath) -PassThru
            $client = & $Open $server
            $destination = $client.Destination
            $fillers = Send-UntilFull $client.Socket $destination
            $waiting = Get-WaitingCount
            $block = {
                param($Client, $Destination)
                Send-Datagram $Client 'waiting' @Destination
            }
        }

        It 'ends with TimedOut when -TimeoutSeconds have passed' {
            foreach ($try in 1..10) {
                $clock = [System.Diagnostics.Stopwatch]::StartNew()
                Send-Datagram $client.Socket 'too much' @destination -TimeoutSeconds 0.2 @quiet
                $seconds = $clock.Elapsed.TotalSeconds
                if ($seconds -lt 0.4) {
                    break # else the machine may be busy with something else
                }
            }
            Assert-Failure $failures -Id TimedOut -Category OperationTimeout
            $failures[0].Exception.Message | Should -BeLike (Format-SystemError 'send* ETIMEDOUT (110)*queue*')
            $failures[0].TargetObject.Text | Should -Be 'too much'
            $seconds | Should -BeGreaterOrEqual 0.2
            $seconds | Should -BeLessThan 0.4
            (Get-Arrived $server $fillers).Count | Should -Be $fillers
        }

        It 'waits until there is room' {
            $worker = Start-Worker $block -ArgumentList $client.Socket, $destination
            Wait-Until { (Get-WaitingCount) -gt $waiting }
            $arrived = @(Receive-Datagram $server -Count ($fillers + 1) -TimeoutSeconds 5)
            $arrived[-1].Text | Should -Be 'waiting'
            (Wait-Worker $worker).Errors | Should -BeNullOrEmpty
            $worker = $null
        }

        It 'is stopped within 100 ms, without an error, and the socket stays usable' {
            $worker = Start-Worker $block -ArgumentList $client.Socket, $destination
            Assert-WorkerStop $worker -Ready { Wait-Until { (Get-WaitingCount) -gt $waiting } }
            $worker = $null

            (Get-Arrived $server $fillers).Text | Should -Not -Contain 'waiting'
            Send-Datagram $client.Socket 'afterwards' @destination
            (Get-Arrived $server 1).Text | Should -Be 'afterwards'
        }
    }

    Context 'A full queue of a pair' {
        It 'ends with TimedOut, and the socket stays usable' {
            $one, $two = New-SocketPair Datagram
            $fillers = Send-UntilFull $one @{}
            Send-Datagram $one 'too much' -TimeoutSeconds 0.05 @quiet
            Assert-Failure $failures -Id TimedOut -Category OperationTimeout
            (Get-Arrived $two $fillers).Count | Should -Be $fillers
            Send-Datagram $one 'afterwards'
            (Get-Arrived $two 1).Text | Should -Be 'afterwards'
        }
    }
}
