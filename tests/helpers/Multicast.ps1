# What the tests of multicast share, dot-sourced after Common.ps1.

$lo = Get-LoopbackInterface

# A socket at any address and a free port. It hears its own groups alone: without IP_MULTICAST_ALL off, Linux
# gives it whatever comes to a group that any socket of this machine has joined.
function Open-Member {
    $member = New-Socket IPv4 Datagram | Register-SocketAddress '0.0.0.0:0' -PassThru
    if ($IsLinux) {
        Set-SocketOption $member -Level 0 -Option 49 -Value 0
    }
    $member
}

# A text with the options of multicast as this system names them.
function Format-MulticastOption {
    param([Parameter(Mandatory, Position = 0)] [string] $Text)

    $IsWindows ? ($Text -replace 'MCAST_JOIN(_SOURCE)?_GROUP', 'IP_ADD$1_MEMBERSHIP' -replace 'MCAST_LEAVE(_SOURCE)?_GROUP', 'IP_DROP$1_MEMBERSHIP') : $Text
}

# A socket that sends multicast through loopback, from this address.
function Open-Sender {
    param([string] $From = '127.0.0.1')

    New-Socket IPv4 Datagram | Register-SocketAddress "$($From):0" -PassThru | Set-SocketOption -Name MulticastInterface -Value $lo.Name -PassThru
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
