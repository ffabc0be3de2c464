Describe 'New-Socket' {
    BeforeAll {
        . "$PSScriptRoot/../helpers/Common.ps1"

        # getsockopt(2) itself, since .NET's options of that name mean something else.
        function Get-RawOption {
            param($Socket, [int] $Level, [int] $Option)

            $value = [byte[]]::new(4)
            $null = $Socket.GetRawSocketOption($Level, $Option, $value)
            [System.BitConverter]::ToInt32($value)
        }
    }

    AfterEach {
        Get-Socket | Close-Socket
    }

    Context 'without arguments' {
        It 'makes one IPv6 dual-mode datagram socket' {
            $socket = @(New-Socket)

            $socket.Count | Should -Be 1
            $socket[0].GetType().FullName | Should -Be 'System.Net.Sockets.Socket'
            $socket[0].AddressFamily | Should -Be 'InterNetworkV6'
            $socket[0].SocketType | Should -Be 'Dgram'
            $socket[0].ProtocolType | Should -Be 'Udp'
            $socket[0].DualMode | Should -BeTrue
            "$($socket[0].State)" | Should -Be 'New'
        }

        It 'makes a socket that talks to IPv4' {
            $peer = New-Socket IPv4 | Register-SocketAddress -LocalEndPoint '127.0.0.1:0' -PassThru
            $socket = New-Socket

            Send-Datagram $socket 'ping' $peer.LocalEndPoint
            $ping = Receive-Datagram $peer -TimeoutSeconds 5
            $ping.Text | Should -Be 'ping'
            Send-Datagram $peer 'pong' $ping.RemoteEndPoint
            $pong = Receive-Datagram $socket -TimeoutSeconds 5
            $pong.Text | Should -Be 'pong'
            $pong.RemoteEndPoint.Address.MapToIPv4() | Should -Be '127.0.0.1'
            $pong.RemoteEndPoint.Port | Should -Be $peer.LocalEndPoint.Port
        }

        It 'makes a socket that talks to IPv6' {
            $peer = New-Socket IPv6 | Register-SocketAddress -LocalEndPoint '[::1]:0' -PassThru
            $socket = New-Socket

            Send-Datagram $socket 'ping' $peer.LocalEndPoint
            $ping = Receive-Datagram $peer -TimeoutSeconds 5
            $ping.Text | Should -Be 'ping'
            Send-Datagram $peer 'pong' $ping.RemoteEndPoint
            $pong = Receive-Datagram $socket -TimeoutSeconds 5
            $pong.Text | Should -Be 'pong'
            $pong.RemoteEndPoint | Should -Be $peer.LocalEndPoint
        }

        It 'makes a socket that IPv4 and IPv6 reach at one port' {
            $socket = New-Socket | Register-SocketAddress -LocalEndPoint ':0' -PassThru
            $port = $socket.LocalEndPoint.Port

            Send-Datagram (New-Socket IPv4) 'by 4' "127.0.0.1:$port"
            Send-Datagram (New-Socket IPv6) 'by 6' "[::1]:$port"

            (Receive-Datagram $socket 2 -TimeoutSeconds 5).Text | Sort-Object | Should -Be 'by 4', 'by 6'
        }

        It 'makes a socket whose datagrams tell their local address and interface at once, bound or not' {
            $peer = New-Socket IPv6 | Register-SocketAddress -LocalEndPoint '[::1]:0' -PassThru
            $socket = New-Socket
            Send-Datagram $socket 'ping' $peer.LocalEndPoint # gives it a port without bind
            Send-Datagram $peer 'pong' (Receive-Datagram $peer -TimeoutSeconds 5).RemoteEndPoint

            $pong = Receive-Datagram $socket -TimeoutSeconds 5

            $pong.LocalAddress | Should -Be '::1'
            $pong.InterfaceIndex | Should -BeGreaterThan 0
        }

        It 'puts the socket on the list of Get-Socket' {
            $socket = New-Socket

            [object]::ReferenceEquals($socket, (Get-Socket $socket.Id)) | Should -BeTrue
        }

        It 'makes an IPv6-only socket with -DualMode:$false' {
            (New-Socket -DualMode:$false).DualMode | Should -BeFalse
        }
    }

    Context 'families' {
        It 'takes <Name> for <Family>' -ForEach @(
            @{ Family = 'InterNetwork'; Names = 'IPv4', 'ipv4', 'IPV4', 'AF_INET', 'af_inet', 'PF_INET', 'pf_inet', 'InterNetwork', 'internetwork' }
            @{ Family = 'InterNetworkV6'; Names = 'IPv6', 'ipv6', 'IPV6', 'AF_INET6', 'af_inet6', 'PF_INET6', 'pf_inet6', 'InterNetworkV6', 'internetworkv6' }
            @{ Family = 'Unix'; Names = 'Unix', 'unix', 'UNIX', 'AF_UNIX', 'af_unix', 'PF_UNIX', 'AF_LOCAL', 'af_local', 'PF_LOCAL', 'pf_local' }
            ) {
            foreach ($name in $Names) {
                $socket = New-Socket $name Datagram
                $socket.AddressFamily | Should -Be $Family -Because $name
                (New-Socket -AddressFamily $name).AddressFamily | Should -Be $Family -Because "-AddressFamily $name"
            }
        }

        It 'takes the .NET value' {
            (New-Socket ([System.Net.Sockets.AddressFamily]::InterNetwork)).AddressFamily | Should -Be 'InterNetwork'
        }

        It 'refuses "<_>", which is not a family, and names the usual ones' -ForEach 'Bogus', '', 'IPv5', '2', 'AF_INET4', 'IPv4,IPv6', 'AF_INET AF_INET6' {
            $socket = New-Socket $_ -ErrorAction SilentlyContinue -ErrorVariable failure

            $socket | Should -BeNullOrEmpty
            $failure.Count | Should -Be 1
            $failure.FullyQualifiedErrorId | Should -BeLike 'InvalidArgument,*'
            $failure.CategoryInfo.Category | Should -Be 'InvalidArgument'
            $failure.Exception.Message | Should -BeLike "'$_' is not an address family*IPv4, IPv6, Unix*"
            $failure.ErrorDetails.RecommendedAction | Should -BeLike '*IPv4, IPv6, Unix*'
            Get-Socket | Should -BeNullOrEmpty
        }

        It 'makes IPv6 alone when IPv6 is named' {
            $socket = New-Socket IPv6
            $socket.DualMode | Should -BeFalse

            $null = Register-SocketAddress $socket '127.0.0.1:0' -ErrorAction SilentlyContinue -ErrorVariable failure

            $failure.FullyQualifiedErrorId | Should -BeLike 'AddressFamilyNotSupported,*'
            $failure.CategoryInfo.Category | Should -Be 'InvalidArgument'
        }

        It 'lets IPv4 have the same port beside an IPv6-only socket' {
            $six = New-Socket IPv6 Stream | Register-SocketAddress -LocalEndPoint '[::]:0' -PassThru

            $four = New-Socket IPv4 Stream | Register-SocketAddress -LocalEndPoint "0.0.0.0:$($six.LocalEndPoint.Port)" -PassThru

            $four.LocalEndPoint.Port | Should -Be $six.LocalEndPoint.Port
        }

        It 'makes a named IPv6 socket dual-mode with -DualMode, for every type' {
            foreach ($type in 'Datagram', 'Stream') {
                $socket = New-Socket IPv6 $type -DualMode
                $socket.DualMode | Should -BeTrue -Because $type
                Register-SocketAddress $socket '127.0.0.1:0'
                $socket.LocalEndPoint.Address.MapToIPv4() | Should -Be '127.0.0.1' -Because $type
            }
        }

        It 'refuses -DualMode for <_>' -ForEach 'IPv4', 'Unix' {
            $socket = New-Socket $_ -DualMode -ErrorAction SilentlyContinue -ErrorVariable failure

            $socket | Should -BeNullOrEmpty
            $failure.FullyQualifiedErrorId | Should -BeLike 'InvalidArgument,*'
            $failure.CategoryInfo.Category | Should -Be 'InvalidArgument'
            $failure.Exception.Message | Should -BeLike "*$_*"
            $failure.ErrorDetails.RecommendedAction | Should -Not -BeNullOrEmpty
        }
    }

    Context 'types' {
        It 'takes every name of <Type>' -ForEach @(
            @{ Type = 'Dgram'; Family = 'IPv4'; Names = 'Datagram', 'datagram', 'DATAGRAM', 'SOCK_DGRAM', 'sock_dgram', 'Dgram', 'dgram' }
            @{ Type = 'Stream'; Family = 'IPv4'; Names = 'Stream', 'stream', 'STREAM', 'SOCK_STREAM', 'sock_stream' }
            @{ Type = 'Seqpacket'; Family = 'Unix'; Names = 'SeqPacket', 'Seqpacket', 'seqpacket', 'SOCK_SEQPACKET', 'sock_seqpacket' }
        ) {
            foreach ($name in $Names) {
                (New-Socket $Family $name).SocketType | Should -Be $Type -Because $name
                (New-Socket $Family -SocketType $name).SocketType | Should -Be $Type -Because "-SocketType $name"
            }
        }

        It 'takes every name of Raw' {
            if (-not [System.Environment]::IsPrivilegedProcess) {
                Set-ItResult -Skipped -Because 'only root may make raw sockets'
            }
            foreach ($name in 'Raw', 'raw', 'SOCK_RAW', 'sock_raw') {
                (New-Socket IPv4 $name).SocketType | Should -Be 'Raw' -Because $name
            }
        }

        It 'refuses "<_>", which is not a type, and names the usual ones' -ForEach 'Bogus', '', '1', 'SOCK_BOGUS', 'Stream,Dgram', 'Stream, Datagram' {
            $socket = New-Socket IPv4 $_ -ErrorAction SilentlyContinue -ErrorVariable failure

            $socket | Should -BeNullOrEmpty
            $failure.Count | Should -Be 1
            $failure.FullyQualifiedErrorId | Should -BeLike 'InvalidArgument,*'
            $failure.CategoryInfo.Category | Should -Be 'InvalidArgument'
            $failure.Exception.Message | Should -BeLike "'$_' is not a socket type*Datagram, Stream, SeqPacket, Raw*"
            $failure.ErrorDetails.RecommendedAction | Should -BeLike '*Datagram, Stream, SeqPacket, Raw*'
            Get-Socket | Should -BeNullOrEmpty
        }

        It 'gives <Family> <Type> its own protocol, <Protocol>' -ForEach @(
            @{ Family = 'IPv4'; Type = 'Datagram'; Protocol = 'Udp' }
            @{ Family = 'IPv4'; Type = 'Stream'; Protocol = 'Tcp' }
            @{ Family = 'IPv6'; Type = 'Datagram'; Protocol = 'Udp' }
            @{ Family = 'IPv6'; Type = 'Stream'; Protocol = 'Tcp' }
            @{ Family = 'Unix'; Type = 'Datagram'; Protocol = 'IP' }
            @{ Family = 'Unix'; Type = 'Stream'; Protocol = 'IP' }
            ) {
            (New-Socket $Family $Type).ProtocolType | Should -Be $Protocol
        }
    }

    Context 'protocols' {
        It 'takes <Name> for <Protocol>' -ForEach @(
            @{ Name = 'Udp'; Type = 'Datagram'; Protocol = 'Udp' }
            @{ Name = 'udp'; Type = 'Datagram'; Protocol = 'Udp' }
            @{ Name = 'IPPROTO_UDP'; Type = 'Datagram'; Protocol = 'Udp' }
            @{ Name = 'ipproto_udp'; Type = 'Datagram'; Protocol = 'Udp' }
            @{ Name = 'Tcp'; Type = 'Stream'; Protocol = 'Tcp' }
            @{ Name = 'tcp'; Type = 'Stream'; Protocol = 'Tcp' }
            @{ Name = 'IPPROTO_TCP'; Type = 'Stream'; Protocol = 'Tcp' }
            @{ Name = 'Default'; Type = 'Stream'; Protocol = 'Tcp' }
            @{ Name = 'IP'; Type = 'Datagram'; Protocol = 'Udp' }
            @{ Name = 'IPPROTO_IP'; Type = 'Stream'; Protocol = 'Tcp' }
            @{ Name = 'Unspecified'; Type = 'Datagram'; Protocol = 'Udp' }
        ) {
            (New-Socket IPv4 $Type $Name).ProtocolType | Should -Be $Protocol
            (New-Socket -ProtocolType $Name -SocketType $Type -AddressFamily IPv6).ProtocolType | Should -Be $Protocol
        }

        It 'takes the .NET value' {
            (New-Socket IPv4 Stream ([System.Net.Sockets.ProtocolType]::Tcp)).ProtocolType | Should -Be 'Tcp'
        }

        It 'makes raw sockets of <Protocol>' -ForEach @(
            @{ Family = 'IPv4'; Name = 'IPPROTO_ICMP'; Protocol = 'Icmp' }
            @{ Family = 'IPv6'; Name = 'IPPROTO_ICMPV6'; Protocol = 'IcmpV6' }
            @{ Family = 'IPv4'; Name = 'IPPROTO_RAW'; Protocol = 'Raw' }
        ) {
            if (-not [System.Environment]::IsPrivilegedProcess) {
                Set-ItResult -Skipped -Because 'only root may make raw sockets'
            }
            (New-Socket $Family Raw $Name).ProtocolType | Should -Be $Protocol
        }

        It 'refuses "<_>", which is not a protocol' -ForEach 'Bogus', '', '17', 'Udp,Tcp' {
            $socket = New-Socket IPv4 Datagram $_ -ErrorAction SilentlyContinue -ErrorVariable failure

            $socket | Should -BeNullOrEmpty
            $failure.Count | Should -Be 1
            $failure.FullyQualifiedErrorId | Should -BeLike 'InvalidArgument,*'
            $failure.CategoryInfo.Category | Should -Be 'InvalidArgument'
            $failure.Exception.Message | Should -BeLike "'$_' is not a protocol*Udp, Tcp*"
            $failure.ErrorDetails.RecommendedAction | Should -BeLike '*Udp, Tcp*'
            Get-Socket | Should -BeNullOrEmpty
        }
    }

    Context 'combinations that the system lacks' {
        It 'reports <Family> <Type> <Protocol> as <Id>' -ForEach @(
            @{ Family = 'IPv4'; Type = 'SeqPacket'; Protocol = 'Default'; Id = 'SocketNotSupported'; Category = 'NotImplemented'; Text = 'socket AF_INET SOCK_SEQPACKET: ESOCKTNOSUPPORT (94) *' }
            @{ Family = 'IPv6'; Type = 'SeqPacket'; Protocol = 'Default'; Id = 'SocketNotSupported'; Category = 'NotImplemented'; Text = 'socket AF_INET6 SOCK_SEQPACKET: ESOCKTNOSUPPORT (94) *' }
            @{ Family = 'IPv4'; Type = 'Rdm'; Protocol = 'Default'; Id = 'SocketNotSupported'; Category = 'NotImplemented'; Text = 'socket AF_INET *: ESOCKTNOSUPPORT (94) *' }
            @{ Family = 'IPv4'; Type = 'Stream'; Protocol = 'Udp'; Id = 'ProtocolNotSupported'; Category = 'NotImplemented'; Text = 'socket AF_INET SOCK_STREAM: EPROTONOSUPPORT (93) *' }
            @{ Family = 'IPv6'; Type = 'Datagram'; Protocol = 'Tcp'; Id = 'ProtocolNotSupported'; Category = 'NotImplemented'; Text = 'socket AF_INET6 SOCK_DGRAM: EPROTONOSUPPORT (93) *' }
            @{ Family = 'Unix'; Type = 'Stream'; Protocol = 'Tcp'; Id = 'ProtocolNotSupported'; Category = 'NotImplemented'; Text = 'socket AF_UNIX SOCK_STREAM: EPROTONOSUPPORT (93) *' }
            @{ Family = 'AppleTalk'; Type = 'Stream'; Protocol = 'Default'; Id = 'AddressFamilyNotSupported'; Category = 'InvalidArgument'; Text = 'socket AppleTalk SOCK_STREAM: EAFNOSUPPORT (97) *' }
        ) {
            $socket = New-Socket $Family $Type $Protocol -ErrorAction SilentlyContinue -ErrorVariable failure

            $socket | Should -BeNullOrEmpty
            $failure.Count | Should -Be 1
            $failure.FullyQualifiedErrorId | Should -BeLike "$Id,*"
            $failure.CategoryInfo.Category | Should -Be $Category
            $failure.Exception.Message | Should -BeLike (Format-SystemError $Text)
            $failure.ErrorDetails.RecommendedAction | Should -Not -BeNullOrEmpty
            Get-Socket | Should -BeNullOrEmpty
        }

        It 'reports a raw socket without the right to it as AccessDenied' {
            $failure = Invoke-WithoutPrivilege {
                $socket = New-Socket IPv4 Raw -ErrorAction SilentlyContinue -ErrorVariable failure
                [pscustomobject]@{ Count = @($socket).Count; Id = $failure.FullyQualifiedErrorId; Category = "$($failure.CategoryInfo.Category)" }
            }

            $failure.Count | Should -Be 0
            $failure.Id | Should -BeLike 'AccessDenied,*'
            $failure.Category | Should -Be 'PermissionDenied'
        }

        It 'leaves no descriptor behind' {
            if (-not $IsLinux) {
                Set-ItResult -Skipped -Because 'descriptors are counted in /proc'
            }
            $null = New-Socket Unix Stream Tcp -ErrorAction SilentlyContinue
            $before = Get-DescriptorCount

            foreach ($round in 1..50) {
                $null = New-Socket IPv4 SeqPacket -ErrorAction SilentlyContinue
                $null = New-Socket Unix -DualMode -ErrorAction SilentlyContinue
            }

            Get-DescriptorCount | Should -BeLessOrEqual $before
        }
    }

    Context 'options' {
        BeforeAll {
            $combinations = foreach ($family in 'IPv4', 'IPv6') { foreach ($type in 'Datagram', 'Stream') { , @($family, $type) } }
        }

        BeforeEach {
            if (-not $IsLinux) {
                Set-ItResult -Skipped -Because 'the options have the numbers of Linux here'
            }
        }

        It 'takes <Word> as a type' -ForEach @(
            @{ Word = 'tcp'; Type = 'Stream' }
            @{ Word = 'UDP'; Type = 'Dgram' }
        ) {
            (New-Socket IPv4 $Word).SocketType | Should -Be $Type
        }

        It 'says where TCP belongs' {
            New-Socket TCP -ErrorAction SilentlyContinue -ErrorVariable failure

            $failure.FullyQualifiedErrorId | Should -BeLike 'InvalidArgument,*'
            $failure.ErrorDetails.RecommendedAction | Should -BeLike '*socket type*New-Socket IPv4 TCP*'
        }

        It 'sets neither SO_REUSEADDR nor SO_REUSEPORT unless asked' {
            foreach ($pair in $combinations) {
                $socket = New-Socket @pair
                Get-RawOption $socket 1 2 | Should -Be 0 -Because "$pair"
                Get-RawOption $socket 1 15 | Should -Be 0 -Because "$pair"
            }
        }

        It 'sets SO_REUSEADDR alone with -ReuseAddress' {
            foreach ($pair in $combinations) {
                $socket = New-Socket @pair -ReuseAddress
                Get-RawOption $socket 1 2 | Should -Be 1 -Because "$pair"
                Get-RawOption $socket 1 15 | Should -Be 0 -Because "$pair"
            }
        }

        It 'sets SO_REUSEPORT alone with -ReusePort' {
            foreach ($pair in $combinations) {
                $socket = New-Socket @pair -ReusePort
                Get-RawOption $socket 1 2 | Should -Be 0 -Because "$pair"
                Get-RawOption $socket 1 15 | Should -Be 1 -Because "$pair"
            }
        }

        It 'sets both with both' {
            $socket = New-Socket IPv6 Stream -ReuseAddress -ReusePort
            Get-RawOption $socket 1 2 | Should -Be 1
            Get-RawOption $socket 1 15 | Should -Be 1
        }

        It 'keeps the options as they were asked for when the socket is bound' {
            foreach ($pair in $combinations) {
                $address = $pair[0] -eq 'IPv4' ? '127.0.0.1:0' : '[::1]:0'
                $plain = New-Socket @pair | Register-SocketAddress -LocalEndPoint $address -PassThru
                $address4 = New-Socket @pair -ReuseAddress | Register-SocketAddress -LocalEndPoint $address -PassThru
                $port = New-Socket @pair -ReusePort | Register-SocketAddress -LocalEndPoint $address -PassThru

                $options = foreach ($socket in $plain, $address4, $port) {
                    "$(Get-RawOption $socket 1 2)$(Get-RawOption $socket 1 15)"
                }
                $options | Should -Be '00', '10', '01' -Because "$pair"
            }
        }

        It 'sets IPV6_V6ONLY on a named IPv6 socket, and not on a dual-mode one' {
            Get-RawOption (New-Socket IPv6 Stream) 41 26 | Should -Be 1
            Get-RawOption (New-Socket IPv6 Stream -DualMode) 41 26 | Should -Be 0
            Get-RawOption (New-Socket) 41 26 | Should -Be 0
        }

        It 'sets SO_BROADCAST with -Broadcast, and only then' {
            Get-RawOption (New-Socket IPv4 Datagram -Broadcast) 1 6 | Should -Be 1
            Get-RawOption (New-Socket IPv4 Datagram) 1 6 | Should -Be 0
        }

        It 'allows datagrams to the broadcast address of the loopback with -Broadcast, and only then' {
            $null = Send-Datagram (New-Socket IPv4) 'all' '127.255.255.255:9' -ErrorAction SilentlyContinue -ErrorVariable failure
            $failure.FullyQualifiedErrorId | Should -BeLike 'AccessDenied,*'
            $failure.CategoryInfo.Category | Should -Be 'PermissionDenied'

            (Send-Datagram (New-Socket IPv4 -Broadcast) 'all' '127.255.255.255:9' -PassThru).Length | Should -Be 3
        }
    }

    Context 'completion on Tab' {
        It 'offers <Expected> for "<Line>"' -ForEach @(
            @{ Line = 'New-Socket -AddressFamily '; Expected = 'IPv4', 'IPv6', 'Unix' }
            @{ Line = 'New-Socket '; Expected = 'IPv4', 'IPv6', 'Unix' }
            @{ Line = 'New-Socket ip'; Expected = 'IPv4', 'IPv6' }
            @{ Line = 'New-Socket af_'; Expected = 'AF_INET', 'AF_INET6', 'AF_UNIX', 'AF_LOCAL' }
            @{ Line = 'New-Socket IPv6 '; Expected = 'Datagram', 'Stream', 'SeqPacket', 'Raw' }
            @{ Line = 'New-Socket -SocketType sock_'; Expected = 'SOCK_DGRAM', 'SOCK_STREAM', 'SOCK_SEQPACKET', 'SOCK_RAW' }
            @{ Line = 'New-Socket IPv6 Stream '; Expected = 'Udp', 'Tcp', 'Icmp', 'IcmpV6' }
            @{ Line = 'New-Socket -ProtocolType ipproto_'; Expected = 'IPPROTO_UDP', 'IPPROTO_TCP', 'IPPROTO_ICMP', 'IPPROTO_ICMPV6' }
            @{ Line = 'New-SocketPair '; Expected = 'Datagram', 'Stream', 'SeqPacket' }
        ) {
            $offered = (TabExpansion2 $Line $Line.Length).CompletionMatches

            foreach ($name in $Expected) {
                $offered.CompletionText | Should -Contain $name
            }
        }

        It 'offers nothing that the module does not know by that name' {
            $line = 'New-Socket '
            (TabExpansion2 $line $line.Length).CompletionMatches.CompletionText | Should -Not -Contain 'AppleTalk'
        }

        It 'explains <Text> with a tooltip' -ForEach @(
            @{ Line = 'New-Socket ipv6'; Text = 'IPv6'; Tip = '*AF_INET6*Internet protocol version 6*' }
            @{ Line = 'New-Socket af_inet6'; Text = 'AF_INET6'; Tip = '*IPv6*' }
            @{ Line = 'New-Socket IPv6 datag'; Text = 'Datagram'; Tip = '*SOCK_DGRAM*UDP*' }
            @{ Line = 'New-Socket IPv6 Stream tc'; Text = 'Tcp'; Tip = '*IPPROTO_TCP*RFC 9293*' }
        ) {
            $match = (TabExpansion2 $Line $Line.Length).CompletionMatches | Where-Object CompletionText -EQ $Text

            $match.ToolTip | Should -BeLike $Tip
        }
    }

    Context 'with -Verbose' {
        It 'shows the system call of <Family> <Type>' -ForEach @(
            @{ Family = 'IPv6'; Type = 'Datagram'; Call = 'socket\(AF_INET6, SOCK_DGRAM, IPPROTO_UDP\)' }
            @{ Family = 'IPv4'; Type = 'Stream'; Call = 'socket\(AF_INET, SOCK_STREAM, IPPROTO_TCP\)' }
            @{ Family = 'Unix'; Type = 'Stream'; Call = 'socket\(AF_UNIX, SOCK_STREAM, 0\)' }
        ) {
            $verbose = New-Socket $Family $Type -Verbose 4>&1 | Where-Object { $_ -is [System.Management.Automation.VerboseRecord] }

            @($verbose).Count | Should -Be 1
            $verbose.Message | Should -Match "^$Call = \d+$"
        }

        It 'shows the descriptor that the kernel gave' {
            if (-not $IsLinux) {
                Set-ItResult -Skipped -Because 'descriptors are listed in /proc'
            }
            $verbose = New-Socket -Verbose 4>&1 | Where-Object { $_ -is [System.Management.Automation.VerboseRecord] }

            $descriptor = $verbose.Message -replace '^.* = '
            [System.IO.FileInfo]::new("/proc/self/fd/$descriptor").LinkTarget | Should -BeLike 'socket:*'
        }

        It 'shows a call that failed' {
            $verbose = New-Socket IPv4 Stream Udp -Verbose -ErrorAction SilentlyContinue 4>&1

            @($verbose).Count | Should -Be 1
            $verbose.Message | Should -BeLike 'socket(*) = -1 EPROTONOSUPPORT (*)'
        }

        It 'shows nothing without it' {
            New-Socket 4>&1 | Where-Object { $_ -is [System.Management.Automation.VerboseRecord] } | Should -BeNullOrEmpty
        }
    }

    Context 'where showing the call ends the cmdlet' {
        It 'leaves no socket that nobody can reach' {
            $before = @(Get-Socket).Count
            foreach ($round in 1..20) {
                try {
                    $VerbosePreference = 'Stop'
                    $null = New-Socket
                }
                catch [System.Management.Automation.ActionPreferenceStopException] {
                    $VerbosePreference = 'SilentlyContinue'
                }
            }

            @(Get-Socket).Count - $before | Should -Be 20
            $descriptors = Get-DescriptorCount
            Get-Socket | Close-Socket
            $descriptors - (Get-DescriptorCount) | Should -BeGreaterOrEqual 20
        }
    }
}
