BeforeAll {
    . $PSScriptRoot/../helpers/Common.ps1

    # Exactly one error, with this identifier and category.
    function Assert-Failure {
        param(
            [Parameter(Position = 0)] [object[]] $Failure,
            [Parameter(Mandatory)] [string] $Id,
            [Parameter(Mandatory)] [string] $Category
        )

        $Failure.Count | Should -Be 1
        $Failure[0].FullyQualifiedErrorId | Should -BeLike "$Id,*"
        $Failure[0].CategoryInfo.Category | Should -Be $Category
    }
}

Describe 'Set-SocketOption' {
    BeforeEach {
        $socket = New-Socket IPv4 Stream
        $quiet = @{ ErrorVariable = 'failures'; ErrorAction = 'SilentlyContinue' }
    }

    AfterEach {
        Get-Socket | Close-Socket
    }

    Context 'Values as people write them' {
        It 'set <Name> to <Value>, which is read as <Read>' -ForEach @(
            @{ Name = 'NoDelay'; Value = $true; Read = $true }
            @{ Name = 'TCP_NODELAY'; Value = $true; Read = $true }
            @{ Name = 'nodelay'; Value = 1; Read = $true }
            @{ Name = 'KeepAlive'; Value = 'on'; Read = $true }
            @{ Name = 'KeepAlive'; Value = 'True'; Read = $true }
            @{ Name = 'SendTimeout'; Value = 1.5; Read = 1.5 }
            @{ Name = 'ReceiveTimeout'; Value = '2.5'; Read = 2.5 }
            @{ Name = 'ReceiveTimeout'; Value = [timespan]::FromSeconds(3); Read = 3 }
            @{ Name = 'Linger'; Value = 5; Read = 5 }
            @{ Name = 'Linger'; Value = '7'; Read = 7 }
            @{ Name = 'Linger'; Value = 0; Read = 0 }
            @{ Name = 'Linger'; Value = [timespan]::FromSeconds(3); Read = 3 }
            @{ Name = 'KeepAliveTime'; Value = 60; Read = 60 }
            @{ Name = 'KeepAliveTime'; Value = [timespan]::FromMinutes(2); Read = 120 }
            @{ Name = 'KeepAliveInterval'; Value = 5; Read = 5 }
            @{ Name = 'KeepAliveRetryCount'; Value = 3; Read = 3 }
            @{ Name = 'UserTimeout'; Value = [timespan]::FromSeconds(2); Read = 2000 }
            @{ Name = 'TimeToLive'; Value = 12; Read = 12 }
            @{ Name = 'TypeOfService'; Value = 16; Read = 16 }
            @{ Name = 'MtuDiscovery'; Value = 2; Read = 2 }
            @{ Name = 'SendBufferSize'; Value = 16KB; Read = 32KB }
            @{ Name = 'ReceiveBufferSize'; Value = 16384L; Read = 32KB }
            @{ Name = 'ReceiveLowWater'; Value = 4; Read = 4 }
            @{ Name = 'OutOfBandInline'; Value = $true; Read = $true }
            @{ Name = 'ReuseAddress'; Value = $true; Read = $true }
            @{ Name = 'ReusePort'; Value = $true; Read = $true }
            @{ Name = 'Priority'; Value = 6; Read = 6 }
            @{ Name = 'BindToDevice'; Value = 'lo'; Read = 'lo' }
            @{ Name = 'CongestionControl'; Value = 'reno'; Read = 'reno' }
            @{ Name = 'SynRetryCount'; Value = 2; Read = 2 }
            @{ Name = 'Cork'; Value = $true; Read = $true }
        ) {
            Get-SocketOption $socket $Name | Should -Not -Be $Read -Because 'the test would show nothing'
            Set-SocketOption $socket $Name $Value @quiet
            if ($failures -and $failures[0].FullyQualifiedErrorId -like 'AccessDenied,*') {
                Set-ItResult -Skipped -Because "this user may not set $Name"
            }
            $failures.Count | Should -Be 0
            Get-SocketOption $socket $Name | Should -Be $Read
        }

        It 'switch off what is on: <Name> with <Value>' -ForEach @(
            @{ Name = 'NoDelay'; Value = $false }
            @{ Name = 'NoDelay'; Value = 0 }
            @{ Name = 'KeepAlive'; Value = 'off' }
            @{ Name = 'KeepAlive'; Value = 'false' }
        ) {
            Set-SocketOption $socket $Name $true
            Get-SocketOption $socket $Name | Should -BeTrue
            Set-SocketOption $socket $Name $Value
            Get-SocketOption $socket $Name | Should -BeFalse
        }

        It 'switch Linger off: <_>' -ForEach 'off', 'OFF', $false {
            Set-SocketOption $socket Linger 5
            $socket.LingerState.Enabled | Should -BeTrue
            $socket.LingerState.LingerTime | Should -Be 5
            Set-SocketOption $socket Linger $_
            Get-SocketOption $socket Linger | Should -Be 'off'
            $socket.LingerState.Enabled | Should -BeFalse
        }

        It 'keep the microseconds of a time: <_>' -ForEach 0.25, 1.000001, 1.9999999, 59.999 {
            $seconds = $_
            Set-SocketOption $socket ReceiveTimeout $seconds @quiet
            $failures.Count | Should -Be 0
            # The kernel counts in ticks of up to 10 ms, and rounds up.
            Get-SocketOption $socket ReceiveTimeout | Should -BeGreaterOrEqual ($seconds - 0.001)
            Get-SocketOption $socket ReceiveTimeout | Should -BeLessOrEqual ($seconds + 0.011)
        }

        It 'end a plain receive after ReceiveTimeout, and 0 means no limit' {
            $one, $two = New-StreamPair Stream
            Set-SocketOption $one ReceiveTimeout 0.05
            $failure = { $one.Receive([byte[]]::new(1)) } | Should -Throw -PassThru
            $failure.Exception.InnerException.SocketErrorCode | Should -BeIn 'TimedOut', 'WouldBlock'
            Set-SocketOption $one ReceiveTimeout 0
            Get-SocketOption $one ReceiveTimeout | Should -Be 0
            Send-SocketData $two 'x'
            $one.Receive([byte[]]::new(1)) | Should -Be 1
        }

        It 'reset a connection that is closed with Linger 0' {
            $listener = Start-SocketListener -LocalEndPoint '127.0.0.1:0'
            $client = Connect-Socket $listener.LocalEndPoint
            $server = Receive-SocketConnection $listener -TimeoutSeconds 5
            Set-SocketOption $client Linger 0
            Close-Socket $client
            Receive-SocketData $server -TimeoutSeconds 5 @quiet
            Assert-Failure $failures -Id ConnectionReset -Category ConnectionError
        }

        It 'are allowed to send to everybody with Broadcast' {
            $udp = New-Socket IPv4 Datagram
            Send-Datagram $udp 'x' '127.255.255.255:9' @quiet
            Assert-Failure $failures -Id AccessDenied -Category PermissionDenied
            Set-SocketOption $udp Broadcast $true
            Send-Datagram $udp 'x' '127.255.255.255:9' @quiet
            $failures.Count | Should -Be 0
        }

        It 'make both families of one socket with IPv6Only off' {
            $six = New-Socket IPv6 Stream
            Set-SocketOption $six IPv6Only $false
            $six.DualMode | Should -BeTrue
        }

        It 'mean the option of the socket''s family' {
            $six = New-Socket IPv6 Stream
            Set-SocketOption $socket, $six TimeToLive 21
            $socket.Ttl | Should -Be 21
            Get-SocketOption $six IPV6_UNICAST_HOPS | Should -Be 21
        }
    }

    Context 'MulticastInterface' {
        It 'takes an interface by <How>, over <Family>' -ForEach @(
            @{ How = 'name'; Family = 'IPv4'; Value = { (Get-LoopbackInterface).Name } }
            @{ How = 'address'; Family = 'IPv4'; Value = { '127.0.0.1' } }
            @{ How = 'IPAddress'; Family = 'IPv4'; Value = { [ipaddress]::Loopback } }
            @{ How = 'number'; Family = 'IPv4'; Value = { (Get-LoopbackInterface).Index } }
            @{ How = 'name'; Family = 'IPv6'; Value = { (Get-LoopbackInterface).Name } }
            @{ How = 'address'; Family = 'IPv6'; Value = { '::1' } }
            @{ How = 'number'; Family = 'IPv6'; Value = { (Get-LoopbackInterface).Index } }
        ) {
            $udp = New-Socket $Family Datagram
            Set-SocketOption $udp MulticastInterface (& $Value) @quiet
            $failures.Count | Should -Be 0
            if ($Family -eq 'IPv6') {
                Get-SocketOption $udp MulticastInterface | Should -Be (Get-LoopbackInterface).Index
                return
            }
            # Without a route of its own, what is sent goes out through lo, where a member of the group hears it.
            $member = New-Socket IPv4 Datagram | Register-SocketAddress '0.0.0.0:0' -PassThru
            Add-SocketMulticastGroup $member 239.255.12.1 (Get-LoopbackInterface).Name
            Send-Datagram $udp 'heard' "239.255.12.1:$($member.LocalEndPoint.Port)"
            Receive-Datagram $member -TimeoutSeconds 5 -AsText | Should -Be 'heard'
        }

        It 'is read back as it was set by address' {
            $udp = New-Socket IPv4 Datagram
            Set-SocketOption $udp MulticastInterface 127.0.0.1
            "$(Get-SocketOption $udp MulticastInterface)" | Should -Be '127.0.0.1'
        }

        It 'is InterfaceNotFound for <What>, over <Family>' -ForEach @(
            @{ What = 'a name'; Family = 'IPv4'; Value = 'nosuch0' }
            @{ What = 'an address'; Family = 'IPv4'; Value = '192.0.2.77' }
            @{ What = 'a number'; Family = 'IPv4'; Value = 99999 }
            @{ What = 'a name'; Family = 'IPv6'; Value = 'nosuch0' }
            @{ What = 'a number'; Family = 'IPv6'; Value = 99999 }
        ) {
            Set-SocketOption (New-Socket $Family Datagram) MulticastInterface $Value @quiet
            Assert-Failure $failures -Id InterfaceNotFound -Category ObjectNotFound
        }

        It 'and the other multicast options are set, <Name>' -ForEach @(
            @{ Name = 'MulticastTimeToLive'; Value = 5 }
            @{ Name = 'MulticastLoopback'; Value = $false }
            @{ Name = 'MulticastAll'; Value = $false }
        ) {
            foreach ($udp in (New-Socket IPv4 Datagram), (New-Socket IPv6 Datagram)) {
                Set-SocketOption $udp $Name $Value
                Get-SocketOption $udp $Name | Should -Be $Value
            }
        }
    }

    Context 'Values that are none' {
        It 'are InvalidOptionValue: <Text> for <Name>' -ForEach @(
            @{ Name = 'NoDelay'; Value = 'yes'; Text = 'yes'; Wanted = '$true' }
            @{ Name = 'NoDelay'; Value = 2; Text = '2'; Wanted = '$true' }
            @{ Name = 'NoDelay'; Value = $null; Text = 'null'; Wanted = '$true' }
            @{ Name = 'NoDelay'; Value = ''; Text = 'empty text'; Wanted = '$true' }
            @{ Name = 'SendBufferSize'; Value = 'big'; Text = 'big'; Wanted = 'bytes' }
            @{ Name = 'SendBufferSize'; Value = 1.5; Text = '1.5'; Wanted = 'bytes' }
            @{ Name = 'SendBufferSize'; Value = 3GB; Text = '3 GiB'; Wanted = 'bytes' }
            @{ Name = 'SendBufferSize'; Value = $true; Text = 'true'; Wanted = 'bytes' }
            @{ Name = 'ReceiveTimeout'; Value = 'soon'; Text = 'soon'; Wanted = 'seconds' }
            @{ Name = 'ReceiveTimeout'; Value = $false; Text = 'false'; Wanted = 'seconds' }
            @{ Name = 'ReceiveTimeout'; Value = -1; Text = '-1'; Wanted = 'seconds' }
            @{ Name = 'Linger'; Value = 'long'; Text = 'long'; Wanted = 'off' }
            @{ Name = 'Linger'; Value = 1.5; Text = '1.5'; Wanted = 'off' }
            @{ Name = 'Linger'; Value = $true; Text = 'true'; Wanted = 'off' }
            @{ Name = 'Linger'; Value = -1; Text = '-1'; Wanted = 'off' }
        ) {
            $before = Get-SocketOption $socket $Name
            Set-SocketOption $socket $Name $Value @quiet
            Assert-Failure $failures -Id InvalidOptionValue -Category InvalidArgument
            $failures[0].Exception.Message | Should -BeLike "*$Name*$Wanted*"
            $failures[0].ErrorDetails.RecommendedAction | Should -BeLike "*$Wanted*"
            Get-SocketOption $socket $Name | Should -Be $before
        }

        It 'are InvalidArgument where only the system knows that: TimeToLive <_>' -ForEach 0, 256 {
            Set-SocketOption $socket TimeToLive $_ @quiet
            Assert-Failure $failures -Id InvalidArgument -Category InvalidArgument
            $failures[0].Exception.Message | Should -BeLike (Format-SystemError 'setsockopt IP_TTL: EINVAL (22)*')
            [object]::ReferenceEquals($failures[0].TargetObject, $socket) | Should -BeTrue
        }
    }

    Context 'Names of .NET' {
        It 'sets <Name> to <Value>' -ForEach @(
            @{ Name = 'TTL'; Value = 9; Option = 'IP_TTL'; Expected = 9 }
            @{ Name = 'IpTimeToLive'; Value = 8; Option = 'IP_TTL'; Expected = 8 }
            @{ Name = 'DontFragment'; Value = $true; Option = 'IP_MTU_DISCOVER'; Expected = 2 }
            @{ Name = 'DontFragment'; Value = $false; Option = 'IP_MTU_DISCOVER'; Expected = 0 }
        ) {
            $own = New-Socket IPv4
            Set-SocketOption $own $Name $Value
            Get-SocketOption $own $Option | Should -Be $Expected
            Close-Socket $own
        }
    }

    Context 'Options that cannot be set' {
        It 'are OptionNotFound with the nearest name after a slip' {
            Set-SocketOption $socket TimeToLife 1 @quiet
            Assert-Failure $failures -Id OptionNotFound -Category ObjectNotFound
            $failures[0].ErrorDetails.RecommendedAction | Should -BeLike 'Perhaps TimeToLive is meant.*'
        }

        It 'are OptionNotFound when nobody knows them' {
            Set-SocketOption $socket Nonsense 1 @quiet
            Assert-Failure $failures -Id OptionNotFound -Category ObjectNotFound
            $failures[0].ErrorDetails.RecommendedAction | Should -BeLike '*-ListAvailable*'
        }

        It 'are InvalidArgument when they can only be read: <_>' -ForEach 'SocketType', 'SO_DOMAIN', 'SocketProtocol', 'AcceptConnection', 'PendingError', 'Mtu' {
            Set-SocketOption $socket $_ 1 @quiet
            Assert-Failure $failures -Id InvalidArgument -Category InvalidArgument
            $failures[0].Exception.Message | Should -BeLike '*can only be read*'
        }

        It 'are refused on a socket of another kind: <Name>' -ForEach @(
            @{ Name = 'NoDelay'; Open = { New-Socket IPv6 Datagram }; Id = 'ProtocolOption' }
            @{ Name = 'NoDelay'; Open = { New-Socket Unix Stream }; Id = 'OperationNotSupported' }
            @{ Name = 'IPv6Only'; Open = { New-Socket IPv4 Stream }; Id = 'ProtocolOption' }
        ) {
            Set-SocketOption (& $Open) $Name $true @quiet
            Assert-Failure $failures -Id $Id -Category NotImplemented
        }
    }

    Context 'Raw access' {
        It 'sets <What>' -ForEach @(
            @{ What = 'an int'; Value = 1 }
            @{ What = 'a bool'; Value = $true }
            @{ What = 'a byte[]'; Value = [byte[]](1, 0, 0, 0) }
        ) {
            Set-SocketOption $socket -Level 6 -Option 1 -Value $Value
            $socket.NoDelay | Should -BeTrue
        }

        It 'gives back what raw Get-SocketOption read' {
            Set-SocketOption $socket Linger 5
            $bytes = Get-SocketOption $socket -Level 1 -Option 13
            $other = New-Socket IPv4 Stream
            Set-SocketOption $other -Level 1 -Option 13 -Value $bytes
            Get-SocketOption $other Linger | Should -Be 5
        }

        It 'refuses other values' {
            Set-SocketOption $socket -Level 6 -Option 1 -Value 'on' @quiet
            Assert-Failure $failures -Id InvalidOptionValue -Category InvalidArgument
        }

        It 'is ProtocolOption for an option that does not exist' {
            Set-SocketOption $socket -Level 1 -Option 9999 -Value 1 @quiet
            Assert-Failure $failures -Id ProtocolOption -Category NotImplemented
        }

        It 'needs both numbers' {
            $failure = { Set-SocketOption -Socket $socket -Name NoDelay -Level 6 -Value 1 } | Should -Throw -PassThru
            $failure.FullyQualifiedErrorId | Should -BeLike 'AmbiguousParameterSet,*'
            $failure.CategoryInfo.Category | Should -Be 'InvalidArgument'
        }
    }

    Context 'Parameters' {
        It 'are positional: socket, name, value' {
            Set-SocketOption $socket TimeToLive 33
            Set-SocketOption -Value $true -Name NoDelay -Socket $socket
            $socket.Ttl | Should -Be 33
            $socket.NoDelay | Should -BeTrue
        }

        It 'take sockets from the pipeline, write nothing without -PassThru, and the sockets with it' {
            $other = New-Socket IPv4 Stream
            $socket, $other | Set-SocketOption -Name TimeToLive -Value 34 | Should -BeNullOrEmpty
            ($socket, $other | Set-SocketOption -Name NoDelay -Value $true -PassThru).Id | Should -Be $socket.Id, $other.Id
            (Set-SocketOption $socket -Level 1 -Option 9 -Value 1 -PassThru).Id | Should -Be $socket.Id
            $socket.Ttl, $other.Ttl | Should -Be 34, 34
        }

        It 'go on after a bad socket' {
            $closed = New-Socket IPv4 Stream
            Close-Socket $closed
            $last = New-Socket IPv4 Stream
            $output = Set-SocketOption $socket, $closed, $last NoDelay $true -PassThru @quiet
            $output.Id | Should -Be $socket.Id, $last.Id
            Assert-Failure $failures -Id SocketClosed -Category InvalidOperation
            [object]::ReferenceEquals($failures[0].TargetObject, $closed) | Should -BeTrue
            $last.NoDelay | Should -BeTrue
        }

        It 'complete names, with C name, meaning and unit in the tooltip' {
            $line = 'Set-SocketOption $s KeepAliveT'
            $match = @((TabExpansion2 $line $line.Length).CompletionMatches)
            $match.CompletionText | Should -Be 'KeepAliveTime'
            $match[0].ToolTip | Should -BeLike '*TCP_KEEPIDLE*probed*`[s`]'
        }

        It 'are named as a system call with -Verbose' {
            $messages = @(Set-SocketOption $socket NoDelay $true -Verbose 4>&1)
            $messages.Count | Should -Be 1
            $messages[0].Message | Should -BeExactly 'setsockopt(AF_INET, IPPROTO_TCP, TCP_NODELAY, True) = 0'
        }
    }
}
