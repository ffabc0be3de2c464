#Requires -Version 7.4

<#
.SYNOPSIS
    Wakes computers over the network, by the packet of wake-on-LAN.
.DESCRIPTION
    A computer that sleeps has no IP address, but its network card listens for its own hardware address: six bytes
    255, and then the address sixteen times. The packet goes to everybody in the network, by broadcast. Nobody
    answers, so nobody tells whether it has worked.

    The computer must allow it, in its firmware and in the settings of its network card.
.PARAMETER Address
    The hardware address (MAC address) of each computer, such as 00-00-5E-00-53-01 or 00:00:5e:00:53:01.
.PARAMETER RemoteEndPoint
    Where the packet goes. 255.255.255.255 is the network of the default route alone; for another network, that
    network's last address, such as 192.0.2.255:9. The port does not matter; 9 and 7 are usual.
.PARAMETER Password
    What some network cards want after the address: 4 or 6 bytes (SecureOn).
.PARAMETER PassThru
    Writes each datagram that was sent.
.EXAMPLE
    ./Send-WakePacket.ps1 00-00-5E-00-53-01
.EXAMPLE
    Get-Content ./computers.txt |
        ./Send-WakePacket.ps1 -RemoteEndPoint 127.255.255.255:9
#>
[CmdletBinding()]
param(
    [Parameter(Mandatory, Position = 0, ValueFromPipeline)] [ValidateScript({ $_.GetAddressBytes().Length -eq 6 }, ErrorMessage = 'A hardware address has 6 bytes, but {0} does not.')] [physicaladdress[]] $Address,
    [string] $RemoteEndPoint = '255.255.255.255:9',
    [ValidateCount(4, 6)] [byte[]] $Password = @(),
    [switch] $PassThru
)

begin {
    $ErrorActionPreference = 'Stop'
    if (-not (Get-Command New-Socket -ErrorAction Ignore)) {
        Import-Module $PSScriptRoot/../../output/PSSockets
    }
    $format = New-MessageFormat -Field @('Start:48:hex'; 1..16 | ForEach-Object { "Address${_}:48:mac" }; 'Password:*')
    $packets = [System.Collections.Generic.List[byte[]]]::new()
}

process {
    foreach ($target in $Address) {
        $values = @{ Start = 'FFFFFFFFFFFF'; Password = $Password }
        1..16 | ForEach-Object { $values["Address$_"] = $target }
        $packets.Add((ConvertTo-BinaryMessage $format $values))
    }
}

end {
    # The kernel sends broadcasts for those sockets alone that ask for it.
    $socket = New-Socket IPv4 Datagram -Broadcast
    try {
        Send-Datagram $socket $packets $RemoteEndPoint -PassThru:$PassThru
    }
    finally {
        Close-Socket $socket
    }
}
