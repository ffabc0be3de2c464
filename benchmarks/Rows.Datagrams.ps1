# Rows about datagrams; Rows.ps1 says what a row is.

$messageSize = 64

#--- Sending ---------------------------------------------------------------------------------------

# A connected sender and its receiver. Nobody empties the receiver while senders are measured: from the first pair on
# it is full for both sides.
function Open-Pair {
    param([int] $Count, [int[]] $Size = $messageSize)

    $receiver = New-Socket | Register-SocketAddress '[::1]:0' -PassThru
    $receiver.ReceiveBufferSize = 4MB # Linux gives at most net.core.rmem_max, and counts bookkeeping in
    $receiver.ReceiveTimeout = 5000
    $messages = [object[]]::new($Count)
    for ($i = 0; $i -lt $Count; $i++) {
        $messages[$i] = [byte[]]::new($Size[$i % $Size.Count])
    }
    @{
        Receiver = $receiver
        Sender   = New-Socket | Connect-Socket $receiver.LocalEndPoint -PassThru
        Messages = $messages
    }
}

function Close-Pair {
    param([hashtable] $Pair)

    $Pair.Receiver, $Pair.Sender | Close-Socket
}

$csharpSend = @{
    Text    = 'C# loop socket.Send(span)'
    Measure = { param($context) [PSSockets.Benchmarks.DatagramLoops]::Send($context.Sender, $context.Messages) }
}

$arraySend = @{
    Text    = 'Send-Datagram -InputObject $array'
    Measure = {
        param($context)
        $s, $array = $context.Sender, $context.Messages
        $clock = [System.Diagnostics.Stopwatch]::StartNew()
        Send-Datagram $s -InputObject $array
        $clock.Elapsed.TotalSeconds / $array.Count
    }
}

@{
    Name    = 'send-pipeline'
    Better  = 'Higher'
    Target  = 0.78
    Size    = 20000, 200000
    Needs   = 'dotnet'
    Setup   = { param($count) Import-CSharpLoop; Open-Pair -Count $count }
    Cleanup = { param($context) Close-Pair $context }
    Ours    = @{
        Text    = '$messages | Send-Datagram'
        Measure = {
            param($context)
            $s, $messages = $context.Sender, $context.Messages
            $clock = [System.Diagnostics.Stopwatch]::StartNew()
            $messages | Send-Datagram $s
            $clock.Elapsed.TotalSeconds / $messages.Count
        }
    }
    Theirs  = $csharpSend
}

@{
    Name    = 'send-array-equal'
    Better  = 'Higher'
    Target  = 4.0
    Size    = 20000, 200000
    Needs   = 'dotnet'
    Setup   = { param($count) Import-CSharpLoop; Open-Pair -Count $count }
    Cleanup = { param($context) Close-Pair $context }
    Ours    = $arraySend
    Theirs  = $csharpSend
}

# No two neighbours are of equal size, so nothing can be joined.
@{
    Name    = 'send-array-mixed'
    Better  = 'Higher'
    Target  = 0.98
    Size    = 20000, 200000
    Needs   = 'dotnet'
    Setup   = { param($count) Import-CSharpLoop; Open-Pair -Count $count -Size 64, 48, 96, 32, 80 }
    Cleanup = { param($context) Close-Pair $context }
    Ours    = @{ Text = $arraySend.Text + ' of mixed sizes'; Measure = $arraySend.Measure }
    Theirs  = $csharpSend
}

@{
    Name    = 'send-batch-64'
    Better  = 'Higher'
    Target  = 3.0
    Size    = 20000, 200000
    Setup   = { param($count) Open-Pair -Count $count }
    Cleanup = { param($context) Close-Pair $context }
    Ours    = @{
        Text    = '$messages | Send-Datagram -BatchSize 64'
        Measure = {
            param($context)
            $s, $messages = $context.Sender, $context.Messages
            $clock = [System.Diagnostics.Stopwatch]::StartNew()
            $messages | Send-Datagram $s -BatchSize 64
            $clock.Elapsed.TotalSeconds / $messages.Count
        }
    }
    Theirs  = @{
        Text    = 'script loop $s.Send($b)'
        Measure = {
            param($context)
            $s, $b, $count = $context.Sender, $context.Messages[0], $context.Messages.Count
            $clock = [System.Diagnostics.Stopwatch]::StartNew()
            for ($i = 0; $i -lt $count; $i++) {
                $null = $s.Send($b)
            }
            $clock.Elapsed.TotalSeconds / $count
        }
    }
}

