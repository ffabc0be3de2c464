Describe 'Protect-Socket' {
    BeforeAll {
        . "$PSScriptRoot/../helpers/Common.ps1"
        . "$PSScriptRoot/../helpers/Tls.ps1"

        # Where no key can be made, what needs none is tested all the same.
        $certificate = try { New-SocketCertificate } catch { "$_" | Out-Host }
        $command = 'PSSockets.Commands.ProtectSocketCommand'

        # One read of the other side, as text.
        function Read-Text {
            param($Stream)

            $buffer = [byte[]]::new(65536)
            $task = $Stream.ReadAsync($buffer, 0, $buffer.Length)
            $task.Wait(10000) | Should -BeTrue
            [System.Text.Encoding]::UTF8.GetString($buffer, 0, $task.Result)
        }

        function Write-Text {
            param($Stream, [string] $Text)

            $bytes = [System.Text.Encoding]::UTF8.GetBytes($Text)
            $Stream.Write($bytes, 0, $bytes.Length)
        }

        # What Protect-Socket says to a server with this certificate.
        function Get-Rejection {
            param($Certificate, [hashtable] $Parameter)

            $ours, $far = New-TcpPair
            $script:other = $far
            $raw = Start-RawTlsServer $far $Certificate
            Protect-Socket $ours -TimeoutSeconds 10 @Parameter -ErrorVariable failure -ErrorAction SilentlyContinue
            $null = try { $raw.Handshake.Wait(10000) } catch { $_ }
            $failure[0]
        }
    }

    AfterEach {
        Get-Socket | Close-Socket
        if ($other) {
            $other.Dispose()
        }
    }

    Context 'sessions' {
        It 'is a client of <Protocol>' -ForEach @{ Protocol = 'Tls12' }, @{ Protocol = 'Tls13' } {
            $pair = New-TlsPair $certificate -Parameter @{ SslProtocol = $Protocol }
            $other = $pair.Other

            Send-SocketData $pair.Socket 'ping'
            Read-Text $pair.Stream | Should -Be 'ping'
            Write-Text $pair.Stream "pong`n"
            Receive-SocketData $pair.Socket -Line -TimeoutSeconds 5 | Should -Be 'pong'

            $tls = $pair.Socket.Tls
            "$($tls.Protocol)" | Should -Be $Protocol
            $tls.CipherSuite | Should -BeLike 'TLS_*'
            $tls.TargetHost | Should -Be 'localhost'
            $tls.RemoteCertificate.Thumbprint | Should -Be $certificate.Thumbprint
            $tls.LocalCertificate | Should -BeNullOrEmpty
            $tls.IsServer | Should -BeFalse
            $tls.CertificateErrors | Should -BeNullOrEmpty
            $tls.ApplicationProtocol | Should -BeNullOrEmpty
        }

        It 'is a server of <Protocol>' -ForEach @{ Protocol = 'Tls12' }, @{ Protocol = 'Tls13' } {
            $pair = New-TlsPair $certificate -AsServer -Parameter @{ SslProtocol = $Protocol }
            $other = $pair.Other

            Write-Text $pair.Stream 'ping'
            Receive-SocketData $pair.Socket -AsText -TimeoutSeconds 5 | Should -Be 'ping'
            Send-SocketData $pair.Socket 'pong'
            Read-Text $pair.Stream | Should -Be 'pong'

            $tls = $pair.Socket.Tls
            "$($tls.Protocol)" | Should -Be $Protocol
            $tls.IsServer | Should -BeTrue
            $tls.LocalCertificate.Thumbprint | Should -Be $certificate.Thumbprint
            $tls.TargetHost | Should -BeNullOrEmpty
        }

        It 'protects both ends of a UNIX socket pair' {
            $one, $two = New-SocketPair
            $worker = Start-Worker { param($Socket, $Certificate) Protect-Socket $Socket -AsServer -Certificate $Certificate -TimeoutSeconds 10 } -ArgumentList $two, $certificate

            Protect-Socket $one localhost -TrustedCertificate $certificate -TimeoutSeconds 10
            $null = Wait-Worker $worker

            Send-SocketData $one 'through' -NewLine
            Receive-SocketData $two -Line -TimeoutSeconds 5 | Should -Be 'through'
        }

        It 'writes nothing, and the socket with -PassThru; the table and Tls tell of it' {
            $ours, $other = New-TcpPair
            $ours.Tls | Should -BeNullOrEmpty
            $raw = Start-RawTlsServer $other $certificate

            $written = $ours | Protect-Socket -TargetHost localhost -TrustedCertificate $certificate -TimeoutSeconds 10 -PassThru

            $null = $raw.Handshake.Wait(10000)
            [object]::ReferenceEquals($written, $ours) | Should -BeTrue
            Get-Socket | Out-String | Should -BeLike '* TLS *'
            $ours.Tls | Out-String | Should -BeLike '*RemoteCertificate*CN=localhost*self-signed*'
        }

        It 'asks for the name that the socket was connected by' {
            $listener = Start-SocketListener -LocalEndPoint 127.0.0.1:0
            $ours = Connect-Socket "localhost:$($listener.LocalEndPoint.Port)" -TimeoutSeconds 5
            $server = Receive-SocketConnection $listener -TimeoutSeconds 5
            $raw = Start-RawTlsServer $server $certificate

            $ours | Protect-Socket -TrustedCertificate $certificate -TimeoutSeconds 10

            $null = $raw.Handshake.Wait(10000)
            $ours.Tls.TargetHost | Should -Be 'localhost'
            $raw.Stream.TargetHostName | Should -Be 'localhost'
        }

        It 'checks the address where there was no name' {
            $ours, $other = New-TcpPair
            $raw = Start-RawTlsServer $other $certificate

            $ours | Protect-Socket -TrustedCertificate $certificate -TimeoutSeconds 10

            $null = $raw.Handshake.Wait(10000)
            $ours.Tls.TargetHost | Should -Be '127.0.0.1'
        }

        It 'agrees on a protocol (ALPN)' {
            $list = [System.Collections.Generic.List[System.Net.Security.SslApplicationProtocol]] @('http/1.1')
            $pair = New-TlsPair $certificate -Option @{ ApplicationProtocols = $list } -Parameter @{ ApplicationProtocol = 'h2', 'http/1.1' }
            $other = $pair.Other

            $pair.Socket.Tls.ApplicationProtocol | Should -Be 'http/1.1'
        }

        It 'goes on without an application protocol where the server knows none' {
            $pair = New-TlsPair $certificate -Parameter @{ ApplicationProtocol = 'h2' }
            $other = $pair.Other

            $pair.Socket.Tls.ApplicationProtocol | Should -BeNullOrEmpty
            Send-SocketData $pair.Socket 'ping'
            Read-Text $pair.Stream | Should -Be 'ping'
        }

        It 'asks for <Name> as <Asked>, and takes the certificate of <For>' -ForEach @(
            @{ Name = '127.0.0.1'; Asked = 'no name'; For = 'it'; Sni = ''; Shown = '127.0.0.1' }
            @{ Name = '[::1]'; Asked = 'no name'; For = 'it'; Sni = ''; Shown = '[::1]' }
            @{ Name = 'localhost.'; Asked = 'localhost'; For = 'it'; Sni = 'localhost'; Shown = 'localhost' }
            @{ Name = 'bücher.example'; Asked = 'xn--bcher-kva.example'; For = 'bücher.example'; Sni = 'bücher.example'; Shown = 'bücher.example' }
            @{ Name = 'www.bücher.example'; Asked = 'www.xn--bcher-kva.example'; For = '*.bücher.example'; Sni = 'www.bücher.example'; Shown = 'www.bücher.example' }
        ) {
            $served = $For -eq 'it' ? $certificate : (New-SocketCertificate $For)
            $ours, $other = New-TcpPair
            $raw = Start-RawTlsServer $other $served

            Protect-Socket $ours $Name -TrustedCertificate $served -TimeoutSeconds 10 -ErrorAction Stop

            $null = $raw.Handshake.Wait(10000)
            # .NET turns such names back into what they stand for.
            $raw.Stream.TargetHostName | Should -BeExactly $Sni
            $ours.Tls.TargetHost | Should -BeExactly $Shown
        }

        It 'begins after plain lines: STARTTLS' {
            $ours, $other = New-TcpPair
            $null = $other.Send([byte[]][char[]]"220 ready`r`n")
            Receive-SocketData $ours -Line -TimeoutSeconds 5 | Should -Be '220 ready'
            Send-SocketData $ours 'STARTTLS' -NewLine
            $null = $other.Receive([byte[]]::new(64))
            $raw = Start-RawTlsServer $other $certificate

            Protect-Socket $ours localhost -TrustedCertificate $certificate -TimeoutSeconds 10

            $null = $raw.Handshake.Wait(10000)
            Send-SocketData $ours 'secret'
            Read-Text $raw.Stream | Should -Be 'secret'
        }

        It 'begins within the pipeline that reads the plain lines' {
            $ours, $other = New-TcpPair
            $null = $other.Send([byte[]][char[]]"STARTTLS`n")
            $raw = $null

            $lines = Receive-SocketData $ours -Line -Count 2 -TimeoutSeconds 5 | ForEach-Object {
                if ($_ -eq 'STARTTLS') {
                    $raw = Start-RawTlsClient $other $certificate
                    Protect-Socket $ours -AsServer -Certificate $certificate -TimeoutSeconds 10
                    $null = $raw.Handshake.Wait(10000)
                    Write-Text $raw.Stream "secret`n"
                }
                $_
            }

            $lines | Should -Be 'STARTTLS', 'secret'
        }
    }

    Context 'the stream' {
        It 'reads frames by <Name>, however the records are cut' -ForEach @(
            @{ Name = 'line'; Parameter = @{ Line = $true }; Wire = "one`r`ntwo`nthree`n"; Expected = 'one', 'two', 'three' }
            @{ Name = 'length'; Parameter = @{ Length = 4; AsText = $true }; Wire = 'aaaabbbbcccc'; Expected = 'aaaa', 'bbbb', 'cccc' }
            @{ Name = 'delimiter'; Parameter = @{ Delimiter = '::'; AsText = $true }; Wire = 'a::bb::ccc::'; Expected = 'a', 'bb', 'ccc' }
            @{ Name = 'several delimiters'; Parameter = @{ Delimiter = '::', ';'; AsText = $true }; Wire = 'a;bb::ccc;'; Expected = 'a', 'bb', 'ccc' }
            @{ Name = 'match'; Parameter = @{ Match = '\d> '; AsText = $true }; Wire = 'a1> bb2> ccc3> '; Expected = 'a1> ', 'bb2> ', 'ccc3> ' }
            @{ Name = 'prefix'; Parameter = @{ LengthPrefix = 1; AsText = $true }; Wire = "`u{1}a`u{2}bb`u{3}ccc"; Expected = 'a', 'bb', 'ccc' }
            @{ Name = 'format'; Parameter = @{ Format = 'Length:8', 'Text:[Length]'; AsText = $true }; Wire = "`u{1}a`u{2}bb`u{3}ccc"; Expected = "`u{1}a", "`u{2}bb", "`u{3}ccc" }
        ) {
            $pair = New-TlsPair $certificate
            $other = $pair.Other
            # A record for each byte, and then all in one.
            $Wire.ToCharArray() | ForEach-Object { Write-Text $pair.Stream "$_" }
            Write-Text $pair.Stream $Wire

            Receive-SocketData $pair.Socket @Parameter -Count 3 -TimeoutSeconds 5 | Should -Be $Expected
            1..3 | ForEach-Object { Receive-SocketData $pair.Socket @Parameter -TimeoutSeconds 5 } | Should -Be $Expected
        }

        It 'reads frames by <Name> that are longer than a record' -ForEach @(
            @{ Name = 'line'; Parameter = @{ Line = $true }; Before = ''; After = "`n"; IsInside = $false }
            @{ Name = 'length'; Parameter = @{ Length = 40000; AsText = $true }; Before = ''; After = ''; IsInside = $false }
            @{ Name = 'delimiter'; Parameter = @{ Delimiter = '::'; AsText = $true }; Before = ''; After = '::'; IsInside = $false }
            @{ Name = 'match'; Parameter = @{ Match = '\d> '; AsText = $true }; Before = ''; After = '7> '; IsInside = $true }
            @{ Name = 'prefix'; Parameter = @{ LengthPrefix = 4; AsText = $true }; Before = "`0`0`u{9C}@"; After = ''; IsInside = $false }
            @{ Name = 'format'; Parameter = @{ Format = 'Length:32', 'Text:[Length]'; AsText = $true; Encoding = 'latin1' }; Before = "`0`0`u{9C}@"; After = ''; IsInside = $true }
        ) {
            $pair = New-TlsPair $certificate
            $other = $pair.Other
            $frame = "$Before$('x' * 40000)$After"
            $expected = $IsInside ? $frame : 'x' * 40000
            $bytes = [System.Text.Encoding]::Latin1.GetBytes($frame * 2 + 'rest')
            # Records of 16 KiB, as many as it takes.
            $null = $pair.Stream.WriteAsync($bytes, 0, $bytes.Length)

            (Receive-SocketData $pair.Socket -Peek -TimeoutSeconds 5).Data[0..3] | Should -Be $bytes[0..3]
            $got = @(Receive-SocketData $pair.Socket @Parameter -Count 2 -TimeoutSeconds 5)

            $got.Count | Should -Be 2
            $got[0] -ceq $expected | Should -BeTrue
            $got[1] -ceq $expected | Should -BeTrue
            Receive-SocketData $pair.Socket -Length 4 -AsText -TimeoutSeconds 5 | Should -BeExactly 'rest'
        }

        It 'moves a file each way' {
            $bytes = [byte[]]::new(3MB)
            [System.Random]::new(1).NextBytes($bytes)
            [System.IO.File]::WriteAllBytes("$TestDrive/in", $bytes)
            $one, $two = New-SocketPair
            $worker = Start-Worker {
                param($Socket, $Certificate, $Path)
                Protect-Socket $Socket -AsServer -Certificate $Certificate -TimeoutSeconds 10
                Send-SocketData $Socket -Path $Path
                Disconnect-Socket $Socket -Direction Send
                Receive-SocketData $Socket -OutFile "$Path.back"
            } -ArgumentList $two, $certificate, "$TestDrive/in"
            Protect-Socket $one localhost -TrustedCertificate $certificate -TimeoutSeconds 10

            Receive-SocketData $one -OutFile "$TestDrive/out" -TimeoutSeconds 20 -WarningVariable warnings
            Send-SocketData $one -Path "$TestDrive/out"
            Close-Socket $one
            $null = Wait-Worker $worker

            $warnings | Should -BeNullOrEmpty
            (Get-FileHash "$TestDrive/out").Hash | Should -Be (Get-FileHash "$TestDrive/in").Hash
            (Get-FileHash "$TestDrive/in.back").Hash | Should -Be (Get-FileHash "$TestDrive/in").Hash
        }

        It 'moves 64 MiB each way at the same time' {
            $size = 64MB
            $sent = @(foreach ($seed in 1, 2) {
                    $bytes = [byte[]]::new($size)
                    [System.Random]::new($seed).NextBytes($bytes)
                    , $bytes
                })
            $one, $two = New-SocketPair
            $server = Start-Worker { param($Socket, $Certificate) Protect-Socket $Socket -AsServer -Certificate $Certificate -TimeoutSeconds 10 } -ArgumentList $two, $certificate
            Protect-Socket $one localhost -TrustedCertificate $certificate -TimeoutSeconds 10
            $null = Wait-Worker $server
            $send = { param($Socket, $Data) Send-SocketData $Socket $Data -TimeoutSeconds 30; Disconnect-Socket $Socket -Direction Send }
            $receive = { param($Socket) [Convert]::ToHexString([System.Security.Cryptography.SHA256]::HashData((Receive-SocketData $Socket -ToEnd -AsByteArray -TimeoutSeconds 30))) }
            $workers = @(
                Start-Worker $send -ArgumentList $one, $sent[0]
                Start-Worker $send -ArgumentList $two, $sent[1]
                Start-Worker $receive -ArgumentList $one
                Start-Worker $receive -ArgumentList $two
            )

            $results = @($workers | ForEach-Object { Wait-Worker $_ -TimeoutSeconds 60 })

            $results.Errors | Should -BeNullOrEmpty
            $results[3].Output | Should -Be ([Convert]::ToHexString([System.Security.Cryptography.SHA256]::HashData($sent[0])))
            $results[2].Output | Should -Be ([Convert]::ToHexString([System.Security.Cryptography.SHA256]::HashData($sent[1])))
        }

        It 'shows with -Peek, and leaves' {
            $pair = New-TlsPair $certificate
            $other = $pair.Other
            Write-Text $pair.Stream 'abc'

            Receive-SocketData $pair.Socket -Peek -AsText -TimeoutSeconds 5 | Should -Be 'abc'
            Write-Text $pair.Stream 'def'
            Wait-Until { (Receive-SocketData $pair.Socket -Peek -AsText -TimeoutSeconds 5) -eq 'abcdef' }
            Receive-SocketData $pair.Socket -Length 6 -AsText -TimeoutSeconds 5 | Should -Be 'abcdef'
        }

        It 'counts decrypted bytes as readable, and tickets not' {
            # Our client gets the server's tickets first.
            $pair = New-TlsPair $certificate -Parameter @{ SslProtocol = 'Tls13' }
            $other = $pair.Other
            Wait-Until { $pair.Socket.Available -gt 0 } -Because 'the tickets have come'
            Wait-Socket $pair.Socket -TimeoutSeconds 0.1 | Should -BeNullOrEmpty

            Write-Text $pair.Stream "one`ntwo`n"
            Wait-Socket $pair.Socket -TimeoutSeconds 5 | Should -Not -BeNullOrEmpty
            Receive-SocketData $pair.Socket -Line -TimeoutSeconds 5 | Should -Be 'one'
            Wait-Socket $pair.Socket -TimeoutSeconds 0 | Should -Not -BeNullOrEmpty
            Receive-SocketData $pair.Socket -Line -TimeoutSeconds 5 | Should -Be 'two'
            Wait-Socket $pair.Socket -TimeoutSeconds 0 | Should -BeNullOrEmpty
        }

        It 'has no out-of-band data' {
            $pair = New-TlsPair $certificate
            $other = $pair.Other

            Send-SocketData $pair.Socket '!' -OutOfBand -ErrorVariable failure -ErrorAction SilentlyContinue
            $failure.FullyQualifiedErrorId | Should -Be 'NotSupported,PSSockets.Commands.SendSocketDataCommand'
            Receive-SocketData $pair.Socket -OutOfBand -TimeoutSeconds 1 -ErrorVariable failure -ErrorAction SilentlyContinue
            $failure.FullyQualifiedErrorId | Should -Be 'NotSupported,PSSockets.Commands.ReceiveSocketDataCommand'
            Send-SocketData $pair.Socket 'still well'
            Read-Text $pair.Stream | Should -Be 'still well'
        }

        It 'goes on after a time-out' {
            $pair = New-TlsPair $certificate
            $other = $pair.Other

            Receive-SocketData $pair.Socket -Length 6 -TimeoutSeconds 0.1 -ErrorVariable failure -ErrorAction SilentlyContinue
            $failure.FullyQualifiedErrorId | Should -Be 'TimedOut,PSSockets.Commands.ReceiveSocketDataCommand'
            Write-Text $pair.Stream 'abcdef'
            Receive-SocketData $pair.Socket -Length 6 -AsText -TimeoutSeconds 5 | Should -Be 'abcdef'
        }

        It 'is stopped at once while it reads, and nothing is lost' {
            $pair = New-TlsPair $certificate
            $other = $pair.Other
            $worker = Start-Worker { param($Socket) Receive-SocketData $Socket -Line } -ArgumentList $pair.Socket

            Assert-WorkerStop $worker

            Write-Text $pair.Stream "after`n"
            Receive-SocketData $pair.Socket -Line -TimeoutSeconds 5 | Should -Be 'after'
        }
    }

    Context 'the end' {
        It 'half-closes by close_notify, and still reads' {
            $pair = New-TlsPair $certificate
            $other = $pair.Other

            Disconnect-Socket $pair.Socket -Direction Send

            Read-Text $pair.Stream | Should -BeNullOrEmpty
            Write-Text $pair.Stream 'late'
            Receive-SocketData $pair.Socket -Length 4 -AsText -TimeoutSeconds 5 | Should -Be 'late'
            Send-SocketData $pair.Socket 'x' -ErrorVariable failure -ErrorAction SilentlyContinue
            $failure.FullyQualifiedErrorId | Should -Be 'Shutdown,PSSockets.Commands.SendSocketDataCommand'
        }

        It 'is content with a peer that has gone when it heard of the end' {
            $pair = New-TlsPair $certificate
            $other = $pair.Other
            Disconnect-Socket $pair.Socket -Direction Send
            $other.LingerState = [System.Net.Sockets.LingerOption]::new($true, 0)
            $other.Dispose()
            Wait-Until { "$($pair.Socket.State)" -eq 'Disconnected' }

            Disconnect-Socket $pair.Socket -Direction Send -ErrorAction Stop
        }

        It 'reads to an orderly end without a warning' {
            $pair = New-TlsPair $certificate
            $other = $pair.Other
            Write-Text $pair.Stream 'all'
            $null = $pair.Stream.ShutdownAsync().Wait(5000)

            Receive-SocketData $pair.Socket -ToEnd -AsText -TimeoutSeconds 5 -WarningVariable warnings | Should -Be 'all'
            $warnings | Should -BeNullOrEmpty
            Wait-Socket $pair.Socket -TimeoutSeconds 5 | Should -Not -BeNullOrEmpty
        }

        It 'warns where the end is met that came without close_notify, not before' {
            $pair = New-TlsPair $certificate
            $pair.Stream.Write([System.Text.Encoding]::ASCII.GetBytes("one`ntwo`nhalf of"), 0, 15)
            $pair.Other.Shutdown('Send')
            $lines = Receive-SocketData $pair.Socket -Peek -AsText -TimeoutSeconds 10 -WarningVariable warnings
            $lines | Should -Be "one`ntwo`nhalf of"
            Receive-SocketData $pair.Socket -Line -Count 2 -TimeoutSeconds 10 -WarningVariable +warnings | Should -Be 'one', 'two'
            Receive-SocketData $pair.Socket -Match 'f' -AsText -TimeoutSeconds 10 -WarningVariable +warnings | Should -Be 'half of'.Substring(0, 4)
            $warnings | Should -BeNullOrEmpty
            Receive-SocketData $pair.Socket -ToEnd -AsText -TimeoutSeconds 10 -WarningVariable warnings -WarningAction SilentlyContinue | Should -Be ' of'
            "$warnings" | Should -BeLike '*close_notify*cut*'
        }

        It 'does not take for a cut what this side has ended: -Direction <_>' -ForEach 'Receive', 'Both' {
            $pair = New-TlsPair $certificate
            $other = $pair.Other
            Write-Text $pair.Stream 'before'
            Receive-SocketData $pair.Socket -Peek -AsText -TimeoutSeconds 5 | Should -Be 'before'

            Disconnect-Socket $pair.Socket -Direction $_

            Receive-SocketData $pair.Socket -ToEnd -AsText -TimeoutSeconds 5 -WarningVariable warnings | Should -Be 'before'
            $warnings | Should -BeNullOrEmpty
        }

        It 'warns of an end without close_notify, once' {
            $pair = New-TlsPair $certificate
            Write-Text $pair.Stream 'all'
            $pair.Other.Dispose()

            Receive-SocketData $pair.Socket -ToEnd -AsText -TimeoutSeconds 5 -WarningVariable warnings -WarningAction SilentlyContinue | Should -Be 'all'
            "$warnings" | Should -BeLike '*close_notify*cut*'
            Receive-SocketData $pair.Socket -TimeoutSeconds 5 -WarningVariable warnings -WarningAction SilentlyContinue | Should -BeNullOrEmpty
            $warnings | Should -BeNullOrEmpty
        }

        It 'writes and closes at once, and the peer sees all and an orderly end' {
            $pair = New-TlsPair $certificate -Parameter @{ SslProtocol = 'Tls13' }
            $other = $pair.Other

            Send-SocketData $pair.Socket 'and goodbye'
            Close-Socket $pair.Socket

            Read-Text $pair.Stream | Should -Be 'and goodbye'
            Read-Text $pair.Stream | Should -BeNullOrEmpty
        }

        It 'waits for the tickets of many servers at the same time: <How>' -ForEach @(
            @{ How = 'from the pipeline'; Close = { $input | Close-Socket } }
            @{ How = 'as an argument'; Close = { Close-Socket @($input) } }
        ) {
            # These servers do not end when their clients do.
            $pairs = 1..20 | ForEach-Object { New-TlsPair $certificate -Parameter @{ SslProtocol = 'Tls13' } }
            try {
                $watch = [System.Diagnostics.Stopwatch]::StartNew()
                $pairs.Socket | & $Close

                # One after the other would take 10 seconds.
                $watch.Elapsed.TotalSeconds | Should -BeLessThan 8
                $pairs.Socket | Where-Object { -not $_.SafeHandle.IsClosed } | Should -BeNullOrEmpty
                foreach ($pair in $pairs) {
                    Read-Text $pair.Stream | Should -BeNullOrEmpty
                }
            }
            finally {
                $pairs.Other | ForEach-Object Dispose
            }
        }

        It 'closes one that waits for tickets also where the next is long in coming' {
            $pair = New-TlsPair $certificate -Parameter @{ SslProtocol = 'Tls13' }
            $other = $pair.Other

            Wait-Until { $pair.Socket.Available -gt 0 } -Because 'the tickets have come'

            $said = & {
                $pair.Socket
                Wait-Until -TimeoutSeconds 20 -Because 'it is closed' { $pair.Socket.SafeHandle.IsClosed }
            } | Close-Socket -Verbose 4>&1

            $said | Where-Object { "$_" -like 'close(*' } | Should -HaveCount 1
            $said | Where-Object { "$_" -like '*resets*' } | Should -BeNullOrEmpty
        }

        It 'is closed by two at once' {
            $pair = New-TlsPair $certificate -Parameter @{ SslProtocol = 'Tls13' }
            $other = $pair.Other
            $workers = @(1..2 | ForEach-Object { Start-Worker { Close-Socket $args[0] } -ArgumentList $pair.Socket })

            $workers | ForEach-Object { (Wait-Worker $_).Errors | Should -BeNullOrEmpty }

            $pair.Socket.SafeHandle.IsClosed | Should -BeTrue
        }

        It 'closes those that wait for tickets too where the pipeline ends early' {
            $pair = New-TlsPair $certificate -Parameter @{ SslProtocol = 'Tls13' }
            $other = $pair.Other

            { $pair.Socket, $null | ForEach-Object { if ($_) { $_ } else { throw 'enough' } } | Close-Socket } | Should -Throw enough

            $pair.Socket.SafeHandle.IsClosed | Should -BeTrue
        }

        It 'has failed for who sends, too, where the peer sends what is not of the session' {
            $pair = New-TlsPair $certificate
            $null = $pair.Other.Send([byte[]](@(23, 3, 3, 0, 32) + @(0) * 32))
            Receive-SocketData $pair.Socket -TimeoutSeconds 10 -ErrorVariable failure -ErrorAction SilentlyContinue
            Send-SocketData $pair.Socket 'x' -ErrorVariable later -ErrorAction SilentlyContinue

            $pair.Other.Dispose()
            $failure[0].FullyQualifiedErrorId | Should -BeLike 'StreamBroken,*'
            $failure[0].ToString() | Should -BeLike 'recv: the TLS session has failed*'
            $later[0].FullyQualifiedErrorId | Should -BeLike 'StreamBroken,*'
            $later[0].ToString() | Should -BeLike 'send: *'
        }

        It 'says that the socket is closed' {
            $pair = New-TlsPair $certificate
            $other = $pair.Other
            Close-Socket $pair.Socket

            Receive-SocketData $pair.Socket -ErrorVariable failure -ErrorAction SilentlyContinue
            $failure.FullyQualifiedErrorId | Should -Be 'SocketClosed,PSSockets.Commands.ReceiveSocketDataCommand'
            Protect-Socket $pair.Socket -ErrorVariable failure -ErrorAction SilentlyContinue
            $failure.FullyQualifiedErrorId | Should -Be "SocketClosed,$command"
        }
    }

    Context 'certificates of the peer' {
        It 'rejects <Case>' -ForEach @(
            @{ Case = 'another name'; Make = { $certificate }; Parameter = @{ TargetHost = 'other.example' }; Words = "*certificate for 'other.example'*not for 'other.example', only for localhost, 127.0.0.1, ::1*CN=localhost*valid from*"; Remedy = '*-TargetHost*' }
            @{ Case = 'one that has expired'; Make = { New-OddCertificate -FromDays -9 -ToDays -1 }; Parameter = @{ TargetHost = 'localhost' }; Words = '*expired on*UTC*'; Remedy = '*renew*clock*' }
            @{ Case = 'one that is not valid yet'; Make = { New-OddCertificate -FromDays 1 -ToDays 2 }; Parameter = @{ TargetHost = 'localhost' }; Words = '*not valid before*'; Remedy = '*clock*' }
            @{ Case = 'one for clients'; Make = { New-OddCertificate -Purpose '1.3.6.1.5.5.7.3.2' }; Parameter = @{ TargetHost = 'localhost' }; Words = '*another purpose*'; Remedy = '*server authentication*' }
        ) {
            $served = & $Make
            $Parameter.TrustedCertificate = $served

            $failure = Get-Rejection $served $Parameter

            $failure.FullyQualifiedErrorId | Should -Be "CertificateRejected,$command"
            "$($failure.CategoryInfo.Category)" | Should -Be 'SecurityError'
            $failure.ToString() | Should -BeLike $Words
            $failure.ErrorDetails.RecommendedAction | Should -BeLike $Remedy
        }

        It 'rejects one that is self-signed and not trusted' {
            $failure = Get-Rejection $certificate @{ TargetHost = 'localhost' }

            $failure.FullyQualifiedErrorId | Should -Be "CertificateRejected,$command"
            $failure.ToString() | Should -BeLike '*self-signed*'
            $failure.ErrorDetails.RecommendedAction | Should -BeLike '*-TrustedCertificate*'
        }

        It 'rejects one whose issuer is not known' {
            $root = New-SocketCertificate 'Unknown root' -CertificateAuthority

            $failure = Get-Rejection (New-SocketCertificate -Issuer $root) @{ TargetHost = 'localhost'; TrustedCertificate = $certificate }

            $failure.FullyQualifiedErrorId | Should -Be "CertificateRejected,$command"
            $failure.ToString() | Should -BeLike "*issuer 'CN=Unknown root' is not known*"
        }

        It 'lets nothing pass after that, neither plain nor protected' {
            $null = Get-Rejection $certificate @{ TargetHost = 'localhost' }
            $ours = Get-Socket -State Connected, New, Bound | Select-Object -First 1
            $ours = $ours ? $ours : (Get-Socket)[0]

            Send-SocketData $ours 'password' -ErrorVariable failure -ErrorAction SilentlyContinue
            $failure.FullyQualifiedErrorId | Should -Be 'StreamBroken,PSSockets.Commands.SendSocketDataCommand'
            Receive-SocketData $ours -TimeoutSeconds 5 -ErrorVariable failure -ErrorAction SilentlyContinue
            $failure.FullyQualifiedErrorId | Should -Be 'StreamBroken,PSSockets.Commands.ReceiveSocketDataCommand'
            $ours.Tls | Should -BeNullOrEmpty
        }

        It 'takes any with -SkipCertificateCheck, and says what is wrong' {
            $ours, $other = New-TcpPair
            $raw = Start-RawTlsServer $other $certificate

            $spoken = Protect-Socket $ours other.example -SkipCertificateCheck -TimeoutSeconds 10 -Verbose 4>&1

            $null = $raw.Handshake.Wait(10000)
            $ours.Tls.CertificateErrors.Count | Should -Be 2
            "$spoken" | Should -BeLike '*certificate check is skipped*not for*self-signed*'
        }

        It 'checks again after a session without a check' {
            $ours, $other = New-TcpPair
            $raw = Start-RawTlsServer $other $certificate
            Protect-Socket $ours localhost -SkipCertificateCheck -TimeoutSeconds 10
            $null = $raw.Handshake.Wait(10000)
            $other.Dispose()

            (Get-Rejection $certificate @{ TargetHost = 'localhost' }).FullyQualifiedErrorId | Should -Be "CertificateRejected,$command"
        }

        It 'trusts the roots of a file' {
            $root = New-SocketCertificate 'File root' -CertificateAuthority -OutFile TestDrive:/root.pem -Force
            $ours, $other = New-TcpPair
            $raw = Start-RawTlsServer $other (New-SocketCertificate -Issuer $root)

            Protect-Socket $ours localhost -TrustedCertificate TestDrive:/root.pem -TimeoutSeconds 10

            $null = $raw.Handshake.Wait(10000)
            $ours.Tls.CertificateErrors | Should -BeNullOrEmpty
        }

        It 'trusts the root of a file with a byte order mark' {
            $root = New-SocketCertificate 'Marked root' -CertificateAuthority
            Set-Content "$TestDrive/marked.pem" $root.ExportCertificatePem() -Encoding utf8BOM
            $ours, $other = New-TcpPair
            $raw = Start-RawTlsServer $other (New-SocketCertificate -Issuer $root)

            Protect-Socket $ours localhost -TrustedCertificate "$TestDrive/marked.pem" -TimeoutSeconds 10 -ErrorAction Stop

            $null = $raw.Handshake.Wait(10000)
            $ours.Tls.CertificateErrors | Should -BeNullOrEmpty
        }

        It 'says of the certificate alone that it is for another purpose, and not of its issuer' {
            $root = New-SocketCertificate 'Purpose root' -CertificateAuthority
            $served = New-OddCertificate -Purpose '1.3.6.1.5.5.7.3.2' -Issuer $root -FromDays -0.01 -ToDays 0.5

            $failure = Get-Rejection $served @{ TargetHost = 'localhost'; TrustedCertificate = $root }

            $failure.FullyQualifiedErrorId | Should -Be "CertificateRejected,$command"
            $failure.ToString() | Should -BeLike "*is rejected: it is for another purpose than this ('CN=localhost'*"
        }

        It 'says whose issuer is not known' {
            $middle = New-SocketCertificate 'Halfway' -CertificateAuthority -Issuer (New-SocketCertificate 'Far root' -CertificateAuthority)
            $served = New-SocketCertificate -Issuer $middle

            $failure = Get-Rejection $served @{ TargetHost = 'localhost'; TrustedCertificate = $middle }

            $failure.ToString() | Should -BeLike "*'CN=Far root', which has issued 'CN=Halfway', is not known*"
            $failure.ErrorDetails.RecommendedAction | Should -BeLike '*must send whatever stands between*'
        }
    }

    Context 'revocation lists' {
        BeforeAll {
            $root = New-SocketCertificate 'Lists' -CertificateAuthority
            $middle = New-SocketCertificate 'Middle' -CertificateAuthority -Issuer $root
            $served = New-SocketCertificate -Issuer $root
            $kind = 'System.Security.Cryptography.X509Certificates.CertificateRevocationListBuilder'

            # A list of an issuer with these certificates.
            function Save-List {
                param([string] $Name, $Issuer, $Revoked, [double] $Days = 1)

                $builder = New-Object -TypeName $kind
                $Revoked | ForEach-Object { $builder.AddEntry($_) }
                $list = $builder.Build($Issuer, 1, [datetimeoffset]::Now.AddDays($Days), 'SHA256', $null, [datetimeoffset]::Now.AddDays(-3))
                [System.IO.File]::WriteAllBytes("$TestDrive/$Name", $list)
            }

            Save-List revoked $root $served
            Save-List others $root $middle
            Save-List ended $root @() -Days -1
            Save-List stranger (New-SocketCertificate 'Lists' -CertificateAuthority) $served
            Save-List middle $middle @()
        }

        It 'rejects one that was revoked' {
            $failure = Get-Rejection $served @{ TargetHost = 'localhost'; TrustedCertificate = $root; CertificateRevocationList = "$TestDrive/revoked" }

            $failure.FullyQualifiedErrorId | Should -Be "CertificateRejected,$command"
            $failure.ToString() | Should -BeLike '*: it was revoked on 20*'
            $failure.ErrorDetails.RecommendedAction | Should -Be 'Its owner must get another.'
        }

        It 'takes one that the list does not name' {
            $ours, $other = New-TcpPair
            $raw = Start-RawTlsServer $other $served

            Protect-Socket $ours localhost -TrustedCertificate $root -CertificateRevocationList "$TestDrive/others" -TimeoutSeconds 10 -ErrorAction Stop

            $null = $raw.Handshake.Wait(10000)
            $ours.Tls.CertificateErrors | Should -BeNullOrEmpty
        }

        It 'rejects one of which nobody knows: <Name>' -ForEach @(
            @{ Name = 'ended'; Words = "*may have been revoked: the list of 'CN=Lists' ended on 20*" }
            @{ Name = 'stranger'; Words = "*may have been revoked: the list of 'CN=Lists' is not signed by it*" }
            @{ Name = 'middle'; Words = "*may have been revoked: the list of 'CN=Lists' is not given*" }
        ) {
            $failure = Get-Rejection $served @{ TargetHost = 'localhost'; TrustedCertificate = $root; CertificateRevocationList = "$TestDrive/$Name" }

            $failure.FullyQualifiedErrorId | Should -Be "CertificateRejected,$command"
            $failure.ToString() | Should -BeLike $Words
            $failure.ErrorDetails.RecommendedAction | Should -BeLike '*current revocation list*'
        }

        It 'looks up who has issued it too' {
            $below = New-SocketCertificate -Issuer $middle
            $lists = "$TestDrive/others", "$TestDrive/middle"

            $failure = Get-Rejection $below @{ TargetHost = 'localhost'; TrustedCertificate = $root, $middle; CertificateRevocationList = $lists }

            $failure.ToString() | Should -BeLike "*: its issuer 'CN=Middle' was revoked on*"
        }

        It 'looks up a client' {
            $ours, $other = New-TcpPair
            $collection = [System.Security.Cryptography.X509Certificates.X509CertificateCollection]::new()
            $null = $collection.Add($served)
            $raw = Start-RawTlsClient $other $certificate -Option @{ ClientCertificates = $collection }

            $given = @{ TrustedCertificate = $root; CertificateRevocationList = "$TestDrive/revoked" }
            Protect-Socket $ours -AsServer -Certificate $certificate -RequireClientCertificate -TimeoutSeconds 10 @given -ErrorVariable failure -ErrorAction SilentlyContinue

            $null = try { $raw.Handshake.Wait(10000) } catch { $_ }
            $failure[0].FullyQualifiedErrorId | Should -Be "CertificateRejected,$command"
            $failure[0].ToString() | Should -BeLike '*was revoked on*'
        }

        It 'refuses a file that is not a list, and the stream stays plain' {
            $ours, $other = New-TcpPair
            Set-Content -LiteralPath "$TestDrive/none" -Value 'no list'

            Protect-Socket $ours localhost -CrlFile "$TestDrive/none" -TimeoutSeconds 5 -ErrorVariable failure -ErrorAction SilentlyContinue

            $failure[0].FullyQualifiedErrorId | Should -Be "CertificateNotUsable,$command"
            Send-SocketData $ours 'plain'
            $buffer = [byte[]]::new(16)
            [System.Text.Encoding]::ASCII.GetString($buffer, 0, $other.Receive($buffer)) | Should -Be 'plain'
        }
    }

    Context 'certificates of this side' {
        BeforeAll {
            $client = New-SocketCertificate client.example
            $password = ConvertTo-SecureString 'secret' -AsPlainText -Force
            $key = [System.Security.Cryptography.X509Certificates.ECDsaCertificateExtensions]::GetECDsaPrivateKey($certificate)
            Set-Content "$TestDrive/cert.pem" $certificate.ExportCertificatePem()
            Set-Content "$TestDrive/key.pem" $key.ExportPkcs8PrivateKeyPem()
            $parameters = [System.Security.Cryptography.PbeParameters]::new('Aes256Cbc', 'SHA256', 1000)
            Set-Content "$TestDrive/locked.pem" $key.ExportEncryptedPkcs8PrivateKeyPem('secret', $parameters)
            Set-Content "$TestDrive/both.pem" $certificate.ExportCertificatePem(), $key.ExportPkcs8PrivateKeyPem()
            [System.IO.File]::WriteAllBytes("$TestDrive/cert.pfx", $certificate.Export('Pfx', 'secret'))
            [System.IO.File]::WriteAllBytes("$TestDrive/cert.der", $certificate.RawData)
            Set-Content "$TestDrive/last.pem" $client.ExportCertificatePem(), $key.ExportPkcs8PrivateKeyPem(), $certificate.ExportCertificatePem()
            Set-Content "$TestDrive/mark.pem" $certificate.ExportCertificatePem(), $key.ExportPkcs8PrivateKeyPem() -Encoding utf8BOM
            Set-Content "$TestDrive/wide.pem" $certificate.ExportCertificatePem(), $key.ExportPkcs8PrivateKeyPem() -Encoding unicode
            $stranger = [System.Security.Cryptography.ECDsa]::Create([System.Security.Cryptography.ECCurve]::CreateFromFriendlyName('nistP256'))
            Set-Content "$TestDrive/stranger.pem" $stranger.ExportPkcs8PrivateKeyPem()
            [System.IO.File]::WriteAllBytes("$TestDrive/key.der", $key.ExportPkcs8PrivateKey())
            Set-Content "$TestDrive/old.pem" '-----BEGIN EC PRIVATE KEY-----', 'Proc-Type: 4,ENCRYPTED', 'DEK-Info: AES-128-CBC,00', '', 'AAAA', '-----END EC PRIVATE KEY-----'
            $null = New-Item "$TestDrive/empty.pem"
        }

        It 'reads <Name>' -ForEach @(
            @{ Name = 'one PEM file'; Parameter = { @{ Certificate = "$TestDrive/both.pem" } } }
            @{ Name = 'two PEM files'; Parameter = { @{ Certificate = "$TestDrive/cert.pem"; CertificateKey = "$TestDrive/key.pem" } } }
            @{ Name = 'an encrypted key'; Parameter = { @{ Certificate = "$TestDrive/cert.pem"; CertificateKey = "$TestDrive/locked.pem"; CertificatePassword = $password } } }
            @{ Name = 'a PFX file'; Parameter = { @{ Certificate = "$TestDrive/cert.pfx"; CertificatePassword = $password } } }
            @{ Name = 'a PEM file that begins with another certificate'; Parameter = { @{ Certificate = "$TestDrive/last.pem" } } }
            @{ Name = 'an encrypted key and a file that begins with another certificate'; Parameter = { @{ Certificate = "$TestDrive/last.pem"; CertificateKey = "$TestDrive/locked.pem"; CertificatePassword = $password } } }
            @{ Name = 'a PEM file with a byte order mark'; Parameter = { @{ Certificate = "$TestDrive/mark.pem" } } }
            @{ Name = 'a PEM file in UTF-16'; Parameter = { @{ Certificate = "$TestDrive/wide.pem" } } }
            @{ Name = 'a certificate in DER and its key in PEM'; Parameter = { @{ Certificate = "$TestDrive/cert.der"; CertificateKey = "$TestDrive/key.pem" } } }
        ) {
            $ours, $other = New-TcpPair
            $raw = Start-RawTlsClient $other $certificate
            $given = & $Parameter

            Protect-Socket $ours -AsServer @given -TimeoutSeconds 10 -ErrorAction Stop

            $null = $raw.Handshake.Wait(10000)
            $ours.Tls.LocalCertificate.Thumbprint | Should -Be $certificate.Thumbprint
        }

        It 'refuses <Name>, and the stream stays plain' -ForEach @(
            @{ Name = 'a certificate without its key'; Parameter = { @{ Certificate = "$TestDrive/cert.pem" } }; Id = 'CertificateNotUsable'; Words = '*no private key*' }
            @{ Name = 'a wrong password'; Parameter = { @{ Certificate = "$TestDrive/cert.pfx"; CertificatePassword = ConvertTo-SecureString 'wrong' -AsPlainText -Force } }; Id = 'CertificateNotUsable'; Words = '*cert.pfx*' }
            @{ Name = 'a missing password'; Parameter = { @{ Certificate = "$TestDrive/cert.pem"; CertificateKey = "$TestDrive/locked.pem" } }; Id = 'CertificateNotUsable'; Words = '*encrypted*' }
            @{ Name = 'a missing file'; Parameter = { @{ Certificate = "$TestDrive/none.pem" } }; Id = 'FileNotUsable'; Words = '*none.pem*' }
            @{ Name = 'a number'; Parameter = { @{ Certificate = 5 } }; Id = 'InvalidArgument'; Words = "*'5'*" }
            @{ Name = 'an unknown thumbprint'; Parameter = { @{ CertificateThumbprint = '0000000000000000000000000000000000000000' } }; Id = 'CertificateNotUsable'; Words = '*thumbprint*' }
            @{ Name = 'the key of another certificate'; Parameter = { @{ Certificate = "$TestDrive/cert.pem"; CertificateKey = "$TestDrive/stranger.pem" } }; Id = 'CertificateNotUsable'; Words = '*stranger.pem*does not belong*cert.pem*' }
            @{ Name = 'a key that is not PEM'; Parameter = { @{ Certificate = "$TestDrive/cert.pem"; CertificateKey = "$TestDrive/key.der" } }; Id = 'CertificateNotUsable'; Words = '*key.der*not a PEM file*' }
            @{ Name = 'a key that is encrypted in an old way'; Parameter = { @{ Certificate = "$TestDrive/cert.pem"; CertificateKey = "$TestDrive/old.pem"; CertificatePassword = $password } }; Id = 'CertificateNotUsable'; Words = '*old.pem*old way*' }
            @{ Name = 'a key beside a PFX file'; Parameter = { @{ Certificate = "$TestDrive/cert.pfx"; CertificateKey = "$TestDrive/key.pem"; CertificatePassword = $password } }; Id = 'CertificateNotUsable'; Words = '*cert.pfx*neither a PEM*' }
            @{ Name = 'a key beside what is not a file'; Parameter = { @{ Certificate = $certificate; CertificateKey = "$TestDrive/key.pem" } }; Id = 'InvalidArgument'; Words = '*-CertificateKey belongs to a file*' }
            @{ Name = 'a password beside what is not a file'; Parameter = { @{ Certificate = $certificate; CertificatePassword = $password } }; Id = 'InvalidArgument'; Words = '*-CertificatePassword belongs to a file*' }
            @{ Name = 'an empty file'; Parameter = { @{ Certificate = "$TestDrive/empty.pem" } }; Id = 'CertificateNotUsable'; Words = '*empty.pem*is empty' }
            @{ Name = 'none at all'; Parameter = { @{ } }; Id = 'InvalidArgument'; Words = '*needs a certificate*' }
        ) {
            $ours, $other = New-TcpPair
            $given = & $Parameter

            Protect-Socket $ours -AsServer @given -TimeoutSeconds 5 -ErrorVariable failure -ErrorAction SilentlyContinue

            $failure[0].FullyQualifiedErrorId | Should -Be "$Id,$command"
            $failure[0].ToString() | Should -BeLike $Words
            Send-SocketData $ours 'plain'
            $buffer = [byte[]]::new(16)
            [System.Text.Encoding]::ASCII.GetString($buffer, 0, $other.Receive($buffer)) | Should -Be 'plain'
        }

        It 'shows what stands between it and its root, from <Name>' -ForEach @(
            @{ Name = 'a PEM file'; Kind = 'Pem' }
            @{ Name = 'a PFX file with the keys of all'; Kind = 'Pfx' }
        ) {
            $issuer = $root = New-SocketCertificate 'Chain root' -CertificateAuthority
            $between = foreach ($number in 1..8) {
                $issuer = New-SocketCertificate "Between $number" -CertificateAuthority -Issuer $issuer
                $issuer
            }
            $path = "$TestDrive/chain.$Kind"
            $leaf = New-SocketCertificate -Issuer $issuer -OutFile $path -Force
            if ($Kind -eq 'Pem') {
                Add-Content -LiteralPath $path -Value ($between | ForEach-Object ExportCertificatePem)
                $given = @{ Certificate = $path }
            }
            else {
                $all = [System.Security.Cryptography.X509Certificates.X509Certificate2Collection]::new()
                $root, $between, $leaf | ForEach-Object { $_ } | ForEach-Object { $null = $all.Add($_) }
                [System.IO.File]::WriteAllBytes($path, $all.Export('Pfx', 'secret'))
                $given = @{ Certificate = $path; CertificatePassword = $password }
            }
            $ours, $other = New-TcpPair
            $raw = Start-RawTlsClient $other $root

            Protect-Socket $ours -AsServer @given -TimeoutSeconds 10 -ErrorAction Stop

            # It knows the root alone.
            $raw.Handshake.Wait(10000) | Should -BeTrue
            $ours.Tls.LocalCertificate.Thumbprint | Should -Be $leaf.Thumbprint
        }

        It 'finds it in the store by its thumbprint, as it is and as other programs show it' {
            $store = [System.Security.Cryptography.X509Certificates.X509Store]::new('My', 'CurrentUser')
            $store.Open('ReadWrite')
            $pfx = $certificate.Export('Pfx', 'secret')
            $kept = [System.Security.Cryptography.X509Certificates.X509Certificate2]::new($pfx, 'secret', 'PersistKeySet')
            try {
                $store.Add($kept)
                # Pairs of digits, and the mark that comes along from the window of Windows.
                foreach ($thumbprint in $certificate.Thumbprint, "`u{200E}$(($certificate.Thumbprint.ToLowerInvariant() -split '(..)' -ne '') -join ' ')") {
                    $ours, $other = New-TcpPair
                    $raw = Start-RawTlsClient $other $certificate

                    Protect-Socket $ours -AsServer -CertificateThumbprint $thumbprint -TimeoutSeconds 10 -ErrorAction Stop

                    $raw.Handshake.Wait(10000) | Should -BeTrue
                    $ours.Tls.LocalCertificate.Thumbprint | Should -Be $certificate.Thumbprint
                    $other.Dispose()
                }
            }
            finally {
                $store.Remove($kept)
                $store.Dispose()
                if ($IsWindows) {
                    # The key is in a file of its own there.
                    [System.Security.Cryptography.X509Certificates.ECDsaCertificateExtensions]::GetECDsaPrivateKey($kept).Key.Delete()
                }
            }
        }

        It 'shows a client''s certificate to the server' {
            $ours, $other = New-TcpPair
            $collection = [System.Security.Cryptography.X509Certificates.X509CertificateCollection]::new()
            $null = $collection.Add($client)
            $raw = Start-RawTlsClient $other $certificate -Option @{ ClientCertificates = $collection }

            Protect-Socket $ours -AsServer -Certificate $certificate -RequireClientCertificate -TrustedCertificate $client -TimeoutSeconds 10

            $null = $raw.Handshake.Wait(10000)
            $ours.Tls.RemoteCertificate.Subject | Should -Be 'CN=client.example'
        }

        It 'says to a client that the server may want a certificate, where it ends without a word' {
            $pair = New-TlsPair $certificate -Parameter @{ SslProtocol = 'Tls13' }
            $pair.Other.Shutdown('Send')

            Receive-SocketData $pair.Socket -TimeoutSeconds 10 -WarningVariable warnings -WarningAction SilentlyContinue | Should -BeNullOrEmpty

            $pair.Other.Dispose()
            "$warnings" | Should -BeLike '*close_notify*wants one (-Certificate)'
        }

        It 'rejects a client without a certificate' {
            $ours, $other = New-TcpPair
            $raw = Start-RawTlsClient $other $certificate

            Protect-Socket $ours -AsServer -Certificate $certificate -RequireClientCertificate -TrustedCertificate $client -TimeoutSeconds 10 -ErrorVariable failure -ErrorAction SilentlyContinue

            $null = try { $raw.Handshake.Wait(10000) } catch { $_ }
            $failure[0].FullyQualifiedErrorId | Should -Be "CertificateRejected,$command"
            $failure[0].ToString() | Should -BeLike '*client sent no certificate*'
        }
    }

    Context 'handshakes that fail' {
        It 'refuses <Name>' -ForEach @(
            @{ Name = 'a server that speaks plain text'; Answer = "-ERR unknown command`r`n"; Words = "*does not speak TLS*-ERR unknown command*"; Parameter = @{ TargetHost = 'localhost' } }
            @{ Name = 'an alert'; Answer = "`u{15}`u{3}`u{3}`u{0}`u{2}`u{2}`u{28}"; Words = '*refused: handshake_failure (40)*'; Parameter = @{ TargetHost = 'localhost' } }
        ) {
            $ours, $other = New-TcpPair
            $worker = Start-Worker { param($Socket, $Answer) $null = $Socket.Receive([byte[]]::new(4096)); $null = $Socket.Send([byte[]][char[]]$Answer) } -ArgumentList $other, $Answer

            Protect-Socket $ours @Parameter -TimeoutSeconds 10 -ErrorVariable failure -ErrorAction SilentlyContinue

            $null = Wait-Worker $worker
            $failure[0].FullyQualifiedErrorId | Should -Be "HandshakeFailed,$command"
            "$($failure[0].CategoryInfo.Category)" | Should -Be 'ConnectionError'
            $failure[0].ToString() | Should -BeLike $Words
        }

        It 'refuses a client that sends an HTTP request' {
            $ours, $other = New-TcpPair
            $null = $other.Send([byte[]][char[]]"GET / HTTP/1.1`r`n`r`n")

            Protect-Socket $ours -AsServer -Certificate $certificate -TimeoutSeconds 10 -ErrorVariable failure -ErrorAction SilentlyContinue

            $failure[0].FullyQualifiedErrorId | Should -Be "HandshakeFailed,$command"
            $failure[0].ToString() | Should -BeLike '*HTTP request*GET / HTTP/1.1*'
        }

        It 'notices a peer that closes' {
            $ours, $other = New-TcpPair
            $other.Shutdown('Send')

            Protect-Socket $ours localhost -TimeoutSeconds 10 -ErrorVariable failure -ErrorAction SilentlyContinue

            $failure[0].FullyQualifiedErrorId | Should -Be "HandshakeFailed,$command"
            $failure[0].ToString() | Should -BeLike '*closed the connection before it had said anything*'
        }

        It 'does not tell a server that the peer may want STARTTLS, where it closes' {
            $ours, $other = New-TcpPair
            $other.Shutdown('Send')

            Protect-Socket $ours -AsServer -Certificate $certificate -TimeoutSeconds 10 -ErrorVariable failure -ErrorAction SilentlyContinue

            $failure[0].FullyQualifiedErrorId | Should -Be "HandshakeFailed,$command"
            $failure[0].ErrorDetails.RecommendedAction | Should -BeLike '*health check*'
        }

        It 'notices a peer that has gone before' {
            $ours, $other = New-SocketPair
            Close-Socket $other

            Protect-Socket $ours localhost -TimeoutSeconds 10 -ErrorVariable failure -ErrorAction SilentlyContinue

            $failure[0].FullyQualifiedErrorId | Should -Be "HandshakeFailed,$command"
            $failure[0].ToString() | Should -BeLike '*closed the connection before it had said anything*'
        }

        It 'says that both sides are clients, where the peer began <When>' -ForEach @(
            @{ When = 'before'; Id = 'UnreadData' }
            @{ When = 'after'; Id = 'HandshakeFailed' }
        ) {
            $ours, $other = New-TcpPair
            $hello = [byte[]](22, 3, 1, 0, 8, 1, 0, 0, 4, 3, 3, 0, 0)
            if ($Id -eq 'UnreadData') {
                $null = $other.Send($hello)
                $null = Wait-Socket $ours -TimeoutSeconds 10
            }
            else {
                $worker = Start-Worker { param($Socket, $Hello) $null = $Socket.Receive([byte[]]::new(4096)); $null = $Socket.Send($Hello) } -ArgumentList $other, $hello
            }

            Protect-Socket $ours localhost -TimeoutSeconds 10 -ErrorVariable failure -ErrorAction SilentlyContinue

            if ($worker) {
                (Wait-Worker $worker).Errors | Should -BeNullOrEmpty
            }
            $failure[0].FullyQualifiedErrorId | Should -Be "$Id,$command"
            $failure[0].ToString() | Should -BeLike '*both sides are clients'
            $failure[0].ErrorDetails.RecommendedAction | Should -BeLike '*-AsServer*'
        }

        It 'bears records with nothing in them' {
            $ours, $other = New-TcpPair
            $null = $other.Send([byte[]](1..40 | ForEach-Object { 22, 3, 1, 0, 0 }))

            Protect-Socket $ours -AsServer -Certificate $certificate -TimeoutSeconds 10 -ErrorVariable failure -ErrorAction SilentlyContinue

            $failure[0].FullyQualifiedErrorId | Should -Be "HandshakeFailed,$command"
            $failure[0].ToString() | Should -BeLike '*the peer sent what TLS does not allow'
        }

        It 'says what helps where there is no application protocol in common' {
            $ours, $other = New-TcpPair
            $protocols = [System.Collections.Generic.List[System.Net.Security.SslApplicationProtocol]]::new()
            $protocols.Add('h2')
            $raw = Start-RawTlsClient $other $certificate -Option @{ ApplicationProtocols = $protocols }

            Protect-Socket $ours -AsServer -Certificate $certificate -ApplicationProtocol mqtt -TimeoutSeconds 10 -ErrorVariable failure -ErrorAction SilentlyContinue

            $null = try { $raw.Handshake.Wait(10000) } catch { $_ }
            $failure[0].FullyQualifiedErrorId | Should -Be "HandshakeFailed,$command"
            $failure[0].ErrorDetails.RecommendedAction | Should -BeLike '*-ApplicationProtocol*'
        }

        It 'notices a peer that closes in the middle of the handshake' {
            $ours, $other = New-TcpPair
            # The head of a record and half of a ServerHello.
            $worker = Start-Worker {
                param($Socket)
                $null = $Socket.Receive([byte[]]::new(4096))
                $null = $Socket.Send([byte[]] (22, 3, 3, 0, 90, 2, 0, 0, 86, 3, 3))
                $Socket.Shutdown('Send')
            } -ArgumentList $other

            Protect-Socket $ours localhost -TimeoutSeconds 10 -ErrorVariable failure -ErrorAction SilentlyContinue

            $null = Wait-Worker $worker
            $failure[0].FullyQualifiedErrorId | Should -Be "HandshakeFailed,$command"
            $failure[0].ToString() | Should -BeLike '*closed the connection in the middle of the handshake*'
        }

        It 'does not swallow what was taken from the system with -Telnet, as <Name>' -ForEach @(
            @{ Name = 'client'; Role = @{ TargetHost = 'localhost' } }
            @{ Name = 'server'; Role = @{ AsServer = $true } }
        ) {
            $ours, $other = New-TcpPair
            $null = $other.Send([byte[]][char[]]"A`r`n")
            Receive-SocketData $ours -Line -Telnet -TimeoutSeconds 5 | Should -Be 'A'
            $null = $other.Send([byte[]][char[]]'more')
            Receive-SocketData $ours -Peek -AsText -TimeoutSeconds 5 | Should -Be 'more'
            if ($Role.AsServer) { $Role.Certificate = $certificate }

            Protect-Socket $ours @Role -TimeoutSeconds 5 -ErrorVariable failure -ErrorAction SilentlyContinue

            $failure[0].FullyQualifiedErrorId | Should -Be "UnreadData,$command"
            Receive-SocketData $ours -AsText -TimeoutSeconds 5 | Should -Be 'more'
        }

        It 'leaves a session alone that telnet goes through' {
            $pair = New-TlsPair $certificate
            $pair.Stream.Write([byte[]](255, 253, 24, 0x68, 0x69, 0x0A), 0, 6)
            Receive-SocketData $pair.Socket -Line -Telnet -TimeoutSeconds 5 | Should -Be 'hi'

            Protect-Socket $pair.Socket localhost -TimeoutSeconds 5 -ErrorVariable failure -ErrorAction SilentlyContinue

            $failure[0].FullyQualifiedErrorId | Should -Be "InvalidArgument,$command"
            $failure[0].ToString() | Should -BeLike '*speaks TLS already*'
            $pair.Stream.Write([byte[]](0x79, 0x6F, 0x0A), 0, 3)
            Receive-SocketData $pair.Socket -Line -TimeoutSeconds 5 | Should -Be 'yo'
        }

        It 'does not swallow plain bytes that are unread' {
            $ours, $other = New-TcpPair
            $null = $other.Send([byte[]][char[]]"250 more`r`n")
            $null = Wait-Socket $ours -TimeoutSeconds 5

            Protect-Socket $ours localhost -TimeoutSeconds 5 -ErrorVariable failure -ErrorAction SilentlyContinue

            $failure[0].FullyQualifiedErrorId | Should -Be "UnreadData,$command"
            $failure[0].ToString() | Should -BeLike '*250 more*'
            Receive-SocketData $ours -Line -TimeoutSeconds 5 | Should -Be '250 more'
        }

        It 'ends after -TimeoutSeconds' {
            $ours, $other = New-TcpPair

            Protect-Socket $ours localhost -TimeoutSeconds 0.1 -ErrorVariable failure -ErrorAction SilentlyContinue

            $failure[0].FullyQualifiedErrorId | Should -Be "TimedOut,$command"
            "$($failure[0].CategoryInfo.Category)" | Should -Be 'OperationTimeout'
        }

        It 'ends after -TotalTimeoutSeconds, and leaves alone what was not tried' {
            $one, $other = New-TcpPair
            $two, $last = New-TcpPair

            $one, $two | Protect-Socket -TargetHost localhost -TotalTimeoutSeconds 0.2 -ErrorVariable failure -ErrorAction SilentlyContinue

            $failure.Count | Should -Be 2
            $failure.FullyQualifiedErrorId | Should -Be "TimedOut,$command", "TimedOut,$command"
            $failure[0].Exception.Message | Should -BeLike '*: the peer did not answer within 0.2 s of the whole call'
            $failure[1].Exception.Message | Should -BeLike 'TLS handshake *: it was not tried within 0.2 s of the whole call'
            Send-SocketData $two 'plain'
            Read-Text ([System.Net.Sockets.NetworkStream]::new($last)) | Should -Be 'plain'
            $last.Dispose()
        }

        It 'is stopped at once' {
            $ours, $other = New-TcpPair

            Assert-WorkerStop (Start-Worker { param($Socket) Protect-Socket $Socket localhost } -ArgumentList $ours)

            Send-SocketData $ours 'plain' -ErrorVariable failure -ErrorAction SilentlyContinue
            $failure[0].FullyQualifiedErrorId | Should -Be 'StreamBroken,PSSockets.Commands.SendSocketDataCommand'
            $failure[0].Exception.Message | Should -BeLike '*did not succeed: it was stopped'
        }

        It 'ends with Select-Object -First 1' {
            $one, $other = New-TcpPair
            $two, $last = New-TcpPair
            $raw = Start-RawTlsServer $other $certificate

            $one, $two | Protect-Socket -TrustedCertificate $certificate -TimeoutSeconds 10 -PassThru | Select-Object -First 1 | Should -Not -BeNullOrEmpty

            $null = $raw.Handshake.Wait(10000)
            $two.Tls | Should -BeNullOrEmpty
            $last.Dispose()
        }

        It 'refuses <Name>' -ForEach @(
            @{ Name = 'a datagram socket'; Make = { New-Socket }; Id = 'InvalidArgument' }
            @{ Name = 'a socket that is not connected'; Make = { New-Socket IPv4 Stream }; Id = 'NotConnected' }
            @{ Name = 'a UNIX socket without -TargetHost'; Make = { (New-SocketPair)[0] }; Id = 'InvalidArgument' }
        ) {
            Protect-Socket (& $Make) -TimeoutSeconds 5 -ErrorVariable failure -ErrorAction SilentlyContinue

            $failure[0].FullyQualifiedErrorId | Should -Be "$Id,$command"
        }

        It 'refuses <Name>, and the stream stays plain' -ForEach @(
            @{ Name = 'a target host with nothing in it'; Parameter = @{ TargetHost = '.' } }
            @{ Name = 'a target host that is too long'; Parameter = @{ TargetHost = 'a' * 64 } }
            @{ Name = 'a target host with a port'; Parameter = @{ TargetHost = 'localhost:443' } }
            @{ Name = 'a target host with a port after brackets'; Parameter = @{ TargetHost = '[::1]:443' } }
            @{ Name = 'a URL as the target host'; Parameter = @{ TargetHost = 'https://localhost/' } }
            @{ Name = 'a target host with a space'; Parameter = @{ TargetHost = ' localhost' } }
            @{ Name = 'an application protocol that is too long'; Parameter = @{ TargetHost = 'localhost'; ApplicationProtocol = 'a' * 256 } }
        ) {
            $ours, $other = New-TcpPair

            Protect-Socket $ours @Parameter -TimeoutSeconds 5 -ErrorVariable failure -ErrorAction SilentlyContinue

            $failure[0].FullyQualifiedErrorId | Should -Be "InvalidArgument,$command"
            Send-SocketData $ours 'plain'
            $buffer = [byte[]]::new(16)
            [System.Text.Encoding]::ASCII.GetString($buffer, 0, $other.Receive($buffer)) | Should -Be 'plain'
        }

        It 'says of a stream whose handshake did not succeed that it is not protected' {
            $ours, $other = New-TcpPair
            Protect-Socket $ours localhost -TimeoutSeconds 0.1 -ErrorVariable failure -ErrorAction SilentlyContinue
            $failure[0].FullyQualifiedErrorId | Should -Be "TimedOut,$command"

            Protect-Socket $ours localhost -TimeoutSeconds 5 -ErrorVariable failure -ErrorAction SilentlyContinue

            $failure[0].FullyQualifiedErrorId | Should -Be "StreamBroken,$command"
            $failure[0].ToString() | Should -BeLike '*not protected, since its TLS handshake did not succeed'
        }

        It 'protects no stream twice' {
            $pair = New-TlsPair $certificate
            $other = $pair.Other

            Protect-Socket $pair.Socket localhost -ErrorVariable failure -ErrorAction SilentlyContinue

            $failure[0].FullyQualifiedErrorId | Should -Be "InvalidArgument,$command"
            Send-SocketData $pair.Socket 'well'
            Read-Text $pair.Stream | Should -Be 'well'
        }
    }
}
