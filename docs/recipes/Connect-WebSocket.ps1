#Requires -Version 7.4

<#
.SYNOPSIS
    Sends messages to a WebSocket server and writes what it sends (RFC 6455).
.DESCRIPTION
    A WebSocket begins as a request of HTTP; then both sides send messages, each in one or more frames. What a client
    sends is masked: each byte is changed by one of four random bytes, so that no proxy takes it for something else.

    Without -Message, or with -Continuous, it goes on until the server closes the connection. A ping of the server is
    answered, and in the end both sides say goodbye.
.PARAMETER Uri
    The address, such as ws://127.0.0.1:8080/path, or wss:// for TLS.
.PARAMETER Message
    The messages to send: text, or byte arrays.
.PARAMETER Count
    How many messages to receive; as many as are sent, if it is not given.
.PARAMETER Continuous
    Receives until the server closes the connection.
.PARAMETER Protocol
    The subprotocols to offer, such as graphql-transport-ws.
.PARAMETER TrustedCertificate
    With wss: the roots to trust in place of those of the system, as Protect-Socket takes them.
.PARAMETER TimeoutSeconds
    How long to wait for the connection, and for each next frame.
.EXAMPLE
    ./Connect-WebSocket.ps1 ws://127.0.0.1:8080/ 'Hello, server!'
.EXAMPLE
    ./Connect-WebSocket.ps1 ws://127.0.0.1:8080/feed -Continuous |
        ConvertFrom-Json
.OUTPUTS
    Each message: a string, or a byte array where it was a binary one.
#>
[CmdletBinding()]
param(
    [Parameter(Mandatory, Position = 0)] [ValidateScript({ $_.IsAbsoluteUri -and $_.Scheme -in 'ws', 'wss' }, ErrorMessage = 'An address begins with ws:// or wss://, but {0} does not.')] [uri] $Uri,
    [Parameter(Position = 1)] [object[]] $Message = @(),
    [ValidateRange(0, 2147483647)] [int] $Count,
    [switch] $Continuous,
    [string[]] $Protocol = @(),
    [object] $TrustedCertificate,
    [ValidateRange(0.001, 2147483)] [double] $TimeoutSeconds = 30
)

$ErrorActionPreference = 'Stop'
if (-not (Get-Command New-Socket -ErrorAction Ignore)) {
    Import-Module $PSScriptRoot/../../output/PSSockets
}
$timeout = @{ TimeoutSeconds = $TimeoutSeconds }
$isEndless = $Continuous -or ($Message.Count -eq 0 -and -not $PSBoundParameters.ContainsKey('Count'))
$wanted = $PSBoundParameters.ContainsKey('Count') ? $Count : $Message.Count

# A length below 126 stands in 7 bits. 126 and 127 say that it comes in the next 2 or 8 bytes.
$head = 'IsLast:1:bool', 'Reserved:3', 'Opcode:4{Continuation=0,Text=1,Binary=2,Close=8,Ping=9,Pong=10}', 'IsMasked:1:bool', 'Length:7'
$lengths = 'Length16:16?Length=126', 'Length64:64?Length=127'
$incoming = New-MessageFormat -Field ($head + $lengths + 'Data:[Length]?Length<126' + 'Data16:[Length16]?Length=126' + 'Data64:[Length64]?Length=127')
$outgoing = New-MessageFormat -Field ($head + $lengths + 'Mask:32:bytes' + 'Data:*')

function Send-Frame {
    param([string] $Opcode, [byte[]] $Data)

    $mask = [System.Security.Cryptography.RandomNumberGenerator]::GetBytes(4)
    $masked = [byte[]]::new($Data.Length)
    for ($i = 0; $i -lt $Data.Length; $i++) {
        $masked[$i] = $Data[$i] -bxor $mask[$i -band 3]
    }
    $frame = @{ IsLast = $true; Opcode = $Opcode; IsMasked = $true; Mask = $mask; Data = $masked }
    switch ($Data.Length) {
        { $_ -lt 126 } { $frame.Length = $_; break }
        { $_ -lt 65536 } { $frame.Length = 126; $frame.Length16 = $_; break }
        default { $frame.Length = 127; $frame.Length64 = $_ }
    }
    Send-SocketData $socket (ConvertTo-BinaryMessage $outgoing $frame) @timeout
}

