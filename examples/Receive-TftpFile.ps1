#Requires -Version 7.4

<#
.SYNOPSIS
    Reads a file from a TFTP server, in the messages of RFC 1350, and keeps it.
.DESCRIPTION
    The standard's own pictures, in formats/tftp-*.txt, make the messages and read them. Each block that comes is
    confirmed. What gets no answer in time is sent again, five times.
.EXAMPLE
    ./Receive-TftpFile.ps1 -Server 127.0.0.1:69 -Path hello.txt -Destination ./hello.txt
#>
[CmdletBinding()]
param(
    [Parameter(Mandatory)] [string] $Path,
    [Parameter(Mandatory)] [string] $Destination,
    [string] $Server = '127.0.0.1:69',
    [double] $TimeoutSeconds = 2
)

$ErrorActionPreference = 'Stop'
Import-Module $PSScriptRoot/../output/PSSockets

$request = Get-Content $PSScriptRoot/formats/tftp-request.txt | New-MessageFormat
$data = Get-Content $PSScriptRoot/formats/tftp-data.txt | New-MessageFormat
$acknowledgment = Get-Content $PSScriptRoot/formats/tftp-ack.txt | New-MessageFormat
$failure = Get-Content $PSScriptRoot/formats/tftp-error.txt | New-MessageFormat
$any = New-MessageFormat -Field 'Opcode:16', 'Rest:*'
$opcode = @{ Read = 1; Data = 3; Acknowledgment = 4; Error = 5 }
$blockLength = 512

# The server answers from another port than the one it is asked at, so this socket is not connected.
$address = New-SocketAddress -EndPoint $Server
$socket = New-Socket $address.AddressFamily Datagram
try {
    $peer = $null
    $expected = 1
    $length = 0
    $tries = 0
    $isLast = $false
    $message = ConvertTo-BinaryMessage $request @{ Opcode = $opcode.Read; Filename = $Path; Mode = 'octet' }
    Send-Datagram $socket $message $address
    do {
        if (-not (Wait-Socket $socket -TimeoutSeconds $TimeoutSeconds)) {
            $tries++
            if ($tries -gt 5) {
                throw "$Server does not answer."
            }
            Write-Verbose "sending again: block $expected did not come"
            Send-Datagram $socket $message ($peer ?? $address)
            continue
        }

        # The first answer tells the port of this transfer; whoever else sends is told so (RFC 1350, section 4).
        $datagram = Receive-Datagram $socket
        $peer = $peer ?? $datagram.RemoteEndPoint
        if ("$($datagram.RemoteEndPoint)" -ne "$peer") {
            $unknown = ConvertTo-BinaryMessage $failure @{ Opcode = $opcode.Error; ErrorCode = 5; ErrMsg = 'Unknown transfer ID' }
            Send-Datagram $socket $unknown $datagram.RemoteEndPoint
            continue
        }

        $kind = (ConvertFrom-BinaryMessage $any $datagram).Opcode
        if ($kind -eq $opcode.Error) {
            $answer = ConvertFrom-BinaryMessage $failure $datagram
            throw "$Server says: $($answer.ErrMsg) (error $($answer.ErrorCode))"
        }
        if ($kind -ne $opcode.Data) {
            continue
        }

        # A block that was there already is confirmed again, and not written again.
        $block = ConvertFrom-BinaryMessage $data $datagram
        if ($block.Block -eq ($expected -band 0xFFFF)) {
            if ($expected -eq 1) {
                Set-Content -LiteralPath $Destination -Value $block.Data -AsByteStream
            }
            else {
                Add-Content -LiteralPath $Destination -Value $block.Data -AsByteStream
            }
            $expected++
            $tries = 0
            $length += $block.Data.Length
            $message = ConvertTo-BinaryMessage $acknowledgment @{ Opcode = $opcode.Acknowledgment; Block = $block.Block }
            $isLast = $block.Data.Length -lt $blockLength
        }
        Send-Datagram $socket $message $peer
    } until ($isLast)
}
finally {
    Close-Socket $socket
}

"received $length bytes from $peer"
