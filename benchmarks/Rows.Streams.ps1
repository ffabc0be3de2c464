# Rows about streams and files; Rows.ps1 says what a row is. The size of a file is in MiB: 1 GiB, and a tenth of that.

#--- Files -----------------------------------------------------------------------------------------

$memoryDirectory = '/dev/shm'
$temporaryDirectory = [System.IO.Path]::GetTempPath()

# Whether a file system has room for a file of 1 GiB that is sent and one that is received.
function Test-Room {
    param([string] $Directory)

    (Test-Path -LiteralPath $Directory) -and [System.IO.DriveInfo]::new($Directory).AvailableFreeSpace -gt 3GB
}

# A directory with a file of so many MiB in memory, where there is room for it.
function New-BenchmarkFile {
    [Diagnostics.CodeAnalysis.SuppressMessageAttribute('PSUseShouldProcessForStateChangingFunctions', '', Justification = 'Makes only what the row removes.')]
    param([int] $Size)

    $directory = "$((Test-Room $memoryDirectory) ? $memoryDirectory : $temporaryDirectory)/PSSockets-$([guid]::NewGuid())"
    $null = New-Item -ItemType Directory -Path $directory
    $block = [byte[]]::new(1MB)
    [System.Random]::new(1).NextBytes($block)
    $file = [System.IO.File]::Create("$directory/file")
    try {
        for ($i = 0; $i -lt $Size; $i++) {
            $file.Write($block, 0, $block.Length)
        }
    }
    finally {
        $file.Dispose()
    }
    @{ Directory = $directory; File = "$directory/file"; Size = $Size }
}

function Remove-BenchmarkFile {
    [Diagnostics.CodeAnalysis.SuppressMessageAttribute('PSUseShouldProcessForStateChangingFunctions', '', Justification = 'Removes only what the row made.')]
    param([hashtable] $Context)

    Remove-Item -LiteralPath $Context.Directory -Recurse
}

# The seconds for one MiB, of what a program in C has written: bytes, of which none may be missing, and nanoseconds.
function Get-TransferTime {
    param([string[]] $Line, [int] $Size)

    $bytes, $nanoseconds = [long[]]$Line
    if ($bytes -ne $Size * 1MB) {
        throw "$bytes bytes came instead of $($Size * 1MB)."
    }
    $nanoseconds / 1e9 / $Size
}

# All senders are measured by the receiver, a program in C: from the connection to its end.
function Measure-FileSender {
    param([hashtable] $Context, [scriptblock] $Sender)

    $sink = Start-Program (Resolve-CProgram sink)
    try {
        $port = [int](Read-ProgramLine $sink)
        & $Sender $Context $port
        Get-TransferTime (Read-ProgramLine $sink) $Context.Size
    }
    finally {
        Stop-Program $sink
    }
}

$sendFileOurs = @{
    Text    = 'Send-SocketData -Path'
    Measure = {
        param($context)
        Measure-FileSender $context {
            param($context, $port)
            $s = Connect-Socket "[::1]:$port" -TimeoutSeconds 10
            Send-SocketData $s -Path $context.File
            Close-Socket $s
        }
    }
}

# Waits for the sender's end, so that it cannot be in the way of the next measurement.
function Wait-FileSender {
    param([string] $Path, [string[]] $ArgumentList)

    $program = Start-Program $Path $ArgumentList
    $isOver = $program.WaitForExit(70000)
    $exitCode = $isOver ? $program.ExitCode : 'none'
    Stop-Program $program
    if ($exitCode -ne 0) {
        throw "$Path failed, exit code $exitCode."
    }
}

@{
    Name    = 'send-file-c'
    Better  = 'Higher'
    Target  = 0.85
    Size    = 102, 1024
    Needs   = 'Linux', 'cc'
    Setup   = { param($size) New-BenchmarkFile $size }
    Cleanup = { param($context) Remove-BenchmarkFile $context }
    Ours    = $sendFileOurs
    Theirs  = @{
        Text    = 'C sendfile'
        Measure = {
            param($context)
            Measure-FileSender $context { param($context, $port) Wait-FileSender (Resolve-CProgram sendfile) $port, $context.File }
        }
    }
}

