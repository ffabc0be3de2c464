BeforeDiscovery {
    # One socket of each kind that an option may belong to.
    $kinds = @(
        @{ Kind = 'a connected TCP socket over IPv4'; Open = { $listener = Start-SocketListener -LocalEndPoint '127.0.0.1:0'; Connect-Socket $listener.LocalEndPoint } }
        @{ Kind = 'a connected TCP socket over IPv6'; Open = { $listener = Start-SocketListener -LocalEndPoint '[::1]:0'; Connect-Socket $listener.LocalEndPoint } }
        @{ Kind = 'a UDP socket over IPv4'; Open = { New-Socket IPv4 Datagram } }
        @{ Kind = 'a UDP socket over IPv6'; Open = { New-Socket IPv6 Datagram } }
        @{ Kind = 'a UNIX socket'; Open = { New-Socket Unix Stream } }
    )
}

BeforeAll {
    . $PSScriptRoot/../helpers/Common.ps1

    # Whether an option belongs to sockets of this kind.
    function Test-Fitting {
        param([Parameter(Mandatory)] [psobject] $Option, [Parameter(Mandatory)] [System.Net.Sockets.Socket] $Socket)

        switch ($Option.LevelName) {
            'SOL_SOCKET' { $Option.Name -ne 'PassCredentials' -or $Socket.AddressFamily -eq 'Unix' }
            'IPPROTO_IP' { $Socket.AddressFamily -eq 'InterNetwork' }
            'IPPROTO_IPV6' { $Socket.AddressFamily -eq 'InterNetworkV6' }
            'IPPROTO_TCP' { $Socket.ProtocolType -eq 'Tcp' }
            'IPPROTO_UDP' { $Socket.ProtocolType -eq 'Udp' }
        }
    }
}

