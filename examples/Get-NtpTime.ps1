#Requires -Version 7.4

<#
.SYNOPSIS
    Asks a time server for the time, in the message of RFC 5905, and tells how far the clock here is off.
.DESCRIPTION
    The standard's own picture, in formats/ntp.txt, makes the question and reads the answer. The clock is not set.
    The result has the time at which the server sent its answer, the offset of its clock from the one here, and how
    long question and answer were under way together.
.EXAMPLE
    ./Get-NtpTime.ps1 -Server 127.0.0.1:123
#>
[CmdletBinding()]
param(
    [string] $Server = '127.0.0.1:123',
    [double] $TimeoutSeconds = 5
)

$ErrorActionPreference = 'Stop'
Import-Module $PSScriptRoot/../output/PSSockets

$ntp = Get-Content $PSScriptRoot/formats/ntp.txt | New-MessageFormat -Name Ntp

# Timestamps count seconds in their upper half, fractions of one in their lower (RFC 5905, section 6).
$halves = New-MessageFormat -Field 'Seconds:32', 'Fraction:32'
$whole = New-MessageFormat -Field 'Timestamp:64'
$ticksPerSecond = 10000000
$unitsPerSecond = 4294967296

# The seconds are counted from 1900; since 2036 they begin with 0 again (RFC 4330, section 3).
$era0 = [datetimeoffset] '1900-01-01T00:00:00Z'
$era1 = [datetimeoffset] '2036-02-07T06:28:16Z'

function ConvertTo-Timestamp {
    param([datetimeoffset] $Time)

    $ticks = ($Time - ($Time -lt $era1 ? $era0 : $era1)).Ticks
    $fraction = $ticks % $ticksPerSecond
    $bytes = ConvertTo-BinaryMessage $halves @{
        Seconds  = ($ticks - $fraction) / $ticksPerSecond
        Fraction = [uint32] ($fraction * $unitsPerSecond / $ticksPerSecond)
    }
    (ConvertFrom-BinaryMessage $whole $bytes).Timestamp
}

function ConvertFrom-Timestamp {
    param([uint64] $Timestamp)

    $parts = ConvertTo-BinaryMessage $whole @{ Timestamp = $Timestamp } | ConvertFrom-BinaryMessage $halves
    $ticks = $parts.Seconds * $ticksPerSecond + [long] ($parts.Fraction * $ticksPerSecond / $unitsPerSecond)
    ($parts.Seconds -ge 0x80000000L ? $era0 : $era1) + [timespan] [long] $ticks
}

# A connected socket hears nobody but the server.
$socket = New-Socket | Connect-Socket $Server -PassThru
try {
    # Mode 3 is a client. The server sends the time of the question back: by it the answer is known.
    $asked = ConvertTo-Timestamp (Get-Date)
    $question = ConvertTo-BinaryMessage $ntp @{ VN = 4; Mode = 3; TransmitTimestamp = $asked }
    $sent = [datetimeoffset] (Get-Date)
    Send-Datagram $socket $question
    do {
        $datagram = Receive-Datagram $socket -TimeoutSeconds $TimeoutSeconds
        $answer = ConvertFrom-BinaryMessage $ntp $datagram
    } until ($answer.Mode -eq 4 -and $answer.OriginTimestamp -eq $asked)
}
finally {
    Close-Socket $socket
}

# Stratum 0 says, in four letters, why there is no time.
if ($answer.Stratum -eq 0) {
    $code = ConvertTo-BinaryMessage 'Code:32:hex' @{ Code = $answer.ReferenceID } | ConvertFrom-BinaryMessage 'Code:32:ascii'
    throw "$Server gives no time: $($code.Code)"
}
if ($answer.LI -eq 3) {
    Write-Warning "The clock of $Server is not synchronized."
}

$answered = [datetimeoffset] $datagram.Timestamp
$arrived = ConvertFrom-Timestamp $answer.ReceiveTimestamp
$left = ConvertFrom-Timestamp $answer.TransmitTimestamp
[pscustomobject]@{
    Time    = $left
    Offset  = (($arrived - $sent) + ($left - $answered)) / 2
    Delay   = ($answered - $sent) - ($left - $arrived)
    Stratum = $answer.Stratum
    Server  = $Server
}
