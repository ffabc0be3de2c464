BeforeAll {
    . $PSScriptRoot/../helpers/Common.ps1

    # That a client reaches a listener at an address, and bytes go through.
    function Assert-Reachable {
        param(
            [Parameter(Mandatory, Position = 0)] [System.Net.Sockets.Socket] $Listener,
            [Parameter(Position = 1)] [object] $At = $Listener.LocalEndPoint
        )

        $client = Connect-Socket $At -TimeoutSeconds 5 -ErrorAction Stop
        $server = Receive-SocketConnection $Listener -TimeoutSeconds 5 -ErrorAction Stop
        Send-SocketData $client 'hello'
        Receive-SocketData $server -TimeoutSeconds 5 -AsText | Should -Be 'hello'
        Close-Socket $client, $server
    }

    # How many connections may wait: the kernel tells in tcpi_sacked of TCP_INFO.
    function Get-Backlog {
        param([Parameter(Mandatory, Position = 0)] [System.Net.Sockets.Socket] $Socket)

        [BitConverter]::ToInt32((Get-SocketOption $Socket -Level 6 -Option 11), 28)
    }
}

Describe 'Start-SocketListener' {
    BeforeEach {
        $quiet = @{ ErrorVariable = 'failures'; ErrorAction = 'SilentlyContinue' }
    }

    AfterEach {
        Get-Socket | Close-Socket
    }

    Context 'on a socket' {
        It 'lets it listen, <How>' -ForEach @(
            @{ How = 'by position'; Start = { param($Socket) Start-SocketListener $Socket } }
            @{ How = 'by name'; Start = { param($Socket) Start-SocketListener -Backlog 5 -Socket $Socket } }
            @{ How = 'piped'; Start = { param($Socket) $Socket | Start-SocketListener } }
        ) {
            $socket = New-Socket IPv4 Stream | Register-SocketAddress '127.0.0.1:0' -PassThru
            & $Start $socket | Should -BeNullOrEmpty
            $socket.State | Should -Be 'Listening'
            Assert-Reachable $socket
        }

        It 'writes the socket with -PassThru' {
            $socket = New-Socket IPv4 Stream | Register-SocketAddress '127.0.0.1:0' -PassThru
            $output = $socket | Start-SocketListener -PassThru
            [object]::ReferenceEquals($output, $socket) | Should -BeTrue
        }

        It 'lets every kind listen that can, <Kind>' -ForEach @(
            @{ Kind = 'IPv6'; Open = { New-Socket IPv6 Stream | Register-SocketAddress '[::1]:0' -PassThru } }
            @{ Kind = 'a UNIX stream'; Open = { New-Socket Unix Stream | Register-SocketAddress (New-TestPath) -PassThru } }
            @{ Kind = 'an abstract name'; Open = { New-Socket Unix Stream | Register-SocketAddress "@pss-$([guid]::NewGuid().ToString('N').Substring(0, 12))" -PassThru } }
        ) {
            $socket = & $Open
            Start-SocketListener $socket
            $socket.State | Should -Be 'Listening'
            Assert-Reachable $socket
        }

        It 'lets a UNIX socket of packets listen' {
            $socket = New-Socket Unix SeqPacket | Register-SocketAddress (New-TestPath) -PassThru
            Start-SocketListener $socket
            $client = New-Socket Unix SeqPacket | Connect-Socket $socket.LocalEndPoint -PassThru
            Send-Datagram $client 'packet'
            Receive-SocketConnection $socket -TimeoutSeconds 5 | Receive-Datagram -TimeoutSeconds 5 -AsText | Should -Be 'packet'
        }

        It 'gives a socket without an address one' {
            $socket = New-Socket IPv4 Stream
            Start-SocketListener $socket
            $socket.LocalEndPoint.Port | Should -BeGreaterThan 0
            Assert-Reachable $socket "127.0.0.1:$($socket.LocalEndPoint.Port)"
        }

        It 'lets several listen' {
            $sockets = 1..3 | ForEach-Object { New-Socket IPv4 Stream | Register-SocketAddress '127.0.0.1:0' -PassThru }
            Start-SocketListener $sockets
            $sockets | ForEach-Object { Assert-Reachable $_ }
        }

        It 'goes on after one that is <How>' -ForEach @(
            @{ How = 'closed'; Break = { $socket = New-Socket IPv4 Stream; Close-Socket $socket; $socket }; Id = 'SocketClosed'; Category = 'InvalidOperation' }
            @{ How = 'a datagram socket'; Break = { New-Socket IPv4 Datagram }; Id = 'OperationNotSupported'; Category = 'NotImplemented' }
            @{ How = 'connected'; Break = { New-StreamPair Stream | Select-Object -First 1 }; Id = 'InvalidArgument'; Category = 'InvalidArgument' }
        ) {
            $bad = & $Break
            $first, $last = 1..2 | ForEach-Object { New-Socket IPv4 Stream | Register-SocketAddress '127.0.0.1:0' -PassThru }
            $output = $first, $bad, $last | Start-SocketListener -PassThru @quiet
            $output.Id | Should -Be $first.Id, $last.Id
            Assert-Failure $failures -Id $Id -Category $Category
            [object]::ReferenceEquals($failures[0].TargetObject, $bad) | Should -BeTrue
            Assert-Reachable $last
        }

        It 'may be told again, with another backlog' {
            $socket = New-Socket IPv4 Stream | Register-SocketAddress '127.0.0.1:0' -PassThru
            Start-SocketListener $socket 5
            Get-Backlog $socket | Should -Be 5
            Start-SocketListener $socket 7
            Get-Backlog $socket | Should -Be 7
        }

        It 'is named as a system call with -Verbose' {
            $socket = New-Socket IPv4 Stream | Register-SocketAddress '127.0.0.1:0' -PassThru
            $messages = @(Start-SocketListener $socket -Verbose 4>&1)
            $messages.Count | Should -Be 1
            $messages[0].Message | Should -BeExactly "listen(AF_INET, $($socket.LocalEndPoint)) = 0"
        }
    }

    Context '-LocalEndPoint' {
        It 'makes, binds and listens in one, and writes the socket' {
            $listener = Start-SocketListener -LocalEndPoint '127.0.0.1:0'
            $listener | Should -BeOfType System.Net.Sockets.Socket
            $listener.AddressFamily | Should -Be 'InterNetwork'
            $listener.SocketType | Should -Be 'Stream'
            $listener.State | Should -Be 'Listening'
            "$($listener.LocalEndPoint.Address)" | Should -Be '127.0.0.1'
            $listener.LocalEndPoint.Port | Should -BeGreaterThan 0
            [object]::ReferenceEquals((Get-Socket $listener.Id), $listener) | Should -BeTrue
            Assert-Reachable $listener
        }

        It 'leaves it open when Select-Object -First ends the pipeline' {
            $listener = '127.0.0.1:0', '127.0.0.1:0' | ForEach-Object { Start-SocketListener $_ } | Select-Object -First 1
            (Get-Socket -State Listening).Count | Should -Be 1
            $connection = Connect-Socket $listener.LocalEndPoint | Select-Object -First 1
            $connection.Connected | Should -BeTrue
        }

        It 'means both families with <_>' -ForEach ':0', '*:0' {
            $listener = Start-SocketListener -LocalEndPoint $_
            $listener.AddressFamily | Should -Be 'InterNetworkV6'
            $listener.DualMode | Should -BeTrue
            $port = $listener.LocalEndPoint.Port
            Assert-Reachable $listener "127.0.0.1:$port"
            Assert-Reachable $listener "[::1]:$port"
        }

        It 'means IPv6 alone with an IPv6 address, and both with -DualMode' {
            $alone = Start-SocketListener -LocalEndPoint '[::]:0'
            $alone.DualMode | Should -BeFalse
            Assert-Reachable $alone "[::1]:$($alone.LocalEndPoint.Port)"
            Connect-Socket "127.0.0.1:$($alone.LocalEndPoint.Port)" -TimeoutSeconds 5 @quiet
            Assert-Failure $failures -Id ConnectionRefused -Category ConnectionError

            $both = Start-SocketListener -LocalEndPoint '[::]:0' -DualMode
            $both.DualMode | Should -BeTrue
            Assert-Reachable $both "127.0.0.1:$($both.LocalEndPoint.Port)"
            Assert-Reachable $both "[::1]:$($both.LocalEndPoint.Port)"
        }

        It 'takes <What>' -ForEach @(
            @{ What = 'an IPv6 address'; EndPoint = { '[::1]:0' } }
            @{ What = 'the name of a host'; EndPoint = { 'localhost:0' } }
            @{ What = 'an EndPoint'; EndPoint = { [System.Net.IPEndPoint]::new([ipaddress]::Loopback, 0) } }
            @{ What = 'a UNIX path'; EndPoint = { New-TestPath } }
            @{ What = 'an abstract name'; EndPoint = { "@pss-$([guid]::NewGuid().ToString('N').Substring(0, 12))" } }
            @{ What = 'a UNIX EndPoint'; EndPoint = { [System.Net.Sockets.UnixDomainSocketEndPoint]::new((New-TestPath)) } }
        ) {
            $listener = Start-SocketListener -LocalEndPoint (& $EndPoint)
            $listener.State | Should -Be 'Listening'
            Assert-Reachable $listener
        }

        It 'takes a UNIX path relative to the current location' {
            $path = New-TestPath
            Push-Location (Split-Path $path)
            try {
                $listener = Start-SocketListener -LocalEndPoint "./$(Split-Path $path -Leaf)"
            }
            finally {
                Pop-Location
            }
            Test-Path -LiteralPath $path | Should -BeTrue
            Assert-Reachable $listener $path
        }

        It 'makes a UNIX socket file, which goes with the socket' {
            $path = New-TestPath
            $listener = Start-SocketListener -LocalEndPoint $path
            Test-Path -LiteralPath $path | Should -BeTrue
            Close-Socket $listener
            Test-Path -LiteralPath $path | Should -BeFalse
        }

        It 'is AddressAlreadyInUse when somebody listens there, <Where>' -ForEach @(
            @{ Where = 'on IPv4'; At = { '127.0.0.1:0' } }
            @{ Where = 'on IPv6'; At = { '[::1]:0' } }
            @{ Where = 'on both'; At = { ':0' } }
            @{ Where = 'at a UNIX path'; At = { New-TestPath } }
        ) {
            $first = Start-SocketListener -LocalEndPoint (& $At)
            Start-SocketListener -LocalEndPoint "$($first.LocalEndPoint)" @quiet | Should -BeNullOrEmpty
            Assert-Failure $failures -Id AddressAlreadyInUse -Category ResourceExists
            $failures[0].Exception.Message | Should -BeLike (Format-SystemError "*$([WildcardPattern]::Escape("$($first.LocalEndPoint)"))*EADDRINUSE (98)*")
            @(Get-Socket).Count | Should -Be 1 -Because 'the socket that failed is closed'
        }

        It 'takes the address again at once after old connections' {
            $first = Start-SocketListener -LocalEndPoint '127.0.0.1:0'
            $at = $first.LocalEndPoint
            $client = Connect-Socket $at
            $server = Receive-SocketConnection $first -TimeoutSeconds 5
            Close-Socket $server # who closes first keeps the address for a minute
            Close-Socket $client, $first
            Assert-Reachable (Start-SocketListener -LocalEndPoint "$at")
        }

        It 'does not share a port without -ReusePort' {
            $listener = Start-SocketListener -LocalEndPoint '127.0.0.1:0'
            Get-SocketOption $listener ReuseAddress | Should -BeTrue
            Get-SocketOption $listener ReusePort | Should -BeFalse
        }

        It 'shares a port with -ReusePort, and each listener gets connections' {
            $first = Start-SocketListener -LocalEndPoint '127.0.0.1:0' -ReusePort
            $second = Start-SocketListener -LocalEndPoint "$($first.LocalEndPoint)" -ReusePort
            $second.LocalEndPoint | Should -Be $first.LocalEndPoint
            $clients = 1..40 | ForEach-Object { Connect-Socket $first.LocalEndPoint -TimeoutSeconds 5 }
            $byFirst = @(Receive-SocketConnection $first -Continuous -TimeoutSeconds 0)
            $bySecond = @(Receive-SocketConnection $second -Continuous -TimeoutSeconds 0)
            $byFirst.Count | Should -BeGreaterThan 0
            $bySecond.Count | Should -BeGreaterThan 0
            $byFirst.Count + $bySecond.Count | Should -Be $clients.Count
        }

        It 'refuses to share with a listener that does not' {
            $first = Start-SocketListener -LocalEndPoint '127.0.0.1:0'
            Start-SocketListener -LocalEndPoint "$($first.LocalEndPoint)" -ReusePort @quiet
            Assert-Failure $failures -Id AddressAlreadyInUse -Category ResourceExists
        }

        It 'refuses <What>' -ForEach @(
            @{ What = 'text that is not an end point'; Text = '[::1'; Id = 'InvalidEndPoint'; Category = 'InvalidArgument' }
            @{ What = 'empty text'; Text = ''; Id = 'InvalidEndPoint'; Category = 'InvalidArgument' }
            @{ What = 'a port that does not exist'; Text = '127.0.0.1:70000'; Id = 'InvalidEndPoint'; Category = 'InvalidArgument' }
            @{ What = 'a host that does not exist'; Text = 'no-such-host.invalid:0'; Id = 'HostNotFound'; Category = 'ObjectNotFound' }
            @{ What = 'an address of another machine'; Text = '192.0.2.77:0'; Id = 'AddressNotAvailable'; Category = 'ObjectNotFound' }
            @{ What = 'a path in no directory'; Text = '/no/such/directory/x.sock'; Id = 'AddressNotAvailable'; Category = 'ObjectNotFound' }
        ) {
            Start-SocketListener -LocalEndPoint $Text @quiet | Should -BeNullOrEmpty
            Assert-Failure $failures -Id $Id -Category $Category
            Get-Socket | Should -BeNullOrEmpty
        }

        It 'is not taken together with -Socket' {
            $socket = New-Socket IPv4 Stream
            $failure = { Start-SocketListener -Socket $socket -LocalEndPoint '127.0.0.1:0' } | Should -Throw -PassThru
            $failure.FullyQualifiedErrorId | Should -BeLike 'AmbiguousParameterSet,*'
            $failure.CategoryInfo.Category | Should -Be 'InvalidArgument'
        }

        It 'is named as its system calls with -Verbose' {
            $output = @(Start-SocketListener -LocalEndPoint '127.0.0.1:0' -Verbose 4>&1)
            $messages = @($output | Where-Object { $_ -is [System.Management.Automation.VerboseRecord] } | ForEach-Object Message)
            $at = ($output | Where-Object { $_ -is [System.Net.Sockets.Socket] }).LocalEndPoint
            $messages | Should -Contain "bind(AF_INET, $at) = 0"
            $messages | Should -Contain "listen(AF_INET, $at) = 0"
        }
    }

    Context 'Stopped' {
        It 'gives back the port of a listener that nobody has got' {
            $never = New-Socket
            # What -Verbose says of a socket comes before it.
            $said = [System.Collections.Concurrent.ConcurrentQueue[string]]::new()
            $worker = Start-Worker {
                param($Said, $Never)
                Start-SocketListener '127.0.0.1:0' -Verbose 4>&1 | ForEach-Object {
                    $Said.Enqueue("$_")
                    if ("$_" -like 'listen(*') { Wait-Socket $Never }
                }
            } -ArgumentList @($said, $never)
            Wait-Until { "$said" -like '*listen(*' }
            $before = @(Get-Socket -All | Where-Object State -EQ 'Listening').Count
            Assert-WorkerStop $worker
            @(Get-Socket -All | Where-Object State -EQ 'Listening').Count | Should -Be ($before - 1)
        }
    }

    Context '-Backlog' {
        It 'is what the kernel is told, <How>' -ForEach @(
            @{ How = 'on a socket, by position'; Start = { New-Socket IPv4 Stream | Register-SocketAddress '127.0.0.1:0' -PassThru | ForEach-Object { Start-SocketListener $_ 3 -PassThru } } }
            @{ How = 'on a socket, by name'; Start = { New-Socket IPv4 Stream | Register-SocketAddress '127.0.0.1:0' -PassThru | Start-SocketListener -Backlog 3 -PassThru } }
            @{ How = 'with -LocalEndPoint'; Start = { Start-SocketListener -LocalEndPoint '127.0.0.1:0' -Backlog 3 } }
        ) {
            Get-Backlog (& $Start) | Should -Be 3
        }

        It 'is as many as the system allows when it is not given' {
            $most = [int](Get-Content -LiteralPath /proc/sys/net/core/somaxconn)
            Get-Backlog (Start-SocketListener -LocalEndPoint '127.0.0.1:0') | Should -Be $most
            Get-Backlog (New-Socket IPv4 Stream | Register-SocketAddress '127.0.0.1:0' -PassThru | Start-SocketListener -PassThru) | Should -Be $most
        }

        It 'lets one connection wait with 0, and no second one' {
            $listener = Start-SocketListener -LocalEndPoint '127.0.0.1:0' -Backlog 0
            Get-Backlog $listener | Should -Be 0
            $first = Connect-Socket $listener.LocalEndPoint -TimeoutSeconds 5
            Connect-Socket $listener.LocalEndPoint -TimeoutSeconds 0.1 @quiet | Should -BeNullOrEmpty
            Assert-Failure $failures -Id TimedOut -Category OperationTimeout
            (Receive-SocketConnection $listener -TimeoutSeconds 5).RemoteEndPoint | Should -Be $first.LocalEndPoint
            Assert-Reachable $listener
        }

        It 'is not negative' {
            $failure = { Start-SocketListener -LocalEndPoint '127.0.0.1:0' -Backlog -1 } | Should -Throw -PassThru
            $failure.FullyQualifiedErrorId | Should -BeLike 'ParameterArgumentValidationError,*'
            $failure.CategoryInfo.Category | Should -Be 'InvalidData'
        }
    }
}
