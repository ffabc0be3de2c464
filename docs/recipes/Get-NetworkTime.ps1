#Requires -Version 7.4

<#
.SYNOPSIS
    Asks time servers for the time, in the message of NTP (RFC 5905), and tells how far the clock here is off.
.DESCRIPTION
    Question and answer are one datagram of 48 bytes each, of the same format. The answer holds the times, by the
    server's clock, at which the question came and the answer left. With the times here, at which the question left
    and the answer came, they give the offset of the clocks and how long both datagrams were under way. The clock
    here is not set.
.PARAMETER Server
    Address and port of each time server.
.PARAMETER TimeoutSeconds
    How long to wait for each answer.
.EXAMPLE
    ./Get-NetworkTime.ps1 127.0.0.1:123
.EXAMPLE
    '127.0.0.1:123', '[::1]:123' | ./Get-NetworkTime.ps1 |
        Sort-Object -Property Delay
#>
[CmdletBinding()]
param(
    [Parameter(Position = 0, ValueFromPipeline)] [string[]] $Server = '127.0.0.1:123',
    [ValidateRange(0.001, 3600)] [double] $TimeoutSeconds = 5
)

begin {
    $ErrorActionPreference = 'Stop'
    if (-not (Get-Command New-Socket -ErrorAction Ignore)) {
        Import-Module $PSScriptRoot/../../output/PSSockets
    }

    # A time is seconds and fractions of one, in units of 1/4294967296. The client's question needs no time: the
    # server sends Transmit back as Origin, so a random number there tells the answer from others.
    $ntp = New-MessageFormat -Name Ntp -Field @(
        'LeapIndicator:2', 'Version:3', 'Mode:3', 'Stratum:8', 'Poll:8:int', 'Precision:8:int'
        'RootDelay:32', 'RootDispersion:32', 'ReferenceId:32:bytes', 'Reference:64', 'Origin:64'
        'ReceiveSeconds:32', 'ReceiveFraction:32', 'TransmitSeconds:32', 'TransmitFraction:32', 'Extensions:*'
    )
    $client = 3
    $serverMode = 4

    # Seconds count from 1900, and since February 2036 from 0 again (RFC 4330, section 3).
    function ConvertFrom-NtpTime {
        param([uint32] $Seconds, [uint32] $Fraction)

        $start = $Seconds -ge 0x80000000L ? [datetimeoffset] '1900-01-01T00:00:00Z' : [datetimeoffset] '2036-02-07T06:28:16Z'
        $start.AddSeconds($Seconds).AddTicks($Fraction / 4294967296 * [timespan]::TicksPerSecond)
    }
}

process {
    foreach ($address in $Server) {
        # A connected socket hears nobody but the server.
        $socket = New-Socket
        try {
            Connect-Socket $socket $address
            $cookie = @{
                TransmitSeconds  = Get-Random -Maximum 4294967296
                TransmitFraction = Get-Random -Maximum 4294967296
            }
            $sent = [datetimeoffset]::UtcNow
            $cookie + @{ Version = 4; Mode = $client } | ConvertTo-BinaryMessage $ntp | Send-Datagram $socket
            do {
                $datagram = Receive-Datagram $socket -TimeoutSeconds $TimeoutSeconds
                $answer = ConvertFrom-BinaryMessage $ntp $datagram
            } until ($answer.Mode -eq $serverMode -and $answer.Origin -eq [uint64] $cookie.TransmitSeconds * 4294967296 + $cookie.TransmitFraction)
        }
        finally {
            Close-Socket $socket
        }

        # The kernel notes when a datagram came: that is nearer to the truth than the time now.
        $received = [datetimeoffset] $datagram.Timestamp

        # Stratum 0 is a refusal, and tells why in four letters.
        if ($answer.Stratum -eq 0) {
            throw "$address gives no time: $([System.Text.Encoding]::ASCII.GetString($answer.ReferenceId))"
        }
        if ($answer.LeapIndicator -eq 3) {
            Write-Warning "The clock of $address is not synchronized."
        }

        $arrived = ConvertFrom-NtpTime $answer.ReceiveSeconds $answer.ReceiveFraction
        $left = ConvertFrom-NtpTime $answer.TransmitSeconds $answer.TransmitFraction
        [pscustomobject]@{
            Server  = $address
            Time    = $left
            Offset  = (($arrived - $sent) + ($left - $received)) / 2
            Delay   = ($received - $sent) - ($left - $arrived)
            Stratum = $answer.Stratum
        }
    }
}