@{
    Name    = 'send-file-socat'
    Better  = 'Higher'
    Target  = 0.9
    Size    = 102, 1024
    Needs   = 'Linux', 'cc', 'socat'
    Setup   = { param($size) New-BenchmarkFile $size }
    Cleanup = { param($context) Remove-BenchmarkFile $context }
    Ours    = $sendFileOurs
    Theirs  = @{
        Text    = 'socat -b1M'
        Measure = {
            param($context)
            Measure-FileSender $context { param($context, $port) Wait-FileSender socat '-u', '-b1048576', "OPEN:$($context.File),rdonly", "TCP6:[::1]:$port" }
        }
    }
}

@{
    Name    = 'send-file-ncat'
    Better  = 'Higher'
    Size    = 102, 1024
    Needs   = 'Linux', 'cc', 'ncat'
    Setup   = { param($size) New-BenchmarkFile $size }
    Cleanup = { param($context) Remove-BenchmarkFile $context }
    Ours    = $sendFileOurs
    Theirs  = @{
        Text    = 'ncat --send-only'
        Measure = {
            param($context)
            Measure-FileSender $context { param($context, $port) Wait-FileSender sh '-c', 'exec ncat --send-only ::1 "$0" <"$1"', $port, $context.File }
        }
    }
}

# What stands in the middle copies from a UNIX socket, at which socat sends the file, to the sink.
function Measure-Joiner {
    param([hashtable] $Context, [scriptblock] $Joiner)

    $path = "$($Context.Directory)/$([guid]::NewGuid().ToString('N').Substring(0, 8)).sock"
    $source = Start-Program socat '-u', '-b1048576', "OPEN:$($Context.File),rdonly", "UNIX-LISTEN:$path"
    try {
        while (-not (Test-Path -LiteralPath $path)) {
            if ($source.HasExited) {
                throw 'socat does not listen.'
            }
        }
        $Context.Path = $path
        Measure-FileSender $Context $Joiner
    }
    finally {
        Stop-Program $source
    }
}

@{
    Name    = 'join-socat'
    Better  = 'Higher'
    Target  = 0.9
    Size    = 102, 1024
    Needs   = 'Linux', 'cc', 'socat'
    Setup   = { param($size) New-BenchmarkFile $size }
    Cleanup = { param($context) Remove-BenchmarkFile $context }
    Ours    = @{
        Text    = 'Join-Socket'
        Measure = {
            param($context)
            Measure-Joiner $context {
                param($context, $port)
                $left = Connect-Socket $context.Path -TimeoutSeconds 10
                $right = Connect-Socket "[::1]:$port" -TimeoutSeconds 10
                Join-Socket $left $right
                Close-Socket $left, $right
            }
        }
    }
    Theirs  = @{
        Text    = 'socat'
        Measure = {
            param($context)
            Measure-Joiner $context { param($context, $port) Wait-FileSender socat "UNIX-CONNECT:$($context.Path)", "TCP6:[::1]:$port" }
        }
    }
}

# All receivers are measured by the sender, a program in C: from the byte by which the receiver lets it begin until the
# receiver has closed its side, by when it has everything.
function Measure-StreamReceiver {
    param([string] $Sender, [string[]] $ArgumentList, [scriptblock] $Receiver, [hashtable] $Context)

    $listener = Start-SocketListener -LocalEndPoint '[::1]:0'
    $program = Start-Program $Sender (@("$($listener.LocalEndPoint.Port)") + $ArgumentList)
    try {
        $s = Receive-SocketConnection $listener -TimeoutSeconds 10
        Send-SocketData $s 'g'
        $null = & $Receiver $Context $s
        Close-Socket $s
        Read-ProgramLine $program
    }
    finally {
        Stop-Program $program
        Close-Socket $listener
    }
}

