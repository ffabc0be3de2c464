BeforeAll {
    . $PSScriptRoot/../helpers/Common.ps1
    . $PSScriptRoot/../helpers/Multicast.ps1
}

Describe 'Remove-SocketMulticastGroup' {
    BeforeEach {
        $member = Open-Member
        $sender = Open-Sender
        $quiet = @{ ErrorVariable = 'failures'; ErrorAction = 'SilentlyContinue' }
    }

    AfterEach {
        Get-Socket | Close-Socket
    }

    Context 'Any source' {
        It 'ends the membership, <How>' -ForEach @(
            @{ How = 'by position'; Leave = { param($Socket) Remove-SocketMulticastGroup $Socket 239.255.11.1 $lo.Name } }
            @{ How = 'by name'; Leave = { param($Socket) Remove-SocketMulticastGroup -Interface $lo.Name -Group 239.255.11.1 -Socket $Socket } }
            @{ How = 'piped'; Leave = { param($Socket) $Socket | Remove-SocketMulticastGroup -Group 239.255.11.1 -Interface $lo.Name } }
        ) {
            Add-SocketMulticastGroup $member 239.255.11.1 $lo.Name
            Assert-Heard $member $sender 239.255.11.1
            & $Leave $member | Should -BeNullOrEmpty
            Assert-Heard $member $sender 239.255.11.1 -Not
        }

        It 'takes the interface by <How>' -ForEach @(
            @{ How = 'number'; Interface = { $lo.Index } }
            @{ How = 'address'; Interface = { '127.0.0.1' } }
        ) {
            Add-SocketMulticastGroup $member 239.255.11.2 $lo.Name
            Assert-Heard $member $sender 239.255.11.2
            Remove-SocketMulticastGroup $member 239.255.11.2 (& $Interface)
            Assert-Heard $member $sender 239.255.11.2 -Not
        }

        It 'leaves the other groups, and the other sockets' {
            $second = Open-Member
            Add-SocketMulticastGroup $member, $second 239.255.11.3, 239.255.11.4, 239.255.11.5 $lo.Name
            Remove-SocketMulticastGroup $member 239.255.11.3, 239.255.11.4 $lo.Name
            Assert-Heard $member $sender 239.255.11.3 -Not
            Assert-Heard $member $sender 239.255.11.4 -Not
            Assert-Heard $member $sender 239.255.11.5
            Assert-Heard $second $sender 239.255.11.3
        }

        It 'may be followed by another join' {
            Add-SocketMulticastGroup $member 239.255.11.6 $lo.Name
            Remove-SocketMulticastGroup $member 239.255.11.6 $lo.Name
            Add-SocketMulticastGroup $member 239.255.11.6 $lo.Name @quiet
            $failures.Count | Should -Be 0
            Assert-Heard $member $sender 239.255.11.6
        }
    }

    Context 'One source' {
        It 'ends the membership of that source alone' {
            $other = Open-Sender 127.0.0.2
            Add-SocketMulticastGroup $member 232.1.11.1 $lo.Name 127.0.0.1, 127.0.0.2
            Assert-Heard $member $sender 232.1.11.1
            Remove-SocketMulticastGroup $member 232.1.11.1 $lo.Name 127.0.0.1
            Assert-Heard $member $sender 232.1.11.1 -Not
            Assert-Heard $member $other 232.1.11.1
            Remove-SocketMulticastGroup $member -Source 127.0.0.2 -Group 232.1.11.1 -Interface $lo.Name
            Assert-Heard $member $other 232.1.11.1 -Not
        }

        It 'may be all sources at once' {
            $other = Open-Sender 127.0.0.2
            Add-SocketMulticastGroup $member 232.1.11.2 $lo.Name 127.0.0.1, 127.0.0.2
            Remove-SocketMulticastGroup $member 232.1.11.2 $lo.Name 127.0.0.1, 127.0.0.2
            Assert-Heard $member $sender 232.1.11.2 -Not
            Assert-Heard $member $other 232.1.11.2 -Not
        }
    }

    Context 'IPv6' {
        It 'ends the membership, of any source and of one' {
            $lines = @(Invoke-InNamespace @'
$member = New-Socket IPv6 Datagram | Register-SocketAddress '[::]:0' -PassThru | Set-SocketOption -Level 41 -Option 29 -Value 0 -PassThru # IPV6_MULTICAST_ALL
$sender = New-Socket IPv6 Datagram | Register-SocketAddress '[::1]:0' -PassThru | Set-SocketOption -Name MulticastInterface -Value lo -PassThru
$port = $member.LocalEndPoint.Port
Add-SocketMulticastGroup $member ff15::1 lo
Add-SocketMulticastGroup $member ff35::1 lo ::1
foreach ($group in 'ff15::1', 'ff35::1') { Send-Datagram $sender "before $group" "[$group]:$port" }
Receive-Datagram $member -Count 2 -TimeoutSeconds 5 -AsText
Remove-SocketMulticastGroup $member ff15::1 lo
Remove-SocketMulticastGroup $member ff35::1 lo ::1
foreach ($group in 'ff15::1', 'ff35::1') { Send-Datagram $sender "after $group" "[$group]:$port" }
Send-Datagram $sender 'direct' "[::1]:$port"
Receive-Datagram $member -TimeoutSeconds 5 -AsText
'@)
            $lines | Should -Be 'before ff15::1', 'before ff35::1', 'direct'
        }
    }

    Context 'Errors' {
        It 'is AddressNotAvailable for a group that was not joined' {
            Remove-SocketMulticastGroup $member 239.255.14.1 $lo.Name @quiet
            Assert-Failure $failures -Id AddressNotAvailable -Category ObjectNotFound
            $failures[0].Exception.Message | Should -BeLike (Format-SystemError (Format-MulticastOption 'setsockopt MCAST_LEAVE_GROUP 239.255.14.1: EADDRNOTAVAIL (99)*'))
            [object]::ReferenceEquals($failures[0].TargetObject, $member) | Should -BeTrue
        }

        It 'is an error for a source that was not joined' {
            Add-SocketMulticastGroup $member 232.1.14.1 $lo.Name 127.0.0.1
            Remove-SocketMulticastGroup $member 232.1.14.1 $lo.Name 127.0.0.9 @quiet
            Assert-Failure $failures -Id AddressNotAvailable -Category ObjectNotFound
            Assert-Heard $member $sender 232.1.14.1
        }

        It 'is InvalidEndPoint for an address that is not a group' {
            Remove-SocketMulticastGroup $member 127.0.0.1 $lo.Name @quiet
            Assert-Failure $failures -Id InvalidEndPoint -Category InvalidArgument
        }

        It 'is InterfaceNotFound for an interface that does not exist' {
            Remove-SocketMulticastGroup $member 239.255.14.2 nosuch0 @quiet
            Assert-Failure $failures -Id InterfaceNotFound -Category ObjectNotFound
        }

        It 'is SocketClosed on a closed socket, and the others leave' {
            $closed = New-Socket IPv4 Datagram
            Close-Socket $closed
            Add-SocketMulticastGroup $member 239.255.14.3 $lo.Name
            $output = $closed, $member | Remove-SocketMulticastGroup -Group 239.255.14.3 -Interface $lo.Name -PassThru @quiet
            Assert-Failure $failures -Id SocketClosed -Category InvalidOperation
            [object]::ReferenceEquals($failures[0].TargetObject, $closed) | Should -BeTrue
            $output.Id | Should -Be $member.Id
            Assert-Heard $member $sender 239.255.14.3 -Not
        }

        It 'in one group does not stop the next' {
            Add-SocketMulticastGroup $member 239.255.14.5 $lo.Name
            Remove-SocketMulticastGroup $member 239.255.14.4, 239.255.14.5 $lo.Name @quiet
            Assert-Failure $failures -Id AddressNotAvailable -Category ObjectNotFound
            Assert-Heard $member $sender 239.255.14.5 -Not
        }
    }

    Context 'Parameters' {
        It 'write the socket with -PassThru' {
            Add-SocketMulticastGroup $member 239.255.15.1 $lo.Name
            (Remove-SocketMulticastGroup $member 239.255.15.1 $lo.Name -PassThru).Id | Should -Be $member.Id
        }

        It 'complete the interface' {
            $line = "Remove-SocketMulticastGroup `$s 239.1.1.1 $($lo.Name[0])"
            (TabExpansion2 $line $line.Length).CompletionMatches.CompletionText | Should -Contain $lo.Name
        }

        It 'are named as a system call with -Verbose' {
            Add-SocketMulticastGroup $member 239.255.15.2 $lo.Name
            $messages = @(Remove-SocketMulticastGroup $member 239.255.15.2 $lo.Name -Verbose 4>&1)
            $messages.Message | Should -BeExactly (Format-MulticastOption 'setsockopt(AF_INET, MCAST_LEAVE_GROUP, 239.255.15.2) = 0')
            Add-SocketMulticastGroup $member 232.1.15.2 $lo.Name 127.0.0.1
            $messages = @(Remove-SocketMulticastGroup $member 232.1.15.2 $lo.Name 127.0.0.1 -Verbose 4>&1)
            $messages.Message | Should -BeExactly (Format-MulticastOption 'setsockopt(AF_INET, MCAST_LEAVE_SOURCE_GROUP, 232.1.15.2, 127.0.0.1) = 0')
        }
    }
}