#--- Receiving -------------------------------------------------------------------------------------

# At 10 n as many datagrams are queued as the receiver's buffer surely holds, several times for one measurement. All
# but the loop in C# keep what they get.
$queueSize = & {
    $socket = New-Socket
    $socket.ReceiveBufferSize = 4MB
    [int][System.Math]::Min([System.Math]::Floor($socket.ReceiveBufferSize / 512 / 10), 800)
    Close-Socket $socket
}

function Open-Queue {
    param([int] $Count)

    $pair = Open-Pair -Count 0
    $pair.Count = $Count
    $pair.Rounds = [int][System.Math]::Max(5, 8000 / $Count)
    $pair.Messages = , [byte[]]::new($messageSize) * $Count
    $pair
}

# Fills the queue and empties it, round by round. Only the receiving is measured.
$receiveOurs = @{
    Text    = '$x = Receive-Datagram -Count n'
    Measure = {
        param($context)
        $s, $count = $context.Receiver, $context.Count
        $clock = [System.Diagnostics.Stopwatch]::new()
        for ($round = 0; $round -lt $context.Rounds; $round++) {
            $context.Messages | Send-Datagram $context.Sender
            $clock.Start()
            $x = Receive-Datagram $s -Count $count -TimeoutSeconds 5
            $clock.Stop()
            if ($x.Count -ne $count) {
                throw "$($x.Count) datagrams came instead of $count."
            }
        }
        $clock.Elapsed.TotalSeconds / $context.Rounds / $count
    }
}

@{
    Name    = 'receive-count-csharp'
    Better  = 'Higher'
    Target  = 1.1
    Size    = $queueSize, ($queueSize * 10)
    Needs   = 'dotnet'
    Setup   = { param($count) Import-CSharpLoop; Open-Queue $count }
    Cleanup = { param($context) Close-Pair $context }
    Ours    = $receiveOurs
    Theirs  = @{
        Text    = 'C# loop socket.ReceiveFrom(span, SocketAddress)'
        Measure = {
            param($context)
            $seconds = 0.0
            for ($round = 0; $round -lt $context.Rounds; $round++) {
                $context.Messages | Send-Datagram $context.Sender
                $seconds += [PSSockets.Benchmarks.DatagramLoops]::Receive($context.Receiver, $context.Count)
            }
            $seconds / $context.Rounds / $context.Count
        }
    }
}

@{
    Name    = 'receive-count-udpclient'
    Better  = 'Higher'
    Target  = 2.5
    Size    = $queueSize, ($queueSize * 10)
    Setup   = {
        param($count)
        $pair = Open-Queue $count
        $pair.Client = [System.Net.Sockets.UdpClient]::new($pair.Receiver.AddressFamily)
        $pair.Client.Client.Dispose()
        $pair.Client.Client = $pair.Receiver
        $pair
    }
    Cleanup = { param($context) Close-Pair $context }
    Ours    = $receiveOurs
    Theirs  = @{
        Text    = 'script loop $x[$i] = $udpClient.Receive([ref] $from)'
        Measure = {
            param($context)
            $udpClient, $count, $from = $context.Client, $context.Count, $null
            $clock = [System.Diagnostics.Stopwatch]::new()
            for ($round = 0; $round -lt $context.Rounds; $round++) {
                $context.Messages | Send-Datagram $context.Sender
                $clock.Start()
                $x = [object[]]::new($count)
                for ($i = 0; $i -lt $count; $i++) {
                    $x[$i] = $udpClient.Receive([ref] $from)
                }
                $clock.Stop()
            }
            $clock.Elapsed.TotalSeconds / $context.Rounds / $count
        }
    }
}

