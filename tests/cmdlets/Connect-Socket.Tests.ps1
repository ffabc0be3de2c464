Describe 'An error of a name' {
    BeforeAll {
        . "$PSScriptRoot/../helpers/Common.ps1"
    }

    It 'shows the name as it was typed, and no number of .NET' {
        Connect-Socket example.invalid:80 -TimeoutSeconds 5 -ErrorAction SilentlyContinue -ErrorVariable failure
        "$($failure[0].TargetObject)" | Should -BeExactly 'example.invalid:80'
        $failure[0].TargetObject | Should -BeOfType System.Net.DnsEndPoint
        "$($failure[0].Exception)" | Should -BeLike 'PSSockets.SocketCallException: *example.invalid*'
        $failure[0] | Format-List * -Force | Out-String -Width 300 | Should -Not -Match '0x[0-9A-F]{8}|Unspecified/'
    }
}

Describe 'Connect-Socket' {
    BeforeAll {
        . "$PSScriptRoot/../helpers/Common.ps1"

        function Open-Listener {
            param([string] $EndPoint = '[::1]:0')

            $family = $EndPoint -like '`[*' ? 'IPv6' : $EndPoint -match '^\d' ? 'IPv4' : 'Unix'
            $listener = New-Socket $family Stream | Register-SocketAddress -LocalEndPoint $EndPoint -PassThru
            $listener.Listen()
            $listener
        }

        # A listener whose backlog is full: who connects now waits until somebody accepts, which nobody does.
        function Open-FullListener {
            param([string] $Family = 'IPv6')

            $listener = New-Socket $Family Stream | Register-SocketAddress -LocalEndPoint ($Family -eq 'Unix' ? (New-TestPath) : '[::1]:0') -PassThru
            $listener.Listen(0)
            $pending = foreach ($number in 1..4) {
                $client = New-Socket $Family Stream
                $client.Blocking = $false
                try {
                    $client.Connect($listener.LocalEndPoint)
                }
                catch {
                    $_.Exception.InnerException.SocketErrorCode | Should -Be 'WouldBlock'
                }
                $client
            }
            Wait-Until -Because 'the backlog is full' { @($pending | Where-Object { "$($_.State)" -eq 'Connected' }).Count -ge 1 }
            @($pending | Where-Object { "$($_.State)" -ne 'Connected' }).Count | Should -BeGreaterThan 0
            $listener
        }

        # An address at which nobody is: it was free a moment ago.
        function Get-DeadEndPoint {
            param([string] $Family = 'IPv6')

            $socket = New-Socket $Family Stream | Register-SocketAddress -LocalEndPoint ($Family -eq 'IPv6' ? '[::1]:0' : '127.0.0.1:0') -PassThru
            $socket.LocalEndPoint
            Close-Socket $socket
        }

        # Sends both ways over a stream: the client and the listener it is connected to.
        function Assert-Connected {
            param($Client, $Listener)

            $server = $Listener.Accept()
            try {
                $buffer = [byte[]]::new(8)
                $Client.ReceiveTimeout = $server.ReceiveTimeout = 5000
                $Client.Send([byte[]] (1, 2, 3)) | Should -Be 3
                $server.Receive($buffer) | Should -Be 3
                $server.Send([byte[]] (4, 5)) | Should -Be 2
                $Client.Receive($buffer) | Should -Be 2
            }
            finally {
                $server.Dispose()
            }
        }
    }

    AfterEach {
        Get-Socket | Close-Socket
    }

    Context 'how it is called' {
        It 'takes socket and address by position' {
            $listener = Open-Listener
            $socket = New-Socket IPv6 Stream

            Connect-Socket $socket $listener.LocalEndPoint

            Assert-Connected $socket $listener
        }

        It 'takes the socket from the pipeline, and the address by position' {
            $listener = Open-Listener
            $socket = New-Socket IPv6 Stream

            $socket | Connect-Socket $listener.LocalEndPoint

            Assert-Connected $socket $listener
        }

        It 'takes everything by name' {
            $listener = Open-Listener
            $socket = New-Socket IPv6 Stream

            Connect-Socket -TimeoutSeconds 5 -RemoteEndPoint $listener.LocalEndPoint -Socket $socket

            Assert-Connected $socket $listener
        }

        It 'makes the socket when there is none, by position and by name' {
            $listener = Open-Listener

            foreach ($socket in (Connect-Socket "$($listener.LocalEndPoint)"), (Connect-Socket -RemoteEndPoint $listener.LocalEndPoint)) {
                $socket.SocketType | Should -Be 'Stream'
                $socket.AddressFamily | Should -Be 'InterNetworkV6'
                $socket.ProtocolType | Should -Be 'Tcp'
                Assert-Connected $socket $listener
            }
        }

        It 'takes the time-out as the next position' {
            $listener = Open-Listener

            Assert-Connected (Connect-Socket $listener.LocalEndPoint -TimeoutSeconds 5) $listener
            $socket = New-Socket IPv6 Stream
            Connect-Socket $socket $listener.LocalEndPoint 5
            Assert-Connected $socket $listener
        }

        It 'takes several sockets, as an argument and from the pipeline' {
            $listener = Open-Listener
            $sockets = 1..4 | ForEach-Object { New-Socket IPv6 Stream }

            Connect-Socket $sockets[0, 1] $listener.LocalEndPoint
            $sockets[2, 3] | Connect-Socket $listener.LocalEndPoint

            foreach ($socket in $sockets) {
                Assert-Connected $socket $listener
            }
        }

        It 'does nothing when the pipeline brings no socket' {
            $listener = Open-Listener

            Get-Socket -State Connected | Connect-Socket $listener.LocalEndPoint | Should -BeNullOrEmpty

            (Get-Socket).Id | Should -Be $listener.Id
        }

        It 'writes nothing about a socket that was given, without -PassThru' {
            $listener = Open-Listener

            Connect-Socket (New-Socket IPv6 Stream) $listener.LocalEndPoint | Should -BeNullOrEmpty
            New-Socket IPv6 Stream | Connect-Socket $listener.LocalEndPoint | Should -BeNullOrEmpty
            New-Socket IPv6 Datagram | Connect-Socket $listener.LocalEndPoint | Should -BeNullOrEmpty
        }

        It 'writes the sockets with -PassThru' {
            $listener = Open-Listener
            $sockets = 1..2 | ForEach-Object { New-Socket IPv6 Stream }

            $output = Connect-Socket $sockets $listener.LocalEndPoint -PassThru

            $output.Count | Should -Be 2
            [object]::ReferenceEquals($output[0], $sockets[0]) | Should -BeTrue
            [object]::ReferenceEquals($output[1], $sockets[1]) | Should -BeTrue
        }

        It 'writes the socket that it makes once, also with -PassThru' {
            $listener = Open-Listener

            @(Connect-Socket $listener.LocalEndPoint -PassThru).Count | Should -Be 1
        }

        It 'puts the socket that it makes on the list of Get-Socket' {
            $listener = Open-Listener
            $socket = Connect-Socket $listener.LocalEndPoint

            [object]::ReferenceEquals((Get-Socket $socket.Id), $socket) | Should -BeTrue
        }

        It 'refuses null' {
            $socket = New-Socket

            $failure = { Connect-Socket $socket $null } | Should -Throw -ErrorId 'ParameterArgumentValidationError,*' -PassThru
            $failure.CategoryInfo.Category | Should -Be 'InvalidData'
        }

        It 'refuses the time-out <_>' -ForEach -1, -0.001, 2147484, ([double]::NaN) {
            $seconds = $_
            $failure = { Connect-Socket '[::1]:1' -TimeoutSeconds $seconds } | Should -Throw -ErrorId 'ParameterArgumentValidationError,*' -PassThru

            $failure.CategoryInfo.Category | Should -Be 'InvalidData'
        }
    }

    Context 'datagrams' {
        BeforeEach {
            $one, $two = 1..2 | ForEach-Object { New-Socket IPv6 | Register-SocketAddress -LocalEndPoint '[::1]:0' -PassThru }
            $socket = New-Socket IPv6
        }

        It 'fixes the peer: what is sent goes there' {
            Connect-Socket $socket $one.LocalEndPoint

            Send-Datagram $socket 'hello'
            $datagram = Receive-Datagram $one -TimeoutSeconds 5

            $datagram.Text | Should -Be 'hello'
            $datagram.RemoteEndPoint | Should -Be $socket.LocalEndPoint
            $socket.RemoteEndPoint | Should -Be $one.LocalEndPoint
            "$($socket.State)" | Should -Be 'Connected'
        }

        It 'fixes the peer: nobody else is heard' {
            Connect-Socket $socket $one.LocalEndPoint

            Send-Datagram $two 'stranger' $socket.LocalEndPoint
            Send-Datagram $one 'peer' $socket.LocalEndPoint

            (Receive-Datagram $socket -TimeoutSeconds 5).Text | Should -Be 'peer'
            $null = Receive-Datagram $socket -TimeoutSeconds 0 -ErrorAction SilentlyContinue -ErrorVariable failure
            $failure.FullyQualifiedErrorId | Should -BeLike 'TimedOut,*'
            $failure.CategoryInfo.Category | Should -Be 'OperationTimeout'
        }

        It 'fixes another peer, as often as one likes' {
            foreach ($peer in $one, $two, $one, $two) {
                Connect-Socket $socket $peer.LocalEndPoint
                $socket.RemoteEndPoint | Should -Be $peer.LocalEndPoint
                Send-Datagram $socket 'hello'
                (Receive-Datagram $peer -TimeoutSeconds 5).RemoteEndPoint.Port | Should -Be $socket.LocalEndPoint.Port
                Send-Datagram $peer 'back' $socket.LocalEndPoint
                (Receive-Datagram $socket -TimeoutSeconds 5).Text | Should -Be 'back'
            }
        }

        It 'connects two sockets with each other' {
            Connect-Socket $one $two.LocalEndPoint
            Connect-Socket $two $one.LocalEndPoint

            Send-Datagram $one 'there'
            Send-Datagram $two 'and back'

            (Receive-Datagram $two -TimeoutSeconds 5).Text | Should -Be 'there'
            (Receive-Datagram $one -TimeoutSeconds 5).Text | Should -Be 'and back'
        }

        It 'needs nobody there' {
            Connect-Socket $socket (Get-DeadEndPoint) -ErrorVariable failure

            $failure | Should -BeNullOrEmpty
            "$($socket.State)" | Should -Be 'Connected'
        }

        It 'lets a dual-mode socket have an IPv4 peer' {
            $peer = New-Socket IPv4 | Register-SocketAddress -LocalEndPoint '127.0.0.1:0' -PassThru
            $dual = New-Socket

            Connect-Socket $dual "127.0.0.1:$($peer.LocalEndPoint.Port)"

            Send-Datagram $dual 'hello'
            (Receive-Datagram $peer -TimeoutSeconds 5).Text | Should -Be 'hello'
        }

        It 'takes the name localhost' {
            $peer = New-Socket IPv4 | Register-SocketAddress -LocalEndPoint '127.0.0.1:0' -PassThru
            $mine = New-Socket IPv4

            Connect-Socket $mine "localhost:$($peer.LocalEndPoint.Port)"

            Send-Datagram $mine 'hello'
            (Receive-Datagram $peer -TimeoutSeconds 5).Text | Should -Be 'hello'
        }

        It 'connects UNIX datagram sockets' {
            $path = New-TestPath
            $peer = New-Socket Unix | Register-SocketAddress -LocalEndPoint $path -PassThru
            $mine = New-Socket Unix | Register-SocketAddress -LocalEndPoint (New-TestPath) -PassThru

            Connect-Socket $mine $path

            "$($mine.RemoteEndPoint)" | Should -Be $path
            Send-Datagram $mine 'hello'
            $datagram = Receive-Datagram $peer -TimeoutSeconds 5
            $datagram.Text | Should -Be 'hello'
            $datagram.RemoteEndPoint | Should -Be $mine.LocalEndPoint
        }

        It 'lets a socket that was made elsewhere tell where its datagrams came in' {
            $foreign = [System.Net.Sockets.Socket]::new('InterNetworkV6', 'Dgram', 'Udp')
            try {
                Connect-Socket $foreign $one.LocalEndPoint
                Send-Datagram $one 'hello' $foreign.LocalEndPoint

                (Receive-Datagram $foreign -TimeoutSeconds 5).LocalAddress | Should -Be '::1'
            }
            finally {
                $foreign.Dispose()
            }
        }

        It 'reports a UNIX path that is not there, and the socket can be connected afterwards' {
            $path = New-TestPath
            $mine = New-Socket Unix Datagram

            Connect-Socket $mine $path -ErrorAction SilentlyContinue -ErrorVariable failure
            $failure.FullyQualifiedErrorId | Should -BeLike 'AddressNotAvailable,*'
            $failure.CategoryInfo.Category | Should -Be 'ObjectNotFound'
            $failure.Exception.Message | Should -BeLike "connect ${path}: ENOENT (*"

            $peer = New-Socket Unix Datagram | Register-SocketAddress -LocalEndPoint $path -PassThru
            Connect-Socket $mine $path
            Send-Datagram $mine 'hello'
            (Receive-Datagram $peer -TimeoutSeconds 5).Text | Should -Be 'hello'
        }
    }

    Context 'streams' {
        It 'connects to <_>' -ForEach '[::1]:0', '127.0.0.1:0' {
            $listener = Open-Listener $_

            $socket = Connect-Socket $listener.LocalEndPoint

            $socket.RemoteEndPoint | Should -Be $listener.LocalEndPoint
            "$($socket.State)" | Should -Be 'Connected'
            $socket.Connected | Should -BeTrue
            $socket.Blocking | Should -BeTrue
            Assert-Connected $socket $listener
        }

        It 'connects a dual-mode socket to IPv4' {
            $listener = Open-Listener '127.0.0.1:0'
            $socket = New-Socket IPv6 Stream -DualMode

            Connect-Socket $socket $listener.LocalEndPoint

            Assert-Connected $socket $listener
        }

        It 'connects from the address that the socket is bound to' {
            $listener = Open-Listener
            $socket = New-Socket IPv6 Stream | Register-SocketAddress -LocalEndPoint '[::1]:0' -PassThru
            $port = $socket.LocalEndPoint.Port

            Connect-Socket $socket $listener.LocalEndPoint

            $socket.LocalEndPoint.Port | Should -Be $port
            Assert-Connected $socket $listener
        }

        It 'connects a socket that was made elsewhere' {
            $listener = Open-Listener
            $foreign = [System.Net.Sockets.Socket]::new('InterNetworkV6', 'Stream', 'Tcp')
            try {
                Connect-Socket $foreign $listener.LocalEndPoint
                $foreign.Connected | Should -BeTrue
                Assert-Connected $foreign $listener
            }
            finally {
                $foreign.Dispose()
            }
        }

        It 'connects to the name localhost: <_>' -ForEach 'text', 'object', 'with a socket', 'with a dual-mode socket' {
            $listener = Open-Listener '127.0.0.1:0'
            $name = "localhost:$($listener.LocalEndPoint.Port)"

            $socket = switch ($_) {
                'text' { Connect-Socket $name }
                'object' { Connect-Socket ([System.Net.DnsEndPoint]::new('localhost', $listener.LocalEndPoint.Port)) }
                'with a socket' { New-Socket IPv4 Stream | Connect-Socket $name -PassThru }
                'with a dual-mode socket' { New-Socket IPv6 Stream -DualMode | Connect-Socket $name -PassThru }
            }

            Assert-Connected $socket $listener
        }

        It 'connects to a UNIX path: <_>' -ForEach 'path', 'unix:', 'relative', 'object', 'with a socket' {
            $path = New-TestPath
            $listener = Open-Listener $path

            $socket = switch ($_) {
                'path' { Connect-Socket $path }
                'unix:' { Connect-Socket "unix:$path" }
                'object' { Connect-Socket (New-SocketAddress -Path $path) }
                'with a socket' { New-Socket Unix Stream | Connect-Socket $path -PassThru }
                'relative' {
                    Push-Location -LiteralPath (Split-Path $path)
                    Connect-Socket "./$(Split-Path -Leaf $path)"
                    Pop-Location
                }
            }

            $socket.AddressFamily | Should -Be 'Unix'
            "$($socket.RemoteEndPoint)" | Should -Be $path
            $socket.Connected | Should -BeTrue
            $socket.Blocking | Should -BeTrue
            Assert-Connected $socket $listener
        }

        It 'connects to an abstract name' {
            if (-not $IsLinux) {
                Set-ItResult -Skipped -Because 'only Linux has abstract names'
            }
            $listener = Open-Listener "@pss-$([guid]::NewGuid())"

            Assert-Connected (Connect-Socket "$($listener.LocalEndPoint)") $listener
        }

        It 'connects SeqPacket sockets' {
            if (-not $IsLinux) {
                Set-ItResult -Skipped -Because 'only Linux has SeqPacket'
            }
            $listener = New-Socket Unix SeqPacket | Register-SocketAddress -LocalEndPoint (New-TestPath) -PassThru
            $listener.Listen()
            $socket = New-Socket Unix SeqPacket

            Connect-Socket $socket $listener.LocalEndPoint

            Assert-Connected $socket $listener
        }

        It 'waits until somebody accepts, when the backlog was full: <_>' -ForEach 'IPv6', 'Unix' {
            if (-not $IsLinux) {
                Set-ItResult -Skipped -Because 'how many connections fill a backlog is known of Linux only'
            }
            $listener = Open-FullListener $_
            $socket = New-Socket $_ Stream
            $worker = Start-Worker { param($socket, $endPoint) Connect-Socket $socket $endPoint } -ArgumentList $socket, $listener.LocalEndPoint
            try {
                if ($_ -eq 'Unix') { Wait-WorkerRetrying $worker } else { Wait-WorkerBlocked $worker }
                foreach ($client in Get-Socket | Where-Object { $_.Id -notin $listener.Id, $socket.Id }) {
                    Close-Socket $client
                }
                while ($listener.Poll(0, 'SelectRead')) {
                    $listener.Accept().Dispose()
                }
                $result = Wait-Worker $worker
            }
            finally {
                if (-not $result) {
                    $null = Stop-Worker $worker -AllowEnded
                }
            }

            $result.Errors | Should -BeNullOrEmpty
            "$($socket.State)" | Should -Be 'Connected'
            $socket.Connected | Should -BeTrue
        }
    }

    Context 'connections that are refused' {
        It 'are reported for a socket that was given' {
            foreach ($family in 'IPv4', 'IPv6') {
                $dead = Get-DeadEndPoint $family
                $socket = New-Socket $family Stream

                $output = Connect-Socket $socket $dead -PassThru -ErrorAction SilentlyContinue -ErrorVariable failure

                $output | Should -BeNullOrEmpty
                $failure.Count | Should -Be 1
                $failure.FullyQualifiedErrorId | Should -BeLike 'ConnectionRefused,*'
                $failure.CategoryInfo.Category | Should -Be 'ConnectionError'
                $failure.Exception.Message | Should -Be (Format-SystemError "connect ${dead}: ECONNREFUSED (111) Connection refused")
                $failure.ErrorDetails.RecommendedAction | Should -Not -BeNullOrEmpty
                [object]::ReferenceEquals($failure.TargetObject[0], $socket) | Should -BeTrue
                $socket.RemoteEndPoint | Should -BeNullOrEmpty
                "$($socket.State)" | Should -Not -BeIn 'Connected', 'Closed'
            }
        }

        It 'are reported for a socket that was to be made, which is closed' {
            $dead = Get-DeadEndPoint

            $output = Connect-Socket "$dead" -ErrorAction SilentlyContinue -ErrorVariable failure

            $output | Should -BeNullOrEmpty
            $failure.Count | Should -Be 1
            $failure.FullyQualifiedErrorId | Should -BeLike 'ConnectionRefused,*'
            $failure.CategoryInfo.Category | Should -Be 'ConnectionError'
            $failure.Exception.Message | Should -BeLike "connect $([WildcardPattern]::Escape("$dead")): ECONNREFUSED (*"
            $failure.TargetObject | Should -Be $dead
            Get-Socket | Should -BeNullOrEmpty
        }

        It 'list each address of a name' {
            # tests/interop/StreamInterop.Tests.ps1 has a name with several, whatever the machine has.
            $addresses = [System.Net.Dns]::GetHostAddresses('localhost')
            $addresses | Should -Not -BeNullOrEmpty
            $port = (Get-DeadEndPoint).Port

            $null = Connect-Socket "localhost:$port" -ErrorAction SilentlyContinue -ErrorVariable failure

            $failure.FullyQualifiedErrorId | Should -BeLike 'ConnectionRefused,*'
            $failure.CategoryInfo.Category | Should -Be 'ConnectionError'
            foreach ($address in $addresses) {
                $failure.Exception.Message | Should -BeLike "*$address*"
            }
        }

        It 'are told by the address of a name' {
            $port = (Get-DeadEndPoint IPv4).Port

            New-Socket IPv4 Stream | Connect-Socket "localhost:$port" -ErrorAction SilentlyContinue -ErrorVariable failure

            $failure.FullyQualifiedErrorId | Should -BeLike 'ConnectionRefused,*'
            $failure.CategoryInfo.Category | Should -Be 'ConnectionError'
            $failure.Exception.Message | Should -BeLike "connect *127.0.0.1:$port*"
        }

        It 'are reported for UNIX paths: <Name>' -ForEach @(
            @{ Name = 'nothing there'; Id = 'AddressNotAvailable'; Category = 'ObjectNotFound'; Errno = 'ENOENT (2)' }
            @{ Name = 'a regular file'; Id = 'ConnectionRefused'; Category = 'ConnectionError'; Errno = 'ECONNREFUSED (111)' }
            @{ Name = 'a socket that does not listen'; Id = 'ConnectionRefused'; Category = 'ConnectionError'; Errno = 'ECONNREFUSED (111)' }
            @{ Name = 'a datagram socket'; Id = 'ProtocolType'; Category = 'InvalidArgument'; Errno = 'EPROTOTYPE (91)' }
        ) {
            $path = New-TestPath
            switch ($Name) {
                'a regular file' { $path = (New-Item -ItemType File -Path (Join-Path $TestDrive 'regular') -Force).FullName }
                'a socket that does not listen' { $null = New-Socket Unix Stream | Register-SocketAddress -LocalEndPoint $path -PassThru }
                'a datagram socket' { $null = New-Socket Unix Datagram | Register-SocketAddress -LocalEndPoint $path -PassThru }
            }

            foreach ($socket in $null, (New-Socket Unix Stream)) {
                $output = $socket `
                    ? (Connect-Socket $socket $path -PassThru -ErrorAction SilentlyContinue -ErrorVariable failure) `
                    : (Connect-Socket $path -ErrorAction SilentlyContinue -ErrorVariable failure)

                $output | Should -BeNullOrEmpty
                $failure.Count | Should -Be 1
                $failure.FullyQualifiedErrorId | Should -BeLike "$Id,*"
                $failure.CategoryInfo.Category | Should -Be $Category
                $failure.Exception.Message | Should -BeLike (Format-SystemError "connect ${path}: $Errno *")
            }
        }

        It 'leave no descriptor behind' {
            if (-not $IsLinux) {
                Set-ItResult -Skipped -Because 'descriptors are counted in /proc'
            }
            $dead = Get-DeadEndPoint
            $none = New-TestPath
            $null = Connect-Socket $dead -ErrorAction SilentlyContinue
            $null = Connect-Socket $none -ErrorAction SilentlyContinue
            $before = Get-DescriptorCount

            foreach ($round in 1..50) {
                $null = Connect-Socket $dead -ErrorAction SilentlyContinue
                $null = Connect-Socket $none -ErrorAction SilentlyContinue
            }

            Get-DescriptorCount | Should -BeLessOrEqual $before
        }
    }

    Context 'after a failure' {
        It 'the socket connects, though it was displayed before: <Display>, first with <First>, then with <Then>' -ForEach @(
            foreach ($display in 'nothing', 'Out-String', 'Format-List', 'Format-List after a table', 'Out-String after a table') {
                foreach ($first in 'Connect-Socket', 'Connect') {
                    foreach ($then in 'Connect-Socket', 'Connect') {
                        @{ Display = $display; First = $first; Then = $then }
                    }
                }
            }
        ) {
            $dead = Get-DeadEndPoint
            $listener = Open-Listener
            $socket = New-Socket IPv6 Stream
            $null = switch ($Display) {
                'Out-String' { $socket | Out-String }
                'Format-List' { $socket | Format-List | Out-String }
                'Format-List after a table' { & { Get-Item -LiteralPath $PSScriptRoot; $socket } | Format-List | Out-String }
                'Out-String after a table' { & { Get-Item -LiteralPath $PSScriptRoot; $socket } | Out-String }
            }

            foreach ($round in 1..2) {
                if ($First -eq 'Connect') {
                    $failure = { $socket.Connect($dead) } | Should -Throw -PassThru
                    "$($failure.Exception.InnerException.SocketErrorCode)" | Should -Be 'ConnectionRefused'
                }
                else {
                    Connect-Socket $socket $dead -ErrorAction SilentlyContinue -ErrorVariable failure
                    $failure.FullyQualifiedErrorId | Should -BeLike 'ConnectionRefused,*'
                    $failure.CategoryInfo.Category | Should -Be 'ConnectionError'
                }
            }

            if ($Then -eq 'Connect') {
                $socket.Connect($listener.LocalEndPoint)
            }
            else {
                Connect-Socket $socket $listener.LocalEndPoint
            }
            $socket.RemoteEndPoint | Should -Be $listener.LocalEndPoint
            $socket.Connected | Should -BeTrue
            Assert-Connected $socket $listener
        }

        It 'a socket made with -Verbose connects as well' {
            $listener = Open-Listener
            $socket = New-Socket IPv6 Stream -Verbose 4>$null
            Connect-Socket $socket (Get-DeadEndPoint) -Verbose -ErrorAction SilentlyContinue 4>$null

            Connect-Socket $socket $listener.LocalEndPoint

            Assert-Connected $socket $listener
        }

        It 'a UNIX stream connects, with <Then>' -ForEach @(@{ Then = 'Connect-Socket' }, @{ Then = 'Connect' }) {
            $path = New-TestPath
            $socket = New-Socket Unix Stream
            $null = $socket | Format-List | Out-String
            foreach ($round in 1..2) {
                Connect-Socket $socket $path -ErrorAction SilentlyContinue -ErrorVariable failure
                $failure.FullyQualifiedErrorId | Should -BeLike 'AddressNotAvailable,*'
                $failure.CategoryInfo.Category | Should -Be 'ObjectNotFound'
            }
            $listener = Open-Listener $path

            if ($Then -eq 'Connect') {
                $socket.Connect([System.Net.Sockets.UnixDomainSocketEndPoint]::new($path))
            }
            else {
                Connect-Socket $socket $path
            }

            Assert-Connected $socket $listener
        }

        It 'the socket keeps its options and the port it was bound to by number' {
            if (-not $IsLinux) {
                Set-ItResult -Skipped -Because 'the test names the option by its number on Linux'
            }
            $listener = Open-Listener
            $port = (Get-DeadEndPoint).Port
            $socket = New-Socket IPv6 Stream -ReuseAddress | Register-SocketAddress -LocalEndPoint "[::1]:$port" -PassThru
            Connect-Socket $socket (Get-DeadEndPoint) -ErrorAction SilentlyContinue

            Connect-Socket $socket $listener.LocalEndPoint

            $value = [byte[]]::new(4)
            $null = $socket.GetRawSocketOption(1, 2, $value)
            $value[0] | Should -Be 1
            $socket.LocalEndPoint.Port | Should -Be $port
        }
    }

    Context '-TimeoutSeconds' {
        BeforeEach {
            if (-not $IsLinux) {
                Set-ItResult -Skipped -Because 'how many connections fill a backlog is known of Linux only'
            }
        }

        It 'ends the wait for a full listener: <Family>, <With>' -ForEach @(
            @{ Family = 'IPv6'; With = 'a socket' }
            @{ Family = 'IPv6'; With = 'no socket' }
            @{ Family = 'Unix'; With = 'a socket' }
            @{ Family = 'Unix'; With = 'no socket' }
        ) {
            $listener = Open-FullListener $Family
            $socket = New-Socket $Family Stream
            $ids = (Get-Socket).Id
            $null = Connect-Socket $listener.LocalEndPoint -TimeoutSeconds 0.01 -ErrorAction SilentlyContinue # whatever is compiled on first use

            foreach ($try in 1..10) {
                $clock = [System.Diagnostics.Stopwatch]::StartNew()
                $output = $With -eq 'a socket' `
                    ? (Connect-Socket $socket $listener.LocalEndPoint -TimeoutSeconds 0.5 -PassThru -ErrorAction SilentlyContinue -ErrorVariable failure) `
                    : (Connect-Socket $listener.LocalEndPoint -TimeoutSeconds 0.5 -ErrorAction SilentlyContinue -ErrorVariable failure)
                $seconds = $clock.Elapsed.TotalSeconds
                if ($seconds -lt 0.8) {
                    break # else the machine may be busy with something else
                }
            }

            $seconds | Should -BeGreaterOrEqual 0.5
            $seconds | Should -BeLessThan 0.8
            $output | Should -BeNullOrEmpty
            $failure.Count | Should -Be 1
            $failure.FullyQualifiedErrorId | Should -BeLike 'TimedOut,*'
            $failure.CategoryInfo.Category | Should -Be 'OperationTimeout'
            $failure.Exception.Message | Should -BeLike (Format-SystemError "connect $([WildcardPattern]::Escape("$($listener.LocalEndPoint)")): ETIMEDOUT (110) *")
            $failure.ErrorDetails.RecommendedAction | Should -BeLike '*-TimeoutSeconds*'
            if ($With -eq 'a socket') {
                [object]::ReferenceEquals($failure.TargetObject[0], $socket) | Should -BeTrue
            }
            (Get-Socket).Id | Should -Be $ids
        }

        It 'of zero is one attempt' {
            foreach ($family in 'IPv6', 'Unix') {
                $listener = Open-FullListener $family
                foreach ($try in 1..10) {
                    $clock = [System.Diagnostics.Stopwatch]::StartNew()
                    $null = Connect-Socket (New-Socket $family Stream) $listener.LocalEndPoint -TimeoutSeconds 0 -ErrorAction SilentlyContinue -ErrorVariable failure
                    $seconds = $clock.Elapsed.TotalSeconds
                    if ($seconds -lt 0.3) {
                        break # else the machine may be busy with something else
                    }
                }

                $seconds | Should -BeLessThan 0.3
                $failure.FullyQualifiedErrorId | Should -BeLike 'TimedOut,*'
                $failure.CategoryInfo.Category | Should -Be 'OperationTimeout'
            }
        }

        It 'leaves the socket usable: <_>' -ForEach 'IPv6', 'Unix' {
            $full = Open-FullListener $_
            $socket = New-Socket $_ Stream
            foreach ($round in 1..3) {
                Connect-Socket $socket $full.LocalEndPoint -TimeoutSeconds 0.05 -ErrorAction SilentlyContinue -ErrorVariable failure
                $failure.FullyQualifiedErrorId | Should -BeLike 'TimedOut,*'
                $failure.CategoryInfo.Category | Should -Be 'OperationTimeout'
            }
            $listener = Open-Listener ($_ -eq 'Unix' ? (New-TestPath) : '[::1]:0')

            Connect-Socket $socket $listener.LocalEndPoint

            $socket.Blocking | Should -BeTrue
            Assert-Connected $socket $listener
        }

        It 'of the whole call ends those that wait and those that were not tried: <How>' -ForEach @(
            @{ How = 'end points'; Target = 'address'; Command = { param($to) $to | Connect-Socket -TotalTimeoutSeconds 0.2 -ThrottleLimit 1 @quiet } }
            @{ How = 'sockets'; Target = 'socket'; Command = { param($to) 1..3 | ForEach-Object { New-Socket IPv6 Stream } | Connect-Socket -RemoteEndPoint $to[0] -TotalTimeoutSeconds 0.2 @quiet } }
            @{ How = 'a proxy'; Target = 'address'; Command = { param($to) $to | Connect-Socket -Proxy "http://$($to[0])" -TotalTimeoutSeconds 0.2 -ThrottleLimit 1 @quiet } }
        ) {
            $listener = Open-FullListener
            $quiet = @{ ErrorAction = 'SilentlyContinue'; ErrorVariable = '+failures' }
            $failures = [System.Collections.ArrayList]::new()

            . $Command @($listener.LocalEndPoint, $listener.LocalEndPoint, $listener.LocalEndPoint) | Should -BeNullOrEmpty

            $failures.Count | Should -Be 3
            $failures.FullyQualifiedErrorId | Should -Be (, 'TimedOut,PSSockets.Commands.ConnectSocketCommand' * 3)
            $failures[0].CategoryInfo.Category | Should -Be 'OperationTimeout'
            $failures[1, 2] | ForEach-Object { $_.Exception.Message | Should -BeLike 'connect *: it was not tried within 0.2 s of the whole call' }
            $failures[0].Exception.Message | Should -BeLike '*: nobody answered within 0.2 s of the whole call*'
        }

        It 'of the whole call ends those whose proxy does not answer' {
            $listener = Open-Listener

            'one.invalid:1', 'two.invalid:2' |
                Connect-Socket -Proxy "socks5h://$($listener.LocalEndPoint)" -TotalTimeoutSeconds 0.2 -ErrorAction SilentlyContinue -ErrorVariable failures | Should -BeNullOrEmpty

            $failures.Count | Should -Be 2
            $failures | ForEach-Object { $_.Exception.Message | Should -BeLike '*: the proxy did not answer within 0.2 s of the whole call, for *.invalid:*' }
        }

        It 'of the whole call does not hurry what needs no time' {
            $listener = Open-Listener
            Assert-Connected (Connect-Socket $listener.LocalEndPoint -TotalTimeoutSeconds 600.5) $listener
        }

        It 'does not hurry what needs no time' {
            $listener = Open-Listener
            Assert-Connected (Connect-Socket $listener.LocalEndPoint -TimeoutSeconds 2147483) $listener
        }
    }

    Context 'many at the same time' {
        It 'takes end points from the pipeline, and writes each as soon as it is known' {
            $one = Open-Listener
            $two = Open-Listener '127.0.0.1:0'
            $dead = Get-DeadEndPoint

            $sockets = "$($one.LocalEndPoint)", "localhost:$($two.LocalEndPoint.Port)", $dead, 'no port', $two.LocalEndPoint |
                Connect-Socket -TimeoutSeconds 10 -ErrorAction SilentlyContinue -ErrorVariable failure

            $sockets.Count | Should -Be 3
            @($sockets.RemoteEndPoint | ForEach-Object Port | Sort-Object) | Should -Be @($one.LocalEndPoint.Port, $two.LocalEndPoint.Port, $two.LocalEndPoint.Port | Sort-Object)
            $failure.Count | Should -Be 2
            $failure.FullyQualifiedErrorId | Where-Object { $_ -like 'ConnectionRefused,*' } | Should -HaveCount 1
            $failure.FullyQualifiedErrorId | Where-Object { $_ -like 'InvalidEndPoint,*' } | Should -HaveCount 1
            $sockets.State | Sort-Object -Unique | Should -Be 'Connected'
        }

        It 'does not wait for a silent one before the next' {
            if (-not $IsLinux) {
                Set-ItResult -Skipped -Because 'how many connections fill a backlog is known of Linux only'
            }
            $full = Open-FullListener
            $listener = Open-Listener

            $socket = $full.LocalEndPoint, $listener.LocalEndPoint | Connect-Socket -TimeoutSeconds 600 | Select-Object -First 1

            $socket.RemoteEndPoint | Should -Be $listener.LocalEndPoint
        }

        It 'takes <Name> and Port of objects' -ForEach @(
            @{ Name = 'HostName' }
            @{ Name = 'ComputerName' }
            @{ Name = 'DNSHostName' }
            @{ Name = 'IPAddress' }
        ) {
            $listener = Open-Listener '127.0.0.1:0'

            $sockets = 1..2 | ForEach-Object { [pscustomobject]@{ $Name = '127.0.0.1'; Port = "$($listener.LocalEndPoint.Port)" } } | Connect-Socket

            $sockets.Count | Should -Be 2
            Assert-Connected $sockets[0] $listener
        }

        It 'takes the end point of an object' {
            $listener = Open-Listener '127.0.0.1:0'
            Assert-Connected (Resolve-SocketAddress 127.0.0.1 $listener.LocalEndPoint.Port -SocketType Stream | Connect-Socket) $listener
            Assert-Connected ([pscustomobject]@{ RemoteEndPoint = $listener.LocalEndPoint } | Connect-Socket) $listener
        }

        It 'has no more under way than -ThrottleLimit' {
            $listener = Open-Listener
            $sockets = (, $listener.LocalEndPoint * 20) | Connect-Socket -ThrottleLimit 2
            $sockets.Count | Should -Be 20
        }

        It 'goes through a proxy to all at the same time' {
            # This proxy answers nobody before the last one has asked; the second has no success.
            $listener = Open-Listener '127.0.0.1:0'
            $worker = Start-Worker -ArgumentList $listener {
                param($listener)
                $peers = Receive-SocketConnection $listener -Count 3 -TimeoutSeconds 30
                foreach ($peer in $peers) {
                    $asked = Receive-SocketData $peer -Delimiter "`r`n`r`n" -AsText -TimeoutSeconds 30
                    $answers = @{ $true = '403 No'; $false = '200 Yes' }
                    $peer | Add-Member Answer $answers[$asked -like '*two.invalid*']
                }
                foreach ($peer in $peers) {
                    Send-SocketData $peer "HTTP/1.1 $($peer.Answer)`r`n`r`n"
                }
                $peers
            }

            $sockets = 'one.invalid:1', 'two.invalid:2', '127.0.0.1:3' |
                Connect-Socket -Proxy "http://$($listener.LocalEndPoint)" -TimeoutSeconds 30 -ErrorAction SilentlyContinue -ErrorVariable failure

            (Wait-Worker $worker).Errors | Should -BeNullOrEmpty
            $sockets.Count | Should -Be 2
            $failure.Count | Should -Be 1
            $failure[0].FullyQualifiedErrorId | Should -BeLike 'ProxyNotAllowed,*'
            $failure[0].ToString() | Should -BeLike '*two.invalid:2*'
        }

        It 'gives up those that wait for a proxy where nobody wants more, and when it is stopped' {
            $listener = Open-Listener '127.0.0.1:0'
            $worker = Start-Worker -ArgumentList $listener {
                param($listener)
                $peer = Receive-SocketConnection $listener -TimeoutSeconds 30
                Send-SocketData $peer "HTTP/1.1 200 Yes`r`n`r`n"
                $peer
            }
            $proxy = "http://$($listener.LocalEndPoint)"

            $socket = 1..4 | ForEach-Object { "127.0.0.1:$_" } | Connect-Socket -Proxy $proxy -TimeoutSeconds 600 | Select-Object -First 1

            (Wait-Worker $worker).Errors | Should -BeNullOrEmpty
            "$($socket.State)" | Should -Be 'Connected'
            Assert-WorkerStop (Start-Worker { param($proxy) '127.0.0.1:1', '127.0.0.1:2' | Connect-Socket -Proxy $proxy } -ArgumentList $proxy)
        }

        It 'ends within 100 ms when it is stopped, and leaves no descriptor' {
            if (-not $IsLinux) {
                Set-ItResult -Skipped -Because 'how many connections fill a backlog is known of Linux only'
            }
            $full = Open-FullListener
            $before = Get-DescriptorCount
            Assert-WorkerStop (Start-Worker { param($endPoint) (, $endPoint * 50) | Connect-Socket } -ArgumentList $full.LocalEndPoint)
            Get-DescriptorCount | Should -BeLessOrEqual $before
        }
    }

    Context 'host and port apart' {
        It 'takes them as <Way>' -ForEach @(
            @{ Way = 'two words'; Command = { Connect-Socket localhost $port } }
            @{ Way = 'two words of text'; Command = { Connect-Socket 127.0.0.1 "$port" } }
            @{ Way = 'an address'; Command = { Connect-Socket ([ipaddress] '127.0.0.1') $port } }
            @{ Way = 'names'; Command = { Connect-Socket -HostName localhost -Port $port } }
            @{ Way = 'the name ComputerName'; Command = { Connect-Socket -ComputerName 127.0.0.1 -Port $port } }
            @{ Way = 'a host with its port'; Command = { Connect-Socket -HostName "127.0.0.1:$port" } }
            @{ Way = 'words after a socket from the pipeline'; Command = { New-Socket IPv4 Stream | Connect-Socket 127.0.0.1 $port -PassThru } }
        ) {
            $listener = Open-Listener '127.0.0.1:0'
            $port = $listener.LocalEndPoint.Port

            Assert-Connected (& $Command) $listener
        }

        It 'refuses a second port: <Way>' -ForEach @(
            @{ Way = 'after a whole end point'; Command = { Connect-Socket 127.0.0.1:1 5 -ErrorAction SilentlyContinue -ErrorVariable script:failure } }
            @{ Way = 'after an object'; Command = { Connect-Socket ([System.Net.IPEndPoint]::new(1, 1)) 5 -ErrorAction SilentlyContinue -ErrorVariable script:failure } }
            @{ Way = 'an end point and a host'; Command = { Connect-Socket 127.0.0.1:1 -HostName a -ErrorAction SilentlyContinue -ErrorVariable script:failure } }
            @{ Way = 'nothing at all'; Command = { Connect-Socket -ErrorAction SilentlyContinue -ErrorVariable script:failure } }
        ) {
            & $Command | Should -BeNullOrEmpty

            $script:failure.Count | Should -Be 1
            $script:failure.FullyQualifiedErrorId | Should -BeLike 'InvalidEndPoint,*'
            $script:failure.CategoryInfo.Category | Should -Be 'InvalidArgument'
        }

        It 'needs to be told where to, also with a socket' {
            $socket = New-Socket IPv4 Stream

            $socket | Connect-Socket -ErrorAction SilentlyContinue -ErrorVariable failure

            $failure.Count | Should -Be 1
            $failure.FullyQualifiedErrorId | Should -BeLike 'InvalidEndPoint,*'
            "$($socket.State)" | Should -Be 'New'
        }
    }

    Context 'from an address of this side' {
        It 'binds first: <Way>' -ForEach @(
            @{ Way = 'no socket'; Given = $false }
            @{ Way = 'a socket'; Given = $true }
        ) {
            $listener = Open-Listener '127.0.0.1:0'
            $free = (Get-DeadEndPoint IPv4).Port

            $socket = $Given `
                ? (New-Socket IPv4 Stream | Connect-Socket $listener.LocalEndPoint -LocalEndPoint "127.0.0.2:$free" -PassThru) `
                : (Connect-Socket $listener.LocalEndPoint -LocalEndPoint "127.0.0.2:$free")

            "$($socket.LocalEndPoint)" | Should -Be "127.0.0.2:$free"
            Assert-Connected $socket $listener
        }

        It 'reports an address that is not of this machine' {
            $before = Get-DescriptorCount
            Connect-Socket 127.0.0.1:1 -LocalEndPoint 192.0.2.77:0 -ErrorAction SilentlyContinue -ErrorVariable failure
            $failure.Count | Should -Be 1
            $failure.FullyQualifiedErrorId | Should -BeLike 'AddressNotAvailable,*'
            $failure.Exception.Message | Should -BeLike 'bind 192.0.2.77:0: *'
            Get-DescriptorCount | Should -BeLessOrEqual $before
        }
    }

    Context 'when it is stopped' {
        BeforeEach {
            if (-not $IsLinux) {
                Set-ItResult -Skipped -Because 'how many connections fill a backlog is known of Linux only'
            }
        }

        It 'ends within 100 ms without an error, and the socket still works: <_>' -ForEach 'IPv6', 'Unix' {
            $full = Open-FullListener $_
            $socket = New-Socket $_ Stream
            $log = [System.Collections.Generic.List[object]]::new()
            $worker = Start-Worker -ArgumentList $socket, $full.LocalEndPoint, $log {
                param($socket, $endPoint, $log)
                try {
                    Connect-Socket $socket $endPoint -ErrorVariable failure
                }
                finally {
                    $log.Add("errors: $($failure.Count)")
                }
            }
            if ($_ -eq 'Unix') { Assert-WorkerStop $worker -Ready { Wait-WorkerRetrying $args[0] } } else { Assert-WorkerStop $worker }

            $log | Sort-Object -Unique | Should -Be 'errors: 0'
            "$($socket.State)" | Should -Not -BeIn 'Connected', 'Closed'
            $listener = Open-Listener ($_ -eq 'Unix' ? (New-TestPath) : '[::1]:0')
            Connect-Socket $socket $listener.LocalEndPoint
            $socket.Blocking | Should -BeTrue
            Assert-Connected $socket $listener
        }

        It 'closes the socket that it was making: <_>' -ForEach 'IPv6', 'Unix' {
            $full = Open-FullListener $_
            $ids = (Get-Socket).Id
            $before = Get-DescriptorCount
            $worker = Start-Worker { param($endPoint) Connect-Socket $endPoint } -ArgumentList $full.LocalEndPoint
            if ($_ -eq 'Unix') { Assert-WorkerStop $worker -Ready { Wait-WorkerRetrying $args[0] } } else { Assert-WorkerStop $worker }

            (Get-Socket).Id | Should -Be $ids
            Get-DescriptorCount | Should -BeLessOrEqual $before
        }

        It 'leaves no descriptor behind in 200 rounds' {
            $full = Open-FullListener
            $socket = New-Socket IPv6 Stream
            $state = [initialsessionstate]::CreateDefault2()
            $state.ImportPSModule($ModulePath)
            $runspace = [runspacefactory]::CreateRunspace($state)
            $runspace.ThreadOptions = 'ReuseThread'
            $runspace.Open()
            try {
                # One runspace for all rounds, since making one takes longer than the round.
                $round = {
                    param($number)
                    $powerShell = [powershell]::Create($runspace)
                    try {
                        $null = $powerShell.AddScript('param($socket, $endPoint, $entered) $entered.Set(); if ($socket) { Connect-Socket $socket $endPoint } else { Connect-Socket $endPoint }')
                        $entered = [System.Threading.ManualResetEventSlim]::new()
                        $null = $powerShell.AddArgument($number % 2 ? $socket : $null).AddArgument($full.LocalEndPoint).AddArgument($entered)
                        $result = $powerShell.BeginInvoke()
                        $entered.Wait(5000) | Should -BeTrue
                        if ($number % 4 -eq 0) {
                            # Half of the rounds that make their own socket are stopped while they wait, the other
                            # rounds wherever they happen to be.
                            Wait-Until -TimeoutSeconds 5 { @([System.Net.NetworkInformation.IPGlobalProperties]::GetIPGlobalProperties().GetActiveTcpConnections() | Where-Object { $_.State -eq 'SynSent' -and $_.RemoteEndPoint.Port -eq $full.LocalEndPoint.Port }).Count -ge 4 }
                        }
                        $powerShell.Stop()
                        $powerShell.InvocationStateInfo.State | Should -Be 'Stopped'
                        $powerShell.Streams.Error.Count | Should -Be 0
                    }
                    finally {
                        $powerShell.Dispose()
                        $entered.Dispose()
                    }
                }
                foreach ($number in 1..8) {
                    & $round $number
                }
                $before = Get-DescriptorCount

                foreach ($number in 1..200) {
                    & $round $number
                }

                Get-DescriptorCount | Should -BeLessOrEqual $before
            }
            finally {
                $runspace.Dispose()
            }

            $listener = Open-Listener
            Connect-Socket $socket $listener.LocalEndPoint
            Assert-Connected $socket $listener
        }

        It 'closes a connection that nobody has got: <_>' -ForEach 'one', 'from the pipeline' {
            $listener = Open-Listener
            $never = New-Socket
            # What -Verbose says of a socket comes before it.
            $worker = Start-Worker {
                param($Way, $EndPoint, $Never)
                $held = { Wait-Socket $Never }
                if ($Way -eq 'one') { Connect-Socket $EndPoint -Verbose 4>&1 | ForEach-Object $held } else { $EndPoint | Connect-Socket -Verbose 4>&1 | ForEach-Object $held }
            } -ArgumentList $_, $listener.LocalEndPoint, $never
            $accepted = $listener.Accept()
            Assert-WorkerStop $worker
            $accepted.Poll(5000000, [System.Net.Sockets.SelectMode]::SelectRead) | Should -BeTrue
            $accepted.Available | Should -Be 0
        }

        It 'ends with the first that is connected in Select-Object -First 1' {
            $listener = New-Socket IPv6 Stream | Register-SocketAddress -LocalEndPoint '[::1]:0' -PassThru
            $listener.Listen(0) # room for one
            $sockets = 1..8 | ForEach-Object { New-Socket IPv6 Stream }

            $first = $sockets | Connect-Socket $listener.LocalEndPoint -PassThru | Select-Object -First 1

            $first.Id | Should -Be $sockets[0].Id
            @($sockets | Where-Object { "$($_.State)" -eq 'Connected' }).Count | Should -Be 1
        }

        It 'ends when the socket is closed meanwhile: <_>' -ForEach 'IPv6', 'Unix' {
            $full = Open-FullListener $_
            $socket = New-Socket $_ Stream
            $worker = Start-Worker { param($socket, $endPoint) Connect-Socket $socket $endPoint } -ArgumentList $socket, $full.LocalEndPoint
            try {
                if ($_ -eq 'Unix') { Wait-WorkerRetrying $worker } else { Wait-WorkerBlocked $worker }
                Close-Socket $socket
                $result = Wait-Worker $worker -TimeoutSeconds 5
            }
            finally {
                if (-not $result) {
                    $null = Stop-Worker $worker -AllowEnded
                }
            }

            $result.Errors.FullyQualifiedErrorId | Should -BeLike 'SocketClosed,*'
            $result.Errors.CategoryInfo.Category | Should -Be 'InvalidOperation'
        }
    }

    Context 'other errors' {
        It 'reports a closed socket of <Family> <Type>' -ForEach @(
            @{ Family = 'IPv6'; Type = 'Stream'; EndPoint = '[::1]:1' }
            @{ Family = 'IPv6'; Type = 'Datagram'; EndPoint = '[::1]:1' }
            @{ Family = 'Unix'; Type = 'Stream'; EndPoint = '/tmp/pss-none.sock' }
            @{ Family = 'Unix'; Type = 'Datagram'; EndPoint = '/tmp/pss-none.sock' }
        ) {
            $socket = New-Socket $Family $Type
            Close-Socket $socket

            $output = Connect-Socket $socket $EndPoint -PassThru -ErrorAction SilentlyContinue -ErrorVariable failure

            $output | Should -BeNullOrEmpty
            $failure.Count | Should -Be 1
            $failure.FullyQualifiedErrorId | Should -BeLike 'SocketClosed,*'
            $failure.CategoryInfo.Category | Should -Be 'InvalidOperation'
            $failure.Exception.Message | Should -BeLike 'connect*closed*'
            $failure.ErrorDetails.RecommendedAction | Should -BeLike '*New-Socket*'
            [object]::ReferenceEquals($failure.TargetObject[0], $socket) | Should -BeTrue
        }

        It 'reports a host that there is not, for <_>' -ForEach 'a stream', 'a datagram socket', 'no socket' {
            # Longer than any name can be: no server is asked.
            $name = [System.Net.DnsEndPoint]::new('a' * 64, 80)
            $output = switch ($_) {
                'a stream' { New-Socket IPv6 Stream | Connect-Socket $name -PassThru -ErrorAction SilentlyContinue -ErrorVariable failure }
                'a datagram socket' { New-Socket | Connect-Socket $name -PassThru -ErrorAction SilentlyContinue -ErrorVariable failure }
                'no socket' { Connect-Socket $name -ErrorAction SilentlyContinue -ErrorVariable failure }
            }

            $output | Should -BeNullOrEmpty
            $failure.Count | Should -Be 1
            $failure.FullyQualifiedErrorId | Should -BeLike 'HostNotFound,*'
            $failure.CategoryInfo.Category | Should -Be 'ObjectNotFound'
            $failure.Exception.Message | Should -BeLike "getaddrinfo $('a' * 64):80: EAI_NONAME (*"
            $failure.ErrorDetails.RecommendedAction | Should -Not -BeNullOrEmpty
        }

        It 'reports <Text> for an <Family> socket, which has another family' -ForEach @(
            @{ Family = 'IPv4'; Text = '[::1]:1' }
            @{ Family = 'IPv6'; Text = '127.0.0.1:1' }
            @{ Family = 'IPv6'; Text = '/tmp/x.sock' }
            @{ Family = 'Unix'; Text = '127.0.0.1:1' }
        ) {
            foreach ($type in 'Stream', 'Datagram') {
                $socket = New-Socket $Family $type
                Connect-Socket $socket $Text -ErrorAction SilentlyContinue -ErrorVariable failure

                $failure.Count | Should -Be 1
                $failure.FullyQualifiedErrorId | Should -BeLike 'AddressFamilyNotSupported,*'
                $failure.CategoryInfo.Category | Should -Be 'InvalidArgument'
                $failure.Exception.Message | Should -BeLike "connect $([WildcardPattern]::Escape($Text)): EAFNOSUPPORT (*"
                [object]::ReferenceEquals($failure.TargetObject[0], $socket) | Should -BeTrue
            }
        }

        It 'refuses "<_>", which is not an end point' -ForEach '', '127.0.0.1', '::1:80', '127.1:80', '[::1', 'localhost:no-such-service' {
            foreach ($way in 'a socket', 'no socket') {
                $output = $way -eq 'a socket' `
                    ? (Connect-Socket (New-Socket) $_ -PassThru -ErrorAction SilentlyContinue -ErrorVariable failure) `
                    : (Connect-Socket $_ -ErrorAction SilentlyContinue -ErrorVariable failure)

                $output | Should -BeNullOrEmpty
                $failure.Count | Should -Be 1
                $failure.FullyQualifiedErrorId | Should -BeLike 'InvalidEndPoint,*'
                $failure.CategoryInfo.Category | Should -Be 'InvalidArgument'
            }
        }

        It 'says how a link-local address names its interface, for <_>' -ForEach 'a socket', 'no socket' {
            if ($_ -eq 'a socket') {
                New-Socket IPv6 Stream | Connect-Socket '[fe80::1]:80' -ErrorAction SilentlyContinue -ErrorVariable failure
            }
            else {
                Connect-Socket '[fe80::1]:80' -ErrorAction SilentlyContinue -ErrorVariable failure
            }

            $failure.Count | Should -Be 1
            $failure.FullyQualifiedErrorId | Should -BeLike 'InvalidArgument,*'
            $failure.Exception.Message | Should -BeLike 'connect `[fe80::1`]:80: EINVAL (*: a link-local address needs its interface, as in `[fe80::1%eth0`]:80'
            $failure.ErrorDetails.RecommendedAction | Should -BeLike 'Write `[fe80::1%eth0`]:80,*'
        }

        It 'says that <What> is not a socket' -ForEach @(
            @{ What = 'a file'; Socket = $false }
            @{ What = 'a directory'; Socket = $false }
            @{ What = 'a file'; Socket = $true }
        ) {
            $path = New-TestPath
            $null = New-Item -ItemType ($What -eq 'a file' ? 'File' : 'Directory') -Path $path
            $given = $Socket ? @{ Socket = New-Socket Unix Stream } : @{}

            Connect-Socket @given -RemoteEndPoint $path -ErrorAction SilentlyContinue -ErrorVariable failure

            $failure.Count | Should -Be 1
            $failure.FullyQualifiedErrorId | Should -BeLike 'ConnectionRefused,*'
            $failure.Exception.Message | Should -BeLike "connect ${path}: ECONNREFUSED (*: this path is $What, not a socket"
            $failure.ErrorDetails.RecommendedAction | Should -BeLike 'Name the path of a UNIX socket*'
        }

        It 'reports a stream that has a peer already, and the connection stays' {
            foreach ($endPoint in '[::1]:0', (New-TestPath)) {
                $listener = Open-Listener $endPoint
                $socket = Connect-Socket $listener.LocalEndPoint

                Connect-Socket $socket $listener.LocalEndPoint -ErrorAction SilentlyContinue -ErrorVariable failure

                $failure.Count | Should -Be 1
                $failure.FullyQualifiedErrorId | Should -BeLike 'IsConnected,*' -Because $endPoint
                $failure.CategoryInfo.Category | Should -Be 'InvalidOperation'
                $failure.Exception.Message | Should -BeLike '*EISCONN (*'
                Assert-Connected $socket $listener
            }
        }

        It 'reports a listener, which goes on listening' {
            $listener = Open-Listener
            $other = Open-Listener

            Connect-Socket $listener $other.LocalEndPoint -ErrorAction SilentlyContinue -ErrorVariable failure

            $failure.Count | Should -Be 1
            "$($listener.State)" | Should -Be 'Listening'
            Assert-Connected (Connect-Socket $listener.LocalEndPoint) $listener
        }

        It 'goes on after a bad socket, in an argument and in the pipeline' {
            $listener = Open-Listener
            foreach ($way in 'argument', 'pipeline') {
                $closed = New-Socket IPv6 Stream
                Close-Socket $closed
                $sockets = @((New-Socket IPv6 Stream), $closed, (New-Socket IPv4 Stream), (New-Socket IPv6 Stream))

                $connected = $way -eq 'argument' `
                    ? (Connect-Socket $sockets $listener.LocalEndPoint -PassThru -ErrorAction SilentlyContinue -ErrorVariable failure) `
                    : ($sockets | Connect-Socket $listener.LocalEndPoint -PassThru -ErrorAction SilentlyContinue -ErrorVariable failure)

                $connected.Id | Should -Be $sockets[0].Id, $sockets[3].Id -Because $way
                $failure.Count | Should -Be 2 -Because $way
                $failure[0].FullyQualifiedErrorId | Should -BeLike 'SocketClosed,*'
                $failure[0].CategoryInfo.Category | Should -Be 'InvalidOperation'
                $failure[1].FullyQualifiedErrorId | Should -BeLike 'AddressFamilyNotSupported,*'
                $failure[1].CategoryInfo.Category | Should -Be 'InvalidArgument'
            }
        }

        It 'goes on after something in the pipeline that is not a socket' {
            $listener = Open-Listener
            $one, $two = 1..2 | ForEach-Object { New-Socket IPv6 Stream }

            $one, 'no socket', $two | Connect-Socket $listener.LocalEndPoint -ErrorAction SilentlyContinue -ErrorVariable failure

            $failure.FullyQualifiedErrorId | Should -BeLike 'InputObjectNotBound,*'
            $failure.CategoryInfo.Category | Should -Be 'InvalidArgument'
            "$($one.State) $($two.State)" | Should -Be 'Connected Connected'
        }
    }

    Context 'with -Verbose' {
        It 'shows the system call' {
            $listener = Open-Listener

            $verbose = Connect-Socket (New-Socket IPv6 Stream) $listener.LocalEndPoint -Verbose 4>&1

            @($verbose).Count | Should -Be 1
            $verbose.Message | Should -Be "connect(AF_INET6, $($listener.LocalEndPoint)) = 0"
        }

        It 'shows also how the socket is made' {
            $listener = Open-Listener '127.0.0.1:0'

            $verbose = Connect-Socket $listener.LocalEndPoint -Verbose 4>&1 | Where-Object { $_ -is [System.Management.Automation.VerboseRecord] }

            @($verbose).Count | Should -Be 2
            $verbose[0].Message | Should -Match '^socket\(AF_INET, SOCK_STREAM, IPPROTO_TCP\) = \d+$'
            $verbose[1].Message | Should -Be "connect(AF_INET, $($listener.LocalEndPoint)) = 0"
        }

        It 'shows a call that failed' {
            $dead = Get-DeadEndPoint

            $verbose = Connect-Socket (New-Socket IPv6 Stream) $dead -Verbose -ErrorAction SilentlyContinue 4>&1

            @($verbose).Count | Should -Be 1
            $verbose.Message | Should -BeLike "connect(*$([WildcardPattern]::Escape("$dead"))) = -1 ECONNREFUSED (*)"
        }
    }
}
