BeforeAll {
    . $PSScriptRoot/Common.ps1

    # PowerShell is its own program, or a tool that the dotnet command runs.
    $pwsh = [Environment]::ProcessPath
    $pwshStart = @(
        if ([System.IO.Path]::GetFileNameWithoutExtension($pwsh) -eq 'dotnet') {
            Join-Path $PSHOME 'pwsh.dll'
        }
        '-NoProfile'
    )
    $lo = [int](Get-Content -LiteralPath /sys/class/net/lo/ifindex)

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

    # A socket at any address and a free port. It hears its own groups alone: without IP_MULTICAST_ALL off, Linux
    # gives it whatever comes to a group that any socket of this machine has joined.
    function Open-Member {
        New-Socket IPv4 Datagram | Register-SocketAddress '0.0.0.0:0' -PassThru | Set-SocketOption -Level 0 -Option 49 -Value 0 -PassThru
    }

    # A socket that sends multicast through lo, from this address.
    function Open-Sender {
        param([string] $From = '127.0.0.1')

        New-Socket IPv4 Datagram | Register-SocketAddress "$($From):0" -PassThru | Set-SocketOption -Name MulticastInterface -Value lo -PassThru
    }

    # That a member hears what a sender sends to a group, or does not: then the next thing that it hears is sent to
    # its own address afterwards, since the kernel keeps the order.
    function Assert-Heard {
        param(
            [Parameter(Mandatory, Position = 0)] [System.Net.Sockets.Socket] $Member,
            [Parameter(Mandatory, Position = 1)] [System.Net.Sockets.Socket] $Sender,
            [Parameter(Mandatory, Position = 2)] [string] $Group,
            [switch] $Not
        )

        $port = $Member.LocalEndPoint.Port
        Send-Datagram $Sender "to $Group" "$($Group):$port" -ErrorAction Stop
        Send-Datagram $Sender 'to itself' "127.0.0.1:$port" -ErrorAction Stop
        $expected = @(if (-not $Not) { "to $Group" }) + 'to itself'
        Receive-Datagram $Member -Count $expected.Count -TimeoutSeconds 5 -AsText -ErrorAction Stop | Should -Be $expected
        Receive-Datagram $Member -Continuous -TimeoutSeconds 0 | Should -BeNullOrEmpty
    }

    # Runs a script in a network namespace of its own, where a route brings IPv6 multicast back over lo; its lines.
    function Invoke-InNamespace {
        param([Parameter(Mandatory, Position = 0)] [string] $Script)

        if (-not (Test-Program unshare) -or -not (Test-Program ip)) {
            Set-ItResult -Skipped -Because 'unshare or ip is not installed, which make the route that IPv6 multicast needs'
        }
        $command = 'ip link set lo up && ip -6 route add local ff00::/8 dev lo table local && exec "$@"'
        $peer = Start-Peer unshare -ArgumentList '--net', 'sh', '-c', $command, 'sh', 'true'
        try {
            if ((Wait-Peer $peer) -ne 0) {
                Set-ItResult -Skipped -Because "this user may not make a network namespace with a route: $($peer.ErrorOutput.Trim())"
            }
            Stop-Peer $peer
            $peer = $null
            $file = Join-Path $TestDrive "$([guid]::NewGuid()).ps1"
            Set-Content -LiteralPath $file -Value "Import-Module '$ModulePath'`n$Script"
            $peer = Start-Peer unshare -ArgumentList @('--net', 'sh', '-c', $command, 'sh', $pwsh; $pwshStart; '-File', $file)
            Wait-Peer $peer -TimeoutSeconds 30 | Should -Be 0 -Because $peer.ErrorOutput
            $peer.ErrorOutput.Trim() | Should -BeNullOrEmpty
            $peer.Output.Trim() -split '\r?\n'
        }
        finally {
            Stop-Peer $peer
        }
    }
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
            @{ How = 'by position'; Leave = { param($Socket) Remove-SocketMulticastGroup $Socket 239.255.11.1 lo } }
            @{ How = 'by name'; Leave = { param($Socket) Remove-SocketMulticastGroup -Interface lo -Group 239.255.11.1 -Socket $Socket } }
            @{ How = 'piped'; Leave = { param($Socket) $Socket | Remove-SocketMulticastGroup -Group 239.255.11.1 -Interface lo } }
        ) {
            Add-SocketMulticastGroup $member 239.255.11.1 lo
            Assert-Heard $member $sender 239.255.11.1
            & $Leave $member | Should -BeNullOrEmpty
            Assert-Heard $member $sender 239.255.11.1 -Not
        }

        It 'takes the interface by <How>' -ForEach @(
            @{ How = 'number'; Interface = { $lo } }
            @{ How = 'address'; Interface = { '127.0.0.1' } }
        ) {
            Add-SocketMulticastGroup $member 239.255.11.2 lo
            Assert-Heard $member $sender 239.255.11.2
            Remove-SocketMulticastGroup $member 239.255.11.2 (& $Interface)
            Assert-Heard $member $sender 239.255.11.2 -Not
        }

        It 'leaves the other groups, and the other sockets' {
            $second = Open-Member
            Add-SocketMulticastGroup $member, $second 239.255.11.3, 239.255.11.4, 239.255.11.5 lo
            Remove-SocketMulticastGroup $member 239.255.11.3, 239.255.11.4 lo
            Assert-Heard $member $sender 239.255.11.3 -Not
            Assert-Heard $member $sender 239.255.11.4 -Not
            Assert-Heard $member $sender 239.255.11.5
            Assert-Heard $second $sender 239.255.11.3
        }

        It 'may be followed by another join' {
            Add-SocketMulticastGroup $member 239.255.11.6 lo
            Remove-SocketMulticastGroup $member 239.255.11.6 lo
            Add-SocketMulticastGroup $member 239.255.11.6 lo @quiet
            $failures.Count | Should -Be 0
            Assert-Heard $member $sender 239.255.11.6
        }
    }

    Context 'One source' {
        It 'ends the membership of that source alone' {
            $other = Open-Sender 127.0.0.2
            Add-SocketMulticastGroup $member 232.1.11.1 lo 127.0.0.1, 127.0.0.2
            Assert-Heard $member $sender 232.1.11.1
            Remove-SocketMulticastGroup $member 232.1.11.1 lo 127.0.0.1
            Assert-Heard $member $sender 232.1.11.1 -Not
            Assert-Heard $member $other 232.1.11.1
            Remove-SocketMulticastGroup $member -Source 127.0.0.2 -Group 232.1.11.1 -Interface lo
            Assert-Heard $member $other 232.1.11.1 -Not
        }

        It 'may be all sources at once' {
            $other = Open-Sender 127.0.0.2
            Add-SocketMulticastGroup $member 232.1.11.2 lo 127.0.0.1, 127.0.0.2
            Remove-SocketMulticastGroup $member 232.1.11.2 lo 127.0.0.1, 127.0.0.2
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
            Remove-SocketMulticastGroup $member 239.255.14.1 lo @quiet
            Assert-Failure $failures -Id AddressNotAvailable -Category ObjectNotFound
            $failures[0].Exception.Message | Should -BeLike 'setsockopt MCAST_LEAVE_GROUP 239.255.14.1: EADDRNOTAVAIL (99)*'
            [object]::ReferenceEquals($failures[0].TargetObject, $member) | Should -BeTrue
        }

        It 'is an error for a source that was not joined' {
            Add-SocketMulticastGroup $member 232.1.14.1 lo 127.0.0.1
            Remove-SocketMulticastGroup $member 232.1.14.1 lo 127.0.0.9 @quiet
            Assert-Failure $failures -Id AddressNotAvailable -Category ObjectNotFound
            Assert-Heard $member $sender 232.1.14.1
        }

        It 'is InvalidEndPoint for an address that is no group' {
            Remove-SocketMulticastGroup $member 127.0.0.1 lo @quiet
            Assert-Failure $failures -Id InvalidEndPoint -Category InvalidArgument
        }

        It 'is InterfaceNotFound for an interface that does not exist' {
            Remove-SocketMulticastGroup $member 239.255.14.2 nosuch0 @quiet
            Assert-Failure $failures -Id InterfaceNotFound -Category ObjectNotFound
        }

        It 'is SocketClosed on a closed socket, and the others leave' {
            $closed = New-Socket IPv4 Datagram
            Close-Socket $closed
            Add-SocketMulticastGroup $member 239.255.14.3 lo
            $output = $closed, $member | Remove-SocketMulticastGroup -Group 239.255.14.3 -Interface lo -PassThru @quiet
            Assert-Failure $failures -Id SocketClosed -Category InvalidOperation
            [object]::ReferenceEquals($failures[0].TargetObject, $closed) | Should -BeTrue
            $output.Id | Should -Be $member.Id
            Assert-Heard $member $sender 239.255.14.3 -Not
        }

        It 'in one group does not stop the next' {
            Add-SocketMulticastGroup $member 239.255.14.5 lo
            Remove-SocketMulticastGroup $member 239.255.14.4, 239.255.14.5 lo @quiet
            Assert-Failure $failures -Id AddressNotAvailable -Category ObjectNotFound
            Assert-Heard $member $sender 239.255.14.5 -Not
        }
    }

    Context 'Parameters' {
        It 'write the socket with -PassThru' {
            Add-SocketMulticastGroup $member 239.255.15.1 lo
            (Remove-SocketMulticastGroup $member 239.255.15.1 lo -PassThru).Id | Should -Be $member.Id
        }

        It 'complete the interface' {
            $line = 'Remove-SocketMulticastGroup $s 239.1.1.1 l'
            (TabExpansion2 $line $line.Length).CompletionMatches.CompletionText | Should -Contain 'lo'
        }

        It 'are named as a system call with -Verbose' {
            Add-SocketMulticastGroup $member 239.255.15.2 lo
            $messages = @(Remove-SocketMulticastGroup $member 239.255.15.2 lo -Verbose 4>&1)
            $messages.Message | Should -BeExactly 'setsockopt(AF_INET, MCAST_LEAVE_GROUP, 239.255.15.2) = 0'
            Add-SocketMulticastGroup $member 232.1.15.2 lo 127.0.0.1
            $messages = @(Remove-SocketMulticastGroup $member 232.1.15.2 lo 127.0.0.1 -Verbose 4>&1)
            $messages.Message | Should -BeExactly 'setsockopt(AF_INET, MCAST_LEAVE_SOURCE_GROUP, 232.1.15.2, 127.0.0.1) = 0'
        }
    }
}
