#Requires -Version 7.4

<#
.SYNOPSIS
    Takes part in the chat of Start-UnixChat.ps1.
.DESCRIPTION
    Each line that is typed goes to the others. What they write is shown as it comes: a thread job reads, because the
    script itself waits at the keyboard. The two may use one socket at the same time, since one only sends and the other
    only receives.

    The line /quit ends it, and so do Ctrl+C and the end of the input.
.PARAMETER Name
    The name that the others see.
.PARAMETER Path
    The name of the socket in the file system.
.PARAMETER Message
    What to say, instead of asking at the keyboard.
.EXAMPLE
    ./Join-UnixChat.ps1 Ada ./chat.sock
.EXAMPLE
    ./Join-UnixChat.ps1 Builder ./chat.sock -Message 'The build is done.'
.OUTPUTS
    None. The lines of the others are shown at the screen.
#>
[CmdletBinding()]
param(
    [Parameter(Mandatory, Position = 0)] [ValidatePattern('^[^\r\n]*\S[^\r\n]*$')] [string] $Name,
    [Parameter(Position = 1)] [string] $Path = (Join-Path ([System.IO.Path]::GetTempPath()) 'chat.sock'),
    [string[]] $Message
)

$ErrorActionPreference = 'Stop'
if (-not (Get-Command New-Socket -ErrorAction Ignore)) {
    Import-Module $PSScriptRoot/../../output/PSSockets
}
$module = "$((Get-Module PSSockets).ModuleBase)/PSSockets.psd1"

$socket = Connect-Socket "unix:$Path" -TimeoutSeconds 5
$reader = $null
try {
    Send-SocketData $socket $Name -NewLine
    $reader = Start-ThreadJob -StreamingHost $Host -ScriptBlock {
        Import-Module $using:module
        Receive-SocketData $using:socket -Line -Continuous | Out-Host
    }
    if ($Message) {
        Send-SocketData $socket $Message -NewLine
    }
    else {
        while ($null -ne ($line = Read-Host) -and $line -ne '/quit') {
            Send-SocketData $socket $line -NewLine
        }
    }

    # The server closes when it has read all, and then the job has nothing more to read.
    Disconnect-Socket $socket -Direction Send
    $null = Wait-Job $reader -Timeout 5
}
finally {
    Close-Socket $socket
    if ($reader) {
        $reader | Stop-Job -PassThru | Remove-Job -Force
    }
}