@{
    Name    = 'receive-count-python'
    Better  = 'Higher'
    Target  = 1.8
    Size    = $queueSize, ($queueSize * 10)
    Needs   = 'python3'
    Setup   = { param($count) Open-Queue $count }
    Cleanup = { param($context) Close-Pair $context }
    Ours    = $receiveOurs
    Theirs  = @{
        Text    = 'Python [recvfrom(65535) for _ in range(n)]'
        Measure = { param($context) [double](Invoke-Program python3 "$PSScriptRoot/python/receive.py", $context.Count, $context.Rounds) }
    }
}

#--- Flood -----------------------------------------------------------------------------------------

$floodRate = 1500000

# How many datagrams the kernel threw away because the buffer of the socket was full: the last column of its table.
function Get-DropCount {
    param([System.Net.Sockets.Socket] $Socket)

    $port = ':{0:X4} ' -f $Socket.LocalEndPoint.Port
    $line = [System.IO.File]::ReadAllLines('/proc/net/udp6') | Where-Object { $_.IndexOf($port) -in 30..45 }
    [long]($line.Trim() -split ' +')[-1]
}

# The share of a flood that a receiver of ours keeps: what was sent, and was not thrown away. It ends when nothing has
# come for a second.
function Measure-Flood {
    param([System.Net.Sockets.Socket] $Socket, [string] $Flood, [double] $Seconds)

    $before = Get-DropCount $Socket
    $sender = Start-Program $Flood $Socket.LocalEndPoint.Port, $floodRate, $Seconds
    # Not "$null = ", which collects what it throws away.
    Receive-Datagram $Socket -Count ([int]::MaxValue) -TimeoutSeconds 1 -ErrorAction Ignore > $null
    $sent = [long](Read-ProgramLine $sender)[0]
    Stop-Program $sender
    100 * ($sent - (Get-DropCount $Socket) + $before) / $sent
}

# The same of the receiver in C, which counts what it gets.
function Measure-FloodOfC {
    param([string] $Receiver, [string] $Flood, [double] $Seconds)

    $program = Start-Program $Receiver
    $sender = Start-Program $Flood (Read-ProgramLine $program), $floodRate, $Seconds
    $received = [long](Read-ProgramLine $program)[0]
    $sent = [long](Read-ProgramLine $sender)[0]
    Stop-Program $sender, $program
    100 * $received / $sent
}

function Open-Flood {
    param([double] $Seconds)

    $pair = Open-Pair -Count 0
    $pair.Flood = Resolve-CProgram flood
    $pair.Receive = Resolve-CProgram receive
    $pair.Seconds = $Seconds
    $pair
}

$floodOurs = @{
    Text    = "share of $($floodRate / 1000000)M datagrams/s kept by Receive-Datagram -Count"
    Measure = { param($context) Measure-Flood -Socket $context.Receiver -Flood $context.Flood -Seconds $context.Seconds }
}

$floodTheirs = @{
    Text    = 'by C recvmmsg'
    Measure = { param($context) Measure-FloodOfC -Receiver $context.Receive -Flood $context.Flood -Seconds $context.Seconds }
}

@{
    Name    = 'flood'
    Better  = 'Higher'
    Target  = 0.8
    Unit    = '%'
    Needs   = 'Linux', 'cc'
    Setup   = { Open-Flood -Seconds 2 }
    Cleanup = { param($context) Close-Pair $context }
    Ours    = $floodOurs
    Theirs  = $floodTheirs
}

@{
    Name      = 'long-flood'
    Better    = 'Higher'
    Target    = 0.8
    Unit      = '%'
    Pairs     = 1
    Needs     = 'Linux', 'cc'
    OnRequest = $true
    Setup     = { Open-Flood -Seconds 30 }
    Cleanup   = { param($context) Close-Pair $context }
    Ours      = @{ Text = $floodOurs.Text + ', for 30 s'; Measure = $floodOurs.Measure }
    Theirs    = $floodTheirs
}

@{
    Name      = 'long-flood-memory'
    Better    = 'Lower'
    Target    = 10
    Unit      = 'MB'
    Pairs     = 1
    Needs     = 'Linux', 'cc'
    OnRequest = $true
    Setup     = { Open-Flood -Seconds 30 }
    Cleanup   = { param($context) Close-Pair $context }
    Ours      = @{
        Text    = 'growth of the process in a flood of 30 s'
        Measure = {
            param($context)
            $null = Measure-Flood -Socket $context.Receiver -Flood $context.Flood -Seconds 2
            $before = [System.Environment]::WorkingSet
            $null = Measure-Flood -Socket $context.Receiver -Flood $context.Flood -Seconds $context.Seconds
            ([System.Environment]::WorkingSet - $before) / 1MB
        }
    }
}