Describe 'Get-SocketOption' {
    BeforeEach {
        $listener = Start-SocketListener -LocalEndPoint '127.0.0.1:0'
        $socket = Connect-Socket $listener.LocalEndPoint
        $quiet = @{ ErrorVariable = 'failures'; ErrorAction = 'SilentlyContinue' }
    }

    AfterEach {
        Get-Socket | Close-Socket
    }

    Context 'Values' {
        It 'are <Type> for <Name>' -ForEach @(
            @{ Name = 'NoDelay'; Type = [bool]; Value = $false }
            @{ Name = 'TimeToLive'; Type = [int]; Value = 64 }
            @{ Name = 'SendTimeout'; Type = [double]; Value = 0 }
            @{ Name = 'Linger'; Type = [string]; Value = 'off' }
            @{ Name = 'SocketType'; Type = [string]; Value = 'Stream' }
            @{ Name = 'SocketDomain'; Type = [string]; Value = 'IPv4' }
            @{ Name = 'SocketProtocol'; Type = [string]; Value = 'Tcp' }
            @{ Name = 'BindToDevice'; Type = [string]; Value = '' }
            @{ Name = 'MulticastInterface'; Type = [ipaddress]; Value = [ipaddress]::Any }
            @{ Name = 'PendingError'; Type = [int]; Value = 0 }
        ) {
            $found = @(Get-SocketOption $socket $Name)
            $found.Count | Should -Be 1
            $found[0] | Should -BeOfType $Type
            $found[0] | Should -Be $Value
        }

        It 'are what .NET set: <Name>' -ForEach @(
            @{ Name = 'NoDelay'; Set = { $socket.NoDelay = $true }; Value = $true }
            @{ Name = 'TimeToLive'; Set = { $socket.Ttl = 7 }; Value = 7 }
            @{ Name = 'Linger'; Set = { $socket.LingerState = [System.Net.Sockets.LingerOption]::new($true, 9) }; Value = 9 }
            @{ Name = 'KeepAlive'; Set = { $socket.SetSocketOption('Socket', 'KeepAlive', $true) }; Value = $true }
            @{ Name = 'KeepAliveTime'; Set = { $socket.SetSocketOption('Tcp', 'TcpKeepAliveTime', 33) }; Value = 33 }
            @{ Name = 'MtuDiscovery'; Set = { $socket.DontFragment = $true }; Value = 2 }
        ) {
            . $Set
            Get-SocketOption $socket $Name | Should -Be $Value
        }

        It 'tell the state of the socket' {
            Get-SocketOption $listener AcceptConnection | Should -BeTrue
            Get-SocketOption $socket AcceptConnection | Should -BeFalse
            Get-SocketOption (New-Socket Unix SeqPacket) SocketType | Should -Be 'SeqPacket'
            Get-SocketOption (New-Socket Unix SeqPacket) SocketDomain | Should -Be 'Unix'
            Get-SocketOption (New-Socket IPv6 Datagram) SocketDomain | Should -Be 'IPv6'
            Get-SocketOption (New-Socket IPv6 Datagram) SocketProtocol | Should -Be 'Udp'
            Get-SocketOption (New-Socket IPv6 Datagram) IPv6Only | Should -BeTrue
            Get-SocketOption (New-Socket) IPv6Only | Should -BeFalse
        }
    }

    Context 'Names' {
        It 'are friendly and C names, upper and lower case alike: <_>' -ForEach 'NoDelay', 'nodelay', 'TCP_NODELAY', 'tcp_nodelay' {
            $socket.NoDelay = $true
            Get-SocketOption $socket $_ | Should -BeTrue
        }

        It 'may be several, and an unknown one does not stop the rest' {
            $socket.NoDelay = $true
            $socket.Ttl = 9
            Get-SocketOption $socket NoDelay, Nonsense, TimeToLive @quiet | Should -Be $true, 9
            Assert-Failure $failures -Id OptionNotFound -Category ObjectNotFound
            $failures[0].Exception.Message | Should -BeLike "*'Nonsense'*"
            $failures[0].ErrorDetails.RecommendedAction | Should -BeLike '*-ListAvailable*'
        }

        It 'mean the option of the socket''s family: <Name>' -ForEach @(
            @{ Name = 'TimeToLive'; IPv4 = 'IP_TTL'; IPv6 = 'IPV6_UNICAST_HOPS'; Value4 = 11; Value6 = 12 }
            @{ Name = 'TypeOfService'; IPv4 = 'IP_TOS'; IPv6 = 'IPV6_TCLASS'; Value4 = 8; Value6 = 16 }
            @{ Name = 'MulticastTimeToLive'; IPv4 = 'IP_MULTICAST_TTL'; IPv6 = 'IPV6_MULTICAST_HOPS'; Value4 = 13; Value6 = 14 }
        ) {
            $four = New-Socket IPv4 Datagram
            $six = New-Socket IPv6 Datagram
            $dual = New-Socket
            Set-SocketOption $four $IPv4 $Value4
            Set-SocketOption $six, $dual $IPv6 $Value6
            Get-SocketOption $four, $six, $dual $Name | Should -Be $Value4, $Value6, $Value6
            # On a socket of both families each C name is its own option.
            Set-SocketOption $dual $IPv4 $Value4
            Get-SocketOption $dual $IPv4, $IPv6 | Should -Be $Value4, $Value6
        }

        It 'are completed, with C name and meaning in the tooltip, <Line>' -ForEach @(
            @{ Line = 'Get-SocketOption $s NoD'; Text = 'NoDelay'; Tip = '*TCP_NODELAY*Nagle*' }
            @{ Line = 'Get-SocketOption $s -Name tcp_no'; Text = 'TCP_NODELAY'; Tip = '*TCP_NODELAY*Nagle*' }
            @{ Line = 'Get-SocketOption $s Ling'; Text = 'Linger'; Tip = '*SO_LINGER*`[s`]' }
            @{ Line = 'Get-SocketOption $s SendBuf'; Text = 'SendBufferSize'; Tip = '*SO_SNDBUF*`[bytes`]' }
        ) {
            $match = @((TabExpansion2 $Line $Line.Length).CompletionMatches | Where-Object CompletionText -EQ $Text)
            $match.Count | Should -Be 1
            $match[0].ToolTip | Should -BeLike $Tip
        }

        It 'are all offered, each friendly one once' {
            $line = 'Get-SocketOption $s '
            $offered = (TabExpansion2 $line $line.Length).CompletionMatches.CompletionText
            $offered | Sort-Object | Should -Be @((Get-SocketOption -ListAvailable).Name | Sort-Object -Unique)
        }
    }

    Context '-ListAvailable' {
        It 'tells everything about an option' {
            $option = Get-SocketOption -ListAvailable | Where-Object CName -EQ 'TCP_KEEPIDLE'
            $option | Should -BeOfType PSSockets.SocketOptionInfo
            $option.Name | Should -Be 'KeepAliveTime'
            $option.LevelName | Should -Be 'IPPROTO_TCP'
            $option.Level | Should -Be 6
            $option.Number | Should -Be 4
            $option.Kind | Should -Be 'Number'
            $option.Unit | Should -Be 's'
            $option.IsReadOnly | Should -BeFalse
            $option.ManPage | Should -Be 'tcp(7)'
            $option.Meaning | Should -Not -BeNullOrEmpty
        }

        It 'has the options that the specification names' {
            $all = Get-SocketOption -ListAvailable
            foreach ($name in 'ReuseAddress', 'NoDelay', 'TimeToLive', 'SendBufferSize', 'ReceiveBufferSize', 'KeepAlive', 'Linger', 'IPv6Only', 'Broadcast', 'TypeOfService') {
                $all.Name | Should -Contain $name
            }
            foreach ($name in 'SO_REUSEADDR', 'TCP_NODELAY', 'IP_TTL', 'IP_MULTICAST_IF', 'IPV6_MULTICAST_IF') {
                $all.CName | Should -Contain $name
            }
            @($all.CName | Group-Object | Where-Object Count -GT 1).Count | Should -Be 0
            $all | ForEach-Object { $_.Meaning | Should -Not -BeNullOrEmpty }
        }

        It 'has the numbers of this system''s header files' {
            if (-not (Test-Program cc)) {
                Set-ItResult -Skipped -Because 'no C compiler is installed'
            }
            $all = Get-SocketOption -ListAvailable
            $source = "#include <stdio.h>`n#include <sys/socket.h>`n#include <netinet/in.h>`n#include <netinet/tcp.h>`n#include <linux/udp.h>`n#include <asm/socket.h>`nint main(void)`n{`n"
            foreach ($option in $all) {
                $level = $option.LevelName
                $source += "#ifdef $($option.CName)`n    printf(`"$($option.CName) %d %d\n`", $level, $($option.CName));`n#endif`n"
            }
            $program = Build-CProgram -Source "$source    return 0;`n}`n" -Name options -Directory $TestDrive
            $lines = & $program
            $lines.Count | Should -BeGreaterThan 45
            foreach ($line in $lines) {
                $name, $level, $number = $line -split ' '
                $option = $all | Where-Object CName -EQ $name
                "$name $($option.Level) $($option.Number)" | Should -Be "$name $level $number"
            }
        }

        It 'lists what every fitting socket can be asked, or refuses properly: <Kind>' -ForEach $kinds {
            $one = & $Open
            $asked = 0
            foreach ($option in Get-SocketOption -ListAvailable) {
                if (-not (Test-Fitting -Option $option -Socket $one)) {
                    continue
                }
                $asked++
                $value = @(Get-SocketOption $one $option.CName @quiet)
                if ($failures.Count -gt 0) {
                    # The only ones that need more than a fitting socket.
                    $option.Name | Should -Be 'Mtu'
                    Assert-Failure $failures -Id NotConnected -Category InvalidOperation
                    continue
                }
                $value.Count | Should -Be 1
                $expected = @{ Switch = [bool]; Number = [int]; Time = [double]; Text = [string]; Name = [string] }["$($option.Kind)"]
                if ($expected) {
                    $value[0] | Should -BeOfType $expected -Because "$($option.CName) is a $($option.Kind)"
                }
                # The friendly name is the same option.
                "$(Get-SocketOption $one $option.Name)" | Should -Be "$($value[0])" -Because "$($option.Name) is $($option.CName)"
            }
            $asked | Should -BeGreaterThan 15
        }

        It 'lists what every other socket refuses properly: <Kind>' -ForEach $kinds {
            $one = & $Open
            $refused = 0
            foreach ($option in Get-SocketOption -ListAvailable) {
                if ((Test-Fitting -Option $option -Socket $one) -or ($option.LevelName -eq 'IPPROTO_IP' -and $one.AddressFamily -eq 'InterNetworkV6')) {
                    continue
                }
                Get-SocketOption $one $option.CName @quiet | Should -BeNullOrEmpty
                $failures.Count | Should -Be 1
                $failures[0].FullyQualifiedErrorId | Should -Match '^(OperationNotSupported|ProtocolOption),'
                $failures[0].CategoryInfo.Category | Should -Be 'NotImplemented'
                $failures[0].Exception.Message | Should -BeLike "getsockopt $($option.CName): E*"
                $refused++
            }
            $refused | Should -BeGreaterThan 3
        }

        It 'is not taken together with a socket' {
            $failure = { Get-SocketOption -Socket $socket -ListAvailable } | Should -Throw -PassThru
            $failure.FullyQualifiedErrorId | Should -BeLike 'AmbiguousParameterSet,*'
            $failure.CategoryInfo.Category | Should -Be 'InvalidArgument'
        }
    }

    Context 'Without -Name' {
        It 'gives all options of the socket with their values' {
            $socket.NoDelay = $true
            $all = Get-SocketOption $socket
            $all[0] | Should -BeOfType PSSockets.SocketOptionSetting
            $one = $all | Where-Object Name -EQ 'NoDelay'
            $one.Value | Should -BeTrue
            $one.CName | Should -Be 'TCP_NODELAY'
            $one.Option | Should -BeOfType PSSockets.SocketOptionInfo
            [object]::ReferenceEquals($one.Socket, $socket) | Should -BeTrue
            $all.CName | Should -Contain 'IP_MTU'
            $all.CName | Should -Not -Contain 'IPV6_V6ONLY'
            $all.CName | Should -Not -Contain 'UDP_CORK'
            ($all | Where-Object Name -EQ 'KeepAliveTime').Unit | Should -Be 's'
        }

        It 'gives those of each kind, without errors: <Kind>' -ForEach $kinds {
            $one = & $Open
            $all = Get-SocketOption $one @quiet
            $failures.Count | Should -Be 0
            $all.Count | Should -BeGreaterThan 15
            ($all | Where-Object CName -EQ 'SO_TYPE').Value | Should -Be ($one.SocketType -eq 'Dgram' ? 'Datagram' : 'Stream')
        }
    }

    Context 'Raw access' {
        It 'gives the bytes of an option as one byte[]' {
            $socket.NoDelay = $true
            $bytes = @(Get-SocketOption $socket -Level 6 -Option 1)
            $bytes.Count | Should -Be 1
            , $bytes[0] | Should -BeOfType byte[]
            [BitConverter]::ToInt32($bytes[0], 0) | Should -Be 1
        }

        It 'gives at most -Length bytes' {
            (Get-SocketOption $socket -Level 6 -Option 11 -Length 8).Length | Should -Be 8 # TCP_INFO
            (Get-SocketOption $socket -Level 6 -Option 11).Length | Should -BeGreaterThan 100
        }

        It 'is <Id> for an option that does not exist' -ForEach @(
            @{ Level = 1; Option = 9999; Id = 'ProtocolOption' }
            @{ Level = 250; Option = 1; Id = 'OperationNotSupported' }
        ) {
            Get-SocketOption $socket -Level $Level -Option $Option @quiet | Should -BeNullOrEmpty
            Assert-Failure $failures -Id $Id -Category NotImplemented
            $failures[0].Exception.Message | Should -BeLike "getsockopt $Level, $($Option): E*"
        }

        It 'refuses a -Length of <_>' -ForEach 0, -1 {
            $length = $_
            $failure = { Get-SocketOption $socket -Level 6 -Option 1 -Length $length } | Should -Throw -PassThru
            $failure.FullyQualifiedErrorId | Should -BeLike 'ParameterArgumentValidationError,*'
            $failure.CategoryInfo.Category | Should -Be 'InvalidData'
        }
    }

    Context 'Sockets' {
        It 'are position 0, or come from the pipeline' {
            $socket.NoDelay = $true
            Get-SocketOption -Name NoDelay -Socket $socket | Should -BeTrue
            $socket | Get-SocketOption -Name NoDelay | Should -BeTrue
            ($socket | Get-SocketOption | Where-Object Name -EQ 'NoDelay').Value | Should -BeTrue
        }

        It 'may be several, and a bad one does not stop the rest' {
            $closed = New-Socket
            Close-Socket $closed
            $first, $second = 1..2 | ForEach-Object { New-Socket IPv4 Stream }
            $first.Ttl = 5
            $second.Ttl = 6
            $first, $closed, (New-Socket Unix), $second | Get-SocketOption -Name TimeToLive @quiet | Should -Be 5, 6
            $failures.Count | Should -Be 2
            $failures[0].FullyQualifiedErrorId | Should -BeLike 'SocketClosed,*'
            $failures[0].CategoryInfo.Category | Should -Be 'InvalidOperation'
            $failures[1].FullyQualifiedErrorId | Should -BeLike 'OperationNotSupported,*'
            $failures[1].CategoryInfo.Category | Should -Be 'NotImplemented'
        }

        It 'that are closed are SocketClosed, <How>' -ForEach @(
            @{ How = 'with a name'; Parameters = @{ Name = 'NoDelay' } }
            @{ How = 'without one'; Parameters = @{} }
            @{ How = 'raw'; Parameters = @{ Level = 6; Option = 1 } }
        ) {
            Close-Socket $socket
            Get-SocketOption $socket @Parameters @quiet | Should -BeNullOrEmpty
            Assert-Failure $failures -Id SocketClosed -Category InvalidOperation
            [object]::ReferenceEquals($failures[0].TargetObject, $socket) | Should -BeTrue
        }

        It 'stay usable after a failed connect, which reading their handle would prevent' {
            $gone = New-Socket IPv4 Stream | Register-SocketAddress '127.0.0.1:0' -PassThru
            $client = New-Socket IPv4 Stream
            Connect-Socket $client $gone.LocalEndPoint @quiet
            Get-SocketOption $client NoDelay | Should -BeFalse
            $null = Get-SocketOption $client
            Connect-Socket $client $listener.LocalEndPoint -TimeoutSeconds 5
            $client.State | Should -Be 'Connected'
        }
    }

    It 'is named as a system call with -Verbose' {
        $output = @(Get-SocketOption $socket NoDelay -Verbose 4>&1)
        @($output | Where-Object { $_ -is [System.Management.Automation.VerboseRecord] }).Message | Should -BeExactly 'getsockopt(AF_INET, IPPROTO_TCP, TCP_NODELAY) = False'
    }
}
