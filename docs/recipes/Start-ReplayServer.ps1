#Requires -Version 7.4

<#
.SYNOPSIS
    Plays the server of a conversation that was recorded, for tests of a client that need no server.
.DESCRIPTION
    The recording is a file of Export-Clixml, of what `Join-Socket -PassThru` or `Start-TcpProxy.ps1 -Log` wrote:

        Join-Socket $client $server -PassThru | Export-Clixml session.xml
        ./Start-TcpProxy.ps1 127.0.0.1:6379 -Log | Export-Clixml session.xml

    For each client the conversation is played from its beginning: what the server had sent is sent, and as many bytes as
    the client had sent are received, and compared. The first that differ are an error, which says where, and the client
    is closed.

    In a Pester test it runs in another thread, and is stopped at the end:

        $server = Start-ThreadJob { & $using:replay session.xml -LocalEndPoint 127.0.0.1:7000 }
.PARAMETER Path
    The recording.
.PARAMETER LocalEndPoint
    Where to wait for clients. Port 0 is a free one, which the first line of the output tells.
.PARAMETER ServerSpeaksFirst
    The first piece of the recording is the server's, as with SMTP and other protocols that begin with a greeting. A
    recording of Start-TcpProxy.ps1 tells by itself who sent what.
.PARAMETER AnyRequest
    Takes whatever the client sends, as long as it has as many bytes.
.PARAMETER Count
    How many clients are served; without it any number, until Ctrl+C.
.PARAMETER TimeoutSeconds
    How long to wait for the client to go on.
.EXAMPLE
    ./Start-ReplayServer.ps1 session.xml -LocalEndPoint 127.0.0.1:6380
.EXAMPLE
    ./Start-ReplayServer.ps1 smtp.xml -ServerSpeaksFirst -AnyRequest -Count 1
.OUTPUTS
    A line when it waits, and one for each client that got the whole conversation.
#>
[CmdletBinding()]
param(
    [Parameter(Mandatory, Position = 0)] [string] $Path,
    [Parameter(Position = 1)] [string] $LocalEndPoint = '127.0.0.1:0',
    [switch] $ServerSpeaksFirst,
    [switch] $AnyRequest,
    [ValidateRange(1, 1000000)] [int] $Count = 1000000,
    [ValidateRange(0.001, 3600)] [double] $TimeoutSeconds = 10
)

if (-not (Get-Command New-Socket -ErrorAction Ignore)) {
    Import-Module $PSScriptRoot/../../output/PSSockets
}

# Neighbours of one sender are one piece: where they were cut says nothing.
$pieces = [System.Collections.Generic.List[hashtable]]::new()
$first = $null
foreach ($record in Import-Clixml -LiteralPath $Path | Where-Object { $_.Data }) {
    $first ??= $record.Socket.Id
    $isServer = $record.Sender ? $record.Sender -eq 'server' : ($record.Socket.Id -eq $first) -eq $ServerSpeaksFirst
    if ($pieces.Count -gt 0 -and $pieces[-1].IsServer -eq $isServer) {
        $pieces[-1].Data += [byte[]] $record.Data
    }
    else {
        $pieces.Add(@{ IsServer = $isServer; Data = [byte[]] $record.Data })
    }
}
if ($pieces.Count -eq 0) {
    throw "There is no conversation in $Path."
}

$listener = Start-SocketListener -LocalEndPoint $LocalEndPoint -ErrorAction Stop
try {
    "waiting on $($listener.LocalEndPoint)"
    Receive-SocketConnection $listener -Count $Count | ForEach-Object {
        $client = $_
        $place = 0
        try {
            foreach ($piece in $pieces) {
                if ($piece.IsServer) {
                    Send-SocketData $client $piece.Data -TimeoutSeconds $TimeoutSeconds -ErrorAction Stop
                    continue
                }
                $request = Receive-SocketData $client -Length $piece.Data.Length -TimeoutSeconds $TimeoutSeconds -ErrorAction Stop
                $recorded = [System.Text.Encoding]::Latin1.GetString($piece.Data)
                $received = [System.Text.Encoding]::Latin1.GetString($request.Data ?? @())
                if (-not $AnyRequest -and $received -cne $recorded) {
                    $same = 0
                    while ($same -lt $received.Length -and $received[$same] -ceq $recorded[$same]) {
                        $same++
                    }
                    throw "The client's byte $($place + $same) is not the one that was recorded: '$received' instead of '$recorded'."
                }
                $place += $piece.Data.Length
            }
            Disconnect-Socket $client -Direction Send -ErrorAction Stop
            "$($client.RemoteEndPoint ?? 'a client') has got the whole conversation"
        }
        catch {
            Write-Error "$_"
        }
        finally {
            Close-Socket $client
        }
    }
}
finally {
    Close-Socket $listener
}