foreach ($place in 'disk', 'memory') {
    @{
        Name    = "receive-file-$place"
        Better  = 'Higher'
        Target  = 0.8
        Size    = 102, 1024
        Needs   = 'Linux', 'cc'
        Unless  = $place -eq 'disk' ? { if (-not (Test-Room $temporaryDirectory)) { "3 GB of room in $temporaryDirectory" } } : { if (-not (Test-Room $memoryDirectory)) { "3 GB of room in $memoryDirectory" } }
        Setup   = $place -eq 'disk' ? { param($size) Open-FileReceiver $size $temporaryDirectory } : { param($size) Open-FileReceiver $size $memoryDirectory }
        Cleanup = {
            param($context)
            Remove-Item -LiteralPath $context.Received -ErrorAction Ignore
            Remove-BenchmarkFile $context
        }
        Ours    = @{
            Text    = "Receive-SocketData -OutFile, on $place"
            Measure = {
                param($context)
                $line = Measure-StreamReceiver -Sender (Resolve-CProgram sendfile) -ArgumentList $context.File, 'wait' -Context $context -Receiver {
                    param($context, $s)
                    Receive-SocketData $s -OutFile $context.Received
                }
                Remove-Item -LiteralPath $context.Received
                Get-TransferTime $line $context.Size
            }
        }
        Theirs  = @{
            Text    = 'C recv, write'
            Measure = {
                param($context)
                $receiver = Start-Program (Resolve-CProgram receivefile) $context.Received
                $port = [int](Read-ProgramLine $receiver)
                $line = Invoke-Program (Resolve-CProgram sendfile) $port, $context.File, 'wait'
                Stop-Program $receiver
                Remove-Item -LiteralPath $context.Received
                Get-TransferTime $line $context.Size
            }
        }
    }
}

function Open-FileReceiver {
    param([int] $Size, [string] $Directory)

    $context = New-BenchmarkFile $Size
    $context.Received = "$Directory/PSSockets-$([guid]::NewGuid())"
    $context
}

#--- Lines -----------------------------------------------------------------------------------------

function Measure-Line {
    param([hashtable] $Context, [scriptblock] $Receiver)

    $line = Measure-StreamReceiver -Sender $Context.Lines -ArgumentList $Context.Count -Context $Context -Receiver $Receiver
    [long]$line[1] / 1e9 / $Context.Count
}

$linesOurs = @{
    Text    = 'Receive-SocketData -Line -Continuous > $null'
    Measure = {
        param($context)
        Measure-Line -Context $context -Receiver {
            param($context, $s)
            Receive-SocketData $s -Line -Continuous > $null
        }
    }
}

# PowerShell compiles a loop whose variables are those of a function. It does not at the prompt, nor in the file that
# -File names or that is dot-sourced.
@{
    Name   = 'lines'
    Better = 'Higher'
    Target = 3.0
    Size   = 1000000, 10000000
    Needs  = 'Linux', 'cc'
    Setup  = { param($count) @{ Count = $count; Lines = Resolve-CProgram lines } }
    Ours   = $linesOurs
    Theirs = @{
        Text    = 'script loop $reader.ReadLine() at the prompt'
        Measure = {
            param($context)
            Measure-Line -Context $context -Receiver {
                param($context, $s)
                . {
                    $reader = [System.IO.StreamReader]::new([System.Net.Sockets.NetworkStream]::new($s))
                    while ($null -ne ($text = $reader.ReadLine())) {
                        $last = $text
                    }
                    $last
                }
            }
        }
    }
}

@{
    Name   = 'lines-function'
    Better = 'Higher'
    Size   = 1000000, 10000000
    Needs  = 'Linux', 'cc'
    Setup  = { param($count) @{ Count = $count; Lines = Resolve-CProgram lines } }
    Ours   = $linesOurs
    Theirs = @{
        Text    = 'the same loop in a function'
        Measure = {
            param($context)
            Measure-Line -Context $context -Receiver {
                param($context, $s)
                $reader = [System.IO.StreamReader]::new([System.Net.Sockets.NetworkStream]::new($s))
                while ($null -ne ($text = $reader.ReadLine())) {
                    $last = $text
                }
                $last
            }
        }
    }
}
