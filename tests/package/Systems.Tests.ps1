#Requires -Version 7.4

# What once differed between systems and must not: the same script, with the same result, on Linux and on the Windows build
# of .NET, where build.ps1 -Task TestWindows runs this file too. The rest of the differences is in docs/compatibility.md.
Describe 'What is the same on every system' {
    BeforeAll {
        . "$PSScriptRoot/../helpers/Common.ps1"

        # The address of a listener that takes no connection more.
        function Get-FullEndPoint {
            $full = New-Socket IPv4 Stream | Register-SocketAddress '127.0.0.1:0' -PassThru
            $full.Listen(0)
            foreach ($number in 1..4) {
                $waiting = New-Socket IPv4 Stream
                $waiting.Blocking = $false
                try {
                    $waiting.Connect($full.LocalEndPoint)
                }
                catch [System.Net.Sockets.SocketException] {
                    $_.Exception.SocketErrorCode | Should -Be 'WouldBlock'
                }
            }
            $full.LocalEndPoint
        }

        function Get-UnusedEndPoint {
            $socket = New-Socket IPv4 Stream | Register-SocketAddress '127.0.0.1:0' -PassThru
            $socket.LocalEndPoint
            Close-Socket $socket
        }
    }

    BeforeEach {
        $quiet = @{ ErrorVariable = 'failures'; ErrorAction = 'SilentlyContinue' }
        $worker = $null
    }

    AfterEach {
        $worker | Where-Object { $_ } | ForEach-Object { $null = Stop-Worker $_ -AllowEnded }
        Get-Socket | Close-Socket
    }

    It 'is that urgent data that does not come is waited for, until the time is over or a stop comes' {
        $client, $server = Open-Connection
        Receive-SocketData $server -OutOfBand -TimeoutSeconds 0.2 @quiet
        Assert-Failure $failures -Id TimedOut -Category OperationTimeout
        Assert-WorkerStop (Start-Worker { param($Socket) Receive-SocketData $Socket -OutOfBand } -ArgumentList $server)
        Send-SocketData $client 'after'
        Receive-SocketData $server -TimeoutSeconds 5 -AsText | Should -Be 'after'
    }

    It 'is that a refused socket can try again' {
        $socket = New-Socket IPv4 Stream
        $endPoint = Get-UnusedEndPoint
        Connect-Socket $socket $endPoint @quiet
        Assert-Failure $failures -Id ConnectionRefused -Category ConnectionError
        $null = Start-SocketListener $endPoint
        Connect-Socket $socket $endPoint -TimeoutSeconds 10
        $socket.State | Should -Be 'Connected'
    }

    It 'is that a socket can try again after a connect that <How>' -ForEach @(
        @{ How = 'took too long' }
        @{ How = 'was stopped' }
    ) {
        $socket = New-Socket IPv4 Stream
        $full = Get-FullEndPoint
        if ($How -eq 'was stopped') {
            $worker = Start-Worker { param($Socket, $EndPoint) Connect-Socket $Socket $EndPoint } -ArgumentList $socket, $full
            Wait-WorkerBlocked $worker
            $null = Stop-Worker $worker
            $worker = $null
        }
        else {
            Connect-Socket $socket $full -TimeoutSeconds 0.2 @quiet
            Assert-Failure $failures -Id TimedOut -Category OperationTimeout
        }
        $listener = Start-SocketListener '127.0.0.1:0'
        Connect-Socket $socket $listener.LocalEndPoint -TimeoutSeconds 10
        $socket.State | Should -Be 'Connected'
    }

    It 'is that all arrives with Linger 5, which is read as 5, also in the list of all options' {
        $client, $server = Open-Connection
        Set-SocketOption $client Linger 5
        Get-SocketOption $client Linger | Should -Be 5
        (Get-SocketOption $client @quiet | Where-Object Name -EQ 'Linger').Value | Should -Be 5
        $failures | Should -BeNullOrEmpty
        $worker = Start-Worker { param($Socket) Receive-SocketData $Socket -ToEnd -TimeoutSeconds 20 } -ArgumentList $server
        Send-SocketData $client ([byte[]]::new(2000000))
        Close-Socket $client
        $result = Wait-Worker $worker
        $worker = $null
        $result.Output[0].Length | Should -Be 2000000
    }

    It 'is that datagram sockets with -ReuseAddress share a port' {
        $first = New-Socket IPv4 Datagram -ReuseAddress | Register-SocketAddress '0.0.0.0:0' -PassThru
        $second = New-Socket IPv4 Datagram -ReuseAddress | Register-SocketAddress $first.LocalEndPoint -PassThru
        "$($second.LocalEndPoint)" | Should -Be "$($first.LocalEndPoint)"
        New-Socket IPv4 Datagram | Register-SocketAddress $first.LocalEndPoint @quiet
        $failures[0].FullyQualifiedErrorId | Should -Match '^(AddressAlreadyInUse|AccessDenied),'
    }

    It 'is that the peer of a datagram socket is the last one' {
        $socket = New-Socket IPv4 Datagram
        $first, $last = 1..2 | ForEach-Object { New-Socket IPv4 Datagram | Register-SocketAddress '127.0.0.1:0' -PassThru }
        foreach ($peer in $first, $last) {
            Connect-Socket $socket $peer.LocalEndPoint
            "$((Get-Socket | Where-Object Id -EQ $socket.Id).RemoteEndPoint)" | Should -Be "$($peer.LocalEndPoint)"
            "$($socket.RemoteEndPoint)" | Should -Be "$($peer.LocalEndPoint)"
            Send-Datagram $socket 'x'
            Receive-Datagram $peer -TimeoutSeconds 5 -AsText | Should -Be 'x'
        }
    }

    It 'is that a socket that is closed while it is waited for is SocketClosed' {
        $socket = New-Socket IPv4 Datagram | Register-SocketAddress '127.0.0.1:0' -PassThru
        $worker = Start-Worker { param($Socket) Wait-Socket $Socket } -ArgumentList $socket
        Wait-WorkerBlocked $worker
        Close-Socket $socket
        $result = Wait-Worker $worker
        $worker = $null
        Assert-Failure $result.Errors -Id SocketClosed -Category InvalidOperation
    }

    It 'is that a kind of socket that the system lacks is NotSupported: Unix <Type>' -ForEach @{ Type = 'Stream' }, @{ Type = 'Datagram' } {
        $socket = New-Socket Unix $Type @quiet
        if ($IsWindows -and ($Type -eq 'Datagram' -or -not [System.Net.Sockets.Socket]::OSSupportsUnixDomainSockets)) {
            Assert-Failure $failures -Id NotSupported -Category NotImplemented
        }
        else {
            $failures | Should -BeNullOrEmpty
            $socket.State | Should -Be 'New'
        }
    }

    It 'is that an error is found by the name or number of any system: <Code>' -ForEach @(
        @{ Code = 'ECONNREFUSED'; Name = 'ECONNREFUSED' }
        @{ Code = 'WSAECONNREFUSED'; Name = 'ECONNREFUSED' }
        @{ Code = '10061'; Name = 'ECONNREFUSED' }
        @{ Code = '10009'; Name = 'EBADF' }
        @{ Code = '10093'; Name = 'WSANOTINITIALISED' }
    ) {
        $found = Get-SocketError $Code
        $found.Name | Should -Be $Name
        $found.Message | Should -Match '[a-z)]$' -Because 'something follows it in messages'
        $found.RecommendedAction | Should -Match '\.$'
    }

    It 'is how the error of a closed socket reads' {
        $socket = New-Socket IPv4 Datagram
        Close-Socket $socket
        Receive-Datagram $socket @quiet
        $failures[0].Exception.Message | Should -BeLike 'recvfrom: EBADF (*) *[a-z]: the socket is closed'
    }

    It 'is that an address is given once for each type of socket, with its protocol' {
        $found = @(Resolve-SocketAddress 127.0.0.1 80)
        ($found.SocketType | Sort-Object -Unique).Count | Should -Be $found.Count
        $found.SocketType | Should -Not -Contain 0
        ($found | Where-Object SocketType -EQ 'Stream').ProtocolType | Should -Be 'Tcp'
        ($found | Where-Object SocketType -EQ 'Dgram').ProtocolType | Should -Be 'Udp'
    }

    It 'is that a receive is at the end after -Direction Receive' {
        $client, $server = Open-Connection
        Disconnect-Socket $client -Direction Receive
        Receive-SocketData $client -TimeoutSeconds 5 @quiet | Should -BeNullOrEmpty
        $failures | Should -BeNullOrEmpty
        Send-SocketData $client 'the other way'
        Receive-SocketData $server -TimeoutSeconds 5 -AsText | Should -Be 'the other way'
    }
}
