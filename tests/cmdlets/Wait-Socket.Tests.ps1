BeforeAll {
    . $PSScriptRoot/../helpers/Common.ps1

    # Fills what a stream can hold for a peer that does not read.
    function Send-UntilFull {
        param([Parameter(Mandatory, Position = 0)] [System.Net.Sockets.Socket] $Socket)

        $Socket.Blocking = $false
        $piece = [byte[]]::new(65536)
        # Both ends' buffers grow for a while, so once more after it was full.
        foreach ($turn in 1..3) {
            try {
                while ($true) {
                    $null = $Socket.Send($piece)
                }
            }
            catch {
                $_.Exception.InnerException.SocketErrorCode | Should -Be 'WouldBlock'
            }
        }
        $Socket.Blocking = $true
    }
}

Describe 'Wait-Socket' {
    BeforeEach {
        $listener = Start-SocketListener -LocalEndPoint '127.0.0.1:0'
        $client = Connect-Socket $listener.LocalEndPoint
        $server = Receive-SocketConnection $listener -TimeoutSeconds 5
        $quiet = @{ ErrorVariable = 'failures'; ErrorAction = 'SilentlyContinue' }
        $worker = $null
    }

    AfterEach {
        if ($worker) {
            $null = Stop-Worker $worker -AllowEnded
        }
        Get-Socket | Close-Socket
    }

    Context 'For Read' {
        It 'writes a socket that <What>' -ForEach @(
            @{ What = 'has bytes'; Make = { Send-SocketData $client 'x'; $server } }
            @{ What = 'has a datagram'; Make = { $one, $two = New-SocketPair Datagram; Send-Datagram $one 'x'; $two } }
            @{ What = 'has an empty datagram'; Make = { $one, $two = New-SocketPair Datagram; Send-Datagram $one ''; $two } }
            @{ What = 'has a connection to accept'; Make = { $null = Connect-Socket $listener.LocalEndPoint; $listener } }
            @{ What = 'has a peer that closed'; Make = { Close-Socket $client; $server } }
            @{ What = 'has a peer that shut down its sending'; Make = { Disconnect-Socket $client -Direction Send; $server } }
            @{ What = 'was reset'; Make = { Set-SocketOption $client Linger 0; Close-Socket $client; $server } }
        ) {
            $socket = . $Make
            $ready = Wait-Socket $socket -TimeoutSeconds 5
            [object]::ReferenceEquals($ready, $socket) | Should -BeTrue
        }

        It 'is what is meant without -For' {
            Wait-Socket $server -TimeoutSeconds 0 | Should -BeNullOrEmpty # though it could be written to
            Send-SocketData $client 'x'
            (Wait-Socket $server -TimeoutSeconds 5).Id | Should -Be $server.Id
        }

        It 'takes nothing from the socket' {
            Send-SocketData $client 'x'
            1..3 | ForEach-Object { (Wait-Socket $server Read 5).Id | Should -Be $server.Id }
            Receive-SocketData $server -TimeoutSeconds 5 -AsText | Should -Be 'x'
            Wait-Socket $server Read 0 | Should -BeNullOrEmpty
        }

        It 'does not count commands of telnet' {
            $client, $server = New-StreamPair
            Send-SocketData $client ([byte[]](0x61, 255, 253, 24))
            Receive-SocketData $server -Telnet -AsText -TimeoutSeconds 5 | Should -Be 'a'
            Send-SocketData $client ([byte[]](255, 253, 24))
            Wait-Socket $server -TimeoutSeconds 0.2 | Should -BeNullOrEmpty
            [Convert]::ToHexString((Receive-SocketData $client -Length 6 -TimeoutSeconds 5).Data) | Should -Be 'FFFC18FFFC18'
            Send-SocketData $client 'b'
            Wait-Socket $server -TimeoutSeconds 5 | Should -Be $server
            Receive-SocketData $server -AsText -TimeoutSeconds 5 | Should -Be 'b'
        }

        It 'waits until something comes' {
            $worker = Start-Worker { param($Socket) Wait-Socket $Socket } -ArgumentList $server
            Wait-WorkerBlocked $worker
            $worker.Output.Count | Should -Be 0
            Send-SocketData $client 'x'
            (Wait-Worker $worker).Output[0].Id | Should -Be $server.Id
            $worker = $null
        }
    }

    Context 'For Write' {
        It 'writes a socket that has room' {
            (Wait-Socket $client -For Write -TimeoutSeconds 5).Id | Should -Be $client.Id
        }

        It 'does not write one whose peer takes nothing, until it takes something' {
            Send-UntilFull $client
            Wait-Socket $client Write 0.05 | Should -BeNullOrEmpty
            $worker = Start-Worker { param($Socket) Wait-Socket $Socket Write } -ArgumentList $client
            Wait-WorkerBlocked $worker
            Receive-SocketData $server -Continuous -TimeoutSeconds 0.2 -AsByteArray | Out-Null
            (Wait-Worker $worker).Output[0].Id | Should -Be $client.Id
            $worker = $null
        }

        It 'tells the end of a connect' {
            $socket = New-Socket IPv4 Stream
            $socket.Blocking = $false
            try {
                $socket.Connect($listener.LocalEndPoint)
            }
            catch {
                $_.Exception.InnerException.SocketErrorCode | Should -Be 'WouldBlock'
            }
            (Wait-Socket $socket Write 5).Id | Should -Be $socket.Id
            Get-SocketOption $socket PendingError | Should -Be 0
        }
    }

    Context 'For Error' {
        It 'writes a socket that has out-of-band data' {
            Wait-Socket $server Error 0 | Should -BeNullOrEmpty
            Send-SocketData $client 'normal'
            Wait-Socket $server Error 0.05 | Should -BeNullOrEmpty
            Send-SocketData $client '!' -OutOfBand
            (Wait-Socket $server Error 5).Id | Should -Be $server.Id
        }

        It 'writes a socket whose connect failed, with the error to read' {
            $gone = New-Socket IPv4 Stream | Register-SocketAddress '127.0.0.1:0' -PassThru
            $socket = New-Socket IPv4 Stream
            $socket.Blocking = $false
            try {
                $socket.Connect($gone.LocalEndPoint) # where nobody listens
            }
            catch {
                $_.Exception.InnerException.SocketErrorCode | Should -Be 'WouldBlock'
            }
            (Wait-Socket $socket Error 5).Id | Should -Be $socket.Id
            Get-SocketOption $socket PendingError | Should -Be (Get-SocketError ECONNREFUSED).Number # ECONNREFUSED
        }

        It 'writes a socket that was reset' {
            Set-SocketOption $client Linger 0
            Close-Socket $client
            (Wait-Socket $server Error 5).Id | Should -Be $server.Id
        }
    }

    Context 'Many sockets' {
        It 'of mixed kinds are waited for together, and those that are ready come in their order' {
            $dgram, $dgramPeer = New-SocketPair Datagram
            $packet, $packetPeer = New-SocketPair SeqPacket
            $stream, $null = New-StreamPair Stream
            $udp = New-Socket | Register-SocketAddress '[::1]:0' -PassThru
            Send-Datagram $dgramPeer 'x'
            Send-Datagram $packetPeer 'x'
            Send-SocketData $client 'x'
            $null = Connect-Socket $listener.LocalEndPoint
            $ready = Wait-Socket $udp, $listener, $stream, $packet, $server, $client, $dgram -TimeoutSeconds 5
            $ready.Id | Should -Be $listener.Id, $packet.Id, $server.Id, $dgram.Id
        }

        It 'come from the pipeline too' {
            $pairs = 1..3 | ForEach-Object { , (New-StreamPair Stream) }
            Send-SocketData $pairs[0][1] 'x'
            Send-SocketData $pairs[2][1] 'x'
            ($pairs | ForEach-Object { $_[0] } | Wait-Socket -TimeoutSeconds 5).Id | Should -Be $pairs[0][0].Id, $pairs[2][0].Id
        }

        It 'end the wait as soon as one is ready' {
            $pairs = 1..10 | ForEach-Object { , (New-StreamPair Stream) }
            $worker = Start-Worker { param($Sockets) Wait-Socket $Sockets } -ArgumentList (, @($pairs | ForEach-Object { $_[0] }))
            Wait-WorkerBlocked $worker
            Send-SocketData $pairs[6][1] 'x'
            $result = Wait-Worker $worker
            $worker = $null
            $result.Output.Id | Should -Be $pairs[6][0].Id
        }

        It 'may be 1,000' {
            $limit = [int]((Get-Content -LiteralPath /proc/self/limits | Select-String '^Max open files').Line -split '\s+')[3]
            if ($limit -lt 1500) {
                Set-ItResult -Skipped -Because "this process may open only $limit files"
            }
            $all = 1..500 | ForEach-Object { New-SocketPair Datagram } # 1,000 sockets
            $all.Count | Should -Be 1000
            Wait-Socket $all -TimeoutSeconds 0 | Should -BeNullOrEmpty
            @(Wait-Socket $all Write 0).Count | Should -Be 1000
            Send-Datagram $all[1] 'x' # arrives at 0
            Send-Datagram $all[500] 'x' # arrives at 501
            Send-Datagram $all[998] 'x' # arrives at 999
            (Wait-Socket $all -TimeoutSeconds 5).Id | Should -Be $all[0].Id, $all[501].Id, $all[999].Id
            foreach ($try in 1..10) {
                $clock = [System.Diagnostics.Stopwatch]::StartNew()
                ($all | Wait-Socket -TimeoutSeconds 5).Count | Should -Be 3
                $seconds = $clock.Elapsed.TotalSeconds
                if ($seconds -lt 1) {
                    break # else the machine may be busy with something else
                }
            }
            $seconds | Should -BeLessThan 1
        }

        It 'may be none' {
            Get-Socket -State New | Wait-Socket @quiet | Should -BeNullOrEmpty
            $failures.Count | Should -Be 0
        }

        It 'may be one socket twice' {
            Send-SocketData $client 'x'
            (Wait-Socket $server, $server -TimeoutSeconds 5).Id | Should -Be $server.Id, $server.Id
        }
    }

    Context '-TimeoutSeconds' {
        It 'ends without output and without an error' {
            Wait-Socket $server -TimeoutSeconds 0 # compiles what is measured
            foreach ($try in 1..10) {
                $clock = [System.Diagnostics.Stopwatch]::StartNew()
                Wait-Socket $server, $listener -TimeoutSeconds 0.2 @quiet | Should -BeNullOrEmpty
                $seconds = $clock.Elapsed.TotalSeconds
                if ($seconds -lt 0.5) {
                    break # else the machine may be busy with something else
                }
            }
            $failures.Count | Should -Be 0
            $seconds | Should -BeGreaterOrEqual 0.2
            $seconds | Should -BeLessThan 0.5
        }

        It 'is over after -TotalTimeoutSeconds too, which begins with the command' {
            Wait-Socket $server -TotalTimeoutSeconds 0.1 -TimeoutSeconds 600 @quiet | Should -BeNullOrEmpty
            # What comes before the wait has its share.
            Send-SocketData $client 'x'
            $spent = [System.Diagnostics.Stopwatch]::StartNew()
            $ready = & { Wait-Until { $spent.Elapsed.TotalSeconds -gt 0.2 }; $server, $listener } | Wait-Socket -TotalTimeoutSeconds 0.05 @quiet
            $ready.Id | Should -Be $server.Id
            $failures.Count | Should -Be 0
        }

        It 'does not wait with 0' {
            Send-SocketData $client 'x'
            (Wait-Socket $server -TimeoutSeconds 5).Id | Should -Be $server.Id
            (Wait-Socket $server -TimeoutSeconds 0).Id | Should -Be $server.Id
        }

        It 'refuses a negative time' {
            $failure = { Wait-Socket $server -TimeoutSeconds -1 } | Should -Throw -PassThru
            $failure.FullyQualifiedErrorId | Should -BeLike 'ParameterArgumentValidationError,*'
            $failure.CategoryInfo.Category | Should -Be 'InvalidData'
        }
    }

    Context 'Parameters' {
        It 'are positional: socket, what for, how long' {
            Send-SocketData $client 'x'
            (Wait-Socket $server Read 5).Id | Should -Be $server.Id
            (Wait-Socket -TimeoutSeconds 5 -For Read -Socket $server).Id | Should -Be $server.Id
        }

        It 'complete -For' {
            $line = 'Wait-Socket $s -For '
            $offered = (TabExpansion2 $line $line.Length).CompletionMatches.CompletionText
            $offered | Sort-Object | Should -Be 'Error', 'Read', 'Write'
        }

        It 'refuse another -For' {
            Wait-Socket $server -For Nothing -ErrorAction SilentlyContinue -ErrorVariable failures | Should -BeNullOrEmpty
            Assert-Failure $failures -Id InvalidArgument -Category InvalidArgument
            $failures[0].Exception.Message | Should -BeLike '*Read, Write, Error*'
        }

        It 'take a socket that .NET made' {
            $foreign = [System.Net.Sockets.Socket]::new('InterNetwork', 'Dgram', 'Udp')
            try {
                [object]::ReferenceEquals((Wait-Socket $foreign Write 5), $foreign) | Should -BeTrue
            }
            finally {
                $foreign.Dispose()
            }
        }

        It 'are named as a system call with -Verbose' {
            $output = @(Wait-Socket $client Write 5 -Verbose 4>&1)
            @($output | Where-Object { $_ -is [System.Management.Automation.VerboseRecord] }).Message | Should -BeLike 'poll(*) = 1'
        }
    }

    Context 'A closed socket' {
        It 'is SocketClosed' {
            Close-Socket $server
            Wait-Socket $server -TimeoutSeconds 5 @quiet | Should -BeNullOrEmpty
            Assert-Failure $failures -Id SocketClosed -Category InvalidOperation
            [object]::ReferenceEquals($failures[0].TargetObject, $server) | Should -BeTrue
        }

        It 'among others is an error, and the others are waited for, <How>' -ForEach @(
            @{ How = 'as an argument'; Wait = { param($Socket, $Quiet) Wait-Socket $Socket -TimeoutSeconds 5 @Quiet } }
            @{ How = 'piped'; Wait = { param($Socket, $Quiet) $Socket | Wait-Socket -TimeoutSeconds 5 @Quiet } }
        ) {
            $one, $two = New-StreamPair Stream
            $closed = New-Socket
            Close-Socket $closed
            Send-SocketData $client 'x'
            Send-SocketData $two 'x'
            $ready = . $Wait @($server, $closed, $one) $quiet
            $ready.Id | Should -Be $server.Id, $one.Id
            Assert-Failure $failures -Id SocketClosed -Category InvalidOperation
        }

        It 'while it is waited for ends the wait with SocketClosed, <Kind>' -ForEach @(
            @{ Kind = 'a stream'; Open = { $server } }
            @{ Kind = 'a listener'; Open = { $listener } }
            @{ Kind = 'a datagram socket'; Open = { New-Socket | Register-SocketAddress '[::1]:0' -PassThru } }
        ) {
            $socket = . $Open
            $worker = Start-Worker { param($Socket) Wait-Socket $Socket } -ArgumentList $socket
            Wait-WorkerBlocked $worker
            Close-Socket $socket
            $result = Wait-Worker $worker
            $worker = $null
            $result.Output | Should -BeNullOrEmpty -Because 'nothing can be read from it'
            Assert-Failure $result.Errors -Id SocketClosed -Category InvalidOperation
        }
    }

    Context 'Stopped' {
        It 'ends within 100 ms without an error, and the socket stays usable, <How>' -ForEach @(
            @{ How = 'waiting for one'; Wait = { param($Socket) Wait-Socket $Socket } }
            @{ How = 'with -TimeoutSeconds'; Wait = { param($Socket) Wait-Socket $Socket -TimeoutSeconds 60 } }
            @{ How = 'for an error'; Wait = { param($Socket) Wait-Socket $Socket Error } }
            @{ How = 'waiting for many'; Wait = { param($Socket) Wait-Socket (@($Socket) + @(1..40 | ForEach-Object { New-Socket IPv4 | Register-SocketAddress '127.0.0.1:0' -PassThru })) } }
        ) {
            $worker = Start-Worker $Wait -ArgumentList $server
            Assert-WorkerStop $worker
            $worker = $null

            Send-SocketData $client 'afterwards'
            (Wait-Socket $server -TimeoutSeconds 5).Id | Should -Be $server.Id
            Receive-SocketData $server -TimeoutSeconds 5 -AsText | Should -Be 'afterwards'
        }

        It 'gives the first of several with Select-Object -First 1' {
            $one, $two = New-StreamPair Stream
            Send-SocketData $client 'x'
            Send-SocketData $two 'x'
            (Wait-Socket $server, $one | Select-Object -First 1).Id | Should -Be $server.Id
            (Wait-Socket $server, $one -TimeoutSeconds 5).Id | Should -Be $server.Id, $one.Id
        }
    }
}
