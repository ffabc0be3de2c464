BeforeAll {
    . $PSScriptRoot/../helpers/Common.ps1
    . $PSScriptRoot/../helpers/Multicast.ps1
}

Describe 'Add-SocketMulticastGroup' {
    BeforeEach {
        $member = Open-Member
        $sender = Open-Sender
        $quiet = @{ ErrorVariable = 'failures'; ErrorAction = 'SilentlyContinue' }
    }

    AfterEach {
        Get-Socket | Close-Socket
    }

    Context 'Any source' {
        It 'lets a socket hear a group, <How>' -ForEach @(
            @{ How = 'by position'; Join = { param($Socket) Add-SocketMulticastGroup $Socket 239.255.1.1 $lo.Name } }
            @{ How = 'by name'; Join = { param($Socket) Add-SocketMulticastGroup -Interface $lo.Name -Group 239.255.1.1 -Socket $Socket } }
            @{ How = 'piped'; Join = { param($Socket) $Socket | Add-SocketMulticastGroup -Group 239.255.1.1 -Interface $lo.Name } }
        ) {
            Assert-Heard $member $sender 239.255.1.1 -Not
            & $Join $member | Should -BeNullOrEmpty
            Assert-Heard $member $sender 239.255.1.1
        }

        It 'tells to which group a datagram came, and through which interface' {
            Add-SocketMulticastGroup $member 239.255.1.2 $lo.Name
            Send-Datagram $sender 'x' "239.255.1.2:$($member.LocalEndPoint.Port)"
            $datagram = Receive-Datagram $member -TimeoutSeconds 5
            "$($datagram.LocalAddress)" | Should -Be '239.255.1.2'
            $datagram.InterfaceIndex | Should -Be $lo.Index
            $datagram.RemoteEndPoint | Should -Be $sender.LocalEndPoint
        }

        It 'hears every sender' {
            Add-SocketMulticastGroup $member 239.255.1.3 $lo.Name
            Assert-Heard $member $sender 239.255.1.3
            Assert-Heard $member (Open-Sender 127.0.0.2) 239.255.1.3
        }

        It 'takes the interface by <How>' -ForEach @(
            @{ How = 'name'; Interface = { $lo.Name } }
            @{ How = 'number'; Interface = { $lo.Index } }
            @{ How = 'address'; Interface = { '127.0.0.1' } }
            @{ How = 'an IPAddress'; Interface = { [ipaddress]::Loopback } }
            @{ How = 'an IPv6 address of it'; Interface = { '::1' } }
        ) {
            Add-SocketMulticastGroup $member 239.255.1.4 (& $Interface) @quiet
            $failures.Count | Should -Be 0
            Assert-Heard $member $sender 239.255.1.4
        }

        It 'joins several groups at once' {
            Add-SocketMulticastGroup $member 239.255.2.1, 239.255.2.2 $lo.Name
            Assert-Heard $member $sender 239.255.2.1
            Assert-Heard $member $sender 239.255.2.2
        }

        It 'joins with several sockets, and each gets its own copy' {
            $second = New-Socket IPv4 Datagram -ReuseAddress | Register-SocketAddress '0.0.0.0:0' -PassThru
            Add-SocketMulticastGroup $member, $second 239.255.2.3 $lo.Name
            Assert-Heard $member $sender 239.255.2.3
            Assert-Heard $second $sender 239.255.2.3
        }

        It 'joins with a socket of both families' {
            $dual = New-Socket | Register-SocketAddress ':0' -PassThru
            Add-SocketMulticastGroup $dual 239.255.2.4 $lo.Name
            Send-Datagram $sender 'to both' "239.255.2.4:$($dual.LocalEndPoint.Port)"
            Receive-Datagram $dual -TimeoutSeconds 5 -AsText | Should -Be 'to both'
        }

        It 'lets the kernel know the group on the interface' {
            # /proc/net/igmp has the address as one number in the byte order of the machine.
            $hex = [Convert]::ToHexString([byte[]](17, 3, 255, 239))
            [System.IO.File]::ReadAllText('/proc/net/igmp') | Should -Not -Match $hex
            Add-SocketMulticastGroup $member 239.255.3.17 $lo.Name
            [System.IO.File]::ReadAllText('/proc/net/igmp') | Should -Match "lo[^:]*:[^:]*\s$hex"
            Close-Socket $member
            [System.IO.File]::ReadAllText('/proc/net/igmp') | Should -Not -Match $hex
        }
    }

    Context 'One source' {
        It 'hears it and nobody else' {
            Add-SocketMulticastGroup $member 232.1.1.1 $lo.Name 127.0.0.1
            Assert-Heard $member $sender 232.1.1.1
            Assert-Heard $member (Open-Sender 127.0.0.2) 232.1.1.1 -Not
        }

        It 'is named by -Source too' {
            Add-SocketMulticastGroup $member -Source 127.0.0.2 -Group 232.1.1.2 -Interface $lo.Name
            Assert-Heard $member $sender 232.1.1.2 -Not
            Assert-Heard $member (Open-Sender 127.0.0.2) 232.1.1.2
        }

        It 'may be several, at once and one after the other' {
            Add-SocketMulticastGroup $member 232.1.1.3 $lo.Name 127.0.0.1, 127.0.0.2
            Add-SocketMulticastGroup $member 232.1.1.3 $lo.Name 127.0.0.3
            foreach ($from in '127.0.0.1', '127.0.0.2', '127.0.0.3') {
                Assert-Heard $member (Open-Sender $from) 232.1.1.3
            }
            Assert-Heard $member (Open-Sender 127.0.0.4) 232.1.1.3 -Not
        }
    }

    Context 'IPv6' {
        It 'joins by name, number and address, of any source and of one' {
            $lines = @(Invoke-InNamespace @'
$lo = [int](Get-Content /sys/class/net/lo/ifindex)
foreach ($interface in 'lo', $lo, '::1') {
    $member = New-Socket IPv6 Datagram | Register-SocketAddress '[::]:0' -PassThru | Set-SocketOption -Level 41 -Option 29 -Value 0 -PassThru # IPV6_MULTICAST_ALL
    $sender = New-Socket IPv6 Datagram | Register-SocketAddress '[::1]:0' -PassThru | Set-SocketOption -Name MulticastInterface -Value lo -PassThru
    $port = $member.LocalEndPoint.Port
    Send-Datagram $sender 'too early' "[ff15::1]:$port"
    Add-SocketMulticastGroup $member ff15::1 $interface
    Send-Datagram $sender "any $interface" "[ff15::1]:$port"
    $datagram = Receive-Datagram $member -TimeoutSeconds 5
    "$($datagram.Text) $($datagram.LocalAddress) $($datagram.InterfaceIndex -eq $lo)"
    Add-SocketMulticastGroup $member ff35::1 $interface ::1
    Send-Datagram $sender "one $interface" "[ff35::1]:$port"
    Receive-Datagram $member -TimeoutSeconds 5 -AsText
}
# Another source is not heard.
$member = New-Socket IPv6 Datagram | Register-SocketAddress '[::]:0' -PassThru | Set-SocketOption -Level 41 -Option 29 -Value 0 -PassThru # IPV6_MULTICAST_ALL
Add-SocketMulticastGroup $member ff35::2 lo fd00::1
Send-Datagram $sender 'not heard' "[ff35::2]:$($member.LocalEndPoint.Port)"
Send-Datagram $sender 'direct' "[::1]:$($member.LocalEndPoint.Port)"
Receive-Datagram $member -TimeoutSeconds 5 -AsText
'@)
            $lines | Should -Be @(
                'any lo ff15::1 True', 'one lo'
                "any $($lo.Index) ff15::1 True", "one $($lo.Index)"
                'any ::1 ff15::1 True', 'one ::1'
                'direct'
            )
        }
    }

    Context 'Errors' {
        It 'is InvalidEndPoint for <What>' -ForEach @(
            @{ What = 'an address that is not a group'; Group = '127.0.0.1'; Source = @{} }
            @{ What = 'the address after the last group'; Group = '240.0.0.1'; Source = @{} }
            @{ What = 'an IPv6 address that is not a group'; Group = '::1'; Source = @{} }
            @{ What = 'a source of the other family'; Group = '232.1.2.3'; Source = @{ Source = '::1' } }
        ) {
            Add-SocketMulticastGroup $member $Group $lo.Name @Source @quiet
            Assert-Failure $failures -Id InvalidEndPoint -Category InvalidArgument
        }

        It 'is InterfaceNotFound for <What>' -ForEach @(
            @{ What = 'a name that no interface has'; Interface = 'nosuch0' }
            @{ What = 'an address that no interface has'; Interface = '192.0.2.77' }
            @{ What = 'a number that no interface has'; Interface = '99999' }
        ) {
            Add-SocketMulticastGroup $member 239.255.1.1 $Interface @quiet
            Assert-Failure $failures -Id InterfaceNotFound -Category ObjectNotFound
        }

        It 'is AddressAlreadyInUse for a group that was joined before' {
            Add-SocketMulticastGroup $member 239.255.4.1 $lo.Name
            Add-SocketMulticastGroup $member 239.255.4.1 $lo.Name @quiet
            Assert-Failure $failures -Id AddressAlreadyInUse -Category ResourceExists
            [object]::ReferenceEquals($failures[0].TargetObject, $member) | Should -BeTrue
            $failures[0].Exception.Message | Should -BeLike (Format-SystemError (Format-MulticastOption 'setsockopt MCAST_JOIN_GROUP 239.255.4.1: EADDRINUSE (98)*'))
            Assert-Heard $member $sender 239.255.4.1
        }

        It 'is <Id> on <What>' -ForEach @(
            @{ What = 'a UNIX socket'; Open = { New-Socket Unix }; Group = '239.255.1.1'; Id = 'OperationNotSupported' }
            @{ What = 'an IPv4 socket for an IPv6 group'; Open = { New-Socket IPv4 Datagram }; Group = 'ff15::1'; Id = 'ProtocolOption' }
        ) {
            Add-SocketMulticastGroup (& $Open) $Group $lo.Name @quiet
            Assert-Failure $failures -Id $Id -Category NotImplemented
        }

        It 'is SocketClosed on a closed socket, and the others join' {
            $closed = New-Socket IPv4 Datagram
            Close-Socket $closed
            $output = $closed, $member | Add-SocketMulticastGroup -Group 239.255.4.2 -Interface $lo.Name -PassThru @quiet
            Assert-Failure $failures -Id SocketClosed -Category InvalidOperation
            [object]::ReferenceEquals($failures[0].TargetObject, $closed) | Should -BeTrue
            $output.Id | Should -Be $member.Id
            Assert-Heard $member $sender 239.255.4.2
        }

        It 'in one group does not stop the next' {
            Add-SocketMulticastGroup $member 127.0.0.1, 239.255.4.3 $lo.Name @quiet
            Assert-Failure $failures -Id InvalidEndPoint -Category InvalidArgument
            Assert-Heard $member $sender 239.255.4.3
        }

        It 'in one source does not stop the next' {
            Add-SocketMulticastGroup $member 232.1.4.4 $lo.Name ::1, 127.0.0.1 @quiet
            Assert-Failure $failures -Id InvalidEndPoint -Category InvalidArgument
            Assert-Heard $member $sender 232.1.4.4
        }

        It 'refuses text that is not an address' {
            $failure = { Add-SocketMulticastGroup $member nonsense } | Should -Throw -PassThru
            $failure.FullyQualifiedErrorId | Should -Match '^(CannotConvertArgument|ParameterArgumentTransformationError)'
            $failure.CategoryInfo.Category | Should -BeIn 'InvalidArgument', 'InvalidData'
        }
    }

    Context 'Parameters' {
        It 'write the socket with -PassThru, so that calls chain' {
            $chained = New-Socket IPv4 Datagram | Register-SocketAddress '0.0.0.0:0' -PassThru |
                Add-SocketMulticastGroup -Group 239.255.5.1 -Interface $lo.Name -PassThru
            Assert-Heard $chained $sender 239.255.5.1
        }

        It 'complete the interface, with its addresses in the tooltip' {
            $line = "Add-SocketMulticastGroup `$s 239.1.1.1 $($lo.Name[0])"
            $match = (TabExpansion2 $line $line.Length).CompletionMatches | Where-Object CompletionText -EQ $lo.Name
            $match.ToolTip | Should -BeLike '*127.0.0.1*'
        }

        It 'are named as a system call with -Verbose' {
            $messages = @(Add-SocketMulticastGroup $member 239.255.5.2 $lo.Name -Verbose 4>&1)
            $messages.Message | Should -BeExactly (Format-MulticastOption 'setsockopt(AF_INET, MCAST_JOIN_GROUP, 239.255.5.2) = 0')
            $messages = @(Add-SocketMulticastGroup $member 232.1.5.2 $lo.Name 127.0.0.1 -Verbose 4>&1)
            $messages.Message | Should -BeExactly (Format-MulticastOption 'setsockopt(AF_INET, MCAST_JOIN_SOURCE_GROUP, 232.1.5.2, 127.0.0.1) = 0')
        }
    }
}