#--- Request and reply -----------------------------------------------------------------------------

@{
    Name    = 'round-trip'
    Better  = 'Lower'
    Target  = 1.6
    Size    = 1000, 10000
    Needs   = 'Linux', 'cc'
    Setup   = {
        param($count)
        $socket = New-Socket | Register-SocketAddress '[::1]:0' -PassThru
        $echo = Start-Program (Resolve-CProgram echo)
        @{
            Count  = $count
            Socket = $socket
            Ping   = Resolve-CProgram ping
            Worker = Start-Worker { param($socket) Receive-Datagram $socket -Continuous | Send-Datagram } $socket
            Port   = [int](Read-ProgramLine $echo)
        }
    }
    Cleanup = {
        param($context)
        Stop-Worker $context.Worker
        Close-Socket $context.Socket
    }
    Ours    = @{
        Text    = 'p50, echo by Receive-Datagram -Continuous | Send-Datagram'
        Measure = { param($context) [double](Invoke-Program $context.Ping $context.Socket.LocalEndPoint.Port, $context.Count) / 1e9 }
    }
    Theirs  = @{
        Text    = 'echo in C'
        Measure = { param($context) [double](Invoke-Program $context.Ping $context.Port, $context.Count) / 1e9 }
    }
}

#--- Many sockets ----------------------------------------------------------------------------------

@{
    Name    = 'receive-many'
    Better  = 'Higher'
    Size    = 100, 1000
    Setup   = {
        param($count)
        $sockets = [object[]]@(for ($i = 0; $i -lt $count; $i++) { New-Socket | Register-SocketAddress '[::1]:0' -PassThru })
        $sockets | ForEach-Object { $_.ReceiveTimeout = 5000 }
        @{ Sockets = $sockets; Sender = New-Socket; There = $sockets.LocalEndPoint }
    }
    Cleanup = { param($context) $context.Sockets + $context.Sender | Close-Socket }
    Ours    = @{
        Text    = 'Receive-Datagram of n sockets, one datagram in each'
        Measure = {
            param($context)
            $sockets, $clock = $context.Sockets, [System.Diagnostics.Stopwatch]::new()
            foreach ($round in 1..10) {
                foreach ($endPoint in $context.There) {
                    $null = $context.Sender.SendTo([byte[]]::new($messageSize), $endPoint)
                }
                $clock.Start()
                $x = Receive-Datagram $sockets -TimeoutSeconds 5
                $clock.Stop()
                if ($x.Count -ne $sockets.Count) {
                    throw "$($x.Count) datagrams came instead of $($sockets.Count)."
                }
            }
            $clock.Elapsed.TotalSeconds / 10 / $sockets.Count
        }
    }
    Theirs  = @{
        Text    = 'script loop $s.ReceiveFrom($buffer, [ref] $from)'
        Measure = {
            param($context)
            $sockets, $clock = $context.Sockets, [System.Diagnostics.Stopwatch]::new()
            $buffer = [byte[]]::new(65535)
            foreach ($round in 1..10) {
                foreach ($endPoint in $context.There) {
                    $null = $context.Sender.SendTo([byte[]]::new($messageSize), $endPoint)
                }
                $clock.Start()
                $x = foreach ($s in $sockets) {
                    $from = [System.Net.IPEndPoint]::new([System.Net.IPAddress]::IPv6Any, 0)
                    $length = $s.ReceiveFrom($buffer, [ref] $from)
                    $data = [byte[]]::new($length)
                    [System.Array]::Copy($buffer, $data, $length)
                    , $data
                }
                $clock.Stop()
                if ($x.Count -ne $sockets.Count) {
                    throw "$($x.Count) datagrams came instead of $($sockets.Count)."
                }
            }
            $clock.Elapsed.TotalSeconds / 10 / $sockets.Count
        }
    }
}
