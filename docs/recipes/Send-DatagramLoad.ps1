#Requires -Version 7.4

<#
.SYNOPSIS
    Sends UDP datagrams at a steady rate, and tells which rate it was.
.DESCRIPTION
    How many datagrams a second does a server take? This script sends numbered datagrams, for a time or a number of them.
    It ends by itself: without -DurationSeconds and -Count after five seconds.

    It looks at the clock about a thousand times a second and sends what is due, so a high rate goes out in small batches,
    each with few system calls. Being late is made up for: the average is the rate that was asked for, as long as the
    machine can do it. The result tells what was achieved.

    Each datagram begins with its number, in eight bytes in network order, so that a receiver can see what is missing.
    That a datagram was sent does not mean that it arrived. Use it against machines that are yours.
.PARAMETER RemoteEndPoint
    Where to send: address and port, or the path of a UNIX socket.
.PARAMETER Rate
    How many datagrams a second.
.PARAMETER DurationSeconds
    How long.
.PARAMETER Count
    How many datagrams in all.
.PARAMETER Size
    How many bytes each has.
.EXAMPLE
    ./Send-DatagramLoad.ps1 127.0.0.1:55555
.EXAMPLE
    ./Send-DatagramLoad.ps1 '[::1]:55555' -Rate 20000 -Count 9000
.OUTPUTS
    One object: how many datagrams were Sent and how many Refused (nobody was there, or the kernel did not take it), Bytes
    and DurationSeconds, the TargetRate and the achieved Rate.
#>
[CmdletBinding(DefaultParameterSetName = 'Duration')]
param(
    [Parameter(Mandatory, Position = 0)] [string] $RemoteEndPoint,
    [ValidateRange(1, 1000000)] [int] $Rate = 1000,
    [Parameter(ParameterSetName = 'Duration')] [ValidateRange(0.001, 3600)] [double] $DurationSeconds = 5,
    [Parameter(ParameterSetName = 'Count', Mandatory)] [ValidateRange(1, 2147483647)] [int] $Count,
    [ValidateRange(8, 65507)] [int] $Size = 64
)

$ErrorActionPreference = 'Stop'
if (-not (Get-Command New-Socket -ErrorAction Ignore)) {
    Import-Module $PSScriptRoot/../../output/PSSockets
}

$total = $PSCmdlet.ParameterSetName -eq 'Count' ? $Count : [long] [Math]::Ceiling($Rate * $DurationSeconds)
$lastSecond = $PSCmdlet.ParameterSetName -eq 'Count' ? [double]::PositiveInfinity : $DurationSeconds
$largestBatch = 1024

$address = New-SocketAddress -EndPoint $RemoteEndPoint
$socket = New-Socket $address.AddressFamily Datagram | Connect-Socket $address -PassThru
$pause = [System.Threading.ManualResetEventSlim]::new()
try {
    $next = [long] 0
    $refused = [long] 0
    $shown = 0
    $clock = [System.Diagnostics.Stopwatch]::StartNew()
    while ($next -lt $total -and $clock.Elapsed.TotalSeconds -lt $lastSecond) {
        # The first is due at once, the second when 1/Rate of a second is over.
        $due = [Math]::Min($total, 1 + [long] [Math]::Floor($clock.Elapsed.TotalSeconds * $Rate)) - $next
        if ($due -le 0) {
            $null = $pause.Wait(1)
            continue
        }
        $batch = [object[]]::new([Math]::Min($due, $largestBatch))
        for ($index = 0; $index -lt $batch.Length; $index++) {
            $message = [byte[]]::new($Size)
            [System.Buffers.Binary.BinaryPrimitives]::WriteInt64BigEndian($message, $next++)
            $batch[$index] = $message
        }

        # A datagram that nobody took is an error, and the others go on.
        Send-Datagram $socket $batch -ErrorAction SilentlyContinue -ErrorVariable failures
        $refused += $failures.Count

        if ($clock.Elapsed.TotalSeconds -ge $shown + 1) {
            $shown = [Math]::Floor($clock.Elapsed.TotalSeconds)
            Write-Progress -Activity "Sending to $RemoteEndPoint" -Status "$next of $total datagrams" -PercentComplete (100 * $next / $total)
        }
    }

    # The last one has its share of the time too, so that 10 datagrams at 10 a second are one second.
    while ($clock.Elapsed.TotalSeconds -lt [Math]::Min($next / $Rate, $lastSecond)) {
        $null = $pause.Wait(1)
    }
    $clock.Stop()
}
finally {
    Write-Progress -Activity "Sending to $RemoteEndPoint" -Completed
    $pause.Dispose()
    Close-Socket $socket
}

$seconds = $clock.Elapsed.TotalSeconds
[pscustomobject]@{
    RemoteEndPoint  = $address
    Sent            = $next - $refused
    Refused         = $refused
    Bytes           = ($next - $refused) * $Size
    DurationSeconds = [Math]::Round($seconds, 3)
    TargetRate      = $Rate
    Rate            = [Math]::Round(($next - $refused) / $seconds, 1)
}