$port = $Uri.IsDefaultPort -or $Uri.Port -lt 0 ? ($Uri.Scheme -eq 'wss' ? 443 : 80) : $Uri.Port
$socket = Connect-Socket "$($Uri.Host):$port" @timeout
try {
    if ($Uri.Scheme -eq 'wss') {
        $trust = $TrustedCertificate ? @{ TrustedCertificate = $TrustedCertificate } : @{}
        Protect-Socket $socket @trust @timeout
    }

    # The answer proves that the server has read the key: it hashes it with a text of the standard.
    $key = [Convert]::ToBase64String([System.Security.Cryptography.RandomNumberGenerator]::GetBytes(16))
    $hash = [System.Security.Cryptography.SHA1]::HashData([System.Text.Encoding]::ASCII.GetBytes("${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11"))
    $request = @(
        "GET $($Uri.PathAndQuery) HTTP/1.1"
        "Host: $($Uri.Authority)"
        'Upgrade: websocket'
        'Connection: Upgrade'
        "Sec-WebSocket-Key: $key"
        'Sec-WebSocket-Version: 13'
        if ($Protocol) { "Sec-WebSocket-Protocol: $($Protocol -join ', ')" }
        ''
    )
    Send-SocketData $socket $request -NewLineText CRLF @timeout
    $status = Receive-SocketData $socket -Line @timeout
    $headers = @{}
    while ($line = Receive-SocketData $socket -Line @timeout) {
        $name, $value = $line -split ':\s*', 2
        $headers[$name] = $value
    }
    if ($status -notmatch '^HTTP/1\.1 101 ' -or $headers['Sec-WebSocket-Accept'] -cne [Convert]::ToBase64String($hash)) {
        throw "$Uri is not a WebSocket: $status"
    }

    foreach ($one in $Message) {
        if ($one -is [byte[]]) {
            Send-Frame Binary $one
        }
        else {
            Send-Frame Text ([System.Text.Encoding]::UTF8.GetBytes("$one"))
        }
    }

    $received = 0
    $parts = [System.IO.MemoryStream]::new()
    $saysGoodbye = $true
    while ($isEndless -or $received -lt $wanted) {
        $bytes = Receive-SocketData $socket -Format $incoming -AsByteArray -MaximumSize 64MB @timeout
        if (-not $bytes) {
            throw "$Uri has closed the connection without a goodbye."
        }
        $frame = ConvertFrom-BinaryMessage $incoming $bytes
        $data = [byte[]] ($frame.Data ?? $frame.Data16 ?? $frame.Data64)
        $opcode = "$($frame.Opcode)"
        switch ($opcode) {
            'Ping' { Send-Frame Pong $data }
            'Close' {
                Send-Frame Close ([byte[]] @($data | Select-Object -First 2))
                $saysGoodbye = $false
            }
            { $_ -in 'Text', 'Binary', 'Continuation' } {
                if ($opcode -ne 'Continuation') {
                    $kind = $opcode
                }
                $parts.Write($data, 0, $data.Length)
                if ($frame.IsLast) {
                    $received++
                    if ($kind -eq 'Text') {
                        [System.Text.Encoding]::UTF8.GetString($parts.ToArray())
                    }
                    else {
                        Write-Output -InputObject $parts.ToArray() -NoEnumerate
                    }
                    $parts.SetLength(0)
                }
            }
        }
        if (-not $saysGoodbye) {
            break
        }
    }

    # 1000 is the normal end. What the server still sends before its own goodbye is read and not written.
    if ($saysGoodbye) {
        Send-Frame Close ([byte[]] (0x03, 0xE8))
        do {
            $bytes = Receive-SocketData $socket -Format $incoming -AsByteArray -MaximumSize 64MB @timeout
        } until (-not $bytes -or ($bytes[0] -band 15) -eq 8)
    }
}
finally {
    Close-Socket $socket
}
