# The rows of the benchmark, which Measure-PSSockets.ps1 measures. A row is a hashtable:
#
# Name          what -Filter looks at.
# Better        'Higher' compares rates, 'Lower' compares times.
# Target        the ratio to reach; without it the row has no verdict.
# Setup         makes what both sides need, and gives it as one object, the context.
# Cleanup       gets the context, and takes it down.
# Ours, Theirs  Text, which says what is measured, and Measure: it gets the context, does the work, and gives the
#               seconds that one operation took. What it does before it starts its clock is not measured.
#
# Everything goes over [::1]. In a Measure, what the loop uses is copied to local variables first, because those are
# much faster than properties and than variables of the caller.

#--- Datagrams -------------------------------------------------------------------------------------

$size = 64

# A connected sender and its receiver. Nobody empties the receiver while senders are measured: from the first pair on
# it is full for both sides.
function Open-Pair {
    param([int] $Count)

    $receiver = New-Socket | Register-SocketAddress '[::1]:0' -PassThru
    $receiver.ReceiveBufferSize = 4MB # Linux gives at most net.core.rmem_max, and counts bookkeeping in
    $receiver.ReceiveTimeout = 5000
    $messages = [object[]]::new($Count)
    for ($i = 0; $i -lt $Count; $i++) {
        $messages[$i] = [byte[]]::new($size)
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

$sendLoop = @{
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

@{
    Name    = 'send-pipeline'
    Better  = 'Higher'
    Setup   = { Open-Pair -Count 20000 }
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
    Theirs  = $sendLoop
}

@{
    Name    = 'send-array'
    Better  = 'Higher'
    Setup   = { Open-Pair -Count 20000 }
    Cleanup = { param($context) Close-Pair $context }
    Ours    = @{
        Text    = 'Send-Datagram -InputObject $array'
        Measure = {
            param($context)
            $s, $array = $context.Sender, $context.Messages
            $clock = [System.Diagnostics.Stopwatch]::StartNew()
            Send-Datagram $s -InputObject $array
            $clock.Elapsed.TotalSeconds / $array.Count
        }
    }
    Theirs  = $sendLoop
}

@{
    Name    = 'send-batch'
    Better  = 'Higher'
    Target  = 3.0
    Setup   = { Open-Pair -Count 20000 }
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
    Theirs  = $sendLoop
}

# As many datagrams are queued as the receiver's buffer surely holds, several times for one measurement. Each side
# keeps what it gets.
@{
    Name    = 'receive-count'
    Better  = 'Higher'
    Target  = 2.5
    Setup   = {
        $pair = Open-Pair -Count 0
        $pair.Count = [int][System.Math]::Min($pair.Receiver.ReceiveBufferSize / 1KB, 4000)
        $pair.Rounds = [int][System.Math]::Ceiling(8000 / $pair.Count)
        $pair.Messages = , [byte[]]::new($size) * $pair.Count
        $pair.Client = [System.Net.Sockets.UdpClient]::new($pair.Receiver.AddressFamily)
        $pair.Client.Client.Dispose()
        $pair.Client.Client = $pair.Receiver
        $pair
    }
    Cleanup = { param($context) Close-Pair $context }
    Ours    = @{
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

#--- Request and reply -----------------------------------------------------------------------------

# An echo server in a runspace of its own: -Server is its script and gets the socket and the path of the module.
function Open-Echo {
    param([scriptblock] $Server)

    $socket = New-Socket | Register-SocketAddress '[::1]:0' -PassThru
    $client = New-Socket | Connect-Socket $socket.LocalEndPoint -PassThru
    $client.ReceiveTimeout = 5000
    $powerShell = [powershell]::Create([initialsessionstate]::CreateDefault2())
    $null = $powerShell.AddScript("$Server").AddArgument($socket).AddArgument((Get-Module -Name PSSockets).Path)
    @{ Socket = $socket; Client = $client; PowerShell = $powerShell; Running = $powerShell.BeginInvoke() }
}

# Seconds of the median round trip.
function Measure-RoundTrip {
    param([System.Net.Sockets.Socket] $Client)

    $message, $buffer, $times = [byte[]]::new($size), [byte[]]::new($size), [double[]]::new(500)
    $clock = [System.Diagnostics.Stopwatch]::new()
    for ($i = 0; $i -lt $times.Count; $i++) {
        $clock.Restart()
        $null = $Client.Send($message)
        $null = $Client.Receive($buffer)
        $times[$i] = $clock.Elapsed.TotalSeconds
    }
    [array]::Sort($times)
    $times[$times.Count / 2]
}

@{
    Name    = 'round-trip'
    Better  = 'Lower'
    Setup   = {
        @{
            Ours   = Open-Echo {
                param($socket, $module)
                Import-Module -Name $module
                Receive-Datagram $socket -Continuous | Send-Datagram
            }
            Theirs = Open-Echo {
                param($socket)
                $buffer = [byte[]]::new(65535)
                $from = [System.Net.IPEndPoint]::new([System.Net.IPAddress]::IPv6Any, 0)
                do {
                    $length = $socket.ReceiveFrom($buffer, [ref] $from)
                    $null = $socket.SendTo($buffer, 0, $length, 'None', $from)
                } while ($length)
            }
        }
    }
    Cleanup = {
        param($context)
        $null = $context.Theirs.Client.Send([byte[]]::new(0)) # ends the loop, which Stop could not wake
        $null = $context.Theirs.PowerShell.EndInvoke($context.Theirs.Running)
        $context.Ours.PowerShell.Stop()
        foreach ($echo in $context.Ours, $context.Theirs) {
            $echo.PowerShell.Dispose()
            $echo.Client, $echo.Socket | Close-Socket
        }
    }
    Ours    = @{
        Text    = 'p50, echo by Receive-Datagram -Continuous | Send-Datagram'
        Measure = { param($context) Measure-RoundTrip $context.Ours.Client }
    }
    Theirs  = @{
        Text    = 'echo by script loop ReceiveFrom, SendTo'
        Measure = { param($context) Measure-RoundTrip $context.Theirs.Client }
    }
}

#--- Network order ---------------------------------------------------------------------------------

@{
    Name   = 'network-order'
    Better = 'Higher'
    Setup  = { , [uint32[]](1..50000) }
    Ours   = @{
        Text    = 'ConvertTo-NetworkOrder $integers -AsByteArray'
        Measure = {
            param($integers)
            $clock = [System.Diagnostics.Stopwatch]::StartNew()
            $bytes = ConvertTo-NetworkOrder $integers -AsByteArray
            $clock.Elapsed.TotalSeconds / ($bytes.Count / 4)
        }
    }
    Theirs = @{
        Text    = 'script loop BinaryPrimitives.ReverseEndianness'
        Measure = {
            param($integers)
            $clock = [System.Diagnostics.Stopwatch]::StartNew()
            $count = $integers.Count
            $swapped, $bytes = [uint32[]]::new($count), [byte[]]::new($count * 4)
            for ($i = 0; $i -lt $count; $i++) {
                $swapped[$i] = [System.Buffers.Binary.BinaryPrimitives]::ReverseEndianness($integers[$i])
            }
            [System.Buffer]::BlockCopy($swapped, 0, $bytes, 0, $bytes.Count)
            $clock.Elapsed.TotalSeconds / ($bytes.Count / 4)
        }
    }
}

#--- Import ----------------------------------------------------------------------------------------

# Seconds of Import-Module in a fresh process of the PowerShell that runs this one.
function Measure-Import {
    param([string] $Script, [string] $Module)

    $program = [System.Environment]::ProcessPath
    $start = @(if ((Split-Path -Path $program -LeafBase) -eq 'dotnet') { "$PSHOME/pwsh.dll" })
    & $program @start -NoProfile -NonInteractive -File "$Script" "$Module"
}

@{
    Name    = 'import'
    Better  = 'Lower'
    Target  = 2.0
    Setup   = {
        $directory = (New-Item -ItemType Directory -Path ([System.IO.Path]::GetTempPath()) -Name "PSSockets-$([guid]::NewGuid())").FullName
        Add-Type -OutputAssembly "$directory/Empty.dll" -TypeDefinition @'
using System.Management.Automation;

[Cmdlet(VerbsCommon.Get, "Nothing")]
public sealed class GetNothingCommand : PSCmdlet
{
}
'@
        New-ModuleManifest -Path "$directory/Empty.psd1" -RootModule 'Empty.dll' -CmdletsToExport 'Get-Nothing' -FunctionsToExport @() -AliasesToExport @()
        Set-Content -Path "$directory/import.ps1" -Value {
            $clock = [System.Diagnostics.Stopwatch]::StartNew()
            Import-Module -Name $args[0] -ErrorAction Stop
            $clock.Elapsed.TotalSeconds.ToString([cultureinfo]::InvariantCulture)
        }
        @{ Directory = $directory; Module = (Get-Module -Name PSSockets).Path -replace '\.dll$', '.psd1' }
    }
    Cleanup = { param($context) Remove-Item -LiteralPath $context.Directory -Recurse }
    Ours    = @{
        Text    = 'Import-Module PSSockets'
        Measure = { param($context) Measure-Import "$($context.Directory)/import.ps1" $context.Module }
    }
    Theirs  = @{
        Text    = 'Import-Module of an empty one-cmdlet module'
        Measure = { param($context) Measure-Import "$($context.Directory)/import.ps1" "$($context.Directory)/Empty.psd1" }
    }
}
