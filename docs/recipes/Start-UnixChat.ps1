#Requires -Version 7.4

<#
.SYNOPSIS
    A chat server at a UNIX socket: what one client writes, all others read.
.DESCRIPTION
    The first line of a client is its name, and each further line goes to everybody else. Join-UnixChat.ps1 is a client,
    and so is socat: socat - UNIX-CONNECT:PATH

    A UNIX socket is a name in the file system. It takes connections from this machine alone, and the rights of the file
    and its directory say from whom.

    One loop serves all clients: Wait-Socket tells who has something to say. It never waits for a single one. Lines are put
    together here, because half a line may come, and the other half much later. A client that does not take what it is sent
    within a second, or whose line has no end, is shown out.

    Ctrl+C ends the chat, and the name in the file system is removed.
.PARAMETER Path
    The name of the socket in the file system.
.PARAMETER MaximumLength
    The longest line, in characters.
.EXAMPLE
    ./Start-UnixChat.ps1 ./chat.sock
.EXAMPLE
    ./Start-UnixChat.ps1 -Path /run/chat/chat.sock -MaximumLength 500
.OUTPUTS
    A line when it waits, and what is said.
#>
[CmdletBinding()]
param(
    [Parameter(Position = 0)] [string] $Path = (Join-Path ([System.IO.Path]::GetTempPath()) 'chat.sock'),
    [ValidateRange(1, 1048576)] [int] $MaximumLength = 4096
)

$ErrorActionPreference = 'Stop'
if (-not (Get-Command New-Socket -ErrorAction Ignore)) {
    Import-Module $PSScriptRoot/../../output/PSSockets
}

# What is known of each client, by its socket.
$clients = [System.Collections.Generic.Dictionary[System.Net.Sockets.Socket, hashtable]]::new()

# Sends a line to all who have said their name, but not to the one who wrote it.
function Send-Line {
    param([string] $Line, [System.Net.Sockets.Socket] $From)

    $Line
    foreach ($other in @($clients.Keys)) {
        if ($other -ne $From -and $clients[$other].Name) {
            Send-SocketData $other $Line -NewLine -TimeoutSeconds 1 -ErrorAction SilentlyContinue -ErrorVariable failure
            if ($failure) {
                Disconnect-Client $other
            }
        }
    }
}

function Disconnect-Client {
    param([System.Net.Sockets.Socket] $Socket)

    $name = $clients[$Socket].Name
    $null = $clients.Remove($Socket)
    Close-Socket $Socket
    if ($name) {
        Send-Line "* $name has left"
    }
}

$listener = New-Socket Unix Stream
try {
    # -Force replaces what a server left behind that was killed, but not the socket of one that runs.
    Register-SocketAddress $listener "unix:$Path" -Force
    Start-SocketListener $listener
    "waiting on $($listener.LocalEndPoint)"

    while ($true) {
        foreach ($socket in Wait-Socket (@($listener) + @($clients.Keys))) {
            if ($socket -eq $listener) {
                # A decoder keeps the first bytes of a character whose others have not come yet.
                $accepted = Receive-SocketConnection $listener
                $clients[$accepted] = @{ Name = ''; Pending = ''; Decoder = [System.Text.Encoding]::UTF8.GetDecoder() }
                continue
            }

            # It may have been shown out while the others were served.
            $client = $clients[$socket]
            if (-not $client) {
                continue
            }
            $data = Receive-SocketData $socket -ErrorAction SilentlyContinue
            if (-not $data) {
                Disconnect-Client $socket
                continue
            }
            $characters = [char[]]::new($data.Length + 1)
            $count = $client.Decoder.GetChars($data.Data, 0, $data.Length, $characters, 0)
            $lines = ($client.Pending + [string]::new($characters, 0, $count)) -split '\r?\n'
            $client.Pending = $lines[-1]
            if ($lines.Where({ $_.Length -gt $MaximumLength })) {
                Disconnect-Client $socket
                continue
            }
            foreach ($line in $lines | Select-Object -SkipLast 1) {
                # Control characters could do things to somebody's terminal.
                $line = $line -replace '\p{Cc}'
                if ($client.Name) {
                    Send-Line "$($client.Name): $line" $socket
                }
                elseif ($line.Trim()) {
                    $client.Name = $line.Trim()
                    Send-Line "* $($client.Name) is here" $socket
                }
            }
        }
    }
}
finally {
    @($clients.Keys) + $listener | Close-Socket
}
