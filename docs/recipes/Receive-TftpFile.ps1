#Requires -Version 7.4

<#
.SYNOPSIS
    Fetches a file from a TFTP server.
.DESCRIPTION
    TFTP (RFC 1350) moves a file over UDP in blocks of 512 bytes. Each block is confirmed before the next one comes,
    and a block that is shorter is the last. Here whatever gets no answer in time is sent again, up to five times.

    The request goes to the port of the server, but the answer comes from another port, which is the one of this
    transfer. The socket is therefore connected to it as soon as the first answer is there: from then on the system
    lets nobody else in.

    The messages are written here as lists of fields. examples/Receive-TftpFile.ps1 reads them from the pictures in
    the standard, and also tells strangers that they are wrong.

    The file appears under its name when it is complete; a file of that name is replaced.
.PARAMETER Path
    The name of the file at the server.
.PARAMETER Destination
    The file to write. Without it, it is the name of the file at the server, in the current directory.
.PARAMETER Server
    Address and port of the server.
.PARAMETER TimeoutSeconds
    How long to wait for an answer before sending again.
.EXAMPLE
    ./Receive-TftpFile.ps1 -Path boot/kernel.img -Server 127.0.0.1:69
.EXAMPLE
    ./Receive-TftpFile.ps1 boot/kernel.img ./kernel.bin -Server '[::1]:69'
.OUTPUTS
    The file, as Get-Item gives it.
#>
[CmdletBinding()]
param(
    [Parameter(Mandatory, Position = 0)] [string] $Path,
    [Parameter(Position = 1)] [string] $Destination = (Split-Path -Leaf $Path),
    [Parameter(Position = 2)] [string] $Server = '127.0.0.1:69',
    [ValidateRange(0.001, 3600)] [double] $TimeoutSeconds = 1
)

$ErrorActionPreference = 'Stop'
if (-not (Get-Command New-Socket -ErrorAction Ignore)) {
    Import-Module $PSScriptRoot/../../output/PSSockets
}

$request = New-MessageFormat -Field 'Opcode:16', 'Filename:*0:utf8', 'Zero:8', 'Mode:*0:ascii', 'Zero2:8'
$block = New-MessageFormat -Field 'Opcode:16', 'Number:16', 'Data:*'
$failure = New-MessageFormat -Field 'Opcode:16', 'Code:16', 'Message:*0:utf8', 'Zero:8'
$readRequest, $data, $acknowledgment, $problem = 1, 3, 4, 5

$address = New-SocketAddress -EndPoint $Server
$socket = New-Socket $address.AddressFamily Datagram
$target = $ExecutionContext.SessionState.Path.GetUnresolvedProviderPathFromPSPath($Destination)
$part = [System.IO.File]::Create("$target.part")
try {
    $peer = $address
    $expected = 1
    $tries = 0
    $isLast = $false
    $message = ConvertTo-BinaryMessage $request @{ Opcode = $readRequest; Filename = $Path; Mode = 'octet' }
    Send-Datagram $socket $message $peer
    while (-not $isLast) {
        if (-not (Wait-Socket $socket -TimeoutSeconds $TimeoutSeconds)) {
            if (++$tries -gt 5) {
                throw "$Server does not answer."
            }
            Send-Datagram $socket $message $peer
            continue
        }

        $datagram = Receive-Datagram $socket
        if ($socket.State -ne 'Connected') {
            $peer = $datagram.RemoteEndPoint
            Connect-Socket $socket $peer
        }
        $answer = ConvertFrom-BinaryMessage $block $datagram
        if ($answer.Opcode -eq $problem) {
            $answer = ConvertFrom-BinaryMessage $failure $datagram
            throw "$Server says: $($answer.Message) (error $($answer.Code))"
        }

        # A block that comes a second time is confirmed a second time, and not written. Numbers begin again after 65535.
        if ($answer.Opcode -eq $data) {
            if ($answer.Number -eq ($expected -band 0xFFFF)) {
                $part.Write($answer.Data, 0, $answer.Data.Length)
                $expected++
                $tries = 0
                $isLast = $answer.Data.Length -lt 512
                $message = ConvertTo-BinaryMessage $block @{ Opcode = $acknowledgment; Number = $answer.Number }
            }
            Send-Datagram $socket $message $peer
        }
    }
    $part.Dispose()
    Move-Item -LiteralPath $part.Name -Destination $target -Force
    Get-Item -LiteralPath $target
}
finally {
    Close-Socket $socket
    $part.Dispose()
    Remove-Item -LiteralPath $part.Name -ErrorAction Ignore
}
