#Requires -Version 7.4

<#
.SYNOPSIS
    Receives a file that Send-FileWithChecksum.ps1 sends, and keeps it only when its SHA-256 checksum is right.
.DESCRIPTION
    The sender says first, in a header, what the file is called, how long it is and what its checksum is, and learns
    whether it is wanted. The bytes are counted and put into the checksum as they come, with a progress bar, and go into a
    file beside the final one. Only when length and checksum are right does it get its name, and the sender learns so.

    What comes from outside is not trusted: a name with a directory in it is refused, and so is a file that is longer than
    -MaximumLength, or one that is there already, unless -Force is given.

    It receives one file, and ends.
.PARAMETER Directory
    Where to put the file.
.PARAMETER LocalEndPoint
    Where to wait: address and port, or the path of a UNIX socket.
.PARAMETER MaximumLength
    The most bytes that are taken.
.PARAMETER Force
    Replaces a file that is there.
.PARAMETER TimeoutSeconds
    How long to wait for more bytes once a sender has connected.
.EXAMPLE
    ./Receive-FileWithChecksum.ps1 ./incoming -LocalEndPoint '[::1]:55555'
.EXAMPLE
    ./Receive-FileWithChecksum.ps1 ./incoming ./files.sock -Force
.OUTPUTS
    The file, as Get-Item gives it. Where it waits is shown, and not written.
#>
[CmdletBinding()]
param(
    [Parameter(Position = 0)] [string] $Directory = '.',
    [Parameter(Position = 1)] [string] $LocalEndPoint = '[::1]:55555',
    [ValidateRange(0, 9223372036854775807)] [long] $MaximumLength = 10GB,
    [switch] $Force,
    [ValidateRange(0.001, 86400)] [double] $TimeoutSeconds = 30
)

$ErrorActionPreference = 'Stop'
if (-not (Get-Command New-Socket -ErrorAction Ignore)) {
    Import-Module $PSScriptRoot/../../output/PSSockets
}

$header = New-MessageFormat -Field 'Magic:32:ascii', 'Version:8', 'Length:64', 'Checksum:256:hex', 'NameLength:16', 'Name:[NameLength]:utf8'
$answer = New-MessageFormat -Field 'IsFine:1:bool', 'Reserved:7', 'Checksum:256:hex', 'Reason:*:utf8'
$directoryPath = (Get-Item -LiteralPath $Directory).FullName

$listener = Start-SocketListener -LocalEndPoint $LocalEndPoint
try {
    Write-Host "waiting on $($listener.LocalEndPoint)"
    $socket = Receive-SocketConnection $listener
}
finally {
    Close-Socket $listener
}

$part = $null
$hash = [System.Security.Cryptography.IncrementalHash]::CreateHash('SHA256')
try {
    $announced = Receive-SocketData $socket -LengthPrefix 2 -TimeoutSeconds $TimeoutSeconds | ConvertFrom-BinaryMessage $header
    if (-not $announced -or $announced.Magic -ne 'FILE' -or $announced.Version -ne 1) {
        throw 'The sender does not speak the protocol of this script.'
    }
    if ($announced.Name -in '', '.', '..' -or $announced.Name -match '[/\\:\0]') {
        throw "'$($announced.Name)' is not the name of a file alone."
    }
    if ($announced.Length -gt $MaximumLength) {
        throw "$($announced.Name) has $($announced.Length) bytes, and $MaximumLength are allowed."
    }
    $target = Join-Path $directoryPath $announced.Name
    if ((Test-Path -LiteralPath $target) -and -not $Force) {
        throw "$($announced.Name) is there already."
    }

    $part = [System.IO.FileStream]::new("$target.part", 'CreateNew')
    $message = ConvertTo-BinaryMessage $answer @{ IsFine = $true }
    Send-SocketData $socket $message -LengthPrefix 2 -TimeoutSeconds $TimeoutSeconds
    $clock = [System.Diagnostics.Stopwatch]::StartNew()
    $shown = 0
    while (($left = $announced.Length - $part.Length) -gt 0) {
        $piece = Receive-SocketData $socket -MaximumSize ([Math]::Min($left, 1MB)) -TimeoutSeconds $TimeoutSeconds
        if (-not $piece) {
            throw "The sender has closed the connection, and $left of $($announced.Length) bytes are missing."
        }
        $part.Write($piece.Data, 0, $piece.Length)
        $hash.AppendData($piece.Data)
        if ($clock.Elapsed.TotalSeconds -ge $shown + 1) {
            $shown = [Math]::Floor($clock.Elapsed.TotalSeconds)
            Write-Progress -Activity "Receiving $($announced.Name)" -Status "$($part.Length) of $($announced.Length) bytes" -PercentComplete (100 * $part.Length / $announced.Length)
        }
    }
    $checksum = [System.Convert]::ToHexString($hash.GetHashAndReset())
    if ($checksum -ne $announced.Checksum) {
        throw "The file was damaged on its way: its SHA-256 is $checksum instead of $($announced.Checksum)."
    }
    $part.Dispose()
    Move-Item -LiteralPath $part.Name -Destination $target -Force
    $message = ConvertTo-BinaryMessage $answer @{ IsFine = $true; Checksum = $checksum }
    Send-SocketData $socket $message -LengthPrefix 2 -TimeoutSeconds $TimeoutSeconds
    Get-Item -LiteralPath $target
}
catch {
    # The sender learns the reason, if it is still there.
    $message = ConvertTo-BinaryMessage $answer @{ IsFine = $false; Reason = "$_" }
    Send-SocketData $socket $message -LengthPrefix 2 -TimeoutSeconds $TimeoutSeconds -ErrorAction Ignore
    throw
}
finally {
    Write-Progress -Activity 'Receiving' -Completed
    $hash.Dispose()
    Close-Socket $socket
    if ($part) {
        $part.Dispose()
        Remove-Item -LiteralPath $part.Name -ErrorAction Ignore
    }
}
