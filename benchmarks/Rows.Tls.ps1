# Rows about TLS; Rows.ps1 says what a row is. The other side is .NET's SslStream on a thread of this process, the same for
# both. The size of a file is in MiB: 1 GiB, and a tenth of that.

# Connections: the sockets of our side, and those of the other.
function Open-TcpPair {
    param([int] $Count)

    $listener = Start-SocketListener -LocalEndPoint '[::1]:0' -Backlog $Count
    $pair = @{
        Ours  = @(foreach ($number in 1..$Count) { Connect-Socket $listener.LocalEndPoint -TimeoutSeconds 10 })
        Other = @(Receive-SocketConnection $listener -Count $Count -TimeoutSeconds 10)
    }
    Close-Socket $listener
    $pair
}

# Our side of a session is the client. Its stream is a protected socket, or an SslStream.
function Open-TlsPair {
    param([hashtable] $Context, [switch] $Raw)

    $pair = Open-TcpPair 1
    $servers = [PSSockets.Benchmarks.TlsLoops]::BeginServers($pair.Other, $Context.Certificate)
    $client = if ($Raw) {
        [PSSockets.Benchmarks.TlsLoops]::OpenClients($pair.Ours, $Context.Certificate)[0]
    }
    else {
        $pair.Ours[0] | Protect-Socket -TargetHost localhost -TrustedCertificate $Context.Certificate -TimeoutSeconds 10 -PassThru
    }
    $pair.Client = $client
    $pair.Server = $servers.Result[0]
    $pair
}

# The other side first: a client that has received nothing gives its server a moment to end too.
function Close-TcpPair {
    param([hashtable] $Pair)

    Close-Socket $Pair.Other
    Close-Socket $Pair.Ours
}

function Open-TlsFile {
    param([int] $Size)

    Import-CSharpLoop
    $context = New-BenchmarkFile $Size
    $context.Certificate = New-SocketCertificate
    $context.Received = "$($context.Directory)/received"
    $context
}

# From the first byte until the other side has everything and the end.
function Measure-TlsSender {
    param([hashtable] $Context, [scriptblock] $Sender, [switch] $Raw)

    $pair = Open-TlsPair $Context -Raw:$Raw
    $drain = [PSSockets.Benchmarks.TlsLoops]::BeginDrain($pair.Server)
    $clock = [System.Diagnostics.Stopwatch]::StartNew()
    & $Sender $pair.Client $Context.File
    Get-TransferTime $drain.Result, ($clock.Elapsed.TotalSeconds * 1e9) $Context.Size
    Close-TcpPair $pair
}

# Until this side has everything, and the end, in a file.
function Measure-TlsReceiver {
    param([hashtable] $Context, [scriptblock] $Receiver, [switch] $Raw)

    $pair = Open-TlsPair $Context -Raw:$Raw
    $clock = [System.Diagnostics.Stopwatch]::StartNew()
    $fill = [PSSockets.Benchmarks.TlsLoops]::BeginFill($pair.Server, $Context.Size * 1MB)
    & $Receiver $pair.Client $Context.Received
    $seconds = $clock.Elapsed.TotalSeconds
    $null = $fill.Result
    $length = (Get-Item -LiteralPath $Context.Received).Length
    Remove-Item -LiteralPath $Context.Received
    Close-TcpPair $pair
    Get-TransferTime $length, ($seconds * 1e9) $Context.Size
}

@{
    Name    = 'tls-send-file'
    Better  = 'Higher'
    Target  = 0.8
    Size    = 102, 1024
    Needs   = 'Linux', 'dotnet'
    Setup   = { param($size) Open-TlsFile $size }
    Cleanup = { param($context) Remove-BenchmarkFile $context }
    Ours    = @{
        Text    = 'Send-SocketData -Path over TLS'
        Measure = {
            param($context)
            Measure-TlsSender $context {
                param($s, $path)
                Send-SocketData $s -Path $path
                Disconnect-Socket $s -Direction Send
            }
        }
    }
    Theirs  = @{
        Text    = 'C# file.CopyTo(sslStream)'
        Measure = {
            param($context)
            Measure-TlsSender $context -Raw { param($stream, $path) [PSSockets.Benchmarks.TlsLoops]::SendFile($stream, $path) }
        }
    }
}

@{
    Name    = 'tls-receive-file'
    Better  = 'Higher'
    Target  = 0.8
    Size    = 102, 1024
    Needs   = 'Linux', 'dotnet'
    Setup   = { param($size) Open-TlsFile $size }
    Cleanup = { param($context) Remove-BenchmarkFile $context }
    Ours    = @{
        Text    = 'Receive-SocketData -OutFile over TLS'
        Measure = {
            param($context)
            Measure-TlsReceiver $context { param($s, $path) Receive-SocketData $s -OutFile $path }
        }
    }
    Theirs  = @{
        Text    = 'C# sslStream.CopyTo(file)'
        Measure = {
            param($context)
            Measure-TlsReceiver $context -Raw { param($stream, $path) [PSSockets.Benchmarks.TlsLoops]::ReceiveFile($stream, $path) }
        }
    }
}

# The connections are there before. An item is a handshake.
function Measure-TlsHandshake {
    param([hashtable] $Context, [scriptblock] $Client)

    $pair = Open-TcpPair $Context.Count
    $clock = [System.Diagnostics.Stopwatch]::StartNew()
    $servers = [PSSockets.Benchmarks.TlsLoops]::BeginServers($pair.Other, $Context.Certificate)
    $null = & $Client $pair.Ours $Context.Certificate
    $null = $servers.Result
    $clock.Elapsed.TotalSeconds / $Context.Count
    Close-TcpPair $pair
}

@{
    Name   = 'tls-handshake'
    Better = 'Higher'
    Target = 0.9
    Size   = 50, 500
    Needs  = 'dotnet'
    Setup  = {
        param($count)
        Import-CSharpLoop
        @{ Count = $count; Certificate = New-SocketCertificate }
    }
    Ours   = @{
        Text    = '$sockets | Protect-Socket'
        Measure = {
            param($context)
            Measure-TlsHandshake $context {
                param($sockets, $certificate)
                $sockets | Protect-Socket -TargetHost localhost -TrustedCertificate $certificate
            }
        }
    }
    Theirs = @{
        Text    = 'C# loop sslStream.AuthenticateAsClient'
        Measure = {
            param($context)
            Measure-TlsHandshake $context { param($sockets, $certificate) [PSSockets.Benchmarks.TlsLoops]::OpenClients($sockets, $certificate) }
        }
    }
}
