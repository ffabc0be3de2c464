BeforeAll {
    . $PSScriptRoot/../helpers/Common.ps1
    . $PSScriptRoot/../helpers/Tls.ps1
}

Describe 'Join-Socket' {
    BeforeEach {
        $client, $left = Open-Connection
        $server, $right = Open-Connection
        $quiet = @{ ErrorVariable = 'failures'; ErrorAction = 'SilentlyContinue' }
        $worker = $null
    }

    AfterEach {
        $worker | Where-Object { $_ } | ForEach-Object { $null = Stop-Worker $_ -AllowEnded }
        Get-Socket | Close-Socket
    }

    Context 'Both ways' {
        It 'copies until both have ended, hands each end on, and writes nothing' {
            $worker = Start-Worker { param($One, $Other) Join-Socket $One $Other } -ArgumentList $left, $right
            Send-SocketData $client 'question'
            Disconnect-Socket $client -Direction Send
            Receive-SocketData $server -ToEnd -TimeoutSeconds 10 -AsText | Should -Be 'question'
            Send-SocketData $server 'answer'
            Disconnect-Socket $server -Direction Send
            Receive-SocketData $client -ToEnd -TimeoutSeconds 10 -AsText | Should -Be 'answer'
            $result = Wait-Worker $worker
            $worker = $null
            $result.Output | Should -BeNullOrEmpty
            $result.Errors | Should -BeNullOrEmpty
            $left.State, $right.State | Should -Not -Contain 'Closed' -Because 'it closes neither'
        }

        It 'takes the socket from the pipeline' {
            Send-SocketData $client 'piped'
            $client, $server | Disconnect-Socket -Direction Send
            $left | Join-Socket -OtherSocket $right
            Receive-SocketData $server -ToEnd -TimeoutSeconds 10 -AsText | Should -Be 'piped'
        }

        It 'joins a UNIX stream and a TLS stream' {
            $certificate = New-SocketCertificate -DnsName localhost
            $near, $far = New-SocketPair
            $tls = New-TlsPair $certificate
            $worker = Start-Worker { param($One, $Other) Join-Socket $One $Other } -ArgumentList $far, $tls.Socket
            $data = [byte[]]::new(1MB)
            [System.Random]::new(7).NextBytes($data)
            $sender = Start-Worker { param($Socket, $Data) Send-SocketData $Socket $Data; Disconnect-Socket $Socket -Direction Send } -ArgumentList $near, $data
            $received = [System.IO.MemoryStream]::new()
            $tls.Stream.CopyToAsync($received).Wait(30000) | Should -BeTrue -Because 'close_notify is the end'
            [System.Linq.Enumerable]::SequenceEqual($received.ToArray(), $data) | Should -BeTrue
            (Wait-Worker $sender).Errors | Should -BeNullOrEmpty
            $tls.Stream.Write([byte[]](1, 2, 3))
            $tls.Stream.ShutdownAsync().Wait()
            $tls.Other.Shutdown('Send')
            (Receive-SocketData $near -ToEnd -TimeoutSeconds 10).Data | Should -Be 1, 2, 3
            $result = Wait-Worker $worker
            $worker = $null
            $result.Errors | Should -BeNullOrEmpty
            $result.Warnings | Should -BeNullOrEmpty
        }

        It 'joins two TLS streams' {
            $certificate = New-SocketCertificate -DnsName localhost
            $one = New-TlsPair $certificate
            $two = New-TlsPair $certificate -AsServer
            $worker = Start-Worker { param($One, $Other) Join-Socket $One $Other } -ArgumentList $one.Socket, $two.Socket
            $data = [byte[]]::new(2MB)
            [System.Random]::new(8).NextBytes($data)
            $received = [byte[]]::new($data.Length)
            $writing = $one.Stream.WriteAsync($data, 0, $data.Length)
            $two.Stream.ReadExactlyAsync($received, 0, $received.Length).AsTask().Wait(30000) | Should -BeTrue
            $writing.Wait(10000) | Should -BeTrue
            [System.Linq.Enumerable]::SequenceEqual($received, $data) | Should -BeTrue
            $one, $two | ForEach-Object { $_.Stream.ShutdownAsync().Wait() }
            (Wait-Worker $worker).Errors | Should -BeNullOrEmpty
            $worker = $null
        }
    }

    Context '-PassThru' {
        It 'writes each piece with the socket that it came from, its peer and the time' {
            $before = [datetimeoffset]::Now
            Send-SocketData $client 'GET'
            Send-SocketData $server '200'
            $client, $server | Disconnect-Socket -Direction Send
            $pieces = Join-Socket $left $right -PassThru | Sort-Object Text -Descending
            $pieces | Should -HaveCount 2
            $pieces[0] | Should -BeOfType PSSockets.SocketData
            $pieces.Text | Should -Be 'GET', '200'
            [object]::ReferenceEquals($pieces[0].Socket, $left) | Should -BeTrue
            [object]::ReferenceEquals($pieces[1].Socket, $right) | Should -BeTrue
            "$($pieces[0].RemoteEndPoint)" | Should -Be "$($client.LocalEndPoint)"
            $pieces[0].Timestamp | Should -BeGreaterOrEqual $before
            $pieces[0].Timestamp | Should -BeLessOrEqual ([datetimeoffset]::Now)
        }

        It 'reads text with -Encoding' {
            Send-SocketData $client ([byte[]](0xE9))
            $client, $server | Disconnect-Socket -Direction Send
            (Join-Socket $left $right -PassThru -Encoding latin1).Text | Should -Be 'é'
        }

        It 'goes into a file of Export-Clixml' {
            Send-SocketData $client 'kept'
            $client, $server | Disconnect-Socket -Direction Send
            $path = New-TestPath -Extension xml
            Join-Socket $left $right -PassThru | Export-Clixml -LiteralPath $path
            $back = Import-Clixml -LiteralPath $path
            $back.Text | Should -Be 'kept'
            $back.Data | Should -Be ([byte[]][char[]]'kept')
            $back.Timestamp.UtcDateTime | Should -BeOfType datetime
        }

        It 'lets the reader answer a side itself' {
            Send-SocketData $client 'ping'
            $client, $server | Disconnect-Socket -Direction Send
            Join-Socket $left $right -PassThru | ForEach-Object { Send-SocketData $_.Socket "seen $($_.Text)" }
            Receive-SocketData $client -ToEnd -TimeoutSeconds 10 -AsText | Should -Be 'seen ping'
        }

        It 'ends with Select-Object -First 1, and the sockets go on with what has not passed' {
            Send-SocketData $client 'first'
            $worker = Start-Worker { param($One, $Other) Join-Socket $One $Other -PassThru | Select-Object -First 1 } -ArgumentList $left, $right
            (Wait-Worker $worker).Output.Text | Should -Be 'first'
            $worker = $null
            Receive-SocketData $server -Length 5 -TimeoutSeconds 10 -AsText | Should -Be 'first'
            Send-SocketData $client 'second'
            Receive-SocketData $left -Length 6 -TimeoutSeconds 10 -AsText | Should -Be 'second'
        }
    }

    Context 'How it ends early' {
        It 'is stopped at once, and both sockets are usable' {
            Assert-WorkerStop (Start-Worker { param($One, $Other) Join-Socket $One $Other } -ArgumentList $left, $right)
            Send-SocketData $client 'still'
            Receive-SocketData $left -Length 5 -TimeoutSeconds 10 -AsText | Should -Be 'still'
            Send-SocketData $right 'here'
            Receive-SocketData $server -Length 4 -TimeoutSeconds 10 -AsText | Should -Be 'here'
        }

        It 'is the error TimedOut when nothing passes' {
            Join-Socket $left $right -TimeoutSeconds 0.1 @quiet
            Assert-Failure $failures -Id TimedOut -Category OperationTimeout
            $failures[0].Exception.Message | Should -BeLike "*$($client.LocalEndPoint)*$($server.LocalEndPoint)*nothing passed within 0.1 s"
        }

        It 'is the error TimedOut after -TotalTimeoutSeconds, though something passes' {
            $sender = Start-Worker { param($Client) [System.Linq.Enumerable]::Repeat("line", 1000000000) | Send-SocketData $Client -NewLine } -ArgumentList $client
            $reader = Start-Worker { param($Server) Receive-SocketData $Server -Line -Continuous | Measure-Object } -ArgumentList $server
            Join-Socket $left $right -TotalTimeoutSeconds 0.3 @quiet
            Assert-Failure $failures -Id TimedOut -Category OperationTimeout
            $failures[0].Exception.Message | Should -BeLike '*the streams were not over within 0.3 s of the whole call*'
            $null = Stop-Worker $sender
            Close-Socket $right
            $null = Wait-Worker $reader
        }

        It 'names the peer that reset, after everything that came before has passed' {
            Send-SocketData $client 'last words'
            $peer = "$($client.LocalEndPoint)"
            Set-SocketOption $client Linger 0
            Close-Socket $client
            Join-Socket $left $right @quiet
            Assert-Failure $failures -Id ConnectionReset -Category ConnectionError
            $failures[0].Exception.Message | Should -BeLike "*$peer*"
            Receive-SocketData $server -Length 10 -TimeoutSeconds 10 -AsText | Should -Be 'last words'
        }

        It 'is the error SocketClosed of a closed socket' {
            Close-Socket $right
            Join-Socket $left $right @quiet
            Assert-Failure $failures -Id SocketClosed -Category InvalidOperation
        }

        It 'refuses <Name>' -ForEach @(
            @{ Name = 'a listener'; Open = { Start-SocketListener '127.0.0.1:0' } }
            @{ Name = 'a socket that is bound'; Open = { New-Socket IPv4 Stream | Register-SocketAddress '127.0.0.1:0' -PassThru } }
            @{ Name = 'a new socket'; Open = { New-Socket IPv4 Stream } }
        ) {
            Join-Socket $left (& $Open) @quiet
            Assert-Failure $failures -Id NotConnected -Category InvalidOperation
        }

        It 'refuses a socket that carries messages' {
            Join-Socket $left (New-Socket IPv4 Datagram) @quiet
            Assert-Failure $failures -Id NotSupported -Category NotImplemented
        }

        It 'refuses the same socket twice' {
            Join-Socket $left $left @quiet
            Assert-Failure $failures -Id InvalidArgument -Category InvalidArgument
        }

        It 'refuses a stream that was broken' {
            $near, $far = New-StreamPair
            Send-SocketData $far ([byte[]]::new(64MB)) -TimeoutSeconds 0.1 -ErrorAction SilentlyContinue
            Send-SocketData $client 'for nobody'
            $client, $near | Disconnect-Socket -Direction Send
            Join-Socket $left $far @quiet
            Assert-Failure $failures -Id StreamBroken -Category ConnectionError
            Receive-SocketData $left -ToEnd -TimeoutSeconds 10 -AsText | Should -Be 'for nobody'
        }
    }

    Context '-Verbose' {
        It 'shows the calls and, at the end, how much has passed' {
            Send-SocketData $client 'four'
            $client, $server | Disconnect-Socket -Direction Send
            $lines = @(Join-Socket $left $right -Verbose 4>&1 | ForEach-Object Message)
            $lines | Should -Contain "recv(AF_INET, $($client.LocalEndPoint)) = 4"
            $lines[-1] | Should -Be "join: 4 bytes from $($client.LocalEndPoint), 0 bytes from $($server.LocalEndPoint)"
        }
    }
}
