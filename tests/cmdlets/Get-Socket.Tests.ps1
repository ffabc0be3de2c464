Describe 'Get-Socket' {
    BeforeAll {
        . "$PSScriptRoot/../helpers/Common.ps1"

        # One socket in each state, and the peer that the connected one needs.
        function Open-SocketInEachState {
            $listener = New-Socket IPv6 Stream | Register-SocketAddress -LocalEndPoint '[::1]:0' -PassThru
            $listener.Listen()
            @{
                New       = New-Socket IPv4
                Bound     = New-Socket IPv6 | Register-SocketAddress -LocalEndPoint '[::1]:0' -PassThru
                Listening = $listener
                Connected = Connect-Socket $listener.LocalEndPoint
            }
        }
    }

    AfterEach {
        Get-Socket | Close-Socket
    }

    Context 'the list' {
        It 'is empty when nothing is open' {
            Get-Socket | Should -BeNullOrEmpty
        }

        It 'has every open socket that the module made, oldest first' {
            $made = @(
                New-Socket
                New-Socket Unix Stream
                New-StreamPair
                (Open-SocketInEachState).Values | Sort-Object Id
            )

            $listed = @(Get-Socket)

            $listed.Id | Should -Be $made.Id
            foreach ($index in 0..($made.Count - 1)) {
                [object]::ReferenceEquals($listed[$index], $made[$index]) | Should -BeTrue
            }
        }

        It 'has the sockets that Connect-Socket makes' {
            $listener = (Open-SocketInEachState).Listening
            $socket = Connect-Socket $listener.LocalEndPoint

            (Get-Socket).Id | Should -Contain $socket.Id
        }

        It 'leaves out what was closed, by Close-Socket or by .NET' {
            $one, $two, $three, $four = 1..4 | ForEach-Object { New-Socket }
            Close-Socket $one
            $two.Dispose()
            $three.Close()

            (Get-Socket).Id | Should -Be $four.Id
        }

        It 'leaves out sockets that were made elsewhere' {
            $foreign = [System.Net.Sockets.Socket]::new('InterNetwork', 'Dgram', 'Udp')
            try {
                $foreign.Id | Should -BeGreaterThan 0
                Get-Socket | Should -BeNullOrEmpty
            }
            finally {
                $foreign.Dispose()
            }
        }

        It 'forgets thousands of sockets that were closed by .NET' {
            foreach ($round in 1..500) {
                (New-Socket).Dispose()
            }
            $socket = New-Socket

            (Get-Socket).Id | Should -Be $socket.Id
        }
    }

    Context 'with -Id' {
        It 'gives one socket, by position and by name' {
            $sockets = 1..3 | ForEach-Object { New-Socket }

            [object]::ReferenceEquals((Get-Socket $sockets[1].Id), $sockets[1]) | Should -BeTrue
            [object]::ReferenceEquals((Get-Socket -Id $sockets[2].Id), $sockets[2]) | Should -BeTrue
        }

        It 'gives several in the order they are asked for' {
            $sockets = 1..3 | ForEach-Object { New-Socket }
            $ids = $sockets[2].Id, $sockets[0].Id

            (Get-Socket -Id $ids).Id | Should -Be $ids
            ($ids | Get-Socket).Id | Should -Be $ids
        }

        It 'never gives a number twice' {
            $first = New-Socket
            $id = $first.Id
            Close-Socket $first

            (New-Socket).Id | Should -BeGreaterThan $id
        }

        It 'keeps the number of a socket, closed or not' {
            $socket = New-Socket
            $id = $socket.Id
            $id | Should -BeOfType int
            $socket.Id | Should -Be $id
            Close-Socket $socket
            $socket.Id | Should -Be $id
        }

        It 'reports a number that no open socket has, and goes on' {
            $sockets = 1..2 | ForEach-Object { New-Socket }

            $found = Get-Socket $sockets[0].Id, 999999999, $sockets[1].Id -ErrorAction SilentlyContinue -ErrorVariable failure

            $found.Id | Should -Be $sockets.Id
            $failure.Count | Should -Be 1
            $failure.FullyQualifiedErrorId | Should -BeLike 'SocketNotFound,*'
            $failure.CategoryInfo.Category | Should -Be 'ObjectNotFound'
            $failure.Exception.Message | Should -BeLike '*999999999*'
            $failure.TargetObject | Should -Be 999999999
            $failure.ErrorDetails.RecommendedAction | Should -Not -BeNullOrEmpty
        }

        It 'reports the number of a closed socket, piped, and goes on' {
            $closed = New-Socket
            $open = New-Socket
            Close-Socket $closed

            $found = $closed.Id, $open.Id | Get-Socket -ErrorAction SilentlyContinue -ErrorVariable failure

            $found.Id | Should -Be $open.Id
            $failure.FullyQualifiedErrorId | Should -BeLike 'SocketNotFound,*'
            $failure.CategoryInfo.Category | Should -Be 'ObjectNotFound'
        }

        It 'is completed on Tab with the open sockets, explained' {
            $socket = New-Socket IPv6 | Register-SocketAddress -LocalEndPoint '[::1]:0' -PassThru
            $line = "Get-Socket -Id $($socket.Id)"

            $offered = (TabExpansion2 $line $line.Length).CompletionMatches

            $offered.CompletionText | Should -Be "$($socket.Id)"
            $offered.ToolTip | Should -Be "IPv6 Datagram Bound $($socket.LocalEndPoint)"
        }
    }

    Context 'with -State' {
        It 'gives the sockets in state <_>' -ForEach 'New', 'Bound', 'Listening', 'Connected' {
            $sockets = Open-SocketInEachState

            (Get-Socket -State $_).Id | Should -Be $sockets[$_].Id
            (Get-Socket -State $_.ToLowerInvariant()).Id | Should -Be $sockets[$_].Id
            "$($sockets[$_].State)" | Should -Be $_
        }

        It 'takes several states' {
            $sockets = Open-SocketInEachState

            (Get-Socket -State New, Listening).Id | Should -Be ($sockets.New.Id, $sockets.Listening.Id | Sort-Object)
        }

        It 'narrows -Id, the second position after it' {
            $sockets = Open-SocketInEachState

            (Get-Socket $sockets.Values.Id Bound).Id | Should -Be $sockets.Bound.Id
            Get-Socket $sockets.New.Id Bound -ErrorVariable failure | Should -BeNullOrEmpty
            $failure | Should -BeNullOrEmpty
        }

        It 'refuses a state that there is not' {
            $failure = { Get-Socket -State Bogus } | Should -Throw -ErrorId 'ParameterArgumentValidationError,*' -PassThru

            $failure.CategoryInfo.Category | Should -Be 'InvalidData'
            $failure.Exception.Message | Should -BeLike '*Listening*'
        }

        It 'is completed on Tab' {
            $line = 'Get-Socket -State '
            (TabExpansion2 $line $line.Length).CompletionMatches.CompletionText | Should -Be 'New', 'Bound', 'Listening', 'Connected', 'Disconnected'
        }
    }

    Context 'what every socket tells' {
        It 'follows a stream from New to Closed' {
            $listener = New-Socket IPv6 Stream
            "$($listener.State)" | Should -Be 'New'
            $listener.LocalEndPoint | Should -BeNullOrEmpty
            $listener.RemoteEndPoint | Should -BeNullOrEmpty

            Register-SocketAddress $listener '[::1]:0'
            "$($listener.State)" | Should -Be 'Bound'
            $listener.LocalEndPoint.Address | Should -Be '::1'
            $listener.LocalEndPoint.Port | Should -BeGreaterThan 0
            $listener.RemoteEndPoint | Should -BeNullOrEmpty

            $listener.Listen()
            "$($listener.State)" | Should -Be 'Listening'

            $client = Connect-Socket $listener.LocalEndPoint
            $server = $listener.Accept()
            try {
                foreach ($side in @($client, $server), @($server, $client)) {
                    "$($side[0].State)" | Should -Be 'Connected'
                    $side[0].RemoteEndPoint | Should -Be $side[1].LocalEndPoint
                }
            }
            finally {
                $server.Dispose()
            }

            Close-Socket $listener, $client
            foreach ($socket in $listener, $client, $server) {
                "$($socket.State)" | Should -Be 'Closed'
                $socket.LocalEndPoint | Should -BeNullOrEmpty
                $socket.RemoteEndPoint | Should -BeNullOrEmpty
            }
        }

        It 'tells a datagram socket and its peer' {
            $peer = New-Socket IPv6 | Register-SocketAddress -LocalEndPoint '[::1]:0' -PassThru
            $socket = New-Socket IPv6 | Connect-Socket $peer.LocalEndPoint -PassThru

            "$($socket.State)" | Should -Be 'Connected'
            $socket.RemoteEndPoint | Should -Be $peer.LocalEndPoint
            $socket.LocalEndPoint.Address | Should -Be '::1'
            $peer.RemoteEndPoint | Should -BeNullOrEmpty
        }

        It 'tells the port that sending gave a socket' {
            $peer = New-Socket IPv4 | Register-SocketAddress -LocalEndPoint '127.0.0.1:0' -PassThru
            $socket = New-Socket IPv4
            Send-Datagram $socket 'x' $peer.LocalEndPoint

            $socket.LocalEndPoint.Port | Should -Be (Receive-Datagram $peer -TimeoutSeconds 5).RemoteEndPoint.Port
            "$($socket.State)" | Should -Be 'Bound'
        }

        It 'tells the paths of UNIX sockets, and nothing of unnamed ones' {
            $path = New-TestPath
            $listener = New-Socket Unix Stream | Register-SocketAddress -LocalEndPoint $path -PassThru
            $listener.Listen()
            $client = Connect-Socket $path
            $unnamed = New-Socket Unix Datagram

            "$($listener.LocalEndPoint)" | Should -Be $path
            "$($listener.State)" | Should -Be 'Listening'
            "$($client.RemoteEndPoint)" | Should -Be $path
            $client.LocalEndPoint | Should -BeNullOrEmpty
            "$($client.State)" | Should -Be 'Connected'
            $unnamed.LocalEndPoint | Should -BeNullOrEmpty
            $unnamed.RemoteEndPoint | Should -BeNullOrEmpty
            "$($unnamed.State)" | Should -Be 'New'
        }

        It 'tells the same of a socket made elsewhere' {
            $foreign = [System.Net.Sockets.Socket]::new('InterNetworkV6', 'Stream', 'Tcp')
            try {
                $foreign.Id | Should -BeGreaterThan 0
                "$($foreign.State)" | Should -Be 'New'
                $foreign.LocalEndPoint | Should -BeNullOrEmpty
                $foreign.RemoteEndPoint | Should -BeNullOrEmpty
                $foreign.Bind([System.Net.IPEndPoint]::new([ipaddress]::IPv6Loopback, 0))
                "$($foreign.State)" | Should -Be 'Bound'
                $foreign.LocalEndPoint.Port | Should -BeGreaterThan 0
                $foreign.Listen()
                "$($foreign.State)" | Should -Be 'Listening'
            }
            finally {
                $foreign.Dispose()
            }
            "$($foreign.State)" | Should -Be 'Closed'
            $foreign.Id | Should -BeGreaterThan 0
            $foreign.LocalEndPoint | Should -BeNullOrEmpty
            $foreign.RemoteEndPoint | Should -BeNullOrEmpty
        }

        It 'tells a raw socket' {
            if (-not [System.Environment]::IsPrivilegedProcess) {
                Set-ItResult -Skipped -Because 'only root may make raw sockets'
            }
            $socket = New-Socket IPv4 Raw

            "$($socket.State)" | Should -Be 'New'
            $socket.LocalEndPoint | Should -BeNullOrEmpty
            $socket.RemoteEndPoint | Should -BeNullOrEmpty
        }

        It 'leaves .NET''s own view of the socket as it was' {
            $listener = New-Socket IPv6 Stream
            $null = $listener.State, $listener.LocalEndPoint, $listener.RemoteEndPoint, $listener.Id

            $listener.IsBound | Should -BeFalse
            $listener.Connected | Should -BeFalse
            $listener.Blocking | Should -BeTrue
        }
    }

    Context 'what is displayed' {
        BeforeEach {
            $path = New-TestPath -Extension 'with-a-name-that-is-longer-than-any-column-of-a-table-can-be'
            $sockets = @(
                (Open-SocketInEachState).Values
                New-Socket Unix Datagram | Register-SocketAddress -LocalEndPoint $path -PassThru
                New-StreamPair
                New-Socket -ErrorAction Stop | Register-SocketAddress -LocalEndPoint '127.0.0.1:0' -PassThru
                New-Socket Unix Stream
            )
            $closed = New-Socket
            $closed.Dispose()
            $foreign = [System.Net.Sockets.Socket]::new('InterNetwork', 'Stream', 'Tcp')
            $sockets += $closed, $foreign
        }

        AfterEach {
            $foreign.Dispose()
        }

        It 'is a table of number, family, type, state and addresses' {
            $lines = ($sockets | Out-String -Width 80).Trim() -split '\r?\n'

            $lines[0] | Should -Match '^\s*Id +Family +Type +State +Local +Remote\s*$'
            $lines.Count | Should -Be (2 + $sockets.Count)
            foreach ($index in 0..($sockets.Count - 1)) {
                $lines[2 + $index] | Should -Match "^\s*$($sockets[$index].Id) +(IPv4|IPv6|Unix) +(Datagram|Stream) +$($sockets[$index].State)\b"
            }
        }

        It 'shows each digit of a number of five' {
            do {
                Close-Socket $socket
                $socket = New-Socket Unix Stream -ErrorAction Stop
            } until ($socket.Id -ge 10000)
            $sockets += $socket

            ($socket | Out-String -Width 80).Trim() | Should -Match "(?m)^ *$($socket.Id) Unix +Stream +New\s*\z"
        }

        It 'shows short addresses in full' {
            $bound = $sockets | Where-Object { "$($_.State)" -eq 'Bound' -and "$($_.LocalEndPoint)" -like '`[::1]*' }

            $bound | Out-String -Width 80 | Should -BeLike "*$([WildcardPattern]::Escape("$($bound.LocalEndPoint)"))*"
        }

        It 'is never wider than 80 columns' {
            foreach ($text in ($sockets | Out-String -Width 80), (Get-Socket | Format-Table | Out-String -Width 80)) {
                $lines = $text -split '\r?\n'
                $lines.Count | Should -BeGreaterThan @(Get-Socket).Count
                ($lines | Measure-Object -Property Length -Maximum).Maximum | Should -BeLessOrEqual 80
            }
        }

        It 'is a list with Format-List' {
            $bound = $sockets | Where-Object { "$($_.State)" -eq 'Listening' }

            $text = $bound | Format-List | Out-String -Width 80

            foreach ($line in "Id +: $($bound.Id)", 'Family +: IPv6', 'Type +: Stream', 'Protocol +: Tcp', 'State +: Listening', "LocalEndPoint +: $([regex]::Escape("$($bound.LocalEndPoint)"))", 'RemoteEndPoint +:') {
                $text | Should -Match "(?m)^$line\s*$"
            }
        }

        It 'never shows the handle' {
            $texts = @(
                $sockets | Out-String -Width 200
                $sockets | Format-Table | Out-String -Width 200
                $sockets | Format-List | Out-String -Width 200
                & { Get-Item -LiteralPath $PSScriptRoot; $sockets } | Out-String -Width 200
                & { Get-Item -LiteralPath $PSScriptRoot; $sockets } | Format-List | Out-String -Width 200
                & { [version] '1.2'; $sockets } | Out-String -Width 200
                & { [version] '1.2'; $sockets } | Format-List | Out-String -Width 200
                $sockets | Select-Object -First 1 | Format-Custom -Depth 1 | Out-String -Width 200
            )

            foreach ($text in $texts) {
                $text | Should -Not -BeNullOrEmpty
                $text | Should -Not -Match 'Handle'
            }
        }

        It 'stands after another object''s table as a list with what matters' {
            $bound = $sockets | Where-Object { "$($_.State)" -eq 'Listening' }

            $text = & { Get-Item -LiteralPath $PSScriptRoot; $bound } | Out-String -Width 200

            $text | Should -Match "Id +: $($bound.Id)"
            $text | Should -Match 'State +: Listening'
            $text | Should -Match "LocalEndPoint +: $([regex]::Escape("$($bound.LocalEndPoint)"))"
        }

        It 'writes no error for any socket' {
            $global:Error.Clear()

            $null = $sockets | Out-String
            $null = $sockets | Format-List | Out-String
            $null = & { Get-Item -LiteralPath $PSScriptRoot; $sockets } | Out-String

            $global:Error.Count | Should -Be 0
        }
    }

    Context 'sessions' {
        BeforeEach {
            Get-Socket -All | Close-Socket # what other tests left open
        }

        AfterEach {
            Get-Socket -All | Close-Socket
        }

        It 'lists the sockets of this session, and with -All those of the process' {
            $own = New-Socket
            $other = (Wait-Worker (Start-Worker { New-Socket })).Output[0]

            @(Get-Socket).Id | Should -Be $own.Id
            (Get-Socket -All).Id | Should -Be $own.Id, $other.Id
            "$($other.State)" | Should -Be 'New'
        }

        It 'gives an accepted connection to the session that accepts' {
            $listener = Start-SocketListener '[::1]:0'
            $client = Connect-Socket $listener.LocalEndPoint
            $accepted = (Wait-Worker (Start-Worker { param($Listener) Receive-SocketConnection $Listener -TimeoutSeconds 5 } -ArgumentList $listener)).Output[0]

            (Get-Socket).Id | Should -Be $listener.Id, $client.Id
            (Get-Socket -All).Id | Should -Be $listener.Id, $client.Id, $accepted.Id
        }

        It 'finds another session''s socket by its number only with -All' {
            $other = (Wait-Worker (Start-Worker { New-Socket })).Output[0]

            Get-Socket -Id $other.Id -ErrorAction SilentlyContinue -ErrorVariable failures | Should -BeNullOrEmpty
            Assert-Failure $failures -Id SocketNotFound -Category ObjectNotFound
            (Get-Socket -Id $other.Id -All).Id | Should -Be $other.Id
        }

        It 'keeps this session''s sockets open when another <What>' -ForEach @(
            @{ What = 'removes the module'; Remove = { Remove-Module PSSockets } }
            @{ What = 'imports it by force'; Remove = { param($Path) Import-Module $Path -Force } }
        ) {
            $own = New-Socket | Register-SocketAddress '[::1]:0' -PassThru
            $result = Wait-Worker (Start-Worker ([scriptblock]::Create("param(`$Path) `$made = New-Socket; $($Remove -replace 'param\(\$Path\)'); `$made")) -ArgumentList $ModulePath)

            $result.Errors | Should -BeNullOrEmpty
            $result.Output[0].SafeHandle.IsClosed | Should -BeTrue
            "$($own.State)" | Should -Be 'Bound'
            Send-Datagram (New-Socket) 'still here' $own.LocalEndPoint
            Receive-Datagram $own -TimeoutSeconds 5 -AsText | Should -BeExactly 'still here'
        }

        It 'says Disconnected of a connection that was reset, and who it was: <Name>' -ForEach @(
            @{ Name = 'the client'; Index = 0 }
            @{ Name = 'the server'; Index = 1 }
        ) {
            $listener = Start-SocketListener '127.0.0.1:0'
            $pair = (Connect-Socket $listener.LocalEndPoint), (Receive-SocketConnection $listener -TimeoutSeconds 5)
            $left, $gone = $pair[$Index], $pair[1 - $Index]
            $peer = "$($gone.LocalEndPoint)"
            Set-SocketOption $gone Linger 0
            Close-Socket $gone
            Receive-SocketData $left -TimeoutSeconds 5 -ErrorAction SilentlyContinue -ErrorVariable failure
            Assert-Failure $failure -Id ConnectionReset -Category ConnectionError
            $left.State | Should -BeExactly 'Disconnected'
            "$($left.RemoteEndPoint)" | Should -BeExactly $peer
            (Get-Socket -State Disconnected).Id | Should -BeExactly $left.Id
            ($left | Out-String -Width 80) -split '\r?\n' | Should -Contain ('{0,6} IPv4   Stream    Disconnected {1,-21} {2}' -f $left.Id, $left.LocalEndPoint, $peer)
            Close-Socket $left
            $left.State | Should -BeExactly 'Closed'
        }

        It 'leaves a socket New or Bound that has never been connected' {
            $socket = New-Socket IPv4 Stream
            $free = (New-Socket IPv4 Stream | Register-SocketAddress '127.0.0.1:0' -PassThru).LocalEndPoint
            Connect-Socket $socket $free -ErrorAction SilentlyContinue
            $socket.State | Should -BeIn 'New', 'Bound'
            $socket.RemoteEndPoint | Should -BeNullOrEmpty
        }

        It 'does not stumble while other sessions open and close sockets' {
            $workers = 1..2 | ForEach-Object { Start-Worker { foreach ($round in 1..300) { New-Socket | Close-Socket } } }
            foreach ($round in 1..300) {
                $null = Get-Socket -All
            }
            $workers | ForEach-Object { (Wait-Worker $_).Errors | Should -BeNullOrEmpty }
        }
    }
}
