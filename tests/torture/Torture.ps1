<#
.SYNOPSIS
Stops waiting cmdlets at random moments under traffic, and counts what is lost.

.DESCRIPTION
Each row sends numbered messages from a thread, and reads them in a runspace that is stopped at a random moment, again
and again. At the end the rest is read; then each number must have come once, in order. Rows that send are stopped while a
thread reads: what was sent whole must have come once, in order; what was being sent, once or not at all, and after a
part of it the stream must refuse the next. A row also counts error records, and the descriptors and threads that are left (two threads may be .NET's own). Exit code 1 where any row has any.

.PARAMETER Stops
How many stops each row has.

.PARAMETER Minutes
Goes on with the rows, again and again, for so long.

.PARAMETER Filter
Only the rows whose name matches.

.PARAMETER Pattern
How messages come: as fast as they are taken, in bursts, or one each millisecond.

.PARAMETER Managed
On the transport that Windows has, which is .NET's own sockets. It has no socket pairs: TCP and UDP take their place, and
the row for which there is no place is left out.

.PARAMETER Warm
First passes 400,000 lines to a script, so that the compiler has had its time, as in a process that has run for an hour:
it makes one method of several then, and what a stop leaves on the stack is another.

.PARAMETER Seed
The first of the random numbers; without it each run has others.

.EXAMPLE
./Torture.ps1 -Stops 100 -Filter '*-Line*'
#>
[CmdletBinding()]
param(
    [int] $Stops = 1000,
    [double] $Minutes,
    [string] $Filter = '*',
    [ValidateSet('flood', 'burst', 'trickle')]
    [string[]] $Pattern = @('flood', 'burst', 'trickle'),
    [switch] $Managed,
    [switch] $Warm,
    [int] $Seed = (Get-Random)
)

$ErrorActionPreference = 'Stop'
[System.AppContext]::SetSwitch('PSSockets.ManagedTransport', $Managed)
$module = (Resolve-Path -LiteralPath "$PSScriptRoot/../../output/PSSockets/PSSockets.psd1").ProviderPath
Import-Module -Name $module
Add-Type -Path "$PSScriptRoot/Torture.cs" -ReferencedAssemblies @(
    'System.Collections', 'System.Collections.Concurrent', 'System.Diagnostics.Process', 'System.IO.FileSystem', 'System.Linq', 'System.Net.Primitives', 'System.Net.Sockets'
    'System.Runtime', 'System.Runtime.InteropServices', 'System.Threading', 'System.Threading.Thread', 'System.Threading.ThreadPool', 'netstandard'
    [psobject].Assembly.Location
) -WarningAction Ignore
. "$PSScriptRoot/../helpers/Tls.ps1"
$certificate = New-SocketCertificate
$message = [PSSockets.Torture.Message]

#--- Where messages go -----------------------------------------------------------------------------

function Open-StreamPair {
    if ($Managed) {
        New-TcpPair
    }
    else {
        New-SocketPair
    }
}

# Each gives what is read (Sockets), all that is to be closed (Open), and begins the traffic.

function Open-Unix {
    if ($Managed) {
        return Open-Udp
    }
    # The queue of a UNIX socket is short, and a blocking send waits for room.
    $pair = New-SocketPair -SocketType Datagram
    @{ Sockets = @($pair[0]); Open = $pair; Start = { [PSSockets.Torture.Traffic]::Over($args[0], 0, $pair[1], 'Bare') }.GetNewClosure() }
}

function Open-Udp {
    param([int] $Count = 1)

    $receivers = @(1..$Count | ForEach-Object { New-Socket IPv4 | Register-SocketAddress -LocalEndPoint 127.0.0.1:0 -PassThru })
    $sender = New-Socket IPv4
    # No more may be under way than fit into the queues.
    @{
        Sockets = $receivers; Open = $receivers + $sender
        Start   = { [PSSockets.Torture.Traffic]::To($args[0], 60, $sender, $receivers.LocalEndPoint) }.GetNewClosure()
    }
}

function Open-Stream {
    param([string] $Form = 'Line', [switch] $Tcp)

    if ($Tcp) {
        $listener = Start-SocketListener 127.0.0.1:0
        $sender = Connect-Socket $listener.LocalEndPoint
        $pair = (Receive-SocketConnection $listener), $sender
        Close-Socket $listener
    }
    else {
        $pair = Open-StreamPair
    }
    @{ Sockets = @($pair[0]); Open = $pair; Start = { [PSSockets.Torture.Traffic]::Over($args[0], 0, $pair[1], $Form) }.GetNewClosure() }
}

# Ours is a TLS client; the sender is .NET's own server.
function Open-Tls {
    param([string] $Form = 'Line')

    $ours, $other = New-TcpPair
    $raw = Start-RawTlsServer $other $certificate
    Protect-Socket $ours localhost -TrustedCertificate $certificate -TimeoutSeconds 10
    $null = $raw.Handshake.Wait(10000)
    $stream = $raw.Stream
    @{ Sockets = @($ours); Open = @($ours, $other); Start = { [PSSockets.Torture.Traffic]::Through($args[0], $stream, $Form) }.GetNewClosure() }
}

function Open-Listener {
    $listener = Start-SocketListener 127.0.0.1:0 -Backlog 200
    @{ Sockets = @($listener); Open = @($listener); Start = { [PSSockets.Torture.Traffic]::Connect($args[0], 60, $listener.LocalEndPoint) }.GetNewClosure() }
}

function Open-Acceptor {
    $listener = Start-SocketListener 127.0.0.1:0 -Backlog 5
    @{ Sockets = @($listener.LocalEndPoint); Open = @($listener); Start = { [PSSockets.Torture.Traffic]::Accept($args[0], $listener) }.GetNewClosure() }
}

# One of the others, joined with a stream whose far end a task of .NET reads. What has arrived there is read in the end.
function Open-Joined {
    param([hashtable] $From)

    $right, $far = Open-StreamPair
    $arrived = [System.IO.MemoryStream]::new()
    $reading = [System.Net.Sockets.NetworkStream]::new($far).CopyToAsync($arrived)
    @{ Sockets = @($From.Sockets[0], $right, $arrived, $reading); Open = $From.Open + $right + $far; Start = $From.Start }
}

#--- The rows --------------------------------------------------------------------------------------

$rows = [ordered]@{}

foreach ($row in @(
        @{ Name = 'Receive-Datagram (unix) -Continuous'; Open = { Open-Unix }; Read = 'Receive-Datagram $sockets -Continuous' }
        @{ Name = 'Receive-Datagram (unix) -Count'; Open = { Open-Unix }; Read = 'Receive-Datagram $sockets -Count 100000' }
        @{ Name = 'Receive-Datagram (unix) -Continuous to a script'; Open = { Open-Unix }; Read = 'Receive-Datagram $sockets -Continuous | ForEach-Object { $aside.Add($_) }'; IsAside = $true }
        @{ Name = 'Receive-Datagram (unix) to a function'; Open = { Open-Unix }; Read = 'function g { process { $aside.Add($_) } }; Receive-Datagram $sockets -Continuous | g'; IsAside = $true }
        @{ Name = 'Receive-Datagram (unix) to Where-Object'; Open = { Open-Unix }; Read = 'Receive-Datagram $sockets -Continuous | Where-Object Length -GT 0' }
        @{ Name = 'Receive-Datagram (unix) to Select-Object'; Open = { Open-Unix }; Read = 'Receive-Datagram $sockets -Continuous | Select-Object Data, Socket' }
        @{ Name = 'Receive-Datagram (unix) to a filter and a script'; Open = { Open-Unix }; Read = 'Receive-Datagram $sockets -Continuous | Where-Object { $_.Length -gt 0 } | ForEach-Object { $aside.Add($_) }'; IsAside = $true }
        @{ Name = 'Receive-Datagram (unix) to a beginning and a script'; Open = { Open-Unix }; Read = 'Receive-Datagram $sockets -Continuous | ForEach-Object { } { $aside.Add($_) }'; IsAside = $true }
        @{ Name = 'Receive-Datagram (unix) to a property'; Open = { Open-Unix }; Read = 'Receive-Datagram $sockets -Continuous | ForEach-Object Text' }
        @{ Name = 'Receive-Datagram (unix) to Select-Object -First'; Open = { Open-Unix }; Read = 'Receive-Datagram $sockets -Continuous | Select-Object -First 20 | ForEach-Object { $aside.Add($_) }'; IsAside = $true; Last = 'Receive-Datagram $sockets -Continuous -TimeoutSeconds 0.3 | ForEach-Object { $aside.Add($_) }' }
        @{ Name = 'Receive-Datagram (unix) in a function'; Open = { Open-Unix }; Read = 'function f($from) { Receive-Datagram $from -Continuous }; f $sockets' }
        @{ Name = 'Receive-Datagram (unix) -AsText -Continuous'; Open = { Open-Unix }; Read = 'Receive-Datagram $sockets -AsText -Continuous' }
        @{ Name = 'Receive-Datagram (udp) -Continuous'; Open = { Open-Udp }; Read = 'Receive-Datagram $sockets -Continuous' }
        @{ Name = 'Receive-Datagram (8 udp) -Continuous'; Open = { Open-Udp 8 }; Read = 'Receive-Datagram $sockets -Continuous'; IsUnordered = $true }
        @{ Name = 'Receive-SocketData'; Open = { Open-Stream }; Read = 'Receive-SocketData $sockets -Continuous'; IsPieces = $true }
        @{ Name = 'Receive-SocketData (tcp)'; Open = { Open-Stream -Tcp }; Read = 'Receive-SocketData $sockets -Continuous'; IsPieces = $true }
        @{ Name = 'Receive-SocketData -Length'; Open = { Open-Stream }; Read = 'Receive-SocketData $sockets -Length 10 -AsByteArray -Continuous'; Spread = 0 }
        @{ Name = 'Receive-SocketData -Line'; Open = { Open-Stream }; Read = 'Receive-SocketData $sockets -Line -Continuous' }
        @{ Name = 'Receive-SocketData (tcp) -Line'; Open = { Open-Stream -Tcp }; Read = 'Receive-SocketData $sockets -Line -Continuous' }
        @{ Name = 'Receive-SocketData -Line -Count'; Open = { Open-Stream }; Read = 'Receive-SocketData $sockets -Line -Count 100000' }
        @{ Name = 'Receive-SocketData -Line to a script'; Open = { Open-Stream }; Read = 'Receive-SocketData $sockets -Line -Continuous | ForEach-Object { $aside.Add($_) }'; IsAside = $true }
        @{ Name = 'Receive-SocketData -Delimiter'; Open = { Open-Stream }; Read = 'Receive-SocketData $sockets -Delimiter "`n" -Continuous' }
        @{ Name = 'Receive-SocketData -Delimiter, several'; Open = { Open-Stream }; Read = 'Receive-SocketData $sockets -Delimiter "##", "`n" -Continuous' }
        @{ Name = 'Receive-SocketData -Match'; Open = { Open-Stream }; Read = 'Receive-SocketData $sockets -Match "\n" -AsText -Continuous' }
        @{ Name = 'Receive-SocketData -LengthPrefix'; Open = { Open-Stream Prefixed }; Read = 'Receive-SocketData $sockets -LengthPrefix 4 -Continuous' }
        @{ Name = 'Receive-SocketData -Format'; Open = { Open-Stream }; Read = "Receive-SocketData `$sockets -Format 'Text:*10', 'End:8' -Continuous" }
        @{ Name = 'Receive-SocketData -ToEnd'; Open = { Open-Stream }; Read = 'Receive-SocketData $sockets -ToEnd -MaximumSize 1GB'; IsPieces = $true; MostStops = 50 }
        @{ Name = 'Receive-SocketData -OutFile'; Open = { Open-Stream }; Read = 'Receive-SocketData $sockets -OutFile $file'; IsPieces = $true; IsFile = $true }
        @{ Name = 'Receive-SocketData (tls)'; Open = { Open-Tls }; Read = 'Receive-SocketData $sockets -Continuous'; IsPieces = $true }
        @{ Name = 'Receive-SocketData (tls) -Length'; Open = { Open-Tls }; Read = 'Receive-SocketData $sockets -Length 10 -AsByteArray -Continuous'; Spread = 0 }
        @{ Name = 'Receive-SocketData (tls) -Line'; Open = { Open-Tls }; Read = 'Receive-SocketData $sockets -Line -Continuous' }
        @{ Name = 'Receive-SocketData (tls) -Line to a script'; Open = { Open-Tls }; Read = 'Receive-SocketData $sockets -Line -Continuous | ForEach-Object { $aside.Add($_) }'; IsAside = $true }
        @{ Name = 'Receive-SocketData (tls) -Delimiter'; Open = { Open-Tls }; Read = 'Receive-SocketData $sockets -Delimiter "`n" -Continuous' }
        @{ Name = 'Receive-SocketData (tls) -Delimiter, several'; Open = { Open-Tls }; Read = 'Receive-SocketData $sockets -Delimiter "##", "`n" -Continuous' }
        @{ Name = 'Receive-SocketData (tls) -Match'; Open = { Open-Tls }; Read = 'Receive-SocketData $sockets -Match "\n" -AsText -Continuous' }
        @{ Name = 'Receive-SocketData (tls) -Format'; Open = { Open-Tls }; Read = "Receive-SocketData `$sockets -Format 'Text:*10', 'End:8' -Continuous" }
        @{ Name = 'Receive-SocketData (tls) -ToEnd'; Open = { Open-Tls }; Read = 'Receive-SocketData $sockets -ToEnd -MaximumSize 1GB'; IsPieces = $true; MostStops = 50 }
        @{ Name = 'Receive-SocketData (tls) -OutFile'; Open = { Open-Tls }; Read = 'Receive-SocketData $sockets -OutFile $file'; IsPieces = $true; IsFile = $true }
        @{ Name = 'Receive-SocketData (tls) -LengthPrefix'; Open = { Open-Tls Prefixed }; Read = 'Receive-SocketData $sockets -LengthPrefix 4 -Continuous' }
        @{ Name = 'Receive-SocketConnection'; Open = { Open-Listener }; Read = 'Receive-SocketConnection $sockets -Continuous'; IsConnection = $true; Spread = 0 }
        @{ Name = 'Receive-SocketConnection to a script'; Open = { Open-Listener }; Read = 'Receive-SocketConnection $sockets -Continuous | ForEach-Object { $aside.Add($_) }'; IsAside = $true; IsConnection = $true; Spread = 0 }
        @{ Name = 'Join-Socket'; Open = { Open-Joined (Open-Stream) }; Read = 'Join-Socket $sockets[0] $sockets[1]'; IsPieces = $true; IsJoined = $true }
        @{ Name = 'Join-Socket (tcp)'; Open = { Open-Joined (Open-Stream -Tcp) }; Read = 'Join-Socket $sockets[0] $sockets[1]'; IsPieces = $true; IsJoined = $true }
        @{ Name = 'Join-Socket (tls)'; Open = { Open-Joined (Open-Tls) }; Read = 'Join-Socket $sockets[0] $sockets[1]'; IsPieces = $true; IsJoined = $true }
        @{ Name = 'Join-Socket -PassThru'; Open = { Open-Joined (Open-Stream) }; Read = '$null = Join-Socket $sockets[0] $sockets[1] -PassThru'; IsPieces = $true; IsJoined = $true }
        @{ Name = 'Wait-Socket'; Open = { Open-Unix }; Read = 'Wait-Socket $sockets | Receive-Datagram'; Last = 'Receive-Datagram $sockets -Continuous -TimeoutSeconds 0.3' }
        @{ Name = 'Wait-Socket of 8'; Open = { Open-Udp 8 }; Read = 'Wait-Socket $sockets | Receive-Datagram'; Last = 'Receive-Datagram $sockets -Continuous -TimeoutSeconds 0.3'; IsUnordered = $true }
        @{ Name = 'Connect-Socket'; Open = { Open-Acceptor }; Read = '[PSSockets.Torture.Attempts]::Forever($sockets[0]) | Connect-Socket -ThrottleLimit 1 | Close-Socket'; HasNoMessages = $true }
        @{ Name = 'Connect-Socket, several at a time'; Open = { Open-Acceptor }; Read = '[PSSockets.Torture.Attempts]::Forever($sockets[0]) | Connect-Socket | Close-Socket'; HasNoMessages = $true }
        @{ Name = 'Test-Socket'; Open = { Open-Acceptor }; Read = '$null = Test-Socket ($sockets * 5000)'; HasNoMessages = $true }
        @{ Name = 'Send-SocketData'; Open = { Open-StreamPair }; Send = 'Send-SocketData $sockets[0]' }
        @{ Name = 'Send-SocketData (tcp)'; Open = { New-TcpPair }; Send = 'Send-SocketData $sockets[0]' }
        @{ Name = 'Send-SocketData (tcp), long'; Open = { New-TcpPair }; Send = 'Send-SocketData $sockets[0]'; Spread = 3000000 }
        @{ Name = 'Send-Datagram (unix)'; Open = { New-SocketPair -SocketType Datagram }; Send = 'Send-Datagram $sockets[0]'; IsDatagram = $true }
        @{ Name = '8 x Receive-Datagram (unix)'; Open = { Open-Unix }; Read = 'Receive-Datagram $sockets -Continuous'; Readers = 8 }
        @{ Name = '8 x Receive-SocketConnection'; Open = { Open-Listener }; Read = 'Receive-SocketConnection $sockets -Continuous'; IsConnection = $true; Spread = 0; Readers = 8 }
        @{ Name = '8 x Receive-SocketData -Length'; Open = { Open-Stream }; Read = 'Receive-SocketData $sockets -Length 10 -AsByteArray -Continuous'; Spread = 0; Readers = 8 }
        @{ Name = '8 x Receive-SocketData -Line'; Open = { Open-Stream }; Read = 'Receive-SocketData $sockets -Line -Continuous'; Readers = 8 }
        @{ Name = '8 x Receive-SocketData (tls) -Line'; Open = { Open-Tls }; Read = 'Receive-SocketData $sockets -Line -Continuous'; Readers = 8 }
        @{ Name = '8 x Receive-SocketData -Delimiter'; Open = { Open-Stream }; Read = 'Receive-SocketData $sockets -Delimiter "`n" -Continuous'; Readers = 8 }
        @{ Name = '8 x Receive-SocketData -Format'; Open = { Open-Stream }; Read = "Receive-SocketData `$sockets -Format 'Text:*10', 'End:8' -Continuous"; Readers = 8 }
        @{ Name = '8 x Receive-SocketData -LengthPrefix'; Open = { Open-Stream Prefixed }; Read = 'Receive-SocketData $sockets -LengthPrefix 4 -Continuous'; Readers = 8 }
    )) {
    $rows[$row.Name] = $row
}

# Opens sockets and stops the sender, again and again; each time all that it has sent is read to the end.
function Invoke-SendRow {
    param([hashtable] $Row, [string] $Pattern, [int] $Stops)

    $message::Spread = $Row.ContainsKey('Spread') ? $Row.Spread : 40
    $tally = [PSSockets.Torture.Tally]::new()
    $descriptors = [PSSockets.Torture.Holdings]::Descriptors
    $threads = [PSSockets.Torture.Holdings]::Threads
    $attempts = [PSSockets.Torture.Attempts]::new()
    $sockets = [object[]]::new(2)
    $begin = 'param($sockets, $attempts) '
    $send = "`$attempts.Messages('$($Row.IsDatagram ? 'Bare' : 'Line')', {0}) | $($Row.Send)"
    $reader = [PSSockets.Torture.Reader]::new($module, $begin + $send.Replace('{0}', '1000000'), @($sockets, $attempts), $Seed)
    $lost = 0
    try {
        foreach ($stop in 1..$Stops) {
            $sockets[0], $sockets[1] = & $Row.Open
            $sink = [PSSockets.Torture.Sink]::new($Pattern, $sockets[1], -not $Row.IsDatagram, $tally)
            try {
                $attempts.Sent.Clear()
                $reader.Round($tally)
                # The message within which it may have been stopped; there is none where the stop came first.
                $begun = $attempts.Next -gt 0 ? [System.Text.Encoding]::ASCII.GetString($message::Line($attempts.Next - 1)) : ''
                # The next message goes out in step, or not at all.
                $reader.Finish($tally, "$begin try { $($send.Replace('{0}', '1')) -ErrorAction Stop } catch { if (`$_.FullyQualifiedErrorId -notlike 'StreamBroken,*') { throw } }")
                if ($Row.IsDatagram) {
                    $null = $sockets[0].Send([byte[]]::new(0))
                }
                else {
                    Disconnect-Socket $sockets[0] -Direction Send
                }
                $sink.Join()
                if ($attempts.Sent.Contains($attempts.Next - 1) -and $sink.Rest -or -not $begun.StartsWith($sink.Rest)) {
                    $tally.AddProblem("the stream ends within a line: $($sink.Rest)")
                }
                $lost += @($attempts.Sent | Where-Object { -not $tally.Has($_) }).Count
            }
            finally {
                $sink.Dispose()
                $sockets | Close-Socket
            }
        }
    }
    finally {
        $reader.Dispose()
    }
    Get-RowResult $Row $Pattern $Stops $tally $tally.Received $lost $tally.Disordered $descriptors $threads
}

function Get-RowResult {
    param([hashtable] $Row, [string] $Pattern, [int] $Stops, [psobject] $Tally, [long] $Messages, [long] $Lost, [long] $Disordered, [object] $Descriptors, [int] $Threads)

    $left = [PSSockets.Torture.Holdings]::LeftOf($Descriptors)
    if ($left) {
        $Tally.AddProblem("descriptors that are left: $left")
    }
    [pscustomobject]@{
        Row         = $Row.Name
        Pattern     = $Pattern
        Stops       = $Stops
        Messages    = $Messages
        Lost        = $Lost
        Doubled     = $Tally.Doubled
        Disordered  = $Disordered
        Errors      = $Tally.Errors
        Descriptors = $left.Count
        Threads     = [PSSockets.Torture.Holdings]::Threads - $Threads
        P99         = [math]::Round($Tally.StopQuantile(0.99), 1)
        Slowest     = [math]::Round($Tally.SlowestStop, 1)
        Problems    = @($Tally.Problems)
    }
}

# Opens the sockets and stops the readers again and again; then one reads the rest.
function Invoke-Row {
    param([hashtable] $Row, [string] $Pattern, [int] $Stops)

    $message::Spread = $Row.ContainsKey('Spread') ? $Row.Spread : 40
    $tally = [PSSockets.Torture.Tally]::new()
    $descriptors = [PSSockets.Torture.Holdings]::Descriptors
    $threads = [PSSockets.Torture.Holdings]::Threads
    $place = & $Row.Open
    $begin = 'param($sockets, $aside, $file) '
    $count = $Row.Readers ? $Row.Readers : 1
    [PSSockets.Torture.Reader[]] $readers = foreach ($index in 1..$count) {
        $aside = [System.Collections.Generic.List[object]]::new()
        $file = $Row.IsFile ? (Join-Path ([System.IO.Path]::GetTempPath()) "pss-$([guid]::NewGuid())") : $null
        $reader = [PSSockets.Torture.Reader]::new($module, $begin + $Row.Read, @($place.Sockets, $aside, $file), $Seed + $index)
        $reader.IsPieces = [bool]$Row.IsPieces
        $reader.IsConnection = [bool]$Row.IsConnection
        $reader.Aside = $Row.IsAside ? $aside : $null
        $reader.Path = $file
        $reader
    }
    $traffic = & $place.Start $Pattern
    try {
        [PSSockets.Torture.Reader]::RoundsTogether($readers, $Stops / $count, $tally, $traffic)
        $traffic.End()
        while (-not $traffic.HasEnded) {
            [PSSockets.Torture.Reader]::RoundsTogether($readers, 1, $tally, $traffic)
        }
        if ($Row.Read -match '-ToEnd|-OutFile') {
            Disconnect-Socket $place.Open[1] -Direction Send
        }
        $last = 'Join-Socket $sockets[0] $sockets[1] -TimeoutSeconds 0.5 -ErrorAction Ignore; Disconnect-Socket $sockets[1] -Direction Send; $null = $sockets[3].Wait(10000); , $sockets[2].ToArray()'
        if (-not $Row.HasNoMessages) {
            $readers[0].Finish($tally, $begin + $(if ($Row.IsJoined) { $last } elseif ($Row.Last) { $Row.Last } else { $Row.Read -replace '-Continuous|-Count \d+', '-Continuous -TimeoutSeconds 0.3' }))
        }
        if ($Row.IsPieces) {
            $readers[0].EndPieces($tally)
        }
    }
    finally {
        $readers | ForEach-Object { $_.Dispose() }
        $failure = $traffic.Failure
        # A sender that still waits for room ends when the socket does.
        $place.Open | Close-Socket
        $traffic.Dispose()
    }
    if ($failure) {
        $tally.AddProblem("the sender failed: $failure")
    }
    $tally.Sent = $Row.HasNoMessages ? 0 : $traffic.Sent
    if ($tally.Lost) {
        $tally.AddProblem("of $($tally.Sent) messages were lost: $($tally.FirstLost)")
    }
    $disordered = $Row.IsUnordered -or $count -gt 1 ? 0 : $tally.Disordered # of several nobody sees the order
    Get-RowResult $Row $Pattern $Stops $tally $traffic.Sent $tally.Lost $disordered $descriptors $threads
}

# The compiler looks at what is called often every 100 ms.
function Invoke-WarmUp {
    $lines = [System.Text.Encoding]::ASCII.GetBytes("0123456789`n" * 20000)
    $seen = [System.Collections.Generic.List[object]]::new()
    foreach ($round in 1..20) {
        $near, $far = Open-StreamPair
        $stream = [System.Net.Sockets.NetworkStream]::new($far)
        $sending = $stream.WriteAsync($lines, 0, $lines.Length)
        Receive-SocketData $near -Line -Count 20000 | ForEach-Object { $seen.Add($_) }
        $null = $sending.Wait(10000)
        $near, $far | Close-Socket
        Start-Sleep -Milliseconds 150
    }
    if ($seen.Count -ne 400000) {
        throw "of 400,000 lines $($seen.Count) came"
    }
}

if ($Warm) {
    Invoke-WarmUp
}

"Seed $Seed"
$layout = '{0,-52} {1,-8} {2,6} {3,9} {4,6} {5,8} {6,11} {7,7} {8,12} {9,8} {10,7:0.0} {11,8:0.0}'
$layout -f 'Row', 'Pattern', 'Stops', 'Messages', 'Lost', 'Doubled', 'Disordered', 'Errors', 'Descriptors', 'Threads', 'P99', 'Slowest'
$clock = [System.Diagnostics.Stopwatch]::StartNew()
$failed = $false
do {
    foreach ($row in $rows.Values | Where-Object Name -Like $Filter) {
        if ($Managed -and $row.Send -and $row.IsDatagram) {
            "    $($row.Name) is left out: Windows has no UNIX datagram sockets, and those of UDP may be lost"
            continue
        }
        foreach ($one in $Pattern) {
            $most = $row.ContainsKey('MostStops') ? [math]::Min($row.MostStops, $Stops) : $Stops
            $result = $row.Send ? (Invoke-SendRow $row $one $most) : (Invoke-Row $row $one $most)
            $layout -f $result.Row, $result.Pattern, $result.Stops, $result.Messages, $result.Lost, $result.Doubled, $result.Disordered, $result.Errors, $result.Descriptors, $result.Threads, $result.P99, $result.Slowest
            $result.Problems | ForEach-Object { "    $_" }
            $failed = $failed -or $result.Messages -eq 0 -or $result.Lost -or $result.Doubled -or $result.Disordered -or $result.Errors -or $result.Descriptors -gt 0 -or $result.Threads -gt 2
        }
    }
    $Seed++
} while ($clock.Elapsed.TotalMinutes -lt $Minutes)

exit [int]$failed
