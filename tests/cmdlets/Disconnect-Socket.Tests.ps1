Describe 'Disconnect-Socket' {
    BeforeAll {
        . "$PSScriptRoot/../helpers/Common.ps1"

        # One recv(2): the text, or the end as ''.
        function Read-Text {
            param($Socket)

            $Socket.ReceiveTimeout = 5000
            $buffer = [byte[]]::new(64)
            [System.Text.Encoding]::UTF8.GetString($buffer, 0, $Socket.Receive($buffer))
        }

        function Open-TcpPair {
            $listener = New-Socket IPv6 Stream | Register-SocketAddress -LocalEndPoint '[::1]:0' -PassThru
            $listener.Listen()
            Connect-Socket $listener.LocalEndPoint
            $listener.Accept()
            Close-Socket $listener
        }

        $bytes = [byte[]][char[]]'hello'
    }

    AfterEach {
        Get-Socket | Close-Socket
        if ($other) {
            $other.Dispose()
        }
    }

    Context 'streams' {
        It 'ends what this side sends with <Direction>: half-close' -ForEach @(
            @{ Direction = 'Send'; Make = 'New-StreamPair' }
            @{ Direction = 'send'; Make = 'New-StreamPair' }
            @{ Direction = 'Send'; Make = 'Open-TcpPair' }
        ) {
            $one, $other = & $Make
            $null = $one.Send($bytes)

            Disconnect-Socket $one -Direction $Direction

            Read-Text $other | Should -Be 'hello'
            $other.Receive([byte[]]::new(8)) | Should -Be 0
            { $one.Send($bytes) } | Should -Throw -ExceptionType ([System.Management.Automation.MethodInvocationException])
            $null = $other.Send($bytes)
            Read-Text $one | Should -Be 'hello'
            "$($one.State)" | Should -Be 'Connected'
        }

        It 'ends what this side receives with -Direction Receive, and the other way still works' {
            $one, $other = New-StreamPair

            Disconnect-Socket $one -Direction Receive

            Read-Text $one | Should -BeNullOrEmpty
            $null = $one.Send($bytes)
            Read-Text $other | Should -Be 'hello'
        }

        It 'ends both ways with <_>' -ForEach '-Direction Both', 'nothing more' {
            $one, $other = Open-TcpPair
            $null = $one.Send($bytes)

            if ($_ -eq 'nothing more') {
                Disconnect-Socket $one
            }
            else {
                Disconnect-Socket $one -Direction Both
            }

            Read-Text $other | Should -Be 'hello'
            Read-Text $other | Should -BeNullOrEmpty
            Read-Text $one | Should -BeNullOrEmpty
            { $one.Send($bytes) } | Should -Throw -ExceptionType ([System.Management.Automation.MethodInvocationException])
        }

        It 'takes the direction as second position, and from the pipeline as the first name' {
            $one, $other = New-StreamPair
            Disconnect-Socket $one Send
            Read-Text $other | Should -BeNullOrEmpty

            $other | Disconnect-Socket -Direction Send
            Read-Text $one | Should -BeNullOrEmpty
        }

        It 'takes several sockets, as an argument and from the pipeline' {
            $pairs = 1..4 | ForEach-Object { , @(New-StreamPair) }

            Disconnect-Socket $pairs[0][0], $pairs[1][0] Send
            $pairs[2][0], $pairs[3][0] | Disconnect-Socket -Direction Send

            foreach ($pair in $pairs) {
                Read-Text $pair[1] | Should -BeNullOrEmpty
            }
        }

        It 'leaves the socket open' {
            $one, $other = New-StreamPair

            Disconnect-Socket $one

            $one.SafeHandle.IsClosed | Should -BeFalse
            (Get-Socket).Id | Should -Contain $one.Id
        }

        It 'refuses a direction that there is not' {
            $one, $other = New-StreamPair
            Disconnect-Socket $one Sideways -ErrorAction SilentlyContinue -ErrorVariable failures

            Assert-Failure $failures -Id InvalidArgument -Category InvalidArgument
            $failures[0].Exception.Message | Should -BeLike '*Send, Receive, Both*'
        }

        It 'offers the directions on Tab' {
            $line = 'Disconnect-Socket -Direction '
            (TabExpansion2 $line $line.Length).CompletionMatches.CompletionText | Sort-Object | Should -Be 'Both', 'Receive', 'Send'
        }
    }

    Context 'datagrams' {
        BeforeEach {
            $one, $two = 1..2 | ForEach-Object { New-Socket IPv6 | Register-SocketAddress -LocalEndPoint '[::1]:0' -PassThru }
            $socket = New-Socket IPv6 | Register-SocketAddress -LocalEndPoint '[::1]:0' -PassThru
            $port = $socket.LocalEndPoint.Port
            Connect-Socket $socket $one.LocalEndPoint
        }

        It 'dissolves the association: the socket has no peer, and keeps its port' {
            Disconnect-Socket $socket

            "$($socket.State)" | Should -Be 'Bound'
            $socket.RemoteEndPoint | Should -BeNullOrEmpty
            $socket.LocalEndPoint.Port | Should -Be $port
        }

        It 'keeps a port that was named when the socket was bound' {
            $freePort = $two.LocalEndPoint.Port
            Close-Socket $two
            $named = New-Socket IPv6 | Register-SocketAddress -LocalEndPoint "[::1]:$freePort" -PassThru
            Connect-Socket $named $one.LocalEndPoint

            Disconnect-Socket $named

            $named.LocalEndPoint.Port | Should -Be $freePort
            Send-Datagram $one 'hello' $named.LocalEndPoint
            (Receive-Datagram $named -TimeoutSeconds 5).Text | Should -Be 'hello'
        }

        It 'dissolves the association: the socket hears everybody again' {
            # While connected it hears its peer alone: what two sends is thrown away before what one sends comes.
            Send-Datagram $two 'stranger' $socket.LocalEndPoint
            Send-Datagram $one 'peer' $socket.LocalEndPoint
            (Receive-Datagram $socket -TimeoutSeconds 5).Text | Should -Be 'peer'

            Disconnect-Socket $socket

            Send-Datagram $two 'stranger' "[::1]:$port"
            Send-Datagram $one 'former peer' "[::1]:$port"
            (Receive-Datagram $socket 2 -TimeoutSeconds 5).Text | Should -Be 'stranger', 'former peer'
        }

        It 'dissolves the association: the socket has nowhere to send to any more' {
            Disconnect-Socket $socket

            $null = Send-Datagram $socket 'x' -ErrorAction SilentlyContinue -ErrorVariable failure
            $failure.FullyQualifiedErrorId | Should -BeLike 'DestinationAddressRequired,*'
            $failure.CategoryInfo.Category | Should -Be 'InvalidArgument'

            Send-Datagram $socket 'y' $two.LocalEndPoint
            (Receive-Datagram $two -TimeoutSeconds 5).Text | Should -Be 'y'
        }

        It 'lets the socket be connected again, with Connect-Socket and with .NET' {
            foreach ($round in 1..3) {
                Disconnect-Socket $socket
                Connect-Socket $socket $two.LocalEndPoint
                Send-Datagram $socket "round $round"
                (Receive-Datagram $two -TimeoutSeconds 5).Text | Should -Be "round $round"
                "$($socket.State)" | Should -Be 'Connected'

                Disconnect-Socket $socket
                $socket.Connect($one.LocalEndPoint)
                Send-Datagram $socket "back $round"
                (Receive-Datagram $one -TimeoutSeconds 5).Text | Should -Be "back $round"
            }
        }

        It 'dissolves the association of a UNIX datagram socket' {
            $pathOne, $pathTwo = 1..2 | ForEach-Object { New-TestPath }
            $peer, $stranger = $pathOne, $pathTwo | ForEach-Object { New-Socket Unix Datagram | Register-SocketAddress -LocalEndPoint $_ -PassThru }
            $mine = New-Socket Unix Datagram | Register-SocketAddress -LocalEndPoint (New-TestPath) -PassThru
            Connect-Socket $mine $pathOne

            Disconnect-Socket $mine

            "$($mine.State)" | Should -Be 'Bound'
            Send-Datagram $stranger 'hello' $mine.LocalEndPoint
            (Receive-Datagram $mine -TimeoutSeconds 5).Text | Should -Be 'hello'
        }

        It 'dissolves the association of a dual-mode socket with an IPv4 peer' {
            $peer = New-Socket IPv4 | Register-SocketAddress -LocalEndPoint '127.0.0.1:0' -PassThru
            $mine = New-Socket | Connect-Socket $peer.LocalEndPoint -PassThru

            Disconnect-Socket $mine

            $mine.RemoteEndPoint | Should -BeNullOrEmpty
        }

        It 'shuts one direction down with -Direction, and the association stays' {
            Disconnect-Socket $socket -Direction Send

            $socket.RemoteEndPoint | Should -Be $one.LocalEndPoint
            $null = Send-Datagram $socket 'x' -ErrorAction SilentlyContinue -ErrorVariable failure
            $failure.FullyQualifiedErrorId | Should -BeLike 'Shutdown,*'
            $failure.CategoryInfo.Category | Should -Be 'ConnectionError'
            Send-Datagram $one 'still' $socket.LocalEndPoint
            (Receive-Datagram $socket -TimeoutSeconds 5).Text | Should -Be 'still'
        }
    }

    Context 'output' {
        It 'is nothing without -PassThru' {
            $one, $other = New-StreamPair
            Disconnect-Socket $one Send | Should -BeNullOrEmpty
        }

        It 'is the socket with -PassThru, for the next in the chain' {
            $one, $other = New-StreamPair

            $result = Disconnect-Socket $one Send -PassThru
            [object]::ReferenceEquals($result, $one) | Should -BeTrue

            $one | Disconnect-Socket -Direction Receive -PassThru | Close-Socket
            "$($one.State)" | Should -Be 'Closed'
        }

        It 'is the datagram socket with -PassThru' {
            $peer = New-Socket IPv6 | Register-SocketAddress -LocalEndPoint '[::1]:0' -PassThru
            $socket = New-Socket IPv6 | Connect-Socket $peer.LocalEndPoint -PassThru

            [object]::ReferenceEquals(($socket | Disconnect-Socket -PassThru), $socket) | Should -BeTrue
        }
    }

    Context 'errors' {
        It 'reports a <Type> socket without a peer, with <Arguments>' -ForEach @(
            @{ Type = 'Datagram'; Arguments = @{ }; Call = 'connect' }
            @{ Type = 'Datagram'; Arguments = @{ Direction = 'Send' }; Call = 'shutdown' }
            @{ Type = 'Stream'; Arguments = @{ }; Call = 'shutdown' }
            @{ Type = 'Stream'; Arguments = @{ Direction = 'Receive' }; Call = 'shutdown' }
        ) {
            $socket = New-Socket IPv6 $Type | Register-SocketAddress -LocalEndPoint '[::1]:0' -PassThru

            $output = Disconnect-Socket $socket @Arguments -PassThru -ErrorAction SilentlyContinue -ErrorVariable failure

            $output | Should -BeNullOrEmpty
            $failure.Count | Should -Be 1
            $failure.FullyQualifiedErrorId | Should -BeLike 'NotConnected,*'
            $failure.CategoryInfo.Category | Should -Be 'InvalidOperation'
            $failure.Exception.Message | Should -BeLike "$Call*: ENOTCONN (*"
            $failure.ErrorDetails.RecommendedAction | Should -Not -BeNullOrEmpty
            [object]::ReferenceEquals($failure.TargetObject[0], $socket) | Should -BeTrue
        }

        It 'reports a closed <Type> socket' -ForEach @(
            @{ Type = 'Datagram'; Arguments = @{ } }
            @{ Type = 'Datagram'; Arguments = @{ Direction = 'Both' } }
            @{ Type = 'Stream'; Arguments = @{ } }
        ) {
            $socket = New-Socket IPv6 $Type
            Close-Socket $socket

            Disconnect-Socket $socket @Arguments -ErrorAction SilentlyContinue -ErrorVariable failure

            $failure.Count | Should -Be 1
            $failure.FullyQualifiedErrorId | Should -BeLike 'SocketClosed,*'
            $failure.CategoryInfo.Category | Should -Be 'InvalidOperation'
            $failure.ErrorDetails.RecommendedAction | Should -Not -BeNullOrEmpty
            [object]::ReferenceEquals($failure.TargetObject[0], $socket) | Should -BeTrue
        }

        It 'goes on after a bad socket' {
            $pairs = 1..2 | ForEach-Object { , @(New-StreamPair) }
            $closed = New-Socket
            Close-Socket $closed

            $done = $pairs[0][0], $closed, (New-Socket), $pairs[1][0] |
                Disconnect-Socket -Direction Send -PassThru -ErrorAction SilentlyContinue -ErrorVariable failure

            $done.Id | Should -Be $pairs[0][0].Id, $pairs[1][0].Id
            $failure.Count | Should -Be 2
            $failure[0].FullyQualifiedErrorId | Should -BeLike 'SocketClosed,*'
            $failure[0].CategoryInfo.Category | Should -Be 'InvalidOperation'
            $failure[1].FullyQualifiedErrorId | Should -BeLike 'NotConnected,*'
            $failure[1].CategoryInfo.Category | Should -Be 'InvalidOperation'
        }

        It 'goes on after a bad socket of one argument' {
            $one, $other = New-StreamPair
            $closed = New-Socket
            Close-Socket $closed

            (Disconnect-Socket $closed, $one Send -PassThru -ErrorAction SilentlyContinue).Id | Should -Be $one.Id
        }
    }

    Context 'with -Verbose' {
        It 'shows shutdown with its direction: <Name>' -ForEach @(
            @{ Direction = 'Send'; Name = 'SHUT_WR' }
            @{ Direction = 'Receive'; Name = 'SHUT_RD' }
            @{ Direction = 'Both'; Name = 'SHUT_RDWR' }
        ) {
            $one, $other = Open-TcpPair

            $verbose = Disconnect-Socket $one $Direction -Verbose 4>&1

            @($verbose).Count | Should -Be 1
            $verbose.Message | Should -Be "shutdown(AF_INET6, $($one.RemoteEndPoint), $Name) = 0"
        }

        It 'shows no empty address where the peer has no name' {
            $one, $other = New-SocketPair

            (Disconnect-Socket $one Send -Verbose 4>&1).Message | Should -Be 'shutdown(AF_UNIX, SHUT_WR) = 0'
        }

        It 'shows how a datagram socket is dissolved' {
            $peer = New-Socket IPv6 | Register-SocketAddress -LocalEndPoint '[::1]:0' -PassThru
            $socket = New-Socket IPv6 | Connect-Socket $peer.LocalEndPoint -PassThru

            (Disconnect-Socket $socket -Verbose 4>&1).Message | Should -Be 'connect(AF_INET6, AF_UNSPEC) = 0'
        }
    }
}
