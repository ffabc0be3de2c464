#Requires -Version 7.4

<#
.SYNOPSIS
    Sends a file with its name, length and SHA-256 checksum, and learns whether it has arrived whole.
.DESCRIPTION
    TCP delivers bytes; it does not say where a file ends, what it is called, or whether the other program has stored it.
    So the two sides talk about it, in messages after their length (-LengthPrefix 2):

    - The sender sends a header: name, length and checksum of the file.
    - The receiver answers whether it wants the file.
    - The bytes of the file follow, as many as the header says, with a progress bar when it takes long.
    - The receiver answers whether it has stored the file, with the checksum of what it has got.

    Receive-FileWithChecksum.ps1 is the other side.
.PARAMETER Path
    The file to send.
.PARAMETER RemoteEndPoint
    Where the receiver waits: address and port, or the path of a UNIX socket.
.PARAMETER TimeoutSeconds
    How long to wait while the receiver takes nothing, or does not send its receipt. It has to store the file before it
    can send that.
.EXAMPLE
    ./Send-FileWithChecksum.ps1 ./photo.jpg '[::1]:55555'
.EXAMPLE
    ./Send-FileWithChecksum.ps1 ./photo.jpg ./files.sock -TimeoutSeconds 9
.OUTPUTS
    One object: Name, Length, Checksum, and the Duration of the transfer.
#>
[CmdletBinding()]
param(
    [Parameter(Mandatory, Position = 0)] [string] $Path,
    [Parameter(Position = 1)] [string] $RemoteEndPoint = '[::1]:55555',
    [ValidateRange(0.001, 86400)] [double] $TimeoutSeconds = 30
)

$ErrorActionPreference = 'Stop'
if (-not (Get-Command New-Socket -ErrorAction Ignore)) {
    Import-Module $PSScriptRoot/../../output/PSSockets
}

$header = New-MessageFormat -Field 'Magic:32:ascii', 'Version:8', 'Length:64', 'Checksum:256:hex', 'NameLength:16', 'Name:[NameLength]:utf8'
$answer = New-MessageFormat -Field 'IsFine:1:bool', 'Reserved:7', 'Checksum:256:hex', 'Reason:*:utf8'

$file = Get-Item -LiteralPath $Path
$checksum = (Get-FileHash -LiteralPath $Path -Algorithm SHA256).Hash

# Waits for an answer of the receiver; a bad one, or none, is an error.
function Receive-Answer {
    param([string] $What)

    $received = Receive-SocketData $socket -LengthPrefix 2 -TimeoutSeconds $TimeoutSeconds | ConvertFrom-BinaryMessage $answer
    if (-not $received) {
        throw "$RemoteEndPoint has closed the connection and not said whether it $What $($file.Name)."
    }
    if (-not $received.IsFine) {
        throw "$RemoteEndPoint does not keep $($file.Name): $($received.Reason)"
    }
    $received
}

$socket = Connect-Socket $RemoteEndPoint -TimeoutSeconds $TimeoutSeconds
try {
    $message = ConvertTo-BinaryMessage $header @{ Magic = 'FILE'; Version = 1; Length = $file.Length; Checksum = $checksum; Name = $file.Name }
    Send-SocketData $socket $message -LengthPrefix 2 -TimeoutSeconds $TimeoutSeconds
    $null = Receive-Answer 'wants'

    $sent = Send-SocketData $socket -Path $Path -TimeoutSeconds $TimeoutSeconds -PassThru
    Disconnect-Socket $socket -Direction Send
    $receipt = Receive-Answer 'has stored'
    if ($receipt.Checksum -ne $checksum) {
        throw "$RemoteEndPoint has stored something else than $($file.Name): its SHA-256 is $($receipt.Checksum)."
    }
}
finally {
    Close-Socket $socket
}

[pscustomobject]@{
    Name     = $file.Name
    Length   = $sent.Length
    Checksum = $checksum
    Duration = $sent.Duration
}
